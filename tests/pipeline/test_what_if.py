"""`ballast what-if` from the command line: rows, runs, files, and what is refused."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

import optimizer
from optimizer.domain.plan import Outcome
from optimizer.domain.plan_figures import PARTS
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.pricing_model import Case
from optimizer.errors import StoppedError, VerificationError
from optimizer.inputs.read import read_portfolio
from optimizer.inputs.settings.what_if_file import read_what_ifs
from optimizer.jobs import what_if as what_if_job
from optimizer.jobs.about import Request
from optimizer.jobs.solve import solve
from optimizer.jobs.what_if import what_if as solve_what_ifs
from tests.pipeline.conftest import Command, Done

QUICK = ("--set", "solver.gap=1e-2", "--set", "scenarios.count=60")
OVERRIDES = QUICK[1::2]
EXPECTED = (*QUICK, "--set", "risk.measure=expected")
"""Without a tail, futures are drawn alike whatever the tables say of it."""
TABLES = (
    *("plan.parquet", "plan.csv", "curves.parquet", "scenarios.parquet", "strikes.parquet"),
    "expected.parquet",
)
ONCE = ("run", "command", "created", "seconds", "peak_memory_mb")


def what_if(ballast: Command, portfolio: Path, content: str, *more: str) -> Done:
    Path("what.csv").write_text(content, encoding="utf-8")
    return ballast("what-if", str(portfolio), "what.csv", "--run", "w", *more)


@pytest.fixture
def of_content(once: Command, small: Path) -> Done:
    """Solve the what-ifs of `CONTENT` as `w`, once a test run, and leave the file here too."""
    Path("what.csv").write_text(CONTENT, encoding="utf-8")
    line = ("what-if", str(small), "what.csv", "--run", "w", *QUICK)
    done = once(*line, what=CONTENT)
    assert done.code == 0, done.err
    return done


def rows_of(done: Done) -> dict[str, Any]:
    assert done.code == 0, done.err
    return {row["what_if"]: row for row in json.loads(done.out)}


def manifest_of(run: str) -> dict[str, Any]:
    text = Path("results", run, "manifest.json").read_text(encoding="utf-8")
    manifest: dict[str, Any] = json.loads(text)
    return manifest


def same_bytes(run: str, other: str) -> bool:
    """Return whether two runs hold the same plan, futures and facts but for name and time."""
    one, two = manifest_of(run), manifest_of(other)
    facts = [{key: value for key, value in m.items() if key not in ONCE} for m in (one, two)]
    files = [[Path("results", r, file).read_bytes() for file in TABLES] for r in (run, other)]
    return facts[0] == facts[1] and files[0] == files[1]


HOSTILE = "<b>=1+1</b> שלום"
CONTENT = (
    "name,description,risk.weight,budget.capital,hazards.rate_factor\n"
    "bold,only the mean,0,,\n"
    "poor,,,1000,\n"
    "more,,,420000,\n"
    f"wild,{HOSTILE},,,2\n"
)


@pytest.mark.usefixtures("of_content")
def test_what_ifs_are_runs_and_a_folder(ballast: Command, small: Path) -> None:
    """
    Proves: each what-if is a run that verifies and names its parent, base is what solve
    gives, one without a plan is a row with what is missing, and the folder says what is printed.
    """
    written = json.loads(Path("results/w/what_if.json").read_text(encoding="utf-8"))
    rows = {row["what_if"]: row for row in written["what_ifs"]}
    assert list(rows) == ["base", "bold", "poor", "more", "wild"]
    base, poor = rows["base"], rows["poor"]
    assert ballast("solve", str(small), "--run", "alone", *QUICK).code == 0
    assert base["objective"] == manifest_of("alone")["objective"]
    assert all(
        Path("results/alone", file).read_bytes() == Path("results/w-base", file).read_bytes()
        for file in TABLES
    )
    assert (poor["run"], poor["objective"], poor["regret"]) == (None, None, None)
    assert poor["message"].startswith("no plan meets the limits: raise the capital budget by")
    assert 0.0 < poor["missing"]["capital"] < 233_000.0
    assert [row["same_yardstick"] for row in rows.values()] == [True, False, True, True, False]
    for name in ("bold", "more", "wild"):
        row, manifest = rows[name], manifest_of(f"w-{name}")
        assert ballast("verify", f"w-{name}").code == 0
        assert (manifest["parent"], manifest["objective"]) == ("w", row["objective"])
        assert row["cost_difference"] == row["objective"] - base["objective"]
        assert row["regret"] == row["base_cost"] - row["objective"]
        assert row["regret"] >= row["bound"] - row["objective"] - 1e-6
        assert row["status"] == "optimal"
    assert manifest_of("w-wild")["overrides"] == [*OVERRIDES, "hazards.rate_factor=2"]
    assert manifest_of("w-wild")["settings"]["hazards"] == {"rate_factor": 2.0, "factor": {}}
    assert rows["wild"]["changes"] == "hazards.rate_factor 2"
    assert rows["more"]["base_cost"] == pytest.approx(base["objective"], rel=1e-12)
    table = pd.read_csv("results/w/what_if.csv")
    assert list(table.columns) == list(base)
    assert table["what_if"].tolist() == list(rows)
    changed = pd.read_csv("results/w/what_if.csv", dtype=str, keep_default_na=False)
    counts = [row["decisions_changed"] for row in rows.values()]
    assert changed["decisions_changed"].tolist() == ["" if n is None else str(n) for n in counts]
    assert sorted(path.name for path in Path("results/w").iterdir()) == [
        "report.html",
        "report.xlsx",
        "what_if.csv",
        "what_if.json",
    ]


def test_differences_are_those_of_the_runs_files(ballast: Command, small: Path) -> None:
    """Proves: SKUs changed, sources more and fewer, and robust SKUs are what the files say."""
    content = "name,max_alternates,hazards.rate_factor\nalone,0,\nwild,,4\n"
    free = ("budget.includes_qualification=false", "qualification.life_years=50")
    words = (word for override in free for word in ("--set", override))
    rows = rows_of(what_if(ballast, small, content, "--json", *QUICK, *words))
    sources = {name: _lines(name, "qualifications.csv", 2) for name in rows}
    decisions = {name: _decisions(name) for name in rows}
    assert rows["alone"]["qualified_fewer"] == len(sources["base"]) > 0
    assert rows["wild"]["qualified_more"] > 0
    for name in ("alone", "wild"):
        row = rows[name]
        assert row["qualified_more"] == len(sources[name] - sources["base"])
        assert row["qualified_fewer"] == len(sources["base"] - sources[name])
        assert row["decisions_changed"] == len(decisions[name] - decisions["base"])
    robust = decisions["base"] & decisions["alone"] & decisions["wild"]
    written = json.loads(Path("results/w/what_if.json").read_text(encoding="utf-8"))
    assert written["what_ifs"] == list(rows.values())
    assert (written["robust"], written["skus"]) == (len(robust), 40)


def _lines(name: str, file: str, n_columns: int) -> set[tuple[str, ...]]:
    table = pd.read_csv(f"results/w-{name}/{file}", dtype=str, keep_default_na=False)
    return set(table.iloc[:, :n_columns].itertuples(index=False, name=None))


def _decisions(name: str) -> set[tuple[str, ...]]:
    table = pd.read_csv(f"results/w-{name}/plan.csv", dtype=str, keep_default_na=False)
    columns = ["sku", "policy", "service_level", "reserve_days", "lot_days_min", "lot_factor"]
    columns += ["alternates"]
    return set(table[columns].itertuples(index=False, name=None))


def test_the_table_is_in_plain_words(ballast: Command, small: Path, of_content: Done) -> None:
    """Proves: the terminal shows every what-if, its changes, and which costs are comparable."""
    for words in (
        "against base",
        "risk.weight 0",
        "no plan meets the limits: raise the capital budget",
        "Of the plans comparable with base by cost, more (",
        "hazards or inputs differ: bold, wild; compare regret.",
        "of 40 SKUs keep their option in all 4 plans",
        "Report: results/w/report.html",
    ):
        assert words in of_content.out
    again = what_if(ballast, small, CONTENT, *QUICK)
    assert again.code == 2
    assert again.err.count("exists already") == 5


def test_a_doubled_factor_is_a_doubled_table(ballast: Command, small: Path) -> None:
    """
    Proves: rate_factor 2 gives the run, to the byte, of a table whose every rate is doubled, and
    3 for one hazard that of a table with that rate three times as high.
    """
    content = "name,hazards.rate_factor,hazards.factor.'Taiwan earthquake'\nwild,2,\nquake,,3\n"
    rows = rows_of(what_if(ballast, small, content, "--json", *EXPECTED))
    for name, times in (("wild", dict.fromkeys(_hazards(small), 2.0)), ("quake", {QUAKE: 3.0})):
        folder = Path(f"table-{name}")
        shutil.copytree(small, folder)
        table = pd.read_csv(folder / "hazards.csv")
        factor = [times.get(hazard, 1.0) for hazard in table["hazard"]]
        table.assign(annual_rate=table["annual_rate"] * factor).to_csv(
            folder / "hazards.csv", index=False
        )
        assert ballast("solve", str(folder), "--run", name, *EXPECTED).code == 0
        assert manifest_of(name)["objective"] == rows[name]["objective"]
        for file in (*TABLES, "scorecard.json", "break_even.csv"):
            one, other = Path("results", name, file), Path("results", f"w-{name}", file)
            assert one.read_bytes() == other.read_bytes(), file


QUAKE = "Taiwan earthquake"


def test_changed_inputs_are_a_changed_table(ballast: Command, small: Path) -> None:
    """
    Proves: lead times of one supplier doubled make the run, figure by figure, of a table that says
    so; with a supplier lost nothing is bought from it, base's plan is infeasible for its alternate
    there, and both runs verify from the inputs kept and their overrides; neither compares by cost.
    """
    supplier = "Formosa Silicon"
    content = (
        f"name,inputs.lead_time.factor.supplier.'{supplier}',inputs.supplier_lost\n"
        f"slow,2,\nlost,,{supplier}\n"
    )
    mean = (*QUICK, "--set", "risk.measure=expected")  # no pilot, whose futures differ
    rows = rows_of(what_if(ballast, small, content, "--json", *mean))
    assert rows["slow"]["changes"] == f"lead time × 2 (3 sources of supplier {supplier})"
    assert rows["lost"]["changes"] == f"supplier {supplier} lost (3 alternate sources gone)"
    assert rows["lost"]["base_breaks"] == "1 alternate no longer offered"
    assert (rows["lost"]["regret"], rows["slow"]["same_yardstick"]) == (None, False)
    plan = pd.read_csv("results/w-lost/plan.csv", keep_default_na=False)
    assert not plan["alternates"].str.contains(supplier).any()
    for name in ("w-slow", "w-lost"):
        assert ballast("verify", name).code == 0
    table = pd.read_csv(small / "sources.csv")
    times = 1.0 + (table["supplier"] == supplier)
    for column in ("lead_time_mean", "lead_time_std"):
        table[column] *= times
    table.to_csv(small / "sources.csv", index=False)
    assert ballast("solve", str(small), "--run", "slow", *mean).code == 0
    assert manifest_of("slow")["objective"] == pytest.approx(rows["slow"]["objective"], rel=1e-12)


def _hazards(folder: Path) -> list[str]:
    names: list[str] = pd.read_csv(folder / "hazards.csv")["hazard"].tolist()
    return names


def test_a_factor_moves_no_other_hazard(ballast: Command, small: Path) -> None:
    """
    Proves: common random numbers hold: every strike of every other hazard is the same in every
    future, to the bit, and of this one there are more.
    """
    content = f"name,hazards.factor.'{QUAKE}'\nquake,3\n"
    assert what_if(ballast, small, content, *QUICK).code == 0
    base, quake = (
        pd.read_parquet(f"results/w-{name}/strikes.parquet") for name in ("base", "quake")
    )
    here, there = (table["hazard"] == QUAKE for table in (base, quake))
    others = [
        table[~own]
        .drop(columns="strike")
        .sort_values(["scenario", "hazard", "start_day", "target"], ignore_index=True)
        for table, own in ((base, here), (quake, there))
    ]
    pd.testing.assert_frame_equal(*others, check_exact=True)
    assert there.sum() > here.sum()


def test_base_cost_is_what_keeping_the_plan_costs(ballast: Command, small: Path) -> None:
    """
    Proves: base_cost is the objective that solve finds under the what-if's settings where no SKU
    may change from the plan of base.
    """
    content = "name,risk.weight,carrying.capital,hazards.rate_factor\ndear,0.8,0.2,1.5\n"
    dear = rows_of(what_if(ballast, small, content, "--json", *EXPECTED))["dear"]
    shutil.copy("results/w-base/plan.csv", small / "plan.csv")
    changes = [f"--set={change}" for change in manifest_of("w-dear")["overrides"]]
    kept = ballast("solve", str(small), "--run", "kept", *changes, "--set", "limits.changes=0")
    assert kept.code == 0, kept.err
    assert manifest_of("kept")["objective"] == pytest.approx(dear["base_cost"], rel=1e-9)
    assert dear["regret"] > 0.0


def test_a_plan_that_is_not_open_there_has_no_regret(ballast: Command, small: Path) -> None:
    """Proves: a limit that base's plan exceeds, and options no longer offered, are named."""
    content = "name,budget.capital,max_alternates\nless,300000,\nalone,,0\n"
    done = what_if(ballast, small, content, "--json", *QUICK)
    rows = rows_of(done)
    assert rows["less"]["base_breaks"].startswith("capital: 39")
    assert rows["less"]["base_breaks"].endswith(" of 300,000.00 EUR")
    with_alternates = (pd.read_csv("results/w-base/plan.csv")["alternates"].notna()).sum()
    assert with_alternates > 0
    assert rows["alone"]["base_breaks"].startswith(f"{with_alternates} option")
    assert (rows["less"]["regret"], rows["alone"]["regret"]) == (None, None)
    assert rows["less"]["base_cost"] == pytest.approx(rows["base"]["objective"], rel=1e-12)


