"""The charts, as the plain dictionaries that plotly draws; every text of a user is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.run import RunTables
from optimizer.reports.kit.format import compact, money, percent
from optimizer.reports.run.facts import Facts
from optimizer.reports.run.strategies_table import LABELS, cost_parts, cost_range, priced_strategies

BLUE: Final = "#0072B2"  # Okabe and Ito's palette, told apart by every kind of colour vision
ORANGE: Final = "#E69F00"
GREEN: Final = "#009E73"
VERMILION: Final = "#D55E00"
SKY: Final = "#56B4E9"
PURPLE: Final = "#CC79A7"
YELLOW: Final = "#F0E442"
GREY: Final = "#5B6670"
STRATEGY_COLORS: Final = (BLUE, SKY, GREEN, ORANGE, PURPLE, VERMILION, GREY)
"""Of the parts of a strategy's cost, the risk charge last."""
LEGEND: Final = {
    "showlegend": True,
    "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
}
"""A legend above the chart, in the order of its parts."""

_FONT: Final = {"family": "system-ui, 'Segoe UI', Roboto, Arial, sans-serif", "size": 13}
_BINS: Final = 40
_CATEGORIES: Final = 9
HAZARDS: Final = 10
"""Told by name; the others together."""
_LABEL: Final = 20  # characters
_ROOM: Final = 1.3  # times the longest bar


def capital_chart(tables: RunTables, facts: Facts) -> dict[str, Any]:
    """Draw the capital by policy, largest on top."""
    capital = tables.plan.groupby("policy")["capital"].sum().sort_values()
    texts = [compact(value) for value in capital]
    return _bar_chart(capital, texts, f"Capital [{facts.currency}]", BLUE)


def category_chart(scorecard: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """Draw the capital by category, largest on top, the smallest together."""
    capital = {
        name or "no category": row["capital"] for name, row in scorecard["categories"].items()
    }
    order = sorted(capital, key=lambda name: (-capital[name], name))
    shown = {name: capital[name] for name in order[:_CATEGORIES]}
    if others := order[_CATEGORIES:]:
        shown[f"{len(others):,} others"] = sum(capital[name] for name in others)
    values = pd.Series(shown)[::-1]
    texts = [compact(value) for value in values]
    return _bar_chart(values, texts, f"Capital [{facts.currency}]", GREEN)


def hazard_chart(scorecard: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """Draw the expected loss by hazard, the dearest on top, the smallest together."""
    hurting = [row for row in scorecard["hazards"] if row["expected_loss"] > 0.0]
    shown = {row["hazard"]: row["expected_loss"] for row in hurting[:HAZARDS]}
    if others := hurting[HAZARDS:]:
        shown[f"{len(others):,} others"] = sum(row["expected_loss"] for row in others)
    values = pd.Series(shown, dtype=np.float64)[::-1]
    texts = [compact(value) for value in values]
    return _bar_chart(
        values, texts, f"Expected loss {facts.per_horizon} [{facts.currency}]", VERMILION
    )


def number_chart(tables: RunTables) -> dict[str, Any]:
    """Draw the number of SKUs by policy, the most on top."""
    numbers = tables.plan.groupby("policy")["sku"].count().sort_values(kind="stable")
    return _bar_chart(numbers, [f"{number:,}" for number in numbers], "Number of SKUs", ORANGE)


def loss_chart(tables: RunTables, facts: Facts) -> dict[str, Any]:
    """Draw the probability of each range of loss; mark the expected loss, VaR and CVaR."""
    loss = tables.scenarios["loss"].to_numpy(dtype=np.float64)
    top = max(float(loss.max()), facts.cvar) or 1.0
    weight, edges = np.histogram(
        loss, bins=_BINS, range=(0.0, top), weights=tables.scenarios["probability"]
    )
    bars = {
        "type": "bar",
        "x": ((edges[:-1] + edges[1:]) / 2.0).tolist(),
        "y": (100.0 * weight).tolist(),
        "width": float(edges[1]),
        "marker": {"color": BLUE, "line": {"color": "#fff", "width": 1}},
        "hovertemplate": "about %{x:,.3s} "
        + escape(facts.currency)
        + ": %{y:.2f} %<extra></extra>",
    }
    right = max(1.02 * top, 1.45 * facts.cvar)
    marks = _marks(facts, right)
    laid_out = layout(height=360) | {
        "xaxis": axis(f"Loss to disruptions {facts.per_horizon} [{facts.currency}]")
        | {"range": [0.0, right]},
        "yaxis": axis("Probability [%]")
        | {"automargin": True, "ticksuffix": " ", "range": [0.0, 115.0 * float(weight.max())]},
        "shapes": [_line(mark) for mark in marks],
        "annotations": marks,
    }
    return {"data": [bars], "layout": laid_out}


def strategy_chart(tables: RunTables, facts: Facts) -> dict[str, Any]:
    """Draw the parts of every strategy's cost, today on top; a bar beyond the others is cut."""
    priced = priced_strategies(tables.strategies)[::-1]
    names = [LABELS[str(name)] for name in priced.index]
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "name": escape(label),
            "x": part.tolist(),
            "y": names,
            "marker": {"color": color},
            "hovertemplate": escape(label) + ": %{x:,.0f} " + escape(facts.currency),
        }
        for (label, part), color in zip(cost_parts(priced).items(), STRATEGY_COLORS, strict=True)
    ]
    low, high = cost_range(priced)
    totals = zip(names, priced["objective"].tolist(), strict=True)
    laid_out = layout(height=340) | {
        **LEGEND,
        "barmode": "relative",
        "xaxis": axis(f"Cost {facts.per_horizon} [{facts.currency}]")
        | {"range": [1.1 * low, _ROOM * high], "nticks": 6, "separatethousands": True},
        "yaxis": {"automargin": True, "type": "category", "ticklen": 8}
        | {"ticks": "outside", "tickcolor": "rgba(0,0,0,0)"},
        "annotations": [_total(name, total, _ROOM * high) for name, total in totals],
    }
    return {"data": bars, "layout": laid_out}


