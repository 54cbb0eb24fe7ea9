"""Charts of a frontier: everything against the budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

import numpy as np

from optimizer.domain.frontier import SolvedPoint
from optimizer.reports.frontier.frontier_view import FrontierView
from optimizer.reports.frontier.frontier_words import (
    budget_words,
    change_finding,
    knee_finding,
    lacking,
    parts_finding,
    service_finding,
    worth_finding,
)
from optimizer.reports.kit.axis import Axis, covering
from optimizer.reports.kit.bar_chart import Part, Shape
from optimizer.reports.kit.caption import Caption
from optimizer.reports.kit.colors import Color
from optimizer.reports.kit.format import compact, percent
from optimizer.reports.kit.line_chart import Line, LineChart, Spot, Style
from optimizer.reports.kit.measured_table import said
from optimizer.reports.kit.measures import MEASURES, PARTS
from optimizer.reports.kit.series import cost_parts, numbers, plain

_FAR: Final = 0.5  # of the range: what is drawn beyond it squeezes the curve
_WIDE: Final = 20.0  # times: prices further apart stand on a logarithmic axis


def cost_chart(view: FrontierView, marked: SolvedPoint | None = None) -> LineChart:
    """Draw the cost above the proven bound, with the knee, one run's point, and who has no plan."""
    bound = _line(view, "bound", style="dot")
    cost = replace(_line(view, "objective", dots=True), name="Cost of the plan")
    today = _drawn_today(view)
    forecast, band, shaded = _out_of_sample(view, cost, bound)
    costs = [*cost.y, *bound.y, *band[0].y, *band[1].y, *(spot.y for spot in today)]
    upwards = covering(costs, zero=False, room=0.12)
    stop = f"Stop at {percent(view.frontier.hurdle_rate)}"
    floor = upwards.low + 0.04 * (upwards.high - upwards.low)
    return _against_budget(
        view,
        knee_finding(view),
        f"Cost {_over(view)} against the budget; the shaded band is {shaded}",
        upwards,
        lines=(bound, *forecast, cost),
        tips=_tips(view, "objective", "bound", "forecast"),
        band=band,
        spots=[
            *_spot(view, view.knee, "Knee", "orange", "diamond"),
            *_spot(view, view.own, "Own budget", "green", "square"),
            *_spot(view, view.stop, stop, "sky", "circle"),
            *today,
            *_spot(view, marked, "This run", "vermilion", "circle"),
            *_without_plan(view, floor),
        ],
    )


def _out_of_sample(
    view: FrontierView, cost: Line, bound: Line
) -> tuple[list[Line], tuple[Line, Line], str]:
    """Return the line of the forecast, its band and what that is; what is not proven without."""
    if any(point.forecast is None for point in view.solved):
        return [], (cost, bound), "what is not proven"
    band = _line(view, "forecast_high"), _line(view, "forecast_low")
    return [_line(view, "forecast", style="dash")], band, "the forecast's 95 % interval"


def price_chart(view: FrontierView) -> LineChart:
    """Draw what one more unit of money is worth, in three ways, and in expected cost alone."""
    stairs = replace(_line(view, "next_price"), steps=True)
    hull = replace(_line(view, "hull_price", style="dash"), steps=True)
    price = _line(view, "capital_price", dots=True)
    lines = (stairs, hull, price, *_expected_price(view))
    prices = [price for line in lines for price in line.y if price is not None]
    wide = far_apart(prices)
    log = ", on a logarithmic axis" if wide else ""
    return _against_budget(
        view,
        worth_finding(view),
        f"What one more {view.currency} of budget saves {view.per_horizon} "
        f"[{view.currency}/{view.currency}]{log}",
        Axis(low=min(prices) / 1.3, high=max(prices) * 1.3, is_log=True)
        if wide
        else covering(prices),
        lines=lines,
        tips=_tips(view, "next_price", "hull_price", "capital_price", "capital_price_expected"),
        value_kind="number",
    )


def _expected_price(view: FrontierView) -> list[Line]:
    """Return what one more is worth in expected cost, where that is known of any point."""
    known = any(point.capital_price_expected is not None for point in view.solved)
    return [_line(view, "capital_price_expected", style="dot")] if known else []


def far_apart(prices: Sequence[float]) -> bool:
    """Return whether prices read better on a logarithmic axis."""
    return bool(prices) and 0.0 < min(prices) < max(prices) / _WIDE


def risk_chart(view: FrontierView) -> LineChart:
    """Draw VaR, CVaR and the expected loss."""
    level = percent(view.settings.risk.level)
    cvar, var, loss = (_line(view, name, dots=True) for name in ("cvar", "var", "expected_loss"))
    lines = (replace(cvar, name=f"CVaR {level}"), replace(var, name=f"VaR {level}"), loss)
    return _against_budget(
        view,
        change_finding(f"CVaR {level}", view, "cvar", "is the same at every budget"),
        f"Loss to disruptions {_over(view)} against the budget",
        covering([value for line in lines for value in line.y]),
        lines=lines,
        tips=_tips(view, "cvar", "var", "expected_loss"),
    )


