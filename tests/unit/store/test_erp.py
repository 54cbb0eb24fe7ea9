"""A plan as ERP files: every target as it stands, what does not fit refused, no digit lost."""

from __future__ import annotations

import csv
import io
import re
import textwrap
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.domain.characters import oddity_of
from optimizer.domain.portfolio import Portfolio
from optimizer.errors import BadInputError
from optimizer.store.erp.fields import fields_of
from optimizer.store.erp.mapping import FIELDS, ErpMapping, read_mapping, read_preset, targets
from optimizer.store.erp.text import MOST_SHOWN, texts_of
from tests.support.erp_formats import check_erp_file, read_erp_file
from tests.support.portfolios import make_portfolio

GOLDEN = Path(__file__).parents[2] / "golden" / "erp"
KEY = {
    "odoo": ("stock.warehouse.orderpoint.csv", "product_id"),
    "erpnext": ("item.csv", "item_code"),
    "sap-marc": ("marc.txt", "MATNR"),
    "d365": ("Item coverage V2.csv", "ItemNumber"),
    "business-central": ("Stockkeeping Unit.csv", "Item No."),
    "frepple": ("buffer.csv", "item"),
    "tryton": ("stock.order_point.csv", "product"),
}
Row = Mapping[str, Any]
ROWS: tuple[Row, ...] = (
    # with a reserve; leading zeros; a pack of 12
    {"sku": "00123", "site": "0100", "order_multiple": 12.0, "min_order_qty": 30.0}
    | {"order_quantity": 120.0, "reorder_point": 40.0, "reserve_units": 28.0, "safety_stock": 11.6},
    # .1 + .2 is no float of its own; a number to a spreadsheet
    {"sku": "1E10", "site": "0100", "unit_decimals": 1.0, "order_multiple": 0.1}
    | {"order_quantity": 838.9, "reorder_point": 0.1, "reserve_units": 0.2, "safety_stock": 0.21},
    # without stock
    {"sku": "NA", "site": "WH1"}
    | {"order_quantity": 5.0, "reorder_point": -1.0, "reserve_units": 0.0, "safety_stock": -3.0},
    # no demand, nothing held
    {"sku": "OLD, 7", "site": "WH1"}
    | {"order_quantity": 0.0, "reorder_point": 0.0, "reserve_units": 0.0, "safety_stock": 0.0},
    # one on the shelf, one ordered when it goes
    {"sku": "Ö-1", "site": "WH1", "unit_cost": 0.1}
    | {"order_quantity": 1.0, "reorder_point": 0.0, "reserve_units": 0.0, "safety_stock": -0.17},
)


def made(rows: tuple[Row, ...] = ROWS, **source: Any) -> tuple[Portfolio, pd.DataFrame]:
    """Build a portfolio and a plan of these rows, each bought from Alfa within 14.2 days."""
    defaults = {"order_quantity": 1.0, "reorder_point": 1.0, "reserve_units": 0.0}
    plan = pd.DataFrame([defaults | {"safety_stock": 0.0} | dict(row) for row in rows])
    sources = [
        {"sku": at, "supplier": 0, "lead_time_mean": 14.2} | source for at in range(len(rows))
    ]
    return make_portfolio(rows, sources), plan.assign(policy="reorder_point")


def exported(mapping: ErpMapping, rows: tuple[Row, ...] = ROWS, **source: Any) -> dict[str, bytes]:
    """Return the files of a target."""
    portfolio, plan = made(rows, **source)
    return texts_of(mapping, *fields_of(portfolio, plan, "one", below=mapping.orders == "below"))


def refused(target: str, *rows: Row, **source: Any) -> list[str]:
    """Return why rows are refused; a row states what differs from an item that fits."""
    full = tuple({"sku": f"A{at}", "site": "0100", **row} for at, row in enumerate(rows))
    with pytest.raises(BadInputError) as refusal:
        exported(read_preset(target)[0], full, **source)
    return [str(problem) for problem in refusal.value.problems]


def columns(target: str, name: str) -> dict[str, str]:
    """Return a column of a target's first file that has it, by SKU."""
    file, key = KEY[target]
    files = exported(read_preset(target)[0])
    rows = read_erp_file(file, files[file])
    return {row[key]: row[name] for row in rows}


