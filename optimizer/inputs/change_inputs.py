"""A portfolio with some of its inputs changed, and what was changed in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.input_change import (
    CHANGEABLE,
    COLUMNS,
    Change,
    InputChange,
    SupplierLost,
)
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.errors import Problem
from optimizer.inputs.findings import Findings, short
from optimizer.inputs.lose_supplier import without_supplier
from optimizer.inputs.settings.origin import COMMAND_LINE

_ROWS: Final = {"skus": "SKU", "sources": "source", "suppliers": "supplier"}


def with_changes(
    portfolio: Portfolio, changes: Sequence[Change], findings: Findings
) -> tuple[Portfolio, dict[str, str]]:
    """
    Return a portfolio with its inputs changed, and each change in words, by its key.

    Parameters
    ----------
    changes
        In the order in which they are made; of two values of one input neither is taken.
    findings
        Hears of what cannot be done or would do nothing.
    """
    words: dict[str, list[str]] = defaultdict(list)
    set_by: dict[tuple[str, int], str] = {}
    changed = portfolio
    for change in changes:
        if isinstance(change, SupplierLost):
            changed, said = without_supplier(changed, change, findings)
        else:
            changed, said = _changed(changed, change, set_by, findings)
        words[change.key].append(said + _dearer(portfolio, changed, change))
        portfolio = changed
    return changed, {key: "; ".join(said) for key, said in words.items()}


def _changed(
    portfolio: Portfolio,
    change: InputChange,
    set_by: dict[tuple[str, int], str],
    findings: Findings,
) -> tuple[Portfolio, str]:
    """Make one change; note why it cannot be made."""
    table = CHANGEABLE[change.what]
    rows = np.flatnonzero(_where(portfolio, change))
    old = getattr(portfolio, table)
    names = COLUMNS.get(change.what, (change.what,))
    before = getattr(old, names[0])[rows]
    after = before * change.amount if change.is_factor else np.full(len(rows), change.amount)
    problem = _problem(portfolio, change, before, after) or _twice(change, rows, set_by)
    if problem:
        findings.add(problem)
        return portfolio, ""
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(before > 0.0, after / before, 1.0)
    columns = {names[0]: _put(getattr(old, names[0]), rows, after)}
    for name in names[1:]:
        column = getattr(old, name)
        columns[name] = _put(column, rows, column[rows] * factor)
    return replace(portfolio, **{table: replace(old, **columns)}), _words(change, len(rows))


def _where(portfolio: Portfolio, change: InputChange) -> BoolArray:
    """Return which rows of its table a change applies to."""
    skus, sources, suppliers = portfolio.skus, portfolio.sources, portfolio.suppliers
    table = CHANGEABLE[change.what]
    if table == "suppliers":
        every = np.ones(len(suppliers), dtype=np.bool_)
        return every if change.scope == "all" else suppliers.supplier == change.name
    if table == "sources" and change.scope == "supplier":
        return np.asarray(suppliers.supplier[sources.supplier] == change.name)
    of_sku = {
        "all": np.ones(len(skus), dtype=np.bool_),
        "sku": skus.sku == change.name,
        "category": skus.category == change.name,
        "supplier": suppliers.supplier[sources.supplier[skus.primary]] == change.name,
    }[change.scope]
    return np.asarray(of_sku if table == "skus" else of_sku[sources.sku])


def _problem(
    portfolio: Portfolio, change: InputChange, before: FloatArray, after: FloatArray
) -> Problem | None:
    """Return why a change cannot be made, or would change nothing."""
    rule = remedy = ""
    if not len(before):
        rule = f"applies to nothing: no SKU has {short(change.name)} as its primary supplier"
        remedy = "Name another supplier, or the SKUs."
    elif change.what == "demand" and not change.is_factor and np.any((before == 0) & (after > 0)):
        which = portfolio.skus.sku[_where(portfolio, change)][before == 0.0]
        rule = f"{short(str(which[0]))} has no demand whose deviation could follow"
        remedy = "State its demand in the table skus."
    elif np.array_equal(before, after):
        rule, remedy = "changes nothing: this is so already", "Leave it out, or write another."
    if not rule:
        return None
    return Problem(
        file=COMMAND_LINE, column=change.key, value=f"{change.amount:g}", rule=rule, remedy=remedy
    )


def _twice(
    change: InputChange, rows: IntArray, set_by: dict[tuple[str, int], str]
) -> Problem | None:
    """Return that another change states a value of the same input, which is ambiguous."""
    if change.is_factor:
        return None
    others = {set_by.setdefault((change.what, row), change.key) for row in rows.tolist()}
    others.discard(change.key)
    if not others:
        return None
    return Problem(
        file=COMMAND_LINE,
        column=change.key,
        value=f"{change.amount:g}",
        rule=f"states a value that {min(others)} states too, which is ambiguous",
        remedy="State each value once; factors may be combined.",
    )


def _words(change: InputChange, n_rows: int) -> str:
    """Return a change as people say it: ``demand × 1.2 (42 SKUs of category bearings)``."""
    how = f"× {change.amount:g}" if change.is_factor else f"= {change.amount:g}"
    return f"{change.what.replace('_', ' ')} {how} ({_applies_to(change, n_rows)})"


def _applies_to(change: InputChange, n_rows: int) -> str:
    table = CHANGEABLE[change.what]
    if change.scope == "sku" and table == "skus":
        return f"SKU {change.name}"
    number = f"{n_rows:,} {_ROWS[table]}" + ("" if n_rows == 1 else "s")
    by_primary = change.scope == "supplier" and table == "skus"
    of = "primary supplier" if by_primary else change.scope.replace("sku", "SKU")
    return number if change.scope == "all" else f"{number} of {of} {change.name}"


def _dearer(before: Portfolio, after: Portfolio, change: Change) -> str:
    """Say what buying from the primaries costs more, which no plan's cost holds."""
    if not isinstance(change, SupplierLost) and change.what != "unit_cost":
        return ""
    price = after.skus.unit_cost - before.skus.unit_cost
    more = float(price @ after.skus.demand_mean) * DAYS_PER_YEAR
    if not more:
        return ""
    currency, way = after.settings.currency, "more" if more > 0.0 else "less"
    return f", buying itself {abs(more):,.0f} {currency} a year {way}, beside the plan's cost"


def _put(column: FloatArray, rows: IntArray, values: Any) -> FloatArray:
    changed = column.copy()
    changed[rows] = values
    return changed
