"""Charts on two axes: lines, steps, columns side by side, single points, upright marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from optimizer.reports.kit.axis import Axis
from optimizer.reports.kit.bar_chart import Part, Shape
from optimizer.reports.kit.caption import Caption
from optimizer.reports.kit.colors import Color
from optimizer.reports.kit.measures import Kind

Style = Literal["solid", "dash", "dot"]

HEIGHT: Final = 280
"""Of the space between the axes. [px]"""
_WIDTH: Final = 1000.0  # of the drawing of lines, which is stretched
_DOTTED: Final = 60  # points of a line that still get a dot each
_POINTED: Final = 250  # places that say their values when pointed at


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line through points, None where it has none; `steps` holds each value up to the next."""

    name: str
    color: Color
    y: Sequence[float | None]
    style: Style = "solid"
    steps: bool = False
    dots: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A point by itself."""

    name: str
    color: Color
    shape: Shape
    x: float
    y: float
    tip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Upright:
    """A value of the axis below, marked from the foot up to a share of the height."""

    name: str
    amount: str
    color: Color
    x: float
    height: float
    is_left: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A piece of a column. [% of the width, px]"""

    x: float
    y: float
    width: float
    height: float
    color: Color


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A strip of the chart that says its values when it is pointed at. [%]"""

    x: float
    width: float
    tip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChart:
    """
    Lines and columns over common places.

    Attributes
    ----------
    x
        Where the values of lines and columns stand.
    x_name
        Name of the axis below, with its unit.
    columns
        Parts stacked at each place; those below zero hang.
    width
        Of a column, on the axis below.
    band
        Two lines whose distance is shaded.
    tips
        What each place says.
    value_kind
        What the lines and columns measure.
    """

    caption: Caption
    x: Sequence[float]
    x_name: str
    across: Axis
    upwards: Axis
    lines: Sequence[Line] = ()
    columns: Sequence[Part] = ()
    width: float = 0.0
    band: tuple[Line, Line] | None = None
    spots: Sequence[Spot] = ()
    uprights: Sequence[Upright] = ()
    tips: Sequence[str] = ()
    value_kind: Kind = "money"

    form: Final = "lines"
    height: Final = HEIGHT

    def px(self, value: float) -> float:
        """Return how far below the top a value stands. [px]"""
        return round(HEIGHT * (1.0 - self.upwards.at(value) / 100.0), 2)

    def path(self, line: Line) -> str:
        """Return a line as the path of a drawing 1000 wide, broken where it has no value."""
        commands: list[str] = []
        before = None
        for x, y in zip(self.x, line.y, strict=True):
            right = f"{self._wide(x)}"
            if y is None:
                commands += [f"H{right}"] if line.steps and before is not None else []
                before = None
                continue
            down = f"{self.px(y)}"
            if before is None:
                commands.append(f"M{right} {down}")
            else:
                commands.append(f"H{right}V{down}" if line.steps else f"L{right} {down}")
            before = y
        return "".join(commands)

    def dots(self, line: Line) -> list[tuple[float, float]]:
        """Return the dots of a line, which many points go without. [%, px]"""
        known = [(x, y) for x, y in zip(self.x, line.y, strict=True) if y is not None]
        if len(known) > 1 and (not line.dots or len(known) > _DOTTED):
            return []
        return [(self.across.at(x), self.px(y)) for x, y in known]

    @property
    def shade(self) -> str:
        """The path around the band."""
        if self.band is None:
            return ""
        upper, lower = (
            [(x, y) for x, y in zip(self.x, line.y, strict=True) if y is not None]
            for line in self.band
        )
        around = [*upper, *lower[::-1]]
        return "M" + "L".join(f"{self._wide(x)} {self.px(y)}" for x, y in around) + "Z"

    @property
    def pieces(self) -> list[Column]:
        """The columns as they are drawn."""
        found = []
        for k, x in enumerate(self.x):
            up = down = 0.0
            for part in self.columns:
                value = part.values[k]
                if not value:
                    continue
                low, high = (up, up + value) if value > 0.0 else (down + value, down)
                up, down = (high, down) if value > 0.0 else (up, low)
                found.append(self._column(x, low, high, part.color))
        return found

    @property
    def places(self) -> list[Place]:
        """The strips between the middles of neighbouring places, thinned out where many."""
        step = -(-len(self.tips) // _POINTED) or 1
        at = [self.across.at(x) for x in self.x[::step]]
        edges = [0.0, *((a + b) / 2.0 for a, b in pairwise(at)), 100.0]
        return [
            Place(x=round(left, 3), width=round(right - left, 3), tip=tip)
            for left, right, tip in zip(edges, edges[1:], self.tips[::step], strict=False)
        ]

    @property
    def legend(self) -> list[tuple[str, Color, str]]:
        """Name, colour and look of what has a name; one thing alone needs none."""
        named = [
            *((part.name, part.color, "block") for part in self.columns),
            *((line.name, line.color, line.style) for line in self.lines),
        ]
        spots = {spot.name: (spot.name, spot.color, spot.shape) for spot in self.spots}
        return [*named, *spots.values()] if len(named) + len(spots) > 1 else []

    @property
    def gutter(self) -> int:
        """Room for the numbers on the left. [characters]"""
        return max((len(tick.text) for tick in self.upwards.ticks), default=1)

    @property
    def alternative(self) -> str:
        """The chart in words: its first and its last place, and what is marked."""
        ends = [self.tips[k] for k in sorted({0, len(self.tips) - 1})] if self.tips else []
        marked = [f"{mark.name} {mark.amount}" for mark in self.uprights]
        return "; ".join([*marked, *ends, *(spot.tip for spot in self.spots[:5])]) + "."

    def _column(self, x: float, low: float, high: float, color: Color) -> Column:
        left = self.across.at(x - self.width / 2.0)
        top, foot = self.px(high), self.px(low)
        return Column(
            x=left,
            y=top,
            width=round(self.across.at(x + self.width / 2.0) - left, 3),
            height=round(foot - top, 2),
            color=color,
        )

    def _wide(self, x: float) -> float:
        return round(_WIDTH * self.across.at(x) / 100.0, 1)
