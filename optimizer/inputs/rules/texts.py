"""Cells to text: kept byte for byte, rejected if they cannot be intended."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from optimizer.domain.arrays import BoolArray
from optimizer.domain.characters import CONTROLS, UNSEEN
from optimizer.inputs.did_you_mean import did_you_mean
from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.cells import Cells, is_empty
from optimizer.inputs.schema import TableColumn

LONGEST: Final = 500
CONTROLS_BUT_BREAKS: Final = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
SPREADSHEET_ERRORS: Final = ("#N/A", "#REF!", "#DIV/0!", "#NAME?", "#VALUE!", "#NULL!", "#NUM!")


def read_texts(cells: Cells, column: TableColumn, findings: Findings) -> pa.Array:
    """Return a column as text, ``""`` for an empty cell; note every invalid one."""
    written = cells.columns.get(column.name)
    if written is None:
        return pa.repeat(pa.scalar(""), len(cells))
    empty = is_empty(written)
    if empty.any():
        written = pc.if_else(pa.array(empty), "", written)
    if column.required:
        remedy = f"Fill in: {column.meaning}."
        findings.add_rows(cells, column.name, empty, "is required", remedy)
    _check_characters(cells, column, written, findings)
    if column.choices:
        _check_choices(cells, column, written, empty, findings)
    return written


def _check_characters(
    cells: Cells, column: TableColumn, written: pa.Array, findings: Findings
) -> None:
    names_a_thing = column.identity or column.refers_to is not None
    controls = CONTROLS if names_a_thing else CONTROLS_BUT_BREAKS
    checks = [
        (
            pc.greater(pc.utf8_length(written), LONGEST),
            f"is longer than {LONGEST} characters",
            "Shorten it.",
        ),
        (
            pc.match_substring_regex(written, controls),
            "contains a control character or a line break",
            "Remove it: the source system wrote a character that is not text.",
        ),
        (
            pc.is_in(written, value_set=pa.array(SPREADSHEET_ERRORS)),
            "is a spreadsheet error",
            "Correct the formula and export again.",
        ),
    ]
    if names_a_thing and not pc.all(pc.string_is_ascii(written)).as_py():
        unseen = pc.match_substring_regex(written, UNSEEN)
        checks.append((unseen, "contains an invisible or text-reversing character", "Remove it."))
    for wrong, rule, remedy in checks:
        findings.add_rows(cells, column.name, _mask(wrong), rule, remedy)


def _check_choices(
    cells: Cells, column: TableColumn, written: pa.Array, empty: BoolArray, findings: Findings
) -> None:
    choices = list(column.choices)
    wrong = ~empty & ~_mask(pc.is_in(written, value_set=pa.array(choices)))
    findings.add_rows(
        cells,
        column.name,
        wrong,
        f"must be one of {', '.join(choices)}",
        lambda at: did_you_mean(written[at].as_py(), choices),
    )


def _mask(wrong: pa.Array) -> BoolArray:
    mask: BoolArray = wrong.to_numpy(zero_copy_only=False).astype(np.bool_)
    return mask
