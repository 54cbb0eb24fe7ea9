"""Which inputs of two portfolios differ: table by table, row and column, then in groups."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import TextArray
from optimizer.domain.portfolio import ROLES, USES, Portfolio
from optimizer.domain.settings import Settings
from optimizer.inputs.schema import TABLES

BETWEEN: Final = " · "
"""Between the parts of a row's key: SKU and supplier, supplier and tag."""
SETTINGS: Final = "settings"
IN_FORCE: Final = "plan"
STOCK: Final = "stock"
_AS_ONE: Final = (IN_FORCE, STOCK)
"""Tables whose differences are one change: all of the plan in force, all of today's stock."""
ROW: Final = ""
"""Column of a row that only one of both has."""
HERE: Final = "there"
_RATES: Final = "hazards"
_LAYOUT: Final = "columns"
"""Settings whose effect stands in the tables: factors on rates, how columns are read."""
_OF_INPUTS: Final = "inputs."
_MOST_GROUPS: Final = 5  # of one column; more are one group
_DIGITS: Final = 9  # of a factor that rows share
_DATES: Final = {
    name: [column.name for column in schema.columns if column.kind == "date"]
    for name, schema in TABLES.items()
}
_DIFFERS: Final = ["table", "row", "column", "before", "after", "relative"]


def input_differences(before: Portfolio, after: Portfolio) -> pd.DataFrame:
    """
    Return every value that differs between two portfolios, as the model reads them.

    Returns
    -------
    pandas.DataFrame
        Columns table, row, column, before, after (texts, dates as ``2026-11-28``), relative (NaN
        where there is none).
        A row that only one has stands once, with the column `ROW`.
    """
    old, new = _frames(before), _frames(after)
    found = [pd.DataFrame(_of_table(name, old[name], new[name]), columns=_DIFFERS) for name in old]
    found.insert(-2, setting_differences(before.settings, after.settings))
    return pd.concat([one for one in found if len(one)] or found, ignore_index=True)


def setting_differences(
    before: Settings,
    after: Settings,
    changed: tuple[Sequence[str], Sequence[str]] | None = None,
) -> pd.DataFrame:
    """
    Return the settings that differ, in the form of `input_differences`.

    Parameters
    ----------
    changed
        The overrides of both runs, where their tables cannot be read: then factors on rates and
        other changes of inputs are told as settings, because no table shows what they do.
    """
    old, new = (
        dict(_settings(one.resolved.model_dump(), rates=changed is not None))
        for one in (before, after)
    )
    for stated, overrides in zip((old, new), changed or ((), ()), strict=True):
        parts = (one.partition("=") for one in overrides if one.startswith(_OF_INPUTS))
        stated |= {key.strip(): value.strip() for key, _, value in parts}
    rows = [
        _differing(SETTINGS, key, "value", old.get(key), new.get(key))
        for key in sorted({*old, *new})
        if old.get(key) != new.get(key)
    ]
    return pd.DataFrame(rows, columns=_DIFFERS)


