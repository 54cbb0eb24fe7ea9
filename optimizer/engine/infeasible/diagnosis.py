"""No plan meets the limits: a second solver confirms it and says the least that would mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, TextArray
from optimizer.engine.decompose.pricing_model import Case, PricingModel, pricing_model
from optimizer.engine.infeasible.feasibility import (
    Feasibility,
    frugal_excess,
    least,
    meets,
    of_case,
)
from optimizer.errors import BadInputError, NoPlanError, VerificationError

_NAMED: Final = 5  # SKUs whose lock is released, named in the sentence
_COUNTED: Final = {
    "qualifications": "qualification",
    "onboardings": "onboarding",
    "changes": "change",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shortfall:
    """
    What is missing, in the resources' own units.

    Attributes
    ----------
    alone
        Least increase of each limit that alone makes a plan possible, ``inf`` where none does.
        Shape ``(R,)``.
    alone_proven
        Whether it is proven that no smaller one does, or that none does.  Shape ``(R,)``.
    together
        Increases, least in sum relative to their limits, that make one possible.  Shape ``(R,)``.
    """

    alone: FloatArray
    alone_proven: BoolArray
    together: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """
    A limit in the user's words.

    `counted` is what it counts in whole things, ``""`` where it is an amount.
    """

    words: str
    unit: str = ""
    counted: str = ""

    def raised(self, limit: float, missing: float, *, is_proven: bool = True) -> str:
        """Say by how much to raise it, rounded up so that it is enough."""
        most = "" if is_proven else "at most "
        if self.counted:
            more = round(missing)
            noun = self.counted if more == 1 else f"{self.counted}s"
            return f"allow {most}{more:,} more {noun}, {limit + more:,.0f} instead of {limit:,.0f}"
        now, then = _amount(limit, self.unit), _amount(limit + missing, self.unit)
        return f"raise {self.words} by {most}{_amount(missing, self.unit)}, from {now} to {then}"

    def more(self, missing: float) -> str:
        """Say by how much to raise it together with others."""
        if self.counted:
            more = round(missing)
            return f"allow {more:,} more {self.counted if more == 1 else self.counted + 's'}"
        return f"raise {self.words} by {_amount(missing, self.unit)}"


def limit_of(name: str, unit: str) -> Limit:
    """Return a resource's limit in the user's words."""
    kind, _, category = name.partition(":")
    if kind in _COUNTED:
        return Limit(words=name, counted=_COUNTED[kind])
    words = "the capital budget" if kind == "capital" else kind
    return Limit(words=f"{words} of {category}" if category else words, unit=unit)


def shortfall(problem: Feasibility) -> Shortfall | None:
    """Return what the limits lack, or None where the second opinion finds a plan within them."""
    n_limits = len(problem.limit)
    found = least(problem, np.ones(n_limits, dtype=np.bool_))
    is_found = found is not None and np.isfinite(found.excess).all()
    together = found.excess if found and is_found else frugal_excess(problem)
    if meets(problem, together):
        return None
    alone, is_proven = np.full(n_limits, np.inf), np.ones(n_limits, dtype=np.bool_)
    for r in range(n_limits):
        found = least(problem, np.arange(n_limits) == r)
        if found is not None:
            alone[r], is_proven[r] = found.excess[r], found.is_proven
    return Shortfall(alone=alone, alone_proven=is_proven, together=together)


def explain(case: Case, model: PricingModel) -> Exception:
    """Return the refusal that says the least repairs; the second opinion must confirm it."""
    limits = [
        limit_of(case.resources.name[r], case.resources.unit[r]) for r in model.limited.tolist()
    ]
    size = case.resource_unit[model.limited]
    problem = of_case(model)
    short = shortfall(problem)
    if short is None:
        return VerificationError(["the solver calls a feasible portfolio infeasible"])
    counted = Shortfall(
        alone=short.alone * size,
        alone_proven=short.alone_proven,
        together=short.together * size,
    )
    single = single_repairs(counted, limits, model.limit * size) + _releases(case, problem)
    names = [case.resources.name[r] for r in model.limited.tolist()]
    is_known = counted.alone_proven & np.isfinite(counted.alone)
    return NoPlanError(
        "no plan meets the limits:",
        single or [joint_repair(counted, limits)],
        missing={names[r]: float(counted.alone[r]) for r in np.flatnonzero(is_known).tolist()},
    )


def single_repairs(short: Shortfall, limits: Sequence[Limit], values: FloatArray) -> list[str]:
    """Return one sentence for each limit that mends it alone."""
    columns = zip(limits, values, short.alone, short.alone_proven, strict=True)
    return [
        limit.raised(float(value), float(missing), is_proven=bool(is_proven))
        for limit, value, missing, is_proven in columns
        if np.isfinite(missing)
    ]


def joint_repair(short: Shortfall, limits: Sequence[Limit]) -> str:
    """Return the sentence for the least repair of all limits together."""
    columns = zip(limits, short.together, strict=True)
    raised = ", ".join(limit.more(float(more)) for limit, more in columns if more > 0.0)
    if not short.alone_proven.all():
        return f"together these are enough: {raised}"
    return f"no single change is enough; together: {raised}"


def _releases(case: Case, locked: Feasibility) -> list[str]:
    """Return the sentence for the fewest locks whose release mends it, if any do."""
    if case.without_locks is None:
        return []
    try:
        free = case.without_locks()
    except BadInputError:  # a SKU that has no option but those of its lock
        return []
    skus = case.portfolio.skus
    policies = np.array(list(case.portfolio.settings.policies), dtype=np.object_)
    unlocked = of_case(pricing_model(free))
    policy = policies[free.options.catalogue.policy[free.options.choice]]
    lock = skus.lock_policy[unlocked.sku]
    broken = np.flatnonzero((lock != "") & (lock != policy))
    found = least(_joined(locked, unlocked.take(broken)), np.zeros(len(locked.limit), np.bool_))
    if found is None or not found.burdened.size:
        return []
    return [_released(skus.sku[found.burdened], is_proven=found.is_proven)]


def _joined(kept: Feasibility, released: Feasibility) -> Feasibility:
    """Return the options of both, sorted by SKU; those that break a lock are burdened."""
    both = kept._replace(
        sku=np.concatenate([kept.sku, released.sku]),
        use=np.hstack([kept.use, released.use]),
        needs=np.vstack([kept.needs, released.needs]),
        burden=np.concatenate([kept.burden, np.ones(len(released.sku))]),
    )
    return both.take(np.argsort(both.sku, kind="stable"))


def _released(skus: TextArray, *, is_proven: bool) -> str:
    most = "" if is_proven else "at most "
    named = ", ".join(str(sku) for sku in skus[:_NAMED])
    if len(skus) > _NAMED:
        named += f" and {len(skus) - _NAMED:,} more"
    if len(skus) == 1:
        return f"release the lock (lock_policy) of {named}"
    return f"release the lock (lock_policy) of {most}{len(skus):,} SKUs: {named}"


def _amount(amount: float, unit: str) -> str:
    """Say an amount, rounded up so that it is enough."""
    return f"{np.ceil(amount * 100.0 - 1e-6) / 100.0:,.2f} {unit}".rstrip()
