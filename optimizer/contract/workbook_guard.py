"""A workbook's zip looked at before it is opened: no bombs, no formulas without a value."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path
from typing import Final

from optimizer.contract.findings import Findings
from optimizer.errors import Problem

MOST_BYTES: Final = 200_000_000
MOST_RATIO: Final = 100
MOST_PARTS: Final = 1000
SMALL: Final = 1_000_000  # below it, a high ratio harms nobody: many equal cells pack well

UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml")
CELL: Final = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]+)(\d+)"')
WITHOUT_VALUE: Final = re.compile(
    rb'<c\s(?![^>]*t="str")[^>]*?\br="([A-Z]+\d+)"[^>]*>\s*<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*'
    rb"(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)


def check_workbook(path: Path, findings: Findings) -> bool:
    """Return whether a workbook is safe to open and holds what it shows; note why not."""
    try:
        with zipfile.ZipFile(path) as parts:
            reason = _too_large(parts.infolist(), path.stat().st_size)
            reason = reason or _damaged(parts) or _in_sheets(parts)
    except UNREADABLE:
        reason = (
            "is no .xlsx workbook, or is damaged or protected by a password",
            "Save it again as .xlsx, without a password.",
        )
    if reason:
        findings.add(Problem(file=path.name, rule=reason[0], remedy=reason[1]))
    return reason is None


def _too_large(parts: list[zipfile.ZipInfo], packed: int) -> tuple[str, str] | None:
    unpacked = sum(part.file_size for part in parts)
    remedy = "Give the tables as .csv or .parquet files."
    if len(parts) > MOST_PARTS:
        return f"holds {len(parts)} parts; at most {MOST_PARTS} are read", remedy
    if unpacked > MOST_BYTES:
        return f"unpacks to {unpacked:,} bytes; at most {MOST_BYTES:,} are read", remedy
    if unpacked > SMALL and unpacked > MOST_RATIO * packed:
        return f"unpacks to {unpacked / packed:.0f} times its size; at most {MOST_RATIO}", remedy
    return None


def _damaged(parts: zipfile.ZipFile) -> tuple[str, str] | None:
    name = parts.testzip()
    return (f"its part {name} is damaged", "Save or copy it again.") if name else None


def _in_sheets(parts: zipfile.ZipFile) -> tuple[str, str] | None:
    for name in filter(SHEET.fullmatch, parts.namelist()):
        sheet = parts.read(name)
        if formula := WITHOUT_VALUE.search(sheet):
            return (
                f"cell {formula[1].decode()} of {name} is a formula without a stored value",
                "Open and save it once in Excel, or paste the values.",
            )
        if stray := _stray_cell(sheet):
            return (
                f"cell {stray} of {name} lies far outside the table",
                "Delete the rows and columns beyond the table, and save it again.",
            )
    return None


def _stray_cell(sheet: bytes) -> str | None:
    """Return a cell so far out that the grid up to it would not fit into memory."""
    cells = CELL.findall(sheet)
    far = 2 * sheet.count(b"<row") + 10_000
    for column, row in cells:
        if len(column) > 2 or (len(column) == 2 and column > b"CZ") or int(row) > far:
            return f"{column.decode()}{row.decode()}"
    return None
