"""What a run folder holds (MODEL 6), as it was read back: nothing computed, nothing checked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

UNSEALED: Final = "[SHA-256 of manifest.json]"
"""Where a page will tell the hash of the manifest, once that is written."""
_NAME: Final = re.compile(r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._-]{0,63}(?<!\.)")
NAME_RULE: Final = (
    "must have 1 to 64 characters from A-Z, a-z, 0-9, _, - and ., begin with a letter or digit, "
    "and not end in a dot or contain two dots in a row"
)

BREAK_EVEN: Final = (
    "kind",
    "sku",
    "supplier",
    "cost",
    "saving",
    "outage_rate",
    "break_even_rate",
)
STRATEGIES: Final = (
    "strategy",
    "capital",
    "carrying",
    "ordering",
    "purchasing",
    "routine_stockout",
    "qualification",
    "onboarding",
    "expected_loss",
    "var",
    "cvar",
    "expected_cost",
    "risk_charge",
    "objective",
    "fill_rate",
    "turns",
    "alternates",
    "qualifications",
    "onboardings",
    "stand_ins",
    "exceeds",
    "note",
)


def is_name(name: str) -> bool:
    """Return whether a folder of this name can be a run."""
    return _NAME.fullmatch(name) is not None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RunTables:
    """
    The files of one run.

    Attributes
    ----------
    manifest
        ``manifest.json``.
    plan
        ``plan.parquet``, one row per SKU.
    curves
        Columns sku, node (days), loss, price: the chosen options' curves, 17 rows a SKU.
    qualifications
        Columns sku, supplier, cost: one row per SKU and candidate it qualifies; cost is cash.
    onboardings
        Columns supplier, cost, skus: one row per supplier onboarded; cost is cash, skus counts
        the SKUs that have it as an alternate.
    scenarios
        Columns scenario (0 … S − 1), probability, loss, weight.
    strikes
        Columns scenario, hazard, strike, target, start_day, days, multiplier, as `Strikes`, by
        name.
    expected
        Columns sku, hazard, expected_loss: adds up to the plan's; pairs without any are left out.
    break_even
        Columns kind, sku, supplier, cost, saving, outage_rate, break_even_rate.
    strategies
        `STRATEGIES`; one row for today, just in time, just in case and the plan itself; without
        rows in the points of a frontier.
    certificate
        The conflicts that prove a bound on VaR: bound, scenarios, weights, prices of the limits.
    """

    manifest: Mapping[str, Any]
    plan: pd.DataFrame
    curves: pd.DataFrame
    qualifications: pd.DataFrame
    onboardings: pd.DataFrame
    scenarios: pd.DataFrame
    strikes: pd.DataFrame
    expected: pd.DataFrame
    break_even: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=BREAK_EVEN))
    strategies: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=STRATEGIES))
    certificate: Sequence[Mapping[str, Any]] = ()
