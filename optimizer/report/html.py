"""`report.html`: one file that needs nothing else and opens offline."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from importlib.resources import files
from pathlib import PurePath
from typing import Any, Final

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from plotly.offline import get_plotlyjs

from optimizer.domain.run import RunTables
from optimizer.report.break_even import break_even_rows
from optimizer.report.charts import (
    capital_chart,
    category_chart,
    loss_chart,
    number_chart,
    strategy_chart,
)
from optimizer.report.embed import content_security_policy, own_text, script_json
from optimizer.report.facts import Facts
from optimizer.report.format import count, days, moment, money, money_full, percent
from optimizer.report.futures import worst_futures
from optimizer.report.limits import worth
from optimizer.report.plan_table import MAX_ROWS, plan_table
from optimizer.report.regions import region_matrix
from optimizer.report.segments import grid, segments
from optimizer.report.strategies import comparison
from optimizer.report.strategy_words import every_sentence
from optimizer.report.summary import summarise
from optimizer.report.suppliers import supplier_risks
from optimizer.report.tiles import cost_parts, tiles

_TOP: Final = 10
_LISTED: Final = 50
"""Sources listed on the page; qualifications.csv and onboardings.csv have them all."""


def render(tables: RunTables, scorecard: Mapping[str, Any]) -> str:
    """Return the report of a run as one HTML page."""
    facts = Facts.of(tables)
    lead, proof, *sentences = summarise(tables)
    template = _environment(facts).get_template("report.html.j2")
    return template.render(
        **_embedded(tables, scorecard, facts),
        **_risks(tables, scorecard),
        **_segments(tables),
        strategies=comparison(tables, facts),
        strategy_sentences=every_sentence(tables, facts),
        facts=facts,
        manifest=tables.manifest,
        portfolio=PurePath(tables.manifest["portfolio"]).name,
        scorecard=scorecard,
        lead=lead,
        proof=proof,
        sentences=sentences,
        tiles=tiles(facts, scorecard),
        parts=cost_parts(facts, tables.manifest["components"]),
        qualifications=tables.qualifications.nlargest(_LISTED, "cost").to_dict("records"),
        onboardings=tables.onboardings.nlargest(_LISTED, "cost").to_dict("records"),
        break_even=break_even_rows(tables.break_even, facts.currency, _LISTED),
        n_break_even=len(tables.break_even),
        n_qualifications=len(tables.qualifications),
        n_onboardings=len(tables.onboardings),
        n_scenarios=len(tables.scenarios),
        n_skus=len(tables.plan),
        n_listed=min(len(tables.plan), MAX_ROWS),
    )


def _risks(tables: RunTables, scorecard: Mapping[str, Any]) -> dict[str, Any]:
    """Return what can go wrong: scenarios, suppliers, SKUs and regions, the worst of each."""
    return {
        "futures": worst_futures(tables, number=5),
        "tail": _largest_of_the_tail(tables.plan),
        "suppliers": supplier_risks(tables, number=_TOP),
        "exposed": scorecard["resilience"].get("largest_exposed", [])[:_TOP],
        "matrix": region_matrix(scorecard),
    }


def _segments(tables: RunTables) -> dict[str, Any]:
    found = segments(tables.plan)
    return {
        "segments": found[:_LISTED],
        "segment_grid": grid(found),
        "segment_top": max((segment.capital for segment in found), default=0.0),
    }


def _embedded(tables: RunTables, scorecard: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """Return the page's scripts, style and data, and the policy that allows no others."""
    scripts = (own_text(get_plotlyjs()), own_text(_asset("report.js")))
    charts = {
        "capital": capital_chart(tables, facts),
        "numbers": number_chart(tables),
        "losses": loss_chart(tables, facts),
    }
    if len(tables.strategies):
        charts["strategies"] = strategy_chart(tables, facts)
    has_categories = bool(scorecard.get("categories"))
    if has_categories:
        charts["categories"] = category_chart(scorecard, facts)
    return {
        "has_categories": has_categories,
        "security_policy": content_security_policy(scripts),
        "scripts": scripts,
        "style": own_text(_asset("report.css")),
        "charts_json": script_json(charts),
        "plan_json": script_json(plan_table(tables.plan, facts.currency)),
    }


def _environment(facts: Facts) -> Environment:
    environment = Environment(
        loader=PackageLoader("optimizer.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "money": lambda value: money(value, facts.currency),
        "money_full": lambda value: money_full(value, facts.currency),
        "whole": lambda value: f"{value:,.0f}",
        "days": days,
        "percent": percent,
        "moment": moment,
        "count": count,
        "worth": lambda limit: worth(limit, facts.currency, facts.per_horizon),
    }
    return environment


def _largest_of_the_tail(plan: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """Return the SKUs that lose most in the tail, with their share of its loss."""
    total = float(plan["tail_contribution"].sum())
    top = plan[plan["tail_contribution"] > 0.0].nlargest(_TOP, "tail_contribution")
    return top.assign(share=top["tail_contribution"] / (total or 1.0)).to_dict("records")


def _asset(name: str) -> str:
    return (files("optimizer.report") / "templates" / name).read_text(encoding="utf-8")
