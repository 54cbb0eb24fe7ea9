"""Which SKUs two plans decide otherwise, and the stories that these decisions make together."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import IntArray, TextArray
from optimizer.domain.comparison import COMPONENTS

_LEVELS: Final = ("service_level", "reserve_days", "lot_days_min", "lot_factor")
_SAME: Final = 1e-9
_NAMED: Final = 3  # SKUs of a story
_BY: Final = ("policy", "to_policy", "step", "sources", "causes")


def decision_differences(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """
    Return the SKUs of both plans that are decided otherwise.

    Parameters
    ----------
    before, after
        The plans of two runs, ``plan.parquet``.

    Returns
    -------
    pandas.DataFrame
        Columns sku, differs (policy, buffer or lot, alternates: joined by a comma), step (``up``
        or ``down`` where only level and reserve move, one way), sources (``adds``, ``drops``,
        ``changes`` or none), and of both plans policy, alternates, reorder_point, order_quantity,
        buffer, the new plan's with `to_`.
    """
    old, new = (plan.set_index("sku") for plan in (before, after))
    common = old.index.intersection(new.index)
    old, new = old.loc[common], new.loc[common]
    policy = (old["policy"] != new["policy"]).to_numpy(np.bool_)
    sources = _sources(old["alternates"], new["alternates"])
    moved = {name: _moved(old[name], new[name]) for name in _LEVELS}
    buffer = (moved["service_level"] != 0) | (moved["reserve_days"] != 0)
    lot = (moved["lot_days_min"] != 0) | (moved["lot_factor"] != 0)
    differs = [
        ", ".join(name for name, is_so in zip(_KINDS, kinds, strict=True) if is_so)
        for kinds in zip(policy, buffer & ~policy, lot & ~policy, sources != "", strict=True)
    ]
    up = (moved["service_level"] >= 0) & (moved["reserve_days"] >= 0)
    down = (moved["service_level"] <= 0) & (moved["reserve_days"] <= 0)
    step = np.where(~buffer | policy, "", np.where(up, "up", np.where(down, "down", "")))
    both = {
        f"{prefix}{name}": plan[name].to_numpy()
        for prefix, plan in (("", old), ("to_", new))
        for name in ("policy", "alternates", "reorder_point", "order_quantity")
    }
    buffers = {
        f"{prefix}buffer": (plan["safety_stock"] + plan["reserve_units"]).to_numpy()
        for prefix, plan in (("", old), ("to_", new))
    }
    rows = pd.DataFrame(
        {"sku": common, "differs": differs, "step": step, "sources": sources, **both, **buffers}
    )
    return rows[rows["differs"] != ""].reset_index(drop=True)


_KINDS: Final = ("policy", "buffer", "lot", "alternates")


def _moved(old: pd.Series[float], new: pd.Series[float]) -> IntArray:
    """Return 1 where a number rises, -1 where it falls, 0 where it stays, up to rounding."""
    rise = (new - old).to_numpy(np.float64)
    room = _SAME * np.maximum(1.0, np.abs(old.to_numpy(np.float64)))
    return np.where(np.abs(rise) <= room, 0, np.sign(rise)).astype(np.int64)


def _sources(old: pd.Series[str], new: pd.Series[str]) -> TextArray:
    """Return what becomes of the alternates of each SKU."""
    words = []
    for before, after in zip(old, new, strict=True):
        had, has = ({name for name in one.split(";") if name} for one in (before, after))
        words.append(
            "" if had == has else "adds" if had < has else "drops" if has < had else "changes"
        )
    return np.array(words, dtype=object)


def moved_alone(before: pd.DataFrame, after: pd.DataFrame) -> list[str]:
    """Return the SKUs of both plans whose decision is the same and whose numbers are not."""
    old, new = (plan.set_index("sku") for plan in (before, after))
    common = old.index.intersection(new.index)
    common = common.difference(decision_differences(before, after)["sku"].tolist())
    moved = np.zeros(len(common), dtype=np.bool_)
    for name in ("reorder_point", "order_quantity"):
        moved |= _moved(old.loc[common, name], new.loc[common, name]) != 0
    return [str(sku) for sku in common[moved]]


def stories(decisions: pd.DataFrame, by_sku: pd.DataFrame) -> pd.DataFrame:
    """
    Return decisions that change alike for the same causes, the most money first.

    Parameters
    ----------
    decisions
        With the columns `sku`, `by_decision`, `capital_difference`, `difference` and all of
        ``policy, to_policy, step, sources, causes``.
    by_sku
        Differences of `COMPONENTS` by SKU, its name as ``name``.

    Returns
    -------
    pandas.DataFrame
        `optimizer.domain.comparison.STORIES` without run and said.
    """
    parts = by_sku.set_index("name")[list(COMPONENTS)]
    rows: list[dict[str, Any]] = []
    for key, group in decisions.groupby(list(_BY), sort=True):
        order = np.lexsort((group["sku"].astype(str), -group["difference"].abs()))
        names = group["sku"].iloc[order]
        more = ", …" if len(names) > _NAMED else ""
        summed = parts.reindex(group["sku"]).fillna(0.0).sum()
        rows.append(
            {
                **dict(zip(map(str, _BY), key, strict=True)),
                "skus": len(group),
                "names": ", ".join(names.iloc[:_NAMED]) + more,
                "capital_difference": group["capital_difference"].sum(),
                **{name: summed[name] for name in COMPONENTS},
                "difference": group["difference"].sum(),
                "by_decision": group["by_decision"].sum(skipna=False),
            }
        )
    if not rows:
        return pd.DataFrame()
    table = pd.DataFrame(rows)
    size = table["by_decision"].fillna(table["difference"]).abs()
    order = np.lexsort((table["names"], -table["skus"], -size))
    return table.iloc[order].reset_index(drop=True).assign(rank=np.arange(1, len(table) + 1))
