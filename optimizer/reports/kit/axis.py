"""Where a value stands on an axis, and which values are written beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from optimizer.reports.kit.format import SCALES, signed

_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A value written beside an axis, and where. [%]"""

    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """An axis from one value to a larger one; with `is_log` both are positive."""

    low: float
    high: float
    is_log: bool = False
    most: int = 5
    is_share: bool = False

    def at(self, value: float) -> float:
        """Return where a value stands, 0 at the low end and 100 at the high one. [%]"""
        low, here, high = (
            (math.log10(v) if self.is_log else v) for v in (self.low, value, self.high)
        )
        return round(100.0 * (here - low) / (high - low), 3)

    @property
    def ticks(self) -> list[Tick]:
        """The values that are written, round ones."""
        values = self._powers() if self.is_log else self._multiples()
        return [
            Tick(at=self.at(value), text=text)
            for value, text in zip(values, self._texts(values), strict=True)
        ]

    def _texts(self, values: Sequence[float]) -> list[str]:
        if self.is_log:
            return [f"{value:,.6g}" for value in values]
        if self.is_share:
            return [f"{text} %" for text in tick_texts([100.0 * value for value in values])]
        return tick_texts(values)

    def _multiples(self) -> list[float]:
        step = round_step((self.high - self.low) / self.most)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [step * number for number in range(first, last + 1)]

    def _powers(self) -> list[float]:
        """Return 1, 2 and 5 of every power of ten within the axis."""
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        marks = [factor * 10.0**power for power in powers for factor in (1.0, 2.0, 5.0)]
        return [mark for mark in marks if self.low <= mark <= self.high]


def round_step(least: float) -> float:
    """
    Return 1, 2, 2.5 or 5 of a power of ten, no less than the distance asked for.

    Examples
    --------
    >>> round_step(130_000.0), round_step(0.7)
    (200000.0, 1.0)
    """
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in _STEPS if factor * power >= least * (1.0 - 1e-9))


def tick_texts(values: Sequence[float]) -> list[str]:
    """
    Return the values in one style, with no more digits than tell them apart.

    Examples
    --------
    >>> tick_texts([0.0, 500_000.0, 1_000_000.0]), tick_texts([-50_000.0, 0.0])
    (['0', '0.5 M', '1.0 M'], ['−50,000', '0'])
    """
    largest = max((abs(value) for value in values), default=0.0)
    scale, suffix = next(((s, text) for s, text in SCALES if 10.0 * largest >= s), (1.0, ""))
    sizes = np.abs(np.diff(np.asarray(values, dtype=np.float64))) / scale
    digits = _decimals(float(sizes.min())) if sizes.size else 0
    return [signed(f"{v / scale:,.{digits}f}{suffix}") if v else "0" for v in values]


def _decimals(step: float) -> int:
    return next((d for d in range(7) if math.isclose(round(step, d), step, rel_tol=1e-6)), 7)


def covering(values: Sequence[float | None], *, zero: bool = True, room: float = 0.05) -> Axis:
    """
    Return an axis that holds all values, with room at its ends.

    Parameters
    ----------
    zero
        Whether it begins at zero, or ends there where all are below.
    room
        Beyond the outermost values, as a share of their distance.
    """
    known = [value for value in values if value is not None] or [0.0]
    low, high = min(known), max(known)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    span = (high - low) or abs(high) or 1.0
    return Axis(
        low=low if zero and low == 0.0 else low - room * span,
        high=high if zero and high == 0.0 and low < 0.0 else high + room * span,
    )
