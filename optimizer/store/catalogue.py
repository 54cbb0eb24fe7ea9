"""All runs of a results folder as SQL tables, read straight from their files; nothing is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import duckdb
import pandas as pd

from optimizer.domain.change_list import CHANGES
from optimizer.domain.paths import AnyPath
from optimizer.errors import BadInputError, Problem
from optimizer.store import columns
from optimizer.store.change_files import CHANGES_FILE
from optimizer.store.run_folder import RUN_PLAN
from optimizer.store.run_index import runs
from optimizer.store.shared.address import local
from optimizer.store.state_log import states_of_all

RUNS: Final = "runs"
STATES: Final = "states"
_WORD: Final = re.compile(r"\w+")
_READS: Final = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


_TEXTS: Final = {
    *("run", "sku", "segment", "policy", "alternates", "demand_model", "reason", "runner_up"),
    *("category", "region", "supplier", "hazard", "target", "description", "option", "to_option"),
    *("to_alternates", "decision", "decided_by", "decision_reason", "list"),
}
"""Columns of text, where no run has a file to read that from."""


class View(NamedTuple):
    """A table of all runs: the file of a run that it reads, its columns at least, its meaning."""

    file: str
    columns: Sequence[str]
    meaning: str


VIEWS: Final[Mapping[str, View]] = {
    "plans": View(RUN_PLAN, columns.PLAN, "what each run decides for each SKU, and its costs"),
    "curves": View("curves.parquet", columns.CURVES, "loss by days without supply"),
    "losses": View("scenarios.parquet", columns.SCENARIOS, "the loss in each future"),
    "strikes": View("strikes.parquet", columns.STRIKES, "what strikes when in each future"),
    "expected": View("expected.parquet", columns.EXPECTED, "exact expected loss by hazard"),
    "qualifications": View(
        "qualifications.csv", tuple(columns.QUALIFICATIONS), "sources to qualify"
    ),
    "onboardings": View("onboardings.csv", tuple(columns.ONBOARDINGS), "suppliers to onboard"),
    "decisions": View(CHANGES_FILE, CHANGES, "changes that re-optimized runs propose"),
}
"""Every view but `RUNS` and `STATES`; each has the column run before those of its file."""


class Catalogue:
    """
    The runs of a folder, to be asked in SQL.

    Only files of this folder can be read, and nothing can be written.
    """

    def __init__(self, results: AnyPath, listed: pd.DataFrame | None = None) -> None:
        """Open the runs of a folder; `listed` is what `runs` said of it, where that is known."""
        home = local(results).resolve()
        listed = runs(home) if listed is None else listed
        texts = listed["overrides"].map(" ".join, na_action="ignore")
        self._connection = duckdb.connect(":memory:")
        self._connection.register(RUNS, listed.assign(overrides=texts))
        whole = listed[(listed["kind"] == "run") & listed["objective"].notna()]
        self._folders = [home / run for run in whole["run"]]
        self._left = dict(VIEWS)
        self._connection.register(STATES, states_of_all(home, whole["run"].tolist()))
        self._connection.execute(f"SET allowed_directories = {_literal([str(home)])}")
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def ask(self, sql: str) -> pd.DataFrame:
        """
        Return what a query finds.

        Raises
        ------
        BadInputError
            If it is no single query that only reads, or DuckDB does not understand it.
        """
        try:
            statements = self._connection.extract_statements(sql)
            if len(statements) != 1 or statements[0].type not in _READS:
                raise BadInputError([_only_reads(sql)])
            for name in _WORD.findall(sql.lower()):
                self._create(name)
            return self._connection.execute(statements[0]).df()
        except duckdb.Error as error:
            raise BadInputError([_not_understood(sql, error)]) from None

    def columns(self) -> pd.DataFrame:
        """Return every view's columns and their types."""
        for name in VIEWS:
            self._create(name)
        return self.ask(
            "SELECT table_name AS view, column_name AS column, data_type AS type "
            "FROM information_schema.columns ORDER BY table_name, ordinal_position"
        )

    def _create(self, name: str) -> None:
        """Create a view when it is first asked for: each opens every run's file."""
        view = self._left.pop(name, None)
        if view is None:
            return
        files = (folder / view.file for folder in self._folders)
        paths = [str(path) for path in files if path.is_file()]
        if not paths:
            empty = ", ".join(
                f"NULL::{'VARCHAR' if column in _TEXTS else 'DOUBLE'} AS {column}"
                for column in ("run", *view.columns)
            )
            self._connection.execute(f"CREATE VIEW {name} AS SELECT {empty} WHERE false")
            return
        reader = "read_parquet" if view.file.endswith(".parquet") else "read_csv"
        those = f"{_literal(paths)}, union_by_name = true, filename = true"
        run = "parse_path(filename)[-2] AS run, * EXCLUDE (filename)"
        self._connection.execute(f"CREATE VIEW {name} AS SELECT {run} FROM {reader}({those})")  # noqa: S608


def query(sql: str, results: AnyPath = "results") -> pd.DataFrame:
    """
    Return what a query finds in all runs of a folder, see `RUNS`, `STATES` and `VIEWS`.

    Raises
    ------
    BadInputError
        If it is no single query that only reads, or DuckDB does not understand it.
    """
    return Catalogue(results).ask(sql)


def runs_where(results: AnyPath, condition: str, listed: pd.DataFrame) -> list[str]:
    """
    Return the names of the runs listed that meet a condition in SQL on the columns of `RUNS`.

    Raises
    ------
    BadInputError
        If DuckDB does not understand it.
    """
    sql = f"SELECT run FROM runs WHERE {condition}"  # noqa: S608  a query that only reads
    return [str(run) for run in Catalogue(results, listed).ask(sql)["run"]]


def _literal(texts: Sequence[str]) -> str:
    """Return a list of texts as SQL writes it."""
    quoted = ("'" + text.replace("'", "''") + "'" for text in texts)
    return f"[{', '.join(quoted)}]"


def _only_reads(sql: str) -> Problem:
    rule = "is not one query that only reads"
    remedy = "Give a single SELECT; runs are never changed by SQL."
    return Problem(file="SQL", value=sql[:80], rule=rule, remedy=remedy)


def _not_understood(sql: str, error: duckdb.Error) -> Problem:
    said = str(error).splitlines()[0]
    remedy = "`ballast sql` without a query lists the views and their columns."
    return Problem(file="SQL", value=sql[:80], rule=said, remedy=remedy)
