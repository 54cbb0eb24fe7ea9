r"""
The capital that an option ties up in each of the next four quarters, today's stock counted.

.. math:: a_{ok} = c\,\bigl(\max(b_o I_o,\; b\,s_k) + b\,\text{blocked}\bigr)

:math:`s_k` is the most of today's stock that stands in quarter k (`maths.used_up`).  A plan holds
its own level from the start, and what stands above it until it is used up.  Today's stock is on the
books by the policy in force, :math:`b`: it does not leave them because another policy is chosen.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio, StockOnHand
from optimizer.maths.used_up import QUARTERS, most_by_quarter
from optimizer.options.catalogue import policy_column

CAPITAL_BY_QUARTER = tuple(f"capital_q{k}" for k in range(1, QUARTERS + 1))
"""Names of the resources."""


class OnBooks(NamedTuple):
    """
    Today's stock on own books, 0 where it was not counted. [unit]

    `most` is the most that stands in each quarter, ``(4, n)``; `blocked` stands in all, ``(n,)``.
    """

    most: FloatArray
    blocked: FloatArray


def on_books(portfolio: Portfolio, counted: StockOnHand, skus: IntArray) -> OnBooks:
    """
    Return today's stock of some SKUs as far as it is on own books.

    Parameters
    ----------
    skus
        Rows of the SKUs.  Shape ``(n,)``.
    """
    primary = portfolio.skus.primary[skus]
    books = books_today(portfolio, skus)
    most = most_by_quarter(
        counted.usable[skus],
        counted.on_order[skus],
        portfolio.skus.demand_mean[skus],
        portfolio.sources.lead_time_mean[primary],
    )
    return OnBooks(
        most=np.nan_to_num(books * most), blocked=np.nan_to_num(books * counted.blocked[skus])
    )


def books_today(portfolio: Portfolio, skus: IntArray) -> FloatArray:
    """Return the share of today's stock that is on own books, 1 without a policy in force."""
    current = portfolio.plan_in_force
    if current is None:
        return np.ones(len(skus))
    policies = portfolio.settings.policies
    shares = [policies[name].own_books if name else 1.0 for name in current.policy[skus]]
    return np.array(shares, dtype=np.float64)


def capital_by_quarter(
    portfolio: Portfolio, designs: Designs, mean_on_hand: FloatArray
) -> FloatArray:
    """
    Return the stock at cost that designs tie up in each quarter, one-time cash excepted.

    Parameters
    ----------
    portfolio
        With its stock on hand.
    mean_on_hand
        Of the designs.  Shape ``(O,)``. [unit]

    Returns
    -------
    FloatArray
        Shape ``(4, O)``. [currency]
    """
    today, of_plan = _both(portfolio, designs, mean_on_hand)
    cost = portfolio.skus.unit_cost[designs.sku]
    return np.asarray(cost * (np.maximum(of_plan, today.most) + today.blocked))


def capital_by_quarter_rises(
    portfolio: Portfolio, designs: Designs, mean_on_hand: FloatArray
) -> FloatArray:
    """
    Return by how much that rises with a unit more of mean stock; 0 where today's stock exceeds it.

    It is a subgradient: the capital is convex in the mean stock.

    Returns
    -------
    FloatArray
        Shape ``(4, O)``. [currency/unit]
    """
    today, of_plan = _both(portfolio, designs, mean_on_hand)
    books = policy_column(portfolio.settings, "own_books")[designs.policy]
    cost = portfolio.skus.unit_cost[designs.sku]
    return np.where(of_plan >= today.most, cost * books, 0.0)


def _both(
    portfolio: Portfolio, designs: Designs, mean_on_hand: FloatArray
) -> tuple[OnBooks, FloatArray]:
    """Return what stands of today's stock, and what the designs hold on own books. [unit]"""
    counted = portfolio.stock_on_hand
    assert counted is not None  # noqa: S101  only a portfolio with its stock has these resources
    skus, place = np.unique(designs.sku, return_inverse=True)
    today = on_books(portfolio, counted, skus)
    of_plan = policy_column(portfolio.settings, "own_books")[designs.policy] * mean_on_hand
    return OnBooks(today.most[:, place], today.blocked[place]), of_plan
