r"""
The Lagrangian bound: with a price on everything SKUs share, each SKU chooses alone.

For prices :math:`\mu, \theta \ge 0` and tail weights :math:`w_s = \omega y\vartheta\pi_s` with
:math:`\vartheta \in [0, 1]` and :math:`\pi` in the risk envelope, no plan costs less than

.. math::
    \sum_i \min_{o \in O_i}\Bigl(c_o + \sum_r \mu_r a_{ro} + \sum_j \theta_{ij}[o \text{ needs } j]
    + \Bigl(1 - \sum_s w_s\Bigr) e_o + \sum_s w_s \ell_{os}\Bigr)
    + \sum_j \min\Bigl(0,\ c_j + \sum_r \mu_r a_{rj} - \sum_i \theta_{ij}\Bigr) - \sum_r \mu_r b_r .

Why recomputed: the bound is valid for any such prices (weak duality), so computing it in numpy
from the solver's duals makes it independent of the solver's arithmetic (ALGORITHMS 2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.data import ModelData
from models.onboarding import link_pairs
from optimizer.domain.arrays import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModelPrices:
    """
    Prices in the model's units.

    Attributes
    ----------
    resource
        Shadow prices :math:`\\mu_r \\ge 0`.  Shape ``(R,)``.
    link
        Price :math:`\\theta \\ge 0` of each link's (SKU, supplier) pair.  Shape ``(M,)``.
    tail
        Tail weights :math:`w_s`.  Shape ``(S,)``.
    """

    resource: FloatArray
    link: FloatArray
    tail: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PricedModel:
    """
    The bound at given prices, and every option's reduced cost.

    Attributes
    ----------
    bound
        No plan costs less than this.
    cost
        Priced cost of each option.  Shape ``(O,)``.
    reduced_cost
        A plan with this option costs at least ``bound`` plus this much.  Shape ``(O,)``.
    """

    bound: float
    cost: FloatArray
    reduced_cost: FloatArray


def price(data: ModelData, prices: ModelPrices) -> PricedModel:
    """
    Return the Lagrangian bound at these prices.

    With the measure ``var`` the tail weights must be 0; unexpected loss is then bounded by 0.
    """
    mean_weight = 1.0 - float(prices.tail.sum())
    cost = data.cost + mean_weight * data.mean_loss + prices.resource @ data.resource_use
    np.add.at(cost, data.link_option, prices.link)
    if data.probability.size:
        cost += (prices.tail @ data.scenario_events) @ data.event_loss
    least = np.minimum.reduceat(cost, data.start[:-1])
    onboarding = _onboarding_reduced_cost(data, prices)
    bound = least.sum() + np.minimum(onboarding, 0.0).sum()
    bound -= prices.resource @ data.resource_limit
    return PricedModel(bound=float(bound), cost=cost, reduced_cost=cost - least[data.sku_of_option])


def _onboarding_reduced_cost(data: ModelData, prices: ModelPrices) -> FloatArray:
    """Return each supplier's cost of onboarding less what its links pay.  Shape ``(K,)``."""
    _, supplier, pair = link_pairs(data)
    pair_price = np.zeros(len(supplier))
    pair_price[pair] = prices.link
    paid = np.bincount(supplier, weights=pair_price, minlength=len(data.onboarding_cost))
    return np.asarray(data.onboarding_cost + prices.resource @ data.onboarding_use - paid)
