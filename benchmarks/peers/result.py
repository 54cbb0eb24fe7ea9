"""What a peer hands back; its objective is never its own word but recomputed by the model."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.data import FloatArray, IntArray, ModelData
from models.extract import complete_choice
from models.objective import objective_value

Status = Literal["optimal", "limit", "no bound", "refused", "error"]
LIMIT_TOLERANCE = 1e-6  # relative; solvers hold rows to about this much


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """
    Attributes
    ----------
    objective
        Of the plan, recomputed; None without a plan.
    bound
        The peer's own claim; None where it has none.
    status
        ``optimal``: within the asked gap by its own account; ``limit``: time ran out before;
        ``no bound``: a heuristic ended; ``refused``: its plan breaks a limit.
    seconds
        From the model's numbers in memory to the plan.
    root_seconds
        When branch and bound left its root node; None where it did not, or cannot say.
    """

    objective: float | None
    bound: float | None
    status: Status
    seconds: float
    root_seconds: float | None = None


def judged(
    data: ModelData,
    *,
    share: FloatArray | None,
    bound: float | None,
    status: Status,
    began: float,
    root_seconds: float | None = None,
) -> Result:
    """
    Return the result of a peer's values of the option variables, None without a plan.

    Parameters
    ----------
    began
        When the peer began, by ``time.perf_counter``. [s]
    """
    seconds = time.perf_counter() - began
    finite = bound if bound is not None and np.isfinite(bound) else None
    objective = None
    if share is not None:
        objective = plan_objective(data, whole_plan(data, share))
        status = status if objective is not None else "refused"
    return Result(
        objective=objective,
        bound=finite,
        status=status,
        seconds=seconds,
        root_seconds=root_seconds,
    )


def whole_plan(data: ModelData, share: FloatArray) -> IntArray:
    """Return the option of every SKU whose variable is nearest to 1.  Shape ``(N,)``."""
    most = np.maximum.reduceat(share, data.start[:-1])
    at_most = np.flatnonzero(share >= most[data.sku_of_option])
    return at_most[np.unique(data.sku_of_option[at_most], return_index=True)[1]]


def plan_objective(data: ModelData, option: IntArray) -> float | None:
    """Return the objective of a plan and the onboardings it needs, None beyond a limit."""
    chosen, onboard = indicators(data, option)
    used = data.resource_use @ chosen + data.onboarding_use @ onboard
    if np.any(used > data.resource_limit + LIMIT_TOLERANCE * np.abs(data.resource_limit)):
        return None
    return objective_value(data, complete_choice(data, chosen, onboard))


def indicators(data: ModelData, option: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return the option variables of a plan and the onboardings it needs."""
    chosen, onboard = np.zeros(len(data.cost)), np.zeros(len(data.onboarding_cost))
    chosen[option] = 1.0
    onboard[data.link_supplier[chosen[data.link_option] > 0.0]] = 1.0
    return chosen, onboard
