r"""
Compound demand, day by day, with the moments that the model assumes (MODEL 3).

Demand comes in events of mean size :math:`m = D A`, in whole units at least 1.  With
:math:`u = \sigma^2/D`, daily demand of mean :math:`D` and variance :math:`\sigma^2` is

- if :math:`u \ge m`: a Poisson number of events, :math:`D/m` per day, with
  :math:`E J = m,\ E J^2 = u m`, so that earlier units of a unit's lump have taken
  :math:`E J^2/(2 E J) = \sigma^2/(2 D)` on average, the mean of the model's :math:`V`;
- otherwise, too smooth for that: at most one event per day, with probability :math:`D/m` and
  :math:`E J^2 = (\sigma^2 + D^2) m/D`.

Sizes are gamma.  In whole units they are negative binomial (Poisson with a gamma mean) if the
variance is at least the mean; otherwise a mixture of Poisson and of :math:`m` rounded up or down at
random, with the same two moments as far as whole numbers allow.  An event of size 0 does not count.

The estimated mean is uncertain: in every replication the true mean is :math:`D F`, F gamma with
mean 1 and standard deviation :math:`\epsilon/D`.  F scales the number of events, or their size if
there is one every day.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.simulator.plant import Plant

_CONSTANT: Final = 1e-5
"""Coefficient of variation below which demand is constant."""
_TIE: Final = 1e-8
"""Relative amount by which the variance may fall short of that of Poisson events."""


class Law(NamedTuple):
    """
    Demand of a day of one SKU.

    Attributes
    ----------
    events
        Mean number of events per day. [1/day]
    many
        Whether several events can come on one day (Poisson); otherwise at most one.
    size, spread
        Mean and variance of an event's size.  :math:`m` [unit], [unit²]
    whole
        Whether sizes are whole.
    """

    events: float
    many: bool
    size: float
    spread: float
    whole: bool


def law_of(plant: Plant, i: int) -> Law:
    """Return the law of SKU i, whose demand must be above 0."""
    mean, variance = float(plant.demand_mean[i]), float(plant.demand_std[i]) ** 2
    whole = bool(plant.whole_units[i])
    size = mean * float(plant.demand_interval_days[i])
    if whole:
        size = max(size, 1.0)
    if variance >= mean * size * (1.0 - _TIE):
        spread = max(size * (variance / mean - size), 0.0)
        return Law(mean / size, True, size, spread, whole)
    events = min(mean / size, 1.0)
    size = mean / events
    spread = max((variance + mean**2) / events - size**2, 0.0)
    if spread <= (_CONSTANT * size) ** 2:
        spread = 0.0
    return Law(events, False, size, spread, whole)


def draw_factor(plant: Plant, i: int, rng: np.random.Generator, n: int) -> FloatArray:
    """Return the true mean of each replication over the estimate.  Shape ``(n,)``. [-]"""
    cv = float(plant.demand_mean_error[i] / plant.demand_mean[i])
    if cv <= _CONSTANT:
        return np.ones(n)
    return rng.gamma(cv**-2, cv**2, n)


def draw_demand(
    law: Law, factor: FloatArray, rng: np.random.Generator, shape: tuple[int, int]
) -> FloatArray:
    """
    Draw daily demand.

    Parameters
    ----------
    factor
        Factor on the mean of every day.  Broadcasts to `shape`. [-]

    Returns
    -------
    FloatArray
        Of the given shape. [unit/day]
    """
    if law.many:
        number = rng.poisson(law.events * factor, shape)
        factor = np.ones(1)
    elif law.events < 1.0:
        number = (rng.random(shape) < law.events).astype(np.int64)
    else:
        number = np.ones(shape, dtype=np.int64)
    demand = np.zeros(shape)
    active = number > 0
    size = law.size * np.broadcast_to(factor, shape)[active]
    demand[active] = _sizes(law, number[active], size, rng)
    return demand


def _sizes(law: Law, number: IntArray, size: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Draw the sums of `number` events of mean size `size`."""
    if law.whole:
        return _whole_sizes(law.spread, number, size, rng)
    if law.spread == 0.0:
        return number * size
    return rng.gamma(number * size**2 / law.spread, law.spread / size)


def _whole_sizes(
    spread: float, number: IntArray, size: FloatArray, rng: np.random.Generator
) -> FloatArray:
    beyond = spread - size  # variance that a Poisson size does not have
    mixed = beyond > 0.0
    wide = np.where(mixed, beyond, 1.0)
    mean = np.where(mixed, rng.gamma(number * size**2 / wide, wide / size), number * size)
    if mixed.all():
        return rng.poisson(mean).astype(np.float64)
    below = np.floor(size)
    part = size - below
    least = part * (1.0 - part)
    share = np.clip((spread - least) / (size - least), 0.0, 1.0)
    n_wide = rng.binomial(number, share)
    n_near = number - n_wide
    near = n_near * below + rng.binomial(n_near, part)
    total = near + rng.poisson(n_wide * size)
    return np.where(mixed, rng.poisson(mean), total).astype(np.float64)
