"""Adds options to a table: what is new is built, joined with the rest of its SKU and pruned."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from optimizer.domain.arrays import IntArray
from optimizer.domain.option import OptionTable
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.resources import Resources
from optimizer.domain.scenario import LostDays, MeanWeights
from optimizer.options.build import Built, Context, costed, gathered, pruned
from optimizer.options.choices import Choices
from optimizer.options.sourcing_order import SourcingOrder, suppliers_to_onboard
from optimizer.options.table_part import part_of
from optimizer.options.table_room import Part


def extended(
    portfolio: Portfolio,
    options: OptionTable,
    resources: Resources,
    new: Choices,
    *,
    lost: LostDays,
    mean: MeanWeights,
) -> Built:
    """
    Return the table that `build` makes of what is offered already and of new choices.

    Parameters
    ----------
    portfolio, lost, mean
        As the options were built with.
    options, resources
        The options so far, none of which dominates another, and what they use.
    new
        From `Choices.beyond`: none of them is in the table.

    Returns
    -------
    Built
        Equal to a table built whole, but that an old and a new option with equal curves have one
        each.  An option that a new one dominates is dropped, and so is a new one that is dominated.

    References
    ----------
    .. [1] The model contract, sections 2 and 3.
    """
    sets = options.sets
    context = Context(
        portfolio=portfolio,
        choices=new,
        sets=sets,
        sourcing=SourcingOrder(
            options.profile_of_set,
            suppliers_to_onboard(portfolio, sets),
            options.price_profile,
            lost,
        ),
        weights=mean.total,
    )
    n_options = len(options) + new.count(portfolio, sets)
    part_of_block = partial(_extended_part, context, options, resources)
    room = gathered(len(portfolio.skus), n_options, part_of_block)
    table = replace(options, start=room.start(), **room.columns())
    return Built(options=table, resources=room.resources(), n_built=room.n_built)


def _extended_part(
    context: Context, options: OptionTable, resources: Resources, skus: IntArray
) -> Part:
    """Return the options of these SKUs, old and new."""
    before, choices = part_of(options, resources, skus), context.choices
    first, last = np.searchsorted(choices.sku, [skus[0], skus[-1] + 1])
    if first == last:
        return Part(before.take(np.arange(len(before))), len(before), [])
    new, _ = costed(context, np.unique(choices.sku[first:last]))
    both, origin = before.joined(new)
    return Part(pruned(context, both, origin >= len(before)), len(both), [])
