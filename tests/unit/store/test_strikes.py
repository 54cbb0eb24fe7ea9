"""Futures as a run's table of strikes."""

from __future__ import annotations

import numpy as np

from optimizer.domain.scenario import Futures, Strikes
from optimizer.store.strike_table import strikes_table
from tests.support.portfolios import make_portfolio

HAZARDS = [
    {"hazard": "boom", "kind": "surge", "scope": "category", "target": "metal"},
    {"hazard": "fire", "kind": "outage", "scope": "supplier", "target": "Beta"},
    {"hazard": "rally", "kind": "price", "scope": "category", "target": "glass"},
]


def test_strikes_are_told_by_name() -> None:
    """
    Proves: an outage's target is a supplier, a shock's a category; everything else is as drawn, to
    the bit.

    Sensitivity: targets all read as suppliers would call both categories Alfa and Beta.
    """
    columns = {
        "scenario": [0, 0, 2],
        "strike": [0, 1, 0],
        "hazard": [1, 2, 0],
        "target": [1, 0, 1],
        "start_day": [-7.25, 0.1 + 0.2, 12.0],
        "days": [9, 30, 4],
        "multiplier": [1.0, 1.3, 1.5],
    }
    futures = Futures(
        probability=np.full(4, 0.25),
        categories=np.array(["glass", "metal"], dtype=object),
        strikes=Strikes(**{name: np.array(values) for name, values in columns.items()}),
    )
    portfolio = make_portfolio([{"sku": "A"}], [{"sku": 0, "supplier": 0}], hazards=HAZARDS)
    table = strikes_table(portfolio, futures)
    assert table["hazard"].tolist() == ["fire", "rally", "boom"]
    assert table["target"].tolist() == ["Beta", "glass", "metal"]
    for name in ("scenario", "strike", "start_day", "days", "multiplier"):
        assert table[name].tolist() == columns[name]


def test_futures_without_strikes_have_an_empty_table() -> None:
    """Proves: nothing strikes, no row, and the columns are there."""
    none = {name: np.empty(0, dtype=np.int64) for name in ("scenario", "strike", "hazard")}
    none |= {"target": np.empty(0, dtype=np.int64), "days": np.empty(0, dtype=np.int64)}
    futures = Futures(
        probability=np.ones(1),
        categories=np.array([], dtype=object),
        strikes=Strikes(**none, start_day=np.empty(0), multiplier=np.empty(0)),
    )
    portfolio = make_portfolio([{"sku": "A"}], [{"sku": 0, "supplier": 0}], hazards=HAZARDS)
    assert list(strikes_table(portfolio, futures).columns) == [
        *("scenario", "hazard", "strike", "target", "start_day", "days", "multiplier")
    ]
