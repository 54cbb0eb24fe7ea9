"""Compiled loops on every core: each thread takes whole ranges, so sums keep their order."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

_THREADS: Final = ThreadPoolExecutor(max_workers=os.cpu_count())


def over_ranges(work: Callable[[int, int], None], count: int, size: int) -> None:
    """Call ``work(first, end)`` for ranges that cover ``range(count)``, several at once."""
    if 0 < count <= size:
        work(0, count)
        return
    firsts = range(0, count, size)
    ends = (min(first + size, count) for first in firsts)
    for _ in _THREADS.map(work, firsts, ends):
        pass
