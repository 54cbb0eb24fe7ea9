"""The document of an audit: the journey in six steps, each with what to look at."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Final

import pandas as pd

from optimizer.domain.audit import Audit
from optimizer.metrics import forecast_bias
from optimizer.metrics.backup import BACKUPS
from optimizer.reports.audit.audit_matrices import movement_matrix, segment_matrix
from optimizer.reports.audit.audit_view import AuditView
from optimizer.reports.audit.audit_words import (
    STEPS,
    down_finding,
    figures,
    lead_sentence,
    proof_sentence,
    ranking_finding,
    sentences,
)
from optimizer.reports.kit.bar_chart import BarChart, Part
from optimizer.reports.kit.caption import Caption
from optimizer.reports.kit.document import Document, LongTable, Section
from optimizer.reports.kit.format import moment, money, percent, whole
from optimizer.reports.kit.measured_table import MeasuredTable
from optimizer.reports.kit.measures import Measure, policy_words

_SKUS: Final = "skus.csv"
_NODES: Final = "nodes.csv"
_REVIEW: Final = "review.csv"
_BARS: Final = 10
_OWN: Final[Mapping[str, Measure]] = {
    "time_to_recover": Measure(label="TTR", kind="days", unit="days"),
    "kind": Measure(label="Kind"),
    "about": Measure(label="What it is"),
    "subject": Measure(label="Name"),
    "flag": Measure(label="What changed"),
    "before": Measure(label="Before"),
    "now": Measure(label="Now"),
    "evidence": Measure(label="Evidence"),
    "p_value": Measure(label="p-value", kind="number"),
    "adjusted_p": Measure(label="p-value, adjusted", kind="number"),
    "name": Measure(label="Supplier, region or tag"),
}


def audit_document(audit: Audit) -> Document:
    """Return what there is to say of an audit."""
    view = AuditView.of(audit)
    return Document(
        subject="Audit",
        kind="what the portfolio rests on",
        currency=view.currency,
        lead=lead_sentence(view),
        proof=proof_sentence(view),
        is_proven=True,
        figures=figures(view),
        sentences=sentences(view),
        sections=(
            _begin(view),
            *([_review(view)] if view.compared_with else []),
            _portfolio(view),
            _risks(view),
            _nodes(view),
            _forecast(view),
            _policies(view),
            _buffers(view),
        ),
        facts=_facts(view),
        files=f"{_SKUS}, {_NODES} and {_REVIEW}" if view.compared_with else f"{_SKUS} and {_NODES}",
        about=audit.about,
    )


def _begin(view: AuditView) -> Section:
    parts = view.audit.first_parts
    table = LongTable(
        rows=parts,
        shown=tuple(parts.columns),
        things="parts",
        hint="SKU",
        brief=MeasuredTable(
            columns=tuple(parts.columns),
            rows=parts.to_dict("records"),  # type: ignore[arg-type]
            currency=view.currency,
        ),
        sheet="Begin with",
        widths={"why": 60.0, "next_step": 44.0},
    )
    return Section(
        name="begin",
        title="Where to begin",
        contents={"begin": table},
        note=(
            "The SKUs with the most money at risk: as few as hold half of it, but three to five. "
            "For a small firm these are the whole project; for a large one, its pilot."
        ),
    )


def _review(view: AuditView) -> Section:
    review, rows = view.settings.review, view.audit.review
    table = LongTable(
        rows=rows,
        shown=tuple(rows.columns),
        things="flags",
        hint="SKU, supplier, what changed",
        own=_OWN,
        brief=MeasuredTable(
            columns=("subject", "flag", "before", "now", "spend_a_year"),
            rows=rows.head(_BARS).to_dict("records"),  # type: ignore[arg-type]
            currency=view.currency,
            own=_OWN,
        ),
        sheet="To review",
        widths={"subject": 30.0, "before": 30.0, "now": 30.0, "evidence": 34.0},
    )
    return Section(
        name="review",
        title="Buffers to review",
        contents=_unless_empty({"review": table}),
        note=(
            "What changed since the earlier quarter, the most spend behind it first. What is "
            "tested is told where its p-value, adjusted for all tests together (Benjamini and "
            f"Hochberg), is at most {review.false_discovery_rate:g}, and the change at least "
            f"{percent(review.otif_change)} of deliveries, {percent(review.lead_time_change)} of "
            f"a lead time, {percent(review.demand_change)} of demand. A hazard is up from "
            f"{review.hazard_factor:g} times its rate on. Without a p-value it is as the tables "
            "state it. A season that the earlier history does not know alike is a shift, too."
        ),
    )


def _portfolio(view: AuditView) -> Section:
    limits, demand = view.settings.segments, view.settings.demand
    a, b = (percent(share) for share in limits.value_shares)
    x, y = (f"{limit:g}" for limit in limits.variation_limits)
    return Section(
        name="portfolio",
        title=STEPS[0],
        contents={
            "segments": segment_matrix(view),
            "movement": movement_matrix(view),
            "parts": _table(_by_segment(view), "segments", "segment", sheet="By segment"),
        },
        note=(
            f"Value: A up to {a} of spend, B up to {b}, C the rest. Variability: X a coefficient "
            f"of variation up to {x}, Y up to {y}, Z above. Movement: F from "
            f"{limits.fast_issues:g} issues a year on, N none in {limits.non_moving_days:g} days, "
            f"S between. Supplier risk: high from {limits.high_risk_days:g} expected outage days "
            "a year on. Class of demand: "
            f"intermittent or lumpy from {demand.interval_limit:g} periods between "
            f"demands on, erratic or lumpy from a squared variation of {demand.variation_limit:g} "
            "on. All are settings. The darker, the more spend."
        ),
    )


def _risks(view: AuditView) -> Section:
    shown = (
        *("sku", "description", "segment", "primary_supplier", "region", "backup"),
        *("rpn", "rpn_rank", "at_risk", "at_risk_rank", "reversal"),
    )
    details = ("severity", "occurrence", "detection", "risk_days", "spend_a_year", "category")
    rows = _with_yes(view.audit.skus).sort_values("at_risk", ascending=False, kind="stable")
    table = LongTable(
        rows=rows,
        shown=shown,
        details=details,
        things="SKUs",
        hint="SKU, supplier, backup, reversal",
        own=_OWN,
        sheet="SKUs",
        widths={"description": 30.0, "primary_supplier": 28.0, "rule_allows": 34.0},
        pages=3,
    )
    return Section(
        name="risks",
        title=STEPS[1],
        contents={
            "at-risk": _at_risk_chart(view),
            "backups": _backup_chart(view),
            "risks": table,
        },
        note=(
            "RPN: severity × occurrence × detection, each from 1 to 10; occurrence follows from "
            "the outage rate of the primary supplier. RPN is shown because many ask for it; it "
            "ranks badly (9 × 3 × 5 = 5 × 9 × 3) and nothing is decided by it. Money at risk: the "
            "expected loss to disruptions a year. Backup: sources that are qualified today; those "
            "in the primary's region, or with a tag in common, fall with it."
        ),
    )


def _nodes(view: AuditView) -> Section:
    rows = view.audit.nodes.assign(stated=_yes(view.audit.nodes["stated"]))
    shown = (
        *("kind", "name", "skus", "spend_a_year", "spend_share", "delivered_share"),
        *("relying_skus", "time_to_recover", "time_to_survive", "exposed_skus"),
        *("loss_if_down", "exposure_index"),
    )
    table = LongTable(
        rows=rows,
        shown=shown,
        details=("region", "relying_spend", "stated"),
        things="suppliers, regions and tags",
        hint="name, kind",
        own=_OWN,
        sheet="Suppliers, regions, tags",
        widths={"name": 32.0},
        pages=2,
    )
    charts = {
        "by-region": _share_chart(view.regions, "region"),
        "by-supplier": _share_chart(view.suppliers, "supplier"),
        "down": _down_chart(view),
    }
    return Section(
        name="nodes",
        title=STEPS[2],
        contents={**charts, "nodes": table},
        note=(
            "Spend is counted with the primary supplier; shares of suppliers add up to 100 %, "
            "those of regions too, those of tags do not, as a supplier may carry several. Share of "
            "deliveries: what the table deliveries says was delivered, at unit cost. TTR: "
            "time to recover, the longest of its suppliers. TTS: how long stock lasts, of the SKU "
            "that runs out first. Loss if down: what is lost while all of its suppliers are out, "
            "each for its own TTR, with today's stock and alternates; no probability is in it. "
            "Risk exposure index: that loss against the largest of its kind. Rely on it: SKUs "
            "without a ready source elsewhere."
        ),
    )


def _forecast(view: AuditView) -> Section:
    told = (forecast_bias.TOO_HIGH, forecast_bias.TOO_LOW, forecast_bias.NEITHER)
    skus = view.audit.skus[view.audit.skus["forecast_verdict"].isin(told)]
    order = skus.assign(weight=skus["bias"].abs() * skus["spend_a_year"] / skus["demand_mean"])
    rows = order.sort_values("weight", ascending=False, kind="stable")
    names = (
        *("sku", "description", "demand_class", "demand_mean", "actual_demand", "bias"),
        *("standard_error", "bias_share", "forecast_verdict"),
    )
    limit = view.settings.audit.bias_limit
    return Section(
        name="forecast",
        title=STEPS[3],
        contents=_unless_empty(
            {
                "forecasts": _table(
                    rows[list(names)], "SKUs", "SKU, stated demand", sheet="Forecasts"
                )
            }
        ),
        note=(
            "Bias is stated demand less the mean of the history: more stock does not cure it, a "
            f"better forecast does. It is told from {limit:g} standard errors on. Spread is what "
            "is left, and what buffers are for; the table says how much of the mean squared error "
            "of a period is bias. SKUs whose demand is estimated from this history are left out."
        ),
    )


def _policies(view: AuditView) -> Section:
    return Section(
        name="policies",
        title=STEPS[4],
        contents={
            "rules": _table(
                _by_rule(view), "segments and policies", "segment, policy", sheet="Rule of thumb"
            )
        },
        note=(
            "High risk and A: stockpile, with a second source. High risk and C: safety stock or "
            "forward buying. Low risk and A: just in time. Low risk and C: reorder point, or "
            "vendor-managed. Of B, for which the rule is silent, either. Where a SKU may not have "
            "the policy, the nearest one stands."
        ),
    )


def _buffers(view: AuditView) -> Section:
    skus = view.audit.skus
    rows = skus[skus["buffer_verdict"] != ""].sort_values(
        "buffer_saving", ascending=False, kind="stable"
    )
    names = (
        *("sku", "description", "segment", "policy", "buffer_verdict", "reorder_point"),
        *("better_reorder_point", "buffer_saving", "buffer_capital"),
    )
    return Section(
        name="buffers",
        title=STEPS[5],
        contents=_unless_empty(
            {
                "buffers": _table(rows[list(names)], "buffers", "SKU, too high", sheet="Buffers"),
                "scorecard": _table(
                    view.audit.scorecard, "figures", "figure", sheet="Scorecard", note=64.0
                ),
            }
        ),
        note=(
            "Buffers: today's reorder point moved by up to 120 days of demand, SKU by SKU, "
            "all else as today; listed where another one saves at least "
            f"{percent(view.settings.audit.least_saving)} of the SKU's expected cost. No budget, "
            "no charge for risk and no second source is weighed here: `ballast solve` does that "
            "for all SKUs at once."
        ),
    )


def _at_risk_chart(view: AuditView) -> BarChart:
    first = view.audit.skus.sort_values("at_risk", ascending=False, kind="stable").head(_BARS)
    first = first[first["at_risk"] > 0.0]
    labels = [
        f"{whole(value)} ({rank:,})"
        for value, rank in zip(first["at_risk"], first["rpn_rank"], strict=True)
    ]
    return BarChart(
        caption=Caption(
            finding=ranking_finding(view),
            what=f"SKUs with the most money at risk a year [{view.currency}] (rank by RPN)",
            source=_SKUS,
        ),
        names=[str(name) for name in first["sku"]],
        parts=[Part(name="Money at risk", color="vermilion", values=_floats(first["at_risk"]))],
        labels=labels,
        unit=view.currency,
    )


def _backup_chart(view: AuditView) -> BarChart:
    spend = view.audit.skus.groupby("backup")["spend_share"].sum().reindex(BACKUPS, fill_value=0.0)
    numbers = view.audit.skus["backup"].value_counts().reindex(BACKUPS, fill_value=0)
    weak = float(spend.iloc[:2].sum())
    return BarChart(
        caption=Caption(
            finding=f"{percent(weak)} of spend has one supplier ready to deliver.",
            what="Share of spend by backup of the primary supplier today (number of SKUs)",
            source=_SKUS,
        ),
        names=[str(name).capitalize() for name in BACKUPS],
        parts=[Part(name="Share of spend", color="blue", values=_percents(spend))],
        labels=[
            f"{percent(float(share))} ({number:,})"
            for share, number in zip(spend, numbers, strict=True)
        ],
        unit="%",
    )


def _share_chart(rows: pd.DataFrame, kind: str) -> BarChart:
    first = rows.head(_BARS)
    most = zip(first["name"], first["spend_share"], strict=True)
    found = next((f"{name} has {percent(share)} of spend." for name, share in most), "No spend.")
    return BarChart(
        caption=Caption(
            finding=found,
            what=f"Share of spend by {kind}, with primary suppliers",
            source=_NODES,
        ),
        names=[str(name) for name in first["name"]],
        parts=[Part(name="Share of spend", color="blue", values=_percents(first["spend_share"]))],
        labels=[percent(float(share)) for share in first["spend_share"]],
        unit="%",
    )


def _down_chart(view: AuditView) -> BarChart:
    nodes = view.audit.nodes
    first = nodes[nodes["loss_if_down"] > 0.0].nlargest(_BARS, "loss_if_down", keep="first")
    return BarChart(
        caption=Caption(
            finding=down_finding(view) or "Nothing is lost if any of them is down.",
            what=f"Loss while down for its time to recover [{view.currency}]",
            source=_NODES,
        ),
        names=[f"{name} ({kind})" for name, kind in zip(first["name"], first["kind"], strict=True)],
        parts=[Part(name="Loss", color="vermilion", values=_floats(first["loss_if_down"]))],
        labels=[money(value, view.currency) for value in first["loss_if_down"]],
        unit=view.currency,
    )


def _by_segment(view: AuditView) -> pd.DataFrame:
    """Return the sums of each segment and movement class."""
    skus = view.audit.skus
    by = ["segment", "movement_class", "demand_class"]
    sums = skus.assign(skus=1).groupby(by)[["skus", "spend_a_year", "spend_share", "at_risk"]].sum()
    return sums.sort_values("spend_a_year", ascending=False, kind="stable").reset_index()


def _by_rule(view: AuditView) -> pd.DataFrame:
    """Return what the rule recommends and allows by segment, beside today's policy."""
    skus = view.audit.skus
    by = ["segment", "rule_policy", "rule_allows", "policy"]
    sums = skus.assign(skus=1).groupby(by)[["skus", "spend_a_year"]].sum().reset_index()
    said = [
        ", ".join(policy_words(one).lower() for one in allowed.split(", "))
        for allowed in sums["rule_allows"]
    ]
    return sums.assign(rule_allows=said)


