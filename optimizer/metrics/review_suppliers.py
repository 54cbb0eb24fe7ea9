"""What changed with the suppliers: OTIF and lead times, by what was delivered since."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from optimizer.domain.arrays import FloatArray
from optimizer.domain.review import Flag
from optimizer.inputs.rules.references import Tables
from optimizer.maths.rank_tests import stratified_rank_test
from optimizer.metrics.quarter import Quarter

OTIF: Final = "OTIF drifted"
LEAD_TIME: Final = "lead time drifted"
STATED: Final = "as the tables state it, not tested"
_ROUNDING: Final = 1e-9


class Drifts(NamedTuple):
    """Flags by supplier, and what kept others from being tested."""

    flags: list[Flag]
    notes: list[str]


def supplier_drifts(before: Quarter, now: Quarter) -> Drifts:
    """
    Return the suppliers whose OTIF or lead time changed.

    Deliveries received after the last one of the earlier quarter are compared with those of that
    quarter: OTIF by Fisher's exact test, lead times by van Elteren's rank test within each SKU, so
    that another mix of SKUs is no drift.  A supplier without deliveries on both sides is compared
    by what the tables state.
    """
    rows, note = _delivered(before, now)
    tested = [*_otif(rows, now), *_lead_times(rows, now)]
    known = {(flag.flag, flag.subject) for flag in tested}
    stated = [
        flag
        for flag in (*_stated_otif(before, now), *_stated_lead_times(before, now))
        if (flag.flag, flag.subject) not in known
    ]
    return Drifts([*tested, *stated], [note] if note else [])


def _delivered(before: Quarter, now: Quarter) -> tuple[pd.DataFrame, str]:
    """Return the earlier deliveries and those since, and why there are none on a side."""
    frames = [_rows(quarter.tables) for quarter in (before, now)]
    if frames[0].empty or frames[1].empty:
        return frames[0].iloc[:0].assign(later=False), (
            "OTIF and lead times are compared as stated: not both quarters have a table deliveries."
        )
    last = frames[0]["received"].max()
    since = frames[1][frames[1]["received"] > last]
    note = "" if len(since) else "No delivery was received since the earlier quarter's last one."
    return pd.concat([frames[0].assign(later=False), since.assign(later=True)]), note


def _rows(tables: Tables) -> pd.DataFrame:
    """Return deliveries that were received: whether on time and in full, and days they took."""
    columns = ("sku", "supplier", "received", "kept", "took")
    if "deliveries" not in tables:
        return pd.DataFrame(columns=columns)
    table = tables["deliveries"]
    numbers = table.numbers
    late = numbers["received"] - numbers["promised"]
    short = numbers["quantity_ordered"] - numbers["quantity_received"]
    took = numbers["received"] - numbers["ordered"]
    rows = pd.DataFrame(
        {
            "sku": table.texts["sku"].to_pylist(),
            "supplier": table.texts["supplier"].to_pylist(),
            "received": numbers["received"],
            "kept": np.where(np.isnan(late + short), np.nan, (late <= 0.0) & (short <= 0.0)),
            "took": np.where(took >= 0.0, took, np.nan),
        }
    )
    return rows[rows["received"].notna()]


def _otif(rows: pd.DataFrame, now: Quarter) -> Iterator[Flag]:
    least = now.portfolio.settings.review.otif_change
    for name, of in rows[rows["kept"].notna()].groupby("supplier", sort=True):
        later = of["later"].to_numpy(np.bool_)
        kept = of["kept"].to_numpy(np.float64)
        n_before, n_now = int((~later).sum()), int(later.sum())
        if not n_before or not n_now:
            continue
        good = (int(kept[~later].sum()), int(kept[later].sum()))
        table = [[good[0], n_before - good[0]], [good[1], n_now - good[1]]]
        shares = good[0] / n_before, good[1] / n_now
        yield Flag(
            about="supplier",
            subject=str(name),
            flag=OTIF,
            before=f"{100.0 * shares[0]:.1f} % of {n_before:,} deliveries",
            now=f"{100.0 * shares[1]:.1f} % of {n_now:,} deliveries",
            evidence="Fisher's exact test",
            spend_a_year=now.spend_with(str(name)),
            p_value=float(stats.fisher_exact(np.array(table)).pvalue),
            matters=abs(shares[1] - shares[0]) >= least - _ROUNDING,
        )


def _lead_times(rows: pd.DataFrame, now: Quarter) -> Iterator[Flag]:
    least = now.portfolio.settings.review.lead_time_change
    known = rows[rows["took"].notna()]
    on_both = known.groupby(["supplier", "sku"])["later"].transform("nunique") == 2
    for name, of in known[on_both].groupby("supplier", sort=True):
        later, took = of["later"].to_numpy(np.bool_), of["took"].to_numpy(np.float64)
        codes, _ = pd.factorize(of["sku"])
        p_value = stratified_rank_test(took, later, codes)
        if p_value is None:
            continue
        was, is_now = _mean_days(of)
        yield Flag(
            about="supplier",
            subject=str(name),
            flag=LEAD_TIME,
            before=f"{was:.1f} days, {int((~later).sum()):,} deliveries",
            now=f"{is_now:.1f} days, {int(later.sum()):,} deliveries",
            evidence="van Elteren's rank test by SKU",
            spend_a_year=now.spend_with(str(name)),
            p_value=p_value,
            matters=abs(is_now - was) >= least * was - _ROUNDING,
        )


def _mean_days(rows: pd.DataFrame) -> tuple[float, float]:
    """Return the mean lead times before and now, SKUs weighed by what was delivered since."""
    means = rows.groupby(["sku", "later"])["took"].mean().unstack()
    weight = rows[rows["later"]].groupby("sku").size().reindex(means.index)
    was, is_now = (float(np.average(means[later], weights=weight)) for later in (False, True))
    return was, is_now


def _stated_otif(before: Quarter, now: Quarter) -> Iterator[Flag]:
    least = now.portfolio.settings.review.otif_change
    earlier = _by_supplier(before, before.portfolio.suppliers.otif)
    for name, share in _by_supplier(now, now.portfolio.suppliers.otif).items():
        was = earlier.get(name, np.nan)
        if was > 0.0 and share > 0.0 and abs(share - was) >= least - _ROUNDING:
            yield Flag(
                about="supplier",
                subject=name,
                flag=OTIF,
                before=f"{100.0 * was:.1f} %",
                now=f"{100.0 * share:.1f} %",
                evidence=STATED,
                spend_a_year=now.spend_with(name),
            )


def _by_supplier(quarter: Quarter, column: FloatArray) -> dict[str, float]:
    names = map(str, quarter.portfolio.suppliers.supplier)
    return dict(zip(names, column.tolist(), strict=True))


def _stated_lead_times(before: Quarter, now: Quarter) -> Iterator[Flag]:
    """Compare stated lead times of a supplier's sources that both quarters have, on average."""
    least = now.portfolio.settings.review.lead_time_change
    both = pd.concat([_stated_days(before), _stated_days(now)], axis=1, join="inner")
    both.columns = pd.Index(["was", "is_now"])
    for name, of in both.groupby(level="supplier", sort=True):
        was, is_now = float(of["was"].mean()), float(of["is_now"].mean())
        if abs(is_now - was) >= least * was - _ROUNDING and is_now != was:
            yield Flag(
                about="supplier",
                subject=str(name),
                flag=LEAD_TIME,
                before=f"{was:.1f} days, mean of {len(of):,} sources",
                now=f"{is_now:.1f} days",
                evidence=STATED,
                spend_a_year=now.spend_with(str(name)),
            )


def _stated_days(quarter: Quarter) -> pd.DataFrame:
    sources, portfolio = quarter.portfolio.sources, quarter.portfolio
    index = pd.MultiIndex.from_arrays(
        [portfolio.skus.sku[sources.sku], portfolio.suppliers.supplier[sources.supplier]],
        names=["sku", "supplier"],
    )
    return pd.DataFrame({"days": sources.lead_time_mean}, index=index)
