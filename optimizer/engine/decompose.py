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
from optimizer.domain.plan import StoppedBy
from optimizer.engine.bound import Proof, Round, RoundPrices, column_of, price_round, prove
from optimizer.engine.core import make_core
from optimizer.engine.exact import Effort, InfeasibleError, Solved, solve_exact
from optimizer.engine.kernel import price_options
from optimizer.engine.master import Column, Mixture
from optimizer.engine.pricing_model import PricingModel
from optimizer.errors import STOPPED_EARLY, StoppedError
from optimizer.maths.risk import tail_weights

_GOLDEN = 0.6180339887498949
_CORE_EXTRA_OPTIONS = 1_500
_REST_OPTIONS = 60_000
_UNDECIDED_SKUS = 1_000
_PROOF_SHARE = 0.1  # of the asked gap, left to the mixture; the rest is for whole plans
_CORE_SHARE = 0.5  # of the asked gap, at which a core that misses it is left
_INSIDE = 0.99
_ARITHMETIC = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Ground:
    """What every search stands on: the model, the best prices, and what they say of each option."""

    model: PricingModel
    best: Round
    reduced: FloatArray
    effort: Effort


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


def solve_decomposed(model: PricingModel, effort: Effort, proof: Proof) -> Solved:
    """
    Return the best plan found, and a bound no plan can beat.

    Parameters
    ----------
    proof
        Empty, or that of a neighbouring budget to go on from; it is carried further.

    Raises
    ------
    InfeasibleError
        If even the mixture of plans cannot meet the limits.
    StoppedError
        If the effort ran out before any plan was found.
    """
    best, mixture = prove(model, effort, effort.gap * _PROOF_SHARE, proof)
    ground = _Ground(model=model, best=best, reduced=_reduced_cost(model, best), effort=effort)
    found = _search_core(ground, proof, mixture)
    if found is None:
        raise StoppedError(STOPPED_EARLY)
    effort.progress(found.objective, found.bound)
    found = _search_rest(ground, found)
    return Solved(
        option=found.option,
        objective=found.objective,
        bound=min(found.bound, found.objective),
        stopped_by=found.stopped_by,
        resource_price=best.prices.resource,
        scenario_weight=best.prices.scenario,
    )


def objective_of(model: PricingModel, column: Column) -> float:
    """Return a plan's objective. [money unit]"""
    risk, probability = model.risk, model.probability
    expected = (1.0 - risk.tail_weight) * float(probability @ column.loss)
    in_tail = tail_weights(column.loss, probability, risk.level)
    return column.cost + expected + risk.tail_weight * float(in_tail @ column.loss)


def priced_cost(model: PricingModel, prices: RoundPrices) -> FloatArray:
    """Return what every option costs with resources, losses and links priced.  Shape ``(O,)``."""
    return _priced(model, price_round(model, prices))


def _priced(model: PricingModel, round_: Round) -> FloatArray:
    prices = round_.prices
    priced = price_options(model.table, prices.resource, prices.scenario)
    priced += round_.opening.link_price[model.table.set_of_option]
    return priced


def _reduced_cost(model: PricingModel, best: Round) -> FloatArray:
    """How much dearer than the bound a plan with this option is, at least.  Shape ``(O,)``."""
    return _priced(model, best) - np.repeat(best.opening.least, np.diff(model.table.start))


def _search_core(ground: _Ground, proof: Proof, mixture: Mixture) -> _Found | None:
    """Round the mixture, then solve the SKUs that are nearly indifferent."""
    active = _active(proof, mixture)
    base, undecided = _rounded(ground.model, active)
    if ground.effort.seconds_left == 0.0:
        return _best_known(ground, [base, *(column.option for column in proof.columns)])
    keep = _smallest(ground.reduced, ground.model.table.n_skus + _CORE_EXTRA_OPTIONS)
    for _, option in active:
        keep[option[undecided]] = True
    keep[base] = True
    return _solve_core(ground, base, keep, _evaluated(ground, base))


