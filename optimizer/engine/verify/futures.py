"""Scenarios, outages and shocks as the run drew them: well-formed, and as arrays (MODEL 4)."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.engine.verify.ledger import Ledger
from optimizer.engine.verify.tables import numbers, texts

SURGE: Final = "surge"
PRICE: Final = "price"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Futures:
    """
    The scenarios in order.

    Attributes
    ----------
    probability, loss
        As stated.  Shape ``(S,)``.
    outage_days
        Shape ``(S, J)``, aligned with the portfolio's suppliers.
    category
        Column of each SKU's category in the shocks.  Shape ``(N,)``.
    surge, surge_days, price, price_days
        Multiplier (1 for none) and duration (0 for none).  Shape ``(S, C)``.
    """

    probability: FloatArray
    loss: FloatArray
    outage_days: FloatArray
    category: IntArray
    surge: FloatArray
    surge_days: FloatArray
    price: FloatArray
    price_days: FloatArray

    def only(self, scenarios: IntArray) -> Futures:
        """Return these scenarios alone."""
        of_scenarios = [f.name for f in fields(self) if f.name != "category"]
        return replace(self, **{name: getattr(self, name)[scenarios] for name in of_scenarios})


def check_futures(portfolio: Portfolio, run: RunTables, ledger: Ledger) -> None:
    """Check that the three tables speak of the same scenarios, suppliers and categories."""
    scenario = numbers(run.scenarios, "scenario")
    rule = f"the whole numbers 0 to {len(scenario) - 1}, each once"
    in_place = np.sort(scenario) == np.arange(len(scenario))
    ledger.require(len(scenario) > 0, "scenarios: found no row, expected at least one")
    rows = _rows(run.scenarios)
    ledger.require_all(
        "scenarios.scenario, ordered row", rows, in_place, np.sort(scenario).tolist(), rule
    )
    probability = numbers(run.scenarios, "probability")
    positive = probability >= 0.0
    ledger.require_all(
        "scenarios.probability, row", rows, positive, probability.tolist(), "at least 0"
    )
    ledger.number("scenarios.probability, sum", float(probability.sum()), 1.0)
    suppliers = [str(name) for name in portfolio.suppliers.supplier]
    _check_events(portfolio, run, "outages", {"supplier": suppliers}, ledger)
    kinds = {"category": _categories(portfolio), "kind": [SURGE, PRICE]}
    _check_events(portfolio, run, "shocks", kinds, ledger)
    multiplier = numbers(run.shocks, "multiplier")
    fine = np.isfinite(multiplier) & (multiplier >= 0.0)
    ledger.require_all(
        "shocks.multiplier, row", _rows(run.shocks), fine, multiplier.tolist(), "at least 0"
    )


def futures_of(portfolio: Portfolio, run: RunTables) -> Futures:
    """Return the checked tables as arrays."""
    order = np.argsort(numbers(run.scenarios, "scenario"))
    suppliers = portfolio.suppliers.supplier.tolist()
    categories = _categories(portfolio)
    shape = (len(order), len(categories))
    surges = run.shocks[run.shocks["kind"] == SURGE]
    prices = run.shocks[run.shocks["kind"] == PRICE]
    outages = np.zeros((len(order), len(suppliers)))
    return Futures(
        probability=numbers(run.scenarios, "probability")[order],
        loss=numbers(run.scenarios, "loss")[order],
        outage_days=_spread(outages, run.outages, "supplier", suppliers, "days"),
        category=pd.Index(categories).get_indexer(pd.Index(portfolio.skus.category)),
        surge=_spread(np.ones(shape), surges, "category", categories, "multiplier"),
        surge_days=_spread(np.zeros(shape), surges, "category", categories, "days"),
        price=_spread(np.ones(shape), prices, "category", categories, "multiplier"),
        price_days=_spread(np.zeros(shape), prices, "category", categories, "days"),
    )


def _check_events(
    portfolio: Portfolio,
    run: RunTables,
    table: str,
    known: dict[str, list[str]],
    ledger: Ledger,
) -> None:
    """Check scenario, names and days of a table of events, and that no event stands twice."""
    frame: pd.DataFrame = getattr(run, table)
    rows = _rows(frame)
    scenario, days = numbers(frame, "scenario"), numbers(frame, "days")
    n_scenarios, longest = len(run.scenarios), portfolio.settings.horizon.days
    there = _whole(scenario, 0, n_scenarios - 1)
    ledger.require_all(
        f"{table}.scenario, row", rows, there, scenario.tolist(), f"one of the {n_scenarios}"
    )
    ledger.require_all(
        f"{table}.days, row",
        rows,
        _whole(days, 0, longest),
        days.tolist(),
        f"whole days, 0 to {longest}",
    )
    for column, names in known.items():
        stated = texts(frame, column)
        holds = np.isin(np.array(stated, dtype=object), np.array(names, dtype=object))
        rule = f"a {column} of the portfolio"
        ledger.require_all(f"{table}.{column}, row", rows, holds, stated, rule)
    twice = frame.duplicated(["scenario", *known]).to_numpy()
    ledger.require_all(f"{table}, row", rows, ~twice, ["the event again"] * len(rows), "it once")


def _categories(portfolio: Portfolio) -> list[str]:
    """Return the categories of the SKUs and of the hazards, sorted."""
    hazards = portfolio.hazards
    targets = hazards.target[hazards.scope == "category"]
    return sorted({*portfolio.skus.category.tolist(), *targets.tolist()})


def _spread(
    filled: FloatArray, frame: pd.DataFrame, column: str, names: list[str], value: str
) -> FloatArray:
    """Return the array with one cell set per row of the table."""
    place = pd.Index(names, dtype=object).get_indexer(pd.Index(texts(frame, column), dtype=object))
    filled[numbers(frame, "scenario").astype(np.int64), place] = numbers(frame, value)
    return filled


def _rows(frame: pd.DataFrame) -> list[str]:
    return [str(row + 1) for row in range(len(frame))]


def _whole(values: FloatArray, low: int, high: int) -> BoolArray:
    holds: BoolArray = (values == np.floor(values)) & (values >= low) & (values <= high)
    return holds
