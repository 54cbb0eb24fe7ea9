"""Drops options that another option of the same SKU beats in every term the model uses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.option import OptionTable
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.resources import Resources
from optimizer.domain.scenario import ScenarioSet
from optimizer.options.sourcing_order import no_worse_sourcing, suppliers_to_onboard

PAIRS_AT_ONCE: Final = 300_000


def prune(
    portfolio: Portfolio,
    options: OptionTable,
    resources: Resources,
    scenarios: ScenarioSet,
    lost: IntArray,
) -> OptionTable:
    r"""
    Return the options that can be part of an optimal plan.

    Option o′ dominates o of the same SKU where none of these is larger: cost; use of every
    limited resource; suppliers to onboard (as a set); lost days in every scenario; and where
    neither end of its cover is nearer, which makes its days short no more, whatever is lost:

    .. math:: a' \ge a,\; a' + q' \ge a + q \;\Rightarrow\;
              \text{short}(\ell; a', q') \le \text{short}(\ell; a, q) \quad \forall \ell

    Of equal options the first is kept.

    Parameters
    ----------
    portfolio
        Its sources, suppliers and categories.
    options
        From `build`.
    resources
        From `resources`; a limit that is to bind later must be finite now.
    scenarios
        Their price shocks: where one lowers a price, being short can pay, and only options of
        equal cover are compared.
    lost
        Lost days of every profile in every scenario.  Shape ``(P, S)``. [whole days]

    Returns
    -------
    OptionTable
        At least one option per SKU; `profiles` unchanged, so that `lost` stays aligned.

    References
    ----------
    .. [1] The model contract, sections 2 and 3.
    """
    nearest = options.costs.assured_days
    farthest = nearest + options.costs.lot_days
    pays = _being_short_can_pay(portfolio, options, scenarios)[options.designs.sku]
    terms = np.stack(
        [
            options.costs.total,
            *resources.option_use[np.isfinite(resources.limit)],
            -nearest,
            -farthest,
            np.where(pays, nearest, 0.0),
            np.where(pays, farthest, 0.0),
        ]
    )
    onboard = suppliers_to_onboard(portfolio, options.designs)
    kept = np.ones(len(options), dtype=np.bool_)
    for rows in _blocks(options.start):
        sourcing = no_worse_sourcing(options.profile[rows], onboard[rows], lost)
        kept[rows] = ~_dominated(terms[:, rows], sourcing)
    return _only(options, np.flatnonzero(kept))


def _dominated(terms: FloatArray, sourcing: BoolArray) -> BoolArray:
    """
    Return which options another one dominates.

    `terms` has shape ``(K, n, m)`` for n SKUs of m options each; ``sourcing[:, i, j]`` says that
    option i is sourced no worse than j.  Shape ``(n, m)``.
    """
    no_worse = sourcing.copy()
    for term in terms:
        no_worse &= term[:, :, None] <= term[:, None, :]
    earlier = np.triu(np.ones(no_worse.shape[1:], dtype=np.bool_), k=1)
    dominates = no_worse & (earlier | ~no_worse.transpose(0, 2, 1))
    return np.asarray(dominates.any(axis=1), dtype=np.bool_)


def _being_short_can_pay(
    portfolio: Portfolio, options: OptionTable, scenarios: ScenarioSet
) -> BoolArray:
    """Return where a day short may lower the loss: a price that falls, or a negative daily cost."""
    falls = scenarios.categories[(scenarios.price_multiplier < 1.0).any(axis=0)]
    in_falling = np.isin(portfolio.skus.category.astype(str), falls.astype(str))
    return in_falling | (options.stockout_cost_per_day < 0.0)


def _blocks(start: IntArray) -> Iterator[IntArray]:
    """Yield the rows of SKUs with equally many options, shape ``(n, m)``, few enough at once."""
    count = np.diff(start)
    for n_options in np.unique(count):
        skus = np.flatnonzero(count == n_options)
        at_once = max(1, PAIRS_AT_ONCE // n_options**2)
        for first in range(0, len(skus), at_once):
            yield start[skus[first : first + at_once], None] + np.arange(n_options)


def _only(options: OptionTable, rows: IntArray) -> OptionTable:
    designs = options.designs.take(rows)
    return replace(
        options,
        start=np.searchsorted(designs.sku, np.arange(len(options.start))),
        designs=designs,
        costs=options.costs.take(rows),
        profile=options.profile[rows],
    )
