"""The template of `ballast init`."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.domain.settings import Policy, Settings
from optimizer.errors import BadInputError
from optimizer.inputs.describe import describe_columns, describe_settings
from optimizer.inputs.read import read_portfolio
from optimizer.inputs.schema import TABLES
from optimizer.inputs.template import write_template


def test_template_reads_back(tmp_path: Path) -> None:
    """Proves: what `init` writes is sound, and its settings are the defaults."""
    write_template(tmp_path / "new")
    portfolio = read_portfolio(tmp_path / "new")
    assert portfolio.settings == Settings()
    assert portfolio.warnings == ("stock: read and checked, but not used yet.",)
    assert set(portfolio.hazards.kind) == {"outage", "surge", "price"}
    assert set(portfolio.hazards.scope) == {"region", "supplier", "tag", "category"}


def test_template_overwrites_nothing(tmp_path: Path) -> None:
    """Proves: a folder that holds a file is refused and left as it was."""
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(BadInputError, match="not an empty folder"):
        write_template(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_every_setting_and_column_is_explained() -> None:
    """Proves: no setting, policy key or column is left out of the explanations."""
    toml, columns = describe_settings(), describe_columns()
    for name, field in Settings.model_fields.items():
        inner = getattr(field.annotation, "model_fields", {})
        assert all(f"{key} = " in toml or f".{key}]" in toml for key in inner), name
    assert all(f"#   {key}: " in toml for key in Policy.model_fields)
    for schema in TABLES.values():
        assert f"## {schema.name} " in columns
        assert all(f"| `{column.name}` |" in columns for column in schema.columns)
