"""Loss curves: what an outage costs a design, by lost days at the nodes (MODEL 3)."""

from __future__ import annotations

from typing import Final, NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import NODES
from optimizer.maths.demand import Moments
from optimizer.maths.outage import short_days
from optimizer.options.costs import short_unit_cost, spend_per_day, stockout_cost_per_day
from optimizer.options.distinct import distinct
from optimizer.options.holding import Stock
from optimizer.options.law import Positions, demand_during, positions

GAUSS_POINTS: Final = np.array([-np.sqrt(0.6), 0.0, np.sqrt(0.6)])
GAUSS_WEIGHTS: Final = np.array([5.0, 8.0, 5.0]) / 9.0
"""Three-point Gauss–Legendre rule on [-1, 1]."""
HALF: Final = np.diff(NODES) / 2.0
"""Half the days from each node to the next."""
BETWEEN: Final = ((NODES[:-1] + HALF)[:, None] + HALF[:, None] * GAUSS_POINTS).ravel()


class Struck(NamedTuple):
    """
    Profiles that strike each option: rows of `Profiles` by supply and by price.  ``(O,)`` each.

    `sku` is the row of the SKU, `curve` that of its loss curve; `price_profile` is -1 without a
    price hazard.
    """

    sku: IntArray
    curve: IntArray
    profile: IntArray
    price_profile: IntArray


def loss_curves(portfolio: Portfolio, designs: Designs, held: Stock) -> FloatArray:
    r"""
    Return the loss curve of every design.

    .. math::
        \text{short}(\ell) &= \left([B_{L + \ell} - B_L]/D - \ell\,n/Q\right)^+ \\
        \text{wait}(\ell) &= \int_0^\ell (w_{L + u} - w_L)^+\,du \\
        \text{loss}(\ell) &= D\,(\text{margin} + \text{expedite} + \text{goodwill})\,
        \text{short}(\ell) + \text{downtime}\,\text{wait}(\ell)

    B and w include the reserve, ring-fenced or not; the integral is a three-point Gauss–Legendre
    sum between nodes.

    Parameters
    ----------
    portfolio
        Demand, lead time and costs of the SKUs.
    designs
        Any designs of its SKUs.
    held
        Their stock, from `stock`.

    Returns
    -------
    FloatArray
        Shape ``(O, 17)``, at `NODES`. [currency].  0 without demand.

    References
    ----------
    .. [1] The model contract, section 3.
    """
    sku, skus = designs.sku, portfolio.skus
    curves = np.zeros((len(sku), len(NODES)))
    active = np.flatnonzero(skus.demand_mean[sku] > 0.0)
    per_unit = short_unit_cost(portfolio, sku)
    at_nodes = met_after(portfolio, designs, held, active, NODES)
    beyond = (at_nodes.backorders - at_nodes.backorders[:, :1]) / skus.demand_mean[
        sku[active], None
    ]
    routine = NODES * (held.units_short / held.order_quantity.clip(1e-300))[active, None]
    short = np.maximum(beyond - routine, 0.0)
    curves[active] = (skus.demand_mean[sku] * per_unit)[active, None] * short
    waits = np.flatnonzero(skus.downtime_cost[sku[active]] > 0.0)
    rows = active[waits]
    between = met_after(portfolio, designs, held, rows, BETWEEN).waiting_share
    waiting = integral_at_nodes(np.maximum(between - at_nodes.waiting_share[waits, :1], 0.0))
    curves[rows] += skus.downtime_cost[sku[rows], None] * waiting
    return curves


def price_curves(portfolio: Portfolio, sku: IntArray, lot_days: FloatArray) -> FloatArray:
    r"""
    Return the cost of a price shock by its days, before the factor :math:`\pi - 1`.

    .. math:: c\,D\,E(\ell - v)^+, \qquad v \sim U[0, Q/D]

    Parameters
    ----------
    portfolio
        Its SKUs.
    sku
        Rows of SKUs.  Shape ``(O,)``.
    lot_days
        Shape ``(O,)``.  :math:`Q/D > 0` [day]

    Returns
    -------
    FloatArray
        Shape ``(O, 17)``, at `NODES`. [currency]

    References
    ----------
    .. [1] The model contract, section 3.
    """
    days = short_days(NODES, np.zeros(1), lot_days[:, None])
    return spend_per_day(portfolio, sku)[:, None] * days


