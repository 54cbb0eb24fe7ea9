"""How much memory this process held at its most."""

from __future__ import annotations

import resource
from pathlib import Path

_STATUS = Path("/proc/self/status")


def peak_kb() -> int:
    """
    Return the peak resident memory in kB, from Linux's own count where there is one.

    ``getrusage`` begins with what the starting process held, which may be more than this one does.
    """
    if _STATUS.exists():
        for line in _STATUS.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
