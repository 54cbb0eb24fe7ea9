"""SKUs that cannot be planned: set aside with every reason, their capital kept for them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest

from optimizer.errors import BadInputError
from optimizer.inputs.read import read_portfolio
from optimizer.inputs.work_off import read_set_aside, write_all_problems

Write = Callable[[dict[str, str | bytes]], Path]
BUT_B2 = ("A1", "C3")


class Fault(NamedTuple):
    """One replacement in one file, a rule that it breaks, and the SKUs left, if any."""

    file: str
    old: str
    new: str
    rule: str
    left: tuple[str, ...] = ()


def _spoiled(sound: dict[str, str]) -> dict[str, str | bytes]:
    """Return the sound portfolio with a cost of A1 that is none, a stock and a budget."""
    return {
        **sound,
        "skus.csv": sound["skus.csv"].replace("B2,metal,20,4,1", "B2,metal,20,-4,1"),
        "stock.csv": "sku,on_hand\nA1,7\nB2,8\n",
        "portfolio.toml": "[budget]\ncapital = 1000\n[budget.category]\nmetal = 500\n",
    }


def _listed(folder: Path) -> list[dict[str, str]]:
    with (folder / "set_aside.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_faulty_sku_is_set_aside_with_its_capital(
    sound: dict[str, str], write: Write, tmp_path: Path
) -> None:
    """
    Proves: the others are planned, and 8 in stock at 20 are kept out of both budgets.

    1000 - 160 = 840, 500 - 160 = 340.  Sensitivity: the stock of A1 too would leave 770.
    """
    portfolio = read_set_aside(write(_spoiled(sound)), tmp_path / "todo")
    assert portfolio.skus.sku.tolist() == ["A1", "C3"]
    assert portfolio.settings.budget.capital == 840.0
    assert portfolio.settings.budget.category == {"metal": 340.0}
    told = portfolio.set_aside
    assert told is not None
    assert (told.skus, told.of, told.problems, told.strangers) == (1, 3, 1, 0)
    assert (told.capital, told.unknown, told.reserved) == (160.0, 0, 160.0)
    [row] = _listed(tmp_path / "todo")
    assert (row["sku"], row["table"], row["row"], row["column"]) == (
        *("B2", "skus.csv", "3", "demand_mean"),
    )
    assert (row["value"], row["present_capital"]) == ("-4", "160.0")
    assert "must be >= 0" in row["rule"]


def test_what_is_set_aside_is_kept_out_of_every_quarter(
    sound: dict[str, str], write: Write, tmp_path: Path
) -> None:
    """Proves: the 160 in stock are off each quarter's limit, once, also when it is read again."""
    settings = "[budget]\nquarters = [1000, 900, 800, 700]\n"
    folder = write({**_spoiled(sound), "portfolio.toml": settings})
    first = read_set_aside(folder, tmp_path / "todo")
    assert first.settings.budget.quarters == (840.0, 740.0, 640.0, 540.0)
    assert first.set_aside is not None
    assert first.set_aside.reserved == 160.0
    again = read_portfolio(folder, first.overrides)
    assert again.settings.budget.quarters == first.settings.budget.quarters


