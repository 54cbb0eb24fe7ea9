"""What a CSV file may hold without harm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.cells import Cells
from optimizer.inputs.readers.read_csv import read_csv
from optimizer.inputs.schema import PLAN, SUPPLIERS

Write = Callable[[dict[str, str | bytes]], Path]


def cells_of(folder: Path) -> Cells:
    findings = Findings()
    cells = read_csv(folder / "suppliers.csv", SUPPLIERS, findings)
    findings.raise_if_any()
    assert cells is not None
    return cells


def test_text_stays_text(write: Write) -> None:
    """Proves: names that spreadsheets and parsers damage come through byte for byte."""
    names = ["00123", "1E10", "NA", "None", "nan", "TRUE", "12345678901234567890", "=1+1", "2-3"]
    rows = "".join(f"{name},EU\n" for name in names)
    cells = cells_of(write({"suppliers.csv": f"supplier,region\n{rows}"}))
    assert cells.columns["supplier"].to_pylist() == names


def test_mark_line_ends_and_missing_last_newline_are_harmless(write: Write) -> None:
    """Proves: a byte order mark, CRLF and no final newline change nothing."""
    plain = cells_of(write({"suppliers.csv": "supplier,region\nA,EU\nB,US\n"}))
    other = cells_of(write({"suppliers.csv": b"\xef\xbb\xbfsupplier,region\r\nA,EU\r\nB,US"}))
    assert other.columns == plain.columns
    assert other.row.tolist() == plain.row.tolist() == [2, 3]


def test_quotes_commas_and_line_breaks(write: Write) -> None:
    """Proves: quoted commas, line breaks and quotes are text; a lone inch mark is too."""
    text = 'supplier,region\n"A, B","two\nlines"\n12" pipes,"say ""x"""\n'
    cells = cells_of(write({"suppliers.csv": text}))
    assert cells.columns["supplier"].to_pylist() == ["A, B", '12" pipes']
    assert cells.columns["region"].to_pylist() == ["two\nlines", 'say "x"']


def test_blank_rows_are_skipped_and_counted(write: Write) -> None:
    """Proves: empty lines and lines of commas are no rows: 2 of the 5 lines hold something."""
    cells = cells_of(write({"suppliers.csv": "supplier,region\n\nA,EU\n,\n ,\nB,US\n"}))
    assert cells.row.tolist() == [3, 6]
    assert cells.blank == 3


def test_a_column_without_a_name_is_told_where_others_are_ignored(write: Write) -> None:
    """
    Proves: a table that may have further columns is not left out in silence for one without a name,
    as a spreadsheet's row numbers have.
    """
    folder, findings = write({"plan.csv": ",sku,policy\n0,A,jit\n"}), Findings()
    assert read_csv(folder / "plan.csv", PLAN, findings) is None
    [problem] = findings.problems()
    assert problem.rule == "the header of column 1 is empty"
