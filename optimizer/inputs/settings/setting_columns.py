"""Settings as the columns of a table: which header is which setting, and how to write one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from optimizer.domain.settings import Policy
from optimizer.inputs.schema import TableColumn, TableSchema
from optimizer.inputs.settings.dotted import dotted
from optimizer.inputs.settings.input_changes import KEYS as INPUT_KEYS
from optimizer.inputs.settings.input_changes import is_input_path
from optimizer.inputs.settings.read_settings import parse_setting, setting_keys

SettingPath = tuple[str, ...]

_OF_TABLES: Final = ("currency", "columns.")  # what the tables are written in
KEYS: Final = [*(key for key in setting_keys() if not key.startswith(_OF_TABLES)), *INPUT_KEYS]
"""Excluded: what tables are written in; amounts in different currencies cannot be compared."""

_BY_NAME: Final = (("budget", "category"), ("hazards", "factor"))
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
    Return the path of the setting or change of inputs that a header names, ``None`` for no such.

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
    if node == 0 and is_input_path(tuple(path)):
        return tuple(path)
    is_named = tuple(path[:2]) in _BY_NAME
    of_policy = path[:1] == ["policies"] and path[-1] in Policy.model_fields
    is_setting = node == 0 and len(path) == 3 and (is_named or of_policy)
    return tuple(path) if is_setting else None


def _with_quotes(header: str) -> str:
    """Return the likely key if the quotes around a name were forgotten."""
    for above in _BY_NAME:
        name = header.removeprefix(".".join((*above, "")))
        if name not in ("", header):
            return dotted((*above, name))
    return ""
