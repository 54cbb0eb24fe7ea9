r"""
When an alternate begins to deliver, by how long it is still out (MODEL 4).

Of whole days :math:`\rho` out it delivers from :math:`b = \max(0, \max(ramp, \rho) + L_j - L)` on:
the same day for all :math:`\rho` up to some day, a day later for every day after that.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np


class Alternate(NamedTuple):
    r"""
    One alternate during one outage.

    `at_least` is the least :math:`\rho` there can be: the days of the strike, if it hits the
    alternate too, else 0.  The others are those of `Profiles`.
    """

    ramp_days: float
    extra_lead_days: float
    share: float
    at_least: int


@numba.njit(nogil=True, cache=True)
def last_still(alternate: Alternate, longest: int) -> int:
    r"""Return the last :math:`\rho` that begins on the same day as the least; at most D."""
    still = max(alternate.ramp_days, -alternate.extra_lead_days)
    return max(alternate.at_least, int(min(np.floor(still), longest)))


@numba.njit(nogil=True, cache=True)
def begin(alternate: Alternate, out: int) -> float:
    """Return the day on which an alternate that is out so long begins to deliver."""
    return max(0.0, max(alternate.ramp_days, float(out)) + alternate.extra_lead_days)


@numba.njit(nogil=True, cache=True)
def first_at(alternate: Alternate, day: float, after: int, longest: int) -> int:
    r"""Return the first :math:`\rho` > `after` that begins on this day or later; D + 1 if none."""
    first = min(np.ceil(day - alternate.extra_lead_days), longest + 1.0)
    return max(after + 1, int(first))
