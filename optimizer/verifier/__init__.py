"""
The independent verifier: does a run folder say what MODEL.md says it must?

It shares no code with the solver.  Every formula stands here a second time and, where that is
cheap, by another road: quantiles by root finding or counting, units short and backorders as areas
under the tail of demand, supply gaps by their breakpoints, the mean by enumerating whole days,
tail           risk by sorting.

ledger         counts the comparisons and keeps every difference
table_form     columns and cells of a table
decisions      the plan's choices: readable, and allowed
areas          areas under the tail of demand: by quadrature, by plain sums
demand_laws    demand over days, and what a lot's positions see of it (MODEL 3)
lots           the lot (MODEL 3)
held           what is held (MODEL 3)
certain_costs  what it costs (MODEL 3)
node_curves    what lost days cost (MODEL 3)
purchases      qualifications and onboardings (MODEL 3 and 6)
hazard_reach   what a hazard reaches and how long it lasts (MODEL 4)
drawn_strikes  scenarios and strikes (MODEL 4)
sourcing       days lost beside alternates (MODEL 4)
losses         what a scenario costs (MODEL 4)
outage_means   the mean loss of an outage beside alternates (MODEL 4)
campbell       the expected loss, exactly (MODEL 4)
expected       the expected loss by SKU and hazard, compared
advice         weights, today's inputs, what has a break-even (docs/explain.md)
tail           VaR, CVaR and what each SKU adds to it (MODEL 5)
limits_kept    resources (MODEL 5)
proof          objective, bound, gap, status, settings, inputs (MODEL 5 and 6)
verify_run     the order of things
other_plans    other plans than the run's, limits being free (docs/strategies.md)
"""

from optimizer.verifier.other_plans import verify_strategies
from optimizer.verifier.verify_run import Verification, verify

__all__ = ["Verification", "verify", "verify_strategies"]
