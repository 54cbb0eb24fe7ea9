"""The document of a comparison: money, both worlds, stories, inputs, decisions, every part."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import Any, Final

import pandas as pd

from optimizer.domain.comparison import COMPONENTS, PARTS, STORIES, WORLDS, Comparison
from optimizer.inputs.schema import TABLES
from optimizer.reports.compare.compare_view import CompareView
from optimizer.reports.compare.compare_words import (
    cause_finding,
    figures,
    lead_sentence,
    proof_sentence,
    sentences,
)
from optimizer.reports.kit import measures
from optimizer.reports.kit.bar_chart import BarChart, Part
from optimizer.reports.kit.caption import Caption
from optimizer.reports.kit.document import Document, LongTable, Section
from optimizer.reports.kit.format import moment, money
from optimizer.reports.kit.measured_table import MeasuredTable
from optimizer.reports.kit.measures import CURRENCY, MEASURES, Measure

_IN_BRIEF: Final = 10
_MONEY: Final = "money.parquet"
_CAUSES: Final = "causes.parquet"


_COLUMNS: Final = {
    (schema.name, column.name): column for schema in TABLES.values() for column in schema.columns
}


def _money(label: str) -> Measure:
    return Measure(label=label, kind="money", unit=CURRENCY)


def _units(label: str) -> Measure:
    return Measure(label=label, kind="units", unit="units")


_OWN: Final[Mapping[str, Measure]] = {
    "figure": Measure(label="Figure"),
    "plan_of": Measure(label="Plan of"),
    "world_of": Measure(label="Under the inputs of"),
    "futures_of": Measure(label="Futures drawn as"),
    "exceeds": Measure(label="Exceeds"),
    "objective": _money("Cost"),
    "capital": _money("Capital"),
    "rank": Measure(label="Rank", kind="count"),
    "names": Measure(label="Which"),
    "policy": Measure(label="Policy, first run", kind="option"),
    "to_policy": Measure(label="Policy", kind="option"),
    "step": Measure(label="Buffer"),
    "sources": Measure(label="Second source"),
    "causes": Measure(label="Changes that reach it"),
    "said": Measure(label="In words"),
    "change": Measure(label="Change", kind="count"),
    "table": Measure(label="Table"),
    "column": Measure(label="Column"),
    "row": Measure(label="Row"),
    "rows": Measure(label="Rows", kind="count"),
    "where": Measure(label="All of"),
    "before": Measure(label="First run"),
    "after": Measure(label="This run"),
    "before_number": Measure(label="First run, as a number", kind="number"),
    "after_number": Measure(label="This run, as a number", kind="number"),
    "relative": Measure(label="Relative", kind="share", unit="share"),
    "low": Measure(label="Lowest, relative", kind="share", unit="share"),
    "high": Measure(label="Highest, relative", kind="share", unit="share"),
    "differs": Measure(label="Differs in"),
    "option": Measure(label="First run", kind="option"),
    "to_option": Measure(label="This run", kind="option"),
    "reorder_point": _units("Reorder point, first run"),
    "to_reorder_point": _units("Reorder point"),
    "order_quantity": _units("Order quantity, first run"),
    "to_order_quantity": _units("Order quantity"),
    "buffer": _units("Buffer, first run"),
    "to_buffer": _units("Buffer"),
    "alternates": Measure(label="Alternates, first run"),
    "to_alternates": Measure(label="Alternates"),
    "difference": _money("Cost, difference"),
    "capital_difference": _money("Capital, difference"),
    "by_decision": _money("By the decision alone"),
    "by": Measure(label="By"),
    "name": Measure(label="Which"),
    "supplier": Measure(label="Primary supplier"),
}


_OF_CAUSES: Final[Mapping[str, Measure]] = {
    **_OWN,
    "cause": Measure(label="Cause"),
    "kind": Measure(label="Kind"),
    "said": Measure(label="What differs"),
    "changes": Measure(label="Changes of inputs"),
    "expected_cost": _money("Expected cost"),
    "risk_charge": _money("Risk charge"),
    "low": _money("Cost, at least"),
    "high": _money("Cost, at most"),
    "reading": Measure(label="Remark"),
}


def comparison_document(found: Comparison) -> Document:
    """Return what there is to say of a comparison."""
    view = CompareView.of(found)
    sections = (
        _figures(view),
        _causes(view),
        _worlds(view),
        _stories(view),
        _inputs(view),
        _decisions(view),
        _parts(view),
    )
    return Document(
        subject="Comparison",
        kind=f"{', '.join(view.others)} against {view.first}",
        currency=view.currency,
        lead=lead_sentence(view),
        proof=proof_sentence(view),
        is_proven=True,
        figures=figures(view),
        sentences=sentences(view),
        sections=tuple(section for section in sections if section is not None),
        facts=_facts(view),
        files="the Parquet files beside this page",
        about=found.about,
    )


def _figures(view: CompareView) -> Section:
    """Every run's figures, a column for each."""
    wide = view.side_by_side.assign(figure=lambda table: [_label(f) for f in table["figure"]])
    names = {"run_0": view.first}
    names |= {f"run_{number}": run for number, run in enumerate(view.others, start=1)}
    names |= {
        f"difference_{number}": f"{run} less {view.first}"
        for number, run in enumerate(view.others, start=1)
    }
    own = {**_OWN, **{key: _money(label) for key, label in names.items()}}
    table = _table(wide, "figures", "figure", "Side by side", view, own=own, brief=len(wide))
    return Section(
        name="money",
        title="What it costs, side by side",
        contents={"by-component": _chart(view), "figures": table},
        note=(
            f"Money {view.period}; VaR, CVaR, capital and budget as they stand. The cost is the "
            "sum of its components, to the last bit: amounts are told in steps far below a cent, "
            "which add without rounding."
        ),
    )


