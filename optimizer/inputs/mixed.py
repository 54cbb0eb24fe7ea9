"""A world between two: some groups of inputs and settings as in one portfolio, others as in one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from optimizer.domain.arrays import BoolArray, IntArray
from optimizer.domain.causes import (
    DEMAND,
    GROUPS,
    HAZARDS,
    HELD,
    IDLE_COLUMNS,
    KEYS,
    SECTIONS,
    SETTINGS,
    SKU_COLUMNS,
    SKUS,
    SOURCE_COLUMNS,
    SOURCES,
    STOCK,
    SUPPLIER_COLUMNS,
)
from optimizer.domain.portfolio import (
    PRIMARY,
    DemandHistory,
    PlanInForce,
    Portfolio,
    Skus,
    Sources,
    StockOnHand,
    Suppliers,
    Tags,
)
from optimizer.domain.settings import Settings

_ABSENT = -1


def mixed(first: Portfolio, other: Portfolio, as_other: Collection[str]) -> Portfolio:
    """
    Return the first portfolio with some groups of inputs and settings as in another.

    Rows are matched by name; one that only one of both has comes with all of its columns, and with
    the supplier it names.  Where policies differ by name, decisions held go with the settings.

    Parameters
    ----------
    as_other
        Some of `GROUPS`.
    """
    chosen = set(as_other)
    if set(first.settings.policies) != set(other.settings.policies):
        chosen = (chosen - {HELD}) | ({HELD} if SETTINGS in chosen else set())
    names = _names(other if SKUS in chosen else first)
    rows = _Rows.of(names, _names(first), _names(other))
    source_keys = _source_keys(first, other, names, as_other=SOURCES in chosen)
    suppliers = _suppliers(first, other, source_keys, chosen)
    sources = _sources(first, other, source_keys, chosen, names, suppliers)
    columns = rows.columns(first.skus, other.skus, SKU_COLUMNS, SKUS, chosen, ("sku", "primary"))
    primary = np.flatnonzero(sources.role == PRIMARY)
    hazards = other.hazards if HAZARDS in chosen else first.hazards
    return replace(
        first,
        settings=_settings(first.settings, other.settings, chosen),
        skus=Skus(sku=names, primary=primary, **columns),
        suppliers=suppliers,
        tags=_tags(first, other, suppliers, as_other=HAZARDS in chosen),
        sources=sources,
        hazards=hazards,
        plan_in_force=_in_force(first, other, rows, as_other=HELD in chosen),
        history=_history(first, other, rows, as_other=DEMAND in chosen),
        stated_demand=_stated(first, other, rows, as_other=DEMAND in chosen),
        stock_on_hand=_stock(first, other, rows, as_other=STOCK in chosen),
    )


def groups_between(first: Portfolio, other: Portfolio) -> tuple[str, ...]:
    """Return the groups that differ between two portfolios, as far as plans depend on them."""
    reads_stock = first.settings.budget.quarters or other.settings.budget.quarters
    return tuple(
        group
        for group in GROUPS
        if (group != STOCK or reads_stock) and not is_alike(mixed(first, other, {group}), first)
    )


def is_alike(one: Portfolio, other: Portfolio) -> bool:
    """Return whether plans and what they cost are the same in two portfolios."""
    tables = ("skus", "suppliers", "tags", "sources", "hazards", "plan_in_force", "history")
    more = ("stock_on_hand",)
    return (
        all(_is_same(getattr(one, name), getattr(other, name)) for name in (*tables, *more))
        and np.array_equal(_stated_by(one), _stated_by(other))
        and all(getattr(one.settings, name) == getattr(other.settings, name) for name in SECTIONS)
    )


class _Rows(NamedTuple):
    """Where each row of a mixed table stands in both; `_ABSENT` where it does not."""

    first: IntArray
    other: IntArray

    @classmethod
    def of(cls, keys: Any, first: Any, other: Any) -> _Rows:
        """Find keys among those of both."""
        keys, *both = (pd.Index(one) for one in (keys, first, other))
        return cls(*(index.get_indexer(keys) for index in both))

    def is_other(self, *, as_other: bool) -> BoolArray:
        """Return which rows are read from the other: all that it has, or those only it has."""
        return np.asarray((self.other != _ABSENT) & ((self.first == _ABSENT) | as_other))

    def column(self, first: Any, other: Any, *, as_other: bool) -> Any:
        """Return a column, each row from where it is read."""
        is_other = self.is_other(as_other=as_other)
        if is_other.all() and len(is_other):
            return other[self.other]
        if not is_other.any():
            return first[self.first]
        return np.where(is_other, other[self.other], first[self.first])

    def columns(  # noqa: PLR0917
        self,
        first: Any,
        other: Any,
        groups: Mapping[str, str],
        default: str,
        chosen: Collection[str],
        without: Collection[str],
    ) -> dict[str, Any]:
        """Return the columns of a table, each as its group says; idle ones as in the first."""
        names = [field.name for field in fields(first) if field.name not in without]
        return {
            name: self.column(
                getattr(first, name),
                getattr(other, name),
                as_other=name not in IDLE_COLUMNS and groups.get(name, default) in chosen,
            )
            for name in names
        }


def _names(portfolio: Portfolio) -> Any:
    return portfolio.skus.sku


def _keys_of_sources(portfolio: Portfolio) -> pd.MultiIndex:
    sources = portfolio.sources
    return pd.MultiIndex.from_arrays(
        [portfolio.skus.sku[sources.sku], portfolio.suppliers.supplier[sources.supplier]]
    )


def _source_keys(
    first: Portfolio, other: Portfolio, names: Any, *, as_other: bool
) -> pd.MultiIndex:
    """Return the sources of some SKUs: of one that both have as chosen, else its own."""
    old, new = _keys_of_sources(first), _keys_of_sources(other)
    wanted, common = pd.Index(names), pd.Index(_names(first)).intersection(_names(other))
    in_old, in_new = (keys.get_level_values(0) for keys in (old, new))
    from_old = in_old.isin(wanted) & ~(in_old.isin(common) & as_other)
    from_new = in_new.isin(wanted) & ~(in_new.isin(common) & (not as_other))
    return old[from_old].append(new[from_new])


def _suppliers(
    first: Portfolio, other: Portfolio, keys: pd.MultiIndex, chosen: Collection[str]
) -> Suppliers:
    """Return the suppliers, whoever is named by a source among them."""
    base = other if SOURCES in chosen else first
    names = np.array(
        sorted({*base.suppliers.supplier, *keys.get_level_values(1)}), dtype=np.object_
    )
    rows = _Rows.of(names, first.suppliers.supplier, other.suppliers.supplier)
    columns = rows.columns(
        first.suppliers, other.suppliers, SUPPLIER_COLUMNS, SOURCES, chosen, ("supplier",)
    )
    return Suppliers(supplier=names, **columns)


def _sources(  # noqa: PLR0917
    first: Portfolio,
    other: Portfolio,
    keys: pd.MultiIndex,
    chosen: Collection[str],
    names: Any,
    suppliers: Suppliers,
) -> Sources:
    """Return the sources, in canonical order."""
    rows = _Rows.of(keys, _keys_of_sources(first), _keys_of_sources(other))
    columns = rows.columns(
        first.sources, other.sources, SOURCE_COLUMNS, SOURCES, chosen, ("sku", "supplier")
    )
    sku = pd.Index(names).get_indexer(keys.get_level_values(0))
    supplier = pd.Index(suppliers.supplier).get_indexer(keys.get_level_values(1))
    order = np.lexsort((supplier, columns["role"], sku))
    columns |= {"sku": sku, "supplier": supplier}
    return Sources(**{name: values[order] for name, values in columns.items()})


def _tags(first: Portfolio, other: Portfolio, suppliers: Suppliers, *, as_other: bool) -> Tags:
    """Return the tags of the suppliers: of one that both have as chosen, else its own."""
    rows = _Rows.of(suppliers.supplier, first.suppliers.supplier, other.suppliers.supplier)
    is_other = rows.is_other(as_other=as_other)
    pairs = []
    for side, own, wanted in ((first, rows.first, ~is_other), (other, rows.other, is_other)):
        place = np.full(len(side.suppliers), _ABSENT)
        place[own[wanted]] = np.flatnonzero(wanted)
        at = place[side.tags.supplier]
        pairs += [(int(row), str(tag)) for row, tag in zip(at, side.tags.tag, strict=True)]
    kept = sorted(pair for pair in pairs if pair[0] != _ABSENT)
    return Tags(
        supplier=np.array([row for row, _ in kept], dtype=np.int64),
        tag=np.array([tag for _, tag in kept], dtype=np.object_),
    )


def _in_force(
    first: Portfolio, other: Portfolio, rows: _Rows, *, as_other: bool
) -> PlanInForce | None:
    """Return the plan in force; a SKU that no plan knows has no decision yet."""
    old, new = first.plan_in_force, other.plan_in_force
    if (new if as_other else old) is None:
        return None
    old, new = old or _undecided(len(first.skus)), new or _undecided(len(other.skus))
    return PlanInForce(**rows.columns(old, new, {}, HELD, {HELD} if as_other else (), ()))


def _undecided(n_skus: int) -> PlanInForce:
    """Return a plan in force that states nothing."""
    kinds = {"policy": "", "alternates": "", "keep": False}
    columns: dict[str, Any] = {
        field.name: np.full(n_skus, kinds.get(field.name, np.nan), dtype=object)
        for field in fields(PlanInForce)
    }
    numbers = {
        name: values.astype(np.bool_ if name == "keep" else np.float64)
        for name, values in columns.items()
        if name not in ("policy", "alternates")
    }
    return PlanInForce(**columns | numbers)


def _history(
    first: Portfolio, other: Portfolio, rows: _Rows, *, as_other: bool
) -> DemandHistory | None:
    """Return the history of demand of the SKUs, each from where its demand is read."""
    base = (other if as_other else first).history
    if base is None:
        return None
    is_other = rows.is_other(as_other=as_other)
    parts = []
    for side, own, wanted in ((first, rows.first, ~is_other), (other, rows.other, is_other)):
        if side.history is None:
            continue
        place = np.full(len(side.skus), _ABSENT)
        place[own[wanted]] = np.flatnonzero(wanted)
        sku = place[side.history.sku]
        kept = sku != _ABSENT
        parts.append((sku[kept], side.history.day[kept], side.history.quantity[kept]))
    sku, day, quantity = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.lexsort((day, sku))
    return replace(base, sku=sku[order], day=day[order], quantity=quantity[order])


def _stated(first: Portfolio, other: Portfolio, rows: _Rows, *, as_other: bool) -> BoolArray | None:
    """Return which SKUs state a mean demand of their own; None where all do."""
    found: BoolArray = rows.column(_stated_by(first), _stated_by(other), as_other=as_other)
    return None if found.all() else found


def _stated_by(portfolio: Portfolio) -> BoolArray:
    stated = portfolio.stated_demand
    return np.ones(len(portfolio.skus), dtype=np.bool_) if stated is None else stated


def _stock(
    first: Portfolio, other: Portfolio, rows: _Rows, *, as_other: bool
) -> StockOnHand | None:
    """Return the stock of the SKUs; not counted where no count knows a SKU."""
    old, new = first.stock_on_hand, other.stock_on_hand
    base = new if as_other else old
    if base is None:
        return None
    columns: dict[str, Any] = {}
    for name in ("usable", "on_order", "blocked"):
        both = [
            np.full(len(side.skus), np.nan) if stock is None else getattr(stock, name)
            for side, stock in ((first, old), (other, new))
        ]
        columns[name] = rows.column(*both, as_other=as_other)
    return replace(base, **columns)


def _settings(first: Settings, other: Settings, chosen: Collection[str]) -> Settings:
    """Return the settings, each table and key as its group says; how to solve as in the first."""
    made = {name: getattr(other if g in chosen else first, name) for name, g in SECTIONS.items()}
    for (name, key), group in KEYS.items():
        value = getattr(getattr(other if group in chosen else first, name), key)
        made[name] = made[name].model_copy(update={key: value})
    return first.model_copy(update=made)


def _is_same(one: Any, other: Any) -> bool:
    """Return whether two tables are the same in every column that a plan depends on."""
    if one is None or other is None:
        return one is other
    names = [field.name for field in fields(one) if field.name not in IDLE_COLUMNS]
    return all(_is_equal(getattr(one, name), getattr(other, name)) for name in names)


def _is_equal(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    return bool(one == other)
