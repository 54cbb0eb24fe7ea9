"""The domain of a number, as data: which values are valid and how it is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from optimizer.domain.arrays import BoolArray, FloatArray
from optimizer.domain.settings import MOST_A_YEAR, MOST_DAYS, MOST_FACTOR, MOST_STRIKES_A_YEAR

LARGEST: Final = 1e15  # beyond it, a double cannot hold every digit of an amount


@dataclass(frozen=True, slots=True)
class Admitted:
    """The numbers from `low` to `high`; an open end is excluded."""

    low: float
    high: float = LARGEST
    low_open: bool = False
    high_open: bool = False

    def contains(self, values: FloatArray) -> BoolArray:
        """Return which values lie inside; NaN does not."""
        above = values > self.low if self.low_open else values >= self.low
        below = values < self.high if self.high_open else values <= self.high
        return above & below

    def __str__(self) -> str:
        if self.low == -LARGEST:
            return "any"
        if self.high == LARGEST:
            return f"{'>' if self.low_open else '>='} {self.low:g}"
        left, right = "(" if self.low_open else "[", ")" if self.high_open else "]"
        return f"in {left}{self.low:g}, {self.high:g}{right}"


ANY: Final = Admitted(-LARGEST)
POSITIVE: Final = Admitted(0.0, low_open=True)
NOT_NEGATIVE: Final = Admitted(0.0)
AT_LEAST_ONE: Final = Admitted(1.0)
DECIMALS: Final = Admitted(0.0, 6.0)
SHARE: Final = Admitted(0.0, 1.0)
POSITIVE_SHARE: Final = Admitted(0.0, 1.0, low_open=True)
SERVICE_LEVEL: Final = Admitted(0.0, 1.0, high_open=True)
RATING: Final = Admitted(1.0, 10.0)

# Beyond these a number must be a mistake, and results computed from it do not fit in a double.
DAYS: Final = Admitted(0.0, MOST_DAYS)
POSITIVE_DAYS: Final = Admitted(0.0, MOST_DAYS, low_open=True)
AT_LEAST_A_DAY: Final = Admitted(1.0, MOST_DAYS)
YEARLY_SHARE: Final = Admitted(0.0, MOST_A_YEAR)
STRIKES_A_YEAR: Final = Admitted(0.0, MOST_STRIKES_A_YEAR)
SPREAD: Final = Admitted(0.0, 100.0)
MULTIPLE: Final = Admitted(1.0, MOST_FACTOR)
PREMIUM: Final = Admitted(-1.0, MOST_FACTOR, low_open=True)
