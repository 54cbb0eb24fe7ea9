"""`report.html` of what-ifs: side by side, on one page that opens offline."""

from __future__ import annotations

from optimizer.domain.what_if import WhatIfResult
from optimizer.reports.kit.several_page import Headline, several_page
from optimizer.reports.what_if.what_if_charts import what_if_charts
from optimizer.reports.what_if.what_if_tables import changes_table, figures_table
from optimizer.reports.what_if.what_if_view import WhatIfView
from optimizer.reports.what_if.what_if_words import (
    drawn_sentence,
    lead_sentence,
    proof_sentence,
    sentences,
    tiles,
)


def render_what_if(found: WhatIfResult) -> str:
    """Return the report of what-ifs as one HTML page; the same ones give the same bytes."""
    view = WhatIfView.of(found)
    headline = Headline(
        lead=lead_sentence(view),
        proof=proof_sentence(view),
        tiles=tiles(view),
        sentences=sentences(view),
    )
    data = {"figures": figures_table(view), "changes": changes_table(view)}
    return several_page(
        "what_if", view, headline, what_if_charts(view), data, drawn=drawn_sentence(view)
    )
