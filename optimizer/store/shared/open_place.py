"""Which kind of place an address names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final, cast

from optimizer.domain.address import POSTGRESQL
from optimizer.store.shared.address import bad_address
from optimizer.store.shared.place import Place

_OBJECTS: Final = ("s3", "gs", "gcs", "abfs", "abfss", "hdfs", "viewfs")
_OPENERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(_OBJECTS, "optimizer.store.shared.open_objects:open_objects"),
    **dict.fromkeys(POSTGRESQL, "optimizer.store.shared.postgres_place:open_postgres"),
}
"""By scheme, the function that opens such a place: imported only then."""


def open_place(url: str) -> Place:
    """
    Return the place that a URL names.

    Raises
    ------
    BadInputError
        If it is no URL, or one of a kind that is not supported.
    StorageError
        If the place cannot be reached.
    """
    opener = _OPENERS.get(url.partition(":")[0].lower())
    if opener is None:
        known = ", ".join(f"{scheme}://" for scheme in ("file", *_OPENERS))
        raise bad_address(url, "no such kind of place is known", f"Write a folder, or {known}.")
    module, function = opener.split(":")
    return cast(Callable[[str], Place], getattr(import_module(module), function))(url)
