"""What commands print, whole, beside the texts in tests/golden/texts; figures may differ."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pipeline.conftest import ROOT, Command, Done, unless_rounded_otherwise
from tests.pipeline.test_frontier_cli import QUICK, RANGE

_HASH = re.compile(r"\b[0-9a-f]{64}\b")
TEXTS = ROOT / "tests" / "golden" / "texts"
OF_A_RUN = {
    "verify": (),
    "explain": ("FA-006",),
    "simulate": ("--replications", "4"),
    "validate": ("--replications", "2", "--scenarios", "2000"),
}


@pytest.mark.usefixtures("solved")
@pytest.mark.parametrize("command", OF_A_RUN)
def test_words_about_a_run(
    ballast: Command, request: pytest.FixtureRequest, same_sums: bool, command: str
) -> None:
    """Proves: see `_compare`."""
    _compare(request, command, ballast(command, "one", *OF_A_RUN[command]), same_sums)


def test_words_about_a_plan(
    once: Command, request: pytest.FixtureRequest, same_sums: bool, small: Path
) -> None:
    """Proves: see `_compare`."""
    _compare(request, "solve", once("solve", str(small), "--run", "one"), same_sums)


@pytest.mark.usefixtures("solved")
def test_words_about_changes(
    ballast: Command, request: pytest.FixtureRequest, same_sums: bool, small: Path
) -> None:
    """Proves: see `_compare`."""
    line = ("--from", "one", "--run", "new", "--curve", "--set", "budget.capital=450000")
    _compare(request, "reoptimize", ballast("reoptimize", str(small), *line), same_sums)


def test_words_about_budgets(
    once: Command, request: pytest.FixtureRequest, same_sums: bool, small: Path
) -> None:
    """Proves: see `_compare`."""
    _compare(request, "frontier", once("frontier", str(small), *RANGE, *QUICK), same_sums)


def test_words_about_what_ifs(
    once: Command, request: pytest.FixtureRequest, same_sums: bool, small: Path
) -> None:
    """Proves: see `_compare`."""
    content = (
        "name,description,risk.weight,budget.capital,hazards.rate_factor\n"
        "bold,only the mean,0,,\npoor,,,1000,\n"
    )
    line = ("what-if", str(small), "texts.csv", "--run", "w", *QUICK)
    _compare(request, "what-if", once(*line, texts=content), same_sums)


def _compare(request: pytest.FixtureRequest, name: str, done: Done, same_sums: bool) -> None:
    """
    Compare words, or rewrite them with `--update-golden`, to be read in review.

    Proves: every sentence and heading is there, in its place and in these words.
    """
    assert done.code == 0, done.err
    golden = TEXTS / f"{name}.txt"
    if request.config.getoption("--update-golden"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(_HASH.sub("~", done.out), encoding="utf-8")
    expected = _words(golden.read_text(encoding="utf-8"))
    if _words(done.out) != expected:
        unless_rounded_otherwise(same_sums)
    assert _words(done.out) == expected


def _words(text: str) -> list[str]:
    """Return lines without their figures, whose width and sign spaces follow."""
    lines = _HASH.sub("~", text).splitlines()
    return [" ".join(re.sub(r"[+−-]?\d[\d.,]*", "0", line).split()) for line in lines]
