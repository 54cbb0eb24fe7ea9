"""The folder of a comparison: all of it in one JSON, every table as Parquet, causes as CSV too."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from optimizer.domain.comparison import FRAMES, Comparison
from optimizer.domain.manifest import About
from optimizer.store.manifest import json_rows, read_head, read_json, write_json
from optimizer.store.publish import publish
from optimizer.store.run_folder import read_file, write_documents
from optimizer.store.table_files import read_parquet, write_csv, write_parquet

_JSON: Final = "comparison.json"


class _Stated(BaseModel):
    """What ``comparison.json`` says beside the tables."""

    runs: tuple[str, ...]
    about: About
    a_year: bool
    sealed: dict[str, str]
    notes: tuple[str, ...]


def write_comparison(
    results: Path,
    name: str,
    found: Comparison,
    documents: Mapping[str, str | bytes],
    *,
    replace: bool,
) -> None:
    """Write the folder of a comparison, its page and workbook in it, whole or not at all."""

    def fill(folder: Path) -> None:
        write_json({"comparison": name, **comparison_json(found)}, folder / _JSON)
        for frame in FRAMES:
            write_parquet(getattr(found, frame), folder / f"{frame}.parquet")
        if len(found.causes):
            write_csv(found.causes, folder / "causes.csv")
        write_documents(documents, folder)

    publish(results, name, fill, replace=replace)


def is_comparison(folder: Path) -> bool:
    """Return whether this is the folder of a comparison."""
    return (folder / _JSON).is_file()


def read_comparison(folder: Path) -> Comparison:
    """
    Read a comparison back.

    Raises
    ------
    BadInputError
        If a file is missing or damaged; the message names it.
    """
    stated = read_file(folder / _JSON, _read_json)
    frames: dict[str, Any] = {
        name: read_file(folder / f"{name}.parquet", read_parquet, ("run",)) for name in FRAMES
    }
    return Comparison(folder=folder, **stated, **frames)


def read_comparison_head(path: Path) -> dict[str, Any]:
    """
    Read what stands above the tables of ``comparison.json``: its runs, what it is about.

    Where a version of before wrote that below them, all of it is read.
    """
    head = read_head(path, FRAMES[0])
    return head if "about" in head else read_json(path)


def _read_json(path: Path) -> dict[str, Any]:
    """Return what the JSON says beside the tables; a ``ValueError`` says what is wrong with it."""
    return dict(_Stated.model_validate(read_json(path)))


def comparison_json(found: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON data; None for what is not known."""
    return {
        "runs": list(found.runs),
        "currency": found.currency,
        "a_year": found.a_year,
        "sealed": found.sealed,
        "about": found.about.model_dump(mode="json"),
        "notes": list(found.notes),
        **{name: json_rows(getattr(found, name)) for name in FRAMES},
    }
