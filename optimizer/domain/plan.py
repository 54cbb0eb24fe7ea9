"""A plan, and what a run of the engine ended with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray, freeze

StoppedBy = Literal["gap", "time_limit", "interrupt"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """
    The chosen option of every SKU and the suppliers onboarded for them.

    Attributes
    ----------
    option
        Row of the option table.  Shape ``(N,)``.
    onboard
        Whether each supplier is onboarded by this plan.  Shape ``(J,)``.
    """

    option: IntArray
    onboard: BoolArray

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prices:
    """
    What one more unit of each limit is worth, by the relaxation.

    Attributes
    ----------
    resource
        Price of each resource, 0 where it does not bind or has no limit.  Shape ``(R,)``.
        [currency per unit of the resource]
    scenario_weight
        :math:`w_s = (1 - \\omega)p_s + \\omega\\pi_s`.  Shape ``(S,)``. [-]
    """

    resource: FloatArray
    scenario_weight: FloatArray

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """
    What the engine ended with: why it stopped, what it holds.

    `bound` is proven; `objective` is the plan's, recomputed in numpy; both in the portfolio's
    currency over the horizon.
    """

    plan: Plan
    objective: float
    bound: float
    stopped_by: StoppedBy
    prices: Prices
    method: str

    @property
    def gap(self) -> float:
        """Relative gap, (objective − bound)/|objective|; 0 where both are equal."""
        distance = self.objective - self.bound
        return distance / abs(self.objective) if distance else 0.0
