r"""
A bound from foresight: what a chooser could save who sees each group's loss before going on.

With a penalty :math:`\kappa` for staying within the limit, and the room :math:`w` that is left,

.. math::

    J_k(w) = \min_j \bigl[c_{kj} + E\,J_{k+1}(w - \ell_{kj})\bigr], \qquad
    J_n(w) = -\kappa\,[w \ge 0]

Who chooses without foresight pays no less, so every choice that stays within the limit with
probability :math:`\alpha` costs at least :math:`J_0(W) + \kappa\alpha`, for any
:math:`\kappa \ge 0`.  Once some groups are chosen, only the rest has foresight, and the
distribution of what the chosen ones lose is carried along.

Losses are rounded down to the cells of a grid, which makes the bound lower, never wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.engine.chance.distribution import on_cells
from optimizer.engine.chance.limit import QuantileLimit

_ROUNDING = 1e-10  # of the penalty: what transforms may add to a bound


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """
    Losses beyond each group's least, on a grid up to the limit.

    Attributes
    ----------
    kernel
        Probability of each cell, by option.  Shape ``(O, K + 1)``.
    transform
        Their Fourier transforms.
    start
        First option of each group, and the number of options.
    level
        Least probability to reach.
    """

    kernel: FloatArray
    transform: np.ndarray[tuple[int, int], np.dtype[np.complex128]]
    start: IntArray
    level: float

    @property
    def n_cells(self) -> int:
        """Number of cells, K; the limit is the last one's end."""
        return int(self.kernel.shape[1]) - 1

    def add(self, total: FloatArray, option: int) -> FloatArray:
        """Return the distribution of a total and one option's loss.  Shape ``(K + 1,)``."""
        size = _size(self.n_cells)
        added = irfft(rfft(total, size) * self.transform[option], size)[: self.n_cells + 1]
        return np.maximum(added, 0.0)


def cells_of(limit: QuantileLimit, start: IntArray, n_cells: int) -> Cells | None:
    """Return the losses on a grid, None where even the least of them exceed the limit."""
    least = np.minimum.reduceat(np.array([row.min() for row in limit.loss]), start[:-1])
    room = limit.most - least.sum()
    if room < 0.0:
        return None
    shift = np.repeat(least, np.diff(start))
    kernel = np.array(
        [
            on_cells(row - low, p, room / n_cells, n_cells, up=False)
            for row, low, p in zip(limit.loss, shift, limit.probability, strict=True)
        ]
    )
    transform = rfft(kernel, _size(n_cells), axis=1)
    return Cells(kernel=kernel, transform=transform, start=start, level=limit.level)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Foresight:
    """
    What the groups from each one on would cost with foresight, for several penalties.

    Attributes
    ----------
    saved
        Option → its saving against the cheapest rest, by the loss so far: what
        :math:`J` is below that cost.  Shape ``(O, P, K + 1)``.
    rest
        Least cost of the groups from each one on.  Shape ``(N + 1,)``.
    penalty
        Shape ``(P,)``.
    """

    saved: FloatArray
    rest: FloatArray
    penalty: FloatArray
    level: float

    def bounds(self, total: FloatArray, group: int, options: slice, cost: FloatArray) -> FloatArray:
        """
        Return what plans cost at least with each of a group's options.

        Parameters
        ----------
        total
            Distribution of what the groups before lose.  Shape ``(K + 1,)``.
        cost
            Of the groups before and each of the options.
        """
        expected = self.saved[options] @ total + self.penalty * (self.level - _ROUNDING)
        least: FloatArray = cost + self.rest[group + 1] + expected.max(axis=1)
        return least


def foresee(cells: Cells, cost: FloatArray, penalty: FloatArray) -> Foresight:
    """Return the backward recursion for several penalties.  ``cost``: of each option."""
    start, size = cells.start, _size(cells.n_cells)
    n_groups = len(start) - 1
    rest = np.append(np.cumsum(np.minimum.reduceat(cost, start[:-1])[::-1])[::-1], 0.0)
    saved = np.empty((len(cost), len(penalty), cells.n_cells + 1))
    after = np.repeat(-penalty[:, None], cells.n_cells + 1, axis=1)
    for group in range(n_groups - 1, -1, -1):
        options = slice(start[group], start[group + 1])
        spread = rfft(after, size, axis=1)[None] * cells.transform[options][:, None, :]
        expected = irfft(spread, size, axis=2)[:, :, : cells.n_cells + 1]
        saved[options] = expected[:, :, ::-1]
        dearer = cost[options] + rest[group + 1] - rest[group]
        after = np.minimum((expected + dearer[:, None, None]).min(axis=0), 0.0)
    return Foresight(saved=saved, rest=rest, penalty=penalty, level=cells.level)


def root_bound(cells: Cells, cost: FloatArray, penalty: FloatArray) -> FloatArray:
    """Return the bound of the whole problem by penalty.  Shape ``(P,)``."""
    found = foresee(cells, cost, penalty)
    options = slice(0, int(cells.start[1]))
    nothing_yet = np.zeros(cells.n_cells + 1)
    nothing_yet[0] = 1.0
    expected = found.saved[options] @ nothing_yet + penalty * (cells.level - _ROUNDING)
    least: FloatArray = (cost[options][:, None] + found.rest[1] + expected).min(axis=0)
    return least


def _size(n_cells: int) -> int:
    return int(next_fast_len(2 * (n_cells + 1), real=True))
