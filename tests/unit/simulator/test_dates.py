"""Strikes become spells of whole days, in the order in which the kernel looks them up."""

from __future__ import annotations

import numpy as np

from optimizer.domain.scenario import Futures, Strikes
from optimizer.simulator import disruptions


def futures() -> Futures:
    return Futures(
        probability=np.array([0.5, 0.5]),
        categories=np.array(["drives", "pumps"], dtype=object),
        strikes=Strikes(
            scenario=np.array([0, 0, 0, 1, 1]),
            strike=np.array([0, 1, 1, 0, 1]),
            hazard=np.array([1, 0, 0, 0, 2]),
            target=np.array([1, 2, 0, 2, 0]),
            start_day=np.array([12.0, 30.7, 30.7, -4.2, 7.5]),
            days=np.array([10, 3, 3, 9, 60]),
            multiplier=np.array([1.4, 1.0, 1.0, 1.0, 1.2]),
        ),
    )


def test_strikes_by_what_they_hit() -> None:
    """
    Proves: an outage hits two suppliers from day 30 to 33; one that began 4.2 days before the
    horizon lasts from -5 to 4; surge and price shock go to their categories.

    Rows of outages: replication 0 suppliers 0, 1, 2, then replication 1.
    """
    kind = np.array(["outage", "surge", "price"], dtype=object)
    struck = disruptions(futures(), kind, 3)
    outages = struck.outages
    assert outages.start.tolist() == [0, 1, 1, 2, 2, 2, 3]
    assert outages.first_day.tolist() == [30, 30, -5]
    assert outages.end_day.tolist() == [33, 33, 4]
    assert struck.surges.start.tolist() == [0, 0, 1, 1, 1]
    assert (struck.surges.first_day[0], struck.surges.end_day[0]) == (12, 22)
    assert struck.prices.start.tolist() == [0, 0, 0, 1, 1]
    assert struck.prices.multiplier.tolist() == [1.2]


def test_no_hazard_at_all() -> None:
    """Proves: futures without strikes give empty tables of the right shape."""
    calm = futures()
    none = Futures(
        probability=calm.probability,
        categories=np.zeros(0, dtype=object),
        strikes=calm.strikes.take(np.zeros(0, dtype=np.int64)),
    )
    struck = disruptions(none, np.zeros(0, dtype=object), 3)
    assert (len(struck.outages.start), len(struck.surges.start)) == (7, 1)