def test_what_was_read_reads_back_by_its_overrides(
    sound: dict[str, str], write: Write, tmp_path: Path
) -> None:
    """Proves: a run's inputs and overrides give the same portfolio, reserved once only."""
    folder = write(_spoiled(sound))
    first = read_set_aside(folder, tmp_path / "todo")
    again = read_portfolio(folder, first.overrides)
    assert again.skus.sku.tolist() == first.skus.sku.tolist()
    assert (again.settings, again.set_aside) == (first.settings, first.set_aside)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("sources.csv", "B2,North,primary,0,0", "B2,North,primary,0", "fields", BUT_B2),
        Fault("sources.csv", "B2,North", "B22,North", "is not in skus", BUT_B2),
        Fault("sources.csv", "B2,North", "B2,Nord", "is not in suppliers", BUT_B2),
        Fault("skus.csv", "C3,glass,30", "A1,glass,30", "have the same sku", ("B2",)),
        Fault("skus.csv", "C3,glass,30", "a1,glass,30", "look the same", ("B2",)),
        Fault("skus.csv", "20,4,1", "20,4,1,7", "has 6 fields", BUT_B2),
        Fault("skus.csv", "B2,metal", ",metal", "is required", BUT_B2),
        Fault("plan.csv", "B2,jit,0.5", "B2,jti,0.5", "policies", BUT_B2),
        Fault("stock.csv", "B2,8", "B2,-8", "must be >= 0", BUT_B2),
        Fault("demand.csv", "B2,2026-01-02,5", "B2,02/01/2026,5", "ISO date", BUT_B2),
    ],
)
def test_every_table_can_set_a_sku_aside(
    fault: Fault, sound: dict[str, str], write: Write, tmp_path: Path
) -> None:
    """Proves: a fault in any row of a SKU takes it out of all tables, with what follows from it."""
    extra = {
        "plan.csv": "sku,policy,service_level\nA1,jit,0.5\nB2,jit,0.5\n",
        "stock.csv": "sku,on_hand\nA1,7\nB2,8\n",
        "demand.csv": "sku,date,quantity\nA1,2026-01-01,3\nB2,2026-01-02,5\n",
    }
    files: dict[str, str | bytes] = {**sound, **extra}
    assert fault.old in str(files[fault.file])
    files[fault.file] = str(files[fault.file]).replace(fault.old, fault.new)
    portfolio = read_set_aside(write(files), tmp_path / "todo")
    assert portfolio.skus.sku.tolist() == list(fault.left)
    assert any(fault.rule in row["rule"] for row in _listed(tmp_path / "todo"))


@pytest.mark.parametrize(
    "fault",
    [
        Fault("suppliers.csv", "0.9", "9", "must be in [0, 1]"),
        Fault("hazards.csv", "0.1,20", "-0.1,20", "must be in"),
        Fault("hazards.csv", "Asia", "Aisa", "is not in suppliers.region"),
        Fault("skus.csv", "unit_cost", "cost", "no column has this name"),
        Fault("portfolio.toml", "", "risk.level = 95\n", "should be less than 1"),
    ],
)
def test_what_all_skus_share_is_refused(
    fault: Fault, sound: dict[str, str], write: Write, tmp_path: Path
) -> None:
    """Proves: settings, headers, hazards and suppliers in use are refused; no file appears."""
    files: dict[str, str | bytes] = {"portfolio.toml": "", **sound}
    spoiled = str(files[fault.file]).replace(fault.old, fault.new)
    files[fault.file] = spoiled if fault.old else fault.new
    with pytest.raises(BadInputError) as refusal:
        read_set_aside(write(files), tmp_path / "todo")
    assert any(fault.rule in problem.rule for problem in refusal.value.problems)
    assert not (tmp_path / "todo").exists()


def test_a_supplier_and_a_hazard_of_nothing_else_go_with_their_skus(
    sound: dict[str, str], write: Write, tmp_path: Path
) -> None:
    """Proves: what only the SKUs set aside use does not stand in the others' way."""
    files: dict[str, str | bytes] = {**sound}
    files["skus.csv"] = sound["skus.csv"].replace("C3,glass,30", "C3,glass,x")
    files["suppliers.csv"] = sound["suppliers.csv"] + "West,EU,\n"
    files["hazards.csv"] = sound["hazards.csv"] + "rush,surge,category,glass,0.1,20\n"
    portfolio = read_set_aside(write(files), tmp_path / "todo")
    assert portfolio.skus.sku.tolist() == ["A1", "B2"]
    assert portfolio.hazards.hazard.tolist() == ["flood"]
    rules = [row["rule"] for row in _listed(tmp_path / "todo")]
    assert any("strikes only what was set aside" in rule for rule in rules)


def test_capital_from_the_plan_and_unknown(
    sound: dict[str, str], write: Write, tmp_path: Path
) -> None:
    """
    Proves: without a stock table, today's numbers give the stock; a cost that is none gives none.

    B2 orders 30 at 50, demand 4 a day over 0 days: (50 + 15) * 20 = 1300.  C3 has no cost.
    """
    files: dict[str, str | bytes] = {
        **sound,
        "skus.csv": sound["skus.csv"].replace("20,4,1", "20,4,-1").replace("30,0,0", "?,0,0"),
        "plan.csv": "sku,policy,reorder_point,order_quantity\nB2,,50,30\nC3,,5,3\n",
    }
    portfolio = read_set_aside(write(files), tmp_path / "todo")
    told = portfolio.set_aside
    assert told is not None
    assert (told.capital, told.unknown, told.reserved) == (1300.0, 1, None)


