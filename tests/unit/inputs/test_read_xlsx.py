"""Workbooks: the same portfolio as the folder, and what a workbook can do wrong."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from optimizer.errors import BadInputError, Problem
from optimizer.inputs.read import read_portfolio

Write = Callable[[dict[str, str | bytes]], Path]


def _cell(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


@pytest.fixture
def book(sound: dict[str, str]) -> openpyxl.Workbook:
    """The sound portfolio as a workbook: numbers as numbers, text as text."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, content in sound.items():
        sheet = workbook.create_sheet(name.removesuffix(".csv"))
        for row in csv.reader(io.StringIO(content)):
            sheet.append([_cell(text) for text in row])
    return workbook


def problems_of(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(BadInputError) as refusal:
        read_portfolio(path)
    return refusal.value.problems


def test_workbook_equals_folder(
    book: openpyxl.Workbook, sound: dict[str, str], write: Write, tmp_path: Path
) -> None:
    """Proves: a workbook gives the same portfolio as the CSV files it was made of."""
    book.save(tmp_path / "book.xlsx")
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, content in sound.items():
        (folder / name).write_text(content)
    from_book, from_folder = read_portfolio(tmp_path / "book.xlsx"), read_portfolio(folder)
    assert from_book.ledger == from_folder.ledger
    for table in ("skus", "suppliers", "sources", "hazards"):
        one, other = getattr(from_book, table), getattr(from_folder, table)
        for name in type(one).__dataclass_fields__:
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_settings_sheet(book: openpyxl.Workbook, tmp_path: Path) -> None:
    """Proves: a sheet `settings` of keys and values is read like portfolio.toml."""
    sheet = book.create_sheet("settings")
    for row in [("key", "value"), ("risk.weight", 0.3), ("horizon.days", 90), ("currency", "CHF")]:
        sheet.append(row)
    book.save(tmp_path / "book.xlsx")
    settings = read_portfolio(tmp_path / "book.xlsx").settings
    assert (settings.risk.weight, settings.horizon.days, settings.currency) == (0.3, 90, "CHF")


@pytest.mark.parametrize(
    ("value", "kind", "written"),
    [(123, "float", "123"), (dt.date(2026, 3, 2), "date", "2026-03-02"), (True, "bool", "True")],
)
def test_retyped_name_is_refused(
    value: object, kind: str, written: str, book: openpyxl.Workbook, tmp_path: Path
) -> None:
    """Proves: a number, date or truth value where a SKU's name belongs is refused in its row."""
    book["skus"]["A3"] = value
    book.save(tmp_path / "book.xlsx")
    found = [p for p in problems_of(tmp_path / "book.xlsx") if "spreadsheet" in p.rule]
    assert [(p.file, p.row, p.column, p.value) for p in found] == [
        ("book.xlsx!skus", 3, "sku", written)
    ]
    assert kind in found[0].rule
    assert "as Text" in found[0].remedy


def test_formula_without_value_is_refused(book: openpyxl.Workbook, tmp_path: Path) -> None:
    """Proves: a formula that no spreadsheet has calculated does not count as an empty cell."""
    book["skus"]["D2"] = "=2+3"
    book.save(tmp_path / "book.xlsx")
    assert any(
        "cell D2" in p.rule and "without a stored value" in p.rule
        for p in problems_of(tmp_path / "book.xlsx")
    )


SHEET = "xl/worksheets/sheet1.xml"


def with_row(book: openpyxl.Workbook, path: Path, row: str, sheet: str = SHEET) -> Path:
    """Save a workbook with a row more in its first sheet, which may bear another name."""
    book.save(path.with_suffix(".tmp"))
    with (
        zipfile.ZipFile(path.with_suffix(".tmp")) as parts,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as spoiled,
    ):
        for name in parts.namelist():
            content = parts.read(name).replace(SHEET[3:].encode(), sheet[3:].encode())
            if name == SHEET:
                content = content.replace(b"</sheetData>", f"{row}</sheetData>".encode())
            spoiled.writestr(sheet if name == SHEET else name, content)
    return path


@pytest.mark.parametrize(
    ("cell", "sheet"),
    [
        ('<c r="XFD1048576"><v>1</v></c>', SHEET),
        ("<c r='XFD1048576'><v>1</v></c>", SHEET),
        ('<c r ="XFD1048576"><v>1</v></c>', SHEET),
        ('<x:c xmlns:x="y" s="0" r="XFD1048576"><v>1</v></x:c>', SHEET),
        ('<c r="XFD1048576"><v>1</v></c>', "xl/worksheets/deeper/sheet1.xml"),
        ('<c r="XFD1048576"><v>1</v></c>', "xl/elsewhere.bin"),
    ],
)
def test_stray_cell_is_refused_before_the_grid_is_built(
    cell: str, sheet: str, book: openpyxl.Workbook, tmp_path: Path
) -> None:
    """Proves: one cell in the last corner, a grid of 550 GB, is refused by its sheet's name."""
    path = with_row(book, tmp_path / "book.xlsx", f'<row r="1048576">{cell}</row>', sheet)
    [problem] = problems_of(path)
    assert 'cell XFD1048576 of the sheet "skus" lies far outside' in problem.rule


def test_a_grid_that_no_cell_betrays_is_refused(book: openpyxl.Workbook, tmp_path: Path) -> None:
    """
    Proves: the memory a workbook takes is limited, however it asks for it.

    A cell without a name stands behind its neighbour: 400 of them in the last row are 13 GB.
    """
    cells = "<c/>" * 399 + "<c><v>1</v></c>"
    path = with_row(book, tmp_path / "book.xlsx", f'<row r="1048576">{cells}</row>')
    [problem] = problems_of(path)
    assert (problem.file, "more than 4 GB of memory" in problem.rule) == ("book.xlsx", True)
    assert ".csv" in problem.remedy


def test_a_formula_without_value_is_found_in_any_spelling(
    book: openpyxl.Workbook, tmp_path: Path
) -> None:
    """Proves: single quotes and a part of another name hide no formula; its sheet is named."""
    row = "<row r='5'><c r = 'D5'><f>2+3</f></c></row>"
    [problem] = problems_of(with_row(book, tmp_path / "book.xlsx", row, "xl/deeper/one.xml"))
    assert 'cell D5 of the sheet "skus" is a formula without a stored value' in problem.rule


def test_zip_bomb_is_refused(tmp_path: Path) -> None:
    """Proves: a part that declares 300 MB, more than the 200 MB limit, is not unpacked."""
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w") as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"<worksheet/>")
    raw = bytearray((tmp_path / "bomb.xlsx").read_bytes())
    declared = raw.rindex(b"PK\x01\x02") + 24  # of the size, in the central directory
    raw[declared : declared + 4] = (300_000_000).to_bytes(4, "little")
    (tmp_path / "bomb.xlsx").write_bytes(raw)
    [problem] = problems_of(tmp_path / "bomb.xlsx")
    assert "300,000,000 bytes" in problem.rule


def test_hidden_unknown_and_protected(book: openpyxl.Workbook, tmp_path: Path) -> None:
    """Proves: hidden tables, sheets of unknown name and files that are no zip are refused."""
    book["hazards"].sheet_state = "hidden"
    book.create_sheet("Skus2")
    book.save(tmp_path / "book.xlsx")
    (tmp_path / "old.xlsx").write_bytes(b"\xd0\xcf\x11\xe0 an old or encrypted workbook")
    found = {p.file: p for p in problems_of(tmp_path / "book.xlsx")}
    assert "hidden" in found["book.xlsx!hazards"].rule
    assert '"skus"' in found["book.xlsx!Skus2"].remedy
    [problem] = problems_of(tmp_path / "old.xlsx")
    assert "password" in problem.rule


def test_damaged_part_is_refused(book: openpyxl.Workbook, tmp_path: Path) -> None:
    """Proves: a part whose checksum does not fit is refused by its name."""
    path = tmp_path / "book.xlsx"
    book.save(path)
    raw = bytearray(path.read_bytes())
    name = raw.rindex(b"xl/workbook.xml")  # in the central directory, 30 bytes after its CRC
    raw[name - 30] ^= 1
    path.write_bytes(raw)
    [problem] = problems_of(path)
    assert "xl/workbook.xml is damaged" in problem.rule


def test_workbook_without_tables_is_refused(tmp_path: Path) -> None:
    """Proves: a workbook with nothing but settings lacks its four tables."""
    workbook = openpyxl.Workbook()
    workbook.active.title = "settings"
    workbook.active.append(["key", "value"])
    workbook.save(tmp_path / "book.xlsx")
    missing = [p.rule for p in problems_of(tmp_path / "book.xlsx") if "is missing" in p.rule]
    assert len(missing) == 4
