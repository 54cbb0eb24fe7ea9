"""Lying bars, one a row: parts one behind the other, or marks on a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from optimizer.reports.kit.axis import Axis, Tick, covering
from optimizer.reports.kit.caption import Caption
from optimizer.reports.kit.colors import Color
from optimizer.reports.kit.format import whole

Shape = Literal["circle", "diamond", "square", "cross"]
_TOLD: Final = 12  # rows read out


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What has one colour in every row; None where a row has none of it."""

    name: str
    color: Color
    values: Sequence[float | None]
    shape: Shape = "circle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A coloured length of a row, or a mark on it. [%]"""

    at: float
    width: float
    color: Color
    shape: Shape
    tip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BarRow:
    """A row as it is drawn; the whisker goes from the bar's end to the most it can be. [%]"""

    name: str
    is_strong: bool
    pieces: list[Piece]
    label: str
    label_at: float
    whisker: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart:
    """
    Rows of stacked parts or of marks.

    Attributes
    ----------
    labels
        What stands behind the end of each row, empty for nothing.
    unit
        Of the values, in what a part says when it is pointed at.
    most
        The most each row can be, drawn as a thin line.
    end
        Where longer bars are cut, with an arrow.
    line
        A value that all rows are compared with, and its name.
    strong
        The row that stands out.
    begins
        Where the bar of each row begins, for steps from one amount to another; zero if left out.
    """

    caption: Caption
    names: Sequence[str]
    parts: Sequence[Part]
    labels: Sequence[str] = ()
    unit: str = ""
    most: Sequence[float | None] = ()
    end: float | None = None
    line: tuple[float, str] | None = None
    strong: str = ""
    begins: Sequence[float] = ()
    is_marked: bool = False

    form: Final = "bars"

    @property
    def axis(self) -> Axis:
        """What the rows are measured on."""
        marks = [value for part in self.parts for value in part.values]
        ends = (
            marks if self.is_marked else [end for row in self._numbered for end in self._ends(row)]
        )
        reach = [*ends, *self.most, *([self.line[0]] if self.line else ())]
        held = covering(reach, room=0.04 if self.is_marked else 0.0)
        high = held.high if self.end is None else min(held.high, self.end)
        return Axis(low=held.low, high=high if high > held.low else held.low + 1.0, most=3)

    @property
    def ticks(self) -> list[Tick]:
        """The values along the foot; bars that each say theirs need none."""
        says_all = self.labels and len(self.parts) == 1 and not self.most
        return [] if says_all else self.axis.ticks

    @property
    def line_at(self) -> float | None:
        """Where the line stands. [%]"""
        return None if self.line is None else self.axis.at(self.line[0])

    @property
    def rows(self) -> list[BarRow]:
        """The rows as they are drawn, the first on top."""
        axis = self.axis
        return [self._row(number, axis) for number in self._numbered]

    @property
    def legend(self) -> list[tuple[str, Color, str]]:
        """Name, colour and look of the parts; one alone needs none."""
        if len(self.parts) < 2:
            return []
        return [(p.name, p.color, p.shape if self.is_marked else "block") for p in self.parts]

    @property
    def alternative(self) -> str:
        """The chart in words."""
        bars = [
            f"{name}: {self.labels[k] if self.labels else self._said(k)}"
            for k, name in enumerate(self.names[:_TOLD])
        ]
        more = len(self.names) - len(bars)
        return "; ".join([*bars, *([f"{more:,} more"] if more else ())]) + "."

    @property
    def _numbered(self) -> range:
        return range(len(self.names))

    def _said(self, row: int) -> str:
        return ", ".join(
            self._tip(part, value) for part in self.parts if (value := part.values[row]) is not None
        )

    def _tip(self, part: Part, value: float) -> str:
        return f"{part.name} {whole(value)} {self.unit}".rstrip()

    def _ends(self, row: int) -> tuple[float, float]:
        values = [value for part in self.parts if (value := part.values[row]) is not None]
        begin = self._begin(row)
        return begin + sum(v for v in values if v < 0.0), begin + sum(v for v in values if v > 0.0)

    def _begin(self, row: int) -> float:
        return self.begins[row] if self.begins else 0.0

    def _row(self, row: int, axis: Axis) -> BarRow:
        low, high = self._ends(row)
        end = min(high, axis.high)
        most = self.most[row] if self.most else None
        reach = end if most is None else max(end, min(most, axis.high))
        label = self.labels[row] if self.labels else ""
        return BarRow(
            name=self.names[row],
            is_strong=self.names[row] == self.strong,
            pieces=self._marks(row, axis) if self.is_marked else self._pieces(row, axis),
            label=f"{label} →" if self._is_cut(high) else label,
            label_at=axis.at(reach),
            whisker=None if most is None else (axis.at(high or low), axis.at(max(most, low))),
        )

    def _is_cut(self, high: float) -> bool:
        return self.end is not None and high > self.end * (1.0 + 1e-9)

    def _pieces(self, row: int, axis: Axis) -> list[Piece]:
        """Return what saves to the left of the beginning, what costs to its right, in order."""
        pieces, left, right = [], self._begin(row), self._begin(row)
        for part in self.parts:
            value = part.values[row]
            if not value:
                continue
            begin, end = (left + value, left) if value < 0.0 else (right, right + value)
            left, right = (begin, right) if value < 0.0 else (left, end)
            begin, end = axis.at(min(begin, axis.high)), axis.at(min(end, axis.high))
            pieces.append(self._piece(part, value, begin, end - begin))
        return pieces

    def _marks(self, row: int, axis: Axis) -> list[Piece]:
        return [
            self._piece(part, value, axis.at(value), 0.0)
            for part in self.parts
            if (value := part.values[row]) is not None
        ]

    def _piece(self, part: Part, value: float, at: float, width: float) -> Piece:
        return Piece(
            at=at,
            width=round(width, 3),
            color=part.color,
            shape=part.shape,
            tip=self._tip(part, value),
        )
