"""Ranges as people type them: ``500k:2M:20``, ``today±1M:5``, ``0:1:6``; and a rate, ``10%``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from optimizer.errors import BadInputError, Problem
from optimizer.inputs.settings.amounts import parse_amount

MOST: Final = 1_000
"""Points of one sweep."""
TODAY: Final = "today"
_AROUND: Final = re.compile(rf"{TODAY} ?(?:±|\+/?-) ?(.*)", re.DOTALL)
_END: Final = re.compile(rf"({TODAY})? ?([+-])? ?(.*)", re.DOTALL)
_BUDGETS: Final = "--budgets"
_WEIGHTS: Final = "--risk-weights"
_SHAPE: Final = "must be LOW:HIGH:COUNT, two amounts and a whole number"
_REMEDY: Final = f"Write, for instance, 500k:2M:20 or {TODAY}±1M:5."


@dataclass(frozen=True, slots=True)
class _End:
    """An amount, or one more or less than the capital of today's plan. [currency]"""

    amount: float
    of_today: bool = False

    def at(self, today: float) -> float:
        return today + self.amount if self.of_today else self.amount


@dataclass(frozen=True, slots=True)
class BudgetRange:
    """Budgets at equal distances, as they were typed."""

    text: str
    low: _End
    high: _End
    count: int

    def budgets(self, capital_today: Callable[[], float]) -> list[float]:
        """
        Return the budgets.

        Parameters
        ----------
        capital_today
            Returns what today's plan ties up; asked only if the range names it. [currency]

        Raises
        ------
        BadInputError
            If they would not ascend from 0 or more.

        Examples
        --------
        >>> parse_budgets("900k:1.2M:4").budgets(lambda: 0.0)
        [900000.0, 1000000.0, 1100000.0, 1200000.0]
        >>> parse_budgets("today±1M:3").budgets(lambda: 2.5e6)
        [1500000.0, 2500000.0, 3500000.0]
        """
        names_today = self.low.of_today or self.high.of_today
        today = capital_today() if names_today else 0.0
        low, high = self.low.at(today), self.high.at(today)
        if low < 0.0:
            remedy = f"Today's plan ties up {today:,.0f}: take off less."
            raise BadInputError([_problem(_BUDGETS, self.text, "LOW is below 0", remedy)])
        if not (low < high and 2 <= self.count <= MOST):
            raise BadInputError([_out_of_range(self.text, low, high, self.count)])
        return _spaced(low, high, self.count)


def parse_budgets(text: str) -> BudgetRange:
    """
    Return the range that ``LOW:HIGH:COUNT`` or ``today±AMOUNT:COUNT`` states.

    LOW and HIGH are amounts or ``today``, ``today+AMOUNT``, ``today-AMOUNT``; where ± cannot be
    typed, +- stands for it.

    Raises
    ------
    BadInputError
        If it does not read so, or LOW is not below HIGH.
    """
    parts = text.split(":")
    around = _AROUND.fullmatch(parts[0].strip())
    if around and len(parts) == 2:
        width, count = _amount(text, around[1]), _count(text, parts[1])
        low, high = _End(-width, of_today=True), _End(width, of_today=True)
    elif len(parts) == 3 and not around:
        low, high, count = _end(text, parts[0]), _end(text, parts[1]), _count(text, parts[2])
    else:
        raise BadInputError([_problem(_BUDGETS, text, _SHAPE, _REMEDY)])
    found = BudgetRange(text, low, high, count)
    if low.of_today == high.of_today:
        ends_apart = low.amount < high.amount and 2 <= count <= MOST
        if not ends_apart:
            raise BadInputError([_refused_range(found)])
    return found


def parse_risk_weights(text: str) -> list[float]:
    """
    Return the weights of risk that ``LOW:HIGH:COUNT`` states, at equal distances.

    Raises
    ------
    BadInputError
        If it does not read so, or is not within 0 to 1.

    Examples
    --------
    >>> parse_risk_weights("0:1:6")
    [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    """
    rule, remedy = "must be LOW:HIGH:COUNT, two shares and a whole number", "Write 0:1:6."
    parts = text.split(":")
    try:
        low, high = (float(part) for part in parts[:2])
        count = int(parts[2]) if len(parts) == 3 and parts[2].isdecimal() else 0
    except ValueError:
        raise BadInputError([_problem(_WEIGHTS, text, rule, remedy)]) from None
    if not count or not np.isfinite([low, high]).all():
        raise BadInputError([_problem(_WEIGHTS, text, rule, remedy)])
    if not 0.0 <= low < high <= 1.0:
        rule = "LOW must be below HIGH, both from 0 to 1: what a year of risk capital costs"
        raise BadInputError([_problem(_WEIGHTS, text, rule, remedy)])
    if not 2 <= count <= MOST:
        rule = f"COUNT must be 2 to {MOST:,}"
        raise BadInputError([_problem(_WEIGHTS, text, rule, remedy)])
    return _spaced(low, high, count)


