"""Bad inputs and the words they are refused with: file, row, column, value, rule, remedy."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from optimizer.errors import BadInputError, Problem
from optimizer.inputs.read import read_portfolio
from optimizer.problems import in_lines

Write = Callable[[dict[str, str | bytes]], Path]

ROWS = {
    "plan.csv": "sku,policy,service_level,reorder_point,order_quantity\nA1,jit,0.5,,\n",
    "tags.csv": "supplier,tag\nNorth,Port\nSouth,Port\n",
    "stock.csv": "sku,on_hand,as_of\nA1,7,2026-07-01\nB2,8,\n",
    "demand.csv": "sku,date,quantity\nA1,2026-01-01,3\nA1,2026-01-02,5\n",
    "deliveries.csv": "sku,supplier,ordered,received\nA1,North,2026-01-01,2026-01-09\n",
    "orders.csv": "order,line,sku,quantity,promised\nO1,1,A1,5,2026-01-09\n",
}


class Bad(NamedTuple):
    """One replacement in one file, and where and how it is refused."""

    name: str
    file: str
    old: str
    new: str
    row: int | None
    column: str | None
    value: str | None
    rule: str
    remedy: str
    reported_in: str = ""


BAD_CELLS = [
    # numbers
    Bad("nan", "skus.csv", "10,5", "NaN,5", 2, "unit_cost", "NaN", "not finite", "finite number"),
    Bad("inf", "skus.csv", "10,5", "inf,5", 2, "unit_cost", "inf", "not finite", "finite number"),
    Bad("huge", "skus.csv", "10,5", "1e400,5", 2, "unit_cost", "1e400", "not finite", "finite"),
    Bad("2^53", "skus.csv", "10,5", "2e15,5", 2, "unit_cost", "2e15", "at most 1e+15", ">= 0"),
    Bad("empty", "skus.csv", "10,5", ",5", 2, "unit_cost", "", "is required", "cost of one unit"),
    Bad("refund", "skus.csv", "10,5", "-1,5", 2, "unit_cost", "-1", "must be >= 0", ">= 0"),
    Bad("negative", "skus.csv", "20,4", "20,-4", 3, "demand_mean", "-4", "must be >= 0", ">= 0"),
    Bad("word", "skus.csv", "20,4", "20,many", 3, "demand_mean", "many", "a number", "digits"),
    Bad("dollar", "skus.csv", "10,5", "$12.50,5", 2, "unit_cost", "$12.50", "currency", "one"),
    Bad("EUR", "skus.csv", "10,5", "12 EUR,5", 2, "unit_cost", "12 EUR", "currency", "one"),
    Bad("percent", "suppliers.csv", "0.9", "25%", 2, "otif", "25%", "percentage", "0.25"),
    Bad("25 of 1", "suppliers.csv", "0.9", "25", 2, "otif", "25", "in [0, 1]", "25 % is 0.25"),
    Bad("brackets", "skus.csv", "10,5", "(12.5),5", 2, "unit_cost", "(12.5)", "brackets", "-12.5"),
    Bad("minus", "skus.csv", "10,5", "12-,5", 2, "unit_cost", "12-", "trailing minus", "-12.5"),
    Bad("nbsp", "skus.csv", "10,5", "1\xa0000,5", 2, "unit_cost", "1\xa0000", "U+00A0", "space"),
    Bad("comma", "skus.csv", "10,5", '"1,5",5', 2, "unit_cost", "1,5", "comma", "a point"),
    Bad("both", "skus.csv", "10,5", '"1.234,5",5', 2, "unit_cost", "1.234,5", "comma", "a point"),
    Bad("#REF!", "skus.csv", "10,5", "#REF!,5", 2, "unit_cost", "#REF!", "spreadsheet", "formula"),
    Bad("hex", "skus.csv", "10,5", "0x1F,5", 2, "unit_cost", "0x1F", "must be a number", "digits"),
    Bad(
        "std without mean",
        *("skus.csv", "5,2", ",2", 2, "demand_mean", "", "no table demand", "mean demand"),
    ),
    Bad(
        "mean without std",
        *("skus.csv", "5,2", "5,", 2, "demand_std", "", "no table demand", "standard deviation"),
    ),
    Bad(
        "negative lead time",
        *("sources.csv", "10,2", "-1,2", 2, "lead_time_mean", "-1", "in [0, 36500]", "[day]"),
    ),
    Bad("wild", "skus.csv", "5,2", "5,1e6", 2, "demand_std", "1e6", "400 times", "per day"),
    Bad("slow", "sources.csv", "10,2", "1e6,2", 2, "lead_time_mean", "1e6", "36500]", "[day]"),
    Bad("unsure", "sources.csv", "10,2", "10,1e6", 2, "lead_time_std", "1e6", "36500]", "[day]"),
    Bad("often", "hazards.csv", "0.1,20", "1e6,20", 2, "annual_rate", "1e6", "366]", "[1/yr]"),
    Bad("long", "hazards.csv", ",20", ",1e6", 2, "duration_mean_days", "1e6", "36500]", "[day]"),
    # texts and keys
    Bad("#N/A", "skus.csv", "A1,metal", "A1,#N/A", 2, "category", "#N/A", "error", "formula"),
    Bad("NUL", "skus.csv", "metal,10", "me\0tal,10", 2, "category", "me\0tal", "control", "Remove"),
    Bad("bidi", "skus.csv", "C3,", "C\u202e3,", 4, "sku", "C\u202e3", "invisible", "Remove"),
    Bad("soft hyphen", "skus.csv", "C3,", "C\u00ad3,", 4, "sku", "C\u00ad3", "invisible", "Remove"),
    Bad("filler", "skus.csv", "glass", "\u3164", 4, "category", "\u3164", "invisible", "Remove"),
    Bad("C1", "skus.csv", "C3,", "C\x9b3,", 4, "sku", "C\x9b3", "control", "Remove"),
    Bad("Cyrillic", "skus.csv", "B2", "\u04101", 3, "sku", "\u04101", "(U+0410)", "alphabet"),
    Bad(
        "Greek", "suppliers.csv", "South", "\u039dorth", 3, "supplier", "\u039dorth", "039D", "alph"
    ),
    Bad("wide", "skus.csv", "B2", "\uff211", 3, "sku", "\uff211", "(U+FF21)", "alphabet"),
    Bad("total", "skus.csv", "C3,glass", "TOTAL,glass", 4, "sku", "TOTAL", "totals", "Remove"),
    Bad("twice", "skus.csv", "B2", "A1", 3, "sku", "A1", "rows 2 and 3 have the same", "Keep one"),
    Bad("case", "skus.csv", "B2", "a1", 3, "sku", "a1", "rows 2 and 3 look the same", "one way"),
    Bad("trim", "skus.csv", "B2", "A1 ", 3, "sku", "A1 ", "(U+0020)", "no spaces around"),
    Bad(
        "region case",
        *("suppliers.csv", "South,Asia", "South,eu", 3, "region", "eu", "look the same", "case"),
    ),
    Bad(
        "source twice",
        *("sources.csv", "A1,South", "A1,North", 3, "sku", "A1", "same sku and supplier", "Keep"),
    ),
    Bad(
        "semicolon in a supplier",
        *("suppliers.csv", "North", "Nor;th", 2, "supplier", "Nor;th", "contains a ;", "Rename"),
    ),
    # references
    Bad("no SKU", "sources.csv", "B2,", "B22,", 4, "sku", "B22", "is not in skus", '"B2"'),
    Bad(
        "no supplier",
        *("sources.csv", "C3,South", "C3,Suoth", 5, "supplier", "Suoth", "not in sup", '"South"'),
    ),
    Bad(
        "no region",
        *("hazards.csv", "Asia", "Aisa", 2, "target", "Aisa", "not in suppliers.region", '"Asia"'),
    ),
    Bad(
        "no category",
        *("hazards.csv", "outage,region,Asia", "surge,category,metla"),
        *(2, "target", "metla", "is not in skus.category", '"metal"'),
    ),
    Bad(
        "role",
        *("sources.csv", "A1,South,candidate", "A1,South,Candidate"),
        *(3, "role", "Candidate", "one of primary, qualified, candidate", '"candidate"'),
    ),
    Bad(
        "no primary",
        *("sources.csv", "B2,North,primary", "B2,North,qualified"),
        *(3, "sku", "B2", "has no primary source", "exactly one row", "skus.csv"),
    ),
    Bad(
        "two primaries",
        *("sources.csv", "A1,South,candidate", "A1,South,primary"),
        *(3, "role", "primary", "two primaries, rows 2 and 3", "all but one"),
    ),
    Bad(
        "scope",
        *("hazards.csv", "outage,region", "surge,region"),
        *(2, "scope", "region", "kind surge must be category", "Correct kind or scope"),
    ),
    Bad(
        "unknown scope",
        *("hazards.csv", "region,Asia", "harbour,Asia", 2, "scope", "harbour", "one of region", ""),
    ),
    Bad(
        "no tags",
        *(
            "hazards.csv",
            "region,Asia",
            "tag,Port",
            2,
            "target",
            "Port",
            "no table tags",
            "the table tags",
        ),
    ),
    Bad(
        "duration",
        *("hazards.csv", "0.1,20", "0.1,0", 2, "duration_mean_days", "0", "in (0, 36500]", "[day]"),
    ),
    # headers and structure
    Bad("extra field", "skus.csv", "4,1", "4,1,", 3, None, None, "has 6 fields", "trailing comma"),
    Bad("cut", "skus.csv", "30,0,0\n", "30,0", 4, None, None, "has 4 fields", "cut short"),
    Bad("unclosed", "skus.csv", "B2", '"B2', 3, None, None, "never closed", "Close it"),
    Bad("quote", "skus.csv", "B2", '"B2" x', 3, None, None, "after a closing quote", "Double"),
    Bad(
        "wrong case",
        *(
            "skus.csv",
            "unit_cost",
            "Unit_Cost",
            1,
            "Unit_Cost",
            None,
            "unit_cost is missing",
            'Rename it to "unit_cost"',
        ),
    ),
    Bad(
        "missing column",
        *("skus.csv", "unit_cost", "volume", 1, "unit_cost", None, "is missing", "Add it"),
    ),
    Bad(
        "no estimate",
        *("skus.csv", "demand_std", "volume", 1, "demand_std", None, "is missing", "table demand"),
    ),
    Bad("unknown", "skus.csv", "category", "colour", 1, "colour", None, "no column", "Rename"),
    Bad("trailing", "skus.csv", "std\n", "std,\n", 1, None, None, "column 6 is empty", "trailing"),
    Bad(
        "header twice",
        *("skus.csv", "category", "unit_cost", 1, "unit_cost", None, "twice", "Keep one"),
    ),
    Bad(
        "tabs",
        *("suppliers.csv", "supplier,region,otif", "supplier\tregion\totif"),
        *(1, None, "supplier\tregion\totif", "separated by tabs", "commas"),
    ),
    # optional tables
    Bad("tag twice", "tags.csv", "South", "North", 3, "supplier", "North", "same", "Keep one"),
    Bad("tag of nobody", "tags.csv", "South", "Suoth", 3, "supplier", "Suoth", "not in", '"South"'),
    Bad(
        "lot alone", "plan.csv", "jit,0.5,,", ",,,3", 2, "reorder_point", "", "required", "Fill in"
    ),
    Bad("point alone", "plan.csv", "jit,0.5,,", ",,3,", 2, "order_quantity", "", "required", "lot"),
    Bad("below -1", "plan.csv", "jit,0.5,,", ",,-2,4", 2, "reorder_point", "-2", ">= -1", "-1 to"),
    Bad("no stock", "stock.csv", "7", "-7", 2, "on_hand", "-7", "must be >= 0", ">= 0"),
    Bad("stock twice", "stock.csv", "B2", "A1", 3, "sku", "A1", "have the same sku", "Keep one"),
    Bad("as of", "stock.csv", "2026-07-01", "1.7.26", 2, "as_of", "1.7.26", "ISO", "YYYY-MM-DD"),
    Bad("plan policy", "plan.csv", "jit", "jti", 2, "policy", "jti", "settings' pol", '"jit"'),
    Bad(
        "level", "plan.csv", "0.5", "", 2, "service_level", "", "is required with a policy", "Fill"
    ),
    Bad(
        "alternates",
        *("plan.csv", "quantity\nA1,jit,0.5,,", "quantity,alternates\nA1,jit,0.5,,,South;West"),
        *(2, "alternates", "South;West", "not in suppliers", "Separate suppliers by ;"),
    ),
    Bad("date", "demand.csv", "2026-01-02", "03/04/2026", 3, "date", "03/04/2026", "ISO", "April"),
    Bad("no day", "demand.csv", "2026-01-02", "2026-02-30", 3, "date", "2026-02-30", "ISO", "YYYY"),
    Bad(
        "returned without end",
        *("demand.csv", "02,5", "02,-2e15", 3, "quantity", "-2e15", "at least -1e+15", "any"),
    ),
    Bad(
        "received before ordered",
        *("deliveries.csv", "2026-01-09", "2025-01-09"),
        *(2, "received", "2025-01-09", "is before ordered", "Correct received or ordered"),
    ),
    Bad("order", "orders.csv", "A1", "A2", 2, "sku", "A2", "is not in skus", '"A1"'),
]


def problems_of(folder: Path, *overrides: str) -> tuple[Problem, ...]:
    """Return what a folder is refused for."""
    with pytest.raises(BadInputError) as refusal:
        read_portfolio(folder, overrides)
    return refusal.value.problems


@pytest.mark.parametrize("bad", BAD_CELLS, ids=[bad.name for bad in BAD_CELLS])
def test_bad_cell_is_refused_with_place_and_remedy(
    bad: Bad, sound: dict[str, str], write: Write
) -> None:
    """Proves: one spoiled cell is refused with its file, row, column, value, rule and remedy."""
    content = {**ROWS, **sound}[bad.file]
    assert content.count(bad.old) >= 1
    folder = write({**sound, bad.file: content.replace(bad.old, bad.new, 1)})
    file = bad.reported_in or bad.file
    matching = [
        problem
        for problem in problems_of(folder)
        if (problem.file, problem.row, problem.column, problem.value)
        == (file, bad.row, bad.column, bad.value)
    ]
    assert [p for p in matching if bad.rule in p.rule and bad.remedy in p.remedy], matching


class BadColumn(NamedTuple):
    """Optional columns added to a table, and why the first of them is refused in row 2."""

    file: str
    columns: str
    cells: str
    rule: str


BAD_COLUMNS = [
    BadColumn("skus.csv", "max_cover_days,min_cover_days", "5,9", "less than min_cover_days"),
    BadColumn("skus.csv", "lock_policy", "jitt", "is not in the settings' policies"),
    BadColumn(
        "skus.csv", "order_multiple,shelf_life_days", "51,10", "units sold within the shelf life"
    ),
    BadColumn("skus.csv", "order_multiple,unit_decimals", "0.25,1", "must be a multiple of 0.1"),
    BadColumn("skus.csv", "order_multiple", "1.5", "must be a multiple of 1,"),
    BadColumn("skus.csv", "order_multiple", "0", "must be > 0"),
    BadColumn("skus.csv", "unit_decimals", "1.5", "must be a whole number in [0, 6]"),
    BadColumn("skus.csv", "unit_decimals", "7", "must be a whole number in [0, 6]"),
    BadColumn("skus.csv", "demand_interval_days", "0.5", "in [1, 36500]"),
    BadColumn("skus.csv", "demand_mean_error", "-0.5", "must be >= 0"),
    BadColumn("skus.csv", "demand_model", "poisson", "must be one of auto, gamma, discrete"),
    BadColumn("skus.csv", "demand_model,unit_decimals", "discrete,1", "counts whole units"),
    BadColumn("skus.csv", "ends,launched", "2026-01-01,2026-01-02", "is before launched"),
    BadColumn("skus.csv", "min_stock", "-1", "must be >= 0"),
    BadColumn("skus.csv", "severity", "11", "in [1, 10]"),
    BadColumn("skus.csv", "description", "x" * 501, "longer than 500"),
    BadColumn("skus.csv", "downtime_cost", "1e14", "more than 1e+12"),
    BadColumn("suppliers.csv", "onboarded", "maybe", "true or false"),
    BadColumn("suppliers.csv", "financial_risk", "1.5", "in [0, 1]"),
    BadColumn("sources.csv", "capacity_share", "0", "in (0, 1]"),
    BadColumn("sources.csv", "price_premium", "-1", "in (-1, 1000]"),
    BadColumn("hazards.csv", "hit_probability", "1.2", "in [0, 1]"),
    BadColumn("hazards.csv", "multiplier", "0.8", "in [1, 1000]"),
    BadColumn("hazards.csv", "multiplier", "1e15", "in [1, 1000]"),
    BadColumn("hazards.csv", "duration_cv", "1e6", "in [0, 100]"),
    BadColumn("skus.csv", "obsolescence_rate", "1e6", "in [0, 100]"),
    BadColumn("skus.csv", "min_cover_days", "1e6", "in [0, 36500]"),
    BadColumn("skus.csv", "demand_interval_days", "1e15", "in [1, 36500]"),
    BadColumn("suppliers.csv", "ttr_days", "1e6", "in [0, 36500]"),
    BadColumn("sources.csv", "price_premium", "1e6", "in (-1, 1000]"),
    BadColumn("sources.csv", "ramp_days", "1e6", "in [0, 36500]"),
]


@pytest.mark.parametrize("bad", BAD_COLUMNS, ids=[bad.columns for bad in BAD_COLUMNS])
def test_bad_optional_column_is_refused(
    bad: BadColumn, sound: dict[str, str], write: Write
) -> None:
    """Proves: an optional column is held to its domain, and refused once."""
    header, first, *others = sound[bad.file].splitlines()
    names, values = bad.columns.split(","), bad.cells.split(",")
    empty = "," * len(names)
    lines = [f"{header},{bad.columns}", f"{first},{bad.cells}", *(o + empty for o in others)]
    [problem] = problems_of(write({**sound, bad.file: "\n".join(lines)}))
    assert (problem.file, problem.row, problem.column) == (bad.file, 2, names[0])
    assert problem.value == values[0]
    assert bad.rule in problem.rule


class BadFile(NamedTuple):
    """A file written (or, of ``None``, left out) and what it is refused for."""

    file: str
    content: bytes | None
    rule: str
    remedy: str


BAD_FILES = [
    BadFile("skus.csv", b"", "is empty", "header and rows"),
    BadFile("skus.csv", b"sku,unit_cost,demand_mean,demand_std\n", "0 data rows", "Add rows"),
    BadFile("skus.csv", "sku,unit_cost\nÄ,1\n".encode("utf-16"), "UTF-16", "UTF-8"),
    BadFile("skus.csv", b"PK\x03\x04rest", "workbook or zip", "UTF-8"),
    BadFile("skus.csv", b"PAR1rest", "Parquet file", "UTF-8"),
    BadFile("skus.csv", b"sku;unit_cost\nA1;1,5\n", "semicolons", ".xlsx"),
    BadFile("skus.parquet", b"PAR1", "exists together with", "Remove one"),
    BadFile("hazards.csv", None, "table hazards is missing", "hazards.parquet"),
    BadFile("Sources.csv", b"x", "not a table of a portfolio", '"sources.csv"'),
    BadFile("skus.xlsx", b"x", "not a table of a portfolio", '"skus.csv"'),
    BadFile("portfolio.toml", b"currency = 1\ncurrency = 2\n", "is not valid TOML", "only once"),
    BadFile("portfolio.toml", b"a = " + b"[\n" * 20_000, "more than 8 deep", "Correct"),
    BadFile("portfolio.toml", b"[" + b"a." * 400 + b"a]", "more than 8 deep", "Correct"),
    BadFile("portfolio.toml", b"\n" + b"a." * 20_000 + b"a=1", "line 2 has more than", "Correct"),
    BadFile("portfolio.toml", b"horizon.days = " + b"9" * 5_000, "line 1 has more", "Correct"),
    BadFile("portfolio.toml", b"horizon.days = 0x" + b"f" * 900, "more than 64 bits", "Correct"),
    BadFile("portfolio.toml", b"#" * 1_000_001, "larger than 1,000,000 bytes", "few lines"),
    BadFile("Portfolio.toml", b"", "must be named portfolio.toml", "Rename"),
    BadFile("portfolio.toml.txt", b"", "must be named portfolio.toml", "Rename"),
    BadFile("skus.csv", b",".join(b"%d" % n for n in range(1_001)), "1,001 columns", "columns.md"),
]


@pytest.mark.parametrize("bad", BAD_FILES, ids=[f"{bad.file} {bad.rule}" for bad in BAD_FILES])
def test_bad_file_is_refused(bad: BadFile, sound: dict[str, str], write: Write) -> None:
    """Proves: a file that cannot be used as a whole is named with what it is and what to do."""
    files: dict[str, str | bytes] = {**sound}
    if bad.content is None:
        del files[bad.file]
    else:
        files[bad.file] = bad.content
    found = problems_of(write(files))
    assert [p for p in found if bad.rule in p.rule and bad.remedy in p.remedy], found


def make_folder(path: Path) -> None:
    path.mkdir()


def make_link(path: Path) -> None:
    path.symlink_to("gone")


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("file", ["portfolio.toml", "skus.csv", "skus.parquet"])
@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (make_folder, "is a folder, not a file"),
        (make_link, "is a broken link"),
        (make_pipe, "is a pipe or a device, not a file"),
    ],
)
def test_what_is_no_file_is_refused(
    sound: dict[str, str], write: Write, file: str, make: Callable[[Path], None], rule: str
) -> None:
    """Proves: settings and tables that are a folder, a broken link or a pipe are told as that."""
    stem = Path(file).stem
    folder = write({name: text for name, text in sound.items() if stem not in name})
    make(folder / file)
    assert [(p.file, p.rule) for p in problems_of(folder) if p.file == file] == [(file, rule)]


@pytest.mark.parametrize(
    "override", ["horizon.days=" + "9" * 5_000, "a." * 20_000 + "a=1", "a=" + "[" * 20_000]
)
def test_a_boundless_override_is_refused(
    sound: dict[str, str], write: Write, override: str
) -> None:
    """Proves: numbers and keys without end on the command line are told, not a traceback."""
    [problem] = problems_of(write({**sound}), override)
    assert problem.file == "--set"


@pytest.mark.parametrize(
    "override",
    [
        "hazards.rate_factor=1e6",
        "hazards.factor.flood=1e6",
        "carrying.capital=1e6",
        "policies.stockpile.rotation=1e6",
        "policies.vmi.fee=1e6",
        "policies.jit.order_cost_factor=1e6",
        "policies.jit.holding_factor=1e6",
        "policies.jit.lot_days_max=1e6",
        "policies.stockpile.reserve_days=[1e6]",
        "policies.forward_buy.lot_days_min=[1e6]",
        "qualification.life_years=1e-9",
        "onboarding.life_years=1e6",
        "budget.capital=1e16",
        "limits.changes=10_000_000_000",
        "solver.gap=1e6",
        "solver.time_limit=1e9",
        "solver.node_limit=3_000_000_000",
    ],
)
def test_a_setting_beyond_reason_is_refused(
    sound: dict[str, str], write: Write, override: str
) -> None:
    """Proves: factors, rates and durations are held to their bounds before anything is computed."""
    [problem] = problems_of(write({**sound}), override)
    assert problem.file == "--set"
    assert str(problem.column).startswith(override.partition("=")[0])


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ('currency="E\\u200bUR"', "(U+200B)"),
        ('currency="\\u0415UR"', "look alike (Cyrillic And Latin)"),
        ('currency="\\u001b[1m"', "(U+001B)"),
        ('currency="EUR "', "stray space"),
        ('policies."ji\\u200bt".fee=0.1', "(U+200B)"),
    ],
)
def test_a_name_that_sight_does_not_tell_is_refused(
    sound: dict[str, str], write: Write, override: str, told: str
) -> None:
    """Proves: currency and policies hold no invisible character and one alphabet, and none here."""
    [problem] = problems_of(write({**sound}), override)
    assert told in problem.rule
    assert str(problem).isprintable()


@pytest.mark.parametrize("currency", ["EUR", "US$", "k€", "zł", "руб", "元", "R M"])
def test_currencies_of_the_world(sound: dict[str, str], write: Write, currency: str) -> None:
    """Proves: signs and letters of one alphabet are a currency."""
    assert read_portfolio(write({**sound}), [f"currency={currency}"]).settings.currency == currency


def test_a_message_cannot_forge_the_terminal(sound: dict[str, str], write: Write) -> None:
    """Proves: what turns text around or begins a line stands in a message as its code."""
    header = '"unit_\n\u202ecost",sku,demand_mean,demand_std\n'
    problems = problems_of(write({**sound, "skus.csv": header + "1,A1,1,1\n"}))
    assert all(str(problem).isprintable() for problem in problems)
    assert any("unit_\\u000a\\u202ecost" in str(problem) for problem in problems)


def test_factors_do_not_add_up_to_a_strike_a_day_and_more(
    sound: dict[str, str], write: Write
) -> None:
    """
    Proves: what is in bounds alone is refused together.

    0.1 a year times 1,000 times 4 are 400 strikes a year.
    """
    overrides = ("hazards.rate_factor=1000", "hazards.factor.flood=4")
    [problem] = problems_of(write({**sound}), *overrides)
    assert (problem.file, problem.row, problem.column) == ("hazards.csv", 2, "annual_rate")
    assert "strikes 400 times a year" in problem.rule


def test_strikes_that_no_memory_holds_are_refused(sound: dict[str, str], write: Write) -> None:
    """
    Proves: the strikes of all futures are counted before they are drawn.

    36.5 a year in two years of a million futures are 73 million.
    """
    hazards = sound["hazards.csv"].replace("0.1,", "36.5,")
    folder = write({**sound, "hazards.csv": hazards})
    [problem] = problems_of(folder, "scenarios.count=1_000_000")
    assert (problem.file, problem.column) == ("--set", "scenarios.count")
    assert "73,000,000 strikes" in problem.rule


def test_demand_without_a_quantile_is_refused(sound: dict[str, str], write: Write) -> None:
    """
    Proves: demand so wild that its law has no quantile in a double is refused by its SKU.

    Five a day in ten days are 50, with sqrt(10) 500 around: 32 times as much, and beyond
    sqrt(600 / ln 2) = 29 the median of a gamma law is none.  Whole units one by one are counted.
    """
    skus = sound["skus.csv"].replace("10,5,2", "10,5,500")
    [problem] = problems_of(write({**sound, "skus.csv": skus}))
    assert (problem.file, problem.row, problem.column) == ("skus.csv", 2, "demand_std")
    assert "is 32 times its mean; beyond 29" in problem.rule
    header, *rows = skus.splitlines()
    counted = "\n".join([f"{header},demand_model", *(f"{row},discrete" for row in rows)])
    read_portfolio(write({**sound, "skus.csv": counted}))


def test_category_hazard_without_categories_is_refused(sound: dict[str, str], write: Write) -> None:
    """Proves: where skus has no category at all, a surge in one strikes nothing and is refused."""
    skus = sound["skus.csv"].replace(",category", "").replace(",metal", "").replace(",glass", "")
    hazards = sound["hazards.csv"].replace("outage,region,Asia", "surge,category,metal")
    [problem] = problems_of(write({**sound, "skus.csv": skus, "hazards.csv": hazards}))
    assert (problem.file, problem.column, problem.value) == ("hazards.csv", "target", "metal")


def test_wrong_encoding_names_row_and_offset(sound: dict[str, str], write: Write) -> None:
    """
    Proves: a cp1252 byte is refused with its row and its offset in the file.

    "supplier,region,otif\\n" is 21 bytes, "North,EU,0.9\\n" 13, "S" 1: the ü stands at 35.
    """
    raw = sound["suppliers.csv"].replace("South", "Süd").encode("cp1252")
    [problem] = problems_of(write({**sound, "suppliers.csv": raw}))
    assert (problem.file, problem.row, problem.value) == ("suppliers.csv", 3, "Süd,Asia,0.8")
    assert "byte 0xfc at offset 35" in problem.rule
    assert "UTF-8" in problem.remedy


def test_every_fault_is_reported_at_once(sound: dict[str, str], write: Write) -> None:
    """Proves: faults in three tables and two settings come in one refusal, none hides another."""
    files = {
        **sound,
        "skus.csv": sound["skus.csv"].replace("10,5", "NaN,-5"),
        "sources.csv": sound["sources.csv"].replace("C3,South", "C3,Suoth"),
        "hazards.csv": sound["hazards.csv"].replace("0.1", "often"),
        "portfolio.toml": "[risk]\nwieght = 0.3\n",
    }
    found = {(p.file, p.row, p.column) for p in problems_of(write(files), "horizon.days=soon")}
    assert found == {
        ("skus.csv", 2, "unit_cost"),
        ("skus.csv", 2, "demand_mean"),
        ("sources.csv", 5, "supplier"),
        ("hazards.csv", 2, "annual_rate"),
        ("portfolio.toml", None, "risk.wieght"),
        ("--set", None, "horizon.days"),
    }


@pytest.mark.parametrize("column", ["unit_cost", "demand_std"])
def test_a_misspelt_column_is_one_problem(sound: dict[str, str], write: Write, column: str) -> None:
    """Proves: what is missing and what is unknown are told as one, estimated columns included."""
    skus = sound["skus.csv"].replace(column, f"{column[:-2]}{column[:-3:-1]}")
    [problem] = problems_of(write({**sound, "skus.csv": skus}))
    assert f"{column} is missing" in problem.rule
    assert f'"{column}"' in problem.remedy


def test_a_refused_row_leaves_no_empty_table(sound: dict[str, str], write: Write) -> None:
    """Proves: a table whose one row is too long has a row too long, not `0 data rows`."""
    skus = "sku,unit_cost,demand_mean,demand_std\nA1,10,5,2,9\n"
    [problem] = problems_of(write({**sound, "skus.csv": skus}))
    assert (problem.row, problem.rule) == (2, "has 5 fields, the header has 4")


def test_a_share_out_of_bounds_is_told_its_bounds_only(sound: dict[str, str], write: Write) -> None:
    """Proves: 97 must be in [0, 1]; that it must also be at most 1e+15 helps nobody."""
    suppliers = sound["suppliers.csv"].replace("0.9", "97")
    [problem] = problems_of(write({**sound, "suppliers.csv": suppliers}))
    assert problem.rule == "must be in [0, 1]"


def test_rows_count_as_in_a_spreadsheet(sound: dict[str, str], write: Write) -> None:
    """
    Proves: blank rows count and a quoted line break does not begin a row.

    Header 1, A1 2, blank 3, B2 (two lines of text) 4, C3 5, whose cost is wrong.
    """
    skus = (
        "sku,description,unit_cost,demand_mean,demand_std\n"
        'A1,x,10,5,2\n\nB2,"two\nlines",20,4,1\nC3,y,none,0,0\n'
    )
    [problem] = problems_of(write({**sound, "skus.csv": skus}))
    assert (problem.row, problem.column, problem.value) == (5, "unit_cost", "none")


def test_a_row_with_wrong_field_count_proves_no_name_unknown(
    sound: dict[str, str], write: Write
) -> None:
    """Proves: the SKU of a row that cannot be read is not called unknown elsewhere."""
    skus = sound["skus.csv"].replace("20,4,1", "20,4,1,9")
    [problem] = problems_of(write({**sound, "skus.csv": skus}))
    assert (problem.file, problem.row) == ("skus.csv", 3)


def test_a_hundred_problems_per_file_and_every_check_among_them(
    sound: dict[str, str], write: Write
) -> None:
    """
    Proves: 150 bad costs do not hide one bad demand: all are told, a hundred printed, the rest
    counted, and each rule counted first.

    151 problems, 100 shown: 51 more.
    """
    rows = "".join(f"D{i},glass,NaN,1,1\n" for i in range(149)) + "E1,glass,NaN,-1,1\n"
    lines = "".join(f"D{i},South,primary,1,0\n" for i in range(149)) + "E1,South,primary,1,0\n"
    files = {**sound}
    files["skus.csv"] += rows
    files["sources.csv"] += lines
    found = problems_of(write(files))
    assert len(found) == 151
    head, costs, demands, blank, *listed = in_lines(found)
    assert (head, blank, len(listed)) == ("151 problems by 2 rules:", "", 101)
    assert "150 x skus.csv, unit_cost: must be a number; it is not finite (first in row" in costs
    assert "1 x skus.csv, demand_mean: must be >= 0" in demands
    assert any("row 154, demand_mean" in line for line in listed)
    assert "51 more problems" in listed[-1]


def test_names_that_differ_in_normal_form_are_refused(sound: dict[str, str], write: Write) -> None:
    """Proves: é in one and in two code points are one name written two ways, with code points."""
    skus = sound["skus.csv"].replace("B2", "Caf\u00e9").replace("C3", "Cafe\u0301")
    found = [p for p in problems_of(write({**sound, "skus.csv": skus})) if "look" in p.rule]
    assert [(p.file, p.row, p.column) for p in found] == [("skus.csv", 4, "sku")]
    assert "U+00E9" in found[0].rule
    assert "U+0301" in found[0].rule


class BadNumbers(NamedTuple):
    """Today's numbers of one SKU, and the cell that is refused."""

    cells: str
    column: str
    value: str
    rule: str


