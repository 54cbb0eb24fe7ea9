"""The document of a sweep over weights of risk: its charts, and the weights one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.risk_sweep import RiskPoint, RiskSweep, flat_risk_point
from optimizer.reports.kit.axis import Axis, covering
from optimizer.reports.kit.caption import Caption
from optimizer.reports.kit.document import Document, LongTable, Section
from optimizer.reports.kit.format import percent
from optimizer.reports.kit.line_chart import Line, LineChart, Spot
from optimizer.reports.kit.measured_table import MeasuredTable, said
from optimizer.reports.kit.measures import MEASURES
from optimizer.reports.kit.series import numbers, plain
from optimizer.reports.kit.series_words import how_solved, is_proven, own_capital, shared_facts
from optimizer.reports.risk_sweep.risk_sweep_view import RiskSweepView
from optimizer.reports.risk_sweep.risk_sweep_words import (
    figures,
    lead_sentence,
    premium_finding,
    proof_sentence,
    remark,
    sentences,
    tail_finding,
    weight_words,
)
from optimizer.store.risk_sweep_folder import risk_points_table

_SOURCE: Final = "risk_weights.csv"
_SHOWN: Final = (
    *("risk_weight", "objective", "expected_cost", "risk_charge", "gap", "capital_used"),
    *("expected_loss", "var", "cvar", "premium", "cvar_less", "rate_on_line", "said"),
)


def risk_sweep_document(sweep: RiskSweep) -> Document:
    """Return what there is to say of a sweep over weights of risk."""
    view = RiskSweepView.of(sweep)
    return Document(
        subject="Risk weights",
        kind="what appetite for risk costs",
        currency=view.currency,
        lead=lead_sentence(view),
        proof=proof_sentence(view),
        is_proven=is_proven(view.points),
        figures=figures(view),
        sentences=sentences(view),
        sections=(_tail(view), _weights(view)),
        facts=_facts(view),
        files=_SOURCE,
        about=sweep.about,
    )


def _tail(view: RiskSweepView) -> Section:
    return Section(
        name="tail",
        title="What a smaller tail costs",
        contents={"exchange": exchange_chart(view), "tail": tail_chart(view)},
        note=(
            "Expected cost is what the books show on average: certain parts and expected loss, no "
            "charge for risk. Each dot of the first chart is the plan of a weight, the heaviest at "
            "the left. VaR and CVaR are measured on the drawn futures; all plans have the same."
        ),
    )


def exchange_chart(view: RiskSweepView) -> LineChart:
    """Draw the expected cost against CVaR: what each step towards a smaller tail costs."""
    points = sorted(view.points, key=lambda point: point.cvar)
    cost = _line(points, "expected_cost")
    places = [point.cvar for point in points]
    return LineChart(
        caption=Caption(
            finding=premium_finding(view),
            what=f"Expected cost {_over(view)} against CVaR {view.tail}",
            source=_SOURCE,
        ),
        x=places,
        x_name=f"CVaR {view.tail} {_over(view)}",
        across=_across(places, most=7),
        upwards=covering(cost.y, zero=False, room=0.12),
        lines=(cost,),
        tips=[_tip(point, view, ("cvar", "expected_cost", "premium")) for point in points],
        spots=_own(view, view.here.cvar, view.here.expected_cost),
    )


def tail_chart(view: RiskSweepView) -> LineChart:
    """Draw CVaR, VaR and the expected loss against the weight."""
    lines = [_line(view.points, name) for name in ("cvar", "var", "expected_loss")]
    places = [point.risk_weight for point in view.points]
    return LineChart(
        caption=Caption(
            finding=tail_finding(view),
            what=f"Loss to disruptions {_over(view)} against the cost of risk capital",
            source=_SOURCE,
        ),
        x=places,
        x_name="Cost of risk capital ω [1/year]",
        across=_across(places, most=7),
        upwards=covering([value for line in lines for value in line.y]),
        lines=lines,
        tips=[_tip(point, view, ("cvar", "var", "expected_loss")) for point in view.points],
        spots=_own(view, view.here.risk_weight, view.here.cvar),
    )


def _across(places: Sequence[float], most: int) -> Axis:
    low, high = min(places), max(places)
    room = 0.03 * (high - low or abs(high) or 1.0)
    return Axis(low=low - room, high=high + room, most=most)


def _line(points: Sequence[RiskPoint], name: str) -> Line:
    measure = MEASURES[name]
    values = plain(numbers(points, name))
    return Line(name=measure.full, color=measure.color, y=values, dots=True)


def _own(view: RiskSweepView, x: float, y: float) -> list[Spot]:
    if not view.here.own_weight:
        return []
    tip = f"Own weight: {_tip(view.here, view, ('expected_cost', 'cvar'))}"
    return [Spot(name="Own weight", color="green", shape="square", x=x, y=y, tip=tip)]


def _tip(point: RiskPoint, view: RiskSweepView, names: Sequence[str]) -> str:
    parts = [
        f"{MEASURES[name].label} {said(getattr(point, name), MEASURES[name], view.currency)}"
        for name in names
    ]
    return f"{weight_words(point.risk_weight)}: {', '.join(parts)}"


def _weights(view: RiskSweepView) -> Section:
    table = LongTable(
        rows=_rows(view.sweep),
        shown=("risk_weight", "run", "said", *_SHOWN[1:-1]),
        details=("capital_price", "capital_price_expected", "fill_rate", "turns"),
        things="weights",
        hint="run, remark",
        brief=MeasuredTable(
            columns=_SHOWN,
            rows=[flat_risk_point(point) | _texts(point) for point in view.points],
            currency=view.currency,
        ),
        sheet="Risk weights",
        widths={"run": 18.0, "said": 34.0},
        pages=2,
    )
    return Section(
        name="weights",
        title="The weights, one by one",
        contents={"weights": table},
        note=(
            f"Costs and losses in {view.currency} {view.per_horizon}. Cost of risk capital: what a "
            "year of holding capital against unexpected loss costs (risk.weight). Premium: "
            "expected cost a year more than where risk is charged nothing; rate on line: premium "
            "for each unit less of CVaR. Either may be off by the proven gaps. Every run listed is "
            "a folder beside this report; Ballast's report command gives it a page of its own. "
            f"Source: {_SOURCE}."
        ),
    )


def _texts(point: RiskPoint) -> dict[str, str]:
    return {"said": remark(point)}


def _rows(sweep: RiskSweep) -> pd.DataFrame:
    """Return the rows of risk_weights.csv, with what there is to say of each."""
    table = risk_points_table(sweep)
    marks = ["yes" if own else "" for own in table["own_weight"]]
    rate = table["rate_on_line"].astype(np.float64)
    said_of = [remark(point) for point in sweep.points]
    return table.assign(own_weight=marks, rate_on_line=rate, said=said_of)


def _facts(view: RiskSweepView) -> dict[str, str]:
    about, settings = view.sweep.about, view.settings
    facts: dict[str, Any] = {
        "Proof": (
            f"{proof_sentence(view)} Each plan was recomputed by the independent verifier before "
            "it was written."
        ),
        "Premium": (
            "Expected cost a year more than that of the plan which charges nothing for risk, on "
            "the same futures and within the same limits."
        ),
        "Method": how_solved(about),
        "Gap asked for": percent(settings.gap),
        "Budget": own_capital(settings, view.currency),
        **shared_facts(about, settings, whose="", shared="the same for every weight"),
    }
    return facts


def _over(view: RiskSweepView) -> str:
    return f"{view.per_horizon} [{view.currency}]"
