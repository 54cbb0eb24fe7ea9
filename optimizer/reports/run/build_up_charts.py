"""Charts of what carrying and being short are made of: one bar a policy, stacked by part."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Final

from optimizer.reports.kit.charts import (
    BLUE,
    GREEN,
    LEGEND,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    YELLOW,
    axis,
    layout,
    short_name,
)
from optimizer.reports.run.build_up_words import CARRYING, SHORT

CARRYING_COLORS: Final = (BLUE, ORANGE, GREEN, YELLOW, SKY, VERMILION, PURPLE)
SHORT_COLORS: Final = (BLUE, ORANGE, GREEN, VERMILION, PURPLE)


def carrying_chart(build_up: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """Draw the carrying cost of each policy by part, the largest on top."""
    bars = build_up["carrying"]["policies"]
    return _stacked(bars, CARRYING, CARRYING_COLORS, f"Carrying [{currency}]")


def short_chart(build_up: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """Draw routine stockouts and expected losses by part."""
    bars = {
        "routine stockouts": build_up["routine_stockout"]["all"],
        "disruptions": build_up["expected_loss"]["all"],
    }
    return _stacked(bars, SHORT, SHORT_COLORS, f"Cost of being short [{currency}]")


def _stacked(
    bars: Mapping[str, Mapping[str, float]],
    parts: Mapping[str, str],
    colors: tuple[str, ...],
    title: str,
) -> dict[str, Any]:
    """Return a horizontal bar for each name, its parts in the order and colours given."""
    names = list(bars)[::-1]
    rows = list(range(len(names)))
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "name": label,
            "y": rows,
            "x": [bars[name].get(part, 0.0) for name in names],
            "marker": {"color": color, "line": {"color": "#fff", "width": 0.5}},
            "hovertemplate": f"{label}: %{{x:,.0f}}<extra></extra>",
        }
        for (part, label), color in zip(parts.items(), colors, strict=True)
    ]
    ticks = {
        "automargin": True,
        "tickvals": rows,
        "ticktext": [escape(short_name(name)) + "\u00a0\u00a0" for name in names],
        "fixedrange": True,
    }
    laid_out = layout(height=190 + 38 * len(names)) | LEGEND
    return {
        "data": traces,
        "layout": laid_out
        | {
            "barmode": "relative",
            "xaxis": axis(title) | {"nticks": 5, "separatethousands": True},
            "yaxis": ticks,
        },
    }
