"""Charts of a frontier: everything against the budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

import numpy as np

from optimizer.domain.frontier import Point
from optimizer.reports.frontier.frontier_rows import budget_words, lacking
from optimizer.reports.frontier.frontier_view import FrontierView
from optimizer.reports.kit.axis import Axis, covering
from optimizer.reports.kit.bar_chart import Part, Shape
from optimizer.reports.kit.caption import Caption
from optimizer.reports.kit.colors import Color
from optimizer.reports.kit.format import alike, compact, money, percent
from optimizer.reports.kit.line_chart import Line, LineChart, Spot, Style
from optimizer.reports.kit.measures import MEASURES
from optimizer.reports.kit.series import cost_parts, numbers, plain

_WIDE: Final = 20.0  # times: prices further apart stand on a logarithmic axis
_SOURCE: Final = "frontier.csv"


def frontier_charts(view: FrontierView) -> dict[str, LineChart]:
    """Return all charts of the frontier's page by name."""
    return {
        "cost": cost_chart(view),
        "price": price_chart(view),
        "risk": risk_chart(view),
        "service": service_chart(view),
        "parts": parts_chart(view),
    }


def cost_chart(view: FrontierView, marked: Point | None = None) -> LineChart:
    """Draw the cost above the proven bound, with the knee, one run's point, and who has no plan."""
    bound = _line(view, "bound", name="Proven bound", style="dot")
    cost = _line(view, "objective", name="Cost of the plan", dots=True)
    upwards = covering([*cost.y, *bound.y], zero=False, room=0.12)
    floor = upwards.low + 0.04 * (upwards.high - upwards.low)
    return _drawn(
        view,
        Caption(
            finding=_knee_sentence(view),
            what=f"Cost {_over(view)} against the budget; the shaded band is what is not proven",
            source=_SOURCE,
        ),
        upwards,
        (bound, cost),
        tips=_tips(view, ("objective", "bound")),
        spots=[
            *_spot(view, view.knee, "Knee", "orange", "diamond"),
            *_spot(view, marked, "This run", "vermilion", "circle"),
            *_without_plan(view, floor),
        ],
        band=(cost, bound),
    )


def price_chart(view: FrontierView) -> LineChart:
    """Draw what one more unit of money is worth, in three ways."""
    names = ("next_price", "hull_price", "capital_price")
    lines = (
        _stairs(view, "next_price"),
        replace(_stairs(view, "hull_price"), style="dash"),
        _line(view, "capital_price", dots=True),
    )
    known = [price for line in lines for price in line.y if price is not None]
    wide = far_apart(known)
    upwards = (
        Axis(low=min(known) / 1.3, high=max(known) * 1.3, is_log=True) if wide else covering(known)
    )
    scale = ", on a logarithmic axis" if wide else ""
    return _drawn(
        view,
        Caption(
            finding=_worth_sentence(view),
            what=f"What one more {view.currency} of budget saves {view.per_horizon} "
            f"[{view.currency}/{view.currency}]{scale}",
            source=_SOURCE,
        ),
        upwards,
        lines,
        tips=_tips(view, names),
    )


def far_apart(prices: Sequence[float]) -> bool:
    """Return whether prices read better on a logarithmic axis."""
    return bool(prices) and 0.0 < min(prices) < max(prices) / _WIDE


def risk_chart(view: FrontierView) -> LineChart:
    """Draw VaR, CVaR and the expected loss."""
    level = percent(view.settings.risk.level)
    lines = (
        _line(view, "cvar", name=f"CVaR {level}", dots=True),
        _line(view, "var", name=f"VaR {level}", dots=True),
        _line(view, "expected_loss", dots=True),
    )
    return _drawn(
        view,
        Caption(
            finding=_from_to(f"CVaR {level}", view, "cvar", "is the same at every budget"),
            what=f"Loss to disruptions {_over(view)} against the budget",
            source=_SOURCE,
        ),
        covering([value for line in lines for value in line.y]),
        lines,
        tips=_tips(view, ("cvar", "var", "expected_loss")),
    )


