"""A page in a real browser, watched: console, exceptions, dialogs and requests."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from playwright.sync_api import Browser, Page, Route

CHROMIUM = shutil.which("chromium")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"),
    *("--disable-component-update", "--disable-sync"),
]
BOXES = """selector => Array.from(document.querySelectorAll(selector), element => {
    const box = element.getBoundingClientRect();
    return [box.left, box.top, box.right, box.bottom];
})"""

CUT_OFF = """() => Array.from(document.querySelectorAll(".scroll"))
    .filter(box => box.scrollWidth > box.clientWidth)
    .map(box => box.querySelector("table").id)"""
"""The tables that are wider than the page."""


@dataclass
class Watched:
    """A page, and everything it should not have done."""

    page: Page
    troubles: list[str] = field(default_factory=list)


def watch(browser: Browser, path: Path, html: str, *, width: int, ready: str) -> Watched:
    """Write a page to the disk and open it; note what it does until `ready` is drawn."""
    path.write_text(html, encoding="utf-8")
    watched = Watched(browser.new_page(viewport={"width": width, "height": 900}))
    page, troubles = watched.page, watched.troubles

    def allow_only_the_file(route: Route) -> None:
        if route.request.url == path.as_uri():
            route.continue_()
        else:
            troubles.append(f"request {route.request.url}")
            route.abort()

    page.route("**/*", allow_only_the_file)
    page.on("console", lambda message: troubles.append(f"console {message.text}"))
    page.on("pageerror", lambda error: troubles.append(f"error {error}"))
    page.on("dialog", lambda dialog: (troubles.append("dialog"), dialog.dismiss()))
    page.goto(path.as_uri())
    page.wait_for_selector(f"{ready} [role=img]")
    return watched


def overlaps(boxes: list[list[float]]) -> bool:
    """Say whether any two boxes (left, top, right, bottom) share more than an edge."""
    return any(
        a[0] < b[2] - 1 and b[0] < a[2] - 1 and a[1] < b[3] - 1 and b[1] < a[3] - 1
        for a, b in combinations(boxes, 2)
    )


def shown(page: Page, table: str, number: int) -> list[str]:
    """Return a column of a table as it is shown."""
    return page.locator(f"#{table}-table tbody tr > :nth-child({number})").all_inner_texts()
