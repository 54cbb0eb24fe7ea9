"""A frontier's document: its charts, the budgets, and what each step changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from optimizer.domain.frontier import MARKS, Frontier, SolvedPoint, flat_point
from optimizer.reports.frontier.frontier_charts import (
    cost_chart,
    parts_chart,
    price_chart,
    risk_chart,
    service_chart,
)
from optimizer.reports.frontier.frontier_view import BudgetStep, FrontierView
from optimizer.reports.frontier.frontier_words import (
    budget_words,
    figures,
    hurdle_basis,
    lead_sentence,
    proof_sentence,
    remark,
    sentences,
    step_sentence,
)
from optimizer.reports.kit.book import Book
from optimizer.reports.kit.document import Answer, Choice, Document, LongTable, Question, Section
from optimizer.reports.kit.format import count, money, percent
from optimizer.reports.kit.long_table import long_table
from optimizer.reports.kit.measured_table import MeasuredTable
from optimizer.reports.kit.measures import MEASURES, Measure, measures_of
from optimizer.reports.kit.series_words import how_solved, is_proven, own_capital, shared_facts
from optimizer.store.frontier_folder import points_table

PAPER: Final = "board-paper.html"
MOST_ROWS: Final = 40_000  # changes on a page, of all steps together: some 5 MB
_ROUNDING: Final = 1e-6  # of what a step saves
_MOST: Final = 500  # of a step
_FEWEST: Final = 10
_OFF_THE_CURVE: Final = (
    "Today's plan stands at the capital it ties up, at what it costs on the same futures."
)
_WIDTHS: Final = {"run": 18.0, "kind": 11.0, "option": 38.0, "to_option": 38.0, "said": 34.0}
_CHANGES: Final = {
    "budget": replace(MEASURES["budget"], label="From the budget"),
    "capital": replace(MEASURES["capital"], label="Capital tied up"),
}


def frontier_document(frontier: Frontier) -> Document:
    """Return what there is to say of a frontier."""
    view = FrontierView.of(frontier)
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
        about=frontier.about,
        paper=PAPER,
    )


def budgets_sheet(book: Book, frontier: Frontier, run: str) -> None:
    """Write the points of a frontier as a sheet of a run's workbook, the run's own marked."""
    table = _points(frontier)
    table.insert(0, "own", ["this run" if name == run else "" for name in table["run"]])
    long_table(book, "Budgets", table, frontier.currency, _WIDTHS, pages=2)


def _chart_sections(view: FrontierView) -> list[Section]:
    crosses = "; crosses are budgets without a plan" if view.unsolved else ""
    today = "" if view.frontier.today is None else f" {_OFF_THE_CURVE}"
    return [
        Section(
            name="cost",
            title="What each budget costs",
            contents={"cost": cost_chart(view)},
            note=(
                "The best plan for any budget costs no more than the line and no less than the "
                f"dotted line, on the run's own futures{crosses}.{today}"
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
                "relaxation), of the cost, which is expected cost and risk charge, and of the "
                "expected cost alone."
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


def _budgets(view: FrontierView) -> Section:
    table = LongTable(
        rows=_points(view.frontier),
        shown=(
            *("budget", "run", "said", "objective", "forecast", "expected_cost", "risk_charge"),
            "gap",
            *("capital_used", "capital_price", "capital_price_expected", "next_price"),
            *("expected_loss", "var", "cvar", "fill_rate"),
        ),
        details=("forecast_low", "forecast_high", "catalogue_gap", "hull_price", "turns"),
        things="budgets",
        hint="run, remark",
        brief=points_in_brief(view.frontier),
        sheet="Frontier",
        widths=_WIDTHS,
        pages=2,
    )
    return Section(
        name="budgets",
        title="The budgets, one by one",
        contents={"budgets": table},
        note=(
            f"Costs and losses in {view.currency} {view.per_horizon}. Marginal value: what one "
            f"more {view.currency} of budget saves of the cost, and of the expected cost alone, by "
            f"the relaxation; average saving: what each "
            "saves up to the next budget, by the two plans. Every run listed is a folder beside "
            "this report; Ballast's report command gives it a page of its own. Source: "
            "frontier.csv."
        ),
    )


def points_in_brief(frontier: Frontier) -> MeasuredTable:
    """Return a row for every point, budgets as finely as tells them apart."""
    return MeasuredTable(
        columns=(
            *("budget", "objective", "expected_cost", "risk_charge", "gap", "capital_price"),
            *("capital_price_expected", "next_price", "var", "cvar", "fill_rate", "turns", "said"),
        ),
        rows=[
            flat_point(point)
            | {"budget": budget_words(point.budget, frontier), "said": remark(point, frontier)}
            for point in frontier.points
        ],
        currency=frontier.currency,
    )


def _points(frontier: Frontier) -> pd.DataFrame:
    """Return the rows of frontier.csv, with what there is to say of each."""
    table = points_table(frontier)
    marks = {name: ["yes" if mark else "" for mark in table[name]] for name in MARKS}
    return table.assign(**marks, said=[remark(point, frontier) for point in frontier.points])


def _steps(view: FrontierView) -> Section:
    changes = dict(iter(view.frontier.next_money.groupby(["budget", "to_budget"], sort=False)))
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
        source="next_money.csv",
        rows=view.frontier.next_money,
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
            f"{count(len(view.frontier.next_money), 'row')}."
        ),
    )


def rows_per_step(view: FrontierView) -> int:
    """Return how many changes of each step the page holds; next_money.csv has them all."""
    steps = max(1, 2 * (len(view.solved) - 1))
    return max(_FEWEST, min(_MOST, MOST_ROWS // steps))


def _option(point: SolvedPoint, view: FrontierView) -> str:
    """Return how a budget is called in the list to choose from."""
    return budget_words(point.budget, view.frontier) + (", the knee" if point.knee else "")


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
    of_which = _of_which(int(is_change.sum()), len(shown), shift, step, view)
    if not step.is_more:
        shown = shown.assign(capital=-shown["capital"], saving=-shown["saving"])
    return Answer(said=f"{lead} {of_which}", rows=shown)


def _of_which(
    n_changes: int, n_shown: int, shift: float, step: BudgetStep, view: FrontierView
) -> str:
    """Say how many changes a step has, and what the tail adds to it, if that is anything."""
    cut = f", the first {n_shown:,} of them below" if n_shown < n_changes else ""
    changes = f"{count(n_changes, 'change')}{cut}."
    if abs(shift) <= _ROUNDING * abs(step.saved):
        return changes
    verb = "adds" if (shift >= 0.0) == step.is_more else "takes off"
    return (
        f"{changes} The shift of the worst futures {verb} "
        f"{money(abs(shift), view.currency)}, which no row shows."
    )


def _facts(view: FrontierView) -> dict[str, str]:
    about, settings = view.frontier.about, view.settings
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
        "Hurdle": (
            f"{percent(view.frontier.hurdle_rate)} a year, against the saving along the lower "
            "convex hull of the points: by the cost, which is the objective, and by the expected "
            f"cost alone. {hurdle_basis(view)}"
        ),
        "Method": how_solved(about),
        "Gap asked for": percent(settings.gap),
        "Own budget": own_capital(settings, view.currency),
        **shared_facts(about, settings, whose="", shared="the same for every budget"),
    }
