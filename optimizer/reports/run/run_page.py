"""`report.html`: one file that needs nothing else and opens offline."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any, Final

import pandas as pd
from jinja2 import Environment

from optimizer.domain.frontier import Frontier
from optimizer.domain.plan_state import StateChange
from optimizer.domain.run import UNSEALED, RunTables
from optimizer.metrics.sources_of_loss import HAZARD_KINDS
from optimizer.reports.kit.bar_chart import BarChart
from optimizer.reports.kit.embed import script_json
from optimizer.reports.kit.line_chart import LineChart
from optimizer.reports.kit.measured_table import MeasuredTable
from optimizer.reports.kit.measures import CARRYING, SHORT
from optimizer.reports.kit.page import environment, shell
from optimizer.reports.run.break_even_words import break_even_rows, rate
from optimizer.reports.run.build_up_charts import carrying_chart, short_chart
from optimizer.reports.run.build_up_words import (
    carrying_parts,
    no_double_counting,
    rate_sentence,
    short_groups,
    short_parts,
)
from optimizer.reports.run.facts import Facts
from optimizer.reports.run.limit_words import worth
from optimizer.reports.run.other_budgets import OtherBudgets, other_budgets
from optimizer.reports.run.plan_table import MAX_ROWS, plan_table
from optimizer.reports.run.plays import PlayOfRun
from optimizer.reports.run.regions import region_matrix
from optimizer.reports.run.risk_tables import demand_table, exposed_table, suppliers_table
from optimizer.reports.run.run_charts import (
    HAZARDS,
    capital_chart,
    category_chart,
    concentration_sentence,
    exceedance_chart,
    hazard_chart,
    loss_chart,
    number_chart,
    strategy_chart,
)
from optimizer.reports.run.segment_matrix import grid, segments
from optimizer.reports.run.stock_tables import page_tables, quarter_chart, quarter_table
from optimizer.reports.run.stock_words import every_stock_sentence
from optimizer.reports.run.strategies_table import strategies_table
from optimizer.reports.run.strategy_words import every_sentence
from optimizer.reports.run.summary import summarise
from optimizer.reports.run.tiles import expected_parts, tiles
from optimizer.reports.run.worst_futures import worst_futures

_TOP: Final = 10
_LISTED: Final = 50
"""Sources listed on the page; qualifications.csv and onboardings.csv have them all."""


def render(
    tables: RunTables,
    scorecard: Mapping[str, Any],
    budgets: Frontier | None = None,
    played: Sequence[PlayOfRun] = (),
    signed: Sequence[StateChange] = (),
) -> str:
    """
    Return the report of a run as one HTML page.

    Parameters
    ----------
    budgets
        The frontier that the run is a point of.
    played
        What plays of the plan found.
    signed
        The steps of an approved plan; they stand on a last page.
    """
    facts = Facts.of(tables)
    others = None if budgets is None else other_budgets(budgets, tables.manifest.run)
    lead, proof, *sentences = summarise(tables)
    return (
        _templates(facts)
        .get_template("report.html.j2")
        .render(
            **shell(),
            charts=_charts(tables, scorecard, facts, others),
            plan_json=script_json(plan_table(tables.plan, facts.currency)),
            concentration=concentration_sentence(tables.plan),
            **_risks(tables, scorecard, facts.currency),
            **_segments(tables),
            **_build_up(scorecard, facts),
            **_stock(tables, scorecard, facts),
            strategies=strategies_table(tables, facts),
            strategy_sentences=every_sentence(tables, facts),
            facts=facts,
            status=facts.status,
            manifest=tables.manifest,
            unsealed=UNSEALED,
            portfolio=PurePath(tables.manifest.portfolio).name,
            scorecard=scorecard,
            lead=lead,
            proof=proof,
            sentences=sentences,
            tiles=tiles(tables, facts, scorecard),
            parts=expected_parts(facts, tables.manifest.components),
            qualifications=tables.qualifications.nlargest(_LISTED, "cost").to_dict("records"),
            onboardings=tables.onboardings.nlargest(_LISTED, "cost").to_dict("records"),
            break_even=break_even_rows(tables.break_even, facts.currency, _LISTED),
            n_break_even=len(tables.break_even),
            budgets=others,
            played=played,
            signed=signed,
            n_qualifications=len(tables.qualifications),
            n_onboardings=len(tables.onboardings),
            n_scenarios=len(tables.scenarios),
            n_skus=len(tables.plan),
            n_listed=min(len(tables.plan), MAX_ROWS),
        )
    )


def _templates(facts: Facts) -> Environment:
    """Return the templates, with the words that only a run's page needs."""
    made = environment(facts.currency)
    made.filters |= {
        "rate": rate,
        "hazard_kind": HAZARD_KINDS.__getitem__,
        "worth": lambda limit: worth(limit, facts.currency, facts.per_horizon),
    }
    return made


