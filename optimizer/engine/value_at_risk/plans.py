"""Plans for VaR: which scenarios to ignore, as CVaR suggests it, and whole plans that do."""

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

_TAILS = (1.0, 1.5, 2.0, 3.0)  # times the tail's mass: whose CVaR tells which scenarios to ignore
_ROUNDS = 40
_CORES = 2
_LOOSE = 1e-3
_STEP = 0.7
_PLAN_SHARE = 0.2  # of the gap to be proven, to which the plan for an ignored set is solved


def find_plans(search: Search, share: float) -> None:
    """Take the ignored sets that CVaR at several levels suggests, where mixtures are cheapest."""
    found: dict[bytes, tuple[float, BoolArray]] = {}
    nothing = np.zeros(len(search.model.probability), dtype=np.bool_)
    for times in _TAILS:
        tail = min(times * (1.0 - search.level), 1.0)
        model = replace(search.model, tail_cap=search.model.probability / tail)
        kept = kept_of(search, mixed_loss(search.columns, _settled(search, model).share), nothing)
        while kept.tobytes() not in found and search.effort.seconds_left:
            mixture = _settled(search, search.keeping(kept))
            found[kept.tobytes()] = (mixture.value, kept)
            kept = kept_of(search, mixed_loss(search.columns, mixture.share), nothing)
    for _, kept in sorted(found.values(), key=lambda pair: pair[0])[:2]:
        solve_plan(search, kept, share)


def solve_plan(search: Search, kept: BoolArray, share: float) -> None:
    """
    Find a whole plan whose greatest loss in the kept scenarios is worth its cost.

    Parameters
    ----------
    share
        Of the objective, that is to be proven next.
    """
    keep_plan_of(search, search.keeping(kept), Proof(columns=search.pool), share)


def keep_plan_of(search: Search, model: PricingModel, pool: Proof, share: float) -> None:
    """Solve a model of other weights on the scenarios, and keep its plan where it is the best."""
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
    Price a step of the way from the best prices to the mixture's; return the better round.

    Where that betters nothing, the mixture's own prices are tried: no column is cheaper at them
    than those it has, or there is a new one.
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
    """Price until the mixture is near its bound."""
    mixture = mix(search.columns, model, search.effort.stop)
    best: Round | None = None
    if mixture is None:
        raise InfeasibleError
    for _ in range(_ROUNDS):
        before, best = best, next_round(search, model, mixture, best)
        near = mixture.value - best.bound <= _LOOSE * abs(mixture.value)
        better = None if near else mix(search.columns, model, search.effort.stop)
        if better is None or (best is before and better.value >= mixture.value):
            break
        mixture = better
    return mixture
