"""SQLite and DuckDB files as portfolios: the same as the CSV files of the same content."""

from __future__ import annotations

import csv
import errno
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.errors import BadInputError, Problem, StorageError
from optimizer.inputs.databases import duckdb_file, extract, sqlite_file
from optimizer.inputs.findings import Findings
from optimizer.inputs.read import examine, read_portfolio
from optimizer.inputs.readers.read_tables import read_tables
from tests.support.databases import INTO_FILE, Table, tables_of
from tests.support.same_portfolio import differences

SAMPLE = Path(__file__).parents[4] / "data" / "sample"
KINDS = ("sqlite", "duckdb")
Write = Callable[[dict[str, str | bytes]], Path]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Which database."""
    return str(request.param)


@pytest.fixture
def database(kind: str, sound: dict[str, Any], write: Write, tmp_path: Path) -> Path:
    """Return a database of the small sound portfolio."""
    return INTO_FILE[kind](tables_of(write(sound)), tmp_path / "shop.db")


def run(path: Path, *statements: str) -> None:
    """Execute SQL in a file of either kind."""
    is_sqlite = path.read_bytes().startswith(sqlite_file.MAGIC)
    with closing(sqlite3.connect(path) if is_sqlite else duckdb.connect(str(path))) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit() if is_sqlite else None


def problems(path: Any, *overrides: str) -> list[str]:
    """Return what is wrong, in lines."""
    return [str(problem) for problem in examine(path, overrides).problems]


def test_the_sample_is_the_same_portfolio_out_of_any_file(tmp_path: Path) -> None:
    """
    Proves: SQLite and DuckDB give every array of the CSV files bit for bit, settings and ledger,
    and the same hashes as each other, whatever order their rows and columns were put in.
    """
    tables = tables_of(SAMPLE)
    shuffled: list[Table] = [
        (name, columns[::-1], [row[::-1] for row in rows[::-1]])
        for name, columns, rows in reversed(tables)
    ]
    files = [
        INTO_FILE["sqlite"](tables, tmp_path / "plain.db"),
        INTO_FILE["duckdb"](shuffled, tmp_path / "shuffled.any"),
    ]
    wanted = read_portfolio(SAMPLE)
    read = [read_portfolio(path) for path in files]
    assert [differences(wanted, one) for one in read] == [[], []]
    assert read[0].inputs == read[1].inputs
    assert set(read[0].inputs) == set(wanted.inputs)
    assert [one.source for one in read] == [str(path) for path in files]


CELLS = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    st.sampled_from(["", " ", '"', ",", "a,b", 'x"y', "\n", "\r", "\r\n", "1.5", "NULL", "00123"]),
)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8))
def test_a_table_reads_as_its_csv_file_would(kind: str, rows: list[tuple[Any, ...]]) -> None:
    """
    Proves: for any cells of text, what is read of a database are the cells of a CSV file with the
    same rows in order; the sole exception are characters that DuckDB cannot hold.
    """
    if kind == "duckdb":
        rows = [tuple(cell and cell.replace("\0", "") for cell in row) for row in rows]
    columns = [(name, "text") for name in ("supplier", "region", "otif")]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        table: Table = ("suppliers", columns, [list(row) for row in rows])
        path = INTO_FILE[kind]([table], folder / "any.db")
        written = sorted(["" if cell is None else cell for cell in row] for row in rows)
        written.sort(key=lambda row: [cell.encode() for cell in row])
        (folder / "csv").mkdir()
        with (folder / "csv" / "suppliers.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([[name for name, _ in columns], *written])
        found, expected = (
            read_tables(place, Findings()).tables["suppliers"] for place in (path, folder / "csv")
        )
    assert {name: cells.to_pylist() for name, cells in found.columns.items()} == {
        name: cells.to_pylist() for name, cells in expected.columns.items()
    }
    assert found.row.tolist() == (expected.row - 1).tolist()


def test_views_are_tables(database: Path, sound: dict[str, Any], kind: str) -> None:
    """Proves: a view over a table of other names and units is a portfolio's table."""
    run(
        database,
        "ALTER TABLE skus RENAME TO mara",
        "CREATE VIEW skus AS SELECT sku, category, unit_cost * 2 AS unit_cost, demand_mean, "
        "demand_std FROM mara",
    )
    assert read_portfolio(database).skus.unit_cost.tolist() == [20.0, 40.0, 60.0]


