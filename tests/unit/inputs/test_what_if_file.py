"""A table of what-ifs: what it changes, and everything that may be wrong in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from optimizer.domain.what_if import WhatIf
from optimizer.errors import BadInputError, Problem
from optimizer.inputs.read import read_portfolio
from optimizer.inputs.settings.what_if_file import read_what_ifs

Write = Callable[[dict[str, str | bytes]], Path]

TWO = (
    "name,description,risk.weight,hazards.factor.flood,budget.includes_qualification\n"
    "calm,fewer floods,,0.5,TRUE\n"
    "bold,,0,,false\n"
)


@pytest.fixture
def folder(sound: dict[str, str], write: Write, tmp_path: Path) -> Path:
    """The sound portfolio beside which a file of what-ifs is written."""
    write({**sound})
    home = tmp_path / "portfolio"
    home.mkdir()
    for name in sound:
        (tmp_path / name).rename(home / name)
    return home


def read(folder: Path, content: str, *overrides: str) -> list[WhatIf]:
    file = folder.parent / "what.csv"
    file.write_text(content, encoding="utf-8", newline="")
    return read_what_ifs(folder, file, overrides)[1]


def problems_of(folder: Path, content: str, *overrides: str) -> tuple[Problem, ...]:
    with pytest.raises(BadInputError) as refusal:
        read(folder, content, *overrides)
    return refusal.value.problems


def as_book(path: Path, rows: list[list[Any]], sheet: str = "what_ifs") -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(path)
    return book


def test_a_row_is_the_portfolio_under_its_settings(folder: Path) -> None:
    """Proves: stated cells change, empty ones leave the own value, and a reread gives the same."""
    calm, bold = read(folder, TWO, "risk.level=0.9")
    assert (calm.name, calm.description, bold.description) == ("calm", "fewer floods", "")
    assert (calm.portfolio.settings.risk.weight, bold.portfolio.settings.risk.weight) == (0.15, 0.0)
    assert (calm.portfolio.settings.risk.level, bold.portfolio.settings.risk.level) == (0.9, 0.9)
    assert calm.portfolio.hazards.annual_rate.tolist() == [0.05]
    assert bold.portfolio.hazards.annual_rate.tolist() == [0.1]
    assert not bold.portfolio.settings.budget.includes_qualification
    assert bold.in_words == "budget.includes_qualification false, risk.weight 0"
    for one in (calm, bold):
        again = read_portfolio(folder, one.portfolio.overrides)
        assert again.settings == one.portfolio.settings
        assert again.hazards.annual_rate.tolist() == one.portfolio.hazards.annual_rate.tolist()


def test_the_order_of_columns_changes_nothing(folder: Path) -> None:
    """Proves: overrides, and so the manifest, are the same for any order of rows and columns."""
    rows = [row[::-1] for row in csv.reader(io.StringIO(TWO))]
    text = io.StringIO()
    csv.writer(text).writerows([rows[0], *rows[:0:-1]])
    turned = read(folder, text.getvalue())
    assert [one.portfolio.overrides for one in turned[::-1]] == [
        one.portfolio.overrides for one in read(folder, TWO)
    ]


@pytest.mark.parametrize("name", ["Gulf storm", "a.b", 'the "big" one', "it's", "a=b", "ü, ß"])
def test_names_that_need_quotes(name: str, folder: Path) -> None:
    """Proves: a hazard of any name has a column, and its override names it when read again."""
    text = io.StringIO()
    header = ["hazard", "kind", "scope", "target", "annual_rate", "duration_mean_days"]
    csv.writer(text).writerows([header, [name, "outage", "region", "Asia", "0.1", "20"]])
    (folder / "hazards.csv").write_text(text.getvalue(), encoding="utf-8")
    quoted = '"' + name.replace('"', '\\"') + '"' if "'" in name else f"'{name}'"
    text = io.StringIO()
    csv.writer(text).writerows([["name", f"hazards.factor.{quoted}"], ["often", "3"]])
    [often] = read(folder, text.getvalue())
    assert often.portfolio.hazards.annual_rate.tolist() == pytest.approx([0.3])
    again = read_portfolio(folder, often.portfolio.overrides)
    assert again.settings.hazards.factor == {name: 3.0}


def test_a_sheet_is_the_same_as_a_file(folder: Path) -> None:
    """Proves: numbers and truth values of a spreadsheet state what the text of a CSV states."""
    header, calm, bold = csv.reader(io.StringIO(TWO))
    rows = [header, [*calm[:2], None, 0.5, True], ["bold", None, 0, None, False]]
    book = folder.parent / "book.xlsx"
    as_book(book, rows)
    found = read_what_ifs(folder, book)[1]
    assert [one.portfolio.overrides for one in found] == [
        one.portfolio.overrides for one in read(folder, TWO)
    ]
    assert bold[0] == found[1].name


def test_a_portfolio_may_hold_its_what_ifs(sound: dict[str, str], tmp_path: Path) -> None:
    """Proves: a workbook with a sheet `what_ifs` is a portfolio, and the file of its what-ifs."""
    path = tmp_path / "all.xlsx"
    book = as_book(path, [["name", "risk.weight"], ["bold", 0]])
    for name, content in sound.items():
        sheet = book.create_sheet(name.removesuffix(".csv"))
        for row in csv.reader(io.StringIO(content)):
            sheet.append([float(c) if c.replace(".", "").isdigit() else c for c in row])
    book.save(path)
    assert read_portfolio(path).ledger["skus"] == 3
    assert [one.name for one in read_what_ifs(path, path)[1]] == ["bold"]


def test_everything_wrong_is_told_at_once(folder: Path) -> None:
    """Proves: faults of the portfolio, of --set, of the header and of cells come together."""
    (folder / "skus.csv").write_text("sku,unit_cost\nA1,-1\n")
    content = (
        "name,risk.wieght,risk.weight,risk.level,hazards.factor.flood,hazards.factor.'flood'\n"
        "Big Quake,1,30,,,\n"
        "base,,,,1,\n"
        "a,,x,,,\n"
        "a,,,,-2,\n"
    )
    found = {
        (p.file, p.row, p.column) for p in problems_of(folder, content, "risk.level=0.9", "x=1")
    }
    assert found >= {
        ("skus.csv", 2, "unit_cost"),
        ("--set", None, "x"),
        ("what.csv", 1, "risk.wieght"),
        ("what.csv", 1, "risk.level"),
        ("what.csv", 1, "hazards.factor.'flood'"),
        ("what.csv", 2, "name"),
        ("what.csv", 2, "risk.weight"),
        ("what.csv", 3, "name"),
        ("what.csv", 4, "risk.weight"),
        ("what.csv", 5, "name"),
        ("what.csv", 5, "hazards.factor.flood"),
    }


@pytest.mark.parametrize(
    ("content", "where", "told"),
    [
        ("name,risk.wait\na,1\n", (1, "risk.wait", None), 'Nearest: "risk.weight"'),
        ("name,currency\na,CHF\n", (1, "currency", None), "no column"),
        ("name,risk\na,1\n", (1, "risk", None), "no column"),
        (
            "name,budget.category.raw steel\na,1\n",
            (1, "budget.category.raw steel", None),
            "Nearest: \"budget.category.'raw steel'\"",
        ),
        ("name,risk.weight,risk.weight\na,1,1\n", (1, "risk.weight", None), "twice"),
        ("risk.weight\n1\n", (1, "name", None), "is missing"),
        ("name,risk.weight\na,95\n", (2, "risk.weight", "95"), "95 % is 0.95"),
        ('name,risk.weight\na,"0,3"\n', (2, "risk.weight", "0,3"), "valid number"),
        ("name,risk.measure\na,cvr\n", (2, "risk.measure", "cvr"), "'cvar'"),
        ('name,risk.weight\na,"0.3\nb"\n', (2, "risk.weight", "0.3\nb"), "line break"),
        ("name,hazards.factor.flod\na,2\n", (2, "hazards.factor.flod", "2"), '"flood"'),
        ("name,budget.category.metl\na,2\n", (2, "budget.category.metl", "2"), '"metal"'),
        ("name,limits.changes\na,2\n", (2, "limits.changes", "2"), "plan in force"),
        ("name,risk.weight\nbase,1\n", (2, "name", "base"), "Choose another name"),
        ("name,risk.weight\nBase,1\n", (2, "name", "Base"), "Choose another name"),
        ("name,risk.weight\nQ1,1\nq1,0\n", (3, "name", "q1"), "look the same"),
        ("name,risk.weight\nBig Quake!,1\n", (2, "name", "Big Quake!"), '"Big-Quake"'),
        ("name,risk.weight\na\u202eb,1\n", (2, "name", "a\u202eb"), "part of a run name"),
        ("name,risk.weight\na,\n", (2, "name", "a"), "changes nothing"),
        ("name,risk.weight\n,1\n", (2, "name", ""), "is required"),
        ("name,risk.weight\na,1\na,0\n", (3, "name", "a"), "same name"),
        ("name,risk.weight\n", (None, None, None), "0 data rows"),
        ("name" + ",a.b" * 1_000, (1, None, None), "1,001 columns"),
        ("name;risk.weight\na;1\n", (1, None, "name;risk.weight"), "semicolons"),
        ("name,risk.weight\na,1,2\n", (2, None, None), "3 fields"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_remedy(
    folder: Path, content: str, where: tuple[Any, ...], told: str
) -> None:
    """Proves: each kind of fault names its row, column and value, and what to do."""
    found = problems_of(folder, content)
    matching = [p for p in found if (p.row, p.column, p.value) == where and told in str(p)]
    assert matching, [str(problem) for problem in found]
    assert all(problem.file == "what.csv" for problem in found)


def test_a_tail_too_thin_is_the_what_ifs_fault(folder: Path) -> None:
    """
    Proves: a count that is good alone is blamed on the what-if that spoils it.

    300 × (1 − 0.999) = 0.3 futures in the tail.
    """
    [problem] = problems_of(folder, "name,risk.level\nfar,0.999\n")
    assert (problem.file, problem.row, problem.value) == ("what.csv", 2, "far")
    assert "portfolio.toml, scenarios.count = auto: 0.3 of 300" in problem.rule


def test_a_column_beside_a_set_of_its_key_is_refused(folder: Path) -> None:
    """Proves: what is stated twice is refused even where no cell is filled in."""
    content = "name,risk.level,risk.weight\na,,0\n"
    [problem] = problems_of(folder, content, "risk.level=0.9")
    assert (problem.row, problem.column) == (1, "risk.level")
    assert "--set risk.level" in problem.remedy


def test_a_what_if_may_read_history_another_way(folder: Path) -> None:
    """
    Proves: under `demand.pooling = none` the estimates are those of the whole portfolio read so.

    Sensitivity: skus kept from the portfolio as it is have the pooled mean.
    """
    skus = (folder / "skus.csv").read_text().replace("10,5,2", "10,,").replace("20,4,1", "20,,")
    (folder / "skus.csv").write_text(skus)
    rows = "A1,2026-01-02,3\nA1,2026-01-05,4\nA1,2026-02-07,1\nB2,2026-01-02,9\n"
    (folder / "demand.csv").write_text(f"sku,date,quantity\n{rows}")
    [alone] = read(folder, "name,demand.pooling\nalone,none\n")
    again = read_portfolio(folder, alone.portfolio.overrides)
    assert alone.portfolio.skus.demand_mean.tolist() == again.skus.demand_mean.tolist()
    assert alone.portfolio.skus.demand_mean[0] != read_portfolio(folder).skus.demand_mean[0]


def test_too_many_what_ifs(folder: Path) -> None:
    """Proves: 1,001 rows are refused, of which each would be a run."""
    rows = "".join(f"s{k},0.1\n" for k in range(1001))
    [problem] = problems_of(folder, f"name,risk.weight\n{rows}")
    assert "1,001 what-ifs" in problem.rule


@pytest.mark.parametrize("name", ["no.csv", "what.txt", "."])
def test_what_is_no_table_is_refused(folder: Path, name: str) -> None:
    """Proves: a file that is missing, of another kind or a folder is refused by its name."""
    (folder.parent / "what.txt").write_text("name")
    with pytest.raises(BadInputError) as refusal:
        read_what_ifs(folder, folder.parent / name)
    [problem] = refusal.value.problems
    assert problem.file.endswith(name) or name == "."


def test_sheets_that_cannot_be_meant(folder: Path) -> None:
    """Proves: another name, a hidden sheet and an empty one are refused by their name."""
    book = folder.parent / "book.xlsx"
    as_book(book, [["name", "risk.weight"], ["a", 0]], sheet="What-if")
    with pytest.raises(BadInputError, match=r'has no sheet what_ifs.*"What-if"'):
        read_what_ifs(folder, book)
    hidden = as_book(book, [["name", "risk.weight"], ["a", 0]])
    hidden.create_sheet("notes")
    hidden["what_ifs"].sheet_state = "hidden"
    hidden.active = 1
    hidden.save(book)
    with pytest.raises(BadInputError, match="hidden"):
        read_what_ifs(folder, book)
    as_book(book, [])
    with pytest.raises(BadInputError, match=r"book\.xlsx!what_ifs: is empty"):
        read_what_ifs(folder, book)
