"""Which sourcing of a SKU is no worse than which: lost days and suppliers to onboard."""

from __future__ import annotations

from typing import Final

import numpy as np

from optimizer.domain.arrays import BoolArray, IntArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio

CELLS_AT_ONCE: Final = 4_000_000


def suppliers_to_onboard(portfolio: Portfolio, designs: Designs) -> IntArray:
    """
    Return the suppliers that a design needs onboarded.

    Parameters
    ----------
    portfolio
        Its sources and suppliers.
    designs
        Any designs of its SKUs.

    Returns
    -------
    IntArray
        Rows of suppliers, -1 for none.  Shape ``(O, 2)``.

    References
    ----------
    .. [1] The model contract, section 5.
    """
    supplier = portfolio.sources.supplier[designs.alternates]
    needed = (designs.alternates >= 0) & ~portfolio.suppliers.onboarded[supplier]
    return np.where(needed, supplier, -1)


def no_worse_sourcing(profile: IntArray, onboard: IntArray, lost: IntArray) -> BoolArray:
    """
    Return whether option i loses no more days than j in any scenario and onboards nobody else.

    Parameters
    ----------
    profile
        Of the m options of n SKUs.  Shape ``(n, m)``.
    onboard
        Their suppliers to onboard, -1 for none.  Shape ``(n, m, 2)``.
    lost
        Lost days of every profile in every scenario.  Shape ``(P, S)``. [whole days]

    Returns
    -------
    BoolArray
        Shape ``(n, m, m)``, axes SKU, i, j.
    """
    n_skus, n_options = profile.shape
    first = (profile[:, :, None] == profile[:, None, :]).argmax(axis=1)
    speaks = first == np.arange(n_options)
    sku, i, j = np.nonzero(speaks[:, :, None] & speaks[:, None, :])
    no_worse: BoolArray = np.zeros((n_skus, n_options, n_options), dtype=np.bool_)
    no_worse[sku, i, j] = _subset(onboard[sku, i], onboard[sku, j]) & _loses_no_more(
        profile[sku, i], profile[sku, j], lost
    )
    every = np.arange(n_skus)[:, None, None]
    spread: BoolArray = no_worse[every, first[:, :, None], first[:, None, :]]
    return spread


def _subset(these: IntArray, those: IntArray) -> BoolArray:
    """Return whether every supplier of one set is in the other; shape ``(K, 2)`` each."""
    among = (these[:, :, None] == those[:, None, :]).any(axis=2)
    return np.asarray(((these < 0) | among).all(axis=1), dtype=np.bool_)


def _loses_no_more(these: IntArray, those: IntArray, lost: IntArray) -> BoolArray:
    """Return whether one profile loses no more than the other in every scenario; shape ``(K,)``."""
    result: BoolArray = these == those
    to_compare = np.flatnonzero(~result)
    at_once = max(1, CELLS_AT_ONCE // max(1, lost.shape[1]))
    for start in range(0, len(to_compare), at_once):
        pair = to_compare[start : start + at_once]
        result[pair] = (lost[these[pair]] <= lost[those[pair]]).all(axis=1)
    return result