@pytest.mark.parametrize("target", targets())
def test_every_file_of_every_target(target: str, request: pytest.FixtureRequest) -> None:
    """
    Proves: each file is, byte for byte, the one that was reviewed, and its columns, types,
    lengths, decimals and keys are those the ERP documents.
    """
    for name, content in exported(read_preset(target)[0]).items():
        golden = GOLDEN / target / name
        if request.config.getoption("--update-golden"):
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_bytes(content)
        assert content == golden.read_bytes()
        assert len(check_erp_file(name, content)) == len(ROWS)


def test_the_targets_are_those_promised() -> None:
    """Proves: the seven targets come with the package, and each is tried here."""
    assert set(targets()) == set(KEY)


def test_the_level_holds_the_reserve_and_meets_the_erps_own_rule() -> None:
    """
    Proves: 40 + 28 = 68 is the level at which the plan orders: 68 where the ERP orders *at* its
    level, 69 where it orders *below* it; .1 + .2 is 0.3, and 0.4 below.

    Sensitivity: without the reserve 40; the sum as floats is 0.30000000000000004.
    """
    assert columns("business-central", "Reorder Point")["00123"] == "68"
    assert columns("business-central", "Reorder Point")["1E10"] == "0.3"
    for target, name in (
        ("odoo", "product_min_qty"),
        ("tryton", "min_quantity"),
        ("sap-marc", "MINBE"),
        ("d365", "MinimumOnHandInventoryQuantity"),
        ("erpnext", "reorder_levels.warehouse_reorder_level"),
    ):
        assert columns(target, name)["00123"] == "69"
        assert columns(target, name)["1E10"] == "0.4"


def test_a_slow_mover_is_reordered_when_its_one_piece_goes() -> None:
    """
    Proves: r = 0, Q = 1 keeps one on the shelf: ordered below 1, up to 1.

    Sensitivity: a minimum of 0 would order when somebody waits already.
    """
    assert columns("odoo", "product_min_qty")["Ö-1"] == "1"
    assert columns("odoo", "product_max_qty")["Ö-1"] == "1"


def test_a_sku_without_stock_is_ordered_when_it_is_asked_for() -> None:
    """
    Proves: r = -1, Q = 5: ordered below 0 up to 4, which is 5 pieces when one is asked for; where
    the ERP has a word for it, by that; a SKU without demand is never ordered.
    """
    assert columns("odoo", "product_min_qty")["NA"] == "0"
    assert columns("odoo", "product_max_qty")["NA"] == "4"
    assert columns("odoo", "product_max_qty")["OLD, 7"] == "0"
    assert columns("sap-marc", "DISMM")["NA"] == "PD"
    assert columns("sap-marc", "MINBE")["NA"] == ""
    assert columns("sap-marc", "BSTMI")["NA"] == "5"
    assert columns("business-central", "Reordering Policy")["NA"] == "Order"
    assert columns("d365", "CoverageMethod")["NA"] == "Req"


def test_safety_stock_and_days_are_rounded_up() -> None:
    """
    Proves: 11.6 pieces of safety stock are 12, .21 in tenths .3, below 0 none; 14.2 days 15.

    They follow from what is decided; what is decided is never rounded.
    """
    safety = columns("erpnext", "safety_stock")
    assert safety == {"00123": "12", "1E10": "0.3", "NA": "0", "OLD, 7": "0", "Ö-1": "0"}
    assert set(columns("sap-marc", "PLIFZ").values()) == {"15"}
    least = columns("erpnext", "min_order_qty")
    assert least["00123"] == "36"  # 30 in packs of 12


def test_a_fraction_of_a_unit_is_refused_not_rounded() -> None:
    """Proves: every such quantity is named with row, column, value and unit, all at once."""
    told = refused("odoo", {"order_quantity": 60.1234}, {"reorder_point": 0.5}, {})
    assert len(told) == 2
    assert told[0].startswith('one/plan.parquet, row 2, order_quantity = "60.1234": SKU A0 is')
    assert "multiples of 1. An export never rounds" in told[0]
    assert told[1].startswith('one/plan.parquet, row 3, reorder_point = "0.5"')
    assert refused("odoo", {"reserve_units": float("nan")})


