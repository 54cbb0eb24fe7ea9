"""
Column generation, then a tree of cores: any number of SKUs, and a proof.

Column generation proves the bound; its mixture, rounded and improved by moves, is the first
incumbent.  Cores, and branches on onboardings where these are what is left, close the gap.
"""

from __future__ import annotations

from optimizer.engine.decompose.bound import Proof, prove
from optimizer.engine.decompose.core_search import (
    CORE_EXTRA_OPTIONS,
    Incumbent,
    Search,
    cheaper,
    evaluated,
)
from optimizer.engine.decompose.expected_price import share_of_expected_cost
from optimizer.engine.decompose.master import Mixture
from optimizer.engine.decompose.moves import Judge, fit
from optimizer.engine.decompose.pricing_model import PricingModel
from optimizer.engine.decompose.round_mixture import round_mixture
from optimizer.engine.decompose.tree import PROOF_SHARE, Branched, branch
from optimizer.engine.exact.whole_model import Effort, Solved
from optimizer.errors import StoppedError


def solve_decomposed(
    model: PricingModel, effort: Effort, proof: Proof, cores: int = len(CORE_EXTRA_OPTIONS)
) -> Solved:
    """
    Return the best plan found, and a bound no plan can beat.

    Parameters
    ----------
    proof
        Empty, or that of a neighbouring budget as a warm start; extended in place.
    cores
        How many of the ever larger cores to solve at most.

    Raises
    ------
    InfeasibleError
        If not even a mixture of plans meets the limits.
    StoppedError
        If the effort ran out before any plan was found.
    """
    best, mixture = prove(model, effort, effort.gap * PROOF_SHARE, proof)
    judge = Judge(model=model, tail_level=0.0, is_var=False)  # the tail follows from model.tail_cap
    search = Search(model=model, judge=judge, paid=0.0, best=best, effort=effort)
    if mixture is None or effort.seconds_left == 0.0:
        found = _best_priced(search, proof, mixture)
    else:
        found = branch(search, proof.columns, mixture, cores)
    share = share_of_expected_cost(model, proof, best.prices.resource, effort.stop)
    if mixture is not None:
        proof.forget(mixture)
    if found.incumbent is None:
        raise StoppedError(effort.stop.reason if effort.seconds_left == 0.0 else "size")
    effort.progress(found.incumbent.objective, found.bound)
    return Solved(
        option=found.incumbent.option,
        objective=found.incumbent.objective,
        bound=min(found.bound, found.incumbent.objective),
        stopped_by=found.stopped_by,
        resource_price=best.prices.resource,
        tail_weight=best.prices.tail,
        expected_share=share,
    )


def _best_priced(search: Search, proof: Proof, mixture: Mixture | None) -> Branched:
    """
    Return the cheapest plan among all columns, when no time is left to search.

    The rounded or last priced plan, which exceeds the limits least, is fitted to them first.
    """
    priced = [column.option for column in proof.columns]
    last = priced[-1]
    if mixture is not None:
        last = round_mixture(search.model, proof.columns, mixture).option
    best: Incumbent | None = None
    for option in (fit(search.judge, last), *priced):
        best = cheaper(best, evaluated(search, option))
    return Branched(incumbent=best, bound=search.bound, stopped_by=search.effort.stop.reason)
