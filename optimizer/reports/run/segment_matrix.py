"""The portfolio of segments: value by variability and supplier risk, and what the plan does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

VALUES: Final = ("A", "B", "C")
VARIABILITIES: Final = ("X", "Y", "Z")
RISKS: Final = ("low", "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The SKUs of one segment together; `policies` most frequent first, with their numbers."""

    name: str
    skus: int
    capital: float
    expected_loss: float
    tail_loss: float
    policies: tuple[tuple[str, int], ...]


def segments(plan: pd.DataFrame) -> tuple[Segment, ...]:
    """Return the segments of a plan by name."""
    sums = plan.groupby("segment")[["capital", "expected_loss", "tail_contribution"]].sum()
    numbers = plan.groupby(["segment", "policy"]).size()
    rows = []
    for name, capital, expected, tail in sums.itertuples():
        policies = numbers[name].sort_values(ascending=False, kind="stable")
        rows.append(
            Segment(
                name=str(name),
                skus=int(policies.sum()),
                capital=float(capital),
                expected_loss=float(expected),
                tail_loss=float(tail),
                policies=tuple((str(policy), int(number)) for policy, number in policies.items()),
            )
        )
    return tuple(rows)


def grid(of_plan: Sequence[Segment]) -> list[list[Segment | None]]:
    """
    Return rows by value, columns by supplier risk and variability; ``None`` without SKUs.

    Empty if a segment's name does not fit the grid, as in a plan from another tool.
    """
    by_name = {segment.name: segment for segment in of_plan}
    names = [
        [f"{value}-{variability}-{risk}" for risk in RISKS for variability in VARIABILITIES]
        for value in VALUES
    ]
    if not by_name.keys() <= {name for row in names for name in row}:
        return []
    return [[by_name.get(name) for name in row] for row in names]
