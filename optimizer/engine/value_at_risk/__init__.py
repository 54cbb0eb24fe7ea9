r"""
VaR with a proof: an implicit hitting set over the scenarios that a plan ignores (ALGORITHMS 5).

VaR ignores scenarios of probability :math:`1 - \alpha` at most; it is the greatest loss in the set
T of all others.  Pricing with tail weights on T alone proves a bound for every plan that keeps all
of T: T is a *conflict*, and a plan cheaper than its bound must ignore a scenario of T.  Once no set
of scenarios that may be ignored hits every conflict, no plan is cheaper than the least of their
bounds, and the conflicts are the certificate.

Why a hitting set: which scenarios to ignore is a combinatorial choice; big-M rows leave a gap of 8
to 36 %, and minimising CVaR instead a plan 3 to 10 % too dear.  Conflicts need no big-M
(ALGORITHMS 5).

search      state: the model, conflicts, proven bound, incumbent
plans       promising sets to ignore, and whole plans for them
conflicts   conflicts by prices: searched for, shrunk, made disjoint
whole       conflicts of whole plans, for small portfolios whose relaxation gap is wide
cover       the hitting-set problem
stages      the schedule of targets
"""

from optimizer.engine.value_at_risk.search import Conflict, may_ignore
from optimizer.engine.value_at_risk.stages import solve_tail
from optimizer.engine.value_at_risk.whole import core_below

__all__ = ["Conflict", "core_below", "may_ignore", "solve_tail"]
