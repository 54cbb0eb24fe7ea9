"""Measured seconds against SKUs as a small SVG, both axes logarithmic, every line named."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from xml.sax.saxutils import escape

from benchmarks.methods import METHODS, Method

_WIDTH, _HEIGHT = 860, 480
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 230, 40, 60
_LABEL_STEP: Final = 17.0  # pixels between two names, at least
_STYLE: Final = (
    "text{font:13px system-ui,sans-serif;fill:#222}.axis{fill:#555}"
    ".grid{stroke:#ddd;stroke-width:1}path{fill:none;stroke-width:2.5}"
)


class _Point(NamedTuple):
    n_skus: int
    seconds: float
    within_gap: bool


class _Line(NamedTuple):
    method: Method
    points: list[_Point]


class _Scale(NamedTuple):
    """Powers of ten that the axes span, and where they lie."""

    low_skus: int
    high_skus: int
    low_seconds: int
    high_seconds: int

    def x(self, n_skus: float) -> float:
        """Horizontal place of so many SKUs."""
        share = (math.log10(n_skus) - self.low_skus) / (self.high_skus - self.low_skus)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(self, seconds: float) -> float:
        """Vertical place of so many seconds."""
        share = (math.log10(seconds) - self.low_seconds) / (self.high_seconds - self.low_seconds)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def chart(results: dict[str, Any]) -> str:
    """Return the chart as SVG; a hollow point ran out of time before the asked gap, or has none."""
    lines = [line for method in METHODS if (line := _line(method, results)).points]
    title = "Seconds to a plan, by SKUs; hollow: without the asked gap"
    body = []
    if lines:
        scale = _scale(lines)
        body = [*_axes(scale), *(part for line in lines for part in _drawn(line, scale))]
        body += _names(lines, scale)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
            f"<title>{escape(title)}</title><style>{_STYLE}</style>",
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
            f'<text x="{_LEFT}" y="22">{escape(title)}</text>',
            *body,
            "</svg>\n",
        ]
    )


def _line(method: Method, results: dict[str, Any]) -> _Line:
    points = [
        _Point(size["n_skus"], max(cell["seconds"], 1e-3), cell["status"] == "optimal")
        for size in results["sizes"]
        if (cell := size["methods"].get(method.key, {})).get("objective") is not None
    ]
    return _Line(method, points)


def _scale(lines: list[_Line]) -> _Scale:
    skus = [math.log10(point.n_skus) for line in lines for point in line.points]
    seconds = [math.log10(point.seconds) for line in lines for point in line.points]
    low_skus, low_seconds = math.floor(min(skus)), math.floor(min(seconds))
    return _Scale(
        low_skus=low_skus,
        high_skus=max(math.ceil(max(skus)), low_skus + 1),
        low_seconds=low_seconds,
        high_seconds=max(math.ceil(max(seconds)), low_seconds + 1),
    )


def _axes(scale: _Scale) -> Iterator[str]:
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    for power in range(scale.low_skus, scale.high_skus + 1):
        x = scale.x(10.0**power)
        yield f'<line class="grid" x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{bottom}"/>'
        yield _axis_text(x, bottom + 20, "middle", f"{10**power:,}")
    for power in range(scale.low_seconds, scale.high_seconds + 1):
        y = scale.y(10.0**power)
        yield f'<line class="grid" x1="{_LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}"/>'
        yield _axis_text(_LEFT - 8, y + 4, "end", f"{10.0**power:g} s")
    yield _axis_text((_LEFT + right) / 2, bottom + 44, "middle", "SKUs")


def _axis_text(x: float, y: float, anchor: str, text: str) -> str:
    return f'<text class="axis" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'


def _drawn(line: _Line, scale: _Scale) -> Iterator[str]:
    colour = line.method.colour
    places = [(scale.x(p.n_skus), scale.y(p.seconds)) for p in line.points]
    yield f'<path stroke="{colour}" d="M{" L".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>'
    for (x, y), point in zip(places, line.points, strict=True):
        fill = colour if point.within_gap else "#fff"
        yield (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{fill}" stroke="{colour}" '
            f'stroke-width="2"/>'
        )


def _names(lines: list[_Line], scale: _Scale) -> Iterator[str]:
    """Every line's name right of the axes, moved down where two would touch, tied to its end."""
    right = _WIDTH - _RIGHT
    last = -math.inf
    for line in sorted(lines, key=lambda line: scale.y(line.points[-1].seconds)):
        end = line.points[-1]
        x, y = scale.x(end.n_skus), scale.y(end.seconds)
        last = max(y, last + _LABEL_STEP)
        colour = line.method.colour
        yield (
            f'<line x1="{x + 6:.1f}" y1="{y:.1f}" x2="{right + 26}" y2="{last:.1f}" '
            f'stroke="{colour}" stroke-width="1" stroke-dasharray="2 3"/>'
        )
        yield f'<text x="{right + 30}" y="{last + 4:.1f}">{escape(line.method.label)}</text>'
