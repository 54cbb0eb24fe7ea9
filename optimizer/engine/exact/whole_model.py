"""
The whole model to HiGHS, reduced by what its relaxation proves.

Relax, round, search the most promising options, fix by reduced cost, then search the remaining
options to the asked gap by branch and bound.

Why reduced-cost fixing: a plan with option o costs at least ``bound + reduced_cost[o]``; once that
exceeds the incumbent, o is in no better plan, and most of the options need never reach the search.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from models.data import ModelData
from models.extract import column_values, complete_choice, read_choice
from models.objective import objective_value
from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.observer import SILENT, Observer
from optimizer.domain.plan import NO_PRICES, LossPrices
from optimizer.domain.stop import Stop
from optimizer.engine.exact.compile import compile_model
from optimizer.engine.exact.enumerate import enumerate_plans
from optimizer.engine.exact.formulate import by_scenario, lean, needed_suppliers, restrict
from optimizer.engine.exact.lagrangian import PricedModel, price
from optimizer.engine.exact.relax import Relaxation, relax
from optimizer.engine.exact.round_shares import resources_used, round_plan, within_limits
from optimizer.engine.exact.scaling import scale
from optimizer.engine.highs import Answer, Status, solve
from optimizer.errors import StoppedBy, StoppedError, VerificationError

_CORE_EXTRA_OPTIONS = 75
_CORE_NODES = 200
_AGREEMENT = 1e-6  # relative, between the solver's arithmetic and ours
_GAP_MARGIN = 0.999  # the solver stops a little inside the asked gap, so that our sum is inside too
_STOPPED_BY: dict[Status, StoppedBy] = {
    "optimal": "gap",
    "limit": "time_limit",
    "nodes": "node_limit",
    "interrupt": "interrupt",
    "infeasible": "solver_error",
    "error": "solver_error",
}

_NO_ANSWER = Answer(status="interrupt", values=None, row_duals=None, bound=-np.inf)


class InfeasibleError(Exception):
    """The solver claims that no plan meets the limits; a second solver must confirm it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """
    Search limits, and who is notified.

    Attributes
    ----------
    gap
        Relative gap to prove.
    stop
        Ends all searches that share this effort.
    money
        Currency per money unit of the model.
    target
        A plan of at most this objective is good enough, whatever the gap. [model units]
    node_limit
        Limit on the branch-and-bound nodes of each search.
    """

    gap: float
    stop: Stop
    log: Path | None
    observer: Observer
    money: float = 1.0
    target: float = -np.inf
    node_limit: int | None = None

    @property
    def seconds_left(self) -> float:
        """Time left, 0 after an interrupt. [s]"""
        return self.stop.seconds_left

    def report(self, search: _Search) -> None:
        """Report a search's incumbent and bound to the observer."""
        has_plan = search.option is not None
        self.progress(search.objective if has_plan else None, search.bound)

    def progress(self, objective: float | None, bound: float | None) -> None:
        """Report an objective and a bound in model units to the observer, in currency."""
        in_currency = (
            None if value is None else value * self.money for value in (objective, bound)
        )
        self.observer.on_iteration(*in_currency)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solved:
    """
    A plan of the model with its proof, in the model's money unit.

    Attributes
    ----------
    option
        Chosen option of every SKU.  Shape ``(N,)``.
    resource_price
        Shadow prices of the relaxation, CVaR replacing VaR.  Shape ``(R,)``. [money per unit]
    tail_weight
        Tail weights of the relaxation, CVaR replacing VaR.  Shape ``(S,)``. [-]
    loss_price
        Prices of the limits on losses.
    expected_share
        How much of each price is expected cost, NaN where that is not known; None where nobody
        asked.  Shape ``(R,)``. [-]
    """

    option: IntArray
    objective: float
    bound: float
    stopped_by: StoppedBy
    resource_price: FloatArray
    tail_weight: FloatArray
    loss_price: LossPrices = NO_PRICES
    expected_share: FloatArray | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Whole:
    """What branch and bound of a whole model found: a plan, if any, and a bound. [money unit]"""

    option: IntArray | None
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Search:
    """The incumbent, if any, a proven bound, and prices for reduced-cost fixing."""

    model: ModelData
    priced: PricedModel
    bound: float
    option: IntArray | None = None
    objective: float = np.inf
    stopped_by: StoppedBy = "gap"

    def with_plan(self, option: IntArray | None) -> _Search:
        """Take a plan as incumbent if it meets every limit and costs less."""
        if option is None or len(option) != self.model.n_skus:
            return self
        if not within_limits(self.model, resources_used(self.model, option)):
            return self
        needed = needed_suppliers(self.model, option).astype(np.float64)
        chosen = _indicator(option, len(self.model.cost))
        cost = objective_value(self.model, complete_choice(self.model, chosen, needed))
        return replace(self, option=option, objective=cost) if cost < self.objective else self

    def closed(self, effort: Effort) -> bool:
        """Whether the incumbent is proven within the gap, or reaches the target."""
        if self.option is None:
            return False
        distance = self.objective - self.bound
        return distance <= effort.gap * abs(self.objective) or self.objective <= effort.target

    def kept_with_plan(self, keep: BoolArray) -> BoolArray:
        """Return the options to keep, always including the incumbent's."""
        kept = keep | (self.priced.reduced_cost <= 0.0)
        if self.option is not None:
            kept[self.option] = True
        return kept

    def refutes(self, bound: float) -> bool:
        """Whether the incumbent costs less than a bound, by more than rounding errors."""
        return bound > self.objective + _AGREEMENT * abs(self.objective)

    @property
    def room(self) -> float:
        """Largest reduced cost of an option that a better plan could contain."""
        return self.objective - self.priced.bound + _AGREEMENT * abs(self.objective)

    @property
    def tightened(self) -> ModelData:
        """The model with unexpected loss bounded by what a better plan could afford."""
        model = self.model
        if model.measure != "var" or self.option is None or model.tail_charge == 0.0:
            return model
        most = self.room / model.tail_charge
        return replace(model, unexpected_high=min(model.unexpected_high, most))


