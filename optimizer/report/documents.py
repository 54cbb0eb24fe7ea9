"""The files for people, made with a run or from its folder later on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from optimizer.domain.run import RunTables
from optimizer.report.excel import render_workbook
from optimizer.report.html import render
from optimizer.store.run import add_documents, read_run, read_scorecard

_PAGE: Final = "report.html"
_BOOK: Final = "report.xlsx"
MOST_SKUS: Final = 100_000  # of a workbook made with the run: larger ones take minutes


def documents(tables: RunTables, scorecard: Mapping[str, Any]) -> dict[str, str | bytes]:
    """Return the page of a run and, up to `MOST_SKUS`, its workbook, by file name."""
    page: dict[str, str | bytes] = {_PAGE: render(tables, scorecard)}
    if len(tables.plan) > MOST_SKUS:
        return page
    return {**page, _BOOK: render_workbook(tables, scorecard)}


def write_again(run: Path) -> list[Path]:
    """
    Write the page and the workbook of a run again, and return their paths.

    Raises
    ------
    BadInputError
        If the run cannot be read, or the disk refuses; it is as it was then.
    """
    tables, scorecard = read_run(run), read_scorecard(run)
    made: dict[str, str | bytes] = {
        _PAGE: render(tables, scorecard),
        _BOOK: render_workbook(tables, scorecard),
    }
    add_documents(run.resolve(), made)
    return [run / name for name in made]
