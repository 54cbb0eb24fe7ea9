"""Commands for a team: what its database needs."""

from __future__ import annotations

import sys
from typing import Final

from optimizer.cli.console import app

PANEL: Final = "Team"


@app.command(rich_help_panel=PANEL)
def schema() -> None:
    """
    Print the script that prepares a PostgreSQL database to keep runs.

    Example: ballast schema | psql -v ON_ERROR_STOP=1 postgresql://admin@host/ballast
    """
    from optimizer.store.shared.schema import schema_script

    sys.stdout.write(schema_script())
