"""A workbook's sheets to JSON; runs in a process with limits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import python_calamine as calamine

from optimizer.inputs.readers.workbook_guard import refusal


def read(_out: Path, path: str, wanted: list[str] | None) -> str:
    """
    Return a workbook as JSON.

    ``refused`` has rule and remedy if it cannot be read; otherwise ``sheets`` has the name of each,
    whether it is ``hidden``, and the ``rows`` of the wanted ones that are not; None wants all.  A
    cell other than text, a number or a truth value is given as ``kind`` and ``text``.
    """
    if reason := refusal(Path(path)):
        return json.dumps({"refused": reason})
    try:
        with calamine.CalamineWorkbook.from_path(path) as book:
            sheets = [_sheet(book, sheet, wanted) for sheet in book.sheets_metadata]
    except (calamine.CalamineError, OSError) as error:
        return json.dumps({"refused": (f"cannot be read ({error})", "Save it again as .xlsx.")})
    return json.dumps({"sheets": sheets}, default=_labelled)


def _sheet(book: Any, sheet: Any, wanted: list[str] | None) -> dict[str, Any]:
    is_hidden = sheet.visible != calamine.SheetVisibleEnum.Visible
    rows = []
    if (wanted is None or sheet.name in wanted) and not is_hidden:
        rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
    return {"name": sheet.name, "hidden": is_hidden, "rows": rows}


def _labelled(value: Any) -> dict[str, str]:
    """Return a date, a time or a duration as kind and text; a whole day has no time."""
    text = str(value).removesuffix(" 00:00:00")
    return {"kind": type(value).__name__, "text": text}
