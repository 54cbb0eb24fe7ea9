"""What another plan may have less of: a number for every option, added up over a plan's options."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.alternatives import (
    FEWER_ALTERNATES,
    FEWER_CHANGES,
    LESS_CONCENTRATED,
    OTHER_DECISIONS,
    OTHER_SUPPLIERS,
)
from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.option import Designs, OptionTable
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import MeanWeights
from optimizer.options.change import change
from optimizer.options.loss_curves import expected_losses

_DROPPED: Final = 0.5  # of an alternate kept: one given up without another in its place
_OPTIONS_AT_ONCE: Final = 65_536


class Measured(NamedTuple):
    """
    The options of a case, and the plan that others are to differ from.

    `portfolio` counts money as the options do; `plan` has the option of every SKU, ``(N,)``.
    """

    portfolio: Portfolio
    options: OptionTable
    mean: MeanWeights
    plan: IntArray


def aspects(measured: Measured, region: str | None) -> dict[str, FloatArray]:
    """
    Return what every option adds to each aspect of a plan, by the aspect's name.

    Parameters
    ----------
    region
        Whose hazards are to cost less; None where no hazard strikes a region.

    Returns
    -------
    dict of str to FloatArray
        Shapes ``(O,)``, all at least 0: 1 where policy and alternates are those of the plan;
        alternates of the plan kept, a half for one that is given up without another; changes, if
        there is a plan in force; alternates; expected loss to the region's hazards [money unit].
    """
    options = measured.options
    designs = options.designs(np.arange(len(options)))
    found = {
        OTHER_DECISIONS: _same_decision(options, designs, measured.plan).astype(np.float64),
        OTHER_SUPPLIERS: _alternates_kept(options, designs, measured.plan),
        FEWER_ALTERNATES: (designs.alternates >= 0).sum(axis=1).astype(np.float64),
    }
    if measured.portfolio.plan_in_force is not None:
        found[FEWER_CHANGES] = change(measured.portfolio, designs)
    if region is not None:
        struck = hazards_of(measured.portfolio, region)
        found[LESS_CONCENTRATED] = _losses_to(measured, struck)
    return found


def region_of_hazards(portfolio: Portfolio) -> list[str]:
    """Return the region that each hazard strikes, or its supplier stands in; empty for none."""
    suppliers, hazards = portfolio.suppliers, portfolio.hazards
    home = dict(zip(suppliers.supplier.tolist(), suppliers.region.tolist(), strict=True))
    pairs = zip(hazards.scope.tolist(), hazards.target.tolist(), strict=True)
    of_scope = {"region": lambda name: name, "supplier": lambda name: home.get(name, "")}
    return [of_scope[scope](target) if scope in of_scope else "" for scope, target in pairs]


def hazards_of(portfolio: Portfolio, region: str) -> BoolArray:
    """Return which hazards strike a region or a supplier in it.  Shape ``(M,)``."""
    return np.array([name == region for name in region_of_hazards(portfolio)], dtype=np.bool_)


def _same_decision(options: OptionTable, designs: Designs, plan: IntArray) -> BoolArray:
    """Return which options have the plan's policy and alternates.  Shape ``(O,)``."""
    chosen, sku = options.designs(plan), designs.sku
    alike = (designs.alternates == chosen.alternates[sku]).all(axis=1)
    return np.asarray(alike & (designs.policy == chosen.policy[sku]))


def _alternates_kept(options: OptionTable, designs: Designs, plan: IntArray) -> FloatArray:
    """Return the plan's alternates that options keep, a half for each given up.  ``(O,)``"""
    there = options.designs(plan).alternates[designs.sku]
    kept = (designs.alternates[:, :, None] == there[:, None, :]) & (there >= 0)[:, None, :]
    fewer = (there >= 0).sum(axis=1) - (designs.alternates >= 0).sum(axis=1)
    return np.asarray(kept.sum(axis=(1, 2)) + _DROPPED * np.maximum(fewer, 0))


def _losses_to(measured: Measured, struck: BoolArray) -> FloatArray:
    """Return every option's expected loss to these outages, exactly.  Shape ``(O,)``."""
    options, mean = measured.options, measured.mean
    weight = np.zeros((len(mean.start) - 1, mean.weight.shape[1]))
    profile = np.repeat(np.arange(len(weight)), np.diff(mean.start))
    entries = np.flatnonzero(struck[mean.hazard])
    np.add.at(weight, profile[entries], mean.weight[entries])
    slope, every = options.stockout_cost_per_day, np.arange(len(options))
    sku = options.sku
    blocks = np.split(every, every[_OPTIONS_AT_ONCE::_OPTIONS_AT_ONCE])
    return np.concatenate(
        [
            expected_losses(
                options.loss_curves[options.curve[rows]].astype(np.float64),
                slope[sku[rows]],
                weight[options.profile(rows)],
            )
            for rows in blocks
        ]
    )
