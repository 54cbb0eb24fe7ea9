"""`ballast audit`, end to end: its sums, its files, and what the tables do not give."""

from __future__ import annotations

import json
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
