"""
What can go wrong, as one tree.

BallastError
├── BadInputError        exit 2   the tables, settings or command line are invalid
├── NoPlanError          exit 3   no plan meets the limits; carries the smallest repairs
├── StoppedError         exit 4   stopped before there was a result to keep
├── VerificationError    exit 5   the independent verifier does not reproduce the result
└── StorageError         exit 6   the disk, or a place elsewhere, cannot be written; carries where
                                  the result is kept
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final, Literal

from optimizer.problems import Problem, in_lines, printable

__all__ = [
    "ANY_PLAN",
    "NOTHING",
    "WRITTEN_IS_WHOLE",
    "BadInputError",
    "BallastError",
    "NoPlanError",
    "Problem",
    "StoppedBy",
    "StoppedError",
    "StorageError",
    "VerificationError",
    "printable",
]

StoppedBy = Literal[
    "gap",
    "time_limit",
    "node_limit",
    "interrupt",
    "solver_error",
    "size",
    "prices",
    "nesting",
    "alternative",
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


class BallastError(Exception):
    """Base of all errors a user can act on; the message says how."""

    exit_code: ClassVar[int] = 1


class BadInputError(BallastError):
    """The input is invalid; `problems` lists every reason, its message 100 of a file."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(in_lines(self.problems)))


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