@pytest.mark.usefixtures("of_content")
def test_the_order_of_rows_and_columns_changes_no_run(ballast: Command, small: Path) -> None:
    """Proves: a what-if's run is the same, but for its name and time, wherever it stands."""
    header, *rows = (line.split(",") for line in CONTENT.splitlines())
    turned = [header[:2] + header[:1:-1], *(row[:2] + row[:1:-1] for row in rows[::-1])]
    Path("results").rename("before")
    assert what_if(ballast, small, "\n".join(map(",".join, turned)), *QUICK).code == 0
    for name in ("base", "bold", "more", "wild"):
        shutil.copytree(f"before/w-{name}", f"results/before-{name}")
        assert same_bytes(f"w-{name}", f"before-{name}")


def test_no_what_if_has_a_plan(ballast: Command, small: Path) -> None:
    """Proves: where none has, it ends with 3 and every reason, and nothing is written."""
    content = "name,budget.capital\npoor,1000\npoorer,10\n"
    refused = what_if(ballast, small, content, "--set", "limits.storage=0.001", *QUICK)
    assert refused.code == 3
    assert [line.partition(":")[0] for line in refused.err.splitlines()[-3:]] == [
        "base",
        "poor",
        "poorer",
    ]
    assert list(Path("results").iterdir()) == []


