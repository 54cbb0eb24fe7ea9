"""The report in a real browser: it runs as shipped, alone, and stays quick with 20,000 SKUs."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from optimizer.domain.run import RunTables
from optimizer.reports.run.run_page import render
from tests.support.runs import make_scorecard, make_tables, with_skus
from tests.support.watched import BOXES, CHROMIUM, Watched, overlaps, watch

N_SKUS = 20_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


def open_report(
    browser: Browser, folder: Path, tables: RunTables, width: int = 1280, name: str = "electronics"
) -> Watched:
    """Open a report from the disk, watched."""
    html = render(tables, make_scorecard(name))
    return watch(browser, folder / "report.html", html, width=width, ready="[data-chart=losses]")


def first_skus(page: Page, number: int) -> list[str]:
    """Return the SKUs of the first rows in view."""
    return page.locator("#plan-table tbody th bdi").all_inner_texts()[:number]


@pytest.fixture(scope="module")
def large(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """A report of 20,000 SKUs, open."""
    return open_report(browser, tmp_path_factory.mktemp("large"), make_tables(N_SKUS, 200))


@pytest.fixture
def page(large: Watched) -> Page:
    """The large report, as it was opened."""
    large.page.reload()
    large.page.wait_for_selector("[data-chart=losses] svg")
    return large.page


def test_it_runs_under_its_own_policy_and_asks_for_nothing(page: Page, large: Watched) -> None:
    """Proves: no console message, exception, dialog or request; all nine charts are drawn."""
    page.wait_for_timeout(300)
    assert large.troubles == []
    assert page.locator("figure [role=img]").count() == 9
    assert page.locator("text=VaR 95 %").count() >= 1


def test_sorting_orders_all_rows_not_only_those_in_view(page: Page) -> None:
    """Proves: by SKU, then reversed, the first row is the first and the last of all 20,000."""
    heading = page.get_by_role("button", name="SKU", exact=True)
    heading.click()
    assert first_skus(page, 2) == ["00000-A", "00001-B"]
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("SKU")
    heading.click()
    assert first_skus(page, 1) == ["19999-A"]


def test_numbers_sort_as_numbers_and_endless_cover_comes_last(page: Page) -> None:
    """Proves: 9 days before 100 days, and the SKU whose cover is infinite at the end both ways."""
    heading = page.get_by_role("button", name="Cover [days]")
    for _ in range(2):
        heading.click()
        assert "00000-A" not in first_skus(page, 25)
    cover = make_tables(N_SKUS, 200).plan.sort_values("cover_days")["sku"]
    assert first_skus(page, 3) == cover.head(3).tolist()


def test_search_finds_and_pages_turn(page: Page) -> None:
    """Proves: a search looks at every row, the pager moves on by one page, a row opens."""
    assert page.locator("#plan-status").inner_text() == "1–25 of 20,000 SKUs"
    page.locator("#plan-next").click()
    assert page.locator("#plan-status").inner_text() == "26–50 of 20,000 SKUs"
    page.locator("#plan-search").fill("12345-e")
    assert page.locator("#plan-status").inner_text() == "1–1 of 1 SKUs"
    page.locator("#plan-table tbody button").first.click()
    assert "Its tail loss costs more" in page.locator("tr.detail").inner_text()
    page.locator("#plan-search").fill("no such thing")
    assert page.locator("#plan-table tbody tr").count() == 0


def test_a_search_takes_several_words_and_finds_descriptions(page: Page) -> None:
    """
    Proves: all words must match, in any order, in any text of a row, its description too.

    Sensitivity: words sought as one text would find nothing.
    """
    page.locator("#plan-search").fill("number PART 12345")
    assert page.locator("#plan-status").inner_text() == "1–1 of 1 SKUs"
    page.locator("#plan-search").fill("12345 54321")
    assert page.locator("#plan-table tbody tr").count() == 0


def test_a_mark_says_its_value_when_it_is_pointed_at(page: Page) -> None:
    """Proves: over a bar the tip names it with its amount; away from it there is none."""
    page.locator("[data-chart=hazards] .piece").first.hover()
    tip = page.locator(".tip")
    assert "EUR" in tip.inner_text()
    page.locator("h1").hover()
    assert not tip.is_visible()


def test_it_does_not_freeze(page: Page) -> None:
    """Proves: only the page in view is drawn; a sort of 20,000 rows takes well under a second."""
    assert page.locator("#plan-table tbody tr").count() == 25
    heading = page.get_by_role("button", name="Capital [EUR]")
    started = time.monotonic()
    for _ in range(4):
        heading.click()
    assert time.monotonic() - started < 4.0


@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_the_window(page: Page, width: int) -> None:
    """Proves: on a desk and on a phone the page itself never scrolls sideways."""
    page.set_viewport_size({"width": width, "height": 900})
    page.reload()
    page.wait_for_selector("[data-chart=losses] svg")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("width", [1280, 390])
def test_every_section_is_there_and_nothing_overlaps(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    """
    Proves: the sections stand in order, each chart inside its own box, none of the labels (VaR,
    CVaR and the expected loss) upon another.

    Sensitivity: three charts drawn as wide as two would reach into each other.
    """
    watched = open_report(browser, tmp_path, make_tables(), width)
    page = watched.page
    page.wait_for_timeout(300)
    assert [heading.split(":")[0] for heading in page.locator("h2").all_inner_texts()] == [
        *("What holds the plan back", "Where the capital sits"),
        *("Carrying and shortage costs",),
        *("Today, just in time, just in case, and this plan", "What disruptions can cost"),
        *("Regions", "The portfolio by segment", "Sources to qualify, suppliers to onboard"),
        *("The plan, SKU by SKU", "Method and proof"),
    ]
    assert page.locator("[data-chart] [role=img]").count() == 9
    labels = page.evaluate(BOXES, "[data-chart=losses] .upright text")
    assert len(labels) == 6
    assert not overlaps(labels)
    assert not overlaps(page.evaluate(BOXES, "[data-chart]"))
    assert watched.troubles == []
    page.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_every_strategy_has_its_total_and_its_column(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    """
    Proves: four totals, none upon another, all within the chart; the figures stand in four columns,
    the returns in three; a name of markup among the limits is text.

    Sensitivity: a bar of 90,000 beside ones of 1,500 that is not cut leaves these no width.
    """
    tables = make_tables()
    strategies = tables.strategies
    strategies.loc[1, ["routine_stockout", "objective"]] = [90_000.0, 90_750.0]
    strategies.loc[0, "exceeds"] = "capital:<img src=x onerror=alert(1)>"
    watched = open_report(browser, tmp_path, tables, width)
    page = watched.page
    page.wait_for_timeout(300)
    labels = page.evaluate(BOXES, "[data-chart=strategies] .bar-label")
    [[left, _, right, _]] = page.evaluate(BOXES, "[data-chart=strategies]")
    assert len(labels) == 4
    assert not overlaps(labels)
    assert all(left <= box[0] and box[2] <= right for box in labels)
    bars = page.evaluate(BOXES, "[data-chart=strategies] .piece")
    assert max(box[2] - box[0] for box in bars) > 0.2 * (right - left)
    heads = page.locator("section.strategies thead tr")
    assert heads.nth(0).locator("th").count() == 2 + 4
    assert heads.nth(1).locator("th").count() == 2 + 3
    assert "<img src=x onerror=alert(1)>" in page.locator("section.strategies").inner_text()
    assert watched.troubles == []
    page.close()


def test_it_prints_every_chart_inside_the_paper(browser: Browser, tmp_path: Path) -> None:
    """
    Proves: on upright A4 no chart is wider than the page's 182 mm, nor upon another; the plan is
    there whole up to 200 SKUs, and as it was on the screen afterwards.
    """
    watched = open_report(browser, tmp_path, make_tables(200, 50), 688)
    page = watched.page
    assert page.locator("#plan-table tbody tr").count() == 25
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_timeout(500)
    charts = page.evaluate(BOXES, "[data-chart]")
    assert len(charts) == 9
    assert page.locator("#plan-table tbody tr").count() == 200
    assert all(right <= 688 for _, _, right, _ in charts)
    assert not overlaps(charts)
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("#plan-table tbody tr").count() == 25
    assert watched.troubles == []
    page.close()


def test_the_heaviest_region_is_the_darkest(browser: Browser, tmp_path: Path) -> None:
    """Proves: the cell of 9,000 EUR is shaded nine times as much as that of 1,000 EUR."""
    page = open_report(browser, tmp_path, make_tables()).page
    cells = page.locator("[aria-labelledby=regions] td.heat")
    colors = [
        cell.evaluate("cell => getComputedStyle(cell).backgroundColor") for cell in cells.all()
    ]
    shades = sorted(float(color.split(",")[-1].rstrip(")")) for color in colors)
    assert shades == pytest.approx([0.0, 0.0, 0.75 / 9.0, 0.75], abs=0.01)
    page.close()


def test_hostile_names_run_nothing(browser: Browser, tmp_path: Path) -> None:
    """Proves: markup, handlers and templates in names are shown as the text they are."""
    names = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "{{7*7}}",
        "=cmd|' /C calc'!A0",
        "\u202egnp.exe",
    ]
    watched = open_report(browser, tmp_path, with_skus(make_tables(), names), name=names[0])
    watched.page.wait_for_timeout(300)
    assert watched.troubles == []
    shown = watched.page.locator("#plan-table tbody th bdi").all_inner_texts()
    assert set(names) <= set(shown)
    watched.page.close()
