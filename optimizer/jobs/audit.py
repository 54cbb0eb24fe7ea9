"""Audit: what a portfolio is, what can go wrong with it, and where to begin; nothing is solved."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.address import without_password
from optimizer.domain.arrays import FloatArray
from optimizer.domain.audit import AUDITED, Audit
from optimizer.domain.observer import SILENT, Observer, step
from optimizer.domain.option import Designs
from optimizer.domain.paths import AnyPath
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.review import REVIEWED
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.errors import BadInputError
from optimizer.inputs.read import read_portfolio, tables_as_read
from optimizer.inputs.rules.references import Tables
from optimizer.jobs.about import AS_IT_COMES, Request, about_runs
from optimizer.jobs.reopen import planned_inputs
from optimizer.metrics.allowed import RULE_OF_THUMB
from optimizer.metrics.asked import Asked, asked
from optimizer.metrics.backup import backup
from optimizer.metrics.better_buffer import better_buffer
from optimizer.metrics.concentration import delivered_shares, herfindahl
from optimizer.metrics.down import Held, losses_if_down, nodes, supply_recovers
from optimizer.metrics.first_parts import first_parts
from optimizer.metrics.forecast_bias import forecast_error
from optimizer.metrics.movement_class import movement_class
from optimizer.metrics.priority_number import (
    largest_reversal,
    n_first,
    occurrence,
    priority_number,
    ranks,
    reversals,
)
from optimizer.metrics.quarter import Quarter
from optimizer.metrics.review import review
from optimizer.metrics.scored import scored
from optimizer.metrics.segment import segment
from optimizer.metrics.supplier_risk import outage_days_per_year
from optimizer.options.costs import spend_per_day
from optimizer.reports.documents import audit_documents
from optimizer.store.audit_folder import write_audit
from optimizer.store.names import automatic_name, check_name
from optimizer.store.publish import check_free, check_writable
from optimizer.strategies.candidate import Candidate
from optimizer.strategies.fixed import just_in_case, just_in_time, today

_HOW: Final = "formulas and exact expected losses, without solving"
Columns = dict[str, Any]


def audit(
    source: AnyPath,
    overrides: Sequence[str] = (),
    request: Request = AS_IT_COMES,
    observer: Observer = SILENT,
    *,
    before: AnyPath | None = None,
) -> Audit:
    """
    Look through a portfolio and write what was found: tables, page and workbook.

    Buffers and losses are those of the plan in force; without one, of just-in-time stock.  What
    the tables do not give is left out, and the notes say so.

    Parameters
    ----------
    source, overrides
        As of `read_portfolio`.
    before
        The portfolio of an earlier quarter, or a run that was made of it: what changed since is
        flagged for review.  A run's plan is taken to have been in force.

    Raises
    ------
    BadInputError
        If the portfolio cannot be used, a SKU has no option, the name is taken, or its folder
        cannot be written.
    """
    began = time.monotonic()
    name = request.name or automatic_name(request.results, datetime.now().astimezone().date())
    check_name(name)
    check_writable(request.results)
    check_free(request.results, name, replace=request.replace)
    portfolio = read_portfolio(source, overrides)
    notes: list[str] = []
    with step(observer, "today") as tell:
        plan, designs = _plan(portfolio, notes)
        candidate = Candidate.of(portfolio, designs)
        tell("plan in force" if plan == "today" else "just-in-time stock")
    with step(observer, "audit") as tell:
        held = _held(designs, candidate)
        skus = _skus(portfolio, designs, candidate, held, notes, in_force=plan == "today")
        records = _records(source, portfolio)
        delivered = None
        if "deliveries" in records:
            delivered = delivered_shares(portfolio, records["deliveries"])
        places = nodes(portfolio, held, delivered)
        tell(f"{len(skus):,} SKUs, {len(places):,} suppliers, regions and tags")
    summary = {"plan": plan, **_summary(skus, places)}
    flags = pd.DataFrame(columns=list(REVIEWED))
    if before is not None:
        with step(observer, "review") as tell:
            reviewed = review(_earlier(before), _quarter(source, portfolio, plan, held))
            flags, notes = reviewed.flags, [*notes, *reviewed.notes]
            summary["review"] = {"before": without_password(before), "tests": reviewed.tests}
            tell(f"{len(flags):,} flags, {reviewed.tests:,} tests")
    found = Audit(
        folder=request.results / name,
        currency=portfolio.settings.currency,
        about=about_runs(portfolio, request, name, began, methods=[_HOW]),
        summary=summary,
        notes=tuple(notes),
        skus=skus.sort_values("spend_a_year", ascending=False, kind="stable", ignore_index=True),
        nodes=places,
        first_parts=first_parts(portfolio, skus),
        scorecard=scored(
            portfolio,
            skus,
            candidate.chosen.costs.mean_on_hand if plan == "today" else None,
            records,
        ),
        review=flags,
    )
    with step(observer, "write") as tell:
        documents = audit_documents(found)
        write_audit(request.results, name, found, documents, replace=request.replace)
        tell(str(found.folder))
    return found


def _records(source: AnyPath, portfolio: Portfolio) -> Tables:
    """Return the tables of orders and deliveries, where the portfolio has any."""
    if not {"orders", "deliveries"} & portfolio.ledger.keys():
        return {}
    return tables_as_read(source, portfolio.overrides)


def _earlier(before: AnyPath) -> Quarter:
    """Return the earlier quarter: a portfolio, or a run with the inputs it kept."""
    if (Path(before) / "manifest.json").is_file():
        portfolio, tables = planned_inputs(before)
    else:
        portfolio, tables = read_portfolio(before), tables_as_read(before, ())
    plan, designs = _plan(portfolio, [])
    held = _held(designs, Candidate.of(portfolio, designs))
    return _compared(portfolio, tables, plan, held)


def _quarter(source: AnyPath, portfolio: Portfolio, plan: str, held: Held) -> Quarter:
    return _compared(portfolio, tables_as_read(source, portfolio.overrides), plan, held)


def _compared(portfolio: Portfolio, tables: Tables, plan: str, held: Held) -> Quarter:
    return Quarter(
        portfolio=portfolio,
        tables=tables,
        plan=plan,
        survives=held.cover_days,
        recovers=supply_recovers(portfolio, held),
    )


def _held(designs: Designs, candidate: Candidate) -> Held:
    return Held(
        alternates=designs.alternates,
        curves=candidate.chosen.curves,
        cover_days=candidate.chosen.costs.cover_days,
    )


def _plan(portfolio: Portfolio, notes: list[str]) -> tuple[str, Designs]:
    """Return the plan in force, or just in time where there is none that can be priced."""
    why = "There is no plan table"
    if portfolio.plan_in_force is not None:
        try:
            designs = today(portfolio).designs
            assert designs is not None  # noqa: S101  today raises instead
            return "today", designs
        except BadInputError as refusal:
            why = f"The plan in force cannot be priced ({refusal.problems[0]})"
    notes.append(
        f"{why}: survival times and losses are those of just-in-time stock, and no buffer is "
        "called too high or too low."
    )
    designs = just_in_time(portfolio).designs
    assert designs is not None  # noqa: S101  just in time raises instead
    return "jit", designs


def _skus(
    portfolio: Portfolio,
    designs: Designs,
    candidate: Candidate,
    held: Held,
    notes: list[str],
    *,
    in_force: bool,
) -> pd.DataFrame:
    """Return `AUDITED`, in the portfolio's order."""
    skus, suppliers, seen = portfolio.skus, portfolio.suppliers, asked(portfolio)
    every = np.arange(len(skus))
    primary = portfolio.sources.supplier[skus.primary]
    spend = spend_per_day(portfolio, every) * DAYS_PER_YEAR
    if seen is None:
        notes.append(
            "There is no demand history: moving classes follow demand_interval_days, demand has no "
            "class, and bias cannot be told from spread."
        )
    if not len(portfolio.hazards):
        notes.append("There is no hazard: occurrence is 1 and nothing is at risk for any SKU.")
    if not (portfolio.suppliers.ttr_days[primary] > 0.0).all():
        notes.append(
            f"Suppliers without ttr_days are taken to recover in "
            f"{portfolio.settings.audit.ttr_days:g} days (setting audit.ttr_days)."
        )
    columns: Columns = {
        **{name: getattr(skus, name) for name in ("sku", "description", "category", "site")},
        "primary_supplier": suppliers.supplier[primary],
        "region": suppliers.region[primary],
        "segment": segment(portfolio),
        "movement_class": movement_class(portfolio, seen),
        "demand_class": skus.demand_class,
        "risk_days": outage_days_per_year(portfolio)[primary],
        "spend_a_year": spend,
        "spend_share": spend / (spend.sum() or 1.0),
        "backup": backup(portfolio),
        "demand_mean": skus.demand_mean,
        **_risk(portfolio, candidate, notes),
        **_exposure(portfolio, held),
        **_forecast(portfolio, seen),
        **_rule(portfolio, notes),
        **_buffers(portfolio, designs, candidate, in_force=in_force),
    }
    return pd.DataFrame(columns)[list(AUDITED)]


