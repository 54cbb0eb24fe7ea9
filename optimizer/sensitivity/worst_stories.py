"""Bad futures day by day: what strikes when, who runs out, and what each day costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.scenario import Futures, LostDays
from optimizer.options.by_hazard import StruckCurves
from optimizer.sensitivity.tail_shares import Blows, blows_of, only

_SKUS: Final = 5
"""SKUs named per strike, those that lose most."""
_CENT: Final = 0.005
"""A loss below it is none. [currency]"""
_ROUNDED: Final = 1e-9
_SHORT: Final = 0.5
"""A SKU is short from the day on that costs this share of its dearest one. [-]"""


class RunsOut(NamedTuple):
    """A SKU that a strike makes short, from which day on, and how much it costs. [currency]"""

    sku: int
    day: int
    loss: float


class Blow(NamedTuple):
    """One strike of a future: what all SKUs lose to it, how many, and those that lose most."""

    strike: int
    loss: float
    n_skus: int
    worst: tuple[RunsOut, ...]


class Story(NamedTuple):
    """
    One future.

    `blows` are those that cost anything, the dearest first; `by_day` is what each day from `first`
    on costs, all SKUs together. [currency]
    """

    scenario: int
    loss: float
    blows: tuple[Blow, ...]
    first: int
    by_day: FloatArray


def worst_stories(
    kinds: tuple[StruckCurves, ...],
    lost: LostDays,
    futures: Futures,
    loss: FloatArray,
    scenarios: Sequence[int],
) -> list[Story]:
    """
    Return some futures as stories.

    A day's loss is what the curves add as a strike goes on: of an outage the days without supply
    so far, of a surge and a price shock their share.
    """
    return [_story(kinds, lost, futures, one, float(loss[one])) for one in scenarios]


def telling_futures(
    loss: FloatArray, probability: FloatArray, rarities: Sequence[float]
) -> list[int]:
    """
    Return the worst future and those that are as bad as happens so rarely, the worst first.

    Parameters
    ----------
    rarities
        Probabilities of a loss as large or larger. [-]

    Returns
    -------
    list of int
        Each once; none without a loss.

    Examples
    --------
    The worst has the probability .1; so bad or worse happens with .3 in future 1.

    >>> telling_futures(np.array([5.0, 7.0, 9.0, 0.0]), np.array([0.4, 0.2, 0.1, 0.3]), [0.3])
    [2, 1]
    """
    order = np.lexsort((np.arange(len(loss)), -loss))
    reached = np.cumsum(probability[order])
    at = np.searchsorted(reached, np.array([0.0, *sorted(rarities)]) * (1.0 - _ROUNDED))
    chosen = dict.fromkeys(order[np.minimum(at, len(order) - 1)].tolist())
    return [one for one in chosen if loss[one] > 0.0]


def _story(
    kinds: tuple[StruckCurves, ...], lost: LostDays, futures: Futures, scenario: int, loss: float
) -> Story:
    own = only(lost, lost.scenario_of_strike == scenario)
    whole = _gathered(blows_of(kinds, own))
    begins = np.floor(futures.strikes.start_day[whole.strike]).astype(np.int64)
    lasts = futures.strikes.days[whole.strike]
    first = int(begins.min())
    by_day = np.zeros(int((begins + lasts).max()) - first)
    most, short_from = np.zeros(len(whole.sku)), np.zeros(len(whole.sku), dtype=np.int64)
    for day, grown in enumerate(_by_day(kinds, own, futures, whole)):
        on = day < lasts
        np.add.at(by_day, (begins + day - first)[on], grown[on])
        most = np.maximum(most, grown)
    for day, grown in enumerate(_by_day(kinds, own, futures, whole)):
        is_first = (short_from == 0) & (grown >= _SHORT * most) & (most > 0.0)
        short_from[is_first] = (begins + day + 1)[is_first]
    some = np.flatnonzero(whole.loss > _CENT)
    named = Blows(whole.sku[some], whole.strike[some], whole.loss[some])
    return Story(scenario, loss, _ranked(named, short_from[some], futures), first + 1, by_day)


def _by_day(
    kinds: tuple[StruckCurves, ...], lost: LostDays, futures: Futures, whole: Blows
) -> Iterator[FloatArray]:
    """Yield what each day of the strikes adds to what they cost.  Shape ``(E,)``. [currency]"""
    n_strikes = len(lost.scenario_of_strike)
    pair = whole.sku * n_strikes + whole.strike
    order = np.argsort(pair)
    before = np.zeros(len(pair))
    for day in range(1, int(futures.strikes.days[whole.strike].max()) + 1):
        blows = _gathered(blows_of(kinds, _up_to(day, lost, futures)))
        now = np.zeros(len(pair))
        at = np.searchsorted(pair, blows.sku * n_strikes + blows.strike, sorter=order)
        now[order[at]] = blows.loss
        yield now - before
        before = now


def _up_to(day: int, lost: LostDays, futures: Futures) -> LostDays:
    """Return what days are lost by so many days after each strike's begin, or by its end."""
    lasts = futures.strikes.days[lost.strike]
    return replace(lost, days=lost.days * np.minimum(day / lasts, 1.0))


def _gathered(parts: Iterator[Blows]) -> Blows:
    return Blows(*map(np.concatenate, zip(*parts, strict=True)))


def _ranked(blows: Blows, day: IntArray, futures: Futures) -> tuple[Blow, ...]:
    """Return the strikes that cost anything, rows of one strike together, the dearest first."""
    number = futures.strikes.strike[blows.strike]
    ranked = []
    for one in np.unique(number):
        rows = np.flatnonzero(number == one)
        rows = rows[np.lexsort((blows.sku[rows], -blows.loss[rows]))]
        worst = rows[:_SKUS]
        ranked.append(
            Blow(
                strike=int(blows.strike[rows].min()),
                loss=float(blows.loss[rows].sum()),
                n_skus=len(np.unique(blows.sku[rows])),
                worst=tuple(
                    RunsOut(int(blows.sku[row]), int(day[row]), float(blows.loss[row]))
                    for row in worst
                ),
            )
        )
    return tuple(sorted(ranked, key=lambda blow: (-blow.loss, blow.strike)))


def cumulative(story: Story) -> tuple[IntArray, FloatArray]:
    """Return the days of a story and what was lost up to the end of each. [day], [currency]"""
    return story.first + np.arange(len(story.by_day)), np.cumsum(story.by_day)
