"""Work on every core: each thread takes whole parts, so sums keep their order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

_Item = TypeVar("_Item")
_Made = TypeVar("_Made")

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


def in_threads(work: Callable[[_Item], _Made], items: Iterable[_Item]) -> list[_Made]:
    """Return what some work makes of every item; an error or Ctrl-C lets no other one begin."""
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        return list(pool.map(work, items))
    finally:
        pool.shutdown(cancel_futures=True)
