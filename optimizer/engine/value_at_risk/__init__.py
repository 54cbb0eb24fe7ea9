r"""
VaR with a proof: an implicit hitting set over the scenarios that a plan ignores (ALGORITHMS 5).

VaR leaves out scenarios of probability :math:`1 - \alpha` at most; of those it keeps, T, it is the
greatest loss.  Pricing with weights on T alone proves that every plan which keeps all of T costs
at least so much: T is a *conflict*, of which a cheaper plan must ignore some scenario.  When no
set of scenarios that may be ignored hits every conflict, nothing is cheaper than the least of
their bounds, and the conflicts are the proof.

search      the model, what is proven, the best plan
plans       good sets to ignore, and whole plans for them
conflicts   by prices: found, shrunk, disjoint
whole       conflicts of small portfolios, where whole plans cost more than prices can prove
cover       scenarios that may be ignored and hit every conflict
stages      the order of things
"""

from optimizer.engine.value_at_risk.search import Conflict, may_ignore
from optimizer.engine.value_at_risk.stages import solve_tail
from optimizer.engine.value_at_risk.whole import core_below

__all__ = ["Conflict", "core_below", "may_ignore", "solve_tail"]
