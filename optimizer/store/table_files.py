"""
Tables to files and back, with every value exactly preserved.

Parquet pages carry checksums that are verified on reading.  CSV numbers are the shortest that read
back to the same float64, text is always quoted and otherwise **as given**: `plan.csv` is read again
as the `plan` table and by ERP systems, so a SKU that begins with ``=`` keeps its name.  (The
workbook, which people open, guards against that.)  The same table gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import IO

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from optimizer.errors import BadInputError, Problem
from optimizer.store.room import refused


def write_parquet(table: pd.DataFrame, path: Path | IO[bytes]) -> None:
    """Write a table as Parquet with page checksums, to a file or a stream."""
    pa.parquet.write_table(
        _arrow(table), path, compression="zstd", write_page_checksum=True, store_schema=False
    )


def read_parquet(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """Read a Parquet table and verify every page; it must have these columns."""
    table: pd.DataFrame = pa.parquet.read_table(path, page_checksum_verification=True).to_pandas()
    missing = [column for column in columns if column not in table]
    if missing:
        raise ValueError(f"no column {', '.join(missing)}")
    return table


def write_csv(table: pd.DataFrame, path: Path | IO[bytes]) -> None:
    """Write a table as CSV, to a file or a stream: UTF-8, quoted text, lossless numbers."""
    pa.csv.write_csv(_arrow(table), path)


def write_as_named(table: pd.DataFrame, path: Path) -> None:
    """
    Write a table in the form that its file's name says.

    Raises
    ------
    BadInputError
        If that is neither .csv nor .parquet.
    StorageError
        If the disk refuses.
    """
    writers = {".csv": write_csv, ".parquet": write_parquet}
    if path.suffix.lower() not in writers:
        rule, remedy = "is neither .csv nor .parquet", "Name a file of one of them."
        raise BadInputError([Problem(file="--out", value=str(path), rule=rule, remedy=remedy)])
    try:
        writers[path.suffix.lower()](table, path)
    except OSError as error:
        raise refused(path, error) from error


def read_csv(path: Path, types: Mapping[str, pa.DataType]) -> pd.DataFrame:
    """Read a table that `write_csv` wrote, with these columns of these types."""
    table: pd.DataFrame = pa.csv.read_csv(
        path,
        parse_options=pa.csv.ParseOptions(newlines_in_values=True),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict(types), include_columns=list(types), strings_can_be_null=False
        ),
    ).to_pandas()
    return table


def _arrow(table: pd.DataFrame) -> pa.Table:
    """Return the table without the version and index metadata that pandas would add."""
    return pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
