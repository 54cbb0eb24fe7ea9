"""
One-SKU moves on the true objective: local search for better plans, and a check on the solver.

Every plan that leaves the engine is locally optimal: no other option of a single SKU makes it
cheaper.  Moves need no solver, so they also test one: a plan cheaper than a proven bound refutes
the bound (ALGORITHMS 8).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.master import limit_unit
from optimizer.engine.decompose.option_blocks import Near, RoundPrices
from optimizer.engine.decompose.pricing_model import PricingModel
from optimizer.engine.envelope import worst_weights
from optimizer.maths.risk import value_at_risk

_ROUNDS = 10
_MOST_MOVES = 50  # tried in a round, the most promising first
_ARITHMETIC = 1e-9
TIE = 1e-12  # relative, between plans that cost the same


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judge:
    """
    The objective by which plans are compared.

    Attributes
    ----------
    tail_level
        Confidence level of VaR; unused otherwise. [-]
    is_var
        Whether the tail is VaR; otherwise `PricingModel.tail_cap` defines it.
    """

    model: PricingModel
    tail_level: float
    is_var: bool

    def tail(self, loss: FloatArray, mean: float) -> FloatArray:
        """
        Return the marginal cost of loss in each scenario.  Shape ``(S,)``. [-]

        Zero if the tail is no worse than the mean.
        """
        weight = self._worst(loss)
        unexpected = weight @ loss > mean
        return self.model.tail_charge * weight if unexpected else np.zeros(len(loss))

    def charge(self, loss: FloatArray, mean: float) -> float:
        """Return the risk charge on the unexpected loss. [money unit]"""
        return self.model.tail_charge * max(float(self._worst(loss) @ loss) - mean, 0.0)

    def _worst(self, loss: FloatArray) -> FloatArray:
        if not self.is_var:
            return worst_weights(loss, self.model.tail_cap)
        at = value_at_risk(loss, self.model.probability, self.tail_level)
        here = np.zeros(len(loss))
        here[np.argmin(np.abs(loss - at))] = 1.0
        return here


@dataclass(slots=True, kw_only=True, eq=False)
class _State:
    """
    The current plan, and the sums that a move changes.

    Attributes
    ----------
    needed
        Number of SKUs that need each supplier onboarded.  Shape ``(K,)``.
    certain, mean
        Cost of the options without losses and onboarding, and their expected loss. [money unit]
    """

    option: IntArray
    loss: FloatArray
    use: FloatArray
    needed: IntArray
    certain: float
    mean: float

    def objective(self, judge: Judge) -> float:
        """Return the plan's objective. [money unit]"""
        onboarding = judge.model.onboarding_cost[self.needed > 0].sum()
        charge = judge.charge(self.loss, self.mean)
        return float(self.certain + onboarding + self.mean + charge)

    def slack(self, model: PricingModel) -> FloatArray:
        """Return what the plan leaves of every limit, below 0 if exceeded.  Shape ``(R,)``."""
        onboarding = model.onboarding_use[:, self.needed > 0].sum(axis=1)
        room = _ARITHMETIC * np.abs(model.limit)
        return np.asarray(model.limit - self.use - onboarding + room)


def improve(judge: Judge, option: IntArray, stop: Stop) -> IntArray:
    """
    Improve a plan within the limits by one-SKU moves until none is better.

    Of two options that make the plan cost the same, the one with fewer alternates is kept.

    Parameters
    ----------
    option
        Chosen option of every SKU.  Shape ``(N,)``.
    stop
        With no time left, one round of moves is still tried.
    """
    state = _state_of(judge.model, option)
    for _ in range(_ROUNDS):
        before = state.option
        for move in _promising(judge, state).tolist():
            state = _moved(judge, state, move)
        if state.option is before or stop.seconds_left == 0.0:
            break
        state = _state_of(judge.model, state.option)
    return state.option


def fit(judge: Judge, option: IntArray) -> IntArray:
    """
    Bring a plan within the limits by one-SKU moves, as far as these can.

    Moves that free most per unit of cost come first; none alone exceeds another limit.

    Parameters
    ----------
    option
        Chosen option of every SKU, nearly within the limits.  Shape ``(N,)``.
    """
    state = _state_of(judge.model, option)
    for _ in range(_ROUNDS):
        slack = state.slack(judge.model)
        moves = _freeing(judge, state, slack) if np.any(slack < 0.0) else np.zeros(0, np.int64)
        if not len(moves):
            break
        option = state.option.copy()
        option[judge.model.options.sku_of(moves)] = moves
        state = _state_of(judge.model, option)
    return state.option


