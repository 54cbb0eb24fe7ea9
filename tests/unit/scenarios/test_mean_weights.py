"""Expected hat weights: by hand, and against drawn futures."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from optimizer.domain.arrays import FloatArray
from optimizer.maths.lost_days import losses
from optimizer.scenarios import outage_weights
from optimizer.scenarios.draw import draw
from optimizer.scenarios.durations import duration_distribution
from optimizer.scenarios.mean_weights import mean_weights
from optimizer.scenarios.strikes_by_supply import lost_days
from tests.support.hazards import hazard_portfolio, make_profiles
from tests.support.mean_weights import hats

SUPPLIERS = {"a": "R", "b": "R", "c": "S"}
SHOCK = {"scope": "category", "target": "food", "annual_rate": 0.5}


def weights(hazards: Any, supplies: Any, prices: Any = (), **more: Any) -> FloatArray:
    """Return the weights of the first entry."""
    portfolio = hazard_portfolio(hazards, SUPPLIERS, **more)
    found: FloatArray = mean_weights(portfolio, make_profiles(supplies, prices)).weight[0]
    return found


def test_without_alternates_an_outage_is_its_days() -> None:
    """
    Proves: .5 strikes a year of 12 days for two years, half of which hit: .5 in all, shared by the
    nodes 10 and 14.

    Sensitivity: the probability of any strike, 1 - exp(-.5), is .39.
    """
    fire = {"target": "a", "annual_rate": 0.5, "duration_mean_days": 12.0, "hit_probability": 0.5}
    found = weights({"fire": fire}, [(0, ())], horizon_days=730)
    np.testing.assert_allclose(found, 0.5 * hats(12.0), atol=1e-15)
    assert found[6] == found[7] == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("ramp", "extra", "share", "lost"),
    [
        pytest.param(10.0, 0.0, 1.0, 10.0, id="its ramp"),
        pytest.param(10.5, 4.0, 0.4, 23.8, id="14.5 + .6 * 15.5"),
        pytest.param(10.0, -20.0, 0.9, 3.0, id="at once: .1 * 30"),
        pytest.param(40.0, 0.0, 1.0, 30.0, id="too late"),
    ],
)
def test_an_alternate_that_is_never_out(
    ramp: float, extra: float, share: float, lost: float
) -> None:
    """Proves: every strike loses the same days; max(ramp, extra) would give 10.5 + .6 * 19.5."""
    fire = {"target": "a", "annual_rate": 0.5}
    found = weights({"fire": fire}, [(0, ((2, ramp, extra, share),))])
    np.testing.assert_allclose(found, 0.5 * hats(lost), atol=1e-14)


def test_an_alternate_out_by_older_outages_by_hand() -> None:
    """
    Proves: P(nothing left) = exp(-2/365 · 3), P(at most 1 day) = exp(-2/365 · 2), …: the fire of 5
    days costs 0, 1, 2, 3 days with the steps between.

    Sensitivity: the mean share of time, 6/365, spread evenly over 1 to 3; days counted from the
    strike's middle.
    """
    hazards = {
        "fire": {"target": "a", "annual_rate": 1.0, "duration_mean_days": 5.0},
        "leak": {"target": "c", "annual_rate": 2.0, "duration_mean_days": 3.0},
    }
    found = weights(hazards, [(0, ((2, 0.0, 0.0, 1.0),))])
    at_most = [math.exp(-2.0 / 365.0 * left) for left in (3, 2, 1, 0)]
    np.testing.assert_allclose(found[:4], np.diff(at_most, prepend=0.0), rtol=1e-12)
    assert found[4:].tolist() == [0.0] * 14


def test_hits_of_both_by_hand() -> None:
    """
    Proves: with half of the suppliers in reach hit, the alternate is out too in half of the strikes
    on the primary: .5 · .5 of them lose all 30 days, and those that leave it well lose 0, but for
    older outages of its own.

    An alternate 12 days nearer delivers on day 18 of 30: 18 + .25 · 12 = 21 lost at share .75.
    Older outages: P(none reaches beyond b) = exp(-1/365 · .5 · (30 - b)).  Well and 12 nearer, it
    delivers at once up to 12 left.
    """
    quake = {"scope": "region", "target": "R", "annual_rate": 1.0, "hit_probability": 0.5}
    found = weights({"quake": quake}, [(0, ((1, 0.0, -12.0, 0.75),))])

    def at_most(left: int) -> float:
        return math.exp(-0.5 / 365.0 * (30 - left))

    expected = 0.25 * hats(21.0) + 0.25 * at_most(12) * hats(0.25 * 30.0)
    for left in range(13, 31):
        p = at_most(left) - at_most(left - 1)
        expected += 0.25 * p * hats(30.0 - 0.75 * (30.0 - (left - 12.0)))
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)


def test_surges_and_price_shocks_by_hand() -> None:
    """
    Proves: a surge of 1.4 for 30 days is 12 lost days, whatever the sources; a price shock of 1.4
    is 30 days with the factor .4.

    Sensitivity: the price curve read at 12 days, or without the factor.
    """
    hazards = {
        "boom": SHOCK | {"kind": "surge", "multiplier": 1.4},
        "rally": SHOCK | {"kind": "price", "multiplier": 1.4},
    }
    full = ((2, 0.0, 0.0, 1.0),)
    supplies = [(0, (), "food"), (0, full, "food"), (0, (), "wine"), (0, ())]
    portfolio = hazard_portfolio(hazards, SUPPLIERS)
    found = mean_weights(portfolio, make_profiles(supplies, ["food", "wine"]))
    assert found.start.tolist() == [0, 1, 2, 2, 2, 3, 3]
    assert found.hazard.tolist() == [0, 0, 1]
    np.testing.assert_allclose(found.weight[:2], [0.5 * hats(12.0)] * 2, rtol=1e-12)
    np.testing.assert_allclose(found.weight[2], 0.5 * 0.4 * hats(30.0), rtol=1e-12)


def test_days_beyond_the_last_node() -> None:
    """
    Proves: of 500 days 1 is on node 365 and 135 on the days beyond; an alternate that begins after
    400 leaves 35.
    """
    fire = {"target": "a", "duration_mean_days": 500.0}
    late = ((2, 400.0, 0.0, 1.0),)
    portfolio = hazard_portfolio({"fire": fire}, SUPPLIERS, longest_days=1000)
    found = mean_weights(portfolio, make_profiles([(0, ()), (0, late)])).weight
    assert found[:, 16].tolist() == [1.0, 1.0]
    np.testing.assert_allclose(found[:, 17], [135.0, 35.0], rtol=1e-12)


def test_lognormal_durations_weigh_every_day() -> None:
    """Proves: without alternates the weights are the sum over P(d = k), all strikes counted."""
    fire = {"target": "a", "annual_rate": 0.7, "duration_cv": 1.2}
    found = weights({"fire": fire}, [(0, ())])
    days, probability = duration_distribution(30.0, 1.2, 365)
    expected = sum(0.7 * p * hats(float(d)) for d, p in zip(days, probability, strict=True))
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert found[:17].sum() == pytest.approx(0.7, rel=1e-12)


HAZARDS: dict[str, dict[str, Any]] = {
    "fire": {"target": "a", "annual_rate": 1.0, "duration_cv": 0.8},
    "jam": {
        "scope": "tag",
        "target": "port",
        "annual_rate": 1.5,
        "duration_mean_days": 25.0,
        "duration_cv": 0.5,
        "hit_probability": 0.8,
    },
    "quake": {
        "scope": "region",
        "target": "R",
        "annual_rate": 0.8,
        "duration_mean_days": 70.0,
        "duration_cv": 1.0,
        "hit_probability": 0.6,
    },
    "rally": SHOCK | {"kind": "price", "multiplier": 1.3, "duration_cv": 0.4},
    "rush": SHOCK | {"kind": "surge", "multiplier": 1.8, "duration_cv": 0.9},
}
TAGS = ((0, "port"), (1, "port"), (2, "port"))
SUPPLIES = [
    (0, (), "food"),
    (1, ()),
    (0, ((1, 0.0, 0.0, 1.0),)),
    (0, ((1, 20.5, -7.25, 0.6),), "food"),
    (1, ((2, 5.0, 12.0, 1.0),)),
    (0, ((1, 0.0, -10.0, 0.7), (2, 14.0, 3.5, 0.6))),
    (0, ((1, 30.0, 0.0, 0.3), (2, 0.0, 0.0, 0.4))),
    (2, ((0, 3.0, -1.5, 1.0), (1, 0.0, -40.0, 0.5))),
]


@pytest.mark.parametrize("longest", [60, 365, 600])
def test_drawn_futures_have_the_exact_mean(longest: int) -> None:
    """
    Proves: the mean weight on every node, by profile and hazard, is within 4 standard errors of
    30,000 independent futures, for none, one and two alternates, shared hazards, a tag, hit
    probabilities and shorter lead times; durations beyond 365 days too.

    Standard errors are the futures' own, so only nodes with some 30 strikes are looked at; strikes
    that cost nothing have no entry on the first one.
    Sensitivity: alternates never out miss by tens of standard errors, as do older outages rounded
    down.
    """
    portfolio = hazard_portfolio(HAZARDS, SUPPLIERS, tags=TAGS, count=30_000, longest_days=longest)
    profiles = make_profiles(SUPPLIES, ["food"])
    exact = mean_weights(portfolio, profiles)
    futures = draw(portfolio, np.random.SeedSequence(3), "sampled")
    lost = lost_days(portfolio, futures, profiles)
    owner = np.repeat(np.arange(len(profiles)), np.diff(exact.start))
    for profile, hazard, weight in zip(owner, exact.hazard, exact.weight, strict=True):
        own = losses(lost, np.array([profile]))
        rows = own.hazard == hazard
        each = np.zeros((len(futures), 18))
        found = hats(own.days[rows]) * own.factor[rows, None]
        np.add.at(each, own.scenario[rows], found)
        error = each.std(axis=0) / math.sqrt(len(futures))
        often = weight * len(futures) >= 30.0 * np.append(np.ones(17), 100.0)
        often[0] = False
        assert np.all(np.abs(each.mean(axis=0) - weight)[often] <= 4.0 * error[often])


def test_alone_a_hazard_is_what_it_is_among_others_but_for_older_outages() -> None:
    """
    Proves: without alternates a hazard's weights are bit for bit those of a portfolio of it alone;
    with an alternate, other hazards' older outages add to the striking one's entry.
    """
    profiles = make_profiles(SUPPLIES, ["food"])
    both = mean_weights(hazard_portfolio(HAZARDS, SUPPLIERS, tags=TAGS), profiles)
    curve = np.append(np.linspace(0.0, 365.0, 17) ** 2, 1.0)
    for row, name in enumerate(HAZARDS):
        alone = hazard_portfolio({name: HAZARDS[name]}, SUPPLIERS, tags=TAGS)
        single = mean_weights(alone, make_profiles(SUPPLIES, ["food"]))
        for profile in range(len(profiles)):
            among = np.arange(both.start[profile], both.start[profile + 1])
            found = both.weight[among[both.hazard[among] == row]]
            own = single.weight[single.start[profile] : single.start[profile + 1]]
            assert len(found) == len(own)
            if profile < 2 or profile == 8:
                np.testing.assert_array_equal(found, own)
            else:
                assert np.all(found @ curve >= own @ curve - 1e-9)
    fire = hazard_portfolio({"fire": HAZARDS["fire"]}, SUPPLIERS)
    without = mean_weights(fire, make_profiles(SUPPLIES)).weight[1] @ curve
    assert both.weight[both.start[2]] @ curve > 1.05 * without


def test_ranges_of_profiles_join(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: profiles one by one, on several threads, are bit for bit the same as all at once."""
    portfolio = hazard_portfolio(HAZARDS, SUPPLIERS, tags=TAGS, longest_days=90)
    profiles = make_profiles(SUPPLIES * 3, ["food"])
    whole = mean_weights(portfolio, profiles)
    monkeypatch.setattr(outage_weights, "PROFILES_AT_ONCE", 1)
    np.testing.assert_array_equal(whole.weight, mean_weights(portfolio, profiles).weight)