@pytest.mark.parametrize(
    ("target", "row", "source", "said"),
    [
        ("sap-marc", {"sku": "A" * 19}, {}, "MATNR = .* 19 characters, and the column holds 18"),
        ("sap-marc", {"site": "WH100"}, {}, "WERKS = .* 5 characters"),
        ("sap-marc", {"site": ""}, {}, "WERKS = .*must not be empty"),
        ("sap-marc", {"sku": "a1"}, {}, "MATNR = .* small letters"),
        ("sap-marc", {"sku": '3"'}, {}, "MATNR = .* a quotation mark"),
        ("sap-marc", {"sku": "3\t4"}, {}, "MATNR = .* the separator"),
        ("sap-marc", {}, {"lead_time_mean": 999.5}, "PLIFZ = .*4 digits .* holds 3"),
        ("sap-marc", {"order_quantity": 1e10}, {}, "BSTFE = .*11 digits .* holds 10"),
        (
            "erpnext",
            {"unit_decimals": 4.0, "order_multiple": 1e-4, "order_quantity": 0.0001},
            {},
            "warehouse_reorder_qty = .*4 decimals, and the column holds 3",
        ),
        ("business-central", {"site": "LONGLOCATION"}, {}, "Location Code = .* 12 characters"),
        ("d365", {"sku": "A" * 21}, {}, "ItemNumber = .* 21 characters"),
    ],
)
def test_what_a_column_cannot_hold_is_refused(
    target: str, row: Row, source: dict[str, Any], said: str
) -> None:
    """Proves: the file's row, column and value, the rule and a remedy are told; nothing is cut."""
    told = "\n".join(
        refused(target, {}, row, **source) if not source else refused(target, row, **source)
    )
    assert pd.Series([told]).str.contains(said, regex=True).all(), told
    assert "Correct the portfolio and solve again, or write a mapping" in told


def test_numbers_that_the_erp_takes_for_one_are_refused() -> None:
    """Proves: 123 and 0123 are one material to SAP, which would keep the last; two to others."""
    [told] = refused("sap-marc", {"sku": "123"}, {"sku": "0123"})
    assert 'row 3, MATNR = "0123": is the same MATNR and WERKS as in row 2 (SKU 0123)' in told
    rows = ({"sku": "123", "site": "A"}, {"sku": "0123", "site": "A"})
    assert len(exported(read_preset("tryton")[0], rows)) == 1


def test_a_value_of_many_rows_is_told_once_and_the_rest_counted() -> None:
    """Proves: 3 rows with one bad site make one message; 150 bad names are 100 and a count."""
    [told] = refused("sap-marc", *[{"site": "Linz"}] * 3)
    assert "row 2, WERKS" in told
    assert "so in 2 other rows" in told
    many = refused("sap-marc", *[{"sku": f"a{at}"} for at in range(150)])
    assert len(many) == MOST_SHOWN + 1
    assert "50 more problems" in many[-1]


def test_an_own_mapping_says_what_differs(tmp_path: Path) -> None:
    """
    Proves: with a base, names are translated, a length changed, a column left out and one added
    last, and the decimal sign is the one stated; the rest is the base's.
    """
    mine = tmp_path / "plant.toml"
    mine.write_text(
        'base = "sap-marc"\ndecimal = ","\nquotes = true\n'
        '[translate.site]\n"0100" = "DE01"\nWH1 = "0002"\n'
        '[files."marc.txt"]\nleave_out = ["PLIFZ"]\n'
        '[files."marc.txt".columns]\nMATNR = { length = 40 }\n'
        'LIFNR = { value = "{supplier}", type = "text", length = 10 }\n',
        encoding="utf-8",
    )
    mapping, digest = read_mapping(mine)
    content = exported(mapping)["marc.txt"].decode()
    head, first, second, *_ = content.split("\r\n")
    assert head == "\t".join(
        ("MATNR", "WERKS", "DISMM", "MINBE", "EISBE", "DISLS", "BSTFE", "BSTMI", "BSTRF", "LIFNR")
    )
    assert first.split("\t") == ["00123", "DE01", "VB", "69", "12", "FX", "120", "", "", "Alfa"]
    assert second.split("\t")[3:7] == ["0,4", "0,3", "FX", "838,9"]
    assert mapping.files["marc.txt"].columns["MATNR"].length == 40
    assert len(digest) == 64


def test_the_page_says_what_a_mapping_can_say(tmp_path: Path) -> None:
    """Proves: the mapping shown in docs/export.md is one, and every field is named there."""
    page = (GOLDEN.parents[2] / "docs" / "export.md").read_text(encoding="utf-8")
    shown = re.search(r"(?m)^    base = .*\n((    .*)?\n)+", page)
    assert shown is not None
    mine = tmp_path / "plant.toml"
    mine.write_text(textwrap.dedent(shown[0]), encoding="utf-8")
    file = read_mapping(mine)[0].files["marc.txt"]
    assert list(file.written)[-1] == "LIFNR"
    assert "PLIFZ" not in file.written
    told = page[page.index("Fields of text:") :]
    assert [field for field in FIELDS if f"`{field}`" not in told] == []


