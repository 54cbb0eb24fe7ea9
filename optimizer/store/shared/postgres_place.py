"""A PostgreSQL database as a place that keeps runs; needs the extra ``postgres``."""

from __future__ import annotations

from optimizer.domain.postgres_address import extra
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
    with extra():
        from optimizer.store.shared.postgres_entries import PostgresPlace  # noqa: PLC0415
    place = PostgresPlace(url)
    place.check()
    return place