def parse_hurdle(text: str) -> float:
    """
    Return a hurdle rate: a percentage, or a fraction below 1.

    Raises
    ------
    BadInputError
        If it is neither, or can be read two ways.

    Examples
    --------
    >>> parse_hurdle("10%"), parse_hurdle("0.125"), parse_hurdle("12.5 %")
    (0.1, 0.125, 0.125)
    """
    return _rate(text, "--hurdle", "is not a rate a year of 0 or more")


def parse_within(text: str) -> float:
    """
    Return how much dearer a plan may be, as a share: a percentage, or a fraction below 1.

    Raises
    ------
    BadInputError
        If it is neither, or can be read two ways.

    Examples
    --------
    >>> parse_within("1%"), parse_within("0.005")
    (0.01, 0.005)
    """
    return _rate(text, "--within", "is not a share of 0 or more")


def _rate(text: str, option: str, what_it_is_not: str) -> float:
    number, is_percentage = text.strip().removesuffix("%").strip(), text.strip().endswith("%")
    remedy = "Write it as a percentage, 10%, or as a fraction, 0.1."
    try:
        value = float(number)
    except ValueError:
        value = np.nan
    rule = ""
    if not (np.isfinite(value) and value >= 0.0):
        rule = what_it_is_not
    elif value >= 1.0 and not is_percentage:
        rule, remedy = "is a hundred percent or more, or lacks its %", f"Write {value:g}%."
    if rule:
        raise BadInputError([_problem(option, text, rule, remedy)])
    return float(f"{value / 100.0:.12g}") if is_percentage else value


def _spaced(low: float, high: float, count: int) -> list[float]:
    return [float(f"{value:.12g}") for value in np.linspace(low, high, count)]


def _end(text: str, part: str) -> _End:
    """Return LOW or HIGH."""
    today, sign, amount = _END.fullmatch(part.strip()).groups()  # type: ignore[union-attr]
    if today and not sign and not amount:
        return _End(0.0, of_today=True)
    if today and sign:
        return _End(float(f"{sign}{_amount(text, amount)!r}"), of_today=True)
    return _End(_amount(text, part))


def _amount(text: str, part: str) -> float:
    """Return an amount of 0 or more."""
    try:
        amount = parse_amount(part)
    except ValueError as misread:
        raise BadInputError([_problem(_BUDGETS, text, _SHAPE, f"{misread}")]) from None
    if not (np.isfinite(amount) and amount >= 0.0):
        raise BadInputError([_problem(_BUDGETS, text, _SHAPE, _REMEDY)])
    return amount


def _count(text: str, part: str) -> int:
    if not (part.isdecimal() and len(part) < 10):
        raise BadInputError([_problem(_BUDGETS, text, _SHAPE, _REMEDY)])
    return int(part)


def _refused_range(found: BudgetRange) -> Problem:
    """Say what is wrong with a range before today's capital is known."""
    low, high = found.low, found.high
    if not low.of_today:
        return _out_of_range(found.text, low.amount, high.amount, found.count)
    if low.amount < high.amount:
        remedy = f"Write {TODAY}±1M:5."
        return _problem(_BUDGETS, found.text, f"COUNT must be 2 to {MOST:,}", remedy)
    remedy = f"Write {TODAY}±1M:{max(found.count, 2)}."
    return _problem(_BUDGETS, found.text, "LOW must be below HIGH", remedy)


def _out_of_range(text: str, low: float, high: float, count: int) -> Problem:
    """Say what is wrong with budgets that could be read, and how they are right."""
    rule, remedy = f"COUNT must be 2 to {MOST:,}", f"Write {low:.12g}:{high:.12g}:20."
    if low > high:
        rule, remedy = "LOW must be below HIGH", f"Write {high:.12g}:{low:.12g}:{count}."
    elif low == high:
        rule, remedy = "LOW and HIGH are the same budget", "Use `ballast solve` for a single one."
    return _problem(_BUDGETS, text, rule, remedy)


def _problem(option: str, text: str, rule: str, remedy: str) -> Problem:
    return Problem(file=option, value=text, rule=rule, remedy=remedy)
