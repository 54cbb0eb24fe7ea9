"""What was asked for, laid out day by day: as it came, or its first part resampled by blocks."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray

BLOCK_DAYS: Final = 28
"""Days that are resampled together, four weeks: what follows each other within them stays so."""


class Past(NamedTuple):
    """
    A history of demand, sorted by SKU.

    Attributes
    ----------
    start
        Rows of SKU i are ``start[i]:start[i + 1]``.  Shape ``(N + 1,)``.
    day, span
        First day of a row, counted from the first of the table, and how many days it stands for.
        Shape ``(E,)``. [day]
    quantity
        Shape ``(E,)``. [unit]
    first_day
        Of every SKU: since when its history counts.  Shape ``(N,)``. [day]
    cut, days
        Days of the first part, and of the table.
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
    Return SKU i's demand by day, a row for a week or a month on any day of it.

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
    Return the days after the cut, and before them those that the play settles in.

    Where the first part is too short for that, it is gone through again.

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
    Return as many days, blocks of the first part drawn at random: the circular block bootstrap.

    It begins where SKU i's own history does.

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
    own = past.cut - begins
    wanted = settling + past.days - past.cut
    n_blocks = -(-wanted // BLOCK_DAYS)
    first = rng.integers(0, own, (len(demand), n_blocks))
    offset = (first[:, :, None] + np.arange(BLOCK_DAYS)) % own
    day = begins + offset.reshape(len(demand), -1)[:, :wanted]
    return np.take_along_axis(demand, day, axis=1)
