"""Okabe and Ito's palette, told apart by every kind of colour vision, on white and in the dark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Color = Literal["blue", "orange", "green", "vermilion", "sky", "purple", "yellow", "grey"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hues:
    """A colour as it stands on white and on a dark page."""

    light: str
    dark: str


HUES: Final[dict[Color, Hues]] = {
    "blue": Hues(light="#0072B2", dark="#3E9FDB"),
    "orange": Hues(light="#E69F00", dark="#E69F00"),
    "green": Hues(light="#009E73", dark="#1DB88C"),
    "vermilion": Hues(light="#D55E00", dark="#F07F33"),
    "sky": Hues(light="#56B4E9", dark="#9AD4F5"),
    "purple": Hues(light="#CC79A7", dark="#D78FB7"),
    "yellow": Hues(light="#F0E442", dark="#F0E442"),
    "grey": Hues(light="#5B6670", dark="#9AA7B2"),
}


def css() -> str:
    """Return the colours as variables of a page, ``--blue`` and so on."""
    light, dark = (
        " ".join(f"--{name}: {getattr(hues, theme)};" for name, hues in HUES.items())
        for theme in ("light", "dark")
    )
    return (
        f":root {{ {light} }}\n@media screen and (prefers-color-scheme: dark) "
        f"{{ :root {{ {dark} }} }}\n"
    )
