"""What is read from a page, what is missed in what was printed, and how a page is mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.blocks import Command, Shown, mend, missing, read_page

PAGE = """# A page

```
ballast init mine   # a comment
ballast validate RUN [--seed N]
```

```
Wrote mine.
…
The end 0123.
```

```
$ ballast check bad
one problem
two problems

$ ballast solve 'a b'
```

```python
print(1)
```

It prints `1`.
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Write the page."""
    (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
    return tmp_path / "page.md"


def test_a_page_is_read_in_its_order(page: Path) -> None:
    """Proves: lines of commands, outputs, transcripts, code and inline outputs, each told apart."""
    assert read_page(page) == [
        Command("ballast init mine"),
        Command("ballast validate RUN '[--seed' 'N]'"),
        Shown(("Wrote mine.", "…", "The end 0123."), (8, 11)),
        Command("ballast check bad"),
        Shown(("one problem", "two problems"), (15, 17)),
        Command("ballast solve 'a b'"),
        Command("print(1)", "python"),
        Shown(("1",), (25, 25)),
    ]
    usages = [block.is_usage for block in read_page(page) if isinstance(block, Command)]
    assert usages == [False, True, False, False, False]


@pytest.mark.parametrize(
    ("printed", "line"),
    [
        ("Note\nWrote mine.\nThe end 0123.\nmore", ""),
        ("Wrote mine.\nbetween\nThe end 0123.", ""),
        ("Wrote mine.\nThe end 124.", "The end 0123."),
        ("The end 0123.\nWrote mine.", "The end 0123."),
        ("", "Wrote mine."),
    ],
)
def test_a_line_that_is_not_printed_is_told(printed: str, line: str) -> None:
    """Proves: lines are looked for in their order, and what … stands for may be anything."""
    assert missing(Shown(("Wrote mine.", "…", "The end 0123."), (0, 3)), [printed]) == line


def test_lines_together_stand_together() -> None:
    """Proves: without … nothing may stand between two lines; one text of several will do."""
    shown = Shown(("one", "two"), (0, 2))
    assert missing(shown, ["one\nthree\ntwo"]) == "one"
    assert missing(shown, ["three", "zero\none\ntwo"]) == ""


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("ab" * 32, "cd" * 32, True),
        ("in ballast-1_k971el/late", "in ballast-abcdefgh/late", True),
        ("1541730.7112436588", "1541730.7112439999", True),
        ("1541730.711243", "1541731.711243", False),
        ("worst 2.1e-11", "worst 7.9e-12", True),
        ("0.0015 %", "0.0014 %", False),
    ],
)
def test_what_is_of_this_machine_is_not_compared(shown: str, printed: str, same: bool) -> None:
    """Proves: hashes, folders and rounding may differ, amounts may not."""
    assert (missing(Shown((shown,), (0, 1)), [printed]) == "") is same


def test_a_page_is_mended(page: Path) -> None:
    """Proves: the line nearest to the one shown takes its place, and nothing else changes."""
    shown = read_page(page)[2]
    assert isinstance(shown, Shown)
    mend(page, shown, ["Wrote mine.\nbetween\nThe end is 0124."])
    assert page.read_text(encoding="utf-8") == PAGE.replace("The end 0123.", "The end is 0124.")


def test_rows_alike_are_mended_in_their_order(tmp_path: Path) -> None:
    """
    Proves: each row of a table takes its own place in one text, and is not missing any more.

    Sensitivity: the likeliest of all lines printed, wherever it stands, showed one row twice.
    """
    rows = (
        "1,800 EUR  2.01 M  185,760",
        "2,000 EUR  1.79 M  172,050",
        "2,200 EUR  1.65 M  164,905",
    )
    page = tmp_path / "page.md"
    page.write_text("\n".join(["```", *rows, "…", "the end", "```", ""]), encoding="utf-8")
    told = [
        "1,800 EUR  2.01 M  185,766",
        "2,000 EUR  1.79 M  171,850",
        "2,200 EUR  1.65 M  163,512",
    ]
    printed = ["\n".join(["2,000 EUR  1.80 M  172,050"]), "\n".join([*told, "between", "the end"])]
    shown = read_page(page)[0]
    assert isinstance(shown, Shown)
    mend(page, shown, printed)
    mended = read_page(page)[0]
    assert isinstance(mended, Shown)
    assert mended.lines == (*told, "…", "the end")
    assert missing(mended, printed) == ""


def test_what_prose_shows_is_mended_too(tmp_path: Path) -> None:
    """Proves: words in a sentence take those printed, and the sentence stays."""
    page = tmp_path / "page.md"
    page.write_text("It prints: `Verified: 442 numbers.`, then more.\n", encoding="utf-8")
    shown = read_page(page)[0]
    assert isinstance(shown, Shown)
    mended = mend(page, shown, ["Verified: 489 numbers.\nProven once more."])
    assert page.read_text(encoding="utf-8") == "It prints: `Verified: 489 numbers.`, then more.\n"
    assert missing(mended, ["Verified: 489 numbers."]) == ""