def _label(figure: str) -> str:
    return {"objective": "Cost", "budget": "Budget"}.get(figure, MEASURES[figure].label)


def _chart(view: CompareView) -> BarChart:
    """Differences by component, a row for every run."""
    by_run = {
        run: view.of_run("money", run).set_index("figure")["difference"] for run in view.others
    }
    parts = [
        Part(
            name=measures.PARTS[name].label,
            color=measures.PARTS[name].color,
            values=[float(by_run[run][name]) for run in view.others],
        )
        for name in COMPONENTS
        if any(by_run[run][name] for run in view.others)
    ]
    most = {run: max(COMPONENTS, key=lambda name, of=by_run[run]: abs(of[name])) for run in by_run}  # type: ignore[misc]
    return BarChart(
        caption=Caption(
            finding=". ".join(
                f"{run}: most of it is {measures.PARTS[most[run]].label.lower()}, "
                f"{money(float(by_run[run][most[run]]), view.currency)}"
                for run in view.others
            )
            + ".",
            what=f"Difference from {view.first} by component {view.period} [{view.currency}]: "
            "what is saved to the left of zero, what costs more to its right",
            source=_MONEY,
        ),
        names=list(view.others),
        parts=parts,
        labels=[money(view.found.difference(run), view.currency) for run in view.others],
        unit=view.currency,
    )


def _causes(view: CompareView) -> Section | None:
    causes = view.found.causes
    if causes.empty:
        return None
    shown = (
        *("cause", "said", "objective", "expected_cost", "risk_charge", "low", "high"),
        "reading",
    )
    table = _table(
        causes,
        "causes",
        "cause",
        "Causes",
        view,
        shown=shown,
        details=("kind", "changes", "rank"),
        own=_OF_CAUSES,
        brief=len(causes),
        brief_of=("cause", "objective", "expected_cost", "risk_charge", "low", "high", "reading"),
        widths={"said": 70.0},
    )
    return Section(
        name="causes",
        title="Why: causes",
        contents={"waterfall": _waterfall(view), "causes": table},
        note=(
            "What each group of inputs and settings makes of the difference: the mean, over every "
            "order in which the groups could change, of what the best plan then costs more "
            "(Shapley). Every world between the two runs is solved afresh, decisions included. At "
            "least and at most: whatever better plans the proofs leave open. Solver gap: what the "
            "runs' own plans differ by beyond those. All causes add up to the difference exactly."
        ),
    )


def _waterfall(view: CompareView) -> BarChart:
    """Every cause as a step from the first run to the other, and their sum."""
    [run] = view.others
    causes = view.of_run("causes", run)
    amounts = causes["objective"].tolist()
    by = view.found.difference(run)
    steps = [*amounts, by]
    none = [None] * len(amounts)
    return BarChart(
        caption=Caption(
            finding=cause_finding(view, run),
            what=f"Steps of the cost from {view.first} to {run} {view.period} "
            f"[{view.currency}]: each cause begins where the one before it ends",
            source=_CAUSES,
        ),
        names=[*causes["cause"], f"{run} less {view.first}"],
        parts=[
            Part(name="Costs more", color="vermilion", values=[*map(_above, amounts), None]),
            Part(name="Saves", color="green", values=[*map(_below, amounts), None]),
            Part(name="Difference", color="blue", values=[*none, by]),
        ],
        labels=[money(step, view.currency) for step in steps],
        begins=[*([0.0, *accumulate(amounts)][: len(amounts)]), 0.0],
        unit=view.currency,
        strong=f"{run} less {view.first}",
    )


