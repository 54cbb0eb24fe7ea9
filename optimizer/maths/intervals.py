"""Confidence intervals over independent replications: of a mean, and of a ratio of two means."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import special

from optimizer.domain.arrays import FloatArray
from optimizer.maths.checks import require


class Interval(NamedTuple):
    """Centre ± half width, scalars or arrays of one shape."""

    centre: FloatArray
    half_width: FloatArray


def mean_interval(sample: FloatArray, confidence: float) -> Interval:
    r"""
    Return Student's interval around the mean of independent replications.

    .. math:: \bar x \pm t_{n - 1,\,(1 + c)/2}\, s/\sqrt n

    Parameters
    ----------
    sample
        One row per replication, at least two.  Shape ``(n, ...)``.
    confidence
        :math:`c` in (0, 1) [-]

    Returns
    -------
    Interval
        Shape ``(...)``, in the unit of the sample.  Replications that are all equal give width 0.

    Raises
    ------
    ValueError
        If there are fewer than two replications, or one is NaN.

    Examples
    --------
    t of 2 degrees of freedom at .975 is 4.3027; 4.3027 · 1 / √3.

    >>> mean, half = mean_interval(np.array([1.0, 2.0, 3.0]), 0.95)
    >>> float(mean), float(half.round(4))
    (2.0, 2.4841)

    References
    ----------
    .. [1] Law, A.M. (2015). *Simulation Modeling and Analysis*, 5th ed. Eq. (4.12).
    """
    require("sample", sample, ~np.isnan(sample), "a number")
    n = len(sample)
    if n < 2:
        raise ValueError(f"an interval needs at least 2 replications; found {n}.")
    error = np.std(sample, axis=0, ddof=1) / np.sqrt(n)
    quantile = special.stdtrit(n - 1, 0.5 + confidence / 2.0)
    return Interval(np.mean(sample, axis=0), np.asarray(quantile * error))


def ratio_interval(part: FloatArray, whole: FloatArray, confidence: float) -> Interval:
    r"""
    Return the interval around a ratio of two means over independent replications.

    .. math:: \hat q = \frac{\bar x}{\bar y} \pm
              t_{n - 1,\,(1 + c)/2}\, \frac{s(x - \hat q\,y)}{\bar y\,\sqrt n}

    Parameters
    ----------
    part, whole
        One row per replication, at least two.  Shape ``(n, ...)``.  :math:`x, y \ge 0`
    confidence
        :math:`c` in (0, 1) [-]

    Returns
    -------
    Interval
        Shape ``(...)``. [-].  0 ± 0 where `whole` is 0 throughout.

    Examples
    --------
    4 of 40 are short; a mean of ratios, .1267, would count every replication alike.

    >>> part, whole = np.array([1.0, 1.0, 2.0]), np.array([5.0, 10.0, 25.0])
    >>> float(ratio_interval(part, whole, 0.95).centre)
    0.1

    References
    ----------
    .. [1] Cochran, W.G. (1977). *Sampling Techniques*, 3rd ed. Eq. (2.46).
    """
    mean = np.mean(whole, axis=0)
    some = np.where(mean > 0.0, mean, 1.0)
    ratio = np.mean(part, axis=0) / some
    return Interval(ratio, mean_interval(part - ratio * whole, confidence).half_width / some)
