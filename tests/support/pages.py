"""A page taken apart: its elements, its scripts, and the text outside them."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "=cmd|' /C calc'!A0",
    "<b>bold</b> & <a href='https://example.org'>link</a>",
    "מק״ט ١٢٣",
    "\u202egnp.exe",
)
"""Names a user may give, that no page may take for more than text."""


class Page(HTMLParser):
    """The elements of a page, the scripts' contents and all text outside them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.text: list[str] = []
        self._open = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open = tag
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open == "script":
            self.scripts[-1] += data
        elif self._open != "style":
            self.text.append(data)

    @property
    def policy(self) -> str:
        """The content security policy."""
        policies = (a["content"] for _, a in self.elements if "http-equiv" in a)
        return next(policies) or ""


def assert_stands_alone(page: Page, data: int) -> None:
    """Check that its own script may run and no other, that nothing is fetched, links are near."""
    hashes = re.findall(r"'sha256-([^']+)'", page.policy)
    own = [hashlib.sha256(script.encode()).digest() for script in page.scripts[data:]]
    assert len(own) == 1
    assert hashes == [base64.b64encode(digest).decode() for digest in own]
    assert "default-src 'none'" in page.policy
    for tag, attributes in page.elements:
        if tag == "a":
            assert re.fullmatch(r"[a-z-]+\.html", attributes["href"] or "")
            continue
        assert not {"src", "href", "srcset", "action"} & attributes.keys()
        assert not [name for name in attributes if name.startswith("on")]