def _settings(
    tree: Mapping[str, Any], above: str = "", *, rates: bool = False
) -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        if not above and (key == _LAYOUT or (key == _RATES and not rates)):
            continue
        if isinstance(value, dict):
            yield from _settings(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def _frames(portfolio: Portfolio) -> dict[str, pd.DataFrame]:
    """Return the tables by name, rows by the names of what they are about."""
    skus, suppliers, sources = portfolio.skus, portfolio.suppliers, portfolio.sources
    of_source = skus.sku[sources.sku] + BETWEEN + suppliers.supplier[sources.supplier]
    tags = portfolio.tags
    of_tag = suppliers.supplier[tags.supplier] + BETWEEN + tags.tag
    in_force, stock = portfolio.plan_in_force, portfolio.stock_on_hand
    return {
        "skus": _dated("skus", _frame(skus, skus.sku, without=("sku", "primary"))),
        "suppliers": _frame(suppliers, suppliers.supplier, without=("supplier",)),
        "sources": _dated(
            "sources", _frame(sources, of_source, without=("sku", "supplier", "role", "use"))
        ).assign(
            role=np.array(ROLES, dtype=object)[sources.role],
            use=np.array(USES, dtype=object)[sources.use],
        ),
        "tags": pd.DataFrame(index=of_tag),
        "hazards": _frame(portfolio.hazards, portfolio.hazards.hazard, without=("hazard",)),
        STOCK: pd.DataFrame() if stock is None else _frame(stock, skus.sku, without=("as_of",)),
        "demand": _history(portfolio),
        "plan": pd.DataFrame() if in_force is None else _frame(in_force, skus.sku),
    }


def _frame(table: Any, key: TextArray, without: tuple[str, ...] = ()) -> pd.DataFrame:
    names = [field.name for field in fields(table) if field.name not in without]
    return pd.DataFrame({name: getattr(table, name) for name in names}, index=key)


def _dated(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its days as dates, NaN for none."""
    dates = {
        column: pd.to_datetime(table[column], unit="D").dt.strftime("%Y-%m-%d").astype(object)
        for column in _DATES[name]
    }
    return table.assign(**dates)


def _history(portfolio: Portfolio) -> pd.DataFrame:
    """Return each SKU's demand history in words, with what identifies its days."""
    history, n_skus = portfolio.history, len(portfolio.skus)
    if history is None:
        return pd.DataFrame()
    ends = np.searchsorted(history.sku, np.arange(n_skus + 1)).tolist()
    said = []
    for sku in range(n_skus):
        rows = slice(ends[sku], ends[sku + 1])
        day, quantity = history.day[rows], history.quantity[rows]
        name = hashlib.sha256(day.tobytes() + quantity.tobytes()).hexdigest()[:8]
        said.append(f"{len(day):,} rows, {quantity.sum():,.12g} units ({name})")
    return pd.DataFrame({"history": said}, index=portfolio.skus.sku)


def _of_table(name: str, old: pd.DataFrame, new: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for row in sorted(set(old.index) - set(new.index)):
        yield _differing(name, row, ROW, HERE, None)
    for row in sorted(set(new.index) - set(old.index)):
        yield _differing(name, row, ROW, None, HERE)
    common = old.index.intersection(new.index)
    for column in old.columns.intersection(new.columns):
        a, b = old.loc[common, column], new.loc[common, column]
        for at in np.flatnonzero(~((a == b) | (a.isna() & b.isna()))).tolist():
            yield _differing(name, common[at], column, a.iloc[at], b.iloc[at])


def _differing(table: str, row: str, column: str, before: Any, after: Any) -> dict[str, Any]:
    return {
        "table": table,
        "row": row,
        "column": column,
        "before": _text(before),
        "after": _text(after),
        "relative": _relative(before, after),
    }


def _text(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | float | np.number):
        return "none" if np.isnan(value) else f"{value:,.10g}"
    if isinstance(value, tuple | list):
        return ", ".join(map(_text, value))
    return str(value)


def _relative(before: Any, after: Any) -> float:
    numbers = (int, float, np.number)
    is_number = all(
        isinstance(one, numbers) and not isinstance(one, bool | np.bool_) for one in (before, after)
    )
    if not is_number or before == 0.0 or not np.isfinite(before) or not np.isfinite(after):
        return np.nan
    return float(after) / float(before) - 1.0


def numbered(differences: pd.DataFrame) -> pd.DataFrame:
    """
    Return the differences with the number of the group each belongs to, from 1 on, as `change`.

    A group is what one column of a table has in common: the same factor, else the same two values.
    Of a column with more than a few of them all are one group; so is all of the plan in force, and
    all of today's stock.
    """
    rounded = differences["relative"].round(_DIGITS).astype(object)
    values = differences["before"] + BETWEEN + differences["after"]
    same = rounded.where(differences["relative"].notna(), values).astype(str)
    table, column = differences["table"], differences["column"]
    is_named = table.isin((SETTINGS,))
    same = same.where(~is_named, differences["row"])
    many = same.groupby([table, column]).transform("nunique") > _MOST_GROUPS
    same = same.where(~many | is_named | (column == ROW), "")
    as_one = table.isin(_AS_ONE)
    keys = pd.MultiIndex.from_arrays([table, column.mask(as_one, ""), same.mask(as_one, "")])
    return differences.assign(change=pd.factorize(keys)[0] + 1)


def in_groups(differences: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """
    Return one row per group of `numbered`.

    Parameters
    ----------
    labels
        Columns category, supplier and region by SKU.

    Returns
    -------
    pandas.DataFrame
        Columns change, table, column, rows, row (the name of the only one), where (what all its
        SKUs, and not all SKUs, have in common), before and after (if all are alike), low and high.
    """
    rows = [
        {
            "change": number,
            "table": group["table"].iloc[0],
            "column": _alike(group["column"]),
            "rows": group["row"].nunique(),
            "row": _alike(group["row"]),
            "where": _where(group, labels),
            "before": _alike(group["before"]),
            "after": _alike(group["after"]),
            "low": group["relative"].min(),
            "high": group["relative"].max(),
        }
        for number, group in differences.groupby("change")
    ]
    names = ("change", "table", "column", "rows", "row", "where", "before", "after", "low", "high")
    return pd.DataFrame(rows, columns=list(names))


def _alike(values: pd.Series[str]) -> str:
    return str(values.iloc[0]) if values.nunique() == 1 else ""


def _where(group: pd.DataFrame, labels: pd.DataFrame) -> str:
    """Return the category, supplier or region that all rows share, where others have another."""
    if group["table"].iloc[0] not in ("skus", "sources", "demand", *_AS_ONE) or len(group) == 1:
        return ""
    skus = pd.Index(group["row"].str.split(BETWEEN).str[0].unique())
    some = labels.reindex(skus.intersection(labels.index))
    for name in ("category", "region", "supplier"):
        shared = some[name].unique()
        if len(shared) == 1 and labels[name].nunique() > 1:
            return f"{name} {shared[0]}"
    return ""
