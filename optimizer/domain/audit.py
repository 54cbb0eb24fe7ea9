"""What an audit finds in a portfolio: every SKU, what can be down, and where to begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from optimizer.domain.manifest import About

AUDITED: Final = (
    *("sku", "description", "category", "site", "primary_supplier", "region"),
    *("segment", "movement_class", "demand_class", "risk_days"),
    *("spend_a_year", "spend_share"),
    *("severity", "occurrence", "detection", "rpn", "rpn_rank"),
    *("at_risk", "at_risk_rank", "reversal"),
    *("backup", "time_to_survive", "time_to_recover", "exposed", "loss_if_down"),
    *("demand_mean", "actual_demand", "bias", "standard_error", "bias_share", "forecast_verdict"),
    *("rule_policy", "rule_allows", "policy"),
    *("reorder_point", "order_quantity", "capital", "buffer_verdict"),
    *("better_reorder_point", "buffer_saving", "buffer_capital"),
)
"""Columns of the SKUs."""
FIRST_PARTS: Final = ("sku", "at_risk", "why", "next_step")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Audit:
    """
    What was found.

    Attributes
    ----------
    summary
        Sums and counts by name, None for what the data do not give.
    notes
        What could not be told, each with what is missing.
    skus
        `AUDITED`, by falling spend; None where something is not known.  Money a year, but what is
        lost if a supplier is down, and capital.
    nodes
        What can be down as a whole: `optimizer.metrics.down.NODES`.
    first_parts
        `FIRST_PARTS`: the three to five SKUs to begin with.
    scorecard
        Rows of name, value, unit, note: what was promised to customers and by suppliers, and kept.
    review
        `optimizer.domain.review.REVIEWED`: what changed since the earlier quarter; no rows where
        the audit was not asked to compare, then the summary has no ``review`` either.
    """

    folder: Path
    currency: str
    about: About
    summary: Mapping[str, Any]
    notes: tuple[str, ...]
    skus: pd.DataFrame
    nodes: pd.DataFrame
    first_parts: pd.DataFrame
    scorecard: pd.DataFrame
    review: pd.DataFrame

    def __fspath__(self) -> str:
        """Return its folder: what takes a path takes it."""
        return str(self.folder)
