"""The entry point, ``ballast`` or ``python -m optimizer``: light, so that early Ctrl-C works."""

from __future__ import annotations

import signal
import sys
from typing import Final, NoReturn

from optimizer.domain.stop import Stop
from optimizer.errors import StoppedError
from optimizer.jobs.interrupts import ignore_interrupts, listen

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_FINISHING: Final = "\nStopping: finishing the results so far. Press Ctrl-C again to end at once.\n"


def main() -> NoReturn:
    """Run the command line; Ctrl-C or SIGTERM stops it without a traceback."""
    stop = Stop()
    try:
        listen(stop, *_SIGNALS, note=_FINISHING)
        if sys.platform != "win32":
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)  # `ballast.sh` blocked them
        from optimizer.cli import main as run  # noqa: PLC0415  slow to import

        run(stop)
    except BaseException as end:
        ignore_interrupts()
        if isinstance(end, SystemExit) or stop.keeps or not stop.interrupted:
            raise
        sys.stderr.write(f"{StoppedError('interrupt', before='it began')}\n")
        sys.exit(StoppedError.exit_code)


if __name__ == "__main__":
    main()
