"""What changed with demand: its level, and its class, by what was asked for since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from scipy import stats

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.portfolio import DemandHistory
from optimizer.domain.review import Flag
from optimizer.inputs.estimates.demand_history import DAYS_PER_PERIOD, Period, period_of
from optimizer.metrics.quarter import Quarter

LEVEL: Final = "demand shifted"
CLASS: Final = "demand class changed"
_RARE: Final = ("intermittent", "lumpy")
_VARIED: Final = ("erratic", "lumpy")
_FEWEST: Final = 3
"""Periods, or sizes of demands, on each side below which nothing is tested."""
_ROUNDING: Final = 1e-9


_Test = tuple[str, float]
"""Name and p-value of a test."""


class Series(NamedTuple):
    """Demand of a SKU by period, before and since, idle periods included. [unit]"""

    before: FloatArray
    now: FloatArray


def demand_changes(before: Quarter, now: Quarter, notes: list[str]) -> list[Flag]:
    """
    Return the SKUs whose demand shifted or whose class of demand changed.

    What was asked for after the earlier history's end is compared with that history, period by
    period: the level by Fisher's exact test of how often there is demand and Mann-Whitney's of its
    sizes; a class by the former, by Levene's test of how its sizes vary, or both.
    """
    old, new = before.portfolio.history, now.portfolio.history
    if old is None or new is None:
        notes.append("Demand is not compared: not both quarters have a table demand.")
        return []
    period = now.portfolio.settings.demand.period
    if before.portfolio.settings.demand.period != period:
        notes.append("Demand is not compared: demand.period differs between the quarters.")
        return []
    first, last = old.first_day, int(period_of(old.last_day, period, old.first_day))
    if int(period_of(new.last_day, period, first)) <= last:
        notes.append("Demand is not compared: there is none since the earlier quarter's history.")
        return []
    rows = {name: row for row, name in enumerate(before.names)}
    earlier, later = _by_sku(old, before, first), _by_sku(new, now, first)
    end = int(period_of(new.last_day, period, first))
    flags: list[Flag] = []
    for row, name in enumerate(now.names):
        if name not in rows:
            continue
        begin = _begin(before, rows[name], earlier, first)
        series = Series(
            _dense(earlier, rows[name], begin, last),
            _dense(later, row, last + 1, _end(now, row, end, first)),
        )
        if min(map(len, series)) >= _FEWEST:
            flags += _level(series, name, row, now)
            flags += _class(series, (rows[name], row), before, now)
    return flags


class _Rows(NamedTuple):
    """A history sorted by SKU: where each begins, and number of period and quantity of its rows."""

    start: IntArray
    number: IntArray
    quantity: FloatArray


def _by_sku(history: DemandHistory, quarter: Quarter, first: int) -> _Rows:
    period: Period = quarter.portfolio.settings.demand.period
    n_skus = len(quarter.portfolio.skus)
    return _Rows(
        np.searchsorted(history.sku, np.arange(n_skus + 1)),
        period_of(history.day, period, first),
        history.quantity,
    )


def _begin(quarter: Quarter, row: int, rows: _Rows, first: int) -> int:
    """Return the first period of a SKU: of its launch, or after its first demand."""
    launched = float(quarter.portfolio.skus.launched[row])
    if not np.isnan(launched):
        at = max(int(launched), first)
        return int(period_of(at, quarter.portfolio.settings.demand.period, first))
    own = rows.number[rows.start[row] : rows.start[row + 1]]
    return int(own.min()) + 1 if len(own) else int(1e9)


def _end(quarter: Quarter, row: int, last: int, first: int) -> int:
    ends = float(quarter.portfolio.skus.ends[row])
    if np.isnan(ends):
        return last
    return min(last, int(period_of(int(ends), quarter.portfolio.settings.demand.period, first)))


def _dense(rows: _Rows, row: int, begin: int, end: int) -> FloatArray:
    """Return the demand of every period from `begin` to `end`, both included."""
    own = slice(rows.start[row], rows.start[row + 1])
    number = rows.number[own]
    within = (number >= begin) & (number <= end)
    if end < begin:
        return np.zeros(0)
    asked = np.bincount(number[within] - begin, rows.quantity[own][within], end - begin + 1)
    return np.asarray(asked, dtype=np.float64)


def _level(series: Series, name: str, row: int, now: Quarter) -> Iterator[Flag]:
    tests = [*_how_often(series), *_how_much(series)]
    if not tests:
        return
    settings = now.portfolio.settings
    days = DAYS_PER_PERIOD[settings.demand.period]
    was, is_now = (float(part.mean()) / days for part in series)
    evidence, p_value = _together(tests)
    yield Flag(
        about="SKU",
        subject=name,
        flag=LEVEL,
        before=f"{was:.3g} units a day, {len(series.before):,} periods",
        now=f"{is_now:.3g} units a day, {len(series.now):,} periods",
        evidence=evidence,
        spend_a_year=float(now.spend[row]),
        p_value=p_value,
        matters=abs(is_now - was) >= settings.review.demand_change * was - _ROUNDING,
    )


def _how_often(series: Series) -> Iterator[_Test]:
    """Yield the test of how many periods had a demand, unless all or none had."""
    counts = np.array([[(part > 0.0).sum(), (part <= 0.0).sum()] for part in series])
    if counts.sum(axis=0).all():
        yield "Fisher's exact test", float(stats.fisher_exact(counts).pvalue)


def _how_much(series: Series) -> Iterator[_Test]:
    """Yield the test of the sizes of demands, where there are enough that differ."""
    sizes = _sizes(series)
    if sizes is not None:
        yield "Mann-Whitney's test", float(stats.mannwhitneyu(sizes.before, sizes.now).pvalue)


def _sizes(series: Series) -> Series | None:
    """Return the sizes of demands before and since; None if too few, or all alike."""
    sizes = Series(*(part[part > 0.0] for part in series))
    if min(map(len, sizes)) < _FEWEST or np.ptp(np.concatenate(sizes)) == 0.0:
        return None
    return sizes


def _together(tests: Sequence[_Test]) -> tuple[str, float]:
    """Return the names of tests, and their p-value together by Bonferroni."""
    names, p_values = zip(*tests, strict=True)
    return " and ".join(names), min(1.0, len(tests) * min(p_values))


def _class(series: Series, rows: tuple[int, int], before: Quarter, now: Quarter) -> Iterator[Flag]:
    """Yield a change of class; only what would change it is tested."""
    skus = now.portfolio.skus
    was = str(before.portfolio.skus.demand_class[rows[0]])
    is_now = str(skus.demand_class[rows[1]])
    if not was or not is_now or was == is_now:
        return
    tests: list[_Test] = []
    if (was in _RARE) != (is_now in _RARE):
        tests += _how_often(series)
    if (was in _VARIED) != (is_now in _VARIED) and (sizes := _sizes(series)) is not None:
        tests.append(
            ("Levene's test", float(stats.levene(np.log(sizes.before), np.log(sizes.now)).pvalue))
        )
    if not tests:
        return
    evidence, p_value = _together(tests)
    yield Flag(
        about="SKU",
        subject=str(skus.sku[rows[1]]),
        flag=CLASS,
        before=was,
        now=is_now,
        evidence=evidence,
        spend_a_year=float(now.spend[rows[1]]),
        p_value=p_value,
    )
