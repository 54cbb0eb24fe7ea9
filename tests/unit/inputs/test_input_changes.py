"""Changes of inputs: what they do to the portfolio, in words, and what is refused."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from optimizer.domain.portfolio import CANDIDATE, PRIMARY, Portfolio
from optimizer.errors import BadInputError
from optimizer.inputs.read import read_portfolio
from optimizer.inputs.settings.what_if_file import read_what_ifs

FILES: dict[str, str] = {
    "skus.csv": (
        "sku,category,unit_cost,demand_mean,demand_std,demand_mean_error,unit_margin,min_stock\n"
        "A1,metal,10,5,2,1,3,0\nB2,metal,20,4,1,0,3,0\nC3,glass,30,0,0,0,3,0\nD4,glass,8,2,1,0,3,9\n"
    ),
    "suppliers.csv": (
        "supplier,region,onboarded,onboarding_cost\n"
        "North,EU,true,0\nSouth,Asia,false,100\nEast,Asia,true,0\n"
    ),
    "sources.csv": (
        "sku,supplier,role,lead_time_mean,lead_time_std,price_premium,qualification_cost,"
        "capacity_share\n"
        "A1,North,primary,10,2,0,0,1\nA1,South,candidate,20,5,0.2,9125,0.5\n"
        "A1,East,qualified,30,5,0.5,0,1\n"
        "B2,North,primary,4,0,0,0,1\nB2,East,qualified,9,3,-0.1,0,1\n"
        "C3,South,primary,7,1,0,0,1\nD4,East,primary,7,1,0,0,1\n"
    ),
    "hazards.csv": (
        "hazard,kind,scope,target,annual_rate,duration_mean_days\nflood,outage,region,Asia,0.1,20\n"
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four SKUs: North is the primary of A1 and B2, East the only source of D4."""
    home = tmp_path / "portfolio"
    home.mkdir()
    for name, content in FILES.items():
        (home / name).write_text(content, encoding="utf-8")
    return home


def said(folder: Path, *changes: str) -> str:
    """Return what a what-if of these changes says of itself."""
    keys = [change.partition("=")[0] for change in changes]
    values = [change.partition("=")[2] for change in changes]
    file = folder.parent / "what.csv"
    file.write_text(f"name,{','.join(keys)}\nx,{','.join(values)}\n", encoding="utf-8")
    return read_what_ifs(folder, file)[1][0].in_words


def refused(folder: Path, *changes: str) -> str:
    with pytest.raises(BadInputError) as refusal:
        read_portfolio(folder, changes)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("change", "means", "words"),
    [
        ("inputs.demand.factor.all=1.5", [7.5, 6.0, 0.0, 3.0], "demand × 1.5 (4 SKUs)"),
        (
            "inputs.demand.factor.category.metal=2",
            [10.0, 8.0, 0.0, 2.0],
            "demand × 2 (2 SKUs of category metal)",
        ),
        ("inputs.demand.value.sku.B2=1", [5.0, 1.0, 0.0, 2.0], "demand = 1 (SKU B2)"),
        (
            "inputs.demand.factor.supplier.East=0",
            [5.0, 4.0, 0.0, 0.0],
            "demand × 0 (1 SKU of primary supplier East)",
        ),
    ],
)
def test_demand_changes_with_its_deviation(
    folder: Path, change: str, means: list[float], words: str
) -> None:
    """
    Proves: a factor or a value reaches the SKUs that it names and no others, deviation and error
    move in proportion, and the words count the SKUs.

    Sensitivity: a supplier taken for any source, not for the primary, would reach A1 and B2 too.
    """
    before, after = read_portfolio(folder).skus, read_portfolio(folder, [change]).skus
    assert after.demand_mean.tolist() == means
    moved = [5.0, 4.0, 1.0, 2.0]  # C3 has no demand, and no deviation
    share = np.array(means) / np.array(moved)
    for name in ("demand_std", "demand_mean_error"):
        assert getattr(after, name) == pytest.approx(getattr(before, name) * share)
    assert said(folder, change) == words


