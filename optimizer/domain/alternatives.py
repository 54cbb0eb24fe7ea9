"""Other plans that cost nearly as little as a run's, and what all of them share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from optimizer.domain.manifest import About
from optimizer.domain.plan_figures import PlanFigures

OTHER_DECISIONS: Final = "other-decisions"
OTHER_SUPPLIERS: Final = "other-suppliers"
FEWER_CHANGES: Final = "fewer-changes"
FEWER_ALTERNATES: Final = "fewer-alternates"
LESS_CONCENTRATED: Final = "less-concentrated"

AMOUNTS: Final[Mapping[str, str]] = {
    OTHER_DECISIONS: "same_decisions",
    OTHER_SUPPLIERS: "alternates_kept",
    FEWER_CHANGES: "changes",
    FEWER_ALTERNATES: "alternates",
    LESS_CONCENTRATED: "regional_loss",
}
"""What each aspect wants less of: the column that tells it of every plan."""
BEST: Final = "best"
_FIGURES: Final = (
    *("objective", "dearer", "capital_used", "expected_cost", "risk_charge", "expected_loss"),
    *("var", "cvar", "fill_rate", "bound", "gap"),
)
COLUMNS: Final = (
    *("plan", "also", "run", "status", *_FIGURES, "skus_differ", "levels_differ"),
    *AMOUNTS.values(),
)
"""Of ``alternatives.csv``."""


@dataclass(frozen=True, kw_only=True)
class AlternativePlan(PlanFigures):
    """
    A plan within reach of the best one.

    Attributes
    ----------
    plan
        The aspect it was sought for, ``best`` for the run's own plan.
    also
        Further aspects for which the same plan was found.
    dearer
        Share of the best one's cost that it costs more. [-]
    skus_differ
        SKUs with another policy or other alternates than in the best one.
    levels_differ
        SKUs with the same of these, but another level, reserve or lot.
    amounts
        `AMOUNTS` by name: SKUs with the best one's policy and alternates; pairs of SKU and
        alternate that it shares with that, a half for each given up without another; SKUs that
        change against the plan in force; pairs of SKU and alternate; expected loss to the hazards
        of the region [currency over the horizon].  None where it does not apply.
    """

    plan: str
    also: tuple[str, ...]
    dearer: float
    skus_differ: int
    levels_differ: int
    amounts: Mapping[str, float | None]


def flat_plan(plan: AlternativePlan) -> dict[str, Any]:
    """Return all `COLUMNS` of a plan."""
    stated = {**asdict(plan), **plan.amounts, "also": ";".join(plan.also)}
    return {name: stated[name] for name in COLUMNS}


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedSupplier:
    """For how many SKUs a supplier is an alternate, in all plans, in some, and at most in one."""

    supplier: str
    in_all: int
    in_some: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Alternatives:
    """
    The best plan and its alternatives, the best first.

    Attributes
    ----------
    run
        Name of the run whose plan is the best one.
    within
        How much dearer a plan may be, as a share of the best one's cost. [-]
    region
        The region whose hazards make most of the best plan's expected loss; empty where none do.
    not_found
        Why there is no alternative for an aspect, by aspect.
    decisions
        One row per SKU: see ``decisions.csv`` in the documentation.
    suppliers
        Those that some plan uses as an alternate.
    """

    folder: Path
    currency: str
    run: str
    within: float
    region: str
    plans: tuple[AlternativePlan, ...]
    not_found: Mapping[str, str]
    decisions: pd.DataFrame
    suppliers: tuple[SharedSupplier, ...]
    about: About

    @property
    def best(self) -> AlternativePlan:
        """The run's own plan."""
        return self.plans[0]

    @property
    def others(self) -> tuple[AlternativePlan, ...]:
        """The alternatives."""
        return self.plans[1:]

    @property
    def sure(self) -> int:
        """SKUs with the same policy and alternates in all plans."""
        return int(self.decisions["sure"].sum())

    def __fspath__(self) -> str:
        """Return its folder: what takes a path takes it."""
        return str(self.folder)
