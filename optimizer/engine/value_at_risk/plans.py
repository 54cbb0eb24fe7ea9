"""Plans for VaR: CVaR suggests which scenarios to ignore, and whole plans are solved for them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.domain.arrays import BoolArray
from optimizer.domain.observer import SILENT
from optimizer.engine.decompose.bound import Proof, Round, price_round
from optimizer.engine.decompose.decomposition import solve_decomposed
from optimizer.engine.decompose.master import Mixture, mix, mixed_loss
from optimizer.engine.decompose.option_blocks import RoundPrices
from optimizer.engine.decompose.pricing_model import PricingModel
from optimizer.engine.exact.whole_model import InfeasibleError
from optimizer.engine.value_at_risk.search import Search, kept_of
from optimizer.errors import StoppedError

_TAILS = (
    1.0,
    1.5,
    2.0,
    3.0,
)  # times the tail's mass: the CVaR levels that suggest which scenarios to ignore
_ROUNDS = 40
_CORES = 2
_LOOSE = 1e-3
_STEP = 0.7
_PLAN_SHARE = 0.2  # of the gap to be proven next, to which a plan for an ignored set is solved


def find_plans(search: Search, share: float) -> None:
    """Solve plans for the most promising ignored sets that CVaR at several tail levels suggests."""
    valued: dict[bytes, tuple[float, BoolArray]] = {}
    nothing = np.zeros(len(search.model.probability), dtype=np.bool_)
    for times in _TAILS:
        tail = min(times * (1.0 - search.tail_level), 1.0)
        model = replace(search.model, tail_cap=search.model.probability / tail)
        kept = kept_of(search, mixed_loss(search.columns, _settled(search, model).share), nothing)
        while kept.tobytes() not in valued and search.effort.seconds_left:
            mixture = _settled(search, search.keeping(kept))
            valued[kept.tobytes()] = (mixture.value, kept)
            kept = kept_of(search, mixed_loss(search.columns, mixture.share), nothing)
    for _, kept in sorted(valued.values(), key=lambda pair: pair[0])[:2]:
        solve_plan(search, kept, share)


def solve_plan(search: Search, kept: BoolArray, share: float) -> None:
    """
    Solve for the whole plan that is best by cost and greatest loss in the kept scenarios.

    Parameters
    ----------
    share
        Share of the objective that is to be proven next.
    """
    keep_plan_of(search, search.keeping(kept), Proof(columns=search.pool), share)


def keep_plan_of(search: Search, model: PricingModel, pool: Proof, share: float) -> None:
    """Solve a model of other tail caps; keep its plan if it is the best by VaR."""
    effort = replace(search.effort, gap=share * _PLAN_SHARE, observer=SILENT)
    if effort.seconds_left == 0.0 and search.best is not None:
        return
    try:
        solved = solve_decomposed(model, effort, pool, _CORES)
    except InfeasibleError:
        if search.best is None:
            raise
        return
    except StoppedError:
        return
    prices = RoundPrices(resource=solved.resource_price, tail=solved.tail_weight)
    search.keep_best(solved.option, prices)


def next_round(search: Search, model: PricingModel, mixture: Mixture, best: Round | None) -> Round:
    """
    Price a step from the best prices towards the mixture's; return the better round.

    If that brings no better bound, the mixture's own prices are tried: they yield a new column, or
    prove that no column has a negative reduced cost.
    """
    target = RoundPrices(resource=mixture.resource, tail=mixture.tail)
    if best is None:
        return _priced(search, model, target)
    new = _priced(search, model, best.prices.towards(target, _STEP))
    if new.bound <= best.bound:
        new = _priced(search, model, target)
    return new if new.bound > best.bound else best


def _priced(search: Search, model: PricingModel, prices: RoundPrices) -> Round:
    priced = price_round(model, prices)
    search.columns.append(priced.column)
    return priced


def _settled(search: Search, model: PricingModel) -> Mixture:
    """Generate columns until the mixture is near its bound."""
    mixture = mix(search.columns, model, search.effort.stop)
    best: Round | None = None
    if mixture is None:
        raise InfeasibleError
    for _ in range(_ROUNDS):
        before, best = best, next_round(search, model, mixture, best)
        near = mixture.value - best.bound <= _LOOSE * abs(mixture.value)
        stop, stand = search.effort.stop, mixture.stand
        better = None if near else mix(search.columns, model, stop, stand)
        if better is None or (best is before and better.value >= mixture.value):
            break
        mixture = better
    return mixture
