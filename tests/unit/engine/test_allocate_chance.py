"""`allocate` with quantile limits: against brute force, and what is refused."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.engine.allocate import Allocation, allocate
from optimizer.engine.chance.limit import Chance
from optimizer.errors import BadInputError, NoPlanError

Losses = list[list[float]]


def _table(rng: np.random.Generator, n_groups: int, n_options: int) -> pd.DataFrame:
    n_rows = n_groups * n_options
    return pd.DataFrame(
        {
            "group": np.repeat(np.arange(n_groups), n_options),
            "option": np.tile(np.arange(n_options), n_groups),
            "cost": rng.uniform(-2.0, 10.0, n_rows),
            "space": rng.integers(0, 5, n_rows),
        }
    )


def _least_cost(table: pd.DataFrame, space: float, chances: list[Chance]) -> float | None:
    """Look at every choice and every future."""
    groups = [rows.index.to_numpy() for _, rows in table.groupby("group")]
    kept = [
        float(table.loc[list(rows), "cost"].sum())
        for rows in product(*groups)
        if table.loc[list(rows), "space"].sum() <= space
        and all(_probability(chance, list(rows)) >= chance.level - 1e-12 for chance in chances)
    ]
    return min(kept, default=None)


def _probability(chance: Chance, rows: list[int]) -> float:
    losses = [np.asarray(chance.losses[row]) for row in rows]
    if not chance.independent:
        weight = chance.probability
        p = np.full(len(losses[0]), 1 / len(losses[0])) if weight is None else np.asarray(weight)
        return float(p[sum(losses) <= chance.limit + 1e-9].sum())
    p = [
        np.full(len(loss), 1 / len(loss))
        if chance.probability is None
        else np.asarray(chance.probability)
        for loss in losses
    ]
    total, weight = losses[0], p[0]
    for loss, share in zip(losses[1:], p[1:], strict=True):
        total = np.add.outer(total, loss).ravel()
        weight = np.multiply.outer(weight, share).ravel()
    return float(weight[total <= chance.limit + 1e-9].sum())


def _agree(table: pd.DataFrame, space: float, chances: list[Chance]) -> None:
    least = _least_cost(table, space, chances)
    if least is None:
        with pytest.raises(NoPlanError):
            allocate(table, {"space": space}, gap=0.0, chance=chances)
        return
    found = allocate(table, {"space": space}, gap=0.0, chance=chances)
    assert found.objective == pytest.approx(least, abs=1e-9)
    assert found.bound <= found.objective
    assert found.bound == pytest.approx(least, abs=1e-6)
    assert found.status == "optimal"


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10_000),
    level=st.sampled_from([0.3, 0.5, 0.75, 0.9, 0.99]),
    independent=st.booleans(),
    n_limits=st.integers(1, 2),
)
def test_every_choice_looked_at(seed: int, level: float, independent: bool, n_limits: int) -> None:
    """
    Proves: with joint futures or independent groups, the answer is the cheapest of all choices.

    Sensitivity: losses are whole, so many totals equal the limit; < instead of ≤ fails.
    """
    rng = np.random.default_rng(seed)
    n_groups, n_options = int(rng.integers(1, 5)), int(rng.integers(1, 5))
    table = _table(rng, n_groups, n_options)
    n_futures = int(rng.integers(1, 9))
    weight = rng.dirichlet(np.ones(n_futures)) if seed % 2 else None
    chances = [
        Chance(
            losses=rng.integers(-3, 12, (len(table), n_futures)).astype(float).tolist(),
            limit=float(rng.integers(0, 6 * n_groups + 1)),
            level=level,
            probability=weight,
            independent=independent,
        )
        for _ in range(n_limits)
    ]
    _agree(table, float(rng.integers(n_groups, 4 * n_groups + 1)), chances)


def test_samples_may_differ_in_number() -> None:
    """Proves: independent options with 1, 2 and 3 samples: 5 of 6 combinations are within 4."""
    table = pd.DataFrame({"group": ["A", "B", "B"], "option": [0, 0, 1], "cost": [1.0, 5.0, 1.0]})
    losses: Losses = [[1.0, 2.0], [0.0, 1.0, 3.0], [9.0]]
    for level, cost in ((5 / 6, 6.0), (0.0001, 6.0)):
        chance = Chance(losses=losses, limit=4.0, level=level, independent=True)
        assert allocate(table, {}, chance=chance).objective == cost
    with pytest.raises(NoPlanError, match=r"raise chance\.limit from 4 to 5"):
        allocate(table, {}, chance=Chance(losses=losses, limit=4.0, level=0.84, independent=True))


def test_joint_futures_are_not_independent_ones() -> None:
    """
    Proves: losses that offset each other keep a limit that independent ones exceed.

    Both options lose 0 or 10, one when the other does not: the total is always 10.  Independent,
    it is 20 in one combination of four.
    """
    table = pd.DataFrame({"group": ["A", "B"], "option": [0, 0], "cost": [1.0, 1.0]})
    losses: Losses = [[0.0, 10.0], [10.0, 0.0]]
    assert allocate(table, {}, chance=Chance(losses=losses, limit=10.0, level=0.9)).objective == 2.0
    with pytest.raises(NoPlanError):
        allocate(table, {}, chance=Chance(losses=losses, limit=10, level=0.9, independent=True))


def test_many_samples_are_bracketed() -> None:
    """
    Proves: 12 groups of 40 samples, 1.7e19 combinations, are solved within a gap, and the choice's
    share of 200,000 draws is the level or more.
    """
    rng = np.random.default_rng(5)
    table = _table(rng, 12, 4)
    losses = rng.gamma(2.0, 1.0 + 3.0 * rng.random((48, 1)), (48, 40))
    chance = Chance(losses=losses, limit=70.0, level=0.95, independent=True)
    found: Allocation = allocate(table, {}, gap=0.02, chance=chance)
    assert found.status == "optimal"
    assert found.objective >= found.bound >= found.objective - 0.02 * abs(found.objective)
    rows = found.choice.index.to_numpy() * 4 + found.choice.to_numpy()
    total = sum(rng.choice(losses[row], 200_000) for row in rows)
    assert np.mean(total <= 70.0) >= 0.948


def test_every_problem_of_a_chance_is_told_at_once() -> None:
    """Proves: level, limit, rows, numbers and probabilities are all told, each with its place."""
    table = pd.DataFrame({"group": ["A", "A"], "option": [0, 1], "cost": [1.0, 2.0]})
    bad = Chance(losses=[[1.0, np.nan]], limit=np.inf, level=1.0, probability=[0.5, 0.6])
    ragged = Chance(losses=[[1.0, 2.0], [1.0]], limit=1.0, level=0.5)
    apart = Chance(losses=pd.DataFrame([[1.0], [2.0]], index=[1, 0]), limit=1, level=0.5)
    free = Chance(losses=[[1.0], []], limit=1.0, level=0.5, independent=True)
    with pytest.raises(BadInputError) as refusal:
        allocate(table, {}, chance=[bad, ragged, apart, free])
    told = [(problem.column, problem.row) for problem in refusal.value.problems]
    assert told == [
        ("chance[0].level", None),
        ("chance[0].limit", None),
        ("chance[0].losses", None),
        ("chance[0].losses", 0),
        ("chance[0].probability", None),
        ("chance[1].losses", None),
        ("chance[2].losses", None),
        ("chance[3].losses", 1),
        ("chance", None),
    ]
    assert all(problem.remedy for problem in refusal.value.problems)


def test_order_of_rows_moves_losses_along() -> None:
    """Proves: losses stay with their options whatever the order of the table."""
    rng = np.random.default_rng(11)
    table = _table(rng, 4, 3)
    losses = pd.DataFrame(rng.uniform(0.0, 5.0, (12, 20)))
    order = rng.permutation(12)

    def solved(rows: list[int], *, independent: bool) -> pd.Series:
        chance = Chance(losses=losses.loc[rows], limit=15.0, level=0.8, independent=independent)
        return allocate(table.loc[rows], {"space": 12.0}, gap=0.0, chance=chance).choice

    for independent in (False, True):
        pd.testing.assert_series_equal(
            solved(list(range(12)), independent=independent),
            solved(order.tolist(), independent=independent),
        )
