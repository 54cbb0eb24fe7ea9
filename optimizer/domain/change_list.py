"""What a new plan changes of the plan in force, change by change, and what each is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import pandas as pd

from optimizer.domain.manifest import About

Word = Literal["accept", "reject", "later"]
WORDS: Final[tuple[Word, ...]] = ("accept", "reject", "later")
CHANGES: Final = (
    *("rank", "sku", "description", "category", "supplier"),
    *("option", "to_option", "reorder_point", "to_reorder_point"),
    *("order_quantity", "to_order_quantity", "buffer", "to_buffer", "alternates", "to_alternates"),
    *("capital_change", "expected_cost_change", "risk_charge_change", "saving"),
    *("cumulative_saving", "worth", "reason", "decision", "decided_by", "decision_reason", "list"),
)
"""
Columns of ``changes.csv``; money over the horizon, `to_` the new plan's.

`buffer` is safety stock with its reserve.  `saving` is what the objective falls by when the change
is made after those ranked before it; `worth` what it saves at the plan's prices, the capital it
frees or ties up included.  `list` identifies the list.
"""


HOLDS: Final = {
    "min_change_percent": "the dead band",
    "max_change_percent": "the cap",
    "keep": "the locks",
    "policy_mode": "the rule of thumb",
}
"""What can hold a plan back, by its setting or column, in words."""


class Sums(NamedTuple):
    """A plan's objective, its two parts, and the capital it draws. [currency]"""

    objective: float
    expected_cost: float
    risk_charge: float
    capital: float


class Point(NamedTuple):
    """The best plan with at most so many changes; a bound on any other. [currency]"""

    changes: int
    made: int
    objective: float
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChangeList:
    """
    What a plan changes.

    Attributes
    ----------
    plan_of
        Run whose plan is in force.
    rows
        `CHANGES`, in order of rank.
    before, after
        The plan in force, where that is possible, and the new plan; both on the same futures.
    first
        SKUs that need a first decision; they are changes in neither.
    most_capital
        Most capital drawn on the way, when changes are made in order of rank. [currency]
    capital_limit
        None where there is none. [currency]
    curve
        The best plans with fewer changes, fewest first; empty where they were not asked for.
    unbound
        The best plans without what held the plan back, by its name in `HOLDS`, and without all of
        it as ``all`` where that is several; empty where they were not asked for.
    decided
        Whether decisions on an earlier list were given.
    rejected
        Those that turned changes down or put them off, with what each was worth.
    proposed
        Objective of the plan they were taken from, on the same futures; None where its inputs or
        settings were others. [currency]
    gap, is_proven
        How far from the best plan of these limits it can be, and whether that is what was asked.
    notes
        What did not carry over from the run.
    """

    plan_of: str
    rows: pd.DataFrame
    before: Sums
    after: Sums
    first: int
    most_capital: float
    capital_limit: float | None
    curve: tuple[Point, ...]
    unbound: Mapping[str, Point]
    decided: bool
    rejected: pd.DataFrame
    proposed: float | None
    gap: float
    is_proven: bool
    notes: tuple[str, ...]
    about: About

    @property
    def saving(self) -> float:
        """What all changes save together. [currency]"""
        return self.before.objective - self.after.objective

    def changes_for(self, share: float) -> int:
        """Return how many changes, in order of rank, give this share of the saving for good."""
        short = self.rows["cumulative_saving"].to_numpy() < share * self.saving
        return int(short.nonzero()[0][-1]) + 2 if short.any() else min(1, len(self.rows))
