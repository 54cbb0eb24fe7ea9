"""A backtest: promised beside kept as a document and a table, and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray, IntArray, TextArray
from optimizer.maths.intervals import mean_interval, ratio_interval
from optimizer.reports.kit.format import alike, count, money, percent
from optimizer.simulator import LINES, Replayed
from optimizer.simulator.replay import STRETCHES

Row = tuple[str, ...]

_FILLS: Final = {
    "fill_by_units": ("units_short", "units"),
    "fill_by_value": ("value_short", "value"),
    "fill_by_lines": ("lines_short", "lines"),
}
_LABELS: Final = {
    "fill_by_units": "fill rate, by units",
    "fill_by_value": "fill rate, by value",
    "fill_by_lines": "demands served in full",
    "stock": "mean stock",
    "capital": "of it own capital",
    "shortage_cost": "shortage cost a year",
    "waiting_days": "days somebody waits, a SKU and year",
}
_DAYS: Final = 365.0


class SkuGroups(NamedTuple):
    """
    The groups of SKUs that a backtest reports on.

    Attributes
    ----------
    demand_class
        Class of each SKU's demand.  Shape ``(N,)``.
    demands, band
        Number of demands in the first part of the history, and their row of `bands`.  ``(N,)``
    bands
        Names of the bands, least history first.
    """

    sku: TextArray
    demand_class: TextArray
    demands: IntArray
    band: IntArray
    bands: TextArray

    @property
    def classes(self) -> list[str]:
        """The classes that occur, sorted."""
        return sorted(set(self.demand_class.tolist()))

    @property
    def group(self) -> IntArray:
        """Groups of each SKU: 0 for all, its class, its band.  Shape ``(N, 3)``."""
        of_class = pd.Index(self.classes).get_indexer(pd.Index(self.demand_class))
        everything = np.zeros(len(self.sku), dtype=np.int64)
        return np.stack([everything, 1 + of_class, 1 + len(self.classes) + self.band], axis=1)

    @property
    def n_groups(self) -> int:
        """Number of groups: all, the classes, the bands."""
        return 1 + len(self.classes) + len(self.bands)


class Plans(NamedTuple):
    """
    The plans that were replayed.

    Attributes
    ----------
    promised
        Promised `LINES` over the days held out.  Shape ``(P, N, len(LINES))``.
    held
        Reorder point, order quantity and reserve, by name.
    """

    name: Sequence[str]
    promised: FloatArray
    held: Sequence[Mapping[str, FloatArray]]
    demand_mean: FloatArray
    demand_mean_error: FloatArray


class Section(NamedTuple):
    """A backtest on a page: sentences, and tables with title and headings."""

    sentences: list[str]
    tables: list[tuple[str, Row, list[Row]]]


def build_backtest(
    plans: Plans, sku_groups: SkuGroups, replayed: Replayed, about: Mapping[str, Any]
) -> tuple[dict[str, Any], pd.DataFrame]:
    """
    Return ``backtest.json`` and ``backtest.parquet``.

    Parameters
    ----------
    replayed
        Covers the first SKUs only if the replay was stopped; promises are limited to them, too.
    """
    confidence, days = about["confidence"], about["days_held_out"]
    n_replayed = replayed.by_sku.shape[2]
    group = sku_groups.group[:n_replayed]

    def measures(plan: int, row: int, members: IntArray) -> dict[str, Any]:
        promised = plans.promised[plan, members].sum(axis=0)
        kept = replayed.groups[plan, :, row]
        return _measures(promised, kept, days, len(members), confidence)

    def part(row: int, column: int, name: str) -> dict[str, Any]:
        members = np.flatnonzero(group[:, column] == row)
        return {
            "name": name,
            "skus": len(members),
            "plans": [
                {"plan": plan, "measures": measures(p, row, members)}
                for p, plan in enumerate(plans.name)
            ],
        }

    classes = [part(1 + c, 1, name) for c, name in enumerate(sku_groups.classes)]
    first = 1 + len(sku_groups.classes)
    bands = [part(first + b, 2, str(name)) for b, name in enumerate(sku_groups.bands)]
    document = {
        **about,
        "skus": n_replayed,
        "left_out": len(sku_groups.sku) - n_replayed,
        "demands": int(sku_groups.demands[:n_replayed].sum()),
        "all": part(0, 0, "all"),
        "classes": [each for each in classes if each["skus"]],
        "bands": [band for band in bands if band["skus"]],
    }
    return document, _table(plans, sku_groups, replayed, days)


def _measures(
    promised: FloatArray, kept: FloatArray, days: int, n_skus: int, confidence: float
) -> dict[str, Any]:
    """Return every measure: promised, and kept with half the width of its interval, by stretch."""
    place = {name: row for row, name in enumerate(LINES)}
    measures: dict[str, Any] = {}
    for name, (missed, whole) in _FILLS.items():
        total = float(promised[place[whole]])
        record: dict[str, Any] = {
            "promised": 1.0 - float(promised[place[missed]]) / total if total else None
        }
        for stretch, lines in zip(STRETCHES, kept, strict=True):
            asked = lines[place[whole]]
            share = ratio_interval(lines[place[missed]], asked, confidence)
            served = 1.0 - float(share.centre) if asked.any() else None
            record[stretch] = _kept(served, float(share.half_width))
        measures[name] = record
    yearly = _DAYS / days
    factors = {
        "stock": 1.0,
        "capital": 1.0,
        "shortage_cost": yearly,
        "waiting_days": yearly / max(n_skus, 1),
    }
    for name, factor in factors.items():
        record = {"promised": factor * float(promised[place[name]])}
        for stretch, lines in zip(STRETCHES, kept, strict=True):
            mean = mean_interval(factor * lines[place[name]], confidence)
            record[stretch] = _kept(float(mean.centre), float(mean.half_width))
        measures[name] = record
    return measures


def _kept(centre: float | None, half_width: float) -> dict[str, float | None]:
    """Return a figure with its half-width; None if there was no demand."""
    return {"kept": centre, "half_width": half_width}


def _table(plans: Plans, sku_groups: SkuGroups, replayed: Replayed, days: int) -> pd.DataFrame:
    """Return one row per SKU: stock, promises and results of every plan."""
    place = {name: column for column, name in enumerate(LINES)}
    first = slice(replayed.by_sku.shape[2])
    columns: dict[str, Any] = {
        "sku": sku_groups.sku[first],
        "demand_class": sku_groups.demand_class[first],
        "demands": sku_groups.demands[first],
        "demand_mean": plans.demand_mean[first],
        "demand_mean_error": plans.demand_mean_error[first],
        "asked": replayed.by_sku[0, STRETCHES.index("came"), :, place["units"]] / days,
    }
    for p, plan in enumerate(plans.name):
        prefix = plan.replace(" ", "_")
        columns |= {f"{prefix}_{name}": column[first] for name, column in plans.held[p].items()}
        columns_of = [("promised", plans.promised[p, first])]
        columns_of += [(name, replayed.by_sku[p, s]) for s, name in enumerate(STRETCHES)]
        for name, lines in columns_of:
            units = lines[:, place["units"]]
            missed = lines[:, place["units_short"]] / np.where(units > 0.0, units, 1.0)
            columns[f"{prefix}_fill_{name}"] = 1.0 - missed
            for line in ("stock", "shortage_cost", "waiting_days"):
                columns[f"{prefix}_{line}_{name}"] = lines[:, place[line]]
    return pd.DataFrame(columns)


def backtest_section(document: Mapping[str, Any]) -> Section:
    """Return the section on a backtest, for the command and the page."""
    tables = [
        ("Promised beside kept", HEADINGS, measure_rows(document)),
        ("By demand class", PART_HEADINGS, part_rows(document, "classes")),
        ("By demands in the first part", PART_HEADINGS, part_rows(document, "bands")),
    ]
    if len(document["all"]["plans"]) > 1:
        title = "Today's plan beside the plan at equal stock"
        tables.append((title, RIVAL_HEADINGS, rival_rows(document)))
    return Section(backtest_sentences(document), tables)


HEADINGS: Final = ("", "promised", "first part resampled", "what came")
PART_HEADINGS: Final = (
    "", "SKUs", "fill by value promised", "resampled", "came", "shortage cost a year promised",
    "resampled", "came",
)  # fmt: skip
RIVAL_HEADINGS: Final = (
    "", "own capital", "fill by units", "by value", "in full", "shortage cost a year",
)  # fmt: skip


def backtest_sentences(document: Mapping[str, Any]) -> list[str]:
    """Return how it was done, what was kept, and why where it was not."""
    [plan, *others] = document["all"]["plans"]
    fill, cost = plan["measures"]["fill_by_value"], plan["measures"]["shortage_cost"]
    currency = document["currency"]
    within = "" if document["period"] == "day" else f", days within the {document['period']}"
    said = alike((cost["promised"], *(cost[stretch]["kept"] for stretch in STRETCHES)), currency)
    sentences = [
        (
            f"{count(document['skus'], 'SKU')} planned on {document['days']:,} days of history, "
            f"before {document['planned_until']}, and the {document['days_held_out']:,} days after "
            f"it replayed day by day, {document['replications']} times with other lead times, "
            f"places in the order cycle{within}."
        ),
        (
            f"Of the value asked for {percent(fill['promised'])} was promised at once; "
            f"{percent(fill['resampled']['kept'])} was kept where the first part is resampled, "
            f"{percent(fill['came']['kept'])} of what came. Shortages: {said[0]} a year promised, "
            f"{said[1]} resampled, {said[2]} came."
        ),
        (
            "Resampled against promised shows what the model and its estimates get wrong; what "
            "came against resampled, how demand has changed."
        ),
    ]
    if others:
        sentences.append(_rival_sentence(document))
    if document["left_out"]:
        every = document["skus"] + document["left_out"]
        stopped = f"Stopped: the first {document['skus']:,} of {every:,} SKUs were replayed."
        sentences = [f"{stopped} All figures are theirs, promises too.", *sentences]
    return [*sentences, document["note"]] if document["note"] else sentences


def _rival_sentence(document: Mapping[str, Any]) -> str:
    by_name = {plan["plan"]: plan["measures"] for plan in document["all"]["plans"]}
    now, equal = by_name["today"], by_name["at equal stock"]
    costs = [plan["shortage_cost"]["came"]["kept"] for plan in (now, equal)]
    said = alike(costs, document["currency"])
    return (
        f"In what came, today's plan had shortages of {said[0]} a year and the plan at equal stock "
        f"{said[1]}; {percent(now['fill_by_value']['came']['kept'])} and "
        f"{percent(equal['fill_by_value']['came']['kept'])} of the value was served at once."
    )


def measure_rows(document: Mapping[str, Any]) -> list[Row]:
    """Return the rows under `HEADINGS`, of the plan."""
    measures, currency = document["all"]["plans"][0]["measures"], document["currency"]
    return [
        (
            _LABELS[name],
            _shown(name, record["promised"], currency),
            *(_with_interval(name, record[stretch], currency) for stretch in STRETCHES),
        )
        for name, record in measures.items()
    ]


def part_rows(document: Mapping[str, Any], parts: str) -> list[Row]:
    """Return the rows under `PART_HEADINGS`: ``classes`` or ``bands``."""
    currency = document["currency"]
    rows = []
    for part in document[parts]:
        measures = part["plans"][0]["measures"]
        cells = [
            _shown(name, value, currency)
            for name in ("fill_by_value", "shortage_cost")
            for value in (
                measures[name]["promised"],
                *(measures[name][stretch]["kept"] for stretch in STRETCHES),
            )
        ]
        rows.append((part["name"], f"{part['skus']:,}", *cells))
    return rows


def rival_rows(document: Mapping[str, Any]) -> list[Row]:
    """Return the rows under `RIVAL_HEADINGS`: what each plan kept of what came."""
    currency = document["currency"]
    names = ("capital", "fill_by_units", "fill_by_value", "fill_by_lines", "shortage_cost")
    return [
        (
            plan["plan"],
            *(_shown(name, plan["measures"][name]["came"]["kept"], currency) for name in names),
        )
        for plan in document["all"]["plans"]
    ]


def _with_interval(name: str, kept: Mapping[str, float | None], currency: str) -> str:
    value, wide = (_shown(name, kept[part], currency) for part in ("kept", "half_width"))
    return value if kept["kept"] is None else f"{value} ± {wide}"


def _shown(name: str, value: float | None, currency: str) -> str:
    if value is None:
        return "–"
    if name in _FILLS:
        return f"{100.0 * value:.2f} %"
    if name == "waiting_days":
        return f"{value:.2f}"
    return money(value, currency)
