"""From files to the domain types."""

from __future__ import annotations

import hashlib
import random
import tempfile
from collections.abc import Callable
from dataclasses import fields
from math import inf
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.domain.portfolio import CANDIDATE, PRIMARY, Portfolio
from optimizer.errors import BadInputError
from optimizer.inputs.read import read_portfolio

Write = Callable[[dict[str, str | bytes]], Path]

FILES = {
    "skus.csv": (
        "sku,category,unit_cost,demand_mean,demand_std\n"
        "00123,metal,10,,\n1E10,glass,20,,\nNA,metal,30,7,1\nb,glass,1,2,3\nB-2,,5,6,7\n"
    ),
    "suppliers.csv": "supplier,region\nNorth,EU\nSouth,Asia\nWest,US\n",
    "tags.csv": "supplier,tag\nWest,sea\nSouth,sea\nWest,air\n",
    "sources.csv": (
        "sku,supplier,role,lead_time_mean,lead_time_std\n"
        "00123,North,primary,,\n1E10,West,primary,3,1\nNA,South,primary,4,1\n"
        "b,North,primary,5,1\nB-2,West,primary,6,1\n"
        "b,West,candidate,7,1\nb,South,qualified,8,1\nNA,North,candidate,9,1\n"
    ),
    "hazards.csv": (
        "hazard,kind,scope,target,annual_rate,duration_mean_days\n"
        "z,outage,region,Asia,0.1,20\na,surge,category,metal,0.2,9\n"
        "m,outage,tag,sea,0.3,5\n"
    ),
    "demand.csv": "sku,date,quantity\n"
    + "".join(
        f"{sku},2026-01-{d:02d},{d * 0.1}\n" for d in range(1, 15) for sku in ("00123", "1E10")
    ),
    "deliveries.csv": "sku,supplier,ordered,received\n"
    + "".join(f"00123,North,2026-01-01,2026-01-{day:02d}\n" for day in (4, 9, 17)),
    "plan.csv": (
        "sku,policy,service_level,alternates,reason\nb,jit,0.5,West;South,x\nNA,vmi,0.9,,y\n"
    ),
}


def written(files: dict[str, str]) -> Portfolio:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_text(content)
        return read_portfolio(folder)


def shuffled(text: str, order: random.Random) -> str:
    header, *rows = text.splitlines()
    order.shuffle(rows)
    return "\n".join([header, *rows]) + "\n"


def assert_equal(one: object, other: object) -> None:
    for field in fields(one):  # type: ignore[arg-type]
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))


@settings(max_examples=25)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(order: random.Random) -> None:
    """Proves: any shuffling of every table's rows gives the same portfolio, bit for bit."""
    one = written(FILES)
    other = written({name: shuffled(text, order) for name, text in FILES.items()})
    for table in ("skus", "suppliers", "tags", "sources", "hazards", "plan_in_force", "history"):
        assert_equal(getattr(one, table), getattr(other, table))
    assert (one.settings, one.ledger, one.warnings) == (
        other.settings,
        other.ledger,
        other.warnings,
    )


def test_canonical_order_and_rows_for_names() -> None:
    """
    Proves: SKUs sort by code point; sources by SKU, role, supplier; `primary` points at primaries.

    00123 < 1E10 < B-2 < NA < b.  Sources of b: primary North (0), qualified South (1), candidate
    West (2).
    """
    portfolio = written(FILES)
    assert portfolio.skus.sku.tolist() == ["00123", "1E10", "B-2", "NA", "b"]
    assert portfolio.sources.sku.tolist() == [0, 1, 2, 3, 3, 4, 4, 4]
    assert portfolio.sources.supplier[-3:].tolist() == [0, 1, 2]
    assert portfolio.skus.primary.tolist() == [0, 1, 2, 3, 5]
    assert (portfolio.sources.role[portfolio.skus.primary] == PRIMARY).all()
    assert portfolio.sources.role[-1] == CANDIDATE
    assert portfolio.hazards.hazard.tolist() == ["a", "m", "z"]
    assert portfolio.tags.supplier.tolist() == [1, 2, 2]
    assert portfolio.tags.tag.tolist() == ["sea", "air", "sea"]


