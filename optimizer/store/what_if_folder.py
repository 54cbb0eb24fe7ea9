"""The folder of what-ifs side by side: their rows as CSV and JSON, beside their runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import pandas as pd
from pydantic import BaseModel

from optimizer.domain.what_if import BASE, WhatIfResult, WhatIfRow
from optimizer.store.about import About
from optimizer.store.manifest import read_json, write_json
from optimizer.store.publish import publish
from optimizer.store.run_folder import read_file, write_documents
from optimizer.store.table_files import write_csv

_JSON: Final = "what_if.json"
COUNTS: Final = ("decisions_changed", "qualified_more", "qualified_fewer")
"""Columns of whole numbers, empty if there is nothing to compare with."""


class _Stated(BaseModel):
    """``what_if.json``."""

    currency: str
    skus: int
    robust: int
    left_out: tuple[str, ...]
    about: About
    what_ifs: tuple[WhatIfRow, ...]


def write_what_if(
    results: Path, name: str, result: WhatIfResult, documents: Mapping[str, str | bytes]
) -> None:
    """Write the folder of what-ifs, page and workbook in it, whole or not at all."""

    def fill(folder: Path) -> None:
        write_json({"what_if": name, **what_if_json(result)}, folder / _JSON)
        write_csv(rows_table(result), folder / "what_if.csv")
        write_documents(documents, folder)

    publish(results, name, fill, replace=False)


def is_what_if(folder: Path) -> bool:
    """Return whether this is a folder of what-ifs."""
    return (folder / _JSON).is_file()


def read_what_if(folder: Path) -> WhatIfResult:
    """
    Read what-ifs back.

    Raises
    ------
    BadInputError
        If ``what_if.json`` is missing, damaged or of another form; the message names it.
    """
    return WhatIfResult(folder=folder, **read_file(folder / _JSON, _read_json))


def _read_json(path: Path) -> dict[str, Any]:
    """Return the contents of the JSON; a ``ValueError`` says what is wrong with it."""
    written = read_json(path)
    stated = _Stated.model_validate(written)
    if not stated.what_ifs or stated.what_ifs[0].what_if != BASE:
        raise ValueError(f"the first what-if is not {BASE}")
    if all(row.objective is None for row in stated.what_ifs):
        raise ValueError("no what-if has a plan")
    return {
        "currency": stated.currency,
        "n_skus": stated.skus,
        "robust": stated.robust,
        "left_out": stated.left_out,
        "about": written["about"],
        "rows": stated.what_ifs,
    }


def what_if_json(result: WhatIfResult) -> dict[str, Any]:
    """Return what-ifs as JSON data."""
    return {
        "currency": result.currency,
        "skus": result.n_skus,
        "robust": result.robust,
        "left_out": list(result.left_out),
        "about": dict(result.about),
        "what_ifs": [asdict(row) for row in result.rows],
    }


def rows_table(result: WhatIfResult) -> pd.DataFrame:
    """Return the rows of ``what_if.csv``; counts stay whole numbers even if some are missing."""
    table = pd.DataFrame([asdict(row) for row in result.rows])
    missing = [json.dumps(row.missing) if row.missing else "" for row in result.rows]
    return table.astype(dict.fromkeys(COUNTS, "Int64")).assign(missing=missing)