def test_a_row_that_cannot_be_read_counts_as_its_sku(
    sound: dict[str, str], write: Write, tmp_path: Path
) -> None:
    """Proves: a SKU lost to a field too many is told as set aside, its capital as unknown."""
    files: dict[str, str | bytes] = {**sound}
    files["skus.csv"] = sound["skus.csv"].replace("20,4,1", "20,4,1,7")
    told = read_set_aside(write(files), tmp_path / "todo").set_aside
    assert told is not None
    assert (told.skus, told.of, told.unknown, told.capital) == (1, 3, 1, 0.0)


def test_a_budget_of_a_category_alone_is_reduced(
    sound: dict[str, str], write: Write, tmp_path: Path
) -> None:
    """Proves: without a budget for all, what is reserved is that of categories with one."""
    files = {**_spoiled(sound), "portfolio.toml": "[budget.category]\nmetal = 500\n"}
    portfolio = read_set_aside(write(files), tmp_path / "todo")
    assert portfolio.settings.budget.category == {"metal": 340.0}
    assert portfolio.set_aside is not None
    assert portfolio.set_aside.reserved == 160.0
    assert read_portfolio(portfolio.source, portfolio.overrides).set_aside == portfolio.set_aside


def test_more_tied_up_than_the_budget_is_refused(
    sound: dict[str, str], write: Write, tmp_path: Path
) -> None:
    """Proves: a reserve beyond the budget leaves nothing to plan with, and says so."""
    files = {**_spoiled(sound), "portfolio.toml": "[budget]\ncapital = 100\n"}
    with pytest.raises(BadInputError, match=r"tie up 160\.00 today, which is more"):
        read_set_aside(write(files), tmp_path / "todo")


def test_nothing_faulty_sets_nothing_aside(
    sound: dict[str, str], write: Write, tmp_path: Path
) -> None:
    """Proves: a sound portfolio is read whole, and an older list of faults is emptied."""
    files: dict[str, str | bytes] = {**sound}
    portfolio = read_set_aside(write(files), tmp_path / "todo")
    assert len(portfolio.skus) == 3
    assert portfolio.set_aside is not None
    assert portfolio.set_aside.skus == 0
    assert _listed(tmp_path / "todo") == []


def test_all_problems_are_written_and_marked(
    sound: dict[str, str], write: Write, tmp_path: Path
) -> None:
    """Proves: 150 faults make 150 rows, and the workbook colours and comments the faulty cell."""
    rows = "".join(f"D{i},glass,=1+{i},1,1\n" for i in range(150))
    lines = "".join(f"D{i},South,primary,1,0\n" for i in range(150))
    files: dict[str, str | bytes] = {**sound}
    files["skus.csv"] = sound["skus.csv"] + rows
    files["sources.csv"] = sound["sources.csv"] + lines
    folder = write(files)
    for name in ("all.csv", "all.xlsx"):
        write_all_problems(folder, [], tmp_path / "out" / name)
    with (tmp_path / "out" / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = list(csv.DictReader(file))
    assert len(listed) == 150
    assert listed[0]["value"] == "'=1+0"
    book = openpyxl.load_workbook(tmp_path / "out" / "all.xlsx")
    assert book["problems"].max_row == 151
    header = [cell.value for cell in book["skus"][1]]
    cell = book["skus"].cell(2, 1 + header.index("unit_cost"))
    assert (book["skus"]["A2"].value, cell.value, cell.data_type) == (5, "=1+0", "s")
    assert cell.fill.bgColor.rgb == "FFFFC7CE" or cell.fill.fgColor.rgb == "FFFFC7CE"
    assert "must be a number" in cell.comment.text
    with pytest.raises(BadInputError, match=r"neither \.csv nor \.xlsx"):
        write_all_problems(folder, [], tmp_path / "all.pdf")