def test_lead_times_belong_to_sources(folder: Path) -> None:
    """Proves: by supplier its own rows change, whatever their role; by SKU all rows of it."""
    before = read_portfolio(folder).sources
    east = read_portfolio(folder, ["inputs.lead_time.factor.supplier.East=2"]).sources
    of_east = before.supplier == 0
    assert east.lead_time_mean.tolist() == (before.lead_time_mean * (1 + of_east)).tolist()
    assert east.lead_time_std.tolist() == (before.lead_time_std * (1 + of_east)).tolist()
    a1 = read_portfolio(folder, ["inputs.lead_time.value.sku.A1=40"]).sources
    assert a1.lead_time_mean[before.sku == 0].tolist() == [40.0] * 3
    assert a1.lead_time_std[0] == 2.0 * 40.0 / 10.0
    assert (
        a1.lead_time_mean[before.sku != 0].tolist()
        == before.lead_time_mean[before.sku != 0].tolist()
    )


def test_values_come_first_and_factors_combine(folder: Path) -> None:
    """Proves: 12 by value, then 1.5 and 2 by factors make 36, in whatever order they are given."""
    changes = [
        "inputs.unit_cost.factor.sku.A1=2",
        "inputs.unit_cost.factor.category.metal=1.5",
        "inputs.unit_cost.value.sku.A1=12",
    ]
    for given in (changes, changes[::-1]):
        assert read_portfolio(folder, given).skus.unit_cost.tolist() == [36.0, 30.0, 30.0, 8.0]


def test_dearer_buying_is_told_beside(folder: Path) -> None:
    """Proves: 10 % on all prices is 365·(5 + 8 + 1.6) = 5,329 a year that no plan's cost holds."""
    words = said(folder, "inputs.unit_cost.factor.all=1.1")
    assert words == (
        "unit cost × 1.1 (4 SKUs), buying itself 5,329 EUR a year more, beside the plan's cost"
    )


def test_a_lost_primary_is_replaced_by_the_cheapest_landed(folder: Path) -> None:
    """
    Proves: A1's units land at 12 plus 9,125/3 years/1,825 units = 13.67 from South and at 15 from
    East, so South, a candidate, becomes primary, at its price, lead time and as if onboarded, and
    East's premium is 15/12 − 1; B2 goes to East at 18. No trace of North is left in the sources.

    Sensitivity: without the premiums counted anew, A1's alternate would cost 18.
    """
    lost = read_portfolio(folder, ["inputs.supplier_lost=North"])
    names = lost.suppliers.supplier
    primaries = [str(names[lost.sources.supplier[row]]) for row in lost.skus.primary]
    assert primaries == ["South", "East", "South", "East"]
    assert lost.skus.unit_cost.tolist() == [12.0, 18.0, 30.0, 8.0]
    assert lost.sources.role.tolist() == [PRIMARY, 1, PRIMARY, PRIMARY, PRIMARY]
    assert lost.sources.price_premium == pytest.approx([0.0, 0.25, 0.0, 0.0, 0.0])
    assert lost.sources.lead_time_mean[lost.skus.primary].tolist() == [20.0, 9.0, 7.0, 7.0]
    assert lost.suppliers.onboarded.all()
    words = said(folder, "inputs.supplier_lost=North")
    assert words == (
        "supplier North lost (2 SKUs with another primary, 1 of them a candidate, taken as "
        "qualified, 1 of them for less than all, taken as able to supply all), buying itself 730 "
        "EUR a year more, beside the plan's cost"
    )


def test_a_cheap_qualification_decides(folder: Path) -> None:
    """Proves: at a qualification of 20,000 South lands at 15.65, and East at 15 is taken."""
    dear = ["inputs.qualification_cost.value.supplier.South=20000", "inputs.supplier_lost=North"]
    lost = read_portfolio(folder, dear)
    assert lost.skus.unit_cost[0] == 15.0
    assert (lost.sources.role == CANDIDATE).tolist()[1]
    assert lost.sources.price_premium[1] == pytest.approx(12.0 / 15.0 - 1.0)


