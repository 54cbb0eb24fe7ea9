"""`report.html` of a frontier: what each budget buys, on one page that opens offline."""

from __future__ import annotations

from optimizer.domain.frontier import Frontier
from optimizer.reports.frontier.frontier_charts import frontier_charts
from optimizer.reports.frontier.frontier_rows import budget_words
from optimizer.reports.frontier.frontier_tables import budgets_table, rows_per_step, steps_tables
from optimizer.reports.frontier.frontier_view import FrontierView
from optimizer.reports.frontier.frontier_words import (
    lead_sentence,
    proof_sentence,
    sentences,
    tiles,
)
from optimizer.reports.kit.several_page import Headline, several_page


def render_frontier(found: Frontier) -> str:
    """Return the report of a frontier as one HTML page; the same frontier gives the same bytes."""
    view = FrontierView.of(found)
    headline = Headline(
        lead=lead_sentence(view),
        proof=proof_sentence(view),
        tiles=tiles(view),
        sentences=sentences(view),
    )
    data = {"budgets": budgets_table(view), "steps": steps_tables(view)}
    return several_page(
        "frontier",
        view,
        headline,
        frontier_charts(view),
        data,
        choices=[_choice(view, place) for place in range(len(view.solved))],
        rows_per_step=rows_per_step(view),
        n_changes=len(found.next_money),
    )


def _choice(view: FrontierView, place: int) -> str:
    """Return how a budget is called in the list to choose from."""
    point = view.solved[place]
    knee = ", the knee" if point.knee else ""
    return f"{budget_words(point.budget, view.found)}{knee}"
