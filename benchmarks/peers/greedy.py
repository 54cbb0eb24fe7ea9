"""
Marginal analysis after Sherbrooke: always the move that saves most per unit of what is scarce.

Start with the option of every SKU that uses least; then move one SKU at a time to another option
while it saves and fits.  The unexpected loss is not a sum over SKUs: its tail counts with the
weights of the scenarios now in it, which are renewed after every batch of moves; where the tail
lies below the mean it counts for nothing.  A batch that does not pay off
in the true objective is taken back and tried again at half its size, and a single move that does
not pay leaves its SKU alone until another one has moved.  No bound.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.peers.result import Result, indicators, judged, plan_objective
from models.data import FloatArray, IntArray, ModelData
from models.extract import complete_choice
from models.objective import tail_charge

BoolArray = npt.NDArray[np.bool_]

_BATCHES = 100  # moves at first between two renewals of the weights: one in so many SKUs


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Plan:
    option: IntArray
    objective: float


def solve(data: ModelData, gap: float, seconds: float) -> Result:
    """Improve a plan until no move pays, for so many seconds at most; `gap` means nothing here."""
    del gap
    began = time.perf_counter()
    plan = _least_use(data)
    most = max(1, data.n_skus // _BATCHES)
    batch, refused = most, np.zeros(data.n_skus, dtype=np.bool_)
    while plan is not None and time.perf_counter() - began < seconds:
        moved = _moved(data, plan.option, batch, refused)
        if moved is None:
            break
        if moved.objective < plan.objective:
            plan, batch = moved, min(2 * batch, most)
            refused[:] = False
        elif batch > 1:
            batch //= 2
        else:
            refused[data.sku_of_option[moved.option[moved.option != plan.option]]] = True
    chosen = None if plan is None else indicators(data, plan.option)[0]
    ended = time.perf_counter() - began < seconds
    return judged(
        data, share=chosen, bound=None, status="no bound" if ended else "limit", began=began
    )


def _least_use(data: ModelData) -> _Plan | None:
    """Every SKU's option that uses least, cheapest first; those that need onboarding left out."""
    use = _scarce_use(data)
    use[data.link_option] = np.inf
    order = np.lexsort((data.cost, use, data.sku_of_option))
    option = order[data.start[:-1]]
    objective = plan_objective(data, option)
    return None if objective is None else _Plan(option=option, objective=objective)


def _scarce_use(data: ModelData) -> FloatArray:
    """Use of the limited resources together, each as a share of its limit.  Shape ``(O,)``."""
    limit = np.where(data.resource_limit > 0.0, data.resource_limit, 1.0)
    return np.asarray((data.resource_use / limit[:, None]).sum(axis=0))


def _moved(data: ModelData, option: IntArray, batch: int, refused: BoolArray) -> _Plan | None:
    """Return the plan after the best moves of up to `batch` SKUs, None where none fits."""
    chosen, onboard = indicators(data, option)
    room = data.resource_limit - data.resource_use @ chosen - data.onboarding_use @ onboard
    cost = marginal_cost(data, chosen, onboard)
    use = _scarce_use(data)
    current = option[data.sku_of_option]
    saved, more = cost[current] - cost, use - use[current]
    saved[(np.arange(len(cost)) == current) | refused[data.sku_of_option]] = 0.0
    ratio = saved / np.maximum(more, 1e-12 * max(float(use.max(initial=0.0)), 1e-300))
    after = option.copy()
    moved: set[int] = set()
    for best in _promising(saved, ratio):
        sku = int(data.sku_of_option[best])
        need, supplier = _need(data, best, option[sku], onboard)
        if sku in moved or np.any(need > room):
            continue
        after[sku], room, onboard[supplier] = best, room - need, 1.0
        moved.add(sku)
        if len(moved) == batch:
            break
    objective = plan_objective(data, after) if moved else None
    return None if objective is None else _Plan(option=after, objective=objective)


def _promising(saved: FloatArray, ratio: FloatArray) -> IntArray:
    """Return the moves that save, best first."""
    saves = np.flatnonzero(saved > 1e-9)
    return saves[np.argsort(-ratio[saves], kind="stable")]


def marginal_cost(data: ModelData, chosen: FloatArray, onboard: FloatArray) -> FloatArray:
    """Cost of every option: its own, its expected loss, onboarding still to pay, and its tail."""
    cost = data.cost + data.mean_loss
    closed = onboard[data.link_supplier] == 0.0
    to_pay = data.onboarding_cost[data.link_supplier[closed]]
    np.add.at(cost, data.link_option[closed], to_pay)
    charge = tail_charge(data)
    if charge and (choice := complete_choice(data, chosen, onboard)).unexpected > 0.0:
        weight = _tail_weight(data, choice.loss)
        cost += charge * ((weight @ data.scenario_events) @ data.event_loss - data.mean_loss)
    return cost


def _tail_weight(data: ModelData, loss: FloatArray) -> FloatArray:
    """Weights by which the CVaR of these losses is a sum over scenarios.  Shape ``(S,)``."""
    left = 1.0 - data.tail_level
    in_tail = np.zeros(len(loss))
    for s in np.argsort(-loss, kind="stable"):
        in_tail[s] = min(data.probability[s], left)
        left -= in_tail[s]
    return np.asarray(in_tail / in_tail.sum())


def _need(data: ModelData, best: int, now: int, onboard: FloatArray) -> tuple[FloatArray, IntArray]:
    """What a move uses more of every resource, and the suppliers it onboards."""
    supplier = data.link_supplier[data.link_option == best]
    new = supplier[onboard[supplier] == 0.0]
    more = data.resource_use[:, best] - data.resource_use[:, now]
    return more + data.onboarding_use[:, new].sum(axis=1), new
