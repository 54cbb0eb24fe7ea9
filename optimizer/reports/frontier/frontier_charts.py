"""Charts of a frontier: everything against the budget."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import Any, Final

import numpy as np

from optimizer.domain.frontier import Point
from optimizer.reports.frontier.frontier_rows import budget_words, lacking
from optimizer.reports.frontier.frontier_view import FrontierView
from optimizer.reports.kit.charts import (
    BLUE,
    GREEN,
    GREY,
    LEGEND,
    ORANGE,
    VERMILION,
    axis,
    layout,
)
from optimizer.reports.kit.format import percent
from optimizer.reports.kit.series import PARTS, cost_parts, numbers, plain

_WIDE: Final = 20.0  # times: prices further apart stand on a logarithmic axis
_BAND: Final = "rgba(0,114,178,0.18)"


def frontier_charts(view: FrontierView) -> dict[str, Any]:
    """Return all charts of the frontier's page by name."""
    return {
        "cost": cost_chart(view),
        "price": price_chart(view),
        "risk": risk_chart(view),
        "service": service_chart(view),
        "parts": parts_chart(view),
    }


def cost_chart(view: FrontierView, marked: Point | None = None) -> dict[str, Any]:
    """Draw the cost above the proven bound, with the knee, one run's point, and who has no plan."""
    cost, bound = (numbers(view.solved, name) for name in ("objective", "bound"))
    room = 0.12 * (float(np.max(cost)) - float(np.min(bound)) or abs(float(cost[0])) or 1.0)
    floor = float(np.min(bound)) - room
    hover = f"%{{x:,.0f}} {escape(view.currency)}: %{{y:,.0f}} {escape(view.currency)}"
    lines = [
        _line(view, "proven bound", bound, GREY, dash="dot"),
        _line(view, "cost of the plan", cost, BLUE, marked=True)
        | {"fill": "tonexty", "fillcolor": _BAND, "hovertemplate": f"{hover}<extra></extra>"},
        *_mark(view.knee, "knee", ORANGE, "diamond"),
        *_mark(marked, "this run", VERMILION, "circle"),
        *_without_plan(view, floor + 0.4 * room),
    ]
    drawn = _drawn(view, lines, f"Cost {view.per_horizon} [{view.currency}]")
    drawn["layout"]["yaxis"]["range"] = [floor, float(np.max(cost)) + room]
    return drawn


def price_chart(view: FrontierView) -> dict[str, Any]:
    """Draw what one more unit of money is worth, in three ways."""
    relaxed = numbers(view.solved, "capital_price")
    lines = [
        _stairs(view, "to the next plan", "next_price", BLUE),
        _stairs(view, "along the hull", "hull_price", GREEN),
        _line(view, "by the relaxation", relaxed, ORANGE, marked=True),
    ]
    drawn = _drawn(view, lines, f"Saved by 1 {view.currency} more [{view.currency}]")
    known = [price for line in lines for price in line["y"] if price is not None]
    upwards = _logarithmic(known) if far_apart(known) else {"rangemode": "tozero"}
    drawn["layout"]["yaxis"] |= upwards
    return drawn


def far_apart(prices: Sequence[float]) -> bool:
    """Return whether prices read better on a logarithmic axis."""
    return bool(prices) and 0.0 < min(prices) < max(prices) / _WIDE


def _logarithmic(values: Sequence[float]) -> dict[str, Any]:
    """Return an axis marked at 1, 2 and 5 of every power of ten that the values reach."""
    powers = range(math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))) + 1)
    marks = [factor * 10.0**power for power in powers for factor in (1.0, 2.0, 5.0)]
    return {"type": "log", "tickvals": marks, "ticktext": [f"{mark:.6g} " for mark in marks]}


def risk_chart(view: FrontierView) -> dict[str, Any]:
    """Draw VaR, CVaR and the expected loss."""
    level = percent(view.settings.risk.level)
    lines = [
        _line(view, f"CVaR {level}", numbers(view.solved, "cvar"), GREY, marked=True),
        _line(view, f"VaR {level}", numbers(view.solved, "var"), VERMILION, marked=True),
        _line(view, "expected loss", numbers(view.solved, "expected_loss"), BLUE, marked=True),
    ]
    drawn = _drawn(view, lines, f"Loss to disruptions {view.per_horizon} [{view.currency}]")
    drawn["layout"]["yaxis"]["rangemode"] = "tozero"
    return drawn


