"""The page of a comparison in a real browser: it fits, searches, and stays alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from optimizer.reports.compare.compare_document import comparison_document
from optimizer.reports.kit.document_page import render_page
from tests.support.comparisons import make_comparison
from tests.support.watched import BOXES, CHROMIUM, CUT_OFF, overlaps, shown, watch

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_and_finds(browser: Browser, tmp_path: Path, width: int) -> None:
    """
    Proves: on a desk and on a phone the page never scrolls sideways, its sections stand in order,
    no number on the axis covers another, a search finds a run's rows, and nothing goes wrong.
    """
    html = render_page(comparison_document(make_comparison(4)))
    ready = "[data-chart=by-component]"
    watched = watch(browser, tmp_path / "report.html", html, width=width, ready=ready)
    page = watched.page
    page.wait_for_timeout(300)
    assert page.locator("h2").all_inner_texts() == [
        *("What it costs, side by side", "Why decisions differ", "Inputs that differ"),
        *("Decisions that differ", "Where the money differs", "Method and proof"),
    ]
    assert not overlaps(page.evaluate(BOXES, ".tick"))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#decisions-search").fill("run-3")
    assert set(shown(page, "decisions", 1)) == {"run-3"}
    assert watched.troubles == []
    page.close()


def test_no_table_is_cut_off_and_stories_are_wide(browser: Browser, tmp_path: Path) -> None:
    """
    Proves: on a desk every table of two runs is seen whole, and a story takes the room there is.

    Sensitivity: as narrow as other cells, 224 px, a story of three sentences is 15 lines high.
    """
    html = render_page(comparison_document(make_comparison(2)))
    ready = "[data-chart=by-component]"
    page = watch(browser, tmp_path / "report.html", html, width=1280, ready=ready).page
    assert page.evaluate(CUT_OFF) == []
    words = page.locator("#stories-table tbody td").first
    assert words.evaluate("cell => cell.offsetWidth") > 400
    page.close()
