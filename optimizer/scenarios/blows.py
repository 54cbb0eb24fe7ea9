"""When one hazard strikes, for how long and whom, in futures drawn from a mixture (MODEL 4)."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray, ranges
from optimizer.domain.settings import Settings
from optimizer.scenarios.durations import duration_at
from optimizer.scenarios.mixture import Allotment, Component
from optimizer.scenarios.poisson import poisson_above_0, poisson_at
from optimizer.scenarios.streams import stream
from optimizer.scenarios.threats import Threat
from optimizer.scenarios.uniforms import Uniforms

_ANY, _LOW, _HIGH = 0, 1, 2
_LOW_STREAM: Final = ("", "below the threshold")  # no supplier's: a name is never empty


class Blows(NamedTuple):
    """
    Strikes of one hazard, one row each, whoever they hit.  Shape ``(K,)``.

    Attributes
    ----------
    group
        Of the future, as in `Allotment`.
    uniform
        What drew the duration. [-]
    """

    scenario: IntArray
    group: IntArray
    start_day: FloatArray
    uniform: FloatArray
    days: IntArray

    def longest_uniform(self, n_futures: int) -> FloatArray:
        """Return that of the longest strike within the horizon, -1 for none.  ``(S,)``."""
        longest = np.full(n_futures, -1.0)
        within = self.start_day >= 0.0
        np.maximum.at(longest, self.scenario[within], self.uniform[within])
        return longest


class Drawing(NamedTuple):
    """How to draw: the seed of every stream, the kind of uniforms, the law of every future."""

    settings: Settings
    seed: np.random.SeedSequence
    uniforms: Uniforms
    allotment: Allotment


class _Numbers(NamedTuple):
    """
    Strikes before the horizon and within it, by future.  Shape ``(S,)``.

    Of those within it the first `high` are above the threshold of the future's own component.
    """

    before: IntArray
    within: IntArray
    high: IntArray


def draw_blows(threat: Threat, drawing: Drawing) -> Blows:
    """Return a hazard's strikes, those over before the horizon begins included."""
    settings, group = drawing.settings, drawing.allotment.group
    longest, horizon = settings.scenarios.longest_days, settings.horizon.days
    rng, own = stream(drawing.seed, threat.hazard), drawing.allotment.own(threat.hazard)
    number = _numbers(threat, drawing, own, rng)
    n_before, n_within = int(number.before.sum()), int(number.within.sum())
    every = np.arange(len(group))
    scenario = np.concatenate([np.repeat(every, number.before), np.repeat(every, number.within)])
    uniform = _uniforms_of_days(drawing, own, number, rng)
    start_before = (rng.random(n_before) - 1.0) * longest
    start_within = rng.random(n_within) * horizon
    return Blows(
        scenario=scenario,
        group=group[scenario],
        start_day=np.concatenate([start_before, start_within]),
        uniform=uniform,
        days=duration_at(uniform, threat.duration_mean_days, threat.duration_cv, longest),
    )


def draw_hits(threat: Threat, blows: Blows, drawing: Drawing) -> BoolArray:
    """Return which targets each strike hits.  Shape ``(K, T)``."""
    hits = np.ones((len(blows.days), len(threat.target)), dtype=np.bool_)
    if threat.hit_probability < 1.0:
        for column, name in enumerate(threat.target_name):
            rng = stream(drawing.seed, threat.hazard, name)
            hits[:, column] = drawing.uniforms(rng, blows.group) < threat.hit_probability
    return hits


def _numbers(
    threat: Threat, drawing: Drawing, own: dict[int, Component], rng: np.random.Generator
) -> _Numbers:
    r"""
    Return how often a hazard strikes.

    Strikes on either side of a threshold b are independent Poisson numbers of the mean's parts
    b and 1 - b; in the component's own futures those above it are 1 or more.
    """
    settings, group, uniforms = drawing.settings, drawing.allotment.group, drawing.uniforms
    mean = threat.daily_rate * settings.horizon.days
    before = poisson_at(uniforms(rng, group), threat.daily_rate * settings.scenarios.longest_days)
    within = uniforms(rng, group)
    number, high = poisson_at(within, mean), np.zeros(len(group), dtype=np.int64)
    if not own:
        return _Numbers(before, number, high)
    rest = stream(drawing.seed, threat.hazard, *_LOW_STREAM)
    for place, component in own.items():
        rows = np.flatnonzero(group == place)
        high[rows] = poisson_above_0(within[rows], mean * (1.0 - component.above))
        low = poisson_at(uniforms(rest, np.zeros_like(rows)), mean * component.above)
        number[rows] = high[rows] + low
    return _Numbers(before, number, high)


def _uniforms_of_days(
    drawing: Drawing, own: dict[int, Component], number: _Numbers, rng: np.random.Generator
) -> FloatArray:
    """Return what the durations are drawn from, on their side of a threshold."""
    group, n_groups = drawing.allotment.group, len(drawing.allotment.components) + 1
    above = np.full(n_groups, np.nan)
    above[list(own)] = [component.above for component in own.values()]
    future, place = ranges(np.zeros_like(number.within), number.within)
    side = np.where(place < number.high[future], _HIGH, _LOW)
    side = np.where(np.isnan(above[group[future]]), _ANY, side)
    of = np.repeat(group, number.before)
    side = np.concatenate([np.full_like(of, _ANY), side])
    of = np.concatenate([of, group[future]])
    uniform, threshold = drawing.uniforms(rng, of + n_groups * side), above[of]
    uniform = np.where(side == _LOW, threshold * uniform, uniform)
    return np.where(side == _HIGH, threshold + (1.0 - threshold) * uniform, uniform)
