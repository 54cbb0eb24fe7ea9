"""What other budgets buy: a run as a point of its frontier, among its neighbours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from optimizer.domain.frontier import Frontier, SolvedPoint
from optimizer.reports.frontier.frontier_charts import cost_chart
from optimizer.reports.frontier.frontier_document import points_in_brief
from optimizer.reports.frontier.frontier_view import FrontierView
from optimizer.reports.frontier.frontier_words import step_sentence
from optimizer.reports.kit.line_chart import LineChart
from optimizer.reports.kit.measured_table import MeasuredTable

_BESIDE: Final = 5  # points shown on either side
_OWN: Final = "this run"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OtherBudgets:
    """
    The section's chart, sentences and table.

    Attributes
    ----------
    near
        The points around the run's.
    own
        Position of the run's point among them.
    points
        Number of points on the frontier.
    """

    name: str
    chart: LineChart
    sentences: tuple[str, ...]
    near: MeasuredTable
    own: int
    points: int


def other_budgets(frontier: Frontier, run: str) -> OtherBudgets | None:
    """Return the neighbourhood of a run's point, None if the frontier has no such run."""
    own = next((point for point in frontier.solved if point.run == run), None)
    if own is None:
        return None
    view, place = FrontierView.of(frontier), frontier.points.index(own)
    first = max(0, place - _BESIDE)
    table = points_in_brief(frontier)
    rows = [*table.rows]
    rows[place] = {**rows[place], "said": ", ".join(filter(None, (rows[place]["said"], _OWN)))}
    return OtherBudgets(
        name=frontier.folder.name,
        chart=cost_chart(view, own),
        sentences=_sentences(view, own),
        near=replace(table, rows=rows[first : place + _BESIDE + 1]),
        own=place - first,
        points=len(frontier.points),
    )


def _sentences(view: FrontierView, own: SolvedPoint) -> tuple[str, ...]:
    """Say what a step up saves and a step down costs."""
    at = view.solved.index(own)
    up, down = view.ups[at], view.downs[at]
    steps = (("More", up), ("Less", down))
    return tuple(f"{word}: {step_sentence(step, view)}" for word, step in steps if step)
