"""Portfolio → option table, block by block of SKUs: every option, its use, its rivals."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, Int32Array, IntArray
from optimizer.domain.option import AlternateSets, Catalogue, OptionTable
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.resources import Resources
from optimizer.domain.scenario import LostDays, MeanWeights
from optimizer.errors import BadInputError, Problem
from optimizer.options.block import Block, block
from optimizer.options.catalogue import catalogue
from optimizer.options.costs import spend_per_day, stockout_cost_per_day
from optimizer.options.curves import Struck, mean_losses
from optimizer.options.designs import eligible_policies
from optimizer.options.prune import prune
from optimizer.options.resources import decisive, resources
from optimizer.options.sourcing_order import Sourcing, suppliers_to_onboard

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
    catalogue: Catalogue
    eligible: BoolArray
    sets: AlternateSets
    sourcing: Sourcing
    weights: FloatArray


class Part(NamedTuple):
    """`OptionTable`'s columns of a block, pruned; how many options each SKU keeps; its curves."""

    options_of_sku: IntArray
    choice: Int32Array
    alternate_set: Int32Array
    curve: Int32Array
    cost: FloatArray
    expected_loss: FloatArray
    lot_days: FloatArray
    loss_curves: FloatArray
    resources: Resources
    n_built: int
    problems: list[Problem]


def build(
    portfolio: Portfolio,
    allowed: BoolArray,
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
        Everything the model reads; a limit that is to bind later must be set now.
    allowed
        Which policies the policy mode leaves to each SKU.  Shape ``(N, n_policies)``.
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
        catalogue=catalogue(portfolio.settings),
        eligible=eligible_policies(portfolio, allowed),
        sets=sets,
        sourcing=Sourcing(
            profile_of_set, suppliers_to_onboard(portfolio, sets), price_profile, lost
        ),
        weights=mean.total,
    )
    every = np.arange(len(portfolio.skus))
    blocks = np.split(every, every[SKUS_AT_ONCE::SKUS_AT_ONCE])
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(partial(_part, context), blocks))
    found = [problem for part in parts for problem in part.problems]
    if found:
        raise BadInputError(found)
    return _joined(context, parts)


def _part(context: Context, skus: IntArray) -> Part:
    """Build the options of some SKUs and keep what can be chosen of them."""
    portfolio = context.portfolio
    built = block(portfolio, context.catalogue, context.eligible, context.sets, skus)
    used = decisive(resources(portfolio, built.designs, built.costs))
    loss = _expected_loss(context, built)
    charge = portfolio.settings.tail_charge
    rows = prune(built, used, loss, context.sourcing, tail_charge=charge)
    kept, curve = np.unique(built.curve[rows], return_inverse=True)
    return Part(
        options_of_sku=np.bincount(built.designs.sku[rows] - skus[0], minlength=len(skus)),
        choice=built.choice[rows].astype(np.int32),
        alternate_set=built.alternate_set[rows].astype(np.int32),
        curve=curve.astype(np.int32),
        cost=built.costs.total[rows],
        expected_loss=loss[rows],
        lot_days=built.costs.lot_days[rows],
        loss_curves=built.curves[kept],
        resources=replace(used, option_use=used.option_use[:, rows]),
        n_built=len(built.choice),
        problems=built.problems,
    )


def _expected_loss(context: Context, built: Block) -> FloatArray:
    sku, sourcing = built.designs.sku, context.sourcing
    profile, price_profile = sourcing.profile[built.alternate_set], sourcing.price_profile[sku]
    struck = Struck(sku, built.curve, profile, price_profile)
    lot_days = built.costs.lot_days
    return mean_losses(context.portfolio, struck, built.curves, lot_days, context.weights)


def _joined(context: Context, parts: list[Part]) -> Built:
    portfolio = context.portfolio
    every = np.arange(len(portfolio.skus))
    first_curve = np.cumsum([0, *(len(part.loss_curves) for part in parts)])
    options = OptionTable(
        start=np.cumsum(np.concatenate([[0], *(part.options_of_sku for part in parts)])),
        choice=np.concatenate([part.choice for part in parts]),
        alternate_set=np.concatenate([part.alternate_set for part in parts]),
        curve=np.concatenate(
            [part.curve + np.int32(at) for at, part in zip(first_curve, parts, strict=False)]
        ),
        cost=np.concatenate([part.cost for part in parts]),
        expected_loss=np.concatenate([part.expected_loss for part in parts]),
        lot_days=np.concatenate([part.lot_days for part in parts]),
        loss_curves=np.concatenate([part.loss_curves for part in parts]),
        catalogue=context.catalogue,
        sets=context.sets,
        profile_of_set=context.sourcing.profile,
        price_profile=context.sourcing.price_profile,
        stockout_cost_per_day=stockout_cost_per_day(portfolio, every),
        spend_per_day=spend_per_day(portfolio, every),
    )
    use = np.concatenate([part.resources.option_use for part in parts], axis=1)
    return Built(
        options=options,
        resources=replace(parts[0].resources, option_use=use),
        n_built=sum(part.n_built for part in parts),
    )
