"""The board paper: which budget it recommends, in which words, and what stands in its ledger."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from optimizer.domain.frontier import Frontier, SolvedPoint
from optimizer.reports.frontier.board_paper import board_paper, recommended
from tests.support.frontiers import make_frontier


def _changed(found: Frontier, **figures: object) -> Frontier:
    """Return a frontier whose points with a plan say something else."""
    return replace(
        found,
        points=tuple(
            replace(point, **figures) if isinstance(point, SolvedPoint) else point
            for point in found.points
        ),
    )


def _text(page: str) -> str:
    """Return the words of a page, without its style, figures and marks."""
    body = re.sub(r"<(style|svg)[^>]*>.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_it_recommends_where_the_hurdle_says_to_stop() -> None:
    """Proves: the point of the hurdle, told beside the own budget of 300,000 EUR."""
    found = make_frontier()
    assert recommended(found).budget == 4e5
    said = _text(board_paper(found))
    assert (
        "Set the capital budget at 400,000 EUR, 100,000 EUR more than now: beyond it the next EUR "
        "earns less than 10 % a year." in said
    )
    assert "Against the own budget: expected cost" in said
    assert "Against today's plan: expected cost" in said


def test_where_every_step_earns_the_hurdle_it_is_the_largest_and_says_so() -> None:
    """Proves: without a stop in the range nothing is said about what lies beyond it."""
    said = _text(board_paper(_changed(make_frontier(), hurdle=False)))
    assert "Set the capital budget at 600,000 EUR" in said
    assert "every step up to it earns 10 % a year or more, and larger ones were not tried" in said


def test_the_ledger_holds_expected_cost_and_risk_charge_apart() -> None:
    """
    Proves: of 333,333.6 EUR, 85 % are expected cost, a quarter of all is expected loss; what is not
    known of any plan has no line, of one plan a dash.
    """
    said = _text(board_paper(make_frontier()))
    ledger = said[said.index("The ledger") :]
    assert "Expected cost: the books on average" in ledger
    assert f"{0.85 * (1e6 / 3 + 0.3):,.0f}" in ledger
    assert f"{0.15 * (1e6 / 3 + 0.3):,.0f}" in ledger
    assert "Loss once in 50 years" not in ledger
    known = _text(board_paper(_changed(make_frontier(), loss_50=123_456.0)))
    assert re.search(r"Loss once in 50 years – 123,456", known)
    assert "123,456 EUR once in 50 years" in known


@pytest.mark.parametrize("expected", [None, 0.4])
def test_what_the_next_money_saves_says_of_which_cost(expected: float | None) -> None:
    """Proves: the price of 2.5 at 400,000 EUR is told with its part in expected cost, if known."""
    said = _text(board_paper(_changed(make_frontier(), capital_price_expected=expected)))
    parts = (
        "2.50 EUR a year of expected cost and risk charge"
        if expected is None
        else "2.50 EUR a year: 0.400 EUR of expected cost and 2.10 EUR of risk charge"
    )
    assert f"At 400,000 EUR one more EUR of budget would save {parts}." in said


def test_what_was_kept_is_told_and_texts_stay_texts() -> None:
    """Proves: a sentence of a play stands there; markup in it and in names is text."""
    page = board_paper(make_frontier(names=("<b>x</b>",)), ["<i>played</i>: 97 % promised."])
    assert "&lt;i&gt;played&lt;/i&gt;: 97 % promised." in page
    assert "<b>x</b>" not in page
    assert "Promised and kept" in page
    assert "Promised and kept" not in board_paper(make_frontier())
