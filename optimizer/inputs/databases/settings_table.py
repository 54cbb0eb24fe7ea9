"""The settings of a database's table as the file that a folder of tables has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from optimizer.inputs.settings.origin import Tree

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_DELETE: Final = "\x7f"


def as_toml(tree: Tree) -> str:
    """Return settings as TOML, a dotted key a line, in order: the same settings, the same text."""
    return "".join(f"{line}\n" for line in _lines(tree, ""))


def _lines(tree: Tree, above: str) -> Iterator[str]:
    for key in sorted(tree):
        name, value = above + _key(key), tree[key]
        if isinstance(value, dict) and value:
            yield from _lines(value, f"{name}.")
        else:
            yield f"{name} = {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_key(key)} = {_value(value[key])}' for key in sorted(value))}}}"
    return repr(value) if isinstance(value, (int, float)) else str(value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace(_DELETE, "\\u007f")
