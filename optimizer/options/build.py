"""Portfolio → option table: design, hold, drop, add alternates, cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Final, NamedTuple, TypeVar

import numpy as np

from optimizer.domain.arrays import BoolArray, IntArray
from optimizer.domain.option import Costs, Designs, OptionTable
from optimizer.domain.portfolio import Portfolio
from optimizer.errors import BadInputError, Problem
from optimizer.options.alternates import AlternateSets, alternate_sets
from optimizer.options.costs import cost_of_stock, spend_per_day, stockout_cost_per_day
from optimizer.options.designs import eligible_policies, single_source_designs, with_alternates
from optimizer.options.profiles import outage_profiles
from optimizer.options.rules import broken, ineligible, problems
from optimizer.options.stock import stock

SKUS_AT_ONCE: Final = 4096
"""Small enough for the columns of a block to stay in the processor's cache."""

Columns = TypeVar("Columns", Designs, Costs)


class Block(NamedTuple):
    """The options of some SKUs, the set of alternates of each, and what left SKUs without any."""

    designs: Designs
    costs: Costs
    alternate_set: IntArray
    problems: list[Problem]


def build(portfolio: Portfolio, allowed: BoolArray) -> OptionTable:
    """
    Return every option of every SKU.

    Parameters
    ----------
    portfolio
        Everything the model reads.
    allowed
        Which policies the policy mode leaves to each SKU.  Shape ``(N, n_policies)``.

    Returns
    -------
    OptionTable
        Sorted by SKU, then as the catalogue, then by set of alternates.

    Raises
    ------
    BadInputError
        If a SKU has no option; every such SKU is listed.

    References
    ----------
    .. [1] The model contract, sections 2 and 3.
    """
    n_skus = len(portfolio.skus)
    eligible = eligible_policies(portfolio, allowed)
    sets = alternate_sets(portfolio)
    every = np.arange(n_skus)
    blocks = [
        _block(portfolio, eligible, sets, every[first : first + SKUS_AT_ONCE])
        for first in range(0, n_skus, SKUS_AT_ONCE)
    ]
    found = [problem for block in blocks for problem in block.problems]
    if found:
        raise BadInputError(found)
    profiles, profile_of_set = outage_profiles(portfolio, sets)
    designs = _joined([block.designs for block in blocks])
    return OptionTable(
        start=np.searchsorted(designs.sku, np.arange(n_skus + 1)),
        designs=designs,
        costs=_joined([block.costs for block in blocks]),
        profile=profile_of_set[np.concatenate([block.alternate_set for block in blocks])],
        profiles=profiles,
        stockout_cost_per_day=stockout_cost_per_day(portfolio, every),
        spend_per_day=spend_per_day(portfolio, every),
    )


def _block(portfolio: Portfolio, eligible: BoolArray, sets: AlternateSets, skus: IntArray) -> Block:
    offered = single_source_designs(portfolio, eligible, skus)
    held = stock(portfolio, offered)
    breaks = broken(portfolio, offered, held)
    kept = np.flatnonzero(~breaks.any(axis=0))
    designs, row, alternate_set = with_alternates(offered.take(kept), sets)
    costs = cost_of_stock(portfolio, designs, held.take(kept[row]))
    without = ineligible(portfolio, np.setdiff1d(skus, offered.sku))
    return Block(designs, costs, alternate_set, without + problems(portfolio, offered, breaks))


def _joined(parts: Sequence[Columns]) -> Columns:
    kind = type(parts[0])
    names = [field.name for field in fields(kind)]
    return kind(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in names})
