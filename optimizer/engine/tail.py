r"""
VaR with a proof: an implicit hitting set over the scenarios that a plan ignores (ALGORITHMS 5).

VaR leaves out scenarios of probability :math:`1 - \alpha` at most; of those it keeps, T, it is the
greatest loss.  Pricing with weights on T alone proves that every plan which keeps all of T costs
at least so much: T is a *conflict*, of which a cheaper plan must ignore some scenario.  When no
set of scenarios that may be ignored hits every conflict, nothing is cheaper than the least of
their bounds, and the conflicts are the proof.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.observer import SILENT
from optimizer.domain.plan import StoppedBy
from optimizer.engine.bound import Proof, Round, RoundPrices, price_round, prove
from optimizer.engine.decompose import solve_decomposed
from optimizer.engine.envelope import greatest_cap
from optimizer.engine.exact import Effort, InfeasibleError, Solved
from optimizer.engine.highs import LinearProgram, solve
from optimizer.engine.kernel import sum_losses
from optimizer.engine.master import Column, Mixture, mix
from optimizer.engine.pricing_model import PricingModel
from optimizer.errors import STOPPED_EARLY, StoppedError
from optimizer.maths.risk import PROBABILITY_TOLERANCE, value_at_risk

_TAILS = (1.0, 1.5, 2.0, 3.0)  # times the tail's mass: whose CVaR tells which scenarios to ignore
_STAGES = (0.04, 0.02, 0.01, 0.005, 0.0025, 0.001, 0.0005, 0.0002, 0.0001)
_ROUNDS = 40
_FIRST, _POOL = 8, 60  # columns that the mixtures are made of
_CORES = 2
_LOOSE = 1e-3
_PLAN_SHARE = 0.2  # of the asked gap, to which the plan for an ignored set is solved
_COVER_GAP = 0.2
_INSIDE = 0.98
_STEP = 1e-3
_DUST = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conflict:
    """
    Scenarios of which every plan cheaper than `bound` ignores one, and the prices that prove it.

    Attributes
    ----------
    kept
        Shape ``(S,)``.
    """

    kept: BoolArray
    bound: float
    prices: RoundPrices


@dataclass(slots=True, kw_only=True, eq=False)
class _Search:
    """The model, every column priced so far, what is proven, the best plan and its losses."""

    model: PricingModel
    level: float
    effort: Effort
    columns: list[Column]
    conflicts: list[Conflict] = field(default_factory=list)
    proven: list[Conflict] = field(default_factory=list)
    best: Solved | None = None
    loss: FloatArray = field(default_factory=lambda: np.zeros(0))
    bound: float = -np.inf

    def keeping(self, kept: BoolArray) -> PricingModel:
        """Return the model whose tail is the greatest loss in the kept scenarios."""
        return replace(self.model, tail_cap=greatest_cap(kept))

    @property
    def pool(self) -> list[Column]:
        """The columns a conflict is looked for with: the frugal ones, and the last."""
        return [*self.columns[:_FIRST], *self.columns[_FIRST:][-_POOL:]]

    @property
    def may_ignore(self) -> float:
        """Probability that a plan may ignore."""
        return may_ignore(self.model.probability, self.level)

    @property
    def objective(self) -> float:
        """Of the best plan, infinite without one."""
        return np.inf if self.best is None else self.best.objective

    @property
    def closed(self) -> bool:
        """Whether the best plan is proven within the gap."""
        return self.objective - self.bound <= self.effort.gap * abs(self.objective)


def may_ignore(probability: FloatArray, level: float) -> float:
    """Return the probability of the scenarios that VaR may leave out; it keeps one at least."""
    rest = 1.0 - float(probability[probability > 0.0].min())
    return min(1.0 - level, rest) + PROBABILITY_TOLERANCE


def solve_tail(model: PricingModel, level: float, effort: Effort) -> tuple[Solved, list[Conflict]]:
    """
    Return the best plan for VaR, a bound no plan can beat, and the conflicts that prove it.

    Raises
    ------
    InfeasibleError
        If even a mixture of plans cannot meet the limits.
    StoppedError
        If the effort ran out before any plan was found.
    """
    pool = Proof()
    prove(model, replace(effort, observer=SILENT), _LOOSE, pool)
    search = _Search(model=model, level=level, effort=effort, columns=pool.columns)
    _bound_without_tail(search)
    try:
        _run(search)
    except KeyboardInterrupt:
        effort.interruption.happened = True
    if search.best is None:
        raise StoppedError(STOPPED_EARLY)
    return _answer(search), search.proven


def _run(search: _Search) -> None:
    """Find a plan, then prove stage after stage."""
    _find_plan(search)
    for stage in _STAGES:
        if search.best is None or search.closed or search.effort.seconds_left == 0.0:
            return
        whole = _prove_stage(search, stage)
        search.effort.progress(search.objective, search.bound)
        if not whole:
            return


def _answer(search: _Search) -> Solved:
    best, effort = search.best, search.effort
    assert best is not None  # noqa: S101  the caller has one
    stopped_by: StoppedBy = "gap" if search.closed else "prices"
    if not search.closed and effort.seconds_left == 0.0:
        stopped_by = effort.ended_by
    return replace(best, bound=min(search.bound, best.objective), stopped_by=stopped_by)


def _bound_without_tail(search: _Search) -> None:
    """VaR is no less than 0, so the expected loss alone bounds every plan: a conflict of none."""
    model = search.model
    expected = (1.0 - model.tail_weight) * model.probability
    prices = RoundPrices(resource=np.zeros(len(model.limit)), scenario=expected)
    search.bound = price_round(model, prices).bound
    nothing = np.zeros(len(expected), dtype=np.bool_)
    search.proven = [Conflict(kept=nothing, bound=search.bound, prices=prices)]


def _find_plan(search: _Search) -> None:
    """Take the ignored set that CVaR at several levels suggests, where its mixture is cheapest."""
    found: dict[bytes, tuple[float, BoolArray]] = {}
    nothing = np.zeros(len(search.model.probability), dtype=np.bool_)
    for times in _TAILS:
        tail = min(times * (1.0 - search.level), 1.0)
        model = replace(search.model, tail_cap=search.model.probability / tail)
        kept = _kept(search, _loss_of(search, _settled(search, model)), nothing)
        while kept.tobytes() not in found and search.effort.seconds_left:
            mixture = _settled(search, search.keeping(kept))
            found[kept.tobytes()] = (mixture.value, kept)
            kept = _kept(search, _loss_of(search, mixture), nothing)
    for _, kept in sorted(found.values(), key=lambda pair: pair[0])[:2]:
        _solve_plan(search, kept)


def _settled(search: _Search, model: PricingModel) -> Mixture:
    """Price until the mixture is near its bound."""
    mixture, best = mix(search.columns, model), None
    for _ in range(_ROUNDS):
        if mixture is None or not search.effort.seconds_left:
            break
        best = _next_round(search, model, mixture, best)
        if mixture.value - best.bound <= _LOOSE * abs(mixture.value):
            break
        mixture = mix(search.columns, model)
    if mixture is None:
        raise InfeasibleError
    return mixture


def _next_round(
    search: _Search, model: PricingModel, mixture: Mixture, best: Round | None
) -> Round:
    """Price a step of the way from the best prices to the mixture's; return the better round."""
    target = RoundPrices(resource=mixture.resource, scenario=mixture.scenario)
    new = price_round(model, best.prices.towards(target, 0.7) if best else target)
    search.columns.append(new.column)
    return new if best is None or new.bound > best.bound else best


