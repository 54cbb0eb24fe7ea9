r"""
Weights of the futures on every node of a loss curve, separately for outages and shocks.

.. math:: V_{pk} = M_{pk} + \sum_s w_s\,(W_{spk} - M_{pk})

:math:`M` is the exact mean over futures, :math:`W_s` the weights of future s, and :math:`w_s` the
marginal risk charge of a loss in it.  The sum is the profile's contribution to the risk charge.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, TextArray
from optimizer.domain.scenario import LostDays, MeanWeights
from optimizer.engine.decompose.impacts import node_weights


class Weights(NamedTuple):
    """
    Additive weights on the curve of every profile.

    Attributes
    ----------
    outage
        Weights of outages of the primary supplier.  Shape ``(P + C, 18)``.
    shock
        Weights of demand surges, and of price shocks in the last C rows.  Shape ``(P + C, 18)``.
    """

    outage: FloatArray
    shock: FloatArray


class Outlook(NamedTuple):
    """Weights on average, and weights that include the marginal risk charge."""

    expected: Weights
    priced: Weights


def make_outlook(
    kind: TextArray,
    lost: LostDays,
    mean: MeanWeights,
    tail_weight: FloatArray,
    mean_weight: float,
) -> Outlook:
    """
    Return the weights by cause, expected and priced.

    Parameters
    ----------
    kind
        Kind of every hazard.  Shape ``(M,)``.
    lost, mean
        The profiles' lost days in the futures, and their exact mean.
    tail_weight
        Tail weight of every future.  Shape ``(S,)``.  :math:`w_s` [-]
    mean_weight
        What one more unit of expected loss adds. [-]
    """
    is_outage = np.asarray(kind == "outage", dtype=np.bool_)
    parts = [
        _weights(kept, lost, mean, tail_weight, mean_weight) for kept in (is_outage, ~is_outage)
    ]
    expected, priced = (Weights(*weights) for weights in zip(*parts, strict=True))
    return Outlook(expected=expected, priced=priced)


def _weights(
    kept: BoolArray,
    lost: LostDays,
    mean: MeanWeights,
    tail_weight: FloatArray,
    mean_weight: float,
) -> tuple[FloatArray, FloatArray]:
    """Return the weights of these hazards only: expected, and with the marginal risk charge."""
    factor = np.where(kept[lost.hazard_of_strike], lost.factor_of_strike, 0.0)
    kept_lost = replace(lost, factor_of_strike=factor)
    kept_mean = replace(mean, weight=np.where(kept[mean.hazard][:, None], mean.weight, 0.0))
    expected = kept_mean.total
    return expected, node_weights(kept_lost, tail_weight) + mean_weight * expected
