"""Checks on a workbook's zip before it is opened: no zip bombs, no formulas without a value."""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 200_000_000
MOST_RATIO: Final = 100
MOST_PARTS: Final = 1000
SMALL: Final = 1_000_000  # below it, a high ratio is harmless: many equal cells compress well

UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
_CELL: Final = rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*[\"']"
CELL: Final = re.compile(_CELL + rb"([A-Z]+)(\d+)[\"']")
WITHOUT_VALUE: Final = re.compile(
    _CELL.replace(rb"c\s", rb"c\s(?![^>]*\bt\s*=\s*[\"']str[\"'])", 1)
    + rb"([A-Z]+\d+)[\"'][^>]*>\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f\s*>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v\s*>\s*</(?:\w+:)?v\s*>)?\s*</(?:\w+:)?c\s*>"
)
FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s/>]")
WORKBOOK: Final = "xl/workbook.xml"
RELATIONS: Final = "xl/_rels/workbook.xml.rels"
SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
RELATION: Final = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
ATTRIBUTE: Final = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
ROW: Final = re.compile(rb"<(?:\w+:)?row\b")


def refusal(path: Path) -> tuple[str, str] | None:
    """Return why a workbook is unsafe to open or differs from what it shows, and the remedy."""
    try:
        with zipfile.ZipFile(path) as parts:
            reason = _too_large(parts.infolist(), path.stat().st_size)
            return reason or _damaged(parts) or _in_parts(parts)
    except UNREADABLE:
        return (
            "is not an .xlsx workbook, is damaged, or is protected by a password",
            "Save it again as .xlsx, without a password.",
        )


def _too_large(parts: list[zipfile.ZipInfo], packed: int) -> tuple[str, str] | None:
    unpacked = sum(part.file_size for part in parts)
    remedy = "Provide the tables as .csv or .parquet files."
    if len(parts) > MOST_PARTS:
        return f"contains {len(parts)} parts; at most {MOST_PARTS} are read", remedy
    if unpacked > MOST_BYTES:
        return f"unpacks to {unpacked:,} bytes; at most {MOST_BYTES:,} are read", remedy
    if unpacked > SMALL and unpacked > MOST_RATIO * packed:
        return f"unpacks to {unpacked / packed:.0f} times its size; at most {MOST_RATIO}", remedy
    return None


def _damaged(parts: zipfile.ZipFile) -> tuple[str, str] | None:
    name = parts.testzip()
    return (f"its part {name} is damaged", "Save or copy it again.") if name else None


def _in_parts(parts: zipfile.ZipFile) -> tuple[str, str] | None:
    """Check every part, because a sheet may have any name."""
    names = _sheet_names(parts)
    for entry in parts.infolist():
        part = parts.read(entry)
        name = names.get(entry.filename, entry.filename)
        if FORMULA.search(part) and (formula := WITHOUT_VALUE.search(part)):
            cell = f"{formula[1].decode()} of {name}"
            return (
                f"cell {cell} is a formula without a stored value",
                "Open and save it once in Excel, or paste values.",
            )
        if stray := _stray_cell(part):
            return (
                f"cell {stray} of {name} lies far outside the table",
                "Delete the rows and columns beyond the table, and save it again.",
            )
    return None


def _sheet_names(parts: zipfile.ZipFile) -> dict[str, str]:
    """Return what people call each part that is a sheet, as far as the workbook says."""
    there = set(parts.namelist())
    if not {WORKBOOK, RELATIONS} <= there:
        return {}
    relations = map(_attributes, RELATION.findall(parts.read(RELATIONS)))
    target = {of["id"]: of["target"] for of in relations if {"id", "target"} <= of.keys()}
    names = {}
    for found in map(_attributes, SHEET.findall(parts.read(WORKBOOK))):
        path = target.get(found.get("r:id", ""), "")
        part = path.removeprefix("/") if path.startswith("/") else f"xl/{path}"
        names[part] = f'the sheet "{found.get("name", "")}"'
    return names


def _attributes(element: bytes) -> dict[str, str]:
    pairs = ATTRIBUTE.findall(element.decode("utf-8", "replace"))
    return {name.lower(): html.unescape(one or other) for name, one, other in pairs}


def _stray_cell(sheet: bytes) -> str | None:
    """Return a cell so far out that the grid up to it would not fit in memory."""
    far = 2 * sum(1 for _ in ROW.finditer(sheet)) + 10_000
    suspect = rb"r\s*=\s*[\"'](?:[A-Z]{3}|[D-Z][A-Z]|[A-Z]+(\d{%d,}))" % len(str(far))
    suspects = re.finditer(suspect, sheet)
    if not any(found[1] is None or int(found[1]) > far for found in suspects):
        return None  # true of most sheets; no need to check every cell
    for cell in CELL.finditer(sheet):
        column, row = cell.groups()
        if len(column) > 2 or (len(column) == 2 and column > b"CZ") or int(row) > far:
            return f"{column.decode()}{row.decode()}"
    return None