def solve_exact(data: ModelData, effort: Effort) -> Solved:
    """
    Return the best plan found, and a bound no plan can beat.

    Raises
    ------
    InfeasibleError
        If the solver finds that no plan meets the limits.
    StoppedError
        If the search ended before any plan was found.
    VerificationError
        If the solver's arithmetic and ours disagree.
    """
    scaled = scale(data)
    effort = replace(effort, money=effort.money * scaled.money, target=effort.target / scaled.money)
    relaxation = _relaxed(_surrogate(scaled.data), effort)
    search = _search_few(_first_search(scaled.data, relaxation), effort)
    effort.report(search)
    search = _search_few(_search_core(search, relaxation, effort), effort)
    effort.report(search)
    search = _search_rest(search, effort)
    if search.option is None:
        raise StoppedError(search.stopped_by)
    return Solved(
        option=search.option,
        objective=search.objective * scaled.money,
        bound=_agreed_bound(search) * scaled.money,
        stopped_by=search.stopped_by,
        resource_price=relaxation.prices.resource * scaled.money / scaled.resource,
        tail_weight=relaxation.prices.tail,
    )


def search_whole(data: ModelData, effort: Effort) -> Whole:
    """Search all options of a model, limits on losses included, by branch and bound alone."""
    scaled = scale(data)
    keep = np.ones(len(data.cost), dtype=np.bool_)
    option, answer = _branch(scaled.data, keep, None, replace(effort, observer=SILENT))
    return Whole(option=option, bound=answer.bound * scaled.money)


def _surrogate(model: ModelData) -> ModelData:
    """Return the model with CVaR replacing VaR: convex, and its plans are good for VaR too."""
    return replace(model, measure="cvar") if model.measure == "var" else model


def _relaxed(model: ModelData, effort: Effort) -> Relaxation:
    stop = effort.stop
    relaxation = stop.unless_asked(lambda: relax(lean(model), stop=stop, log=effort.log))
    if relaxation is None:
        raise StoppedError("interrupt")
    if isinstance(relaxation, Relaxation):
        return relaxation
    if relaxation == "infeasible":
        raise InfeasibleError
    raise StoppedError(_STOPPED_BY[relaxation])


def _first_search(model: ModelData, relaxation: Relaxation) -> _Search:
    """Round the relaxation; take its bound if it is valid for this model."""
    priced = relaxation.priced
    if model.measure == "var":
        no_tail = np.zeros(len(model.probability))
        priced = price(model, replace(relaxation.prices, tail=no_tail))
    search = _Search(model=model, priced=priced, bound=priced.bound)
    return search.with_plan(round_plan(model, relaxation.option, relaxation.priced.cost))


