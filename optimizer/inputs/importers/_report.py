"""The result of an import: every row accounted for, every fallback counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLedger:
    """
    What became of the rows of one kind: read = used + set aside.

    `set_aside` counts the rows not used, by reason.
    """

    name: str
    read: int
    used: int
    set_aside: Mapping[str, int]

    def __post_init__(self) -> None:
        aside = sum(self.set_aside.values())
        if self.read != self.used + aside:
            raise ValueError(f"{self.name}: {self.read} read, {self.used} used, {aside} set aside.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """
    The result of an importer.

    Attributes
    ----------
    out
        The folder written.
    ledgers
        The rows read, then the rows behind each estimate.
    fallbacks
        How often a value had to be estimated from coarser data, by kind.
    notes
        Notes for readers of the portfolio, one sentence each.
    tables
        Rows written, by table.
    """

    out: Path
    ledgers: tuple[ImportLedger, ...]
    fallbacks: Mapping[str, int]
    notes: tuple[str, ...]
    tables: Mapping[str, int]
