"""README and docs: every command and code block is run, and prints what the page says."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import re
import shlex
import shutil
import subprocess
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

from optimizer.store import run_folder
from optimizer.store.shared import shared_results
from optimizer.store.shared.open_place import open_place
from optimizer.store.shared.place import Place
from tests.pipeline.conftest import ROOT, Command, unless_rounded_otherwise
from tests.support.blocks import Command as Line
from tests.support.blocks import mend, missing, read_page
from tests.support.object_store import object_store
from tests.support.public_data import HAZARDS, HISTORY, needs_public_data

PAGES = sorted(
    page.relative_to(ROOT).as_posix()
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))
    if any(isinstance(block, Line) for block in read_page(page))
)
QUICK = ("docs/errors.md", "docs/portfolio.md", "docs/erp-data.md", "docs/databases.md")
NOT_RUN = {
    "make test": "runs these tests",
    "make demo": "is the line of the Makefile below, behind the installation of packages",
}
DEMO = "ballast solve data/sample --run demo --replace"
NEEDS_DEMO = (
    *("docs/explain.md", "docs/simulation.md", "docs/validation.md", "docs/report.md"),
    *("docs/what-if.md", "docs/export.md", "docs/contributions.md", "docs/sql.md"),
    "docs/alternatives.md",
)


EXIT_CODES = {
    "ballast check bad": 2,
    "ballast check spoilt.duckdb": 2,
    "ballast solve my-portfolio --budget 100": 3,
    "ballast solve my-portfolio --set limits.storage=0.1 --budget 1000": 3,
    "ballast solve my-portfolio --budget 25000": 3,
    "ballast solve my-portfolio --budget 20000 --set limits.changes=1": 3,
    "ballast solve data/sample --set limits.changes=20": 3,
    "ballast solve data/sample --set risk.measure=cvar --set limits.cvar=500000": 3,
    "ballast solve data/sample "
    "--set 'budget.quarters=[3_500_000, 2_450_000, 2_400_000, 2_400_000]'": 3,
    "ballast solve my-portfolio --set solver.time_limit=0.001": 4,
    "ballast verify tampered": 5,
    "ballast solve data/sample --run early": 6,
    "ballast solve my-portfolio --run late": 6,
    "ballast what-if data/sample bad.csv": 2,
}


def _marks(page: str) -> list[pytest.MarkDecorator]:
    slow = [] if page in QUICK else [pytest.mark.slow]
    return slow + ([needs_public_data] if page in ("docs/scms.md", "docs/hazards.md") else [])


@pytest.mark.parametrize("page", [pytest.param(page, marks=_marks(page)) for page in PAGES])
def test_what_a_page_tells_to_run_prints_what_it_shows(
    page: str,
    ballast: Command,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    same_sums: bool,
) -> None:
    """
    Proves: every block of the page is run, in its order and in one folder; each line it shows is
    printed, on a processor that rounds as the page's did. `--update-golden` mends the lines shown,
    to be read in review.
    """
    shutil.copytree(ROOT / "data", "data")
    _keep_the_browser_shut(monkeypatch)
    if page == "docs/shared-results.md":
        request.getfixturevalue("plans_bucket")
    if page in NEEDS_DEMO:
        assert ballast(*shlex.split(DEMO)[1:]).code == 0
    runner = _Runner(ballast, monkeypatch)
    printed: list[str] = []
    was_shown = True
    for block in read_page(ROOT / page):
        if isinstance(block, Line):
            printed = [] if was_shown else printed
            printed.append(runner.run(block))
            was_shown = False
            continue
        was_shown = True
        if missing(block, printed) and request.config.getoption("--update-golden"):
            block = mend(ROOT / page, block, printed)  # noqa: PLW2901
        line = missing(block, printed)
        if line:
            unless_rounded_otherwise(same_sums)
        assert not line, f"{page} shows {line!r}; printed was:\n" + "\n".join(printed)


@pytest.fixture
def plans_bucket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Let ``s3://plans/ours`` be a bucket on loopback, and have no mirror of it yet."""
    monkeypatch.setenv("BALLAST_CACHE", str(tmp_path / "cache"))
    with object_store(monkeypatch) as store:

        def opened(url: str) -> Place:
            assert url == "s3://plans/ours"
            return open_place(store.url())

        monkeypatch.setattr(shared_results, "open_place", opened)
        yield


