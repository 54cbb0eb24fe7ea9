"""Whole jobs with today's stock: told, limited by quarter, verified, or refused with repairs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook

from optimizer.domain.manifest import Manifest
from optimizer.errors import VerificationError
from optimizer.jobs.reopen import reopen
from optimizer.options import resource_use
from optimizer.verifier import verify
from tests.pipeline.conftest import Command

QUICK = (
    *("--set", "scenarios.count=200", "--set", "risk.measure=cvar"),
    *("--set", "catalogue.refine=false"),
)
STOCK = """\
sku,on_hand,on_order,blocked,as_of
BRACKET-01,20000,0,0,2026-07-01
CONTROLLER-7,1900,0,60,2026-07-01
SENSOR-12,390,400,0,2026-07-01
SEAL-KIT,700,0,0.5,2026-07-01
"""
WITHIN = "budget.quarters=[600000, 430000, 240000, 220000]"


def words(text: str) -> str:
    """Return what was printed, in one line."""
    return re.sub(r"\s+", " ", text)


def stated(run: str) -> dict[str, Any]:
    """Return what a run states."""
    manifest: dict[str, Any] = json.loads(Path(f"results/{run}/manifest.json").read_text("utf-8"))
    return manifest


@pytest.fixture
def stocked(ballast: Command) -> str:
    """Return the template's portfolio with far more stock than it needs, and one SKU uncounted."""
    assert ballast("init", "stocked").code == 0
    Path("stocked/stock.csv").write_text(STOCK, encoding="utf-8")
    return "stocked"


def test_what_is_tied_up_on_the_way_is_said(ballast: Command, stocked: str) -> None:
    """
    Proves: a plan within its budget that ties up more on the way says so, with the quarter, the
    reason and the excess over the budget, in the terminal, on the page and in the workbook; what
    the run states is verified.
    """
    done = ballast("solve", stocked, "--run", "way", "--budget", "250000", *QUICK)
    assert done.code == 0, done.err
    told = words(done.out)
    resources = stated("way")["resources"]
    assert resources["capital_q1"]["used"] > 250_000.0 >= resources["capital"]["used"]
    assert re.search(
        r"on the way there up to [\d,]+ EUR is tied up in quarter 1, because stock", told
    )
    assert "more than the budget of 250,000 EUR" in told
    assert "1 SKU without a row in stock: taken to be at the plan's level" in told
    assert 'stock has no row for 1 of 5 SKUs, first "PUMP-SPARE"' in words(done.err)
    page = words(Path("results/way/report.html").read_text("utf-8"))
    assert '<h2 id="stock">Stock on hand</h2>' in page
    assert "because stock of CONTROLLER-7, BRACKET-01" in page
    assert '"excess-data"' in page
    book = load_workbook("results/way/report.xlsx")
    assert {"Stock on hand", "Excess stock"} <= set(book.sheetnames)
    assert ballast("verify", "way").code == 0


def test_limits_by_quarter_are_kept_and_priced(ballast: Command, stocked: str) -> None:
    """
    Proves: the plan keeps the capital of every quarter, which the free plan does not, costs more
    for it, and says what more in the quarter that binds would save; refinement keeps them too.
    """
    assert ballast("solve", stocked, "--run", "free", *QUICK).code == 0
    done = ballast("solve", stocked, "--run", "kept", *QUICK, "--set", WITHIN)
    assert done.code == 0, done.err
    assert "Held back by capital in quarter 3" in words(done.out)
    free, kept = stated("free"), stated("kept")
    assert free["resources"]["capital_q3"]["used"] > 240_000.0
    assert free["resources"]["capital_q3"]["limit"] is None
    assert kept["objective"] > free["objective"]
    limits = (600_000.0, 430_000.0, 240_000.0, 220_000.0)
    for k, limit in enumerate(limits, start=1):
        assert kept["resources"][f"capital_q{k}"]["used"] <= limit
    assert kept["resources"]["capital_q3"]["price"] > 0.0
    finer = ("--set", "catalogue.refine=true")
    assert ballast("solve", stocked, "--run", "fine", *QUICK, "--set", WITHIN, *finer).code == 0
    fine = stated("fine")
    assert fine["resources"]["capital_q3"]["used"] <= 240_000.0
    assert fine["objective"] <= kept["objective"] * (1.0 + 1e-9)
    assert ballast("verify", "fine").code == 0


