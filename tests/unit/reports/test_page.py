"""The page is one offline file, and no text of a user becomes anything but text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from optimizer.reports.kit.measures import CARRYING, PARTS, SHORT
from optimizer.reports.run.backtest_words import Section
from optimizer.reports.run.facts import Facts
from optimizer.reports.run.plan_table import COLUMNS, MAX_ROWS, plan_table
from optimizer.reports.run.plays import PlayOfRun, played
from optimizer.reports.run.run_charts import (
    capital_chart,
    category_chart,
    exceedance_chart,
    loss_chart,
    number_chart,
    strategy_chart,
)
from optimizer.reports.run.run_page import render
from optimizer.reports.run.run_workbook import render_workbook
from optimizer.reports.run.summary import summarise
from tests.support.pages import Page
from tests.support.runs import make_scorecard, make_tables, with_skus

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(1)</script>",
    "{{7*7}}",
    "=cmd|' /C calc'!A0",
    "javascript:alert(1)",
    "<b>bold</b> & <a href='https://example.org'>link</a>",
    "<!--",
    "\u202egnp.exe",
]


def page(names: list[str] | None = None, **changes: Any) -> Page:
    """Render a run, with hostile names where given."""
    tables = make_tables(**changes)
    if not names:
        return Page(render(tables, make_scorecard()))
    return Page(render(with_skus(tables, names), make_scorecard(names[0])))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(name: str) -> None:
    """Proves: the page has the same elements and scripts whatever SKUs and suppliers are called."""
    harmless, hostile = page(["harmless"]), page([name])
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in harmless.elements]
    assert any(name in text for text in hostile.text)
    assert "49" not in [text.strip() for text in hostile.text]
    assert hostile.scripts[1:] == harmless.scripts[1:]
    plan = json.loads(hostile.scripts[0])
    assert name in plan["values"][0]


def test_each_chart_is_sorted_by_its_own_values() -> None:
    """Proves: the bars of all three charts fall from the top; by capital the counts would not."""
    tables, card = make_tables(n_skus=200), make_scorecard()
    facts = Facts.of(tables)
    charts = (capital_chart(tables, facts), category_chart(card, facts), number_chart(tables))
    for chart in charts:
        values = list(chart.parts[0].values)
        assert values == sorted(values, reverse=True)


def test_a_page_is_small() -> None:
    """Proves: a page of 200 SKUs stays far below the 1.5 MB that a mail takes."""
    assert len(render(make_tables(n_skus=200), make_scorecard())) < 500_000


def test_every_chart_says_what_it_finds_and_is_read_out() -> None:
    """Proves: each figure has a finding, and a text in place of the drawing that holds it."""
    found = page()
    drawn = [a["data-chart"] for tag, a in found.elements if tag == "figure"]
    assert drawn == [
        *("capital", "categories", "numbers", "carrying", "short", "strategies"),
        *("losses", "exceedance", "hazards"),
    ]
    told = [a["aria-label"] or "" for _, a in found.elements if a.get("role") == "img"]
    assert len(told) == len(drawn)
    assert all(len(text) > 30 for text in told)


def test_the_page_names_the_portfolio_not_its_path() -> None:
    """Proves: a page that leaves the house does not tell where its author keeps things."""
    text = "\n".join(page(portfolio="/home/someone/portfolios/spring").text)
    assert "spring" in text
    assert "someone" not in text
    assert "2026-11-22 08:15 UTC" in text


def test_only_the_programs_own_scripts_may_run() -> None:
    """Proves: the policy lists the hash of each script as it stands, and nothing else."""
    found = page()
    hashes = re.findall(r"'sha256-([^']+)'", found.policy)
    own = [hashlib.sha256(script.encode()).digest() for script in found.scripts[1:]]
    assert hashes == [base64.b64encode(digest).decode() for digest in own]
    assert "default-src 'none'" in found.policy
    assert "unsafe-eval" not in found.policy


def test_nothing_is_fetched() -> None:
    """Proves: no element names a resource outside the file, and no handler stands in markup."""
    for _, attributes in page().elements:
        assert not {"src", "href", "srcset", "action"} & attributes.keys()
        assert not [name for name in attributes if name.startswith("on")]


def test_the_page_and_the_terminal_say_the_same() -> None:
    """Proves: every sentence of the summary is on the page, word for word."""
    text = "\n".join(page().text)
    for sentence in summarise(make_tables()):
        assert sentence in text


@pytest.mark.parametrize(
    "changes", [{"n_skus": 1, "n_scenarios": 2}, {"resources": {}}, {"status": "feasible"}]
)
def test_small_and_bare_runs_have_a_page(changes: dict[str, Any]) -> None:
    """Proves: one SKU, no resource, an unproven plan: nothing a page needs is taken for granted."""
    assert page(**changes).scripts


def test_a_run_without_losses_has_a_page() -> None:
    """Proves: no loss in any scenario divides by nothing and shows no tail."""
    tables = make_tables()
    tables.scenarios["loss"] = 0.0
    tables.plan["tail_contribution"] = 0.0
    text = "\n".join(Page(render(tables, make_scorecard())).text)
    assert "No SKU loses anything in the tail." in text


def test_a_run_without_hazards_has_a_page() -> None:
    """Proves: nothing that can strike divides by no loss, and is said; no region, no section."""
    card = make_scorecard() | {"hazards": [], "suppliers": [], "regions": {}}
    text = "\n".join(Page(render(make_tables(), card)).text)
    assert "No hazard is expected to cost anything." in text
    assert "Regions: where the worst losses come from" not in text


def test_hazards_add_up_on_the_page() -> None:
    """
    Proves: of twelve hazards ten are listed and two share a row; the foot is the expected loss.

    Each costs 1,000 but the two smallest, 300 and 200: 10,500 in all.
    """
    tables, card = make_tables(), make_scorecard()
    row = card["hazards"][0]
    amounts = [1_000.0] * 10 + [300.0, 200.0]
    card["hazards"] = [
        row | {"hazard": f"h{number}", "expected_loss": amount}
        for number, amount in enumerate(amounts)
    ]
    parts = tables.manifest["components"] | {"expected_loss": 10_500.0}
    tables = replace(tables, manifest={**tables.manifest, "components": parts})
    text = " ".join(Page(render(tables, card)).text)
    assert "2 others" in text
    for amount in ("1,000 EUR", "500 EUR", "10,500 EUR"):
        assert amount in text


def test_plays_stand_on_the_page_as_text() -> None:
    """Proves: a play has its section, sentences and tables, whatever a user calls things there."""
    told = Section([HOSTILE[0]], [("By policy", ("", "fill rate"), [(HOSTILE[1], "98 %")])])
    of_run = (make_tables(), make_scorecard(), None, [PlayOfRun("backtest", "The plan", told)])
    found = Page(render(*of_run))
    assert [tag for tag, _ in found.elements].count("script") == len(page().scripts)
    for text in (HOSTILE[0], HOSTILE[1], "By policy", "98 %", "Source: backtest.json of this run."):
        assert text in found.text
    book = load_workbook(BytesIO(render_workbook(*of_run)))
    assert book["Backtest"]["A2"].value == HOSTILE[0]


def test_a_run_that_was_not_played_has_no_play(tmp_path: Path) -> None:
    """Proves: without simulation.json and backtest.json there is nothing to tell."""
    assert played(tmp_path) == []


def test_nothing_on_the_page_is_a_machines_word() -> None:
    """Proves: no name of a column, policy, option or setting, and no value of none, is said."""
    found = Page(render(make_tables(n_skus=200), make_scorecard()))
    text = " ".join(found.text)
    for word in ("expected_loss", "risk_charge", "nan", "None", "tail_weight", "objective"):
        assert not re.search(rf"\b{word}\b", text), word
    shown = text + " ".join(json.loads(found.scripts[0])["values"][2])
    for word in ("forward_buy", "safety_stock", "reorder_point", "vmi", "--", "`", "risk.measure"):
        assert word not in shown, word


def test_page_and_workbook_call_a_figure_the_same() -> None:
    """Proves: the columns of the plan that both show have the labels of the catalogue."""
    tables, card = make_tables(), make_scorecard()
    labels = {name: measure.label for name, measure in COLUMNS.items()}
    sheet = load_workbook(BytesIO(render_workbook(tables, card)))["Plan"]
    heads = dict(zip(tables.plan, (cell.value for cell in sheet[1]), strict=True))
    assert {name: heads[name] for name in labels} == labels


def test_parts_of_a_cost_have_one_colour_each() -> None:
    """Proves: no two parts of a chart share a colour, and every part is drawn in its own."""
    tables = make_tables()
    facts = Facts.of(tables)
    for parts in (PARTS, CARRYING, SHORT):
        assert len({part.color for part in parts.values()}) == len(parts)
    drawn = {part.name: part.color for part in strategy_chart(tables, facts).parts}
    for part in PARTS.values():
        assert drawn.get(part.label, part.color) == part.color


def test_the_marks_of_the_loss_do_not_cross() -> None:
    """
    Proves: the label of CVaR stands right of its line, below that of VaR, with room for it; the
    expected loss is marked below both.

    Sensitivity: all at one height would write one over another's line.
    """
    tables = make_tables()
    facts = Facts.of(tables)
    for chart in (loss_chart(tables, facts), exceedance_chart(tables, facts)):
        mean, var, cvar = chart.uprights
        assert (mean.name, var.name, cvar.name) == ("Expected loss", "VaR 95 %", "CVaR 95 %")
        assert not cvar.is_left
        assert mean.height < cvar.height < var.height
        assert chart.across.high >= 1.4 * cvar.x


def test_the_curve_of_larger_losses_falls_to_nothing() -> None:
    """
    Proves: the curve begins with the probability of any loss, never rises, ends at 0, and at the
    VaR no more than 1 − 95 % is left.
    """
    tables = make_tables(n_scenarios=200)
    facts = Facts.of(tables)
    chart = exceedance_chart(tables, facts)
    (line,) = chart.lines
    some = tables.scenarios.loc[tables.scenarios["loss"] > 0.0, "probability"].sum()
    assert line.y[0] == pytest.approx(100.0 * some)
    assert all(b <= a + 1e-9 for a, b in pairwise(line.y))
    assert line.y[-1] == pytest.approx(0.0, abs=1e-9)


def test_the_plan_on_the_page_is_strict_json_and_bounded() -> None:
    """Proves: infinite cover becomes null, rows come by capital, and a huge plan is cut."""
    plan = make_tables(n_skus=MAX_ROWS + 5).plan
    table = plan_table(plan, "EUR")
    names = [column["name"] for column in table["columns"]]
    capital = table["values"][names.index("capital")]
    assert len(capital) == MAX_ROWS
    assert capital == sorted(capital, reverse=True)
    json.dumps(plan_table(plan.head(3), "EUR"), allow_nan=False)


def test_a_run_without_descriptions_has_a_page() -> None:
    """Proves: MODEL 6's columns are enough; runs written before descriptions were kept are read."""
    tables = make_tables(n_skus=3)
    bare = replace(tables, plan=tables.plan.drop(columns="description"))
    assert plan_table(bare.plan, "EUR")["values"][0] == plan_table(tables.plan, "EUR")["values"][0]
