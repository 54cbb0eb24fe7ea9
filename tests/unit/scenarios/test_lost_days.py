"""Lost days of single profiles, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support.lost_days import dense

from optimizer.domain.scenario import OutageProfiles, ScenarioSet
from optimizer.scenarios import lost_days as module
from optimizer.scenarios.lost_days import lost_days

NONE = (-1, 0.0, 1.0)


def future(outages: Any, multiplier: float = 1.0, days: int = 0) -> ScenarioSet:
    """Return one scenario: outages of the suppliers, a surge of the category ``food``."""
    return ScenarioSet(
        probability=np.ones(1),
        outage_days=np.array([outages], dtype=np.int64),
        categories=np.array(["food"], dtype=object),
        surge_multiplier=np.array([[multiplier]]),
        surge_days=np.array([[days]], dtype=np.int64),
        price_multiplier=np.ones((1, 1)),
        price_days=np.zeros((1, 1), dtype=np.int64),
        method="sampled",
    )


def profile(first: Any = NONE, second: Any = NONE, category: str = "food") -> OutageProfiles:
    """Return the profile of primary 0 with alternates (row, ramp days, capacity share)."""
    rows, ramps, shares = zip(first, second, strict=True)
    return OutageProfiles(
        primary=np.zeros(1, dtype=np.int64),
        surge_category=np.array([category], dtype=object),
        alternate=np.array([rows], dtype=np.int64),
        ramp_days=np.array([ramps]),
        capacity_share=np.array([shares]),
    )


@pytest.mark.parametrize(
    ("alternates", "outages", "lost"),
    [
        pytest.param((), (30, 0, 0), 30, id="no alternate: the outage"),
        pytest.param(((1, 10.0, 1.0),), (30, 0, 0), 10, id="full alternate: its ramp"),
        pytest.param(((1, 10.0, 0.4),), (30, 0, 0), 22, id="10 + 20 * .6"),
        pytest.param(((1, 10.0, 0.4),), (30, 25, 0), 28, id="out itself: 25 + 5 * .6"),
        pytest.param(((1, 10.0, 1.0),), (30, 90, 0), 30, id="out longer: no help"),
        pytest.param(((1, 40.0, 1.0),), (30, 0, 0), 30, id="ramp beyond the outage: no help"),
        pytest.param(((1, 0.0, 1.0),), (0, 50, 0), 0, id="only the alternate is out"),
        pytest.param(((1, 6.0, 0.5), (2, 12.0, 0.3)), (30, 0, 0), 13, id="6 + 6*.5 + 18*.2 = 12.6"),
        pytest.param(((1, 6.0, 0.7), (2, 12.0, 0.8)), (30, 0, 0), 8, id="6 + 6 * .3 + 0 = 7.8"),
        pytest.param(((1, 12.0, 0.8), (2, 6.0, 0.7)), (30, 0, 0), 8, id="the same, other order"),
    ],
)
def test_supply_gap_by_hand(alternates: Any, outages: Any, lost: int) -> None:
    """
    Proves: an alternate serves its share from its ramp or its recovery on; two never serve more
    than the demand.

    Sensitivity: without the positive part, shares of .7 and .8 give 6 + 1.8 - 18 * .5 = -1.2.
    """
    assert dense(lost_days(future(outages), profile(*alternates))).tolist() == [[lost]]


def test_absent_alternates_are_ignored() -> None:
    """Proves: row -1 is nobody, though supplier -1 (the last) is well and the share is 1."""
    assert dense(lost_days(future((30, 0)), profile())).tolist() == [[30]]


@pytest.mark.parametrize(
    ("outage", "multiplier", "days", "lost"),
    [(0, 1.5, 21, 11), (0, 1.1, 30, 3), (10, 1.5, 21, 26), (10, 2.0, 0, 20), (5, 0.5, 30, 0)],
)
def test_surges(outage: int, multiplier: float, days: int, lost: int) -> None:
    """
    Proves: lost = ceil(g e + (g - 1) m), rounded to 9 decimals first, never below 0.

    (1.5 - 1) * 21 = 10.5: 11; (1.1 - 1) * 30 = 3.0000000000000027: 3, a bare ceiling gives 4;
    1.5 * 10 + 10.5 = 25.5: 26, e without g gives 21; .5 * 5 - 15 < 0: 0.
    """
    assert dense(lost_days(future((outage,), multiplier, days), profile())).tolist() == [[lost]]


@pytest.mark.parametrize("category", ["", "unknown"])
def test_other_categories_do_not_surge(category: str) -> None:
    """Proves: no category, or one on which no hazard acts, has no surge: 10, not 25.5."""
    scenarios = future((10,), 1.5, 21)
    assert dense(lost_days(scenarios, profile(category=category))).tolist() == [[10]]


def test_chunks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: profiles counted one at a time or all at once are the same, and in their order."""
    rng = np.random.default_rng(5)
    scenarios, profiles = _random(rng, n_scenarios=20, n_profiles=33)
    whole = dense(lost_days(scenarios, profiles))
    monkeypatch.setattr(module, "ENTRIES_AT_ONCE", 1)
    np.testing.assert_array_equal(dense(lost_days(scenarios, profiles)), whole)
    assert whole.any(axis=1).sum() > 25


def test_only_lost_days_are_stored() -> None:
    """
    Proves: entries are days above 0, scenarios ascending within each profile.

    A full alternate that delivers at once leaves nothing: no entry, not one of 0 days.
    """
    scenarios, profiles = _random(np.random.default_rng(6), n_scenarios=40, n_profiles=50)
    lost = lost_days(scenarios, profiles)
    assert lost.n_scenarios == 40
    assert lost.days.min() > 0
    row = np.repeat(np.arange(len(lost)), np.diff(lost.start))
    assert np.all(np.diff(row * 40 + lost.scenario) > 0)
    at_once = profile((1, 0.0, 1.0))
    assert lost_days(future((30, 0)), at_once).start.tolist() == [0, 0]


def _random(
    rng: np.random.Generator, *, n_scenarios: int, n_profiles: int
) -> tuple[ScenarioSet, OutageProfiles]:
    shape = (n_scenarios, 4)
    scenarios = ScenarioSet(
        probability=np.full(n_scenarios, 1.0 / n_scenarios),
        outage_days=np.where(rng.random(shape) < 0.3, rng.integers(1, 90, shape), 0),
        categories=np.array([], dtype=object),
        surge_multiplier=np.ones((n_scenarios, 0)),
        surge_days=np.zeros((n_scenarios, 0), dtype=np.int64),
        price_multiplier=np.ones((n_scenarios, 0)),
        price_days=np.zeros((n_scenarios, 0), dtype=np.int64),
        method="sampled",
    )
    profiles = OutageProfiles(
        primary=rng.integers(0, 4, n_profiles),
        surge_category=np.full(n_profiles, "", dtype=object),
        alternate=rng.integers(-1, 4, (n_profiles, 2)),
        ramp_days=rng.uniform(0.0, 60.0, (n_profiles, 2)),
        capacity_share=rng.uniform(0.1, 1.0, (n_profiles, 2)),
    )
    return scenarios, profiles
