"""`ballast export`, end to end: what an ERP reads is what the plan says, or nothing is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import optimizer
from optimizer.store.erp.mapping import targets
from tests.pipeline.conftest import Command
from tests.support.erp_formats import check_erp_file

LEVEL = {
    "stock.warehouse.orderpoint.csv": ("product_id", "product_min_qty", 1),
    "item.csv": ("item_code", "reorder_levels.warehouse_reorder_level", 1),
    "marc.txt": ("MATNR", "MINBE", 1),
    "Item coverage V2.csv": ("ItemNumber", "MinimumOnHandInventoryQuantity", 1),
    "Stockkeeping Unit.csv": ("Item No.", "Reorder Point", 0),
    "stock.order_point.csv": ("product", "min_quantity", 1),
}
LOT = {
    "item.csv": "reorder_levels.warehouse_reorder_qty",
    "marc.txt": "BSTFE",
    "Stockkeeping Unit.csv": "Reorder Quantity",
    "itemsupplier.csv": "size_minimum",
}


@pytest.fixture
def plan(solved: Path) -> pd.DataFrame:
    """Return the plan of the solved small sample by SKU."""
    return pd.read_parquet(solved / "plan.parquet").set_index("sku")


def units(plan: pd.DataFrame) -> Iterator[tuple[str, Decimal, Decimal, Decimal]]:
    """Yield each SKU, its level and lot as the plan has them, and its smallest unit."""
    decimals = pd.read_csv("small/skus.csv", dtype={"sku": str}).set_index("sku")["unit_decimals"]
    for sku, row in plan.iterrows():
        unit = Decimal(1).scaleb(-int(decimals[sku]))
        names = ("reorder_point", "reserve_units", "order_quantity")
        point, reserve, lot = (_in_units(row[name], unit) for name in names)
        yield f"{sku}", point + reserve, lot, unit


def _in_units(quantity: float, unit: Decimal) -> Decimal:
    """Return the number of units that a float stands for; 774.7 may be 774.7000000000001."""
    exact = Decimal(quantity).quantize(unit)
    assert abs(exact - Decimal(quantity)) < Decimal("1e-9")
    return exact


@pytest.mark.parametrize("target", targets())
def test_every_target_from_a_solved_run(ballast: Command, plan: pd.DataFrame, target: str) -> None:
    """
    Proves: each file keeps to its format, has every SKU once, and its levels and lots are the
    plan's own, reserve included and not one digit less; the note names the run by its hash.
    """
    sites = '[translate.site]\n"Györ" = "0100"\nBrno = "0200"\nLinz = "0300"\n'
    Path("mine.toml").write_text(f'base = "{target}"\n{sites}', encoding="utf-8")
    done = ballast("export", "one", "--mapping", "mine.toml", "--out", target)
    assert done.code == 0, done.err
    note = json.loads(Path(target, "export.json").read_text())
    manifest = Path("results/one/manifest.json").read_bytes()
    assert note["run"] == "one"
    assert note["manifest"] == hashlib.sha256(manifest).hexdigest()
    assert set(note["files"]) == {path.name for path in Path(target).iterdir()} - {"export.json"}
    for name, digest in note["files"].items():
        content = Path(target, name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest
        rows = check_erp_file(name, content)
        assert len(rows) == len(plan)
        if name in LEVEL:
            key, level, more = LEVEL[name]
            written = {row[key]: Decimal(row[level]) for row in rows}
            assert written == {sku: held + more * unit for sku, held, _, unit in units(plan)}
        if name in LOT:
            lots = [Decimal(row[LOT[name]]) for row in rows]
            assert lots == [lot for _, _, lot, _ in units(plan)]


def test_a_target_of_the_package_in_words_and_for_machines(
    ballast: Command, plan: pd.DataFrame
) -> None:
    """Proves: files and counts are told; a second export needs --replace, and is the same."""
    told = ballast("export", "one", "--to", "tryton")
    file = Path("results/exports/one-tryton/stock.order_point.csv")
    assert told.code == 0, told.err
    assert f"Wrote {file}: {len(plan)} SKUs, 0 of them without stock" in told.out
    first = file.read_bytes()
    again = ballast("export", "one", "--to", "tryton")
    assert again.code == 2
    assert "exists already and was left unchanged" in again.err
    replaced = ballast("export", "one", "--to", "tryton", "--replace", "--json")
    assert json.loads(replaced.out) == {
        "target": "tryton",
        "files": [str(file)],
        "skus": len(plan),
        "on_demand": 0,
    }
    assert file.read_bytes() == first
    assert [run["run"] for run in json.loads(ballast("runs", "--json").out)] == ["one"]


def test_a_folder_of_somebody_elses_is_never_replaced(ballast: Command, solved: Path) -> None:
    """Proves: --replace removes an earlier export only, not whatever --out happens to name."""
    Path("home").mkdir()
    Path("home/letter.txt").write_text("dear")
    refused = ballast("export", str(solved), "--to", "odoo", "--out", "home", "--replace")
    assert refused.code == 2
    assert "is no export, so it is not replaced" in refused.err
    assert Path("home/letter.txt").read_text() == "dear"


def test_what_a_target_cannot_hold_leaves_nothing(ballast: Command, solved: Path) -> None:
    """Proves: each site SAP cannot hold is told, exit 2, and no folder is begun."""
    refused = ballast("export", str(solved), "--to", "sap-marc")
    assert refused.code == 2
    for site in ("Györ", "Brno", "Linz"):
        assert f'WERKS = "{site}": has small letters' in refused.err
    assert not Path("results/exports").exists()


@pytest.mark.usefixtures("solved")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("one", "--to", "oddoo"), 'Nearest: "odoo"'),
        (("one",), "one of --to and --mapping says what is written"),
        (("one", "--to", "odoo", "--mapping", "m.toml"), "one of --to and --mapping"),
        (("none", "--to", "odoo"), "Choose a run from `ballast runs`"),
        (("one", "--mapping", "m.toml"), "m.toml: cannot be read"),
    ],
)
def test_what_cannot_be_exported_is_refused(
    ballast: Command, words: tuple[str, ...], said: str
) -> None:
    """Proves: exit 2 with the remedy, and nothing written."""
    refused = ballast("export", *words)
    assert refused.code == 2
    assert said in refused.err
    assert not Path("results/exports").exists()


def test_a_run_changed_on_disk_is_refused(ballast: Command, solved: Path) -> None:
    """Proves: a plan that somebody edited since it was verified does not reach the ERP."""
    plan = solved / "plan.parquet"
    table = pd.read_parquet(plan)
    table["order_quantity"] *= 2
    table.to_parquet(plan)
    refused = ballast("export", "one", "--to", "odoo")
    assert refused.code == 5
    assert "plan.parquet: has changed since it was written" in refused.err
    assert not Path("results/exports").exists()


def test_the_python_face(solved: Path, tmp_path: Path) -> None:
    """Proves: `optimizer.export` takes a run as text and returns where its files are."""
    written = optimizer.export(str(solved), "frepple", out=tmp_path / "plan")
    assert [path.name for path in written.files] == ["buffer.csv", "itemsupplier.csv"]
    assert all(path.is_file() for path in written.files)
    assert (written.skus, written.on_demand) == (40, 0)
