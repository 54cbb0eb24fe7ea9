r"""
A plan's objective as a ledger: who costs how much, in amounts whose sums are exact.

Binary numbers add without rounding while all are multiples of one power of two and their sum stays
below :math:`2^{53}` of it.  So amounts are rounded to the multiple next to them of a step of about
:math:`2^{-44}` of all amounts together, which is the rounding that sums of them have anyway; from
then on every sum is exact, in any order and in any grouping.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from optimizer.domain.comparison import COMPONENTS
from optimizer.domain.option import CERTAIN
from optimizer.domain.run import RunTables
from optimizer.domain.settings import Settings
from optimizer.maths.risk import unexpected_loss

KEYS: Final = ["sku", "supplier", "hazard", "component"]
"""Of a row of a ledger; empty where a cost is not of one SKU, supplier or hazard."""
CAPITAL: Final = "capital"
"""Component of what the plan ties up, which is no part of the objective."""
_BITS: Final = 44
_AGREEMENT: Final = 1e-6  # of the amounts: what sums of SKUs and the stated sum may differ by


class Booked(NamedTuple):
    """
    What a plan costs, as far as a ledger needs it; money over the horizon.

    Attributes
    ----------
    plan
        Columns sku, `CERTAIN`, tail_contribution (parts of CVaR) and capital.
    expected
        Columns sku, hazard, expected_loss.
    qualifications, onboardings
        Cash: columns sku, cost; and supplier, cost.
    """

    plan: pd.DataFrame
    expected: pd.DataFrame
    qualifications: pd.DataFrame
    onboardings: pd.DataFrame
    settings: Settings
    var: float
    cvar: float

    @classmethod
    def of(cls, tables: RunTables) -> Booked:
        """Return what a run's plan costs."""
        components = tables.manifest.components
        return cls(
            plan=tables.plan,
            expected=tables.expected,
            qualifications=tables.qualifications,
            onboardings=tables.onboardings,
            settings=tables.manifest.settings,
            var=components.var,
            cvar=components.cvar,
        )


def ledger(booked: Booked, per: float = 1.0) -> pd.DataFrame:
    """
    Return who costs how much.

    The risk charge is of a SKU as far as the tail is: with CVaR its part of CVaR less its expected
    loss.  VaR has no parts that mean anything, so its charge is of all SKUs together.

    Parameters
    ----------
    per
        What amounts are divided by: years, for amounts a year. [-]

    Returns
    -------
    pandas.DataFrame
        `KEYS` and amount, one row each, components of the objective and `CAPITAL`. [currency]
    """
    settings, plan = booked.settings, booked.plan
    years = settings.horizon.years
    rows = [_rows(name, plan[name], sku=plan["sku"]) for name in CERTAIN]
    expected, onboard = booked.expected, booked.onboardings
    rows += [
        _rows(
            "expected_loss",
            expected["expected_loss"],
            sku=expected["sku"],
            hazard=expected["hazard"],
        ),
        _rows(
            "onboarding",
            onboard["cost"] * (years / settings.onboarding.life_years),
            supplier=onboard["supplier"],
        ),
        _risk(booked),
    ]
    held = [_rows(CAPITAL, plan["capital"], sku=plan["sku"])]
    if settings.budget.includes_qualification:
        cash = booked.qualifications
        held.append(_rows(CAPITAL, cash["cost"], sku=cash["sku"]))
        held.append(_rows(CAPITAL, onboard["cost"], supplier=onboard["supplier"]))
    money = pd.concat(rows, ignore_index=True)
    money["amount"] /= per
    every = pd.concat([money, *held], ignore_index=True)
    summed = every.groupby(KEYS, sort=True)["amount"].sum()
    return summed[summed != 0.0].reset_index()


def _risk(booked: Booked) -> pd.DataFrame:
    """Return the risk charge, by SKU where CVaR is what it is read from."""
    settings, plan = booked.settings, booked.plan
    lost = booked.expected.groupby("sku")["expected_loss"].sum()
    mean = plan["sku"].map(lost).fillna(0.0).to_numpy(np.float64)
    is_cvar = settings.risk.measure == "cvar"
    tail = booked.cvar if is_cvar else booked.var
    stated = settings.tail_charge * unexpected_loss(tail, math.fsum(mean))
    parts = settings.tail_charge * (plan["tail_contribution"].to_numpy(np.float64) - mean)
    if is_cvar and abs(math.fsum(parts) - stated) <= _AGREEMENT * math.fsum(abs(parts)):
        return _rows("risk_charge", pd.Series(parts), sku=plan["sku"])
    return _rows("risk_charge", pd.Series([stated]))


def is_charged_together(book: pd.DataFrame) -> bool:
    """Return whether a ledger has a risk charge that is of no single SKU."""
    charge = book["component"] == "risk_charge"
    return bool((charge & (book["sku"] == "")).any())


def _rows(component: str, amount: pd.Series[float], **keys: pd.Series[str]) -> pd.DataFrame:
    named = {name: keys[name].to_numpy(object) if name in keys else "" for name in KEYS[:3]}
    values = amount.to_numpy(np.float64)
    return pd.DataFrame(
        {**named, "component": component, "amount": values}, columns=[*KEYS, "amount"]
    )


def step_of(ledgers: Sequence[pd.DataFrame]) -> float:
    """
    Return the step that amounts of these ledgers are told in.

    Examples
    --------
    >>> step_of([pd.DataFrame({"amount": [3.0, -1.0]})]) == 2.0**-42
    True
    """
    every = max((math.fsum(one["amount"].abs()) for one in ledgers), default=0.0)
    return math.ldexp(1.0, math.ceil(math.log2(every)) - _BITS) if every else 1.0


def in_steps(book: pd.DataFrame, step: float) -> pd.DataFrame:
    """Return a ledger with every amount the multiple of a step next to it."""
    return book.assign(amount=np.round(book["amount"] / step) * step)


def differences(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return `KEYS`, before, after and difference, of the rows that differ."""
    both = before.rename(columns={"amount": "before"}).merge(
        after.rename(columns={"amount": "after"}), on=KEYS, how="outer"
    )
    both = both.fillna({"before": 0.0, "after": 0.0})
    both["difference"] = both["after"] - both["before"]
    return both[both["difference"] != 0.0].sort_values(KEYS, ignore_index=True)


def total(book: pd.DataFrame, component: str = "") -> float:
    """Return the sum of one component, or of the objective. [currency]"""
    chosen = book["component"] == component if component else book["component"].isin(COMPONENTS)
    return math.fsum(book["amount"][chosen])


def grouped(diff: pd.DataFrame, label: pd.Series[str]) -> pd.DataFrame:
    """
    Return the differences by label, component by component, and their sum; all exact.

    Returns
    -------
    pandas.DataFrame
        Columns name, skus (how many differ), `COMPONENTS`, difference, capital_difference; the
        largest difference first.
    """
    by = [label.rename("name"), diff["component"]]
    wide = diff.groupby(by)["difference"].sum().unstack(fill_value=0)
    wide = wide.reindex(columns=[*COMPONENTS, CAPITAL], fill_value=0.0)
    of_sku = diff["sku"] != ""
    skus = diff["sku"][of_sku].groupby(label[of_sku]).nunique()
    wide["skus"] = skus.reindex(wide.index).fillna(0).astype(np.int64)
    wide["difference"] = wide[list(COMPONENTS)].sum(axis=1)
    wide = wide.rename(columns={CAPITAL: "capital_difference"}).reset_index(names="name")
    order = np.lexsort((wide["name"].astype(str), -wide["difference"].abs()))
    return wide.iloc[order].reset_index(drop=True)
