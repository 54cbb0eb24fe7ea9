"""A frontier's document: charts against the budget, the budgets, and what each step changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.frontier import Frontier, Point
from optimizer.reports.frontier.frontier_view import BudgetStep, FrontierView
from optimizer.reports.frontier.frontier_words import (
    budget_words,
    change_finding,
    figures,
    knee_finding,
    lacking,
    lead_sentence,
    parts_finding,
    proof_sentence,
    remark,
    sentences,
    service_finding,
    step_sentence,
    worth_finding,
)
from optimizer.reports.kit.axis import Axis, covering
from optimizer.reports.kit.bar_chart import Part, Shape
from optimizer.reports.kit.book import Book
from optimizer.reports.kit.caption import Caption
from optimizer.reports.kit.colors import Color
from optimizer.reports.kit.document import Answer, Choice, Document, LongTable, Question, Section
from optimizer.reports.kit.format import compact, count, money, percent
from optimizer.reports.kit.line_chart import Line, LineChart, Spot, Style
from optimizer.reports.kit.long_table import long_table
from optimizer.reports.kit.measured_table import MeasuredTable, said
from optimizer.reports.kit.measures import MEASURES, Measure, measures_of
from optimizer.reports.kit.series import cost_parts, numbers, plain
from optimizer.reports.kit.series_words import how_solved, is_proven, own_capital, shared_facts
from optimizer.store.frontier_folder import points_table

MOST_ROWS: Final = 40_000  # changes on a page, of all steps together: some 5 MB
_MOST: Final = 500  # of a step
_FEWEST: Final = 10
_WIDE: Final = 20.0  # times: prices further apart stand on a logarithmic axis
_WIDTHS: Final = {"run": 18.0, "kind": 11.0, "option": 38.0, "to_option": 38.0, "said": 34.0}
_CHANGES: Final = {
    "budget": replace(MEASURES["budget"], label="From the budget"),
    "capital": replace(MEASURES["capital"], label="Capital tied up"),
}


def frontier_document(found: Frontier) -> Document:
    """Return what there is to say of a frontier."""
    view = FrontierView.of(found)
    return Document(
        subject="Frontier",
        kind="what a budget buys",
        currency=view.currency,
        lead=lead_sentence(view),
        proof=proof_sentence(view),
        is_proven=is_proven(view.solved),
        figures=figures(view),
        sentences=sentences(view),
        sections=(*_chart_sections(view), _budgets(view), _steps(view)),
        facts=_facts(view),
        files="frontier.csv and next_money.csv",
        about=found.about,
    )


def budgets_sheet(book: Book, found: Frontier, run: str) -> None:
    """Write the points of a frontier as a sheet of a run's workbook, the run's own marked."""
    table = _points(found)
    table.insert(0, "own", ["this run" if name == run else "" for name in table["run"]])
    long_table(book, "Budgets", table, found.currency, _WIDTHS, pages=2)


def _chart_sections(view: FrontierView) -> list[Section]:
    crosses = "; crosses are budgets without a plan" if view.unsolved else ""
    return [
        Section(
            name="cost",
            title="What each budget costs",
            contents={"cost": cost_chart(view)},
            note=(
                "The best plan for any budget costs no more than the line and no less than the "
                f"dotted line; the band between them is what is not proven{crosses}."
            ),
        ),
        Section(
            name="price",
            title="What the next money is worth",
            contents={"price": price_chart(view)},
            note=(
                f"Average saving to the next budget: what each {view.currency} up to the next "
                "budget saves, by the two plans; it may rise and fall. Along the hull: the same "
                "along the lower convex hull of the points, which never rises. Marginal value: "
                "what one more would save at this budget if decisions could be divided (from the "
                "relaxation)."
            ),
        ),
        Section(
            name="risk",
            title="Risk and service",
            contents={"risk": risk_chart(view), "service": service_chart(view)},
            note=(
                "The expected loss is exact; VaR and CVaR are measured on the drawn futures. The "
                "fill rate is the share of demand value served from stock in ordinary demand."
            ),
        ),
        Section(
            name="parts",
            title="What the cost is made of",
            contents={"parts": parts_chart(view)},
            note=(
                "All parts but the risk charge add up to the expected cost. A part below zero "
                "saves money."
            ),
        ),
    ]


def cost_chart(view: FrontierView, marked: Point | None = None) -> LineChart:
    """Draw the cost above the proven bound, with the knee, one run's point, and who has no plan."""
    bound = _line(view, "bound", style="dot")
    cost = replace(_line(view, "objective", dots=True), name="Cost of the plan")
    upwards = covering([*cost.y, *bound.y], zero=False, room=0.12)
    floor = upwards.low + 0.04 * (upwards.high - upwards.low)
    return _against_budget(
        view,
        knee_finding(view),
        f"Cost {_over(view)} against the budget; the shaded band is what is not proven",
        upwards,
        lines=(bound, cost),
        tips=_tips(view, "objective", "bound"),
        band=(cost, bound),
        spots=[
            *_spot(view, view.knee, "Knee", "orange", "diamond"),
            *_spot(view, marked, "This run", "vermilion", "circle"),
            *_without_plan(view, floor),
        ],
    )


