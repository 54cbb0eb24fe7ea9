"""
Strategies that need no solver, beside the plan: today, pure just in time, pure just in case.

Each is a plan for the whole portfolio.  No limit holds it back; a SKU that may not take what its
strategy wants takes the nearest option that it may.

fixed          the strategies as plans
candidate      a plan to be tried on any futures
figures        what each costs, and loses on the run's futures
equal_capital  the capital that a strategy draws, as a budget
verified       the verifier recomputes them
"""

from optimizer.strategies.equal_capital import parse_budget, with_budget_of
from optimizer.strategies.figures import figures_of_strategies
from optimizer.strategies.fixed import Strategy, fixed_strategies
from optimizer.strategies.verified import check_strategies

__all__ = [
    "Strategy",
    "check_strategies",
    "figures_of_strategies",
    "fixed_strategies",
    "parse_budget",
    "with_budget_of",
]