def _best_known(ground: _Ground, plans: list[IntArray]) -> _Found | None:
    """Return the cheapest of some plans within the limits, for want of time to look for better."""
    known = [found for plan in plans if (found := _evaluated(ground, plan))]
    if not known:
        return None
    return replace(min(known, key=lambda found: found.objective), stopped_by=ground.effort.ended_by)


def _search_rest(ground: _Ground, found: _Found) -> _Found:
    """Search every option that a better plan could hold, where they are few enough."""
    effort, best = ground.effort, ground.best
    if found.closed(effort.gap):
        return found
    if effort.seconds_left == 0.0:
        return replace(found, stopped_by=effort.ended_by)
    room = found.objective - best.bound
    keep = ground.reduced <= room + _ARITHMETIC * abs(found.objective)
    keep[found.option] = True
    if np.count_nonzero(keep) - ground.model.table.n_skus > _REST_OPTIONS:
        return replace(found, stopped_by="size")
    return _solve_core(ground, found.option, keep, found) or found


def _solve_core(
    ground: _Ground, base: IntArray, keep: BoolArray, found: _Found | None
) -> _Found | None:
    """
    Solve the kept options and keep the better plan.

    A plan of kept options costs at least the core's bound; a plan with any other option at least
    the prices' bound plus that option's reduced cost.
    """
    best, effort = ground.best, ground.effort
    core = make_core(ground.model, base, keep)
    target = best.bound + effort.gap * _INSIDE * abs(best.bound)
    try:
        solved = solve_exact(
            core.data, replace(effort, gap=effort.gap * _CORE_SHARE, target=target)
        )
    except InfeasibleError:
        return found
    left_out = float(np.min(ground.reduced, where=~keep, initial=np.inf))
    bound = max(best.bound, min(best.bound + left_out, solved.bound))
    plan = _evaluated(ground, core.plan(solved.option))
    kept = plan if found is None or (plan and plan.objective < found.objective) else found
    if kept is None:
        return None
    return replace(kept, bound=max(kept.bound, bound), stopped_by=solved.stopped_by)


def _evaluated(ground: _Ground, option: IntArray) -> _Found | None:
    """Return a plan with its objective, None where it exceeds a limit."""
    column = column_of(ground.model, option, ground.model.opened_by(option))
    limit = ground.model.limit
    if np.any(column.use > limit + _ARITHMETIC * np.abs(limit)):
        return None
    cost = objective_of(ground.model, column)
    return _Found(option=option, objective=cost, bound=ground.best.bound)


def _active(proof: Proof, mixture: Mixture) -> list[tuple[float, IntArray]]:
    """Share and options of the columns that the mixture uses."""
    used = np.flatnonzero(mixture.share > _ARITHMETIC)
    return [(float(mixture.share[k]), proof.columns[k].option) for k in used]


def _rounded(
    model: PricingModel, active: list[tuple[float, IntArray]]
) -> tuple[IntArray, IntArray]:
    """
    Give every SKU the choice of one column, each column its share of the SKUs.

    Returns the plan, and the SKUs whose columns differ most in what they use.
    """
    share = np.array([share for share, _ in active])
    choices = np.stack([option for _, option in active])
    differ = np.flatnonzero((choices != choices[0]).any(axis=0))
    spread = np.ptp(model.table.cost[choices[:, differ]], axis=0)
    for use in model.table.use:
        spread = spread + np.ptp(use[choices[:, differ]], axis=0)
    order = differ[np.argsort(-spread, kind="stable")]
    place = np.modf(np.arange(1, len(order) + 1) * _GOLDEN)[0]
    column = np.searchsorted(np.cumsum(share / share.sum()), place)
    plan = choices[0].copy()
    plan[order] = choices[np.minimum(column, len(active) - 1), order]
    return plan, order[:_UNDECIDED_SKUS]


def _smallest(reduced: FloatArray, count: int) -> BoolArray:
    """Return the options of the smallest reduced cost.  Shape ``(O,)``."""
    if len(reduced) <= count:
        return np.ones(len(reduced), dtype=np.bool_)
    return np.asarray(reduced <= np.partition(reduced, count - 1)[count - 1])
