"""Builds every option of a block of SKUs: design, stock, rules, alternates, costs, loss curve."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.option import AlternateSets, Costs, Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.errors import Problem
from optimizer.options.choices import Choices
from optimizer.options.costs import cost_of_stock
from optimizer.options.designs import with_alternates
from optimizer.options.distinct import distinct
from optimizer.options.holding import Stock, stock
from optimizer.options.known_curves import KnownCurves, curve_keys
from optimizer.options.loss_curves import loss_curves
from optimizer.options.rules import broken, ineligible, problems
from optimizer.options.stability import held_back, left_without, sources_held_back
from optimizer.options.survival import survives, without_survivor


class Block(NamedTuple):
    """
    The options of a block of SKUs, sorted by SKU, catalogue row and set of alternates.

    `choice` and `alternate_set` are rows of the catalogue and of the sets, `curve` rows of
    `curves`, shape ``(O,)``; `curves` are the distinct loss curves, which do not depend on
    alternates, shape ``(C, 17)``; `problems` lists SKUs without any option.
    """

    choice: IntArray
    alternate_set: IntArray
    designs: Designs
    costs: Costs
    curve: IntArray
    curves: FloatArray
    problems: list[Problem]


def block(
    portfolio: Portfolio,
    choices: Choices,
    sets: AlternateSets,
    skus: IntArray,
    known: KnownCurves | None = None,
) -> Block:
    """
    Return every option of these SKUs.

    Parameters
    ----------
    portfolio
        Everything the model reads.
    choices, sets
        What is offered, and the sets of alternates.
    skus
        Rows of the SKUs, ascending.
    known
        Curves of this block that are there already, if any are.

    References
    ----------
    .. [1] The model contract, sections 2 and 3.
    """
    sku, choice = choices.open_to(portfolio, skus)
    offered = choices.catalogue.designs(sku, choice, np.full((len(sku), 2), -1))
    held = stock(portfolio, offered)
    breaks = broken(portfolio, offered, held)
    keeps_rules = ~breaks.any(axis=0)
    kept = np.flatnonzero(keeps_rules & ~held_back(portfolio, offered, held))
    curve, curves = _curves(portfolio, offered.take(kept), held.take(kept), known)
    place, alternate_set = with_alternates(sku[kept], sets)
    row = kept[place]
    designs = choices.catalogue.designs(sku[row], choice[row], sets.sources[alternate_set])
    stays = ~sources_held_back(portfolio, designs)
    without = ineligible(portfolio, np.setdiff1d(skus, sku))
    without += left_without(portfolio, np.setdiff1d(sku[keeps_rules], designs.sku[stays]))
    if portfolio.settings.limits.tts_covers_ttr is not None:
        place, row, alternate_set, designs = _taken(stays, place, row, alternate_set, designs)
        cover = held.cover_days[row]
        stays = survives(portfolio, designs, cover)
        without += without_survivor(portfolio, designs, cover, stays)
    place, row, alternate_set, designs = _taken(stays, place, row, alternate_set, designs)
    return Block(
        choice=choice[row],
        alternate_set=alternate_set,
        designs=designs,
        costs=cost_of_stock(portfolio, designs, held.take(row)),
        curve=curve[place],
        curves=curves,
        problems=without + problems(portfolio, offered, breaks),
    )


def _taken(
    kept: BoolArray, place: IntArray, row: IntArray, alternate_set: IntArray, designs: Designs
) -> tuple[IntArray, IntArray, IntArray, Designs]:
    """Return the designs that are kept, and where they come from."""
    if kept.all():
        return place, row, alternate_set, designs
    return place[kept], row[kept], alternate_set[kept], designs.take(np.flatnonzero(kept))


def _curves(
    portfolio: Portfolio, designs: Designs, held: Stock, known: KnownCurves | None
) -> tuple[IntArray, FloatArray]:
    """Return every design's row among the distinct curves, and these curves."""
    first, curve = distinct(curve_keys(designs, held))
    of_designs = known.of if known else loss_curves
    return curve, of_designs(portfolio, designs.take(first), held.take(first))
