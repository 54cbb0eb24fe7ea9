"""Plans replayed against demand that is given, where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.simulator import LINES, Past, Plant, Replayed, day_by_day, replay
from optimizer.simulator.replay import STRETCHES, replay_one
from tests.support.simulation import make_plant, stream

DAYS, CUT = 400, 300


def past(*daily: float) -> Past:
    """As many SKUs, each with the same demand every day."""
    n = len(daily)
    return Past(
        start=np.arange(0, (n + 1) * DAYS, DAYS),
        day=np.tile(np.arange(DAYS), n),
        span=np.ones(n * DAYS, dtype=np.int64),
        quantity=np.repeat(daily, DAYS),
        first_day=np.zeros(n, dtype=np.int64),
        cut=CUT,
        days=DAYS,
    )


def replayed(plants: list[Plant], known: Past, n: int = 40) -> Replayed:
    n_skus = len(plants[0])
    group = np.stack([np.zeros(n_skus, dtype=np.int64), 1 + np.arange(n_skus) % 2], axis=1)
    return replay(plants, known, stream, group=group, n_groups=3, replications=n)


def seen(result: Replayed, plan: int, sku: int, stretch: str = "came") -> dict[str, float]:
    row = result.by_sku[plan, STRETCHES.index(stretch), sku]
    return dict(zip(LINES, row.tolist(), strict=True))


def test_certain_demand_is_served_and_half_a_lot_is_on_hand() -> None:
    """
    Proves: 10 a day, L 20, r 250, Q 100: all is served in what came and resampled, 50 + 100/2 on
    hand in the mean, 100 days with demand, stock and value at a unit cost of 3.

    Sensitivity: settling days counted would be 122 days with demand.
    """
    plant = make_plant(reorder_point=250.0, unit_cost=3.0, own_books=0.5)
    result = replayed([plant], past(10.0), 400)
    for stretch in STRETCHES:
        one = seen(result, 0, 0, stretch)
        assert (one["units"], one["value"], one["lines"]) == pytest.approx((1e3, 3e3, 100.0))
        assert (one["units_short"], one["lines_short"], one["shortage_cost"]) == (0.0, 0.0, 0.0)
        assert one["stock"] == pytest.approx(3.0 * 100.0, rel=0.02)
        assert one["capital"] == pytest.approx(one["stock"] / 2.0)


def test_plans_are_replayed_with_the_same_chances() -> None:
    """
    Proves: the same plan twice keeps the same, to the last bit; one without stock less.

    Sensitivity: streams by plan would give other places in the cycle.
    """
    lean = make_plant(reorder_point=150.0, lead_time_std=5.0, downtime_cost=7.0)
    result = replayed([lean, lean, make_plant(reorder_point=400.0)], past(10.0))
    assert np.array_equal(result.by_sku[0], result.by_sku[1])
    short, ample = seen(result, 0, 0), seen(result, 2, 0)
    assert ample["units_short"] == 0.0 < short["units_short"]
    cost = short["units_short"] + 7.0 * short["waiting_days"]
    assert short["shortage_cost"] == pytest.approx(cost)


def test_a_sku_without_a_lot_serves_nothing_more_than_it_holds() -> None:
    """Proves: Q = 0, nothing held: every unit is short, somebody waits all the time."""
    plant = make_plant(reorder_point=0.0, order_quantity=0.0)
    one = seen(replayed([plant], past(10.0)), 0, 0)
    assert one["units_short"] == one["units"] == pytest.approx(1_000.0)
    assert one["lines_short"] == 100.0
    assert one["waiting_days"] == 100.0


def test_groups_add_up_their_skus() -> None:
    """Proves: group 0 holds all, 1 and 2 every other; sums over SKUs of means are means of sums."""
    plant = make_plant(5, reorder_point=180.0, lead_time_std=4.0)
    result = replayed([plant], past(10.0, 9.0, 8.0, 7.0, 6.0))
    total = result.groups.mean(axis=-1)
    assert total[:, :, 0] == pytest.approx(result.by_sku.sum(axis=2))
    assert total[:, :, 0] == pytest.approx(total[:, :, 1] + total[:, :, 2])
    assert total[:, :, 2] == pytest.approx(result.by_sku[:, :, 1::2].sum(axis=2))


def test_morning_and_evening_by_turns() -> None:
    """Proves: one place in the cycle, L 20: the evening has a day's demand less on hand."""
    plant = make_plant(reorder_point=250.0)
    settling = plant.settling_days(0)
    demand = np.full((2, settling + 100), 10.0)
    tally = replay_one(plant, 0, demand, np.array([20, 20]), np.array([0.5, 0.5]))
    morning, evening = tally[:, day_by_day.ON_HAND] / 100.0
    assert morning - evening == pytest.approx(10.0)
