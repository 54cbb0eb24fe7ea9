"""The command line itself: help, versions, usage errors, names, messages."""

from __future__ import annotations

import hashlib
import json
import shutil
import webbrowser
from pathlib import Path
from typing import get_args

import pytest

from optimizer.domain.settings import Solver
from tests.pipeline.conftest import Command


@pytest.mark.parametrize(
    "command",
    [
        "solve",
        "verify",
        "runs",
        "check",
        "init",
        "import",
        "explain",
        "export",
        "reoptimize",
        "frontier",
        "what-if",
        "alternatives",
        "backtest",
        "open",
        "simulate",
        "validate",
        "report",
    ],
)
def test_every_command_has_help_with_an_example(ballast: Command, command: str) -> None:
    """Proves: --help ends with 0 and shows how the command is typed."""
    done = ballast(command, "--help")
    assert done.code == 0
    assert f"Example: ballast {command}" in done.out


def test_help_names_every_method_and_no_wrong_setting(ballast: Command) -> None:
    """Proves: --method lists what the settings allow, and no importer is offered risk.weight."""
    said = " ".join(ballast("solve", "--help").out.split())
    assert all(method in said for method in get_args(Solver.model_fields["method"].annotation))
    assert "portfolio's" in said
    assert "risk.weight" not in ballast("import", "--help").out


def test_version(ballast: Command) -> None:
    """Proves: --version ends with 0 and names the program."""
    done = ballast("--version")
    assert (done.code, done.out.split()[0]) == (0, "ballast")


def test_what_turns_a_line_around_is_shown_as_its_code(ballast: Command, small: Path) -> None:
    """Proves: a name that nobody checks, of a SKU that is none, does not reach the terminal raw."""
    plan = "sku,policy,service_level\ngone\u202e\x1b[2J,jit,0.5\n"
    (small / "plan.csv").write_text(plan, encoding="utf-8")
    done = ballast("check", str(small))
    shown = "gone\\u202e\\u001b[2J"
    assert shown in done.err
    assert all(line.isprintable() for line in done.err.splitlines())
    refused = ballast("check", "none\u202e", "--json").out
    assert refused.isascii()
    assert json.loads(refused)["problems"][0]["file"] == "none\u202e"


def test_every_file_that_is_not_as_written_is_told(ballast: Command, solved: Path) -> None:
    """Proves: `verify` tells all changed and missing files at once, exit 5, as text and as JSON."""
    whole = ballast("verify", "one")
    manifest = hashlib.sha256((solved / "manifest.json").read_bytes()).hexdigest()
    assert (whole.code, whole.out.split()[-1]) == (0, manifest)
    assert manifest in (solved / "report.html").read_text(encoding="utf-8")
    for name in ("plan.csv", "report.html", "report.xlsx", "scorecard.json"):
        with (solved / name).open("ab") as file:
            file.write(b"\n")
    (solved / "solver.log").unlink()
    refused = ballast("verify", "one", "--json")
    assert refused.code == 5
    assert json.loads(refused.out)["differences"] == [
        "solver.log: is missing",
        "plan.csv: has changed since it was written",
        "report.html: has changed since it was written",
        "report.xlsx: has changed since it was written",
        "scorecard.json: has changed since it was written",
    ]


@pytest.mark.parametrize("words", [("solve",), ("solve", "x", "--bugdet", "3"), ("sovle",)])
def test_a_usage_error_is_told_as_such(ballast: Command, words: tuple[str, ...]) -> None:
    """Proves: what cannot be parsed ends with 2 and the usage, not with a traceback."""
    done = ballast(*words)
    assert done.code == 2
    assert "Usage:" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--budget=-5",), '--budget = "-5.0": '),
        (("--budget", "nan"), "--budget = "),
        (("--method", "magic"), '--method = "magic": '),
        (("--seed=-1", "--set", "risk.weight=7"), '--seed = "-1": '),
    ],
)
def test_an_option_is_blamed_by_its_own_name(
    ballast: Command, small: Path, words: tuple[str, ...], told: str
) -> None:
    """Proves: --budget=-5 is told as --budget, not as --set, which was not typed."""
    refused = ballast("solve", str(small), *words)
    assert refused.code == 2
    assert refused.err.splitlines()[0].startswith(told) or f"\n{told}" in refused.err


def test_a_run_is_found_by_name_beside_a_folder_of_that_name(
    ballast: Command, solved: Path
) -> None:
    """Proves: `verify small` takes results/small though a folder here is called small."""
    solved.rename("results/small")
    Path("small").mkdir(exist_ok=True)
    assert ballast("verify", "small").code == 0
    assert ballast("verify", "results/small").code == 0
    shutil.rmtree("results/small")
    gone = ballast("verify", "small")
    assert (gone.code, gone.err.startswith("results/small: ")) == (2, True)


