"""Next best money: what a step from one budget's plan to another's buys or gives up, by SKU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import BoolArray, FloatArray
from optimizer.domain.plan import Outcome
from optimizer.engine.decompose.pricing_model import Case
from optimizer.engine.optimize import worth
from optimizer.store.words import in_words

COLUMNS: Final = (
    "budget",
    "to_budget",
    "rank",
    "kind",
    "name",
    "option",
    "to_option",
    "capital",
    "saving",
    "return",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanStep:
    """A step from the plan of one budget to that of another, larger or smaller."""

    budget: float
    plan: Outcome
    to_budget: float
    to_plan: Outcome


def next_money(case: Case, step: PlanStep) -> pd.DataFrame:
    """
    Return the changes of a step: upwards the highest return first, downwards the lowest.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`; one row per SKU that changes its option, one per supplier onboarded or dropped,
        and one for the shift of the worst scenarios, so that the savings sum to the difference of
        the objectives.  ``option`` and ``to_option`` are in words; ``return`` is saving per
        capital, NaN if no capital is added, or freed by a cut.
    """
    rows = pd.concat([_skus(case, step), _suppliers(case, step)], ignore_index=True)
    total = step.plan.objective - step.to_plan.objective
    rest = total - float(rows["saving"].sum())
    is_more = step.to_budget > step.budget
    capital = rows["capital"].to_numpy()
    moves = capital > 0.0 if is_more else capital < 0.0
    rows["return"] = np.where(moves, rows["saving"] / np.where(moves, capital, 1.0), np.nan)
    order = rows["return"].fillna(-np.inf if is_more else np.inf)
    rows = rows.iloc[np.lexsort((-rows["saving"], -order if is_more else order))]
    if len(rows):
        shift = {"kind": "tail", "name": "", "option": "", "to_option": ""}
        last = pd.DataFrame([{**shift, "capital": 0.0, "saving": rest, "return": np.nan}])
        rows = pd.concat([rows, last], ignore_index=True)
    rows["budget"], rows["to_budget"] = step.budget, step.to_budget
    rows["rank"] = np.arange(1, len(rows) + 1)
    return rows[list(COLUMNS)]


def _skus(case: Case, step: PlanStep) -> pd.DataFrame:
    """Return one row per SKU whose option differs, losses weighted by the first plan's tail."""
    before, after = step.plan.plan.option, step.to_plan.plan.option
    changed = np.flatnonzero(before != after)
    old, new = before[changed], after[changed]
    used = case.resources.option_use[_capital(case)] * case.money_unit
    return pd.DataFrame(
        {
            "kind": "sku",
            "name": case.portfolio.skus.sku[changed],
            "option": in_words(case.portfolio, case.options.designs(old)),
            "to_option": in_words(case.portfolio, case.options.designs(new)),
            "capital": used[new] - used[old],
            "saving": worth(case, before, old) - worth(case, before, new),
        }
    )


def _suppliers(case: Case, step: PlanStep) -> pd.DataFrame:
    """Return one row per supplier that only one of the plans onboards."""
    settings, suppliers = case.portfolio.settings, case.portfolio.suppliers
    before, after = step.plan.plan.onboard, step.to_plan.plan.onboard
    changed = np.flatnonzero(before != after)
    written_off = settings.horizon.years / settings.onboarding.life_years
    return pd.DataFrame(
        {
            "kind": "supplier",
            "name": suppliers.supplier[changed],
            "option": np.where(before[changed], "onboarded", "not onboarded"),
            "to_option": np.where(after[changed], "onboarded", "not onboarded"),
            "capital": _signed(case.resources.onboard_use[_capital(case)], after)[changed]
            * case.money_unit,
            "saving": -_signed(suppliers.onboarding_cost * written_off, after)[changed]
            * case.money_unit,
        }
    )


def _signed(amount: FloatArray, added: BoolArray) -> FloatArray:
    return np.where(added, amount, -amount)


def _capital(case: Case) -> int:
    return case.resources.name.index("capital")