def _loss_of(search: _Search, mixture: Mixture) -> FloatArray:
    """Loss of a mixture in every scenario.  Shape ``(S,)``. [money unit]"""
    used = np.flatnonzero(mixture.share.any(axis=1)).tolist()
    parts = [mixture.share[k] @ search.columns[k].loss for k in used]
    return np.asarray(np.sum(parts, axis=0))


def _kept(search: _Search, loss: FloatArray, ignored: BoolArray) -> BoolArray:
    """Return the scenarios left when the worst others that may be are ignored too.  ``(S,)``"""
    probability = search.model.probability
    kept, left = ~ignored, search.may_ignore - float(probability[ignored].sum())
    for s in np.argsort(-loss, kind="stable").tolist():
        if kept[s] and probability[s] <= left and kept.sum() > 1:
            kept[s] = False
            left -= probability[s]
    return kept


def _solve_plan(search: _Search, kept: BoolArray) -> None:
    """Find a whole plan whose greatest loss in the kept scenarios is worth its cost."""
    gap = search.effort.gap * _PLAN_SHARE
    effort = replace(search.effort, gap=gap, observer=SILENT)
    if effort.seconds_left == 0.0 and search.best is not None:
        return
    pool = Proof(columns=search.pool)
    try:
        solved = solve_decomposed(search.keeping(kept), effort, pool, _CORES)
    except (InfeasibleError, StoppedError):
        return
    loss = sum_losses(search.model.table, solved.option).sum(axis=0)
    objective = _objective(search, solved, loss)
    if objective < search.objective:
        search.best, search.loss = replace(solved, objective=objective), loss
        search.effort.progress(objective, search.bound)


def _objective(search: _Search, solved: Solved, loss: FloatArray) -> float:
    """Return the VaR objective of a plan. [money unit]"""
    model = search.model
    certain = model.table.cost[solved.option].sum()
    certain += model.onboarding_cost[model.opened_by(solved.option)].sum()
    expected = (1.0 - model.tail_weight) * float(model.probability @ loss)
    tail = value_at_risk(loss, model.probability, search.level)
    return float(certain) + expected + model.tail_weight * tail


