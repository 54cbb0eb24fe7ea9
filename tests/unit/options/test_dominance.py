"""The compiled comparison of options against the same by dense numpy."""

from __future__ import annotations

import numpy as np
import pytest
from support.lost_days import sparse
from support.plain_options import dominated

from optimizer.options.dominance import undominated
from optimizer.options.sourcing_order import Sourcing

N_SUPPLIERS = 3


@pytest.mark.parametrize("seed", range(40))
def test_equals_dense_numpy(seed: int) -> None:
    """
    Proves: two SKUs of eight options and five sets, ties everywhere, keep what all pairs say.

    Terms of 0 to 2, days of 0 to 2 in two scenarios, pairs of three suppliers to onboard.
    Sensitivity: a profile read beyond its last entry, or only the first of two suppliers looked
    at, keeps or drops others.
    """
    rng = np.random.default_rng(seed)
    n_sets, n_options = 5, 8
    lost = rng.integers(0, 3, (4, 2))
    pairs = np.array([[-1, -1], [0, -1], [1, -1], [-1, 2], [0, 1], [1, 2], [2, 0]])
    sourcing = Sourcing(
        profile=rng.integers(0, 4, 2 * n_sets),
        onboard=pairs[rng.integers(0, len(pairs), 2 * n_sets)],
        lost=sparse(lost),
    )
    terms = rng.integers(0, 3, (2 * n_options, 2)).astype(np.float64)
    of_set = np.concatenate([rng.integers(0, n_sets, n_options) + n_sets * sku for sku in (0, 1)])
    start = np.array([0, n_options, 2 * n_options])
    needed = (sourcing.onboard[:, :, None] == np.arange(N_SUPPLIERS)).any(axis=1)
    beaten = [
        dominated(terms[rows].T, lost[sourcing.profile[of_set[rows]]], needed[of_set[rows]])
        for rows in np.split(np.arange(2 * n_options), 2)
    ]
    kept = undominated(start, terms, of_set, sourcing)
    assert kept.tolist() == (~np.concatenate(beaten)).tolist()
    assert np.logical_or.reduceat(kept, start[:-1]).all()
