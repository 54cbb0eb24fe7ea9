"""Suggestions for a name that may be misspelt."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, words: Iterable[str]) -> list[str]:
    """Return up to three similar words, nearest first, ignoring case."""
    folded = {name.strip().casefold(): name for name in words}
    matches = get_close_matches(word.strip().casefold(), folded, n=3, cutoff=0.5)
    return [folded[match] for match in matches]


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """Return a sentence with the nearest words, or that none is similar."""
    names = nearest(word, words)
    if not names:
        return "No known name is similar."
    return "Nearest: " + ", ".join(f'"{name}"' for name in names) + "."
