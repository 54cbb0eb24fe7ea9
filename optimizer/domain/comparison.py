"""What differs between runs: inputs, decisions and money, everything against the first run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from optimizer.domain.manifest import About
from optimizer.domain.option import CERTAIN

COMPONENTS: Final = (*CERTAIN, "onboarding", "expected_loss", "risk_charge")
"""The components of the objective."""
BY: Final = ("sku", "supplier", "category", "region", "hazard", "policy")
"""What differences of money are told by."""

INPUTS: Final = ("run", "change", "table", "row", "column", "before", "after", "relative")
CHANGES: Final = (
    *("run", "change", "table", "column", "rows", "row", "where", "before", "after"),
    *("low", "high", "said"),
)
DECISIONS: Final = (
    *("run", "sku", "description", "category", "region", "supplier", "differs"),
    *("policy", "to_policy", "option", "to_option"),
    *("reorder_point", "to_reorder_point", "order_quantity", "to_order_quantity"),
    *("buffer", "to_buffer", "alternates", "to_alternates"),
    *("capital_difference", "difference", "by_decision", "causes"),
)
STORIES: Final = (
    *("run", "rank", "skus", "names", "policy", "to_policy", "step", "sources", "causes"),
    *("capital_difference", *COMPONENTS, "difference", "by_decision", "said"),
)
MONEY: Final = ("run", "figure", "reference", "value", "difference")
PARTS: Final = ("run", "by", "name", "skus", *COMPONENTS, "difference", "capital_difference")
WORLDS: Final = (
    *("run", "plan_of", "world_of", "futures_of", *COMPONENTS, "objective", "capital", "exceeds"),
)
CAUSES: Final = (
    *("run", "rank", "cause", "kind", "said", "changes", "expected_cost", "risk_charge"),
    *("objective", "low", "high", "reading"),
)
TEXTS: Final = (
    *("run", "table", "column", "row", "where", "before", "after", "said", "sku", "description"),
    *("category", "region", "supplier", "differs", "policy", "to_policy", "option", "to_option"),
    *("alternates", "to_alternates", "causes", "names", "step", "sources", "figure", "by", "name"),
    *("plan_of", "world_of", "futures_of", "exceeds", "cause", "kind", "changes", "reading"),
)
"""The columns that hold texts; all others hold numbers."""
FRAMES: Final = ("inputs", "changes", "decisions", "stories", "money", "parts", "worlds", "causes")
"""The tables of a comparison, by name."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """
    What differs between runs; money in the currency, over the horizon or a year (`a_year`).

    All amounts of money are multiples of one power of two, far below a cent, so that every sum of
    them is exact in whatever order they are added.

    Attributes
    ----------
    runs
        Their names; all others are compared with the first.
    about
        Of the comparison; settings and inputs are those of the first run.
    a_year
        Whether money is a year's, because the horizons differ.
    sealed
        SHA-256 of each run's manifest, by its name.
    notes
        What could not be compared and why, or must be known to read it.
    inputs
        `INPUTS`: every value that differs; `change` numbers the rows of `changes`.
    changes
        `CHANGES`: the same in groups that share table, column and factor; `low` and `high` are
        relative changes, NaN where there are none.
    decisions
        `DECISIONS`: SKUs that are decided otherwise, the most money first.  `difference` is in
        the objective; `by_decision` what of it the decision makes in the run's own world, NaN
        where that is not known; `causes` numbers of `changes`.
    stories
        `STORIES`: decisions that change alike for the same causes, the most money first.
    money
        `MONEY`: components of the objective, and figures beside it; differences are from the
        first run.
    parts
        `PARTS`: the difference of the objective by SKU, supplier, category, region, hazard and
        policy; those of one kind add up to it exactly.  Without those that do not differ.
    worlds
        `WORLDS`: for every other run, both plans under both runs' inputs, on futures drawn as
        either run drew its own: a tail is a sample, and another sample is no other input.
    causes
        `CAUSES`, where it was asked for: what each cause makes of the difference, the solver gap
        last; they add up to it exactly.  `low` and `high` bound what it makes of the objective
        whatever better plans there may be, NaN for the solver gap; `changes` numbers the rows of
        `changes`.
    """

    folder: Path
    about: About
    runs: tuple[str, ...]
    a_year: bool
    sealed: dict[str, str]
    notes: tuple[str, ...]
    inputs: pd.DataFrame
    changes: pd.DataFrame
    decisions: pd.DataFrame
    stories: pd.DataFrame
    money: pd.DataFrame
    parts: pd.DataFrame
    worlds: pd.DataFrame
    causes: pd.DataFrame

    def __fspath__(self) -> str:
        """Return its folder: what takes a path takes it."""
        return str(self.folder)

    @property
    def currency(self) -> str:
        """Of every amount."""
        return self.about.settings.currency

    def differs(self, run: str) -> bool:
        """Return whether a run differs from the first in anything that is compared."""
        frames = (self.inputs, self.decisions, self.parts)
        return any((frame["run"] == run).any() for frame in frames)

    def difference(self, run: str, figure: str = "objective") -> float:
        """Return by how much a figure of a run differs from that of the first. [currency]"""
        of_run = self.money[(self.money["run"] == run) & (self.money["figure"] == figure)]
        return float(of_run["difference"].sum())