def _prove_stage(search: _Search, stage: float) -> bool:
    """
    Prove that no plan is cheaper than the best by more than this share.

    Returns
    -------
    bool
        False where mixtures are cheaper and whole plans are not found to be: what is proven then
        is as much as prices can prove.
    """
    share, lowest = max(stage, search.effort.gap * _INSIDE), np.inf
    while search.effort.seconds_left:
        worth = abs(search.objective)
        threshold = min(search.objective - share * worth, lowest)
        known = [conflict for conflict in search.conflicts if conflict.bound >= threshold]
        ignored = _hits_all(search, known)
        if ignored is None:
            bound = min(conflict.bound for conflict in known)
            if bound > search.bound:
                search.proven, search.bound = known, bound
            return lowest == np.inf
        kept = _kept(search, search.loss, ignored)
        value = _add_conflicts(search, kept, threshold)
        if value is not None:
            before = search.objective
            if value < threshold:
                _solve_plan(search, kept)
            improved = search.objective < before
            lowest = np.inf if improved else min(value, threshold) - _STEP * worth
    return False


def _add_conflicts(search: _Search, kept: BoolArray, threshold: float) -> float | None:
    """
    Add disjoint conflicts among the kept scenarios.

    Returns
    -------
    float or None
        None where one was added; else the least that a mixture which keeps them is known to cost.
    """
    rest = kept.copy()
    while rest.any() and search.effort.seconds_left:
        conflict, value = _reach(search, rest, threshold)
        if conflict is None:
            return None if rest.sum() < kept.sum() else value
        conflict = _shrunk(search, conflict, threshold)
        search.conflicts.append(conflict)
        rest &= ~conflict.kept
    return None


def _shrunk(search: _Search, conflict: Conflict, threshold: float) -> Conflict:
    """Leave out chunks of a conflict's scenarios while it stays one."""
    size = max(int(conflict.kept.sum()) // 2, 1)
    while True:
        for chunk in _chunks(conflict, size):
            fewer = conflict.kept.copy()
            fewer[chunk] = False
            if not conflict.kept[chunk].all() or not fewer.any():
                continue
            smaller, _ = _reach(search, fewer, threshold)
            conflict = smaller or conflict
        if size == 1:
            return conflict
        size //= 2


def _chunks(conflict: Conflict, size: int) -> Iterator[IntArray]:
    """The scenarios of a conflict, those of the least weight first."""
    members = np.flatnonzero(conflict.kept)
    order = members[np.argsort(conflict.prices.scenario[members], kind="stable")]
    for first in range(0, len(order), size):
        yield order[first : first + size]


def _reach(search: _Search, kept: BoolArray, threshold: float) -> tuple[Conflict | None, float]:
    """
    Return the conflict that keeping these scenarios is, None where it is not proven to be one.

    With the least that the mixtures of all plans priced cost.
    """
    model, best, value = search.keeping(kept), None, np.inf
    for _ in range(_ROUNDS):
        mixture = mix(search.pool, model) or mix(search.columns, model)
        if mixture is None or not search.effort.seconds_left:
            return None, np.inf
        value = mixture.value
        if value < threshold:
            return None, value
        best = _next_round(search, model, mixture, best)
        if best.bound >= threshold:
            return _conflict(model, best, threshold), value
    return None, value


def _conflict(model: PricingModel, best: Round, threshold: float) -> Conflict:
    """Return the conflict of the scenarios that weigh, priced again without the others' dust."""
    expected = (1.0 - model.tail_weight) * model.probability
    pi = np.where(model.tail_cap > 0.0, np.maximum(best.prices.scenario - expected, 0.0), 0.0)
    heavy = np.where(pi > _DUST * pi.sum(), pi, 0.0)
    weight = expected + model.tail_weight * heavy / heavy.sum()
    clean = price_round(model, RoundPrices(resource=best.prices.resource, scenario=weight))
    if clean.bound < threshold:
        return Conflict(kept=pi > 0.0, bound=best.bound, prices=best.prices)
    return Conflict(kept=heavy > 0.0, bound=clean.bound, prices=clean.prices)


def _hits_all(search: _Search, conflicts: list[Conflict]) -> BoolArray | None:
    """Return scenarios that may be ignored and hit every conflict, None where there are none."""
    model, n_scenarios = search.model, len(search.model.probability)
    hits = np.array([conflict.kept for conflict in conflicts], dtype=np.float64)
    hits = hits.reshape(len(conflicts), n_scenarios)
    loss = search.loss
    answer = solve(
        LinearProgram(
            cost=-loss / max(float(loss.max(initial=0.0)), np.finfo(np.float64).tiny),
            matrix=sparse.csr_array(np.vstack([hits, model.probability])),
            row_low=np.append(np.ones(len(conflicts)), -np.inf),
            row_high=np.append(np.full(len(conflicts), np.inf), search.may_ignore),
            low=np.zeros(n_scenarios),
            high=np.ones(n_scenarios),
            integer=np.ones(n_scenarios, dtype=np.bool_),
        ),
        gap=_COVER_GAP,
        time_limit=max(search.effort.seconds_left, 1.0),
    )
    if answer.values is None:
        if answer.status == "infeasible":
            return None
        if answer.status == "interrupt":
            raise KeyboardInterrupt
        return np.zeros(n_scenarios, dtype=np.bool_)
    return np.asarray(answer.values > 0.5)
