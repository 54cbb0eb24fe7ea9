"""Who takes part, under which name, and whether it can here."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final, get_args

from optimizer.domain.settings import Solver


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One row of the tables; `distribution` is the package it cannot do without."""

    key: str
    label: str
    colour: str  # of Okabe and Ito's palette, which the colour-blind tell apart
    distribution: str = "numpy"

    @property
    def is_ballast(self) -> bool:
        """Whether it is ours, and begins with the portfolio."""
        return self.key.startswith("ballast_")

    @property
    def available(self) -> bool:
        """Whether it is installed, or written yet."""
        if self.is_ballast:
            written = get_args(Solver.model_fields["method"].annotation)
            return self.key.removeprefix("ballast_") in written
        return find_spec(self.distribution) is not None


METHODS: Final = (
    Method(key="ballast_decompose", label="Ballast decompose", colour="#D55E00"),
    Method(key="ballast_exact", label="Ballast exact", colour="#E69F00"),
    Method(key="highs_arrays", label="HiGHS by arrays", colour="#0072B2"),
    Method(key="highs_events", label="HiGHS by arrays, events", colour="#56B4E9"),
    Method(key="pyomo_highs", label="Pyomo + HiGHS", colour="#000000"),
    Method(key="scip", label="SCIP", colour="#009E73", distribution="pyscipopt"),
    Method(key="ortools", label="OR-Tools", colour="#CC79A7", distribution="ortools"),
    Method(key="greedy", label="Greedy marginal analysis", colour="#767676"),
)


def method(key: str) -> Method:
    """Return the method of this key."""
    return next(found for found in METHODS if found.key == key)
