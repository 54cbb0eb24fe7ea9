"""
What stands beside the plan as advice: scenario weights, today's inputs, what has a break-even.

Gaps, flips and break-even rates themselves are read at the relaxation's prices, like
`flip_price`: advice, which no other road leads to.  Older runs hold nothing of this.
"""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.engine.verify.decisions import Decisions
from optimizer.engine.verify.futures import Futures
from optimizer.engine.verify.ledger import RELATIVE, Ledger
from optimizer.engine.verify.money import stockout_cost_per_day
from optimizer.engine.verify.tables import numbers, texts

OF_WEIGHT = 1e-6
"""Difference allowed to weights, which a solver's duals give."""


def check_reasons(
    portfolio: Portfolio, run: RunTables, decisions: Decisions, futures: Futures, ledger: Ledger
) -> None:
    """Compare what can be found by another road, as far as the run holds it."""
    if "weight" in run.scenarios:
        _check_weights(portfolio, run, futures, ledger)
    failing = _failing(portfolio, futures)
    years = portfolio.settings.horizon.years
    supplier = portfolio.sources.supplier[portfolio.skus.primary]
    to_recover = portfolio.suppliers.ttr_days[supplier]
    for column, expected in (
        ("stockout_cost", stockout_cost_per_day(portfolio)),
        ("outage_probability", 1.0 - np.maximum(1.0 - failing, 0.0) ** (1.0 / years)),
        ("time_to_recover", to_recover),
    ):
        if column in decisions.rows:
            found = numbers(decisions.rows, column)
            found = np.nan_to_num(found) if column == "time_to_recover" else found
            ledger.numbers(f"plan.{column}, SKU", decisions.names, found, expected, scale=1.0)
    if len(run.break_even):
        _check_break_even(portfolio, run, decisions, failing, ledger)


def _check_weights(portfolio: Portfolio, run: RunTables, futures: Futures, ledger: Ledger) -> None:
    """Weights sum to 1, and none is less than its part of the expected loss."""
    weight = np.empty(len(futures.probability))
    weight[numbers(run.scenarios, "scenario").astype(np.int64)] = numbers(run.scenarios, "weight")
    least = (1.0 - portfolio.settings.risk.tail_weight) * futures.probability
    scenarios = [str(s) for s in range(len(weight))]
    holds = weight >= least - OF_WEIGHT
    rule = "at least (1 - risk.weight) x probability"
    ledger.require_all("scenarios.weight, scenario", scenarios, holds, weight.tolist(), rule)
    total = float(weight.sum())
    ledger.require(abs(total - 1.0) <= OF_WEIGHT, f"scenarios.weight, sum: found {total!r}, not 1")


def _failing(portfolio: Portfolio, futures: Futures) -> FloatArray:
    """Probability that each SKU's primary supplier fails within the horizon.  Shape ``(N,)``."""
    struck = np.where(futures.outage_days > 0.0, futures.probability[:, None], 0.0)
    by_supplier: FloatArray = struck.sum(axis=0)
    return by_supplier[portfolio.sources.supplier[portfolio.skus.primary]]


def _check_break_even(
    portfolio: Portfolio,
    run: RunTables,
    decisions: Decisions,
    failing: FloatArray,
    ledger: Ledger,
) -> None:
    """Every alternate, onboarding and reserve of the plan is there once, with today's rate."""
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
        ledger.refuse(f"break_even: found {' '.join(row)} in one of plan and break_even only")
    ledger.require(len(listed) == len(set(listed)), "break_even: found a row twice")
    rate = dict(zip(decisions.names, failing.tolist(), strict=True))
    years = portfolio.settings.horizon.years
    own = [n for n, name in enumerate(sku) if name in rate]
    chance = np.array([rate[sku[n]] for n in own])
    sure = chance > 1.0 - RELATIVE
    expected = -np.log(np.where(sure, 1.0, 1.0 - chance)) / years
    found = np.where(sure, 0.0, numbers(table, "outage_rate")[own])
    ledger.numbers("break_even.outage_rate,", [sku[n] for n in own], found, expected, scale=1.0)
