"""Demand over so many days, and the stock that a unit finds taken by its own lump (MODEL 3)."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray

CONSTANT_BELOW: Final = 1e-5
"""Demand is constant where its deviation is below this share of its mean."""


class Moments(NamedTuple):
    """Mean and variance of a demand, of one shape.  [unit], [unit²]"""

    mean: FloatArray
    variance: FloatArray

    @property
    def is_constant(self) -> BoolArray:
        """Whether it counts as constant."""
        return np.sqrt(self.variance) < CONSTANT_BELOW * self.mean

    def plus(self, other: Moments) -> Moments:
        """Return the moments of the sum of two independent demands."""
        return Moments(self.mean + other.mean, self.variance + other.variance)


def demand_over(
    days: FloatArray,
    demand_mean: FloatArray,
    demand_std: FloatArray,
    demand_mean_error: FloatArray,
    lead_time_std: FloatArray,
) -> Moments:
    r"""
    Return mean and variance of the demand over so many days.

    .. math:: E X_t = D t, \qquad
              \operatorname{Var} X_t = t\,\sigma^2 + D^2 \sigma_L^2 + t^2 \varepsilon^2

    Parameters
    ----------
    days
        Broadcastable with the others.  :math:`t \ge 0` [day]
    demand_mean, demand_std
        Of one day's demand.  :math:`D, \sigma \ge 0` [unit/day]
    demand_mean_error
        Standard error of the mean.  :math:`\varepsilon \ge 0` [unit/day]
    lead_time_std
        :math:`\sigma_L \ge 0` [day]

    Returns
    -------
    Moments
        Where ``days`` is zero both are 0, whatever the lead time's deviation.

    Examples
    --------
    10 ± 3 a day over 4 ± 0.5 days, the 10 known to ± 1: 4 · 9 + 100 · 0.25 + 16 · 1 = 77.

    >>> demand_over(*(np.array([x]) for x in (4.0, 10.0, 3.0, 1.0, 0.5)))
    Moments(mean=array([40.]), variance=array([77.]))

    References
    ----------
    .. [1] The model contract, section 3.
    """
    spread = days * demand_std**2 + (demand_mean * lead_time_std) ** 2
    estimate = (days * demand_mean_error) ** 2
    return Moments(demand_mean * days, np.where(days > 0.0, spread + estimate, 0.0))


def as_a_unit_sees(
    demand_mean: FloatArray, demand_std: FloatArray, demand_mean_error: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""
    Return mean, deviation and error of a day's demand around a unit that is asked for.

    The true mean is :math:`D F`, F gamma with mean 1 and variance :math:`e^2 = \varepsilon^2/D^2`.
    Where it is high more units are asked for, so that a unit sees F weighted by itself: gamma with
    mean :math:`1 + e^2` and variance :math:`e^2 (1 + e^2)`.

    .. math:: D (1 + e^2), \qquad \sigma \sqrt{1 + e^2}, \qquad \varepsilon \sqrt{1 + e^2}

    Parameters
    ----------
    demand_mean, demand_std
        Of one day's demand.  Shape ``(N,)``.  :math:`D, \sigma \ge 0` [unit/day]
    demand_mean_error
        Standard error of the mean.  Shape ``(N,)``.  :math:`\varepsilon \ge 0` [unit/day]

    Returns
    -------
    tuple
        The three as they are where the error is 0, or the mean.

    Examples
    --------
    Known to ± 1/2 of itself, a mean of 8 is 10 when a unit is asked for.

    >>> as_a_unit_sees(*(np.array([x]) for x in (8.0, 0.0, 4.0)))[0]
    array([10.])

    References
    ----------
    .. [1] Feller, W. (1971). *An Introduction to Probability Theory and Its Applications*, vol. II,
       2nd ed. Section I.4: waiting time paradoxes, where intervals are seen by their length.
    """
    some = np.where(demand_mean > 0.0, demand_mean, 1.0)
    more = 1.0 + np.where(demand_mean > 0.0, demand_mean_error / some, 0.0) ** 2
    return demand_mean * more, demand_std * np.sqrt(more), demand_mean_error * np.sqrt(more)


def taken_by_own_lump(
    demand_mean: FloatArray,
    demand_std: FloatArray,
    demand_interval_days: FloatArray,
    *,
    is_whole: BoolArray,
    is_discrete: BoolArray,
) -> Moments:
    r"""
    Return mean and variance of the stock that a unit finds taken by earlier units of its lump.

    .. math::
        m = D A, \quad u = \max(\sigma^2/D,\, m), \qquad
        E V = \frac{\sigma^2}{2 D}, \quad \operatorname{Var} V = \frac{u\,(5u - 4m)}{12}

    In whole units :math:`m \ge 1`; under the discrete law
    :math:`E V = ((\sigma^2/D - 1)/2)^+` and
    :math:`\operatorname{Var} V = ((u\,(5u - 4m) - 1)/12)^+`.

    Parameters
    ----------
    demand_mean, demand_std
        Of one day's demand.  Shape ``(N,)``.  :math:`D, \sigma \ge 0` [unit/day]
    demand_interval_days
        From one demand to the next.  Shape ``(N,)``.  :math:`A \ge 1` [day]
    is_whole
        Whether the unit cannot be divided.  Shape ``(N,)``.
    is_discrete
        Whether the law is.  Shape ``(N,)``.

    Returns
    -------
    Moments
        Shape ``(N,)``; 0 without demand.

    Examples
    --------
    Lumps of exactly 10, asked for every 10 days: 4.5 on average are taken by whole units before.
    (m = 10, D = 1, variance of a day's demand 10² · .1 · .9 = 9, u = 10: 100/12 for gamma.)

    >>> one = np.array([1.0])
    >>> flags = {"is_whole": np.array([True]), "is_discrete": np.array([False])}
    >>> taken_by_own_lump(one, 3.0 * one, 10.0 * one, **flags)
    Moments(mean=array([4.5]), variance=array([8.33333333]))

    References
    ----------
    .. [1] The model contract, section 3.
    """
    some = np.where(demand_mean > 0.0, demand_mean, 1.0)
    index = np.where(demand_mean > 0.0, demand_std**2 / some, 0.0)
    lump = demand_mean * demand_interval_days
    lump = np.where(is_whole & (demand_mean > 0.0), np.maximum(lump, 1.0), lump)
    size = np.maximum(index, lump)
    spread = size * (5.0 * size - 4.0 * lump)
    return Moments(
        np.where(is_discrete, np.maximum(index - 1.0, 0.0), index) / 2.0,
        np.where(is_discrete, np.maximum(spread - 1.0, 0.0), spread) / 12.0,
    )
