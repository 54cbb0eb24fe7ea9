"""Characters that nobody sees, or that pass for others: no name may hold or hide behind one."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_UNSEEN: Final = (
    *(("\u00ad", "\u00ad"), ("\u034f", "\u034f"), ("\u061c", "\u061c"), ("\u115f", "\u1160")),
    *(("\u17b4", "\u17b5"), ("\u180b", "\u180f"), ("\u200b", "\u200f"), ("\u2028", "\u202e")),
    *(("\u2060", "\u206f"), ("\u2800", "\u2800"), ("\u3164", "\u3164"), ("\ufe00", "\ufe0f")),
    *(("\ufeff", "\ufeff"), ("\uffa0", "\uffa0"), ("\ufff0", "\ufffb")),
    *(("\U0001d173", "\U0001d17a"), ("\U000e0000", "\U000e0fff")),
)
UNSEEN: Final = "[" + "".join(f"{first}-{last}" for first, last in _UNSEEN) + "]"
"""Of zero width, blank, or changing the direction of others; a class of `re` and of RE2."""
CONTROLS: Final = "[\x00-\x1f\x7f-\x9f]"

LOOK_ALIKES: Final = str.maketrans(
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαινορυАВЕЅІЈКМНОРСТУХҮԌаеѕіјорсухԁһӏԛԝү",
    "ABEZHIKMNOPTYXaivopuABESIJKMHOPCTYXYGaesijopcyxdhlqwy",
)
"""Greek and Cyrillic letters that pass for a Latin one."""
_ALPHABETS: Final = frozenset({"LATIN", "GREEK", "CYRILLIC"})
_ODD: Final = re.compile(rf"{UNSEEN}|{CONTROLS}|[^\S ]|^ | $")


def oddity_of(name: str) -> str:
    """Return why nobody can tell a name by sight; empty: everybody can."""
    if odd := _ODD.search(name):
        return f"contains an invisible character or a stray space (U+{ord(odd[0]):04X})"
    alphabets = {unicodedata.name(c, "?").split()[0] for c in name if c.isalpha()} & _ALPHABETS
    if len(alphabets) > 1:
        return f"mixes letters that look alike ({' and '.join(sorted(alphabets)).title()})"
    return ""
