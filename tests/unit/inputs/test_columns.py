"""An ERP's export as it comes: title rows, its own names, sheets, signs and units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from optimizer.errors import BadInputError, Problem
from optimizer.inputs.read import read_portfolio, tables_as_read
from optimizer.inputs.settings.what_if_file import read_what_ifs

Write = Callable[[dict[str, str | bytes]], Path]

EXPORT = {
    "MARA.csv": (
        "Materialstamm;;;;;\n"
        "Stand 2026-07-01;;;;;\n"
        "Material;Warengruppe;Preis;Bedarf/Woche;Streuung;Lagerort\n"
        "A1;metal;1.010,5;35;2;X\n"
        "B2;metal;20;28;1;Y\n"
        "C3;glass;30;0;0;Z\n"
    ),
    "sources.csv": (
        "sku;supplier;role;lead_time_mean;lead_time_std\n"
        "A1;North;primary;2;0,5\n"
        "B2;North;primary;0;0\n"
        "C3;South;primary;1;0,25\n"
    ),
    "suppliers.csv": "supplier;region;otif\nNorth;EU;90\nSouth;Asia;80,5\n",
    "hazards.csv": (
        "hazard;kind;scope;target;annual_rate;duration_mean_days\nflood;outage;region;Asia;0,1;20\n"
    ),
    "notes.csv": "what we talked about\n",
    "portfolio.toml": """
[columns]
decimal = "comma"
delimiter = "semicolon"
ignore = ["notes.csv"]
[columns.table.skus]
source = "MARA.csv"
header_row = 3
ignore = ["Lagerort"]
units = {demand_mean = "per_week"}
[columns.table.skus.names]
sku = "Material"
category = "Warengruppe"
unit_cost = "Preis"
demand_mean = "Bedarf/Woche"
demand_std = "Streuung"
[columns.table.sources]
units = {lead_time_mean = "weeks", lead_time_std = "weeks"}
[columns.table.suppliers]
units = {otif = "percent"}
""",
}


def problems_of(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(BadInputError) as refusal:
        read_portfolio(path)
    return refusal.value.problems


def test_an_export_is_read_as_declared(write: Write) -> None:
    """
    Proves: title rows, names, semicolons, decimal commas, weeks and percent are read as declared.

    35 a week are 5 a day, 2 weeks are 14 days, 80,5 % is .805, 1.010,5 is 1010.5.
    Sensitivity: a comma read as a thousands sign would give 805.
    """
    portfolio = read_portfolio(write({**EXPORT}))
    assert portfolio.skus.unit_cost.tolist() == [1010.5, 20.0, 30.0]
    np.testing.assert_allclose(portfolio.skus.demand_mean, [5.0, 4.0, 0.0])
    assert portfolio.sources.lead_time_mean.tolist() == [14.0, 0.0, 7.0]
    assert portfolio.sources.lead_time_std.tolist() == [3.5, 0.0, 1.75]
    np.testing.assert_allclose(portfolio.suppliers.otif, [0.9, 0.805])
    assert "MARA.csv" in portfolio.inputs
    again = read_portfolio(portfolio.source, portfolio.overrides)
    assert again.inputs == portfolio.inputs


def test_problems_of_an_export_name_its_own_rows_and_headers(write: Write) -> None:
    """Proves: a message says what stands in the file: its name, row, header and value."""
    files: dict[str, str | bytes] = {**EXPORT}
    files["MARA.csv"] = EXPORT["MARA.csv"].replace("B2;metal;20;", "B2;metal;1.5;")
    [problem] = problems_of(write(files))
    assert (problem.file, problem.row, problem.column, problem.value) == (
        *("MARA.csv", 5, "Preis", "1.5"),
    )
    assert "with a decimal comma" in problem.rule


@pytest.mark.parametrize(
    ("old", "new", "column", "rule"),
    [
        ("table.skus]", "table.sku]", "columns.table.sku", "no such table"),
        ("\nsku = ", "\nskuu = ", "columns.table.skus.names.skuu", "no such column"),
        ('"percent"', '"weeks"', "columns.table.suppliers.units.otif", "no such unit"),
        ('demand_mean = "per_week"', 'demand_std = "per_week"', "demand_std", "no such unit"),
        ('"semicolon"', '"semi"', "columns.delimiter", "should be"),
        ("header_row = 3", "header_row = 0", "header_row", "greater than or equal to 1"),
        ('"MARA.csv"', '"MARC.csv"', None, "no such file"),
        ('"Preis"', '"Price"', "Price", "no column has this header"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(
    old: str, new: str, column: str | None, rule: str, write: Write
) -> None:
    """Proves: tables, columns, units, files and headers that there are not are named."""
    settings = EXPORT["portfolio.toml"]
    assert old in settings
    found = problems_of(write({**EXPORT, "portfolio.toml": settings.replace(old, new)}))
    assert [p for p in found if rule in p.rule and (p.column or "").endswith(column or "")]


@pytest.mark.parametrize("is_book", [False, True])
def test_title_rows_are_found(
    is_book: bool, sound: dict[str, str], write: Write, tmp_path: Path
) -> None:
    """Proves: two rows above the header give one message, which names the row and the remedy."""
    title = "Export of items\nas of 2026-07-01\n"
    files: dict[str, str | bytes] = {**sound, "skus.csv": title + sound["skus.csv"]}
    if is_book:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, content in files.items():
            sheet = book.create_sheet(name.removesuffix(".csv"))
            for line in str(content).splitlines():
                sheet.append(line.split(","))
        book.save(tmp_path / "book.xlsx")
    path = tmp_path / "book.xlsx" if is_book else write(files)
    [problem] = problems_of(path)
    assert problem.rule == "is not the header, which stands in row 3"
    assert "columns.table.skus.header_row = 3" in problem.remedy


def _book(sound: dict[str, str], **cells: object) -> openpyxl.Workbook:
    """Return the sound portfolio as a workbook, some cells of its skus changed."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, content in sound.items():
        sheet = book.create_sheet(name.removesuffix(".csv"))
        for line in content.splitlines():
            sheet.append([float(x) if x.replace(".", "").isdigit() else x for x in line.split(",")])
    for place, value in cells.items():
        book["skus"][place] = value
    return book