def service_chart(view: FrontierView) -> LineChart:
    """Draw the fill rate."""
    line = _line(view, "fill_rate", dots=True)
    held = covering(line.y, zero=False, room=0.12)
    return _against_budget(
        view,
        service_finding(view),
        "Fill rate, of demand value served from stock, against the budget",
        replace(held, high=min(held.high, 1.01), is_share=True),
        lines=(line,),
        tips=_tips(view, "fill_rate"),
        value_kind="share",
    )


def parts_chart(view: FrontierView) -> LineChart:
    """Draw the parts of the cost, one column a budget."""
    parts = cost_parts(view.solved)
    amounts = np.array([numbers(view.solved, name) for name in PARTS])
    ends = [*amounts.clip(min=0.0).sum(axis=0), *amounts.clip(max=0.0).sum(axis=0)]
    apart = min((b - a for a, b in pairwise(_places(view))), default=0.0)
    return _against_budget(
        view,
        parts_finding(view),
        f"Parts of the cost {_over(view)} against the budget; below zero a part saves",
        covering([float(end) for end in ends]),
        tips=[_part_tip(parts, view, k) for k in range(len(view.solved))],
        columns=parts,
        width=0.75 * apart or 0.1 * (_places(view)[0] or 1.0),
    )


def _line(view: FrontierView, name: str, *, style: Style = "solid", dots: bool = False) -> Line:
    measure, values = MEASURES[name], plain(numbers(view.solved, name))
    return Line(name=measure.full, color=measure.color, y=values, style=style, dots=dots)


def _spot(
    view: FrontierView, point: SolvedPoint | None, name: str, color: Color, shape: Shape
) -> list[Spot]:
    """Return a single point as a mark of its own."""
    if point is None:
        return []
    tip = f"{name}: {_tip(point, view, ('objective', 'bound'))}"
    return [Spot(name=name, color=color, shape=shape, x=point.budget, y=point.objective, tip=tip)]


def _drawn_today(view: FrontierView) -> list[Spot]:
    """Return today's plan off the curve, unless it lies far beyond the budgets."""
    today, (first, last) = view.frontier.today, _ends(view)
    far = _FAR * (last - first)
    if today is None or not first - far <= today.capital <= last + far:
        return []
    amounts = f"capital {compact(today.capital)}, cost {compact(today.objective)} {view.currency}"
    return [
        Spot(
            name="Today's plan",
            color="purple",
            shape="square",
            x=today.capital,
            y=today.objective,
            tip=f"Today's plan: {amounts}",
        )
    ]


def _without_plan(view: FrontierView, height: float) -> list[Spot]:
    """Return the budgets without a plan, along the foot of the chart."""
    return [
        Spot(
            name="No plan",
            color="vermilion",
            shape="cross",
            x=point.budget,
            y=height,
            tip=f"{budget_words(point.budget, view.frontier)}: {lacking(point, view.frontier)}",
        )
        for point in view.unsolved
    ]


def _tips(view: FrontierView, *names: str) -> list[str]:
    return [_tip(point, view, names) for point in view.solved]


def _tip(point: SolvedPoint, view: FrontierView, names: Sequence[str]) -> str:
    """Return a budget and the figures there."""
    figures = [(MEASURES[name], getattr(point, name)) for name in names]
    parts = [
        f"{measure.label} {said(value, measure, view.currency)}"
        for measure, value in figures
        if value is not None
    ]
    return f"{budget_words(point.budget, view.frontier)}: {', '.join(parts)}"


def _part_tip(parts: Sequence[Part], view: FrontierView, k: int) -> str:
    amounts = [f"{part.name} {compact(value)}" for part in parts if (value := part.values[k])]
    budget = budget_words(view.solved[k].budget, view.frontier)
    return f"{budget}: {', '.join(amounts)} {view.currency}"


def _against_budget(
    view: FrontierView,
    finding: str,
    what: str,
    upwards: Axis,
    *,
    width: float = 0.0,
    **drawn: Any,
) -> LineChart:
    """Return a chart over the budgets, with room for the outermost marks."""
    first, last = _ends(view)
    spots = drawn.get("spots", ())
    first, last = (
        end([at, *(spot.x for spot in spots)]) for end, at in ((min, first), (max, last))
    )
    room = max(0.03 * (last - first or abs(last) or 1.0), width / 2.0)
    return LineChart(
        caption=Caption(finding=finding, what=what, source="frontier.csv"),
        x=_places(view),
        x_name=f"Capital budget [{view.currency}]",
        across=Axis(low=first - room, high=last + room, most=7),
        upwards=upwards,
        width=width,
        **drawn,
    )


def _ends(view: FrontierView) -> tuple[float, float]:
    """Return the smallest and the largest budget, with a plan or without."""
    return view.frontier.points[0].budget, view.frontier.points[-1].budget


def _places(view: FrontierView) -> list[float]:
    return [point.budget for point in view.solved]


def _over(view: FrontierView) -> str:
    return f"{view.per_horizon} [{view.currency}]"
