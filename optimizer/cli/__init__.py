"""The command line: parsing and printing; `jobs` does the rest."""

from __future__ import annotations

import sys
from typing import NoReturn

from optimizer.cli import planners, finance, analysts, sharing  # isort: skip  the order of the help
from optimizer.cli.console import app, refuse
from optimizer.domain.stop import Stop
from optimizer.errors import BallastError
from optimizer.jobs.interrupts import ignore_interrupts

__all__ = ["analysts", "finance", "main", "planners", "sharing"]


def main(stop: Stop) -> NoReturn:
    """
    Run the command line; a `BallastError` becomes a message and an exit code, not a traceback.

    Parameters
    ----------
    stop
        Receives Ctrl-C for every command.
    """
    try:
        app(obj=stop)
    except BallastError as refusal:
        ignore_interrupts()
        refuse(refusal)
        sys.exit(refusal.exit_code)
    sys.exit(0)
