"""
What each cause makes of the difference between two runs: Shapley values over groups of inputs.

The worth of some groups is what the best plan costs where they are as in the second run and all
others as in the first.  Every such cell is solved afresh, by the same rules, on futures of common
random numbers.  What the two runs themselves differ by more than their cells is the solver gap.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray
from optimizer.domain.causes import DRAW, GAP, HELD, KINDS, SETTINGS, group_of
from optimizer.domain.comparison import CAUSES
from optimizer.domain.observer import SILENT, Observer
from optimizer.domain.plan import Outcome
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import Mixture
from optimizer.domain.settings import Settings
from optimizer.domain.stop import Stop
from optimizer.engine.decide import decide
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import Case
from optimizer.errors import BadInputError, NoPlanError, Problem, StoppedError
from optimizer.inputs.mixed import groups_between, mixed
from optimizer.jobs.futures import prepare_run
from optimizer.jobs.how_long import tell_rest
from optimizer.jobs.refine import Refined, decide_refined
from optimizer.jobs.reopen import mixture_of
from optimizer.jobs.sides import Side
from optimizer.maths.risk import unexpected_loss
from optimizer.maths.shapley import (
    coalitions_of,
    sampled_orders,
    sampled_shapley,
    shapley,
)
from optimizer.scenarios.threats import threats

WITHIN: Final = "within the proof's gap"
_MOST_EXACT: Final = 8  # groups: 256 cells
_PAIRS: Final = 12  # of orders, where there are more groups
_CONFIDENCE: Final = 0.95
_BITS: Final = 50  # of a step, below all amounts together: sums of multiples stay exact
_DUST: Final = 1e-9  # of the cost: what sums of it may be off by rounding
_TOLD: Final = 3  # changes of a cause in words


def check_attributable(sides: Sequence[Side]) -> None:
    """
    Refuse runs whose difference cannot be split over causes; every reason is named.

    Raises
    ------
    BadInputError
        If they are not exactly two, or the inputs of one cannot be read any more.
    """
    problems = []
    if len(sides) != 2:
        rule = f"splits the difference of exactly two runs; found {len(sides)}"
        remedy = "Name two: ballast compare A B --attribute."
        problems.append(Problem(file="--attribute", rule=rule, remedy=remedy))
    for side in sides:
        if side.portfolio is None:
            rule = "its inputs cannot be read any more: nothing can be solved afresh"
            remedy = "Compare it without --attribute, or restore its inputs."
            problems.append(Problem(file=str(side.folder), rule=rule, remedy=remedy))
    if problems:
        raise BadInputError(problems)


class NoCellError(Exception):
    """A world between the two has no plan; says which, and why."""


class _Cell(NamedTuple):
    """What the best plan found costs in a world between the two runs, and what none costs less."""

    expected_cost: float
    risk_charge: float
    objective: float
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Game:
    """
    The worlds between two runs.

    Attributes
    ----------
    groups
        The players.
    per
        Whether money is a year's.
    """

    first: Side
    other: Side
    groups: tuple[str, ...]
    a_year: bool
    stop: Stop
    started: dict[tuple[Any, ...], tuple[Case, Proof]] = field(default_factory=dict)

    def portfolio(self, mask: int) -> Portfolio:
        """Return the world in which the groups of a mask are as in the other run."""
        first, other = self.first.portfolio, self.other.portfolio
        assert first is not None and other is not None  # noqa: PT018, S101
        world = mixed(first, other, self.named(mask))
        return replace(world, settings=_as_hard(world.settings, first.settings, other.settings))

    def named(self, mask: int) -> list[str]:
        """Return the groups of a mask."""
        return [group for k, group in enumerate(self.groups) if mask >> k & 1]

    def words(self, mask: int) -> str:
        """Say which world a mask stands for."""
        groups = self.named(mask)
        if not groups:
            return f"the world of {self.first.name}"
        if len(groups) == len(self.groups):
            return f"the world of {self.other.name}"
        return f"{', '.join(groups)} of {self.other.name}, all else of {self.first.name}"

    def solve(self, mask: int) -> _Cell:
        """
        Solve a cell.

        Raises
        ------
        NoCellError
            If it has no plan.
        """
        portfolio = self.portfolio(mask)
        side = self.other if DRAW in self.named(mask) else self.first
        mixture = _there(mixture_of(side.tables.manifest), portfolio)
        try:
            prepared = prepare_run(portfolio, SILENT, mixture)
            proof = self._start(prepared.case)
            refined = decide_refined(prepared, self._decide, self.stop, SILENT, proof)
        except (NoPlanError, BadInputError, StoppedError) as refusal:
            if self.stop.interrupted:
                raise
            raise NoCellError(f"{self.words(mask)}: {_first_line(refusal)}") from refusal
        return self._cell(portfolio.settings, refined)

    def _decide(self, case: Case, proof: Proof) -> Outcome:
        return decide(case, proof=proof, stop=self.stop)

    def _start(self, case: Case) -> Proof | None:
        """Return the proof of a cell with the same options, to be extended; None where none has."""
        if case.portfolio.settings.catalogue.refine:
            return None
        options, limits = case.options, case.resources
        key = (len(options), limits.name, tuple(np.isfinite(limits.limit).tolist()))
        before = self.started.get(key)
        if before is not None and _has_options_of(case, before[0]):
            return before[1]
        self.started[key] = (case, Proof())
        return self.started[key][1]

    def _cell(self, settings: Settings, refined: Refined) -> _Cell:
        outcome = refined.outcome
        losses, years = outcome.losses, settings.horizon.years if self.a_year else 1.0
        tail = losses.cvar if settings.risk.measure == "cvar" else losses.value_at_risk
        charge = settings.tail_charge * unexpected_loss(tail, losses.expected)
        finer = (refined.catalogue_gap or 0.0) * abs(outcome.objective)
        return _Cell(
            expected_cost=(outcome.objective - charge) / years,
            risk_charge=charge / years,
            objective=outcome.objective / years,
            bound=(min(outcome.bound, outcome.objective) - max(finer, 0.0)) / years,
        )


def _has_options_of(case: Case, other: Case) -> bool:
    """Return whether two cases differ in the amounts of their limits alone."""
    here, there = case.portfolio.settings, other.portfolio.settings
    free = {"budget": here.budget, "limits": here.limits}
    return (
        case.money_unit == other.money_unit
        and here.model_copy(update=free) == there.model_copy(update=free)
        and here.limits.on_losses == there.limits.on_losses
        and np.array_equal(case.options.start, other.options.start)
        and np.array_equal(case.options.cost, other.options.cost)
        and np.array_equal(case.options.expected_loss, other.options.expected_loss)
        and np.array_equal(case.resources.option_use, other.resources.option_use)
        and np.array_equal(case.resources.onboard_use, other.resources.onboard_use)
        and np.array_equal(case.probability, other.probability)
        and np.array_equal(case.lost.days, other.lost.days)
    )


def attribution(  # noqa: PLR0917
    sides: tuple[Side, Side],
    money: pd.DataFrame,
    inputs: pd.DataFrame,
    changes: pd.DataFrame,
    observer: Observer,
    stop: Stop,
    *,
    a_year: bool,
) -> tuple[pd.DataFrame, list[str]]:
    """
    Return the causes of the difference between two runs, which add up to it exactly.

    Parameters
    ----------
    money, inputs, changes
        Of their comparison.

    Returns
    -------
    tuple of pandas.DataFrame and list of str
        `CAUSES`, and what must be known to read it.  Nothing, and why, where a world between the
        two has no plan, or somebody asked for the end.
    """
    try:
        return _attributed(sides, money, inputs, changes, observer, stop, a_year=a_year)
    except NoCellError as nothing:
        note = f"The difference is not split over causes: there is no plan for {nothing}."
        return pd.DataFrame(), [note]
    except StoppedError:
        return pd.DataFrame(), [STOPPED]


STOPPED: Final = (
    "The difference is not split over causes: the attribution was stopped; compare again with "
    "--attribute."
)


def _attributed(  # noqa: PLR0917
    sides: tuple[Side, Side],
    money: pd.DataFrame,
    inputs: pd.DataFrame,
    changes: pd.DataFrame,
    observer: Observer,
    stop: Stop,
    *,
    a_year: bool,
) -> tuple[pd.DataFrame, list[str]]:
    first, other = sides
    game = _Game(first=first, other=other, groups=_players(first, other), a_year=a_year, stop=stop)
    made, notes = _values(game, observer)
    rows = _adding_up(made, money.set_index("figure"))
    causes = [*game.groups, GAP]
    told = _told(causes, inputs, changes)
    table = pd.DataFrame(
        {
            "cause": causes,
            "kind": [KINDS[cause] for cause in causes],
            "said": [said for said, _ in told],
            "changes": [numbers for _, numbers in told],
            **rows,
        }
    )
    within = (table["low"] <= 0.0) & (table["high"] >= 0.0)
    table["reading"] = np.where(within, WITHIN, "")
    last = table["cause"].map({DRAW: 1, GAP: 2}).fillna(0)
    order = np.lexsort((table["cause"], -table["objective"].abs(), last))
    table = table.iloc[order].assign(run=other.name, rank=range(1, len(table) + 1))
    return table.reset_index(drop=True)[list(CAUSES)], notes


def _players(first: Side, other: Side) -> tuple[str, ...]:
    """Return the groups that differ; the draw of futures does so by its mixture as well."""
    assert first.portfolio is not None and other.portfolio is not None  # noqa: PT018, S101
    groups = groups_between(first.portfolio, other.portfolio)
    reads_tail = first.portfolio.settings.reads_tail or other.portfolio.settings.reads_tail
    mixtures = [mixture_of(side.tables.manifest).shares for side in (first, other)]
    groups = tuple(group for group in groups if group != DRAW or reads_tail)
    if reads_tail and DRAW not in groups and mixtures[0] != mixtures[1]:
        groups = (*groups, DRAW)
    return groups


def _there(mixture: Mixture, portfolio: Portfolio) -> Mixture:
    """Return a mixture without the hazards that cannot strike in a world."""
    can = {threat.hazard for threat in threats(portfolio)}
    shares = {key: share for key, share in mixture.shares.items() if key[0] in can}
    return mixture if len(shares) == len(mixture.shares) else replace(mixture, shares=shares)


def _as_hard(settings: Settings, first: Settings, other: Settings) -> Settings:
    """Return settings that seek a plan as hard as the harder of both runs did."""
    nodes = [one.solver.node_limit for one in (first, other)]
    solver = {
        "gap": min(first.gap, other.gap),
        "time_limit": max(first.solver.time_limit, other.solver.time_limit),
        "node_limit": None if None in nodes else max(filter(None, nodes)),
        "method": first.solver.method if first.solver.method == other.solver.method else "auto",
    }
    catalogue = {
        "refine": first.catalogue.refine or other.catalogue.refine,
        "gap": min(first.catalogue.gap, other.catalogue.gap),
    }
    return settings.having(solver=solver, catalogue=catalogue)


def _values(game: _Game, observer: Observer) -> tuple[dict[str, FloatArray], list[str]]:
    """Return what each group makes of every figure, and in what range it is of the objective."""
    n = len(game.groups)
    if n <= _MOST_EXACT:
        cells = _solved(game, list(range(1 << n)), observer)
        table = np.array([cells[mask] for mask in range(1 << n)])
        made = shapley(table[:, :2], table[:, :2])
        objective, bound = table[:, 2:3], table[:, 3:4]
        low, high = shapley(bound, objective)[:, 0], shapley(objective, bound)[:, 0]
        return {"made": made, "low": low, "high": high}, []
    rng = np.random.default_rng(np.random.SeedSequence(_seed(game)))
    orders = sampled_orders(n, _PAIRS, rng)
    cells = _solved(game, coalitions_of(orders), observer)
    every = {mask: np.array(cell) for mask, cell in cells.items()}
    figures = {mask: one[:2] for mask, one in every.items()}
    objective_of = {mask: one[2:3] for mask, one in every.items()}
    bound_of = {mask: one[3:4] for mask, one in every.items()}
    made = sampled_shapley(orders, figures, figures, _CONFIDENCE).centre
    least = sampled_shapley(orders, bound_of, objective_of, _CONFIDENCE)
    most = sampled_shapley(orders, objective_of, bound_of, _CONFIDENCE)
    note = (
        f"{n} groups differ: causes are averages over {len(orders)} random orders, and their "
        f"ranges hold the {_CONFIDENCE:.0%} interval of that draw as well."
    )
    return {
        "made": made,
        "low": (least.centre - least.half_width)[:, 0],
        "high": (most.centre + most.half_width)[:, 0],
    }, [note]


def _seed(game: _Game) -> int:
    return game.first.tables.manifest.seed


def _solved(game: _Game, masks: Sequence[int], observer: Observer) -> dict[int, _Cell]:
    """Solve cells, the two runs' own worlds first."""
    cells: dict[int, _Cell] = {}
    everything = (1 << len(game.groups)) - 1
    ordered = sorted(masks, key=lambda mask: (mask not in (0, everything), mask))
    for number, mask in enumerate(ordered, start=1):
        if game.stop.interrupted:
            raise StoppedError("interrupt")
        began = time.monotonic()
        cells[mask] = game.solve(mask)
        seconds, left = time.monotonic() - began, len(ordered) - number
        observer.on_step("world", f"{number} of {len(ordered)}: {game.words(mask)}", seconds)
        if number == 1:
            tell_rest(observer, seconds, left, f"for {left:,} more worlds")
    return cells


