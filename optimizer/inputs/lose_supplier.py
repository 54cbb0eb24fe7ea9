"""A portfolio without one of its suppliers: other sources take over from it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Final

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.input_change import COLUMNS, DROP, INPUTS, NO_SOURCE, SupplierLost
from optimizer.domain.portfolio import CANDIDATE, PRIMARY, Portfolio, Sources
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.errors import Problem
from optimizer.inputs.findings import Findings, short
from optimizer.inputs.settings.origin import COMMAND_LINE

_NAMED: Final = 5  # SKUs named of those that cannot do without it


def without_supplier(
    portfolio: Portfolio, lost: SupplierLost, findings: Findings
) -> tuple[Portfolio, str]:
    """
    Return the portfolio without a supplier's sources, and what that changes in words.

    A SKU whose primary it was buys from its other source of least landed cost: unit cost with
    premium, and a candidate's qualification a unit over its life.  That one's price becomes the
    SKU's unit cost, against which the premiums of the others are counted anew.  It counts as
    qualified and onboarded, and as able to supply all.

    Parameters
    ----------
    findings
        Hears of the SKUs that have no other source, unless they are dropped: then nothing is
        changed.
    """
    sources, skus = portfolio.sources, portfolio.skus
    gone = np.asarray(portfolio.suppliers.supplier[sources.supplier] == lost.name)
    if not gone.any():
        rule = "supplies nothing: to lose it changes nothing"
        findings.add(_problem(lost, rule, "Leave it out."))
        return portfolio, ""
    orphaned = np.zeros(len(skus), dtype=np.bool_)
    orphaned[sources.sku[gone & (sources.role == PRIMARY)]] = True
    heirs = _heirs(portfolio, ~gone & orphaned[sources.sku])
    alone = orphaned.copy()
    alone[sources.sku[heirs]] = False
    if alone.any() and not lost.drops:
        findings.add(_no_other(lost, [str(name) for name in skus.sku[alone]]))
        return portfolio, ""
    stays = alone[sources.sku] & (sources.role == PRIMARY)  # of SKUs that nobody asks for any more
    changed = _promoted(_dropped(portfolio, alone), heirs, ~gone | stays)
    n_alternates = int((gone & (sources.role != PRIMARY)).sum())
    told = [*_told(portfolio, heirs, n_alternates), *_told_dropped(portfolio, alone)]
    return changed, f"supplier {lost.name} lost ({', '.join(told)})"


def _heirs(portfolio: Portfolio, offered: BoolArray) -> IntArray:
    """Return the source of least landed cost of every SKU among some sources."""
    sources, rows = portfolio.sources, np.flatnonzero(offered)
    order = np.lexsort((rows, sources.lead_time_mean[rows], _landed(portfolio)[rows]))
    by_sku = rows[order][np.argsort(sources.sku[rows[order]], kind="stable")]
    _, first = np.unique(sources.sku[by_sku], return_index=True)
    return np.asarray(by_sku[first])


def _landed(portfolio: Portfolio) -> FloatArray:
    """Return what a unit costs from each source. [currency/unit]"""
    sources, skus = portfolio.sources, portfolio.skus
    a_year = skus.demand_mean[sources.sku] * DAYS_PER_YEAR
    written_off = sources.qualification_cost / portfolio.settings.qualification.life_years
    qualification = np.where(sources.role == CANDIDATE, written_off, 0.0)
    per_unit = np.divide(qualification, a_year, out=qualification.copy(), where=a_year > 0.0)
    return np.asarray(skus.unit_cost[sources.sku] * (1.0 + sources.price_premium) + per_unit)


def _promoted(portfolio: Portfolio, heirs: IntArray, kept: BoolArray) -> Portfolio:
    """Return the portfolio with these sources as primaries, and only the sources kept."""
    sources, skus, suppliers = portfolio.sources, portfolio.skus, portfolio.suppliers
    own_price = np.ones(len(skus))
    own_price[sources.sku[heirs]] += sources.price_premium[heirs]
    role, onboarded = sources.role.copy(), suppliers.onboarded.copy()
    role[heirs], onboarded[sources.supplier[heirs]] = PRIMARY, True
    use = np.where(role == PRIMARY, 0, sources.use)
    premium = (1.0 + sources.price_premium) / own_price[sources.sku] - 1.0
    premium[heirs] = 0.0
    same = own_price[sources.sku] == 1.0
    premium[same] = sources.price_premium[same]
    changed = _sorted(replace(sources, role=role, use=use, price_premium=premium), kept)
    primary = np.flatnonzero(changed.role == PRIMARY)
    return replace(
        portfolio,
        sources=changed,
        skus=replace(skus, unit_cost=skus.unit_cost * own_price, primary=primary),
        suppliers=replace(suppliers, onboarded=onboarded),
    )


def _sorted(sources: Sources, kept: BoolArray) -> Sources:
    """Return the sources kept, in canonical order."""
    rows = np.flatnonzero(kept)
    order = rows[np.lexsort((sources.supplier[rows], sources.role[rows], sources.sku[rows]))]
    columns = {field.name: getattr(sources, field.name)[order] for field in fields(Sources)}
    return Sources(**columns)


def _dropped(portfolio: Portfolio, alone: BoolArray) -> Portfolio:
    """Return the portfolio in which nobody asks for these SKUs."""
    skus = portfolio.skus
    names = (*COLUMNS["demand"], "min_stock")
    columns = {name: np.where(alone, 0.0, getattr(skus, name)) for name in names}
    return replace(portfolio, skus=replace(skus, **columns))


def _told(portfolio: Portfolio, heirs: IntArray, n_alternates: int) -> list[str]:
    """Say how many SKUs buy elsewhere, and what is taken for granted of their new primaries."""
    sources = portfolio.sources
    candidates = int((sources.role[heirs] == CANDIDATE).sum())
    small = int((sources.capacity_share[heirs] < 1.0).sum())
    told = {
        f"{_number(len(heirs), 'SKU')} with another primary": len(heirs),
        f"{candidates:,} of them a candidate, taken as qualified": candidates,
        f"{small:,} of them for less than all, taken as able to supply all": small,
        f"{_number(n_alternates, 'alternate source')} gone": n_alternates,
    }
    return [words for words, number in told.items() if number]


def _told_dropped(portfolio: Portfolio, alone: BoolArray) -> list[str]:
    """Say what the SKUs without a source brought in, which no plan's cost holds."""
    if not alone.any():
        return []
    skus, currency = portfolio.skus, portfolio.settings.currency
    margin = float((skus.unit_margin * skus.demand_mean)[alone].sum()) * DAYS_PER_YEAR
    number = _number(int(alone.sum()), "SKU")
    gone = f"a margin of {margin:,.0f} {currency} a year gone, beside the plan's cost"
    return [f"{number} without a source dropped, {gone}"]


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _no_other(lost: SupplierLost, skus: list[str]) -> Problem:
    more = f" and {len(skus) - _NAMED:,} more" if len(skus) > _NAMED else ""
    named = ", ".join(short(name) for name in skus[:_NAMED])
    rule = f"{_number(len(skus), 'SKU')} would have no source: {named}{more}"
    remedy = (
        "Add another source of each to the table sources, or go on without them: "
        f"{INPUTS}.{NO_SOURCE} = {DROP}."
    )
    return _problem(lost, rule, remedy)


def _problem(lost: SupplierLost, rule: str, remedy: str) -> Problem:
    return Problem(file=COMMAND_LINE, column=lost.key, value=lost.name, rule=rule, remedy=remedy)
