"""Rows of plans side by side as charts take them: a figure of each, and the parts of its cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.plan_figures import PlanFigures
from optimizer.reports.kit.bar_chart import Part
from optimizer.reports.kit.measures import PARTS


def numbers(rows: Sequence[PlanFigures], name: str) -> FloatArray:
    """Return a figure of every row, NaN where it has none.  Shape ``(len(rows),)``."""
    values = [getattr(row, name) for row in rows]
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def cost_parts(rows: Sequence[PlanFigures]) -> list[Part]:
    """Return the parts whose sum is each row's cost."""
    return [
        Part(name=part.label, color=part.color, values=plain(numbers(rows, name)))
        for name, part in PARTS.items()
    ]


def widest_gap(rows: Sequence[PlanFigures]) -> float:
    """Return the widest proven gap of any of the plans. [-]"""
    return max(row.gap for row in rows)


def plain(values: FloatArray) -> list[float | None]:
    """Return numbers, None for those that are not finite."""
    return [float(value) if np.isfinite(value) else None for value in values]
