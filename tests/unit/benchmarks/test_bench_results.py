"""What the benchmarks say of their measurements."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from benchmarks.bounds import best_bound
from benchmarks.chart import chart
from benchmarks.methods import METHODS
from benchmarks.render import render
from benchmarks.run import main


def _results() -> dict[str, Any]:
    """Two sizes; at the larger one HiGHS has no plan and SCIP's bound is impossible."""
    ours = {"objective": 100.0, "bound": 99.0, "status": "optimal", "seconds": 2.0, "peak_mb": 300}
    slow = {**ours, "objective": 101.0, "bound": 98.0, "status": "limit", "seconds": 60.0}
    wrong = {**slow, "bound": 104.0}
    none = {"status": "limit", "seconds": 60.0, "peak_mb": 900}
    size = {
        "n_scenarios": 200,
        "read": {"seconds": 0.5},
        "formulated": {"options": 5_000, "prepare_seconds": 0.3},
    }
    methods = {method.key: {"status": "not available"} for method in METHODS}
    small = {**methods, "ballast_exact": ours, "highs_arrays": slow}
    large = {**methods, "ballast_exact": ours, "highs_arrays": none, "scip": wrong}
    return {
        "machine": dict.fromkeys(("cores", "memory", "processor", "system", "versions"), "?")
        | {"date": "2025-07-01"},
        "gap": 1e-4,
        "seconds": 60.0,
        "memory_gb": 16.0,
        "seed": 1,
        "sizes": [
            {"n_skus": 1_000, **size, "methods": small},
            {"n_skus": 10_000, **size, "methods": large},
        ],
    }


def test_ratios_lead_and_what_failed_is_said() -> None:
    """
    Proves: a row is time relative to Ballast's, gaps in per cent, and a plain word where none is.

    HiGHS: 60 s / 2 s = 30; (101 - 98)/101 = 2.97 % proven; (101 - 99)/101 = 1.98 % above the best
    bound, Ballast's 99.  Sensitivity: with its own bound the last would be 2.97 % again.
    """
    text = render(_results())
    assert "| HiGHS by arrays | 30 × | 2.97 % | 1.98 % | 60 | 300 | time ran out |" in text
    assert "| HiGHS by arrays | – | – | – | 60 | 900 | no plan in 60 s |" in text
    assert "| Ballast decompose | – | – | – | – | – | not available |" in text
    assert "30 × faster, answers 0.99 % apart" in text
    assert "HiGHS's root node takes > 60 s" in text


def test_a_bound_above_a_plan_is_not_believed() -> None:
    """Proves: SCIP's 104 is above Ballast's plan of 100, so that 99 stays the best bound."""
    results = _results()
    assert best_bound(results["sizes"][1]) == 99.0
    assert "its bound is above a plan that exists" in render(results)


def test_a_million_is_told_in_passes_and_growth() -> None:
    """
    Proves: 40 s of passes of .25 s are 160 of them, and 40 s to 5 s of a tenth of the SKUs 8 ×.

    Sensitivity: the size of other scenarios, 2 s, would give 20 ×.
    """
    ours = {"objective": 100.0, "bound": 99.995, "status": "optimal", "peak_mb": 8_192.0}
    seconds = {(10_000, 200): 2.0, (100_000, 1_000): 5.0, (1_000_000, 1_000): 40.0}
    results = _results()
    results["sizes"] = [
        {
            **results["sizes"][0],
            "n_skus": n_skus,
            "n_scenarios": n_scenarios,
            "methods": {"ballast_decompose": {**ours, "seconds": spent, "pass_seconds": 0.25}},
        }
        for (n_skus, n_scenarios), spent in seconds.items()
    ]
    text = render(results)
    assert "gap 0.005 % in 40 s (160 passes, 8 × the seconds of 10 × fewer SKUs) and 8 GB" in text


def test_the_chart_names_every_line_and_is_well_formed() -> None:
    """Proves: each method with a plan has its name in the chart, no other has."""
    root = ElementTree.fromstring(chart(_results()))  # noqa: S314  our own
    texts = {element.text for element in root.iter() if element.tag.endswith("text")}
    assert {"Ballast exact", "HiGHS by arrays", "SCIP"} <= texts
    assert "Pyomo + HiGHS" not in texts


@pytest.mark.slow
def test_the_smallest_cell_end_to_end(tmp_path: Path) -> None:
    """
    Proves: every method that is installed solves 20 SKUs to the gap, in its own process; greedy
    analysis, which proves nothing, ends within 5 %.
    """
    asked = ["--sizes", "20x20", "--seconds", "30", "--runs", "1", "--out", str(tmp_path)]
    main(asked)
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    cells = results["sizes"][0]["methods"]
    least = cells["ballast_exact"]["objective"]
    for method in METHODS:
        if method.available:
            heuristic = method.key == "greedy"
            status, apart = ("no bound", 0.05) if heuristic else ("optimal", 1e-3)
            assert cells[method.key]["status"] == status, method.label
            assert cells[method.key]["objective"] == pytest.approx(least, rel=apart), method.label
    assert "Greedy marginal analysis" in (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert (tmp_path / "results.svg").read_text(encoding="utf-8").startswith("<svg")
