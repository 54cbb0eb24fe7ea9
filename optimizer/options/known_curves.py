"""Loss curves kept from one plan to the next: they depend on no budget, price or plan (MODEL 3)."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.options.distinct import distinct
from optimizer.options.holding import Stock
from optimizer.options.loss_curves import loss_curves

_MOST_SKUS: Final = 10_000  # some 9 kB of curves each


class _Kept(NamedTuple):
    """Curves of a block of SKUs, shape ``(C, 17)``, and what tells them apart, ``(C,)`` each."""

    keys: list[FloatArray | IntArray]
    curves: FloatArray


class KnownCurves:
    """
    Keeps the curves of every block of SKUs as it is first asked for; blocks may come in threads.

    For one portfolio: its budgets and what risk costs may change, its SKUs and sources may not.
    """

    def __init__(self) -> None:
        self._kept: dict[int, _Kept] = {}

    def of(self, portfolio: Portfolio, designs: Designs, held: Stock) -> FloatArray:
        """
        Return the loss curves of designs, the known ones as they were.

        Parameters
        ----------
        designs
            Of a block of SKUs, no two of one curve.  Shape ``(C,)``.
        held
            Their stock.

        Returns
        -------
        FloatArray
            As `loss_curves` does, bit for bit.  Shape ``(C, 17)``. [currency]
        """
        if not len(designs) or len(portfolio.skus) > _MOST_SKUS:
            return loss_curves(portfolio, designs, held)
        keys, block = curve_keys(designs, held), int(designs.sku[0])
        if block not in self._kept:
            self._kept[block] = _Kept(keys, loss_curves(portfolio, designs, held))
            return self._kept[block].curves
        known = self._kept[block]
        both: list[Any] = [np.concatenate(pair) for pair in zip(known.keys, keys, strict=True)]
        row = distinct(both)[1][len(known.curves) :]
        new = np.flatnonzero(row >= len(known.curves))
        others = loss_curves(portfolio, designs.take(new), held.take(new))
        found: FloatArray = np.concatenate([known.curves, others])[row]
        return found


def curve_keys(designs: Designs, held: Stock) -> list[FloatArray | IntArray]:
    """Return what tells the loss curves of designs apart.  Shape ``(O,)`` each."""
    in_outages = held.reorder_point + held.reserve_units
    return [designs.sku, in_outages, held.order_quantity, held.units_short]
