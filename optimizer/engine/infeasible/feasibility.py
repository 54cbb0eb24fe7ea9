"""
Whether any plan can meet the limits, and the least relaxation of them, by the second solver.

Costs and losses do not matter here.  If one option of a SKU uses least of every resource and needs
no supplier onboarded, the SKU's other options can be dropped.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from models.data import ModelData
from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.engine.decompose.pricing_model import PricingModel
from optimizer.engine.exact.scaling import power_of_ten

SECONDS: Final = 60.0
_INFEASIBLE: Final = 2  # milp's status
_MAGNITUDE: Final = 1e3  # a scaled limit lies in [1e3, 1e4)
_NOTHING: Final = 1e-9  # of the limit: an excess below it is arithmetic


class Feasibility(NamedTuple):
    """
    Resource use and needed suppliers of options, sorted by SKU.

    Attributes
    ----------
    sku
        Shape ``(O,)``.
    use, limit
        Shapes ``(R, O)`` and ``(R,)``.
    needs
        Suppliers that an option needs onboarded, -1 for none.  Shape ``(O, 2)``.
    onboarding_use
        Shape ``(R, K)``.
    burden
        Penalty of choosing an option, such as 1 for a lock that it breaks.  Shape ``(O,)``.
    """

    sku: IntArray
    use: FloatArray
    limit: FloatArray
    needs: IntArray
    onboarding_use: FloatArray
    burden: FloatArray

    def take(self, rows: IntArray) -> Feasibility:
        """Return only these options."""
        return self._replace(
            sku=self.sku[rows],
            use=self.use[:, rows],
            needs=self.needs[rows],
            burden=self.burden[rows],
        )


class Least(NamedTuple):
    """
    The least relaxation of the limits.

    Attributes
    ----------
    excess
        Excess over each limit, recomputed from the plan; ``inf`` if none was found in time.
        Shape ``(R,)``.
    burdened
        SKUs whose option carries a burden.
    is_proven
        Whether it is proven that no plan needs less.
    """

    excess: FloatArray
    burdened: IntArray
    is_proven: bool


def of_model(data: ModelData) -> Feasibility:
    """Return resource use and needed suppliers of a model's options."""
    needs = np.full((len(data.cost), 2), -1, dtype=np.int64)
    order = np.argsort(data.link_option, kind="stable")
    option = data.link_option[order]
    place = np.arange(len(option)) - np.searchsorted(option, option)
    needs[option, place] = data.link_supplier[order]
    return Feasibility(
        sku=data.sku_of_option,
        use=data.resource_use,
        limit=data.resource_limit,
        needs=needs,
        onboarding_use=data.onboarding_use,
        burden=np.zeros(len(data.cost)),
    )


def of_case(model: PricingModel) -> Feasibility:
    """Return resource use and needed suppliers of a case's options."""
    every = model.options.take(np.arange(model.options.n_options))
    return Feasibility(
        sku=every.sku,
        use=every.use,
        limit=model.limit,
        needs=model.links.supplier[every.alternate_set],
        onboarding_use=model.onboarding_use,
        burden=np.zeros(len(every.sku)),
    )


def least(problem: Feasibility, elastic: BoolArray, *, seconds: float = SECONDS) -> Least | None:
    """
    Minimise the excess over the elastic limits, relative to them; with none elastic, the burden.

    Returns None if the other limits cannot be met.
    """
    problem = _frugal(problem)
    size = power_of_ten(problem.limit) / _MAGNITUDE
    n_options, n_suppliers = len(problem.sku), problem.onboarding_use.shape[1]
    n_chosen, n_limits = n_options + n_suppliers, len(size)
    weight = 1.0 / np.maximum(problem.limit / size, 1.0) if elastic.any() else np.zeros(n_limits)
    burden = np.zeros(n_options) if elastic.any() else problem.burden
    answer = milp(
        c=np.concatenate([burden, np.zeros(n_suppliers), weight]),
        integrality=np.concatenate([np.ones(n_chosen), np.zeros(n_limits)]),
        bounds=Bounds(0.0, np.concatenate([np.ones(n_chosen), np.where(elastic, np.inf, 0.0)])),
        constraints=_constraints(problem, size),
        options={"mip_rel_gap": 0.0, "time_limit": seconds},
    )
    if answer.status == _INFEASIBLE:
        return None
    if answer.x is None:
        nothing = np.zeros(0, dtype=np.int64)
        return Least(excess=np.full(n_limits, np.inf), burdened=nothing, is_proven=False)
    option = np.flatnonzero(answer.x[:n_options] > 0.5)
    return Least(
        excess=_excess(problem, option),
        burdened=np.unique(problem.sku[option[problem.burden[option] > 0.0]]),
        is_proven=answer.status == 0,
    )