def test_base_without_a_plan_compares_nothing(ballast: Command, small: Path) -> None:
    """Proves: what-ifs are solved even where the portfolio as it is has no plan."""
    (small / "portfolio.toml").write_text("[budget]\ncapital = 1000\n[risk]\nmeasure = 'cvar'\n")
    done = what_if(ballast, small, "name,budget.capital\nrich,500000\n", *QUICK)
    assert done.code == 0, done.err
    assert "Base has no plan" in done.out
    rich = json.loads(Path("results/w/what_if.json").read_text())["what_ifs"][1]
    assert (rich["run"], rich["cost_difference"], rich["base_cost"]) == ("w-rich", None, None)


def test_skus_without_an_option_are_a_what_if_without_a_plan(ballast: Command, small: Path) -> None:
    """
    Proves: a what-if that closes every policy but `on_demand`, which SKUs counted one by one may
    use, is a row with reasons: of the SKUs that it leaves without an option the first six.
    """
    policies = ("jit", "reorder_point", "vmi", "safety_stock", "forward_buy", "stockpile")
    header = ",".join(["name", *(f"policies.{name}.service_levels" for name in policies)])
    content = f"{header}\nnothing{',[]' * 6}\nno-jit,[]{',' * 5}\n"
    rows = rows_of(what_if(ballast, small, content, "--json", *QUICK))
    message = rows["nothing"]["message"]
    assert message.startswith("skus, sku = ")
    assert "no policy is available to this SKU" in message
    laws = pd.read_csv("results/w-base/plan.csv")["demand_model"]
    assert message.endswith(f"; and {(laws == 'gamma').sum() - 6} more")
    assert rows["no-jit"]["run"] == "w-no-jit"