BAD_NUMBERS = [
    BadNumbers("3,4,9", "max_stock", "9", "is given together with order_quantity"),
    BadNumbers("3,,3", "max_stock", "3", "must exceed reorder_point"),
    BadNumbers("3,0,", "order_quantity", "0", "must be > 0"),
]


@pytest.mark.parametrize("bad", BAD_NUMBERS, ids=[bad.cells for bad in BAD_NUMBERS])
def test_numbers_of_today_must_say_one_thing(
    bad: BadNumbers, sound: dict[str, str], write: Write
) -> None:
    """Proves: two lots, a maximum that is never below and a lot of 0 are refused by their cell."""
    plan = f"sku,reorder_point,order_quantity,max_stock\nA1,{bad.cells}\n"
    found = problems_of(write({**sound, "plan.csv": plan}))
    matching = [p for p in found if (p.row, p.column, p.value) == (2, bad.column, bad.value)]
    assert [p for p in matching if bad.rule in p.rule], found


@pytest.mark.parametrize("kind", ["surge", "price"])
def test_only_outages_may_spare_somebody(kind: str, sound: dict[str, str], write: Write) -> None:
    """Proves: a surge or price shock with a hit_probability below 1 is refused; 1 is not."""
    head = sound["hazards.csv"].splitlines()[0]
    rows = f"{head},hit_probability\na,{kind},category,metal,0.1,9,1\n"
    read_portfolio(write({**sound, "hazards.csv": f"{rows}b,{kind},category,metal,0.1,9,\n"}))
    rows += f"b,{kind},category,metal,0.1,9,0.5\n"
    [problem] = problems_of(write({**sound, "hazards.csv": rows}))
    assert (problem.row, problem.column, problem.value) == (3, "hit_probability", "0.5")
    assert "annual_rate" in problem.remedy


