"""What must hold between the columns and rows of the tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from optimizer.contract.cells import Table
from optimizer.contract.findings import Findings
from optimizer.contract.keys import first_position
from optimizer.contract.references import UNKNOWN, Tables, check_known, is_complete, positions
from optimizer.domain.arrays import BoolArray

SCOPES: Final = {"outage": ("region", "supplier"), "surge": ("category",), "price": ("category",)}
TARGETS: Final = {
    "region": "suppliers.region",
    "supplier": "suppliers.supplier",
    "category": "skus.category",
}
# Column that must not be less than another one, by table.
ORDERED: Final = (
    ("skus", "max_cover_days", "min_cover_days"),
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
    rule, remedy = f"is less than {less}", f"Correct {more} or {less}."
    findings.add_rows(table.cells, more, wrong, rule, remedy)


def _check_lot(tables: Tables, findings: Findings) -> None:
    skus = tables["skus"]
    keeps = skus.numbers["shelf_life_days"] * skus.numbers["demand_mean"]
    wrong = (skus.numbers["min_order_qty"] > keeps) & (keeps > 0)
    findings.add_rows(
        skus.cells,
        "min_order_qty",
        wrong,
        "the smallest lot outlasts the shelf life, so nothing may be ordered",
        "Correct min_order_qty, shelf_life_days or demand_mean.",
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
        rule = f"the scope of a hazard of kind {name} must be {' or '.join(allowed)}"
        findings.add_rows(hazards.cells, "scope", wrong, rule, "Correct kind or scope.")
    for name, reference in TARGETS.items():
        if is_complete(tables, reference):
            table, column = reference.split(".")
            of_scope = _mask(pc.equal(scope, name))
            check_known(
                hazards, "target", tables[table].texts[column], reference, findings, rows=of_scope
            )


def _check_plan(tables: Tables, findings: Findings) -> None:
    plan = tables["plan"]
    without = _mask(pc.not_equal(plan.texts["policy"], ""))
    without &= ~(plan.numbers["service_level"] > 0)
    rule, remedy = "a policy needs its service level", "Fill in a level above 0 and below 1."
    findings.add_rows(plan.cells, "service_level", without, rule, remedy)
    if is_complete(tables, "suppliers.supplier"):
        _check_alternates(plan, tables["suppliers"].texts["supplier"], findings)


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
    "skus": (_check_lot,),
    "suppliers": (_check_semicolon,),
    "sources": (_check_primaries,),
    "hazards": (_check_scopes,),
    "plan": (_check_plan,),
}