def test_a_bad_file_writes_nothing(ballast: Command, small: Path) -> None:
    """Proves: every problem on the error stream, exit 2, no folder of results."""
    refused = what_if(ballast, small, "name,risk.wait,risk.weight\nA b,1,\nb,,7\nb,,0\n", *QUICK)
    assert refused.code == 2
    for told in ("row 1, risk.wait", "row 2, name", "row 3, risk.weight", "row 4, name"):
        assert f"what.csv, {told}" in refused.err
    assert not Path("results").exists()


def test_a_name_too_long_for_its_run(ballast: Command, small: Path) -> None:
    """Proves: a name that is good alone and too long behind the folder's is refused first."""
    long = "a" * 63
    refused = what_if(ballast, small, f"name,risk.weight\n{long},0\n", *QUICK)
    assert (refused.code, f"w-{long}"[:40] in refused.err) == (2, True)
    assert not Path("results").exists()


def test_a_description_stays_text(ballast: Command, small: Path) -> None:
    """Proves: markup, formulas and right-to-left text come back as they were written."""
    texts = ["[bold]<b>x</b>[/]", "=HYPERLINK(1)", "\u202eabc שלום"]
    rows = [f"s{k},{text},0.{k}" for k, text in enumerate(texts)]
    content = "\n".join(["name,description,risk.weight", *rows])
    done = what_if(ballast, small, content, *QUICK)
    assert done.code == 0, done.err
    assert all(text.replace("\u202e", "\\u202e") in done.out for text in texts)
    assert "\u202e" not in done.out
    table = pd.read_csv("results/w/what_if.csv", keep_default_na=False)
    assert table["description"].tolist()[1:] == texts