def test_defaults_of_what_is_left_out(sound: dict[str, str], write: Write) -> None:
    """Proves: MODEL 1's defaults, 0 but for the columns it names."""
    portfolio = read_portfolio(write({**sound}))
    skus, suppliers, sources = portfolio.skus, portfolio.suppliers, portfolio.sources
    assert set(skus.shelf_life_days) == set(skus.max_cover_days) == {inf}
    assert set(skus.severity) == set(skus.detection) == {5.0}
    assert set(skus.order_cost) == set(skus.volume) == {0.0}
    assert set(skus.demand_mean_error) == set(skus.unit_decimals) == set(skus.min_stock) == {0.0}
    assert set(skus.demand_interval_days) == set(skus.order_multiple) == {1.0}
    assert set(skus.demand_model) == {"auto"}
    assert np.isnan(skus.launched).all()
    assert np.isnan(skus.ends).all()
    assert len(portfolio.tags) == 0
    assert suppliers.onboarded.all()
    assert not suppliers.offers_vmi.any()
    assert set(sources.capacity_share) == {1.0}
    assert set(portfolio.hazards.hit_probability) == set(portfolio.hazards.multiplier) == {1.0}


def test_plan_in_force_is_aligned() -> None:
    """Proves: decisions stand at their SKU, alternates sorted; a SKU without one has none."""
    plan = written(FILES).plan_in_force
    assert plan is not None
    assert plan.policy.tolist() == ["", "", "", "vmi", "jit"]
    assert plan.service_level.tolist() == [0.0, 0.0, 0.0, 0.9, 0.5]
    assert plan.alternates.tolist() == ["", "", "", "", "South;West"]


def test_a_lot_is_a_multiple_of_its_unit(sound: dict[str, str], write: Write) -> None:
    """Proves: the least multiple is one unit of a SKU's decimals, 0.01 with two; 2.5 stays."""
    skus = "\n".join(
        f"{row},{columns}"
        for row, columns in zip(
            sound["skus.csv"].splitlines(),
            ("unit_decimals,order_multiple", "2,", "1,2.5", ","),
            strict=True,
        )
    )
    found = read_portfolio(write({**sound, "skus.csv": f"{skus}\n"})).skus
    np.testing.assert_allclose(found.order_multiple, [0.01, 2.5, 1.0], rtol=1e-15)
    assert found.unit_decimals.tolist() == [2.0, 1.0, 0.0]


def test_todays_numbers_as_they_are(sound: dict[str, str], write: Write) -> None:
    """
    Proves: without a policy r and Q stand as stated, and a maximum of 20 over 8 is a lot of 12.

    C3 has no row and nothing decided.
    """
    plan = "sku,reorder_point,order_quantity,max_stock\nB2,8,,20\nA1,-1,3,\n"
    found = read_portfolio(write({**sound, "plan.csv": plan})).plan_in_force
    assert found is not None
    np.testing.assert_array_equal(found.reorder_point, [-1.0, 8.0, np.nan])
    np.testing.assert_array_equal(found.order_quantity, [3.0, 12.0, np.nan])
    assert set(found.policy) == {""}
    assert set(found.lot_factor) == {1.0}


def test_a_policy_decides_over_the_numbers_beside_it(sound: dict[str, str], write: Write) -> None:
    """
    Proves: of a run's own plan.csv the policy counts; the numbers beside it follow from it.

    Sensitivity: taken as stated they would fix the lot whatever demand and cost have become.
    """
    plan = (
        "sku,segment,policy,service_level,reserve_days,lot_factor,order_quantity,reorder_point\n"
        "A1,x,stockpile,0.95,30,0.5,40,17\nB2,x,on_demand,0,0,1,3,-1\nC3,x,jit,0.5,0,1,0,0\n"
    )
    found = read_portfolio(write({**sound, "plan.csv": plan})).plan_in_force
    assert found is not None
    assert found.policy.tolist() == ["stockpile", "on_demand", "jit"]
    assert found.lot_factor.tolist() == [0.5, 1.0, 1.0]
    assert np.isnan(found.reorder_point).all()
    assert np.isnan(found.order_quantity).all()


def test_stock_is_read_beside_the_skus(sound: dict[str, str], write: Write) -> None:
    """
    Proves: usable is on hand less blocked, 7 - 2 = 5; a SKU without a row is unknown, not 0, and
    named; the day of the count is that of the rows that state one.
    """
    rows = "sku,on_hand,on_order,blocked,as_of\nA1,7,3,2,2026-07-01\n"
    portfolio = read_portfolio(write({**sound, "stock.csv": rows}))
    stock = portfolio.stock_on_hand
    assert stock is not None
    assert portfolio.ledger["stock"] == 1
    assert (stock.usable[0], stock.on_order[0], stock.blocked[0]) == (5.0, 3.0, 2.0)
    assert stock.is_counted.tolist() == [True, False, False]
    assert np.isnan([stock.usable[1], stock.on_order[1], stock.blocked[1]]).all()
    assert stock.as_of == 20635
    said = " ".join(portfolio.warnings)
    assert 'stock has no row for 2 of 3 SKUs, first "B2"' in said
    assert "the level of the plan, not 0" in said