def _adding_up(made: dict[str, FloatArray], money: pd.DataFrame) -> dict[str, FloatArray]:
    """
    Return the rows of all causes, the solver gap last, which add up exactly: multiples of one step.

    What is too small to be more than rounding is none; the largest cause takes the rounding.
    """
    differs = money["difference"]
    stated = np.array([differs["expected_cost"], differs["risk_charge"]])
    dust = _DUST * max(abs(money[side]["objective"]) for side in ("reference", "value"))
    causes = np.where(np.abs(made["made"]) <= dust, 0.0, made["made"])
    amounts = math.fsum(np.abs(causes).ravel()) + math.fsum(np.abs(stated)) + dust
    step = math.ldexp(1.0, math.ceil(math.log2(amounts)) - _BITS) if amounts else 1.0
    rows = np.vstack([np.round(causes / step) * step, np.zeros(2)])
    for k, total in enumerate(stated.tolist()):
        left = math.fsum([total, *-rows[:, k]])
        largest = int(np.abs(rows[:, k]).argmax())
        rows[largest if abs(left) <= dust else -1, k] += left
    rows += 0.0  # no minus zero
    return {
        "expected_cost": rows[:, 0],
        "risk_charge": rows[:, 1],
        "objective": rows[:, 0] + rows[:, 1],
        "low": np.append(made["low"], np.nan),
        "high": np.append(made["high"], np.nan),
    }


