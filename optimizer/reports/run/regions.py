"""Regions against categories: where the worst losses come from and whom they hit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_COLUMNS: Final = 6
"""Categories with a column of their own; the others share one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One region of primary suppliers; `cells` are its tail losses by `RegionMatrix.categories`."""

    name: str
    skus: int
    spend_share: float
    capital: float
    expected_loss: float
    tail_loss: float
    cells: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionMatrix:
    """Regions, most tail loss first; categories likewise, the last for all the others."""

    categories: tuple[str, ...]
    regions: tuple[Region, ...]

    @property
    def largest(self) -> float:
        """The largest cell; 1 where all are 0."""
        return max((cell for region in self.regions for cell in region.cells), default=0.0) or 1.0


def region_matrix(scorecard: Mapping[str, Any], *, columns: int = _COLUMNS) -> RegionMatrix:
    """Return the matrix."""
    regions: Mapping[str, Mapping[str, Any]] = scorecard["regions"]
    totals: dict[str, float] = {}
    for region in regions.values():
        for category, loss in region["tail_loss_by_category"].items():
            totals[category] = totals.get(category, 0.0) + loss
    order = sorted(totals, key=lambda category: (-totals[category], category))
    named = order if len(order) <= columns else order[: columns - 1]
    others = order[len(named) :]
    return RegionMatrix(
        categories=(*named, f"{len(others)} others") if others else tuple(named),
        regions=tuple(
            _region(name, regions[name], named, others)
            for name in sorted(regions, key=lambda name: (-regions[name]["tail_loss"], name))
        ),
    )


def _region(name: str, sums: Mapping[str, Any], named: list[str], others: list[str]) -> Region:
    losses: Mapping[str, float] = sums["tail_loss_by_category"]
    cells = [losses.get(category, 0.0) for category in named]
    if others:
        cells.append(sum(losses.get(category, 0.0) for category in others))
    figures = {key: value for key, value in sums.items() if key != "tail_loss_by_category"}
    return Region(name=name, cells=tuple(cells), **figures)
