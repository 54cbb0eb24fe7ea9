"""
Exchanges: two SKUs change at once, for what limits leave over is seldom what one SKU needs.

What a plan costs above the bound is the reduced cost of its options, what it leaves of the limits
at their prices, and how far its tail is from the tail weights; none of these is below 0.  Pairs of
options near the bound are ranked by what they change of that at least, and are taken if they lower
the objective itself.

Why pairs: where thousands of SKUs share a few limits, some pair nearly always fits, so plans come
within the gap in tenths of a second, and the exact method is left the few that do not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.bound import Round, near_bound
from optimizer.engine.decompose.master import limit_unit
from optimizer.engine.decompose.moves import TIE, Judge, objective_of
from optimizer.engine.decompose.option_blocks import RoundPrices
from optimizer.engine.envelope import worst_weights

_OPTIONS: Final = 2_000  # near the bound, of which pairs are made
_POOL: Final = 10  # times as many: half are the nearest of them, half spread over the others
_DRAWS: Final = 2  # of the others, each as many
_LOSSES: Final = 10_000_000  # of options in futures, held at once
_TRIED: Final = 5_000  # exchanges a round, the most promising first
_ROUNDS: Final = 50
_TAIL: Final = 3.0  # times the tail's mass: futures in which exchanges are judged
_LEAST: Final = 1e-8  # of the objective: a smaller gain is none
_DEARER: Final = 5.0  # what exceeds a limit, by the limit's price
_EXCESS: Final = 0.1  # of the objective, for exceeding a limit by all of it
_FIRMER, _FIRMEST = 30.0, 1e6  # how penalties grow where no exchange is left


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Options:
    """
    The options of some SKUs: those near the bound and the plan's own, ascending.

    Attributes
    ----------
    row, sku
        Row of the option table; the SKU, numbered anew.  Shape ``(n,)``.
    priced, certain, mean
        Cost at the bound's tail weights with the limits free; certain cost and expected loss; the
        latter alone.  Shape ``(n,)``. [money unit]
    use
        Shape ``(n, R)``.
    loss
        In the worst futures of the plan that was to be improved.  Shape ``(n, S')``. [money unit]
    """

    row: IntArray
    sku: IntArray
    priced: FloatArray
    certain: FloatArray
    mean: FloatArray
    use: FloatArray
    loss: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Plan:
    """
    A plan, and what its exchanges are judged by.

    Attributes
    ----------
    chosen
        Its option of every SKU.
    slack, penalty
        What it leaves of each limit, and what exceeding one costs a unit.  Shape ``(R,)``.
    loss, cap
        Its loss in its worst futures, and their caps.  Shape ``(S',)``.
    mean, charge
        Its expected loss [money unit]; what a unit of unexpected loss costs. [-]
    """

    chosen: IntArray
    slack: FloatArray
    penalty: FloatArray
    loss: FloatArray
    cap: FloatArray
    mean: float
    charge: float

    @property
    def excess(self) -> float:
        """What exceeding the limits costs. [money unit]"""
        return float(self.penalty @ np.maximum(-self.slack, 0.0))


def exchange(judge: Judge, best: Round, option: IntArray, enough: float, stop: Stop) -> IntArray:
    """
    Improve a plan by exchanges until it costs no more than enough, or none is better.

    A plan that exceeds limits is brought towards them.  No supplier is onboarded that is not.

    Parameters
    ----------
    best
        Prices near the plan's; options are taken from near its bound.
    option
        Chosen option of every SKU.  Shape ``(N,)``.
    enough
        Objective at which to end. [money unit]
    """
    for draw in range(_DRAWS):
        option, ended = _improved(judge, best, option, enough, draw, stop)
        if ended:
            break
    return option


def _improved(
    judge: Judge, best: Round, option: IntArray, enough: float, draw: int, stop: Stop
) -> tuple[IntArray, bool]:
    """Improve a plan by options of one draw; return it, and whether no other draw is needed."""
    objective, loss = objective_of(judge, option), judge.model.options.losses(option).sum(axis=0)
    worst = _worst(judge.model.tail_cap, loss)
    options = _options(judge, best, _near(judge, best, option, enough, draw), worst)
    plan = _plan(judge, best, option, options, (loss[worst], worst))
    firm, least = 1.0, _LEAST * abs(objective)
    ended = False
    for _ in range(_ROUNDS):
        fits = bool(np.all(plan.slack >= 0.0))
        ended = stop.seconds_left == 0.0 or (fits and objective <= enough)
        if ended:
            break
        before = plan.excess
        plan, saved = _round(options, plan, least)
        objective -= saved - (before - plan.excess)
        if saved > 0.0:
            continue
        if fits or firm > _FIRMEST:
            break
        firm *= _FIRMER
        plan = replace(plan, penalty=plan.penalty * _FIRMER)
    improved, rows = option.copy(), options.row[plan.chosen]
    improved[judge.model.options.sku_of(rows)] = rows
    return improved, ended


def _options(judge: Judge, best: Round, rows: IntArray, worst: IntArray) -> _Options:
    """Return the options that exchanges are made of, with their losses in these futures."""
    model, every = judge.model, judge.model.options
    taken = every.take(rows)
    free = RoundPrices(resource=np.zeros(len(model.limit)), tail=best.prices.tail)
    return _Options(
        row=rows,
        sku=np.unique(taken.sku, return_inverse=True)[1],
        priced=every.price_of(rows, free),
        certain=taken.cost + taken.mean,
        mean=taken.mean,
        use=np.ascontiguousarray(taken.use.T),
        loss=every.losses_of(rows, worst),
    )


def _plan(
    judge: Judge,
    best: Round,
    option: IntArray,
    options: _Options,
    losses: tuple[FloatArray, IntArray],
) -> _Plan:
    """Return the plan as it stands, with its losses in its worst futures, and which these are."""
    model, every, (loss, worst) = judge.model, judge.model.options, losses
    sums, opened = every.total(option), model.opened_by(option)
    used = sums.use.sum(axis=1) + model.onboarding_use[:, opened].sum(axis=1)
    excess = _EXCESS * abs(best.bound) / limit_unit(model)
    return _Plan(
        chosen=np.flatnonzero(options.row == option[every.sku_of(options.row)]),
        slack=model.limit - used + TIE * np.abs(model.limit),
        penalty=_DEARER * best.prices.resource + excess,
        loss=loss,
        cap=model.tail_cap[worst],
        mean=float(sums.mean.sum()),
        charge=model.tail_charge,
    )


def _worst(cap: FloatArray, loss: FloatArray) -> IntArray:
    """Return a plan's worst futures, up to some times the mass of the tail."""
    order = np.argsort(-loss, kind="stable")
    before = np.cumsum(cap[order]) - cap[order]
    return np.asarray(order[(before <= _TAIL) & (cap[order] > 0.0)])


def _near(judge: Judge, best: Round, option: IntArray, enough: float, draw: int) -> IntArray:
    """
    Return options near the bound that need no other supplier, and the plan's own of their SKUs.

    Half of them are the nearest.  The others are spread over all that a plan within the gap can
    contain: where the limits or the tail leave much, it takes greater changes.
    """
    model, options = judge.model, judge.model.options
    most = min(_OPTIONS, _LOSSES // max(len(model.probability), 1))
    near = near_bound(model, best, enough - best.bound, options.n_skus + _POOL * most)
    rows = near.rows[np.argsort(near.price, kind="stable")]
    nearest = options.n_skus + most // 2
    step = -(-len(rows[nearest:]) // max(most // 2, 1)) or 1
    rows = np.concatenate([rows[:nearest], rows[nearest + draw :: step]])
    needed = model.links.supplier[options.set_of(rows)]
    may = np.append(model.opened_by(option), True)  # the last stands for no supplier
    rows = rows[may[needed].all(axis=1)]
    others = rows[rows != option[options.sku_of(rows)]]
    return np.union1d(others, option[options.sku_of(others)])


def _round(options: _Options, plan: _Plan, least: float) -> tuple[_Plan, float]:
    """Make the exchanges that lower the cost; return the plan, and what they save."""
    chosen = plan.chosen[options.sku]
    weight = plan.charge * worst_weights(plan.loss, plan.cap)
    weight = weight if weight @ plan.loss > plan.charge * plan.mean else np.zeros(len(weight))
    own = options.certain - weight.sum() * options.mean + options.loss @ weight
    linear, priced = own - own[chosen], options.priced - options.priced[chosen]
    use = options.use - options.use[chosen]
    pairs = _pairs(options.sku, linear, priced, use, chosen, plan, least)
    certain, mean = options.certain - options.certain[chosen], options.mean - options.mean[chosen]
    option, slack, loss = plan.chosen.copy(), plan.slack.copy(), plan.loss.copy()
    expected = np.array([plan.mean])
    saved = _made(
        pairs,
        options.sku,
        chosen,
        use,
        certain,
        mean,
        options.loss,
        plan.cap,
        plan.penalty,
        plan.charge,
        least,
        option,
        slack,
        loss,
        expected,
    )
    after = replace(plan, chosen=option, slack=slack, loss=loss, mean=float(expected[0]))
    return after, float(saved)


def _pairs(
    sku: IntArray,
    linear: FloatArray,
    priced: FloatArray,
    use: FloatArray,
    chosen: IntArray,
    plan: _Plan,
    least: float,
) -> IntArray:
    """Return the changes of one or two SKUs that may save something, the most promising first."""
    moves = np.append(np.flatnonzero(chosen != np.arange(len(sku))), len(sku))
    nothing = np.zeros(1)
    linear, priced = np.append(linear, nothing), np.append(priced, nothing)
    use, sku = np.vstack([use, np.zeros(len(plan.slack))]), np.append(sku, -1)
    pairs, promise = np.zeros((0, 2), dtype=np.int64), np.zeros(0)
    room, first, threshold = np.empty((4 * _TRIED, 2), dtype=np.int64), 0, np.inf
    values = np.empty(len(room))
    while first < len(moves):
        first, count = _scan(
            first, moves, sku, linear, priced, use, plan.slack, plan.penalty, least, threshold,
            room, values,
        )  # fmt: skip
        pairs = np.concatenate([pairs, room[:count]])
        promise = np.concatenate([promise, values[:count]])
        order = np.argsort(promise, kind="stable")[:_TRIED]
        pairs, promise = pairs[order], promise[order]
        threshold = promise[-1] if len(promise) == _TRIED else np.inf
    return np.where(pairs == len(sku) - 1, -1, pairs)


@numba.njit(cache=True)
def _scan(
    first: int,
    moves: IntArray,
    sku: IntArray,
    linear: FloatArray,
    priced: FloatArray,
    use: FloatArray,
    slack: FloatArray,
    penalty: FloatArray,
    least: float,
    threshold: float,
    pairs: IntArray,
    promise: FloatArray,
) -> tuple[int, int]:
    """
    Note the promising pairs from a move on until there is no more room; return where to go on.

    The last move changes nothing.  `linear` lies below any change of cost, as the charge is convex;
    pairs are ranked by half of what the bound's tail weights say besides.
    """
    found, n, n_limits, now = 0, len(moves), len(slack), 0.0
    for r in range(n_limits):
        now += penalty[r] * max(-slack[r], 0.0)
    for place in range(first, n):
        if found + n - place > len(promise):
            return place, found
        one = moves[place]
        for other in range(place + 1, n):
            two = moves[other]
            change = linear[one] + linear[two] - now
            if change >= -least or sku[one] == sku[two]:
                continue
            for r in range(n_limits):
                change += penalty[r] * max(use[one, r] + use[two, r] - slack[r], 0.0)
            apart = priced[one] + priced[two] - linear[one] - linear[two]
            ranked = change + max(0.5 * apart, 0.0)
            if change >= -least or ranked >= threshold:
                continue
            pairs[found, 0], pairs[found, 1], promise[found] = one, two, ranked
            found += 1
    return n, found


@numba.njit(cache=True)
def _made(
    pairs: IntArray,
    sku: IntArray,
    chosen: IntArray,
    use: FloatArray,
    certain: FloatArray,
    expected: FloatArray,
    losses: FloatArray,
    cap: FloatArray,
    penalty: FloatArray,
    charge: float,
    least: float,
    plan: IntArray,
    slack: FloatArray,
    loss: FloatArray,
    mean: FloatArray,
) -> float:
    """Make the changes, in this order, that lower the cost, in place; return what they save."""
    saved, more, lost = 0.0, np.zeros(len(slack)), loss.copy()
    weight = _weights(loss, cap)
    now = _charged(weight, loss, charge, mean[0]) + _excess(slack, more, penalty)
    for k in range(len(pairs)):
        if _is_stale(pairs[k], sku, plan, chosen):
            continue
        more[:] = 0.0
        lost[:] = loss
        cost, then_mean = 0.0, mean[0]
        for move in pairs[k]:
            if move >= 0:
                cost += certain[move]
                then_mean += expected[move]
                more += use[move]
                lost += losses[move] - losses[chosen[move]]
        cost += _excess(slack, more, penalty)
        if cost + _charged(weight, lost, charge, then_mean) >= now - least:
            continue
        worst = _weights(lost, cap)
        charged = _charged(worst, lost, charge, then_mean)
        if cost + charged >= now - least:
            continue
        saved += now - cost - charged
        now = charged + _excess(slack, more, penalty)
        slack -= more
        loss[:], weight[:], mean[0] = lost, worst, then_mean
        for move in pairs[k]:
            if move >= 0:
                plan[sku[move]] = move
    return saved


@numba.njit(cache=True)
def _is_stale(pair: IntArray, sku: IntArray, plan: IntArray, chosen: IntArray) -> bool:
    """Whether a SKU of the pair has changed since it was ranked."""
    stale = False
    for move in pair:
        stale |= move >= 0 and plan[sku[move]] != chosen[move]
    return stale


@numba.njit(cache=True)
def _excess(slack: FloatArray, more: FloatArray, penalty: FloatArray) -> float:
    """Return the penalty of what a plan that uses so much more exceeds the limits by."""
    total = 0.0
    for r in range(len(slack)):
        total += penalty[r] * max(more[r] - slack[r], 0.0)
    return total


@numba.njit(cache=True)
def _weights(loss: FloatArray, cap: FloatArray) -> FloatArray:
    """Return the weights, at most the caps and 1 together, that make the most of a loss."""
    weight, left = np.zeros(len(loss)), 1.0
    for s in np.argsort(-loss, kind="mergesort"):
        weight[s] = min(cap[s], left)
        left -= weight[s]
        if left <= 0.0:
            break
    return weight


@numba.njit(cache=True)
def _charged(weight: FloatArray, loss: FloatArray, charge: float, mean: float) -> float:
    """Return what unexpected loss costs at the worst weights, at others no more."""
    total = 0.0
    for s in range(len(loss)):
        total += weight[s] * loss[s]
    return charge * max(total - mean, 0.0)
