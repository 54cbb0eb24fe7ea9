"""Today's stock against the plan as a chart and tables, for the page and the workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from optimizer.reports.kit.bar_chart import BarChart, Part
from optimizer.reports.kit.caption import Caption
from optimizer.reports.kit.colors import Color
from optimizer.reports.kit.format import compact
from optimizer.reports.kit.measured_table import MeasuredTable
from optimizer.reports.kit.measures import Measure, measures_of
from optimizer.reports.kit.page_table import described, values

QUARTERS: Final = ("quarter", "capital_at_once", "above_plan", "capital_staged", "quarter_limit")
EXCESS: Final = (
    *("sku", "on_hand", "blocked", "on_order", "plan_most", "excess_units", "excess"),
    *("excess_months", "past_shelf_life", "obsolescence"),
)
BUILD_UPS: Final = ("kind", "sku", "supplier", "cost", "saving", "quarter")
OWN: Final = {
    "cost": Measure(label="Capital tied up", kind="money", unit="¤"),
    "saving": Measure(label="Saves", kind="money", unit="¤/year"),
    "obsolescence": Measure(label="Lost to obsolescence within a year", kind="money", unit="¤"),
}
_KINDS: Final = {"source": "Second source", "supplier": "Supplier", "reserve": "Reserve"}


def quarter_chart(stock: Mapping[str, Any], currency: str) -> BarChart:
    """Draw the capital of each quarter: the plan's, what stands above it, what is blocked."""
    quarters, peak, cash = stock["quarters"], stock["peak"], stock["one_time_cash"]
    parts: dict[str, tuple[Color, list[float]]] = {
        "The plan's stock": ("blue", [stock["plan_capital"] - cash] * len(quarters)),
        "One-time cash": ("green", [cash] * len(quarters)),
        "Stock beyond the plan": ("orange", [one["above_plan"] for one in quarters]),
        "Blocked": ("grey", [peak["blocked"]] * len(quarters)),
    }
    return BarChart(
        caption=Caption(
            finding=(
                f"On the way to the plan {compact(peak['capital'])} {currency} is tied up at most, "
                f"in quarter {peak['quarter']}."
            ),
            what=f"Capital by quarter from today's stock, all of the plan at once [{currency}]",
            source="scorecard.json",
        ),
        names=[f"Quarter {one['quarter']}" for one in quarters],
        parts=[Part(name=name, color=color, values=part) for name, (color, part) in parts.items()],
        labels=[compact(one["capital"]) for one in quarters],
        unit=currency,
    )


def quarter_table(stock: Mapping[str, Any], currency: str) -> MeasuredTable:
    """Return the capital of each quarter, at once and in stages."""
    rows = [
        {
            **one,
            "capital_at_once": one["capital"],
            "capital_staged": one["staged"],
            "quarter_limit": one["limit"],
        }
        for one in stock["quarters"]
    ]
    return MeasuredTable(columns=QUARTERS, rows=rows, currency=currency)


def excess_table(stock: Mapping[str, Any]) -> pd.DataFrame:
    """Return the SKUs with more than the plan ever holds, or with stock that will expire."""
    rows = pd.DataFrame(stock["skus"], columns=list(EXCESS))
    return rows.astype({name: float for name in EXCESS if name != "sku"})


def build_up_table(stock: Mapping[str, Any]) -> pd.DataFrame:
    """Return the build-ups, the largest saving per unit of money first."""
    rows = pd.DataFrame(stock["build_ups"] or [], columns=list(BUILD_UPS))
    rows = rows.astype(dict.fromkeys(("cost", "saving", "quarter"), float))
    return rows.assign(kind=rows["kind"].map(lambda kind: _KINDS.get(kind, kind)))


def page_tables(stock: Mapping[str, Any], currency: str) -> dict[str, dict[str, Any]]:
    """Return both tables as the page's script takes them."""
    return {
        name: {
            "columns": described(measures_of(columns, OWN), currency),
            "values": values(rows, measures_of(columns, OWN)),
        }
        for name, columns, rows in (
            ("excess", EXCESS, excess_table(stock)),
            ("stages", BUILD_UPS, build_up_table(stock)),
        )
        if len(rows)
    }
