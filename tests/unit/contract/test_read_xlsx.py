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

from optimizer.contract.read import read_portfolio
from optimizer.errors import BadInputError, Problem

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


def test_stray_cell_is_refused_before_the_grid_is_built(
    book: openpyxl.Workbook, tmp_path: Path
) -> None:
    """Proves: one cell at XFD20000, a grid of gigabytes, is refused by its name."""
    book["skus"]["XFD20000"] = "x"
    book.save(tmp_path / "book.xlsx")
    [problem] = problems_of(tmp_path / "book.xlsx")
    assert "XFD20000" in problem.rule


def test_zip_bomb_is_refused(tmp_path: Path) -> None:
    """Proves: a part that declares 300 MB, more than the 200 MB limit, is not unpacked."""
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", bytes(300_000_000))
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