def _told(
    causes: Sequence[str], inputs: pd.DataFrame, changes: pd.DataFrame
) -> list[tuple[str, str]]:
    """Return for each cause its changes in words, and their numbers."""
    found: dict[str, set[int]] = {cause: set() for cause in causes}
    for table, column, row, change in zip(
        inputs["table"], inputs["column"], inputs["row"], inputs["change"], strict=True
    ):
        group = group_of(table, column, row)
        group = SETTINGS if group == HELD and HELD not in found else group
        if group in found:
            found[group].add(int(change))
    said = dict(zip(changes["change"].astype(int), changes["said"], strict=True))
    told = []
    for cause in causes:
        numbers = sorted(found[cause])
        words = [str(said[number]) for number in numbers[:_TOLD]]
        more = len(numbers) - len(words)
        words += [f"and {more:,} more"] if more else []
        told.append(("; ".join(words) or _OTHERWISE.get(cause, ""), ";".join(map(str, numbers))))
    return told


_OTHERWISE: Final = {
    DRAW: "the tail is read from another sample",
    GAP: "what the runs' own plans differ by beyond those found afresh, by the same rules",
}


def _first_line(refusal: Exception) -> str:
    problems = getattr(refusal, "problems", None)
    return str(problems[0].rule if problems else refusal).splitlines()[0]


def unless_stopped(work: partial[Any], stop: Stop) -> tuple[pd.DataFrame, list[str]]:
    """Return what an attribution makes; nothing, and a note, where somebody asked for the end."""
    made = stop.unless_asked(work)
    if made is None or stop.interrupted:
        return pd.DataFrame(), [STOPPED]
    found, notes = made
    return found, notes
