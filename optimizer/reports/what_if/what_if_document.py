"""The document of what-ifs: a bar for each of them, all side by side, and what each changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from optimizer.domain.plan_figures import PARTS as COST_PARTS
from optimizer.domain.what_if import (
    BASE,
    SolvedWhatIf,
    UnsolvedWhatIf,
    WhatIfResult,
    WhatIfRow,
    flat_row,
)
from optimizer.reports.kit.bar_chart import BarChart, Part, Shape
from optimizer.reports.kit.caption import Caption
from optimizer.reports.kit.document import Document, LongTable, Section
from optimizer.reports.kit.format import compact, percent
from optimizer.reports.kit.measured_table import MeasuredTable
from optimizer.reports.kit.measures import CURRENCY, MEASURES, PARTS, Measure
from optimizer.reports.kit.series import cost_parts, numbers, plain
from optimizer.reports.kit.series_words import how_solved, is_proven, own_capital, shared_facts
from optimizer.reports.run.limit_words import label_and_unit
from optimizer.reports.what_if.what_if_view import WhatIfView, at_most
from optimizer.reports.what_if.what_if_words import (
    dearest_finding,
    difference,
    drawn_sentence,
    figures,
    highest_finding,
    lead_sentence,
    missing,
    proof_sentence,
    remark,
    sentences,
    stopped,
)
from optimizer.store.what_if_folder import COUNTS, rows_table

_OTHER: Final = "*"  # behind a cost that is not comparable with base's
_MISSING: Final = "missing "
_SOURCE: Final = "what_if.csv"
_WIDTHS: Final = {
    "what_if": 24.0,
    "description": 40.0,
    "changes": 40.0,
    "base_breaks": 40.0,
    "message": 60.0,
    "said": 34.0,
}


def what_if_document(result: WhatIfResult) -> Document:
    """Return what there is to say of what-ifs."""
    view = WhatIfView.of(result)
    return Document(
        subject="What-ifs",
        kind="named what-ifs, side by side",
        currency=view.currency,
        lead=lead_sentence(view),
        proof=proof_sentence(view),
        is_proven=is_proven(view.solved),
        figures=figures(view),
        sentences=sentences(view),
        sections=(_costs(view), _risks(view), _side_by_side(view), _changes(view)),
        facts=_facts(view),
        files=_SOURCE,
        about=result.about,
    )


def _costs(view: WhatIfView) -> Section:
    base = "" if view.base_plan is None else "The dotted line is the cost of base. "
    return Section(
        name="cost",
        title="What each what-if costs",
        contents={"parts": parts_chart(view)},
        note=(
            "All parts but the risk charge add up to the expected cost; a part below zero saves "
            f"money. {base}{_OTHER} marks costs not comparable with base's, for rates, risk "
            "charges, hazards, inputs or the horizon differ: compare regret. "
            f"{drawn_sentence(view)}".rstrip()
        ),
    )


def parts_chart(view: WhatIfView) -> BarChart:
    """Draw the parts of each what-if's cost, its sum at the end, base's as an upright line."""
    base = view.base_plan
    return _bars(
        view,
        dearest_finding(view),
        f"Cost {_over(view)} by what-if and part, each plan under its own settings",
        cost_parts(view.drawn),
        labels=[
            compact(row.objective) + ("" if row.same_yardstick else _OTHER) for row in view.drawn
        ],
        line=None if base is None else (base.objective, "the cost of base"),
    )


def _risks(view: WhatIfView) -> Section:
    risks = {"risk": risk_chart(view)}
    levels = f"VaR and CVaR {view.tail}."
    if not (view.kept or view.closed):
        return Section(name="risk", title="What disruptions can cost", contents=risks, note=levels)
    return Section(
        name="risk",
        title="Keeping base's plan, and what disruptions can cost",
        contents={"regret": regret_chart(view), **risks},
        note=(
            "Regret: what base's plan would cost in the what-if less what the plan found there "
            "costs; the thin line goes on to the most it can be, against the best plan there may "
            "be. Below zero base's plan is the better one, by less than the gap. " + levels
        ),
    )


def regret_chart(view: WhatIfView) -> BarChart:
    """Draw what keeping base's plan costs more, up to what it can cost at most by the bound."""
    regret = plain(numbers(view.drawn, "regret"))
    finding = highest_finding(
        view, "regret", lambda row, most: f"Keeping base's plan costs most in {row}: {most}."
    )
    return _bars(
        view,
        finding,
        f"Regret {_over(view)}; the thin line goes on to the most it can be",
        [Part(name=MEASURES["regret"].label, color=MEASURES["regret"].color, values=regret)],
        labels=[_regret_text(row) for row in view.drawn],
        most=[at_most(row) for row in view.drawn],
    )


