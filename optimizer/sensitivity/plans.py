"""Reasons for whole plans, computed in blocks of SKUs."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from functools import partial
from typing import Final, NamedTuple

import numpy as np
import psutil

from optimizer.domain.arrays import FloatArray, IntArray, TextArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.reasons import BreakEvens, Rationale, Reasons
from optimizer.metrics.outage_rates import outage_rates, within_a_year
from optimizer.options.costs import stockout_cost_per_day
from optimizer.sensitivity.protections import Items, break_evens, find_items
from optimizer.sensitivity.runner_up import all_flips, runner_up, texts
from optimizer.sensitivity.view import Offer, View, lines_of, offered

SKUS_AT_ONCE: Final = 2048
_FREE: Final = 0.5  # of the memory, below which no more is kept


class SkuPart(NamedTuple):
    """Reasons for a block of SKUs."""

    text: TextArray
    runner_up: Designs
    runner_up_gap: FloatArray
    flips: FloatArray
    items: Items


class Offers:
    """
    The options of blocks of SKUs, kept for the next plan of the same case.

    To cost them takes most of the time of the reasons.  They are kept while half of the machine's
    memory is free, some 30 kB a SKU; what is not kept is costed again, and so are blocks in which a
    plan has other fine designs.
    """

    def __init__(self) -> None:
        self._kept: dict[int, tuple[bytes, Offer]] = {}

    def of(self, view: View, skus: IntArray) -> Offer:
        """Return the options of a block of SKUs."""
        first, fine = int(skus[0]), _fine(view, skus)
        before, offer = self._kept.get(first, (b"", None))
        if offer is None or before != fine:
            offer = offered(view, skus)
        memory = psutil.virtual_memory()
        if memory.available > _FREE * memory.total:
            self._kept[first] = (fine, offer)
        return offer


def _fine(view: View, skus: IntArray) -> bytes:
    """Return what tells the fine designs that a plan adds to a block apart from others'."""
    choices = view.choices
    rows = slice(*np.searchsorted(choices.sku, [skus[0], skus[-1] + 1]))
    return choices.sku[rows].tobytes() + choices.row[rows].tobytes()


def rationale(view: View, offers: Offers) -> Rationale:
    """Return the reasons for a plan; they do not depend on the number of processors."""
    every = np.arange(len(view.portfolio.skus))
    blocks = np.split(every, every[SKUS_AT_ONCE::SKUS_AT_ONCE])
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        parts = list(pool.map(partial(_part, view, offers), blocks))
    finally:
        pool.shutdown(cancel_futures=True)
    return _whole(view, parts)


def no_reasons(portfolio: Portfolio, chosen: Designs) -> Rationale:
    """Return a placeholder without reasons: today's values only."""
    every = np.arange(len(portfolio.skus))
    primary = portfolio.sources.supplier[portfolio.skus.primary]
    none, unknown = np.zeros(0, dtype=np.int64), np.full(len(every), np.nan)
    reasons = Reasons(
        text=np.full(len(every), "", dtype=np.object_),
        runner_up=chosen.take(none),
        runner_up_gap=unknown,
        stockout_cost=stockout_cost_per_day(portfolio, every),
        outage_probability=within_a_year(outage_rates(portfolio)[primary]),
        flip_price=unknown,
        flip_stockout_cost=unknown,
        flip_outage_probability=unknown,
    )
    nothing = BreakEvens(
        kind=np.zeros(0, dtype=np.object_),
        sku=none,
        supplier=none,
        **{name: np.zeros(0) for name in ("cost", "saving", "outage_rate", "break_even_rate")},
    )
    return Rationale(reasons, nothing)


def _whole(view: View, parts: list[SkuPart]) -> Rationale:
    """Join the reasons of all blocks to those of the plan."""
    every = np.arange(len(view.portfolio.skus))
    inputs = view.inputs(every)
    flips = np.concatenate([part.flips for part in parts], axis=1)
    reasons = Reasons(
        text=np.concatenate([part.text for part in parts]),
        runner_up=_joined([part.runner_up for part in parts]),
        runner_up_gap=np.concatenate([part.runner_up_gap for part in parts]),
        stockout_cost=inputs.stockout_cost,
        outage_probability=within_a_year(inputs.outage_rate),
        flip_price=flips[0],
        flip_stockout_cost=flips[1],
        flip_outage_probability=within_a_year(flips[2] * inputs.outage_rate),
    )
    return Rationale(reasons, break_evens(view, [part.items for part in parts]))


def _part(view: View, offers: Offers, skus: IntArray) -> SkuPart:
    offer = offers.of(view, skus)
    lines, designs = lines_of(view, offer), offer.built.designs
    inputs = view.inputs(skus)
    crossings = all_flips(lines, inputs)
    second, gap = runner_up(lines)
    return SkuPart(
        text=texts(lines),
        runner_up=designs.take(second[second >= 0]),
        runner_up_gap=gap,
        flips=np.stack(
            [
                crossings.capital_price.nearest(inputs.capital_price),
                crossings.stockout_cost.nearest(inputs.stockout_cost),
                crossings.outages.nearest(1.0),
            ]
        ),
        items=find_items(view, skus, designs, lines),
    )


def _joined(parts: list[Designs]) -> Designs:
    columns = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(Designs)
    }
    return Designs(**columns)
