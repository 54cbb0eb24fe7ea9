"""What is said of PostgreSQL without asking one: refusals, the script."""

from __future__ import annotations

import sys

import psycopg
import pytest

from optimizer.cli import main
from optimizer.domain.postgres_address import read_address
from optimizer.domain.stop import Stop
from optimizer.errors import BadInputError, StorageError
from optimizer.store.shared.postgres_place import open_postgres
from optimizer.store.shared.postgres_refusals import told
from optimizer.store.shared.schema import VERSION, schema_script


def test_without_the_extra_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: one line says what is missing and how to install it."""
    for name in [
        name for name in sys.modules if name.startswith("optimizer.store.shared.postgres_")
    ]:
        if name != "optimizer.store.shared.postgres_place":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(BadInputError) as refusal:
        open_postgres("postgresql://ana:s3cret@host/runs")
    said = str(refusal.value)
    assert said.startswith("postgresql://…: needs packages that are not installed (")
    assert said.endswith('Install them: pip install "ballast[postgres]".')
    assert "\n" not in said
    assert "s3cret" not in said


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (psycopg.errors.DiskFull("could not extend file"), "has no disk space left; nothing"),
        (psycopg.errors.AdminShutdown("terminating"), "the connection broke; nothing is half"),
        (psycopg.errors.OutOfMemory("no"), "refused this; nothing was changed there (no)"),
        (psycopg.OperationalError("gone"), "the connection broke; nothing is half there (gone)"),
        (psycopg.errors.DataCorrupted("bad page"), "refused this; nothing was changed there (bad"),
    ],
)
def test_refusals_that_a_test_cannot_bring_about(error: psycopg.Error, words: str) -> None:
    """Proves: a full disk, a shutdown and whatever else have their own words."""
    with (
        pytest.raises(StorageError) as refusal,
        told(read_address("postgresql://h/runs")),
    ):
        raise error
    assert str(refusal.value).startswith(f"postgresql://h/runs: {words}")


def test_the_script_is_printed_as_it_is_packaged(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: it needs no package of the extra, is plain ASCII for every client, is one transaction,
    and writes the version that this program asks for.
    """
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.setattr(sys, "argv", ["ballast", "schema"])
    with pytest.raises(SystemExit) as ended:
        main(Stop())
    printed = capsys.readouterr().out
    assert (ended.value.code, printed) == (0, schema_script())
    assert printed.isascii()
    statements = [line for line in printed.splitlines() if line and not line.startswith("--")]
    assert (statements[0], statements[-1]) == ("BEGIN;", "COMMIT;")
    assert f"ballast.schema_version (version) VALUES ({VERSION})" in printed
    assert (
        f"-- Ballast: the schema of a PostgreSQL database that keeps runs, version {VERSION}."
        in printed
    )
    assert f"FROM ballast.schema_version) > {VERSION} THEN" in printed
