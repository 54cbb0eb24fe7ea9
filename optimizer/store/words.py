"""Designs in words, as in the plan's columns."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import TextArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio


def alternate_names(portfolio: Portfolio, designs: Designs) -> TextArray:
    """Return the names of every design's alternates, sorted and joined by ``;``."""
    names = portfolio.suppliers.supplier[portfolio.sources.supplier[designs.alternates]]
    first, second = np.where(designs.alternates >= 0, names, "").T
    low = np.where((second != "") & (second < first), second, first)
    high = np.where((second != "") & (second < first), first, second)
    joined = low + np.where(high != "", ";", "") + high
    return np.asarray(joined, dtype=np.object_)


def in_words(portfolio: Portfolio, designs: Designs) -> list[str]:
    """Return every design in words: policy, cycle service level, reserve, lot, alternates."""
    policies = list(portfolio.settings.policies)
    columns = zip(
        designs.policy.tolist(),
        designs.service_level.tolist(),
        designs.reserve_days.tolist(),
        designs.lot_days_min.tolist(),
        designs.lot_factor.tolist(),
        strict=True,
    )
    named = zip(columns, alternate_names(portfolio, designs), strict=True)
    return [
        option_in_words(policies[policy], *numbers, alternates=alternates)
        for (policy, *numbers), alternates in named
    ]


def option_in_words(policy: str, service_level: float, *numbers: float, alternates: str) -> str:
    """Return a design in words, its numbers in the order of `in_words`."""
    reserve, lot, factor = numbers
    parts = [policy, f"{service_level:.4g}"]
    parts += [f"reserve {reserve:g} d"] if reserve else []
    parts += [f"lot {lot:g} d"] if lot else []
    parts += [f"{'' if lot else 'lot '}× {factor:.3g}"] if factor != 1.0 else []
    parts += [f"with {alternates}"] if alternates else []
    return " ".join(parts)
