"""Compiled loops on every core: each thread takes whole ranges of profiles."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


def over_ranges(work: Callable[[range], None], count: int, size: int) -> None:
    """Call ``work`` for ranges of at most ``size`` that cover ``range(count)``, several at once."""
    ranges = [range(first, min(first + size, count)) for first in range(0, count, size)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(work, ranges):
            pass
