"""A table of measures: the page and the workbook say the same figures under the same names."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from io import BytesIO

from openpyxl import load_workbook

from optimizer.reports.kit.book import Book
from optimizer.reports.kit.measured_table import MeasuredTable

TABLE = MeasuredTable(
    columns=("sku", "policy", "capital", "fill_rate", "cover_days", "strikes_a_year"),
    rows=[
        {"sku": "<b>", "policy": "vmi", "capital": 1234.56, "fill_rate": 0.975}
        | {"cover_days": 4.5, "strikes_a_year": 0.25},
        {"sku": "", "policy": "ours", "capital": -2.5e6, "fill_rate": None}
        | {"cover_days": math.inf, "strikes_a_year": math.nan},
    ],
    currency="EUR",
)


def test_a_page_reads_figures_with_their_units() -> None:
    """Proves: amounts in brief with the currency, shares in percent, a dash where there is none."""
    assert TABLE.headings == [
        *(("SKU", False), ("Policy", False), ("Capital", True), ("Fill rate", True)),
        *(("Cover", True), ("Outages [1/year]", True)),
    ]
    assert TABLE.cells == [
        ["<b>", "Vendor-managed", "1,235 EUR", "97.5 %", "4.5 days", "0.250"],
        ["–", "ours", "−2.50 M EUR", "–", "endless", "–"],
    ]


def test_a_sheet_has_the_same_names_and_every_bit() -> None:
    """Proves: labels as on the page, units below them, numbers unrounded, none left blank."""
    book = Book(title="t", created=datetime(2026, 11, 22, 8, 15, tzinfo=UTC))
    TABLE.write(book.sheet("T"))
    sheet = load_workbook(BytesIO(book.close()))["T"]
    rows = list(sheet.iter_rows(values_only=True))
    assert list(rows[0]) == [
        "SKU",
        "Policy",
        "Capital",
        "Fill rate",
        "Cover",
        "Outages",
    ]
    assert rows[1][2:4] == ("[EUR]", "[share]")
    assert rows[2][2:4] == (1234.56, 0.975)
    assert rows[3][3] is None
