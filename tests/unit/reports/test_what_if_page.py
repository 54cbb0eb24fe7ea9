"""The page of what-ifs: one offline file, its words and tables, and texts that stay text."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from optimizer.domain.what_if import WhatIfResult
from optimizer.reports.kit.document_page import render_page
from optimizer.reports.what_if.what_if_document import parts_chart, regret_chart, what_if_document
from optimizer.reports.what_if.what_if_view import MOST_DRAWN, WhatIfView, at_most
from optimizer.reports.what_if.what_if_words import lead_sentence, missing, remark, sentences
from tests.support.pages import HOSTILE, Page, assert_stands_alone
from tests.support.what_ifs import CLOSED, NO_PLAN, make_what_ifs

DATA = 2  # scripts that hold data, before the page's own


def render(found: WhatIfResult) -> str:
    """Return the page of what-ifs."""
    return render_page(what_if_document(found))


def page(found: WhatIfResult) -> Page:
    """Render what-ifs and take the page apart."""
    return Page(render(found))


def data(found: Page) -> tuple[Any, Any]:
    """Return the page's figures and changes."""
    figures, changes = (json.loads(script) for script in found.scripts[:DATA])
    return figures, changes


def column(table: Any, name: str) -> list[Any]:
    """Return a column of a page's table by name."""
    names = [column["name"] for column in table["columns"]]
    values: list[Any] = table["values"][names.index(name)]
    return values


def lead(found: WhatIfResult) -> str:
    """Return the headline."""
    return lead_sentence(WhatIfView.of(found))


def without(found: WhatIfResult, *names: str) -> WhatIfResult:
    """Return the result without some of its what-ifs."""
    return replace(found, rows=tuple(row for row in found.rows if row.what_if not in names))


def test_hostile_texts_stay_text() -> None:
    """Proves: elements and scripts are the same whatever descriptions and messages say."""
    harmless, hostile = page(make_what_ifs(9, texts=("a",))), page(make_what_ifs(9, texts=HOSTILE))
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in harmless.elements]
    assert hostile.scripts[DATA:] == harmless.scripts[DATA:]
    changes = data(hostile)[1]
    assert column(changes, "description")[1:9] == list(HOSTILE)
    assert column(changes, "message")[2] == HOSTILE[0]


def test_a_base_without_a_plan_tells_its_reason_as_text() -> None:
    """Proves: base's message, which stands in a sentence of the page, adds no element."""
    pages = []
    for text in ("a", HOSTILE[0]):
        found = make_what_ifs(5)
        poor = replace(found.rows[2], what_if="base", message=text)
        pages.append(page(replace(found, rows=(poor, *found.rows[3:]))))
    harmless, hostile = pages
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in harmless.elements]
    assert any(HOSTILE[0] in text for text in hostile.text)


def test_only_its_own_scripts_may_run_and_nothing_is_fetched() -> None:
    """Proves: the policy lists the hash of each script and nothing else; no element fetches."""
    assert_stands_alone(page(make_what_ifs()), data=DATA)


def test_the_headline_says_what_keeping_the_plan_costs() -> None:
    """
    Proves: of five what-ifs four have a plan, in three of them base's is open, dearest in
    world-5: 5,000. Its bound is 9.61e-5 of 1,050,000 lower: 5,000 + 100.905 = 5,101 at most.

    Sensitivity: counted with base four would be kept; without the bound the proof would be 5,000.
    """
    text = "\n".join(page(make_what_ifs()).text)
    for words in (
        (
            "Base's plan is feasible in 3 of 4 what-ifs with a plan; keeping it costs up to 5,000 "
            "EUR a year more than the plan found, in world-5."
        ),
        "no plan saves more than 5,101 EUR a year over it.",
        "Base, the portfolio as it is: the plan costs 1.00 M EUR a year",
        "Base's plan is infeasible in tight;",
        "No plan is possible in poor;",
        "hazards or inputs differ: world-3, world-4, world-5; compare regret.",
        "Robust: 7 of 12 SKUs keep their option in all 5 plans.",
        "Proven in every what-if with a plan: no plan can be cheaper by more than 0.0097 %.",
        "Not shown, for there is no plan: poor.",
    ):
        assert words in text, words


