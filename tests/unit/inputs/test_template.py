"""The template of `ballast init`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pytest

from optimizer.domain.settings import Policy, Settings
from optimizer.errors import BadInputError
from optimizer.inputs.describe import describe_columns, describe_settings
from optimizer.inputs.read import read_portfolio
from optimizer.inputs.schema import TABLES
from optimizer.inputs.template import write_template
from optimizer.inputs.template_book import write_template_book


def test_template_reads_back(tmp_path: Path) -> None:
    """Proves: what `init` writes is sound, and its settings are the defaults."""
    write_template(tmp_path / "new")
    portfolio = read_portfolio(tmp_path / "new")
    assert portfolio.settings == Settings()
    assert portfolio.warnings == ()
    assert set(portfolio.hazards.kind) == {"outage", "surge", "price"}
    assert set(portfolio.hazards.scope) == {"region", "supplier", "tag", "category"}


def test_template_overwrites_nothing(tmp_path: Path) -> None:
    """Proves: a folder that holds a file is refused and left as it was."""
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(BadInputError, match="not an empty folder"):
        write_template(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_address_becomes_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: an address, also as a `Path` joins its slashes, is refused; no password is told."""
    monkeypatch.chdir(tmp_path)
    address = "postgresql://ana:hush@db/erp"
    for stated in (address, Path(address)):
        with pytest.raises(BadInputError, match="is an address") as refused:
            write_template(stated)
        assert "hush" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_every_setting_and_column_is_explained() -> None:
    """Proves: no setting, policy key or column is left out of the explanations."""
    toml, columns = describe_settings(), describe_columns()
    for name, field in Settings.model_fields.items():
        inner = getattr(field.annotation, "model_fields", {})
        assert all(f"{key} = " in toml or f".{key}]" in toml for key in inner), name
    assert all(f"#   {key}: " in toml for key in Policy.model_fields)
    for schema in TABLES.values():
        assert f"## {schema.name} " in columns
        assert all(f"| `{column.name}` |" in columns for column in schema.columns)


def test_the_workbook_is_the_folder(tmp_path: Path) -> None:
    """Proves: both templates give the same portfolio; the book has drop-downs and comments."""
    write_template(tmp_path / "folder")
    book = write_template_book(tmp_path / "book.xlsx")
    one, other = read_portfolio(tmp_path / "folder"), read_portfolio(book)
    assert other.settings == one.settings == Settings()
    for table in ("skus", "suppliers", "tags", "sources", "hazards", "plan_in_force"):
        mine, its = getattr(one, table), getattr(other, table)
        for name in type(mine).__dataclass_fields__:
            np.testing.assert_array_equal(getattr(mine, name), getattr(its, name))
    read = openpyxl.load_workbook(book)
    assert read.sheetnames == [*TABLES, "settings"]
    role = read["sources"].data_validations.dataValidation
    assert any(rule.formula1 == '"primary,qualified,candidate"' for rule in role)
    assert all(cell.comment for name in TABLES for cell in read[name][1])
    keys = [row[0].value for row in read["settings"].iter_rows(min_row=2)]
    assert {"risk.weight", "budget.capital", "demand.period"} <= set(keys)
    with pytest.raises(BadInputError, match="exists already"):
        write_template_book(book)


def test_a_setting_filled_in_counts(tmp_path: Path) -> None:
    """Proves: an empty value leaves the default; one that no setting has is refused still."""
    book = write_template_book(tmp_path / "book.xlsx")
    read = openpyxl.load_workbook(book)
    rows = {row[0].value: row[1] for row in read["settings"].iter_rows(min_row=2)}
    rows["budget.capital"].value = 250_000
    rows["risk.measure"].value = "cvar"
    read.save(book)
    settings = read_portfolio(book).settings
    assert (settings.budget.capital, settings.risk.measure) == (250_000.0, "cvar")
    read["settings"].append(["risk.wieght", None])
    read.save(book)
    with pytest.raises(BadInputError, match="wieght"):
        read_portfolio(book)
