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
    """Ramp, lead time beyond the primary's and share of an alternate. [day], [day], [-]"""

    ramp_days: float
    extra_lead_days: float
    share: float


class Begins(NamedTuple):
    r"""
    When an alternate begins to deliver in an outage of d days.

    Attributes
    ----------
    soonest
        Where it is out for up to `still` days, at most d. [day]
    still
        At least as long as the strike is known to keep it out. [whole days]
    late
        Where it is out this long or longer it delivers nothing; above `still`. [whole days]
    extra, share
        Between them it begins :math:`\rho + L_j - L` days after; its share. [day], [-]
    """

    soonest: float
    still: int
    late: int
    extra: float
    share: float


@numba.njit(nogil=True, cache=True)
def begins_in(days: int, alternate: Alternate, out: int, longest: int) -> Begins:
    """
    Return when an alternate begins to deliver.

    Parameters
    ----------
    days
        Of the outage.  d [day]
    out
        How long the strike itself keeps the alternate out: d or 0. [day]
    longest
        No outage is longer. [day]
    """
    ramp, extra = alternate.ramp_days, alternate.extra_lead_days
    still = max(out, int(min(np.floor(max(ramp, -extra)), longest)))
    soonest = min(max(0.0, max(ramp, float(still)) + extra), days)
    late = max(still + 1, int(min(np.ceil(days - extra), longest + 1.0)))
    return Begins(soonest, still, late, extra, alternate.share)
