r"""
The shares of a mixture under which the mean of what lies beyond VaR varies least (ALGORITHMS 6).

.. math:: \min_\alpha\;\mathrm{E}\Bigl[\frac{f^2}{r(\alpha)}\Bigr], \qquad
    f = (L - \mathrm{VaR})^+, \quad r(\alpha) = \alpha_0 + \sum_m \alpha_m\,1\{E_m\}/P(E_m)

It is convex in the shares, and only the futures beyond VaR matter.

References
----------
.. [1] He, H.Y. and Owen, A.B. (2014). Optimal mixture weights in multiple importance sampling.
   arXiv:1411.3954.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from scipy import sparse

from optimizer.domain.arrays import FloatArray
from optimizer.domain.scenario import NOMINAL, Mixture
from optimizer.maths.risk import value_at_risk
from optimizer.scenarios.mixture import LEAST_NOMINAL, Component

_ROUNDS: Final = 200
_LEAST_SHARE: Final = 0.002
"""A smaller one draws too few futures to help."""
_DECIMALS: Final = 4


class Pilot(NamedTuple):
    """A plan's losses in the futures of a pilot, and how likely the components make them."""

    loss: FloatArray
    probability: FloatArray
    likelihood: sparse.csr_array
    components: Sequence[Component]


def best_mixture(pilot: Pilot, level: float) -> Mixture:
    """
    Return the mixture by which the tail of a plan's loss is known best.

    Parameters
    ----------
    level
        Of VaR.

    Returns
    -------
    Mixture
        Shares of 4 decimals, the nominal one .3 at least; `NOMINAL` where no loss lies beyond VaR.
    """
    at = value_at_risk(pilot.loss, pilot.probability, level)
    beyond = np.maximum(pilot.loss - at, 0.0)
    tail = np.flatnonzero(beyond)
    if not len(tail) or not pilot.components:
        return NOMINAL
    square = pilot.probability[tail] * (beyond[tail] / beyond.max()) ** 2
    share = _without_small(_least_variance(square, pilot.likelihood[tail]))
    named = ((one.hazard, one.above) for one in pilot.components)
    rounded = np.floor(share[1:] * 10**_DECIMALS) / 10**_DECIMALS
    return Mixture(
        shares={name: part for name, part in zip(named, rounded.tolist(), strict=True) if part},
        pilot=len(pilot.loss),
    )


def _least_variance(square: FloatArray, likelihood: sparse.csr_array) -> FloatArray:
    r"""Return the shares, each time times the root of the gradient.  Shape ``(M + 1,)``."""
    n_components = likelihood.shape[1]
    share = np.full(n_components + 1, 1.0 / (n_components + 1))
    transposed = likelihood.T.tocsr()
    for _ in range(_ROUNDS):
        slope = square / (share[0] + likelihood @ share[1:]) ** 2
        share *= np.sqrt(np.concatenate([[slope.sum()], transposed @ slope]))
        share = _with_nominal(share)
    return share


def _with_nominal(share: FloatArray) -> FloatArray:
    """Return shares that add up to 1, the nominal one large enough."""
    nominal = max(float(share[0] / share.sum()), LEAST_NOMINAL)
    rest = share[1:] * ((1.0 - nominal) / max(float(share[1:].sum()), np.finfo(np.float64).tiny))
    return np.concatenate([[nominal], rest])


def _without_small(share: FloatArray) -> FloatArray:
    large = np.where(share < _LEAST_SHARE, 0.0, share)
    return _with_nominal(large)