def test_an_unknown_tag_names_the_nearest(sound: dict[str, str], write: Write) -> None:
    """Proves: where there are tags, an unknown one is told with the nearest that there is."""
    hazards = sound["hazards.csv"].replace("region,Asia", "tag,Prot")
    [problem] = problems_of(write({**sound, "hazards.csv": hazards, "tags.csv": ROWS["tags.csv"]}))
    assert (problem.file, problem.column, problem.value) == ("hazards.csv", "target", "Prot")
    assert (problem.rule, '"Port"' in problem.remedy) == ("is not in tags.tag", True)


def test_everything_wrong_comes_at_once(sound: dict[str, str], write: Write) -> None:
    """Proves: what is new in the tables and the settings is named in one pass with the rest."""
    head, first, *others = sound["skus.csv"].splitlines()
    columns = "demand_interval_days,unit_decimals,order_multiple,launched,ends"
    skus = [f"{head},{columns}", f"{first},0.5,0.5,2.5,2026-02-01,2026-01-01"]
    hazards = sound["hazards.csv"].replace("region,Asia,0.1", "tag,Port,-1")
    files = {
        "skus.csv": "\n".join([*skus, *(f"{row},,,,," for row in others)]) + "\n",
        "hazards.csv": hazards,
        "stock.csv": "sku,on_hand\nA1,\n",
        "portfolio.toml": "[scenarios]\nlongest_days = 0\n[demand]\nperiod = 'year'\n",
    }
    found = {(p.file, p.column) for p in problems_of(write({**sound, **files}))}
    assert found == {
        *(("skus.csv", name) for name in ("demand_interval_days", "unit_decimals", "ends")),
        ("skus.csv", "order_multiple"),
        *(("hazards.csv", name) for name in ("target", "annual_rate")),
        ("stock.csv", "on_hand"),
        *(("portfolio.toml", name) for name in ("scenarios.longest_days", "demand.period")),
    }


def test_missing_path_is_refused(tmp_path: Path) -> None:
    """Proves: a path that is not there is one problem, not a traceback."""
    with pytest.raises(BadInputError, match="does not exist"):
        read_portfolio(tmp_path / "nowhere")
