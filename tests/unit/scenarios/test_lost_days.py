"""Lost days of single strikes, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import LostDays
from optimizer.scenarios.outage_losses import (
    Chains,
    StruckOptions,
    strike_supplies,
    strikes_of_supplies,
)
from optimizer.scenarios.spells import spells_by_target
from optimizer.scenarios.strikes_by_supply import lost_days
from tests.support.hazards import hazard_portfolio, make_futures, make_profiles
from tests.support.lost_days import dense, entries

SUPPLIERS = {"a": "R", "b": "R", "c": "R"}
SHOCK = {"scope": "category", "target": "food", "multiplier": 1.5}
HAZARDS = {
    "fire": {"target": "a"},
    "quake": {"scope": "region", "target": "R"},
    "hype": SHOCK | {"kind": "surge"},
    "rally": SHOCK | {"kind": "price"},
}
FIRE, QUAKE, HYPE, RALLY = range(4)


def portfolio() -> Portfolio:
    """Return three suppliers of one region; hazards fire, quake, hype and rally."""
    return hazard_portfolio(HAZARDS, SUPPLIERS)


def lost(strikes: Any, supplies: Any, prices: Any = (), n: int = 1) -> LostDays:
    """Return the lost days of strikes on suppliers 0, 1, 2 or on the category ``food``."""
    futures = make_futures(strikes, n=n, categories=["food"])
    return lost_days(portfolio(), futures, make_profiles(supplies, prices))


def outage(start: float, days: int, *targets: int, **more: Any) -> dict[str, Any]:
    """Return a strike of the quake."""
    return {"hazard": QUAKE, "targets": targets, "start": start, "days": days, **more}


@pytest.mark.parametrize(
    ("alternates", "days"),
    [
        pytest.param((), 30.0, id="no alternate: the outage"),
        pytest.param(((1, 10.0, 0.0, 1.0),), 10.0, id="full alternate: its ramp"),
        pytest.param(((1, 10.0, 5.0, 1.0),), 15.0, id="ramp and longer lead time"),
        pytest.param(((1, 10.0, -4.0, 1.0),), 6.0, id="shorter lead time takes off the ramp"),
        pytest.param(((1, 10.0, -14.0, 1.0),), 0.0, id="never before the outage"),
        pytest.param(((1, 10.0, 0.0, 0.4),), 22.0, id="10 + 20 * .6"),
        pytest.param(((1, 10.5, 0.25, 0.4),), 22.3, id="not whole: 10.75 + 19.25 * .6"),
        pytest.param(((1, 40.0, 0.0, 1.0),), 30.0, id="ramp beyond the outage: no help"),
        pytest.param(((1, 6.0, 0.0, 0.5), (2, 12.0, 0.0, 0.3)), 12.6, id="6 + 6*.5 + 18*.2"),
        pytest.param(((1, 6.0, 0.0, 0.7), (2, 12.0, 0.0, 0.8)), 7.8, id="6 + 6 * .3 + 0"),
        pytest.param(((1, 12.0, 0.0, 0.8), (2, 6.0, 0.0, 0.7)), 7.8, id="the same, other order"),
    ],
)
def test_an_outage_that_hits_the_primary_alone(alternates: Any, days: float) -> None:
    """
    Proves: an alternate serves its share from max(0, ramp + extra lead time) on; two never serve
    more than the demand; days are not rounded.

    Sensitivity: without the positive part, shares of .7 and .8 give 6 + 1.8 - 18 * .5 = -1.2;
    max(ramp, extra) instead of their sum gives 10 where 15 is right.
    """
    found = entries(lost([outage(3.0, 30, 0)], [(0, alternates)]))
    if days == 0.0:
        assert found == [[]]
        return
    assert found[0] == [(0, QUAKE, pytest.approx(days, rel=1e-12), 1.0)]


@pytest.mark.parametrize(
    ("strikes", "alternate", "days"),
    [
        pytest.param([outage(5.0, 30, 0, 1)], (1, 10.0, 0.0, 1.0), 30.0, id="hit too: no help"),
        pytest.param([outage(5.0, 30, 0, 1)], (1, 10.0, 3.0, 1.0), 30.0, id="hit too, far"),
        pytest.param(
            [outage(5.0, 30, 0, 1)], (1, 10.0, -8.0, 0.5), 26.0, id="hit, nearer: 22 + 8*.5"
        ),
        pytest.param(
            [outage(1.0, 20, 1), outage(5.5, 30, 0)], (1, 0.0, 0.0, 1.0), 16.0, id="15.5 left: 16"
        ),
        pytest.param(
            [outage(1.0, 20, 1), outage(5.5, 30, 0)], (1, 18.0, 0.0, 1.0), 18.0, id="ramp is longer"
        ),
        pytest.param(
            [outage(-9.5, 20, 1), outage(5.5, 30, 0)], (1, 0.0, 2.0, 1.0), 7.0, id="older than 0"
        ),
        pytest.param(
            [outage(1.0, 40, 1), outage(2.0, 5, 1), outage(5.5, 30, 0)],
            (1, 0.0, 0.0, 0.5),
            30.0,
            id="the longest of two, 35.5",
        ),
        pytest.param(
            [outage(1.0, 4, 1), outage(5.5, 30, 0)], (1, 0.0, 1.0, 1.0), 1.0, id="over: no delay"
        ),
        pytest.param(
            [outage(5.5, 30, 0), outage(5.6, 90, 1)], (1, 0.0, 1.0, 1.0), 1.0, id="later: unseen"
        ),
        pytest.param(
            [outage(1.0, 5, 1), outage(2.0, 30, 0)], (1, 0.0, 0.0, 1.0), 4.0, id="exactly 4 left"
        ),
        pytest.param(
            [outage(1.0, 50, 1), outage(5.5, 30, 0, 1)], (1, 0.0, -20.0, 1.0), 26.0, id="46 - 20"
        ),
    ],
)
def test_an_alternate_that_is_out_itself(strikes: Any, alternate: Any, days: float) -> None:
    """
    Proves: it is out for the longest of this strike, if it is hit too, and what is left of older
    outages, those from before the horizon included, in whole days; later ones are not followed.

    Sensitivity: not rounded up, 15.5; without the days before the horizon, 2 instead of 7; the
    last older outage instead of the longest, 2 + 28 * .5 = 16 instead of 30.
    """
    found = entries(lost(strikes, [(0, (alternate,))]))
    assert found == [[(0, QUAKE, pytest.approx(days, rel=1e-12), 1.0)]]


def test_outages_of_another_future_are_not_seen() -> None:
    """Proves: an alternate out in future 0 delivers in future 1, in both orders of the two."""
    strikes = [outage(1.0, 50, 1), outage(5.0, 30, 0, scenario=1), outage(1.0, 50, 1, scenario=2)]
    assert len(entries(lost(strikes, [(0, ((1, 0.0, 0.0, 1.0),))], n=3))[0]) == 0
    assert len(entries(lost(strikes, [(0, ())], n=3))[0]) == 1


def test_every_strike_counts_by_itself_and_those_before_the_horizon_do_not() -> None:
    """
    Proves: outages that overlap each have their entry; one that began on day -5 and runs on costs
    nothing.

    Sensitivity: version 1 kept only the longest, 30.
    """
    strikes = [outage(-5.0, 90, 0), outage(10.0, 30, 0), outage(20.0, 25, 0)]
    found = entries(lost(strikes, [(0, ())]))
    assert found == [[(0, QUAKE, 30.0, 1.0), (0, QUAKE, 25.0, 1.0)]]


def test_surges_cost_their_own_days_once_whatever_the_sources() -> None:
    """
    Proves: (1.5 - 1) * 21 = 10.5, beside an outage of 30 in the order of the strikes; none from
    before the horizon, none of another category; an alternate does not help.

    Sensitivity: version 1 had ceil(1.5 * 30 + 10.5) = 56.
    """

    def surge(start: float) -> dict[str, Any]:
        return {"hazard": HYPE, "targets": [0], "start": start, "days": 21, "multiplier": 1.5}

    strikes = [surge(-1.0), outage(2.0, 30, 0), surge(3.0), outage(4.0, 7, 0), surge(9.0)]
    full = ((1, 0.0, 0.0, 1.0),)
    found = entries(lost(strikes, [(0, (), "food"), (0, full, "food"), (0, ()), (2, (), "wine")]))
    up = (0, HYPE, 10.5, 1.0)
    assert found[0] == [(0, QUAKE, 30.0, 1.0), up, (0, QUAKE, 7.0, 1.0), up]
    assert found[1] == [up, up]
    assert found[2] == [(0, QUAKE, 30.0, 1.0), (0, QUAKE, 7.0, 1.0)]
    assert found[3] == []


def test_price_shocks_stand_on_the_rows_of_their_category() -> None:
    """Proves: m days with the factor pi - 1, after the supplies; other categories are empty."""
    price = {"hazard": RALLY, "targets": [0], "days": 45, "multiplier": 1.25}
    strikes = [
        price | {"start": -3.0},
        price | {"start": 3.0},
        price | {"start": 4.0, "scenario": 1},
    ]
    found = lost(strikes, [(0, (), "food")], prices=["food", "wine"], n=2)
    assert entries(found) == [[], [(0, RALLY, 45.0, 0.25), (1, RALLY, 45.0, 0.25)], []]
    assert len(found) == 3
    assert found.n_scenarios == 2


def test_absent_alternates_are_ignored() -> None:
    """Proves: row -1 is nobody, wherever it stands, though its share is 1 and the last one well."""
    one = (1, 10.0, 0.0, 1.0)
    nobody = (-1, 0.0, 0.0, 1.0)
    found = dense(lost([outage(0.0, 30, 0)], [(0, (one, nobody)), (0, (nobody, one)), (0, ())]))
    assert found.tolist() == [[10.0], [10.0], [30.0]]


def test_nothing_strikes() -> None:
    """Proves: no strikes and no profiles are no special case."""
    assert entries(lost([], [(0, ())], prices=["food"])) == [[], []]
    assert entries(lost([outage(0.0, 3, 0)], [])) == []


def test_supplies_are_shared() -> None:
    """
    Proves: SKUs of the same suppliers read the same strikes, whatever their lead times and shares;
    each loses what it would alone.
    """
    strikes = [outage(float(k), 10 + k, k % 3, (k + 1) % 3) for k in range(20)]
    supplies = [(k % 3, (((k + 1) % 3, 5.0, float(k), 0.5),)) for k in range(50)]
    whole = lost(strikes, supplies)
    assert len(whole.start) - 1 == 3
    assert entries(whole) == [entries(lost(strikes, [one]))[0] for one in supplies]


@given(st.integers(0, 10_000))
def test_there_is_room_for_what_strikes_and_no_more(seed: int) -> None:
    """
    Proves: outages and surges are counted as they are found, those before the horizon and surges
    of next to no days left out.

    Sensitivity: the surge of 1 + 1e-12 counted, there is room for one more.
    """
    rng = np.random.default_rng(seed)
    strikes = []
    for _ in range(rng.integers(0, 30)):
        start, scenario = float(rng.uniform(-50.0, 90.0)), int(rng.integers(3))
        of = {"start": start, "days": int(rng.integers(1, 80)), "scenario": scenario}
        more = float(rng.choice([1.0, 1.0 + 1e-12, 1.5]))
        surge = {"hazard": HYPE, "targets": [0], "multiplier": more}
        strikes.append(of | (surge if rng.random() < 0.5 else {"hazard": QUAKE, "targets": [0, 2]}))
    futures = make_futures(strikes, n=3, categories=["food"])
    kind = portfolio().hazards.kind[futures.strikes.hazard]
    outages = spells_by_target(futures.strikes, kind == "outage", 3)
    surges = spells_by_target(futures.strikes, kind == "surge", 2).within_horizon()
    chains = Chains(
        primary=np.array([0, 1, 2, 2]),
        category=np.array([0, 0, 1, 0]),
        alternate=np.array([[2, -1], [0, 2], [-1, -1], [0, -1]]),
    )
    counted = strikes_of_supplies(outages, surges, chains)
    struck = StruckOptions.room(counted + 30)
    strike_supplies(outages, surges, chains, struck)
    assert struck.found.tolist() == counted.tolist()