def _risks(tables: RunTables, scorecard: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """Return what can go wrong: hazards, futures, suppliers, SKUs, regions, the worst of each."""
    hurting = [row for row in scorecard["hazards"] if row["expected_loss"] > 0.0]
    return {
        "hazards": hurting[:HAZARDS],
        "n_hazards": len(hurting),
        "other_hazards": sum(row["expected_loss"] for row in hurting[HAZARDS:]),
        "futures": worst_futures(tables, scorecard, number=5),
        "tail": _largest_of_the_tail(tables.plan),
        "suppliers": _first(suppliers_table(scorecard, currency)),
        "exposed": _first(exposed_table(scorecard, currency)),
        "demand": demand_table(scorecard, currency),
        "return_periods": scorecard["risk"]["loss_by_return_period"],
        "matrix": region_matrix(scorecard),
    }


def _first(table: MeasuredTable) -> MeasuredTable:
    return replace(table, rows=table.rows[:_TOP])


def _segments(tables: RunTables) -> dict[str, Any]:
    listed = segments(tables.plan)
    return {
        "segments": listed[:_LISTED],
        "segment_grid": grid(listed),
        "segment_top": max((segment.capital for segment in listed), default=0.0),
    }


def _build_up(scorecard: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """Return what carrying and being short are made of."""
    build_up = scorecard["build_up"]
    groups = {"policy": "policies", "category": "categories"}
    return {
        "build_up": build_up,
        "rate_sentence": rate_sentence(build_up),
        "carrying_parts": carrying_parts(build_up),
        "short_parts": short_parts(build_up),
        "no_double_counting": no_double_counting(build_up, facts),
        "carrying_labels": CARRYING,
        "short_labels": SHORT,
        "carrying_groups": [(name, build_up["carrying"][key]) for name, key in groups.items()],
        "short_groups": [(name, short_groups(build_up, key)) for name, key in groups.items()],
        "n_groups": _TOP,
    }


def _stock(tables: RunTables, scorecard: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """Return today's stock against the plan, where it is known."""
    stock = scorecard.get("stock_on_hand")
    if stock is None:
        return {"stock": None, "stock_data": {}}
    long = page_tables(stock, facts.currency)
    return {
        "stock": stock,
        "stock_sentences": every_stock_sentence(tables, stock, facts),
        "stock_quarters": quarter_table(stock, facts.currency),
        "stock_data": {name: script_json(rows) for name, rows in long.items()},
    }


def _charts(
    tables: RunTables, scorecard: Mapping[str, Any], facts: Facts, budgets: OtherBudgets | None
) -> dict[str, BarChart | LineChart]:
    """Return the page's charts by name."""
    charts: dict[str, BarChart | LineChart] = {
        "capital": capital_chart(tables, facts),
        "categories": category_chart(scorecard, facts),
        "numbers": number_chart(tables),
        "carrying": carrying_chart(scorecard["build_up"], facts),
        "short": short_chart(scorecard["build_up"], facts),
        "losses": loss_chart(tables, facts),
        "exceedance": exceedance_chart(tables, facts),
        "hazards": hazard_chart(scorecard, facts),
    }
    if len(tables.strategies):
        charts["strategies"] = strategy_chart(tables, facts)
    if scorecard.get("stock_on_hand"):
        charts["quarters"] = quarter_chart(scorecard["stock_on_hand"], facts.currency)
    if budgets is not None:
        charts["cost"] = budgets.chart
    return charts


def _largest_of_the_tail(plan: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """Return the SKUs that lose most in the tail, with their share of its loss."""
    total = float(plan["tail_contribution"].sum())
    top = plan[plan["tail_contribution"] > 0.0].nlargest(_TOP, "tail_contribution")
    return top.assign(share=top["tail_contribution"] / (total or 1.0)).to_dict("records")
