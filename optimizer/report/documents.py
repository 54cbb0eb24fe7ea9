"""The files for people, made with a run or from its folder later on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from optimizer.domain.run import RunTables
from optimizer.report.excel import render_workbook
from optimizer.report.html import render
from optimizer.store.run import add_documents, read_run, read_scorecard


def documents(tables: RunTables, scorecard: Mapping[str, Any]) -> dict[str, str | bytes]:
    """Return the page and the workbook of a run, by file name."""
    return {
        "report.html": render(tables, scorecard),
        "report.xlsx": render_workbook(tables, scorecard),
    }


def write_again(run: Path) -> list[Path]:
    """
    Write the page and the workbook of a run again, and return their paths.

    Raises
    ------
    BadInputError
        If the run cannot be read, or the disk refuses; it is as it was then.
    """
    made = documents(read_run(run), read_scorecard(run))
    add_documents(run.resolve(), made)
    return [run / name for name in made]
