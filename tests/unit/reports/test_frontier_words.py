"""A frontier in a terminal: budgets told apart, words that fit the sign, no claim too many."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain.frontier import Frontier, UnsolvedPoint
from optimizer.maths.marginal_prices import next_price
from optimizer.reports.frontier.frontier_document import frontier_document, points_in_brief
from optimizer.reports.frontier.frontier_view import FrontierView
from optimizer.reports.frontier.frontier_words import (
    budget_words,
    hurdle_sentence,
    lead_sentence,
    proof_sentence,
    step_sentence,
)
from optimizer.reports.kit.document_terminal import in_terminal
from optimizer.reports.kit.measured_table import MeasuredTable
from tests.support.frontiers import make_frontier


def _at(*budgets: float) -> Frontier:
    found = make_frontier(len(budgets), too_small=0)
    points = zip(found.points, budgets, strict=True)
    return replace(found, points=tuple(replace(point, budget=b) for point, b in points))


@pytest.mark.parametrize(
    ("budgets", "told"),
    [
        ((1e5, 366_666.666667), ["100,000 EUR", "366,667 EUR"]),
        ((0.1, 0.366666666667), ["0.1 EUR", "0.4 EUR"]),
        ((4e5, 400_000.01, 400_000.02), ["400,000.00 EUR", "400,000.01 EUR", "400,000.02 EUR"]),
        ((0.4, 500.0), ["0.4 EUR", "500.0 EUR"]),
        ((0.0, 500.0), ["0 EUR", "500 EUR"]),
    ],
)
def test_budgets_are_told_apart(budgets: tuple[float, ...], told: list[str]) -> None:
    """
    Proves: whole units where they do, else as many decimals as the closest budgets need.

    Sensitivity: to the unit, a tenth and four tenths of a EUR are both 0 EUR.
    """
    found = _at(*budgets)
    assert [row[0] for row in points_in_brief(found).cells] == told
    assert budget_words(budgets[-1], found) == told[-1]


def test_what_is_missing_is_rounded_up() -> None:
    """Proves: 0.05 missing of a budget of 0.1 reads 0.1 where tenths are told, never 0."""
    found = _at(0.1, 0.4)
    short = UnsolvedPoint(budget=found.points[0].budget, missing=0.05)
    row = points_in_brief(replace(found, points=(short, found.points[1]))).cells[0]
    assert row[-1] == "no plan, 0.1 EUR missing"


def test_a_price_is_written_out_and_no_gain_has_no_sign() -> None:
    """Proves: 1,368.4 is no 1.37e+03, and two plans of one cost are 0 apart, not -0."""
    found = _at(1e5, 2e5)
    dear = replace(found.points[0], capital_price=1_368.4, next_price=0.0)
    row = points_in_brief(replace(found, points=(dear, found.points[1]))).cells[0]
    assert row[5] == "1,368 EUR"
    assert str(next_price(np.array([1.0, 2.0]), np.array([5.0, 5.0]))[0]) == "0.0"


def test_a_change_says_its_sign_once() -> None:
    """Proves: what ties up 50 and costs 100 saves −100, −2 for each, under headings that say so."""
    found = _at(1e5, 2e5)
    table = found.next_money.assign(saving=-100.0, capital=50.0)
    table["return"] = -2.0
    told = list(in_terminal(frontier_document(replace(found, next_money=table))))
    up = next(part for part in told[1:] if isinstance(part, MeasuredTable))
    assert up.printed[0][4:] == ["ties up", "saves", "saves for each"]
    assert up.printed[1][0][4:] == ["50.0 EUR", "−100 EUR", "−2.00 EUR"]


def test_a_range_that_buys_nothing_is_not_said_to_help() -> None:
    """Proves: where cost stays the same it is not said to fall, and a cut costs 0, not saves."""
    found = _at(3e6, 5e6)
    flat = tuple(replace(point, objective=382_984.0) for point in found.points)
    same = replace(found, points=flat, next_money=found.next_money.iloc[:0])
    lead = lead_sentence(FrontierView.of(same))
    assert "the plan's cost is about the same, 382,984 EUR a year" in lead
    told = [part for part in in_terminal(frontier_document(same)) if isinstance(part, str)]
    cut = FrontierView.of(same).downs[-1]
    assert cut is not None
    assert step_sentence(cut, FrontierView.of(same)).startswith(
        "from 5,000,000 EUR to 3,000,000 EUR costs 0 EUR a year"
    )
    assert "Nothing changes." in "\n".join(told)


def test_what_is_exact_is_said_so() -> None:
    """Proves: gaps of rounding are no `cheaper by more than 0 %`; one of 1 % is said."""
    found = _at(1e5, 2e5)
    exact = tuple(replace(point, gap=2e-16) for point in found.points)
    said = proof_sentence(FrontierView.of(replace(found, points=exact)))
    assert said == "Proven at every budget to rounding: no plan is cheaper."
    wide = (replace(exact[0], gap=0.01), exact[1])
    assert "by more than 1 %" in proof_sentence(FrontierView.of(replace(found, points=wide)))


def test_the_hurdle_is_told_in_both_measures() -> None:
    """
    Proves: where the next money stops earning the rate is said by the cost and by the expected
    cost, each by its own mark, and on top of which charge for capital.
    """
    found = make_frontier()
    said = hurdle_sentence(FrontierView.of(found))
    assert "by the cost, the next EUR earns less beyond 400,000 EUR" in said
    assert "by the expected cost alone, the next EUR earns less beyond 300,000 EUR" in said
    assert "on top of the 10 % a year" in said
    never = [replace(p, hurdle=False) for p in found.points if not isinstance(p, UnsolvedPoint)]
    said = hurdle_sentence(FrontierView.of(replace(found, points=tuple(never))))
    assert "by the cost, every step up to 600,000 EUR earns at least that" in said