def test_columns_names_a_table_and_its_headers_and_units(database: Path, tmp_path: Path) -> None:
    """Proves: `[columns]` works on tables as on files: source, names, units, ignored columns."""
    run(
        database,
        "CREATE TABLE erp_items AS SELECT sku AS matnr, category, unit_cost * 100 AS cents, "
        "demand_mean, demand_std, 'x' AS other FROM skus",
        "DROP TABLE skus",
    )
    (tmp_path / "portfolio.toml").write_text(
        '[columns.table.skus]\nsource = "erp_items"\nignore = ["other"]\n'
        'names = {sku = "matnr", unit_cost = "cents"}\nunits = {unit_cost = "cents"}\n'
    )
    portfolio = read_portfolio(database)
    assert portfolio.skus.unit_cost.tolist() == [10.0, 20.0, 30.0]
    assert {"erp_items", "portfolio.toml"} <= set(portfolio.inputs)


def test_settings_stand_in_a_table_or_in_a_file_beside(database: Path, tmp_path: Path) -> None:
    """Proves: both are read, both together are refused, other tables of settings can be ignored."""
    run(database, "CREATE TABLE settings (key TEXT, value TEXT)")
    run(database, "INSERT INTO settings VALUES ('risk.weight', '0.25'), ('currency', 'USD')")
    of_table = read_portfolio(database)
    assert (of_table.settings.risk.weight, of_table.settings.currency) == (0.25, "USD")
    beside = tmp_path / "portfolio.toml"
    beside.write_text("[risk]\nweight = 0.5\n")
    [line] = problems(database)
    assert line.startswith("shop.db!settings: exists together with portfolio.toml, which is")
    ignoring = 'columns.ignore=["settings"]'
    assert read_portfolio(database, [ignoring]).settings.risk.weight == 0.5
    beside.unlink()
    run(database, "INSERT INTO settings VALUES ('risk.wieght', '1')")
    assert problems(database) == [
        'shop.db!settings, risk.wieght = "1": no setting has this name. Nearest: "weight".'
    ]
    run(database, "DROP TABLE settings", "CREATE TABLE settings (name TEXT)")
    [told] = problems(database)
    assert told == (
        "shop.db!settings: must have the columns key and value. "
        'Add them, or leave it out: --set columns.ignore=["settings"].'
    )


def test_a_cell_is_told_with_its_table_its_row_and_its_key(database: Path) -> None:
    """Proves: what a planner looks for is in the message: table, key, column, value, remedy."""
    run(
        database,
        "UPDATE skus SET demand_std = -1 WHERE sku = 'B2'",
        "UPDATE sources SET lead_time_mean = -2 WHERE supplier = 'South' AND sku = 'A1'",
    )
    of_sku, of_source = problems(database)
    assert of_sku == (
        'shop.db!skus, row 2 (sku "B2"), demand_std = "-1": must be >= 0. Give a value >= 0 [unit].'
    )
    assert of_source == (
        'shop.db!sources, row 2 (sku "A1", supplier "South"), lead_time_mean = "-2": '
        "must be in [0, 36500]. Give a value in [0, 36500] [day]."
    )


def test_skus_of_a_database_are_set_aside(database: Path) -> None:
    """Proves: a faulty row sets its SKU aside, the first row too, which is no header here."""
    run(database, "UPDATE skus SET demand_std = -1 WHERE sku = 'A1'")
    portfolio = read_portfolio(database, ["inputs.set_aside=true"])
    assert portfolio.skus.sku.tolist() == ["B2", "C3"]
    assert portfolio.set_aside is not None
    assert portfolio.set_aside.skus == 1


def test_text_in_a_number_column_and_infinities_are_told_by_row(database: Path, kind: str) -> None:
    """Proves: a cell that is no finite number is named, never taken for something else."""
    if kind == "sqlite":
        run(database, "UPDATE skus SET unit_cost = '12 EUR' WHERE sku = 'A1'")
        run(database, "UPDATE skus SET demand_mean = 9e999 WHERE sku = 'B2'")
    else:
        run(database, "ALTER TABLE skus ALTER unit_cost TYPE VARCHAR")
        run(database, "UPDATE skus SET unit_cost = '12 EUR' WHERE sku = 'A1'")
        run(database, "UPDATE skus SET demand_mean = 'inf' WHERE sku = 'B2'")
    first, second = problems(database)
    assert first.startswith(
        'shop.db!skus, row 1 (sku "A1"), unit_cost = "12 EUR": must be a number'
    )
    assert second.startswith(
        'shop.db!skus, row 2 (sku "B2"), demand_mean = "inf": must be a number'
    )


