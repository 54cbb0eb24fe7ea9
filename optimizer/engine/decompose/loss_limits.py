r"""
Limits on losses, and what prices on them make of a pricing model.

With prices :math:`\kappa` on expected loss and :math:`\nu` on the tail, a plan costs

.. math::
    C + E(L) + \omega y\,U + \kappa\,E(L) + \nu\,(E(L) + U)
    = s \Bigl(\frac{C}{s} + E(L) + \frac{\omega y + \nu}{s}\,U\Bigr), \qquad s = 1 + \kappa + \nu .

So the priced model is the model itself with other certain costs and another charge on the tail: all
that solves the one solves the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from optimizer.domain.plan import LossPrices
from optimizer.engine.decompose.pricing_model import Case, PricingModel

_INSIDE: Final = 1.0 - 2.0**-22  # curves are rounded down to single precision
_TINY: Final = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, slots=True, kw_only=True)
class LossLimits:
    """The most that may be lost over the horizon, on average and in the tail. [money unit]"""

    expected: float = np.inf
    tail: float = np.inf

    @property
    def mean_within(self) -> float:
        """The most expected loss of a plan that counts as within. [money unit]"""
        return max(self.expected * _INSIDE, _TINY)

    @property
    def tail_within(self) -> float:
        """The largest tail of a plan that counts as within. [money unit]"""
        return max(self.tail * _INSIDE, _TINY)

    @property
    def bind(self) -> bool:
        """Whether there is any."""
        return bool(np.isfinite([self.expected, self.tail]).any())

    def cost(self, prices: LossPrices) -> float:
        r"""Return what the limits themselves earn, :math:`\kappa \bar e + \nu \bar\rho`."""
        terms = ((prices.expected, self.expected), (prices.tail, self.tail))
        return sum(price * limit for price, limit in terms if price > 0.0)


def loss_limits(case: Case) -> LossLimits:
    """Return the limits on losses that the settings state, over the horizon."""
    settings = case.portfolio.settings
    unit = settings.horizon.years / case.money_unit
    stated = {name: limit * unit for name, limit in settings.limits.on_losses.items()}
    return LossLimits(expected=stated.get("expected_loss", np.inf), tail=stated.get("cvar", np.inf))


def charged(model: PricingModel, prices: LossPrices) -> PricingModel:
    """Return the model with prices on losses; its objective is that of the priced model over s."""
    if prices.scale == 1.0:
        return model
    scale = prices.scale
    return replace(
        model,
        options=model.options.divided(scale),
        onboarding_cost=model.onboarding_cost / scale,
        tail_charge=(model.tail_charge + prices.tail) / scale,
    )


def careful(model: PricingModel, *, of_tail: bool) -> PricingModel:
    """Return the model in which nothing but losses counts: in the tail, or on average."""
    return replace(
        model,
        options=model.options.divided(np.inf),
        onboarding_cost=np.zeros_like(model.onboarding_cost),
        tail_charge=1.0 if of_tail else 0.0,
    )