def _total(name: str, total: float, edge: float) -> dict[str, Any]:
    """Write a bar's total at its end, or with an arrow where it goes on beyond the edge."""
    is_cut = total > edge
    return {
        "x": edge if is_cut else total,
        "y": name,
        "text": compact(total) + (" \u2192" if is_cut else ""),
        "showarrow": False,
        "xanchor": "right" if is_cut else "left",
        "xshift": -6 if is_cut else 6,
        "bgcolor": "rgba(255,255,255,0.85)",
    }


def short_name(name: str) -> str:
    """Return a name that leaves room for its bar."""
    return name if len(name) <= _LABEL else f"{name[: _LABEL - 1]}…"


def _marks(facts: Facts, right: float) -> list[dict[str, Any]]:
    """Return VaR above, CVaR below to its right, the mean lowest: no label hides another."""
    level = percent(facts.settings.risk.level)
    mean, var, cvar = (
        money(value, facts.currency) for value in (facts.expected_loss, facts.var, facts.cvar)
    )
    leans_left = facts.var > 0.35 * right
    return [
        _mark(facts.expected_loss, "expected loss", mean, GREEN, 0.68) | _leaning(left=False),
        _mark(facts.var, f"VaR {level}", var, VERMILION, 1.0) | _leaning(left=leans_left),
        _mark(facts.cvar, f"CVaR {level}", cvar, GREY, 0.84) | _leaning(left=False),
    ]


def _bar_chart(values: pd.Series[Any], texts: list[str], title: str, color: str) -> dict[str, Any]:
    """Return horizontal bars, one per policy, with room on the right for the longest's label."""
    names = [str(name) for name in values.index]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": values.tolist(),
        "y": [escape(name) for name in names],
        "text": [escape(text) for text in texts],
        "textposition": "outside",
        "cliponaxis": False,
        "hoverinfo": "none",
        "marker": {"color": color},
    }
    laid_out = layout(height=90 + 38 * len(values)) | {
        "xaxis": axis(title)
        | {
            "range": [0.0, 1.4 * max(values, default=0.0) or 1.0],
            "nticks": 5,
            "separatethousands": True,
        },
        "yaxis": {
            "automargin": True,
            "type": "category",
            "tickvals": list(range(len(names))),
            "ticktext": [escape(short_name(name)) + "\u00a0\u00a0" for name in names],
        },
    }
    return {"data": [bars], "layout": laid_out}


def _mark(value: float, name: str, amount: str, color: str, height: float) -> dict[str, Any]:
    return {
        "x": value,
        "yref": "paper",
        "y": height,
        "yanchor": "top",
        "text": f"{escape(name)}<br>{escape(amount)}",
        "showarrow": False,
        "font": {"color": color, "size": 13},
        "bgcolor": "rgba(255,255,255,0.85)",
    }


def _leaning(*, left: bool) -> dict[str, Any]:
    if left:
        return {"xanchor": "right", "align": "right", "xshift": -6}
    return {"xanchor": "left", "align": "left", "xshift": 6}


def _line(mark: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "line",
        "x0": mark["x"],
        "x1": mark["x"],
        "yref": "paper",
        "y0": 0,
        "y1": mark["y"],
        "line": {"color": mark["font"]["color"], "width": 2, "dash": "dash"},
    }


def axis(title: str) -> dict[str, Any]:
    """Return an axis with its name, which does not zoom."""
    return {
        "title": {"text": escape(title), "standoff": 10},
        "gridcolor": "#E3E8EC",
        "zeroline": False,
        "fixedrange": True,
    }


def layout(height: int) -> dict[str, Any]:
    """Return what every chart looks like."""
    return {
        "height": height,
        "margin": {"l": 20, "r": 16, "t": 12, "b": 56},
        "font": _FONT | {"color": "#1F2A33"},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "bargap": 0.35,
        "dragmode": False,
    }
