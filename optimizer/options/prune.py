"""Drops options that another option of the same SKU beats in every term the model uses."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import BoolArray, IntArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.resources import Resources
from optimizer.domain.scenario import ScenarioSet
from optimizer.options.block import Block
from optimizer.options.costs import stockout_cost_per_day
from optimizer.options.dominance import undominated
from optimizer.options.sourcing_order import Sourcing


def prune(
    options: Block, resources: Resources, short_can_pay: BoolArray, sourcing: Sourcing
) -> IntArray:
    r"""
    Return the options that can be part of an optimal plan.

    Option o′ dominates o of the same SKU where none of these is larger: cost; use of every
    limited resource; suppliers to onboard (as a set); lost days in every scenario; and where
    neither end of its cover is nearer, which makes its days short no more, whatever is lost:

    .. math:: a' \ge a,\; a' + q' \ge a + q \;\Rightarrow\;
              \text{short}(\ell; a', q') \le \text{short}(\ell; a, q) \quad \forall \ell

    Of equal options the first is kept.

    Parameters
    ----------
    options
        Every option of some SKUs.
    resources
        What they use; a limit that is to bind later must be finite now.
    short_can_pay
        From `short_can_pay`: there only options of equal cover are compared.  Shape ``(N,)``.
    sourcing
        Of every set of alternates.

    Returns
    -------
    IntArray
        Rows of the options, ascending; at least one per SKU that has any.

    References
    ----------
    .. [1] The model contract, sections 2 and 3.
    """
    sku = options.designs.sku
    nearest = options.costs.assured_days
    farthest = nearest + options.costs.lot_days
    pays = short_can_pay[sku]
    terms = [
        options.costs.total,
        *resources.option_use[np.isfinite(resources.limit)],
        -nearest,
        -farthest,
        np.where(pays, nearest, 0.0),
        np.where(pays, farthest, 0.0),
    ]
    start = np.append(np.flatnonzero(np.diff(sku, prepend=-1)), len(sku))
    kept = undominated(start, np.stack(terms, axis=1), options.alternate_set, sourcing)
    return np.flatnonzero(kept)


def short_can_pay(portfolio: Portfolio, scenarios: ScenarioSet) -> BoolArray:
    """
    Return where a day short may lower the loss: a price that falls, or a negative daily cost.

    Parameters
    ----------
    portfolio
        Its SKUs.
    scenarios
        Their price shocks.

    Returns
    -------
    BoolArray
        Shape ``(N,)``.
    """
    falls = scenarios.categories[(scenarios.price_multiplier < 1.0).any(axis=0)]
    in_falling = np.isin(portfolio.skus.category.astype(str), falls.astype(str))
    every = np.arange(len(portfolio.skus))
    return in_falling | (stockout_cost_per_day(portfolio, every) < 0.0)
