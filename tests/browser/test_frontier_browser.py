"""A frontier's page in a real browser: it chooses, sorts and prints, and stays alone."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from optimizer.domain.frontier import Frontier
from optimizer.reports.frontier.board_paper import board_paper
from optimizer.reports.frontier.frontier_document import frontier_document
from optimizer.reports.kit.document_page import render_page
from tests.support.frontiers import make_frontier
from tests.support.watched import BOXES, CHROMIUM, Watched, overlaps, shown, watch

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{7*7}}",
    "=cmd|' /C calc'!A0",
    "מק״ט ١٢٣",
    "\u202egnp.exe",
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


def open_frontier(browser: Browser, folder: Path, found: Frontier, width: int = 1280) -> Watched:
    """Open a frontier's page from the disk, watched."""
    html = render_page(frontier_document(found))
    return watch(browser, folder / "report.html", html, width=width, ready="[data-chart=parts]")


@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_and_nothing_overlaps(browser: Browser, tmp_path: Path, width: int) -> None:
    """
    Proves: on a desk and on a phone the page never scrolls sideways, its sections stand in order,
    five charts are drawn beside each other, nothing is asked for and nothing goes wrong.
    """
    watched = open_frontier(browser, tmp_path, make_frontier(12, 30), width)
    page = watched.page
    page.wait_for_timeout(300)
    assert page.locator("h2").all_inner_texts() == [
        *("What each budget costs", "What the next money is worth", "Risk and service"),
        *("What the cost is made of", "The budgets, one by one"),
        *("Next best money, and what a cut gives up", "Method and proof"),
    ]
    charts = page.evaluate(BOXES, "[data-chart]")
    assert len(charts) == 5
    assert not overlaps(charts)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert watched.troubles == []
    page.close()


def test_the_budget_chosen_is_the_one_told(browser: Browser, tmp_path: Path) -> None:
    """
    Proves: at first the steps are those of the own budget, 300,000; choosing the first budget
    tells its own and hides the table of the cut that it has not.
    """
    page = open_frontier(browser, tmp_path, make_frontier(6, 30)).page
    said = page.locator("#up-said")
    assert said.inner_text().startswith("From 300,000 EUR to 400,000 EUR saves 166,667 EUR")
    assert page.locator("#down-said").inner_text().startswith("From 300,000 EUR to 200,000 EUR")
    assert page.locator("#up-status").inner_text() == "1–25 of 30 changes"
    page.locator("#steps-choice").select_option(label="200,000 EUR")
    assert said.inner_text().startswith("From 200,000 EUR to 300,000 EUR saves 500,000 EUR")
    assert page.locator("#down-said").inner_text() == "No smaller budget has a plan."
    assert not page.locator("#down-table").is_visible()
    page.locator("#steps-choice").select_option(label="600,000 EUR")
    assert not page.locator("#up-table").is_visible()
    assert page.locator("#down-table").is_visible()
    page.close()


def test_changes_are_searched_sorted_and_turned(browser: Browser, tmp_path: Path) -> None:
    """
    Proves: ranks come as given, sort as numbers, a search looks at all rows, and another budget
    begins anew.
    """
    page = open_frontier(browser, tmp_path, make_frontier(6, 30)).page
    assert shown(page, "up", 1)[:3] == ["1", "2", "3"]
    page.locator("#up-table").get_by_role("button", name="Rank").click()
    assert shown(page, "up", 1)[:3] == ["30", "29", "28"]
    page.locator("#up-search").fill("sku-029")
    assert shown(page, "up", 2) == ["SKU-029"]
    page.locator("#steps-choice").select_option(label="400,000 EUR")
    assert page.locator("#up-search").input_value() == ""
    assert shown(page, "up", 1)[:2] == ["1", "2"]
    page.locator("#up-next").click()
    assert page.locator("#up-status").inner_text() == "26–30 of 30 changes"
    page.close()


def test_the_budgets_sort_and_those_without_a_plan_come_last(
    browser: Browser, tmp_path: Path
) -> None:
    """Proves: by cost, either way, what has none is at the end; it says what is missing."""
    page = open_frontier(browser, tmp_path, make_frontier(6, too_small=2)).page
    heading = page.locator("#budgets-table").get_by_role("button", name="Cost [EUR]", exact=True)
    for first in ("300,000", "600,000"):
        heading.click()
        budgets = shown(page, "budgets", 1)
        assert budgets[0] == first
        assert set(budgets[-2:]) == {"100,000", "200,000"}
    assert "no plan, 200,000 EUR missing" in shown(page, "budgets", 3)
    page.close()