def service_chart(view: FrontierView) -> dict[str, Any]:
    """Draw the fill rate."""
    rate = 100.0 * numbers(view.solved, "fill_rate")
    line = _line(view, "fill rate", rate, GREEN, marked=True)
    drawn = _drawn(view, [line], "Fill rate [%]")
    drawn["layout"]["yaxis"] |= {"ticksuffix": " ", "rangemode": "normal"}
    return drawn


def parts_chart(view: FrontierView) -> dict[str, Any]:
    """Draw the parts of the cost, one bar a budget."""
    parts = cost_parts(view.solved)
    bars = [
        {
            "type": "bar",
            "name": label,
            "x": _budgets(view),
            "y": plain(parts[name]),
            "marker": {"color": color},
            "hovertemplate": f"{label}: %{{y:,.0f}} {escape(view.currency)}<extra></extra>",
        }
        for name, (label, color) in PARTS.items()
    ]
    drawn = _drawn(view, bars, f"Cost {view.per_horizon} [{view.currency}]")
    drawn["layout"] |= {"barmode": "relative", "bargap": 0.25}
    drawn["layout"]["xaxis"]["range"] = _range(view, _half_a_bar(view))
    return drawn


def _mark(point: Point | None, name: str, color: str, symbol: str) -> list[dict[str, Any]]:
    """Return a single point as a mark of its own."""
    if point is None:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": name,
            "x": [point.budget],
            "y": [point.objective],
            "marker": {"color": color, "size": 13, "symbol": symbol},
            "hoverinfo": "name",
        }
    ]


def _without_plan(view: FrontierView, height: float) -> list[dict[str, Any]]:
    """Return the budgets without a plan, along the foot of the chart."""
    if not view.unsolved:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": "no plan",
            "x": [point.budget for point in view.unsolved],
            "y": [height] * len(view.unsolved),
            "marker": {"color": VERMILION, "size": 9, "symbol": "x"},
            "text": [
                escape(f"{budget_words(point.budget, view.found)}: {lacking(point, view.found)}")
                for point in view.unsolved
            ],
            "hovertemplate": "%{text}<extra></extra>",
        }
    ]


def _line(
    view: FrontierView, name: str, values: Any, color: str, *, marked: bool = False, dash: str = ""
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers" if marked or len(view.solved) == 1 else "lines",
        "name": escape(name),
        "x": _budgets(view),
        "y": plain(values),
        "line": {"color": color, "width": 2, "dash": dash or "solid"},
        "marker": {"color": color, "size": 6},
        "hovertemplate": f"{escape(name)}: %{{y:,.4~g}}<extra></extra>",
    }


def _stairs(view: FrontierView, name: str, column: str, color: str) -> dict[str, Any]:
    """Return prices that hold from one budget up to the next; the last begins none."""
    prices = numbers(view.solved, column)
    prices[-1] = prices[-2] if len(prices) > 1 else np.nan
    line = _line(view, name, prices, color)
    dash = {"dash": "dash"} if column == "hull_price" else {}
    return line | {"line": {"color": color, "width": 2, "shape": "hv"} | dash}


def _drawn(view: FrontierView, traces: Sequence[Any], title: str) -> dict[str, Any]:
    across = axis(f"Capital budget [{view.currency}]") | {"nticks": 8, "range": _range(view)}
    upwards = axis(title) | {"automargin": True}
    laid_out = layout(height=400) | LEGEND | {"xaxis": across, "yaxis": upwards}
    return {"data": list(traces), "layout": laid_out}


def _range(view: FrontierView, least: float = 0.0) -> list[float]:
    """Return where the axis of budgets begins and ends: with room for the outermost marks."""
    first, last = view.found.points[0].budget, view.found.points[-1].budget
    room = max(0.03 * (last - first or abs(last) or 1.0), least)
    return [first - room, last + room]


def _half_a_bar(view: FrontierView) -> float:
    """Return half the distance of the closest budgets, 0 where there is one."""
    return min((b - a for a, b in pairwise(_budgets(view))), default=0.0) / 2.0


def _budgets(view: FrontierView) -> list[float]:
    return [point.budget for point in view.solved]