@pytest.mark.parametrize(
    ("value", "rule", "remedy"),
    [
        ("150.000", "can be read as 150000 or as 150", "columns.decimal"),
        (dt.date(2026, 3, 1), "is a date: the cell is formatted as one", "as a number"),
        (dt.time(1, 30), "is a time of day", "as a number"),
    ],
)
def test_what_a_spreadsheet_does_to_numbers(
    value: object, rule: str, remedy: str, sound: dict[str, str], tmp_path: Path
) -> None:
    """Proves: a number with two readings, or one that became a date, is named as what it is."""
    _book(sound, C2=value).save(tmp_path / "book.xlsx")
    [problem] = problems_of(tmp_path / "book.xlsx")
    assert (problem.row, problem.column) == (2, "unit_cost")
    assert rule in problem.rule
    assert remedy in problem.remedy


@pytest.mark.parametrize(("decimal", "cost"), [("comma", 150_000.0), ("point", 150.0)])
def test_a_declared_decimal_sign_settles_it(
    decimal: str, cost: float, sound: dict[str, str], tmp_path: Path
) -> None:
    """Proves: the same text cell is read as declared, and numbers beside it as they are."""
    book = _book(sound, C2="150.000", C3=20.25)
    settings = book.create_sheet("settings")
    settings.append(["key", "value"])
    settings.append(["columns.decimal", decimal])
    book.save(tmp_path / "book.xlsx")
    assert read_portfolio(tmp_path / "book.xlsx").skus.unit_cost.tolist() == [cost, 20.25, 30.0]


def test_sheets_of_other_names(sound: dict[str, str], tmp_path: Path) -> None:
    """Proves: a sheet is read as the table it is declared to be, another is ignored."""
    book = _book(sound)
    book["skus"].title = "Item master"
    book.create_sheet("Pivot")
    settings = book.create_sheet("settings")
    settings.append(["key", "value"])
    settings.append(["columns.table.skus.source", "Item master"])
    settings.append(["columns.ignore", '["Pivot"]'])
    book.save(tmp_path / "book.xlsx")
    assert len(read_portfolio(tmp_path / "book.xlsx").skus) == 3


def test_a_blank_around_a_name_is_named(sound: dict[str, str], write: Write) -> None:
    """Proves: a SKU that is known but for a blank is told so, and not only that it is unknown."""
    sources = sound["sources.csv"].replace("B2,North", "B2 ,North")
    found = problems_of(write({**sound, "sources.csv": sources}))
    assert any("blank before or after it" in problem.rule for problem in found)


def test_a_day_as_a_number_is_named(sound: dict[str, str], tmp_path: Path) -> None:
    """Proves: a date whose cell lost its format is told with the day that it stands for."""
    book = _book(sound)
    sheet = book.create_sheet("stock")
    sheet.append(["sku", "on_hand", "as_of"])
    sheet.append(["A1", 7, 46082])
    book.save(tmp_path / "book.xlsx")
    [problem] = problems_of(tmp_path / "book.xlsx")
    assert "46082 is 2026-03-01" in problem.remedy


def test_what_ifs_read_the_tables_as_the_command_says(write: Write, tmp_path: Path) -> None:
    """Proves: a layout stated beside the file counts for what-ifs, too; none can have its own."""
    settings = EXPORT["portfolio.toml"].replace('decimal = "comma"', "")
    folder = write({**EXPORT, "portfolio.toml": settings})
    (tmp_path / "what-ifs").mkdir()
    rates = tmp_path / "what-ifs" / "rates.csv"
    rates.write_text("name,hazards.rate_factor\ndouble,2\n", encoding="utf-8")
    base, _ = read_what_ifs(folder, rates, ["columns.decimal=comma"])
    assert base.skus.unit_cost.tolist() == [1010.5, 20.0, 30.0]
    rates.write_text("name,columns.decimal\ndouble,point\n", encoding="utf-8")
    with pytest.raises(BadInputError, match=r"columns\.decimal"):
        read_what_ifs(folder, rates, ["columns.decimal=comma"])


def test_tables_are_read_once_more_as_they_were(write: Write, sound: dict[str, str]) -> None:
    """Proves: what `--set` says of the layout counts for a second reading, too."""
    laid_out = {name: text.replace(",", ";") for name, text in sound.items()}
    overrides = ["columns.delimiter=semicolon"]
    folder = write(dict(laid_out))
    portfolio = read_portfolio(folder, overrides)
    again = tables_as_read(folder, portfolio.overrides)
    assert again["skus"].texts["sku"].to_pylist() == ["A1", "B2", "C3"]
