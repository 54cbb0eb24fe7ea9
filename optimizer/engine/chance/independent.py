"""
Quantile limits over groups that are independent: branch and bound on the choices themselves.

Best bound first; the bound is that of `foresight`, and a whole choice is judged by its exact
probability.  Where that can only be bracketed and the level lies between, the choice is not taken
but stays in the bound.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace
from itertools import count

import numpy as np
from scipy.optimize import minimize_scalar

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.stop import Stop
from optimizer.engine.chance.distribution import probability_within
from optimizer.engine.chance.dominated import without_dominated
from optimizer.engine.chance.foresight import Cells, Foresight, cells_of, foresee, root_bound
from optimizer.engine.chance.limit import QuantileLimit
from optimizer.engine.chance.tilted import tilted_choice
from optimizer.engine.highs import solve
from optimizer.engine.knapsack import Choice, Knapsack
from optimizer.errors import StoppedBy

_PENALTIES = np.array([0.1, 0.25, 0.5, 1.0, 2.0, 5.0])  # of the one that is best at the root
_LEAST_PENALTY, _MOST_PENALTY = 1e-3, 1e4  # of the difference between the dearest and the cheapest
_MOST_NUMBERS, _MOST_CELLS, _LEAST_CELLS = 20_000_000, 2048, 64
_FIRST_NODES = 300  # before a good choice is looked for
_KEPT_NUMBERS = 60_000_000  # of the distributions that open nodes carry along
_ROUNDING = 1e-9  # of the costs added


def solve_independent(
    knapsack: Knapsack, limits: list[QuantileLimit], gap: float, stop: Stop
) -> Choice:
    """Return the best choice found, and what every choice that keeps the limits costs at least."""
    reduced = without_dominated(knapsack, limits)
    search = _begun(reduced.knapsack, reduced.limits)
    if search is None:
        return Choice(option=None, bound=np.inf, stopped_by="gap")
    stopped_by = search.run(gap, stop, _FIRST_NODES)
    if stopped_by == "node_limit":
        start = tilted_choice(search.knapsack, search.limits, stop)
        if start is not None:
            search.judge(start)
        stopped_by = search.run(gap, stop, _KEPT_NUMBERS // search.cells[0].n_cells)
    best = search.best
    return Choice(
        option=None if best is None else np.sort(reduced.option[best]),
        bound=search.bound,
        stopped_by=stopped_by,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Node:
    """The options of the first groups; `totals`: what those before the last one lose."""

    options: tuple[int, ...]
    cost: float
    used: FloatArray
    totals: list[FloatArray]


@dataclass(slots=True, kw_only=True, eq=False)
class _Search:
    """
    Open nodes by their bounds, and the best choice.

    Attributes
    ----------
    price
        Of each resource, in `foresights`.  Shape ``(R,)``.
    least_use
        Of the groups from each one on.  Shape ``(R, N + 1)``.
    ceiling
        What no choice costs more than, and no better choice than the best.
    doubtful
        Least cost of the choices whose probability could not be told from the level.
    """

    knapsack: Knapsack
    limits: list[QuantileLimit]
    cells: list[Cells]
    foresights: list[Foresight]
    price: FloatArray
    least_use: FloatArray
    ceiling: float
    best: IntArray | None = None
    doubtful: float = np.inf
    open: list[tuple[float, int, _Node]] = field(default_factory=list)
    number: count[int] = field(default_factory=count)

    @property
    def bound(self) -> float:
        """What every choice costs at least; infinite where there is none."""
        least = self.open[0][0] if self.open else np.inf
        found = np.inf if self.best is None else self.ceiling
        return min(least, self.doubtful, found)

    def run(self, gap: float, stop: Stop, most_nodes: int) -> StoppedBy:
        """Search until the gap is proven or the effort is over; return which."""
        for _ in range(most_nodes):
            if self._closed(gap):
                return "gap" if self.doubtful == np.inf or self._near(gap) else "size"
            if stop.seconds_left == 0.0:
                return stop.reason
            _, _, node = heapq.heappop(self.open)
            if len(node.options) == self.knapsack.n_groups:
                self.judge(np.array(node.options))
            else:
                self._expand(node)
        return "node_limit"

    def judge(self, option: IntArray) -> None:
        """Take a whole choice as the best if it keeps the limits and costs less."""
        cost = float(self.knapsack.cost[option].sum())
        if cost >= self.ceiling:
            return
        found = [probability_within(limit, option) for limit in self.limits]
        if all(p.low >= limit.level for p, limit in zip(found, self.limits, strict=True)):
            self.best, self.ceiling = option, cost
        elif all(p.high >= limit.level for p, limit in zip(found, self.limits, strict=True)):
            self.doubtful = min(self.doubtful, cost)

    def _closed(self, gap: float) -> bool:
        return not self.open or self._near(gap)

    def _near(self, gap: float) -> bool:
        return self.best is not None and self.ceiling - self.bound <= gap * abs(self.ceiling)

    def push(self, bound: float, node: _Node) -> None:
        """Open a node."""
        heapq.heappush(self.open, (bound, next(self.number), node))

    def _expand(self, node: _Node) -> None:
        knapsack, group = self.knapsack, len(node.options)
        totals = [
            cells.add(total, node.options[-1]) if node.options else total
            for cells, total in zip(self.cells, node.totals, strict=True)
        ]
        options = slice(knapsack.start[group], knapsack.start[group + 1])
        cost = node.cost + knapsack.cost[options]
        used = node.used[:, None] + knapsack.use[:, options]
        priced = cost + self.price @ (used - knapsack.limit[:, None])
        bounds = np.max(
            [
                foresight.bounds(total, group, options, priced)
                for foresight, total in zip(self.foresights, totals, strict=True)
            ],
            axis=0,
        )
        if group + 1 == knapsack.n_groups:
            bounds = np.maximum(bounds, cost)
        fits = np.all(
            used + self.least_use[:, group + 1, None] <= knapsack.most_use[:, None], axis=0
        )
        margin = _ROUNDING * abs(self.ceiling)
        for place in np.flatnonzero(fits & (bounds < self.ceiling + margin)):
            child = _Node(
                options=(*node.options, options.start + int(place)),
                cost=float(cost[place]),
                used=used[:, place],
                totals=totals,
            )
            self.push(float(bounds[place]), child)


def _root(search: _Search) -> _Node:
    nothing = [np.zeros(cells.n_cells + 1) for cells in search.cells]
    for total in nothing:
        total[0] = 1.0
    return _Node(options=(), cost=0.0, used=np.zeros(len(search.knapsack.limit)), totals=nothing)


def _begun(knapsack: Knapsack, limits: list[QuantileLimit]) -> _Search | None:
    """Return a search with its bounds, None where even the least losses exceed a limit."""
    n_numbers = len(knapsack.cost) * (len(_PENALTIES) + 1) * len(limits)
    n_cells = int(np.clip(_MOST_NUMBERS // n_numbers, _LEAST_CELLS, _MOST_CELLS))
    cells = [found for limit in limits if (found := cells_of(limit, knapsack.start, n_cells))]
    if len(cells) < len(limits):
        return None
    price = _prices(knapsack)
    priced = knapsack.cost + price @ knapsack.use
    smallest = np.minimum.reduceat(knapsack.use, knapsack.start[:-1], axis=1)
    dearest = np.maximum.reduceat(knapsack.cost, knapsack.start[:-1]).sum()
    search = _Search(
        knapsack=knapsack,
        limits=limits,
        cells=cells,
        foresights=[foresee(one, priced, _penalties(one, priced)) for one in cells],
        price=price,
        least_use=np.cumsum(np.pad(smallest, ((0, 0), (0, 1)))[:, ::-1], axis=1)[:, ::-1],
        ceiling=float(dearest) + _ROUNDING * float(np.abs(knapsack.cost).sum()),
    )
    search.push(-np.inf, _root(search))
    return search


def _prices(knapsack: Knapsack) -> FloatArray:
    """Return the relaxation's prices of the resources, 0 where it has none.  Shape ``(R,)``."""
    n_resources = len(knapsack.limit)
    program = knapsack.program()
    continuous = replace(program, integer=np.zeros_like(program.integer))
    answer = solve(continuous, gap=0.0, stop=Stop())
    if answer.row_duals is None:
        return np.zeros(n_resources)
    return np.maximum(-answer.row_duals[knapsack.n_groups :], 0.0)


def _penalties(cells: Cells, cost: FloatArray) -> FloatArray:
    """Return penalties about the one whose bound is highest at the root, and a great one."""
    start = cells.start[:-1]
    range_ = float((np.maximum.reduceat(cost, start) - np.minimum.reduceat(cost, start)).sum())
    unit = range_ or 1.0
    best = minimize_scalar(
        lambda power: -root_bound(cells, cost, np.array([unit * 10.0**power]))[0],
        bounds=(np.log10(_LEAST_PENALTY), np.log10(_MOST_PENALTY)),
        method="bounded",
        options={"xatol": 0.02},
    )
    return np.append(unit * 10.0**best.x * _PENALTIES, unit * _MOST_PENALTY)
