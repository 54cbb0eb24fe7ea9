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
from optimizer.domain.scenario import LostDays, ScenarioSet
from optimizer.errors import BadInputError, Problem
from optimizer.options.block import block
from optimizer.options.catalogue import catalogue
from optimizer.options.costs import spend_per_day, stockout_cost_per_day
from optimizer.options.designs import eligible_policies
from optimizer.options.prune import prune, short_can_pay
from optimizer.options.resources import decisive, resources
from optimizer.options.sourcing_order import Sourcing, suppliers_to_onboard

SKUS_AT_ONCE: Final = 2048
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
    short_can_pay: BoolArray
    sourcing: Sourcing


class Part(NamedTuple):
    """`OptionTable`'s columns of a block, pruned; how many options each SKU keeps."""

    options_of_sku: IntArray
    choice: Int32Array
    alternate_set: Int32Array
    cost: FloatArray
    assured_days: FloatArray
    lot_days: FloatArray
    resources: Resources
    n_built: int
    problems: list[Problem]


def build(
    portfolio: Portfolio,
    allowed: BoolArray,
    *,
    sets: AlternateSets,
    profile_of_set: IntArray,
    scenarios: ScenarioSet,
    lost: LostDays,
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
    profile_of_set
        From `outage_profiles`.  Shape ``(A,)``.
    scenarios, lost
        Price shocks, and days lost by profile, against which options are pruned.

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
        short_can_pay=short_can_pay(portfolio, scenarios),
        sourcing=Sourcing(profile_of_set, suppliers_to_onboard(portfolio, sets), lost),
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
    rows = prune(built, used, context.short_can_pay, context.sourcing)
    return Part(
        options_of_sku=np.bincount(built.designs.sku[rows] - skus[0], minlength=len(skus)),
        choice=built.choice[rows].astype(np.int32),
        alternate_set=built.alternate_set[rows].astype(np.int32),
        cost=built.costs.total[rows],
        assured_days=built.costs.assured_days[rows],
        lot_days=built.costs.lot_days[rows],
        resources=replace(used, option_use=used.option_use[:, rows]),
        n_built=len(built.choice),
        problems=built.problems,
    )


def _joined(context: Context, parts: list[Part]) -> Built:
    portfolio = context.portfolio
    every = np.arange(len(portfolio.skus))
    options = OptionTable(
        start=np.cumsum(np.concatenate([[0], *(part.options_of_sku for part in parts)])),
        choice=np.concatenate([part.choice for part in parts]),
        alternate_set=np.concatenate([part.alternate_set for part in parts]),
        cost=np.concatenate([part.cost for part in parts]),
        assured_days=np.concatenate([part.assured_days for part in parts]),
        lot_days=np.concatenate([part.lot_days for part in parts]),
        catalogue=context.catalogue,
        sets=context.sets,
        profile_of_set=context.sourcing.profile,
        stockout_cost_per_day=stockout_cost_per_day(portfolio, every),
        spend_per_day=spend_per_day(portfolio, every),
    )
    use = np.concatenate([part.resources.option_use for part in parts], axis=1)
    return Built(
        options=options,
        resources=replace(parts[0].resources, option_use=use),
        n_built=sum(part.n_built for part in parts),
    )