def objective_of(judge: Judge, option: IntArray) -> float:
    """Return a plan's objective. [money unit]"""
    return _state_of(judge.model, option).objective(judge)


def tail_of(judge: Judge, option: IntArray) -> FloatArray:
    """Return the marginal cost of loss in each scenario at a plan.  Shape ``(S,)``. [-]"""
    options = judge.model.options
    loss, mean = options.losses(option).sum(axis=0), float(options.total(option).mean.sum())
    return judge.tail(loss, mean)


def within_limits(judge: Judge, option: IntArray) -> bool:
    """Return whether a plan keeps every limit."""
    return bool(np.all(_state_of(judge.model, option).slack(judge.model) >= 0.0))


def changes(
    model: PricingModel,
    prices: RoundPrices,
    option: IntArray,
    threshold: float,
    most: int | None = None,
) -> Near:
    """Return the options priced at most `threshold` above the plan's option of the same SKU."""
    current = model.options.price_of(option, prices)
    of_set = np.repeat(-current, np.diff(model.links.set_start))
    return model.options.below(prices, of_set, threshold, most)


def _state_of(model: PricingModel, option: IntArray) -> _State:
    sums = model.options.total(option)
    return _State(
        option=option,
        loss=model.options.losses(option).sum(axis=0),
        use=sums.use.sum(axis=1),
        needed=_needed(model, option),
        certain=float(sums.cost.sum()),
        mean=float(sums.mean.sum()),
    )


def _needed(model: PricingModel, option: IntArray) -> IntArray:
    supplier = model.links.supplier[model.options.set_of(option)]
    return np.bincount(supplier[supplier >= 0], minlength=len(model.onboarding_cost))


def _promising(judge: Judge, state: _State) -> IntArray:
    """
    Return the options within the limits that lower the objective to first order.

    Options of fewer sources that leave it as it is count as well.
    """
    model, options = judge.model, judge.model.options
    tail = judge.tail(state.loss, state.mean)
    free = RoundPrices(resource=np.zeros(len(model.limit)), tail=tail)
    objective = abs(state.objective(judge))
    rows, change, _ = changes(model, free, state.option, TIE * objective)
    chosen = state.option[options.sku_of(rows)]
    better = (change <= -_ARITHMETIC * objective) | _fewer_sources(model, rows, chosen)
    rows, change, chosen = rows[better], change[better], chosen[better]
    more = options.use(rows) - options.use(chosen)
    fits = np.all(more <= state.slack(model)[:, None], axis=0)
    return rows[fits][np.argsort(change[fits], kind="stable")[:_MOST_MOVES]]


def _freeing(judge: Judge, state: _State, slack: FloatArray) -> IntArray:
    """Return moves of different SKUs that free the most exceeded limit at the least cost."""
    tail = judge.tail(state.loss, state.mean)
    exceeded = int(np.argmin(slack / limit_unit(judge.model)))
    best, freed, price = judge.model.options.freeing(state.option, tail, slack, exceeded)
    order = np.argsort(price, kind="stable")
    before = np.cumsum(freed[order]) - freed[order]
    return np.asarray(best[order][before < -slack[exceeded]])


def _moved(judge: Judge, state: _State, move: int) -> _State:
    """Make the move if it is within the limits and cheaper, or as cheap with fewer sources."""
    model, options = judge.model, judge.model.options
    new = np.array([move])
    sku = options.sku_of(new)
    old = state.option[sku]
    here, there = options.take(old), options.take(new)
    other = replace(
        state,
        use=state.use + (there.use - here.use)[:, 0],
        needed=state.needed + _needed(model, new) - _needed(model, old),
        certain=state.certain + float(there.cost[0] - here.cost[0]),
        mean=state.mean + float(there.mean[0] - here.mean[0]),
    )
    if np.any(other.slack(model) < 0.0):
        return state
    change = (options.losses(new) - options.losses(old)).sum(axis=0)
    other = replace(other, loss=state.loss + change)
    before, after = state.objective(judge), other.objective(judge)
    tied = abs(after - before) <= TIE * abs(before) and _fewer_sources(model, new, old)[0]
    if after >= before and not tied:
        return state
    option = state.option.copy()
    option[sku] = move
    return replace(other, option=option)


def _fewer_sources(model: PricingModel, rows: IntArray, others: IntArray) -> BoolArray:
    """Whether each option has fewer alternates than another."""
    n_sources, options = model.n_sources, model.options
    return np.asarray(n_sources[options.set_of(rows)] < n_sources[options.set_of(others)])
