"""Settings survive as text."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from optimizer.inputs.databases.settings_table import as_toml

LEAVES = (
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_settings_written_are_read_back(tree: dict[str, Any]) -> None:
    """Proves: keys and texts of any characters, numbers to the last bit, tables, lists of them."""
    assert tomllib.loads(as_toml(tree)) == tree


def test_settings_are_a_dotted_key_a_line_in_order() -> None:
    """Proves: the golden text; the order of the table's rows does not matter."""
    tree = {"risk": {"weight": 0.2}, "budget": {"category": {"raw metal": 5}}, "currency": "EUR"}
    assert as_toml(tree) == 'budget.category."raw metal" = 5\ncurrency = "EUR"\nrisk.weight = 0.2\n'