@pytest.mark.usefixtures("of_content")
def test_what_ifs_have_page_and_workbook_and_have_them_again(ballast: Command, small: Path) -> None:
    """
    Proves: both are written, with every description as it is; with the portfolio and the runs
    gone they come back byte for byte from the folder alone, costs in the workbook equal to
    what_if.csv's.

    Sensitivity: a number that reads back otherwise, or a figure taken from a run, changes them.
    """
    folder = Path("results/w")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    shutil.rmtree(small)
    for name in ("base", "bold", "more", "wild"):
        shutil.rmtree(f"results/w-{name}")
    for name in ("report.html", "report.xlsx"):
        (folder / name).write_bytes(b"spoilt")
    done = ballast("report", "w")
    assert done.code == 0, done.err
    assert done.out.splitlines() == [f"Wrote {folder / n}" for n in ("report.html", "report.xlsx")]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    sheet = load_workbook(folder / "report.xlsx")["What-ifs"]
    rows = list(sheet.iter_rows(3, values_only=True))
    assert rows[4][1] == HOSTILE
    table = csv.DictReader((folder / "what_if.csv").read_text("utf-8").splitlines())
    assert [(row[0], row[5]) for row in rows] == [
        (row["what_if"], float(row["objective"]) if row["objective"] else None) for row in table
    ]


