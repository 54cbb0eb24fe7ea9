"""Builds the option table from a portfolio, block by block: options, resource use, pruning."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.option import AlternateSets, OptionTable
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.resources import Resources
from optimizer.domain.scenario import LostDays, MeanWeights
from optimizer.errors import BadInputError, Problem
from optimizer.options.block import Block, block
from optimizer.options.choices import Choices
from optimizer.options.costs import spend_per_day, stockout_cost_per_day
from optimizer.options.loss_curves import Struck, mean_losses
from optimizer.options.prune import prune
from optimizer.options.resource_use import decisive, resources
from optimizer.options.sourcing_order import SourcingOrder, suppliers_to_onboard
from optimizer.options.table_part import TablePart, rounded_down
from optimizer.options.table_room import Part, Room

SKUS_AT_ONCE: Final = 256
"""Small enough for the columns of a block to stay in the processor's cache."""


class Built(NamedTuple):
    """The options worth choosing, what they use, and how many there were before pruning."""

    options: OptionTable
    resources: Resources
    n_built: int


class Context(NamedTuple):
    """What every block is built from."""

    portfolio: Portfolio
    choices: Choices
    sets: AlternateSets
    sourcing: SourcingOrder
    weights: FloatArray


def build(
    portfolio: Portfolio,
    choices: Choices,
    *,
    sets: AlternateSets,
    profile_of_set: IntArray,
    price_profile: IntArray,
    lost: LostDays,
    mean: MeanWeights,
) -> Built:
    """
    Return the options of every SKU that can be part of an optimal plan.

    Parameters
    ----------
    portfolio
        All inputs; a limit that is set only later must be finite already, or pruning ignores it.
    choices
        What is offered to every SKU.
    sets
        From `alternate_sets`.
    profile_of_set, price_profile
        From `outage_profiles`.  Shapes ``(A,)`` and ``(N,)``.
    lost
        Days lost by profile, against which options are pruned.
    mean
        Exact weights of the profiles on the curves.

    Returns
    -------
    Built
        Sorted by SKU, then as the catalogue, then by set of alternates; the same for any number
        of processors.

    Raises
    ------
    BadInputError
        If a SKU has no option; every such SKU is listed.

    References
    ----------
    .. [1] The model contract, sections 2 and 3.
    """
    context = Context(
        portfolio=portfolio,
        choices=choices,
        sets=sets,
        sourcing=SourcingOrder(
            profile_of_set, suppliers_to_onboard(portfolio, sets), price_profile, lost
        ),
        weights=mean.total,
    )
    every = np.arange(len(portfolio.skus))
    n_options = choices.count(portfolio, sets)
    room = gathered(len(every), n_options, partial(_built_part, context))
    if room.problems:
        raise BadInputError(room.problems)
    options = OptionTable(
        start=room.start(),
        **room.columns(),
        catalogue=choices.catalogue,
        sets=sets,
        profile_of_set=profile_of_set,
        price_profile=price_profile,
        stockout_cost_per_day=stockout_cost_per_day(portfolio, every),
        spend_per_day=spend_per_day(portfolio, every),
    )
    return Built(options=options, resources=room.resources(), n_built=room.n_built)


def gathered(n_skus: int, n_options: int, part_of_block: Callable[[IntArray], Part]) -> Room:
    """
    Return all blocks of SKUs, each made by one of many threads.

    Parameters
    ----------
    n_options
        Upper bound on the number of options.
    part_of_block
        Returns the part of these SKUs, which follow each other.
    """
    every = np.arange(n_skus)
    blocks = np.split(every, every[SKUS_AT_ONCE::SKUS_AT_ONCE])
    room = Room(n_options)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for skus, part in zip(blocks, pool.map(part_of_block, blocks), strict=True):
            room.add(skus, part)
    return room


def _built_part(context: Context, skus: IntArray) -> Part:
    """Build the options of these SKUs and prune the dominated ones."""
    options, found = costed(context, skus)
    is_new = np.ones(len(options), dtype=np.bool_)
    return Part(pruned(context, options, is_new), len(options), found)


def costed(context: Context, skus: IntArray) -> tuple[TablePart, list[Problem]]:
    """Return every option of these SKUs, and one problem for each SKU that has none."""
    portfolio = context.portfolio
    built = block(portfolio, context.choices, context.sets, skus)
    lot_days = np.zeros(len(built.curves))
    lot_days[built.curve] = built.costs.lot_days
    options = TablePart(
        sku=built.designs.sku,
        choice=built.choice.astype(np.int32),
        alternate_set=built.alternate_set.astype(np.int32),
        curve=built.curve.astype(np.int32),
        cost=built.costs.total,
        expected_loss=_expected_loss(context, built),
        loss_curves=rounded_down(built.curves),
        lot_days=lot_days,
        resources=decisive(resources(portfolio, built.designs, built.costs)),
    )
    return options, built.problems


def pruned(context: Context, options: TablePart, is_new: BoolArray) -> TablePart:
    """Return the options that no other dominates; see `prune`."""
    charge = context.portfolio.settings.tail_charge
    return options.take(prune(options, context.sourcing, tail_charge=charge, is_new=is_new))


def _expected_loss(context: Context, built: Block) -> FloatArray:
    sku, sourcing = built.designs.sku, context.sourcing
    profile, price_profile = sourcing.profile[built.alternate_set], sourcing.price_profile[sku]
    struck = Struck(sku, built.curve, profile, price_profile)
    lot_days = built.costs.lot_days
    return mean_losses(context.portfolio, struck, built.curves, lot_days, context.weights)
