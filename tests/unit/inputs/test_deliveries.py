"""Lead times and OTIF from deliveries."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from optimizer.errors import BadInputError
from optimizer.inputs.read import read_portfolio

Write = Callable[[dict[str, str | bytes]], Path]


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
