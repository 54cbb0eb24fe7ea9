r"""
What lies ahead of any stock: how much every node of a loss curve weighs, apart by what brings it.

.. math:: V_{pk} = M_{pk} + \sum_s w_s\,(W_{spk} - M_{pk})

:math:`M` is the exact mean of the futures, :math:`W_s` the future s, :math:`w_s` what one more unit
of its loss adds to the risk charge.  The sum is what the profile adds to it.
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
    Weights on the curve of every profile, which add up.

    Attributes
    ----------
    outage
        Of outages of the profile's primary supplier.  Shape ``(P + C, 18)``.
    shock
        Of surges, and of price shocks in the last C rows.  Shape ``(P + C, 18)``.
    """

    outage: FloatArray
    shock: FloatArray


class Outlook(NamedTuple):
    """What lies ahead: on average, and at the plan's prices, its risk charge included."""

    expected: Weights
    priced: Weights


def make_outlook(
    kind: TextArray, lost: LostDays, mean: MeanWeights, tail_weight: FloatArray
) -> Outlook:
    """
    Return what lies ahead.

    Parameters
    ----------
    kind
        Of every hazard.  Shape ``(M,)``.
    lost, mean
        The profiles' lost days in the futures, and their exact mean.
    tail_weight
        Of every future.  Shape ``(S,)``.  :math:`w_s` [-]
    """
    is_outage = np.asarray(kind == "outage", dtype=np.bool_)
    parts = [_weights(kept, lost, mean, tail_weight) for kept in (is_outage, ~is_outage)]
    expected, priced = (Weights(*weights) for weights in zip(*parts, strict=True))
    return Outlook(expected=expected, priced=priced)


def _weights(
    kept: BoolArray, lost: LostDays, mean: MeanWeights, tail_weight: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Weights of these hazards alone: on average, and at the plan's prices."""
    factor = np.where(kept[lost.hazard_of_strike], lost.factor_of_strike, 0.0)
    some_lost = replace(lost, factor_of_strike=factor)
    some_mean = replace(mean, weight=np.where(kept[mean.hazard][:, None], mean.weight, 0.0))
    expected = some_mean.total
    charge = node_weights(some_lost, tail_weight) - tail_weight.sum() * expected
    return expected, expected + charge
