"""A comparison as it is looked at: every other run against the first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple, Self

import numpy as np
import pandas as pd

from optimizer.domain.comparison import Comparison
from optimizer.reports.kit.format import per_horizon


class Effects(NamedTuple):
    """
    What inputs, the draw of futures and decisions each make of a difference. [currency]

    Attributes
    ----------
    world, draw, decisions
        First the other inputs, the first plan and its draw kept; then the other draw; then the
        other decisions.
    decisions_first, world_last, draw_last
        The other decisions under the first inputs; then the other inputs; then the other draw.
    """

    world: float
    draw: float
    decisions: float
    decisions_first: float
    world_last: float
    draw_last: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompareView:
    """
    A comparison and what every sentence and table of it needs.

    Attributes
    ----------
    period
        What amounts are over, ``a year``.
    """

    found: Comparison
    first: str
    others: tuple[str, ...]
    period: str

    @classmethod
    def of(cls, found: Comparison) -> Self:
        """Look at a comparison."""
        days = found.about.settings.horizon.days
        period = "a year" if found.a_year else per_horizon(days)
        return cls(found=found, first=found.runs[0], others=found.runs[1:], period=period)

    @property
    def currency(self) -> str:
        """Of every amount."""
        return self.found.currency

    def of_run(self, frame: str, run: str) -> pd.DataFrame:
        """Return the rows of a table that are of one run."""
        table: pd.DataFrame = getattr(self.found, frame)
        return table[table["run"] == run].reset_index(drop=True)

    def has_inputs(self, run: str) -> bool:
        """Return whether a run's inputs differ from the first's."""
        return bool((self.found.inputs["run"] == run).any())

    def effects(self, run: str) -> Effects | None:
        """Return what inputs and decisions make; None where both plans could not be costed."""
        worlds = self.of_run("worlds", run)
        if worlds.empty:
            return None
        cost = worlds.set_index(["plan_of", "world_of", "futures_of"])["objective"].to_dict()
        a, b = self.first, run
        aaa, abb, baa, bbb = (cost[at] for at in ((a, a, a), (a, b, b), (b, a, a), (b, b, b)))
        aba, bba = cost.get((a, b, a), abb), cost.get((b, b, a), bbb)
        return Effects(
            world=aba - aaa,
            draw=abb - aba,
            decisions=bbb - abb,
            decisions_first=baa - aaa,
            world_last=bba - baa,
            draw_last=bbb - bba,
        )

    def room(self, run: str) -> float:
        """Return how much of a difference the two proven gaps leave open. [currency]"""
        money = self.of_run("money", run).set_index("figure")
        gap, cost = money.loc["gap"], money.loc["objective"]
        return float(sum(abs(gap[side] * cost[side]) for side in ("reference", "value")))

    @property
    def side_by_side(self) -> pd.DataFrame:
        """The figures in money, a column for every run and for every difference."""
        wide: dict[str, pd.Series[float]] = {}
        for number, run in enumerate(self.others, start=1):
            money = self.of_run("money", run).set_index("figure")
            money = money.drop(index=list(_BESIDE), errors="ignore")
            wide.setdefault("run_0", money["reference"])
            wide[f"run_{number}"] = money["value"]
            wide[f"difference_{number}"] = money["difference"]
        every = pd.DataFrame(wide)
        some = (every.fillna(0.0) != 0.0).any(axis=1) | (every.index == "objective")
        return every[some].rename_axis("figure").reset_index()

    @property
    def forecasts(self) -> list[tuple[str, float, float]]:
        """Every run's cost on fresh futures, and half its 95 % interval, as far as known."""
        found = []
        for number, run in enumerate(self.found.runs):
            money = self.of_run("money", self.others[max(number - 1, 0)]).set_index("figure")
            side = money["value" if number else "reference"]
            value, half = side.get("forecast", np.nan), side.get("half_width", np.nan)
            found += [] if np.isnan(value) else [(run, float(value), float(half))]
        return found


_BESIDE: Final = ("gap", "capital_price", "half_width")
"""Figures that are no amounts to set side by side."""
