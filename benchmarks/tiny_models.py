"""
``make bench-solver``: HiGHS as Ballast drives it against every plan of random tiny models.

Options of which each SKU takes one, two limits, suppliers with a fixed charge, losses that cost
where they exceed a deductible.  Two in five have no plan at all; in half of them the uses are whole
numbers, so that a plan may meet a limit exactly.  A line for each wrong answer, then the count.
Models are numbered: so many, from `--first` on, give the same ones wherever they are drawn.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

import numpy as np
from scipy import sparse

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.stop import Stop
from optimizer.engine.highs import LinearProgram, solve

_EXACT, _LOOSE = 1e-9, 1e-6  # a limit as arithmetic keeps it, and as HiGHS may
_SAME: Final = 1e-6  # of a cost
_NO_SUPPLIER: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TinyModel:
    """
    One model, small enough to price every plan.

    SKU i has the options ``start[i]:start[i + 1]``.  Rows of `use` are the limited resources, rows
    of `loss` what costs `rate` beyond `deductible`.  Option o needs supplier ``needs[o]``, which
    costs `opening_cost` and uses `opening_use`, once.  The links are a row for each SKU where
    `by_sku`, else one for each option.
    """

    start: IntArray
    cost: FloatArray
    use: FloatArray
    limit: FloatArray
    needs: IntArray
    opening_cost: FloatArray
    opening_use: FloatArray
    loss: FloatArray
    deductible: FloatArray
    rate: FloatArray
    by_sku: bool


def main(arguments: list[str] | None = None) -> None:
    """Solve so many models, and say which answers are wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tiny_models", description=__doc__)
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    began = time.perf_counter()
    wrong = wrong_answers(asked.seed, range(asked.first, asked.first + asked.count))
    for number, said in wrong.items():
        sys.stdout.write(f"model {number} of seed {asked.seed}: {said}\n")
    sys.stdout.write(
        f"HiGHS {version('highspy')}: {len(wrong)} wrong of {asked.count:,}, "
        f"{time.perf_counter() - began:.0f} s\n"
    )


def wrong_answers(seed: int, numbers: Iterable[int]) -> dict[int, str]:
    """Return what is wrong, by the model's number; the same models for the same seed."""
    wrong = {}
    for number in numbers:
        model = tiny_model(np.random.default_rng([seed, number]))
        if said := fault(model):
            wrong[number] = said
    return wrong


def fault(model: TinyModel) -> str | None:
    """Return what is wrong with the answer of HiGHS, ``None`` where nothing is."""
    program = linear_program(model)
    answer = solve(program, gap=0.0, stop=Stop.within(60.0))
    most, least = least_cost(model, _EXACT), least_cost(model, _LOOSE)
    if answer.status == "infeasible":
        return f"called infeasible, a plan costs {most!r}" if np.isfinite(most) else None
    if answer.status != "optimal" or answer.values is None:
        return f"status {answer.status}"
    rows = program.matrix @ answer.values
    if np.any((rows < program.row_low - _LOOSE) | (rows > program.row_high + _LOOSE)):
        return "a row is not kept"
    slack = _SAME * max(1.0, abs(least))
    cost = float(program.cost @ answer.values)
    if not least - slack <= cost <= most + slack:
        return f"a plan of {cost!r} is called optimal, the best costs {most!r}"
    if not cost - slack <= answer.bound <= cost + slack:
        return f"a bound of {answer.bound!r} is given for a plan of {cost!r}"
    return None


def least_cost(model: TinyModel, tolerance: float) -> float:
    """Return the cost of the best of all plans that keep the limits, ``inf`` where none does."""
    options = [range(first, end) for first, end in itertools.pairwise(model.start.tolist())]
    plans = np.array(list(itertools.product(*options)))
    suppliers = np.arange(len(model.opening_cost))
    opened = (model.needs[plans][:, :, None] == suppliers).any(axis=1).astype(np.float64)
    used = model.use[:, plans].sum(axis=2).T + opened @ model.opening_use.T
    beyond = np.maximum(model.loss[:, plans].sum(axis=2).T - model.deductible, 0.0)
    cost = model.cost[plans].sum(axis=1) + opened @ model.opening_cost + beyond @ model.rate
    kept = np.all(used <= model.limit + tolerance, axis=1)
    return float(cost[kept].min(initial=np.inf))