def _risk(portfolio: Portfolio, candidate: Candidate, notes: list[str]) -> Columns:
    """Return RPN beside the money at risk, and where they rank a SKU apart."""
    skus, occurring = portfolio.skus, occurrence(portfolio)
    rpn = priority_number(skus.severity, occurring, skus.detection)
    at_risk = candidate.chosen.options.expected_loss / portfolio.settings.horizon.years
    if len(np.unique(skus.severity)) == len(np.unique(skus.detection)) == 1:
        notes.append(
            "Severity and detection are the same for every SKU: RPN ranks by occurrence alone."
        )
    return {
        "severity": skus.severity,
        "occurrence": occurring,
        "detection": skus.detection,
        "rpn": rpn,
        "rpn_rank": ranks(rpn),
        "at_risk": at_risk,
        "at_risk_rank": ranks(at_risk),
        "reversal": reversals(rpn, at_risk),
    }


def _exposure(portfolio: Portfolio, held: Held) -> Columns:
    """Return how long each SKU survives, when its supply recovers, and what it loses until then."""
    every, recovers = np.arange(len(portfolio.skus)), supply_recovers(portfolio, held)
    primary = portfolio.sources.supplier[portfolio.skus.primary]
    loss = np.zeros(len(every))
    for supplier in np.unique(primary).tolist():
        rows = np.flatnonzero(primary == supplier)
        down = np.arange(len(portfolio.suppliers)) == supplier
        loss[rows] = losses_if_down(portfolio, held, rows, down)
    return {
        "time_to_survive": np.where(np.isfinite(held.cover_days), held.cover_days, np.nan),
        "time_to_recover": recovers,
        "exposed": held.cover_days < recovers,
        "loss_if_down": loss,
    }


