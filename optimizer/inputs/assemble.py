"""Valid tables to domain types: apply defaults, turn names into rows, sort in canonical order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from optimizer.domain.arrays import IntArray, TextArray
from optimizer.domain.portfolio import (
    PRIMARY,
    ROLES,
    USES,
    Hazards,
    PlanInForce,
    Skus,
    Sources,
    StockOnHand,
    Suppliers,
    Tags,
)
from optimizer.domain.settings import HazardRates
from optimizer.inputs.readers.cells import Table
from optimizer.inputs.rules.references import Tables, positions
from optimizer.inputs.schema import TableColumn


def build_skus(tables: Tables, sources: Sources, demand_class: TextArray) -> Skus:
    """Return the SKUs sorted by key; `sources` and `demand_class` have the same order."""
    order = key_order(tables["skus"], "sku")
    primary = np.flatnonzero(sources.role == PRIMARY)
    columns = _columns(tables["skus"], order)
    columns["order_multiple"] = np.where(
        np.isnan(columns["order_multiple"]),
        10.0 ** -columns["unit_decimals"],
        columns["order_multiple"],
    )
    return Skus(
        **columns,
        demand_class=demand_class,
        primary=primary[np.argsort(sources.sku[primary])],
    )


def build_suppliers(tables: Tables) -> Suppliers:
    """Return the suppliers sorted by key."""
    table = tables["suppliers"]
    return Suppliers(**_columns(table, key_order(table, "supplier")))


def build_tags(tables: Tables) -> Tags:
    """Return the tags sorted by supplier and tag, none if there is no table."""
    if "tags" not in tables:
        return Tags(supplier=np.empty(0, dtype=np.int64), tag=np.empty(0, dtype=object))
    tag = tables["tags"].texts["tag"]
    supplier = _rows_of(tables, "suppliers", "supplier", of="tags")
    order = np.lexsort((_rank(tag), supplier))
    return Tags(supplier=supplier[order], tag=_objects(tag)[order])


def build_hazards(tables: Tables) -> Hazards:
    """Return the hazards sorted by key, at the rates of their table."""
    table = tables["hazards"]
    return Hazards(**_columns(table, key_order(table, "hazard")))


def scaled(hazards: Hazards, rates: HazardRates) -> Hazards:
    """Return the hazards with their annual rates multiplied by the settings' factors."""
    own = [rates.factor.get(name, 1.0) for name in hazards.hazard]
    factor = rates.rate_factor * np.array(own, dtype=np.float64)
    return replace(hazards, annual_rate=hazards.annual_rate * factor)


def build_sources(tables: Tables) -> Sources:
    """Return the sources sorted by SKU, role and supplier, with rows for names."""
    table = tables["sources"]
    sku = _rows_of(tables, "skus", "sku")
    supplier = _rows_of(tables, "suppliers", "supplier")
    role = positions(table.texts["role"], pa.array(ROLES))
    order = np.lexsort((supplier, role, sku))
    columns = _columns(table, order)
    use = np.maximum(positions(table.texts["use"], pa.array(USES)), 0)  # empty: may
    columns |= {"sku": sku[order], "supplier": supplier[order]}
    columns |= {"role": role[order], "use": use[order]}
    return Sources(**columns)


def build_plan_in_force(tables: Tables) -> PlanInForce | None:
    """
    Return today's decisions aligned with the sorted SKUs, ``None`` if there is no plan.

    If a policy is given, the numbers in the same row of a run's plan follow from it and are
    ignored.
    """
    if "plan" not in tables:
        return None
    plan, skus = tables["plan"], tables["skus"]
    names = skus.texts["sku"].take(pa.array(key_order(skus, "sku")))
    rows = positions(names, plan.texts["sku"])
    columns = {
        column.name: _or_default(_filled(plan, column), column, rows)
        for column in plan.cells.schema.columns
        if column.name != "sku"
    }
    up_to = np.round(columns.pop("max_stock") - columns["reorder_point"], 9)
    columns["order_quantity"] = np.where(
        np.isnan(columns["order_quantity"]), up_to, columns["order_quantity"]
    )
    for number in ("reorder_point", "order_quantity"):
        columns[number] = np.where(columns["policy"] == "", columns[number], np.nan)
    columns["alternates"] = _sorted_names(columns["alternates"])
    return PlanInForce(**columns)


def build_stock_on_hand(tables: Tables) -> StockOnHand | None:
    """Return today's stock aligned with the sorted SKUs, ``None`` if there is no table of it."""
    if "stock" not in tables:
        return None
    stock, skus = tables["stock"], tables["skus"]
    names = skus.texts["sku"].take(pa.array(key_order(skus, "sku")))
    rows = positions(names, stock.texts["sku"])
    on_hand, on_order, blocked = (
        np.append(_filled(stock, stock.cells.schema.column(name)), np.nan)[rows]
        for name in ("on_hand", "on_order", "blocked")
    )
    days = stock.numbers["as_of"]
    dated = days[~np.isnan(days)]
    return StockOnHand(
        usable=on_hand - blocked,
        on_order=on_order,
        blocked=blocked,
        as_of=int(dated[0]) if dated.size else None,
    )


def key_order(table: Table, key: str) -> IntArray:
    """Return the rows of a table in the order of its key."""
    order: IntArray = pc.sort_indices(table.texts[key]).to_numpy().astype(np.int64)
    return order


def _rows_of(tables: Tables, target: str, key: str, *, of: str = "sources") -> IntArray:
    """Return for every row of a table the row of its SKU or supplier in the sorted table."""
    table = tables[target]
    sorted_names = table.texts[key].take(pa.array(key_order(table, key)))
    return positions(tables[of].texts[key], sorted_names)


def _rank(texts: pa.Array) -> IntArray:
    ranks: IntArray = pc.rank(texts, tiebreaker="dense").to_numpy().astype(np.int64)
    return ranks


def _columns(table: Table, order: IntArray) -> dict[str, Any]:
    return {column.name: _filled(table, column)[order] for column in table.cells.schema.columns}


def _filled(table: Table, column: TableColumn) -> Any:
    """Return a column with its default in empty cells, as the domain types hold it."""
    if column.is_text:
        texts = table.texts[column.name]
        return _objects(pc.if_else(pc.equal(texts, ""), column.default, texts))
    values = table.numbers[column.name]
    filled = np.where(np.isnan(values), column.default, values)
    return filled.astype(np.bool_) if column.kind == "bool" else filled


def _objects(texts: pa.Array) -> TextArray:
    """Return texts with one Python object per distinct text."""
    encoded = texts.dictionary_encode()
    distinct = np.array([*encoded.dictionary.to_pylist(), ""], dtype=object)[:-1]
    objects: TextArray = distinct[encoded.indices.to_numpy()]
    return objects


def _or_default(values: Any, column: TableColumn, rows: IntArray) -> Any:
    """Return the values of the rows, the default for a SKU without one (row -1)."""
    padded = np.append(values, np.array([column.default], dtype=values.dtype))
    return padded[rows]


def _sorted_names(joined: TextArray) -> TextArray:
    encoded = pa.array(joined, pa.string()).dictionary_encode()
    distinct = [
        ";".join(sorted(name for name in names.split(";") if name))
        for names in encoded.dictionary.to_pylist()
    ]
    names: TextArray = np.array([*distinct, ""], dtype=object)[encoded.indices.to_numpy()]
    return names
