"""Drops options that another option of the same SKU dominates in every term of the model."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.resources import Resources
from optimizer.options.block import Block
from optimizer.options.dominance import Rivals, undominated
from optimizer.options.sourcing_order import SourcingOrder


def prune(
    options: Block,
    resources: Resources,
    expected_loss: FloatArray,
    sourcing: SourcingOrder,
    *,
    tail_charge: float,
) -> IntArray:
    r"""
    Return the options that can be part of an optimal plan.

    Option o′ dominates o of the same SKU if none of these is larger: certain cost; expected loss;
    use of every limited resource; the loss curve at every node; the price curve, which is no larger
    if the lot lasts at least as long; suppliers to onboard (as a set); lost days, strike by strike.
    Of equal options the first is kept.

    .. math:: \text{objective} = \max_{\theta \in \{0, 1\}}\;
              \text{cost} + (1 - \omega y \theta)\,E L + \omega y \theta\,\rho(L) + \dots

    falls with each of them as long as :math:`\omega y \le 1`; beyond that, a smaller expected loss
    alone may cost more, so only options of equal expected loss are compared.

    Why first: pricing is memory-bound, so every option pruned saves its share of every round
    (ALGORITHMS 2).

    Parameters
    ----------
    options
        Every option of a block of SKUs.
    resources
        Their resource use; a limit that is set only later must be finite already.
    expected_loss
        Exact expected loss.  Shape ``(O,)``. [currency]
    sourcing
        Profiles and onboardings of every set of alternates and SKU.
    tail_charge
        Charge per unit of unexpected loss over the horizon.  :math:`\omega y` [-]

    Returns
    -------
    IntArray
        Rows of the options, ascending; at least one per SKU that has any.

    References
    ----------
    .. [1] The model contract, sections 2 and 5.
    """
    sku = options.designs.sku
    is_dearer = sourcing.price_profile[sku] >= 0
    terms = [
        options.costs.total,
        expected_loss,
        *resources.option_use[np.isfinite(resources.limit)],
        np.where(is_dearer, -options.costs.lot_days, 0.0),
    ]
    if tail_charge > 1.0:
        terms.append(-expected_loss)
    rivals = Rivals(
        start=np.append(np.flatnonzero(np.diff(sku, prepend=-1)), len(sku)),
        terms=np.stack(terms, axis=1),
        curve=options.curve,
        curves=options.curves,
        alternate_set=options.alternate_set,
    )
    return np.flatnonzero(undominated(rivals, sourcing))
