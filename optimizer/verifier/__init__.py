"""
The independent verifier: do a run folder's figures follow from its inputs by MODEL.md?

It shares no code with the solver.  Every formula is implemented here a second time and, where that
is cheap, by another method: quantiles by root finding or counting, units short and backorders as
areas under the tail of demand, supply gaps by their breakpoints, the mean by enumerating whole
days, tail risk by sorting.

ledger         counts comparisons and keeps every difference
table_form     columns and cell types of every table
decisions      the plan's choices: readable and allowed
areas          areas under the tail of demand, by quadrature and by plain sums
demand_laws    demand over a number of days, and what a lot's positions see of it (MODEL 3)
lots           order quantities (MODEL 3)
held           stock held (MODEL 3)
certain_costs  certain costs (MODEL 3)
node_curves    loss and price curves (MODEL 3)
purchases      qualifications and onboardings (MODEL 3 and 6)
survival       critical SKUs outlast their supplier's outage (MODEL 2)
hazard_reach   what a hazard reaches and how long it lasts (MODEL 4)
drawn_strikes  scenarios and strikes (MODEL 4)
sourcing       days lost when alternates step in (MODEL 4)
losses         losses by scenario and by SKU (MODEL 4)
outage_means   mean loss of an outage when alternates step in (MODEL 4)
campbell       exact expected loss (MODEL 4)
expected       comparison of the expected loss by SKU and hazard
advice         tail weights, outage rates, the rows of break_even (docs/explain.md)
tail           VaR, CVaR and each SKU's contribution to it (MODEL 5)
limits_kept    resource use and limits (MODEL 5)
proof          objective, bound, gap, status, settings, inputs (MODEL 5 and 6)
verify_run     the sequence of checks
other_plans    strategies other than the run's plan, without limits (docs/strategies.md)
"""

from optimizer.verifier.other_plans import verify_strategies
from optimizer.verifier.verify_run import Verification, verify

__all__ = ["Verification", "verify", "verify_strategies"]