def test_a_sku_without_a_source_is_refused_or_dropped(folder: Path) -> None:
    """
    Proves: D4 has no other source than East: refused by its name with the remedy, or nobody asks
    for it any more, with its margin of 3·2·365 = 2,190 told; its primary stays in the table.
    """
    told = refused(folder, "inputs.supplier_lost=East")
    assert 'inputs.supplier_lost = "East": 1 SKU would have no source: "D4"' in told
    assert "inputs.no_source = drop" in told
    dropped = read_portfolio(folder, ["inputs.supplier_lost=East", "inputs.no_source=drop"])
    assert dropped.skus.demand_mean.tolist() == [5.0, 4.0, 0.0, 0.0]
    assert dropped.skus.min_stock[3] == 0.0
    assert len(dropped.skus.primary) == 4
    words = said(folder, "inputs.supplier_lost=East", "inputs.no_source=drop")
    assert words == (
        "supplier East lost (2 alternate sources gone, 1 SKU without a source dropped, a margin of "
        "2,190 EUR a year gone, beside the plan's cost)"
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (["inputs.demnad.factor.all=2"], 'Nearest: "inputs.demand.factor.all"'),
        (["inputs.demand.factor=2"], "is no change of inputs"),
        (["inputs.demand.factor.category.metall=2"], 'no such category. Nearest: "metal"'),
        (["inputs.demand.factor.sku.A2=2"], 'no such SKU. Nearest: "B2", "A1"'),
        (["inputs.lead_time.factor.supplier.Norht=2"], 'no such supplier. Nearest: "North"'),
        (["inputs.supplier_lost=Norht"], 'no such supplier. Nearest: "North"'),
        (["inputs.demand.factor.all=1"], "changes nothing"),
        (["inputs.demand.value.sku.A1=5"], "changes nothing"),
        (["inputs.demand.factor.supplier.Ghost=2"], "no such supplier"),
        (["inputs.demand.factor.all=-1"], "must be in [0, 1000]"),
        (["inputs.demand.factor.all=nan"], "must be in [0, 1000]"),
        (["inputs.demand.factor.all=twice"], "is no number"),
        (["inputs.demand.factor.all=true"], "is no number"),
        (["inputs.unit_cost.value.all=-3"], "must be >= 0"),
        (["inputs.price_premium.value.all=-1"], "must be in (-1, 1000]"),
        (["inputs.onboarding_cost.factor.sku.A1=2"], "is a supplier's"),
        (["inputs.demand.value.sku.C3=4"], "has no demand whose deviation could follow"),
        (
            ["inputs.unit_cost.value.all=3", "inputs.unit_cost.value.sku.A1=4"],
            "which is ambiguous",
        ),
        (["inputs.no_source=drop"], "says nothing without inputs.supplier_lost"),
        (["inputs.supplier_lost=East", "inputs.no_source=keep"], "must be drop"),
    ],
)
def test_what_cannot_be_changed_is_refused(folder: Path, changes: list[str], told: str) -> None:
    """Proves: every bad key, name, number or empty change is refused with what would be right."""
    assert told in refused(folder, *changes)


def test_a_file_tells_row_and_column(folder: Path) -> None:
    """Proves: problems of a what-if stand at its row and column, all at once."""
    file = folder.parent / "what.csv"
    file.write_text(
        "name,inputs.demand.factor.category.metall,inputs.supplier_lost,inputs.lead_tme.factor.all\n"
        "a,2,,\nb,,East,\n",
        encoding="utf-8",
    )
    with pytest.raises(BadInputError) as refusal:
        read_what_ifs(folder, file)
    told = str(refusal.value)
    assert 'what.csv, row 2, inputs.demand.factor.category.metall = "metall"' in told
    assert "what.csv, row 1, inputs.lead_tme.factor.all" in told
    assert 'Nearest: "inputs.lead_time.factor.all"' in told


def test_a_what_if_rereads_the_same(folder: Path) -> None:
    """
    Proves: the overrides of a what-if, upon those of the base, give the same portfolio when read
    again, array by array: its run can be verified; and it is not compared with base by its cost.
    """
    file = folder.parent / "what.csv"
    keys = "inputs.demand.factor.category.metal,inputs.supplier_lost,risk.weight"
    file.write_text(f"name,{keys}\nx,1.3,North,0.3\n", encoding="utf-8")
    base, [one] = read_what_ifs(folder, file, ["inputs.unit_cost.factor.all=1.1"])
    assert base.skus.unit_cost[1] == pytest.approx(22.0)
    assert not one.same_yardstick
    again = read_portfolio(folder, one.portfolio.overrides)
    assert_same(again, one.portfolio)


def assert_same(one: Portfolio, other: Portfolio) -> None:
    assert one.settings == other.settings
    for table in ("skus", "sources", "suppliers", "hazards"):
        mine, its = getattr(one, table), getattr(other, table)
        for field in fields(mine):
            np.testing.assert_array_equal(getattr(mine, field.name), getattr(its, field.name))
