"""What fine designs hold, and what outages do to them, whatever the prices: worked out once."""

from __future__ import annotations

from dataclasses import fields
from typing import Final, NamedTuple

import numpy as np
import psutil

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import NODES
from optimizer.options.fine import FineCatalogue
from optimizer.options.holding import Stock, short_falls, stock
from optimizer.options.loss_curves import BETWEEN, met_after
from optimizer.options.rows_by_code import RowsByCode

LOOKED_AT_A_SKU: Final = 160
"""A pass seldom looks at more."""
_COLUMNS: Final = tuple(field.name for field in fields(Stock))
_SHARE, _PER_DESIGN = 0.15, 600  # of the memory that is free at first; bytes, as measured


class FineStock(NamedTuple):
    """
    Designs of the fine catalogue without alternates.

    Attributes
    ----------
    code
        SKU (place in its block) times the rows of the catalogue plus the row; ascending.  ``(n,)``
    columns
        Those of `Stock`.  Shape ``(n, 10)``.
    owed, waiting
        Backorders [unit] and share of time that somebody waits, by days of an outage at the nodes.
        Shape ``(n, 17)``.
    waiting_falls, short_falls
        By how much the share of time that somebody waits in routine, and that of units short, fall
        with a unit more of stock.  Shape ``(n,)``. [1/unit]
    in_waiting
        Row of the block's `FineWaiting`, -1 where waiting costs nothing.  Shape ``(n,)``.
    """

    code: IntArray
    columns: FloatArray
    owed: FloatArray
    waiting: FloatArray
    waiting_falls: FloatArray
    short_falls: FloatArray
    in_waiting: IntArray

    def held(self, rows: IntArray) -> Stock:
        """Return the stock of these designs."""
        return Stock(**dict(zip(_COLUMNS, self.columns[rows].T.copy(), strict=True)))


class FineWaiting(NamedTuple):
    """
    Designs of SKUs for which waiting costs something.

    Attributes
    ----------
    code
        As in `FineStock`.  Shape ``(n,)``.
    share, falls
        Share of time that somebody waits, by days of an outage at the points between nodes, and how
        it falls with a unit more of stock [1/unit].  Shape ``(n, 48)``.
    """

    code: IntArray
    share: FloatArray
    falls: FloatArray


class StockOfBlock:
    """
    What is known of the fine designs of a block of SKUs.

    Parameters
    ----------
    skus
        Rows of the SKUs.
    """

    def __init__(self, portfolio: Portfolio, fine: FineCatalogue, skus: IntArray) -> None:
        self._portfolio, self._fine, self._skus = portfolio, fine, skus
        none, no_share = np.zeros(0, dtype=np.int64), np.zeros((0, len(BETWEEN)))
        n_waiting = int(np.count_nonzero(portfolio.skus.downtime_cost[skus]))
        self._waiting = RowsByCode(
            FineWaiting(none, no_share, no_share), LOOKED_AT_A_SKU * n_waiting
        )
        self._known = RowsByCode(self._worked_out(none), LOOKED_AT_A_SKU * len(skus))

    def __len__(self) -> int:
        return len(self._known)

    def designs(self, code: IntArray) -> Designs:
        """Return the designs of these codes."""
        local, row = np.divmod(code, len(self._fine.catalogue))
        return self._fine.catalogue.designs(self._skus[local], row, np.full((len(row), 2), -1))

    @property
    def rows(self) -> FineStock:
        """All that is known; designs that are worked out later may replace it."""
        return self._known.rows

    @property
    def waiting(self) -> FineWaiting:
        """The same of designs of which waiting costs something."""
        return self._waiting.rows

    def of(self, code: IntArray) -> IntArray:
        """Return the rows of these designs, which are worked out where they are not known."""
        missing = self._known.missing(code)
        if len(missing):
            self._known.add(self._worked_out(missing))
        return self._known.row(code)

    def _worked_out(self, code: IntArray) -> FineStock:
        portfolio, designs = self._portfolio, self.designs(code)
        held = stock(portfolio, designs)
        after = met_after(portfolio, designs, held, np.arange(len(code)), NODES)
        in_waiting = np.full(len(code), -1)
        rows = np.flatnonzero(portfolio.skus.downtime_cost[designs.sku] > 0.0)
        if len(rows):
            in_waiting[rows] = len(self._waiting) + np.arange(len(rows))
            met = met_after(portfolio, designs, held, rows, BETWEEN)
            self._waiting.add(FineWaiting(code[rows], met.waiting_share, met.waiting_falls))
        return FineStock(
            code=code,
            columns=np.stack([getattr(held, name) for name in _COLUMNS], axis=1),
            owed=after.backorders,
            waiting=after.waiting_share,
            waiting_falls=after.waiting_falls[:, 0],
            short_falls=short_falls(portfolio, designs, held),
            in_waiting=in_waiting,
        )


class KnownStock:
    """What passes over the fine catalogue leave to the next ones, as far as there is room."""

    def __init__(self) -> None:
        self._blocks: dict[int, StockOfBlock] = {}
        self._room = _SHARE * psutil.virtual_memory().available / _PER_DESIGN

    def of_block(self, portfolio: Portfolio, fine: FineCatalogue, skus: IntArray) -> StockOfBlock:
        """Return what is known of the designs of these SKUs, which are always the same block."""
        first = int(skus[0])
        if first in self._blocks:
            return self._blocks[first]
        known = StockOfBlock(portfolio, fine, skus)
        if sum(map(len, list(self._blocks.values()))) < self._room:
            self._blocks[first] = known
        return known
