"""Where copies of what is kept elsewhere are on this disk."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path

FOLDER: Final = "results"
"""Name of the results folder in the folder of a place."""
LOCK: Final = ".mirror.lock"
"""File beside it that marks it as a mirror, and is locked."""
CACHE: Final = "BALLAST_CACHE"
"""Environment variable that names another folder."""
_UNUSUAL: Final = re.compile(r"[^A-Za-z0-9.]+")


def cache_of(address: str) -> Path:
    """Return the folder for the copies of one place, whether or not it exists."""
    digest = hashlib.sha256(address.encode()).hexdigest()[:12]
    words = _UNUSUAL.sub("-", address.partition("?")[0]).strip("-.")[:60]
    stated = os.environ.get(CACHE)
    caches = Path(stated).absolute() if stated else user_cache_path("ballast", False, opinion=False)
    return caches / f"{words}-{digest}"


def is_mirror(results: Path) -> bool:
    """Return whether a results folder mirrors a place elsewhere."""
    return (results.parent / LOCK).is_file()
