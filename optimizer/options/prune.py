"""Drops options that another option of the same SKU dominates in every term of the model."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import BoolArray, IntArray
from optimizer.options.dominance import Rivals, undominated
from optimizer.options.sourcing_order import SourcingOrder
from optimizer.options.table_part import TablePart


def prune(
    options: TablePart,
    sourcing: SourcingOrder,
    *,
    tail_charge: float,
    is_new: BoolArray,
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
        Every option of a block of SKUs; a limit that is set only later must be finite already.
    sourcing
        Profiles and onboardings of every set of alternates and SKU.
    tail_charge
        Charge per unit of unexpected loss over the horizon.  :math:`\omega y` [-]
    is_new
        False for options that have been pruned already, without the new ones.  Shape ``(O,)``.

    Returns
    -------
    IntArray
        Rows of the options, ascending; at least one per SKU that has any.

    References
    ----------
    .. [1] The model contract, sections 2 and 5.
    """
    sku, use, limit = options.sku, options.resources.option_use, options.resources.limit
    is_dearer = sourcing.price_profile[sku] >= 0
    terms = [
        options.cost,
        options.expected_loss,
        *use[np.isfinite(limit)],
        np.where(is_dearer, -options.lot_days[options.curve], 0.0),
    ]
    if tail_charge > 1.0:
        terms.append(-options.expected_loss)
    rivals = Rivals(
        start=np.append(np.flatnonzero(np.diff(sku, prepend=-1)), len(sku)),
        terms=np.stack(terms, axis=1),
        curve=options.curve,
        curves=options.loss_curves,
        alternate_set=options.alternate_set,
        is_new=is_new,
    )
    return np.flatnonzero(undominated(rivals, sourcing))