def test_runs_are_never_cut(ballast: Command, solved: Path) -> None:
    """Proves: piped, the longest name stands whole on one line with its cost and its gap."""
    name = "a" * 64
    solved.rename(f"results/{name}")
    [line] = [line for line in ballast("runs").out.splitlines() if name in line]
    for word in (" EUR", " %", "optimal", "cvar"):
        assert word in line
    assert "nan" not in line.lower().replace(name, "")
    assert all(run["currency"] == "EUR" for run in json.loads(ballast("runs", "--json").out))


def test_sentences_are_not_broken_when_piped(once: Command, small: Path) -> None:
    """Proves: every sentence of the summary is one line, however long."""
    lines = once("solve", str(small), "--run", "one").out.splitlines()
    assert max(map(len, lines)) > 100
    told = [line for line in lines if line and not line.startswith(("Report:", "SHA-256 of"))]
    assert all(line.endswith(".") for line in told)


def test_refusals_as_json_carry_their_own_lists(
    ballast: Command, once: Command, small: Path
) -> None:
    """Proves: exit 2, 3 and 5 list problems, repairs and differences one by one."""
    bad = json.loads(ballast("solve", str(small), "--json", "--budget=-5").out)
    assert [problem["file"] for problem in bad["problems"]] == ["--budget"]
    short = json.loads(ballast("solve", str(small), "--json", "--budget", "1000").out)
    assert (short["error"], short["problems"], short["differences"]) == ("NoPlanError", [], [])
    assert short["repairs"]
    assert once("solve", str(small), "--run", "one").code == 0
    manifest = Path("results/one/manifest.json")
    told = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(told | {"objective": told["objective"] + 1.0}))
    changed = json.loads(ballast("verify", "one", "--json").out)
    assert changed["error"] == "VerificationError"
    assert any("objective" in difference for difference in changed["differences"])


@pytest.mark.usefixtures("solved")
def test_quiet_and_verbose(ballast: Command) -> None:
    """
    Proves: --quiet leaves the result alone, --verbose adds what is read, before or behind the
    command, and neither stays on for the next one; both at once are refused.

    Sensitivity: a handler that is left on the logger prints its lines for the next command too.
    """
    words = ("simulate", "one", "--replications", "2")
    plain, quiet = ballast(*words), ballast(*words, "--quiet")
    assert "  play " in plain.err
    assert (quiet.err, quiet.out.splitlines()[0]) == ("", plain.out.splitlines()[0])
    verbose = ballast("--verbose", *words)
    assert "    inputs.read: read " in verbose.err
    assert "    store.publish: wrote results/one" in verbose.err
    assert "  play " in verbose.err
    again = ballast(*words)
    assert ("  play " in again.err, "inputs.read" in again.err) == (True, False)
    both = ballast("--quiet", "--verbose", "runs")
    assert (both.code, both.err[:20]) == (2, "--quiet, --verbose: ")


@pytest.mark.usefixtures("solved")
@pytest.mark.parametrize("there_is_one", [True, False])
def test_open_shows_the_page(
    ballast: Command, monkeypatch: pytest.MonkeyPatch, there_is_one: bool
) -> None:
    """Proves: the browser gets the page's address, its path is printed with or without one."""
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: opened.append(url) or there_is_one)
    done = ballast("open", "one")
    assert (done.code, done.out) == (0, "results/one/report.html\n")
    assert opened == [Path("results/one/report.html").resolve().as_uri()]
    assert ("No browser was found" in done.err) is not there_is_one


@pytest.mark.usefixtures("solved")
def test_open_says_how_to_make_the_page(ballast: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: without a page, or without a run, it ends with 2 and the remedy; nothing opens."""
    monkeypatch.setattr(webbrowser, "open", pytest.fail)
    Path("results/one/report.html").unlink()
    without = ballast("open", "one")
    assert (without.code, "Write it with `ballast report one`." in without.err) == (2, True)
    gone = ballast("open", "none")
    assert (gone.code, "`ballast runs`" in gone.err) == (2, True)


@pytest.mark.usefixtures("solved")
def test_runs_are_found_by_what_they_say(ballast: Command) -> None:
    """Proves: the list names the portfolio; filters narrow it, and what fits none is told so."""
    assert "small" in ballast("runs", "--portfolio", "small", "--status", "optimal").out
    found = json.loads(ballast("runs", "--find", "one", "--measure", "cvar", "--json").out)
    assert [run["run"] for run in found] == ["one"]
    none = ballast("runs", "--status", "optimum")
    assert (none.code, none.out) == (
        0,
        "No run fits. There are those of status optimal and of measure cvar.\n",
    )
