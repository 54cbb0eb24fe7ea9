"""The package as a notebook uses it, on a solved run: paths as text, reasons, reports, the list."""

from __future__ import annotations

from pathlib import Path

import pytest

import optimizer
from optimizer.errors import BadInputError


def test_every_path_may_be_text(solved: Path) -> None:
    """
    Proves: what takes a run takes its folder as text, and the list says what the run says.

    Sensitivity: `verify`, `read_run` and `validate` ended in an AttributeError.
    """
    folder = str(solved)
    tables = optimizer.read_run(folder)
    assert optimizer.verify(folder).objective == pytest.approx(tables.manifest.objective)
    told = optimizer.explain(folder, tables.plan["sku"][0])
    assert (told.run, told.reason) == ("one", tables.plan["reason"][0])
    assert [str(path) for path in optimizer.report(folder)] == [
        f"{folder}/report.html",
        f"{folder}/report.xlsx",
    ]
    assert optimizer.runs(str(solved.parent))["run"].tolist() == ["one"]
    assert optimizer.validate(folder, scenarios=2_000, replications=0).sampling_gap is None
    assert optimizer.simulate(folder, 2).folder == solved


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    """Proves: text that names no run is refused with the remedy, by whatever reads runs."""
    for opened in (optimizer.read_run, optimizer.verify, optimizer.report, optimizer.validate):
        with pytest.raises(BadInputError, match="ballast runs"):
            opened(str(tmp_path / "none"))  # type: ignore[operator]