def test_the_headline_of_few_what_ifs() -> None:
    """Proves: one kept, none kept, no other plan and no plan of base each read as a sentence."""
    found = make_what_ifs(3)
    assert lead(without(found, "tight", "poor")) == (
        "Base's plan is feasible in 1 of 1 what-if; keeping it there costs 3,000 EUR a year more "
        "than the plan found."
    )
    assert lead(without(found, "world-3", "poor")) == ("Base's plan is feasible in 0 of 1 what-if.")
    assert lead(without(found, "world-3", "tight")) == (
        "Base's plan costs 1.00 M EUR a year; no other what-if has a plan."
    )
    poor = replace(found.rows[2], what_if="base")
    assert lead(replace(found, rows=(poor, found.rows[3]))) == (
        "The portfolio as it is has no plan; 1 of 1 what-if has one."
    )


def test_a_plan_that_no_what_if_beats_is_not_called_dear() -> None:
    """Proves: a regret below zero, within the gap, is told as no cheaper plan, not as a cost."""
    found = without(make_what_ifs(3), "tight", "poor")
    better = replace(found.rows[1], regret=-12.0)
    words = lead(replace(found, rows=(found.rows[0], better)))
    assert words == ("Base's plan is feasible in 1 of 1 what-if; no plan found there is cheaper.")


def test_a_plan_stopped_early_is_not_called_proven() -> None:
    """Proves: one feasible plan changes the words and the colour of the proof."""
    found = make_what_ifs()
    stopped = replace(found.rows[-1], status="feasible", stopped_by="time_limit", gap=0.043)
    found = replace(found, rows=(*found.rows[:-1], stopped))
    html = render(found)
    assert "1 of 5 plans stopped before the gap asked for" in html
    assert '<p class="proof feasible">' in html
    assert "cheaper by 4.3 % at most" in html
    assert remark(stopped, WhatIfView.of(found)) == "cost not comparable, stopped by time limit"


def test_every_what_if_is_in_both_tables() -> None:
    """
    Proves: a row each in the order of the file; figures as in the rows, none where there is no
    plan; why, and what is missing rounded up (99,999.5 → 100,000), in words.
    """
    found = make_what_ifs()
    figures, changes = data(page(found))
    names = [row.what_if for row in found.rows]
    assert column(figures, "what_if") == column(changes, "what_if") == names
    assert column(figures, "objective") == [1_000_000.3, 1.2e6, None, 1.03e6, 1.04e6, 1.05e6]
    assert column(figures, "regret") == [None, None, None, 3e3, 4e3, 5e3]
    assert column(figures, "gap")[1:3] == [0.0097, None]
    lacks = "capital 100,000 EUR or storage 2 m³"
    assert column(figures, "said")[:4] == [
        "",
        "base's plan infeasible",
        f"no plan; missing: {lacks}",
        "cost not comparable",
    ]
    assert column(changes, "missing")[2] == lacks
    assert column(changes, "message")[1:4] == [f"base's plan is infeasible: {CLOSED}", NO_PLAN, ""]
    assert column(changes, "changes")[:2] == ["nothing", "budget.capital 200000"]


def test_rounding_dust_has_no_sign() -> None:
    """Proves: a difference of −0.004 EUR, less than half a cent, stands as 0, not as −0."""
    found = make_what_ifs(3)
    dust = replace(found.rows[3], cost_difference=-0.004, regret=-1e-9)
    figures = data(page(replace(found, rows=(*found.rows[:3], dust))))[0]
    for name in ("cost_difference", "regret"):
        assert str(column(figures, name)[3]) == "0.0"


