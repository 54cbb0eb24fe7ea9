r"""
The mixture of laws that futures are drawn from, and what each of them weighs (ALGORITHMS 6).

Beside the nominal law there is, for a hazard h and a threshold b, the law given the event
:math:`E_m`: h strikes within the horizon at least once with a duration whose uniform is b or more.

.. math:: P(E_m) = 1 - e^{-\lambda_h (H/365)(1 - b)}, \qquad
    w_s \propto \frac{1}{\alpha_0 + \sum_m \alpha_m\,1\{E_m\}/P(E_m)} \le \frac{1}{\alpha_0}

with the shares as drawn, :math:`\alpha_m = n_m/S`: the weights are 1 on average, exactly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from scipy import sparse

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.scenario import Mixture
from optimizer.scenarios.threats import Threat

THRESHOLDS: Final = (0.0, 0.5, 0.8, 0.95)
"""b: of the uniform that draws a strike's duration."""
LEAST_NOMINAL: Final = 0.3
"""Share of the nominal law, at least: no weight is above 1 in so much."""
_PILOT_NOMINAL: Final = 0.5


class Component(NamedTuple):
    """The law given that a hazard strikes for long; `chance` of that under the nominal law."""

    hazard: str
    above: float
    share: float
    chance: float


class Allotment(NamedTuple):
    """
    Which law every future is drawn from.

    Attributes
    ----------
    components
        Beside the nominal law, in the order of their names.
    group
        0 for the nominal law, else 1 + the place of the component; ascending.  Shape ``(S,)``.
    """

    components: tuple[Component, ...]
    group: IntArray

    def own(self, hazard: str) -> dict[int, Component]:
        """Return the components of a hazard by their groups."""
        return {place: one for place, one in enumerate(self.components, 1) if one.hazard == hazard}

    @property
    def shares(self) -> FloatArray:
        """As drawn, the nominal law's first.  Shape ``(M + 1,)``. [-]"""
        counts = np.bincount(self.group, minlength=len(self.components) + 1)
        return np.asarray(counts / len(self.group))


def defensive(threats: Sequence[Threat], pilot: int) -> Mixture:
    """Return the mixture of every component, all alike, that a pilot draws from."""
    every = [(threat.hazard, above) for threat in threats for above in THRESHOLDS]
    share = (1.0 - _PILOT_NOMINAL) / max(len(every), 1)
    return Mixture(shares=dict.fromkeys(sorted(every), share), pilot=pilot)


def allot(
    mixture: Mixture, threats: Sequence[Threat], horizon_days: float, n_futures: int
) -> Allotment:
    """
    Return which law every future is drawn from, by largest remainders.

    The nominal law's share is rounded up; to it falls the share of a hazard that does not strike.
    """
    found = sorted(_components(mixture.shares, threats, horizon_days))
    share = np.array([one.share for one in found])
    special = math.floor(share.sum() * n_futures + 1e-9)
    exact = share * (special / max(float(share.sum()), np.finfo(np.float64).tiny))
    counts = np.floor(exact).astype(np.int64)
    largest_first = np.argsort(counts - exact, kind="stable")
    counts[largest_first[: special - int(counts.sum())]] += 1
    group = np.repeat(np.arange(len(found) + 1), [n_futures - special, *counts.tolist()])
    return Allotment(tuple(found), group)


def likelihoods(
    allotment: Allotment, longest_uniform: Mapping[str, FloatArray]
) -> sparse.csr_array:
    r"""
    Return :math:`1\{E_m\}/P(E_m)` of every future and component.  Shape ``(S, M)``.

    Parameters
    ----------
    longest_uniform
        Of every hazard's durations within the horizon, by future; -1 where it does not strike.
    """
    rows = [
        np.flatnonzero(longest_uniform[one.hazard] >= one.above) for one in allotment.components
    ]
    counts = np.array([len(some) for some in rows], dtype=np.int64)
    chance = np.array([one.chance for one in allotment.components])
    shape = (len(allotment.group), len(rows))
    nothing = np.zeros(0, dtype=np.int64)
    indices = np.concatenate([nothing, *rows])
    start = np.concatenate([[0], np.cumsum(counts)])
    return sparse.csr_array(
        sparse.csc_array((np.repeat(1.0 / chance, counts), indices, start), shape=shape)
    )


def likelihood_ratio(allotment: Allotment, likelihood: sparse.csr_array) -> FloatArray:
    """Return what every future weighs: 1 on average, at most 1 in the nominal share."""
    shares = allotment.shares
    return np.asarray(1.0 / (shares[0] + likelihood @ shares[1:]))


def chance_of(threat: Threat, above: float, horizon_days: float) -> float:
    """Return the probability that a hazard strikes with a uniform of `above` or more. [-]"""
    return -math.expm1(-threat.daily_rate * horizon_days * (1.0 - above))


def _components(
    shares: Mapping[tuple[str, float], float], threats: Sequence[Threat], horizon_days: float
) -> list[Component]:
    by_name = {threat.hazard: threat for threat in threats}
    return [
        Component(hazard, above, share, chance_of(by_name[hazard], above, horizon_days))
        for (hazard, above), share in shares.items()
        if hazard in by_name
    ]