def _forecast(portfolio: Portfolio, seen: Asked | None) -> Columns:
    """Return bias and spread of stated demand; nothing without a history."""
    if seen is None:
        names = ("actual_demand", "bias", "standard_error", "bias_share")
        return {**dict.fromkeys(names, np.nan), "forecast_verdict": ""}
    error = forecast_error(portfolio, seen)
    return {
        "actual_demand": error.actual,
        "bias": error.bias,
        "standard_error": error.standard_error,
        "bias_share": error.bias_share,
        "forecast_verdict": error.verdict,
    }


def _rule(portfolio: Portfolio, notes: list[str]) -> Columns:
    """Return the policy of the rule of thumb, and all that it allows."""
    names = np.array(list(portfolio.settings.policies), dtype=object)
    codes, segments = pd.factorize(segment(portfolio))
    allowed = np.array([_allowed(str(name)) for name in segments], dtype=object)[codes]
    try:
        designs = just_in_case(portfolio).designs
        assert designs is not None  # noqa: S101  just in case raises instead
    except BadInputError as refusal:
        notes.append(f"The rule of thumb names no policy: {refusal.problems[0]}")
        return {"rule_policy": "", "rule_allows": allowed}
    return {"rule_policy": names[designs.policy], "rule_allows": allowed}


