"""Whole plays: the same for any number of threads, and a new SKU or hazard moves nothing else."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from optimizer.domain.disruption import Disruptions
from optimizer.domain.scenario import NODES
from optimizer.simulator import Plant, Simulated, day_by_day, simulate
from optimizer.simulator.measures import NAMES
from optimizer.simulator.modelled import ModelView
from optimizer.simulator.tally import Line
from tests.support.lost_days import by_entry
from tests.support.simulation import Spell, make_disruptions, make_plant, play_one, stream

K = 40
OUTAGES = [Spell(k, 0, 10 + 7 * k, 40 + 7 * k) for k in range(0, K, 2)]
PRICES = [Spell(k, 0, 5, 100, 1.2) for k in range(0, K, 4)]


def struck(*more: Spell) -> Disruptions:
    return make_disruptions(K, [*OUTAGES, *more], prices=PRICES, n_suppliers=2, n_categories=1)


def view(n_skus: int, lost: dict[int, float] | None = None) -> ModelView:
    """Supply loses these days, prices 95 days at + 20 % in every fourth future."""
    days = lost or {}
    dear = np.arange(0, K, 4)
    entries = [*days.values(), *np.full(len(dear), 95.0)]
    return ModelView(
        lost=by_entry(
            np.array([0, len(days), len(entries)]),
            np.array([*days, *dear]),
            np.array(entries),
            np.array([1.0] * len(days) + [0.2] * len(dear)),
            K,
        ),
        profile=np.zeros(n_skus, dtype=np.int64),
        price_profile=np.ones(n_skus, dtype=np.int64),
        curves=np.tile(10.0 * NODES, (n_skus, 1)),
        price_curves=np.tile(NODES, (n_skus, 1)),
        slope=np.full(n_skus, 20.0),
        price_slope=np.ones(n_skus),
    )


def play(plant: Plant, disruptions: Disruptions | None = None, **asked: Any) -> Simulated:
    return simulate(
        plant,
        disruptions or struck(),
        asked.pop("view", view(len(plant))),
        stream,
        group=np.arange(len(plant)) % 2,
        n_groups=2,
        **asked,
    )


def test_the_threads_change_nothing() -> None:
    """Proves: 70 SKUs in three tasks come out bit for bit alike on one thread and on four."""
    plant = make_plant(70, horizon_days=100, lead_time_std=5.0, demand_std=9.0)
    one, four = play(plant, n_threads=1), play(plant, n_threads=4)
    for field in fields(Simulated):
        assert np.array_equal(getattr(one, field.name), getattr(four, field.name)), field.name


def test_another_sku_moves_nothing() -> None:
    """
    Proves: the second SKU is played the same with a third before it, for its stream is its name's.

    Sensitivity: streams by position would give it the first one's demand.
    """
    names = np.array(["A", "B"], dtype=object)
    two = play(make_plant(2, sku=names))
    three = play(make_plant(3, sku=np.array(["A", "AA", "B"], dtype=object)))
    assert np.array_equal(two.centre, three.centre[[0, 2]])
    assert not np.array_equal(two.centre[0], two.centre[1])


def test_a_later_strike_and_more_replications_move_no_demand() -> None:
    """Proves: the undisturbed play is the same with a strike that lasts longer, or more of it."""
    plant = make_plant(demand_std=9.0, lead_time_std=4.0)
    short = play_one(plant, K, struck())
    longer = play_one(plant, K, struck(Spell(1, 0, 360, 700)))
    fewer = play_one(plant, K // 2)
    n_tallies = day_by_day.LOST  # of the horizon; the others go on to the end of the play
    assert np.array_equal(short.calm[:, :n_tallies], longer.calm[:, :n_tallies])
    assert np.array_equal(short.calm[: K // 2, :n_tallies], fewer.calm[:, :n_tallies])
    assert longer.sku_days > short.sku_days


def test_groups_add_up_to_the_skus() -> None:
    """Proves: the groups' mean costs are the sums of their SKUs'; nothing is counted twice."""
    simulated = play(make_plant(5, category=0))
    mean = simulated.groups[:, Line.CARRYING].mean(axis=1)
    by_sku = simulated.centre[:, NAMES.index("carrying")]
    assert mean == pytest.approx([by_sku[::2].sum(), by_sku[1::2].sum()])


def test_a_sku_without_demand_is_not_played() -> None:
    """Proves: it serves all, costs nothing, and plays no day; its neighbour is played."""
    plant = make_plant(2, demand_mean=[0.0, 10.0])
    simulated = play(plant)
    idle = dict(zip(NAMES, simulated.centre[0], strict=True))
    assert (idle["fill_rate"], idle["cycle_service"], idle["cost"]) == (1.0, 1.0, 0.0)
    assert simulated.centre[1, NAMES.index("cost")] > 0.0


def test_what_the_model_says_of_the_same_futures() -> None:
    """
    Proves: 25 lost days on a curve of 10 a day are 250; 400 are 3650 + 35 · 20 = 4350, each once.

    Dear purchases: 95 days at + 20 % on a curve of 1 a day: 19 in 10 of 40.
    """
    simulated = play(make_plant(1, category=0), view=view(1, {4: 25.0, 7: 400.0}))
    seen = dict(zip(NAMES, simulated.centre[0], strict=True))
    assert seen["modelled_stockout_loss"] == pytest.approx((250.0 + 4_350.0) / 40)
    assert seen["modelled_price_loss"] == pytest.approx(19.0 / 4)
    assert seen["loss_beyond_model"] == pytest.approx(seen["loss"] - seen["modelled_loss"])


def test_the_mean_lies_halfway_between_the_conventions() -> None:
    """Proves: stock played by turns in the morning and in the evening is the mean of the two."""
    simulated = play(make_plant(2))
    stock = NAMES.index("stock")
    morning, evening = simulated.by_convention[:, :, stock]
    assert (morning > evening).all()
    assert simulated.centre[:, stock] == pytest.approx((morning + evening) / 2.0)


def test_downtime_is_paid_by_the_day_somebody_waits() -> None:
    """Proves: 30 days out, no stock, 1 a unit and 7 a day: 10 units and 7 a day of waiting."""
    spells = [Spell(k, 0, 20, 50) for k in range(K)]
    plant = make_plant(1, demand_std=0.0, reorder_point=200.0, order_quantity=10.0)
    disruptions = make_disruptions(K, spells)
    morning = {"conventions": (day_by_day.MORNING,)}
    by_unit = play(plant, disruptions, **morning).centre[0, NAMES.index("stockout_loss")]
    both = play(replace(plant, downtime_cost=np.array([7.0])), disruptions, **morning)
    waited = both.centre[0, NAMES.index("stockout_loss")] - by_unit
    assert by_unit / 10.0 == pytest.approx(waited / 7.0, abs=1.0)
    assert waited / 7.0 == pytest.approx(29.5, abs=1.0)


def test_a_plant_of_unequal_columns_is_refused() -> None:
    """Proves: a column of another length is named."""
    with pytest.raises(ValueError, match="demand_std"):
        replace(make_plant(2), demand_std=np.ones(3))
