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

    expected_loss: float = np.inf
    cvar: float = np.inf

    def within(self, name: str) -> float:
        """Return the most that a plan may lose to count as within a limit. [money unit]"""
        return max(float(getattr(self, name)) * _INSIDE, _TINY)

    @property
    def bind(self) -> bool:
        """Whether there is any."""
        return bool(np.isfinite([self.expected_loss, self.cvar]).any())

    def bound(self, prices: LossPrices, priced: float) -> float:
        r"""
        Return what a bound of the model that prices make (`charged`) proves for plans within.

        .. math:: s\,b - \kappa\,\bar e - \nu\,\bar\rho
        """
        terms = (
            (prices.expected_loss, self.expected_loss),
            (prices.cvar, self.cvar),
        )
        earned = sum(price * limit for price, limit in terms if price > 0.0)
        return prices.scale * priced - earned


def loss_limits(case: Case) -> LossLimits:
    """Return the limits on losses that the settings state, over the horizon."""
    settings = case.portfolio.settings
    years = settings.horizon.years
    stated = settings.limits.on_losses.items()
    return LossLimits(**{name: limit * years for name, limit in stated})


def charged(model: PricingModel, prices: LossPrices) -> PricingModel:
    """Return the model with prices on losses; its objective is that of the priced model over s."""
    if prices.scale == 1.0:
        return model
    scale = prices.scale
    return replace(
        model,
        options=model.options.divided(scale),
        onboarding_cost=model.onboarding_cost / scale,
        tail_charge=(model.tail_charge + prices.cvar) / scale,
    )


def careful(model: PricingModel, *, of_tail: bool) -> PricingModel:
    """Return the model in which nothing but losses counts: in the tail, or on average."""
    return replace(
        model,
        options=model.options.divided(np.inf),
        onboarding_cost=np.zeros_like(model.onboarding_cost),
        tail_charge=1.0 if of_tail else 0.0,
    )
