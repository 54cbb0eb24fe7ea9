"""The workbook in a real spreadsheet program: it opens, prints, and keeps the plan."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from optimizer.reports.frontier.frontier_document import frontier_document
from optimizer.reports.kit.document_workbook import render_book
from optimizer.reports.run.run_workbook import render_workbook
from optimizer.reports.what_if.what_if_document import what_if_document
from tests.support.frontiers import make_frontier
from tests.support.runs import make_scorecard, make_tables, with_skus
from tests.support.what_ifs import make_what_ifs

SOFFICE = shutil.which("soffice")
HOSTILE = ["=1+1", "+1", "http://example.org/", "<b>x</b>", "מק״ט", "007"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(SOFFICE is None, reason="libreoffice-calc is not installed"),
]


def run_workbook() -> bytes:
    """Return the workbook of a run with hostile names."""
    return render_workbook(with_skus(make_tables(n_skus=50), HOSTILE), make_scorecard())


def convert(folder: Path, kind: str, workbook: bytes) -> Path:
    """Write a workbook and let LibreOffice open it and save it as another file."""
    source = folder / "report.xlsx"
    source.write_bytes(workbook)
    command = [str(SOFFICE), "--headless", f"-env:UserInstallation={(folder / 'user').as_uri()}"]
    command += ["--convert-to", kind, "--outdir", str(folder / "out"), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder / "out" / f"report.{kind}"


def test_it_opens_and_gives_the_plan_back(tmp_path: Path) -> None:
    """
    Proves: what LibreOffice saves has the same numbers and texts, and no formula.

    It writes fifteen digits; a number read as text, or a text as a formula, would not be equal.
    """
    book = load_workbook(convert(tmp_path, "xlsx", run_workbook()))
    plan = with_skus(make_tables(n_skus=50), HOSTILE).plan
    rows = list(book["Plan"].iter_rows(3, values_only=True))
    assert [row[0] for row in rows] == plan["sku"].tolist()
    capital = list(plan).index("capital")
    assert [row[capital] for row in rows] == pytest.approx(plan["capital"].tolist(), rel=1e-14)
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert len(book["Loss"]._charts) == 2


def test_it_prints(tmp_path: Path) -> None:
    """Proves: it becomes a PDF of no more than thirty pages."""
    data = convert(tmp_path, "pdf", run_workbook()).read_bytes()
    assert data.startswith(b"%PDF")
    assert 10 <= data.count(b"/Type/Page/") <= 30


def test_a_frontier_opens_and_gives_its_points_back(tmp_path: Path) -> None:
    """
    Proves: what LibreOffice saves has the same costs, blank where there is no plan, the SKUs as
    they were given, four charts and no formula.
    """
    found = make_frontier(6, 10, names=tuple(HOSTILE))
    book = load_workbook(convert(tmp_path, "xlsx", render_book(frontier_document(found))))
    costs = [row[4] for row in book["Frontier"].iter_rows(3, values_only=True)]
    assert costs[0] is None
    assert costs[1:] == pytest.approx([point.objective for point in found.points[1:]], rel=1e-14)
    names = [row[4] for row in book["Next money"].iter_rows(3, values_only=True)]
    assert names[: len(HOSTILE)] == HOSTILE
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert len(book["Charts"]._charts) == 4


def test_what_ifs_open_and_give_their_rows_back(tmp_path: Path) -> None:
    """
    Proves: what LibreOffice saves has the same costs, blank where there is no plan, the
    descriptions as they were given, two charts and no formula.
    """
    found = make_what_ifs(len(HOSTILE), texts=tuple(HOSTILE))
    book = load_workbook(convert(tmp_path, "xlsx", render_book(what_if_document(found))))
    rows = list(book["What-ifs"].iter_rows(3, values_only=True))
    costs = [row.objective for row in found.rows]
    assert [row[5] is None for row in rows] == [cost is None for cost in costs]
    known = [cost for cost in costs if cost is not None]
    assert [row[5] for row in rows if row[5] is not None] == pytest.approx(known, rel=1e-14)
    assert [row[1] for row in rows[1:]] == HOSTILE
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert len(book["Charts"]._charts) == 2