def expected_losses(curves: FloatArray, slope: FloatArray, weights: FloatArray) -> FloatArray:
    r"""
    Return weights on the nodes times curves, row by row.

    .. math:: \sum_k W_k\,\text{curve}_k + W_{17}\,\text{slope}

    Parameters
    ----------
    curves
        Shape ``(O, 17)``. [currency]
    slope
        Slope beyond the last node.  Shape ``(O,)``. [currency/day]
    weights
        Shape ``(O, 18)``. [-], the last one [day]

    Returns
    -------
    FloatArray
        Shape ``(O,)``. [currency]

    Examples
    --------
    Half of the weight on the node of one day, one day beyond the last node:

    >>> weights = np.zeros((1, 18))
    >>> weights[0, [1, 17]] = 0.5, 1.0
    >>> expected_losses(np.arange(17.0)[None, :] * 10.0, np.array([7.0]), weights)
    array([12.])

    References
    ----------
    .. [1] The model contract, section 4.
    """
    every = np.arange(len(curves))
    total: FloatArray = np.empty(len(curves))
    _weigh(curves, weights, (every, every), slope, total)
    return total


def mean_losses(
    portfolio: Portfolio, struck: Struck, curves: FloatArray, lot_days: FloatArray, of: FloatArray
) -> FloatArray:
    """
    Return the expected loss of options over the horizon, price shocks included.

    Parameters
    ----------
    portfolio
        Their SKUs.
    struck
        Profiles that strike each option.
    curves
        Loss curves.  Shape ``(C, 17)``. [currency]
    lot_days
        Lot of each option in days of demand.  Shape ``(O,)``. [day]
    of
        `MeanWeights.total`.  Shape ``(P + C, 18)``.

    Returns
    -------
    FloatArray
        Shape ``(O,)``. [currency]

    References
    ----------
    .. [1] The model contract, section 4.
    """
    total: FloatArray = np.empty(len(struck.sku))
    slope = stockout_cost_per_day(portfolio, struck.sku)
    _weigh(curves, of, (struck.curve, struck.profile), slope, total)
    rows = np.flatnonzero(struck.price_profile >= 0)
    if not len(rows):
        return total
    first, lot = distinct([struck.sku[rows], lot_days[rows]])
    sku = struck.sku[rows[first]]
    shocks = price_curves(portfolio, sku, lot_days[rows[first]])
    weights = of[struck.price_profile[rows[first]]]
    total[rows] += expected_losses(shocks, spend_per_day(portfolio, sku), weights)[lot]
    return total


@numba.njit(cache=True, nogil=True)
def _weigh(curves, weights, rows, slope, out):  # type: ignore[no-untyped-def]
    """Add up weights times curve, in the order of the nodes."""
    curve, profile = rows
    last = weights.shape[1] - 1
    for o in range(len(out)):
        total = weights[profile[o], last] * slope[o]
        for node in range(last):
            total += weights[profile[o], node] * curves[curve[o], node]
        out[o] = total


def met_after(
    portfolio: Portfolio, designs: Designs, held: Stock, rows: IntArray, days: FloatArray
) -> Positions:
    """Return the effect of demand over lead time plus `days` on all stock held."""
    sku = designs.sku[rows]
    is_first = np.diff(sku, prepend=-1) != 0
    shared = demand_during(portfolio, sku[is_first], days)
    run = np.cumsum(is_first) - 1
    return positions(
        portfolio,
        sku,
        (held.reorder_point + held.reserve_units)[rows],
        held.order_quantity[rows],
        Moments(shared.mean[run], shared.variance[run]),
    )


def integral_at_nodes(at_points: FloatArray) -> FloatArray:
    """Return the integral up to every node of values at the points between nodes."""
    by_interval = at_points.reshape(len(at_points), len(HALF), len(GAUSS_WEIGHTS))
    pieces = (by_interval @ GAUSS_WEIGHTS) * HALF
    return np.cumsum(np.pad(pieces, ((0, 0), (1, 0))), axis=1)
