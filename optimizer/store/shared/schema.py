"""The schema of a PostgreSQL database that keeps runs."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

VERSION: Final = 1
"""Version that this program reads and writes; `schema_script` brings a database to it."""
REMEDY: Final = "An administrator runs: ballast schema | psql -v ON_ERROR_STOP=1 URL"


def schema_script() -> str:
    """Return the script that an administrator runs once in the database."""
    return files(__package__).joinpath("schema.sql").read_text(encoding="utf-8")
