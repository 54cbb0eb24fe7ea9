"""The rows of VAR.md: whole plans, honest gaps."""

from __future__ import annotations

from pathlib import Path

from benchmarks.value_at_risk import main


def test_a_row_says_what_was_asked_and_proven(tmp_path: Path) -> None:
    """
    Proves: the proven gap is within the one asked for where time is plenty, CVaR's plan is no
    better in VaR terms than the gap allows, and HiGHS closes so small a model.
    """
    main(["--sizes", "10x15", "--seconds", "60", "--out", str(tmp_path)])
    row = (tmp_path / "VAR.md").read_text(encoding="utf-8").splitlines()[-1]
    size, asked, proven, _, dearer, big_m = (cell.strip() for cell in row.strip("|").split("|"))
    assert (size, asked) == ("10 × 15", "2 %")
    assert float(proven.removesuffix(" %")) <= 2.0
    assert float(dearer.removesuffix(" %")) >= -2.0
    assert float(big_m.removesuffix(" %")) <= 2.0