def risk_chart(view: WhatIfView) -> BarChart:
    """Draw expected loss, VaR and CVaR as marks of each what-if."""
    shapes: dict[str, Shape] = {"expected_loss": "circle", "var": "diamond", "cvar": "square"}
    parts = [
        Part(
            name=MEASURES[name].label,
            color=MEASURES[name].color,
            values=plain(numbers(view.drawn, name)),
            shape=shape,
        )
        for name, shape in shapes.items()
    ]
    return _bars(
        view,
        highest_finding(view, "cvar", lambda row, most: f"CVaR is highest in {row}: {most}."),
        f"Losses to disruptions {_over(view)} of the plan found there",
        parts,
        is_marked=True,
    )


def _side_by_side(view: WhatIfView) -> Section:
    rows, own = _rows(view)
    table = LongTable(
        rows=rows,
        shown=(
            *("what_if", "said", "objective", "expected_cost", "risk_charge", "cost_difference"),
            *("regret", "gap", "capital_used", "expected_loss", "var", "cvar", "fill_rate"),
            "decisions_changed",
        ),
        details=(
            *("qualified_more", "qualified_fewer", "run", "turns", "base_cost", "at_most"),
            *(*COST_PARTS, "horizon_days", "tail_level"),
        ),
        things="what-ifs",
        hint="what-if, remark",
        own=own,
        brief=_in_brief(view),
        sheet="What-ifs",
        widths=_WIDTHS,
        pages=3,
    )
    return Section(
        name="what-ifs",
        title="The what-ifs, side by side",
        contents={"what-ifs": table},
        note=(
            f"Costs and losses in {view.currency} {view.per_horizon}. Against base: cost less that "
            "of base, each under its own settings. SKUs changed, sources more and fewer: against "
            "base's plan. Every run listed is a folder beside this report; Ballast's report "
            f"command gives it a page of its own. Source: {_SOURCE}."
        ),
    )


def _rows(view: WhatIfView) -> tuple[pd.DataFrame, dict[str, Measure]]:
    """Return the rows of what_if.csv, a column for each limit that is missing, and its name."""
    results = view.result.rows
    rows = rows_table(view.result).drop(columns="missing")
    rows = rows.astype(dict.fromkeys(COUNTS, "float64"))
    rows["same_yardstick"] = ["yes" if row.same_yardstick else "no" for row in results]
    own = {name: PARTS[name] for name in COST_PARTS}
    lacks = [row.missing if isinstance(row, UnsolvedWhatIf) else {} for row in results]
    for name in dict.fromkeys(name for of_row in lacks for name in of_row):
        label, unit = label_and_unit(name, CURRENCY)
        kind = MEASURES["missing"].kind if unit == CURRENCY else "units"
        own[_MISSING + name] = Measure(label=f"Missing: {label}", kind=kind, unit=unit)
        rows[_MISSING + name] = [of_row.get(name, float("nan")) for of_row in lacks]
    most = [at_most(row) if isinstance(row, SolvedWhatIf) else None for row in results]
    rows["at_most"] = pd.array(most, dtype="float64")
    return rows.assign(said=[remark(row, view) for row in results]), own