def tiny_model(rng: np.random.Generator) -> TinyModel:
    """Draw three to six SKUs of one to four options, one to three suppliers, up to two losses."""
    count = rng.integers(1, 5, rng.integers(3, 7))
    start = np.concatenate([[0], np.cumsum(count)])
    n_options, n_suppliers, n_losses = int(start[-1]), rng.integers(1, 4), rng.integers(0, 3)
    needs = np.repeat(rng.integers(0, n_suppliers, len(count)), count)
    needs[rng.random(n_options) < 0.35] = _NO_SUPPLIER
    use = np.vstack([rng.integers(0, 30, n_options), rng.uniform(0.1, 3.0, n_options)])
    opening_use = np.vstack([rng.uniform(2.0, 40.0, n_suppliers), np.zeros(n_suppliers)])
    loss = rng.integers(0, 50, (n_losses, n_options)).astype(np.float64)
    if rng.random() < 0.5:
        use, opening_use = use.round(), opening_use.round()
    plan = start[:-1] + rng.integers(0, count)
    opened = np.setdiff1d(needs[plan], _NO_SUPPLIER)
    return TinyModel(
        start=start,
        cost=rng.uniform(0.1, 40.0, n_options),
        use=use,
        limit=_limits(rng, use[:, plan], opening_use[:, opened]),
        needs=needs,
        opening_cost=rng.uniform(0.0, 10.0, n_suppliers) * rng.integers(0, 2, n_suppliers),
        opening_use=opening_use,
        loss=loss,
        deductible=loss[:, plan].sum(axis=1) * rng.uniform(0.5, 1.2, n_losses),
        rate=rng.uniform(0.5, 5.0, n_losses),
        by_sku=bool(rng.random() < 0.5),
    )


def _limits(rng: np.random.Generator, use: FloatArray, opening_use: FloatArray) -> FloatArray:
    """Draw limits around what some plan uses; whole ones where the uses are whole."""
    used = use.sum(axis=1) + opening_use.sum(axis=1)
    limit: FloatArray = used * rng.uniform(0.7, 1.1, len(used))
    return limit.round() if np.array_equal(used, used.round()) else limit


def linear_program(model: TinyModel) -> LinearProgram:
    """Write the model as HiGHS gets it: columns are options, suppliers, losses beyond."""
    one, links = _sku_of_option(model), _links(model)
    n_suppliers, n_losses = len(model.opening_cost), len(model.rate)
    n_binary = len(model.cost) + n_suppliers
    matrix = [
        [one, np.zeros((len(one), n_suppliers + n_losses))],
        [model.use, model.opening_use, np.zeros((len(model.use), n_losses))],
        [links, np.zeros((len(links), n_losses))],
        [model.loss, np.zeros((n_losses, n_suppliers)), -np.eye(n_losses)],
    ]
    at_most = np.concatenate([model.limit, np.zeros(len(links)), model.deductible])
    return LinearProgram(
        cost=np.concatenate([model.cost, model.opening_cost, model.rate]),
        matrix=sparse.csr_array(np.vstack([np.hstack(rows) for rows in matrix])),
        row_low=np.concatenate([np.ones(len(one)), np.full(len(at_most), -np.inf)]),
        row_high=np.concatenate([np.ones(len(one)), at_most]),
        low=np.zeros(n_binary + n_losses),
        high=np.concatenate([np.ones(n_binary), model.loss.sum(axis=1)]),
        integer=np.arange(n_binary + n_losses) < n_binary,
    )


def _links(model: TinyModel) -> FloatArray:
    """Return ``x - z <= 0``: a row for each SKU that may need a supplier, or for each option."""
    needed = (model.needs[:, None] == np.arange(len(model.opening_cost))).astype(np.float64)
    linked = _sku_of_option(model) if model.by_sku else np.eye(len(model.cost))
    linked = linked * (model.needs != _NO_SUPPLIER)
    linked = linked[linked.any(axis=1)]
    return np.hstack([linked, -np.sign(linked @ needed)])


def _sku_of_option(model: TinyModel) -> FloatArray:
    n_skus = len(model.start) - 1
    sku = np.repeat(np.arange(n_skus), np.diff(model.start))
    return np.array(sku == np.arange(n_skus)[:, None], dtype=np.float64)


if __name__ == "__main__":
    main()
