"""A results folder by its address: on this disk, or elsewhere by way of a mirror."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from os import fspath
from pathlib import Path
from typing import Final

from optimizer.domain.address import without_secrets
from optimizer.domain.paths import AnyPath
from optimizer.errors import BadInputError, StorageError
from optimizer.store.shared.address import folder_of
from optimizer.store.shared.cache_folder import cache_of
from optimizer.store.shared.entry_names import about
from optimizer.store.shared.mirror import Mirror
from optimizer.store.shared.open_place import open_place

_LOG: Final = logging.getLogger(__name__)
_SHOWN: Final = 3
Tell = Callable[[str], None]


@contextmanager
def shared_results(
    results: AnyPath, *, tell: Tell = _LOG.info, note: Tell = _LOG.warning
) -> Iterator[Path]:
    """
    Yield a results folder on this disk for one that has an address, and keep there what is written.

    What is new there is fetched first; at the end what is new here is sent, also after an error.

    Parameters
    ----------
    results
        ``s3://BUCKET/FOLDER``, ``gs://``, ``abfs://``, ``hdfs://``; ``file:///FOLDER`` or a path,
        which is yielded as it is.
    tell
        Hears a sentence of what was read and kept.
    note
        Hears what is left out, and what could not be sent although this work did not write it.

    Raises
    ------
    BadInputError
        If the address is wrong, or an entry has changed both here and there.
    StorageError
        If the place cannot be read; or, at the end, written: `kept` is where the work is complete.
    """
    folder = folder_of(results)
    if folder is not None:
        yield folder
        return
    mirror = _mirror_of(fspath(results))
    _pull(mirror, tell, note)
    try:
        yield mirror.folder
    except Exception:
        try:
            _tell_pushed(mirror, tell, note)
        except StorageError as error:
            note(str(error))
        raise
    _tell_pushed(mirror, tell, note)


def _mirror_of(url: str) -> Mirror:
    address = without_secrets(url).rstrip("/")
    return Mirror(place=open_place(url), home=cache_of(address))


def _pull(mirror: Mirror, tell: Tell, note: Tell) -> None:
    """Read the place; an error says how to go on without it."""

    def found(new: int, folders: int) -> None:
        of = "1 run is" if folders == 1 else f"{folders:,} runs are"
        tell(f"Reading {mirror.place.name}: {new:,} of {of} new; mirrored in {mirror.folder}")

    try:
        left_out = mirror.pull(found).left_out
    except StorageError as error:
        if not mirror.was_read:
            raise
        without = f"Without it, with what is here of it: --results {mirror.folder}"
        raise StorageError(f"{error} {without}", error.kept) from None
    for reason in left_out[:_SHOWN]:
        note(f"left out: {reason}")
    if len(left_out) > _SHOWN:
        note(f"left out: {len(left_out) - _SHOWN:,} more in {mirror.place.name}")


def _tell_pushed(mirror: Mirror, tell: Tell, note: Tell) -> None:
    """Send what is new, and say what was kept; raise where something written now was not."""
    pushed = mirror.push()
    runs = sorted(_runs(pushed.sent))
    if runs:
        tell(f"Kept in {mirror.place.name}{_listed(runs)}")
    if not pushed.unsent:
        return
    own = [name for name in pushed.unsent if name not in mirror.waiting]
    runs = _runs(own or pushed.unsent)
    here = mirror.folder / runs[0] if len(runs) == 1 else mirror.folder
    said = f"{pushed.why} Nothing is lost: what was made is complete on this disk in {here}"
    if isinstance(pushed.why, BadInputError):
        said += ". Move it to another folder to keep it; the next command takes the one there."
    else:
        said += ", and the next command with the same --results sends it."
    if own:
        raise StorageError(said, here)
    note(said)


def _runs(names: Sequence[str]) -> list[str]:
    """Return the runs that entries are or belong to."""
    return list(dict.fromkeys(run for run in map(about, names) if run))


def _listed(runs: Sequence[str]) -> str:
    if len(runs) == 1:
        return f"/{runs[0]}"
    more = len(runs) - _SHOWN
    return f": {', '.join(runs[:_SHOWN])}" + (f" and {more:,} more" if more > 0 else "")
