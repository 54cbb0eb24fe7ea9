r"""
Which build-ups of a plan are funded in which quarter, within the capital of each.

A build-up is a reserve, a source to qualify, or a supplier to onboard with the sources that need
it.  In each quarter those not yet funded are gone through by saving per unit of money, the
largest first; one is funded if it fits this quarter and all later ones in which it ties up
anything.
What is funded stays funded, so each quarter's set contains the one before.  Cycle and safety stock
are no build-ups: they are bought as orders fall due.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray, TextArray, freeze
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.maths.used_up import QUARTERS

_FITS: Final = 1e-9  # relative


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BuildUps:
    """
    The build-ups of a plan, the largest saving per unit of money first.

    Attributes
    ----------
    kind, sku, supplier
        ``reserve``, ``source`` or ``supplier``; ``""`` where it has none.  Shape ``(m,)``.
    saving
        What it saves; NaN where that is not known.  Shape ``(m,)``. [currency/yr]
    use
        Capital it ties up in each quarter, on top of today's stock.  Shape ``(m, 4)``. [currency]
    """

    kind: TextArray
    sku: TextArray
    supplier: TextArray
    saving: FloatArray
    use: FloatArray

    def __post_init__(self) -> None:
        freeze(self)

    @classmethod
    def of(
        cls, portfolio: Portfolio, plan: pd.DataFrame, tables: RunTables, stands: FloatArray
    ) -> Self | None:
        """
        Return the build-ups of a plan; None where a run does not say what they save.

        Parameters
        ----------
        plan
            One row per SKU, in the portfolio's order.
        stands
            Today's stock that stands in each quarter.  Shape ``(4, N)``. [currency]
        """
        if "reasons" in tables.manifest.left_out:
            return None
        items = [*_reserves(portfolio, plan, tables, stands)]
        if portfolio.settings.budget.includes_qualification:
            items += _sources(tables)
        items = [item for item in items if item[4].max() > 0.0]
        items.sort(key=lambda item: (-_per_money(item[3], item[4]), *item[:3]))
        kind, sku, supplier, saving, use = zip(*items, strict=True) if items else ((),) * 5
        return cls(
            kind=np.array(kind, dtype=object),
            sku=np.array(sku, dtype=object),
            supplier=np.array(supplier, dtype=object),
            saving=np.array(saving, dtype=np.float64),
            use=np.array(use, dtype=np.float64).reshape(-1, QUARTERS),
        )


_Item = tuple[str, str, str, float, FloatArray]


def _per_money(saving: float, use: FloatArray) -> float:
    """Return the saving per unit of money, the least of all where it is not known."""
    return saving / float(use.max()) if np.isfinite(saving) else -np.inf


def _reserves(
    portfolio: Portfolio, plan: pd.DataFrame, tables: RunTables, stands: FloatArray
) -> list[_Item]:
    """Return the reserves, each with what it adds to the stock that stands anyway."""
    saving = tables.break_even.query("kind == 'reserve'").set_index("sku")["saving"]
    policies = portfolio.settings.policies
    books = plan["policy"].map({name: one.own_books for name, one in policies.items()})
    capital = plan["capital"].to_numpy(np.float64)
    reserve = portfolio.skus.unit_cost * plan["reserve_units"].to_numpy(np.float64)
    without = np.maximum(capital - reserve * books.to_numpy(np.float64), 0.0)
    use = np.maximum(capital, stands) - np.maximum(without, stands)
    return [
        ("reserve", str(name), "", float(saving.get(name, np.nan)), use[:, i])
        for i, name in enumerate(portfolio.skus.sku)
        if use[:, i].max() > 0.0
    ]


def _sources(tables: RunTables) -> list[_Item]:
    """Return sources to qualify, and suppliers to onboard with the sources that need them."""
    saves = tables.break_even.set_index(["kind", "sku", "supplier"])["saving"].to_dict()
    new = set(tables.onboardings["supplier"])
    own = tables.qualifications.groupby("supplier")["cost"].sum()
    bought = [
        ("source", row["sku"], row["supplier"], row["cost"])
        for row in tables.qualifications.to_dict("records")
        if row["supplier"] not in new
    ]
    bought += [
        ("supplier", "", row["supplier"], row["cost"] + float(own.get(row["supplier"], 0.0)))
        for row in tables.onboardings.to_dict("records")
    ]
    return [
        (*key, float(saves.get(tuple(key), np.nan)), np.full(QUARTERS, float(cost)))
        for *key, cost in bought
    ]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Funding:
    """
    Build-ups in stages.

    Attributes
    ----------
    capital
        What each quarter ties up.  Shape ``(4,)``. [currency]
    rows
        The build-ups, each with the quarter in which it is funded, None if it fits none.
    """

    capital: FloatArray
    rows: list[dict[str, Any]]


def staged(
    build_ups: BuildUps | None, at_once: FloatArray, limits: Sequence[float | None]
) -> Funding | None:
    """
    Return the build-ups by the quarter in which they are funded; None where they are not known.

    Parameters
    ----------
    at_once
        Capital of each quarter if all are funded at once.  Shape ``(4,)``. [currency]
    limits
        Of each quarter, None where there is none. [currency]

    Examples
    --------
    Two reserves of 40 and 25 on 100 that falls to 50, within 125: only the second fits at first.

    >>> two = BuildUps(
    ...     kind=np.array(["reserve"] * 2, dtype=object), sku=np.array(["A", "B"], dtype=object),
    ...     supplier=np.array(["", ""], dtype=object), saving=np.array([20.0, 9.0]),
    ...     use=np.array([[40.0] * 4, [25.0] * 4]))
    >>> funding = staged(two, np.array([165.0, 135.0, 115.0, 115.0]), (125.0,) * 4)
    >>> [row["quarter"] for row in funding.rows], funding.capital
    ([3, 1], array([125.,  95., 115., 115.]))
    """
    if build_ups is None:
        return None
    most = np.array([np.inf if limit is None else limit for limit in limits])
    used = at_once - build_ups.use.sum(axis=0)
    capital, quarter = np.zeros(QUARTERS), np.zeros(len(build_ups.kind), dtype=np.int64)
    for k in range(QUARTERS):
        for item in np.flatnonzero(quarter == 0):
            after = used + build_ups.use[item]
            fits = (after <= most * (1.0 + _FITS)) | (build_ups.use[item] == 0.0)
            if fits[k:].all():
                used, quarter[item] = after, k + 1
        capital[k] = used[k]
    rows = [
        {
            "kind": kind,
            "sku": sku,
            "supplier": supplier,
            "saving": saving if np.isfinite(saving) else None,
            "cost": cost,
            "quarter": funded or None,
        }
        for kind, sku, supplier, saving, cost, funded in zip(
            build_ups.kind.tolist(),
            build_ups.sku.tolist(),
            build_ups.supplier.tolist(),
            build_ups.saving.tolist(),
            build_ups.use.max(axis=1).tolist(),
            quarter.tolist(),
            strict=True,
        )
    ]
    return Funding(capital=capital, rows=rows)
