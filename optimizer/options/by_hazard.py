"""The expected loss of chosen options, hazard by hazard (MODEL 4)."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray, ranges
from optimizer.domain.scenario import MeanWeights
from optimizer.options.loss_curves import expected_losses

_SKUS_AT_ONCE: Final = 65_536


class StruckCurves(NamedTuple):
    """
    One kind of loss curve of every SKU.

    Attributes
    ----------
    curve
        At the nodes.  Shape ``(N, 17)``. [currency]
    slope
        Beyond the last node.  Shape ``(N,)``. [currency/day]
    profile
        Row of `Profiles` that the weights on it are of, -1 for none.  Shape ``(N,)``.
    """

    curve: FloatArray
    slope: FloatArray
    profile: IntArray


class ByHazard(NamedTuple):
    """Expected losses above 0, sorted by SKU and hazard, rows of the portfolio. [currency]"""

    sku: IntArray
    hazard: IntArray
    loss: FloatArray


def losses_by_hazard(kinds: tuple[StruckCurves, ...], mean: MeanWeights) -> ByHazard:
    r"""
    Return every SKU's exact expected loss to every hazard over the horizon.

    .. math:: \sum_k W_{phk}\,\text{curve}_{ik} + W_{ph,17}\,\text{slope}_i

    Parameters
    ----------
    kinds
        Loss curves with the SKUs' supplies, price curves with their categories' price shocks.
    mean
        Weights by profile and hazard.

    Returns
    -------
    ByHazard
        Pairs without loss are left out; by SKU they add up to the option's expected loss.

    References
    ----------
    .. [1] The model contract, section 4.
    """
    parts = [_losses(kind, mean, first) for kind in kinds for first in _firsts(kind)]
    sku, hazard = (np.concatenate([part[at] for part in parts]) for at in (0, 1))
    loss = np.concatenate([part.loss for part in parts])
    order = np.lexsort((hazard, sku))
    order = order[loss[order] > 0.0]
    return ByHazard(sku[order], hazard[order], loss[order])


def _firsts(kind: StruckCurves) -> range:
    return range(0, len(kind.slope), _SKUS_AT_ONCE)


def _losses(kind: StruckCurves, mean: MeanWeights, first: int) -> ByHazard:
    """Return the expected losses of a block of SKUs."""
    struck_by = kind.profile[first : first + _SKUS_AT_ONCE]
    exposed = np.flatnonzero(struck_by >= 0)
    start, profile = mean.start, struck_by[exposed]
    place, entry = ranges(start[profile], start[profile + 1] - start[profile])
    sku = first + exposed[place]
    loss = expected_losses(kind.curve[sku], kind.slope[sku], mean.weight[entry])
    return ByHazard(sku, mean.hazard[entry], loss)
