"""An export imported by the ERP it is meant for: Tryton, fresh, in SQLite."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from tests.pipeline.conftest import ROOT, Command
from tests.unit.store.test_erp import ROWS, exported, read_preset

SCRIPT = ROOT / "tests" / "support" / "tryton_import.py"
FILE = "stock.order_point.csv"


@pytest.mark.slow
def test_tryton_imports_what_is_exported(ballast: Command, solved: Path, tmp_path: Path) -> None:
    """
    Proves: Tryton takes every row of a solved run and of the odd SKUs (`00123`, `1E10`, `NA`,
    without stock, without demand), and holds the same names and, to the last digit, the same
    quantities; it refuses what is not whole, so nothing was rounded on its side.
    """
    done = ballast("export", str(solved), "--to", "tryton", "--out", "out")
    assert done.code == 0, done.err
    odd = exported(read_preset("tryton")[0])[FILE].decode().partition("\n")[2]
    both = tmp_path / "both.csv"
    both.write_text(Path("out", FILE).read_text(encoding="utf-8") + odd, encoding="utf-8")
    told = subprocess.run(
        [sys.executable, SCRIPT, both], capture_output=True, check=False, text=True
    )
    assert told.returncode == 0, told.stderr
    written = pd.read_csv(both, dtype=str, keep_default_na=False)
    held = json.loads(told.stdout.splitlines()[-1])
    assert len(held) == len(written) == 40 + len(ROWS)
    for one, row in zip(held, written.itertuples(index=False), strict=True):
        assert one[:3] == [row.product, row.location, row.type]
        assert [Decimal(repr(quantity)) for quantity in one[3:]] == [
            Decimal(row.min_quantity),
            Decimal(row.target_quantity),
        ]