def test_what_is_missing_has_its_unit() -> None:
    """Proves: money, space and counts, a category by its name; each rounded up, dust aside."""
    row = make_what_ifs(2).rows[2]
    lacks = {"capital:Raw steel": 0.2, "storage": 2.0000000001, "changes": 3.0}
    assert missing(replace(row, missing=lacks), "EUR") == (
        "capital in Raw steel 1 EUR or storage 2 m³ or changes 3"
    )


def test_the_parts_of_each_cost_add_up() -> None:
    """Proves: the stacked parts of every what-if drawn, losses among them, sum to its cost."""
    found = make_what_ifs()
    parts = [part.values for part in parts_chart(WhatIfView.of(found)).parts]
    sums = [sum(values) for values in zip(*parts, strict=True)]
    assert sums == pytest.approx([row.objective for row in found.solved])


def test_the_charts_mark_base_and_costs_not_comparable() -> None:
    """
    Proves: base stands out with a line at its cost, a star stands behind what is measured
    otherwise, `infeasible` instead of a bar, and the thin line ends at base's cost less the bound.
    """
    found = make_what_ifs()
    view = WhatIfView.of(found)
    parts, regret = parts_chart(view), regret_chart(view)
    assert [row.name for row in parts.rows if row.is_strong] == ["base"]
    assert parts.line is not None
    assert parts.line[0] == found.rows[0].objective
    assert list(parts.labels) == ["1.00 M", "1.20 M", "1.03 M*", "1.04 M*", "1.05 M*"]
    assert list(regret.parts[0].values) == [None, None, 3e3, 4e3, 5e3]
    assert list(regret.labels[:3]) == ["base", "infeasible", "+3,000"]
    kept = [row for row in found.solved if row.regret is not None]
    ends = [row.whisker[1] for row in regret.rows if row.whisker]
    assert ends == pytest.approx([regret.axis.at(at_most(row) or 0.0) for row in kept])


def test_of_many_what_ifs_the_worst_for_base_are_drawn() -> None:
    """
    Proves: of 1,000 what-ifs base, the closed one and the 23 of largest regret are drawn, in
    their order, and the page says so; its tables hold them all.
    """
    found = make_what_ifs(1_000)
    view = WhatIfView.of(found)
    assert [row.what_if for row in view.drawn] == [
        "base",
        "tight",
        *(f"world-{k}" for k in range(1_002 - MOST_DRAWN + 1, 1_001)),
    ]
    told = page(found)
    assert len(column(data(told)[0], "what_if")) == 1_001
    text = "\n".join(told.text)
    assert "The charts show 25 of 1,000 plans: base, and" in text
    assert "world-12 and 988 more; compare regret" in text


def test_horizons_and_levels_of_their_own_are_not_called_by_bases() -> None:
    """
    Proves: where a what-if has another horizon or level, nothing of it is said to be a year's or
    at 95 %.
    """
    found = make_what_ifs(3)
    other = replace(found.rows[3], horizon_days=90, tail_level=0.9)
    found = replace(found, rows=(*found.rows[:3], other))
    told = page(found)
    text = "\n".join(told.text)
    assert "VaR and CVaR at its own level" in text
    assert "3,000 EUR in 90 days" in text
    assert "Cost over its horizon [EUR] by what-if" in text
    assert column(data(told)[0], "tail_level")[2:] == [0.95, 0.9]


@pytest.mark.parametrize("n_what_ifs", [1, 2, 3])
def test_few_what_ifs_have_a_page(n_what_ifs: int) -> None:
    """Proves: nothing but closed, and nothing but base with a plan: each is a page."""
    figures, _ = data(page(make_what_ifs(n_what_ifs)))
    assert len(figures["values"][0]) == n_what_ifs + 1
    assert sentences(WhatIfView.of(without(make_what_ifs(2), "tight")))


def test_the_page_names_the_portfolio_not_its_path() -> None:
    """Proves: a page that leaves the house does not tell where its author keeps things."""
    found = make_what_ifs()
    elsewhere = found.about.model_copy(update={"portfolio": "/home/someone/spring"})
    told = page(replace(found, about=elsewhere))
    text = "\n".join(told.text)
    assert ("spring" in text, "someone" in text) == (True, False)
