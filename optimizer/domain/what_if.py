"""Named what-ifs, and what each of them comes to beside the portfolio as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from optimizer.domain.manifest import About
from optimizer.domain.portfolio import Portfolio

BASE: Final = "base"
"""Name of the portfolio as it is, which no what-if may bear."""

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
    portfolio
        The portfolio under these settings.
    """

    name: str
    description: str
    changes: Mapping[str, str]
    portfolio: Portfolio

    @property
    def in_words(self) -> str:
        """Return what it changes, ``risk.weight 0.3, solver.gap 0.01``."""
        return ", ".join(f"{key} {value}" for key, value in self.changes.items())

    @property
    def same_yardstick(self) -> bool:
        """Whether a plan costs under it what it costs in the portfolio as it is."""
        return all(key.partition(".")[0] in _OPENS_AND_CLOSES for key in self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfRow:
    """
    One what-if solved; money in the portfolio's currency, over its horizon where it is a cost.

    Where there is no plan there is no run, and every figure but `missing` is None.  What sets
    it against the portfolio as it is, is None in the row of that, and where either has no plan.

    Attributes
    ----------
    run, status, stopped_by, objective, expected_cost, risk_charge, bound, gap
        As in the manifest.
    capital_price
        What the next unit of money would save, by the relaxation.
    carrying, …, onboarding
        `PARTS`; with `expected_loss` they add up to `expected_cost`, and `risk_charge` makes it the
        `objective`.
    changes
        The settings it changes, in words.
    same_yardstick
        Whether a plan costs here what it costs in the portfolio as it is.
    horizon_days
        What its costs are over. [day]
    tail_level
        Confidence level of `var` and `cvar`. [-]
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
    message
        Why there is no plan.
    missing
        Least increase of each limit that alone makes a plan possible, by its name.
    """

    what_if: str
    description: str
    run: str | None = None
    status: str | None = None
    stopped_by: str | None = None
    objective: float | None = None
    expected_cost: float | None = None
    risk_charge: float | None = None
    bound: float | None = None
    gap: float | None = None
    capital_used: float | None = None
    capital_limit: float | None = None
    capital_price: float | None = None
    carrying: float | None = None
    ordering: float | None = None
    purchasing: float | None = None
    routine_stockout: float | None = None
    qualification: float | None = None
    onboarding: float | None = None
    expected_loss: float | None = None
    var: float | None = None
    cvar: float | None = None
    fill_rate: float | None = None
    turns: float | None = None
    changes: str = ""
    same_yardstick: bool = True
    horizon_days: int
    tail_level: float
    cost_difference: float | None = None
    decisions_changed: int | None = None
    qualified_more: int | None = None
    qualified_fewer: int | None = None
    base_cost: float | None = None
    regret: float | None = None
    base_breaks: str = ""
    message: str = ""
    missing: Mapping[str, float] = field(default_factory=dict)


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

    def __fspath__(self) -> str:
        """Return its folder: what takes a path takes it."""
        return str(self.folder)