def test_binary_data_lists_and_numbers_for_names_are_refused_once_a_column(
    database: Path, kind: str
) -> None:
    """Proves: a type that is no cell is told once, with its first row in the order of keys."""
    if kind == "sqlite":
        run(database, "UPDATE skus SET category = x'ff00' WHERE sku <> 'A1'")
        run(database, "UPDATE suppliers SET region = CAST(x'e4' AS TEXT) WHERE supplier = 'South'")
        binary = "holds binary data, or text that is not UTF-8"
        wanted = [("skus, category", binary, "in row 2 and in 1 more")]
        wanted += [("suppliers, region", binary, "in row 2. ")]
    else:
        run(database, "ALTER TABLE skus ALTER category TYPE VARCHAR[] USING [category]")
        run(database, "ALTER TABLE suppliers ALTER region TYPE DOUBLE USING 1.5")
        wanted = [("skus, category", "holds a list", "in row 1 and in 2 more")]
        wanted += [
            ("suppliers, region", "holds values of the type float", "in row 1 and in 1 more")
        ]
    told = [line for line in problems(database) if " holds " in line]
    assert len(told) == len(wanted)
    for where, what, rows in wanted:
        [line] = [line for line in told if f"shop.db!{where}:" in line]
        assert what in line
        assert rows in line


def test_names_that_may_be_meant_are_told_others_are_left_alone(
    sound: dict[str, Any], write: Write, tmp_path: Path
) -> None:
    """
    Proves: a table that differs from one of the portfolio's in capitals, or is nearly one that is
    missing, is told; an ERP's other tables, and `supplier` beside `suppliers`, are not.
    """
    path = INTO_FILE["sqlite"](tables_of(write(sound)), tmp_path / "shop.db")
    run(path, "CREATE TABLE vbak (x)", "CREATE TABLE supplier (x)", "CREATE VIEW z AS SELECT 1")
    assert problems(path) == []
    run(path, "CREATE TABLE stocks (x)", "CREATE TABLE Tags (x)")
    assert [line.split(":")[0] for line in problems(path)] == ["shop.db!Tags", "shop.db!stocks"]
    assert problems(path, 'columns.ignore=["stocks", "Tags"]') == []


def test_a_missing_table_and_an_empty_database_are_told(database: Path, tmp_path: Path) -> None:
    """Proves: what is missing is named with the columns it needs."""
    run(database, "DROP TABLE hazards")
    [line] = problems(database)
    assert line.startswith("shop.db: the table hazards is missing. Add hazards.csv")
    empty = tmp_path / "empty.sqlite"
    with closing(sqlite3.connect(empty)) as connection:
        connection.execute("PRAGMA user_version = 1")
    [line] = problems(empty)
    assert "has no table and no view" in line


def test_settings_of_files_are_refused_for_a_database(database: Path) -> None:
    """Proves: header rows, delimiters and decimal commas are told, and nothing else with them."""
    stated = ("columns.table.skus.header_row=3", "columns.delimiter=semicolon")
    told = problems(database, *stated, "columns.table.sources.decimal=comma")
    keys = ("columns.delimiter", "columns.table.skus.header_row", "columns.table.sources.decimal")
    assert [line.split(": ")[0] for line in told] == [f"--set, {key}" for key in keys]


def test_a_table_is_never_written_outside_its_folder(database: Path, tmp_path: Path) -> None:
    """Proves: a name that leads elsewhere is refused, though the database has such a table."""
    run(database, 'ALTER TABLE skus RENAME TO "../outside"')
    told = problems(database, 'columns.table.skus.source="../outside"')
    assert any("cannot be kept as a file of this name" in line for line in told)
    assert not list(tmp_path.rglob("outside*"))


def test_nothing_is_written_to_the_file(database: Path) -> None:
    """Proves: the bytes stay, and no file appears beside it."""
    before = database.read_bytes(), sorted(database.parent.iterdir())
    read_portfolio(database)
    assert (database.read_bytes(), sorted(database.parent.iterdir())) == before


def test_a_view_reads_no_file(tmp_path: Path, sound: dict[str, Any], write: Write) -> None:
    """Proves: a DuckDB file from a stranger cannot read what is beside it."""
    path = INTO_FILE["duckdb"](tables_of(write(sound)), tmp_path / "shop.duckdb")
    run(path, "DROP TABLE suppliers")
    run(path, f"CREATE VIEW suppliers AS FROM read_csv('{tmp_path / 'suppliers.csv'}')")
    [line] = [line for line in problems(path) if line.startswith("shop.duckdb!suppliers")]
    assert "cannot be read (Permission Error" in line


