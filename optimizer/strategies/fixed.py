"""Today, pure just in time, and just in case by the rule of thumb, as plans."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray, TextArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.errors import BadInputError, Problem
from optimizer.metrics.segment import segment
from optimizer.strategies.in_force import in_force
from optimizer.strategies.nearest import Wish, nearest
from optimizer.strategies.second_source import second_source

BEST: Final = "best"
NEUTRAL: Final = "neutral"
"""The plan at ω = 0, which a solver finds."""
RESERVE_DAYS: Final = 30.0
"""Reserve of just in case if the primary supplier states no ``ttr_days``. [days of demand]"""

JUST_IN_TIME: Final = Wish(policies=("jit",), lean=True)
WITH_VMI: Final = "C-low, VMI offered"
JUST_IN_CASE: Final[dict[str, tuple[str, ...]]] = {
    "A-high": ("stockpile",),
    "B-high": ("stockpile",),
    "C-high": ("forward_buy",),
    "A-low": ("reorder_point",),
    "B-low": ("reorder_point",),
    "C-low": ("reorder_point",),
    WITH_VMI: ("vmi", "reorder_point"),
}
"""Policies by value class and supplier risk: one of those that `RULE_OF_THUMB` allows."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strategy:
    """
    A strategy as a plan.

    Attributes
    ----------
    designs
        One row per SKU; None if the plan in force cannot be priced, and `note` says why.
    stand_ins
        Number of SKUs with demand that use a fallback option.
    """

    name: str
    designs: Designs | None
    stand_ins: int = 0
    note: str = ""


def fixed_strategies(portfolio: Portfolio) -> list[Strategy]:
    """
    Return today (if there is a plan in force), just in time and just in case.

    Raises
    ------
    BadInputError
        If a SKU has no option; every such SKU is listed.
    """
    strategies = [just_in_time(portfolio), just_in_case(portfolio)]
    if portfolio.plan_in_force is None:
        return strategies
    try:
        return [today(portfolio), *strategies]
    except BadInputError as refusal:
        first, *others = refusal.problems
        note = f"{first} There are more such SKUs." if others else str(first)
        return [Strategy(name="today", designs=None, note=note), *strategies]


def today(portfolio: Portfolio) -> Strategy:
    """
    Return the plan in force.

    Raises
    ------
    BadInputError
        If there is none, or a decision in it cannot be priced; the first 100 are listed.
    """
    if portfolio.plan_in_force is None:
        raise BadInputError([_NO_PLAN])
    return Strategy(name="today", designs=in_force(portfolio, portfolio.plan_in_force))


def just_in_time(portfolio: Portfolio) -> Strategy:
    """
    Return the policy `jit` at its lowest service level, without alternates, for every SKU.

    Raises
    ------
    BadInputError
        If a SKU has no option; every such SKU is listed.
    """
    only_wish = np.zeros(len(portfolio.skus), dtype=np.int64)
    options = nearest(portfolio, [JUST_IN_TIME], only_wish)
    return Strategy(name="jit", designs=options.designs, stand_ins=_denied(options.granted))


def just_in_case(portfolio: Portfolio) -> Strategy:
    """
    Return the rule of thumb: `JUST_IN_CASE` at the highest service level.

    SKUs of value classes A and B with high supply risk get a reserve that outlasts their primary's
    time to recover, and the alternate with the lowest yearly cost.

    Raises
    ------
    BadInputError
        If a SKU has no option; every such SKU is listed.

    References
    ----------
    .. [1] The rule of thumb: ``optimizer.metrics.allowed.RULE_OF_THUMB``.
    """
    group = _groups(portfolio)
    secured = (group == "A-high") | (group == "B-high")
    days = np.where(secured, _days_to_recover(portfolio), 0.0)
    wish_of, distinct = pd.factorize(pd.MultiIndex.from_arrays([group, days]))
    wishes = [Wish(policies=JUST_IN_CASE[name], reserve_days=reserve) for name, reserve in distinct]
    options = nearest(portfolio, wishes, wish_of.astype(np.int64))
    source = _second_source(portfolio, secured)
    alternates = np.stack([source, np.full_like(source, -1)], axis=1)
    single = secured & (portfolio.skus.demand_mean > 0.0) & (source < 0)
    return Strategy(
        name="jic",
        designs=replace(options.designs, alternates=alternates),
        stand_ins=_denied(options.granted & ~single),
    )


def _groups(portfolio: Portfolio) -> TextArray:
    """Return the key of `JUST_IN_CASE` of every SKU."""
    codes, segments = pd.factorize(segment(portfolio))
    parts = [str(name).split("-") for name in segments]
    names = np.array([f"{value}-{risk}" for value, _, risk in parts], dtype=object)[codes]
    primary = portfolio.sources.supplier[portfolio.skus.primary]
    offers_vmi = (names == "C-low") & portfolio.suppliers.offers_vmi[primary]
    return np.where(offers_vmi, WITH_VMI, names)


def _days_to_recover(portfolio: Portfolio) -> FloatArray:
    stated = portfolio.suppliers.ttr_days[portfolio.sources.supplier[portfolio.skus.primary]]
    return np.where(stated > 0.0, stated, RESERVE_DAYS)


def _second_source(portfolio: Portfolio, secured: BoolArray) -> IntArray:
    """Return the alternate of every secured SKU, -1 for none."""
    allowed = secured & (portfolio.settings.max_alternates > 0)
    return np.where(allowed, second_source(portfolio), -1)


def _denied(granted: BoolArray) -> int:
    return int((~granted).sum())


_NO_PLAN: Final = Problem(
    file="--budget",
    value="today",
    rule="needs the plan table, which this portfolio does not have",
    remedy="Add the plan table with today's decisions, or give an amount, jit or jic.",
)
