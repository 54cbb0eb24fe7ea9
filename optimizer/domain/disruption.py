"""Disruptions with dates: what strikes, from which day to which, in every replication."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.domain.arrays import FloatArray, IntArray, TextArray, freeze


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spells:
    """
    Spells of one kind; each replication has one row of them for each of T targets.

    Attributes
    ----------
    start
        Replication k's spells at target t are ``start[k * T + t]:start[k * T + t + 1]``.  Shape
        ``(K * T + 1,)``.
    first_day, end_day
        First day, and the day after the last, counted from the first of the horizon.
        Shape ``(E,)``. [whole days]
    multiplier
        Of demand or unit cost; 1 for an outage.  Shape ``(E,)``. [-]
    """

    start: IntArray
    first_day: IntArray
    end_day: IntArray
    multiplier: FloatArray

    def __post_init__(self) -> None:
        columns = (self.first_day, self.end_day, self.multiplier)
        if any(len(column) != self.start[-1] for column in columns):
            raise ValueError(f"every column must have {self.start[-1]} rows, as start says.")
        freeze(self)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Disruptions:
    """
    Everything that strikes in K replications of the horizon.

    Attributes
    ----------
    n_replications, n_suppliers
        K and J.
    outages
        Targets are the portfolio's suppliers.
    categories
        Names of the targets of surges and price shocks, sorted.  Shape ``(C,)``.
    surges, prices
        Targets are `categories`.
    """

    n_replications: int
    n_suppliers: int
    outages: Spells
    categories: TextArray
    surges: Spells
    prices: Spells

    def __post_init__(self) -> None:
        of_category = self.n_replications * len(self.categories)
        of_supplier = self.n_replications * self.n_suppliers
        rows = (of_supplier, of_category, of_category)
        for spells, n_rows in zip((self.outages, self.surges, self.prices), rows, strict=True):
            if len(spells.start) != n_rows + 1:
                raise ValueError(f"{n_rows} rows of spells wanted; found {len(spells.start) - 1}.")
        freeze(self)
