"""
Plans for one pricing model: round its mixture, improve by moves, then solve ever larger cores.

A core is made of the options with the smallest reduced costs; all other SKUs are fixed.  Once every
option that could be part of a better plan fits into the core, solving it closes the gap.

Why cores: a mixture is fractional in a few SKUs only, so nearly all of an optimal plan is decided
by the prices, and the rest is small enough for the exact method (ALGORITHMS 4).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.domain.arrays import IntArray
from optimizer.engine.decompose.bound import Round, near_bound
from optimizer.engine.decompose.core import make_core
from optimizer.engine.decompose.exchange import exchange
from optimizer.engine.decompose.master import Column, Mixture
from optimizer.engine.decompose.moves import (
    Judge,
    changes,
    fit,
    objective_of,
    tail_of,
    within_limits,
)
from optimizer.engine.decompose.option_blocks import RoundPrices
from optimizer.engine.decompose.pricing_model import PricingModel
from optimizer.engine.decompose.round_mixture import round_mixture
from optimizer.engine.decompose.shown import OfCore
from optimizer.engine.decompose.supplier_moves import polish
from optimizer.engine.exact.whole_model import Effort, InfeasibleError, solve_exact
from optimizer.errors import StoppedBy, StoppedError

CORE_EXTRA_OPTIONS = (50, 250, 1_000, 5_000, 20_000, 60_000)  # beyond one a SKU, core by core
_UNDECIDED_SKUS = 1_000
_CORE_SHARE = 0.5  # of the asked gap, at which a core that misses it is left
_INSIDE = 0.99
_ARITHMETIC = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Search:
    """
    What the searches of one pricing model share.

    Attributes
    ----------
    model
        The case, in which some suppliers may be decided already (`PricingModel.deciding`).
    judge
        The objective of the undecided case, by which all plans are compared.
    paid
        Cost of the suppliers that the model takes as onboarded. [money unit]
    best
        The best pricing round of the model.
    """

    model: PricingModel
    judge: Judge
    paid: float
    best: Round
    effort: Effort

    @property
    def bound(self) -> float:
        """Least cost of any plan of the model, as far as prices prove. [money unit]"""
        return self.best.bound + self.paid


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Incumbent:
    """The best plan so far and its objective. [money unit]"""

    option: IntArray
    objective: float

    def enough(self, gap: float) -> float:
        """Return the bound that proves the plan within the gap. [money unit]"""
        return self.objective - gap * abs(self.objective)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Start:
    """
    Where the cores of a model start.

    Attributes
    ----------
    option
        The rounded mixture, fitted to the limits and improved as far as it could be.
    choices
        Options of the SKUs in which the mixture's columns differ (`Rounded`).
    """

    option: IntArray
    choices: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Searched:
    """
    What a core found.

    Attributes
    ----------
    bound
        Least cost of any plan of the model, as far as proven. [money unit]
    whole
        Whether the core held every option that a better plan could contain.
    """

    incumbent: Incumbent | None
    bound: float
    stopped_by: StoppedBy
    whole: bool


def start_search(
    search: Search, columns: list[Column], mixture: Mixture, incumbent: Incumbent | None
) -> tuple[Start, Incumbent | None]:
    """Round the mixture and improve it by moves; return the better plan too, if there is one."""
    rounded = round_mixture(search.model, columns, mixture)
    plan = exchanged(search, rounded.option)
    plan = plan if within_limits(search.judge, plan) else exchanged(search, fit(search.judge, plan))
    found = evaluated(search, plan)
    if found is not None and found.enough(search.effort.gap) > search.bound:
        plan = polish(search.judge, plan, search.best.prices.resource, search.effort.stop)
        found = evaluated(search, plan)
    return Start(option=plan, choices=rounded.choices), cheaper(incumbent, found)


def search_core(
    search: Search, start: Start, incumbent: Incumbent | None, extra: int, proven: float
) -> Searched:
    """
    Solve the core of the options with the smallest reduced costs.

    A plan of kept options costs at least the core's bound; a plan with any other option costs at
    least the column-generation bound plus that option's reduced cost.

    Parameters
    ----------
    extra
        Options to open beyond one a SKU.
    proven
        Least cost of any plan of the model, as far as proven before. [money unit]

    Raises
    ------
    InfeasibleError
        If the core holds every option, and no plan of them meets the limits.
    """
    best, effort, n_skus = search.best, search.effort, search.model.options.n_skus
    plan = start.option if incumbent is None else incumbent.option
    room = _room(search, incumbent)
    near = near_bound(search.model, best, room, n_skus + extra)
    whole = near.beyond > room
    rows = [near.rows, start.choices[:, :_UNDECIDED_SKUS].ravel(), plan]
    keep = np.unique(np.concatenate(rows if whole else [*rows, _near_plan(search, plan, extra)]))
    every = replace(search.model, options=search.judge.model.options)
    core = make_core(every, plan, keep)
    beyond = best.bound + near.beyond
    effort = replace(
        effort,
        gap=effort.gap * (1.0 if whole else _CORE_SHARE),
        target=best.bound + effort.gap * _INSIDE * abs(best.bound),
        observer=OfCore(effort.observer, best.bound * effort.money, beyond * effort.money),
    )
    try:
        solved = solve_exact(core.data, effort)
    except InfeasibleError:
        if len(keep) == search.model.options.n_options:
            raise
        return Searched(incumbent=incumbent, bound=proven, stopped_by="gap", whole=whole)
    except StoppedError as stopped:
        return Searched(incumbent=incumbent, bound=proven, stopped_by=stopped.reason, whole=whole)
    return Searched(
        incumbent=cheaper(incumbent, evaluated(search, core.plan(solved.option))),
        bound=max(proven, min(beyond, solved.bound) + search.paid),
        stopped_by=solved.stopped_by,
        whole=whole,
    )


def exchanged(search: Search, option: IntArray) -> IntArray:
    """Return a plan after exchanges, which end once it is within the gap."""
    effort = search.effort
    enough = search.bound + _INSIDE * effort.gap * abs(search.bound)
    return exchange(search.judge, search.best, option, enough, effort.stop)


def evaluated(search: Search, option: IntArray) -> Incumbent | None:
    """Return a plan with its objective, None if it exceeds a limit."""
    if not within_limits(search.judge, option):
        return None
    return Incumbent(option=option, objective=objective_of(search.judge, option))


def cheaper(one: Incumbent | None, other: Incumbent | None) -> Incumbent | None:
    """Return the cheaper plan, the first of two that cost the same."""
    plans = [plan for plan in (one, other) if plan]
    return min(plans, key=lambda plan: plan.objective) if plans else None


def _near_plan(search: Search, plan: IntArray, most: int) -> IntArray:
    """
    Return the options whose one-SKU moves raise the plan's cost least, or lower it most.

    Scenarios carry the plan's own tail weights: CVaR is convex, so no move gains more than that.
    """
    tail = tail_of(search.judge, plan)
    prices = RoundPrices(resource=search.best.prices.resource, tail=tail)
    return changes(search.judge.model, prices, plan, np.inf, most).rows


def _room(search: Search, incumbent: Incumbent | None) -> float:
    """Return the largest reduced cost that a plan better by more than the gap could contain."""
    if incumbent is None:
        return np.inf
    room = incumbent.enough(search.effort.gap) - search.bound
    return room + _ARITHMETIC * abs(incumbent.objective)
