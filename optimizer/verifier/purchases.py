"""One-time purchases of the plan: qualifications and onboardings (MODEL 3 and 6)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.domain.arrays import BoolArray, IntArray
from optimizer.domain.portfolio import CANDIDATE, Portfolio
from optimizer.domain.run import RunTables
from optimizer.verifier.certain_costs import qualification_cash
from optimizer.verifier.decisions import Decisions
from optimizer.verifier.ledger import Ledger
from optimizer.verifier.table_form import numbers, texts


def qualified(portfolio: Portfolio, decisions: Decisions) -> BoolArray:
    """Return whether the plan qualifies each alternate: candidates with demand.  ``(N, 2)``."""
    candidate = np.append(portfolio.sources.role == CANDIDATE, False)[decisions.alternates]
    active: BoolArray = candidate & (portfolio.skus.demand_mean > 0.0)[:, None]
    return active


def onboarded(portfolio: Portfolio, run: RunTables) -> IntArray:
    """Return the rows of the suppliers that the plan onboards."""
    names = pd.Index(texts(run.onboardings, "supplier"), dtype=object)
    row = pd.Index(portfolio.suppliers.supplier).get_indexer(names)
    return np.unique(row[row >= 0]).astype(np.int64)


def check_qualifications(
    portfolio: Portfolio, decisions: Decisions, run: RunTables, ledger: Ledger
) -> None:
    """Check that the table lists every candidate that the plan uses, once, at its cost."""
    sku, place = np.nonzero(qualified(portfolio, decisions))
    source = decisions.alternates[sku, place]
    supplier = portfolio.suppliers.supplier[portfolio.sources.supplier[source]]
    expected = [f"{decisions.names[i]} at {j}" for i, j in zip(sku, supplier, strict=True)]
    stated = _pairs(run.qualifications)
    _check_same(ledger, "qualifications, SKU", stated, expected)
    cost = pd.Series(numbers(run.qualifications, "cost"), index=stated)
    ledger.numbers(
        "qualifications.cost, SKU",
        expected,
        np.asarray(cost[~cost.index.duplicated()].reindex(expected), dtype=np.float64),
        qualification_cash(portfolio, decisions)[sku, place],
    )


def check_onboardings(
    portfolio: Portfolio, decisions: Decisions, run: RunTables, ledger: Ledger
) -> None:
    """Check that every alternate's supplier is onboarded, none twice, at the right cost."""
    suppliers = portfolio.suppliers
    names = [str(name) for name in suppliers.supplier]
    _check_listed(portfolio, run, ledger)
    listed = onboarded(portfolio, run)
    available = suppliers.onboarded.copy()
    available[listed] = True
    used = np.append(portfolio.sources.supplier, -1)[decisions.alternates]
    for i, k in zip(*np.nonzero((used >= 0) & ~np.append(available, True)[used]), strict=True):
        name = names[used[i, k]]
        ledger.record(
            f"onboardings, supplier {name}: found no row, expected one: SKU {decisions.names[i]} "
            "has it as an alternate and it is not onboarded"
        )
    ledger.checks += len(used)
    serves = np.bincount(used[used >= 0], minlength=len(names)).astype(np.float64)
    table = run.onboardings.drop_duplicates("supplier").set_index("supplier")
    of_listed = table.reindex([names[j] for j in listed]).reset_index()
    keys = texts(of_listed, "supplier")
    for column, expected in (("cost", suppliers.onboarding_cost), ("skus", serves)):
        stated = numbers(of_listed, column)
        ledger.numbers(f"onboardings.{column}, supplier", keys, stated, expected[listed])


def _check_listed(portfolio: Portfolio, run: RunTables, ledger: Ledger) -> None:
    suppliers = portfolio.suppliers
    stated = texts(run.onboardings, "supplier")
    row = pd.Index(suppliers.supplier).get_indexer(pd.Index(stated, dtype=object))
    already = np.append(suppliers.onboarded, False)[row]
    once = ~run.onboardings.duplicated("supplier").to_numpy()
    for holds, rule in (
        (row >= 0, "a supplier of the portfolio"),
        (~already, "a supplier not yet onboarded"),
        (once, "every supplier once"),
    ):
        ledger.require_all("onboardings, supplier", stated, holds, stated, rule)


def _pairs(table: pd.DataFrame) -> list[str]:
    stated = zip(texts(table, "sku"), texts(table, "supplier"), strict=True)
    return [f"{sku} at {supplier}" for sku, supplier in stated]


def _check_same(ledger: Ledger, where: str, stated: list[str], expected: list[str]) -> None:
    """Check that the same keys are listed, each once."""
    listed, wanted = pd.Index(stated, dtype=object), pd.Index(expected, dtype=object)
    ledger.checks += len(expected)
    for key in wanted.difference(listed):
        ledger.record(f"{where} {key}: found no row, expected one")
    for key in listed.unique().difference(wanted):
        ledger.record(f"{where} {key}: found a row, expected none: the plan does not need it")
    for key in listed[listed.duplicated()].unique():
        ledger.record(f"{where} {key}: found more than one row, expected one")
