"""Rows of plans side by side as charts take them: a figure of each, and the parts of its cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.frontier import Point
from optimizer.domain.what_if import WhatIfRow
from optimizer.reports.kit.charts import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILION, YELLOW

Row = Point | WhatIfRow
"""One plan of several: that of a budget, or that of a what-if."""

PARTS: Final = {
    "carrying": ("Carrying", BLUE),
    "ordering": ("Ordering", SKY),
    "purchasing": ("Purchasing", PURPLE),
    "routine_stockout": ("Routine stockouts", ORANGE),
    "qualification": ("Qualification", GREEN),
    "onboarding": ("Onboarding", YELLOW),
    "expected_loss": ("Expected loss", VERMILION),
    "risk_charge": ("Risk charge", GREY),
}
"""Name and colour of the parts of a cost; all but the risk charge add up to the expected cost."""


def numbers(rows: Sequence[Row], name: str) -> FloatArray:
    """Return a figure of every row, NaN where it has none.  Shape ``(len(rows),)``."""
    values = [getattr(row, name) for row in rows]
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def cost_parts(rows: Sequence[Row]) -> dict[str, FloatArray]:
    """Return the parts whose sum is each row's cost, by the names of `PARTS`."""
    return {name: numbers(rows, name) for name in PARTS}


def widest_gap(rows: Sequence[Row]) -> float:
    """Return the widest proven gap of any of the plans. [-]"""
    return max(row.gap or 0.0 for row in rows)


def plain(values: FloatArray) -> list[float | None]:
    """Return numbers as JSON takes them, None for those that are not finite."""
    return [float(value) if np.isfinite(value) else None for value in values]
