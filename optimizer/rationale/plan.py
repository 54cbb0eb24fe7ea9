"""The reasons of a whole plan, block by block of SKUs."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, TextArray
from optimizer.domain.option import Designs
from optimizer.domain.reasons import BreakEvens, Reasons
from optimizer.engine.reasons import all_flips, runner_up, texts
from optimizer.rationale.break_even import Items, break_evens, find_items
from optimizer.rationale.view import View, look, per_year

SKUS_AT_ONCE: Final = 2048


class Part(NamedTuple):
    """The reasons of some SKUs."""

    text: TextArray
    runner_up: Designs
    runner_up_gap: FloatArray
    flips: FloatArray
    items: Items


def rationale(view: View) -> tuple[Reasons, BreakEvens]:
    """Return why the plan is as it is; the same for any number of processors."""
    every = np.arange(len(view.portfolio.skus))
    blocks = np.split(every, every[SKUS_AT_ONCE::SKUS_AT_ONCE])
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(partial(_part, view), blocks))
    inputs, years = view.inputs(every), view.portfolio.settings.horizon.years
    flips = np.concatenate([part.flips for part in parts], axis=1)
    found = Reasons(
        text=np.concatenate([part.text for part in parts]),
        runner_up=_joined([part.runner_up for part in parts]),
        runner_up_gap=np.concatenate([part.runner_up_gap for part in parts]),
        stockout_cost=inputs.stockout_cost,
        outage_probability=within_a_year(inputs.outage_probability, years),
        flip_price=flips[0],
        flip_stockout_cost=flips[1],
        flip_outage_probability=within_a_year(flips[2] * inputs.outage_probability, years),
    )
    return found, break_evens(view, [part.items for part in parts])


def within_a_year(probability: FloatArray, years: float) -> FloatArray:
    """Return the probability within a year of what has this one within the horizon."""
    return -np.expm1(-per_year(probability, years))


def _part(view: View, skus: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Part:
    built, lines = look(view, skus)
    inputs = view.inputs(skus)
    found = all_flips(lines, inputs)
    second, gap = runner_up(lines)
    return Part(
        text=texts(lines),
        runner_up=built.designs.take(second[second >= 0]),
        runner_up_gap=gap,
        flips=np.stack(
            [
                found.capital_price.nearest(inputs.capital_price),
                found.stockout_cost.nearest(inputs.stockout_cost),
                found.outages.nearest(1.0),
            ]
        ),
        items=find_items(view, skus, built.designs, lines),
    )


def _joined(parts: list[Designs]) -> Designs:
    columns = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(Designs)
    }
    return Designs(**columns)
