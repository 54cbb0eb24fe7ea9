"""Every option of some SKUs: design, hold, drop, add alternates, cost."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import BoolArray, IntArray
from optimizer.domain.option import AlternateSets, Catalogue, Costs, Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.errors import Problem
from optimizer.options.costs import cost_of_stock
from optimizer.options.designs import open_choices, with_alternates
from optimizer.options.rules import broken, ineligible, problems
from optimizer.options.stock import stock


class Block(NamedTuple):
    """
    The options of some SKUs, sorted by SKU, then as the catalogue, then by set of alternates.

    `choice` and `alternate_set` are rows of the catalogue and of the sets, shape ``(O,)``;
    `problems` says what left SKUs without any option.
    """

    choice: IntArray
    alternate_set: IntArray
    designs: Designs
    costs: Costs
    problems: list[Problem]


def block(
    portfolio: Portfolio,
    catalogue: Catalogue,
    eligible: BoolArray,
    sets: AlternateSets,
    skus: IntArray,
) -> Block:
    """
    Return every option of some SKUs.

    Parameters
    ----------
    portfolio
        Everything the model reads.
    catalogue, eligible, sets
        What is offered, to whom, and the sets of alternates.
    skus
        Rows of the SKUs, ascending.

    References
    ----------
    .. [1] The model contract, sections 2 and 3.
    """
    sku, choice = open_choices(catalogue, eligible, skus)
    offered = catalogue.designs(sku, choice, np.full((len(sku), 2), -1))
    held = stock(portfolio, offered)
    breaks = broken(portfolio, offered, held)
    kept = np.flatnonzero(~breaks.any(axis=0))
    row, alternate_set = with_alternates(sku[kept], sets)
    row = kept[row]
    designs = catalogue.designs(sku[row], choice[row], sets.sources[alternate_set])
    without = ineligible(portfolio, np.setdiff1d(skus, sku))
    return Block(
        choice=choice[row],
        alternate_set=alternate_set,
        designs=designs,
        costs=cost_of_stock(portfolio, designs, held.take(row)),
        problems=without + problems(portfolio, offered, breaks),
    )
