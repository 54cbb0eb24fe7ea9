"""``--results`` as a folder or a URL, the same for every command that has it."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from optimizer.cli.progress import show_line
from optimizer.store.shared.address import folder_of

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Address(str):
    """A URL of a results folder, until its command runs on the mirror of it."""

    __slots__ = ()


def folder_or_address(stated: str | Path) -> Path | Address:
    """Read what stands behind ``--results``."""
    folder = folder_of(stated)
    return Address(stated) if folder is None else folder


@contextmanager
def mirrored(address: Address, note: Callable[[str], None]) -> Iterator[Path]:
    """Yield the mirror of a results folder; what a command leaves is sent, and can be stopped."""
    from optimizer.store.shared.shared_results import shared_results

    with shared_results(address, tell=show_line, note=note) as folder:
        heard = {one: signal.getsignal(one) for one in _SIGNALS}
        try:
            yield folder
        finally:
            for one, handler in heard.items():
                signal.signal(one, handler)
