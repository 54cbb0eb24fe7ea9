"""Plans for VaR: which scenarios to ignore, as CVaR suggests it, and whole plans that do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray
from optimizer.domain.observer import SILENT
from optimizer.engine.bound import Proof, Round, RoundPrices, price_round
from optimizer.engine.decompose import solve_decomposed
from optimizer.engine.exact import InfeasibleError
from optimizer.engine.master import Mixture, mix
from optimizer.engine.pricing_model import PricingModel
from optimizer.engine.tail.search import Search, kept_of
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
        kept = kept_of(search, _loss_of(search, _settled(search, model)), nothing)
        while kept.tobytes() not in found and search.effort.seconds_left:
            mixture = _settled(search, search.keeping(kept))
            found[kept.tobytes()] = (mixture.value, kept)
            kept = kept_of(search, _loss_of(search, mixture), nothing)
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
    effort = replace(search.effort, gap=share * _PLAN_SHARE, observer=SILENT)
    if effort.seconds_left == 0.0 and search.best is not None:
        return
    pool = Proof(columns=search.pool)
    try:
        solved = solve_decomposed(search.keeping(kept), effort, pool, _CORES)
    except (InfeasibleError, StoppedError):
        return
    prices = RoundPrices(resource=solved.resource_price, scenario=solved.scenario_weight)
    search.keep_best(solved.option, prices)


def next_round(search: Search, model: PricingModel, mixture: Mixture, best: Round | None) -> Round:
    """Price a step of the way from the best prices to the mixture's; return the better round."""
    target = RoundPrices(resource=mixture.resource, scenario=mixture.scenario)
    new = price_round(model, best.prices.towards(target, _STEP) if best else target)
    search.columns.append(new.column)
    return new if best is None or new.bound > best.bound else best


def _settled(search: Search, model: PricingModel) -> Mixture:
    """Price until the mixture is near its bound."""
    mixture, best = mix(search.columns, model), None
    for _ in range(_ROUNDS):
        if mixture is None or not search.effort.seconds_left:
            break
        best = next_round(search, model, mixture, best)
        if mixture.value - best.bound <= _LOOSE * abs(mixture.value):
            break
        mixture = mix(search.columns, model)
    if mixture is None:
        raise InfeasibleError
    return mixture


def _loss_of(search: Search, mixture: Mixture) -> FloatArray:
    """Loss of a mixture in every scenario.  Shape ``(S,)``. [money unit]"""
    used = np.flatnonzero(mixture.share.any(axis=1)).tolist()
    parts = [mixture.share[k] @ search.columns[k].loss for k in used]
    return np.asarray(np.sum(parts, axis=0))
