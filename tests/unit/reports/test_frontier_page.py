"""A frontier's page: one offline file, its words and tables, and texts that stay text."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from optimizer.domain.frontier import Frontier, UnsolvedPoint
from optimizer.reports.frontier.frontier_charts import cost_chart, far_apart, parts_chart
from optimizer.reports.frontier.frontier_document import MOST_ROWS, frontier_document, rows_per_step
from optimizer.reports.frontier.frontier_view import FrontierView
from optimizer.reports.frontier.frontier_words import sentences
from optimizer.reports.kit.document_page import render_page
from tests.support.frontiers import make_frontier
from tests.support.pages import HOSTILE, Page, assert_stands_alone


def render(found: Frontier) -> str:
    """Return a frontier's page."""
    return render_page(frontier_document(found))


def page(found: Frontier) -> Page:
    """Render a frontier and take it apart."""
    return Page(render(found))


def answers(found: Frontier) -> Any:
    """Return what each budget's steps say, as the page's script takes it."""
    return data(page(found))[1]["answers"]


def data(found: Page) -> tuple[Any, Any]:
    """Return the page's budgets and steps."""
    budgets, steps = (json.loads(script) for script in found.scripts[:2])
    return budgets, steps


def column(table: Any, name: str) -> list[Any]:
    """Return a column of a page's table by name."""
    names = [column["name"] for column in table["columns"]]
    values: list[Any] = table["values"][names.index(name)]
    return values


def test_hostile_names_stay_text() -> None:
    """Proves: elements and scripts are the same whatever SKUs, options and files are called."""
    harmless, hostile = page(make_frontier(names=("a",))), page(make_frontier(names=HOSTILE))
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in harmless.elements]
    assert hostile.scripts[2:] == harmless.scripts[2:]
    steps = data(hostile)[1]["answers"]
    assert steps[0]["up"]["values"][1] == list(HOSTILE[:4])
    assert any(HOSTILE[0] in text for text in hostile.text)


def test_only_its_own_scripts_may_run_and_nothing_is_fetched() -> None:
    """Proves: the policy lists the hash of each script and nothing else; no element fetches."""
    assert_stands_alone(page(make_frontier()), data=2)


def test_the_headline_says_knee_step_and_cut() -> None:
    """
    Proves: budgets 200,000 to 600,000 cost 10⁶/1 … 10⁶/5; at the own 300,000 the cost is 500,000,
    the next 100,000 save 500,000 − 333,333 = 166,667, a cut costs 500,000; 99,999.5 are missing.
    """
    text = "\n".join(page(make_frontier()).text)
    for words in (
        (
            "From 200,000 EUR to 600,000 EUR of capital, the plan's cost falls from 1.00 M EUR to "
            "0.200 M EUR a year."
        ),
        "300,000 EUR (the portfolio's own budget): the plan costs 500,000 EUR a year",
        "from 300,000 EUR to 400,000 EUR saves 166,667 EUR a year, 1.67 EUR for each EUR.",
        "from 300,000 EUR to 200,000 EUR costs 500,000 EUR a year, 5.00 EUR for each EUR given up.",
        "The knee is at 300,000 EUR",
        "Too small for any plan: 1 of 6 budgets. 100,000 EUR: no plan, 100,000 EUR missing.",
        "Proven at every budget: no plan can be cheaper by more than 0.0097 %.",
    ):
        assert words in text


def test_a_plan_stopped_early_is_not_called_proven() -> None:
    """Proves: one feasible point changes the words and the colour of the proof."""
    found = make_frontier()
    points = (*found.points[:-1], replace(found.points[-1], status="feasible", gap=0.043))
    html = render(replace(found, points=points))
    assert "1 of 5 plans stopped before the gap asked for" in html
    assert '<p class="proof feasible">' in html
    assert "cheaper by 4.3 % at most" in html


