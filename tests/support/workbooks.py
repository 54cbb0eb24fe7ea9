"""A workbook read back, and checked for anything that is more than text and numbers."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1",
    "@SUM(A1)",
    "http://example.org/",
    "<r><t>x</t></r></c><c><f>1+1</f></c><r></r>",
    "מק״ט ١٢٣",
    "007",
)
"""Names a user may give, that no spreadsheet may take for more than text."""


def read(data: bytes) -> Workbook:
    """Open a workbook."""
    return load_workbook(io.BytesIO(data))


def columns(sheet: Worksheet) -> list[list[Any]]:
    """Return the columns of a long table below its two rows of headers."""
    rows = list(sheet.iter_rows(3, values_only=True))
    return [list(values) for values in zip(*rows, strict=True)]


def assert_only_text(data: bytes) -> None:
    """Check that there is no formula, no link and no foreign file."""
    cells = [cell for sheet in read(data) for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    sheets = "".join(text for name, text in parts.items() if "/worksheets/" in name)
    assert not re.search(r"<f[ >]|<hyperlink|TargetMode=.External", sheets)
