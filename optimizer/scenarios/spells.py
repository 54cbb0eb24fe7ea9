"""The strikes of many futures, target by target."""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, Int32Array, IntArray
from optimizer.domain.scenario import Strikes


class OutageSpells(NamedTuple):
    """
    What strikes each target: rows of target j are ``start[j]:start[j + 1]``, by (scenario, strike).

    `order` is scenario and strike in one number that sorts like the two.  `latest_end` is the last
    day on which one of the strikes of this target and scenario, up to this one, ends.  `row` is
    that of `Strikes`, whose other columns these are.
    """

    start: IntArray
    row: Int32Array
    scenario: IntArray
    order: IntArray
    start_day: FloatArray
    days: IntArray
    multiplier: FloatArray
    latest_end: FloatArray

    def within_horizon(self) -> OutageSpells:
        """Return those that begin on day 0 or later."""
        rows = np.flatnonzero(self.start_day >= 0.0)
        columns = {name: getattr(self, name)[rows] for name in self._fields if name != "start"}
        return OutageSpells(start=np.searchsorted(rows, self.start), **columns)

    def count_of(self, kept: BoolArray) -> IntArray:
        """Return how many strikes of each target are kept."""
        before = np.concatenate([[0], np.cumsum(kept)])
        return np.diff(before[self.start])


def spells_by_target(strikes: Strikes, of_kind: BoolArray, n_targets: int) -> OutageSpells:
    """
    Return the strikes of one kind of hazard by what they hit.

    Parameters
    ----------
    of_kind
        Whether a strike is of the kind.  Shape ``(K,)``.
    n_targets
        Suppliers, or categories with shocks.
    """
    rows = np.flatnonzero(of_kind)
    target = strikes.target[rows]
    small = target.astype(np.min_scalar_type(n_targets))  # sorted by radix
    rows = rows[np.argsort(small, kind="stable")]
    strikes = strikes.take(rows)
    start = np.concatenate([[0], np.cumsum(np.bincount(target, minlength=n_targets))])
    latest_end = strikes.start_day + strikes.days
    _latest(start, strikes.scenario, latest_end)
    return OutageSpells(
        start=start,
        row=rows.astype(np.int32),
        scenario=strikes.scenario,
        order=(strikes.scenario << 32) + strikes.strike,
        start_day=strikes.start_day,
        days=strikes.days,
        multiplier=strikes.multiplier,
        latest_end=latest_end,
    )


@numba.njit(nogil=True, cache=True)
def _latest(start: IntArray, scenario: IntArray, end: FloatArray) -> None:
    """Put the running maximum of each target's and scenario's ends in their place."""
    for target in range(len(start) - 1):
        for row in range(start[target] + 1, start[target + 1]):
            if scenario[row] == scenario[row - 1]:
                end[row] = max(end[row], end[row - 1])
