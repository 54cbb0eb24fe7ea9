"""What-ifs side by side in words: signs, rounding, what is missing and what is claimed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from optimizer.domain.what_if import SolvedWhatIf, UnsolvedWhatIf, WhatIfResult, WhatIfRow
from optimizer.reports.kit.document_terminal import in_terminal
from optimizer.reports.kit.measured_table import MeasuredTable
from optimizer.reports.what_if.what_if_document import what_if_document
from optimizer.reports.what_if.what_if_words import missing
from tests.support.frontiers import make_about
from tests.support.what_ifs import plan

PLAN = plan("x", 1e6) | {"gap": 0.002, "capital_used": 5e5, "expected_loss": 9e3, "var": 1e4}


def row(name: str, objective: float | None, **more: Any) -> WhatIfRow:
    stated = {"what_if": name, "description": "", "horizon_days": 365, "tail_level": 0.95}
    if objective is None:
        return UnsolvedWhatIf(**stated, **more)
    kept = {"base_cost": objective + more["regret"]} if "regret" in more else {}
    return SolvedWhatIf(**stated, **{**PLAN, "objective": objective, "cvar": 2e4, **kept, **more})


def test_what_a_floor_lacks_is_told_to_a_hundredth_of_a_percent() -> None:
    """Proves: 0.341 points missing are 0.35, rounded up; 1 would be said as of money."""
    lacks = row("x", None, message="", missing={"service:segment:A": 0.341, "capital": 10.2})
    assert isinstance(lacks, UnsolvedWhatIf)
    said = missing(lacks, "EUR")
    assert said == "demand short in segment A 0.35 % more or capital 11 EUR"


def side_by_side(*rows: WhatIfRow, left_out: tuple[str, ...] = ()) -> WhatIfResult:
    return WhatIfResult(
        folder=Path("r"),
        currency="EUR",
        rows=rows,
        n_skus=40,
        robust=30,
        about=make_about("spring"),
        left_out=left_out,
    )


def tables(found: WhatIfResult) -> list[MeasuredTable]:
    """Return the tables that a terminal prints: the figures, and what each what-if changes."""
    parts = in_terminal(what_if_document(found))
    return [part for part in parts if isinstance(part, MeasuredTable)]


def text(found: WhatIfResult) -> str:
    """Return the sentences that a terminal prints."""
    parts = in_terminal(what_if_document(found))
    return "\n".join(part for part in parts if isinstance(part, str))


def test_differences_have_a_sign_and_no_rounding_dust() -> None:
    """
    Proves: a dearer plan is +, a cheaper one −, 1e-9 EUR of rounding is 0, and a plan that is not
    open has no regret.
    """
    found = side_by_side(
        row("base", 1e6),
        row("up", 1.2e6, cost_difference=2e5, regret=-12.0, decisions_changed=3),
        row("same", 1e6, cost_difference=-1e-9, regret=1e-9, decisions_changed=0),
        row("less", 9e5, cost_difference=-1e5, base_breaks="capital: 2.00 of 1.00 EUR"),
    )
    headings, rows = tables(found)[0].printed
    at = [headings.index(name) for name in ("against base", "regret", "SKUs changed")]
    assert [tuple(texts[k] for k in at) for texts in rows] == [
        ("", "", ""),
        ("+200,000 EUR", "−12.0 EUR", "3"),
        ("0 EUR", "0 EUR", "0"),
        ("−100,000 EUR", "infeasible", ""),
    ]


def test_a_plan_short_of_its_gap_says_so() -> None:
    """Proves: a plan that a limit stopped is marked in the table."""
    found = side_by_side(
        row("base", 1e6, status="feasible", stopped_by="time_limit"), row("a", 1e6)
    )
    assert [texts[-1] for texts in tables(found)[0].printed[1]] == ["stopped by time limit", ""]


def test_the_sentences() -> None:
    """Proves: cheapest and dearest among like measures only, the same plan, robust SKUs, gap."""
    found = side_by_side(
        row("base", 1e6),
        row("tight", 1.5e6, changes="budget.capital 5", decisions_changed=12),
        row("same", 1e6, changes="budget.capital 9", decisions_changed=0),
        row("wild", 7e6, changes="hazards.rate_factor 2", same_yardstick=False),
        row("poor", None, changes="budget.capital 1", message="no plan meets the limits: x"),
        left_out=("late", "later"),
    )
    _, changes = tables(found)
    assert ["poor", "", "budget.capital 1", "no plan meets the limits: x", ""] in (
        changes.printed[1]
    )
    for said in (
        "base (1.00 M EUR) costs least, tight (1.50 M EUR) most.",
        "hazards or inputs differ: wild; compare regret.",
        "Base's plan is also the plan found in same.",
        "Robust: 30 of 40 SKUs keep their option in all 4 plans.",
        "a gap of at most 0.2 %",
        "Stopped: late, later not reached.",
    ):
        assert said in text(found)


def test_nothing_is_compared_with_a_base_that_has_no_plan() -> None:
    """Proves: without base's plan no cost is called the cheapest, and its row says no plan."""
    found = side_by_side(row("base", None, message="no plan"), row("rich", 1e6), row("more", 2e6))
    assert tables(found)[0].printed[1][0] == ["base", *[""] * 13, "no plan"]
    assert "Base has no plan, so nothing can be compared with it: no plan" in text(found)
    assert "costs least" not in text(found)