def _search_few(search: _Search, effort: Effort) -> _Search:
    """Look at every plan that could be better, if these are few."""
    if search.option is None or search.closed(effort) or effort.seconds_left == 0.0:
        return search
    best, whole = enumerate_plans(search.model, search.priced, search.room, search.objective)
    search = search.with_plan(best)
    return replace(search, bound=search.objective) if whole else search


def _search_core(search: _Search, relaxation: Relaxation, effort: Effort) -> _Search:
    """Look for a good incumbent among the options of the smallest reduced cost."""
    if search.closed(effort) or effort.seconds_left == 0.0:
        return search
    reduced = relaxation.priced.reduced_cost
    n_core = min(search.model.n_skus + _CORE_EXTRA_OPTIONS, len(reduced))
    keep = reduced <= np.partition(reduced, n_core - 1)[n_core - 1]
    keep |= relaxation.option > 0.0
    nodes = min(_CORE_NODES, effort.node_limit or _CORE_NODES)
    quiet = replace(effort, node_limit=nodes, observer=SILENT)
    kept = search.kept_with_plan(keep)
    option, _ = _branch(_surrogate(search.model), kept, search.option, quiet)
    return search.with_plan(option)


def _search_rest(search: _Search, effort: Effort) -> _Search:
    """
    Search all options that a better plan could contain, to the asked gap.

    HiGHS 1.16.0 is not started from the incumbent: when it was, it called plans optimal that were
    not, or returned the bound of the relaxation.  Its presolve also has made it return bounds that
    a plan in hand refutes: then it searches once more without.
    """
    if search.closed(effort):
        return search
    if effort.seconds_left == 0.0:
        return replace(search, stopped_by=effort.stop.reason)
    keep = search.kept_with_plan(search.priced.reduced_cost <= search.room)
    option, answer = _branch(search.tightened, keep, None, effort)
    if search.refutes(answer.bound):
        option, answer = _branch(search.tightened, keep, None, effort, presolve=False)
    if answer.status == "infeasible" and search.option is None:
        raise InfeasibleError
    trusted = answer.status != "infeasible"
    proven = max(search.bound, answer.bound) if trusted else search.bound
    return replace(search.with_plan(option), bound=proven, stopped_by=_STOPPED_BY[answer.status])


def _branch(
    model: ModelData,
    keep: BoolArray,
    start: IntArray | None,
    effort: Effort,
    *,
    presolve: bool = True,
) -> tuple[IntArray | None, Answer]:
    """Branch and bound over the kept options; the plan is returned in the model's rows."""
    rows = np.flatnonzero(keep)
    kept = by_scenario(restrict(model, keep))
    kept = replace(kept, unexpected_high=min(kept.unexpected_high, model.unexpected_high))
    compiled = effort.stop.unless_asked(partial(compile_model, kept))
    if compiled is None:
        return None, _NO_ANSWER
    begin = None
    if start is not None:
        option = _indicator(np.searchsorted(rows, start), len(rows))
        needed = needed_suppliers(model, start).astype(np.float64)
        begin = column_values(compiled.columns, complete_choice(kept, option, needed))
    answer = solve(
        compiled.program,
        gap=effort.gap * _GAP_MARGIN,
        stop=effort.stop,
        node_limit=effort.node_limit,
        target=effort.target if np.isfinite(effort.target) else None,
        start=begin,
        presolve=presolve,
        log=effort.log,
        progress=effort.progress,
    )
    if answer.values is None:
        return None, answer
    share = read_choice(kept, compiled.columns, answer.values).option
    return rows[np.flatnonzero(share > 0.5)], answer


def _indicator(option: IntArray, n_options: int) -> FloatArray:
    chosen = np.zeros(n_options)
    chosen[option] = 1.0
    return chosen


def _agreed_bound(search: _Search) -> float:
    """Return the bound; raise if it exceeds the plan's cost by more than rounding errors."""
    if search.refutes(search.bound):
        raise VerificationError(
            [f"bound {search.bound!r} is above the plan's own cost {search.objective!r}"]
        )
    return min(search.bound, search.objective)
