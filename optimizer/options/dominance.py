"""Dominance between options of the same SKU: all pairs compared, in compiled loops."""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import BoolArray, Float32Array, FloatArray, Int32Array, IntArray
from optimizer.maths.lost_days import days_lost, terms
from optimizer.options.sourcing_order import SourcingOrder

_UNKNOWN, _NO, _YES = -1, 0, 1


class Rivals(NamedTuple):
    """
    The columns by which options of the same SKU are compared.

    Attributes
    ----------
    start
        Options of SKU i are rows ``start[i]:start[i + 1]``.  Shape ``(n + 1,)``.
    terms
        Terms that a dominating option must not exceed.  Shape ``(O, K)``.
    curve
        Row of `curves`.  Shape ``(O,)``.
    curves
        Loss curves, which a dominating option must not exceed anywhere.  Shape ``(C, 17)``.
    alternate_set
        Row of a `SourcingOrder`.  Shape ``(O,)``.
    is_new
        False for options none of which dominates another of them.  Shape ``(O,)``.
    """

    start: IntArray
    terms: FloatArray
    curve: IntArray | Int32Array
    curves: FloatArray | Float32Array
    alternate_set: IntArray | Int32Array
    is_new: BoolArray


def undominated(rivals: Rivals, sourcing: SourcingOrder) -> BoolArray:
    """
    Return which options no other option of the same SKU dominates.

    Option i dominates j if no term of i and no point of its curve is larger, i loses no more days
    in any strike and onboards no further supplier, and one of these is strict or i comes first.
    Between different sets of alternates the curve of i must not fall with the days lost.

    Parameters
    ----------
    rivals
        The options, sorted by SKU.
    sourcing
        Profile and onboardings of every set of alternates.

    Returns
    -------
    BoolArray
        Shape ``(O,)``; at least one of every SKU.
    """
    lost = sourcing.lost
    days = (terms(lost), lost.scenario_of_strike)
    grows = (np.diff(rivals.curves, axis=1) >= 0.0).all(axis=1)
    sku = np.repeat(np.arange(len(rivals.start) - 1), np.diff(rivals.start))
    by_first_term = np.lexsort((rivals.terms[:, 0], sku))
    kept: BoolArray = _undominated(
        (rivals.start, by_first_term),
        (rivals.terms, rivals.alternate_set, rivals.is_new),
        (rivals.curve, rivals.curves, grows),
        (sourcing.profile, sourcing.onboard, days),
    )
    return kept


@numba.njit(cache=True, nogil=True)
def _undominated(skus, options, shapes, sourcing):  # type: ignore[no-untyped-def]
    start, by_first_term = skus
    kept = np.ones(len(by_first_term), dtype=np.bool_)
    is_new = options[2]
    for sku in range(len(start) - 1):
        mine = by_first_term[start[sku] : start[sku + 1]]
        new = mine[is_new[mine]]
        if len(new) > 0:
            _drop_dominated(kept, (mine, new), options, shapes, sourcing)
    return kept


@numba.njit(cache=True, nogil=True)
def _drop_dominated(kept, rivals, options, shapes, sourcing):  # type: ignore[no-untyped-def]
    """
    Compare all pairs of a SKU but those of which neither is new.

    Dominance is transitive, so a dominated option is no longer a rival.
    """
    mine, new = rivals
    terms, alternate_set, is_new = options
    curve, curves, grows = shapes
    lowest, highest = alternate_set[mine].min(), alternate_set[mine].max()
    n_sets = highest - lowest + 1
    order = np.full((n_sets, n_sets), _UNKNOWN, dtype=np.int8)
    for j in mine:
        for i in mine if is_new[j] else new:
            if terms[i, 0] > terms[j, 0]:
                break
            here, there = alternate_set[i] - lowest, alternate_set[j] - lowest
            if i == j or not kept[i] or order[here, there] == _NO:
                continue
            no_larger, smaller = _compare(terms, i, j)
            if not no_larger:
                continue
            no_larger, lower = _lies_below(curve[i], curve[j], here == there, curves, grows)
            if not no_larger or not _no_worse(here, there, lowest, order, sourcing):
                continue
            strict = smaller or lower
            if i < j or strict or not _no_worse(there, here, lowest, order, sourcing):
                kept[j] = False
                break


@numba.njit(cache=True, nogil=True)
def _lies_below(this, that, same_set, curves, grows):  # type: ignore[no-untyped-def]
    """Return whether no point of the first curve is larger, and whether any is smaller."""
    if not same_set and not grows[this]:
        return False, False
    if this == that:
        return True, False
    return _compare(curves, this, that)


@numba.njit(cache=True, nogil=True)
def _compare(rows, this, that):  # type: ignore[no-untyped-def]
    """Return whether no number of the first row is larger, and whether any is smaller."""
    smaller = False
    for k in range(rows.shape[1]):
        if rows[this, k] > rows[that, k]:
            return False, False
        smaller |= rows[this, k] < rows[that, k]
    return True, smaller


@numba.njit(cache=True, nogil=True)
def _no_worse(here, there, lowest, order, sourcing):  # type: ignore[no-untyped-def]
    """Return whether a SKU's set of alternates is no worse than another; computed once."""
    if order[here, there] == _UNKNOWN:
        profile, onboard, days = sourcing
        this, that = lowest + here, lowest + there
        subset = _subset(onboard[this], onboard[that])
        no_worse = subset and _loses_no_more(profile[this], profile[that], days)
        order[here, there] = _YES if no_worse else _NO
    return order[here, there] == _YES


@numba.njit(cache=True, nogil=True)
def _subset(these, those):  # type: ignore[no-untyped-def]
    """Return whether every supplier of one set is in the other; -1 is none."""
    for supplier in these:
        if supplier >= 0 and supplier != those[0] and supplier != those[1]:
            return False
    return True


@numba.njit(cache=True, nogil=True)
def _loses_no_more(this, that, days):  # type: ignore[no-untyped-def]
    """
    Return whether one profile loses no more days than another, strike by strike.

    Every strike of the first is matched, in order, with a strike of the other in the same future
    that costs at least as many days; then no non-decreasing curve sums to more.
    """
    if this == that:
        return True
    lost, scenario = days
    other, end = lost.start[lost.supply[that]], lost.start[lost.supply[that] + 1]
    for entry in range(lost.start[lost.supply[this]], lost.start[lost.supply[this] + 1]):
        least, future = days_lost(entry, this, lost), scenario[lost.strike[entry]]
        if least == 0.0:
            continue
        while other < end and (
            scenario[lost.strike[other]] < future
            or (scenario[lost.strike[other]] == future and days_lost(other, that, lost) < least)
        ):
            other += 1
        if other == end or scenario[lost.strike[other]] != future:
            return False
        other += 1
    return True
