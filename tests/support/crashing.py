"""
The command line with an engine that crashes its process, as a fault in compiled code does.

Usage: crashing.py MODULE N WORDS...  The N-th call of ``MODULE.decide`` ends it by SIGSEGV.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from typing import Any

from optimizer.__main__ import main


def crash_at(module: str, number: int) -> None:
    """Let the n-th search of a job crash."""
    job = import_module(module)
    decide, calls = job.decide, []

    def crashing(*words: Any, **names: Any) -> Any:
        calls.append(words)
        if len(calls) == number:
            os.kill(os.getpid(), signal.SIGSEGV)
        return decide(*words, **names)

    job.decide = crashing  # type: ignore[attr-defined]


if __name__ == "__main__":
    crash_at(sys.argv[1], int(sys.argv[2]))
    sys.argv = ["ballast", *sys.argv[3:]]
    main()