def test_the_budgets_are_all_there_with_what_they_lack() -> None:
    """
    Proves: a row a budget, figures as in the points, the gap rounded up (.00961 % → .0097 %), and
    what is missing in words where there is no plan.
    """
    found = make_frontier()
    table = data(page(found))[0]
    assert column(table, "budget") == [point.budget for point in found.points]
    assert column(table, "objective")[1:] == pytest.approx(
        [point.objective for point in found.points[1:]], rel=1e-11
    )
    assert column(table, "gap") == [None, *[0.0097] * 5]
    assert column(table, "said")[:3] == [
        "no plan, 100,000 EUR missing",
        "",
        "knee, own budget, hurdle by expected cost",
    ]
    assert column(table, "run")[:2] == ["", "2027-02"]


def test_a_cut_shows_what_it_frees_and_costs_as_amounts() -> None:
    """Proves: up and down are the rows of next_money.csv in their order, a cut's signs turned."""
    found = make_frontier()
    step = answers(found)[1]
    rows = found.next_money[found.next_money["budget"] == 300_000.0]
    up, down = (rows[rows["to_budget"] == budget].iloc[:-1] for budget in (4e5, 2e5))
    assert step["up"]["values"][4] == up["capital"].tolist()
    assert step["up"]["values"][5] == pytest.approx(up["saving"].tolist())
    assert step["down"]["values"][4] == (-down["capital"]).tolist()
    assert min(step["down"]["values"][5]) > 0.0
    assert "takes off 1.00 EUR" in step["up"]["said"]
    assert "adds 1.00 EUR" in step["down"]["said"]


def test_the_ends_have_one_step_each() -> None:
    """Proves: there is no step below the smallest budget with a plan and none above the largest."""
    steps = answers(make_frontier())
    assert (steps[0]["down"]["values"], steps[-1]["up"]["values"]) == (None, None)
    assert steps[0]["down"]["said"] == "No smaller budget has a plan."
    assert len(steps) == 5


@pytest.mark.parametrize(
    ("n_points", "rows"), [(6, 500), (100, 204), pytest.param(1_000, 20, marks=pytest.mark.slow)]
)
def test_the_page_holds_so_many_changes_and_says_so(n_points: int, rows: int) -> None:
    """
    Proves: at most 500 of a step and 40,000 in all: 100 budgets have 98 pairs of steps, 204 each.

    What is left out is said twice, at the step and below the table.
    """
    found = make_frontier(n_points, n_changes=rows + 9)
    view = FrontierView.of(found)
    assert rows_per_step(view) == rows
    steps = answers(found)
    sizes = [len(step["up"]["values"][0]) for step in steps[:-1]]
    assert set(sizes) == {rows}
    assert 2 * sum(sizes) <= MOST_ROWS
    assert f"{rows + 9} changes, the first {rows} of them below." in steps[0]["up"]["said"]
    if n_points == 6:
        assert f"the first {rows} changes of each step" in "\n".join(page(found).text)


def test_the_charts_show_bound_knee_and_the_unsolved() -> None:
    """
    Proves: the band is between bound and cost; knee, own budget, where to stop and today's plan are
    marks, crosses stand where no plan is; the cost is drawn over the bound, which does not hide it.
    """
    chart = cost_chart(FrontierView.of(make_frontier(too_small=2)))
    bound, cost = chart.lines
    assert (bound.name, cost.name) == ("Proven bound", "Cost of the plan")
    assert chart.band == (cost, bound)
    assert all(below < above for below, above in zip(bound.y, cost.y, strict=True))
    marks = ["Knee", "Own budget", "Stop at 10 %", "Today's plan", "No plan", "No plan"]
    assert [spot.name for spot in chart.spots] == marks
    assert [(spot.x, spot.y) for spot in chart.spots[1:4:2]] == [
        (3e5, chart.lines[1].y[0]),
        (3.5e5, 9e5),
    ]
    assert [spot.x for spot in chart.spots if spot.shape == "cross"] == [1e5, 2e5]


