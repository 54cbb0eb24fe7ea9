r"""
Plans whose expected loss and tail stay within limits, with a proof (MODEL 5, (M9)).

With prices on both the problem is the one that the engine solves anyway (`loss_limits`), and

.. math:: \max_{\kappa, \nu \ge 0}\; \min_x\; f(x) + \kappa\,(E - \bar e) + \nu\,(E + U - \bar\rho)

is a bound for every plan within the limits.  The maximum is found by cutting planes: each plan
found is a line over the prices, and the next prices are where the lowest of all lines is highest.
What is left between that bound and the cheapest plan found within the limits, a few SKUs decide:
those options that a cheaper plan could contain are searched whole, with the limits as rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

import numpy as np
from scipy.optimize import linprog

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.observer import SILENT
from optimizer.domain.plan import NO_PRICES, LossPrices
from optimizer.engine.decompose.bound import Proof, Round, near_bound, price_round
from optimizer.engine.decompose.core import make_core
from optimizer.engine.decompose.core_search import CORE_EXTRA_OPTIONS
from optimizer.engine.decompose.loss_limits import LossLimits, careful, charged
from optimizer.engine.decompose.moves import Judge, objective_of, within_limits
from optimizer.engine.decompose.option_blocks import Near, RoundPrices
from optimizer.engine.decompose.pricing_model import PricingModel
from optimizer.engine.envelope import tail_of_duals, worst_weights
from optimizer.engine.exact.whole_model import Effort, Solved, search_whole
from optimizer.errors import BallastError, StoppedBy, StoppedError, VerificationError

Solve = Callable[[int, PricingModel, Effort, Proof], Solved]

_LIMITED: Final = ("expected_loss", "cvar")
_ROUNDS: Final = 30
_CORES: Final = 1  # at prices that may not be the last
_AGREEMENT: Final = 1e-6  # relative, between the solver's arithmetic and ours
_DEAREST: Final = 1e6  # price of a unit of loss: what remains is the least loss there is
_DEARER: Final = 1.25  # prices beside a neighbour's
_EXTRA_OPTIONS: Final = 250  # beyond one a SKU, of the options searched whole
_NODES: Final = 200
_TINY: Final = float(np.finfo(np.float64).tiny)


class Least(NamedTuple):
    """The least that any plan found loses, and the least that any plan can. [money unit]"""

    found: float
    proven: float


class BeyondLimitError(BallastError):
    """No plan is within some limits on losses: by name, the least possible."""

    def __init__(self, least: Mapping[str, Least]) -> None:
        self.least = dict(least)
        super().__init__(", ".join(self.least))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Found:
    """A plan, its objective without prices on losses, its expected loss and its tail."""

    option: IntArray
    objective: float
    expected_loss: float
    cvar: float

    def meets(self, limits: LossLimits) -> bool:
        return all(self.keeps(limits, name) for name in _LIMITED)

    def keeps(self, limits: LossLimits, name: str) -> bool:
        return bool(getattr(self, name) <= limits.within(name))


@dataclass(slots=True, kw_only=True, eq=False)
class _Search:
    """What is known of the plans within the limits; the lines are those of `plans`."""

    judge: Judge
    limits: LossLimits
    effort: Effort
    solve: Solve
    pool: Proof
    plans: list[_Found] = field(default_factory=list)
    bound: float = -np.inf
    at: LossPrices = NO_PRICES
    last: Solved | None = None

    @property
    def best(self) -> _Found | None:
        """The cheapest plan within the limits."""
        within = [plan for plan in self.plans if plan.meets(self.limits)]
        return min(within, key=lambda plan: plan.objective) if within else None

    @property
    def closed(self) -> bool:
        """Whether the best plan is proven within the gap."""
        best = self.best
        if best is None:
            return False
        return best.objective - self.bound <= self.effort.gap * abs(best.objective)

    @property
    def quiet(self) -> Effort:
        """The effort of a priced model, whose costs are nobody's."""
        return replace(self.effort, observer=SILENT)

    def look(self, prices: LossPrices, cores: int = _CORES) -> None:
        """Solve at these prices; keep the plan, and the bound if it is higher."""
        model = charged(self.judge.model, prices)
        self.pool = _at(self.pool, model, prices)
        solved = self.solve(cores, model, self.quiet, self.pool)
        self.plans.append(_found(self.judge, solved.option))
        bound = self.limits.bound(prices, solved.bound)
        if bound > self.bound:
            self.bound, self.at, self.last = bound, prices, solved
        best = self.best
        self.effort.progress(best.objective if best else None, self.bound)


