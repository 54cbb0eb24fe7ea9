"""The bundled sample: drawn by its script, and as awkward as real portfolios are."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from optimizer.contract.read import read_portfolio

DATA = Path(__file__).parents[2] / "data"
SAMPLE = DATA / "sample"


def table(name: str) -> list[dict[str, str]]:
    with (SAMPLE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_script_writes_the_committed_bytes(tmp_path: Path) -> None:
    """
    Proves: the sample is what its script draws, nothing was edited by hand.

    Sensitivity: another seed, or one draw more in a stream, changes skus.csv.
    """
    script = str(DATA / "generate_sample.py")
    subprocess.run([sys.executable, script, str(tmp_path)], check=True)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_bytes() for path in SAMPLE.iterdir()}
    assert written == committed


def test_the_sample_reads_without_a_problem_or_warning() -> None:
    """Proves: the sample meets the contract, and asks for CVaR under a budget."""
    portfolio = read_portfolio(SAMPLE)
    assert portfolio.warnings == ()
    assert len(portfolio.skus) == 200
    assert portfolio.plan_in_force is not None
    assert portfolio.settings.risk.measure == "cvar"
    assert portfolio.settings.budget.capital is not None


def test_every_key_refers_to_a_row() -> None:
    """Proves: sources and hazards name known SKUs, suppliers, regions and categories only."""
    skus, suppliers = table("skus"), table("suppliers")
    known = {
        "supplier": {row["supplier"] for row in suppliers},
        "region": {row["region"] for row in suppliers},
        "category": {row["category"] for row in skus},
    }
    assert {row["sku"] for row in table("sources")} == {row["sku"] for row in skus}
    assert {row["supplier"] for row in table("sources")} == known["supplier"]
    assert all(row["target"] in known[row["scope"]] for row in table("hazards"))


def test_every_sku_has_one_primary_and_the_primary_is_onboarded() -> None:
    """Proves: what is bought today is bought once, from a supplier there is a contract with."""
    onboarded = {row["supplier"] for row in table("suppliers") if row["onboarded"] == "true"}
    primaries = [row for row in table("sources") if row["role"] == "primary"]
    assert sorted(row["sku"] for row in primaries) == sorted(row["sku"] for row in table("skus"))
    assert {row["supplier"] for row in primaries} <= onboarded


def test_the_sample_has_the_awkward_cases() -> None:
    """
    Proves: the cases that break a naive optimizer are in the sample.

    Two SKUs without demand, two same-day primaries, eight line stoppers, single-sourced SKUs,
    alternates cheaper than the primary, candidates at suppliers not yet onboarded.
    """
    skus, sources = table("skus"), table("sources")
    not_onboarded = {row["supplier"] for row in table("suppliers") if row["onboarded"] == "false"}
    sources_of = Counter(row["sku"] for row in sources)
    assert [row["sku"] for row in skus if float(row["demand_mean"]) == 0.0] == ["EL-050", "CS-025"]
    assert sum(float(row["lead_time_mean"]) == 0.0 for row in sources) == 2
    assert sum(float(row["downtime_cost"]) >= 30_000.0 for row in skus) >= 8
    assert sum(count == 1 for count in sources_of.values()) >= 50
    assert any(float(row["price_premium"]) < 0.0 for row in sources)
    assert any(row["supplier"] in not_onboarded for row in sources)


@pytest.mark.parametrize("column", ["unit_cost", "demand_mean"])
def test_values_are_heavy_tailed(column: str) -> None:
    """
    Proves: the largest tenth of the SKUs holds more than 40 % of the column's sum.

    Sensitivity: a normal or uniform column would give below 25 %.
    """
    values = sorted((float(row[column]) for row in table("skus")), reverse=True)
    assert sum(values[: len(values) // 10]) > 0.4 * sum(values)
