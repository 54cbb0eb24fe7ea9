"""Named what-ifs, and what each of them comes to beside the portfolio as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from optimizer.domain.manifest import About
from optimizer.domain.plan_figures import FORECAST, PARTS, PlanFigures
from optimizer.domain.portfolio import Portfolio

BASE: Final = "base"
"""Name of the portfolio as it is, which no what-if may bear."""

COLUMNS: Final = (
    *("what_if", "description", "run", "status", "stopped_by", "objective", "expected_cost"),
    *("risk_charge", "bound", "gap", "capital_used", "capital_limit", "capital_price"),
    *("capital_price_expected", *PARTS),
    *("expected_loss", "var", "cvar", "fill_rate", "turns", "changes", "same_yardstick"),
    *("horizon_days", "tail_level", "cost_difference", "decisions_changed", "qualified_more"),
    *("qualified_fewer", "base_cost", "regret", "base_breaks", "message", "missing"),
    *FORECAST,
)
"""Of ``what_if.csv``."""
_OPENS_AND_CLOSES: Final = ("budget", "limits", "max_alternates", "policy_mode", "solver")
"""Settings that say which plans there are and how to search, not what one costs."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WhatIf:
    """
    A what-if as its file states it.

    Attributes
    ----------
    changes
        The settings it changes, values in TOML, by dotted key in alphabetical order.
    inputs
        The inputs it changes, in words, by dotted key.
    portfolio
        The portfolio under these settings and with these inputs.
    """

    name: str
    description: str
    changes: Mapping[str, str]
    inputs: Mapping[str, str] = field(default_factory=dict)
    portfolio: Portfolio

    @property
    def in_words(self) -> str:
        """Return what it changes, ``risk.weight 0.3, demand × 1.2 (42 SKUs)``."""
        settings = (f"{key} {value}" for key, value in self.changes.items())
        return ", ".join([*settings, *self.inputs.values()])

    @property
    def same_yardstick(self) -> bool:
        """Whether a plan costs under it what it costs in the portfolio as it is."""
        opens = all(key.partition(".")[0] in _OPENS_AND_CLOSES for key in self.changes)
        return opens and not self.inputs


@dataclass(frozen=True, kw_only=True)
class _Row:
    """
    A what-if as the table of all of them names it.

    Attributes
    ----------
    changes
        The settings it changes, in words.
    same_yardstick
        Whether a plan costs here what it costs in the portfolio as it is.
    horizon_days
        What its costs are over. [day]
    tail_level
        Confidence level of `var` and `cvar`. [-]
    """

    what_if: str
    description: str
    changes: str = ""
    same_yardstick: bool = True
    horizon_days: int
    tail_level: float


@dataclass(frozen=True, kw_only=True)
class SolvedWhatIf(PlanFigures, _Row):
    """
    One what-if solved.

    What sets it against the portfolio as it is, is None in the row of that, and in all rows where
    that has no plan.

    Attributes
    ----------
    cost_difference
        Objective less that of the portfolio as it is, each under its own settings.
    decisions_changed
        SKUs whose policy, service level, reserve, lot choice or alternates differ.
    qualified_more, qualified_fewer
        Sources to qualify here only, and there only.
    base_cost
        What the plan of the portfolio as it is costs under this what-if's settings.
    regret
        `base_cost` less `objective`; None where that plan is not open here (`base_breaks`).
    base_breaks
        What that plan breaks here, in words.
    """

    capital_limit: float | None = None
    cost_difference: float | None = None
    decisions_changed: int | None = None
    qualified_more: int | None = None
    qualified_fewer: int | None = None
    base_cost: float | None = None
    regret: float | None = None
    base_breaks: str = ""


@dataclass(frozen=True, kw_only=True)
class UnsolvedWhatIf(_Row):
    """
    One what-if without a plan.

    Attributes
    ----------
    message
        Why there is none.
    missing
        Least increase of each limit that alone makes a plan possible, by its name.
    """

    message: str = ""
    missing: Mapping[str, float] = field(default_factory=dict)


WhatIfRow = SolvedWhatIf | UnsolvedWhatIf
_EMPTY: Final[dict[str, Any]] = {
    **dict.fromkeys(COLUMNS),
    "base_breaks": "",
    "message": "",
    "missing": {},
}


def flat_row(row: WhatIfRow) -> dict[str, Any]:
    """Return all `COLUMNS` of a what-if, those that it has not being None or empty."""
    return {**_EMPTY, **asdict(row)}


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfResult:
    """
    The portfolio as it is, then its what-ifs in the order of their file.

    Attributes
    ----------
    n_skus, robust
        SKUs, and those of them whose decision is the same in every plan.
    about
        What all its runs share; the settings are those of the portfolio as it is.
    left_out
        What-ifs not reached before Ctrl-C.
    """

    folder: Path
    currency: str
    rows: tuple[WhatIfRow, ...]
    n_skus: int
    robust: int
    about: About
    left_out: tuple[str, ...] = ()

    @property
    def solved(self) -> tuple[SolvedWhatIf, ...]:
        """The rows with a plan."""
        return tuple(row for row in self.rows if isinstance(row, SolvedWhatIf))

    @property
    def unsolved(self) -> tuple[UnsolvedWhatIf, ...]:
        """The rows without."""
        return tuple(row for row in self.rows if isinstance(row, UnsolvedWhatIf))

    def __fspath__(self) -> str:
        """Return its folder: what takes a path takes it."""
        return str(self.folder)
