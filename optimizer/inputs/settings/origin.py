"""Where a setting was stated: in its file, or on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

COMMAND_LINE: Final = "--set"

Tree = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The settings' file, and the settings that overrides state."""

    file: str
    overridden: Tree

    def of(self, *location: str) -> str:
        """Return what a message names as the place of a setting."""
        found: Any = self.overridden
        for key in location:
            if not isinstance(found, dict):
                break
            if key not in found:
                return self.file
            found = found[key]
        return COMMAND_LINE
