"""The document of a list of changes: the list in order of money, and the price of stability."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from optimizer.domain.change_list import ChangeList
from optimizer.reports.kit.axis import Axis, covering
from optimizer.reports.kit.caption import Caption
from optimizer.reports.kit.document import Document, LongTable, Section
from optimizer.reports.kit.format import money
from optimizer.reports.kit.line_chart import Line, LineChart
from optimizer.reports.kit.measured_table import MeasuredTable
from optimizer.reports.kit.measures import CURRENCY, Measure
from optimizer.reports.kit.series_words import how_solved, shared_facts
from optimizer.reports.reoptimize.changes_words import (
    curve_finding,
    figures,
    lead_sentence,
    point_rows,
    proof_sentence,
    sentences,
)

_SOURCE: Final = "changes.csv"
_CURVE: Final = "stability.csv"
_IN_BRIEF: Final = 10
_SHOWN: Final = (
    *("rank", "sku", "option", "to_option", "to_reorder_point", "to_order_quantity", "to_buffer"),
    *("capital_change", "expected_cost_change", "risk_charge_change", "cumulative_saving"),
)
_DETAILS: Final = (
    *("description", "category", "supplier", "reorder_point", "order_quantity", "buffer"),
    *("alternates", "to_alternates", "saving", "worth", "reason"),
)
_BRIEF: Final = ("rank", "sku", "option", "to_option", "capital_change", "saving", "worth")


def _money(label: str) -> Measure:
    return Measure(label=label, kind="money", unit=CURRENCY)


def _units(label: str) -> Measure:
    return Measure(label=label, kind="units", unit="units")


OWN: Final = {
    "reorder_point": _units("Reorder point, old"),
    "to_reorder_point": _units("Reorder point, new"),
    "order_quantity": _units("Order quantity, old"),
    "to_order_quantity": _units("Order quantity, new"),
    "buffer": _units("Buffer, old"),
    "to_buffer": _units("Buffer, new"),
    "alternates": Measure(label="Alternates, old"),
    "to_alternates": Measure(label="Alternates, new"),
    "capital_change": _money("Capital, change"),
    "expected_cost_change": _money("Expected cost, change"),
    "risk_charge_change": _money("Risk charge, change"),
    "cumulative_saving": _money("Saved up to here"),
    "worth": _money("Saved at the plan's prices"),
    "decision": Measure(label="Decision"),
    "decided_by": Measure(label="Decided by"),
    "decision_reason": Measure(label="Reason of the decision"),
    "list": Measure(label="List"),
    "most_changes": Measure(label="Changes, at most", kind="count"),
    "changes_made": Measure(label="Changes made", kind="count"),
    "stability_price": _money("Dearer than the plan"),
}


def changes_document(changes: ChangeList) -> Document:
    """Return what there is to say of a list of changes."""
    settings = changes.about.settings
    return Document(
        subject="Changes",
        kind=f"what changes of the plan of {changes.plan_of}",
        currency=settings.currency,
        lead=lead_sentence(changes),
        proof=proof_sentence(changes),
        is_proven=changes.is_proven,
        figures=figures(changes),
        sentences=sentences(changes),
        sections=(*_curve(changes), _list(changes)),
        facts={
            "Plan in force": f"the plan of run {changes.plan_of}, under today's inputs",
            "Method": how_solved(changes.about),
            **shared_facts(changes.about, settings, whose="", shared="old and new plan share them"),
        },
        files=_SOURCE,
        about=changes.about,
    )


def _list(changes: ChangeList) -> Section:
    rows: list[Any] = changes.rows.head(_IN_BRIEF).to_dict("records")
    table = LongTable(
        rows=changes.rows,
        shown=_SHOWN,
        details=_DETAILS,
        things="changes",
        hint="SKU, supplier, category",
        own=OWN,
        brief=MeasuredTable(
            columns=_BRIEF, rows=rows, currency=changes.about.settings.currency, own=OWN
        ),
        sheet="Changes",
        widths={"description": 30.0, "option": 30.0, "to_option": 30.0, "reason": 60.0},
        pages=3,
    )
    return Section(
        name="changes",
        title="The changes, the worthiest first",
        contents={"changes": table},
        note=(
            "Old is the decision in force under today's inputs. A change's figures are what it "
            "adds when it is made after those above it, so they add up exactly; a supplier's "
            "onboarding falls to the first change that needs it. Ranked by what each saves at the "
            "plan's prices, the capital it frees or ties up included. To decide: decisions.xlsx, "
            f"or {_SOURCE}."
        ),
    )


def _curve(changes: ChangeList) -> list[Section]:
    if len(changes.curve) < 2:
        return []
    rows = list(point_rows(changes))
    columns = ("most_changes", "changes_made", "objective", "saving", "stability_price", "gap")
    currency = changes.about.settings.currency
    brief = MeasuredTable(columns=columns, rows=rows, currency=currency, own=OWN)
    table = LongTable(
        rows=pd.DataFrame(rows),
        shown=columns,
        things="points",
        hint="",
        own=OWN,
        brief=brief,
        sheet="Price of stability",
    )
    saved = [row["saving"] for row in rows]
    places = [float(row["most_changes"]) for row in rows]
    room = 0.03 * (max(places) or 1.0)
    chart = LineChart(
        caption=Caption(
            finding=curve_finding(changes),
            what=f"Saved by the best plan with at most so many changes [{currency}]",
            source=_CURVE,
        ),
        x=places,
        x_name="Changes, at most",
        across=Axis(low=-room, high=max(places) + room, most=7),
        upwards=covering(saved),
        lines=(Line(name="Saved", color="blue", y=saved, dots=True),),
        tips=[
            f"{place:,.0f}: {money(y, currency)}" for place, y in zip(places, saved, strict=True)
        ],
        value_kind="money",
    )
    return [
        Section(
            name="stability",
            title="The price of stability",
            contents={"curve": chart, "points": table},
            note=(
                "Each point is solved for itself, on the plan's own options; the last one is the "
                f"plan. Source: {_CURVE}."
            ),
        )
    ]
