"""What every kind of database can be asked, within one transaction that only reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

MOST_SECONDS: Final = 120.0
"""Time that one table may take."""
BATCH: Final = 10_000
"""Rows fetched at a time."""


class Database(Protocol):
    """
    An open database.

    What cannot be read raises `Unreadable`, which names no password.
    """

    @property
    def name(self) -> str:
        """What it is called in messages."""

    @property
    def beside(self) -> Path | None:
        """The folder of a database that is a file."""

    @property
    def seconds(self) -> float:
        """Time that one table may take."""

    def label(self, table: str) -> str:
        """Return what a table is called in messages."""

    def tables(self) -> list[str]:
        """Return the names of all tables and views."""

    def columns(self, table: str) -> list[str]:
        """Return the names of a table's columns."""

    def batches(self, table: str, columns: Sequence[str]) -> Iterator[Sequence[Sequence[Any]]]:
        """Yield a table's rows, some at a time, in any order."""


class DatabaseFile:
    """What databases that are files have in common; a subclass asks its own."""

    seconds = MOST_SECONDS
    all_tables: str
    """The query for the names of all tables and views."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.beside = path.parent

    def label(self, table: str) -> str:
        """Return the name of a table as of a workbook's sheet."""
        return f"{self.name}!{table}"

    def tables(self) -> list[str]:
        """Return the names of all tables and views."""
        return sorted(str(name) for batch in self._asked(self.all_tables) for (name,) in batch)

    def _asked(self, sql: str) -> Iterator[list[Any]]:
        """Yield the rows that a query finds, some at a time."""
        raise NotImplementedError


class Unreadable(Exception):  # noqa: N818  a reason, told as a problem
    """
    Why a database or one of its tables cannot be read, and what to do about it.

    `is_lost`: nothing more can be read from it.
    """

    def __init__(self, rule: str, remedy: str, *, is_lost: bool = False) -> None:
        super().__init__(rule)
        self.rule, self.remedy, self.is_lost = rule, remedy, is_lost


def too_slow(seconds: float, remedy: str) -> Unreadable:
    """Return the refusal of a table that takes too long."""
    return Unreadable(f"takes more than {seconds:g} s to read", remedy)


def quoted(name: str) -> str:
    """Return a name as SQL quotes it."""
    return '"' + name.replace('"', '""') + '"'
