"""
The independent verifier: does a run folder say what MODEL.md says it must?

It shares no code with the solver.  Every formula stands here a second time and, where that is
cheap, by another road: quantiles by root finding or counting, units short and backorders as areas
under the tail of demand, supply gaps by their breakpoints, the mean by enumerating whole days,
tail risk by sorting.

ledger      counts the comparisons and keeps every difference
tables      columns and cells of a table
decisions   the plan's choices: readable, and allowed
areas       areas under the tail of demand: by quadrature, by plain sums
laws        demand over days, and what a lot's positions see of it (MODEL 3)
lots        the lot (MODEL 3)
stock       what is held (MODEL 3)
money       what it costs (MODEL 3)
curves      what lost days cost (MODEL 3)
purchases   qualifications and onboardings (MODEL 3 and 6)
hazards     what a hazard reaches and how long it lasts (MODEL 4)
strikes     scenarios and strikes (MODEL 4)
sourcing    days lost beside alternates (MODEL 4)
losses      what a scenario costs (MODEL 4)
outages     the mean loss of an outage beside alternates (MODEL 4)
mean        the expected loss, exactly (MODEL 4)
expected    the expected loss by SKU and hazard, compared
reasons     weights, today's inputs, what has a break-even (docs/explain.md)
tail        VaR, CVaR and what each SKU adds to it (MODEL 5)
limits      resources (MODEL 5)
proof       objective, bound, gap, status, settings, inputs (MODEL 5 and 6)
check       the order of things
strategies  other plans than the run's, limits being free (docs/strategies.md)
"""

from optimizer.engine.verify.check import Verification, verify
from optimizer.engine.verify.strategies import verify_strategies

__all__ = ["Verification", "verify", "verify_strategies"]
