"""What other budgets buy: a run as a point of its frontier, among its neighbours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from optimizer.domain.frontier import Frontier, Point
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
        Which of them is the run's.
    points
        How many there are in all.
    """

    name: str
    chart: LineChart
    sentences: tuple[str, ...]
    near: MeasuredTable
    own: int
    points: int


def other_budgets(found: Frontier, run: str) -> OtherBudgets | None:
    """Return what stands around a run's point, None where the frontier has no such run."""
    place = next((k for k, point in enumerate(found.points) if point.run == run), None)
    if place is None:
        return None
    view = FrontierView.of(found)
    first = max(0, place - _BESIDE)
    table = points_in_brief(found)
    rows = [*table.rows]
    rows[place] = {**rows[place], "said": ", ".join(filter(None, (rows[place]["said"], _OWN)))}
    return OtherBudgets(
        name=found.folder.name,
        chart=cost_chart(view, found.points[place]),
        sentences=_sentences(view, found.points[place]),
        near=replace(table, rows=rows[first : place + _BESIDE + 1]),
        own=place - first,
        points=len(found.points),
    )


def _sentences(view: FrontierView, own: Point) -> tuple[str, ...]:
    """Say what a step up saves and a step down costs."""
    at = view.solved.index(own)
    up, down = view.ups[at], view.downs[at]
    steps = (("More", up), ("Less", down))
    return tuple(f"{word}: {step_sentence(step, view)}" for word, step in steps if step)