def _in_brief(view: WhatIfView) -> MeasuredTable:
    """Return a row for every what-if, differences with their signs."""
    return MeasuredTable(
        columns=(
            *("what_if", "objective", "expected_cost", "risk_charge", "cost_difference", "regret"),
            *("gap", "capital_used", "expected_loss", "var", "cvar", "fill_rate"),
            *("decisions_changed", "qualified", "said"),
        ),
        rows=[flat_row(row) | _texts(row, view.currency) for row in view.result.rows],
        currency=view.currency,
    )


def _texts(row: WhatIfRow, currency: str) -> dict[str, str]:
    """Return what stands in a row otherwise than as its number."""
    if isinstance(row, UnsolvedWhatIf):
        return {"cost_difference": "", "regret": "", "qualified": "", "said": "no plan"}
    no_sources = row.qualified_more is None
    return {
        "cost_difference": difference(row.cost_difference, currency),
        "regret": "infeasible" if row.base_breaks else difference(row.regret, currency),
        "qualified": "" if no_sources else f"+{row.qualified_more} −{row.qualified_fewer}",
        "said": stopped(row),
    }


def _changes(view: WhatIfView) -> Section:
    shown = ("what_if", "description", "changes", "message", "missing")
    rows = [
        {
            "what_if": row.what_if,
            "description": row.description,
            "changes": row.changes or "nothing",
            "message": row.message if isinstance(row, UnsolvedWhatIf) else _closed(row),
            "missing": missing(row, view.currency) if isinstance(row, UnsolvedWhatIf) else "",
        }
        for row in view.result.rows
    ]
    own = {
        "message": replace(
            MEASURES["message"], label="Why there is no plan, or base's is infeasible"
        ),
        "missing": Measure(label="Missing, each alone enough"),
    }
    table = LongTable(
        rows=pd.DataFrame(rows, columns=shown),
        shown=shown,
        things="what-ifs",
        hint="what-if, setting, reason",
        own=own,
        brief=MeasuredTable(columns=shown, rows=rows, currency=view.currency, own=own),
    )
    return Section(
        name="changes",
        title="What each what-if changes",
        contents={"changes": table},
        note=(
            "What is missing is the least increase of a limit that alone makes a plan possible, "
            f"rounded up. Source: {_SOURCE}."
        ),
    )


def _facts(view: WhatIfView) -> dict[str, str]:
    about, settings = view.result.about, view.settings
    return {
        "Proof": (
            f"{proof_sentence(view)} Each plan was recomputed by the independent verifier before "
            "it was written."
        ),
        "Regret": (
            "Base's plan priced under the what-if's settings and on its futures, less the plan "
            "found there. The plan found may cost more than the best by its gap: the regret "
            "against the best plan there may be lies between this and base's cost there less the "
            "proven bound."
        ),
        "Method": how_solved(about),
        "Gap asked of base": percent(settings.gap),
        "Capital of base": own_capital(settings, view.currency),
        **shared_facts(
            about,
            settings,
            whose=" of base",
            shared="what-ifs of one seed share their random numbers",
        ),
    }


def _bars(
    view: WhatIfView, finding: str, what: str, parts: Sequence[Part], **drawn: Any
) -> BarChart:
    """Return a chart with a row for every what-if drawn, base standing out."""
    return BarChart(
        caption=Caption(finding=finding, what=what, source=_SOURCE),
        names=[row.what_if for row in view.drawn],
        parts=parts,
        unit=view.currency,
        strong=BASE,
        **drawn,
    )


def _regret_text(row: SolvedWhatIf) -> str:
    if row.what_if == BASE:
        return BASE
    return "infeasible" if row.base_breaks else difference(row.regret, "").rstrip()


def _closed(row: SolvedWhatIf) -> str:
    return f"base's plan is infeasible: {row.base_breaks}" if row.base_breaks else ""


def _over(view: WhatIfView) -> str:
    return f"{view.per_horizon} [{view.currency}]"