def service_chart(view: FrontierView) -> LineChart:
    """Draw the fill rate."""
    rate = 100.0 * numbers(view.solved, "fill_rate")
    line = replace(_line(view, "fill_rate", dots=True), y=plain(rate))
    held = covering(plain(rate), zero=False, room=0.12)
    return _drawn(
        view,
        Caption(
            finding=_service_sentence(view),
            what="Fill rate, of demand value served from stock, against the budget [%]",
            source=_SOURCE,
        ),
        replace(held, high=min(held.high, 101.0)) if held.low < 101.0 else held,
        (line,),
        tips=_tips(view, ("fill_rate",)),
    )


def parts_chart(view: FrontierView) -> LineChart:
    """Draw the parts of the cost, one bar a budget."""
    parts = cost_parts(view.solved)
    amounts = np.array([[value or 0.0 for value in part.values] for part in parts])
    ends = [*amounts.clip(min=0.0).sum(axis=0).tolist(), *amounts.clip(max=0.0).sum(axis=0)]
    width = 0.75 * 2.0 * _half_a_bar(view)
    return _drawn(
        view,
        Caption(
            finding=_shifts_most(parts, view),
            what=f"Parts of the cost {_over(view)} against the budget; below zero a part saves",
            source=_SOURCE,
        ),
        covering([float(end) for end in ends]),
        (),
        tips=[_part_tip(parts, view, k) for k in range(len(view.solved))],
        columns=parts,
        width=width or 0.1 * (_budgets(view)[0] or 1.0),
    )


def _knee_sentence(view: FrontierView) -> str:
    """Say how much of what the range saves the knee brings already."""
    first, last, knee = view.solved[0], view.solved[-1], view.knee
    saved = (first.objective or 0.0) - (last.objective or 0.0)
    if knee is None or saved <= 0.0:
        return _from_to("The cost", view, "objective", "is the same at every budget")
    share = ((first.objective or 0.0) - (knee.objective or 0.0)) / saved
    at, end = (budget_words(point.budget, view.found) for point in (knee, last))
    return f"{at} already brings {percent(share)} of what {end} saves."


def _from_to(what: str, view: FrontierView, name: str, same: str) -> str:
    """Say how a figure moves from the first budget to the last."""
    first, last = (getattr(point, name) for point in (view.solved[0], view.solved[-1]))
    if len(view.solved) == 1 or first is None or last is None or not first:
        return f"{what} is {money(first or 0.0, view.currency)} {view.per_horizon}."
    change = (last - first) / abs(first)
    if abs(change) < 5e-4:
        return f"{what} {same}."
    ends = " to ".join(alike((first, last), view.currency))
    return f"{what} {'falls' if change < 0.0 else 'rises'} by {percent(abs(change))}, from {ends}."


def _worth_sentence(view: FrontierView) -> str:
    """Say what more money is worth at the smallest and at the largest budget."""
    known = [point for point in view.solved if point.capital_price is not None]
    if not known:
        return f"No price is known of one more {view.currency}."
    prices = [point.capital_price or 0.0 for point in (known[0], known[-1])]
    first, last = (money(price, view.currency) for price in prices)
    said = f"One more {view.currency} saves {first} at {budget_words(known[0].budget, view.found)}"
    if len(known) == 1:
        return f"{said}."
    return f"{said}, {last} at {budget_words(known[-1].budget, view.found)}."


def _service_sentence(view: FrontierView) -> str:
    known = [point.fill_rate for point in view.solved if point.fill_rate is not None]
    if not known:
        return "No fill rate is known."
    first, last = percent(known[0]), percent(known[-1])
    if first == last:
        return f"The fill rate is {first} at either end."
    return f"The fill rate {'rises' if known[-1] > known[0] else 'falls'} from {first} to {last}."


