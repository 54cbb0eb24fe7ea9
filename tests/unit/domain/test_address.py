"""Addresses are shown and kept without what lets one in."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.domain.address import is_address, without_password, word_without_password

MARK = "Kx7q"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://ann:secret@host:5433/shop", "postgresql://ann@host:5433/shop"),
        ("postgres://ann:secret@host/shop?schema=erp", "postgres://ann@host/shop?schema=erp"),
        ("postgresql://ann@host/shop", "postgresql://ann@host/shop"),
        ("postgresql:///shop?service=planning", "postgresql:///shop?service=planning"),
        ("postgresql://host/shop?password=s&schema=a", "postgresql://host/shop?schema=a"),
        ("postgresql://host/shop?passw%6Frd=s", "postgresql://host/shop"),
        ("postgresql://ann:@host/shop", "postgresql://ann@host/shop"),
        ("postgresql://ann:se@cret@host/shop", "postgresql://ann@host/shop"),
        ("postgresql://ann:se/cret@host/shop", "postgresql://…"),
        ("postgresql://ann:se?cret@host/shop", "postgresql://…"),
        ("postgresql://ann:1#cret@host/shop", "postgresql://…"),
        ("postgresql:/ann:secret@host/shop", "postgresql:/ann@host/shop"),
        ("mysql+x://ann:secret@host/shop", "mysql+x://ann@host/shop"),
        ("data/sample", "data/sample"),
        ("C:/plans/a@b:c", "C:/plans/a@b:c"),
    ],
)
def test_an_address_is_shown_without_its_password(address: str, shown: str) -> None:
    """Proves: whoever, where and what stay; a password goes, wherever it stands; paths stay."""
    assert without_password(address) == shown
    assert without_password(shown) == shown


@given(st.text(max_size=12), st.text(max_size=12), st.booleans())
def test_no_password_is_shown_however_it_is_spelt(left: str, right: str, escaped: bool) -> None:
    """Proves: no part of a password is left, escaped as it must be or typed as it is."""
    secret = f"{left}{MARK}{right}"
    typed = quote(secret, safe="") if escaped else secret
    for address in (f"postgresql://ann:{typed}@host/shop", f"postgresql:/ann:{typed}@host/shop"):
        assert MARK not in without_password(address)
        assert MARK not in word_without_password(f"--results={address}")


def test_words_of_a_command_line_lose_passwords_only() -> None:
    """Proves: `--set` and other words stay as typed, an address behind an option is told bare."""
    words = ["solve", "--set", "note=a:b@c", "--results=postgresql://u:p@h/d", "-x"]
    shown = ["solve", "--set", "note=a:b@c", "--results=postgresql://u@h/d", "-x"]
    assert [word_without_password(word) for word in words] == shown


def test_an_address_is_no_path() -> None:
    """Proves: only `KIND://` begins an address; a `Path` that ate a slash is none."""
    assert is_address("postgresql://h/d")
    assert not is_address(Path("postgresql://h/d"))
    assert not is_address("C:/x")
    assert not is_address("//server/share")
