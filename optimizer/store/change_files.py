"""The list of changes beside a run: ``changes.csv``, and what is read back of it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa

from optimizer.errors import BadInputError, Problem
from optimizer.store.run_folder import read_file
from optimizer.store.table_files import read_csv, write_csv

CHANGES_FILE: Final = "changes.csv"
_READ: Final = {"sku": pa.large_string(), "worth": pa.float64(), "list": pa.large_string()}


def as_csv(table: pd.DataFrame) -> bytes:
    """Return a table as the bytes of a CSV file."""
    file = io.BytesIO()
    write_csv(table, file)
    return file.getvalue()


def read_list(run: Path) -> pd.DataFrame:
    """
    Return sku, worth and list of the changes that a run proposes.

    Raises
    ------
    BadInputError
        If the run has no such list, or it is damaged.
    """
    path = run / CHANGES_FILE
    if not path.is_file():
        rule = "this run proposes no changes: it has no list of them"
        remedy = "Give the decisions on the list of a run of `ballast reoptimize`."
        raise BadInputError([Problem(file=str(run), rule=rule, remedy=remedy)])
    rows: pd.DataFrame = read_file(path, read_csv, _READ)
    return rows
