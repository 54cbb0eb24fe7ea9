"""Shapley values: games by hand, the axioms, and what a sample of orders tells."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.domain.arrays import FloatArray
from optimizer.maths.shapley import coalitions_of, sampled_orders, sampled_shapley, shapley


def _plainly(worth: FloatArray) -> FloatArray:
    """Return the values by all orders, one by one."""
    n = len(worth).bit_length() - 1
    found = np.zeros((n, worth.shape[1]))
    orders = list(permutations(range(n)))
    for order in orders:
        mask = 0
        for player in order:
            found[player] += worth[mask | 1 << player] - worth[mask]
            mask |= 1 << player
    return found / len(orders)


def test_a_game_by_hand() -> None:
    """
    Proves: three players, worth by hand.

    v(1) = 10, v(2) = 20, v(12) = 60, and a third who adds nothing to anybody: the first two share
    the 30 of being together, 25 and 35, the third gets 0.  Sensitivity: joining in the order
    1, 2, 3 alone gives 10 and 50.
    """
    worth = np.array([[0.0], [10.0], [20.0], [60.0], [0.0], [10.0], [20.0], [60.0]])
    assert shapley(worth, worth).ravel().tolist() == pytest.approx([25.0, 35.0, 0.0])


@given(
    st.integers(1, 5).flatmap(
        lambda n: st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=2**n, max_size=2**n)
    )
)
def test_it_is_the_mean_over_all_orders(values: list[float]) -> None:
    """Proves: the weights are those of all orders, and values add up to the worth of all."""
    worth = np.array(values)[:, None]
    found = shapley(worth, worth)
    assert found == pytest.approx(_plainly(worth), abs=1e-6)
    assert found.sum() == pytest.approx(values[-1] - values[0], abs=1e-6)


def test_players_alike_get_alike_and_the_reverse_game_the_reverse() -> None:
    """Proves: players who add the same get the same; from the other end all signs are turned."""
    rng = np.random.default_rng(1)
    by_size = rng.normal(size=5)
    alike = np.array([[by_size[mask.bit_count()]] for mask in range(16)])
    assert np.ptp(shapley(alike, alike)) < 1e-12
    worth = rng.normal(size=(16, 2))
    assert shapley(worth[::-1], worth[::-1]) == pytest.approx(-shapley(worth, worth))


def test_bounds_hold_every_game_between_them() -> None:
    """Proves: from bounds of the worth come bounds of the values of any game within them."""
    rng = np.random.default_rng(2)
    high = rng.normal(size=(8, 1))
    low = high - rng.uniform(0.0, 0.5, size=(8, 1))
    for _ in range(50):
        worth = low + rng.uniform(size=(8, 1)) * (high - low)
        value = shapley(worth, worth)
        assert (shapley(low, high) <= value).all()
        assert (value <= shapley(high, low)).all()


def test_a_sample_of_orders_holds_the_exact_values() -> None:
    """
    Proves: over 200 draws the 95 % interval holds the exact value about that often, the centres
    add up to the worth of all each time, and only coalitions that are listed are asked for.
    """
    worth = np.random.default_rng(3).normal(size=(32, 1)).cumsum(axis=0)
    exact, held = shapley(worth, worth), []
    for seed in range(200):
        orders = sampled_orders(5, 12, np.random.default_rng(seed))
        known = {mask: worth[mask] for mask in coalitions_of(orders)}
        found = sampled_shapley(orders, known, known, 0.95)
        assert found.centre.sum() == pytest.approx(worth[-1, 0] - worth[0, 0])
        held.append(np.abs(found.centre - exact) <= found.half_width + 1e-12)
    assert 0.90 < np.mean(held) < 0.99


def test_each_order_stands_beside_its_reverse() -> None:
    """Proves: every order holds each player once, and is followed by its reverse."""
    orders = sampled_orders(6, 3, np.random.default_rng(4))
    assert orders.shape == (6, 6)
    assert (np.sort(orders, axis=1) == np.arange(6)).all()
    assert (orders[1::2] == orders[0::2, ::-1]).all()
    assert coalitions_of(orders)[0] == 0
    assert coalitions_of(orders)[-1] == 63


def test_a_game_of_other_size_is_refused() -> None:
    """Proves: coalitions that are not all those of some players are refused."""
    with pytest.raises(ValueError, match="coalitions"):
        shapley(np.zeros((3, 1)), np.zeros((3, 1)))
