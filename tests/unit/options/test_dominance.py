"""The compiled comparison of options against the same by dense numpy."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.options.dominance import Rivals, undominated
from optimizer.options.sourcing_order import SourcingOrder
from tests.support.options import strikes
from tests.support.plain_options import dominated, loses_no_more

N_SUPPLIERS = 3


@pytest.mark.parametrize("seed", range(40))
def test_equals_dense_numpy(seed: int) -> None:
    """
    Proves: two SKUs of eight options, five sets and four curves keep what all pairs say.

    Terms of 0 to 2, up to three strikes of 1 to 3 days in two futures, curves of 0 to 2 that grow
    or not, pairs of three suppliers to onboard.  Sensitivity: a profile read beyond its last entry,
    a strike matched twice, or only the first of two suppliers looked at, keeps or drops others.
    """
    rng = np.random.default_rng(seed)
    n_sets, n_options = 5, 8
    lost = strikes(
        [
            [(int(s), float(rng.integers(1, 4))) for s in np.sort(rng.integers(0, 2, n))]
            for n in rng.integers(0, 4, 4)
        ]
    )
    pairs = np.array([[-1, -1], [0, -1], [1, -1], [-1, 2], [0, 1], [1, 2], [2, 0]])
    sourcing = SourcingOrder(
        profile=rng.integers(0, 4, 2 * n_sets),
        onboard=pairs[rng.integers(0, len(pairs), 2 * n_sets)],
        price_profile=np.full(2, -1),
        lost=lost,
    )
    curves = np.sort(rng.integers(0, 3, (4, 3)).astype(np.float64), axis=1)
    curves[0] = curves[0, ::-1]
    of_set = np.concatenate([rng.integers(0, n_sets, n_options) + n_sets * sku for sku in (0, 1)])
    rivals = Rivals(
        start=np.array([0, n_options, 2 * n_options]),
        terms=rng.integers(0, 3, (2 * n_options, 2)).astype(np.float64),
        curve=rng.integers(0, 4, 2 * n_options),
        curves=curves,
        alternate_set=of_set,
        is_new=np.ones(2 * n_options, dtype=np.bool_),
    )
    needed = (sourcing.onboard[:, :, None] == np.arange(N_SUPPLIERS)).any(axis=1)
    grows = (np.diff(curves, axis=1) >= 0.0).all(axis=1)
    beaten = [
        dominated(
            np.concatenate([rivals.terms[rows].T, curves[rivals.curve[rows]].T]),
            loses_no_more(sourcing.profile[of_set[rows]], lost),
            needed[of_set[rows]],
            grows=grows[rivals.curve[rows]],
            sets=of_set[rows, None],
        )
        for rows in np.split(np.arange(2 * n_options), 2)
    ]
    kept = undominated(rivals, sourcing)
    assert kept.tolist() == (~np.concatenate(beaten)).tolist()
    assert np.logical_or.reduceat(kept, rivals.start[:-1]).all()


@pytest.mark.parametrize(
    ("these", "those", "fewer"),
    [
        ([], [], True),
        ([], [(0, 3.0)], True),
        ([(0, 3.0)], [], False),
        ([(0, 3.0)], [(1, 9.0)], False),
        ([(0, 3.0)], [(0, 2.0), (0, 3.0)], True),
        ([(0, 2.0), (0, 2.0)], [(0, 3.0)], False),
        ([(0, 2.0), (1, 2.0)], [(0, 3.0), (1, 2.0)], True),
        ([(0, 2.0), (0, 3.0)], [(0, 2.5), (0, 3.0)], True),
        ([(0, 1.0), (2, 5.0)], [(0, 1.0), (1, 7.0), (2, 4.0)], False),
    ],
)
def test_lost_days_strike_by_strike(
    these: list[tuple[int, float]], those: list[tuple[int, float]], fewer: bool
) -> None:
    """
    Proves: a source loses no more where each of its strikes has one of its own, as long, in the
    same future of the other; two of 2 days are not one of 3 (a curve may cost more for two).

    The second option, dearer by nothing and losing as `those`, goes only where the first's `these`
    are no more.
    """
    sourcing = SourcingOrder(
        profile=np.array([0, 1]),
        onboard=np.full((2, 2), -1),
        price_profile=np.array([-1]),
        lost=strikes([these, those]),
    )
    rivals = Rivals(
        start=np.array([0, 2]),
        terms=np.zeros((2, 1)),
        curve=np.zeros(2, dtype=np.int64),
        curves=np.array([[0.0, 1.0, 2.0]]),
        alternate_set=np.array([0, 1]),
        is_new=np.ones(2, dtype=np.bool_),
    )
    assert undominated(rivals, sourcing).tolist()[1] == (not fewer)


@pytest.mark.parametrize(
    ("cost", "is_new", "kept"),
    [
        ([1.0, 1.0, 1.0], [False, False, False], [True, True, True]),
        ([1.0, 1.0, 1.0], [False, False, True], [True, True, False]),
        ([1.0, 1.0, 1.0], [True, False, False], [True, False, False]),
        ([2.0, 3.0, 1.0], [False, False, True], [False, False, True]),
        ([1.0, 3.0, 3.0], [False, True, True], [True, False, False]),
    ],
)
def test_only_a_new_option_changes_what_is_kept(
    cost: list[float], is_new: list[bool], kept: list[bool]
) -> None:
    """
    Proves: two options that are not new are never compared; a new one drops dearer ones, old or
    new, and is dropped by a cheaper one; of equals the first is kept, whichever is new.
    """
    sourcing = SourcingOrder(
        profile=np.array([0]),
        onboard=np.full((1, 2), -1),
        price_profile=np.array([-1]),
        lost=strikes([[]]),
    )
    rivals = Rivals(
        start=np.array([0, 3]),
        terms=np.array(cost)[:, None],
        curve=np.zeros(3, dtype=np.int64),
        curves=np.array([[0.0, 1.0, 2.0]]),
        alternate_set=np.zeros(3, dtype=np.int64),
        is_new=np.array(is_new),
    )
    assert undominated(rivals, sourcing).tolist() == kept
