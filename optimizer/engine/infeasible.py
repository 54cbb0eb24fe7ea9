"""No plan meets the limits: a second solver confirms it and says by how much each falls short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from models.data import ModelData
from optimizer.domain.arrays import BoolArray, FloatArray
from optimizer.engine.core import whole
from optimizer.engine.pricing_model import Case, PricingModel
from optimizer.engine.scaling import scale
from optimizer.errors import NoPlanError, VerificationError

_SMALL = 100_000  # options: up to here the second opinion solves the whole
_NOTHING = 1e-9  # of the limit: an excess below it is arithmetic


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shortfall:
    """
    What is missing, in the resources' own units.

    Attributes
    ----------
    alone
        Least increase of each limit that alone makes a plan possible, ``inf`` where none does.
        Shape ``(R,)``.
    together
        Increases, least in sum relative to their limits, that make one possible.  Shape ``(R,)``.
    """

    alone: FloatArray
    together: FloatArray


def shortfall(data: ModelData) -> Shortfall | None:
    """Return what the limits lack, or None where the second opinion finds a plan within them."""
    scaled = scale(data)
    n_limits = len(data.resource_limit)
    together = _least_excess(scaled.data, np.ones(n_limits, dtype=np.bool_))
    if together is None:
        raise RuntimeError("a plan must exist once every limit may be exceeded.")
    if np.all(together <= _NOTHING * np.maximum(scaled.data.resource_limit, 1.0)):
        return None
    alone = np.full(n_limits, np.inf)
    for r in range(n_limits):
        excess = _least_excess(scaled.data, np.arange(n_limits) == r)
        if excess is not None:
            alone[r] = excess[r] * scaled.resource[r]
    return Shortfall(alone=alone, together=together * scaled.resource)


def explain(case: Case, model: PricingModel) -> Exception:
    """Return the refusal that says what each limit lacks; the second opinion must confirm it."""
    names = [case.resources.name[r] for r in model.limited]
    units = [case.resources.unit[r] for r in model.limited]
    size = case.resource_unit[model.limited]
    short = _alone_below(model) if len(model.table.cost) > _SMALL else shortfall(whole(model).data)
    if short is None:
        return VerificationError(["the solver calls a feasible portfolio infeasible"])
    counted = Shortfall(alone=short.alone * size, together=short.together * size)
    sentences = repairs(counted, names, units, model.limit * size)
    return NoPlanError("no plan meets the limits:", sentences)


def _alone_below(model: PricingModel) -> Shortfall:
    """What each limit lacks for the least that any plan uses of it, whatever else that costs."""
    least = np.minimum.reduceat(model.table.use, model.table.start[:-1], axis=1).sum(axis=1)
    missing = np.maximum(least - model.limit, 0.0)
    only = np.count_nonzero(missing) == 1
    return Shortfall(alone=np.where(only & (missing > 0.0), missing, np.inf), together=missing)


def repairs(
    short: Shortfall, names: Sequence[str], units: Sequence[str], limits: FloatArray
) -> list[str]:
    """Return one sentence for each single repair, or one for the least repair of all together."""
    single = [
        f"raise {name} by {_amount(missing, unit)}, "
        f"from {_amount(limit, unit)} to {_amount(limit + missing, unit)}"
        for name, unit, limit, missing in zip(names, units, limits, short.alone, strict=True)
        if np.isfinite(missing)
    ]
    if single:
        return single
    needed = zip(names, units, short.together, strict=True)
    raised = [f"raise {name} by {_amount(more, unit)}" for name, unit, more in needed if more > 0.0]
    return ["no single limit is to blame; together: " + ", ".join(raised)]


def _amount(amount: float, unit: str) -> str:
    """Say an amount, rounded up so that it is enough."""
    return f"{np.ceil(amount * 100.0 - 1e-6) / 100.0:,.2f} {unit}".rstrip()


def _least_excess(data: ModelData, elastic: BoolArray) -> FloatArray | None:
    """Return the least excess of the elastic limits, None where the others cannot be met."""
    n_options, n_suppliers = len(data.cost), len(data.onboarding_cost)
    n_limits = len(data.resource_limit)
    scale_of_limit = np.maximum(data.resource_limit, 1.0)
    answer = milp(
        c=np.concatenate([np.zeros(n_options + n_suppliers), 1.0 / scale_of_limit]),
        integrality=np.concatenate([np.ones(n_options + n_suppliers), np.zeros(n_limits)]),
        bounds=Bounds(
            0.0, np.concatenate([np.ones(n_options + n_suppliers), np.where(elastic, np.inf, 0.0)])
        ),
        constraints=_constraints(data),
    )
    return None if answer.x is None else np.maximum(answer.x[n_options + n_suppliers :], 0.0)


def _constraints(data: ModelData) -> list[LinearConstraint]:
    n_options, n_suppliers = len(data.cost), len(data.onboarding_cost)
    n_limits, n_links = len(data.resource_limit), len(data.link_option)
    options, links = np.arange(n_options), np.arange(n_links)
    one = sparse.csr_array((np.ones(n_options), (data.sku_of_option, options)))
    needs = sparse.csr_array(
        (np.ones(n_links), (links, data.link_option)), shape=(n_links, n_options)
    )
    opens = sparse.csr_array(
        (-np.ones(n_links), (links, data.link_supplier)), shape=(n_links, n_suppliers)
    )
    none = sparse.csr_array((data.n_skus, n_suppliers + n_limits))
    use = sparse.hstack(
        [
            sparse.csr_array(data.resource_use),
            sparse.csr_array(data.onboarding_use),
            -sparse.eye_array(n_limits),
        ]
    )
    link = sparse.hstack([needs, opens, sparse.csr_array((n_links, n_limits))])
    return [
        LinearConstraint(sparse.hstack([one, none]), 1.0, 1.0),
        LinearConstraint(use, -np.inf, data.resource_limit),
        *([LinearConstraint(link, -np.inf, 0.0)] if n_links else []),
    ]