def test_the_parts_of_a_cost_are_those_of_its_run(ballast: Command, small: Path) -> None:
    """Proves: parts, horizon and level of each row are those of its own run."""
    content = "name,horizon.days,risk.level\nshort,90,\nsafe,,0.9\n"
    rows = rows_of(what_if(ballast, small, content, "--json", *QUICK))
    for name, row in rows.items():
        manifest = manifest_of(f"w-{name}")
        assert {part: row[part] for part in PARTS} == {
            part: manifest["components"][part] for part in PARTS
        }
    assert [(row["horizon_days"], row["tail_level"]) for row in rows.values()] == [
        *((365, 0.95), (90, 0.95), (365, 0.9)),
    ]
    page = Path("results/w/report.html").read_text(encoding="utf-8")
    assert "EUR over its horizon" in page


@pytest.mark.usefixtures("of_content")
def test_damaged_what_ifs_are_refused(ballast: Command) -> None:
    """Proves: a what_if.json that lacks something is named; nothing changes."""
    file, page = Path("results/w/what_if.json"), Path("results/w/report.html")
    stated, before = json.loads(file.read_text(encoding="utf-8")), page.read_bytes()
    base, bold, *_ = stated["what_ifs"]
    no_plans = [row | {"objective": None} for row in (base, bold)]
    no_horizon = {key: value for key, value in base.items() if key != "horizon_days"}
    for damage in (
        {"what_ifs": []},
        {"what_ifs": [bold, base]},
        {"what_ifs": no_plans},
        {"what_ifs": [no_horizon, bold]},
        {"about": {}},
        {"currency": 5},
        {"left_out": None},
    ):
        file.write_text(json.dumps(stated | damage), encoding="utf-8")
        refused = ballast("report", "w")
        assert refused.code == 2, damage
        assert "w/what_if.json: this file of the run is damaged" in refused.err
    assert page.read_bytes() == before


def test_a_time_limit_ends_one_what_if_only(ballast: Command, small: Path) -> None:
    """Proves: a what-if that its time limit leaves without a plan is a row, the rest is solved."""
    content = "name,solver.time_limit,risk.weight\nhasty,0.000001,\nbold,,0\n"
    rows = rows_of(what_if(ballast, small, content, "--json", *QUICK))
    assert "Raise solver.time_limit" in rows["hasty"]["message"]
    assert rows["bold"]["status"] == "optimal"