def solve_within(
    judge: Judge, limits: LossLimits, solve: Solve, effort: Effort, proof: Proof
) -> Solved:
    """
    Return the best plan found within the limits on losses, and a bound no such plan can beat.

    Parameters
    ----------
    solve
        Solves a model without these limits, to a gap, by so many cores at most.
    proof
        A neighbour's: the prices on losses start from its own; extended in place.

    Raises
    ------
    BeyondLimitError
        If no plan keeps a limit.
    """
    search = _Search(judge=judge, limits=limits, effort=effort, solve=solve, pool=proof)
    start = proof.loss
    search.look(start)
    if start != NO_PRICES:
        search.look(_dearer(start))
    elif search.best is not None and not search.closed:
        search.look(start, len(CORE_EXTRA_OPTIONS))
    if start != NO_PRICES or search.best is None:
        _bracket(search)
        _climb(search)
    _close(search)
    best = search.best
    if best is None:
        raise StoppedError(effort.stop.reason if effort.seconds_left == 0.0 else "size")
    if search.bound > best.objective + _AGREEMENT * abs(best.objective):
        refuted = f"a plan of {best.objective!r} refutes the bound {search.bound!r}"
        raise VerificationError([refuted])
    proof.columns, proof.best, proof.loss = search.pool.columns, search.pool.best, search.pool.loss
    return _solved(search, best)


def _solved(search: _Search, best: _Found) -> Solved:
    last, scale = search.last, search.at.scale
    assert last is not None  # noqa: S101
    return replace(
        last,
        option=best.option,
        objective=best.objective,
        bound=min(search.bound, best.objective),
        stopped_by=_stopped_by(search),
        resource_price=last.resource_price * scale,
        tail_weight=last.tail_weight * scale,
        expected_share=None,
        loss_price=search.at,
    )


def _stopped_by(search: _Search) -> StoppedBy:
    if search.closed:
        return "gap"
    return search.effort.stop.reason if search.effort.seconds_left == 0.0 else "prices"


def _bracket(search: _Search) -> None:
    """Look for a plan within each limit: the most careful one, if no plan so far is within it."""
    beyond = {}
    for name in _LIMITED:
        if any(plan.keeps(search.limits, name) for plan in search.plans):
            continue
        model = careful(search.judge.model, of_tail=name == "cvar")
        solved = search.solve(_CORES, model, search.quiet, Proof())
        search.plans.append(_found(search.judge, solved.option))
        least = min(float(getattr(plan, name)) for plan in search.plans)
        if least > search.limits.within(name):
            beyond[name] = Least(least, solved.bound)
    if beyond:
        raise BeyondLimitError(beyond)


def _dearer(prices: LossPrices) -> LossPrices:
    return LossPrices(expected_loss=prices.expected_loss * _DEARER, cvar=prices.cvar * _DEARER)


def _climb(search: _Search) -> None:
    """Raise the bound by cutting planes over the prices, until the lines promise no more."""
    for _ in range(_ROUNDS):
        if search.closed or search.effort.seconds_left == 0.0:
            return
        prices, height = _highest(search)
        cheapest = min(abs(plan.objective) for plan in search.plans)
        if height - search.bound <= search.effort.gap * cheapest:
            return
        known = len(_lines(search))
        search.look(prices)
        if len(_lines(search)) == known:
            return


