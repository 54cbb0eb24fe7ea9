"""Requests that wait for the network, several at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Item = TypeVar("_Item")
_Made = TypeVar("_Made")


def in_threads(work: Callable[[_Item], _Made], items: Iterable[_Item], threads: int) -> list[_Made]:
    """Return what some work makes of every item; an error or Ctrl-C lets no other one begin."""
    pool = ThreadPoolExecutor(threads)
    try:
        return list(pool.map(work, items))
    finally:
        pool.shutdown(cancel_futures=True)
