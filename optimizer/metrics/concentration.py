"""Concentration of spend: how evenly it lies on suppliers and on regions."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import FloatArray


def herfindahl(shares: FloatArray) -> float:
    r"""
    Return the Herfindahl–Hirschman index of shares.

    .. math:: \sum_k s_k^2

    Returns
    -------
    float
        From 1/K, all of K alike, to 1, one has everything; 0 without any share. [-]

    Examples
    --------
    >>> round(herfindahl(np.array([0.8, 0.1, 0.1])), 2)
    0.66
    """
    return float(np.dot(shares, shares))
