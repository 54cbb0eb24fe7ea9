"""
Strategies without a solver, for comparison: today, pure just in time, pure just in case.

Each is a plan for the whole portfolio and ignores the limits; a SKU that may not have what its
strategy asks for falls back to the nearest option that it may have.

fixed          the strategies as plans
candidate      a plan, evaluated on any futures
figures        each strategy's costs, and its losses on the run's futures
equal_capital  a strategy's capital as the budget
verified       check by the independent verifier
"""

from optimizer.strategies.equal_capital import capital_drawn, parse_budget, with_budget_of
from optimizer.strategies.figures import exceeded_by, figures_of_designs, figures_of_strategies
from optimizer.strategies.fixed import NEUTRAL, Strategy, fixed_strategies, today
from optimizer.strategies.verified import check_strategies

__all__ = [
    "NEUTRAL",
    "Strategy",
    "capital_drawn",
    "check_strategies",
    "exceeded_by",
    "figures_of_designs",
    "figures_of_strategies",
    "fixed_strategies",
    "parse_budget",
    "today",
    "with_budget_of",
]