def test_nothing_strikes() -> None:
    """Proves: no hazards, hazards elsewhere and no profiles are no special case."""
    nobody = hazard_portfolio({}, SUPPLIERS)
    elsewhere = hazard_portfolio({"leak": {"target": "c"}}, SUPPLIERS)
    for portfolio in (nobody, elsewhere):
        found = mean_weights(portfolio, make_profiles([(0, ((1, 0.0, 0.0, 1.0),))], ["food"]))
        assert found.start.tolist() == [0, 0, 0]
        assert found.total.sum() == 0.0
    assert mean_weights(elsewhere, make_profiles([])).start.tolist() == [0]


def test_outages_far_more_frequent_than_days_are_no_overflow() -> None:
    """Proves: a supplier that is never well delivers nothing: all of the 30 days are lost."""
    hazards = {
        "fire": {"target": "a"},
        "ruin": {"scope": "region", "target": "R", "annual_rate": 1e6},
    }
    pair = ((1, 0.0, 0.0, 1.0), (2, 40.0, 0.0, 1.0))
    portfolio = hazard_portfolio(hazards, {"a": "S", "b": "R", "c": "R"})
    found = mean_weights(portfolio, make_profiles([(0, pair)])).weight
    np.testing.assert_allclose(found, [hats(30.0)], atol=1e-12)
