r"""
Compound demand, day by day, with the moments that the model counts with (MODEL 3).

Demand comes in events of a mean :math:`m = D A`, in whole units at least 1.  With
:math:`u = \sigma^2/D`, a law of a day with mean :math:`D` and variance :math:`\sigma^2` is

- where :math:`u \ge m`: a Poisson number of events, :math:`D/m` a day, with
  :math:`E J = m,\ E J^2 = u m`, so that a unit finds :math:`E J^2/(2 E J) = \sigma^2/(2 D)` taken
  by its own lump, the mean of the model's :math:`V`;
- else, too smooth for that: at most one event a day, with probability :math:`D/m` and
  :math:`E J^2 = (\sigma^2 + D^2) m/D`.

Sizes are gamma.  In whole units they are negative binomial (a gamma mean, Poisson around it) where
the variance is at least the mean; else a mixture of Poisson and of :math:`m` rounded up or down by
chance, with the same two moments as far as whole numbers can have them.  An event of size 0 is
none.

The estimate is not the truth: in every replication the mean is :math:`D F`, F gamma with mean 1 and
deviation :math:`\epsilon/D`.  Events are as many more; where there is one every day, they are as
much larger.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.simulator.plant import Plant

_CONSTANT: Final = 1e-5
"""Deviation by mean below which demand does not vary."""
_TIE: Final = 1e-8
"""Share by which a variance may miss that of Poisson events."""


class Law(NamedTuple):
    """
    Demand of a day of one SKU.

    Attributes
    ----------
    events
        A day in the mean. [1/day]
    many
        Whether several can come on one day: a Poisson number, else one at most.
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
    """Return the true mean of each replication by the estimate.  Shape ``(n,)``. [-]"""
    cv = float(plant.demand_mean_error[i] / plant.demand_mean[i])
    if cv <= _CONSTANT:
        return np.ones(n)
    return rng.gamma(cv**-2, cv**2, n)


def draw_demand(
    law: Law, factor: FloatArray, rng: np.random.Generator, shape: tuple[int, int]
) -> FloatArray:
    """
    Draw the demand of days.

    Parameters
    ----------
    factor
        On the mean of every day.  Broadcasts to `shape`. [-]

    Returns
    -------
    FloatArray
        Of this shape. [unit/day]
    """
    if law.many:
        number = rng.poisson(law.events * factor, shape)
        factor = np.ones(1)
    elif law.events < 1.0:
        number = (rng.random(shape) < law.events).astype(np.int64)
    else:
        number = np.ones(shape, dtype=np.int64)
    demand = np.zeros(shape)
    some = number > 0
    size = law.size * np.broadcast_to(factor, shape)[some]
    demand[some] = _sizes(law, number[some], size, rng)
    return demand


def _sizes(law: Law, number: IntArray, size: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return sums of so many events of these mean sizes."""
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
