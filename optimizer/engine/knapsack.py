"""The multiple-choice knapsack: as HiGHS's arrays, and what a search for one hands back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.stop import Stop
from optimizer.engine.highs import LinearProgram, Status, solve
from optimizer.errors import StoppedBy

_STOPPED_BY: dict[Status, StoppedBy] = {
    "optimal": "gap",
    "infeasible": "gap",
    "limit": "time_limit",
    "nodes": "node_limit",
    "interrupt": "interrupt",
    "error": "solver_error",
}
_GAP_MARGIN = 0.999  # the solver stops a little inside the asked gap, so that our sum is inside too
_ROUNDING = 1e-9  # of a limit: sums of decimals that equal it are within it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Knapsack:
    """
    One option is to be chosen in every group, within the limits.

    Attributes
    ----------
    cost
        Of each option.  Shape ``(O,)``.
    use, limit
        Use of each resource, and its limit.  Shapes ``(R, O)`` and ``(R,)``.
    start
        First option of each group, and the number of options.  Shape ``(N + 1,)``.
    """

    cost: FloatArray
    use: FloatArray
    limit: FloatArray
    start: IntArray

    @property
    def n_groups(self) -> int:
        """Number of groups, N."""
        return len(self.start) - 1

    @property
    def group(self) -> IntArray:
        """Group of each option.  Shape ``(O,)``."""
        return np.repeat(np.arange(self.n_groups), np.diff(self.start))

    @property
    def most_use(self) -> FloatArray:
        """The limits, raised by what rounding may add to a sum.  Shape ``(R,)``."""
        return self.limit + _ROUNDING * np.abs(self.limit)

    def program(self) -> LinearProgram:
        """Return one binary column per option, one row per group and one per resource."""
        n_options = len(self.cost)
        one = sparse.csr_array((np.ones(n_options), (self.group, np.arange(n_options))))
        return LinearProgram(
            cost=self.cost,
            matrix=sparse.csr_array(sparse.vstack([one, sparse.csr_array(self.use)])),
            row_low=np.concatenate([np.ones(self.n_groups), np.full(len(self.limit), -np.inf)]),
            row_high=np.concatenate([np.ones(self.n_groups), self.limit]),
            low=np.zeros(n_options),
            high=np.ones(n_options),
            integer=np.ones(n_options, dtype=np.bool_),
        )

    def chosen(self, values: FloatArray) -> IntArray:
        """Return the chosen option of every group from a program's values.  Shape ``(N,)``."""
        return np.flatnonzero(values[: len(self.cost)] > 0.5)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Choice:
    """
    What a search found: an option of every group, if any, and what none can cost less than.

    Without an option and stopped by ``gap``, it is proven that there is none.
    """

    option: IntArray | None
    bound: float
    stopped_by: StoppedBy


def solve_program(knapsack: Knapsack, program: LinearProgram, gap: float, stop: Stop) -> Choice:
    """Solve a knapsack's program, which may have further columns and rows behind its own."""
    answer = solve(program, gap=gap * _GAP_MARGIN, stop=stop)
    option = None if answer.values is None else knapsack.chosen(answer.values)
    return Choice(option=option, bound=answer.bound, stopped_by=_STOPPED_BY[answer.status])
