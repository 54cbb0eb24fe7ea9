"""A PostgreSQL database as a place that keeps runs; needs the extra ``postgres``."""

from __future__ import annotations

from optimizer.errors import BadInputError, Problem
from optimizer.store.shared.place import Place


def open_postgres(url: str) -> Place:
    """
    Return the runs of a database, after asking it once.

    Parameters
    ----------
    url
        ``postgresql://USER@HOST:PORT/DATABASE``, with any options of libpq.

    Raises
    ------
    BadInputError
        If the address cannot be read, or the extra is not installed.
    StorageError
        If the database cannot be reached, or has no schema of this version.
    """
    try:
        from optimizer.store.shared.postgres_entries import PostgresPlace  # noqa: PLC0415  extra
    except ImportError as error:
        raise BadInputError([_missing(error)]) from None
    place = PostgresPlace(url)
    place.check()
    return place


def _missing(error: ImportError) -> Problem:
    rule = f"needs a package that is not installed ({error})"
    remedy = 'Install it: pip install "ballast[postgres]"'
    return Problem(file="postgresql://…", rule=" ".join(rule.split()), remedy=remedy)
