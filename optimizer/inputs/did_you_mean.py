"""The names somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, words: Iterable[str]) -> list[str]:
    """Return up to three words like this one, the nearest first, whatever their case."""
    folded = {name.strip().casefold(): name for name in words}
    matches = get_close_matches(word.strip().casefold(), folded, n=3, cutoff=0.5)
    return [folded[match] for match in matches]


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """Return a sentence naming the nearest words, or that none is near."""
    names = nearest(word, words)
    if not names:
        return "No known name is near it."
    return "Nearest: " + ", ".join(f'"{name}"' for name in names) + "."
