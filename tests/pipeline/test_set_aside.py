"""`ballast check` and `solve` with `--set-aside`: faults planted, worked off, solved."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from openpyxl import load_workbook

from optimizer.store.manifest import read_manifest
from tests.pipeline.conftest import Command


def test_a_plan_without_what_is_faulty(ballast: Command, small: Path) -> None:
    """
    Proves: refused with all faults, set aside, solved, verified; page and terminal say so.

    Two of the sample's 40 SKUs are spoiled: one cost is none, one lead time is text.
    """
    spoiled = []
    for name, column, value in (
        ("skus.csv", "unit_cost", "12 EUR"),
        ("sources.csv", "lead_time_mean", "two weeks"),
    ):
        with (small / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        at = 3 if name == "skus.csv" else -1
        rows[at][column] = value
        spoiled.append(rows[at]["sku"])
        with (small / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    refused = ballast("check", str(small), "--problems", "all.xlsx", "--json")
    told = json.loads(refused.out)
    assert refused.code == 2
    assert [count["number"] for count in told["counts"]] == [1, 1]
    assert load_workbook("all.xlsx").sheetnames == ["problems", "skus", "sources"]
    checked = ballast("check", str(small), "--set-aside", "todo")
    assert checked.code == 0, checked.err
    assert "2 of 40 SKUs were set aside for 2 problems" in checked.out
    solved = ballast("solve", str(small), "--run", "rest", "--set-aside", "todo")
    assert solved.code == 0, solved.err
    assert "Not in this plan: 2 of 40 SKUs" in solved.out
    assert "is reserved: taken off the budget" in solved.out
    with Path("todo/set_aside.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = {row["sku"] for row in csv.DictReader(file)}
    assert listed == set(spoiled)
    manifest = read_manifest(Path("results/rest/manifest.json"))
    aside = manifest.set_aside
    assert aside is not None
    assert aside.reserved == aside.capital > 0
    assert manifest.settings.budget.capital == round(400_000 - aside.capital, 2)
    page = Path("results/rest/report.html").read_text(encoding="utf-8")
    assert "Not in this plan: 2 of 40 SKUs" in page
    verified = ballast("verify", "rest")
    assert verified.code == 0, verified.err
