"""What an audit says: the headline, and a sentence or two for each step of the journey."""

from __future__ import annotations

from typing import Any

import pandas as pd

from optimizer.metrics import better_buffer, forecast_bias
from optimizer.metrics.priority_number import TOO_HIGH, TOO_LOW
from optimizer.reports.audit.audit_view import AuditView
from optimizer.reports.kit.document import Figure, amount, number_of
from optimizer.reports.kit.format import count, days, money, percent
from optimizer.reports.kit.measures import policy_noun

STEPS = (
    "1. Know the portfolio",
    "2. Find what can go wrong",
    "3. See what hangs on whom",
    "4. Check the forecast",
    "5. Choose the policies",
    "6. Set the buffers",
)
"""The journey from stock by habit to stock by risk."""


def lead_sentence(view: AuditView) -> str:
    """Say what the portfolio rests on."""
    if view.suppliers.empty:
        return "The portfolio has no SKUs."
    single = (
        f"{count(len(view.single), 'SKU')} of {len(view.audit.skus):,} "
        f"{'has' if len(view.single) == 1 else 'have'} a single supplier ready to deliver."
    )
    region, supplier = most_delivered(view.regions), most_delivered(view.suppliers)
    if region is not None and supplier is not None:
        return (
            f"{region[0]} made {percent(region[1])} of what was delivered, {supplier[0]} alone "
            f"{percent(supplier[1])}; {single}"
        )
    of_region, of_supplier = view.regions.iloc[0], view.suppliers.iloc[0]
    return (
        f"{of_region['name']} makes {percent(of_region['spend_share'])} of "
        f"{money(view.summary['spend_a_year'], view.currency)} spend a year, "
        f"{of_supplier['name']} alone {percent(of_supplier['spend_share'])}; {single}"
    )


def proof_sentence(view: AuditView) -> str:
    """Say what the figures are worth."""
    plan = "the plan in force" if view.has_plan else "just-in-time stock, as there is no plan"
    return (
        f"Nothing was solved: shares are sums of the inputs, losses those of {plan}, expected "
        "losses exact."
    )


def sentences(view: AuditView) -> list[str]:
    """Return what was found, step by step, then what could not be told."""
    found = (
        portfolio_finding(view),
        f"{single_finding(view)} {reversal_finding(view)}",
        f"{concentration_finding(view)} {exposure_finding(view)} {down_finding(view)}",
        forecast_finding(view),
        rule_finding(view),
        buffer_finding(view),
    )
    steps = [f"{step}. {said.strip()}" for step, said in zip(STEPS, found, strict=True)]
    notes = [f"Note: {note}" for note in view.audit.notes]
    return [*steps, *([review_finding(view)] if view.compared_with else []), *notes]


def review_finding(view: AuditView) -> str:
    """Say how much changed since the earlier quarter, by kind."""
    flags, tests = view.audit.review["flag"].value_counts(), view.summary["review"]["tests"]
    tried = f"{count(tests, 'test')} for drift"
    if flags.empty:
        return f"Buffers to review: none; {tried} found nothing that chance does not explain."
    said = ", ".join(f"{number:,} × {flag}" for flag, number in flags.items())
    return f"Buffers to review: {count(int(flags.sum()), 'flag')}: {said}; {tried}."


def figures(view: AuditView) -> list[Figure]:
    """Return the figures of the headline."""
    summary, n_skus = view.summary, len(view.audit.skus)
    worst = view.largest_loss("supplier")
    buffers = summary["buffers"]
    return [
        amount("Spend a year", summary["spend_a_year"], "demand at unit cost"),
        amount(
            "Money at risk a year",
            summary["at_risk"],
            "expected loss to disruptions; the trade's overall value at risk, no quantile",
            is_tile=True,
        ),
        number_of("Single supplier", len(view.single), "SKUs without a ready backup", of=n_skus),
        *(_share_figure(rows, kind) for rows, kind in _concentrations(view)),
        *(
            _plain(f"HHI by {kind}", value, "sum of squared shares of spend, at most 1")
            for kind, value in summary["concentration"].items()
        ),
        number_of("TTS below TTR", summary["exposed_skus"], "SKUs that run out first", of=n_skus),
        *(
            [
                amount(
                    "Largest loss, one supplier down",
                    float(worst["loss_if_down"]),
                    str(worst["name"]),
                )
            ]
            if worst is not None
            else []
        ),
        *(
            [
                amount(
                    "Buffers put right, a year",
                    buffers["too high"]["saving"] + buffers["too low"]["saving"],
                    "expected cost saved, without a budget",
                    is_tile=True,
                )
            ]
            if view.has_plan
            else []
        ),
    ]