def price_chart(view: FrontierView) -> LineChart:
    """Draw what one more unit of money is worth, in three ways."""
    stairs = replace(_line(view, "next_price"), steps=True)
    hull = replace(_line(view, "hull_price", style="dash"), steps=True)
    lines = (stairs, hull, _line(view, "capital_price", dots=True))
    known = [price for line in lines for price in line.y if price is not None]
    wide = far_apart(known)
    log = ", on a logarithmic axis" if wide else ""
    return _against_budget(
        view,
        worth_finding(view),
        f"What one more {view.currency} of budget saves {view.per_horizon} "
        f"[{view.currency}/{view.currency}]{log}",
        Axis(low=min(known) / 1.3, high=max(known) * 1.3, is_log=True) if wide else covering(known),
        lines=lines,
        tips=_tips(view, "next_price", "hull_price", "capital_price"),
        value_kind="number",
    )


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
    amounts = np.array([[value or 0.0 for value in part.values] for part in parts])
    ends = [*amounts.clip(min=0.0).sum(axis=0), *amounts.clip(max=0.0).sum(axis=0)]
    apart = min((b - a for a, b in pairwise(_places(view))), default=0.0)
    return _against_budget(
        view,
        parts_finding(parts, view),
        f"Parts of the cost {_over(view)} against the budget; below zero a part saves",
        covering([float(end) for end in ends]),
        tips=[_part_tip(parts, view, k) for k in range(len(view.solved))],
        columns=parts,
        width=0.75 * apart or 0.1 * (_places(view)[0] or 1.0),
    )


def _budgets(view: FrontierView) -> Section:
    table = LongTable(
        rows=_points(view.found),
        shown=(
            *("budget", "run", "said", "objective", "expected_cost", "risk_charge", "gap"),
            *("capital_used", "capital_price", "next_price", "expected_loss", "var", "cvar"),
            "fill_rate",
        ),
        details=("hull_price", "turns"),
        things="budgets",
        hint="run, remark",
        brief=points_in_brief(view.found),
        sheet="Frontier",
        widths=_WIDTHS,
        pages=2,
    )
    return Section(
        name="budgets",
        title="The budgets, one by one",
        contents={"budgets": table},
        note=(
            f"Money {view.per_horizon}. Marginal value: what one more {view.currency} of budget "
            "saves, by the relaxation; average saving: what each saves up to the next budget, by "
            "the two plans. Every run listed is a folder beside this report; Ballast's report "
            "command gives it a page of its own. Source: frontier.csv."
        ),
    )


def points_in_brief(found: Frontier) -> MeasuredTable:
    """Return a row for every point, budgets as finely as tells them apart."""
    return MeasuredTable(
        columns=(
            *("budget", "objective", "expected_cost", "risk_charge", "gap", "capital_price"),
            *("next_price", "var", "cvar", "fill_rate", "turns", "said"),
        ),
        rows=[
            asdict(point)
            | {"budget": budget_words(point.budget, found), "said": remark(point, found)}
            for point in found.points
        ],
        currency=found.currency,
    )


def _points(found: Frontier) -> pd.DataFrame:
    """Return the rows of frontier.csv, with what there is to say of each."""
    table = points_table(found)
    knees = ["knee" if knee else "" for knee in table["knee"]]
    return table.assign(knee=knees, said=[remark(point, found) for point in found.points])


def _steps(view: FrontierView) -> Section:
    changes = dict(iter(view.found.next_money.groupby(["budget", "to_budget"], sort=False)))
    most = rows_per_step(view)
    choice = Choice(
        label="From the budget",
        options=[_option(point, view) for point in view.solved],
        selected=view.place,
        questions={
            "up": Question(
                title="Next best money",
                columns=_columns(capital="Ties up", saving="Saves"),
                answers=[
                    _answer(step, changes, view, most, "This is the largest budget.")
                    for step in view.ups
                ],
            ),
            "down": Question(
                title="What a cut gives up",
                columns=_columns(capital="Frees", saving="Costs"),
                answers=[
                    _answer(step, changes, view, most, "No smaller budget has a plan.")
                    for step in view.downs
                ],
            ),
        },
        things="changes",
        hint="SKU, supplier, policy",
        rows=view.found.next_money,
        own=_CHANGES,
        sheet="Next money",
        widths=_WIDTHS,
    )
    return Section(
        name="steps",
        title="Next best money, and what a cut gives up",
        contents={"steps": choice},
        note=(
            "Going up, what ties up capital comes first, the highest saving for each "
            f"{view.currency} on top; going down, what frees it, the least given up on top; then "
            "what pays for it or follows from it. Losses count as expected, and by what they add "
            "to the risk charge of the plan chosen. The changes of one step, with the row on the "
            "tail, add up to the difference of the two costs. The page holds the first "
            f"{count(most, 'change')} of each step; next_money.csv has all "
            f"{count(len(view.found.next_money), 'row')}."
        ),
    )


