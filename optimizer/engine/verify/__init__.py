"""
The independent verifier: does a run folder say what MODEL.md says it must?

It shares no code with the solver.  Every formula stands here a second time and, where that is
cheap, by another road: quantiles by root finding, units short by integrating the tail of demand,
supply gaps by their breakpoints, tail risk by sorting.

ledger      counts the comparisons and keeps every difference
tables      columns and cells of a table
decisions   the plan's choices: readable, and allowed
stock       what is held (MODEL 3)
money       what it costs (MODEL 3)
purchases   qualifications and onboardings (MODEL 3 and 6)
futures     scenarios, outages and shocks (MODEL 4)
reasons     weights, today's inputs, what has a break-even (docs/explain.md)
losses      what a scenario costs (MODEL 4)
tail        VaR, CVaR and what each SKU adds to it (MODEL 5)
limits      resources (MODEL 5)
proof       objective, bound, gap, status, settings, inputs (MODEL 5 and 6)
check       the order of things
strategies  other plans than the run's, limits being free (docs/strategies.md)
"""

from optimizer.engine.verify.check import Verification, verify
from optimizer.engine.verify.strategies import verify_strategies

__all__ = ["Verification", "verify", "verify_strategies"]