def _above(amount: float) -> float | None:
    return amount if amount > 0.0 else None


def _below(amount: float) -> float | None:
    return amount if amount <= 0.0 else None


def _worlds(view: CompareView) -> Section | None:
    worlds = view.found.worlds
    if worlds.empty:
        return None
    shown = (
        *("run", "plan_of", "world_of", "futures_of", "objective", "expected_loss"),
        *("risk_charge", "exceeds"),
    )
    rest = tuple(name for name in WORLDS if name not in shown)
    return Section(
        name="worlds",
        title="Each plan under the other's inputs",
        contents={
            "worlds": _table(
                worlds, "plans", "plan", "Both worlds", view, shown=shown, details=rest, brief=8
            )
        },
        note=(
            "Each plan's decisions, costed under both runs' inputs and settings. In the first rows "
            "inputs change first, then the draw of futures, last decisions; in the others "
            "decisions first. The tail is read from a sample of futures, drawn by the plan it is "
            "for; another draw changes no input, so it is told apart. Exceeds: limits that the "
            "plan would break there."
        ),
    )


def _stories(view: CompareView) -> Section | None:
    stories = view.found.stories
    if stories.empty:
        return None
    shown = ("run", "rank", "said", "skus", "difference", "by_decision", "capital_difference")
    rest = tuple(name for name in STORIES if name not in shown and name != "causes")
    rows = stories.assign(step=stories["step"].replace("", "–"))
    return Section(
        name="stories",
        title="Why decisions differ",
        contents={
            "stories": _table(
                rows,
                "stories",
                "SKU, policy, cause",
                "Stories",
                view,
                shown=shown,
                details=rest,
                widths={"said": 90.0, "names": 30.0},
            )
        },
        note=(
            "SKUs that move alike, and that the same changes of inputs reach. A hazard reaches the "
            "SKUs that buy from whom it can strike, a setting all. By the decision alone: what the "
            "other decisions cost more than the first run's, both under the other run's inputs. "
            "Because: the changes that reach them; where several do, their shares are not told."
        ),
    )


def _inputs(view: CompareView) -> Section | None:
    if view.found.inputs.empty:
        return None
    changes = _with_units(view.found.changes, view)
    inputs = _with_units(view.found.inputs, view)
    numbers = {f"{side}_number": _numbers(inputs, side) for side in ("before", "after")}
    shown = ("run", "change", "said", "table", "column", "rows", "where")
    of_inputs = (*view.found.inputs.columns[:-1], "unit", "relative")
    return Section(
        name="inputs",
        title="Inputs that differ",
        contents={
            "changes": _table(
                changes,
                "groups",
                "table, column, words",
                "Changes of inputs",
                view,
                shown=shown,
                details=("row", "before", "after", "unit", "low", "high"),
                widths={"said": 70.0},
            ),
            "inputs": _table(
                inputs.assign(**numbers)[[*of_inputs, *numbers]],
                "values",
                "table, row, column",
                "Inputs",
                view,
                shown=of_inputs,
                widths={"row": 36.0},
            ),
        },
        note=(
            "As the model reads them, overrides and factors applied; rates of hazards already with "
            "the settings of hazards. A group is what one column has in common: one factor, or one "
            "pair of values."
        ),
    )


def _with_units(rows: pd.DataFrame, view: CompareView) -> pd.DataFrame:
    """Return inputs with the unit of their column, where the schema gives it one."""
    units = [
        _COLUMNS[key].unit.removeprefix("-").replace("currency", view.currency)
        if key in _COLUMNS
        else ""
        for key in zip(rows["table"], rows["column"], strict=True)
    ]
    return rows.assign(unit=units)


def _numbers(inputs: pd.DataFrame, side: str) -> pd.Series[float]:
    """Return the values of columns of numbers as numbers, NaN for all others."""
    keys = zip(inputs["table"], inputs["column"], strict=True)
    is_number = [key in _COLUMNS and _COLUMNS[key].kind == "number" for key in keys]
    texts = inputs[side].str.replace(",", "").where(pd.Series(is_number, index=inputs.index))
    return pd.Series(pd.to_numeric(texts, errors="coerce"), dtype="float64")


