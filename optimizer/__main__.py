"""The way in, ``ballast`` or ``python -m optimizer``: light, so that an early Ctrl-C is heard."""

from __future__ import annotations

import signal
import sys
from typing import NoReturn

from optimizer.errors import STOPPED_EARLY, StoppedError


def main() -> NoReturn:
    """Run the command line; Ctrl-C while it loads ends as a stop, never in a traceback."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        from optimizer.cli import main as run  # noqa: PLC0415  loading takes a moment

        run()
    except KeyboardInterrupt:
        sys.stderr.write(f"{STOPPED_EARLY}\n")
        sys.exit(StoppedError.exit_code)


if __name__ == "__main__":
    main()
