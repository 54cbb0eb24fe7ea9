"""Uniform numbers: independent ones, and stratified within groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

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
    by_rank = np.empty(len(group), dtype=np.int64)
    by_rank[rng.permutation(len(group))] = np.arange(len(group))
    small = group.astype(np.min_scalar_type(group.max(initial=0)))  # sorted by radix
    by_rank = by_rank[np.argsort(small[by_rank], kind="stable")]
    counts = np.bincount(group)
    rank = np.empty(len(group), dtype=np.int64)
    rank[by_rank] = np.arange(len(group)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.asarray((rank + rng.random(len(group))) / counts[group])


def sampled(rng: np.random.Generator, group: IntArray) -> FloatArray:
    """Return independent uniform numbers in [0, 1), one for each row of a group. [-]"""
    return rng.random(len(group))


UNIFORMS: Final[dict[Method, Uniforms]] = {"stratified": stratified, "sampled": sampled}
