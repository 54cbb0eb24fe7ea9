"""A path as a caller may give it."""

from __future__ import annotations

from os import PathLike
from typing import TypeAlias

AnyPath: TypeAlias = str | PathLike[str]
"""Text, a ``Path``, or what stands for its own folder as a run does."""
