"""
Price → mix → bound → round → core: any number of SKUs, and a proof (ALGORITHMS 1–4).

The bound comes from prices alone.  The plan begins as the mixture rounded; a core of the SKUs that
are nearly indifferent is then solved with everything else fixed; and where few enough options can
still be part of a better plan, all of them are searched, which closes the gap.
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
class _Ground:
    """What every search stands on: the model and the best prices."""

    model: PricingModel
    best: Round
    effort: Effort

    @property
    def judge(self) -> Judge:
        """What a plan is judged by: the tail as the model's caps make it."""
        return Judge(model=self.model, level=0.0, is_var=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Found:
    """The best plan so far, what it costs, what is proven, and why the search for it ended."""

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
        Empty, or that of a neighbouring budget to go on from; it is carried further.
    cores
        How many of ever larger cores to search at most.

    Raises
    ------
    InfeasibleError
        If even the mixture of plans cannot meet the limits.
    StoppedError
        If the effort ran out before any plan was found.
    """
    best, mixture = prove(model, effort, effort.gap * _PROOF_SHARE, proof)
    ground = _Ground(model=model, best=best, effort=effort)
    if mixture is None:
        found = _best_known(ground, proof)
    else:
        found = _search_cores(ground, proof, mixture, cores)
        proof.forget(mixture)
    if found is None:
        raise StoppedError(effort.stop.reason if effort.seconds_left == 0.0 else "size")
    effort.progress(found.objective, found.bound)
    return Solved(
        option=found.option,
        objective=found.objective,
        bound=found.bound,
        stopped_by=found.stopped_by,
        resource_price=best.prices.resource,
        tail_weight=best.prices.tail,
    )


def near_bound(model: PricingModel, best: Round, room: float, most: int | None = None) -> Near:
    """
    Return the options that a plan could hold which costs no more than the bound and some room.

    The price of each is its reduced cost: how much dearer than the bound a plan with it is, at
    least.

    Parameters
    ----------
    room
        Beyond the bound. [money unit]
    most
        The cheapest of them, if there are more.
    """
    least = np.repeat(best.opening.least, np.diff(model.links.set_start))
    of_set = best.opening.link_price - least
    return model.options.below(best.prices, of_set, room, most)


def _search_cores(ground: _Ground, proof: Proof, mixture: Mixture, cores: int) -> _Found | None:
    """Round the mixture and move, then solve ever larger cores until the gap is closed."""
    rounded = round_mixture(ground.model, proof.columns, mixture)
    if ground.effort.seconds_left == 0.0:
        return _best_known(ground, proof, rounded.option)
    plan, found = _moved(ground, rounded.option)
    if found is not None and found.closed(ground.effort.gap):
        return found
    model = ground.model
    for extra in _CORE_EXTRA_OPTIONS[:cores]:
        room = _room(ground, found)
        near = near_bound(model, ground.best, room, model.options.n_skus + extra)
        whole = near.beyond > room
        choices = rounded.choices[:, :_UNDECIDED_SKUS].ravel()
        rows = [near.rows, choices, plan, *([] if whole else [_near_plan(ground, plan, extra)])]
        share = 1.0 if whole else _CORE_SHARE
        keep = np.unique(np.concatenate(rows))
        found = _solve_core(ground, plan, keep, found, share=share, left_out=near.beyond)
        ended = whole or ground.effort.seconds_left == 0.0
        if ended or (found is not None and found.closed(ground.effort.gap)):
            return found
        if found is not None:
            plan = found.option
            ground.effort.progress(found.objective, found.bound)
    return replace(found, stopped_by="size") if found else None


def _moved(ground: _Ground, plan: IntArray) -> tuple[IntArray, _Found | None]:
    """Return the plan that moves make of another, as good as the gap needs, where it is one."""
    plan = fit(ground.judge, plan)
    found = _evaluated(ground, plan)
    if found is None or found.closed(ground.effort.gap):
        return plan, found
    plan = improve(ground.judge, plan, ground.effort.stop)
    return plan, _evaluated(ground, plan)


def _near_plan(ground: _Ground, plan: IntArray, most: int) -> IntArray:
    """
    Return the options with which giving one SKU of a plan another can change least.

    The plan's own tail weighs the scenarios: CVaR is convex, so no move gains more.
    """
    options = ground.model.options
    loss, mean = options.losses(plan).sum(axis=0), float(options.total(plan).mean.sum())
    tail = ground.judge.tail(loss, mean)
    prices = RoundPrices(resource=ground.best.prices.resource, tail=tail)
    return changes(ground.model, prices, plan, np.inf, most).rows


def _room(ground: _Ground, found: _Found | None) -> float:
    """Return how far beyond the bound a plan better by more than the gap could be."""
    if found is None:
        return np.inf
    room = found.objective - ground.effort.gap * abs(found.objective) - ground.best.bound
    return room + _ARITHMETIC * abs(found.objective)


def _best_known(ground: _Ground, proof: Proof, *rounded: IntArray) -> _Found | None:
    """
    Return the cheapest plan priced so far, for want of time to look for better.

    The one that exceeds the limits least, rounded or priced last, is fitted to them.
    """
    priced = [column.option for column in proof.columns]
    fitted = fit(ground.judge, [*priced, *rounded][-1])
    known = [found for plan in [fitted, *priced] if (found := _evaluated(ground, plan))]
    if not known:
        return None
    best = min(known, key=lambda found: found.objective)
    return replace(best, stopped_by=ground.effort.stop.reason)


def _solve_core(
    ground: _Ground,
    base: IntArray,
    keep: IntArray,
    found: _Found | None,
    *,
    share: float,
    left_out: float,
) -> _Found | None:
    """
    Solve the kept options and keep the better plan.

    A plan of kept options costs at least the core's bound; a plan with any other option at least
    the prices' bound plus that option's reduced cost, `left_out` at least.
    """
    best, effort = ground.best, ground.effort
    core = make_core(ground.model, base, keep)
    target = best.bound + effort.gap * _INSIDE * abs(best.bound)
    beyond = best.bound + left_out
    of_core = OfCore(effort.observer, best.bound * effort.money, beyond * effort.money)
    effort = replace(effort, gap=effort.gap * share, target=target, observer=of_core)
    try:
        solved = solve_exact(core.data, effort)
    except InfeasibleError:
        if len(keep) == ground.model.options.n_options:
            raise
        return found
    except StoppedError as stopped:
        return replace(found, stopped_by=stopped.reason) if found else None
    bound = max(best.bound, min(beyond, solved.bound))
    plan = _evaluated(ground, core.plan(solved.option))
    kept = plan if found is None or (plan and plan.objective < found.objective) else found
    if kept is None:
        return None
    return replace(kept, bound=max(kept.bound, bound), stopped_by=solved.stopped_by)


def _evaluated(ground: _Ground, option: IntArray) -> _Found | None:
    """Return a plan with its objective, None where it exceeds a limit."""
    if not within_limits(ground.judge, option):
        return None
    cost = objective_of(ground.judge, option)
    return _Found(option=option, objective=cost, bound=ground.best.bound)
