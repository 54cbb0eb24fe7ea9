"""The plan's protections against outages: second sources, onboarded suppliers, reserves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray, ranges
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import CANDIDATE, Portfolio
from optimizer.domain.reasons import BreakEvens
from optimizer.options.capital_by_quarter import CAPITAL_BY_QUARTER
from optimizer.sensitivity.break_even_rates import BreakEven, Served, break_even, pooled_break_even
from optimizer.sensitivity.priced_lines import Lines
from optimizer.sensitivity.view import View


class Onboarded(NamedTuple):
    """
    SKUs served by suppliers that the plan onboards.

    `supplier`, `sku` and `n_options` have shape ``(m,)``; the others are `Served`'s columns of
    their options, shape ``(O,)``.
    """

    supplier: IntArray
    sku: IntArray
    n_options: IntArray
    priced: FloatArray
    outages: FloatArray
    has: BoolArray

    def of(self, supplier: int) -> tuple[IntArray, Served]:
        """Return the SKUs of one supplier, and their options."""
        of_supplier = self.supplier == supplier
        rows = np.repeat(of_supplier, self.n_options)
        count = self.n_options[of_supplier]
        served = Served(
            start=np.cumsum(count) - count,
            priced=self.priced[rows],
            outages=self.outages[rows],
            has=self.has[rows],
        )
        return self.sku[of_supplier], served


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Items:
    """
    Protections of a set of SKUs, with their break-evens.

    Attributes
    ----------
    sku, source
        Rows of the portfolio; the source is -1 for a reserve.  Shape ``(m,)``.
    cost
        One-time cost. [currency]
    onboarded
        The items whose suppliers the plan onboards.
    """

    sku: IntArray
    source: IntArray
    cost: FloatArray
    even: BreakEven
    onboarded: Onboarded


def find_items(view: View, skus: IntArray, designs: Designs, lines: Lines) -> Items:
    """Return the protections of these SKUs; `designs` and `lines` hold all their options."""
    portfolio = view.portfolio
    chosen = designs.take(lines.chosen)
    place, column = np.nonzero(chosen.alternates >= 0)
    source = chosen.alternates[place, column]
    held = np.flatnonzero(chosen.reserve_days > 0.0)
    at = np.concatenate([place, held])
    of_source = np.concatenate([source, np.full(len(held), -1)])
    has, item, row = _has(designs, lines, at, of_source)
    factors = view.inputs(skus).most_outages[at]
    value = chosen.reserve_days * view.spend[skus]
    return Items(
        sku=skus[at],
        source=of_source,
        cost=np.concatenate([_qualification(portfolio, source), value[held]]),
        even=break_even(lines, at, has, factors),
        onboarded=_onboarded(view, lines, has, (item, row), (skus[at], of_source)),
    )


def break_evens(view: View, parts: list[Items]) -> BreakEvens:
    """Return the break-evens of all protections: sources, suppliers, reserves."""
    portfolio = view.portfolio
    sku, source, cost, factor, saving = (
        np.concatenate(column)
        for column in zip(
            *(
                (part.sku, part.source, part.cost, part.even.factor, part.even.saving)
                for part in parts
            ),
            strict=True,
        )
    )
    years = portfolio.settings.horizon.years
    rate = view.outage_rate[sku]
    singles = BreakEvens(
        kind=np.where(source >= 0, "source", "reserve").astype(np.object_),
        sku=sku,
        supplier=np.where(source >= 0, portfolio.sources.supplier[source], -1),
        cost=cost,
        saving=saving / years,
        outage_rate=rate,
        break_even_rate=factor * rate,
    )
    pools = _pooled(view, _joined([part.onboarded for part in parts]))
    return _sorted([singles, pools])


def _has(
    designs: Designs, lines: Lines, at: IntArray, source: IntArray
) -> tuple[BoolArray, IntArray, IntArray]:
    """Return whether each option of an item's SKU has the item, with item and option numbers."""
    item, row = ranges(lines.start[at], np.diff(lines.start)[at])
    by_source = (designs.alternates[row] == source[item][:, None]).any(axis=1)
    return (
        np.where(source[item] >= 0, by_source, designs.reserve_days[row] > 0.0),
        item,
        row,
    )


def _qualification(portfolio: Portfolio, source: IntArray) -> FloatArray:
    sources = portfolio.sources
    is_new = sources.role[source] == CANDIDATE
    return np.where(is_new, sources.qualification_cost[source], 0.0)


def _onboarded(
    view: View,
    lines: Lines,
    has: BoolArray,
    options: tuple[IntArray, IntArray],
    items: tuple[IntArray, IntArray],
) -> Onboarded:
    """Return the items whose supplier the plan onboards, without the cost of onboarding."""
    portfolio, (item, row), (sku, source) = view.portfolio, options, items
    supplier = np.where(source >= 0, portfolio.sources.supplier[source], -1)
    new = (supplier >= 0) & ~portfolio.suppliers.onboarded[supplier]
    kept = new[item]
    of_option = supplier[item[kept]]
    pays = has[kept] & (view.prices.users[of_option] == 1)
    return Onboarded(
        supplier=supplier[new],
        sku=sku[new],
        n_options=np.bincount(item[kept], minlength=len(sku))[new],
        priced=lines.priced[row[kept]] - np.where(pays, _opening(view)[of_option], 0.0),
        outages=lines.outages[row[kept]],
        has=has[kept],
    )


def _opening(view: View) -> FloatArray:
    """Return the priced cost of onboarding each supplier, its use of resources included."""
    settings, cost = view.portfolio.settings, view.portfolio.suppliers.onboarding_cost
    price = view.prices.resource
    paid_from = ("capital", *CAPITAL_BY_QUARTER) if settings.budget.includes_qualification else ()
    cash = sum(price.get(name, 0.0) for name in paid_from)
    written_off = settings.horizon.years / settings.onboarding.life_years
    return cost * (written_off + cash) + price.get("onboardings", 0.0)


def _pooled(view: View, onboarded: Onboarded) -> BreakEvens:
    """Return the break-evens of suppliers that the plan onboards, pooled over their SKUs."""
    years, opening = view.portfolio.settings.horizon.years, _opening(view)
    suppliers = np.unique(onboarded.supplier)
    saving, rates = np.empty(len(suppliers)), np.empty((2, len(suppliers)))
    for row, supplier in enumerate(suppliers.tolist()):
        skus, served = onboarded.of(supplier)
        most = float(view.inputs(skus).most_outages.min())
        even = pooled_break_even(served, float(opening[supplier]), most)
        saving[row] = even.saving[0]
        rates[:, row] = np.array([1.0, even.factor[0]]) * view.outage_rate[skus].mean()
    return BreakEvens(
        kind=np.full(len(suppliers), "supplier", dtype=np.object_),
        sku=np.full(len(suppliers), -1),
        supplier=suppliers,
        cost=view.portfolio.suppliers.onboarding_cost[suppliers],
        saving=saving / years,
        outage_rate=rates[0],
        break_even_rate=rates[1],
    )


def _joined(parts: list[Onboarded]) -> Onboarded:
    return Onboarded(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _sorted(parts: list[BreakEvens]) -> BreakEvens:
    """Return sources by SKU, then suppliers, then reserves by SKU."""
    order = {"source": 0, "supplier": 1, "reserve": 2}
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in BreakEvens.__dataclass_fields__
    }
    rank = np.array([order[kind] for kind in columns["kind"]], dtype=np.int64)
    rows = np.lexsort((columns["supplier"], columns["sku"], rank))
    return BreakEvens(**{name: column[rows] for name, column in columns.items()})
