"""docs/errors.md: every message of its table is the one that is printed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.pipeline.conftest import ROOT, Command

ROW = re.compile(r"\| ([^|`]+) \| `([^`]+)`.*\|")
MESSAGES = dict(
    ROW.fullmatch(line).groups()  # type: ignore[union-attr]
    for line in (ROOT / "docs" / "errors.md").read_text(encoding="utf-8").splitlines()
    if ROW.fullmatch(line)
)


class Case(NamedTuple):
    """What is written into a new portfolio's files, and the command that refuses it."""

    edits: tuple[tuple[str, str, str], ...] = ()
    command: str = "ballast check mine"


CASES = {
    "semicolons": Case((("suppliers.csv", ",", ";"),)),
    "a field too many": Case((("hazards.csv", "0.8,0.7,", "0.8,0,7,"),)),
    "decimal comma": Case((("skus.csv", ",1.80,", ',"1,80",'),)),
    "percent for a share": Case((("suppliers.csv", "0.97", "97"),)),
    "not UTF-8": Case((("suppliers.csv", "Harbour Electronics", "H\udce4fen"),)),
    "a date with two readings": Case(
        (("demand.csv", "", "sku,date,quantity\nSEAL-KIT,03/04/2026,1\n"),)
    ),
    "the same name twice": Case((("skus.csv", "SEAL-KIT", "BRACKET-01"),)),
    "two spellings of a name": Case((("skus.csv", "PUMP-SPARE", "seal-kit"),)),
    "two primaries": Case((("sources.csv", "candidate", "primary"),)),
    "a column misspelt": Case((("skus.csv", "unit_cost", "unit_cots"),)),
    "a category misspelt": Case(command="ballast solve mine --set budget.category.electronix=5"),
    "a SKU that is not in the run": Case(command="ballast explain demo fa006"),
    "a name taken": Case(command="ballast solve mine --run demo"),
    "a name but for capitals": Case(command="ballast solve mine --run Demo"),
    "an amount with two readings": Case(command="ballast solve mine --budget 1.500"),
    "a file of a run missing": Case(
        (("../results/demo/strikes.parquet", "", ""),), "ballast report demo"
    ),
    "a table twice": Case((("skus.parquet", "", "PAR1"),)),
    "too few futures": Case((("portfolio.toml", 'count = "auto"', "count = 10"),)),
    "a pack that splits a unit": Case((("skus.csv", ",40,0,50,", ",40,0,1.5,"),)),
    "a pack that does not keep": Case(
        (("skus.csv", "120,15,1,1,40,0,50,0,0,0.60,0,0,,", "1,1,0.1,1,40,0,51,0,0,0.60,0,0,50,"),)
    ),
    "two words for today's lot": Case((("plan.csv", "PUMP-SPARE,,,0,1,", "PUMP-SPARE,,,0,1,9"),)),
    "a surge that spares somebody": Case((("hazards.csv", "30,0.5,,1.4", "30,0.5,0.5,1.4"),)),
    "amounts too far apart": Case(
        (
            ("skus.csv", ",1.80,", ",1e-07,"),
            ("skus.csv", ",240,", ",240000000000000,"),
        )
    ),
    "a SKU left without option": Case(
        (
            ("skus.csv", ",detection\n", ",detection,lock_policy\n"),
            ("skus.csv", ",2,2\n", ",2,2,\n"),
            ("skus.csv", ",9,6\n", ",9,6,\n"),
            ("skus.csv", ",7,5\n", ",7,5,vmi\n"),
            ("skus.csv", ",4,5\n", ",4,5,\n"),
            ("skus.csv", ",8,7\n", ",8,7,\n"),
        ),
        "ballast solve mine",
    ),
}


def test_every_message_of_the_table_is_tried() -> None:
    """Proves: no row of the table is without a case, and no case without a row."""
    assert set(CASES) == set(MESSAGES)


@pytest.mark.parametrize("what", CASES)
def test_a_message_of_the_table_is_printed(
    ballast: Command, request: pytest.FixtureRequest, what: str
) -> None:
    """Proves: the refusal is that of the page word for word, with … for what it leaves out."""
    case = CASES[what]
    assert ballast("init", "mine").code == 0
    if "demo" in case.command.lower():
        solved: Path = request.getfixturevalue("solved")
        solved.rename("results/demo")
    for file, old, new in case.edits:
        _edit(Path("mine", file), old, new)
    done = ballast(*shlex.split(case.command)[1:])
    assert done.code == 2, done.err
    said = ".*".join(map(re.escape, MESSAGES[what].split("…")))
    assert any(re.fullmatch(said, line) for line in done.err.splitlines()), done.err


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8") if old else ""
    assert old in text
    if path.suffix == ".parquet":
        path.write_bytes(new.encode()) if new else path.unlink()
    else:
        path.write_text(text.replace(old, new) if old else new, "utf-8", "surrogateescape")
