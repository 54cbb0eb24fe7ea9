"""Finds conflicts, sets of scenarios that no cheaper plan keeps together, small and disjoint."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.domain.arrays import BoolArray, IntArray
from optimizer.engine.decompose.bound import Round, price_round
from optimizer.engine.decompose.master import Mixture, mix
from optimizer.engine.decompose.pricing_model import PricingModel
from optimizer.engine.value_at_risk.plans import next_round
from optimizer.engine.value_at_risk.search import Conflict, Search, on_heavy
from optimizer.engine.value_at_risk.whole import MOST_SKUS, whole_conflict

_ROUNDS = 40
_DUST = 1e-6


def add_conflicts(search: Search, kept: BoolArray, threshold: float) -> float | None:
    """
    Add disjoint conflicts among the kept scenarios: by prices, otherwise of whole plans.

    It ends once hitting all of them would ignore more probability than VaR may.

    Returns
    -------
    float or None
        None if a conflict was added; otherwise the value of the best mixture that keeps them all.
    """
    rest, whole = kept.copy(), search.model.options.n_skus <= MOST_SKUS
    unhit = 0.0
    while rest.any() and unhit <= search.may_ignore and search.effort.seconds_left:
        best, value = _reach(search, rest, threshold)
        conflict = None
        if best is not None and best.bound >= threshold:
            priced = _by_prices(search, rest, best, threshold)
            conflict, whole = _shrunk(search, priced, threshold), False
        elif best is not None and whole:
            conflict = whole_conflict(search, rest, best, threshold)
        if conflict is None:
            return None if rest.sum() < kept.sum() else value
        search.conflicts.append(conflict)
        if not conflict.kept.any():
            return None
        rest &= ~conflict.kept
        unhit += float(search.model.probability[conflict.kept].min())
    return None


def _shrunk(search: Search, conflict: Conflict, threshold: float) -> Conflict:
    """Remove chunks of scenarios as long as the rest remains a conflict."""
    size = max(int(conflict.kept.sum()) // 2, 1)
    while search.effort.seconds_left:
        for chunk in _chunks(conflict, size):
            fewer = conflict.kept.copy()
            fewer[chunk] = False
            if not conflict.kept[chunk].all() or not fewer.any() or not search.effort.seconds_left:
                continue
            best, _ = _reach(search, fewer, threshold)
            if best is not None and best.bound >= threshold:
                conflict = _by_prices(search, fewer, best, threshold)
        if size == 1:
            break
        size //= 2
    return conflict


def _chunks(conflict: Conflict, size: int) -> Iterator[IntArray]:
    """Yield the scenarios of a conflict in chunks, the smallest weights first."""
    members = np.flatnonzero(conflict.kept)
    order = members[np.argsort(conflict.prices.tail[members], kind="stable")]
    for first in range(0, len(order), size):
        yield order[first : first + size]


def _reach(search: Search, kept: BoolArray, threshold: float) -> tuple[Round | None, float]:
    """
    Generate columns until the kept scenarios are a proven conflict or a mixture is cheaper.

    Returns
    -------
    tuple of Round or None, and float
        The best round, and the value of the restricted master.
    """
    model, best, before, value = search.keeping(kept), None, None, np.inf
    for _ in range(_ROUNDS):
        mixture = _mixture(search, model)
        if mixture is None:
            return None, np.inf
        idle = best is not None and mixture.value >= value and best is before
        value = mixture.value
        if idle or (value < threshold and best is not None):
            break
        before, best = best, next_round(search, model, mixture, best)
        if best.bound >= threshold or value < threshold:
            break
    return best, value


def _mixture(search: Search, model: PricingModel) -> Mixture | None:
    """Return the best mixture of the pool, or of all columns if the pool has none."""
    for columns in (search.pool, search.columns):
        stop = search.effort.stop
        mixture = mix(columns, model, stop) if stop.seconds_left else None
        if mixture is not None:
            return mixture
    return None


def _by_prices(search: Search, kept: BoolArray, best: Round, threshold: float) -> Conflict:
    """Return the conflict of the scenarios with weight, repriced without negligible weights."""
    prices, heavy = on_heavy(kept, best.prices, _DUST)
    clean = price_round(search.model, prices)
    if clean.bound < threshold:
        _, weighing = on_heavy(kept, best.prices, 0.0)
        return Conflict(kept=weighing, bound=best.bound, prices=best.prices)
    return Conflict(kept=heavy, bound=clean.bound, prices=clean.prices)
