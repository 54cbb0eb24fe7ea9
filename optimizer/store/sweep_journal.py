"""
What an unfinished sweep has published: ``.NAME.sweep.json`` beside its runs.

A point is noted before its run is written, so a run that is there is always noted; a noted point
without its run was not reached.  The note is removed once the folder of the whole sweep is written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from optimizer.errors import BadInputError, Problem
from optimizer.store.durable import replacing
from optimizer.store.manifest import read_json, write_json
from optimizer.store.names import check_name, unfinished
from optimizer.store.room import refused
from optimizer.store.run_folder import read_file

_TERMS: Final = "terms"
_POINTS: Final = "points"


@dataclass(slots=True, kw_only=True, eq=False)
class SweepJournal:
    """
    The published points of a sweep.

    Attributes
    ----------
    terms
        What the sweep is of, as JSON data: it goes on under the same terms only.
    points
        As JSON data, each with the name of its `run`.
    """

    path: Path
    command: str
    terms: Mapping[str, Any]
    points: list[Mapping[str, Any]] = field(default_factory=list)

    @classmethod
    def open(cls, results: Path, name: str, command: str, terms: Mapping[str, Any]) -> Self:
        """
        Return the journal of this name, empty if there is none; nothing is written yet.

        Raises
        ------
        BadInputError
            If the name is invalid, or an unfinished sweep of this name has other terms.
        """
        check_name(name)
        path = unfinished(results, name)
        journal = cls(path=path, command=command, terms=json.loads(json.dumps(terms)))
        if not path.exists():
            return journal
        written = read_file(path, read_json)
        differ = _differing(written[_TERMS], journal.terms)
        if differ:
            raise BadInputError([_other_terms(name, written["command"], differ)])
        points = written[_POINTS]
        there = next((k for k, one in enumerate(points) if not _is_there(results, one)), None)
        journal.points = list(points[:there])
        return journal

    def add(self, point: Mapping[str, Any]) -> None:
        """Note a point, before its run is written."""
        self.points.append(point)
        stated = {"command": self.command, _TERMS: self.terms, _POINTS: self.points}
        try:
            with replacing(self.path) as new:
                write_json(stated, new)
        except OSError as error:
            raise refused(self.path, error) from error

    def close(self) -> None:
        """Remove it: the sweep is finished."""
        self.path.unlink(missing_ok=True)


def _is_there(results: Path, point: Mapping[str, Any]) -> bool:
    return (results / str(point["run"])).is_dir()


def _differing(before: object, now: object, key: str = "") -> list[str]:
    """Return the dotted keys by which two terms differ."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        return [
            name
            for inner in dict.fromkeys([*before, *now])
            for name in _differing(
                before.get(inner), now.get(inner), f"{key}.{inner}" if key else str(inner)
            )
        ]
    return [] if before == now else [key]


def _other_terms(name: str, command: str, differ: list[str]) -> Problem:
    shown = ", ".join(differ[:5]) + (f" and {len(differ) - 5:,} more" if len(differ) > 5 else "")
    again = f"Repeat `{command}` to finish it" if command else "Repeat it as it was to finish it"
    return Problem(
        file="--run",
        value=name,
        rule=f"an unfinished sweep has this name, and differs in {shown}",
        remedy=f"{again}, or choose another name.",
    )
