"""The document of near-optimal alternatives: plans side by side, and which decisions are sure."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.alternatives import AMOUNTS, BEST, Alternatives, flat_plan
from optimizer.reports.alternatives.alternatives_words import (
    figures,
    finding,
    lead_sentence,
    name_of,
    proof_sentence,
    sentences,
)
from optimizer.reports.kit.bar_chart import BarChart, Part
from optimizer.reports.kit.caption import Caption
from optimizer.reports.kit.document import Document, LongTable, Section
from optimizer.reports.kit.format import per_horizon, percent, percent_up
from optimizer.reports.kit.measured_table import MeasuredTable
from optimizer.reports.kit.measures import CURRENCY, MEASURES, Measure
from optimizer.reports.kit.series_words import how_solved, shared_facts

_SOURCE: Final = "alternatives.csv"
_DECISIONS: Final = "decisions.csv"
_OWN: Final = {
    "plan": Measure(label="Plan"),
    "dearer": Measure(label="Dearer", kind="gap", unit="share"),
    "skus_differ": Measure(label="SKUs decided otherwise", kind="count"),
    "levels_differ": Measure(label="Only other levels", kind="count"),
    "same_decisions": Measure(label="SKUs decided the same", kind="count"),
    "alternates_kept": Measure(label="Best plan's alternates kept", kind="number"),
    "changes": Measure(label="Changes", kind="count"),
    "alternates": Measure(label="Alternates", kind="count"),
    "regional_loss": Measure(label="Loss to the region", kind="money", unit=CURRENCY),
    "supplier": Measure(label="Supplier"),
    "in_all": Measure(label="Alternate in all plans", kind="count"),
    "in_some": Measure(label="In some only", kind="count"),
    "sure": Measure(label="Sure"),
    "same_levels": Measure(label="Levels too"),
}
_BRIEF: Final = (
    *("plan", "objective", "dearer", "capital_used", "expected_cost", "risk_charge"),
    *("skus_differ", *(amount for amount in AMOUNTS.values() if amount != "same_decisions")),
)


def alternatives_document(found: Alternatives) -> Document:
    """Return what there is to say of alternatives."""
    settings = found.about.settings
    return Document(
        subject="Alternatives",
        kind="other plans that cost nearly as little",
        currency=found.currency,
        lead=lead_sentence(found),
        proof=proof_sentence(found),
        is_proven=True,
        figures=figures(found),
        sentences=sentences(found),
        sections=(_plans(found), _decisions(found), *_suppliers(found)),
        facts={
            "Best plan": found.run,
            "Within": f"{percent(found.within)} of its cost",
            "Search": (
                "Each plan minimizes cost plus a charge on what it is to have less of; the largest "
                "charge whose plan stays within the limit is sought. Others within the limit, "
                "between two such plans, may have less still."
            ),
            "Options": (
                "those that the portfolio lists and the best plan's own, unless another of the "
                "same SKU is no worse in anything"
            ),
            "Method": how_solved(found.about),
            **shared_facts(found.about, settings, whose="", shared="those of the run"),
        },
        files=f"{_SOURCE}, {_DECISIONS}",
        about=found.about,
    )


def _plans(found: Alternatives) -> Section:
    rows = _rows(found)
    brief: list[Any] = rows.to_dict("records")
    columns = [name for name in _BRIEF if rows[name].notna().any()]
    table = LongTable(
        rows=rows,
        shown=("plan", "run", *columns[1:]),
        details=(
            *("same_decisions", "levels_differ", "expected_loss", "var", "cvar", "fill_rate"),
            "gap",
        ),
        things="plans",
        hint="plan, run",
        own=_OWN,
        brief=MeasuredTable(columns=columns, rows=brief, currency=found.currency, own=_OWN),
        sheet="Plans",
        widths={"plan": 34.0, "run": 28.0},
        pages=2,
    )
    region = f" Loss to the region: expected loss to hazards of {found.region}." * bool(
        found.region
    )
    return Section(
        name="plans",
        title="Plans within reach",
        contents={"differ": _chart(found), "plans": table},
        note=(
            f"Costs and losses in {found.currency} "
            f"{per_horizon(found.about.settings.horizon.days)}. Decided otherwise: another policy "
            "or other alternates than in the best plan. Alternates: pairs of SKU and alternate; "
            "best plan's kept: those shared with it, a half for each given up without another. "
            f"Changes: SKUs that change against the plan in force.{region} Every plan but the best "
            f"is a run beside this report. Source: {_SOURCE}."
        ),
    )


def _rows(found: Alternatives) -> pd.DataFrame:
    stated = [{**flat_plan(plan), "plan": name_of(plan)} for plan in found.plans]
    table = pd.DataFrame(stated).drop(columns=["also"])
    return table.astype(dict.fromkeys(AMOUNTS.values(), np.float64))


def _chart(found: Alternatives) -> BarChart:
    others = found.others or found.plans
    return BarChart(
        caption=Caption(
            finding=finding(found),
            what="SKUs decided otherwise than in the best plan",
            source=_SOURCE,
        ),
        names=[name_of(plan) for plan in others],
        parts=[
            Part(
                name="Other policy or alternates",
                color="blue",
                values=[float(plan.skus_differ) for plan in others],
            ),
            Part(
                name="Only other levels",
                color="grey",
                values=[float(plan.levels_differ) for plan in others],
            ),
        ],
        labels=[percent_up(max(plan.dearer, 0.0)) + " dearer" for plan in others],
        unit="SKUs",
    )


def _decisions(found: Alternatives) -> Section:
    own: dict[str, Measure] = dict(_OWN)
    rows = found.decisions[["sku"]].copy()
    for key in ("sure", "same_levels"):
        rows[key] = np.where(found.decisions[key], "yes", "no")
    for plan in found.plans:
        name = plan.plan
        choice, dearer = f"{name}:choice", f"{name}:dearer"
        rows[choice] = _choices(found.decisions, name)
        own[choice] = Measure(label=name_of(plan), kind="option")
        if name != BEST:
            rows[dearer] = (
                found.decisions[f"{name}:expected_cost"] - found.decisions[f"{BEST}:expected_cost"]
            )
            own[dearer] = Measure(
                label=f"{name_of(plan)}: more", kind="money", unit=MEASURES["objective"].unit
            )
    rows = rows.sort_values(["sure", "same_levels"], ascending=False, kind="stable")
    names = [plan.plan for plan in found.plans]
    table = LongTable(
        rows=rows,
        shown=("sku", "sure", "same_levels", *(f"{name}:choice" for name in names)),
        details=tuple(f"{name}:dearer" for name in names[1:]),
        things="SKUs",
        hint="SKU, policy, alternate",
        own=own,
        sheet="Decisions",
        widths={f"{name}:choice": 34.0 for name in names},
        pages=2,
    )
    return Section(
        name="decisions",
        title="Which decisions are sure",
        contents={"decisions": table},
        note=(
            "A number after a policy is its cycle service level. Sure: policy and "
            "alternates are the same in all plans above, and begin the table; levels too: so are "
            "service level, reserve and lot. More: the SKU's certain cost and expected loss more "
            "than in the best plan. Sure is said of the plans that were found, not proven of all "
            f"within the limit. Source: {_DECISIONS}."
        ),
    )


def _choices(rows: pd.DataFrame, name: str) -> list[str]:
    """Return what a plan chooses for each SKU: policy, level, reserve, alternates."""
    columns = ("policy", "service_level", "reserve_days", "alternates")
    chosen = zip(*(rows[f"{name}:{column}"] for column in columns), strict=True)
    return [
        policy
        + (f" {level:.3g}" if level else "")
        + (f" reserve {reserve:.3g} d" if reserve else "")
        + (f" with {alternates.replace(';', ', ')}" if alternates else "")
        for policy, level, reserve, alternates in chosen
    ]


def _suppliers(found: Alternatives) -> list[Section]:
    if not found.suppliers:
        return []
    rows = pd.DataFrame(
        [(one.supplier, one.in_all, one.in_some) for one in found.suppliers],
        columns=["supplier", "in_all", "in_some"],
    ).sort_values("in_all", ascending=False, kind="stable")
    brief: list[Any] = rows.head(5).to_dict("records")
    columns = ("supplier", "in_all", "in_some")
    table = LongTable(
        rows=rows,
        shown=columns,
        things="suppliers",
        hint="supplier",
        own=_OWN,
        brief=MeasuredTable(columns=columns, rows=brief, currency=found.currency, own=_OWN),
        sheet="Suppliers",
    )
    return [
        Section(
            name="suppliers",
            title="Alternates by supplier",
            contents={"suppliers": table},
            note=(
                "For how many SKUs the supplier is an alternate in all plans, and in some of them "
                "only; suppliers not listed are an alternate in none."
            ),
        )
    ]
