"""The levels, reserves and lots that a refined catalogue may choose, by the contract (MODEL 2)."""

from __future__ import annotations

from statistics import NormalDist
from typing import Final

from optimizer.domain.settings import Policy

_LEVELS: Final = 30
_RESERVES: Final = (1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180)
LOT_FACTORS: Final = (1.0, *(2.0 ** (2.0 * k / 7.0 - 1.0) for k in range(8)))


def service_levels(policy: Policy) -> tuple[float, ...]:
    """Return the policy's range of service levels in equal steps of the normal quantile."""
    if policy.reorder_point is not None:
        return (0.0,)
    low, high = min(policy.service_levels), max(policy.service_levels)
    if low == high:
        return (low,)
    normal = NormalDist()
    first, last = normal.inv_cdf(low), normal.inv_cdf(high)
    step = (last - first) / (_LEVELS - 1)
    return (low, *(normal.cdf(first + k * step) for k in range(1, _LEVELS - 1)), high)


def reserves(policy: Policy) -> tuple[float, ...]:
    """Return the reserves within the policy's range, and its own. [days of demand]"""
    own = policy.reserve_days
    return (*own, *(float(days) for days in _RESERVES if min(own) <= days <= max(own)))