def _press(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("during", ["prepare_run", "decide"])
def test_ctrl_c_keeps_what_is_solved(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, during: str
) -> None:
    """Proves: the runs before it stay, the folder is written and names what is left out."""
    (tmp_path / "what.csv").write_text("name,risk.weight\na,0\nb,0.1\nc,0.2\n")
    read = read_what_ifs(small, tmp_path / "what.csv", OVERRIDES)
    work, calls = getattr(what_if_job, during), []

    def interrupted(*words: Any, **rest: Any) -> Any:
        calls.append(words)
        if len(calls) == 3:
            _press()
            raise StoppedError("interrupt")
        return work(*words, **rest)

    monkeypatch.setattr(what_if_job, during, interrupted)
    found = solve_what_ifs(*read, Request(results=tmp_path / "r", name="w"))
    assert [row.what_if for row in found.rows] == ["base", "a"]
    assert found.left_out == ("b", "c")
    assert {path.name for path in (tmp_path / "r").iterdir()} == {"w", "w-base", "w-a", ".inputs"}


def test_ctrl_c_with_a_plan_keeps_it(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: the plan that an interrupt left is verified, written and the last, even where it is
    within the gap, and `stopped_by` tells nothing; a stop before any plan is told.
    """
    (tmp_path / "what.csv").write_text("name,risk.weight\na,0\n")
    read = read_what_ifs(small, tmp_path / "what.csv", OVERRIDES)
    decide = what_if_job.decide

    def interrupted(case: Case, *, stop: Stop, **rest: Any) -> Outcome:
        outcome = decide(case, stop=stop, **rest)
        _press()
        return outcome

    monkeypatch.setattr(what_if_job, "decide", interrupted)
    found = solve_what_ifs(*read, Request(results=tmp_path / "r", name="w"))
    assert ([row.what_if for row in found.rows], found.left_out) == (["base"], ("a",))

    monkeypatch.setattr(what_if_job, "prepare_run", _press)
    with pytest.raises(StoppedError, match="before any plan was found; nothing was written"):
        solve_what_ifs(*read, Request(results=tmp_path / "r", name="v"))
    assert not (tmp_path / "r" / "v").exists()


def test_a_node_limit_is_no_ctrl_c(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: a what-if that its node limit leaves without a plan is a row, and the rest is solved.

    Sensitivity: told from the clock, it is taken for Ctrl-C, and "b" is not reached.
    """
    (tmp_path / "what.csv").write_text("name,risk.weight\na,0\nb,0.1\n")
    read = read_what_ifs(small, tmp_path / "what.csv", OVERRIDES)
    decide = what_if_job.decide

    def limited(case: Case, **rest: Any) -> Outcome:
        if case.portfolio.settings.risk.weight == 0.0:
            raise StoppedError("node_limit")
        return decide(case, **rest)

    monkeypatch.setattr(what_if_job, "decide", limited)
    found = solve_what_ifs(*read, Request(results=tmp_path / "r", name="w"))
    assert [getattr(row, "run", None) for row in found.rows] == ["w-base", None, "w-b"]
    told = "the node limit was reached before any plan was found. Raise solver.node_limit."
    assert found.rows[1].message == told


def test_a_plan_the_verifier_refuses_ends_it(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: a wrong objective is refused, the runs before it stay, no folder of all appears."""
    (tmp_path / "what.csv").write_text("name,risk.weight\na,0\n")
    read = read_what_ifs(small, tmp_path / "what.csv", OVERRIDES)
    decide, calls = what_if_job.decide, []

    def wrong(case: Case, **rest: Any) -> Outcome:
        calls.append(case)
        outcome = decide(case, **rest)
        return replace(outcome, objective=outcome.objective * (0.9 + 0.1 * (len(calls) == 1)))

    monkeypatch.setattr(what_if_job, "decide", wrong)
    with pytest.raises(VerificationError):
        solve_what_ifs(*read, Request(results=tmp_path / "r", name="w"))
    assert {path.name for path in (tmp_path / "r").iterdir()} == {"w-base", ".inputs"}


def test_notebooks_have_the_same(small: Path, tmp_path: Path) -> None:
    """Proves: the two names of the package give the rows, and base is what solve gives."""
    (tmp_path / "what.csv").write_text("name,risk.weight\na,0\n")
    read = optimizer.read_what_ifs(small, tmp_path / "what.csv", OVERRIDES)
    found = optimizer.what_if(*read, Request(results=tmp_path / "r", name="w"))
    alone = solve(read_portfolio(small, OVERRIDES), Request(results=tmp_path / "r", name="alone"))
    assert found.rows[0].objective == alone.tables.manifest.objective
