"""Dotted keys as they stand before the sign in ``KEY=VALUE``."""

from __future__ import annotations

import json
import re
from typing import Final

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def dotted(path: tuple[str, ...]) -> str:
    """
    Return a setting's key as in ``KEY=VALUE``, with names in quotes if necessary.

    Examples
    --------
    >>> dotted(("hazards", "factor", "Gulf storm")), dotted(("hazards", "factor", "a = b"))
    ("hazards.factor.'Gulf storm'", 'hazards.factor."a \\\\u003d b"')
    """
    return ".".join(key if _BARE.fullmatch(key) else _quoted(key) for key in path)


def _quoted(name: str) -> str:
    """Return a name in quotes, with the sign that would end the key escaped."""
    if not set("'=").intersection(name):
        return f"'{name}'"
    return json.dumps(name, ensure_ascii=False).replace("=", "\\u003d")