def portfolio_finding(view: AuditView) -> str:
    """Say what the portfolio is made of."""
    skus = view.audit.skus
    is_a, is_high = skus["segment"].str.startswith("A"), skus["segment"].str.endswith("high")
    still = int((skus["movement_class"] == "N").sum())
    moved = f"; {count(still, 'SKU')} did not move" if still else ""
    return (
        f"{int(is_a.sum()):,} of {count(len(skus), 'SKU')} are A, with "
        f"{percent(float(skus['spend_share'][is_a].sum()))} of spend; "
        f"{int(is_high.sum()):,} depend on a supplier of high risk{moved}."
    )


def single_finding(view: AuditView) -> str:
    """Say how many SKUs a single supplier stops."""
    if view.single.empty:
        return "Every SKU has a second source that is ready."
    share = percent(float(view.single["spend_share"].sum()))
    alone = int((view.single["backup"] == "no other source").sum())
    more = f", {alone:,} of them without even a candidate" if alone else ""
    return f"A single outage stops {count(len(view.single), 'SKU')}, {share} of spend{more}."


def reversal_finding(view: AuditView) -> str:
    """Say how RPN and money disagree, with the pair that shows it best."""
    worst = view.summary["largest_reversal"]
    if worst is None:
        return ranking_finding(view)
    first, behind = worst["first"], worst["behind"]
    return (
        f"{ranking_finding(view).removesuffix('.')}: it ranks {first['sku']} (RPN "
        f"{first['rpn']:,.0f}, {money(first['at_risk'], view.currency)} a year) above "
        f"{behind['sku']} (RPN {behind['rpn']:,.0f}, {money(behind['at_risk'], view.currency)})."
    )


def ranking_finding(view: AuditView) -> str:
    """Say how many of those first by money RPN misses."""
    if view.summary["largest_reversal"] is None:
        return "RPN and money at risk rank the SKUs alike."
    marks = view.audit.skus["reversal"]
    missed, over = (int((marks == mark).sum()) for mark in (TOO_LOW, TOO_HIGH))
    return (
        f"Of the {view.summary['first_by_rpn']:,} SKUs with the most money at risk RPN misses "
        f"{missed:,}, and puts {over:,} others first."
    )


def concentration_finding(view: AuditView) -> str:
    """Say where spend is concentrated."""
    if view.suppliers.empty:
        return ""
    named = [
        f"{rows.iloc[0]['name']} has {percent(rows.iloc[0]['spend_share'])} by {kind}"
        for rows, kind in _concentrations(view)
    ]
    index = view.summary["concentration"]
    return (
        f"Of spend with primary suppliers {'; '.join(named)}. HHI: {index['region']:.2f} by "
        f"region, {index['supplier']:.2f} by supplier.{_delivered(view)}"
    )


def _delivered(view: AuditView) -> str:
    """Say who delivered most, where deliveries are known."""
    most = [most_delivered(rows) for rows, _ in _concentrations(view)]
    said = [f"{name} {percent(share)}" for name, share in filter(None, most)]
    return f" Of the deliveries, at unit cost: {', '.join(said)}." if said else ""


def most_delivered(rows: pd.DataFrame) -> tuple[str, float] | None:
    """Return who delivered most of these, and which share; None where that is not known."""
    known = rows[rows["delivered_share"].notna()]
    if known.empty:
        return None
    first = known.iloc[int(known["delivered_share"].astype(float).argmax())]
    return str(first["name"]), float(first["delivered_share"])


def exposure_finding(view: AuditView) -> str:
    """Say how many SKUs run out before supply recovers."""
    exposed, spend = view.summary["exposed_skus"], view.summary["spend_a_year"]
    if not exposed:
        return "Every SKU survives until its supply recovers."
    share = view.summary["exposed_spend"] / spend if spend else 0.0
    return (
        f"{count(exposed, 'SKU')}, {percent(share)} of spend, "
        f"{'runs' if exposed == 1 else 'run'} out before supply recovers."
    )


