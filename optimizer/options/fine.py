"""The fine catalogue: every policy's ranges on a grid, which refinement searches (MODEL 2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ndtr, ndtri

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.option import Catalogue
from optimizer.domain.settings import Policy, Settings

LEVELS: Final = 30
RESERVES: Final = (1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 14.0, 21.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0)
"""Days of demand."""
LOT_FACTORS: Final = tuple(sorted({1.0, *(2.0 ** (2.0 * k / 7.0 - 1.0) for k in range(8))}))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FineCatalogue:
    """
    The fine catalogue by families: a policy with one choice of its shortest lot.

    Attributes
    ----------
    catalogue
        All rows; those of a family by service level, then reserve, then lot factor, each ascending.
    policy
        Position in ``settings.policies``.  Shape ``(F,)``.
    first
        Row of each family's first.  Shape ``(F,)``.
    size
        How many service levels, reserves and lot factors it has.  Shape ``(F, 3)``.
    """

    catalogue: Catalogue
    policy: IntArray
    first: IntArray
    size: IntArray

    def rows(self, family: IntArray, place: IntArray) -> IntArray:
        """Return the rows at places ``(n, 3)`` on the grids of these families."""
        size = self.size[family]
        within = (place[:, 0] * size[:, 1] + place[:, 1]) * size[:, 2] + place[:, 2]
        return self.first[family] + within


def fine_catalogue(settings: Settings) -> FineCatalogue:
    """
    Return the fine catalogue.

    Examples
    --------
    The default one: 9 + 6 · 270 + 9 + 30 · 10 · 9 rows.

    >>> len(fine_catalogue(Settings()).catalogue)
    4338

    References
    ----------
    .. [1] The model contract, section 2.
    """
    families = [
        (position, lot_days, np.meshgrid(levels, reserves(one), LOT_FACTORS, indexing="ij"))
        for position, one in enumerate(settings.policies.values())
        if len(levels := service_levels(one))
        for lot_days in one.lot_days_min or (0.0,)
    ]
    size = np.array([grids[0].shape for _, _, grids in families], dtype=np.int64).reshape(-1, 3)
    n_rows = size.prod(axis=1)
    policy = np.array([position for position, _, _ in families], dtype=np.int64)
    lot_days_min = np.array([lot_days for _, lot_days, _ in families])
    level, reserve_days, factor = (
        np.concatenate([grids[axis].ravel() for _, _, grids in families]) for axis in range(3)
    )
    return FineCatalogue(
        catalogue=Catalogue(
            policy=np.repeat(policy, n_rows),
            service_level=level,
            reserve_days=reserve_days,
            lot_days_min=np.repeat(lot_days_min, n_rows),
            lot_factor=factor,
        ),
        policy=policy,
        first=np.cumsum(n_rows) - n_rows,
        size=size,
    )


def service_levels(policy: Policy) -> FloatArray:
    """Return the levels of a policy's range, equal steps of the standard normal quantile apart."""
    if policy.reorder_point is not None:
        return np.zeros(1)
    levels = np.unique(policy.service_levels)
    if len(levels) < 2:
        return levels
    low, high = ndtri(levels[[0, -1]])
    grid = ndtr(np.linspace(low, high, LEVELS))
    grid[[0, -1]] = levels[[0, -1]]
    return np.asarray(grid)


def reserves(policy: Policy) -> FloatArray:
    """Return the reserves within a policy's range, its own included. [days of demand]"""
    own = np.array(policy.reserve_days)
    within = [days for days in RESERVES if own.min() <= days <= own.max()]
    return np.unique([*own.tolist(), *within])
