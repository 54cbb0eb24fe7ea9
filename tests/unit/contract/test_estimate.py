"""Demand, its class, lead times and OTIF from history."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from optimizer.contract.read import read_portfolio
from optimizer.errors import BadInputError

Write = Callable[[dict[str, str | bytes]], Path]

SKUS = "sku,unit_cost,demand_mean,demand_std\nA1,10,,\nB2,20,4,\nC3,30,0,0\n"
DEMAND = (
    "sku,date,quantity\n"
    "A1,2026-01-01,2\nA1,2026-01-04,6\n"
    "B2,2026-01-01,4\nB2,2026-01-02,4\nB2,2026-01-03,4\nB2,2026-01-04,4\n"
)


def test_days_without_a_row_are_zeros(sound: dict[str, str], write: Write) -> None:
    """
    Proves: 2, 0, 0, 6 in four days is a mean of 2 and a deviation of sqrt(24/3).

    (0 + 4 + 4 + 16) / 3 = 8.  Sensitivity: over the days with a row the mean is 4; with ddof = 0
    the variance is 6.  B2's stated mean stays; its deviation, of 4, 4, 4, 4, is 0.
    """
    portfolio = read_portfolio(write({**sound, "skus.csv": SKUS, "demand.csv": DEMAND}))
    np.testing.assert_allclose(portfolio.skus.demand_mean, [2.0, 4.0, 0.0])
    np.testing.assert_allclose(portfolio.skus.demand_std, [sqrt(8.0), 0.0, 0.0])
    assert any("demand_mean: 1 estimated from 4 days" in w for w in portfolio.warnings)


@pytest.mark.parametrize(
    ("quantities", "expected"),
    [
        ([4, 4, 4, 4], "smooth"),
        ([4, 0, 0, 4], "intermittent"),
        ([1, 1, 1, 9], "erratic"),
        ([1, 0, 0, 9], "lumpy"),
        ([0, 0, 0, 0], ""),
    ],
)
def test_demand_class(
    quantities: list[int], expected: str, sound: dict[str, str], write: Write
) -> None:
    """
    Proves: Syntetos and Boylan's cuts, ADI 1.32 and CV² 0.49, on days with demand.

    4,4,4,4: ADI 1, CV² 0.  4,0,0,4: ADI 2, CV² 0.  1,1,1,9: mean 3, variance 16, CV² 1.78.
    1,0,0,9: ADI 2, mean 5, variance 32, CV² 1.28.  No demand at all has no class.
    """
    rows = "".join(f"C3,2026-01-0{day},{q}\n" for day, q in enumerate(quantities, start=1))
    portfolio = read_portfolio(write({**sound, "demand.csv": "sku,date,quantity\n" + rows}))
    assert portfolio.skus.demand_class.tolist() == ["", "", expected]


def test_no_history_is_not_no_demand(sound: dict[str, str], write: Write) -> None:
    """Proves: a SKU without a mean and without a row of history is refused, not taken for 0."""
    demand = DEMAND.replace("A1", "B2").replace("B2,2026-01-01,2\nB2,2026-01-04,6\n", "")
    with pytest.raises(BadInputError) as refusal:
        read_portfolio(write({**sound, "skus.csv": SKUS, "demand.csv": demand}))
    assert [(p.row, p.column) for p in refusal.value.problems] == [
        (2, "demand_mean"),
        (2, "demand_std"),
    ]
    assert "demand does not give it" in refusal.value.problems[0].rule


def test_lead_times_and_otif(sound: dict[str, str], write: Write) -> None:
    """
    Proves: lead times of 8 and 12 days give mean 10 and deviation sqrt(8); stated ones stay.

    A1 from North: ((8 - 10)² + (12 - 10)²) / (2 - 1) = 8.  OTIF of North: the first delivery is on
    time and in full, the second is late, the third (of B2) in time but short, the fourth not yet
    received: 1 of 3.  South states 0.8 and keeps it.
    """
    sources = sound["sources.csv"].replace("A1,North,primary,10,2", "A1,North,primary,,")
    suppliers = sound["suppliers.csv"].replace("0.9", "")
    deliveries = (
        "sku,supplier,ordered,promised,received,quantity_ordered,quantity_received\n"
        "A1,North,2026-01-01,2026-01-09,2026-01-09,5,5\n"
        "A1,North,2026-02-01,2026-02-09,2026-02-13,5,5\n"
        "B2,North,2026-02-01,2026-02-09,2026-02-05,5,4\n"
        "B2,North,2026-03-01,2026-03-09,,5,\n"
    )
    files = {"sources.csv": sources, "suppliers.csv": suppliers, "deliveries.csv": deliveries}
    portfolio = read_portfolio(write({**sound, **files}))
    np.testing.assert_allclose(portfolio.sources.lead_time_mean, [10.0, 20.0, 0.0, 7.0])
    np.testing.assert_allclose(portfolio.sources.lead_time_std, [sqrt(8.0), 5.0, 0.0, 1.0])
    np.testing.assert_allclose(portfolio.suppliers.otif, [1 / 3, 0.8])


def test_one_delivery_has_no_deviation(sound: dict[str, str], write: Write) -> None:
    """Proves: a deviation that one delivery cannot give is asked for, not taken for 0."""
    sources = sound["sources.csv"].replace("A1,North,primary,10,2", "A1,North,primary,,")
    deliveries = "sku,supplier,ordered,received\nA1,North,2026-01-01,2026-01-09\n"
    with pytest.raises(BadInputError) as refusal:
        read_portfolio(write({**sound, "sources.csv": sources, "deliveries.csv": deliveries}))
    assert [(p.row, p.column) for p in refusal.value.problems] == [(2, "lead_time_std")]
