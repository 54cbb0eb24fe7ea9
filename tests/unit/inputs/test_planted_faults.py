"""An export with faults of fourteen kinds: all are found, set aside, worked off."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from optimizer.inputs.read import read_portfolio
from optimizer.inputs.work_off import read_set_aside

SKUS, FAULTS = 420, 28
Rows = list[dict[str, str]]
KINDS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("skus", "unit_cost", lambda text: f"{text} EUR"),
    ("skus", "unit_cost", lambda text: text.replace(".", ",")),
    ("skus", "unit_cost", lambda _: ""),
    ("skus", "demand_mean", lambda text: f"-{text}"),
    ("skus", "demand_std", lambda _: "#N/A"),
    ("skus", "category", lambda text: f"{text}\x07"),
    ("skus", "obsolescence_rate", lambda _: "5%"),
    ("skus", "sku", str.lower),
    ("sources", "lead_time_mean", lambda _: "3 weeks"),
    ("sources", "supplier", lambda text: f"{text} "),
    ("sources", "role", lambda _: "main"),
    ("plan", "reorder_point", lambda _: "n/a"),
    ("plan", "order_quantity", lambda _: "0"),
    ("stock", "on_hand", lambda _: "-3"),
)


def _export() -> dict[str, Rows]:
    names = [f"M{at:05d}" for at in range(SKUS)]
    return {
        "skus": [
            {"sku": sku, "category": "metal", "unit_cost": "12.5", "demand_mean": "4"}
            | {"demand_std": "2", "obsolescence_rate": "0.05"}
            for sku in names
        ],
        "sources": [
            {"sku": sku, "supplier": "North", "role": "primary"}
            | {"lead_time_mean": "20", "lead_time_std": "4"}
            for sku in names
        ],
        "plan": [
            {"sku": sku, "policy": "", "reorder_point": "90", "order_quantity": "60"}
            for sku in names
        ],
        "stock": [{"sku": sku, "on_hand": "70"} for sku in names],
        "suppliers": [{"supplier": "North", "region": "EU"}],
        "hazards": [
            {"hazard": "flood", "kind": "outage", "scope": "region", "target": "EU"}
            | {"annual_rate": "0.1", "duration_mean_days": "20"}
        ],
    }


def _write(folder: Path, tables: dict[str, Rows]) -> None:
    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


def _listed(folder: Path) -> Rows:
    with (folder / "set_aside.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_planted_fault_is_found_and_worked_off(tmp_path: Path) -> None:
    """
    Proves: of 28 faults none is missed, no sound SKU is set aside, and corrected none is left.

    Where the cost is none nothing is known to be tied up, elsewhere 70 at 12.5 are, or where the
    stock is none (90 - 4 * 20) + 60 / 2 = 40.
    """
    tables, spoiled = _export(), _export()
    planted = set()
    for number in range(FAULTS):
        name, column, spoil = KINDS[number % len(KINDS)]
        at = 7 + 14 * number
        spoiled[name][at][column] = spoil(spoiled[name][at][column])
        planted.add((f"{name}.csv", str(at + 2), column))
    _write(tmp_path / "export", spoiled)
    portfolio = read_set_aside(tmp_path / "export", tmp_path / "todo")
    found = {(row["table"], row["row"], row["column"]) for row in _listed(tmp_path / "todo")}
    assert planted <= found
    told = portfolio.set_aside
    assert told is not None
    assert (told.skus, told.of, len(portfolio.skus)) == (28, 420, 392)
    assert told.unknown == 8
    assert told.capital == 12.5 * (70 * 18 + 40 * 2)
    _write(tmp_path / "export", tables)
    again = read_set_aside(tmp_path / "export", tmp_path / "todo")
    assert _listed(tmp_path / "todo") == []
    assert len(again.skus) == len(read_portfolio(tmp_path / "export").skus) == 420
