"""The row in which the quoting of a CSV file breaks."""

from __future__ import annotations

import csv
import io

from optimizer.errors import Problem


def broken_quote(text: str, file: str) -> Problem:
    """Return the problem with the first row whose quotes are not closed properly."""
    records = csv.reader(io.StringIO(text, newline=""), strict=True)
    row = 1
    try:
        for _ in records:
            row += 1
    except csv.Error as error:
        if "expected after" in str(error):
            return Problem(
                file=file,
                row=row,
                rule="has text after a closing quote",
                remedy='Double a quote inside a quoted text: "12"" pipe".',
            )
    return Problem(
        file=file,
        row=row,
        rule="a quote opened in this row is never closed",
        remedy="Close it, or remove it.",
    )
