"""The page of alternatives in a real browser: nothing is cut off, it searches, and stays alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from optimizer.reports.alternatives.alternatives_document import alternatives_document
from optimizer.reports.kit.document_page import render_page
from tests.support.near_plans import make_alternatives
from tests.support.watched import BOXES, CHROMIUM, CUT_OFF, overlaps, shown, watch

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_and_finds(browser: Browser, tmp_path: Path, width: int) -> None:
    """
    Proves: on a desk no table is cut off, and on a phone the page does not scroll sideways all the
    same; a search finds a SKU, and nothing goes wrong.
    """
    html = render_page(alternatives_document(make_alternatives()))
    watched = watch(
        browser, tmp_path / "report.html", html, width=width, ready="[data-chart=differ]"
    )
    page = watched.page
    page.wait_for_timeout(300)
    assert page.locator("h2").all_inner_texts() == [
        *("Plans within reach", "Which decisions are sure", "Alternates by supplier"),
        "Method and proof",
    ]
    assert not overlaps(page.evaluate(BOXES, ".tick"))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width == 1280:
        assert page.evaluate(CUT_OFF) == []
    page.locator("#decisions-search").fill("s-40")
    assert shown(page, "decisions", 1) == ["S-40"]
    assert watched.troubles == []
    page.close()