@pytest.mark.parametrize("kind", KINDS)
def test_a_view_without_end_ends(
    kind: str, sound: dict[str, Any], write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: a table that takes too long is told with the time it had; the others are read."""
    module = {"sqlite": sqlite_file.SqliteFile, "duckdb": duckdb_file.DuckdbFile}[kind]
    monkeypatch.setattr(module, "seconds", 0.5)
    path = INTO_FILE[kind](tables_of(write(sound)), tmp_path / "shop.db")
    run(
        path,
        "DROP TABLE hazards",
        "CREATE VIEW hazards AS WITH RECURSIVE n(hazard) AS "
        "(SELECT 1 UNION ALL SELECT hazard + 1 FROM n) SELECT max(hazard) AS hazard FROM n",
    )
    assert [line for line in problems(path) if "hazards" in line] == [
        "shop.db!hazards: takes more than 0.5 s to read. " + module_remedy(kind)
    ]


def module_remedy(kind: str) -> str:
    return {
        "sqlite": "Make the view faster, or keep what it shows in a table.",
        "duckdb": "Correct the view, or keep what it shows in a table.",
    }[kind]


def test_a_damaged_file_and_one_in_use_are_told(database: Path, kind: str, tmp_path: Path) -> None:
    """Proves: each is one line with the reason; no traceback."""
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(database.read_bytes()[:1000])
    told = problems(damaged)
    assert told
    assert all(line.startswith("damaged.db") or str(damaged) in line for line in told)
    if kind == "duckdb":
        with closing(duckdb.connect(str(database))):
            [line] = problems(database)
        assert "cannot be opened" in line
        assert "Close the program, or the connection in this session" in line


def test_a_full_disk_is_told(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: where the tables find no room, the error says where and what to do."""

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(extract, "write_canonical", full)
    told = r"shop\.db: its tables cannot be put in .* \(No space left on device\)\. Make room there"
    with pytest.raises(StorageError, match=told):
        read_portfolio(database)


def test_the_files_of_a_database_last_as_long_as_the_process(database: Path) -> None:
    """Proves: they are there for a run to copy, readable by nobody else, and gone at the end."""
    program = (
        "import sys; from pathlib import Path; from optimizer.inputs.read import read_portfolio; "
        "held = read_portfolio(sys.argv[1]).elsewhere['skus.csv']; "
        "print(held, held.exists(), oct(held.parent.stat().st_mode)[-3:])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, str(database)], capture_output=True, text=True, check=True
    )
    file, existed, mode = ended.stdout.split()
    assert (existed, mode) == ("True", "700")
    assert not Path(file).parent.exists()


def test_a_file_that_is_nothing_is_told(tmp_path: Path) -> None:
    """Proves: a file that is no workbook and no database, and an address that lost a slash."""
    odd = tmp_path / "odd.db"
    odd.write_text("hello")
    [line] = problems(odd)
    assert "is no workbook (.xlsx) and no SQLite or DuckDB file" in line
    [line] = problems(Path("postgresql://ann:secret@h/d"))
    assert (
        line
        == "postgresql:/ann@h/d: is no address. Give it as text, with two slashes: postgresql://…"
    )
    [line] = problems("mysql://ann:secret@h/d")
    assert line.startswith("mysql://ann@h/d: mysql is no kind of database that is read here.")
    [line] = problems("postgresql://ann:se/cret@h/d")
    assert line.startswith('postgresql://…: has a second "@", or one after the host.')


@pytest.mark.parametrize("stated", ["soon", "0", "nan"])
def test_a_time_that_is_none_is_told(stated: str) -> None:
    """Proves: it is refused before anything is asked."""
    [line] = problems(f"postgresql://ann:secret@h/d?timeout={stated}")
    rule = "its timeout is no number of seconds. Write timeout=600."
    assert line == f"postgresql://ann@h/d?timeout={stated}: {rule}"


def test_without_the_packages_of_postgresql_their_name_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Proves: one line says what to install."""
    monkeypatch.delitem(sys.modules, "optimizer.inputs.databases.postgres", False)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    [line] = problems("postgresql://ann:secret@h/d")
    assert line.startswith("postgresql://…: needs packages that are not installed (")
    assert line.endswith('Install them: pip install "ballast[postgres]".')


def test_rows_without_a_number_are_named_in_problem_counts() -> None:
    """Proves: the words of a problem with a key, and of one without."""
    problem = Problem(file="t", row=3, key='sku "A"', column="c", value="v", rule="r", remedy="m")
    assert str(problem) == 't, row 3 (sku "A"), c = "v": r. m'
    with pytest.raises(BadInputError, match=r'first in row 3 \(sku "A"\)'):
        raise BadInputError([problem] * 21)
