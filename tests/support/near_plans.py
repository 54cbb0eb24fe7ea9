"""Alternatives to draw and write; their figures are plausible, not found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from optimizer.domain.alternatives import (
    BEST,
    FEWER_ALTERNATES,
    FEWER_CHANGES,
    LESS_CONCENTRATED,
    OTHER_DECISIONS,
    OTHER_SUPPLIERS,
    AlternativePlan,
    Alternatives,
    SharedSupplier,
)
from tests.support.frontiers import make_about
from tests.support.what_ifs import plan


def make_alternatives(name: str = "") -> Alternatives:
    """
    Build a best plan and three others of 40 SKUs; the last SKU alone is decided alike in all.

    Of the others the first serves two aspects, for 10,000 EUR more than the best plan's 1,000,000.

    Parameters
    ----------
    name
        Text of a user, in the place of the first SKU, its alternate, the region and the run.
    """
    plans = (
        _plan(BEST, 0, ()),
        _plan(OTHER_SUPPLIERS, 1, (FEWER_ALTERNATES,)),
        _plan(OTHER_DECISIONS, 2, ()),
        _plan(LESS_CONCENTRATED, 3, ()),
    )
    return Alternatives(
        folder=Path("results/near"),
        currency="EUR",
        run=name or "spring",
        within=0.05,
        region=name or "Asia",
        plans=plans,
        not_found={FEWER_CHANGES: "no plan within the limit was found that has less"},
        decisions=_decisions([one.plan for one in plans], name),
        suppliers=(SharedSupplier(supplier=name or "Alfa", in_all=1, in_some=2),),
        about=make_about("spring", "near"),
    )


def _plan(aspect: str, number: int, also: tuple[str, ...]) -> AlternativePlan:
    figures = plan(aspect, 1e6 + 1e4 * number)
    figures.pop("capital_limit")
    amounts = {
        "same_decisions": 40.0 - number,
        "alternates_kept": 4.0 - number / 2.0,
        "changes": None,
        "alternates": 4.0 - number,
        "regional_loss": 30_000.0 - 1_000.0 * number,
    }
    return AlternativePlan(
        **figures,
        plan=aspect,
        also=also,
        dearer=0.01 * number,
        skus_differ=number,
        levels_differ=2 * number,
        amounts=amounts,
    )


def _decisions(plans: list[str], name: str) -> pd.DataFrame:
    skus = [name or "S-01", *(f"S-{row:02d}" for row in range(2, 41))]
    rows: dict[str, Any] = {"sku": skus, "sure": [False] * 39 + [True], "same_levels": False}
    for number, of_plan in enumerate(plans):
        rows |= {
            f"{of_plan}:policy": "safety_stock",
            f"{of_plan}:service_level": 0.95,
            f"{of_plan}:reserve_days": 0.0,
            f"{of_plan}:alternates": [name or "Alfa", *[""] * 39],
            f"{of_plan}:capital": 100.0,
            f"{of_plan}:expected_cost": 20.0 + number,
        }
    return pd.DataFrame(rows)
