"""Two alternates: the sum that grows from day to day against every outage by itself."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from optimizer.scenarios.begins import Alternate, begins_in
from optimizer.scenarios.expected_hats import add_with_full_two, add_with_two
from optimizer.scenarios.hazard_laws import laws, reach
from optimizer.scenarios.older_outages import both_left, left_of_older, room_for_both
from optimizer.scenarios.threats import threats
from tests.support.hazards import hazard_portfolio

REGION = {"scope": "region", "target": "R", "annual_rate": 9.0, "duration_cv": 1.0}
HAZARDS = {"quake": REGION, "fire": {"target": "a", "annual_rate": 3.0, "duration_cv": 0.5}}


@pytest.mark.parametrize("shares", [(1.0, 1.0), (0.7, 0.3), (0.8, 0.5), (0.2, 1.0)])
@pytest.mark.parametrize("leads", [(0.0, 0.0), (7.25, -12.5), (-40.0, -3.0), (20.0, 1.5)])
@pytest.mark.parametrize("ramps", [(0.0, 0.0), (14.0, 30.5), (200.0, 5.0)])
def test_from_day_to_day_is_every_day_by_itself(
    shares: tuple[float, float], leads: tuple[float, float], ramps: tuple[float, float]
) -> None:
    """
    Proves: for shares that cover all, the hat weights that grow from one duration to the next are
    those of each duration alone; they sum to 1, the mass of all that can be left.
    """
    portfolio = hazard_portfolio(HAZARDS, {"a": "R", "b": "R"}, longest_days=120)
    found = threats(portfolio)
    law, reaches = laws(portfolio, found), reach(found, "outage", 2)
    left = left_of_older(law, reaches)
    both, turned = (
        both_left(law, reaches, left, pair, room_for_both(left)) for pair in ((0, 1), (1, 0))
    )
    one, other = (
        Alternate(ramp, lead, share) for ramp, lead, share in zip(ramps, leads, shares, strict=True)
    )
    grown, alone = np.zeros((2, 121, 18))
    add_with_full_two(one, other, both, turned, grown)
    for days in range(1, 121):
        begins = (begins_in(days, alternate, 0, 120) for alternate in (one, other))
        add_with_two(days, *begins, both, alone[days])
    np.testing.assert_allclose(grown, alone, rtol=1e-9, atol=1e-13)
    np.testing.assert_allclose(alone[1:].sum(axis=1), 1.0, rtol=1e-12)


def test_when_an_alternate_begins_by_how_long_it_is_out() -> None:
    """
    Proves: ramp 10, 3.5 days farther: on day 13.5 up to 10 days out, from 27 on (30.5) not in 30;
    5 days nearer, on day 5 and from 35 on not; hit itself, still out for all 30 and late from 31.
    """
    assert begins_in(30, Alternate(10.0, 3.5, 1.0), 0, 365) == (13.5, 10, 27, 3.5, 1.0)
    assert begins_in(30, Alternate(10.0, -5.0, 0.5), 0, 365) == (5.0, 10, 35, -5.0, 0.5)
    assert begins_in(30, Alternate(10.0, 3.5, 1.0), 30, 365) == (30.0, 30, 31, 3.5, 1.0)
    assert begins_in(30, Alternate(0.0, -99.0, 1.0), 0, 60) == (0.0, 60, 61, -99.0, 1.0)


def test_both_out_together_is_a_probability() -> None:
    """
    Proves: P(both still out a and b days or more) falls in a and b, lies between the product of the
    two and the lesser, and the table turned is its mirror.
    """
    portfolio = hazard_portfolio(HAZARDS, {"a": "R", "b": "R"}, longest_days=60)
    found = threats(portfolio)
    law, reaches = laws(portfolio, found), reach(found, "outage", 2)
    left = left_of_older(law, reaches)
    both, turned = (
        both_left(law, reaches, left, pair, room_for_both(left)) for pair in ((0, 1), (1, 0))
    )
    np.testing.assert_allclose(both.tail, turned.tail.T, rtol=1e-12)
    assert np.all(both.tail >= np.outer(left.tail[0], left.tail[1]))
    assert np.all(both.tail <= np.minimum.outer(left.tail[0], left.tail[1]) + 1e-15)
    for row, after in pairwise(both.tail):
        assert np.all(after <= row + 1e-15)
    assert np.all(both.tail_at >= -1e-15)
    np.testing.assert_allclose(both.tail_at.sum(axis=0), left.tail[1], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(both.moment[0], left.moment[1], rtol=1e-12, atol=1e-15)
