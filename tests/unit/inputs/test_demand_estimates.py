"""Estimates of demand, held against the process that the history was drawn from."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from scipy.stats import gamma

from optimizer.domain.arrays import FloatArray
from optimizer.inputs.estimates.demand_estimates import DemandEstimates, Record, estimates, record
from optimizer.inputs.estimates.demand_history import DAYS_PER_PERIOD, Period

LIMITS = (1.32, 0.49)


class Drawn(NamedTuple):
    """A compound Poisson process for each SKU, and what was seen of it."""

    mean: FloatArray
    std: FloatArray
    interval: FloatArray
    seen: Record


def drawn(period: Period, rate: float, *, years: float, seed: int, n_skus: int = 500) -> Drawn:
    """Draw a history; rates scatter by e^(0.6 z), sizes are gamma with κ = 0.5."""
    rng = np.random.default_rng(seed)
    rates = rate * np.exp(0.6 * rng.standard_normal(n_skus))
    sizes = 10.0 * np.exp(rng.standard_normal(n_skus))
    n_periods = round(365 * years / DAYS_PER_PERIOD[period])
    events = rng.poisson(rates[:, None] * DAYS_PER_PERIOD[period], (n_skus, n_periods))
    quantity = rng.gamma(2.0 * events, 0.5) * sizes[:, None]
    sku, number = np.nonzero(quantity)
    asked = np.bincount(sku, minlength=n_skus) > 0
    return Drawn(
        mean=rates * sizes,
        std=sizes * np.sqrt(1.5 * rates),
        interval=np.maximum(1.0 / rates, 1.0),
        seen=record(
            sku,
            number,
            quantity[sku, number],
            first=np.where(asked, (quantity > 0).argmax(axis=1), 0),
            last=np.full(n_skus, n_periods - 1),
            launched=np.zeros(n_skus, dtype=np.bool_),
            limits=LIMITS,
        ),
    )


def estimated(seen: Record, period: Period, *, pooled: bool = True) -> DemandEstimates:
    n_skus = len(seen.count)
    everybody = np.ones(n_skus, dtype=np.bool_)
    group = np.zeros(n_skus, dtype=np.int64)
    return estimates(seen, np.ones(n_skus), group, everybody, period, pooled=pooled)


def one(quantities: list[float], *, launched: bool = False) -> Record:
    """Return the record of one SKU, asked for in these periods."""
    asked = np.array(quantities)
    number = np.flatnonzero(asked)
    first = int(number[0]) if len(number) and not launched else 0
    return record(
        np.zeros(len(number), dtype=np.int64),
        number,
        asked[number],
        first=np.array([first]),
        last=np.array([len(asked) - 1]),
        launched=np.array([launched]),
        limits=LIMITS,
    )


@pytest.mark.parametrize("period", ["day", "week", "month"])
@pytest.mark.parametrize("rate", [0.03, 0.01])
def test_the_process_is_found_again(period: Period, rate: float) -> None:
    """
    Proves: five years of a compound Poisson process give back its mean, deviation and interval.

    Three draws of 500 SKUs: the total mean and deviation within 5 %, the median interval within
    5 %, whatever the period of the table.
    Sensitivity: a month with demand taken for one event of a month's length gives, at 0.03 a day,
    intervals 1.5 times too long; a month's deviation over 30 in place of its root, a fifth.
    """
    for seed in range(3):
        case = drawn(period, rate, years=5.0, seed=seed)
        found = estimated(case.seen, period)
        assert found.demand_mean.sum() == pytest.approx(case.mean.sum(), rel=0.05)
        assert found.demand_std.sum() == pytest.approx(case.std.sum(), rel=0.05)
        ratio = np.median(found.demand_interval_days / case.interval)
        assert ratio == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("period", ["day", "week", "month"])
@pytest.mark.parametrize("rate", [0.3, 0.03, 0.008])
def test_errors_are_of_the_right_size(period: Period, rate: float) -> None:
    """
    Proves: estimate less truth over its error has mean 0 and deviation 1, from dense to rare.

    Two years; of a normal 95 % lie within 2 errors, and 90 to 98 % do.
    Sensitivity: the plain error of a sample of 0 or 1 events is 0; Poisson errors where every day
    has demand are several times too large.
    """
    scores = []
    for seed in range(3):
        case = drawn(period, rate, years=2.0, seed=10 + seed)
        found = estimated(case.seen, period)
        assert (found.demand_mean_error > 0).all()
        scores.append((found.demand_mean - case.mean) / found.demand_mean_error)
    score = np.concatenate(scores)
    assert abs(np.median(score)) < 0.3
    assert 0.9 < (np.abs(score) < 2.0).mean() < 0.98


def expected_shortage(level: FloatArray, mean: FloatArray, variance: FloatArray) -> FloatArray:
    """Return E(X − x)⁺ of a gamma X by its moments."""
    shape, scale = mean**2 / variance, variance / mean
    above = gamma.sf(level, shape + 1.0, scale=scale)
    return mean * above - level * gamma.sf(level, shape, scale=scale)


def promised_fill(found: DemandEstimates, level: FloatArray, lot: FloatArray, days: int) -> float:
    """Return the units served from stock by MODEL 3, lumps and errors of the mean included."""
    mean, std = found.demand_mean, found.demand_std
    lump = mean * found.demand_interval_days
    size = np.maximum(std**2 / mean, lump)
    centre = mean * days + std**2 / (2.0 * mean)
    variance = days * std**2 + (days * found.demand_mean_error) ** 2
    variance = variance + size * (5.0 * size - 4.0 * lump) / 12.0
    short = expected_shortage(level, centre, variance)
    short -= expected_shortage(level + lot, centre, variance)
    return float(mean @ (1.0 - short / lot) / mean.sum())


def played_fill(
    case: Drawn, level: FloatArray, lot: FloatArray, days: int, rng: np.random.Generator
) -> float:
    """Return the units served in 4,000 days of the true process; orders serve after `days`."""
    rates = (1.5 * case.mean**2) / case.std**2
    net = level + lot * rng.random(len(level))
    position, under_way = net.copy(), np.zeros((days + 1, len(level)))
    short = asked = 0.0
    for day in range(4_400):
        net += under_way[day % (days + 1)]
        demand = rng.gamma(2.0 * rng.poisson(rates), 0.5) * case.mean / rates
        if day >= 400:
            short += np.maximum(demand - np.maximum(net, 0.0), 0.0).sum()
            asked += demand.sum()
        net -= demand
        position -= demand
        ordered = np.where(position <= level, np.floor((level - position) / lot) + 1.0, 0.0) * lot
        under_way[day % (days + 1)] = ordered
        position += ordered
    return 1.0 - short / asked


@pytest.mark.parametrize(("period", "rate"), [("day", 0.3), ("month", 0.03)])
def test_what_is_promised_from_estimates_is_kept(period: Period, rate: float) -> None:
    """
    Proves: fill rates promised from five years of history are kept by the process behind it.

    300 SKUs at a lead time of 30 days, a level of 0.9, lots of 60 days: promised .983 and .891,
    played .981 and .886; within 1.5 points.
    Sensitivity: a month's deviation taken over 30, not its root, promises .974 and keeps .725 of
    the second.
    """
    days = 30
    case = drawn(period, rate, years=5.0, seed=20, n_skus=300)
    found = estimated(case.seen, period)
    mean = found.demand_mean * days
    variance = days * found.demand_std**2 + (days * found.demand_mean_error) ** 2
    level = gamma.ppf(0.9, mean**2 / variance, scale=variance / mean)
    lot = 60.0 * found.demand_mean
    played = played_fill(case, level, lot, days, np.random.default_rng(21))
    assert promised_fill(found, level, lot, days) == pytest.approx(played, abs=0.015)


def test_demand_of_every_day_has_its_sample_deviation() -> None:
    """
    Proves: two years of smooth demand give the plain mean, deviation, s/√T and an interval of 1.

    60 SKUs, gamma with a coefficient of 0.3, within 1 %.
    Sensitivity: errors that know the rate to 1/√n only would be 3.5 times as large.
    """
    rng = np.random.default_rng(4)
    scale = np.exp(rng.standard_normal((60, 1)))
    quantity = scale * rng.gamma(1 / 0.09, 0.09, (60, 730))
    sku, number = np.nonzero(quantity)
    seen = record(
        sku,
        number,
        quantity[sku, number],
        first=np.zeros(60, dtype=np.int64),
        last=np.full(60, 729),
        launched=np.zeros(60, dtype=np.bool_),
        limits=LIMITS,
    )
    found = estimated(seen, "day")
    std = quantity.std(axis=1, ddof=1)
    np.testing.assert_allclose(found.demand_mean, quantity.mean(axis=1), rtol=0.002)
    np.testing.assert_allclose(found.demand_std, std, rtol=0.01)
    np.testing.assert_allclose(found.demand_mean_error, std / np.sqrt(730), rtol=0.02)
    np.testing.assert_allclose(found.demand_interval_days, 1.0, atol=1e-3)
    assert set(seen.demand_class) == {"smooth"}


def test_alone_by_hand() -> None:
    """
    Proves: with no pooling, 6 and 2 on days 3 and 9 of 12 give the sums done by hand.

    The record begins with its first demand: n = 1 of T = 9 days, p = (1 + ½)/(9 + 1) = .15.
    Sizes: mean 4, s² = 8, κ = 8/16 = .5, with one size's weight of the prior's 1:
    (1·.5 + 1·1)/2 = .75.  D = .15·4 = .6; σ² = .15·.75·16 + .15·.85·16 = 3.84; A = 1/.15;
    ε² = 16·.15·.85/11 + .15²·16·.75/2 = .18545 + .135 = .32045.
    Sensitivity: with the first demand counted as an event p = 2.5/11 = .227.
    """
    found = estimated(one([0, 0, 0, 6, 0, 0, 0, 0, 0, 2, 0, 0, 0]), "day", pooled=False)
    assert found.demand_mean[0] == pytest.approx(0.6)
    assert found.demand_std[0] == pytest.approx(np.sqrt(3.84))
    assert found.demand_interval_days[0] == pytest.approx(1.0 / 0.15)
    error = 16.0 * 0.15 * 0.85 / 11.0 + 0.15**2 * 16.0 * 0.75 / 2.0
    assert found.demand_mean_error[0] == pytest.approx(np.sqrt(error))


def test_launched_begins_the_record() -> None:
    """Proves: a SKU known to be there from day 0 has 13 days and both its demands as events."""
    quantities = [0.0, 0.0, 0.0, 6.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0]
    own, known = one(quantities), one(quantities, launched=True)
    assert (own.periods[0], own.events[0]) == (9, 1)
    assert (known.periods[0], known.events[0]) == (13, 2)
    assert own.count[0] == known.count[0] == 2


def test_the_first_demand_is_not_counted_twice() -> None:
    """
    Proves: rates of SKUs whose record begins with their first demand come out without bias.

    2,000 SKUs, 4 events in the time seen; the mean rate within 3 %.
    Sensitivity: counted from that demand on, with it, the rate is 1.3 times too high.
    """
    rng = np.random.default_rng(5)
    asked = rng.random((2_000, 400)) < 0.01
    sku, number = np.nonzero(asked)
    some = asked.any(axis=1)
    seen = record(
        sku,
        number,
        np.ones(len(sku)),
        first=np.where(some, asked.argmax(axis=1), 0),
        last=np.full(2_000, 399),
        launched=np.zeros(2_000, dtype=np.bool_),
        limits=LIMITS,
    )
    found = estimated(seen, "day")
    assert found.demand_mean[some].mean() == pytest.approx(0.01, rel=0.03)
    kept = seen.count[some] / (seen.periods[some] + 1)
    assert kept.mean() > 1.25 * 0.01


def test_never_asked_for_is_little_and_unsure() -> None:
    """Proves: a SKU without demand among rare ones has less than half their mean, and an error
    as large as itself."""
    case = drawn("day", 0.01, years=2.0, seed=7)
    silent = np.flatnonzero(case.seen.count == 0)
    found = estimated(case.seen, "day")
    assert len(silent)
    assert (found.demand_mean[silent] < 0.5 * case.mean.mean()).all()
    assert (found.demand_mean_error[silent] > 0.8 * found.demand_mean[silent]).all()


def test_nobody_asked() -> None:
    """Proves: a history without a single demand is a demand of 0, an interval of 1 day."""
    found = estimated(one([0.0, 0.0]), "week")
    assert found.demand_mean.tolist() == found.demand_mean_error.tolist() == [0.0]
    assert found.demand_interval_days.tolist() == [1.0]


@pytest.mark.parametrize(
    ("quantities", "expected"),
    [
        ([4, 4, 4, 4], "smooth"),
        ([4, 0, 0, 4], "intermittent"),
        ([1, 1, 1, 9], "erratic"),
        ([1, 0, 0, 9], "lumpy"),
        ([0, 0, 0, 0], ""),
    ],
)
def test_demand_class(quantities: list[float], expected: str) -> None:
    """
    Proves: Syntetos and Boylan's cuts, ADI 1.32 and CV² 0.49, on periods with demand.

    4,4,4,4: ADI 1, CV² 0.  4,0,0,4: ADI 2, CV² 0.  1,1,1,9: mean 3, variance 16, CV² 1.78.
    1,0,0,9: ADI 2, mean 5, variance 32, CV² 1.28.  No demand at all has no class.
    """
    assert one(quantities).demand_class.tolist() == [expected]


def test_small_groups_borrow_from_all() -> None:
    """
    Proves: a group of 19 SKUs gets the portfolio's prior, one of 20 its own.

    The group is asked for ten times as often as the others; its silent member says which.
    """
    rng = np.random.default_rng(8)

    def silent_mean(members: int) -> float:
        chance = np.repeat([0.1, 0.01], [members, 400])
        asked = rng.random((len(chance), 200)) < chance[:, None]
        asked[0] = False
        sku, number = np.nonzero(asked)
        seen = record(
            sku,
            number,
            np.ones(len(sku)),
            first=np.zeros(len(chance), dtype=np.int64),
            last=np.full(len(chance), 199),
            launched=np.ones(len(chance), dtype=np.bool_),
            limits=LIMITS,
        )
        group = np.repeat([0, 1], [members, 400])
        use = np.ones(len(chance), dtype=np.bool_)
        found = estimates(seen, np.ones(len(chance)), group, use, "day", pooled=True)
        return float(found.demand_mean[0])

    assert silent_mean(20) > 5.0 * silent_mean(19)
