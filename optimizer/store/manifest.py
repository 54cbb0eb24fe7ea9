"""`manifest.json`: the facts about a run, read as they were written or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

import pandas as pd
from pydantic import ValidationError

from optimizer.domain.manifest import FORMAT, Manifest
from optimizer.domain.settings import Columns, ReviewTable

_ADDED: Final = {
    "catalogue_gap": None,
    "forecast": None,
    "sampling": {"pilot": 0, "nominal": 1.0, "components": []},
    "set_aside": None,
}
"""What runs of this format did not state in the beginning, and what that means."""


def write_json(data: Mapping[str, Any], path: Path) -> None:
    """Write JSON that a strict reader accepts: ASCII, no NaN, no infinity."""
    path.write_text(json.dumps(dict(data), indent=2, allow_nan=False) + "\n", encoding="ascii")


def json_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as JSON data, None for what is not known."""
    known = table.astype(object).where(table.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in known.to_dict("records")]


def read_json(path: Path) -> dict[str, Any]:
    """Read what `write_json` wrote; a ``ValueError`` says what is wrong with it."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def read_head(path: Path, key: str) -> dict[str, Any]:
    """
    Read what `write_json` wrote above a key of the top level, and nothing below it.

    Raises
    ------
    ValueError
        If that is no JSON, or there is no such key.
    """
    with path.open(encoding="utf-8") as file:
        lines = list(takewhile(lambda line: not line.startswith(f'  "{key}": '), file))
    head: dict[str, Any] = json.loads("".join(lines).rstrip().rstrip(",") + "}")
    return head


def writer_of_another_format(manifest: Mapping[str, Any]) -> str | None:
    """Return which version wrote a manifest of another format; None for this format."""
    if manifest.get("format") == FORMAT:
        return None
    return f"Ballast {manifest.get('ballast', 'of unknown version')}"


def write_manifest(manifest: Manifest, path: Path) -> None:
    """Write a manifest that `read_manifest` will accept."""
    write_json(manifest.model_dump(mode="json"), path)


def read_manifest(path: Path) -> Manifest:
    """
    Read the manifest from its file; a ``ValueError`` says what is wrong with it.

    A number written as a text, a key that is missing or one that is unknown is wrong, too, though
    a default or a conversion could stand in for it: the verifier must see what the file says.
    """
    written = _with_added(read_json(path))
    try:
        manifest = Manifest.model_validate(written)
    except ValidationError as error:
        raise ValueError("; ".join(wrong_keys(error))) from None
    changed = [
        f"{key}: {why}" for key, why in _differences(written, manifest.model_dump(mode="json"))
    ]
    if changed:
        raise ValueError("; ".join(changed))
    return manifest


def _with_added(written: dict[str, Any]) -> dict[str, Any]:
    """Return a manifest with what runs of this format did not state in the beginning."""
    resources = written.get("resources")
    if isinstance(resources, dict):
        uses = {
            name: {"price_expected": None, **use} if isinstance(use, dict) else use
            for name, use in resources.items()
        }
        written = {**written, "resources": uses}
    if isinstance(settings := written.get("settings"), dict):
        written = {**written, "settings": _with_added_settings(settings)}
    return {**_ADDED, **written}


def _with_added_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings with the tables and limits that they did not state in the beginning."""
    added = {
        "columns": Columns().model_dump(mode="json"),
        "review": ReviewTable().model_dump(mode="json"),
        **settings,
    }
    if isinstance(limits := added.get("limits"), dict):
        added["limits"] = {"tts_covers_ttr": None, "service": [], **limits}
    return added


def wrong_keys(error: ValidationError) -> list[str]:
    """Return the keys that are not as they must be, each with why."""
    return [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]


def _differences(written: object, read: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield the keys of a file that would change if it were written again, and how."""
    if isinstance(written, dict) and isinstance(read, dict):
        for name in dict.fromkeys([*read, *written]):
            inner = f"{key}.{name}" if key else str(name)
            if name not in written:
                yield inner, "is missing"
            elif name not in read:
                yield inner, "is not known"
            else:
                yield from _differences(written[name], read[name], inner)
    elif written != read or isinstance(written, bool) != isinstance(read, bool):
        yield key, f"{written!r} is not of the form written"
