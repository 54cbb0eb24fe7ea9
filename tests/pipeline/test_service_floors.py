"""Whole jobs with service floors and the survival of critical SKUs: kept, priced, or refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from optimizer.inputs.read import read_portfolio
from tests.pipeline.conftest import Command

COARSE = ("--set", "solver.gap=0.01", "--set", "risk.measure=cvar")
FLOOR = "service:category:electronics"


def floor(fill_rate: float) -> tuple[str, str]:
    """Return the options that ask for a fill rate of electronics."""
    return "--set", f'limits.service=[{{category="electronics", fill_rate={fill_rate}}}]'


def manifest(run: str) -> dict[str, Any]:
    """Return what a run states."""
    text = Path(f"results/{run}/manifest.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def test_a_floor_is_kept_priced_and_told(ballast: Command, small: Path) -> None:
    """
    Proves: a floor above what the free plan serves is kept and costs; its price stands on page,
    workbook and terminal as what a point more costs; the run is verified; strategies that serve
    less do not keep it; the frontier goes on with it.
    """
    loose = floor(0.5)
    assert ballast("solve", str(small), "--run", "free", *loose, *COARSE).code == 0
    free = manifest("free")
    short = free["resources"][FLOOR]["used"]
    asked = floor(round(1.0 - 0.5 * short / 100.0, 4))
    done = ballast("solve", str(small), "--run", "tight", *asked, *COARSE)
    assert done.code == 0, done.err
    tight = manifest("tight")
    use = tight["resources"][FLOOR]
    assert use["used"] <= use["limit"] < short
    assert use["price"] > 0.0
    assert tight["objective"] > free["objective"]
    said = re.sub(r"\s+", " ", done.out)
    assert "Held back by fill rate in category electronics: " in said
    assert " would cost at least " in said
    page = Path("results/tight/report.html").read_text(encoding="utf-8")
    assert "Fill rate in category electronics" in page
    assert "would cost at least" in page
    book = openpyxl.load_workbook("results/tight/report.xlsx", read_only=True)
    rows = {row[0]: row for row in book["Limits"].iter_rows(values_only=True)}
    assert rows["Fill rate in category electronics"][2] == 100.0 - use["used"]
    strategies = Path("results/tight/strategies.csv").read_text(encoding="utf-8")
    assert FLOOR in strategies
    assert ballast("verify", "tight").code == 0
    capital = tight["resources"]["capital"]["used"]
    swept = ballast(
        "frontier", str(small), *asked, *COARSE, "--budgets", f"{capital:.0f}:{2 * capital:.0f}:3"
    )
    assert swept.code == 0, swept.err


def test_a_floor_that_no_plan_reaches_is_named_with_the_best(ballast: Command, small: Path) -> None:
    """Proves: exit 3, nothing written, and the fill rate that is named is within reach."""
    done = ballast("solve", str(small), *floor(0.9999999), *COARSE)
    assert done.code == 3
    said = re.search(r"floor of category electronics from 99.99999 % to ([\d.]+) %", done.err)
    assert said is not None
    assert not list(Path().glob("results/*/manifest.json"))
    within = floor(float(said[1]) / 100.0)
    done = ballast("solve", str(small), *within, *COARSE)
    assert done.code == 0, done.err


def test_critical_skus_survive_at_a_price(ballast: Command, small: Path) -> None:
    """
    Proves: under tts_covers_ttr every critical SKU without alternates covers its supplier's time to
    recover, also with finer levels, and the run is verified; a what-if prices the rule; where no
    option survives, every such SKU is named with what it lacks, and exit 2.
    """
    rule = ("--set", "limits.tts_covers_ttr=8", *COARSE)
    done = ballast("solve", str(small), "--run", "lasts", *rule, "--set", "catalogue.refine=true")
    assert done.code == 0, done.err
    portfolio = read_portfolio(small)
    skus, suppliers = portfolio.skus, portfolio.suppliers
    days = suppliers.ttr_days[portfolio.sources.supplier[skus.primary]]
    plan = pd.read_csv("results/lasts/plan.csv", keep_default_na=False).set_index("sku")
    plan = plan.loc[list(skus.sku)]
    alone = (skus.severity >= 8.0) & (plan["alternates"] == "") & (skus.demand_mean > 0.0)
    assert alone.any()
    assert (plan["cover_days"][alone] >= days[alone] - 1e-6).all()
    assert (plan["cover_days"].to_numpy() < days).any()
    assert ballast("verify", "lasts").code == 0
    Path("rules.csv").write_text("name,limits.tts_covers_ttr\nsurvive,8\n", encoding="utf-8")
    told = ballast("what-if", str(small), "rules.csv", "--json", *COARSE)
    assert told.code == 0, told.err
    costs = {row["what_if"]: row["objective"] for row in json.loads(told.out)}
    assert costs["survive"] > costs["base"]
    none = ("--set", "policies.stockpile.reserve_days=[0]", "--set", "max_alternates=0")
    done = ballast(
        "solve", str(small), *rule, *none, "--set", "policies.forward_buy.lot_days_min=[]"
    )
    assert done.code == 2
    assert "limits.tts_covers_ttr" in done.err
    assert "the longest cover is" in done.err
