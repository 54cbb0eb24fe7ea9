"""
Column generation, rounding, then ever larger cores: any number of SKUs, and a proof.

Column generation proves the bound; its mixture, rounded and improved by one-SKU moves, is the first
incumbent.  A core of the options with the smallest reduced costs is then solved by branch and bound
with all other SKUs fixed.  Once every option that could be part of a better plan fits into the
core, solving it closes the gap.

Why cores: a mixture is fractional in a few SKUs only, so nearly all of an optimal plan is decided
by the prices, and the rest is small enough for the exact method (ALGORITHMS 4).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.domain.arrays import IntArray
from optimizer.engine.decompose.bound import Proof, Round, prove
from optimizer.engine.decompose.core import make_core
from optimizer.engine.decompose.master import Mixture
from optimizer.engine.decompose.moves import (
    Judge,
    changes,
    fit,
    improve,
    objective_of,
    within_limits,
)
from optimizer.engine.decompose.option_blocks import Near, RoundPrices
from optimizer.engine.decompose.pricing_model import PricingModel
from optimizer.engine.decompose.round_mixture import round_mixture
from optimizer.engine.decompose.shown import OfCore
from optimizer.engine.exact.whole_model import Effort, InfeasibleError, Solved, solve_exact
from optimizer.errors import StoppedBy, StoppedError

_CORE_EXTRA_OPTIONS = (50, 250, 1_000, 5_000, 20_000, 60_000)  # beyond one a SKU, core by core
_UNDECIDED_SKUS = 1_000
_PROOF_SHARE = 0.1  # of the asked gap, left to the mixture; the rest is for whole plans
_CORE_SHARE = 0.5  # of the asked gap, at which a core that misses it is left
_INSIDE = 0.99
_ARITHMETIC = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Context:
    """What every search shares: the model, the best pricing round and the effort."""

    model: PricingModel
    best: Round
    effort: Effort

    @property
    def judge(self) -> Judge:
        """The objective by which plans are compared: the tail follows from the model's caps."""
        return Judge(model=self.model, tail_level=0.0, is_var=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Incumbent:
    """The best plan so far, its objective, the proven bound, and why the search ended."""

    option: IntArray
    objective: float
    bound: float
    stopped_by: StoppedBy = "gap"

    def closed(self, gap: float) -> bool:
        """Whether the plan is proven within the gap."""
        return self.objective - self.bound <= gap * abs(self.objective)


def solve_decomposed(
    model: PricingModel, effort: Effort, proof: Proof, cores: int = len(_CORE_EXTRA_OPTIONS)
) -> Solved:
    """
    Return the best plan found, and a bound no plan can beat.

    Parameters
    ----------
    proof
        Empty, or that of a neighbouring budget as a warm start; extended in place.
    cores
        How many of the ever larger cores to solve at most.

    Raises
    ------
    InfeasibleError
        If not even a mixture of plans meets the limits.
    StoppedError
        If the effort ran out before any plan was found.
    """
    best, mixture = prove(model, effort, effort.gap * _PROOF_SHARE, proof)
    context = _Context(model=model, best=best, effort=effort)
    if mixture is None:
        incumbent = _best_priced(context, proof)
    else:
        incumbent = _search_cores(context, proof, mixture, cores)
        proof.forget(mixture)
    if incumbent is None:
        raise StoppedError(effort.stop.reason if effort.seconds_left == 0.0 else "size")
    effort.progress(incumbent.objective, incumbent.bound)
    return Solved(
        option=incumbent.option,
        objective=incumbent.objective,
        bound=incumbent.bound,
        stopped_by=incumbent.stopped_by,
        resource_price=best.prices.resource,
        tail_weight=best.prices.tail,
    )


def near_bound(model: PricingModel, best: Round, room: float, most: int | None = None) -> Near:
    """
    Return the options of reduced cost up to `room`; plans below bound + room contain no others.

    An option's reduced cost says by how much, at least, a plan with it exceeds the bound.

    Parameters
    ----------
    room
        Largest reduced cost. [money unit]
    most
        Return only this many, those of the smallest reduced cost.
    """
    least = np.repeat(best.opening.least, np.diff(model.links.set_start))
    of_set = best.opening.link_price - least
    return model.options.below(best.prices, of_set, room, most)


def _search_cores(
    context: _Context, proof: Proof, mixture: Mixture, cores: int
) -> _Incumbent | None:
    """Round the mixture, improve it by moves, then solve ever larger cores until the gap closes."""
    rounded = round_mixture(context.model, proof.columns, mixture)
    if context.effort.seconds_left == 0.0:
        return _best_priced(context, proof, rounded.option)
    plan, incumbent = _moved(context, rounded.option)
    if incumbent is not None and incumbent.closed(context.effort.gap):
        return incumbent
    model = context.model
    for extra in _CORE_EXTRA_OPTIONS[:cores]:
        room = _room(context, incumbent)
        near = near_bound(model, context.best, room, model.options.n_skus + extra)
        whole = near.beyond > room
        choices = rounded.choices[:, :_UNDECIDED_SKUS].ravel()
        rows = [near.rows, choices, plan, *([] if whole else [_near_plan(context, plan, extra)])]
        share = 1.0 if whole else _CORE_SHARE
        keep = np.unique(np.concatenate(rows))
        incumbent = _solve_core(context, plan, keep, incumbent, share=share, left_out=near.beyond)
        ended = whole or context.effort.seconds_left == 0.0
        if ended or (incumbent is not None and incumbent.closed(context.effort.gap)):
            return incumbent
        if incumbent is not None:
            plan = incumbent.option
            context.effort.progress(incumbent.objective, incumbent.bound)
    return replace(incumbent, stopped_by="size") if incumbent else None


def _moved(context: _Context, plan: IntArray) -> tuple[IntArray, _Incumbent | None]:
    """Fit a plan to the limits and improve it by moves, unless it is within the gap already."""
    plan = fit(context.judge, plan)
    incumbent = _evaluated(context, plan)
    if incumbent is None or incumbent.closed(context.effort.gap):
        return plan, incumbent
    plan = improve(context.judge, plan, context.effort.stop)
    return plan, _evaluated(context, plan)


def _near_plan(context: _Context, plan: IntArray, most: int) -> IntArray:
    """
    Return the options whose one-SKU moves raise the plan's cost least, or lower it most.

    Scenarios carry the plan's own tail weights: CVaR is convex, so no move gains more than that.
    """
    options = context.model.options
    loss, mean = options.losses(plan).sum(axis=0), float(options.total(plan).mean.sum())
    tail = context.judge.tail(loss, mean)
    prices = RoundPrices(resource=context.best.prices.resource, tail=tail)
    return changes(context.model, prices, plan, np.inf, most).rows


def _room(context: _Context, incumbent: _Incumbent | None) -> float:
    """Return the largest reduced cost that a plan better by more than the gap could contain."""
    if incumbent is None:
        return np.inf
    room = incumbent.objective - context.effort.gap * abs(incumbent.objective) - context.best.bound
    return room + _ARITHMETIC * abs(incumbent.objective)


def _best_priced(context: _Context, proof: Proof, *rounded: IntArray) -> _Incumbent | None:
    """
    Return the cheapest plan among all columns, when no time is left to search.

    The last rounded or priced plan, which exceeds the limits least, is fitted to them first.
    """
    priced = [column.option for column in proof.columns]
    fitted = fit(context.judge, [*priced, *rounded][-1])
    evaluated = (_evaluated(context, option) for option in [fitted, *priced])
    plans = [plan for plan in evaluated if plan]
    if not plans:
        return None
    best = min(plans, key=lambda plan: plan.objective)
    return replace(best, stopped_by=context.effort.stop.reason)


def _solve_core(
    context: _Context,
    base: IntArray,
    keep: IntArray,
    incumbent: _Incumbent | None,
    *,
    share: float,
    left_out: float,
) -> _Incumbent | None:
    """
    Solve the core of the kept options and return the better incumbent.

    A plan of kept options costs at least the core's bound; a plan with any other option costs at
    least the column-generation bound plus that option's reduced cost, which is `left_out` or more.
    """
    best, effort = context.best, context.effort
    core = make_core(context.model, base, keep)
    target = best.bound + effort.gap * _INSIDE * abs(best.bound)
    beyond = best.bound + left_out
    of_core = OfCore(effort.observer, best.bound * effort.money, beyond * effort.money)
    effort = replace(effort, gap=effort.gap * share, target=target, observer=of_core)
    try:
        solved = solve_exact(core.data, effort)
    except InfeasibleError:
        if len(keep) == context.model.options.n_options:
            raise
        return incumbent
    except StoppedError as stopped:
        return replace(incumbent, stopped_by=stopped.reason) if incumbent else None
    bound = max(best.bound, min(beyond, solved.bound))
    plans = [plan for plan in (incumbent, _evaluated(context, core.plan(solved.option))) if plan]
    if not plans:
        return None
    better = min(plans, key=lambda plan: plan.objective)
    return replace(better, bound=max(better.bound, bound), stopped_by=solved.stopped_by)


def _evaluated(context: _Context, option: IntArray) -> _Incumbent | None:
    """Return a plan with its objective, None if it exceeds a limit."""
    if not within_limits(context.judge, option):
        return None
    cost = objective_of(context.judge, option)
    return _Incumbent(option=option, objective=cost, bound=context.best.bound)
