"""Conflicts: scenarios that no cheaper plan keeps together, few and disjoint."""

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
    Add disjoint conflicts among the kept scenarios: by prices, or else of whole plans.

    No more than it takes: what hits more of them than may be ignored is no plan's.

    Returns
    -------
    float or None
        None where one was added; else the least that a mixture which keeps them is known to cost.
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
    """Leave out chunks of a conflict's scenarios while it stays one."""
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
    """The scenarios of a conflict, those of the least weight first."""
    members = np.flatnonzero(conflict.kept)
    order = members[np.argsort(conflict.prices.tail[members], kind="stable")]
    for first in range(0, len(order), size):
        yield order[first : first + size]


def _reach(search: Search, kept: BoolArray, threshold: float) -> tuple[Round | None, float]:
    """
    Price until keeping these scenarios is proven a conflict, or mixtures are known to be cheaper.

    Returns
    -------
    tuple of Round or None, and float
        The best round, and the least that the mixtures of all plans priced cost.
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
    """Return the best mixture of the pool, or where there is none of all columns, in time."""
    for columns in (search.pool, search.columns):
        stop = search.effort.stop
        mixture = mix(columns, model, stop) if stop.seconds_left else None
        if mixture is not None:
            return mixture
    return None


def _by_prices(search: Search, kept: BoolArray, best: Round, threshold: float) -> Conflict:
    """Return the conflict of the scenarios that weigh, priced again without the others' dust."""
    prices, heavy = on_heavy(kept, best.prices, _DUST)
    clean = price_round(search.model, prices)
    if clean.bound < threshold:
        _, weighing = on_heavy(kept, best.prices, 0.0)
        return Conflict(kept=weighing, bound=best.bound, prices=best.prices)
    return Conflict(kept=heavy, bound=clean.bound, prices=clean.prices)