def rows_per_step(view: FrontierView) -> int:
    """Return how many changes of each step the page holds; next_money.csv has them all."""
    steps = max(1, 2 * (len(view.solved) - 1))
    return max(_FEWEST, min(_MOST, MOST_ROWS // steps))


def _option(point: Point, view: FrontierView) -> str:
    """Return how a budget is called in the list to choose from."""
    return budget_words(point.budget, view.found) + (", the knee" if point.knee else "")


def _columns(*, capital: str, saving: str) -> Mapping[str, Measure]:
    """Return the columns of a step; a cut shows what it frees and costs as positive amounts."""
    called = {"capital": capital, "saving": saving, "return": f"{saving} for each"}
    own = {name: replace(MEASURES[name], label=label) for name, label in called.items()}
    return measures_of(("rank", "name", "option", "to_option", *called), own)


def _answer(
    step: BudgetStep | None,
    changes: Mapping[Any, pd.DataFrame],
    view: FrontierView,
    most: int,
    end: str,
) -> Answer:
    """Return the words of a step and its first changes; without rows where there are none."""
    if step is None:
        return Answer(said=end)
    sentence = step_sentence(step, view)
    lead = sentence[0].upper() + sentence[1:]
    rows = changes.get((step.here.budget, step.there.budget))
    if rows is None or rows.empty:
        return Answer(said=f"{lead} Nothing changes.")
    is_change = rows["kind"] != "tail"
    shown = rows[is_change].head(most)
    shift = float(rows.loc[~is_change, "saving"].sum())
    of_which = _of_which(int(is_change.sum()), len(shown), shift if step.is_more else -shift, view)
    if not step.is_more:
        shown = shown.assign(capital=-shown["capital"], saving=-shown["saving"])
    return Answer(said=f"{lead} {of_which}", rows=shown)


def _of_which(n_changes: int, n_shown: int, shift: float, view: FrontierView) -> str:
    """Say how many changes a step has, and what the tail adds to it."""
    cut = f", the first {n_shown:,} of them below" if n_shown < n_changes else ""
    verb = "adds" if shift >= 0.0 else "takes off"
    return (
        f"{count(n_changes, 'change')}{cut}. The shift of the worst futures {verb} "
        f"{money(abs(shift), view.currency)}, which no row shows."
    )


def _facts(view: FrontierView) -> dict[str, str]:
    about, settings = view.found.about, view.settings
    return {
        "Proof": (
            f"{proof_sentence(view)} Each plan was recomputed by the independent verifier before "
            "it was written. Neither costs nor bounds rise with the budget: a plan within a "
            "budget is within every larger one."
        ),
        "Knee": (
            "The point farthest above the line between the first and the last, budgets and "
            "savings counted from 0 to 1; it moves with the range."
        ),
        "Method": how_solved(about),
        "Gap asked for": percent(settings.gap),
        "Own budget": own_capital(settings, view.currency),
        **shared_facts(about, settings, whose="", shared="the same for every budget"),
    }


def _line(view: FrontierView, name: str, *, style: Style = "solid", dots: bool = False) -> Line:
    measure, values = MEASURES[name], plain(numbers(view.solved, name))
    return Line(name=measure.full, color=measure.color, y=values, style=style, dots=dots)


def _spot(
    view: FrontierView, point: Point | None, name: str, color: Color, shape: Shape
) -> list[Spot]:
    """Return a single point as a mark of its own."""
    if point is None or point.objective is None:
        return []
    tip = f"{name}: {_tip(point, view, ('objective', 'bound'))}"
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


def _tips(view: FrontierView, *names: str) -> list[str]:
    return [_tip(point, view, names) for point in view.solved]


def _tip(point: Point, view: FrontierView, names: Sequence[str]) -> str:
    """Return a budget and the figures there."""
    known = [(MEASURES[name], getattr(point, name)) for name in names]
    told = [
        f"{measure.label} {said(value, measure, view.currency)}"
        for measure, value in known
        if value is not None
    ]
    return f"{budget_words(point.budget, view.found)}: {', '.join(told)}"


def _part_tip(parts: Sequence[Part], view: FrontierView, k: int) -> str:
    told = [f"{part.name} {compact(value)}" for part in parts if (value := part.values[k])]
    return f"{budget_words(view.solved[k].budget, view.found)}: {', '.join(told)} {view.currency}"


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
    first, last = view.found.points[0].budget, view.found.points[-1].budget
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


def _places(view: FrontierView) -> list[float]:
    return [point.budget for point in view.solved]


def _over(view: FrontierView) -> str:
    return f"{view.per_horizon} [{view.currency}]"
