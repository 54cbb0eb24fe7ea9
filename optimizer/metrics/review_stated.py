"""What changed by what two quarters' tables state: survival, hazards, approvals, SKUs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from optimizer.domain.portfolio import CANDIDATE, ROLES
from optimizer.domain.review import Flag
from optimizer.metrics.quarter import Quarter
from optimizer.metrics.supplier_risk import reaches

BY_TABLES: Final = "by the tables"
_NEVER: Final = "never"


def survival_lost(before: Quarter, now: Quarter, notes: list[str]) -> Iterator[Flag]:
    """Yield the SKUs that survived their supplier's outage before, and do not now."""
    if before.plan != now.plan:
        notes.append("TTS is not compared: only one of the quarters has a plan in force.")
        return
    rows = {name: row for row, name in enumerate(before.names)}
    exposed_now = now.survives < now.recovers
    for row in np.flatnonzero(exposed_now).tolist():
        was = rows.get(now.names[row])
        if was is None or before.survives[was] < before.recovers[was]:
            continue
        yield Flag(
            about="SKU",
            subject=now.names[row],
            flag="TTS fell below TTR",
            before=_survival(before, was),
            now=_survival(now, row),
            evidence=BY_TABLES,
            spend_a_year=float(now.spend[row]),
        )


def _survival(quarter: Quarter, row: int) -> str:
    tts, ttr = float(quarter.survives[row]), float(quarter.recovers[row])
    lasts = f"{tts:.1f} days" if np.isfinite(tts) else "no demand"
    return f"TTS {lasts}, TTR {ttr:.1f} days"


def hazards_up(before: Quarter, now: Quarter) -> Iterator[Flag]:
    """Yield hazards that strike more often by a factor, or that there were not before."""
    factor = now.portfolio.settings.review.hazard_factor
    old, new = before.portfolio.hazards, now.portfolio.hazards
    known = dict(zip(map(str, old.hazard), old.annual_rate.tolist(), strict=True))
    for row, name in enumerate(map(str, new.hazard)):
        was, rate = known.get(name, 0.0), float(new.annual_rate[row])
        if rate > was * factor * (1.0 + 1e-9):
            yield Flag(
                about="hazard",
                subject=name,
                flag="hazard up" if was else "new hazard",
                before=f"{was:.3g} strikes a year" if was else _NEVER,
                now=f"{rate:.3g} strikes a year",
                evidence=BY_TABLES,
                spend_a_year=_spend_in_reach(now, row),
            )


def _spend_in_reach(quarter: Quarter, hazard: int) -> float:
    portfolio = quarter.portfolio
    if portfolio.hazards.kind[hazard] == "outage":
        hit = reaches(portfolio, hazard)[portfolio.sources.supplier[portfolio.skus.primary]]
    else:
        hit = portfolio.skus.category == portfolio.hazards.target[hazard]
    return float(quarter.spend[hit].sum())


def approvals_expired(now: Quarter, notes: list[str]) -> Iterator[Flag]:
    """Yield sources in use whose approval ended before the last day that the tables know of."""
    portfolio = now.portfolio
    sources, until = portfolio.sources, portfolio.sources.approved_until
    if np.isnan(until).all():
        return
    if now.day is None:
        notes.append(
            "Whether approvals have expired is not computable: no table states a day (demand, "
            "orders, deliveries, or stock with as_of)."
        )
        return
    for row in np.flatnonzero((until < now.day) & (sources.role != CANDIDATE)).tolist():
        sku, supplier = int(sources.sku[row]), portfolio.suppliers.supplier[sources.supplier[row]]
        yield Flag(
            about="source",
            subject=f"{now.names[sku]} from {supplier}",
            flag="approval expired",
            before=f"approved until {_date(until[row])}",
            now=f"{_date(now.day)}, {ROLES[sources.role[row]]}",
            evidence=BY_TABLES,
            spend_a_year=float(now.spend[sku]),
        )


def _date(day: float) -> str:
    return str(np.datetime64(int(day), "D"))


def skus_new_and_gone(before: Quarter, now: Quarter) -> Iterator[Flag]:
    """Yield the SKUs that only one of the quarters has."""
    for here, there, flag, words in (
        (now, before, "new SKU", ("not there", "there")),
        (before, now, "SKU gone", ("there", "not there")),
    ):
        others = set(there.names)
        for row, name in enumerate(here.names):
            if name not in others:
                yield Flag(
                    about="SKU",
                    subject=name,
                    flag=flag,
                    before=words[0],
                    now=words[1],
                    evidence=BY_TABLES,
                    spend_a_year=float(here.spend[row]),
                )
