"""Whole jobs: a copy of the bundled sample, cut small, and the command line in this process."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd
import pytest

from optimizer.__main__ import main
from optimizer.inputs.read import read_portfolio
from optimizer.jobs.prepare import prepare

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
    """Forty SKUs, 100 futures, a budget that binds, levels as listed: in a folder to spoil."""
    return cut_small(tmp_path / "small")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which all workers of a test run keep what is made once."""
    home = tmp_path_factory.getbasetemp()
    home = home.parent if "PYTEST_XDIST_WORKER" in os.environ else home
    folder = home / "made-once"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def once(ballast: Command, small: Path, made: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """
    Run a command line on the small sample once a test run, for all tests that run the same one.

    It answers as `ballast` would, with a copy of the results folder where `ballast` leaves it. The
    tables must be as `small` gives them; ``files`` are written beside them.
    """

    def run(*words: str, **files: str) -> Done:
        line = [word.replace(str(small), "small") for word in words]
        home = made / hashlib.sha256(json.dumps([line, files]).encode()).hexdigest()[:16]
        with alone(home.with_suffix(".lock")):
            if not (home / "done.json").exists():
                shutil.copytree(small, home / "small")
                for name, content in files.items():
                    (home / f"{name}.csv").write_text(content, encoding="utf-8")
                with monkeypatch.context() as there:
                    there.chdir(home)
                    done = ballast(*line)
                (home / "done.json").write_text(json.dumps(asdict(done)), encoding="utf-8")
        if (home / "results").exists():
            shutil.copytree(home / "results", "results", dirs_exist_ok=True)
        return Done(**json.loads((home / "done.json").read_text(encoding="utf-8")))

    return run


@pytest.fixture
def solved(once: Command, small: Path) -> Path:
    """Return the small sample solved as `one`, in the folder that `ballast` runs in."""
    done = once("solve", str(small), "--run", "one")
    assert done.code == 0, done.err
    return Path("results/one")


@pytest.fixture(scope="session")
def same_sums(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> bool:
    """
    Return whether options cost here, to the last bit, what they did where the texts were printed.

    Another processor may round otherwise, and then print another plan that is as good within the
    gap. `--update-golden` takes this one.
    """
    small = cut_small(tmp_path_factory.mktemp("sums") / "small")
    table = prepare(read_portfolio(small)).case.options
    numbers = (table.cost, table.expected_loss, table.loss_curves, table.lot_days)
    digest = hashlib.sha256(b"".join(column.tobytes() for column in numbers)).hexdigest()
    golden = ROOT / "tests" / "golden" / "sums.sha256"
    if request.config.getoption("--update-golden"):
        golden.write_text(f"{digest}\n", encoding="ascii")
    return golden.read_text(encoding="ascii").strip() == digest


def unless_rounded_otherwise(same_sums: bool) -> None:
    """Skip a test whose text differs, where that may be another plan as good within the gap."""
    if not same_sums:
        pytest.skip("this processor rounds otherwise: another plan within the gap may be printed")


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Wait until no other worker holds this lock, and hold it."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def cut_small(folder: Path) -> Path:
    """Write the sample, every fifth SKU of it, 100 futures, a tight budget, levels as listed."""
    shutil.copytree(SAMPLE, folder)
    skus = pd.read_csv(folder / "skus.csv", dtype=str, keep_default_na=False).iloc[::5]
    skus.to_csv(folder / "skus.csv", index=False)
    for path in folder.glob("*.csv"):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        if "sku" in table:
            table[table["sku"].isin(skus["sku"])].to_csv(path, index=False)
    settings = (folder / "portfolio.toml").read_text(encoding="utf-8")
    tight, n_budgets = re.subn(r"(?m)^capital = [\d_]+", "capital = 400_000", settings)
    tight, n_seeds = re.subn(r"(?m)^seed = 1$", "seed = 1\ncount = 100", tight)
    assert (n_budgets, n_seeds) == (1, 1)
    coarse = "\n[catalogue]\nrefine = false\n"
    (folder / "portfolio.toml").write_text(tight + coarse, encoding="utf-8")
    return folder
