"""Compares the stated expected loss, by SKU and hazard, with the recomputed one (MODEL 4)."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.verifier.hazard_reach import HazardReach
from optimizer.verifier.ledger import Ledger
from optimizer.verifier.node_curves import Curves
from optimizer.verifier.table_form import numbers, row_names

_HAZARDS_AT_ONCE: Final = 64  # columns copied at a time, each to stand together in memory


def check_expected(
    portfolio: Portfolio,
    names: list[str],
    run: RunTables,
    *,
    expected: FloatArray,
    worst: FloatArray,
    ledger: Ledger,
) -> None:
    """
    Compare the table ``expected`` with the recomputed losses; a missing pair states 0.

    Parameters
    ----------
    expected, worst
        Recomputed losses, and losses if every strike were the worst.  Shape ``(N, M)``. [currency]
    """
    table, hazards = run.expected, [str(name) for name in portfolio.hazards.hazard]
    rows = row_names(table)
    sku = pd.Index(names).get_indexer(pd.Index(table["sku"], dtype=object))
    hazard = pd.Index(hazards, dtype=object).get_indexer(pd.Index(table["hazard"], dtype=object))
    twice = table.duplicated(["sku", "hazard"]).to_numpy()
    ledger.require_all("expected.sku, row", rows, sku >= 0, table["sku"], "one of the portfolio")
    rule = "a hazard of the portfolio"
    ledger.require_all("expected.hazard, row", rows, hazard >= 0, table["hazard"], rule)
    ledger.require_all("expected.hazard, row", rows, ~twice, table["hazard"], "every pair once")
    stated = np.zeros((len(hazards), len(names)))
    valid = (sku >= 0) & (hazard >= 0)
    stated[hazard[valid], sku[valid]] = numbers(table, "expected_loss")[valid]
    for first in range(0, len(hazards), _HAZARDS_AT_ONCE):
        some = slice(first, first + _HAZARDS_AT_ONCE)
        recomputed, scales = (np.ascontiguousarray(of[:, some].T) for of in (expected, worst))
        columns = zip(hazards[some], stated[some], recomputed, scales, strict=True)
        for name, values, target, scale in columns:
            where = f"expected.expected_loss, hazard {name}, SKU"
            ledger.numbers(where, names, values, target, scale=scale)


def worst_losses(portfolio: Portfolio, curves: Curves, reach: HazardReach) -> FloatArray:
    """Return every hazard's loss if it always lasted longest.  Shape ``(N, M)``."""
    hazards, longest = portfolio.hazards, np.array([reach.lasts.shape[1] - 1.0])
    every = np.arange(len(portfolio.skus))
    stockout, dearer = (look(every, longest)[:, 0] for look in (curves.losses, curves.prices))
    rate = reach.rate * portfolio.settings.horizon.years
    return np.outer(stockout + dearer, rate * np.maximum(hazards.multiplier, 1.0))