def test_every_fault_of_a_stock_table_is_named_at_once(sound: dict[str, str], write: Write) -> None:
    """
    Proves: an unknown SKU, a negative quantity, more blocked than on hand and a second day are all
    refused together, each with its row and its remedy.
    """
    rows = "sku,on_hand,on_order,blocked,as_of\nA1,7,-1,9,2026-07-01\nB3,8,0,0,2026-07-02\n"
    with pytest.raises(BadInputError) as refused:
        read_portfolio(write({**sound, "stock.csv": rows}))
    found = {(p.row, p.column): f"{p.rule} {p.remedy}" for p in refused.value.problems}
    assert set(found) == {(2, "on_order"), (2, "on_hand"), (3, "sku"), (3, "as_of")}
    assert "is not in skus" in found[3, "sku"]
    assert "less than blocked" in found[2, "on_hand"]
    assert "not the day of row 2, 2026-07-01" in found[3, "as_of"]
    assert "on one day" in found[3, "as_of"]


def test_limits_by_quarter_need_a_stock_table(sound: dict[str, str], write: Write) -> None:
    """Proves: capital by quarter without today's stock is refused with its remedy."""
    with pytest.raises(BadInputError, match=r"no table of it\. Add the table stock"):
        read_portfolio(write(sound), ["budget.quarters=[1e6, 1e6, 1e6, 1e6]"])
    with pytest.raises(BadInputError, match="must be four amounts, one for each quarter; found 2"):
        read_portfolio(write(sound), ["budget.quarters=[1e6, 1e6]"])


def test_plan_of_a_sku_that_is_gone_is_left_out_and_said(
    sound: dict[str, str], write: Write
) -> None:
    """Proves: last quarter's plan may name SKUs of last quarter, and they are named."""
    portfolio = read_portfolio(
        write({**sound, "plan.csv": "sku,policy,service_level\nOLD,jit,0.5\n"})
    )
    assert any('"OLD"' in warning for warning in portfolio.warnings)


def test_hashes_and_ledger(sound: dict[str, str], write: Write) -> None:
    """Proves: every file read is in `inputs` with its SHA-256, every table in the ledger."""
    portfolio = read_portfolio(write({**sound, "portfolio.toml": "max_alternates = 0\n"}))
    assert set(portfolio.inputs) == {*sound, "portfolio.toml"}
    expected = hashlib.sha256(sound["skus.csv"].encode()).hexdigest()
    assert portfolio.inputs["skus.csv"] == expected
    assert portfolio.ledger == {"skus": 3, "suppliers": 2, "sources": 4, "hazards": 1}
    assert portfolio.settings.max_alternates == 0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("[carrying]\ncapital = 0.52", ""),
        ("[carrying]\ncapital = 0.54", "carrying stock costs 61 % of its value a year"),
        ("[carrying]\ncapital = 10", "1,007 %"),
    ],
)
def test_a_carrying_rate_beyond_belief_is_a_doubt(
    sound: dict[str, str], write: Write, settings: str, said: str
) -> None:
    """
    Proves: .52 and the other four parts of .07 are below 60 %; .54 and 10 % written as
    10 get a note that names double counting and the fraction, and are solved all the same.
    """
    warnings = read_portfolio(write({**sound, "portfolio.toml": settings})).warnings
    doubts = [warning for warning in warnings if "cost of capital is counted twice" in warning]
    assert len(doubts) == bool(said)
    assert said in " ".join(doubts)


def test_obsolescence_counts_by_the_value_of_demand(sound: dict[str, str], write: Write) -> None:
    """
    Proves: 100 % a year on the two SKUs that are sold, 0 on the one that is not, are 117 %.

    Sensitivity: the plain mean over the SKUs would say 84 %.
    """
    head, *rows = sound["skus.csv"].splitlines()
    rated = zip(rows, (1, 1, 0), strict=True)
    skus = [f"{head},obsolescence_rate", *(f"{row},{rate}" for row, rate in rated)]
    files = {**sound, "skus.csv": "\n".join(skus) + "\n"}
    assert "117 %" in " ".join(read_portfolio(write(files)).warnings)


def test_doubts_are_warnings(sound: dict[str, str], write: Write) -> None:
    """Proves: one region, wild demand and blank rows are said but not refused."""
    files = {
        **sound,
        "suppliers.csv": sound["suppliers.csv"].replace("EU", "Asia"),
        "skus.csv": sound["skus.csv"].replace("5,2", "5,26") + ",,,,\n",
    }
    said = " ".join(read_portfolio(write(files)).warnings)
    assert 'one region, "Asia"' in said
    assert 'for 1 of 3 SKUs, first "A1"' in said
    assert "skus.csv: 1 blank rows skipped" in said
