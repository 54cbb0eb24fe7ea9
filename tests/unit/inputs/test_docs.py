"""The pages that the code prints are the ones in docs."""

from __future__ import annotations

from pathlib import Path

from optimizer.inputs.describe import describe_columns, describe_settings

DOCS = Path(__file__).parents[3] / "docs"


def test_docs_are_what_the_code_prints() -> None:
    """Proves: no column or setting changes without its page; CONTRIBUTING.md says how to print."""
    assert (DOCS / "columns.md").read_text(encoding="utf-8") == describe_columns()
    assert (DOCS / "settings.toml").read_text(encoding="utf-8") == describe_settings()
