"""Where a setting was given: in its file or on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

COMMAND_LINE: Final = "--set"

Tree = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The settings' file, and the overridden settings."""

    file: str
    overridden: Tree

    def of(self, *location: str) -> str:
        """Return the place of a setting for messages."""
        node: Any = self.overridden
        for key in location:
            if not isinstance(node, dict):
                break
            if key not in node:
                return self.file
            node = node[key]
        return COMMAND_LINE