def _shifts_most(parts: Sequence[Part], view: FrontierView) -> str:
    """Say which part the last budget changes most against the first."""
    shifts = {part.name: (part.values[-1] or 0.0) - (part.values[0] or 0.0) for part in parts}
    name, shift = max(shifts.items(), key=lambda item: abs(item[1]))
    if not shift:
        largest = max(parts, key=lambda part: part.values[0] or 0.0)
        return f"{largest.name} is the largest part."
    way = "less" if shift < 0.0 else "more"
    amount = money(abs(shift), view.currency)
    return (
        f"The largest change is in {name.lower()}: {amount} {way} at the largest budget than at "
        "the smallest."
    )


def _spot(
    view: FrontierView, point: Point | None, name: str, color: Color, shape: Shape
) -> list[Spot]:
    """Return a single point as a mark of its own."""
    if point is None or point.objective is None:
        return []
    tip = f"{name}: {_point_tip(point, view, ('objective', 'bound'))}"
    return [Spot(name=name, color=color, shape=shape, x=point.budget, y=point.objective, tip=tip)]


def _without_plan(view: FrontierView, height: float) -> list[Spot]:
    """Return the budgets without a plan, along the foot of the chart."""
    return [
        Spot(
            name="No plan",
            color="vermilion",
            shape="cross",
            x=point.budget,
            y=height,
            tip=f"{budget_words(point.budget, view.found)}: {lacking(point, view.found)}",
        )
        for point in view.unsolved
    ]


def _line(
    view: FrontierView,
    column: str,
    *,
    name: str = "",
    style: Style = "solid",
    dots: bool = False,
) -> Line:
    measure = MEASURES[column]
    return Line(
        name=name or measure.full,
        color=measure.color,
        y=plain(numbers(view.solved, column)),
        style=style,
        dots=dots,
    )


def _stairs(view: FrontierView, column: str) -> Line:
    """Return prices that hold from one budget up to the next; the last begins none."""
    prices = numbers(view.solved, column)
    prices[-1] = prices[-2] if len(prices) > 1 else np.nan
    return replace(_line(view, column), y=plain(prices), steps=True)


def _tips(view: FrontierView, names: Sequence[str]) -> list[str]:
    return [_point_tip(point, view, names) for point in view.solved]


def _point_tip(point: Point, view: FrontierView, names: Sequence[str]) -> str:
    """Return a budget and the figures there."""
    said = []
    for name in names:
        value, measure = getattr(point, name), MEASURES[name]
        if value is not None:
            shown = percent(value) if measure.kind == "share" else money(value, view.currency)
            said.append(f"{measure.label} {shown}")
    return f"{budget_words(point.budget, view.found)}: {', '.join(said)}"


def _part_tip(parts: Sequence[Part], view: FrontierView, k: int) -> str:
    said = [f"{part.name} {compact(value)}" for part in parts if (value := part.values[k])]
    return f"{budget_words(view.solved[k].budget, view.found)}: {', '.join(said)} {view.currency}"


def _drawn(
    view: FrontierView,
    caption: Caption,
    upwards: Axis,
    lines: Sequence[Line],
    *,
    tips: Sequence[str],
    spots: Sequence[Spot] = (),
    band: tuple[Line, Line] | None = None,
    columns: Sequence[Part] = (),
    width: float = 0.0,
) -> LineChart:
    return LineChart(
        caption=caption,
        x=_budgets(view),
        x_name=f"Capital budget [{view.currency}]",
        across=_across(view, width / 2.0),
        upwards=upwards,
        lines=lines,
        tips=tips,
        spots=spots,
        band=band,
        columns=columns,
        width=width,
    )


def _across(view: FrontierView, least: float) -> Axis:
    """Return the axis of budgets: with room for the outermost marks."""
    first, last = view.found.points[0].budget, view.found.points[-1].budget
    room = max(0.03 * (last - first or abs(last) or 1.0), least)
    return Axis(low=first - room, high=last + room, most=7)


def _half_a_bar(view: FrontierView) -> float:
    """Return half the distance of the closest budgets, 0 where there is one."""
    return min((b - a for a, b in pairwise(_budgets(view))), default=0.0) / 2.0


def _budgets(view: FrontierView) -> list[float]:
    return [point.budget for point in view.solved]


def _over(view: FrontierView) -> str:
    return f"{view.per_horizon} [{view.currency}]"
