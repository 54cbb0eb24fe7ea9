"""Charts of what-ifs: a bar or marks for every what-if, base on top."""

from __future__ import annotations

from collections.abc import Callable

from optimizer.domain.what_if import BASE, WhatIfRow
from optimizer.reports.kit.bar_chart import BarChart, Part, Shape
from optimizer.reports.kit.caption import Caption
from optimizer.reports.kit.format import compact, money, percent
from optimizer.reports.kit.measures import MEASURES
from optimizer.reports.kit.series import cost_parts, numbers, plain
from optimizer.reports.what_if.what_if_rows import difference
from optimizer.reports.what_if.what_if_view import WhatIfView, at_most

_OTHER = "*"  # behind a cost measured by another yardstick
_SOURCE = "what_if.csv"


def what_if_charts(view: WhatIfView) -> dict[str, BarChart]:
    """Return all charts of the what-ifs' page by name."""
    return {
        "parts": parts_chart(view),
        "regret": regret_chart(view),
        "risk": risk_chart(view),
    }


def parts_chart(view: WhatIfView) -> BarChart:
    """Draw the parts of each what-if's cost, its sum at the end, base's as an upright line."""
    base = view.base.objective
    return BarChart(
        caption=Caption(
            finding=_dearest(view),
            what=f"Cost {_over(view)} by what-if and part, each plan under its own settings",
            source=_SOURCE,
        ),
        names=_names(view),
        parts=cost_parts(view.drawn),
        labels=[
            compact(row.objective or 0.0) + ("" if row.same_yardstick else _OTHER)
            for row in view.drawn
        ],
        unit=view.currency,
        line=None if base is None else (base, "the cost of base"),
        strong=BASE,
    )


def regret_chart(view: WhatIfView) -> BarChart:
    """Draw what keeping base's plan costs more, up to what it can cost at most by the bound."""
    return BarChart(
        caption=Caption(
            finding=_highest(
                view,
                "regret",
                lambda row, most: f"Keeping base's plan costs most in {row}: {most}.",
            ),
            what=f"Regret {_over(view)}; the thin line goes on to the most it can be",
            source=_SOURCE,
        ),
        names=_names(view),
        parts=(
            Part(
                name="more than the plan found",
                color="orange",
                values=plain(numbers(view.drawn, "regret")),
            ),
        ),
        labels=[_regret_text(row) for row in view.drawn],
        unit=view.currency,
        most=[at_most(row) for row in view.drawn],
        strong=BASE,
    )


def risk_chart(view: WhatIfView) -> BarChart:
    """Draw expected loss, VaR and CVaR as marks of each what-if."""
    kinds: tuple[tuple[str, Shape], ...] = (
        ("expected_loss", "circle"),
        ("var", "diamond"),
        ("cvar", "square"),
    )
    return BarChart(
        caption=Caption(
            finding=_highest(view, "cvar", lambda row, most: f"CVaR is highest in {row}: {most}."),
            what=f"Losses to disruptions {_over(view)} of the plan found there",
            source=_SOURCE,
        ),
        names=_names(view),
        parts=[
            Part(
                name=MEASURES[name].label,
                color=MEASURES[name].color,
                values=plain(numbers(view.drawn, name)),
                shape=shape,
            )
            for name, shape in kinds
        ],
        unit=view.currency,
        strong=BASE,
        is_marked=True,
    )


def _dearest(view: WhatIfView) -> str:
    """Say which what-if's plan costs most, against base's where that has one."""
    row = max(view.solved, key=lambda row: row.objective or 0.0)
    cost, base = row.objective or 0.0, view.base.objective
    said = f"{row.what_if} costs most: {money(cost, view.currency)}"
    if not base or row.what_if == BASE:
        return f"{said}."
    return f"{said}, {percent(abs(cost / base - 1.0))} more than base."


def _highest(view: WhatIfView, name: str, said: Callable[[str, str], str]) -> str:
    """Say where a figure is highest."""
    known = [row for row in view.solved if getattr(row, name) is not None]
    if not known:
        return f"{MEASURES[name].label}: no what-if has one."
    row = max(known, key=lambda row: float(getattr(row, name)))
    return said(row.what_if, money(float(getattr(row, name)), view.currency))


def _regret_text(row: WhatIfRow) -> str:
    if row.what_if == BASE:
        return BASE
    if row.base_breaks:
        return "not open"
    return difference(row.regret, "").rstrip()


def _over(view: WhatIfView) -> str:
    return f"{view.per_horizon} [{view.currency}]"


def _names(view: WhatIfView) -> list[str]:
    return [row.what_if for row in view.drawn]
