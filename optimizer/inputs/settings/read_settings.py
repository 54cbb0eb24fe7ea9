"""Settings from `portfolio.toml` (or a sheet of keys and values) and ``KEY=VALUE`` overrides."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, Final, get_origin

from pydantic import BaseModel, ValidationError

from optimizer.domain.settings import POLICIES, Policy, Settings
from optimizer.errors import Problem
from optimizer.inputs.did_you_mean import did_you_mean
from optimizer.inputs.findings import Findings
from optimizer.inputs.settings.origin import COMMAND_LINE, Origin, Tree

LARGEST: Final = 1_000_000
"""Maximum size of a settings file, in bytes."""
LONGEST_LINE: Final = 1_000
"""Characters; the time a dotted key takes grows with the square of its length."""
DEEPEST: Final = 8
TOO_DEEP: Final = f"it is nested more than {DEEPEST} deep"


def read_toml(path: Path, findings: Findings) -> Tree:
    """Return the settings as written; a file that is not TOML is noted and counts as empty."""
    if path.stat().st_size > LARGEST:
        rule, remedy = f"is larger than {LARGEST:,} bytes", "Settings are a few lines: mend it."
        findings.add(Problem(file=path.name, rule=rule, remedy=remedy))
        return {}
    try:
        return _parsed(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        rule = f"is not UTF-8: byte offset {error.start}"
        findings.add(Problem(file=path.name, rule=rule, remedy="Save it again as UTF-8."))
    except ValueError as error:
        line = re.search(r"line (\d+)", str(error))
        findings.add(
            Problem(
                file=path.name,
                row=int(line[1]) if line else None,
                rule=f"is not valid TOML: {error}",
                remedy="Correct this line; a key or table may occur only once.",
            )
        )
    return {}


def _parsed(text: str) -> Tree:
    """Parse TOML to a tree that is safe to walk; a ``ValueError`` says what is wrong with it."""
    for row, line in enumerate(text.splitlines(), start=1):
        if len(line) > LONGEST_LINE:
            raise ValueError(f"line {row} has more than {LONGEST_LINE:,} characters")
    try:
        tree = tomllib.loads(text)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    layer: list[Any] = [tree]
    for _ in range(DEEPEST):
        layer = [inner for value in layer for inner in _inside(value)]
        if any(isinstance(value, int) and abs(value) >= 2**63 for value in layer):
            raise ValueError("a whole number has more than 64 bits")
    if layer:
        raise ValueError(TOO_DEEP)
    return tree


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def sheet_settings(rows: Sequence[Sequence[Any]], label: str, findings: Findings) -> Tree:
    """Return the settings of a sheet with the columns key and value."""
    header = [str(cell).strip() for cell in rows[0][:2]] if rows else []
    if header != ["key", "value"]:
        rule = "its first two columns must be key and value"
        remedy = "Write key in A1 and value in B1; a key is dotted: risk.weight."
        findings.add(Problem(file=label, row=1, rule=rule, remedy=remedy))
        return {}
    settings: Tree = {}
    known = setting_keys()
    for at, (key, value, *_) in enumerate(rows[1:], start=2):
        if value == "" and (key == "" or str(key) in known):
            continue  # its default stands
        leaf = parse_setting(str(key), _as_toml(value))
        if leaf is None or not _merge(settings, leaf, replace=False):
            rule = "is not a dotted key, or occurs twice"
            remedy = "Write each key once, as risk.weight."
            findings.add(Problem(file=label, row=at, column=str(key), rule=rule, remedy=remedy))
    return settings


def _as_toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


def read_overrides(overrides: Sequence[str], findings: Findings) -> Tree:
    """
    Return the settings in ``KEY=VALUE`` texts; of a repeated key the last one counts.

    Keys are dotted, ``risk.weight=0.3``; a value that is not TOML is text.
    """
    overridden: Tree = {}
    for override in overrides:
        key, equals, value = override.partition("=")
        leaf = parse_setting(key, value) if equals else None
        if leaf is None or not _merge(overridden, leaf, replace=True):
            rule, remedy = (
                "is not of the form KEY=VALUE",
                "Write a dotted key and a value: risk.weight=0.3.",
            )
            findings.add(Problem(file=COMMAND_LINE, value=override, rule=rule, remedy=remedy))
    return overridden


def overlay(written: Tree, overridden: Tree) -> Tree | None:
    """Return the settings with overrides; ``None`` if a key is both a value and a table."""
    tree = deepcopy(written)
    return tree if _merge(tree, overridden, replace=True) else None


def resolve_settings(written: Tree, origin: Origin, findings: Findings) -> Settings | None:
    """
    Return the settings as written, overridden and checked.

    Parameters
    ----------
    written
        The content of the settings' file.
    origin
        That file's name, and the overrides.

    Returns
    -------
    Settings | None
        ``None`` if a problem was noted in `findings`.
    """
    tree = overlay(written, origin.overridden)
    if tree is None:
        rule = "a key names both a value and a table"
        findings.add(Problem(file=COMMAND_LINE, rule=rule, remedy="Use the full key of the value."))
        return None
    try:
        return Settings.model_validate(with_tuples(tree), strict=True)
    except ValidationError as error:
        for detail in _told_once(error.errors(include_url=False), tree):
            findings.add(_problem(detail, origin))
        return None


def parse_setting(key: str, value: str) -> Tree | None:
    """
    Return ``{"risk": {"weight": 0.3}}`` for ``risk.weight`` and ``0.3``, ``None`` for a bad key.

    A value that is not TOML is text.  A line break is not allowed, as it could begin a second
    setting.
    """
    if len(f"{key.strip()}={value.strip()}".splitlines()) > 1:
        return None
    for text in (value.strip(), json.dumps(value.strip())):
        try:
            return _parsed(f"{key.strip()} = {text}")
        except ValueError:
            continue
    return None


def setting_keys() -> list[str]:
    """Return the dotted key of every setting with a fixed name."""
    of_policy = [f"policies.{name}.{key}" for name in POLICIES for key in Policy.model_fields]
    return _keys_of(Settings) + of_policy


def _keys_of(model: type[BaseModel], above: str = "") -> list[str]:
    keys: list[str] = []
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            keys += _keys_of(field.annotation, f"{above}{name}.")
        elif get_origin(field.annotation) is not dict:
            keys.append(f"{above}{name}")
    return keys


def _merge(tree: Tree, leaves: Tree, *, replace: bool) -> bool:
    """Put `leaves` into `tree`; return whether every one fits."""
    for key, value in leaves.items():
        present = tree.get(key)
        if isinstance(present, dict) and isinstance(value, dict):
            if not _merge(present, value, replace=replace):
                return False
        elif present is not None and (
            not replace or isinstance(present, dict) or isinstance(value, dict)
        ):
            return False
        else:
            tree[key] = value
    return True


def with_tuples(value: Any) -> Any:
    """Return a tree with tuples for lists, as strict validation requires."""
    if isinstance(value, dict):
        return {key: with_tuples(inner) for key, inner in value.items()}
    return tuple(map(with_tuples, value)) if isinstance(value, list) else value


def _told_once(details: Sequence[Any], tree: Tree) -> list[Any]:
    """Return one detail per value; a value of several possible kinds gets them all in one."""
    merged: dict[tuple[Any, ...], Any] = {}
    for detail in details:
        location = _as_written(detail["loc"], tree)
        if location in merged:
            also = detail["msg"].removeprefix("Input should be ")
            merged[location] = {**merged[location], "msg": f"{merged[location]['msg']}, or {also}"}
        else:
            merged[location] = {**detail, "loc": location}
    return list(merged.values())


def _as_written(location: Sequence[Any], tree: Tree) -> tuple[Any, ...]:
    """Return a location without the names of the kinds that were tried."""
    node: Any = tree
    for depth, key in enumerate(location):
        if not isinstance(node, (dict, list)):
            return tuple(location[:depth])
        if isinstance(node, list) and isinstance(key, int) and key >= len(node):
            return tuple(location[:depth])
        node = node[key] if isinstance(node, list) else node.get(key)
    return tuple(location)


def _problem(detail: Any, origin: Origin) -> Problem:
    location = [str(part) for part in detail["loc"]]
    value = detail["input"]
    if detail["type"] == "extra_forbidden":
        rule = "no setting has this name"
        remedy = did_you_mean(location[-1], _keys_beside(location[:-1]))
    else:
        rule = detail["msg"].removeprefix("Input ").removeprefix("Value error, ")
        remedy = _remedy(detail)
    return Problem(
        file=origin.of(*location),
        column=".".join(location),
        value=value if isinstance(value, str) else json.dumps(value, default=str),
        rule=rule,
        remedy=remedy,
    )


def _remedy(detail: Any) -> str:
    """Return the remedy for a value; one above 1 may be a percentage."""
    most = {detail.get("ctx", {}).get(bound) for bound in ("lt", "le")}
    if 1.0 in most and 1.0 < detail["input"] <= 100.0:
        percentage = detail["input"]
        return f"Write a fraction of 1: {percentage:g} % is {percentage / 100.0:g}."
    return (
        "Write a value of that kind; the portfolio.toml that `ballast init` writes explains each."
    )


def _keys_beside(location: Sequence[str]) -> list[str]:
    model: type[BaseModel] = Settings
    for key in location:
        if model is Settings and key == "policies":
            return list(Policy.model_fields)
        inner = model.model_fields[key].annotation
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        model = inner
    return list(model.model_fields)
