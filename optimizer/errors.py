"""
What can go wrong, as one tree.

BallastError
├── BadInputError        exit 2   the tables, the settings or the command line cannot be used
├── NoPlanError          exit 3   no plan meets the limits; carries the least repairs
├── StoppedError         exit 4   stopped before there was anything to keep
├── VerificationError    exit 5   the independent verifier does not reproduce the answer
└── StorageError         exit 6   the disk refuses; carries where the result is kept instead
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final, Literal

StoppedBy = Literal[
    "gap", "time_limit", "node_limit", "interrupt", "solver_error", "size", "prices", "nesting"
]
"""Why a search ended."""
ANY_PLAN: Final = "any plan was found"
NOTHING: Final = "nothing was written"
WRITTEN_IS_WHOLE: Final = "every file already written is complete"
_CAUSES: Final = {
    "interrupt": "stopped",
    "time_limit": "the time limit came",
    "node_limit": "the node limit came",
}
_REMEDIES: Final = {
    "time_limit": " Raise solver.time_limit.",
    "node_limit": " Raise solver.node_limit.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    One thing wrong with the input, in the words of the person who can mend it.

    Attributes
    ----------
    file
        File (or workbook!sheet) the value stands in.
    row
        Row as a spreadsheet counts it: the header is row 1; ``None`` for the whole file.
    column
        Column (or dotted setting) name; ``None`` for the whole row.
    value
        The value as it was written; ``None`` where there is none.
    rule
        What must hold.
    remedy
        What to do about it.
    """

    file: str
    rule: str
    remedy: str
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        where = [self.file]
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.column is not None:
            where.append(self.column)
        found = "" if self.value is None else f" = {_quoted(self.value)}"
        return _escaped(f"{', '.join(where)}{found}: {self.rule}. {self.remedy}")


class BallastError(Exception):
    """Anything Ballast refuses; its message is one a user can act on."""

    exit_code: ClassVar[int] = 1


class BadInputError(BallastError):
    """The input cannot be used; `problems` lists every reason found."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class NoPlanError(BallastError):
    """
    No plan meets the limits; `repairs` lists what would make one possible.

    `missing` is the least increase of a limit that alone does, where that is proven; by name.
    """

    exit_code = 3

    def __init__(
        self, message: str, repairs: Sequence[str] = (), missing: Mapping[str, float] | None = None
    ) -> None:
        self.repairs = tuple(repairs)
        self.missing = dict(missing or {})
        super().__init__("\n".join([message, *self.repairs]))


class StoppedError(BallastError):
    """
    Stopped before there was anything to keep.

    `reason` is as a manifest's `stopped_by`; `because` says it in words, without what is left.
    """

    exit_code = 4

    def __init__(self, reason: StoppedBy, *, before: str = ANY_PLAN, kept: str = NOTHING) -> None:
        self.reason = reason
        cause, remedy = _CAUSES.get(reason, "the search ended"), _REMEDIES.get(reason, "")
        self.because = f"{cause} before {before}.{remedy}"
        super().__init__(f"{cause} before {before}; {kept}.{remedy}")


class VerificationError(BallastError):
    """The verifier does not reproduce the answer; `differences` lists where."""

    exit_code = 5

    def __init__(self, differences: Sequence[str]) -> None:
        self.differences = tuple(differences)
        super().__init__("\n".join(["the verifier refuses this plan:", *self.differences]))


class StorageError(BallastError):
    """The disk refuses what is to be written; `kept` is where that is whole all the same."""

    exit_code = 6

    def __init__(self, message: str, kept: Path | None = None) -> None:
        self.kept = kept
        super().__init__(message)


def printable(text: str) -> str:
    """Return lines in which a character that is not printed, or moves others, is its code."""
    return "\n".join(map(_escaped, text.split("\n")))


def _quoted(value: str) -> str:
    return '"' + (value if len(value) <= 60 else value[:59] + "…") + '"'


def _escaped(line: str) -> str:
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in line)
