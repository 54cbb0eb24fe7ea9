"""A Parquet file to an Arrow file, with page checksums verified; runs in a limited process."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


def read(out: Path, path: str, wanted: list[str], most_columns: int) -> str:
    """
    Write the wanted columns to an Arrow file; return the facts about it, as JSON.

    ``damaged`` says why a file cannot be read; otherwise ``header`` names its columns and
    ``not_utf8`` those whose text is not UTF-8.  If the header has more than `most_columns`, only
    the header is read.
    """
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
        header = file.schema_arrow.names
        if len(header) > most_columns:
            return json.dumps({"header": header, "not_utf8": []})
        count = Counter(header)
        table = file.read(columns=[name for name in wanted if count[name] == 1])
        columns = {name: _plain(table[name]) for name in table.column_names}
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        return json.dumps({"damaged": str(error).splitlines()[0]})
    table = pa.table(columns).combine_chunks()
    with pa.OSFile(str(out), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    broken = [name for name in table.column_names if not _is_utf8(table[name])]
    return json.dumps({"header": header, "not_utf8": broken})


def _plain(column: Any) -> Any:
    """Return a column without its dictionary, in which one long text may serve every row."""
    is_dictionary = pa.types.is_dictionary(column.type)
    return column.cast(column.type.value_type) if is_dictionary else column


def _is_utf8(column: Any) -> bool:
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
