"""`report.html` of a frontier: what each budget buys, on one page that opens offline."""

from __future__ import annotations

from pathlib import PurePath

from optimizer.domain.frontier import Frontier
from optimizer.report.embed import script_json
from optimizer.report.frontier import budget_words
from optimizer.report.frontier_charts import frontier_charts
from optimizer.report.frontier_tables import budgets_table, rows_per_step, steps_tables
from optimizer.report.frontier_view import FrontierView
from optimizer.report.frontier_words import lead_sentence, proof_sentence, sentences, tiles
from optimizer.report.page import environment, shell


def render_frontier(found: Frontier) -> str:
    """Return the report of a frontier as one HTML page; the same frontier gives the same bytes."""
    view = FrontierView.of(found)
    template = environment(view.currency, view.per_horizon).get_template("frontier.html.j2")
    return template.render(
        **shell("report.js", "frontier.js"),
        charts_json=script_json(frontier_charts(view)),
        budgets_json=script_json(budgets_table(view)),
        steps_json=script_json(steps_tables(view)),
        view=view,
        about=found.about,
        portfolio=PurePath(found.about["portfolio"]).name,
        lead=lead_sentence(view),
        proof=proof_sentence(view),
        is_proven=all(point.status == "optimal" for point in view.solved),
        sentences=sentences(view),
        tiles=tiles(view),
        choices=[_choice(view, place) for place in range(len(view.solved))],
        rows_per_step=rows_per_step(view),
        n_changes=len(found.next_money),
    )


def _choice(view: FrontierView, place: int) -> str:
    """Return how a budget is called in the list to choose from."""
    point = view.solved[place]
    knee = ", the knee" if point.knee else ""
    return f"{budget_words(point.budget, view.found)}{knee}"
