"""All problems with an input, collected, then raised together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

from optimizer.domain.arrays import BoolArray
from optimizer.errors import BadInputError, Problem

if TYPE_CHECKING:  # cells know layouts, which note problems here
    from optimizer.inputs.readers.cells import Cells

MOST_OF_CHECK: Final = 200_000
"""Problems of one check; as many as fit in memory and in a workbook."""
LONGEST_NAME: Final = 40
"""Characters of a name in a warning."""

Wording = str | Callable[[int], str]


class Findings:
    """
    The problems and warnings so far.

    Attributes
    ----------
    warnings
        Input that is unusual but possible.
    misspelt
        File and name of every column that a problem reports as present under a misspelt name.
    """

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.misspelt: set[tuple[str, str]] = set()
        self._problems: list[Problem] = []

    def add(self, problem: Problem) -> None:
        """Note one problem."""
        self._problems.append(problem)

    def add_rows(
        self, cells: Cells, column: str, wrong: BoolArray, rule: Wording, remedy: Wording
    ) -> None:
        """Note a problem for every row marked wrong; the wording may depend on the position."""
        positions = np.flatnonzero(wrong)
        self._problems += [
            Problem(
                file=cells.file,
                row=int(cells.row[position]),
                key=cells.key(position),
                column=cells.layout.title(column),
                value=cells.shown(column, position),
                rule=_worded(rule, position),
                remedy=_worded(remedy, position),
            )
            for position in positions[:MOST_OF_CHECK].tolist()
        ]
        if (more := positions.size - MOST_OF_CHECK) > 0:
            rule = f"{more:,} more rows break this rule: {_worded(rule, int(positions[0]))}"
            remedy = "Correct the column where it is exported."
            title = cells.layout.title(column)
            self.add(Problem(file=cells.file, column=title, rule=rule, remedy=remedy))

    def raise_if_any(self) -> None:
        """
        Raise all problems noted.

        Raises
        ------
        BadInputError
            If there is any.
        """
        if problems := self.problems():
            raise BadInputError(problems)

    def problems(self) -> list[Problem]:
        """Return the problems noted, by file, each in the order of its rows."""
        files = {problem.file: at for at, problem in reversed(list(enumerate(self._problems)))}
        return sorted(self._problems, key=lambda problem: (files[problem.file], problem.row or 0))


def _worded(wording: Wording, position: int) -> str:
    return wording if isinstance(wording, str) else wording(position)


def short(name: str) -> str:
    """Return a name in quotes, shortened if it is long."""
    return f'"{name}"' if len(name) <= LONGEST_NAME else f'"{name[: LONGEST_NAME - 1]}…"'
