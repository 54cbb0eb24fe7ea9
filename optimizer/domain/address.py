"""The address of a database, and the same without its password."""

from __future__ import annotations

import re
from os import fspath
from typing import Final, NamedTuple
from urllib.parse import unquote

from optimizer.domain.paths import AnyPath

POSTGRESQL: Final = ("postgresql", "postgres")
SECRETS: Final = ("password", "sslpassword", "oauth_client_secret", "scram_client_key")
_ADDRESS: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]+):(/{1,2})", re.DOTALL)
_PASSWORD: Final = re.compile(r"(://[^\s?#@:/]*):(?!\d+(?:/|$))[^\s?#]*@")
_ACCESS_KEY: Final = re.compile(r"(?i:(\bs3://))[^\s?#@/]*@")
_SECRET: Final = re.compile(
    r"([?&][\w.-]*(?:key|password|secret|token|signature|sig|credential)[\w.-]*=)[^&\s#]*", re.I
)
_IN_WORD: Final = re.compile(r"(--[a-z-]+=)?(.*)", re.DOTALL)


class Split(NamedTuple):
    """An address in parts, none of them decoded; `tail` is its path and what follows."""

    kind: str
    slashes: str
    authority: str
    tail: str

    @property
    def is_clear(self) -> bool:
        """Whether it is certain where a password ends: no ``@`` follows the host."""
        return "@" not in self.tail


def is_address(path: AnyPath) -> bool:
    """Return whether this is an address, ``KIND://…``, and no path of a file."""
    found = _ADDRESS.match(fspath(path))
    return found is not None and found[2] == "//"


def split_address(address: str) -> Split | None:
    """Return the parts of an address, also of one whose slashes a ``Path`` has joined."""
    found = _ADDRESS.match(address)
    if found is None:
        return None
    rest = address[found.end() :]
    ends = re.search(r"[/?#]", rest)
    at = ends.start() if ends else len(rest)
    return Split(found[1].lower(), found[2], rest[:at], rest[at:])


def without_password(path: AnyPath) -> str:
    """
    Return a path or an address as it may be shown and kept: without a password.

    Of an address in which a password may end in two places nothing is left but its kind.
    """
    address = fspath(path)
    parts = split_address(address)
    if parts is None:
        return address
    begin = f"{parts.kind}:{parts.slashes}"
    if not parts.is_clear:
        return f"{begin}…"
    user, at, host = parts.authority.rpartition("@")
    place, mark, query = parts.tail.partition("?")
    kept = [pair for pair in query.split("&") if not _is_secret(pair)]
    options = mark + "&".join(kept) if any(kept) else ""
    return f"{begin}{user.partition(':')[0]}{at}{host}{place}{options}"


def word_without_password(word: str) -> str:
    """Return a word of a command line, ``--option=ADDRESS`` too, without a password or a key."""
    found = _IN_WORD.fullmatch(word)
    assert found is not None  # noqa: S101  it matches everything
    return (found[1] or "") + without_secrets(without_password(found[2]))


def without_secrets(text: str) -> str:
    """Return a text with the passwords, and S3's keys, taken out of the addresses in it."""
    return _SECRET.sub(r"\1…", _ACCESS_KEY.sub(r"\1", _PASSWORD.sub(r"\1@", text)))


def _is_secret(pair: str) -> bool:
    return unquote(pair.partition("=")[0]).strip().lower() in SECRETS
