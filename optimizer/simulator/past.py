"""Demand history by day: as it came, or its first part resampled in blocks."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray

BLOCK_DAYS: Final = 28
"""Days resampled together, four weeks: order within a block is preserved."""


class Past(NamedTuple):
    """
    A history of demand, sorted by SKU.

    Attributes
    ----------
    start
        Rows of SKU i are ``start[i]:start[i + 1]``.  Shape ``(N + 1,)``.
    day, span
        First day of a row, counted from the table's first, and the days it covers.  ``(E,)`` [day]
    quantity
        Shape ``(E,)``. [unit]
    first_day
        First day of each SKU's history.  Shape ``(N,)``. [day]
    cut, days
        Number of days in the first part, and in the table.
    """

    start: IntArray
    day: IntArray
    span: IntArray
    quantity: FloatArray
    first_day: IntArray
    cut: int
    days: int


def laid_out(past: Past, i: int, rng: np.random.Generator, n: int) -> FloatArray:
    """
    Return SKU i's demand by day; a week's or month's row falls on a random day of it.

    Returns
    -------
    FloatArray
        Shape ``(n, past.days)``. [unit/day]
    """
    rows = slice(past.start[i], past.start[i + 1])
    place = rng.random((n, past.start[i + 1] - past.start[i]))
    day = past.day[rows] + np.floor(place * past.span[rows]).astype(np.int64)
    demand = np.zeros((n, past.days))
    np.add.at(demand, (np.arange(n)[:, None], day), past.quantity[rows])
    return demand


def as_it_came(past: Past, demand: FloatArray, settling: int) -> FloatArray:
    """
    Return the days after the cut, preceded by the days in which the play settles.

    If the first part is too short for that, it is repeated.

    Returns
    -------
    FloatArray
        Shape ``(n, settling + days after the cut)``. [unit/day]
    """
    before = np.arange(past.cut - settling, past.cut) % past.cut
    return np.concatenate([demand[:, before], demand[:, past.cut :]], axis=1)


def resampled(
    past: Past, i: int, demand: FloatArray, settling: int, rng: np.random.Generator
) -> FloatArray:
    """
    Resample as many days from the first part by the circular block bootstrap.

    Blocks are drawn from the start of SKU i's history on.

    Returns
    -------
    FloatArray
        Shape ``(n, settling + days after the cut)``. [unit/day]

    References
    ----------
    .. [1] Politis, D.N. and Romano, J.P. (1992). A circular block-resampling procedure for
       stationary data. In: *Exploring the Limits of Bootstrap*, 263-270.
    """
    begins = min(int(past.first_day[i]), past.cut - 1)
    n_days = past.cut - begins
    wanted = settling + past.days - past.cut
    n_blocks = -(-wanted // BLOCK_DAYS)
    first = rng.integers(0, n_days, (len(demand), n_blocks))
    offset = (first[:, :, None] + np.arange(BLOCK_DAYS)) % n_days
    day = begins + offset.reshape(len(demand), -1)[:, :wanted]
    return np.take_along_axis(demand, day, axis=1)
