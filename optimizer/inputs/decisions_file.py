"""A list of changes given back: accepted, rejected or put off, row by row."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from optimizer.domain.arrays import BoolArray
from optimizer.domain.change_list import WORDS
from optimizer.errors import Problem
from optimizer.inputs.findings import Findings, short
from optimizer.inputs.readers.cells import Cells, Table
from optimizer.inputs.readers.ordinary import is_ordinary
from optimizer.inputs.readers.read_csv import read_csv
from optimizer.inputs.readers.read_xlsx import read_sheet, sheet_cells
from optimizer.inputs.rules.keys import check_keys
from optimizer.inputs.rules.texts import read_texts
from optimizer.inputs.schema import TableColumn, TableSchema

DECISIONS: Final = TableSchema(
    name="decisions",
    meaning="the changes of a list, each accepted, rejected or put off",
    key=("sku",),
    extra_columns=True,
    columns=(
        TableColumn(name="sku", kind="text", meaning="the SKU", required=True),
        TableColumn(
            name="decision",
            kind="choice",
            choices=WORDS,
            meaning="what is decided of the change",
            required=True,
        ),
        TableColumn(name="decided_by", kind="text", meaning="who decided"),
        TableColumn(name="decision_reason", kind="text", meaning="why; required with reject"),
        TableColumn(name="list", kind="text", meaning="the list, RUN:HASH", required=True),
    ),
)


class Decisions(NamedTuple):
    """
    Decisions on a list of changes.

    Attributes
    ----------
    run
        The run that proposed the list.
    rows
        sku, decision, decided_by, decision_reason and list, as given.
    cells
        Where they stand in the file.
    """

    run: str
    rows: pd.DataFrame
    cells: Cells


def read_decisions(path: Path, findings: Findings) -> Decisions | None:
    """Return the decisions of a CSV file or a workbook; ``None`` if it cannot be read."""
    cells = _cells(path, findings)
    if cells is None:
        return None
    texts = {column.name: read_texts(cells, column, findings) for column in DECISIONS.columns}
    table = Table(cells=cells, texts=texts, numbers={})
    check_keys(table, findings)
    rows = pd.DataFrame(
        {name: text.to_numpy(zero_copy_only=False).astype(object) for name, text in texts.items()}
    )
    rejected, said = (rows["decision"] == "reject"), (rows["decision_reason"].str.strip() != "")
    findings.add_rows(cells, "decision_reason", _marked(rejected & ~said), *_NO_REASON)
    findings.add_rows(cells, "decision", _marked(rows["decision"] == ""), *_NO_WORD)
    lists = pc.unique(texts["list"]).to_pylist()
    if len(lists) != 1:
        rule = f"holds the decisions on {len(lists):,} lists: {', '.join(map(short, lists[:3]))}"
        remedy = "Give back the rows of one list, their column list unchanged."
        findings.add(Problem(file=cells.file, column="list", rule=rule, remedy=remedy))
        return None
    return Decisions(run=lists[0].rpartition(":")[0], rows=rows, cells=cells)


def check_against(decisions: Decisions, proposed: pd.DataFrame, findings: Findings) -> None:
    """Note decisions that are not on the proposed list, and changes without a decision."""
    rows, cells = decisions.rows, decisions.cells
    of_list = proposed["list"].iloc[0] if len(proposed) else ""
    if not (rows["list"] == of_list).all():
        rule = f"is not the list of run {decisions.run} as it stands ({of_list or 'it is empty'})"
        findings.add(
            Problem(
                file=cells.file,
                column="list",
                value=str(rows["list"].iloc[0]),
                rule=rule,
                remedy=f"Decide on {decisions.run}/changes.csv or its decisions.xlsx again.",
            )
        )
        return
    known = rows["sku"].isin(proposed["sku"])
    remedy = "Remove the row: only changes of the list can be decided."
    findings.add_rows(cells, "sku", _marked(~known), "is not on the list", remedy)
    missing = proposed.loc[~proposed["sku"].isin(rows["sku"]), "sku"].tolist()
    if missing:
        named = ", ".join(map(short, missing[:3])) + (", …" if len(missing) > 3 else "")
        rule = f"lacks {len(missing):,} of the list's {len(proposed):,} changes ({named})"
        remedy = "Add their rows, with later where nothing is decided yet."
        findings.add(Problem(file=cells.file, rule=rule, remedy=remedy))


_NO_REASON: Final = ("is required with reject", "Write why, for whoever asks next quarter.")
_NO_WORD: Final = ("nothing is decided", f"Write one of {', '.join(WORDS)}; later keeps the old.")


def _cells(path: Path, findings: Findings) -> Cells | None:
    if not path.is_file():
        rule = "does not exist" if not path.exists() else "is not a file"
        remedy = "Name the list given back: a .csv, or an .xlsx with a sheet decisions."
        findings.add(Problem(file=str(path), rule=rule, remedy=remedy))
        return None
    if not is_ordinary(path, findings):
        return None
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        rows = read_sheet(path, DECISIONS.name, "decisions", findings)
        return None if rows is None else sheet_cells(path.name, rows, DECISIONS, findings)
    if suffix == ".csv":
        return read_csv(path, DECISIONS, findings)
    rule, remedy = "is neither .csv nor .xlsx", "Save it as one of them."
    findings.add(Problem(file=path.name, rule=rule, remedy=remedy))
    return None


def _marked(wrong: pd.Series) -> BoolArray:
    return np.asarray(wrong, dtype=np.bool_)
