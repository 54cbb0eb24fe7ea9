"""The run's scenarios and strikes: checks their form, and returns them as arrays (MODEL 4)."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray, TextArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.verifier.hazard_reach import OUTAGE, HazardReach
from optimizer.verifier.ledger import Ledger, shown
from optimizer.verifier.table_form import numbers, row_names

OF_A_STRIKE = ("hazard", "start_day", "days", "multiplier")
"""Columns in which all rows of one strike agree."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawnBlows:
    """
    One row per strike and target hit.  Every column ``(K,)``.

    `strike` numbers the strikes of all scenarios; `target` is the row of the supplier hit, -1 if a
    category is hit.
    """

    scenario: IntArray
    strike: IntArray
    hazard: IntArray
    target: IntArray
    start_day: FloatArray
    days: FloatArray

    def take(self, rows: IntArray | BoolArray) -> DrawnBlows:
        """Return only these rows."""
        return DrawnBlows(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawnFutures:
    """The scenarios in order, with stated `probability` and `loss` ``(S,)``, and their strikes."""

    probability: FloatArray
    loss: FloatArray
    blows: DrawnBlows

    def only(self, scenarios: BoolArray) -> DrawnFutures:
        """Return only the strikes of these scenarios."""
        return replace(self, blows=self.blows.take(scenarios[self.blows.scenario]))


def check_futures(portfolio: Portfolio, reach: HazardReach, run: RunTables, ledger: Ledger) -> None:
    """Check that scenarios and strikes are well-formed; raise at once if they are not."""
    scenario = numbers(run.scenarios, "scenario")
    rule = f"the whole numbers 0 to {len(scenario) - 1}, each once"
    rows, ordered = row_names(run.scenarios), np.sort(scenario)
    ledger.require(len(scenario) > 0, "scenarios: found no row, expected at least one")
    in_place = ordered == np.arange(len(scenario))
    ledger.require_all("scenarios.scenario, ordered row", rows, in_place, ordered, rule)
    probability = numbers(run.scenarios, "probability")
    positive = probability >= 0.0
    ledger.require_all("scenarios.probability, row", rows, positive, probability, "at least 0")
    ledger.number("scenarios.probability, sum", float(probability.sum()), 1.0)
    _check_strikes(portfolio, run, ledger)
    ledger.settle()
    _check_reach(portfolio, reach, run, ledger)
    ledger.settle()


def futures_of(portfolio: Portfolio, run: RunTables) -> DrawnFutures:
    """Return the checked tables as arrays."""
    order = np.argsort(numbers(run.scenarios, "scenario"))
    table = run.strikes
    return DrawnFutures(
        probability=numbers(run.scenarios, "probability")[order],
        loss=numbers(run.scenarios, "loss")[order],
        blows=DrawnBlows(
            scenario=numbers(table, "scenario").astype(np.int64),
            strike=_strike(table),
            hazard=_rows_of(portfolio.hazards.hazard, table["hazard"]),
            target=_rows_of(portfolio.suppliers.supplier, table["target"]),
            start_day=numbers(table, "start_day"),
            days=numbers(table, "days"),
        ),
    )


def _check_strikes(portfolio: Portfolio, run: RunTables, ledger: Ledger) -> None:
    """Check each cell of the strikes on its own."""
    table, settings = run.strikes, portfolio.settings
    rows, last = row_names(table), len(run.scenarios) - 1
    longest, end = settings.scenarios.longest_days, settings.horizon.days
    scenario, strike = numbers(table, "scenario"), numbers(table, "strike")
    start, days = numbers(table, "start_day"), numbers(table, "days")
    in_portfolio = _rows_of(portfolio.hazards.hazard, table["hazard"]) >= 0
    for column, holds, rule in (
        ("scenario", _whole(scenario, 0, last), f"one of the {last + 1}"),
        ("strike", _whole(strike, 0, np.inf), "a whole number"),
        ("hazard", in_portfolio, "a hazard of the portfolio"),
        ("start_day", (start >= -longest) & (start < end), f"in [-{longest}, {end})"),
        ("days", _whole(days, 1, longest), f"whole days, 1 to {longest}"),
    ):
        ledger.require_all(f"strikes.{column}, row", rows, holds, table[column], rule)


def _check_reach(portfolio: Portfolio, reach: HazardReach, run: RunTables, ledger: Ledger) -> None:
    """Check targets and strength of strikes, and that all rows of one strike agree."""
    table, hazards = run.strikes, portfolio.hazards
    rows, hazard = row_names(table), _rows_of(hazards.hazard, table["hazard"])
    is_outage = (hazards.kind == OUTAGE)[hazard]
    supplier = _rows_of(portfolio.suppliers.supplier, table["target"])
    reached = np.append(reach.suppliers, np.zeros((len(hazards), 1), dtype=np.bool_), axis=1)
    of_category = table["target"].to_numpy(dtype=object) == hazards.target[hazard]
    holds = np.where(is_outage, reached[hazard, supplier], of_category).astype(np.bool_)
    rule = "a target in reach of its hazard"
    ledger.require_all("strikes.target, row", rows, holds, table["target"], rule)
    strong = np.where(is_outage, 1.0, hazards.multiplier[hazard])
    multiplier = numbers(table, "multiplier")
    ledger.numbers("strikes.multiplier, row", rows, multiplier, strong.astype(np.float64))
    lasts = reach.lasts[hazard, numbers(table, "days").astype(np.int64)]
    constant = portfolio.hazards.duration_cv[hazard] == 0.0
    holds = (lasts > 0.0) | ~constant
    rule = "the constant duration of its hazard"
    ledger.require_all("strikes.days, row", rows, holds, table["days"], rule)
    strike = _strike(table)
    twice = table.assign(strike=strike).duplicated(["strike", "target"]).to_numpy()
    ledger.require_all("strikes.target, row", rows, ~twice, table["target"], "every target once")
    _, first = np.unique(strike, return_index=True)
    for column in OF_A_STRIKE:
        cells = table[column].to_numpy()
        of_first = cells[first][np.searchsorted(strike[first], strike)]
        for row in np.flatnonzero(cells != of_first).tolist():
            ledger.record(
                f"strikes.{column}, row {row + 1}: found {shown(cells[row])}, expected "
                f"{shown(of_first[row])}, as in the first row of this strike"
            )
    ledger.checks += len(OF_A_STRIKE) * len(table)


def _strike(table: pd.DataFrame) -> IntArray:
    """Number the strikes of all scenarios; rows of one strike share a number."""
    keys = table[["scenario", "strike"]].astype(np.float64)
    return np.asarray(keys.groupby(["scenario", "strike"]).ngroup(), dtype=np.int64)


def _rows_of(names: TextArray, cells: pd.Series[Any]) -> IntArray:
    """Return the row of every name, -1 if it is missing."""
    row = pd.Index(names).get_indexer(pd.Index(cells, dtype=object))
    return np.asarray(row, dtype=np.int64)


def _whole(values: FloatArray, low: float, high: float) -> BoolArray:
    holds: BoolArray = (values == np.floor(values)) & (values >= low) & (values <= high)
    return holds
