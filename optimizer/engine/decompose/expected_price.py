r"""
How much of a limit's price is expected cost, and how much is risk charge.

.. math:: \mu_r^E = \mu_r\,\frac{E(b) - E(b + \delta e_r)}{V(b) - V(b + \delta e_r)}

V is the value of the best mixture of the plans priced, E its expected cost, :math:`\delta` a
twentieth of the limit.

Why over a step: the price is the slope of V at the limit, which any optimal basis gives; E has
another slope in each basis, and bases change every few thousandths of a budget.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.bound import Proof, prove
from optimizer.engine.decompose.master import Mixture, limit_unit, mix
from optimizer.engine.decompose.pricing_model import PricingModel
from optimizer.engine.exact.whole_model import Effort, InfeasibleError
from optimizer.errors import StoppedError

_STEP: Final = 0.05  # of the limit
_CLOSE: Final = 1e-5  # relative: a gap small beside what a step saves


def share_of_expected_cost(
    model: PricingModel, proof: Proof, price: FloatArray, stop: Stop
) -> FloatArray:
    """
    Return how much of what the next twentieth of each limit saves is expected cost.

    Parameters
    ----------
    proof
        Its columns are the plans to mix, priced near these limits.
    price
        Of each limit.  Shape ``(R,)``.

    Returns
    -------
    FloatArray
        NaN where the limit has no price, where its next twentieth saves nothing, and where the
        search was to end; 1 where no risk is charged, above 1 where its charge rises.
        Shape ``(R,)``. [-]
    """
    if model.tail_charge == 0.0:
        return np.ones(len(price))
    share = np.full(len(price), np.nan)
    binding = np.flatnonzero(price > 0.0)
    try:
        for row in binding.tolist():
            steps = (model, _with_more(model, row))
            here, more = (mix(proof.columns, at, stop, proof.stand) for at in steps)
            share[row] = _share(here, more)
    except StoppedError:
        return share
    return share


def priced_share(model: PricingModel, price: FloatArray, effort: Effort) -> FloatArray:
    """Return `share_of_expected_cost` where no plans were priced: they are priced here."""
    proof = Proof()
    if price.any() and model.tail_charge:
        try:
            prove(model, effort, _CLOSE, proof)
        except InfeasibleError:  # but for rounding: there is a plan
            return np.full(len(price), np.nan)
    return share_of_expected_cost(model, proof, price, effort.stop)


def _with_more(model: PricingModel, row: int) -> PricingModel:
    limit = model.limit.copy()
    limit[row] += _STEP * limit_unit(model)[row]
    return replace(model, limit=limit)


def _share(here: Mixture | None, more: Mixture | None) -> float:
    if here is None or more is None:
        return float("nan")
    saved = here.value - more.value
    if saved <= np.finfo(np.float64).eps * abs(here.value):
        return float("nan")
    return (here.expected - more.expected) / saved
