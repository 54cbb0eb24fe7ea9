"""Rules between the columns and rows of the tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from optimizer.domain.arrays import BoolArray
from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.cells import Table
from optimizer.inputs.rules.keys import first_position
from optimizer.inputs.rules.references import UNKNOWN, Tables, check_known, is_complete, positions

SCOPES: Final = {
    "outage": ("region", "supplier", "tag"),
    "surge": ("category",),
    "price": ("category",),
}
TARGETS: Final = {
    "region": "suppliers.region",
    "supplier": "suppliers.supplier",
    "tag": "tags.tag",
    "category": "skus.category",
}
CLOSE: Final = 1e-9  # relative distance from a whole number of units
# Columns that must not be less than another one, by table.
ORDERED: Final = (
    ("skus", "max_cover_days", "min_cover_days"),
    ("skus", "ends", "launched"),
    ("deliveries", "received", "ordered"),
    ("deliveries", "promised", "ordered"),
    ("stock", "on_hand", "blocked"),
)


def check_tables(tables: Tables, findings: Findings) -> None:
    """Note every contradiction within and between the tables."""
    for name, rules in RULES.items():
        if name in tables:
            for rule in rules:
                rule(tables, findings)
    for name, more, less in ORDERED:
        if name in tables:
            _check_ordered(tables[name], more, less, findings)


def _check_ordered(table: Table, more: str, less: str, findings: Findings) -> None:
    wrong = table.numbers[more] < table.numbers[less]
    is_date = table.cells.schema.column(more).kind == "date"
    rule = f"is {'before' if is_date else 'less than'} {less}"
    remedy = f"Correct {more} or {less}."
    findings.add_rows(table.cells, more, wrong, rule, remedy)


def _check_units(tables: Tables, findings: Findings) -> None:
    """Note pack sizes that split a unit, and discrete demand for SKUs with decimals."""
    skus = tables["skus"]
    decimals = np.nan_to_num(skus.numbers["unit_decimals"])
    in_units = skus.numbers["order_multiple"] * 10.0**decimals
    split = np.abs(in_units - np.round(in_units)) > CLOSE * np.maximum(in_units, 1.0)
    unit = (10.0**-decimals).tolist()
    findings.add_rows(
        skus.cells,
        "order_multiple",
        split,
        lambda at: f"must be a multiple of {unit[at]:g}, the smallest unit by its unit_decimals",
        "Correct order_multiple or unit_decimals.",
    )
    discrete = _mask(pc.equal(skus.texts["demand_model"], "discrete"))
    findings.add_rows(
        skus.cells,
        "demand_model",
        discrete & (decimals > 0),
        "counts whole units, but unit_decimals allows fractions",
        "Write gamma or auto, or set unit_decimals to 0.",
    )


def _check_multiple(tables: Tables, findings: Findings) -> None:
    """
    Note pack sizes too large to be sold within the shelf life.

    For a slow mover that sells less than one unit in it, every lot outlasts the shelf life: that is
    only a warning, as is a lot that is too large because of `min_order_qty` alone.
    """
    skus = tables["skus"]
    keeps = skus.numbers["shelf_life_days"] * skus.numbers["demand_mean"]
    unit = 10.0 ** -np.nan_to_num(skus.numbers["unit_decimals"])
    findings.add_rows(
        skus.cells,
        "order_multiple",
        (skus.numbers["order_multiple"] > keeps) & (keeps >= unit),
        lambda at: f"one pack is more than the {keeps[at]:g} units sold within the shelf life",
        "Correct order_multiple, shelf_life_days or demand_mean.",
    )


def _check_semicolon(tables: Tables, findings: Findings) -> None:
    suppliers = tables["suppliers"]
    wrong = _mask(pc.match_substring(suppliers.texts["supplier"], ";"))
    rule, remedy = "contains a ;, which separates the alternates of a plan", "Rename the supplier."
    findings.add_rows(suppliers.cells, "supplier", wrong, rule, remedy)


def _check_primaries(tables: Tables, findings: Findings) -> None:
    sources = tables["sources"]
    if not is_complete(tables, "skus.sku") or "role" not in sources.cells.columns:
        return
    skus = tables["skus"]
    of_sku = positions(sources.texts["sku"], skus.texts["sku"])
    primary = np.flatnonzero(_mask(pc.equal(sources.texts["role"], "primary")) & (of_sku >= 0))
    first = primary[first_position(_dense(of_sku[primary]))]
    _note_second_primaries(sources, primary, first, findings)
    if not sources.cells.partial:
        without = np.bincount(of_sku[primary], minlength=len(skus)) == 0
        without &= _mask(pc.not_equal(skus.texts["sku"], ""))
        rule = "has no primary source"
        remedy = "Give it exactly one row with the role primary in sources."
        findings.add_rows(skus.cells, "sku", without, rule, remedy)


def _check_uses(tables: Tables, findings: Findings) -> None:
    """Note primaries that must or must not be used: they are what is used without an alternate."""
    sources = tables["sources"]
    primary = _mask(pc.equal(sources.texts["role"], "primary"))
    bound = primary & _mask(pc.is_in(sources.texts["use"], pa.array(["must", "never"])))
    rule = "is for alternates; the primary delivers as long as it can"
    remedy = "Write may, or make another source the primary."
    findings.add_rows(sources.cells, "use", bound, rule, remedy)


def _dense(rows: np.ndarray) -> np.ndarray:
    return np.unique(rows, return_inverse=True)[1]


def _note_second_primaries(
    sources: Table, primary: np.ndarray, first: np.ndarray, findings: Findings
) -> None:
    other = np.full(len(sources), UNKNOWN)
    other[primary] = first
    row, sku = sources.cells.row, sources.texts["sku"]
    findings.add_rows(
        sources.cells,
        "role",
        (other != UNKNOWN) & (other != np.arange(len(sources))),
        lambda at: f'SKU "{sku[at]}" has two primaries, rows {row[other[at]]} and {row[at]}',
        "Change all but one to qualified or candidate.",
    )


def _check_scopes(tables: Tables, findings: Findings) -> None:
    hazards = tables["hazards"]
    kind, scope = hazards.texts["kind"], hazards.texts["scope"]
    for name, allowed in SCOPES.items():
        valid = _mask(pc.is_in(scope, value_set=pa.array(list(TARGETS))))
        wrong = valid & _mask(pc.equal(kind, name)) & ~_mask(pc.is_in(scope, pa.array(allowed)))
        choices = f"{', '.join(allowed[:-1])} or {allowed[-1]}" if allowed[1:] else allowed[0]
        rule = f"the scope of a hazard of kind {name} must be {choices}"
        findings.add_rows(hazards.cells, "scope", wrong, rule, "Correct kind or scope.")
    for name, reference in TARGETS.items():
        table, column = reference.split(".")
        of_scope = _mask(pc.equal(scope, name))
        if is_complete(tables, reference):
            check_known(
                hazards, "target", tables[table].texts[column], reference, findings, rows=of_scope
            )
    if "tags" not in tables:
        rule, remedy = "is unknown: there is no table tags", "Add the table tags: supplier, tag."
        of_tag = _mask(pc.equal(scope, "tag")) & _mask(pc.not_equal(hazards.texts["target"], ""))
        findings.add_rows(hazards.cells, "target", of_tag, rule, remedy)


def _check_hits(tables: Tables, findings: Findings) -> None:
    hazards = tables["hazards"]
    stated = hazards.numbers["hit_probability"]
    hits_all = _mask(pc.not_equal(hazards.texts["kind"], "outage"))
    findings.add_rows(
        hazards.cells,
        "hit_probability",
        hits_all & ~np.isnan(stated) & (stated != 1.0),
        "applies to outages only; a surge or price shock strikes everything in its scope",
        "Leave it empty and adjust annual_rate instead: if half of 0.4 a year strike, write 0.2.",
    )


def _check_plan(tables: Tables, findings: Findings) -> None:
    plan = tables["plan"]
    _check_numbers(plan, findings)
    if is_complete(tables, "suppliers.supplier"):
        _check_alternates(plan, tables["suppliers"].texts["supplier"], findings)


def _check_numbers(plan: Table, findings: Findings) -> None:
    """Note rows without a policy whose numbers do not say when and how much to order."""
    bare = _mask(pc.equal(plan.texts["policy"], ""))
    reorder_point, lot, most = (
        plan.numbers[name] for name in ("reorder_point", "order_quantity", "max_stock")
    )
    has_point, has_lot, has_most = (~np.isnan(of) for of in (reorder_point, lot, most))
    checks = (
        (
            "reorder_point",
            reorder_point < -1.0,
            "must be >= -1",
            "Write -1 to order only when there is a demand.",
        ),
        ("order_quantity", lot == 0.0, "must be > 0", "Fill in today's lot."),
        (
            "max_stock",
            has_lot & has_most,
            "is given together with order_quantity, which is ambiguous",
            "Remove one of them.",
        ),
        (
            "max_stock",
            has_most & ~has_lot & (most <= reorder_point),
            "must exceed reorder_point, or nothing is ever ordered",
            "Correct max_stock or reorder_point; the lot is the difference.",
        ),
        (
            "order_quantity",
            has_point & ~has_lot & ~has_most,
            "or max_stock is required with a reorder_point",
            "Fill in today's lot, or max_stock, the order-up-to level.",
        ),
        (
            "reorder_point",
            ~has_point & (has_lot | has_most),
            "is required with order_quantity or max_stock",
            "Fill in the stock at which to order, or a policy.",
        ),
    )
    for column, wrong, rule, remedy in checks:
        findings.add_rows(plan.cells, column, bare & wrong, rule, remedy)


def _check_alternates(plan: Table, suppliers: pa.Array, findings: Findings) -> None:
    lists = pc.split_pattern(plan.texts["alternates"], ";")
    names = pc.list_flatten(lists)
    wrong = pc.and_(pc.not_equal(names, ""), pc.invert(pc.is_in(names, value_set=suppliers)))
    rows = pc.list_parent_indices(lists).filter(wrong)
    marked = np.zeros(len(plan), dtype=np.bool_)
    marked[rows.to_numpy(zero_copy_only=False)] = True
    rule, remedy = "names a supplier that is not in suppliers", "Separate suppliers by ;."
    findings.add_rows(plan.cells, "alternates", marked, rule, remedy)


def _check_stock(tables: Tables, findings: Findings) -> None:
    """Note counts of another day than the first row's: they cannot be added up."""
    stock = tables["stock"]
    days = stock.numbers["as_of"]
    dated = np.flatnonzero(~np.isnan(days))
    if not dated.size:
        return
    first = dated[0]
    day = np.datetime64(int(days[first]), "D")
    findings.add_rows(
        stock.cells,
        "as_of",
        ~np.isnan(days) & (days != days[first]),
        f"is not the day of row {stock.cells.row[first]}, {day}: stock has one day of the count",
        "Export the stock of all SKUs on one day.",
    )


def _mask(wrong: pa.Array) -> BoolArray:
    mask: BoolArray = wrong.to_numpy(zero_copy_only=False).astype(np.bool_)
    return mask


Rule = Callable[[Tables, Findings], None]

RULES: Final[dict[str, tuple[Rule, ...]]] = {
    "skus": (_check_units, _check_multiple),
    "suppliers": (_check_semicolon,),
    "sources": (_check_primaries, _check_uses),
    "hazards": (_check_scopes, _check_hits),
    "plan": (_check_plan,),
    "stock": (_check_stock,),
}
