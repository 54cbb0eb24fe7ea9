"""Uniform numbers: independent ones, and stratified within groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray

Method = Literal["stratified", "sampled"]
Uniforms = Callable[[np.random.Generator, IntArray], FloatArray]


def stratified(rng: np.random.Generator, group: IntArray) -> FloatArray:
    r"""
    Return uniform numbers, in every group one in each of as many equal strata, in random order.

    .. math:: u_s = (\pi(s) + U_s)/S_g, \qquad \pi \text{ random permutations of } 0 \dots S_g - 1

    Parameters
    ----------
    group
        Of every number, 0 or more.  Shape ``(S,)``.

    Returns
    -------
    FloatArray
        Shape ``(S,)``, in [0, 1).  Of a group floor or ceil of :math:`S_g p` are below :math:`p`.
        [-]
    """
    place = rng.permutation(len(group))
    uniform = rng.random(len(group))
    _stratify(place, group, np.bincount(group), uniform)
    return uniform


def sampled(rng: np.random.Generator, group: IntArray) -> FloatArray:
    """Return independent uniform numbers in [0, 1), one for each row of a group. [-]"""
    return rng.random(len(group))


@numba.njit(cache=True, nogil=True)
def _stratify(place: IntArray, group: IntArray, size: IntArray, uniform: FloatArray) -> None:
    """Put every number in its stratum: its group's in the order of their places."""
    at, taken = np.empty_like(place), np.zeros_like(size)
    for row in range(len(place)):
        at[place[row]] = row
    for row in at:
        of = group[row]
        uniform[row] = (taken[of] + uniform[row]) / size[of]
        taken[of] += 1


UNIFORMS: Final[dict[Method, Uniforms]] = {"stratified": stratified, "sampled": sampled}
