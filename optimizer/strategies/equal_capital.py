"""Equal capital: the capital that a strategy draws becomes the budget of the plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from optimizer.domain.budget import with_budget
from optimizer.domain.portfolio import Portfolio
from optimizer.errors import BadInputError, Problem
from optimizer.inputs.settings.amounts import parse_amount
from optimizer.options.costs import cost
from optimizer.strategies.figures import capital_of
from optimizer.strategies.fixed import Strategy, just_in_case, just_in_time, today

STRATEGIES: Final[dict[str, Callable[[Portfolio], Strategy]]] = {
    "today": today,
    "jit": just_in_time,
    "jic": just_in_case,
}
_DIGITS: Final = 12  # significant digits of amounts


def parse_budget(text: str) -> float | str:
    """
    Return the amount stated, or the strategy whose capital is to be the budget.

    Raises
    ------
    BadInputError
        If it is neither.

    Examples
    --------
    >>> parse_budget("900k"), parse_budget("today")
    (900000.0, 'today')
    """
    if text in STRATEGIES:
        return text
    try:
        return parse_amount(text)
    except ValueError as misread:
        raise BadInputError([_neither(text, f"{misread}")]) from None


def with_budget_of(portfolio: Portfolio, strategy: str) -> Portfolio:
    """
    Return the portfolio with the capital that a strategy draws as its budget.

    Parameters
    ----------
    strategy
        ``today``, ``jit`` or ``jic``.

    Raises
    ------
    BadInputError
        If it is none of these; if there is no plan in force, or it cannot be priced; if a SKU has
        no option.
    """
    return with_budget(portfolio, capital_drawn(portfolio, strategy))


def capital_drawn(portfolio: Portfolio, strategy: str) -> float:
    """
    Return the capital that a strategy draws, as finely as amounts are stated. [currency]

    Raises
    ------
    BadInputError
        As `with_budget_of`.
    """
    if strategy not in STRATEGIES:
        raise BadInputError([_neither(strategy, "Name one of them.")])
    designs = STRATEGIES[strategy](portfolio).designs
    assert designs is not None  # noqa: S101  a maker raises instead
    capital = capital_of(portfolio, designs, cost(portfolio, designs))
    return float(f"{capital:.{_DIGITS}g}")


def _neither(text: str, remedy: str) -> Problem:
    return Problem(
        file="--budget",
        value=text,
        rule=f"is neither an amount nor one of {', '.join(STRATEGIES)}",
        remedy=remedy,
    )