def test_a_site_without_translation_is_refused(tmp_path: Path) -> None:
    """Proves: where names are translated, one that is not listed is no name of the ERP's."""
    mine = tmp_path / "plant.toml"
    mine.write_text('base = "odoo"\n[translate.site]\n"0100" = "A"\n', encoding="utf-8")
    with pytest.raises(BadInputError, match=r'translate.site = "WH1": is not among the names'):
        exported(read_mapping(mine)[0])


ODD_TITLE = """
base = "d365"
encoding = "cp1252"
files.a = {unique = ["品"], columns = {"品" = {value = "{sku}", type = "text"}}}
"""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("base = 'sap'", "is no target"),
        ("title = ", "is not valid TOML"),
        ("base = 'odoo'\ncolour = 'red'", "colour: Extra inputs"),
        (ODD_TITLE, "the column title '品' has '品', which cp1252 has not"),
        ("base = 'odoo'\nseparator = '#'", "separator: Input should be"),
        ("base = 'odoo'\n[translate.stock]\na = 'b'", "no field of text called stock"),
        (
            "base = 'odoo'\n[files.'stock.warehouse.orderpoint.csv'.columns.id]\nvalue = '{skew}'",
            r"there is no field \{skew\}",
        ),
        (
            "base = 'odoo'\nfiles.'stock.warehouse.orderpoint.csv'.columns.id.type = 'number'",
            "a number is one field of numbers",
        ),
        (
            "base = 'odoo'\n[files.'stock.warehouse.orderpoint.csv']\nleave_out = ['product_id']",
            "cannot be left out",
        ),
        ("base = 'odoo'\n[files.'../x'.columns.a]\nvalue = ''\ntype = 'text'", "Field required"),
        (
            "base = 'odoo'\n[files.'../x']\nunique = ['a']\ncolumns.a = {value='', type='text'}",
            "cannot be the name of a file",
        ),
    ],
)
def test_a_mapping_that_says_nothing_sensible_is_refused(
    tmp_path: Path, content: str, said: str
) -> None:
    """Proves: the file and the key are named, with what is wrong there."""
    mine = tmp_path / "mine.toml"
    mine.write_text(content, encoding="utf-8")
    with pytest.raises(BadInputError, match=said) as refusal:
        read_mapping(mine)
    assert str(refusal.value).startswith("mine.toml")
    with pytest.raises(BadInputError, match="cannot be read"):
        read_mapping(tmp_path / "none.toml")


NAMES = st.text(min_size=1, max_size=30).filter(
    lambda name: not oddity_of(name) and name.isprintable()
)


@given(
    names=st.lists(NAMES, min_size=1, max_size=6, unique=True),
    site=NAMES,
    decimals=st.integers(0, 6),
    counts=st.tuples(st.integers(0, 10**8), st.integers(0, 10**8), st.integers(1, 10**8)),
)
def test_nothing_is_lost_on_the_way(
    names: list[str], site: str, decimals: int, counts: tuple[int, int, int]
) -> None:
    """
    Proves: whatever SKUs and sites are called and however large or fine quantities are, an
    independent reader of CSV gets the same names and exactly the same numbers back, and no two
    SKUs share an external id.
    """
    unit = 10.0**-decimals
    point, reserve, lot = (count / 10**decimals for count in counts)
    row = {"site": site, "unit_decimals": float(decimals), "order_multiple": unit}
    row |= {"reorder_point": point, "reserve_units": reserve, "order_quantity": lot}
    rows = tuple({"sku": name, **row} for name in names)
    mapping = read_preset("odoo")[0]
    content = exported(mapping, rows)["stock.warehouse.orderpoint.csv"].decode()
    read = list(csv.DictReader(io.StringIO(content, newline=""), strict=True))
    exact = Decimal(1).scaleb(-decimals)
    held = counts[0] + counts[1]
    assert [one["product_id"] for one in read] == names
    assert {one["warehouse_id"] for one in read} == {site}
    assert {Decimal(one["product_min_qty"]) for one in read} == {(held + 1) * exact}
    assert {Decimal(one["product_max_qty"]) for one in read} == {(held + counts[2]) * exact}
    assert len({one["id"] for one in read}) == len(names)
    assert all(one["id"].isascii() and not set(one["id"]) & set(" .") for one in read)
