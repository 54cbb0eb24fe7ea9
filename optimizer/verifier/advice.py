"""
Checks what a run states beside the plan: tail weights, today's inputs, the rows of break_even.

Gaps, flips and break-even rates themselves depend on the relaxation's shadow prices, like
`flip_price`: they are advice, with no second method to check them.  Older runs have none of this.
"""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.verifier.decisions import Decisions
from optimizer.verifier.drawn_strikes import DrawnFutures
from optimizer.verifier.hazard_reach import HazardReach
from optimizer.verifier.ledger import Ledger
from optimizer.verifier.node_curves import stockout_cost_per_day
from optimizer.verifier.table_form import numbers, texts

OF_WEIGHT = 1e-6
"""Difference allowed in weights, which come from a solver's duals."""


def check_reasons(
    portfolio: Portfolio,
    run: RunTables,
    decisions: Decisions,
    *,
    futures: DrawnFutures,
    reach: HazardReach,
    ledger: Ledger,
) -> None:
    """Compare what a second method can recompute, as far as the run states it."""
    if "weight" in run.scenarios:
        _check_weights(portfolio, run, futures, ledger)
    supplier = portfolio.sources.supplier[portfolio.skus.primary]
    struck = reach.strikes_a_year()[supplier]
    to_recover = portfolio.suppliers.ttr_days[supplier]
    for column, expected in (
        ("stockout_cost", stockout_cost_per_day(portfolio)),
        ("outage_probability", -np.expm1(-struck)),
        ("time_to_recover", to_recover),
    ):
        if column in decisions.rows:
            stated = numbers(decisions.rows, column)
            stated = np.nan_to_num(stated) if column == "time_to_recover" else stated
            ledger.numbers(f"plan.{column}, SKU", decisions.names, stated, expected, scale=1.0)
    if len(run.break_even):
        _check_break_even(run, decisions, struck, ledger)


def _check_weights(
    portfolio: Portfolio, run: RunTables, futures: DrawnFutures, ledger: Ledger
) -> None:
    """Check that tail weights are in the risk envelope, times the charge at most."""
    settings = portfolio.settings
    weight = np.empty(len(futures.probability))
    weight[numbers(run.scenarios, "scenario").astype(np.int64)] = numbers(run.scenarios, "weight")
    total, scenarios = float(weight.sum()), range(len(weight))
    most = np.full(len(weight), total)
    rule = "0 to the weight of the whole tail"
    cvar = run.manifest.resources.get("cvar")
    if settings.risk.measure == "cvar" or cvar is not None:
        most = futures.probability / (1.0 - settings.risk.level) * total
        rule = "0 to probability / (1 - risk.level) of the weight of the whole tail"
    holds = (weight >= -OF_WEIGHT) & (weight <= most + OF_WEIGHT)
    ledger.require_all("scenarios.weight, scenario", scenarios, holds, weight, rule)
    charge = settings.tail_charge + (cvar.price if cvar is not None else 0.0)
    ledger.require(
        total <= charge + OF_WEIGHT,
        f"scenarios.weight, sum: found {total!r}, expected at most the charge {charge!r}",
    )


def _check_break_even(
    run: RunTables, decisions: Decisions, struck: FloatArray, ledger: Ledger
) -> None:
    """Check that every alternate, onboarding and reserve is listed once, with today's rate."""
    table = run.break_even
    kind, sku, supplier = (texts(table, name) for name in ("kind", "sku", "supplier"))
    stated = texts(decisions.rows, "alternates")
    bought = {
        *(("source", n, j) for n, all_ in zip(decisions.names, stated, strict=True)
          for j in all_.split(";") if j),
        *(("supplier", "", j) for j in texts(run.onboardings, "supplier")),
        *(("reserve", decisions.names[i], "") for i in np.flatnonzero(decisions.reserve_days)),
    }  # fmt: skip
    listed = list(zip(kind, sku, supplier, strict=True))
    for row in sorted(set(listed) ^ bought):
        ledger.record(f"break_even: found {' '.join(row)} in one of plan and break_even only")
    ledger.require(len(listed) == len(set(listed)), "break_even: found a row twice")
    rate = dict(zip(decisions.names, struck.tolist(), strict=True))
    of_sku = [n for n, name in enumerate(sku) if name in rate]
    names = [sku[n] for n in of_sku]
    expected = np.array([rate[name] for name in names])
    outage_rate = numbers(table, "outage_rate")[of_sku]
    ledger.numbers("break_even.outage_rate,", names, outage_rate, expected, scale=1.0)
