"""A plan, and what a run of the engine ended with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray, freeze
from optimizer.errors import StoppedBy


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LossPrices:
    """
    What a unit more of the limits on expected loss and on CVaR saves, 0 where they do not bind. [-]
    """

    expected_loss: float = 0.0
    cvar: float = 0.0

    @property
    def scale(self) -> float:
        r"""What losses that are certain cost, :math:`1 + \kappa + \nu`. [-]"""
        return 1.0 + self.expected_loss + self.cvar


NO_PRICES: Final = LossPrices()


def loss_prices(price: Mapping[str, float]) -> LossPrices:
    """Return the prices of the limits on losses among those of all limits, by name."""
    return LossPrices(**{name: price.get(name, 0.0) for name in ("expected_loss", "cvar")})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prices:
    """
    What one more unit of each limit is worth, by the relaxation.

    Attributes
    ----------
    resource
        Price of each resource, 0 where it does not bind or has no limit.  Shape ``(R,)``.
        [currency per unit of the resource]
    tail_weight
        What one more unit of loss in each future adds: :math:`w_s = \\omega y\\theta\\pi_s`.
        Shape ``(S,)``. [-]
    loss
        Prices of the limits on losses.
    expected
        How much of each price is expected cost, the rest being risk charge: NaN where that is not
        known, None before it was looked for.  Shape ``(R,)``. [currency per unit of the resource]
    """

    resource: FloatArray
    tail_weight: FloatArray
    loss: LossPrices = NO_PRICES
    expected: FloatArray | None = None

    def __post_init__(self) -> None:
        freeze(self)

    @property
    def mean_weight(self) -> float:
        r"""What one more unit of expected loss adds, :math:`1 - \omega y\theta`. [-]"""
        return self.loss.scale - float(self.tail_weight.sum())


def stated_prices(
    names: Sequence[str], price: Mapping[str, float], tail_weight: FloatArray
) -> Prices:
    """
    Return the prices that a run states.

    Parameters
    ----------
    names
        The resources.  Length R.
    price
        By name, those of the limits on losses included; 0 where none is stated.
    """
    return Prices(
        resource=np.array([price.get(name, 0.0) for name in names], dtype=np.float64),
        tail_weight=tail_weight,
        loss=loss_prices(price),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanLosses:
    """
    What a plan loses to disruptions.

    Attributes
    ----------
    scenario
        Shape ``(S,)``.  :math:`L_s` [currency]
    expected_by_sku, tail_by_sku
        Parts of the expected loss and of CVaR, summing to them.  Shape ``(N,)``. [currency]
    expected
        Exact, whatever the futures. [currency]
    value_at_risk, cvar
        Of the futures. [currency]
    """

    scenario: FloatArray
    expected_by_sku: FloatArray
    tail_by_sku: FloatArray
    expected: float
    value_at_risk: float
    cvar: float

    def __post_init__(self) -> None:
        freeze(self)

    def in_currency(self, unit: float) -> PlanLosses:
        """Return the losses in currency where they are counted in units of it."""
        return PlanLosses(**{f.name: getattr(self, f.name) * unit for f in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """
    What the engine ended with: why it stopped, what it holds.

    `bound` is proven; `objective` is the plan's, recomputed in numpy; both in the portfolio's
    currency over the horizon, risk charge included.  `certificate` holds the conflicts that prove
    a bound on VaR.
    """

    plan: Plan
    objective: float
    bound: float
    stopped_by: StoppedBy
    method: str
    method_reason: str
    prices: Prices
    losses: PlanLosses
    certificate: tuple[Mapping[str, Any], ...] = ()

    @property
    def gap(self) -> float:
        """Relative gap, (objective − bound)/|objective|; 0 where both are equal."""
        distance = self.objective - self.bound
        return distance / abs(self.objective) if distance else 0.0
