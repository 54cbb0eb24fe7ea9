"""The schema and the settings, explained: `COLUMNS.md` and a commented `portfolio.toml`."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from optimizer.domain.settings import Policy, Settings
from optimizer.inputs.schema import TABLES, TableColumn, TableSchema

COLUMNS_PREFACE = """\
# The tables of a portfolio, column by column

Each table is `NAME.csv` or `NAME.parquet` in one folder, or a sheet NAME of one workbook.

- Text is kept as written; only an empty cell counts as missing (`NA` and `None` are names).
- Numbers have a point for decimals, no thousands separator, no unit and no currency sign.
- Shares are fractions of 1. Dates are YYYY-MM-DD. Time is in days; a rate /yr is per 365 days.
- Money is in the single currency that `portfolio.toml` states, quantities in the SKU's stock unit.
- CSV files are UTF-8 with commas. Names of tables and columns must match exactly, in lower case.
"""


def describe_columns() -> str:
    """Return every table and column in Markdown: unit, domain, default and meaning."""
    return "\n".join([COLUMNS_PREFACE, *(_table(schema) for schema in TABLES.values())])


def _table(schema: TableSchema) -> str:
    need = "required" if schema.required else "optional"
    is_key = schema.key and not schema.adds_up
    key = f" Key: {', '.join(schema.key)}." if is_key else ""
    rows = [
        f"## {schema.name} ({need})\n",
        f"{schema.meaning[0].upper()}{schema.meaning[1:]}.{key}\n",
        "| column | type | unit | domain | default | meaning |",
        "|---|---|---|---|---|---|",
        *(_row(column) for column in schema.columns),
    ]
    return "\n".join(rows) + "\n"


def _row(column: TableColumn) -> str:
    fields = [
        f"`{column.name}`",
        column.kind,
        column.unit,
        domain_in_words(column),
        default_in_words(column),
    ]
    return f"| {' | '.join(fields)} | {column.meaning} |"


def domain_in_words(column: TableColumn) -> str:
    """Return which numbers or words may stand in a column, empty where any may."""
    if column.kind != "number":
        return ", ".join(column.choices)
    return f"whole, {column.domain}" if column.whole else str(column.domain)


def default_in_words(column: TableColumn) -> str:
    """Return what an empty cell means, in Markdown."""
    if column.estimated_from:
        return f"estimated from `{column.estimated_from}`" + (
            ", else **required**" if column.required else f", else {column.default:g}"
        )
    if column.required:
        return "**required**"
    if column.default_in_words:
        return column.default_in_words
    if isinstance(column.default, str):
        return column.default or "empty"
    if isinstance(column.default, bool):
        return str(column.default).lower()
    return f"{column.default:g}" if isfinite(column.default) else "none"


def describe_settings() -> str:
    """Return a `portfolio.toml` that states every default, with unit and meaning."""
    settings = Settings()
    lines = ["# Every setting with its default. Lines that begin with # are ignored.", ""]
    tables: list[str] = []
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            tables += _settings_table(name, value)
        elif name != "policies":
            lines += _setting(name, field, value)
    return "\n".join([*lines, *tables, *_policies(settings.policies)]) + "\n"


def _settings_table(name: str, table: BaseModel) -> list[str]:
    lines = ["", f"[{name}]  # {_first_line(table)}"]
    subtables: list[str] = []
    for key, field in type(table).model_fields.items():
        value = getattr(table, key)
        [example] = field.examples or [""]
        if isinstance(value, dict):
            subtables += [f"[{name}.{key}]  # {field.description}", f"# NAME = {example}", ""]
        elif example and isinstance(value, tuple):
            stated = [f"# {line}" for line in example.splitlines()]
            subtables += [f"# [[{name}.{key}]]  # {field.description}", *stated, ""]
        else:
            lines += _setting(key, field, value)
    return [*lines, *(["", *subtables[:-1]] if subtables else [])]


def _policies(policies: dict[str, Policy]) -> list[str]:
    lines = [
        "",
        "# The catalogue of policies, one table each; add your own in the same way.  Keys:",
    ]
    for key, field in Policy.model_fields.items():
        lines.append(f"#   {key}: {field.description}; default {as_toml(field.default)}")
    for name, policy in policies.items():
        stated = policy.model_dump(exclude_defaults=True)
        lines += ["", f"[policies.{name}]"]
        lines += [f"{key} = {as_toml(value)}" for key, value in stated.items()]
    return lines


def _setting(key: str, field: FieldInfo, value: Any) -> list[str]:
    meaning = field.description or "currency of all amounts of money"
    if get_origin(field.annotation) is Literal:
        meaning += f": {', '.join(get_args(field.annotation))}"
    if value is None:
        [example] = field.examples or ["NUMBER"]
        return [f"# {key} = {example}  # {meaning}; left out by default"]
    return [f"{key} = {as_toml(value)}  # {meaning}"]


def as_toml(value: Any) -> str:
    """Return a value as TOML writes it, ``none`` for none."""
    if value is None:
        return "none"
    return json.dumps(list(value) if isinstance(value, tuple) else value)


def _first_line(table: BaseModel) -> str:
    return (type(table).__doc__ or "").strip().splitlines()[0]
