r"""
Multiple-choice knapsacks of the literature, integer throughout, from one seed.

Uses :math:`w_{rij}` are uniform on 1 … 100.  Profits are uniform on 1 … 100 (*uncorrelated*), the
mean use of the option ± 10 (*weakly correlated*), or the mean use + 10 (*strongly correlated*)
[1]_; the mean is over the resources and rounded.  A cost is a profit's negative.
Each limit is half-way between the least and the greatest total use, raised where needed so that
one hidden choice fits.

References
----------
.. [1] Kellerer, H., Pferschy, U. and Pisinger, D. (2004). *Knapsack Problems*. Ch. 11.7.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import sparse

from models.data import FloatArray, IntArray, ModelData

FAMILIES: Final = ("uncorrelated", "weakly correlated", "strongly correlated")
OPTIONS_PER_GROUP: Final = 10
MOST_USE, NOISE = 100, 10


def make_knapsack(family: str, n_groups: int, n_resources: int, seed: int) -> ModelData:
    """
    Return one instance.

    Raises
    ------
    ValueError
        If the family is unknown.
    """
    names = (n_groups, n_resources, FAMILIES.index(family))
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=names))
    shape = (n_resources, n_groups, OPTIONS_PER_GROUP)
    use = rng.integers(1, MOST_USE + 1, shape)
    profit = _profit(rng, family, use)
    hidden = rng.integers(0, OPTIONS_PER_GROUP, n_groups)
    hidden_use = use[:, np.arange(n_groups), hidden].sum(axis=1)
    halfway = (use.min(axis=2) + use.max(axis=2)).sum(axis=1) // 2
    cost = -profit.ravel().astype(np.float64)
    use_of_option = use.reshape(n_resources, -1).astype(np.float64)
    return _data(cost, use_of_option, np.maximum(halfway, hidden_use).astype(np.float64))


def _profit(rng: np.random.Generator, family: str, use: IntArray) -> IntArray:
    mean_use: IntArray = np.rint(use.mean(axis=0)).astype(np.int64)
    if family == "uncorrelated":
        return np.asarray(rng.integers(1, MOST_USE + 1, mean_use.shape))
    if family == "weakly correlated":
        noise = rng.integers(-NOISE, NOISE + 1, mean_use.shape)
        return np.asarray(np.maximum(mean_use + noise, 1))
    return np.asarray(mean_use + NOISE)


def _data(cost: FloatArray, use: FloatArray, limit: FloatArray) -> ModelData:
    """Return numbers with neither scenarios nor suppliers."""
    none, nothing = np.zeros(0), np.zeros(0, dtype=np.int64)
    return ModelData(
        start=np.arange(0, len(cost) + 1, OPTIONS_PER_GROUP),
        cost=cost,
        mean_loss=np.zeros(len(cost)),
        resource_use=use,
        resource_limit=limit,
        onboarding_cost=none,
        onboarding_use=np.zeros((len(limit), 0)),
        link_option=nothing,
        link_supplier=nothing,
        probability=none,
        event_loss=sparse.csr_array((0, len(cost))),
        scenario_events=sparse.csr_array((0, 0)),
        measure="expected",
        tail_level=0.0,
        tail_charge=0.0,
        loss_low=none,
        loss_high=none,
        var_low=0.0,
        var_high=0.0,
        unexpected_high=0.0,
    )
