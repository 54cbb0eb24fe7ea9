r"""
Where a choice flips: the nearest crossing of the chosen option's cost line with another option's.

With an input x of value t today, every option's priced cost is :math:`v_o + b_o (x - t)`.  An
option that is no cheaper today crosses the chosen option c at
:math:`t + (v_o - v_c)/(b_c - b_o)`.  Options that are cheaper today are ruled out by the limits and
do not count.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.sensitivity.priced_lines import Lines

_SAME = 1e-9  # relative: costs closer than this are equal
_PARALLEL = 1e-12  # relative: slopes closer than this are arithmetic


class Flips(NamedTuple):
    """
    The nearest crossings below and above today's value, and the option chosen beyond each.

    Values are NaN and options -1 if there is none.  Shape ``(n,)`` each.
    """

    below: FloatArray
    option_below: IntArray
    above: FloatArray
    option_above: IntArray

    def nearest(self, today: FloatArray | float) -> FloatArray:
        """Return the crossing nearer to today's value, NaN if there is none."""
        below = np.where(np.isnan(self.below), np.inf, today - self.below)
        above = np.where(np.isnan(self.above), np.inf, self.above - today)
        return np.where(above <= below, self.above, self.below)


def flips(
    lines: Lines, slope: FloatArray, today: FloatArray | float, most: FloatArray | float = np.inf
) -> Flips:
    """
    Return the values of one input at which the choice of every SKU flips.

    Parameters
    ----------
    slope
        Slope of every option's priced cost in the input.  Shape ``(O,)``.
    today, most
        The input's value today, at least 0, and its upper bound.  Shape ``(n,)``, or one for all.
    """
    of_chosen = lines.chosen[lines.sku]
    priced = lines.priced
    distance = priced - priced[of_chosen]
    near = np.abs(distance) <= _SAME * np.maximum(np.abs(priced), np.abs(priced[of_chosen]))
    distance = np.where(near, 0.0, distance)
    steeper = slope - slope[of_chosen]
    size = np.maximum(np.abs(slope), np.abs(slope[of_chosen]))
    crosses = (np.abs(steeper) > _PARALLEL * size) & (distance >= 0.0)
    step = np.divide(distance, np.abs(steeper), out=np.full_like(distance, np.inf), where=crosses)
    down, option_down = _nearest(lines, np.where(steeper > 0.0, step, np.inf))
    up, option_up = _nearest(lines, np.where(steeper < 0.0, step, np.inf))
    has_down, has_up = today - down >= 0.0, np.isfinite(up) & (today + up < most)
    return Flips(
        below=np.where(has_down, today - down, np.nan),
        option_below=np.where(has_down, option_down, -1),
        above=np.where(has_up, today + up, np.nan),
        option_above=np.where(has_up, option_up, -1),
    )


def _nearest(lines: Lines, step: FloatArray) -> tuple[FloatArray, IntArray]:
    option = first_least(step, lines)
    return step[option], option


def first_least(value: FloatArray, lines: Lines) -> IntArray:
    """Return the first option of every SKU with the least value."""
    least = np.minimum.reduceat(value, lines.start[:-1])
    at_least = np.flatnonzero(value <= least[lines.sku])
    return at_least[np.unique(lines.sku[at_least], return_index=True)[1]]
