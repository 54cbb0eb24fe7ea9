"""Faults planted in a solver's answers and in the model's data: none becomes a plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.stop import Stop
from optimizer.engine import optimize
from optimizer.engine.decide import decide
from optimizer.engine.decompose.moves import Judge, improve, objective_of
from optimizer.engine.decompose.pricing_model import PricingModel, pricing_model
from optimizer.engine.exact import whole_model as exact
from optimizer.engine.exact.whole_model import Solved
from optimizer.engine.guards import guard
from optimizer.engine.highs import Answer, LinearProgram
from optimizer.errors import VerificationError
from optimizer.inputs.read import read_portfolio
from optimizer.jobs import prepare as preparation
from optimizer.jobs.about import Request
from optimizer.jobs.prepare import prepare
from optimizer.jobs.solve import solve
from optimizer.options.build import Built
from tests.support.arrays import table_of
from tests.support.random_portfolios import random_portfolio

SAMPLE = Path(__file__).parents[3] / "data" / "sample"
GAP = 1e-3
SETTINGS = (
    "risk.measure=cvar",
    f"solver.gap={GAP}",
    "solver.method=exact",
    "max_alternates=1",
    "scenarios.count=50",
)


@dataclass(frozen=True)
class Answered:
    """A judge, and an answer that stands: a solver's, bettered by moves."""

    judge: Judge
    solved: Solved


@pytest.fixture(scope="module")
def portfolio() -> Portfolio:
    """Return the bundled portfolio."""
    return read_portfolio(SAMPLE, SETTINGS)


