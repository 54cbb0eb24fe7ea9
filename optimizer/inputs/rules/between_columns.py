"""What must hold between the columns and rows of the tables."""

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
CLOSE: Final = 1e-9  # how near to whole a number of units must be, relative
# Column that must not be less than another one, by table.
ORDERED: Final = (
    ("skus", "max_cover_days", "min_cover_days"),
    ("skus", "ends", "launched"),
    ("deliveries", "received", "ordered"),
    ("deliveries", "promised", "ordered"),
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
    """Note pack sizes that split a unit, and whole-unit demand of what has decimals."""
    skus = tables["skus"]
    decimals = np.nan_to_num(skus.numbers["unit_decimals"])
    in_units = skus.numbers["order_multiple"] * 10.0**decimals
    split = np.abs(in_units - np.round(in_units)) > CLOSE * np.maximum(in_units, 1.0)
    unit = (10.0**-decimals).tolist()
    findings.add_rows(
        skus.cells,
        "order_multiple",
        split,
        lambda at: f"is no multiple of one unit, {unit[at]:g} with its unit_decimals",
        "Correct order_multiple or unit_decimals.",
    )
    discrete = _mask(pc.equal(skus.texts["demand_model"], "discrete"))
    findings.add_rows(
        skus.cells,
        "demand_model",
        discrete & (decimals > 0),
        "counts whole units, and unit_decimals says there are fractions",
        "Write gamma or auto, or unit_decimals 0.",
    )


def _check_multiple(tables: Tables, findings: Findings) -> None:
    """
    Note pack sizes of which not even one is sold within the shelf life.

    Of a slow mover, that sells less than one unit in it, every lot outlasts the shelf life: that
    is a doubt, as it is where `min_order_qty` alone makes the lot so large.
    """
    skus = tables["skus"]
    keeps = skus.numbers["shelf_life_days"] * skus.numbers["demand_mean"]
    unit = 10.0 ** -np.nan_to_num(skus.numbers["unit_decimals"])
    findings.add_rows(
        skus.cells,
        "order_multiple",
        (skus.numbers["order_multiple"] > keeps) & (keeps >= unit),
        lambda at: f"no lot is sold within the shelf life: {keeps[at]:g} units are",
        "Correct order_multiple, shelf_life_days or demand_mean.",
    )


def _check_semicolon(tables: Tables, findings: Findings) -> None:
    suppliers = tables["suppliers"]
    wrong = _mask(pc.match_substring(suppliers.texts["supplier"], ";"))
    rule, remedy = "holds a ;, which joins the alternates of a plan", "Rename the supplier."
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
        "Make all but one qualified or candidate.",
    )


def _check_scopes(tables: Tables, findings: Findings) -> None:
    hazards = tables["hazards"]
    kind, scope = hazards.texts["kind"], hazards.texts["scope"]
    for name, allowed in SCOPES.items():
        known = _mask(pc.is_in(scope, value_set=pa.array(list(TARGETS))))
        wrong = known & _mask(pc.equal(kind, name)) & ~_mask(pc.is_in(scope, pa.array(allowed)))
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
        rule, remedy = "is not known: there is no table tags", "Add tags.csv: supplier, tag."
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
        "only an outage spares some of those in reach; a surge or price shock strikes them all",
        "Leave it empty; a chance belongs in annual_rate: 0.4 a year, half of them real, is 0.2.",
    )


def _check_plan(tables: Tables, findings: Findings) -> None:
    plan = tables["plan"]
    _check_numbers(plan, findings)
    if is_complete(tables, "suppliers.supplier"):
        _check_alternates(plan, tables["suppliers"].texts["supplier"], findings)


def _check_numbers(plan: Table, findings: Findings) -> None:
    """Note rows without a policy whose numbers do not say when to order, and how much."""
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
            "Write -1 where it is ordered when somebody asks.",
        ),
        ("order_quantity", lot == 0.0, "must be > 0", "Fill in today's lot."),
        (
            "max_stock",
            has_lot & has_most,
            "stands beside order_quantity: which one counts is not said",
            "Remove one of them.",
        ),
        (
            "max_stock",
            has_most & ~has_lot & (most <= reorder_point),
            "is not above reorder_point, so nothing would ever be ordered",
            "Correct max_stock or reorder_point; the lot is their difference.",
        ),
        (
            "order_quantity",
            has_point & ~has_lot & ~has_most,
            "is needed beside a reorder_point, or max_stock is",
            "Fill in today's lot, or the stock that orders go up to.",
        ),
        (
            "reorder_point",
            ~has_point & (has_lot | has_most),
            "is needed beside order_quantity or max_stock",
            "Fill in the stock at which an order goes out, or a policy.",
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
    rule, remedy = "names a supplier that is not in suppliers", "Join known suppliers by ;."
    findings.add_rows(plan.cells, "alternates", marked, rule, remedy)


def _mask(wrong: pa.Array) -> BoolArray:
    mask: BoolArray = wrong.to_numpy(zero_copy_only=False).astype(np.bool_)
    return mask


Rule = Callable[[Tables, Findings], None]

RULES: Final[dict[str, tuple[Rule, ...]]] = {
    "skus": (_check_units, _check_multiple),
    "suppliers": (_check_semicolon,),
    "sources": (_check_primaries,),
    "hazards": (_check_scopes, _check_hits),
    "plan": (_check_plan,),
}
