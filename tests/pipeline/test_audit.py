"""`ballast audit`, end to end: its sums, its files, and what the tables do not give."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tests.pipeline.conftest import Command
from tests.support.public_data import HAZARDS, HISTORY, needs_public_data

ORDERS = """order,line,sku,quantity,promised,delivered,quantity_delivered,undamaged,documented
1,1,EL-001,10,2026-01-10,2026-01-09,10,true,true
1,2,EL-001,10,2026-01-10,2026-01-10,10,true,true
2,1,EL-001,20,2026-01-10,2026-01-10,15,true,true
2,2,EL-001,10,2026-01-10,2026-01-12,10,true,true
3,1,EL-001,10,2026-01-10,2026-01-10,10,false,true
4,1,EL-001,40,2026-02-20,,,true,true
"""
DELIVERIES = """sku,supplier,ordered,promised,received,quantity_ordered,quantity_received
EL-001,Suzhou Circuits,2026-01-01,2026-01-20,2026-01-19,30,30
EL-001,Suzhou Circuits,,2026-01-20,2026-01-21,10,10
EL-006,Suzhou Circuits,2026-01-01,2026-01-20,2026-01-20,10,9
EL-006,Suzhou Circuits,2026-01-01,,2026-01-20,10,
"""


def test_an_audit_adds_up(ballast: Command, once: Command, small: Path) -> None:
    """
    Proves: shares of SKUs, suppliers and regions add up to 1, and every spend to the whole; a
    region that is down costs no less than its suppliers one by one; the CSVs have what the JSON
    has; `report` makes page and workbook again, byte by byte, and the workbook opens.
    """
    done = once("audit", str(small), "--run", "a", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    skus, nodes = pd.DataFrame(found["skus"]), pd.DataFrame(found["nodes"])
    spend = found["summary"]["spend_a_year"]
    assert (len(skus), found["summary"]["plan"]) == (40, "today")
    assert skus["spend_a_year"].sum() == pytest.approx(spend, rel=1e-12)
    assert skus["at_risk"].sum() == pytest.approx(found["summary"]["at_risk"], rel=1e-12)
    for kind in ("supplier", "region"):
        shares = nodes[nodes["kind"] == kind]["spend_share"]
        assert shares.sum() == pytest.approx(1.0, rel=1e-12)
        index = found["summary"]["concentration"][kind]
        assert index == pytest.approx((shares**2).sum(), rel=1e-12)
        assert 1.0 / len(shares) <= index <= 1.0
    suppliers, regions = (nodes[nodes["kind"] == kind] for kind in ("supplier", "region"))
    own = suppliers.groupby("region")["loss_if_down"].sum()
    whole = regions.set_index("name")["loss_if_down"].reindex(own.index)
    assert (whole >= own * (1.0 - 1e-12)).all()
    own = skus.groupby("primary_supplier")["loss_if_down"].sum()
    assert own.to_dict() == pytest.approx(suppliers.set_index("name")["loss_if_down"].to_dict())
    assert (skus["rpn"] == skus["severity"] * skus["occurrence"] * skus["detection"]).all()
    assert 3 <= len(found["first_parts"]) <= 5
    folder = Path("results/a")
    assert json.loads((folder / "audit.json").read_text(encoding="utf-8"))["skus"] == found["skus"]
    assert len(pd.read_csv(folder / "skus.csv")) == 40
    assert len(pd.read_csv(folder / "nodes.csv")) == len(nodes)
    made = {name: (folder / name).read_bytes() for name in ("report.html", "report.xlsx")}
    assert ballast("report", "a").code == 0
    assert made == {name: (folder / name).read_bytes() for name in made}
    book = openpyxl.load_workbook(folder / "report.xlsx", read_only=True)
    assert book["SKUs"].max_row == 40 + 2
    assert {"Portfolio matrix", "Buffers", "Scorecard", "Begin with"} <= set(book.sheetnames)
    largest = {row[0]: row[1] for row in book["Summary"].iter_rows(values_only=True)}
    assert largest["Largest loss, one supplier down"] == suppliers["loss_if_down"].max()


def test_orders_and_deliveries_are_scored(ballast: Command, small: Path) -> None:
    """
    Proves: of five lines due 3 are complete in time, 45 of 60 units; of three orders due one is
    perfect; one of three deliveries told is on time and in full; what was delivered is shared out.

    Sensitivity: a product of rates instead of all of an order's lines would give .6·.8·1; with
    the line not due yet, 45 of 100 units.
    """
    (small / "orders.csv").write_text(ORDERS, encoding="utf-8")
    (small / "deliveries.csv").write_text(DELIVERIES, encoding="utf-8")
    done = ballast("audit", str(small), "--run", "a", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    values = {row["figure"]: row["value"] for row in found["scorecard"]}
    assert values["Fill rate"] == pytest.approx(45.0 / 60.0)
    assert values["Line-item fill rate"] == pytest.approx(3.0 / 5.0)
    assert values["Perfect Order Fulfillment"] == pytest.approx(1.0 / 3.0)
    assert values["OTIF of suppliers"] == pytest.approx(1.0 / 3.0)
    shares = [row["delivered_share"] for row in found["nodes"] if row["kind"] == "supplier"]
    assert sum(shares) == pytest.approx(1.0)
    assert max(shares) == 1.0


def test_what_the_tables_do_not_give_is_said(ballast: Command, small: Path) -> None:
    """
    Proves: without plan, history, tags, hazards, TTR and ratings the audit is made all the same,
    says what is missing, judges no buffer, and counts just-in-time stock; a name taken is refused.
    """
    skus = pd.read_csv(small / "skus.csv", dtype=str, keep_default_na=False)
    stated = {"demand_mean": "10", "demand_std": "5", "severity": "", "detection": ""}
    skus.assign(**stated).to_csv(small / "skus.csv", index=False)
    hazards = pd.read_csv(small / "hazards.csv", dtype=str, keep_default_na=False)
    hazards.head(0).to_csv(small / "hazards.csv", index=False)
    suppliers = pd.read_csv(small / "suppliers.csv", dtype=str, keep_default_na=False)
    suppliers.drop(columns="ttr_days").to_csv(small / "suppliers.csv", index=False)
    for name in ("plan", "demand", "tags", "stock"):
        (small / f"{name}.csv").unlink()
    done = ballast("audit", str(small), "--run", "bare")
    assert done.code == 0, done.err
    for said in (
        "There is no plan table",
        "There is no demand history",
        "There is no hazard",
        "taken to recover in 30 days",
        "RPN ranks by occurrence alone",
        "no buffer can be judged",
    ):
        assert said in done.out
    written = json.loads(Path("results/bare/audit.json").read_text(encoding="utf-8"))
    assert {row["buffer_verdict"] for row in written["skus"]} == {""}
    assert written["first_parts"] == []
    assert sum(row["loss_if_down"] for row in written["nodes"]) > 0.0
    again = ballast("audit", str(small), "--run", "bare")
    assert again.code == 2
    assert "exists already" in again.err
    assert ballast("audit", str(small), "--run", "bare", "--replace", "--quiet").code == 0
    wrong = ("--set", "segments.value_shares=[0.9, 0.8]", "--set", "audit.ttr_days=0")
    refused = ballast("audit", str(small), "--run", "other", *wrong)
    assert refused.code == 2
    assert "segments.value_shares" in refused.err
    assert "audit.ttr_days" in refused.err
    assert not Path("results/other").exists()


def test_thresholds_are_settings(ballast: Command, small: Path) -> None:
    """Proves: with every share up to 1 all valued SKUs are A; from 0 days on all risk is high."""
    limits = ("segments.value_shares=[0.999999, 1]", "segments.high_risk_days=0")
    words = [word for limit in limits for word in ("--set", limit)]
    done = ballast("audit", str(small), "--run", "a", *words, "--json")
    assert done.code == 0, done.err
    segments = {row["segment"] for row in json.loads(done.out)["skus"] if row["spend_a_year"] > 1.0}
    assert {name[0] for name in segments} == {"A"}
    assert {name.rsplit("-", 1)[1] for name in segments} == {"high"}


@needs_public_data
def test_the_real_concentrations_are_named(ballast: Command) -> None:
    """Proves: of the public deliveries 80 % were made in India, and 27 % at one plant in Nashik."""
    words = ("--hazards", str(HAZARDS), "--out", "scms")
    imported = ballast("import", "scms", str(HISTORY), *words)
    assert imported.code == 0, imported.err
    done = ballast("audit", "scms", "--run", "real")
    assert done.code == 0, done.err
    assert (
        "India made 80.2 % of what was delivered, Mylan (formerly Matrix) Nashik alone 27.2 %"
        in done.out
    )


def test_what_changed_since_the_quarter_before_is_flagged(ballast: Command, small: Path) -> None:
    """
    Proves: against an earlier folder a hazard, an OTIF, an approval that has ended and demand that
    trebled since are flagged, with the test where there is one, in JSON, CSV, page and workbook;
    against itself nothing but what has ended is; `report` makes page and workbook again.
    """
    earlier = small.with_name("earlier")
    shutil.copytree(small, earlier)
    demand = pd.read_csv(small / "demand.csv")
    day = pd.to_datetime(demand["date"])
    is_new = day > day.max() - pd.Timedelta(days=90)
    demand[~is_new].to_csv(earlier / "demand.csv", index=False)
    often = demand[is_new]["sku"].value_counts().index[0]
    demand.loc[is_new & (demand["sku"] == often), "quantity"] *= 3
    demand.to_csv(small / "demand.csv", index=False)
    hazards = pd.read_csv(small / "hazards.csv")
    hazards.loc[0, "annual_rate"] *= 2.0
    hazards.to_csv(small / "hazards.csv", index=False)
    suppliers = pd.read_csv(small / "suppliers.csv")
    suppliers.loc[0, "otif"] -= 0.2
    suppliers.to_csv(small / "suppliers.csv", index=False)
    sources = pd.read_csv(small / "sources.csv")
    sources["approved_until"] = ""
    primary = sources.index[sources["role"] == "primary"]
    sources.loc[primary[0], "approved_until"] = str(day.max().date() - pd.Timedelta(days=1))
    sources.loc[primary[1], "approved_until"] = "2099-12-31"
    sources.to_csv(small / "sources.csv", index=False)
    done = ballast("audit", str(small), "--before", str(earlier), "--run", "a", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    by_flag = {row["flag"]: row for row in found["review"]}
    assert {"hazard up", "OTIF drifted", "approval expired", "demand shifted"} <= set(by_flag)
    assert by_flag["hazard up"]["subject"] == hazards["hazard"][0]
    assert by_flag["OTIF drifted"]["subject"] == suppliers["supplier"][0]
    assert by_flag["OTIF drifted"]["p_value"] is None
    shifted = [row["subject"] for row in found["review"] if row["flag"] == "demand shifted"]
    assert often in shifted
    assert by_flag["demand shifted"]["adjusted_p"] <= 0.05
    assert by_flag["demand shifted"]["p_value"] <= by_flag["demand shifted"]["adjusted_p"]
    folder = Path("results/a")
    assert len(pd.read_csv(folder / "review.csv")) == len(found["review"])
    assert "Buffers to review" in (folder / "report.html").read_text(encoding="utf-8")
    book = openpyxl.load_workbook(folder / "report.xlsx", read_only=True)
    assert book["To review"].max_row == len(found["review"]) + 2
    made = (folder / "report.html").read_bytes()
    assert ballast("report", "a").code == 0
    assert made == (folder / "report.html").read_bytes()
    same = ballast("audit", str(small), "--before", str(small), "--run", "b", "--json")
    assert {row["flag"] for row in json.loads(same.out)["review"]} == {"approval expired"}


def test_a_run_can_be_the_quarter_before(ballast: Command, small: Path, solved: Path) -> None:
    """
    Proves: a run stands for the quarter with the inputs it kept and its plan in force, named as
    other commands name it; what is no portfolio and no run is refused.
    """
    suppliers = pd.read_csv(small / "suppliers.csv")
    suppliers["ttr_days"] = 3_000
    suppliers.to_csv(small / "suppliers.csv", index=False)
    done = ballast("audit", str(small), "--before", solved.name, "--run", "a", "--json")
    assert done.code == 0, done.err
    plan = pd.read_csv(solved / "plan.csv").set_index("sku")
    lost = [row for row in json.loads(done.out)["review"] if row["flag"] == "TTS fell below TTR"]
    assert lost
    for row in lost:
        days = float(row["before"].split()[1])
        assert days == pytest.approx(plan["cover_days"][row["subject"]], abs=0.051)
    done = ballast("audit", str(small), "--before", "nothing", "--run", "b")
    assert done.code == 2
    assert "nothing: does not exist" in done.err
