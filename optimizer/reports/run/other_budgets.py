"""What other budgets buy: a run as a point of its frontier, among its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from optimizer.domain.frontier import Frontier, Point
from optimizer.reports.frontier.frontier_charts import cost_chart
from optimizer.reports.frontier.frontier_rows import HEADINGS, frontier_rows
from optimizer.reports.frontier.frontier_view import FrontierView
from optimizer.reports.frontier.frontier_words import step_sentence
from optimizer.reports.kit.line_chart import LineChart

_BESIDE: Final = 5  # points shown on either side


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OtherBudgets:
    """
    The section's chart, sentences and rows.

    Attributes
    ----------
    rows
        Texts of the points around the run's, under `headings`.
    own
        Which of them is the run's.
    points
        How many there are in all.
    """

    name: str
    headings: tuple[str, ...]
    chart: LineChart
    sentences: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    own: int
    points: int


def other_budgets(found: Frontier, run: str) -> OtherBudgets | None:
    """Return what stands around a run's point, None where the frontier has no such run."""
    place = next((k for k, point in enumerate(found.points) if point.run == run), None)
    if place is None:
        return None
    view = FrontierView.of(found)
    first = max(0, place - _BESIDE)
    near = frontier_rows(found)[first : place + _BESIDE + 1]
    return OtherBudgets(
        name=found.folder.name,
        headings=HEADINGS,
        chart=cost_chart(view, found.points[place]),
        sentences=_sentences(view, found.points[place]),
        rows=tuple(near),
        own=place - first,
        points=len(found.points),
    )


def _sentences(view: FrontierView, own: Point) -> tuple[str, ...]:
    """Say what a step up saves and a step down costs."""
    at = view.solved.index(own)
    up, down = view.ups[at], view.downs[at]
    steps = (("More", up), ("Less", down))
    return tuple(f"{word}: {step_sentence(step, view)}" for word, step in steps if step)