def _unless_empty(tables: Mapping[str, LongTable]) -> dict[str, LongTable]:
    return {name: table for name, table in tables.items() if not table.rows.empty}


def _table(rows: pd.DataFrame, things: str, hint: str, *, sheet: str, **widths: float) -> LongTable:
    wide = {"description": 30.0, "rule_allows": 44.0, **widths}
    return LongTable(
        rows=rows,
        shown=tuple(map(str, rows.columns)),
        things=things,
        hint=hint,
        own=_OWN,
        sheet=sheet,
        widths=wide,
    )


def _with_yes(skus: pd.DataFrame) -> pd.DataFrame:
    return skus.assign(exposed=_yes(skus["exposed"]))


def _yes(values: pd.Series[Any]) -> list[str]:
    return ["yes" if value else "" for value in values]


def _floats(values: pd.Series[Any]) -> list[float]:
    return [float(value) for value in values]


def _percents(shares: pd.Series[Any]) -> list[float]:
    return [100.0 * float(share) for share in shares]


def _facts(view: AuditView) -> dict[str, str]:
    about = view.audit.about
    versions = ", ".join(f"{name} {version}" for name, version in about.versions.items())
    return {
        "What it is": proof_sentence(view),
        "Method": f"{about.method}, {about.seconds:.1f} s in all",
        "Portfolio": PurePath(about.portfolio).name,
        "Written": f"{moment(about.created)} by Ballast {about.ballast}, {versions}",
    }