@pytest.fixture(scope="module")
def true(portfolio: Portfolio) -> Answered:
    """Return the bundled portfolio's answer."""
    case = prepare(portfolio).case
    answers: list[Solved] = []

    def keep(judge: Judge, solved: Solved, gap: float, stop: Stop) -> Solved:
        answers.append(guard(judge, solved, gap, stop))
        return answers[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(optimize, "guard", keep)
        decide(case)
    judge = Judge(model=pricing_model(case), tail_level=0.95, is_var=False)
    return Answered(judge, answers[0])


def _first_with_two(model: PricingModel) -> int:
    return int(np.flatnonzero(np.diff(table_of(model).start) > 1)[0])


def _one_worse(true: Answered) -> Solved:
    """The best plan but for one SKU, called optimal: what HiGHS 1.14 did now and then."""
    judge, model = true.judge, true.judge.model
    for sku in range(model.options.n_skus):
        for other in range(table_of(model).start[sku], table_of(model).start[sku + 1]):
            option = true.solved.option.copy()
            option[sku] = other
            cost = objective_of(judge, option)
            roomy = np.all(table_of(model).use[:, option].sum(axis=1) <= 0.999 * model.limit)
            if roomy and cost > true.solved.objective * (1.0 + 1e-3):
                return replace(true.solved, option=option, objective=cost, bound=cost)
    raise AssertionError("no SKU can be made worse.")


def _too_dear(true: Answered) -> Solved:
    table = table_of(true.judge.model)
    most = [
        first + int(np.argmax(table.use[0, first:end]))
        for first, end in zip(table.start[:-1].tolist(), table.start[1:].tolist(), strict=True)
    ]
    option = np.array(most)
    cost = objective_of(true.judge, option)
    return replace(true.solved, option=option, objective=cost, bound=0.0)


def _of_another(true: Answered) -> Solved:
    option = true.solved.option.copy()
    sku = _first_with_two(true.judge.model)
    option[sku] = table_of(true.judge.model).start[sku + 1]
    return replace(true.solved, option=option)


def _changed(**factors: float) -> Callable[[Answered], Solved]:
    def fault(true: Answered) -> Solved:
        stated = {name: getattr(true.solved, name) * by for name, by in factors.items()}
        return replace(true.solved, **stated)

    return fault


ANSWERS: list[tuple[str, Callable[[Answered], Solved], str]] = [
    ("optimal, one SKU worse", _one_worse, "refutes the solver's bound"),
    ("a bound above the plan", _changed(bound=1.001), "refutes the solver's bound"),
    ("a bound that is no number", _changed(bound=np.nan), "refutes the solver's bound"),
    ("a cost too low", _changed(objective=0.999), "the solver's plan costs"),
    ("a cost too high", _changed(objective=1.001), "the solver's plan costs"),
    ("a cost that is no number", _changed(objective=np.nan), "the solver's plan costs"),
    ("a plan beyond the budget", _too_dear, "exceeds a limit"),
    ("an option of another SKU", _of_another, "an option of another"),
    ("a SKU without an option", lambda t: replace(t.solved, option=t.solved.option[1:]), "options"),
    ("a negative price", _changed(resource_price=-1.0), "negative price"),
    ("weights beyond the tail", _changed(tail_weight=3.0), "bound that its prices prove"),
]


@pytest.mark.parametrize(
    ("fault", "said"), [(f, s) for _, f, s in ANSWERS], ids=[n for n, *_ in ANSWERS]
)
def test_a_false_answer_is_refused(
    true: Answered, fault: Callable[[Answered], Solved], said: str
) -> None:
    """Proves: the true answer passes; with one fault in it, it is refused and the fault named."""
    assert guard(true.judge, true.solved, GAP, Stop()).objective == pytest.approx(
        true.solved.objective
    )
    with pytest.raises(VerificationError, match=said):
        guard(true.judge, fault(true), GAP, Stop())


def _highs(fault: Callable[[LinearProgram, Answer], Answer]) -> Callable[..., Answer]:
    def answer(program: LinearProgram, **effort: Any) -> Answer:
        found = _SOLVE(program, **effort)
        return fault(program, found) if program.integer.any() else found

    return answer


_SOLVE = exact.solve
SOLVER: list[tuple[str, Callable[[LinearProgram, Answer], Answer]]] = [
    ("a bound 1 % too high", lambda p, a: replace(a, bound=a.bound * 1.01)),
    ("a bound that is infinite", lambda p, a: replace(a, bound=np.inf)),
    ("nothing is feasible", lambda p, a: replace(a, values=None, status="infeasible")),
]


@pytest.mark.parametrize("fault", [f for _, f in SOLVER], ids=[n for n, _ in SOLVER])
def test_what_highs_says_wrongly_never_becomes_a_proof(
    fault: Callable[[LinearProgram, Answer], Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: with a fault in every answer of branch and bound the run is refused, or its bound is
    one that the true best plan respects.
    """
    case = prepare(random_portfolio(3, "cvar", max_skus=6)).case
    least = decide(case).objective
    monkeypatch.setattr(exact, "solve", _highs(fault))
    try:
        outcome = decide(case)
    except VerificationError:
        return
    assert outcome.bound <= least * (1.0 + 1e-9)


def _in_options(**change: Callable[[Any], Any]) -> Callable[[Built], Built]:
    def fault(built: Built) -> Built:
        stated = {name: by(getattr(built.options, name).copy()) for name, by in change.items()}
        return built._replace(options=replace(built.options, **stated))

    return fault


def _in_resources(**change: Callable[[Any], Any]) -> Callable[[Built], Built]:
    def fault(built: Built) -> Built:
        stated = {name: by(getattr(built.resources, name).copy()) for name, by in change.items()}
        return built._replace(resources=replace(built.resources, **stated))

    return fault


def _one_set_for_all(profile: np.ndarray) -> np.ndarray:
    return np.full_like(profile, profile[0])


DATA: list[tuple[str, Callable[[Built], Built]]] = [
    ("costs too low", _in_options(cost=lambda x: x * 0.99)),
    ("costs too high", _in_options(cost=lambda x: x * 1.01)),
    (
        "a cost that is no number",
        _in_options(cost=lambda x: x * np.where(x == x.max(), np.nan, 1.0)),
    ),
    ("curves too low", _in_options(loss_curves=lambda x: 0.9 * x)),
    ("means too low", _in_options(expected_loss=lambda x: 0.9 * x)),
    ("lots too short", _in_options(lot_days=lambda x: 0.9 * x)),
    ("curves of other designs", _in_options(curve=lambda x: np.roll(x, 1))),
    ("curves too high", _in_options(loss_curves=lambda x: 2.0 * x)),
    ("price shocks forgotten", _in_options(spend_per_day=lambda x: 0.0 * x)),
    ("one outage profile for all", _in_options(profile_of_set=_one_set_for_all)),
    ("rows of the catalogue shifted", _in_options(choice=lambda x: np.roll(x, 1))),
    ("half the capital used", _in_resources(option_use=lambda x: 0.5 * x)),
    ("a limit doubled", _in_resources(limit=lambda x: 2.0 * x)),
]


@pytest.mark.parametrize("fault", [f for _, f in DATA], ids=[n for n, _ in DATA])
def test_a_fault_in_the_option_table_writes_nothing(
    portfolio: Portfolio,
    fault: Callable[[Built], Built],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Proves: what the table says wrongly is found by those who never read it; no run appears."""
    build = preparation.build_options
    monkeypatch.setattr(preparation, "build_options", lambda *a, **k: fault(build(*a, **k)))
    loose = read_portfolio(SAMPLE, [*SETTINGS, "solver.gap=0.02"])
    with pytest.raises((VerificationError, ValueError)):
        solve(loose, Request(results=tmp_path, name="faulty"))
    assert not (tmp_path / "faulty").exists()


@pytest.mark.parametrize("measure", ["expected", "cvar", "var"])
@pytest.mark.parametrize("seed", range(8))
def test_no_move_betters_a_plan_that_was_improved(seed: int, measure: str) -> None:
    """
    Proves: after `improve` no single other option is within the limits and cheaper, and nothing
    got dearer; the sums are made from scratch for every plan compared.
    """
    case = prepare(random_portfolio(500 + seed, measure)).case
    model = pricing_model(case)
    level = case.portfolio.settings.risk.level
    judge = Judge(model=model, tail_level=level, is_var=measure == "var")
    start = decide(case).plan.option
    better = improve(judge, start, Stop())
    least = objective_of(judge, better)
    assert least <= objective_of(judge, start)
    for sku in range(model.options.n_skus):
        for other in range(table_of(model).start[sku], table_of(model).start[sku + 1]):
            option = better.copy()
            option[sku] = other
            onboarding = model.onboarding_use[:, model.opened_by(option)].sum(axis=1)
            used = table_of(model).use[:, option].sum(axis=1) + onboarding
            if np.all(used <= model.limit):
                assert objective_of(judge, option) >= least - 1e-9 * abs(least)
