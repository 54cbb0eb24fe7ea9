"""The folder of an audit: all it found in one JSON, and its two long tables as CSV beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from pydantic import BaseModel

from optimizer.domain.audit import Audit
from optimizer.domain.manifest import About
from optimizer.domain.review import REVIEWED
from optimizer.store.manifest import json_rows, read_head, read_json, write_json
from optimizer.store.publish import publish
from optimizer.store.run_folder import read_file, write_documents
from optimizer.store.table_files import write_csv

_JSON: Final = "audit.json"
_FRAMES: Final = ("skus", "nodes", "first_parts", "scorecard", "review")
_Rows = list[dict[str, Any]]


class _Stated(BaseModel):
    """``audit.json``."""

    currency: str
    about: About
    summary: dict[str, Any]
    notes: tuple[str, ...]
    skus: _Rows
    nodes: _Rows
    first_parts: _Rows
    scorecard: _Rows
    review: _Rows = []


def write_audit(
    results: Path,
    name: str,
    audit: Audit,
    documents: Mapping[str, str | bytes],
    *,
    replace: bool,
) -> None:
    """Write the folder of an audit, its page and workbook in it, whole or not at all."""

    def fill(folder: Path) -> None:
        write_json({"audit": name, **audit_json(audit)}, folder / _JSON)
        write_csv(audit.skus, folder / "skus.csv")
        write_csv(audit.nodes, folder / "nodes.csv")
        if "review" in audit.summary:
            write_csv(audit.review, folder / "review.csv")
        write_documents(documents, folder)

    publish(results, name, fill, replace=replace)


def is_audit(folder: Path) -> bool:
    """Return whether this is the folder of an audit."""
    return (folder / _JSON).is_file()


def read_audit(folder: Path) -> Audit:
    """
    Read an audit back.

    Raises
    ------
    BadInputError
        If ``audit.json`` is missing, damaged or of another form; the message names it.
    """
    stated = read_file(folder / _JSON, _read_json)
    frames = {name: _frame(stated[name]) for name in _FRAMES}
    frames["review"] = frames["review"].reindex(columns=list(REVIEWED))
    return Audit(folder=folder, **{**stated, **frames})


def read_audit_head(path: Path) -> dict[str, Any]:
    """Read what stands above the tables of ``audit.json``: what it is about, its summary."""
    return read_head(path, _FRAMES[0])


def _read_json(path: Path) -> dict[str, Any]:
    """Return the contents of the JSON; a ``ValueError`` says what is wrong with it."""
    return dict(_Stated.model_validate(read_json(path)))


def audit_json(audit: Audit) -> dict[str, Any]:
    """Return an audit as JSON data; None for what is not known."""
    return {
        "currency": audit.currency,
        "about": audit.about.model_dump(mode="json"),
        "summary": dict(audit.summary),
        "notes": list(audit.notes),
        **{name: json_rows(getattr(audit, name)) for name in _FRAMES},
    }


def _frame(rows: _Rows) -> pd.DataFrame:
    """Return the table of rows; a column of which nothing is known holds numbers."""
    table = pd.DataFrame(rows)
    unknown = [name for name in table if table[name].isna().all()]
    return table.astype(dict.fromkeys(unknown, np.float64))
