"""A portfolio without the SKUs that cannot be planned, their capital kept for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.budget import with_budget, with_category_budgets, with_quarters
from optimizer.domain.input_change import INPUTS
from optimizer.domain.manifest import SetAside
from optimizer.domain.portfolio import Portfolio
from optimizer.errors import BadInputError, Problem
from optimizer.inputs.findings import Findings
from optimizer.inputs.present_capital import present_capital
from optimizer.inputs.readers.cells import Cells
from optimizer.inputs.settings.origin import COMMAND_LINE, Tree
from optimizer.inputs.sieve import AsideRow

KEY: Final = "set_aside"
ASIDE: Final = f"{INPUTS}.{KEY}"
"""The override that sets SKUs aside: ``true``, or the capital that is kept for them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AsideSkus:
    """
    The SKUs set aside, sorted.

    `capital` is what they tie up today, NaN where that is not known; `category` is ``""`` for none.
    """

    sku: list[str]
    category: list[str]
    capital: FloatArray

    @property
    def known(self) -> float:
        """What is known to be tied up. [currency]"""
        return round(float(np.nansum(self.capital)), 2)


def take_set_aside(inputs: Tree, findings: Findings) -> tuple[Tree, bool | float | None]:
    """Return changes of inputs without the key that sets SKUs aside, and its value, if any."""
    own = dict(inputs.get(INPUTS, {}))
    value: Any = own.pop(KEY, None)
    if value is not None and value is not True and not _is_amount(value):
        rule, remedy = "is neither true nor an amount", "Write true, or leave it out."
        findings.add(
            Problem(file=COMMAND_LINE, column=ASIDE, value=f"{value}", rule=rule, remedy=remedy)
        )
    return ({INPUTS: own} if own else {}), value


def _is_amount(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0


def aside_skus(tables: Mapping[str, Cells], left: Mapping[str, Cells]) -> AsideSkus:
    """Return the SKUs of `skus` that are no longer left."""
    cells = tables["skus"]
    kept = set(left["skus"].columns["sku"].to_pylist())
    names = cells.columns["sku"].to_pylist()
    written = cells.columns.get("category")
    categories = [""] * len(names) if written is None else written.to_pylist()
    read = dict(zip(names, categories, strict=True))
    of_sku = {
        name: category
        for name, category in (dict.fromkeys(cells.unread.values(), "") | read).items()
        if name and name not in kept
    }
    skus = sorted(of_sku)
    return AsideSkus(
        sku=skus,
        category=[of_sku[sku] for sku in skus],
        capital=present_capital(tables, skus),
    )


def account_of(
    aside: AsideSkus, rows: Sequence[AsideRow], kept: int, stated: bool | float
) -> SetAside:
    """Return what a run tells of what was set aside."""
    names = set(aside.sku)
    return SetAside(
        skus=len(aside.sku),
        of=kept + len(aside.sku),
        problems=len(rows),
        strangers=sum(1 for row in rows if row.sku not in names),
        capital=aside.known,
        unknown=int(np.isnan(aside.capital).sum()),
        reserved=None if stated is True else float(stated),
    )


def with_reserve(portfolio: Portfolio, aside: AsideSkus) -> Portfolio:
    """
    Return the portfolio with what the SKUs set aside tie up taken off its budgets.

    Raises
    ------
    BadInputError
        If they tie up more than a budget.
    """
    budget, of_category = portfolio.settings.budget, np.array(aside.category, dtype=object)
    by_category = {
        name: float(np.nansum(aside.capital[of_category == name])) for name in budget.category
    }
    left = {
        name: _less(f"budget.category.{name}", limit, by_category[name])
        for name, limit in budget.category.items()
        if by_category[name]
    }
    if left:
        portfolio = with_category_budgets(portfolio, left)
    if budget.quarters is not None:
        quarters = (_less("budget.quarters", limit, aside.known) for limit in budget.quarters)
        portfolio = _telling(with_quarters(portfolio, tuple(quarters)), aside.known)
    if budget.capital is not None:
        left_of_all = _less("budget.capital", budget.capital, aside.known)
        return _telling(with_budget(portfolio, left_of_all), aside.known)
    return _telling(portfolio, round(sum(by_category.values()), 2)) if left else portfolio


def _telling(portfolio: Portfolio, reserved: float) -> Portfolio:
    """Return the portfolio with what was taken off its budgets told, in its overrides, too."""
    told = portfolio.set_aside and portfolio.set_aside.model_copy(update={"reserved": reserved})
    overrides = tuple(
        f"{ASIDE}={reserved!r}" if override.startswith(f"{ASIDE}=") else override
        for override in portfolio.overrides
    )
    return replace(portfolio, set_aside=told, overrides=overrides)


def _less(key: str, budget: float, reserved: float) -> float:
    if reserved > budget:
        rule = f"the SKUs set aside tie up {reserved:,.2f} today, which is more"
        remedy = "Correct these SKUs, or raise the budget."
        problem = Problem(
            file="--set-aside", column=key, value=f"{budget:.15g}", rule=rule, remedy=remedy
        )
        raise BadInputError([problem])
    return round(budget - reserved, 2)
