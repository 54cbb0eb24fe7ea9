"""A matrix to look at: cells in rows and columns, the darker the more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from optimizer.reports.kit.caption import Caption


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What stands in a place: the first line stands out; `weight` says how dark it is."""

    lines: Sequence[str]
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """
    Cells by row and column.

    Attributes
    ----------
    groups
        Names of the columns side by side, by the name of their group.
    cells
        A row each, in the order of the columns; None where there is nothing.
    sheet
        Name of its sheet in the workbook.
    """

    caption: Caption
    rows: Sequence[str]
    groups: Mapping[str, Sequence[str]]
    cells: Sequence[Sequence[Cell | None]]
    sheet: str

    form: Final = "matrix"

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """Names of the columns, and whether one begins a group other than the first."""
        return [
            (name, place == 0 and number > 0)
            for number, names in enumerate(self.groups.values())
            for place, name in enumerate(names)
        ]

    @property
    def most(self) -> float:
        """The weight of the darkest cell; never 0."""
        return max((cell.weight for row in self.cells for cell in row if cell), default=1.0) or 1.0
