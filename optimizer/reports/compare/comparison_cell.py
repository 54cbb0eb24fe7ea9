"""A comparison as a notebook shows it: its sentences, and the cost side by side."""

from __future__ import annotations

from optimizer.domain.comparison import Comparison
from optimizer.reports.compare.compare_view import CompareView
from optimizer.reports.compare.compare_words import lead_sentence, proof_sentence, sentences
from optimizer.reports.kit.measures import MEASURES
from optimizer.reports.kit.page import environment


def comparison_cell(found: Comparison) -> str:
    """Return the sentences of a comparison and the components of its costs, as HTML."""
    view = CompareView.of(found)
    template = environment(view.currency).get_template("comparison_cell.html.j2")
    rows = view.side_by_side
    return template.render(
        folder=str(found.folder),
        sentences=(lead_sentence(view), proof_sentence(view), *sentences(view)),
        runs=found.runs,
        figures=[
            (MEASURES[row["figure"]].label, [row[f"run_{at}"] for at in range(len(found.runs))])
            for row in rows[rows["figure"] != "budget"].to_dict("records")
        ],
    )
