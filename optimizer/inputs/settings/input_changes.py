"""
Changes of inputs in ``KEY=VALUE`` texts and in tables of what-ifs, read and checked.

``inputs.demand.factor.category.bearings=1.2``, ``inputs.lead_time.value.sku.A-100=60``,
``inputs.unit_cost.factor.all=1.1``, ``inputs.supplier_lost='Delta Metal'``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, cast, get_args

import numpy as np

from optimizer.domain.input_change import (
    CHANGEABLE,
    COLUMNS,
    DROP,
    INPUTS,
    NO_SOURCE,
    SUPPLIER_LOST,
    Change,
    InputChange,
    Scope,
    SupplierLost,
)
from optimizer.domain.settings import MOST_FACTOR
from optimizer.errors import Problem
from optimizer.inputs.admitted import Admitted
from optimizer.inputs.did_you_mean import did_you_mean
from optimizer.inputs.findings import Findings
from optimizer.inputs.rules.references import Tables
from optimizer.inputs.schema import SKUS, SOURCES, SUPPLIERS
from optimizer.inputs.settings.dotted import dotted
from optimizer.inputs.settings.origin import COMMAND_LINE, Tree

_HOW: Final = ("factor", "value")
_SCOPES: Final = get_args(Scope)
_NAMES: Final = {
    "sku": ("skus", "sku"),
    "category": ("skus", "category"),
    "supplier": ("suppliers", "supplier"),
}
_SCHEMAS: Final = {"skus": SKUS, "sources": SOURCES, "suppliers": SUPPLIERS}
_FORM: Final = (
    "Write inputs.WHAT.factor.all, or inputs.WHAT.factor.category.NAME, with value for factor, and "
    "sku or supplier for category."
)
KEYS: Final = [
    *(f"{INPUTS}.{what}.{how}.all" for what in CHANGEABLE for how in _HOW),
    f"{INPUTS}.{SUPPLIER_LOST}",
    f"{INPUTS}.{NO_SOURCE}",
]
"""Keys without a name in them."""


def is_input_path(path: tuple[str, ...]) -> bool:
    """Return whether a path has the form of a change, whatever the names in it."""
    if path in ((INPUTS, SUPPLIER_LOST), (INPUTS, NO_SOURCE)):
        return True
    if len(path) < 4 or path[0] != INPUTS or path[1] not in CHANGEABLE or path[2] not in _HOW:
        return False
    return path[3:] == ("all",) or (path[3] in _NAMES and len(path) == 5)


def split(overridden: Tree) -> tuple[Tree, Tree]:
    """Return the settings among overrides, and the changes of inputs among them."""
    settings = {key: value for key, value in overridden.items() if key != INPUTS}
    return settings, {key: value for key, value in overridden.items() if key == INPUTS}


def read_changes(tree: Tree, tables: Tables, findings: Findings) -> list[Change]:
    """
    Return the changes in overrides, in the order in which they are made.

    Parameters
    ----------
    tree
        Of `split`.
    tables
        The portfolio's: they know the names.
    """
    stated = dict(sorted(_leaves(tree, ())))
    drops = _drops(stated, findings)
    changes = [
        replace(change, drops=drops) if isinstance(change, SupplierLost) else change
        for path, value in stated.items()
        for change in _read(path, value, tables, findings)
    ]
    return sorted(changes, key=order)


def order(change: Change) -> int:
    """Return when a change is made: values first, factors on them next, lost suppliers last."""
    if isinstance(change, SupplierLost):
        return 2
    return 1 if change.is_factor else 0


def _drops(stated: dict[tuple[str, ...], Any], findings: Findings) -> bool:
    """Take out and return whether SKUs that lose their only source are dropped."""
    value = stated.pop((INPUTS, NO_SOURCE), None)
    rule = remedy = ""
    if value is not None and (INPUTS, SUPPLIER_LOST) not in stated:
        rule, remedy = f"says nothing without {INPUTS}.{SUPPLIER_LOST}", "Leave it out."
    elif value not in (None, DROP):
        rule, remedy = f"must be {DROP}", "Leave it out where such SKUs are to be refused."
    if rule:
        key = f"{INPUTS}.{NO_SOURCE}"
        findings.add(
            Problem(file=COMMAND_LINE, column=key, value=f"{value}", rule=rule, remedy=remedy)
        )
    return bool(value == DROP)


def _leaves(tree: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from _leaves(value, (*path, key))
    else:
        yield path, tree


def _read(
    path: tuple[str, ...], value: Any, tables: Tables, findings: Findings
) -> Iterator[Change]:
    """Yield what one key changes; more than one supplier may be lost."""
    key = dotted(path)

    def note(rule: str, remedy: str, shown: object = value) -> None:
        findings.add(
            Problem(file=COMMAND_LINE, column=key, value=f"{shown}", rule=rule, remedy=remedy)
        )

    if not is_input_path(path):
        note("is no change of inputs", f"{_FORM} {did_you_mean(key, KEYS)}")
    elif path[1] == SUPPLIER_LOST:
        for name in value if isinstance(value, list) else [value]:
            if unknown := _unknown("supplier", f"{name}", tables):
                note("there is no such supplier", unknown, name)
            else:
                yield SupplierLost(key=key, name=f"{name}")
    else:
        _, what, how, scope, *names = path
        name = names[0] if names else ""
        wrong = _wrong_scope(what, scope) or _wrong_amount(what, how, value)
        unknown = _unknown(scope, name, tables)
        if wrong:
            note(*wrong)
        if unknown:
            note(f"there is no such {scope.replace('sku', 'SKU')}", unknown, name)
        if not (wrong or unknown):
            yield InputChange(
                key=key,
                what=what,
                is_factor=how == "factor",
                scope=cast(Scope, scope),
                name=name,
                amount=float(value),
            )


def _wrong_scope(what: str, scope: str) -> tuple[str, str] | None:
    if CHANGEABLE[what] == "suppliers" and scope not in ("all", "supplier"):
        return f"{what} is a supplier's", f"Write inputs.{what}.factor.supplier.NAME."
    return None


def _wrong_amount(what: str, how: str, value: Any) -> tuple[str, str] | None:
    """Return what is wrong with a factor or a value, and the remedy."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "is no number", "Write a number such as 1.2, with a point before decimals."
    if how == "factor":
        domain = Admitted(0.0, MOST_FACTOR)
        if value == 1:
            return "changes nothing: it is a factor of 1", "Leave it out, or write another factor."
    else:
        domain = _domain(what)
    if not domain.contains(np.array([float(value)]))[0]:
        return f"must be {domain}", "Write a number in this range."
    return None


def _domain(what: str) -> Admitted:
    """Return the domain of the column that is changed."""
    column = COLUMNS.get(what, (what,))[0]
    return _SCHEMAS[CHANGEABLE[what]].column(column).domain


def _unknown(scope: str, name: str, tables: Tables) -> str:
    """Return the nearest names where there is none like this; empty where there is, or for all."""
    if scope not in _NAMES:
        return ""
    table, column = _NAMES[scope]
    if table not in tables or column not in tables[table].texts:
        return ""
    known = set(tables[table].texts[column].to_pylist()) - {""}
    return "" if name in known else did_you_mean(name, known)
