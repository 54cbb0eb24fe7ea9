"""
One-SKU moves on the true objective: no plan leaves the engine that another option would better.

They need no solver, so they also judge one: a plan cheaper than a proven bound refutes the bound.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.master import limit_unit
from optimizer.engine.decompose.option_blocks import Near, RoundPrices
from optimizer.engine.decompose.pricing_model import PricingModel
from optimizer.engine.envelope import worst_weights
from optimizer.maths.risk import value_at_risk

_ROUNDS = 10
_MOST_MOVES = 200  # tried in a round, the most promising first
_ARITHMETIC = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judge:
    """
    What a plan is judged by.

    Attributes
    ----------
    level
        Of the tail. [-]
    is_var
        Whether the tail is VaR; else it is what `PricingModel.tail_cap` makes it.
    """

    model: PricingModel
    level: float
    is_var: bool

    def tail(self, loss: FloatArray, mean: float) -> FloatArray:
        """
        Return what one more unit of loss in each scenario adds to the objective.  Shape ``(S,)``.

        Nothing where the tail is no worse than the mean.
        """
        weight = self._worst(loss)
        unexpected = weight @ loss > mean
        return self.model.tail_charge * weight if unexpected else np.zeros(len(loss))

    def charge(self, loss: FloatArray, mean: float) -> float:
        """Return what the capital against unexpected loss costs. [money unit]"""
        return self.model.tail_charge * max(float(self._worst(loss) @ loss) - mean, 0.0)

    def _worst(self, loss: FloatArray) -> FloatArray:
        if not self.is_var:
            return worst_weights(loss, self.model.tail_cap)
        at = value_at_risk(loss, self.model.probability, self.level)
        here = np.zeros(len(loss))
        here[np.argmin(np.abs(loss - at))] = 1.0
        return here


@dataclass(slots=True, kw_only=True, eq=False)
class _Standing:
    """
    A plan, and the sums that a move changes.

    Attributes
    ----------
    needed
        How many SKUs need each supplier onboarded.  Shape ``(K,)``.
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
        """Return what it costs. [money unit]"""
        onboarding = judge.model.onboarding_cost[self.needed > 0].sum()
        charge = judge.charge(self.loss, self.mean)
        return float(self.certain + onboarding + self.mean + charge)

    def slack(self, model: PricingModel) -> FloatArray:
        """Return what the plan leaves of every limit.  Shape ``(R,)``."""
        onboarding = model.onboarding_use[:, self.needed > 0].sum(axis=1)
        room = _ARITHMETIC * np.abs(model.limit)
        return np.asarray(model.limit - self.use - onboarding + room)


def improve(judge: Judge, option: IntArray, stop: Stop) -> IntArray:
    """
    Return the plan that one-SKU moves make of a plan within the limits.

    Parameters
    ----------
    option
        Chosen option of every SKU.  Shape ``(N,)``.
    stop
        Once there is no time left, every SKU's moves are looked at no more than once.
    """
    standing = _stand(judge.model, option)
    for _ in range(_ROUNDS):
        before = standing.option
        for move in _promising(judge, standing).tolist():
            standing = _moved(judge, standing, move)
        if standing.option is before or stop.seconds_left == 0.0:
            break
        standing = _stand(judge.model, standing.option)
    return standing.option


def fit(judge: Judge, option: IntArray) -> IntArray:
    """
    Return the plan with the limits it exceeds freed by one-SKU moves, as far as these can.

    The moves are those that free most for what they cost, and each alone exceeds no other limit.

    Parameters
    ----------
    option
        Chosen option of every SKU, nearly within the limits.  Shape ``(N,)``.
    """
    standing = _stand(judge.model, option)
    for _ in range(_ROUNDS):
        slack = standing.slack(judge.model)
        moves = _freeing(judge, standing, slack) if np.any(slack < 0.0) else np.zeros(0, np.int64)
        if not len(moves):
            break
        option = standing.option.copy()
        option[judge.model.options.sku_of(moves)] = moves
        standing = _stand(judge.model, option)
    return standing.option


def objective_of(judge: Judge, option: IntArray) -> float:
    """Return what a plan costs by the measure it is judged by. [money unit]"""
    return _stand(judge.model, option).objective(judge)


def within_limits(judge: Judge, option: IntArray) -> bool:
    """Return whether a plan keeps every limit."""
    return bool(np.all(_stand(judge.model, option).slack(judge.model) >= 0.0))


def changes(
    model: PricingModel,
    prices: RoundPrices,
    option: IntArray,
    threshold: float,
    most: int | None = None,
) -> Near:
    """Return the options that are priced so much dearer than their SKU's in a plan, or less."""
    own = model.options.price_of(option, prices)
    of_set = np.repeat(-own, np.diff(model.links.set_start))
    return model.options.below(prices, of_set, threshold, most)


def _stand(model: PricingModel, option: IntArray) -> _Standing:
    sums = model.options.total(option)
    return _Standing(
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


def _promising(judge: Judge, standing: _Standing) -> IntArray:
    """Return the options that seem to better the plan and that the limits leave room for."""
    model, options = judge.model, judge.model.options
    tail = judge.tail(standing.loss, standing.mean)
    free = RoundPrices(resource=np.zeros(len(model.limit)), tail=tail)
    enough = -_ARITHMETIC * abs(standing.objective(judge))
    rows, change, _ = changes(model, free, standing.option, enough)
    chosen = standing.option[options.sku_of(rows)]
    more = options.use(rows) - options.use(chosen)
    fits = np.all(more <= standing.slack(model)[:, None], axis=0)
    return rows[fits][np.argsort(change[fits], kind="stable")[:_MOST_MOVES]]


def _freeing(judge: Judge, standing: _Standing, slack: FloatArray) -> IntArray:
    """Return options of different SKUs that free for the least cost what is exceeded most."""
    tail = judge.tail(standing.loss, standing.mean)
    exceeded = int(np.argmin(slack / limit_unit(judge.model)))
    best, freed, price = judge.model.options.freeing(standing.option, tail, slack, exceeded)
    order = np.argsort(price, kind="stable")
    before = np.cumsum(freed[order]) - freed[order]
    return np.asarray(best[order][before < -slack[exceeded]])


def _moved(judge: Judge, standing: _Standing, move: int) -> _Standing:
    """Return the plan with this option where that is within the limits and cheaper."""
    model, options = judge.model, judge.model.options
    new = np.array([move])
    sku = options.sku_of(new)
    old = standing.option[sku]
    here, there = options.take(old), options.take(new)
    other = replace(
        standing,
        use=standing.use + (there.use - here.use)[:, 0],
        needed=standing.needed + _needed(model, new) - _needed(model, old),
        certain=standing.certain + float(there.cost[0] - here.cost[0]),
        mean=standing.mean + float(there.mean[0] - here.mean[0]),
    )
    if np.any(other.slack(model) < 0.0):
        return standing
    change = (options.losses(new) - options.losses(old)).sum(axis=0)
    other = replace(other, loss=standing.loss + change)
    if other.objective(judge) >= standing.objective(judge):
        return standing
    option = standing.option.copy()
    option[sku] = move
    return replace(other, option=option)