def test_limits_that_todays_stock_breaks_are_refused_with_the_repair(
    ballast: Command, stocked: str
) -> None:
    """Proves: exit code 3, and the amounts named for the quarters are enough."""
    limits = [500_000.0, 430_000.0, 200_000.0, 200_000.0]
    asked = (*QUICK, "--set", f"budget.quarters={limits}")
    done = ballast("solve", stocked, *asked)
    assert done.code == 3
    raised = re.findall(r"budget\.quarters, quarter (\d), by ([\d,.]+) EUR", words(done.err))
    assert [quarter for quarter, _ in raised] == ["1", "3"]
    for quarter, more in raised:
        limits[int(quarter) - 1] += float(more.replace(",", ""))
    asked = (*QUICK, "--set", f"budget.quarters={limits}")
    assert ballast("solve", stocked, "--run", "raised", *asked).code == 0


def test_a_frontier_keeps_the_quarters_at_every_budget(ballast: Command, stocked: str) -> None:
    """Proves: each point of a frontier, nested or not, keeps the limits by quarter."""
    for name, nested in (("curve", ()), ("nested", ("--nested",))):
        done = ballast(
            *("frontier", stocked, "--budgets", "100k:200k:3", "--run", name),
            *(*QUICK, *nested, "--set", WITHIN),
        )
        assert done.code == 0, done.err
        points = Path("results").glob(f"{name}-*/manifest.json")
        runs = [json.loads(point.read_text("utf-8")) for point in points]
        used = [run["resources"]["capital_q3"]["used"] for run in runs]
        assert len(used) >= 3
        assert max(used) <= 240_000.0 * (1.0 + 1e-9)


@pytest.mark.parametrize(
    ("place", "change"),
    [
        (("resources", "capital_q2", "used"), lambda used: used * 1.001),
        (("stock_on_hand", "excess"), lambda excess: excess - 1.0),
        (("stock_on_hand", "to_spend"), lambda _: 0.0),
        (("stock_on_hand", "past_shelf_life"), lambda _: 0.0),
        (("stock_on_hand", "as_of"), lambda _: "2026-07-02"),
    ],
)
def test_a_wrong_figure_is_found(
    ballast: Command, stocked: str, place: tuple[str, ...], change: Callable[[Any], Any]
) -> None:
    """Proves: the verifier reproduces each figure, and names the one that is off."""
    assert ballast("solve", stocked, "--run", "one", *QUICK, "--budget", "250000").code == 0
    portfolio, tables = reopen(Path("results/one"))
    verify(portfolio, tables)
    written = tables.manifest.model_dump(mode="json")
    node = written
    for key in place[:-1]:
        node = node[key]
    node[place[-1]] = change(node[place[-1]])
    with pytest.raises(VerificationError, match=r"\.".join(place)):
        verify(portfolio, replace(tables, manifest=Manifest(**written)))


def test_a_model_that_forgets_todays_stock_is_refused(
    ballast: Command, stocked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: with a column that counts the plan's stock alone no run is written: planted fault."""

    def forgetful(portfolio: Any, designs: Any, mean_on_hand: Any) -> Any:
        held = portfolio.skus.unit_cost[designs.sku] * mean_on_hand
        return np.tile(held, (4, 1))

    monkeypatch.setattr(resource_use, "capital_by_quarter", forgetful)
    done = ballast("solve", stocked, "--run", "wrong", *QUICK, "--set", WITHIN)
    assert done.code == 5, done.err
    assert "capital_q1" in done.err
    assert not Path("results/wrong").exists()
