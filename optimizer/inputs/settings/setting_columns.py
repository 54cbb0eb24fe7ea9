"""Settings as the columns of a table: which header is which setting, and how to write one."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from optimizer.domain.settings import Policy
from optimizer.inputs.schema import TableColumn, TableSchema
from optimizer.inputs.settings.read_settings import parse_setting, setting_keys

SettingPath = tuple[str, ...]

KEYS: Final = [key for key in setting_keys() if key != "currency"]
"""Excluded: amounts in different currencies cannot be compared."""

_BY_NAME: Final = (("budget", "category"), ("hazards", "factor"))
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_NAME: Final = (
    TableColumn(
        name="name", kind="text", meaning="name of the what-if", required=True, identity=True
    ),
    TableColumn(name="description", kind="text", meaning="description in a sentence"),
)


def what_if_schema(header: Sequence[str]) -> TableSchema:
    """Return the schema of a table of what-ifs with this header, or the nearest one."""
    named = (text if setting_path(text) else _with_quotes(text) for text in header)
    keys = dict.fromkeys((*KEYS, *filter(None, named)))
    return TableSchema(
        name="what_ifs",
        meaning="named what-ifs",
        key=("name",),
        columns=(*_NAME, *(TableColumn(name=key, kind="setting", meaning="") for key in keys)),
        required=True,
    )


def setting_path(header: str) -> SettingPath | None:
    """
    Return the path of the setting that a header names, ``None`` if there is no such setting.

    Examples
    --------
    >>> setting_path("hazards.factor.'Gulf storm'"), setting_path("risk.wait")
    (('hazards', 'factor', 'Gulf storm'), None)
    """
    if header in KEYS:
        return tuple(header.split("."))
    path: list[str] = []
    node: Any = parse_setting(header, "0")
    while isinstance(node, dict) and len(node) == 1:
        [(key, node)] = node.items()
        path.append(key)
    is_named = tuple(path[:2]) in _BY_NAME
    of_policy = path[:1] == ["policies"] and path[-1] in Policy.model_fields
    is_setting = node == 0 and len(path) == 3 and (is_named or of_policy)
    return tuple(path) if is_setting else None


def dotted(path: SettingPath) -> str:
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


def _with_quotes(header: str) -> str:
    """Return the likely key if the quotes around a name were forgotten."""
    for above in _BY_NAME:
        name = header.removeprefix(".".join((*above, "")))
        if name not in ("", header):
            return dotted((*above, name))
    return ""
