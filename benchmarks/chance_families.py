"""
Knapsacks whose weights are random, as Li et al. describe them [1]_, drawn here from one seed.

*LAB*: an option's weight is truncated normal, uniform, Birnbaum–Saunders, bimodal or gamma, its
mean and variance drawn about 5 and 3, its cost uniform on 1 … 10.  *APP*: most weights below 10,
with one in ten 10, 20 or 30 more; an option costs about 10/(mean + standard deviation).  Every
option has its own samples; the groups are independent.  The two limits lie at .15 and .4 of the
way from the 99 % quantile of the least weights to that of the cheapest options.

References
----------
.. [1] Li, X., Liu, S., Wang, J., Chen, X., Ong, Y.-S. and Tang, K. (2023). Chance-constrained
   multiple-choice knapsack problem: model, algorithms, and applications. arXiv 2306.14690.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from models.data import FloatArray

FAMILIES: Final = ("LAB", "APP")
LEVEL: Final = 0.99
_MEAN, _VARIANCE = 5.0, 10.0**0.5
_JUMPS, _JUMP_PROBABILITY = (0.0, 10.0, 20.0, 30.0), (0.9, 0.09, 0.009, 0.001)
_MOST_APP = 10.0
_SHARES = (0.15, 0.4)
_DRAWS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """Options with columns group, option and cost; the samples of each; small and large limit."""

    options: pd.DataFrame
    losses: FloatArray
    limits: tuple[float, ...]


def make_instance(
    family: str, n_groups: int, n_options: int, n_samples: int, seed: int
) -> Instance:
    """Return one instance."""
    names = (FAMILIES.index(family), n_groups, n_options, n_samples)
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=names))
    n_rows = n_groups * n_options
    losses = np.array([_weights(rng, family, n_samples) for _ in range(n_rows)])
    cost = rng.uniform(1.0, 10.0, n_rows)
    if family == "APP":
        size = losses.mean(axis=1) + losses.std(axis=1)
        cost = 10.0 / size * rng.uniform(0.8, 1.2, n_rows)
    options = _table(np.repeat(np.arange(n_groups), n_options), cost)
    return Instance(options=options, losses=losses, limits=_limits(rng, options, losses))


def read_instance(folder: Path, n_groups: int, limits: tuple[float, ...]) -> Instance:
    """
    Read a published instance: ``cost.txt``, and ``I_sample.txt`` for each option I.

    Option I belongs to group I modulo the number of groups.
    """
    cost = np.loadtxt(folder / "cost.txt")
    losses = np.array([np.loadtxt(folder / f"{i}_sample.txt") for i in range(len(cost))])
    options = _table(np.arange(len(cost)) % n_groups, cost)
    return Instance(options=options, losses=losses, limits=limits)


def _table(group: np.ndarray[tuple[int], np.dtype[np.int64]], cost: FloatArray) -> pd.DataFrame:
    return pd.DataFrame({"group": group, "option": np.arange(len(cost)), "cost": cost})


def _weights(rng: np.random.Generator, family: str, n_samples: int) -> FloatArray:
    most = _MOST_APP if family == "APP" else np.inf
    mean = _MEAN * rng.uniform(0.4, 1.6)
    sd = (_VARIANCE * rng.uniform(0.1, 1.9) ** 0.5) ** 0.5
    kind = rng.integers(5)
    if kind == 0:
        drawn = _normal(rng, mean, sd, most, n_samples)
    elif kind == 1:
        drawn = rng.uniform(0.0, min(1.2 * mean, most), n_samples)
    elif kind == 2:
        shape = sd / mean
        drawn = np.minimum(_birnbaum_saunders(rng, shape, mean, n_samples), most)
    elif kind == 3:
        high = rng.random(n_samples) < rng.choice([0.4, 0.5, 0.6])
        two = [_normal(rng, mean + side * sd, sd / 2.0, most, n_samples) for side in (-1.0, 1.0)]
        drawn = np.where(high, two[1], two[0])
    else:
        return rng.gamma(
            5.0 * rng.uniform(1.0, 2.0), 1.0 / (6.0 * rng.uniform(2 / 3, 5 / 3)), n_samples
        )
    if family == "APP":
        drawn = drawn + rng.choice(_JUMPS, n_samples, p=_JUMP_PROBABILITY)
    return drawn


def _normal(
    rng: np.random.Generator, mean: float, sd: float, most: float, n_samples: int
) -> FloatArray:
    low, high = -mean / sd, (most - mean) / sd
    drawn: FloatArray = stats.truncnorm.rvs(
        low, high, loc=mean, scale=sd, size=n_samples, random_state=rng
    )
    return drawn


def _birnbaum_saunders(
    rng: np.random.Generator, shape: float, mean: float, n_samples: int
) -> FloatArray:
    half = shape * rng.standard_normal(n_samples) / 2.0
    return np.asarray(mean / (1.0 + shape**2 / 2.0) * (half + np.sqrt(half**2 + 1.0)) ** 2)


def _limits(
    rng: np.random.Generator, options: pd.DataFrame, losses: FloatArray
) -> tuple[float, ...]:
    """Return limits between the quantile of the lightest options and that of the cheapest."""
    table = options.assign(weight=losses.mean(axis=1) + losses.std(axis=1))
    ends = [table.groupby("group")[name].idxmin().to_numpy() for name in ("weight", "cost")]
    low, high = (
        np.quantile(sum(rng.choice(losses[row], _DRAWS) for row in rows), LEVEL) for rows in ends
    )
    return tuple(round(float(low + share * (high - low)), 1) for share in _SHARES)
