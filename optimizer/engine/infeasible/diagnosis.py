"""Explains why no plan meets the limits: confirmed by a second solver, with the least repairs."""

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
from optimizer.engine.limited_losses import BeyondLimitError
from optimizer.engine.limited_losses import Least as Losses
from optimizer.errors import BadInputError, NoPlanError, VerificationError

_NAMED: Final = 5  # SKUs whose lock is released, named in the sentence
_COUNTED: Final = {
    "qualifications": "qualification",
    "onboardings": "onboarding",
    "changes": "change",
}

_OF_QUARTERS: Final = {f"capital_q{k}": f"budget.quarters, quarter {k}," for k in range(1, 5)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shortfall:
    """
    How much the limits are short, in the resources' units.

    Attributes
    ----------
    alone
        Least increase of each limit that by itself makes a plan possible, ``inf`` if none does.
        Shape ``(R,)``.
    alone_proven
        Whether it is proven that no smaller increase, or none at all, suffices.  Shape ``(R,)``.
    together
        Joint increases that make a plan possible, least in sum relative to the limits.  ``(R,)``
    """

    alone: FloatArray
    alone_proven: BoolArray
    together: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """
    A limit in the user's words.

    `counted` names the whole things it counts, ``""`` if it is an amount; `is_floor` if it is a
    service floor, which limits what is short. [%]
    """

    words: str
    unit: str = ""
    counted: str = ""
    is_floor: bool = False

    def raised(self, limit: float, missing: float, *, is_proven: bool = True) -> str:
        """Say by how much to raise the limit, rounded up so that it is enough."""
        most = "" if is_proven else "at most "
        if self.counted:
            more = round(missing)
            noun = self.counted if more == 1 else f"{self.counted}s"
            return f"allow {most}{more:,} more {noun}, {limit + more:,.0f} instead of {limit:,.0f}"
        if self.is_floor:
            reached = _reached(limit + missing)
            best = "is within reach" if most else "is the most that the other limits leave"
            return f"lower {self.words} from {_percent(100.0 - limit)} to {reached}, which {best}"
        now, then = _amount(limit, self.unit), _amount(limit + missing, self.unit)
        return f"raise {self.words} by {most}{_amount(missing, self.unit)}, from {now} to {then}"

    def more(self, missing: float) -> str:
        """Say by how much to raise the limit together with others."""
        if self.counted:
            more = round(missing)
            return f"allow {more:,} more {self.counted if more == 1 else self.counted + 's'}"
        if self.is_floor:
            return f"lower {self.words} by {_amount(missing, 'percentage points')}"
        return f"raise {self.words} by {_amount(missing, self.unit)}"


def limit_of(name: str, unit: str) -> Limit:
    """Return a resource's limit in the user's words."""
    kind, _, category = name.partition(":")
    if kind in _COUNTED:
        return Limit(words=name, counted=_COUNTED[kind])
    if kind == "service":
        by, _, who = category.partition(":")
        return Limit(words=f"the fill rate floor of {by} {who}", unit=unit, is_floor=True)
    words = {"capital": "the capital budget", **_OF_QUARTERS}.get(kind, kind)
    return Limit(words=f"{words} of {category}" if category else words, unit=unit)


def shortfall(problem: Feasibility) -> Shortfall | None:
    """Return how much the limits are short, or None if the second solver finds a plan."""
    n_limits = len(problem.limit)
    joint = least(problem, np.ones(n_limits, dtype=np.bool_))
    is_solved = joint is not None and np.isfinite(joint.excess).all()
    together = joint.excess if joint and is_solved else frugal_excess(problem)
    if meets(problem, together):
        return None
    alone, is_proven = np.full(n_limits, np.inf), np.ones(n_limits, dtype=np.bool_)
    for r in range(n_limits):
        single = least(problem, np.arange(n_limits) == r)
        if single is not None:
            alone[r], is_proven[r] = single.excess[r], single.is_proven
    return Shortfall(alone=alone, alone_proven=is_proven, together=together)


def explain(case: Case, model: PricingModel) -> Exception:
    """Return the error with the least repairs; the second solver must confirm it."""
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
    is_exact = counted.alone_proven & np.isfinite(counted.alone)
    return NoPlanError(
        "no plan meets the limits:",
        single or [joint_repair(counted, limits)],
        missing={names[r]: float(counted.alone[r]) for r in np.flatnonzero(is_exact).tolist()},
    )


def explain_losses(case: Case, beyond: BeyondLimitError) -> NoPlanError:
    """Return the error that names limits on losses with the least that any plan loses."""
    repairs = [_least_loss(case, name, least) for name, least in beyond.least.items()]
    return NoPlanError("no plan meets the limits:", repairs)


def _least_loss(case: Case, name: str, least: Losses) -> str:
    """Say by how much to raise a limit on losses; finer levels than those offered may lose less."""
    settings, money = case.portfolio.settings, case.money_unit
    limit = Limit(words=f"limits.{name}", unit=f"{settings.currency} a year")
    stated = settings.limits.on_losses[name] * money
    found = least.found * money / settings.horizon.years
    is_least = least.proven >= least.found * (1.0 - settings.gap)
    is_proven = is_least and not settings.catalogue.refine
    return limit.raised(stated, found - stated, is_proven=is_proven)


def single_repairs(short: Shortfall, limits: Sequence[Limit], values: FloatArray) -> list[str]:
    """Return one sentence for each limit that is enough by itself."""
    columns = zip(limits, values, short.alone, short.alone_proven, strict=True)
    return [
        limit.raised(float(value), float(missing), is_proven=bool(is_proven))
        for limit, value, missing, is_proven in columns
        if np.isfinite(missing)
    ]


def joint_repair(short: Shortfall, limits: Sequence[Limit]) -> str:
    """Return the sentence for the least joint repair."""
    columns = zip(limits, short.together, strict=True)
    raised = ", ".join(limit.more(float(more)) for limit, more in columns if more > 0.0)
    if not short.alone_proven.all():
        return f"together these are enough: {raised}"
    return f"no single change is enough; together: {raised}"


def _releases(case: Case, locked: Feasibility) -> list[str]:
    """Return the sentence for the fewest locks whose release is enough, if any are."""
    if case.without_locks is None:
        return []
    try:
        free = case.without_locks()
    except BadInputError:  # a SKU has no options besides those of its lock
        return []
    skus = case.portfolio.skus
    policies = np.array(list(case.portfolio.settings.policies), dtype=np.object_)
    unlocked = of_case(pricing_model(free))
    policy = policies[free.options.catalogue.policy[free.options.choice]]
    lock = skus.lock_policy[unlocked.sku]
    broken = np.flatnonzero((lock != "") & (lock != policy))
    fewest = least(_joined(locked, unlocked.take(broken)), np.zeros(len(locked.limit), np.bool_))
    if fewest is None or not fewest.burdened.size:
        return []
    return [_released(skus.sku[fewest.burdened], is_proven=fewest.is_proven)]


def _joined(kept: Feasibility, released: Feasibility) -> Feasibility:
    """Return the options of both, sorted by SKU; those that break a lock carry a burden of 1."""
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


def _reached(short: float) -> str:
    """Return the fill rate that leaves so much short, rounded down so that it is enough."""
    return _percent(np.floor((100.0 - short) * 100.0 + 1e-6) / 100.0)


def _percent(value: float) -> str:
    return f"{value:.10g} %"


def _amount(amount: float, unit: str) -> str:
    """Format an amount, rounded up so that it is enough."""
    return f"{np.ceil(amount * 100.0 - 1e-6) / 100.0:,.2f} {unit}".rstrip()
