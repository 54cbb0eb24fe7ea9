"""Reasons for whole plans, computed in blocks of SKUs."""

from __future__ import annotations

from dataclasses import fields
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray, TextArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.reasons import BreakEvens, Rationale, Reasons
from optimizer.maths.threads import in_threads
from optimizer.metrics.outage_rates import outage_rates, within_a_year
from optimizer.options.costs import stockout_cost_per_day
from optimizer.options.known_curves import KnownCurves
from optimizer.sensitivity.protections import Items, break_evens, find_items
from optimizer.sensitivity.runner_up import all_flips, runner_up, texts
from optimizer.sensitivity.view import View, lines_of, offered

SKUS_AT_ONCE: Final = 256
"""Small enough for the columns of a block to stay in the processor's cache."""


class SkuPart(NamedTuple):
    """Reasons for a block of SKUs."""

    text: TextArray
    runner_up: Designs
    runner_up_gap: FloatArray
    flips: FloatArray
    items: Items


def rationale(view: View, known: KnownCurves | None = None) -> Rationale:
    """
    Return the reasons for a plan; they do not depend on the number of processors.

    Parameters
    ----------
    known
        Loss curves, kept from one plan of a sweep to the next.
    """
    every = np.arange(len(view.portfolio.skus))
    blocks = np.split(every, every[SKUS_AT_ONCE::SKUS_AT_ONCE])
    return _whole(view, in_threads(partial(_part, view, known), blocks))


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


def _part(view: View, known: KnownCurves | None, skus: IntArray) -> SkuPart:
    offer = offered(view, skus, known)
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
