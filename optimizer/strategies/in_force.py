"""The plan in force → designs, where every decision of it can be priced."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import PRIMARY, PlanInForce, Portfolio
from optimizer.errors import BadInputError, Problem

_MOST = 2  # alternates of one SKU
_ANY_LEVEL = 0.5
_LISTED = 100
_PLAINEST = ("reorder_point", "safety_stock")
"""Policies that the costs of mere numbers are taken from, the first one that is offered."""


def in_force(portfolio: Portfolio, today: PlanInForce) -> Designs:
    """
    Return today's decisions, whether or not an option may look like them.

    Where only numbers are stated, reorder point and order quantity, they are held as they are, at
    the plainest policy's costs: `reorder_point`, else `safety_stock`, else the first that is
    offered.

    Parameters
    ----------
    today
        The portfolio's plan in force.

    Returns
    -------
    Designs
        One row per SKU.  One without demand gets any policy, which costs it nothing, and no
        alternates.

    Raises
    ------
    BadInputError
        If the decision for a SKU with demand is missing or cannot be priced; 100 are listed.
    """
    has_demand = portfolio.skus.demand_mean > 0.0
    policy = _positions(portfolio, today)
    states_numbers = ~np.isnan(today.reorder_point) & ~np.isnan(today.order_quantity)
    only_numbers = (today.policy == "") & states_numbers & has_demand
    policy = np.where(only_numbers, _plainest(portfolio), policy)
    alternates, is_source = _alternates(portfolio, today, has_demand)
    problems = [
        *_problems(portfolio, has_demand & (policy < 0), *_NO_POLICY),
        *_problems(portfolio, ~is_source, *_NO_SOURCE),
    ]
    if problems:
        raise BadInputError(problems)
    return Designs(
        sku=np.arange(len(has_demand)),
        policy=np.where(has_demand, policy, 0),
        service_level=_decided(today.service_level, has_demand & ~only_numbers, _ANY_LEVEL),
        reserve_days=_decided(today.reserve_days, has_demand, 0.0),
        lot_days_min=_decided(today.lot_days_min, has_demand, 0.0),
        lot_factor=_decided(today.lot_factor, has_demand, 1.0),
        reorder_point=_decided(today.reorder_point, has_demand, np.nan),
        order_quantity=_decided(today.order_quantity, has_demand, np.nan),
        alternates=alternates,
    )


_NO_POLICY = (
    "has neither a policy of the settings nor numbers, so today's plan cannot be costed",
    "Fill in policy and service level, or reorder_point and order_quantity, in the plan table.",
)
_NO_SOURCE = (
    "has alternates that are not one or two of its sources, so today's plan cannot be costed",
    "Name suppliers listed for it in sources as qualified or candidate.",
)


def _decided(column: FloatArray, stated: BoolArray, otherwise: float) -> FloatArray:
    return np.where(stated, column, otherwise)


def _plainest(portfolio: Portfolio) -> int:
    """Return the position of the policy whose costs mere numbers are given."""
    policies = portfolio.settings.policies
    offered = [name for name, policy in policies.items() if policy.service_levels]
    named = next((name for name in _PLAINEST if name in offered), "")
    return list(policies).index(named or next(iter(offered), next(iter(policies))))


def _problems(portfolio: Portfolio, wrong: BoolArray, rule: str, remedy: str) -> list[Problem]:
    """Return a problem for every SKU marked wrong; beyond `_LISTED` only how many more."""
    names = portfolio.skus.sku[wrong].tolist()
    listed = [
        Problem(file="plan", column="sku", value=sku, rule=rule, remedy=remedy)
        for sku in names[:_LISTED]
    ]
    more = len(names) - len(listed)
    rest = Problem(file="plan", rule=f"{more:,} more SKUs like this", remedy="Correct those first.")
    return [*listed, rest] if more else listed


def _positions(portfolio: Portfolio, today: PlanInForce) -> IntArray:
    """Return the position of every SKU's policy, -1 for none or one that is not offered."""
    codes, names = pd.factorize(today.policy)
    known = pd.Index(list(portfolio.settings.policies), dtype=object)
    return np.asarray(known.get_indexer(pd.Index(names, dtype=object))[codes], dtype=np.int64)


def _alternates(
    portfolio: Portfolio, today: PlanInForce, has_demand: BoolArray
) -> tuple[IntArray, BoolArray]:
    """Return rows of `Sources` ``(N, 2)``, ascending, -1 for none; whether all named are such."""
    sources, n_suppliers = portfolio.sources, len(portfolio.suppliers)
    stated = np.where(has_demand, today.alternates, "")
    named = pd.Series([names.split(";") for names in stated]).explode()
    named = named[named != ""]
    sku = named.index.to_numpy(np.int64)
    supplier = pd.Index(portfolio.suppliers.supplier).get_indexer(pd.Index(named, dtype=object))
    offered = np.flatnonzero(sources.role != PRIMARY)
    keys = pd.Index(sources.sku[offered] * n_suppliers + sources.supplier[offered])
    place = keys.get_indexer(pd.Index(np.where(supplier < 0, -1, sku * n_suppliers + supplier)))
    number = named.groupby(level=0).cumcount().to_numpy(np.int64)
    fine = (place >= 0) & (number < _MOST) & ~pd.Series(place).duplicated().to_numpy()
    is_source = np.ones(len(has_demand), dtype=np.bool_)
    is_source[sku[~fine]] = False
    rows = np.full((len(has_demand), _MOST), len(sources))
    rows[sku[fine], number[fine]] = offered[place[fine]]
    rows.sort(axis=1)
    return np.where(rows < len(sources), rows, -1), is_source
