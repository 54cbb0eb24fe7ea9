"""What drops a design: the shelf life and the planner's cover limits (MODEL 2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.errors import Problem
from optimizer.options.holding import Stock, ratio
from optimizer.options.lot import least_lot

RELATIVE_TOLERANCE: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class DropRule:
    """A rule that drops designs, and what to say where it leaves a SKU without any."""

    breaks: Callable[[Portfolio, Designs, Stock], BoolArray]
    rule: str
    remedy: str


def broken(portfolio: Portfolio, designs: Designs, held: Stock) -> BoolArray:
    """
    Return which design breaks which rule.

    Parameters
    ----------
    portfolio
        Its SKUs' shelf lives and cover limits.
    designs
        Any designs of its SKUs.
    held
        Their stock.

    Returns
    -------
    BoolArray
        Shape ``(n_rules, O)``, in the order of `RULES`.  A SKU without demand breaks none; nor
        does the least lot that can be ordered, without a reserve, outlast the shelf life.

    References
    ----------
    .. [1] The model contract, section 2.
    """
    has_demand = portfolio.skus.demand_mean[designs.sku] > 0.0
    return np.stack([rule.breaks(portfolio, designs, held) & has_demand for rule in RULES])


def problems(portfolio: Portfolio, designs: Designs, breaks: BoolArray) -> list[Problem]:
    """
    Return why every SKU that has no design left has none.

    Parameters
    ----------
    portfolio
        Its SKUs.
    designs
        All designs of some of its SKUs.
    breaks
        From `broken`.  Shape ``(n_rules, O)``.

    Returns
    -------
    list of Problem
        One per SKU.
    """
    without = np.setdiff1d(designs.sku, designs.sku[~breaks.any(axis=0)])
    reasons = np.stack([np.isin(without, designs.sku[hit]) for hit in breaks], axis=1)
    return [
        _problem(portfolio, sku, np.flatnonzero(why))
        for sku, why in zip(without, reasons, strict=True)
    ]


def ineligible(portfolio: Portfolio, skus: IntArray) -> list[Problem]:
    """
    Return the problems of the SKUs that no policy is open to.

    Parameters
    ----------
    portfolio
        Its SKUs.
    skus
        Rows of the SKUs.

    Returns
    -------
    list of Problem
        One per SKU.
    """
    rule = "no policy is available to this SKU (lock_policy, its primary, the policy mode)"
    remedy = "Remove the lock, set policy_mode to free, or offer a policy with service levels."
    return [
        Problem(file="skus", column="sku", value=portfolio.skus.sku[i], rule=rule, remedy=remedy)
        for i in skus
    ]


def _problem(portfolio: Portfolio, sku: int, reasons: IntArray) -> Problem:
    said = [RULES[reason] for reason in reasons]
    return Problem(
        file="skus",
        column="sku",
        value=portfolio.skus.sku[sku],
        rule="no option is left: " + "; ".join(reason.rule for reason in said),
        remedy=" ".join(reason.remedy for reason in said),
    )


def _above(value: FloatArray, limit: FloatArray) -> BoolArray:
    return value > limit * (1.0 + RELATIVE_TOLERANCE)


def _outlives_shelf(portfolio: Portfolio, designs: Designs, held: Stock) -> BoolArray:
    demand = portfolio.skus.demand_mean[designs.sku]
    stays = held.lot_days + ratio(held.reserve_units, demand, 0.0)
    least = least_lot(portfolio, designs.sku) * (1.0 + RELATIVE_TOLERANCE)
    unavoidable = (held.order_quantity <= least) & (held.reserve_units == 0.0)
    outlasts: BoolArray = _above(stays, portfolio.skus.shelf_life_days[designs.sku]) & ~unavoidable
    return outlasts


def _below_min_cover(portfolio: Portfolio, designs: Designs, held: Stock) -> BoolArray:
    return _above(portfolio.skus.min_cover_days[designs.sku], held.cover_days)


def _above_max_cover(portfolio: Portfolio, designs: Designs, held: Stock) -> BoolArray:
    return _above(held.cover_days, portfolio.skus.max_cover_days[designs.sku])


RULES: Final = (
    DropRule(
        breaks=_outlives_shelf,
        rule="lot and reserve last longer than shelf_life_days",
        remedy="Raise shelf_life_days, or offer a policy with smaller lots or less reserve.",
    ),
    DropRule(
        breaks=_below_min_cover,
        rule="cover stays below min_cover_days",
        remedy="Lower min_cover_days, or offer a policy with more reserve.",
    ),
    DropRule(
        breaks=_above_max_cover,
        rule="cover exceeds max_cover_days",
        remedy="Raise max_cover_days, or offer a policy with smaller lots.",
    ),
)
