"""The workbook that a planner decides in: the list with its own column names, and drop-downs."""

from __future__ import annotations

import io
from typing import Final

import pandas as pd
import xlsxwriter

from optimizer.domain.change_list import WORDS, ChangeList

SHEET: Final = "decisions"
_WIDTHS: Final = {"description": 28, "option": 28, "to_option": 28, "reason": 50, "list": 30}
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def decisions_book(changes: ChangeList) -> bytes:
    """Return the workbook; `--decisions` reads it back."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, _OPTIONS)
    book.set_properties(
        {"title": "Decisions", "created": changes.about.created.replace(tzinfo=None)}
    )
    sheet = book.add_worksheet(SHEET)
    bold, number = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.##"})
    rows = changes.rows
    for col, name in enumerate(rows.columns):
        column = rows[name]
        is_number = pd.api.types.is_numeric_dtype(column)
        sheet.set_column(col, col, _WIDTHS.get(name, 14), number if is_number else None)
        sheet.write_string(0, col, name, bold)
        write = sheet.write_number if is_number else sheet.write_string
        for row, value in enumerate(column.tolist(), start=1):
            write(row, col, value)
    col = list(rows.columns).index("decision")
    last = max(len(rows), 1)
    sheet.data_validation(1, col, last, col, {"validate": "list", "source": list(WORDS)})
    sheet.autofilter(0, 0, last, len(rows.columns) - 1)
    sheet.freeze_panes(1, 2)
    book.close()
    return file.getvalue()
