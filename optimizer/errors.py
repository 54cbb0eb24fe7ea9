"""
What can go wrong, as one tree.

BallastError
├── BadInputError        exit 2   the tables, settings or command line are invalid
├── NoPlanError          exit 3   no plan meets the limits; carries the smallest repairs
├── StoppedError         exit 4   stopped before there was a result to keep
├── VerificationError    exit 5   the independent verifier does not reproduce the result
└── StorageError         exit 6   the disk is full or not writable; carries where the result is kept
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
    "time_limit": "the time limit was reached",
    "node_limit": "the node limit was reached",
}
_REMEDIES: Final = {
    "time_limit": " Raise solver.time_limit.",
    "node_limit": " Raise solver.node_limit.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    One problem with the input, in the words of the person who can correct it.

    Attributes
    ----------
    file
        File (or workbook!sheet) that holds the value.
    row
        Row as a spreadsheet counts it: the header is row 1; ``None`` for the whole file.
    column
        Column (or dotted setting) name; ``None`` for the whole row.
    value
        The value as written; ``None`` if there is none.
    rule
        The rule that the value breaks.
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
        value = "" if self.value is None else f" = {_quoted(self.value)}"
        return _escaped(f"{', '.join(where)}{value}: {self.rule}. {self.remedy}")


class BallastError(Exception):
    """Base of all errors a user can act on; the message says how."""

    exit_code: ClassVar[int] = 1


class BadInputError(BallastError):
    """The input is invalid; `problems` lists every reason."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class NoPlanError(BallastError):
    """
    No plan meets the limits; `repairs` lists the changes that would make one possible.

    `missing` is, by limit, the smallest increase that alone makes a plan possible, where proven.
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
    Stopped before there was a result to keep.

    `reason` is the same as in a manifest's `stopped_by`; `because` is the message without what
    was kept.
    """

    exit_code = 4

    def __init__(self, reason: StoppedBy, *, before: str = ANY_PLAN, kept: str = NOTHING) -> None:
        self.reason = reason
        cause, remedy = _CAUSES.get(reason, "the search ended"), _REMEDIES.get(reason, "")
        self.because = f"{cause} before {before}.{remedy}"
        super().__init__(f"{cause} before {before}; {kept}.{remedy}")


class VerificationError(BallastError):
    """The verifier does not reproduce the result; `differences` lists where."""

    exit_code = 5

    def __init__(self, differences: Sequence[str]) -> None:
        self.differences = tuple(differences)
        super().__init__("\n".join(["the verifier rejects this plan:", *self.differences]))


class StorageError(BallastError):
    """The disk is full or not writable; `kept` is where the complete result is instead."""

    exit_code = 6

    def __init__(self, message: str, kept: Path | None = None) -> None:
        self.kept = kept
        super().__init__(message)


def printable(text: str) -> str:
    """Replace every character that is not printable, or reorders others, by its code."""
    return "\n".join(map(_escaped, text.split("\n")))


def _quoted(value: str) -> str:
    return '"' + (value if len(value) <= 60 else value[:59] + "…") + '"'


def _escaped(line: str) -> str:
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in line)
