"""
Every plan that could be better, one by one: where reduced costs leave few, none is quicker.

A plan costs at least the bound and the reduced costs of all its options (`lagrangian`), so once
these add up to more than the incumbent allows, the plans that share them need no look.

Why: near-equal options on thousands of futures keep branch and bound busy for half a minute over a
few thousand plans.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numba
import numpy as np

from models.data import ModelData
from models.objective import tail_charge
from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.engine.exact.lagrangian import PricedModel
from optimizer.engine.exact.round_shares import LIMIT_TOLERANCE

_MOST_PLANS: Final = 300_000
_MOST_LOSSES: Final = 10_000_000  # of options in scenarios
_LEVEL: Final = 1e-9  # of probability (`value_at_risk`)
_WORSTS: Final = 8  # tails remembered: each bounds the tail charge of every plan


class _Tables(NamedTuple):
    """
    The options within reach, cheapest of each SKU first, and what a plan of them is judged by.

    `least` is each option's reduced cost, `cost` its certain cost and expected loss; `needs` tells
    the suppliers.  Options ``(n,)``, limits ``(R,)``, suppliers ``(K,)``, scenarios ``(S,)``.
    """

    start: IntArray
    least: FloatArray
    cost: FloatArray
    mean: FloatArray
    use: FloatArray
    needs: BoolArray
    loss: FloatArray
    limit: FloatArray
    onboarding_cost: FloatArray
    onboarding_use: FloatArray
    probability: FloatArray
    tail_level: float
    charge: float
    is_var: bool


def enumerate_plans(
    model: ModelData, priced: PricedModel, room: float, objective: float
) -> tuple[IntArray | None, bool]:
    """
    Return the best plan of all that could be better, and whether all were looked at.

    Parameters
    ----------
    room
        The most that the reduced costs of a better plan add up to. [money unit]
    objective
        Of the incumbent. [money unit]

    Returns
    -------
    tuple of IntArray or None, and bool
        None where no plan is better.
    """
    rows = np.flatnonzero(priced.reduced_cost <= room)
    sku = model.sku_of_option[rows]
    rows = rows[np.lexsort((priced.reduced_cost[rows], sku))]
    start = np.searchsorted(sku, np.arange(model.n_skus + 1))
    few = _are_few(start, priced.reduced_cost[rows], room)
    if not few or len(rows) * len(model.probability) > _MOST_LOSSES:
        return None, False
    needs = np.zeros((len(model.cost), len(model.onboarding_cost)), dtype=np.bool_)
    needs[model.link_option, model.link_supplier] = True
    losses = (model.scenario_events @ model.event_loss[:, rows]).T
    tables = _Tables(
        start=start,
        least=priced.reduced_cost[rows],
        cost=model.cost[rows] + model.mean_loss[rows],
        mean=model.mean_loss[rows],
        use=np.ascontiguousarray(model.resource_use[:, rows].T),
        needs=needs[rows],
        loss=np.ascontiguousarray(losses.toarray()),
        limit=model.resource_limit + LIMIT_TOLERANCE * np.abs(model.resource_limit),
        onboarding_cost=model.onboarding_cost,
        onboarding_use=model.onboarding_use,
        probability=model.probability,
        tail_level=model.tail_level,
        charge=tail_charge(model),
        is_var=model.measure == "var",
    )
    best = _searched(tables, room, objective)
    return (rows[best] if best[0] >= 0 else None), True


@numba.njit(cache=True)
def _are_few(start: IntArray, least: FloatArray, room: float) -> bool:
    """Whether no more than the most plans, whole or in part, have reduced costs within the room."""
    n_skus, depth, left = len(start) - 1, 0, _MOST_PLANS
    place, reduced = start[:-1].copy(), np.zeros(n_skus + 1)
    while depth >= 0 and left >= 0:
        o = place[depth]
        if o == start[depth + 1] or reduced[depth] + least[o] > room:
            place[depth] = start[depth]
            depth -= 1
            continue
        place[depth] += 1
        left -= 1
        reduced[depth + 1] = reduced[depth] + least[o]
        depth += depth + 1 < n_skus
    return left >= 0


@numba.njit(cache=True)
def _searched(tables: _Tables, room: float, objective: float) -> IntArray:
    """Return the places of the best plan's options, -1 where none is better."""
    n_skus, n_scenarios = len(tables.start) - 1, len(tables.probability)
    place, best = tables.start[:-1].copy(), np.full(n_skus, -1)
    reduced, cost, mean = np.zeros(n_skus + 1), np.zeros(n_skus + 1), np.zeros(n_skus + 1)
    use = np.zeros((n_skus + 1, len(tables.limit)))
    loss = np.zeros((n_skus + 1, n_scenarios))
    worsts, next_worst = np.zeros((_WORSTS, n_scenarios)), 0
    cheapest, depth = objective, 0
    while depth >= 0:
        o = place[depth]
        within = room - (objective - cheapest)
        if o == tables.start[depth + 1] or reduced[depth] + tables.least[o] > within:
            place[depth] = tables.start[depth]
            depth -= 1
            continue
        place[depth] += 1
        reduced[depth + 1] = reduced[depth] + tables.least[o]
        cost[depth + 1] = cost[depth] + tables.cost[o]
        mean[depth + 1] = mean[depth] + tables.mean[o]
        use[depth + 1] = use[depth] + tables.use[o]
        loss[depth + 1] = loss[depth] + tables.loss[o]
        if depth + 1 < n_skus:
            depth += 1
            continue
        total = cost[n_skus] + _onboarding(tables, place, use[n_skus])
        if total >= cheapest:
            continue
        if tables.charge > 0.0 and n_scenarios:
            most, expected = cheapest - total, mean[n_skus]
            if _surely_dearer(worsts, loss[n_skus], expected, tables.charge, most):
                continue
            weight = _worst(tables, loss[n_skus])
            total += tables.charge * max(weight @ loss[n_skus] - expected, 0.0)
            if not tables.is_var:
                worsts[next_worst % _WORSTS] = weight
                next_worst += 1
        if total < cheapest:
            cheapest = total
            best[:] = place - 1
    return best