def down_finding(view: AuditView) -> str:
    """Say what is lost when the worst of each kind is down."""
    worst = [(kind, view.largest_loss(kind)) for kind in ("region", "supplier", "tag")]
    said = [
        f"{kind} {node['name']} {money(node['loss_if_down'], view.currency)} "
        f"({days(node['time_to_recover'])})"
        for kind, node in worst
        if node is not None
    ]
    return f"Down for their time to recover, the worst cost: {'; '.join(said)}." if said else ""


def forecast_finding(view: AuditView) -> str:
    """Say whether stated demand is biased, or merely uncertain."""
    verdicts = view.audit.skus["forecast_verdict"]
    told = verdicts.isin([forecast_bias.TOO_HIGH, forecast_bias.TOO_LOW, forecast_bias.NEITHER])
    estimated = int((verdicts == forecast_bias.ESTIMATED).sum())
    if not told.any():
        if not estimated:
            return "No demand is stated beside a history: bias cannot be told from spread."
        return (
            f"The demand of {count(estimated, 'SKU')} is estimated from its own history, so that "
            "it has no bias in it; `ballast backtest` tries it on history it has not seen."
        )
    high, low = (
        int((verdicts == verdict).sum())
        for verdict in (forecast_bias.TOO_HIGH, forecast_bias.TOO_LOW)
    )
    off = view.summary["bias_of_spend"]
    whole = (
        ""
        if off is None
        else f" All together it is {percent(abs(off))} too {'high' if off > 0 else 'low'}, at cost."
    )
    return (
        f"Stated demand is biased for {high + low:,} of {count(int(told.sum()), 'SKU')}: too high "
        f"for {high:,}, too low for {low:,}; for the others the error is spread, which buffers "
        f"are for.{whole}"
    )


def rule_finding(view: AuditView) -> str:
    """Say what the rule of thumb recommends, and how far today's plan is from it."""
    skus = view.audit.skus
    ruled = skus["rule_policy"][skus["rule_policy"] != ""].value_counts()
    if ruled.empty:
        return "The rule of thumb names no policy here."
    named = ", ".join(f"{policy_noun(str(name))} for {n:,}" for name, n in ruled.items())
    if not view.has_plan:
        return f"The rule of thumb recommends {named} SKUs."
    alike = sum(
        str(policy) in str(allowed).split(", ")
        for policy, allowed in zip(skus["policy"], skus["rule_allows"], strict=True)
    )
    return (
        f"The rule of thumb recommends {named} SKUs; today's policy is one that it allows for "
        f"{alike:,} of {len(skus):,}. What the rule costs against a free choice, `ballast solve` "
        "tells."
    )


def buffer_finding(view: AuditView) -> str:
    """Say which of today's buffers are too high and too low."""
    if not view.has_plan:
        return "Without a plan in force no buffer can be judged."
    said = [_verdict(view, verdict) for verdict in (better_buffer.TOO_HIGH, better_buffer.TOO_LOW)]
    return " ".join(said)


def _verdict(view: AuditView, verdict: str) -> str:
    sums: dict[str, Any] = view.summary["buffers"][verdict]
    if not sums["skus"]:
        return f"No buffer is {verdict}."
    verb, buffers = ("is", "buffer") if sums["skus"] == 1 else ("are", "buffers")
    moved = money(abs(sums["capital"]), view.currency)
    ties = f"frees {moved} and" if sums["capital"] < 0.0 else f"takes {moved} and"
    return (
        f"{sums['skus']:,} {buffers} {verb} {verdict}: putting them right {ties} saves "
        f"{money(sums['saving'], view.currency)} a year."
    )


def _concentrations(view: AuditView) -> list[tuple[pd.DataFrame, str]]:
    kinds = ((view.regions, "region"), (view.suppliers, "supplier"), (view.tags, "tag"))
    return [(rows, kind) for rows, kind in kinds if not rows.empty]


def _share_figure(rows: pd.DataFrame, kind: str) -> Figure:
    first = rows.iloc[0]
    return Figure(
        label=f"Largest {'primary supplier' if kind == 'supplier' else kind}",
        kind="share",
        value=float(first["spend_share"]),
        note=f"of spend, by primary supplier: {first['name']}",
        is_tile=kind != "tag",
    )


def _plain(label: str, value: float, note: str) -> Figure:
    return Figure(label=label, kind="number", value=value, note=note)
