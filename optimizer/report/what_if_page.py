"""`report.html` of a comparison: named scenarios side by side, on one page that opens offline."""

from __future__ import annotations

from pathlib import PurePath

from optimizer.domain.what_if import Compared
from optimizer.report.embed import script_json
from optimizer.report.page import environment, shell
from optimizer.report.series_words import is_proven
from optimizer.report.what_if_charts import what_if_charts
from optimizer.report.what_if_tables import changes_table, figures_table
from optimizer.report.what_if_view import WhatIfView
from optimizer.report.what_if_words import (
    drawn_sentence,
    lead_sentence,
    proof_sentence,
    sentences,
    tiles,
)


def render_what_if(found: Compared) -> str:
    """Return the report of a comparison as one HTML page; the same one gives the same bytes."""
    view = WhatIfView.of(found)
    template = environment(view.currency, view.per_horizon).get_template("what_if.html.j2")
    return template.render(
        **shell("report.js", "what_if.js"),
        charts_json=script_json(what_if_charts(view)),
        figures_json=script_json(figures_table(view)),
        changes_json=script_json(changes_table(view)),
        view=view,
        about=found.about,
        portfolio=PurePath(found.about["portfolio"]).name,
        lead=lead_sentence(view),
        proof=proof_sentence(view),
        status="optimal" if is_proven(view.solved) else "feasible",
        sentences=sentences(view),
        tiles=tiles(view),
        drawn=drawn_sentence(view),
    )
