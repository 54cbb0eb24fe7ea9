"""The bundled sample: drawn by its script, and as awkward as real portfolios are."""

from __future__ import annotations

import csv
import runpy
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from optimizer.domain.portfolio import Portfolio
from optimizer.inputs.read import read_portfolio

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
    assert sum(map(len, committed.values())) < 2_000_000
    assert written == committed


@pytest.fixture(scope="module")
def portfolio() -> Portfolio:
    return read_portfolio(SAMPLE)


def test_the_sample_reads_with_the_notes_it_should(portfolio: Portfolio) -> None:
    """Proves: the sample meets the contract, asks for CVaR under a budget, and tells no doubt."""
    notes = ("SKUs have no row", "estimated from 730 days")
    assert len(portfolio.warnings) == len(notes)
    told = zip(notes, portfolio.warnings, strict=True)
    assert all(note in warning for note, warning in told)
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
        "tag": {row["tag"] for row in table("tags")},
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

    Two SKUs without demand, two never asked for, two same-day primaries, eight line stoppers,
    single-sourced SKUs, alternates cheaper than the primary, candidates at suppliers not yet
    onboarded.
    """
    skus, sources = table("skus"), table("sources")
    not_onboarded = {row["supplier"] for row in table("suppliers") if row["onboarded"] == "false"}
    sources_of = Counter(row["sku"] for row in sources)
    assert [row["sku"] for row in skus if row["demand_mean"] == "0"] == ["EL-050", "CS-025"]
    asked = {row["sku"] for row in table("demand")}
    assert sorted({row["sku"] for row in skus} - asked) == ["CS-025", "EL-050", "SP-025", "SP-026"]
    assert sum(float(row["lead_time_mean"]) == 0.0 for row in sources) == 2
    assert sum(float(row["downtime_cost"]) >= 30_000.0 for row in skus) >= 8
    assert sum(count == 1 for count in sources_of.values()) >= 50
    assert any(float(row["price_premium"]) < 0.0 for row in sources)
    assert any(row["supplier"] in not_onboarded for row in sources)


@pytest.mark.parametrize("column", ["unit_cost", "demand_mean"])
def test_values_are_heavy_tailed(column: str, portfolio: Portfolio) -> None:
    """
    Proves: the largest tenth of the SKUs holds more than 40 % of the column's sum.

    Sensitivity: a normal or uniform column would give below 25 %.
    """
    values = np.sort(getattr(portfolio.skus, column))[::-1]
    assert values[:20].sum() > 0.4 * values.sum()


def test_demand_is_of_every_kind(portfolio: Portfolio) -> None:
    """
    Proves: smooth, erratic, intermittent and lumpy SKUs are there, twenty of each at least, and
    service parts in whole units that are asked for every few weeks or months.
    """
    skus = portfolio.skus
    classes, count = np.unique(skus.demand_class, return_counts=True)
    assert {name for name, n in zip(classes, count, strict=True) if n >= 20} == {
        *("smooth", "erratic", "intermittent", "lumpy")
    }
    slow = skus.category == "service parts"
    assert 25.0 < np.median(skus.demand_interval_days[slow]) < 100.0
    assert (skus.unit_decimals[slow] == 0.0).all()
    assert set(skus.unit_decimals) == {0.0, 1.0}
    assert (skus.order_multiple > 1.0).sum() >= 15


def test_estimates_are_near_what_was_drawn(portfolio: Portfolio) -> None:
    """
    Proves: the history gives back the demand that it was drawn from, by value within 6 %.

    Sensitivity: days without a row left out would double it.
    """
    script = runpy.run_path(str(DATA / "generate_sample.py"))
    stream = np.random.default_rng(np.random.SeedSequence(script["SEED"]).spawn(4)[0])
    drawn = {
        sku["sku"]: law.mean
        for category in script["CATEGORIES"]
        for sku, law in script["category_skus"](category, stream)
    }
    skus = portfolio.skus
    true = np.array([drawn[name] for name in skus.sku])
    assert skus.unit_cost @ skus.demand_mean == pytest.approx(skus.unit_cost @ true, rel=0.06)


def test_today_is_a_plan_that_somebody_could_run(portfolio: Portfolio) -> None:
    """
    Proves: most SKUs have today's own numbers, whole lots of their pack, and two to eight weeks
    of demand above what the lead time takes.
    """
    skus, plan = portfolio.skus, portfolio.plan_in_force
    assert plan is not None
    numbers = ~np.isnan(plan.reorder_point)
    assert 150 < numbers.sum() < 200
    assert (numbers == (plan.policy == "")).all()
    lots = plan.order_quantity[numbers] / skus.order_multiple[numbers]
    np.testing.assert_allclose(lots, np.round(lots), rtol=1e-9)
    demand = skus.demand_mean[numbers]
    on_hand = plan.reorder_point[numbers] + plan.order_quantity[numbers] / 2.0
    on_hand -= demand * portfolio.sources.lead_time_mean[skus.primary][numbers]
    days = on_hand[demand > 0.0] / demand[demand > 0.0]
    assert 14.0 < np.median(days) < 56.0


def test_a_port_is_shared(portfolio: Portfolio) -> None:
    """Proves: suppliers of four regions land at one port, and a hazard strikes it."""
    suppliers, tags, hazards = portfolio.suppliers, portfolio.tags, portfolio.hazards
    [port] = set(tags.tag)
    assert len(set(suppliers.region[tags.supplier])) == 4
    assert (hazards.target[hazards.scope == "tag"] == port).all()
    assert (hazards.scope == "tag").any()
