"""How cells look: the page's ink and blue, and numbers by what they measure."""

from __future__ import annotations

from typing import Any, Final

INK: Final = "#1F2A33"
SOFT: Final = "#5B6670"
DEEP: Final = "#0B3D5C"

_FONT: Final[dict[str, Any]] = {"font_name": "Arial", "font_size": 10, "font_color": INK}
_LINE: Final[dict[str, Any]] = _FONT | {"bottom": 1, "bottom_color": "#DDE3E8", "valign": "top"}
_LABEL: Final[dict[str, Any]] = _FONT | {
    "bold": True,
    "font_color": "#FFFFFF",
    "bg_color": DEEP,
    "text_wrap": True,
    "valign": "bottom",
}
_UNIT: Final[dict[str, Any]] = _FONT | {
    "font_color": SOFT,
    "bg_color": "#E6EEF3",
    "bottom": 1,
    "bottom_color": SOFT,
}
_RIGHT: Final[dict[str, Any]] = {"align": "right"}
_INDENT: Final[dict[str, Any]] = {"align": "left", "indent": 1}  # from the number on its left

TEXT: Final[dict[str, Any]] = {"num_format": "@", "quote_prefix": True}
"""Stays text when somebody edits the cell."""

_BLOCK: Final[dict[str, Any]] = _LINE | TEXT | {"text_wrap": True, "align": "center"}
HEATS: Final = ("#FFFFFF", "#FBF0DA", "#F5DBA9", "#EFC678", "#E9B147")
"""From nothing to most; the numbers stay readable on each."""

FORMATS: Final[dict[str, dict[str, Any]]] = {
    "title": _FONT
    | TEXT
    | {"bold": True, "font_size": 16, "font_color": DEEP, "valign": "vcenter"},
    "heading": _FONT | TEXT | {"bold": True, "font_size": 12, "font_color": DEEP},
    "prose": _FONT | TEXT | {"text_wrap": True, "valign": "top"},
    "lead": _FONT | TEXT | {"text_wrap": True, "valign": "top", "bold": True, "font_size": 12},
    "note": _FONT | TEXT | {"text_wrap": True, "valign": "top", "font_color": SOFT},
    "label": _LABEL | _INDENT,
    "label_right": _LABEL | _RIGHT,
    "unit": _UNIT | _INDENT,
    "unit_right": _UNIT | _RIGHT,
    "text": _LINE | TEXT | _INDENT,
    "option": _LINE | TEXT | _INDENT,
    "text_right": _LINE | TEXT | _RIGHT,
    "money": _LINE | {"num_format": "#,##0"},
    "units": _LINE | {"num_format": "#,##0.0"},
    "days": _LINE | {"num_format": "#,##0.0"},
    "share": _LINE | {"num_format": "0.00 %"},
    "gap": _LINE | {"num_format": "0.0000 %"},
    "count": _LINE | {"num_format": "#,##0"},
    "plain": _LINE | _INDENT,
    "number": _LINE | {"num_format": "#,##0.0000"},
    **{f"heat_{step}": _BLOCK | {"bg_color": color} for step, color in enumerate(HEATS)},
}
