"""Whole jobs: a copy of the bundled sample, cut small, and the command line in this process."""

from __future__ import annotations

import re
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from optimizer.__main__ import main
from optimizer.inputs.read import read_portfolio
from optimizer.jobs.about import Request
from optimizer.jobs.solve import solve

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def ballast(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Command:
    """Run a command line in a folder of its own, and return its exit code and its words."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["ballast", *words])
        capfd.readouterr()
        heard = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            with pytest.raises(SystemExit) as ended:
                main()
        finally:
            for one, handler in heard.items():
                signal.signal(one, handler)
        told = capfd.readouterr()
        return Done(code=int(ended.value.code or 0), out=told.out, err=told.err)

    return run


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Forty SKUs, 200 futures, a budget that binds: the sample in a folder a test may spoil."""
    return _cut_small(tmp_path / "small")


@pytest.fixture(scope="session")
def solved_results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Solve the small sample as `one`, once for all who only read it."""
    home = tmp_path_factory.mktemp("solved")
    results = home / "results"
    solve(read_portfolio(_cut_small(home / "small")), Request(results=results, name="one"))
    return results


@pytest.fixture
def solved(ballast: Command, solved_results: Path) -> Path:
    """Return a copy of the solved small sample in the folder that `ballast` runs in."""
    assert ballast is not None
    shutil.copytree(solved_results, "results")
    return Path("results/one")


def _cut_small(folder: Path) -> Path:
    shutil.copytree(SAMPLE, folder)
    skus = pd.read_csv(folder / "skus.csv", dtype=str, keep_default_na=False).iloc[::5]
    skus.to_csv(folder / "skus.csv", index=False)
    for path in folder.glob("*.csv"):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        if "sku" in table:
            table[table["sku"].isin(skus["sku"])].to_csv(path, index=False)
    settings = (folder / "portfolio.toml").read_text(encoding="utf-8")
    tight, n_budgets = re.subn(r"(?m)^capital = [\d_]+", "capital = 400_000", settings)
    tight, n_seeds = re.subn(r"(?m)^seed = 1$", "seed = 1\ncount = 200", tight)
    assert (n_budgets, n_seeds) == (1, 1)
    (folder / "portfolio.toml").write_text(tight, encoding="utf-8")
    return folder