def _allowed(name: str) -> str:
    value, _, risk = name.split("-")
    return ", ".join(sorted(RULE_OF_THUMB[f"{value}-{risk}"]))


def _buffers(
    portfolio: Portfolio, designs: Designs, candidate: Candidate, *, in_force: bool
) -> Columns:
    """Return today's buffers, and which are too high or too low; nothing without a plan."""
    if not in_force:
        numbers = ("reorder_point", "order_quantity", "capital", "better_reorder_point")
        missing = (*numbers, "buffer_saving", "buffer_capital")
        return {**dict.fromkeys(missing, np.nan), "policy": "", "buffer_verdict": ""}
    costs = candidate.chosen.costs
    better = better_buffer(portfolio, designs, costs)
    names = np.array(list(portfolio.settings.policies), dtype=object)
    return {
        "policy": names[designs.policy],
        "reorder_point": costs.reorder_point,
        "order_quantity": costs.order_quantity,
        "capital": costs.capital,
        "buffer_verdict": better.verdict,
        "better_reorder_point": better.reorder_point,
        "buffer_saving": better.saving,
        "buffer_capital": better.capital,
    }


def _summary(skus: pd.DataFrame, places: pd.DataFrame) -> Columns:
    """Return sums and counts by name."""
    rpn, at_risk = (skus[name].to_numpy(np.float64) for name in ("rpn", "at_risk"))
    worst = largest_reversal(rpn, at_risk)
    return {
        "skus": len(skus),
        "spend_a_year": float(skus["spend_a_year"].sum()),
        "at_risk": float(at_risk.sum()),
        "concentration": {
            kind: herfindahl(_shares(places, kind)) for kind in ("supplier", "region")
        },
        "first_by_rpn": n_first(len(skus)),
        "largest_reversal": (
            None
            if worst is None
            else {
                name: {key: skus[key].tolist()[row] for key in ("sku", "rpn", "at_risk")}
                for name, row in worst._asdict().items()
            }
        ),
        "exposed_skus": int(skus["exposed"].sum()),
        "exposed_spend": float(skus["spend_a_year"][skus["exposed"]].sum()),
        "bias_of_spend": _bias_of_spend(skus),
        "buffers": {verdict: _verdict(skus, verdict) for verdict in ("too high", "too low")},
    }


def _shares(places: pd.DataFrame, kind: str) -> FloatArray:
    return places["spend_share"][places["kind"] == kind].to_numpy(np.float64)


def _bias_of_spend(skus: pd.DataFrame) -> float | None:
    """Return by which share the stated demand of all SKUs together, at cost, is too high."""
    told = skus[skus["bias"].notna() & (skus["demand_mean"] > 0.0)]
    stated = float(told["spend_a_year"].sum())
    off = float((told["spend_a_year"] * told["bias"] / told["demand_mean"]).sum())
    return off / (stated - off) if stated - off > 0.0 else None


def _verdict(skus: pd.DataFrame, verdict: str) -> dict[str, float]:
    """Return how many buffers are so, what putting them right saves a year, and its capital."""
    some = skus[skus["buffer_verdict"] == verdict]
    return {
        "skus": len(some),
        "saving": float(some["buffer_saving"].sum()),
        "capital": float(some["buffer_capital"].sum()),
    }