def test_nothing_is_left_out_without_a_reason() -> None:
    """Proves: what is not run is on a page, and `make demo` is the line that is run for it."""
    lines = {
        block.text for page in PAGES for block in read_page(ROOT / page) if isinstance(block, Line)
    }
    assert set(NOT_RUN) <= lines
    assert f"$(BIN)/{DEMO}\n" in (ROOT / "Makefile").read_text(encoding="utf-8")


class _Runner:
    """Runs the lines of one page, one behind the other."""

    def __init__(self, ballast: Command, monkeypatch: pytest.MonkeyPatch) -> None:
        self._ballast, self._monkeypatch = ballast, monkeypatch
        self._names: dict[str, Any] = {}

    def run(self, line: Line) -> str:
        """Run it and return what it prints."""
        if line.language == "python":
            return self._python(line.text)
        if line.language == "toml":
            return self._settings(line.text)
        if line.is_usage:
            return self._usage(line.text)
        text = DEMO if line.text == "make demo" else line.text
        if text in NOT_RUN:
            return ""
        with self._monkeypatch.context() as patch:
            if text in PREPARED:
                PREPARED[text](self._ballast, patch)
            return self._shell(text)

    def _shell(self, text: str) -> str:
        first, *words = shlex.split(text)
        if first != "ballast":
            return subprocess.run(
                [first, *words], capture_output=True, check=True, text=True
            ).stdout
        done = self._ballast(*words)
        assert "Traceback" not in done.err
        assert done.code == EXIT_CODES.get(text, 0), f"{text}: {done.err}"
        return done.err + done.out

    def _python(self, text: str) -> str:
        told = io.StringIO()
        with contextlib.redirect_stdout(told):
            exec(text, self._names)  # noqa: S102  a block of our own page
        return told.getvalue()

    def _settings(self, text: str) -> str:
        with Path("data/sample/portfolio.toml").open("a", encoding="utf-8") as settings:
            settings.write(f"\n{text}\n")
        return self._shell("ballast check data/sample")

    def _usage(self, text: str) -> str:
        _, command, *_ = words = shlex.split(text)
        told = self._ballast(command, "--help").out
        options = [word.strip("[]") for word in words if word.strip("[]").startswith("--")]
        assert all(re.search(rf"{option}\b", told) for option in options), told
        return told


def _keep_the_browser_shut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda _: True)
    if HISTORY.is_file() and HAZARDS.is_file():
        for path in (HISTORY, HAZARDS):
            Path(path.name).symlink_to(path)


def _edit(file: str, *changes: tuple[str, str]) -> None:
    text = Path(file).read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, f"{file}: {old}"
        text = text.replace(old, new)
    Path(file).write_text(text, encoding="utf-8")


def _a_new_portfolio(ballast: Command, _: pytest.MonkeyPatch) -> None:
    assert ballast("init", "my-portfolio").code == 0


def _a_bad_portfolio(ballast: Command, _: pytest.MonkeyPatch) -> None:
    assert ballast("init", "bad").code == 0
    _edit("bad/skus.csv", ("North,1.80,", "North,1.80 EUR,"), ("240,6,3,", "240,-6,NaN,"))
    _edit(
        "bad/sources.csv",
        ("candidate", "canditate"),
        ("SEAL-KIT,Nearby Metal", "SEAL-KIT,Nearby  Metal"),
    )
    _edit(
        "bad/portfolio.toml",
        ("\nlevel = 0.95", "\nlevel = 95"),
        ("\nweight = 0.15", "\nwieght = 0.5"),
    )