def test_it_prints_all_budgets_and_the_step_chosen(browser: Browser, tmp_path: Path) -> None:
    """
    Proves: on paper all 60 budgets stand, no search and no list to choose from, every chart within
    the 182 mm; afterwards the screen is as it was.
    """
    watched = open_frontier(browser, tmp_path, make_frontier(60, 30), 688)
    page = watched.page
    assert len(shown(page, "budgets", 1)) == 25
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_timeout(500)
    assert len(shown(page, "budgets", 1)) == 60
    assert not page.locator("#steps-choice").is_visible()
    assert not page.locator("#up-search").is_visible()
    assert page.locator("#up-said").is_visible()
    charts = page.evaluate(BOXES, "[data-chart]")
    assert all(right <= 688 for _, _, right, _ in charts)
    assert not overlaps(charts)
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert len(shown(page, "budgets", 1)) == 25
    assert watched.troubles == []
    page.close()


def test_hostile_names_run_nothing(browser: Browser, tmp_path: Path) -> None:
    """Proves: markup, formulas and right-to-left script in names are shown as the text they are."""
    watched = open_frontier(browser, tmp_path, make_frontier(n_changes=9, names=HOSTILE))
    watched.page.wait_for_timeout(300)
    assert watched.troubles == []
    shown = watched.page.locator("#up-table tbody bdi").all_inner_texts()
    assert set(HOSTILE) <= set(shown)
    watched.page.close()


def test_a_thousand_budgets_stay_one_page(browser: Browser, tmp_path: Path) -> None:
    """Proves: of 1,000 budgets with 40 changes each only the page in view is in the document."""
    watched = open_frontier(browser, tmp_path, make_frontier(1_000, 40))
    page = watched.page
    assert page.locator("#budgets-status").inner_text() == "1–25 of 1,000 budgets"
    assert page.locator("#steps-choice option").count() == 999
    assert len(shown(page, "up", 1)) == 20
    assert "40 changes, the first 20 of them below." in page.locator("#up-said").inner_text()
    assert watched.troubles == []
    page.close()


@pytest.mark.parametrize("n_kept", [0, 3])
def test_the_board_paper_is_two_sheets(browser: Browser, tmp_path: Path, n_kept: int) -> None:
    """
    Proves: printed it is two pages of A4 with nothing cut off, with every line of the ledger and
    three plays told; nothing is asked for and nothing goes wrong.

    Sensitivity: sheets hide what is too long for them, so their contents are measured.
    """
    found = make_frontier(12, 30)
    known = dict.fromkeys(("loss_10", "loss_20", "loss_50", "loss_100"), 1.25e6)
    known |= dict.fromkeys(("stock_mean", "stock_percentile_95", "with_pipeline"), 2.5e6)
    known |= {"forecast": 9e5, "forecast_low": 8.9e5, "forecast_high": 9.1e5}
    points = tuple(
        replace(point, **known, capital_price_expected=0.4) if point in found.solved else point
        for point in found.points
    )
    kept = [
        "The plan, played day by day: fill rate 97.1 % ± 1.9 % simulated, 96.8 % promised, " * 2
    ]
    html = board_paper(replace(found, points=points), kept * n_kept)
    file = tmp_path / "paper.html"
    watched = watch(browser, file, html, width=1280, ready="[data-chart=price]")
    page = watched.page
    page.emulate_media(media="print")
    sheets = page.query_selector_all(".sheet")
    assert len(sheets) == 2
    for sheet in sheets:
        assert sheet.evaluate("sheet => sheet.scrollHeight - sheet.clientHeight") <= 0
        foot = sheet.query_selector("footer")
        assert foot is not None
        assert foot.evaluate(_CLEAR)
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2
    assert watched.troubles == []
    page.close()


_CLEAR = """foot => foot.previousElementSibling.getBoundingClientRect().bottom
    <= foot.getBoundingClientRect().top"""
