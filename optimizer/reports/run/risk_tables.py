"""Who and what is at risk: tables of the scorecard, for the page and the workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optimizer.metrics.breakdown import LAWS
from optimizer.reports.kit.measured_table import MeasuredTable


def suppliers_table(scorecard: Mapping[str, Any], currency: str) -> MeasuredTable:
    """Return suppliers by expected loss to their outages, the largest first."""
    return MeasuredTable(
        columns=(
            *("primary_supplier", "region", "strikes_a_year", "skus", "spend_share"),
            *("loss_to_outages", "tail_loss"),
        ),
        rows=[
            row | {"primary_supplier": row["supplier"], "loss_to_outages": row["expected_loss"]}
            for row in scorecard["suppliers"]
        ],
        currency=currency,
    )


def exposed_table(scorecard: Mapping[str, Any], currency: str) -> MeasuredTable:
    """Return the SKUs that run out before supply recovers, those with the most spend first."""
    return MeasuredTable(
        columns=(
            *("sku", "primary_supplier", "region", "cover_days", "whole_again_days"),
            "spend_a_day",
        ),
        rows=[
            row | {"primary_supplier": row["supplier"]}
            for row in scorecard["resilience"]["largest_exposed"]
        ],
        currency=currency,
    )


def demand_table(scorecard: Mapping[str, Any], currency: str) -> MeasuredTable:
    """Return how each kind of demand is served."""
    return MeasuredTable(
        columns=(
            *("demand_model", "demand_class", "skus", "capital", "fill_rate"),
            "routine_stockout",
        ),
        rows=[
            row | {"demand_model": LAWS.get(row["law"], row["law"])} for row in scorecard["demand"]
        ],
        currency=currency,
    )
