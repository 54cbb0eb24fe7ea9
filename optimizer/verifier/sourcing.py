r"""
Supply of a SKU while its primary supplier is out: days lost when alternates step in (MODEL 4).

.. math:: \ell = \int_0^d \Big(1 - \sum_j \kappa_j\,[t \ge b_j]\Big)^+ dt, \qquad
          b_j = \max(0, \max(\mathrm{ramp}_j, \rho_j) + L_j - L)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.portfolio import QUALIFIED, Portfolio
from optimizer.verifier.decisions import Decisions


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sourcing:
    """
    The sources of every SKU.

    Attributes
    ----------
    primary
        Row of the primary supplier.  Shape ``(N,)``.
    supplier, ramp_days, share
        The alternates: row (-1 for none), ramp and capacity share (0 for none).
        Shape ``(N, 2)``.
    later
        Each alternate's lead time less the primary's.  Shape ``(N, 2)``. [day]
    """

    primary: IntArray
    supplier: IntArray
    ramp_days: FloatArray
    share: FloatArray
    later: FloatArray

    def begins(self, i: int, place: int, out_days: FloatArray) -> FloatArray:
        """Return the day from which an alternate delivers, given the days it is still out."""
        ready = np.maximum(out_days, self.ramp_days[i, place]) + self.later[i, place]
        begins: FloatArray = np.maximum(ready, 0.0)
        return begins


def sourcing_of(portfolio: Portfolio, decisions: Decisions) -> Sourcing:
    """Return the sources of every SKU; alternates fill the first places."""
    sources = portfolio.sources
    primary = portfolio.skus.primary
    ramp = np.where(sources.role == QUALIFIED, 0.0, sources.ramp_days)
    lead_time = decisions.of_alternates(sources.lead_time_mean, 0.0)
    return Sourcing(
        primary=sources.supplier[primary].astype(np.int64),
        supplier=np.append(sources.supplier, -1)[decisions.alternates].astype(np.int64),
        ramp_days=decisions.of_alternates(ramp, 0.0),
        share=decisions.of_alternates(sources.capacity_share, 0.0),
        later=lead_time - sources.lead_time_mean[primary][:, None],
    )


def lost_days(days: FloatArray, begins: list[FloatArray], share: list[float]) -> FloatArray:
    """
    Return the days lost in an outage: the missing rate on every stretch, times its length.

    Parameters
    ----------
    days
        Days for which the primary is out.
    begins
        Day from which each alternate delivers; one or two alternates, of shapes that broadcast
        with ``days``.
    share
        Share of demand that each alternate can supply.
    """
    if len(begins) == 1:
        lost: FloatArray = days - min(share[0], 1.0) * np.maximum(days - begins[0], 0.0)
        return lost
    first, second = (np.minimum(begin, days) for begin in begins)
    earlier, later = np.minimum(first, second), np.maximum(first, second)
    alone = np.where(first <= second, share[0], share[1])
    missing_one = np.maximum(1.0 - alone, 0.0) * (later - earlier)
    missing: FloatArray = earlier + missing_one + max(1.0 - sum(share), 0.0) * (days - later)
    return missing
