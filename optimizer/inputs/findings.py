"""All problems with an input, collected, then raised together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Final

import numpy as np

from optimizer.domain.arrays import BoolArray
from optimizer.errors import BadInputError, Problem
from optimizer.inputs.readers.cells import Cells

MOST_PER_FILE: Final = 100
LONGEST_NAME: Final = 40
"""Characters of a name in a warning."""

Wording = str | Callable[[int], str]


class Findings:
    """
    The problems and warnings so far.

    At most `MOST_PER_FILE` problems of one file are raised; a last one says how many more there
    are.  If there are too many, every check keeps its share, so that one bad column does not hide
    the rest.

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
        self._checks: dict[str, list[list[Problem]]] = defaultdict(list)
        self._count: dict[str, int] = defaultdict(int)

    def add(self, problem: Problem) -> None:
        """Note one problem."""
        self._checks[problem.file].append([problem])
        self._count[problem.file] += 1

    def add_rows(
        self, cells: Cells, column: str, wrong: BoolArray, rule: Wording, remedy: Wording
    ) -> None:
        """Note a problem for every row marked wrong; the wording may depend on the position."""
        positions = np.flatnonzero(wrong)
        if not positions.size:
            return
        self._count[cells.file] += positions.size
        self._checks[cells.file].append(
            [
                Problem(
                    file=cells.file,
                    row=int(cells.row[position]),
                    column=column,
                    value=cells.shown(column, position),
                    rule=_worded(rule, position),
                    remedy=_worded(remedy, position),
                )
                for position in positions[:MOST_PER_FILE].tolist()
            ]
        )

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
        """Return the problems to raise, by file."""
        return [p for file, checks in self._checks.items() for p in self._of_file(file, checks)]

    def _of_file(self, file: str, checks: list[list[Problem]]) -> list[Problem]:
        ranked = [(rank, p) for problems in checks for rank, p in enumerate(problems)]
        ranked.sort(key=lambda pair: pair[0])
        shown = [problem for _, problem in ranked[:MOST_PER_FILE]]
        shown.sort(key=lambda problem: problem.row or 0)
        more = self._count[file] - len(shown)
        if more:
            shown.append(
                Problem(
                    file=file,
                    rule=f"{more} more problems were found in this file",
                    remedy="Correct those above first, then check again.",
                )
            )
        return shown


def _worded(wording: Wording, position: int) -> str:
    return wording if isinstance(wording, str) else wording(position)


def short(name: str) -> str:
    """Return a name in quotes, shortened if it is long."""
    return f'"{name}"' if len(name) <= LONGEST_NAME else f'"{name[: LONGEST_NAME - 1]}…"'
