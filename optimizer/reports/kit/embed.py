"""What a page carries inside itself: scripts with their hashes, data that cannot become markup."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any, Final

from markupsafe import Markup

_UNSAFE: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def content_security_policy(scripts: tuple[str, ...]) -> str:
    """Return a policy that runs these scripts and no other, and fetches nothing."""
    hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def script_json(data: Any) -> Markup:
    """Return strict JSON in which no text can end the script element it stands in."""
    text = json.dumps(data, allow_nan=False, separators=(",", ":"))
    for character, escaped in _UNSAFE.items():
        text = text.replace(character, escaped)
    return Markup(text)  # noqa: S704  no <, > or & is left


def own_text(text: str) -> Markup:
    """Mark a script or style sheet that ships with the program as what it is: not user text."""
    return Markup(text.replace("\r\n", "\n"))  # noqa: S704  never called with user text


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