@pytest.mark.parametrize(("capital", "is_drawn"), [(8.4e5, True), (8.6e5, False), (0.0, True)])
def test_todays_plan_far_off_is_told_only(capital: float, is_drawn: bool) -> None:
    """
    Proves: today's plan is drawn, and the axis reaches it, up to half the range beyond it (100,000
    to 600,000); further off it would squeeze the curve and stands in words alone.
    """
    found = make_frontier()
    assert found.today is not None
    view = FrontierView.of(replace(found, today=replace(found.today, capital=capital)))
    chart = cost_chart(view)
    assert any(spot.name == "Today's plan" for spot in chart.spots) == is_drawn
    assert (chart.across.low < capital < chart.across.high) == is_drawn
    assert any("Today's plan ties up" in sentence for sentence in sentences(view))


def test_the_outermost_columns_are_whole() -> None:
    """Proves: the first and the last column of the parts lie within the axes."""
    chart = parts_chart(FrontierView.of(make_frontier()))
    assert min(piece.x for piece in chart.pieces) >= 0.0
    assert max(piece.x + piece.width for piece in chart.pieces) <= 100.0
    assert min(piece.y for piece in chart.pieces) >= 0.0


def test_the_parts_of_the_cost_add_up() -> None:
    """Proves: the stacked parts of every budget, losses among them, sum to its cost."""
    found = make_frontier()
    parts = [part.values for part in parts_chart(FrontierView.of(found)).columns]
    sums = [sum(values) for values in zip(*parts, strict=True)]
    assert sums == pytest.approx([point.objective for point in found.points[1:]])


def test_prices_far_apart_stand_on_a_logarithmic_axis() -> None:
    """Proves: 1 to 20 is near enough for an even axis, beyond it is not; 0 has no logarithm."""
    assert not far_apart([1.0, 20.0])
    assert far_apart([1.0, 20.1])
    assert not far_apart([0.0, 100.0])
    assert not far_apart([])


@pytest.mark.parametrize(
    "found",
    [
        make_frontier(2, too_small=1),
        make_frontier(2, too_small=0),
        make_frontier(3, too_small=0, n_changes=1),
    ],
)
def test_small_frontiers_have_a_page(found: Frontier) -> None:
    """Proves: a single plan, two budgets, one change: nothing a page needs is taken for granted."""
    budgets, steps = data(page(found))
    assert len(budgets["values"][0]) == len(found.points)
    assert len(steps["answers"]) == len(found.solved)


def test_where_nothing_changes_it_says_so() -> None:
    """Proves: a step between two budgets with the same plan has words and no table."""
    found = make_frontier()
    found = replace(found, next_money=found.next_money.head(0))
    assert "Nothing changes." in answers(found)[0]["up"]["said"]


def test_the_page_names_the_portfolio_not_its_path() -> None:
    """Proves: a page that leaves the house does not tell where its author keeps things."""
    html = render(make_frontier(names=("/home/someone/portfolios/spring",)))
    text = "\n".join(Page(html).text)
    assert "someone" not in text.replace("/home/someone/portfolios/spring.csv", "")


def test_what_nesting_costs_is_said_and_no_search_is_blamed() -> None:
    """
    Proves: a nested frontier says where keeping what was bought costs most, and that its open
    gaps may come of that; one that is free says nothing of it.
    """
    free = make_frontier()
    costs = iter((0.0, 250.0, 1_234.0, 77.0, 0.0))
    points = [
        point
        if isinstance(point, UnsolvedPoint)
        else replace(
            point, nesting_cost=next(costs), status="feasible", stopped_by="nesting", gap=0.02
        )
        for point in free.points
    ]
    said = " ".join(page(replace(free, points=tuple(points))).text)
    dearest = points[3].budget
    assert f"That costs most at {dearest:,.0f} EUR: 1,234 EUR more than the plan" in said
    assert "keep what smaller budgets bought: better ones may exist" in said
    assert "Nested" not in " ".join(page(free).text)