def _decisions(view: CompareView) -> Section | None:
    decisions = view.found.decisions
    if decisions.empty:
        return None
    shown = (
        *("run", "sku", "category", "region", "supplier", "option", "to_option"),
        *("capital_difference", "difference", "by_decision"),
    )
    rest = tuple(name for name in decisions.columns if name not in (*shown, "causes"))
    return Section(
        name="decisions",
        title="Decisions that differ",
        contents={
            "decisions": _table(
                decisions,
                "SKUs",
                "SKU, supplier, policy",
                "Decisions",
                view,
                shown=shown,
                details=(*rest, "causes"),
                brief=_IN_BRIEF,
                brief_of=("run", "sku", "option", "to_option", "capital_difference", "difference"),
                widths={"description": 30.0, "option": 30.0, "to_option": 30.0},
            )
        },
        note=(
            "SKUs of both runs whose policy, level, reserve, lot or alternates differ; one that "
            "keeps its decision may have other numbers all the same, where its demand differs. "
            "Changes that reach it: their numbers under Inputs that differ."
        ),
    )


def _parts(view: CompareView) -> Section | None:
    parts = _in_words(view.found.parts)
    if parts.empty:
        return None
    shown = (
        "run",
        "by",
        "name",
        "skus",
        "difference",
        "expected_loss",
        "risk_charge",
        "capital_difference",
    )
    rest = tuple(name for name in PARTS if name not in shown)
    wide = parts[parts["by"].isin(("region", "policy"))]
    largest = wide.groupby(["run", "by"], sort=False).head(_IN_BRIEF // 2)
    return Section(
        name="parts",
        title="Where the money differs",
        contents={
            "parts": _table(
                parts,
                "parts",
                "SKU, supplier, category, region, hazard, policy",
                "Differences",
                view,
                shown=shown,
                details=rest,
                brief=_IN_BRIEF,
                brief_rows=largest,
                brief_of=("run", "by", "name", "skus", "difference"),
            )
        },
        note=(
            "The parts of one kind add up to the difference of the cost exactly. All SKUs "
            "together: what is of no single SKU, as the charge on VaR. By hazard only the expected "
            "loss is known; all else is of no hazard. Policy: of the first run → of the other."
        ),
    )


def _in_words(parts: pd.DataFrame) -> pd.DataFrame:
    """Return the parts with policies, and what they are parts by, as people say them."""
    names = [
        " → ".join(map(measures.policy_words, name.split(" → "))) if by == "policy" else name
        for by, name in zip(parts["by"], parts["name"], strict=True)
    ]
    return parts.assign(name=names, by=parts["by"].replace("sku", "SKU"))


def _facts(view: CompareView) -> dict[str, str]:
    about = view.found.about
    versions = ", ".join(f"{name} {version}" for name, version in about.versions.items())
    return {
        "Reference": view.first,
        **{f"SHA-256 of {run}'s manifest": seal for run, seal in view.found.sealed.items()},
        "Written": f"{moment(about.created)} by Ballast {about.ballast}, {versions}",
    }


def _of_runs(columns: tuple[str, ...], view: CompareView) -> tuple[str, ...]:
    """Return the columns, without the run where all rows are of one."""
    return columns if len(view.others) > 1 else tuple(name for name in columns if name != "run")


def _table(
    rows: pd.DataFrame,
    things: str,
    hint: str,
    sheet: str,
    view: CompareView,
    *,
    shown: tuple[str, ...] = (),
    details: tuple[str, ...] = (),
    own: Mapping[str, Measure] = _OWN,
    brief: int = 0,
    brief_of: tuple[str, ...] = (),
    brief_rows: pd.DataFrame | None = None,
    widths: Mapping[str, float] | None = None,
) -> LongTable:
    columns = _of_runs(shown or tuple(map(str, rows.columns)), view)
    few: list[Any] = (rows if brief_rows is None else brief_rows).head(brief).to_dict("records")
    return LongTable(
        rows=rows,
        shown=columns,
        details=details,
        things=things,
        hint=hint,
        own=own,
        brief=MeasuredTable(
            columns=_of_runs(brief_of, view) or columns, rows=few, currency=view.currency, own=own
        )
        if brief
        else None,
        sheet=sheet,
        widths=widths or {},
        pages=3 if len(rows.columns) > 12 else 1,
    )
