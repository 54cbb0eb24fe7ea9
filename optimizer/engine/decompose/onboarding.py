r"""
Which suppliers to onboard at given shadow prices, and how their cost is shared among the SKUs.

Onboarding supplier j gains :math:`g_{ij}` for SKU i: its least cost without j less that with j.
If the gains add up to more than the price of onboarding, j is onboarded and its links share that
price in proportion to their gains; if not, each link is charged its whole gain.  For any link
prices :math:`\theta \ge 0` with :math:`\sum_i \theta_{ij} \le c_j` the sum of the SKUs' minima is a
lower bound.

Why dual ascent: if suppliers serve the same SKUs, whatever a link pays beyond the SKU's next best
set is wasted and leaves the bound weak.  Moving that payment to links that can still pay never
lowers the bound, and needs no solver [1]_ (ALGORITHMS 2).

References
----------
.. [1] Erlenkotter, D. (1978). A dual-based procedure for uncapacitated facility location.
   *Operations Research* 26(6):992–1009.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray, ranges

_ASCENTS = 10
_ARITHMETIC = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Links:
    """
    Which suppliers each set of alternates needs onboarded.

    Attributes
    ----------
    set_start
        Sets of SKU i are ``set_start[i]:set_start[i + 1]``.  Shape ``(N + 1,)``.
    supplier
        Suppliers that a set needs onboarded, -1 for none.  Shape ``(A, 2)``.
    pair
        Number of the (SKU, supplier) pair of each, -1 for none.  Shape ``(A, 2)``.
    supplier_of_pair, sku_of_pair
        Shape ``(pairs,)``.
    sets_of_pair, start_of_pair
        Sets of the SKU of pair p: ``sets_of_pair[start_of_pair[p]:start_of_pair[p + 1]]``.
    shut
        Whether a set needs a supplier that may not be onboarded.  Shape ``(A,)``.
    """

    set_start: IntArray
    supplier: IntArray
    pair: IntArray
    supplier_of_pair: IntArray
    sku_of_pair: IntArray
    sets_of_pair: IntArray
    start_of_pair: IntArray
    shut: BoolArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Opening:
    """
    The suppliers onboarded, the set chosen for every SKU, and the bound's terms.

    Attributes
    ----------
    open
        Whether each supplier is onboarded.  Shape ``(K,)``.
    chosen_set
        Cheapest set of each SKU among those whose suppliers are onboarded.  Shape ``(N,)``.
    link_price
        Total price of each set's links, ``inf`` for a set that is shut.  Shape ``(A,)``.
        [money unit]
    least
        Least cost of each SKU, link prices included.  Shape ``(N,)``. [money unit]
    """

    open: BoolArray
    chosen_set: IntArray
    link_price: FloatArray
    least: FloatArray


def make_links(set_start: IntArray, supplier: IntArray, n_suppliers: int) -> Links:
    """Number the (SKU, supplier) pairs of the sets of alternates."""
    sku = np.repeat(np.arange(len(set_start) - 1), np.diff(set_start))
    needs = supplier >= 0
    key = sku[:, None] * n_suppliers + supplier
    keys, number = np.unique(key[needs], return_inverse=True)
    pair = np.full(supplier.shape, -1, dtype=np.int64)
    pair[needs] = number
    sku_of_pair = keys // n_suppliers if n_suppliers else keys
    count = np.diff(set_start)[sku_of_pair]
    _, sets_of_pair = ranges(set_start[sku_of_pair], count)
    return Links(
        set_start=set_start,
        supplier=supplier,
        pair=pair,
        supplier_of_pair=keys % n_suppliers if n_suppliers else keys,
        sku_of_pair=sku_of_pair,
        sets_of_pair=sets_of_pair,
        start_of_pair=np.concatenate([[0], np.cumsum(count)]),
        shut=np.zeros(len(supplier), dtype=np.bool_),
    )


def fix_suppliers(links: Links, opened: BoolArray, closed: BoolArray) -> Links:
    """
    Return the links once it is decided of some suppliers whether they are onboarded.

    Parameters
    ----------
    opened, closed
        Suppliers that are onboarded already, and those that may not be.  Shape ``(K,)``.
    """
    padded_open, padded_closed = np.append(opened, False), np.append(closed, False)
    needed = np.where(padded_open[links.supplier], -1, links.supplier)
    shut = links.shut | padded_closed[links.supplier].any(axis=1)
    return replace(make_links(links.set_start, needed, len(opened)), shut=shut)


def open_suppliers(links: Links, least: FloatArray, opening_price: FloatArray) -> Opening:
    """
    Return the suppliers to onboard at these prices.

    Parameters
    ----------
    least
        Least priced cost of every set of alternates.  Shape ``(A,)``. [money unit]
    opening_price
        Price of onboarding each supplier, its use of resources included.  Shape ``(K,)``.
        [money unit]
    """
    least = np.where(links.shut, np.inf, least)
    pair_price, opened = _pair_prices(links, _finite(least, opening_price), opening_price)
    opened |= _indispensable(links, least, opened)
    padded = np.append(pair_price, 0.0)
    link_price = padded[links.pair].sum(axis=1)
    allowed = np.append(opened, True)[links.supplier].all(axis=1)
    first = links.set_start[:-1]
    affordable = np.where(allowed, least, np.inf)
    return Opening(
        open=opened,
        chosen_set=first_least(affordable, links.set_start),
        link_price=np.where(links.shut, np.inf, link_price),
        least=np.minimum.reduceat(least + link_price, first),
    )


def _finite(least: FloatArray, opening_price: FloatArray) -> FloatArray:
    """Return prices with one for sets without an option: beyond what any supplier could save."""
    known = least[np.isfinite(least)]
    beyond = 1.0 + 2.0 * float(np.abs(known).max(initial=0.0)) + float(np.abs(opening_price).sum())
    return np.where(np.isfinite(least), least, beyond)


def _indispensable(links: Links, least: FloatArray, opened: BoolArray) -> BoolArray:
    """Return suppliers without which some SKU would have no option: those of its cheapest set."""
    allowed = np.append(opened, True)[links.supplier].all(axis=1)
    first = links.set_start[:-1]
    stuck = np.isinf(np.minimum.reduceat(np.where(allowed, least, np.inf), first))
    stuck &= np.isfinite(np.minimum.reduceat(least, first))
    more = np.zeros(len(opened) + 1, dtype=np.bool_)
    more[links.supplier[first_least(least, links.set_start)[stuck]]] = True
    return more[:-1]


def _pair_prices(
    links: Links, least: FloatArray, opening_price: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """Return what each (SKU, supplier) pair pays, and which suppliers are onboarded."""
    n_pairs, n_suppliers = len(links.supplier_of_pair), len(opening_price)
    needed = (links.supplier >= 0).sum(axis=1)
    without = np.minimum.reduceat(np.where(needed == 0, least, np.inf), links.set_start[:-1])
    sku = np.repeat(np.arange(len(without)), np.diff(links.set_start))
    single = np.flatnonzero(needed == 1)
    gain = np.zeros(n_pairs)
    np.maximum.at(gain, links.pair[single].max(axis=1), without[sku[single]] - least[single])
    gain = np.where(np.isinf(gain), 1.0 + 2.0 * opening_price[links.supplier_of_pair], gain)
    total = np.bincount(links.supplier_of_pair, weights=gain, minlength=n_suppliers)
    opened = total > opening_price
    share = np.divide(opening_price, total, out=np.ones(n_suppliers), where=opened)
    pair_price = _ascended(links, least, gain * share[links.supplier_of_pair], opening_price)
    paid = np.bincount(links.supplier_of_pair, weights=pair_price, minlength=n_suppliers)
    return pair_price, opened & (paid >= opening_price * (1.0 - _ARITHMETIC))


def _ascended(
    links: Links, least: FloatArray, pair_price: FloatArray, opening_price: FloatArray
) -> FloatArray:
    """Dual ascent: move wasted payments to pairs of the same supplier that can pay more."""
    if len(opening_price) < 2 or not len(pair_price):
        return pair_price
    supplier, n_suppliers = links.supplier_of_pair, len(opening_price)
    for _ in range(_ASCENTS):
        useful = np.maximum(_next_best(links, least, pair_price), 0.0)
        useful = np.where(np.isinf(useful), opening_price[supplier], useful)
        paid = np.minimum(pair_price, useful)
        spent = np.bincount(supplier, weights=paid, minlength=n_suppliers)
        spare = np.maximum(opening_price - spent, 0.0)
        more = useful - paid
        wanted = np.bincount(supplier, weights=more, minlength=n_suppliers)
        share = np.divide(spare, wanted, out=np.ones(n_suppliers), where=wanted > spare)
        pair_price = paid + more * share[supplier]
    return pair_price


def _next_best(links: Links, least: FloatArray, pair_price: FloatArray) -> FloatArray:
    """Return each pair's gain: its SKU's best set without the pair less that with it, unpaid."""
    value = least + np.append(pair_price, 0.0)[links.pair].sum(axis=1)
    pair = np.repeat(np.arange(len(pair_price)), np.diff(links.start_of_pair))
    of_set = value[links.sets_of_pair]
    has = (links.pair[links.sets_of_pair] == pair[:, None]).any(axis=1)
    first = links.start_of_pair[:-1]
    without = np.minimum.reduceat(np.where(has, np.inf, of_set), first)
    with_it = np.minimum.reduceat(np.where(has, of_set, np.inf), first)
    return without - with_it + pair_price


def first_least(value: FloatArray, start: IntArray) -> IntArray:
    """Return the first position of the least value in every group."""
    least = np.repeat(np.minimum.reduceat(value, start[:-1]), np.diff(start))
    at_least = np.flatnonzero(value <= least)
    group = np.searchsorted(start, at_least, side="right") - 1
    return at_least[np.unique(group, return_index=True)[1]]
