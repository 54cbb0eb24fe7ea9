"""Charts of what-ifs: a bar or a mark for every what-if, base on top."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Final

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.what_if import BASE, WhatIfRow
from optimizer.reports.kit.charts import (
    BLUE,
    GREY,
    LEGEND,
    ORANGE,
    VERMILION,
    axis,
    layout,
    short_name,
)
from optimizer.reports.kit.format import compact
from optimizer.reports.kit.series import PARTS, cost_parts, numbers, plain
from optimizer.reports.what_if.what_if_rows import difference
from optimizer.reports.what_if.what_if_view import WhatIfView, at_most

_ROW: Final = 28  # height of a what-if [px]
_FRAME: Final = 130  # of all above and below them [px]
_LABEL: Final = 80  # room for the text behind the longest bar [px]
_LEGEND: Final = 60  # more of it where it stands in many lines [px]
_OTHER: Final = "*"  # behind a cost measured by another yardstick


def what_if_charts(view: WhatIfView) -> dict[str, Any]:
    """Return all charts of the what-ifs' page by name."""
    return {
        "parts": parts_chart(view),
        "regret": regret_chart(view),
        "risk": risk_chart(view),
    }


def parts_chart(view: WhatIfView) -> dict[str, Any]:
    """Draw the parts of each what-if's cost, its sum at the end, base's as an upright line."""
    parts = cost_parts(view.drawn)
    bars = [
        _bars(view, label, parts[name], color)
        | {"hovertemplate": f"{label}: %{{x:,.0f}} {escape(view.currency)}<extra></extra>"}
        for name, (label, color) in PARTS.items()
    ]
    amounts = np.array(list(parts.values()))
    ends = amounts.clip(min=0.0).sum(axis=0)
    low = float(amounts.clip(max=0.0).sum(axis=0).min())
    totals = [
        compact(row.objective or 0.0) + ("" if row.same_yardstick else _OTHER) for row in view.drawn
    ]
    drawn = _drawn(view, [*bars, _labels(view, ends, totals)], f"Cost {_over(view)}")
    drawn["layout"]["xaxis"]["range"] = [1.1 * low, float(ends.max()) or 1.0]
    drawn["layout"]["height"] += _LEGEND
    drawn["layout"]["margin"]["r"] = _LABEL
    drawn["layout"] |= LEGEND | {"barmode": "relative", "shapes": _base_line(view)}
    return drawn


def regret_chart(view: WhatIfView) -> dict[str, Any]:
    """Draw what keeping base's plan costs more, up to what it can cost at most by the bound."""
    regret = numbers(view.drawn, "regret")
    most = np.array([np.nan if at_most(row) is None else at_most(row) for row in view.drawn])
    known = np.nan_to_num(regret)
    ends = np.maximum(np.nan_to_num(most), known.clip(min=0.0))
    bars = _bars(view, "more than the plan found", regret, ORANGE) | {
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": plain(most - regret),
            "arrayminus": [0.0] * len(view.drawn),
            "color": GREY,
            "thickness": 1.5,
        },
        "hovertemplate": f"%{{x:,.0f}} {escape(view.currency)}<extra></extra>",
    }
    texts = [_regret_text(row) for row in view.drawn]
    title = f"Regret {_over(view)}"
    drawn = _drawn(view, [bars, _labels(view, ends, texts)], title)
    right = float(ends.max()) or 1.0
    left = min(1.1 * float(known.min()), -0.02 * right)
    drawn["layout"]["xaxis"] |= {"range": [left, right], "nticks": 3}
    drawn["layout"]["margin"]["r"] = _LABEL
    return drawn


def risk_chart(view: WhatIfView) -> dict[str, Any]:
    """Draw expected loss, VaR and CVaR as marks of each what-if."""
    kinds = (
        ("expected loss", "expected_loss", BLUE, "circle"),
        ("VaR", "var", VERMILION, "diamond"),
        ("CVaR", "cvar", GREY, "square"),
    )
    marks = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": name,
            "x": plain(numbers(view.drawn, column)),
            "y": _names(view),
            "marker": {"color": color, "size": 10, "symbol": symbol},
            "hovertemplate": f"{name}: %{{x:,.0f}} {escape(view.currency)}<extra></extra>",
        }
        for name, column, color, symbol in kinds
    ]
    drawn = _drawn(view, marks, f"Losses {_over(view)}")
    drawn["layout"]["xaxis"]["rangemode"] = "tozero"
    drawn["layout"] |= LEGEND
    return drawn


def _regret_text(row: WhatIfRow) -> str:
    if row.what_if == BASE:
        return BASE
    if row.base_breaks:
        return "not open"
    return difference(row.regret, "").rstrip()


def _bars(view: WhatIfView, name: str, values: FloatArray, color: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "x": plain(values),
        "y": _names(view),
        "marker": {"color": color},
    }


def _labels(view: WhatIfView, ends: FloatArray, texts: Sequence[str]) -> dict[str, Any]:
    """Return texts behind the ends of the bars."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": plain(ends),
        "y": _names(view),
        "text": [f"\u00a0{escape(text)}" for text in texts],
        "textposition": "middle right",
        "cliponaxis": False,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _base_line(view: WhatIfView) -> list[dict[str, Any]]:
    """Return the line at base's cost, none where base has no plan."""
    cost = view.base.objective
    if cost is None:
        return []
    ends = {"x0": cost, "x1": cost, "yref": "paper", "y0": 0, "y1": 1}
    return [{"type": "line", **ends, "line": {"color": GREY, "width": 1.5, "dash": "dot"}}]


def _over(view: WhatIfView) -> str:
    return f"{view.per_horizon} [{view.currency}]"


def _names(view: WhatIfView) -> list[str]:
    return [escape(row.what_if) for row in view.drawn]


def _shown(row: WhatIfRow) -> str:
    name = escape(short_name(row.what_if))
    return f"<b>{name}</b>" if row.what_if == BASE else name


def _drawn(view: WhatIfView, traces: Sequence[Any], title: str) -> dict[str, Any]:
    across = axis(title) | {"nticks": 5, "tickangle": 0, "separatethousands": True}
    upwards = {
        "automargin": True,
        "type": "category",
        "range": [len(view.drawn) - 0.5, -0.5],
        "fixedrange": True,
        "tickvals": list(range(len(view.drawn))),
        "ticktext": [f"{_shown(row)}\u00a0\u00a0" for row in view.drawn],
    }
    laid_out = layout(height=_FRAME + _ROW * len(view.drawn))
    return {"data": list(traces), "layout": laid_out | {"xaxis": across, "yaxis": upwards}}
