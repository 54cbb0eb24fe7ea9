"""Lost days against a naive calculation, and the orders they must keep."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import Futures
from optimizer.scenarios.draw import draw
from optimizer.scenarios.mean_weights import mean_weights
from optimizer.scenarios.strikes_by_supply import lost_days
from tests.support.hazards import hazard_portfolio, make_futures, make_profiles
from tests.support.lost_days import dense, entries, plain_lost_days

SUPPLIERS = {"a": "R", "b": "R", "c": "S"}
SHOCK = {"scope": "category", "target": "food", "multiplier": 1.5}
HAZARDS: dict[str, dict[str, Any]] = {
    "fire": {"target": "c", "annual_rate": 3.0, "duration_cv": 1.0},
    "hype": SHOCK | {"kind": "surge"},
    "quake": {
        "scope": "region",
        "target": "R",
        "annual_rate": 4.0,
        "duration_cv": 0.5,
        "hit_probability": 0.7,
    },
    "rally": SHOCK | {"kind": "price"},
}
HYPE, QUAKE, RALLY = 1, 2, 3

QUARTERS = st.integers(-240, 400).map(lambda quarter: quarter / 4.0)
TARGETS = st.sets(st.integers(0, 2), min_size=1).map(sorted)
OUTAGE = st.builds(
    lambda start, days, targets: (QUAKE, start, days, targets),
    QUARTERS,
    st.integers(1, 90),
    TARGETS,
)
SHOCKS = st.builds(
    lambda hazard, start, days: (hazard, start, days, [0]),
    st.sampled_from([HYPE, RALLY]),
    QUARTERS,
    st.integers(1, 90),
)
STRIKES = st.lists(st.tuples(st.integers(0, 2), OUTAGE | SHOCKS), max_size=12)
ALTERNATE = st.tuples(
    st.integers(0, 120).map(lambda half: half / 2.0),
    st.integers(-80, 80).map(lambda quarter: quarter / 4.0),
    st.sampled_from([0.2, 0.5, 0.75, 1.0]),
)


def portfolio(hazards: Any = HAZARDS, suppliers: Any = SUPPLIERS, **scenarios: Any) -> Portfolio:
    """Return three suppliers, a region and a category with shocks."""
    return hazard_portfolio(hazards, suppliers, **scenarios)


def futures_of(strikes: list[Any]) -> Futures:
    """Return three futures of (scenario, (hazard, start, days, targets)), put in order."""
    rows = [
        {
            "scenario": scenario,
            "hazard": hazard,
            "start": start,
            "days": days,
            "targets": targets,
            "multiplier": 1.0 if hazard == QUAKE else 1.5,
        }
        for scenario, (hazard, start, days, targets) in strikes
    ]
    rows.sort(key=lambda row: (row["scenario"], row["start"]))
    return make_futures(rows, n=3, categories=["food"])


@given(STRIKES, st.integers(0, 2), st.lists(ALTERNATE, max_size=2))
def test_equals_the_naive_integral(strikes: list[Any], primary: int, alternates: list[Any]) -> None:
    """
    Proves: every entry is the piecewise integral of the strike's outage, in the order of strikes,
    with what is left of older outages found by looking at all of them.

    In quarters of days and of shares nothing is lost to rounding.
    Sensitivity: an outage ahead in its list that has ended hides one that runs on.
    """
    others = [row for row in range(3) if row != primary]
    supply = [(other, *alternate) for other, alternate in zip(others, alternates, strict=False)]
    profiles = make_profiles([(primary, supply, "food"), (primary, supply)], ["food"])
    futures = futures_of(strikes)
    found = entries(lost_days(portfolio(), futures, profiles))
    plain = plain_lost_days(portfolio(), futures, profiles)
    for mine, naive in zip(found, plain, strict=True):
        costs = [entry for entry in naive if entry[2] > 1e-9]
        assert [entry[:2] for entry in mine] == [entry[:2] for entry in costs]
        np.testing.assert_allclose(
            [entry[2:] for entry in mine], [entry[2:] for entry in costs], rtol=1e-12, atol=1e-12
        )


@given(STRIKES, ALTERNATE, ALTERNATE)
def test_one_more_alternate_never_costs_days(strikes: list[Any], first: Any, second: Any) -> None:
    """Proves: adding an alternate never raises lost days, also where shares exceed the demand."""
    one, other = (1, *first), (2, *second)
    profiles = make_profiles([(0, ()), (0, (one,)), (0, (one, other)), (0, (other,))])
    none, with_one, with_two, with_other = dense(
        lost_days(portfolio(), futures_of(strikes), profiles)
    )
    assert np.all(with_one <= none + 1e-9)
    assert np.all(with_two <= np.minimum(with_one, with_other) + 1e-9)


@given(STRIKES, OUTAGE, st.integers(1, 60), ALTERNATE)
def test_longer_never_costs_fewer_days(
    strikes: list[Any], outage: Any, longer: int, alternate: Any
) -> None:
    """Proves: one outage that lasts longer, whoever it hits, never helps anybody."""
    hazard, start, days, targets = outage
    worse = (hazard, start, days + longer, targets)
    profiles = make_profiles([(0, ((1, *alternate),)), (1, ((2, *alternate),)), (2, ())])
    before, after = (
        dense(lost_days(portfolio(), futures_of([*strikes, (0, one)]), profiles))
        for one in (outage, worse)
    )
    assert np.all(after >= before - 1e-9)


@settings(max_examples=20)
@given(st.permutations(list(HAZARDS)), st.permutations(list(SUPPLIERS)), st.integers(0, 2**32))
def test_the_order_of_rows_changes_nothing(
    hazards: list[str], suppliers: list[str], seed: int
) -> None:
    """
    Proves: lost days and exact weights are the same for any order of hazards and suppliers.

    Weights add up hazards in another order: the last digit may differ.
    """
    one = portfolio(count=30)
    other = portfolio(
        {name: HAZARDS[name] for name in hazards},
        {name: SUPPLIERS[name] for name in suppliers},
        count=30,
    )
    found = []
    for each in (one, other):
        row = {name: k for k, name in enumerate(each.suppliers.supplier)}
        alternates = ((row["b"], 5.0, -2.0, 0.5), (row["c"], 0.0, 10.0, 0.75))
        supplies = [(row["a"], alternates, "food"), (row["c"], alternates[:1])]
        profiles = make_profiles(supplies, ["food"])
        futures = draw(each, np.random.SeedSequence(seed))
        found.append(
            (dense(lost_days(each, futures, profiles)), mean_weights(each, profiles).total)
        )
    (days, mean), (days_turned, mean_turned) = found
    np.testing.assert_allclose(days, days_turned, rtol=1e-12)
    np.testing.assert_allclose(mean, mean_turned, rtol=1e-9, atol=1e-14)


@settings(max_examples=20)
@given(st.floats(0.1, 5.0), st.sampled_from(["a", "b", "c"]), st.integers(0, 2**32))
def test_a_new_hazard_leaves_the_strikes_of_others(rate: float, target: str, seed: int) -> None:
    """Proves: start, duration and target of every other strike are bit for bit the same."""
    more = {"another": {"target": target, "annual_rate": rate}} | HAZARDS
    before, after = (
        draw(portfolio(hazards, count=30), np.random.SeedSequence(seed)).strikes
        for hazards in (HAZARDS, more)
    )
    after = after.take(np.flatnonzero(after.hazard != 0))
    for name in ("scenario", "target", "start_day", "days", "multiplier"):
        np.testing.assert_array_equal(getattr(before, name), getattr(after, name))
    np.testing.assert_array_equal(before.hazard, after.hazard - 1)