@numba.njit(cache=True)
def _onboarding(tables: _Tables, place: IntArray, use: FloatArray) -> float:
    """Return what a plan's suppliers cost to onboard; ``inf`` if it exceeds a limit with them."""
    total, used = 0.0, use.copy()
    for supplier in range(len(tables.onboarding_cost)):
        needed = False
        for o in place:
            needed |= tables.needs[o - 1, supplier]
        if needed:
            total += tables.onboarding_cost[supplier]
            used += tables.onboarding_use[:, supplier]
    return np.inf if np.any(used > tables.limit) else total


@numba.njit(cache=True)
def _surely_dearer(
    worsts: FloatArray, loss: FloatArray, mean: float, charge: float, most: float
) -> bool:
    """Whether a tail remembered charges a plan at least so much: CVaR is the dearest of all."""
    dearer = False
    for k in range(len(worsts)):
        dearer |= charge * (worsts[k] @ loss - mean) >= most
    return dearer


@numba.njit(cache=True)
def _worst(tables: _Tables, loss: FloatArray) -> FloatArray:
    """Return the weights by which a plan's losses make its VaR or CVaR."""
    weight, left, rest = np.zeros(len(loss)), 1.0 - tables.tail_level, loss.copy()
    least = -_LEVEL if tables.is_var else 0.0
    for _ in range(len(loss)):
        s = np.argmax(rest)
        rest[s] = -np.inf
        if tables.probability[s] == 0.0:
            continue
        if tables.is_var:
            weight[:] = 0.0
            weight[s] = 1.0
        else:
            weight[s] = min(tables.probability[s], left) / (1.0 - tables.tail_level)
        left -= tables.probability[s]
        if left < least or (left == 0.0 and not tables.is_var):
            break
    return weight
