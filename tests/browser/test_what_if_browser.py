"""The page of what-ifs in a real browser: it sorts, opens rows and prints, and stays alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from optimizer.domain.what_if import WhatIfResult
from optimizer.reports.kit.document_page import render_page
from optimizer.reports.what_if.what_if_document import what_if_document
from tests.support.pages import HOSTILE
from tests.support.watched import BOXES, CHROMIUM, Watched, overlaps, shown, watch
from tests.support.what_ifs import make_what_ifs

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


def open_what_if(browser: Browser, folder: Path, found: WhatIfResult, width: int = 1280) -> Watched:
    """Open a page of what-ifs from the disk, watched."""
    html = render_page(what_if_document(found))
    return watch(browser, folder / "report.html", html, width=width, ready="[data-chart=risk]")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("n_what_ifs", [5, 40])
def test_it_fits_and_nothing_overlaps(
    browser: Browser, tmp_path: Path, width: int, n_what_ifs: int
) -> None:
    """
    Proves: on a desk and on a phone the page never scrolls sideways, its sections stand in order,
    three charts are drawn beside each other, no number on an axis covers another, nothing is
    asked for and nothing goes wrong.
    """
    watched = open_what_if(browser, tmp_path, make_what_ifs(n_what_ifs), width)
    page = watched.page
    page.wait_for_timeout(300)
    assert page.locator("h2").all_inner_texts() == [
        *("What each what-if costs", "Keeping base's plan, and what disruptions can cost"),
        *("The what-ifs, side by side", "What each what-if changes", "Method and proof"),
    ]
    charts = page.evaluate(BOXES, "[data-chart]")
    assert len(charts) == 3
    assert not overlaps(charts)
    assert not overlaps(page.evaluate(BOXES, ".tick"))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert watched.troubles == []
    page.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_every_sum_is_in_view(browser: Browser, tmp_path: Path, width: int) -> None:
    """
    Proves: the labels behind the bars end inside their charts, also beside long names and great
    amounts; of 25 rows none overlaps.
    """
    found = make_what_ifs(40)
    long = [
        replace(row, what_if=f"{row.what_if}-{'long' * 12}", regret=row.regret and row.regret * 99)
        for row in found.rows[1:]
    ]
    found = replace(found, rows=(found.rows[0], *long))
    page = open_what_if(browser, tmp_path, found, width).page
    page.wait_for_timeout(300)
    for chart in ("parts", "regret"):
        [frame] = page.evaluate(BOXES, f"[data-chart={chart}]")
        labels = page.evaluate(BOXES, f"[data-chart={chart}] .bar-label")
        assert len(labels) == 25
        assert max(right for _, _, right, _ in labels) <= frame[2]
        assert not overlaps(labels)
    page.close()


def test_what_ifs_sort_and_those_without_a_plan_come_last(browser: Browser, tmp_path: Path) -> None:
    """Proves: by regret, either way, what has none is at the end; it says what is missing."""
    page = open_what_if(browser, tmp_path, make_what_ifs(5)).page
    heading = page.locator("#what-ifs-table").get_by_role("button", name="Regret [EUR]")
    for order in (["world-5", "world-4", "world-3"], ["world-3", "world-4", "world-5"]):
        heading.click()
        names = shown(page, "what-ifs", 1)
        assert names[:3] == order
        assert set(names[3:]) == {"base", "tight", "poor"}
    page.locator("#what-ifs-search").fill("missing")
    assert shown(page, "what-ifs", 1) == ["poor"]
    assert shown(page, "what-ifs", 2) == ["no plan; missing: capital 100,000 EUR or storage 2 m³"]
    page.close()


def test_a_row_opens_to_its_parts(browser: Browser, tmp_path: Path) -> None:
    """Proves: the parts of a cost, its run and its horizon stand behind the plus."""
    page = open_what_if(browser, tmp_path, make_what_ifs(5)).page
    page.get_by_role("button", name="tight").click()
    detail = page.locator("#what-ifs-table tr.detail").inner_text()
    for words in ("Run: autumn-tight", "Carrying stock [EUR]: 120,000", "Horizon [days]: 365"):
        assert words in detail
    page.close()


def test_it_prints_all_what_ifs(browser: Browser, tmp_path: Path) -> None:
    """
    Proves: on paper all 61 rows stand in both tables, no search, every chart within the 182 mm;
    afterwards the screen is as it was.
    """
    watched = open_what_if(browser, tmp_path, make_what_ifs(60), 688)
    page = watched.page
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_timeout(500)
    assert [len(shown(page, name, 1)) for name in ("what-ifs", "changes")] == [61, 61]
    assert not page.locator("#what-ifs-search").is_visible()
    charts = page.evaluate(BOXES, "[data-chart]")
    assert all(right <= 688 for _, _, right, _ in charts)
    assert not overlaps(charts)
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert [len(shown(page, name, 1)) for name in ("what-ifs", "changes")] == [25, 25]
    assert watched.troubles == []
    page.close()


def test_hostile_texts_run_nothing(browser: Browser, tmp_path: Path) -> None:
    """Proves: markup, formulas and right-to-left script are shown as the text they are."""
    watched = open_what_if(browser, tmp_path, make_what_ifs(9, texts=HOSTILE))
    watched.page.wait_for_timeout(300)
    assert watched.troubles == []
    told = watched.page.locator("#changes-table tbody bdi").all_inner_texts()
    assert set(HOSTILE) <= set(told)
    watched.page.close()


def test_a_thousand_what_ifs_stay_one_page(browser: Browser, tmp_path: Path) -> None:
    """Proves: of 1,000 what-ifs and base only the page in view is in the document."""
    watched = open_what_if(browser, tmp_path, make_what_ifs(1_000))
    page = watched.page
    for name in ("what-ifs", "changes"):
        assert page.locator(f"#{name}-status").inner_text() == "1–25 of 1,001 what-ifs"
        assert len(shown(page, name, 1)) == 25
    assert watched.troubles == []
    page.close()
