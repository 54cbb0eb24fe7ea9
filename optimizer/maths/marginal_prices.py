"""What a sequence of budgets and the least costs found at them say: prices, knee, monotony."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray

_ARITHMETIC = 1e-12


class Shared(NamedTuple):
    """
    What one budget may take from another.

    Attributes
    ----------
    plan_of
        Budget whose plan is the cheapest that each can afford, its own where it is one of them.
        Shape ``(K,)``.
    bound_of
        Budget whose bound is the highest that holds for each, its own where it is one of them.
        Shape ``(K,)``.
    """

    plan_of: IntArray
    bound_of: IntArray


def share(objective: FloatArray, bound: FloatArray) -> Shared:
    """
    Return whose plan and whose bound each of some ascending budgets takes.

    A plan within a budget is within every larger one; what no plan of a budget can beat, no plan of
    a smaller one can.  So neither the costs nor the bounds rise with the budget.

    Parameters
    ----------
    objective, bound
        Shape ``(K,)``. [currency]

    Examples
    --------
    >>> share(np.array([9.0, 7.0, 8.0]), np.array([6.0, 7.0, 5.0]))
    Shared(plan_of=array([0, 1, 1]), bound_of=array([1, 1, 2]))
    """
    plan_of, bound_of = np.arange(len(objective)), np.arange(len(bound))
    for k in range(1, len(plan_of)):
        before = plan_of[k - 1]
        if objective[before] < objective[k]:
            plan_of[k] = before
    for k in range(len(bound_of) - 2, -1, -1):
        after = bound_of[k + 1]
        if bound[after] > bound[k]:
            bound_of[k] = after
    return Shared(plan_of, bound_of)


def next_price(budget: FloatArray, objective: FloatArray) -> FloatArray:
    r"""
    Return what each unit of money up to the next budget saves on average, NaN at the last.

    .. math:: (f_k - f_{k+1}) / (b_{k+1} - b_k)

    Parameters
    ----------
    budget, objective
        Budgets ascending.  Shape ``(K,)``. [currency]

    Examples
    --------
    >>> next_price(np.array([0.0, 5.0, 10.0]), np.array([230.0, 215.0, 190.0]))
    array([ 3.,  5., nan])
    """
    return np.append((objective[:-1] - objective[1:]) / np.diff(budget), np.nan)


def hull_price(budget: FloatArray, objective: FloatArray) -> FloatArray:
    """
    Return the slope of the lower convex hull to the right of each budget, NaN at the last.

    What a little more is worth where plans could be mixed: it never rises with the budget, as the
    differences between plans may.

    Parameters
    ----------
    budget, objective
        Budgets ascending.  Shape ``(K,)``. [currency]

    Examples
    --------
    >>> hull_price(np.array([0.0, 5.0, 10.0]), np.array([230.0, 215.0, 190.0]))
    array([ 4.,  4., nan])
    """
    price = np.full(len(budget), np.nan)
    at = 0
    while at < len(budget) - 1:
        fall = (objective[at] - objective[at + 1 :]) / (budget[at + 1 :] - budget[at])
        to = at + 1 + int(np.flatnonzero(fall >= fall.max() - _ARITHMETIC * abs(fall.max()))[-1])
        price[at:to] = fall.max()
        at = to
    return price


def below(price: FloatArray, rate: float) -> int | None:
    """
    Return the first budget from which on the next money earns less than a rate, None for none.

    Parameters
    ----------
    price
        `hull_price`, which never rises.  Shape ``(K,)``.
    rate
        In the unit of the price.

    Examples
    --------
    >>> below(np.array([4.0, 0.3, 0.05, np.nan]), 0.1), below(np.array([4.0, np.nan]), 0.1)
    (2, None)
    """
    less = np.flatnonzero(price < rate)
    return int(less[0]) if less.size else None


def knee(budget: FloatArray, objective: FloatArray) -> int | None:
    r"""
    Return the budget beyond which more money helps markedly less, None where there is none.

    With budgets and savings normalised to 0 … 1 it is the point farthest above the chord:

    .. math:: \arg\max_k \frac{f_0 - f_k}{f_0 - f_K} - \frac{b_k - b_0}{b_K - b_0}

    Parameters
    ----------
    budget, objective
        Budgets ascending.  Shape ``(K,)``. [currency]

    Examples
    --------
    >>> knee(np.array([0.0, 10.0, 20.0, 30.0]), np.array([230.0, 190.0, 165.0, 125.0])) is None
    False

    References
    ----------
    .. [1] Satopää, V., Albrecht, J., Irwin, D. and Raghavan, B. (2011). *Finding a "Kneedle" in a
       Haystack*. ICDCS Workshops, section III.
    """
    if len(budget) < 3 or not objective[0] > objective[-1]:
        return None
    saved = (objective[0] - objective) / (objective[0] - objective[-1])
    above = saved - (budget - budget[0]) / (budget[-1] - budget[0])
    best = int(np.argmax(above))
    return best if above[best] > _ARITHMETIC else None