def frugal_excess(problem: Feasibility) -> FloatArray:
    """Return the excess of the most frugal plan, by use relative to the limits.  ``(R,)``"""
    relative = 1.0 / np.maximum(problem.limit, power_of_ten(problem.limit) / _MAGNITUDE)
    total = relative @ problem.use + (problem.needs >= 0).sum(axis=1)
    by_total = np.lexsort((total, problem.sku))
    first = np.unique(problem.sku[by_total], return_index=True)[1]
    return _excess(problem, by_total[first])


def least_use_exceeds(model: PricingModel) -> bool:
    """Whether some limit is below the least use of any plan."""
    first = model.links.set_start[:-1]
    least = [model.options.least_use(unit).least for unit in np.eye(len(model.limit))]
    used = np.array([np.minimum.reduceat(of_set, first).sum() for of_set in least])
    return bool(np.any(used - model.limit > _NOTHING * np.maximum(np.abs(model.limit), 1.0)))


def meets(problem: Feasibility, excess: FloatArray) -> bool:
    """Whether an excess over the limits is mere rounding error."""
    return bool(np.all(excess <= _NOTHING * np.maximum(np.abs(problem.limit), 1.0)))


def _excess(problem: Feasibility, option: IntArray) -> FloatArray:
    needed = np.unique(problem.needs[option])
    opened = problem.onboarding_use[:, needed[needed >= 0]].sum(axis=1)
    used = problem.use[:, option].sum(axis=1) + opened
    return np.asarray(np.maximum(used - problem.limit, 0.0))


def _frugal(problem: Feasibility) -> Feasibility:
    """Drop all but the dominating option of every SKU that has one."""
    terms = np.vstack([problem.use, problem.burden, (problem.needs >= 0).sum(axis=1)])
    start = np.flatnonzero(np.diff(problem.sku, prepend=-1))
    lowest = np.minimum.reduceat(terms, start, axis=1)
    group = np.repeat(np.arange(len(start)), np.diff(np.append(start, len(problem.sku))))
    ideal = np.flatnonzero((terms <= lowest[:, group]).all(axis=0))
    settled, first = np.unique(group[ideal], return_index=True)
    is_open = np.ones(len(start), dtype=np.bool_)
    is_open[settled] = False
    kept = is_open[group]
    kept[ideal[first]] = True
    return problem.take(np.flatnonzero(kept))


def _constraints(problem: Feasibility, size: FloatArray) -> list[LinearConstraint]:
    n_options, n_suppliers = len(problem.sku), problem.onboarding_use.shape[1]
    n_limits = len(size)
    option, place = np.nonzero(problem.needs >= 0)
    links = np.arange(len(option))
    group = np.unique(problem.sku, return_inverse=True)[1]
    ones = np.ones(n_options)
    choice = sparse.csr_array((ones, (group, np.arange(n_options))))
    none = sparse.csr_array((choice.shape[0], n_suppliers + n_limits))
    shape = (len(links), n_options)
    needs = sparse.csr_array((np.ones(len(links)), (links, option)), shape=shape)
    opens = sparse.csr_array(
        (-np.ones(len(links)), (links, problem.needs[option, place])),
        shape=(len(links), n_suppliers),
    )
    use = sparse.hstack(
        [
            sparse.csr_array(problem.use / size[:, None]),
            sparse.csr_array(problem.onboarding_use / size[:, None]),
            -sparse.eye_array(n_limits),
        ]
    )
    link = sparse.hstack([needs, opens, sparse.csr_array((len(links), n_limits))])
    return [
        LinearConstraint(sparse.hstack([choice, none]), 1.0, 1.0),
        LinearConstraint(use, -np.inf, problem.limit / size),
        *([LinearConstraint(link, -np.inf, 0.0)] if len(links) else []),
    ]