def _lines(search: _Search) -> FloatArray:
    """Return the lines, each once: objective, and excess of mean and tail over their limits."""
    rows = [
        (plan.objective, *(getattr(plan, name) - getattr(search.limits, name) for name in _LIMITED))
        for plan in search.plans
    ]
    return np.unique(np.array(rows), axis=0)


def _highest(search: _Search) -> tuple[LossPrices, float]:
    """Return the prices at which the lowest line is highest, and how high that is."""
    lines = _lines(search)
    unit = max(float(np.abs(lines[:, 0]).max()), _TINY)
    limited = np.isfinite(lines[0, 1:])
    excess = np.where(limited, lines[:, 1:], 0.0) / unit
    answer = linprog(
        c=[-1.0, 0.0, 0.0],
        A_ub=np.column_stack([np.ones(len(lines)), -excess]),
        b_ub=lines[:, 0] / unit,
        bounds=[(None, None), *((0.0, _DEAREST if has else 0.0) for has in limited)],
        method="highs",
    )
    if answer.x is None:
        return search.at, search.bound
    height, *prices = answer.x.tolist()
    return LossPrices(**dict(zip(_LIMITED, prices, strict=True))), height * unit


def _near(search: _Search, room: float, most: int) -> tuple[float, Near]:
    """Return the bound at the best prices, and the options of the smallest reduced costs."""
    last, model = search.last, charged(search.judge.model, search.at)
    assert last is not None  # noqa: S101
    at = price_round(model, RoundPrices(resource=last.resource_price, tail=last.tail_weight))
    bound = search.limits.bound(search.at, at.bound)
    return bound, near_bound(model, at, (room - bound) / search.at.scale, most)


def _close(search: _Search) -> None:
    """Search the options of the smallest reduced costs whole, the limits as rows."""
    judge, limits, best = search.judge, search.limits, search.best
    if search.closed or search.effort.seconds_left == 0.0:
        return
    most = np.inf if best is None else best.objective
    bound, near = _near(search, most, judge.model.options.n_skus + _EXTRA_OPTIONS)
    plans = [plan.option for plan in search.plans]
    base = plans[-1] if best is None else best.option
    core = make_core(judge.model, base, np.unique(np.concatenate([near.rows, *plans])))
    data = replace(
        core.data, measure="cvar", expected_limit=limits.expected_loss, tail_limit=limits.cvar
    )
    nodes = min(_NODES, search.effort.node_limit or _NODES)
    found = search_whole(data, replace(search.effort, node_limit=nodes))
    if found.option is not None:
        plan = core.plan(found.option)
        if within_limits(judge, plan):
            search.plans.append(_found(judge, plan))
    beyond = bound + search.at.scale * near.beyond
    search.bound = max(search.bound, min(found.bound, beyond))


def _found(judge: Judge, option: IntArray) -> _Found:
    options = judge.model.options
    loss, mean = options.losses(option).sum(axis=0), float(options.total(option).mean.sum())
    tail = float(worst_weights(loss, judge.model.tail_cap) @ loss)
    return _Found(
        option=option,
        objective=objective_of(judge, option),
        expected_loss=mean,
        cvar=max(tail, mean),
    )


def _at(pool: Proof, model: PricingModel, prices: LossPrices) -> Proof:
    """Return a proof's columns and prices in the units of other prices on losses."""
    ratio = pool.loss.scale / prices.scale
    columns = [replace(column, cost=column.cost * ratio) for column in pool.columns]
    best = pool.best and _round(pool.best, model, ratio)
    return Proof(columns=columns, best=best, loss=prices, stand=pool.stand)


def _round(best: Round, model: PricingModel, ratio: float) -> Round:
    tail = tail_of_duals(best.prices.tail * ratio, model.tail_charge, model.tail_cap)
    return price_round(model, RoundPrices(resource=best.prices.resource * ratio, tail=tail))
