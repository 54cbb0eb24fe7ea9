"""
Price → mix → bound → round → core: any number of SKUs, and a proof (ALGORITHMS 1–4).

The bound comes from prices alone.  The plan begins as the mixture rounded; a core of the SKUs that
are nearly indifferent is then solved with everything else fixed; and where few enough options can
still be part of a better plan, all of them are searched, which closes the gap.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.engine.decompose.bound import Proof, Round, prove
from optimizer.engine.decompose.core import make_core
from optimizer.engine.decompose.master import Mixture
from optimizer.engine.decompose.moves import (
    Judge,
    fit,
    improve,
    objective_of,
    price_changes,
    within_limits,
)
from optimizer.engine.decompose.price_table import add_of_sets, price_options, sum_losses
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


def reduced_cost(model: PricingModel, best: Round) -> FloatArray:
    """How much dearer than the bound a plan with this option is, at least.  Shape ``(O,)``."""
    prices = best.prices
    priced = price_options(model.table, prices.resource, prices.tail)
    least = np.repeat(best.opening.least, np.diff(model.links.set_start))
    add_of_sets(model.table, priced, best.opening.link_price - least)
    return priced


def _search_cores(ground: _Ground, proof: Proof, mixture: Mixture, cores: int) -> _Found | None:
    """Round the mixture and move, then solve ever larger cores until the gap is closed."""
    rounded = round_mixture(ground.model, proof.columns, mixture)
    if ground.effort.seconds_left == 0.0:
        return _best_known(ground, proof, rounded.option)
    plan, found = _moved(ground, rounded.option)
    if found is not None and found.closed(ground.effort.gap):
        return found
    reduced = reduced_cost(ground.model, ground.best)
    for extra in _CORE_EXTRA_OPTIONS[:cores]:
        promising = _promising(ground, reduced, found)
        keep = promising & _smallest(reduced, ground.model.table.n_skus + extra)
        whole = np.array_equal(keep, promising)
        if not whole:
            keep |= _smallest(_change(ground, plan), extra)
        keep[rounded.choices[:, :_UNDECIDED_SKUS]] = True
        keep[plan] = True
        share = 1.0 if whole else _CORE_SHARE
        left_out = float(np.min(reduced, where=~keep, initial=np.inf))
        found = _solve_core(ground, plan, keep, found, share=share, left_out=left_out)
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


def _change(ground: _Ground, plan: IntArray) -> FloatArray:
    """
    Return the least that giving one SKU of a plan another option can change.  Shape ``(O,)``.

    The plan's own tail weighs the scenarios: CVaR is convex, so no move gains more.
    """
    model = ground.model
    loss = sum_losses(model.table, plan).sum(axis=0)
    tail = ground.judge.tail(loss, float(model.table.mean[plan].sum()))
    return price_changes(model, ground.best.prices.resource, tail, plan)


def _promising(ground: _Ground, reduced: FloatArray, found: _Found | None) -> BoolArray:
    """Return the options that a plan better by more than the gap could hold.  Shape ``(O,)``."""
    if found is None:
        return np.ones(len(reduced), dtype=np.bool_)
    room = found.objective - ground.effort.gap * abs(found.objective) - ground.best.bound
    return np.asarray(reduced <= room + _ARITHMETIC * abs(found.objective))


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
    keep: BoolArray,
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
        if keep.all():
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


def _smallest(reduced: FloatArray, count: int) -> BoolArray:
    """Return the options of the smallest reduced cost.  Shape ``(O,)``."""
    if len(reduced) <= count:
        return np.ones(len(reduced), dtype=np.bool_)
    return np.asarray(reduced <= np.partition(reduced, count - 1)[count - 1])
