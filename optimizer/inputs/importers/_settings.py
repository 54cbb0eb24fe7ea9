"""Settings of an importer, overridden by ``KEY=VALUE`` texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from difflib import get_close_matches
from typing import Any

from optimizer.errors import BadInputError, Problem


def stated_settings(defaults: Any, stated: Mapping[str, str]) -> Any:
    """Return the settings; those given as text are converted to the type of their default."""
    types = {field.name: type(getattr(defaults, field.name)) for field in fields(defaults)}
    problems = [
        _unknown(key, value, list(types)) for key, value in stated.items() if key not in types
    ]
    values: dict[str, Any] = {}
    for key, value in stated.items():
        try:
            values[key] = types.get(key, str)(value)
        except ValueError:
            problems.append(_wrong(key, value, f"must be of type {types[key].__name__}"))
    if problems:
        raise BadInputError(problems)
    try:
        return replace(defaults, **values)
    except ValueError as error:
        raise BadInputError([_wrong("", None, str(error))]) from error


def _unknown(key: str, value: str, names: list[str]) -> Problem:
    near = get_close_matches(key, names, n=1) or [", ".join(names)]
    return Problem(
        file="--set",
        column=key,
        value=value,
        rule="is not a setting",
        remedy=f"Did you mean: {near[0]}?",
    )


def _wrong(key: str, value: str | None, rule: str) -> Problem:
    return Problem(
        file="--set", column=key or None, value=value, rule=rule, remedy="Give another value."
    )
