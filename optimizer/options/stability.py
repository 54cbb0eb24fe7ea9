"""Which options the plan in force keeps from being offered: locks, dead band, cap on a move."""

from __future__ import annotations

from typing import Final

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.errors import Problem
from optimizer.options.change import held_alike, policy_in_force, sources_alike
from optimizer.options.holding import Stock, stock
from optimizer.options.law import smallest_unit

_PERCENT: Final = 100.0
_SLACK: Final = 1e-9
_ANY_LEVEL: Final = 0.5


def held_back(portfolio: Portfolio, designs: Designs, held: Stock) -> BoolArray:
    r"""
    Return which designs are not offered for what is in force, their alternates aside.

    .. math:: \text{move} = 100\,\max\Bigl(\frac{|s - s_0|}{\max(|s_0|, \delta)},
              \frac{|Q - Q_0|}{\max(Q_0, \delta)}\Bigr), \qquad s = r + R

    with :math:`s_0, Q_0` of the decision in force under today's demand.  A decision that must stay
    keeps every other one back; a move below `stability.min_change_percent` within the policy in
    force, and one above `stability.max_change_percent`, are not offered.

    Parameters
    ----------
    portfolio
        Its plan in force, if any.
    designs
        Any designs of its SKUs.
    held
        Their stock, from `stock`.

    Returns
    -------
    BoolArray
        Shape ``(O,)``.  Never the decision in force itself; nothing of a SKU that has none, or
        has no demand.
    """
    in_force, settings = portfolio.plan_in_force, portfolio.settings.stability
    back = np.zeros(len(designs), dtype=np.bool_)
    if in_force is None or not (settings.binds or in_force.keep.any()):
        return back
    sku = designs.sku
    differs = ~held_alike(portfolio, designs, held)
    back |= differs & in_force.keep[sku]
    if settings.binds:
        move = _move(portfolio, designs, held)
        within = policy_in_force(portfolio, in_force, sku) == designs.policy
        most = np.inf if settings.max_change_percent is None else settings.max_change_percent
        small = within & (move < settings.min_change_percent - _SLACK)
        back |= differs & (small | (move > most + _SLACK))
    return back & (portfolio.skus.demand_mean[sku] > 0.0)


def sources_held_back(portfolio: Portfolio, designs: Designs) -> BoolArray:
    """Return which designs have other alternates than a decision that must stay.  ``(O,)``"""
    in_force = portfolio.plan_in_force
    if in_force is None or not in_force.keep.any():
        return np.zeros(len(designs), dtype=np.bool_)
    kept = in_force.keep & (portfolio.skus.demand_mean > 0.0)
    return kept[designs.sku] & ~sources_alike(portfolio, designs)


def left_without(portfolio: Portfolio, skus: IntArray) -> list[Problem]:
    """Return one problem for every SKU that what is in force leaves without an option."""
    return [_problem(portfolio, sku) for sku in skus.tolist()]


def _move(portfolio: Portfolio, designs: Designs, held: Stock) -> FloatArray:
    """Return by how much each design moves stock level or lot; NaN where nothing is in force. %"""
    skus, row = np.unique(designs.sku, return_inverse=True)
    before = stock_in_force(portfolio, skus)
    unit = smallest_unit(portfolio, designs.sku)
    was, is_now = (of.reorder_point + of.reserve_units for of in (before, held))
    pairs = ((was[row], is_now), (before.order_quantity[row], held.order_quantity))
    moves = [np.abs(now - then) / np.maximum(np.abs(then), unit) for then, now in pairs]
    return np.asarray(_PERCENT * np.maximum(*moves))


def stock_in_force(portfolio: Portfolio, skus: IntArray) -> Stock:
    """
    Return what the decisions in force hold under today's demand; NaN where there is none.

    Parameters
    ----------
    skus
        Rows of the SKUs, ascending.
    """
    in_force = portfolio.plan_in_force
    assert in_force is not None  # noqa: S101  the caller looked
    policy = policy_in_force(portfolio, in_force, skus)
    by_policy = policy >= 0
    by_number = ~by_policy & ~np.isnan(in_force.reorder_point[skus])
    designs = Designs(
        sku=skus,
        policy=np.where(by_policy, policy, 0),
        service_level=np.where(by_policy, in_force.service_level[skus], _ANY_LEVEL),
        reserve_days=np.where(by_policy, in_force.reserve_days[skus], 0.0),
        lot_days_min=np.where(by_policy, in_force.lot_days_min[skus], 0.0),
        lot_factor=np.where(by_policy, in_force.lot_factor[skus], 1.0),
        reorder_point=in_force.reorder_point[skus],
        order_quantity=in_force.order_quantity[skus],
        alternates=np.full((len(skus), 2), -1),
    )
    held = stock(portfolio, designs)
    known = by_policy | by_number
    numbers = {name: getattr(held, name) for name in Stock.__dataclass_fields__}
    return Stock(**{name: np.where(known, column, np.nan) for name, column in numbers.items()})


def _problem(portfolio: Portfolio, sku: int) -> Problem:
    in_force = portfolio.plan_in_force
    assert in_force is not None  # noqa: S101  without one nothing is held back
    name = portfolio.skus.sku[sku]
    if in_force.keep[sku]:
        return Problem(
            file="plan",
            column="keep",
            value=name,
            rule="must keep its decision, which is no longer possible: its policy, level, reserve "
            "or lot is not offered, an alternate is none of its sources, or a limit on cover or "
            "shelf life excludes it",
            remedy="Remove keep for it, or offer again what the decision needs.",
        )
    return Problem(
        file="skus",
        column="sku",
        value=name,
        rule="no option is left: what is possible moves further than stability.max_change_percent "
        "or less than stability.min_change_percent from the decision in force",
        remedy="Raise stability.max_change_percent, or lower stability.min_change_percent.",
    )
