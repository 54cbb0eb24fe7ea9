"""The real history of health commodities, imported, solved at a budget that binds, verified."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from tests.pipeline.conftest import Command
from tests.support.public_data import HAZARDS, HISTORY, needs_public_data


@needs_public_data
@pytest.mark.parametrize(
    ("cut", "n_skus"), [("sku", 78), pytest.param("destination", 284, marks=pytest.mark.slow)]
)
def test_the_scms_portfolio_is_solved_with_proof(ballast: Command, cut: str, n_skus: int) -> None:
    """
    Proves: public files → portfolio → plan within 1e-4 of proven cost, capital used up.

    The plan is a mix: three policies at least, second sources for more than one SKU in four.
    """
    words = ("--hazards", str(HAZARDS), "--out", "scms", "--set", f"by={cut}")
    imported = ballast("import", "scms", str(HISTORY), *words)
    assert imported.code == 0, imported.err
    done = ballast("solve", "scms", "--run", "real", "--json")
    assert done.code == 0, done.err
    manifest = json.loads(done.out)
    assert manifest["settings"]["risk"]["measure"] == "cvar"
    assert manifest["gap"] <= 1e-4
    capital = manifest["resources"]["capital"]
    assert 0.99 * capital["limit"] <= capital["used"] <= capital["limit"]
    assert capital["price"] > 0.0
    plan = pd.read_parquet("results/real/plan.parquet")
    assert plan["service_level"].nunique() >= 3
    assert manifest["catalogue_gap"] <= 1e-3
    assert (plan["alternates"] != "").sum() > n_skus // 4
    checked = ballast("verify", "real", "--json")
    assert checked.code == 0, checked.err
    assert json.loads(checked.out)["checks"] > 50 * n_skus
