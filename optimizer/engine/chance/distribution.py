"""
How probable it is that independent losses add up to at most a limit.

Exact where the combinations can be counted: half of the losses are added up in all ways, the other
half too, and the sums of one half are looked up among those of the other.  Otherwise between two
numbers: losses rounded up to the cells of a grid give the lower, rounded down the higher.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.signal import fftconvolve

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.engine.chance.limit import QuantileLimit

_MOST_SUMS = 200_000
_COARSE, _FINE = 1 << 14, 1 << 17  # cells; the fine ones only where the coarse ones leave doubt
_FFT_ERROR = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """The probability lies between `low` and `high`; exact where they are equal."""

    low: float
    high: float


def probability_within(limit: QuantileLimit, option: IntArray, *, quick: bool = False) -> Within:
    """
    Return the probability that the options' losses add up to at most the limit.

    Parameters
    ----------
    quick
        Whether a bracket that holds the level is left as it is.
    """
    loss = [limit.loss[o] for o in option]
    weight = [limit.probability[o] for o in option]
    halves = _halves([len(row) for row in loss])
    if halves is not None:
        return _counted(loss, weight, halves, limit.most)
    found = _on_grid(loss, weight, limit.most, _COARSE)
    told = quick or not found.low < limit.level <= found.high
    return found if told else _on_grid(loss, weight, limit.most, _FINE)


def _halves(sizes: list[int]) -> tuple[list[int], list[int]] | None:
    """Share the losses out to two halves with few sums each, None where these are too many."""
    halves: tuple[list[int], list[int]] = ([], [])
    n_sums = [1, 1]
    for loss in np.argsort(sizes)[::-1].tolist():
        smaller = int(n_sums[1] < n_sums[0])
        halves[smaller].append(loss)
        n_sums[smaller] *= sizes[loss]
    return halves if max(n_sums) <= _MOST_SUMS else None


def _counted(
    loss: list[FloatArray],
    weight: list[FloatArray],
    halves: tuple[list[int], list[int]],
    most: float,
) -> Within:
    (one, p_one), (other, p_other) = (_sums(loss, weight, half) for half in halves)
    order = np.argsort(other)
    cumulated = np.concatenate([[0.0], np.cumsum(p_other[order])])
    n_within = np.searchsorted(other[order], most - one, side="right")
    probability = float(p_one @ cumulated[n_within])
    return Within(low=probability, high=probability)


def _sums(
    loss: list[FloatArray], weight: list[FloatArray], half: Sequence[int]
) -> tuple[FloatArray, FloatArray]:
    total, probability = np.zeros(1), np.ones(1)
    for row in half:
        total = np.add.outer(total, loss[row]).ravel()
        probability = np.multiply.outer(probability, weight[row]).ravel()
    return total, probability


def _on_grid(loss: list[FloatArray], weight: list[FloatArray], most: float, n_cells: int) -> Within:
    least = [float(row.min()) for row in loss]
    room = most - sum(least)
    if room < 0.0:
        return Within(low=0.0, high=0.0)
    found = []
    for up in (True, False):
        total = np.ones(1)
        for row, shift, p in zip(loss, least, weight, strict=True):
            kernel = on_cells(row - shift, p, room / n_cells, n_cells, up=up)
            total = fftconvolve(total, kernel)[: n_cells + 1]
        found.append(float(total.sum()))
    low, high = found
    return Within(low=low - _FFT_ERROR, high=high + _FFT_ERROR)


def on_cells(
    loss: FloatArray, probability: FloatArray, cell: float, n_cells: int, *, up: bool
) -> FloatArray:
    """
    Return the probability of each cell of losses of at least 0, rounded up or down.

    What lies beyond the last cell is left out.  Shape ``(n_cells + 1,)``.
    """
    place = loss / cell if cell > 0.0 else np.where(loss > 0.0, np.inf, 0.0)
    rounded = np.ceil(place) if up else np.floor(place)
    inside = rounded <= n_cells
    cells = rounded[inside].astype(np.int64)
    counted = np.bincount(cells, weights=probability[inside], minlength=n_cells + 1)
    return counted.astype(np.float64)