def _an_export(ballast: Command, _: pytest.MonkeyPatch) -> None:
    assert ballast("init", "my-export").code == 0
    _edit("my-export/skus.csv", ("North,1.80,", "North,1.80 EUR,"))
    _edit("my-export/sources.csv", ("primary,45,", "primary,six weeks,"))
    _edit("my-export/stock.csv", ("CONTROLLER-7,210,", "CONTROLLER-7,410,"))


def _countries(ballast: Command, _: pytest.MonkeyPatch) -> None:
    assert ballast("init", "my-portfolio").code == 0
    places = (("Home", "Germany"), ("Coast", "Japan"), ("Overseas", "Viet Nam"))
    _edit("my-portfolio/suppliers.csv", *((f",{old},", f",{new},") for old, new in places))


def _two_locks(_: Command, __: pytest.MonkeyPatch) -> None:
    skus = pd.read_csv("my-portfolio/skus.csv", dtype=str, keep_default_na=False)
    locked = skus["sku"].isin(["CONTROLLER-7", "SENSOR-12"])
    skus["lock_policy"] = locked.map({True: "stockpile", False: ""})
    skus.to_csv("my-portfolio/skus.csv", index=False)


def _a_plan_in_force(ballast: Command, _: pytest.MonkeyPatch) -> None:
    shutil.rmtree("my-portfolio")
    assert ballast("init", "my-portfolio").code == 0
    assert ballast("solve", "my-portfolio", "--run", "free").code == 0
    shutil.copy("results/free/plan.csv", "my-portfolio/plan.csv")


def _a_run_changed_by_hand(_: Command, __: pytest.MonkeyPatch) -> None:
    shutil.copytree("results/free", "results/tampered")
    manifest = Path("results/tampered/manifest.json")
    told = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(told | {"objective": told["objective"] - 1_000.0}))


class _Usage(NamedTuple):
    """What `shutil.disk_usage` returns."""

    total: int
    used: int
    free: int


def _a_full_disk(_: Command, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(shutil, "disk_usage", lambda _: _Usage(10**9, 10**9, 3_100_000))


def _a_disk_that_fills(_: Command, patch: pytest.MonkeyPatch) -> None:
    write = run_folder.write_parquet

    def refuse(table: pd.DataFrame, path: Path) -> None:
        if Path("results").absolute() in path.absolute().parents:
            told = "Error writing bytes to file. Detail: [errno 28] No space left on device"
            raise OSError(errno.ENOSPC, told)
        write(table, path)

    patch.setattr(run_folder, "write_parquet", refuse)


def _another_machine(_: Command, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("BALLAST_CACHE", str(Path("another").absolute()))


def _bad_what_ifs(_: Command, __: pytest.MonkeyPatch) -> None:
    header = "name,risk.wieght,risk.level,hazards.factor.'Taiwan quake'"
    Path("bad.csv").write_text(f"{header}\nRough Decade,,,3\nlevels,,95,\n", encoding="utf-8")


PREPARED: dict[str, Callable[[Command, pytest.MonkeyPatch], None]] = {
    "ballast check my-export --set-aside to-do": _an_export,
    "ballast import hazards my-portfolio --hazards hazard_by_country.csv --out rates": _countries,
    "ballast check bad": _a_bad_portfolio,
    "ballast solve my-portfolio --budget 100": _a_new_portfolio,
    "ballast solve my-portfolio --budget 25000": _two_locks,
    "ballast solve my-portfolio --budget 20000 --set limits.changes=1": _a_plan_in_force,
    "ballast verify tampered": _a_run_changed_by_hand,
    "ballast solve data/sample --run early": _a_full_disk,
    "ballast solve my-portfolio --run late": _a_disk_that_fills,
    "ballast what-if data/sample bad.csv": _bad_what_ifs,
    "ballast runs --results s3://plans/ours": _another_machine,
    "ballast verify q3 --results s3://plans/ours": _another_machine,
    "ballast approve q3 --by 'Ana Silva' --results s3://plans/ours": _another_machine,
}
