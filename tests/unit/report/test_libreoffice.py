"""The workbook in a real spreadsheet program: it opens, prints, and keeps the plan."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook
from support.runs import make_scorecard, make_tables, with_skus

from optimizer.report import render_workbook

SOFFICE = shutil.which("soffice")
HOSTILE = ["=1+1", "+1", "http://example.org/", "<b>x</b>", "מק״ט", "007"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(SOFFICE is None, reason="libreoffice-calc is not installed"),
]


def convert(folder: Path, kind: str) -> Path:
    """Write a run's workbook and let LibreOffice open it and save it as another file."""
    source = folder / "report.xlsx"
    tables = with_skus(make_tables(n_skus=50), HOSTILE)
    source.write_bytes(render_workbook(tables, make_scorecard()))
    command = [str(SOFFICE), "--headless", f"-env:UserInstallation={(folder / 'user').as_uri()}"]
    command += ["--convert-to", kind, "--outdir", str(folder / "out"), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder / "out" / f"report.{kind}"


def test_it_opens_and_gives_the_plan_back(tmp_path: Path) -> None:
    """
    Proves: what LibreOffice saves has the same numbers and texts, and no formula.

    It writes fifteen digits; a number read as text, or a text as a formula, would not be equal.
    """
    book = load_workbook(convert(tmp_path, "xlsx"))
    plan = with_skus(make_tables(n_skus=50), HOSTILE).plan
    rows = list(book["Plan"].iter_rows(3, values_only=True))
    assert [row[0] for row in rows] == plan["sku"].tolist()
    capital = list(plan).index("capital")
    assert [row[capital] for row in rows] == pytest.approx(plan["capital"].tolist(), rel=1e-14)
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert len(book["Loss"]._charts) == 2


def test_it_prints(tmp_path: Path) -> None:
    """Proves: it becomes a PDF of no more than thirty pages."""
    data = convert(tmp_path, "pdf").read_bytes()
    assert data.startswith(b"%PDF")
    assert 10 <= data.count(b"/Type/Page/") <= 30
