"""What a run's plan pays for its tail, against the risk-neutral plan beside it."""

from __future__ import annotations

from optimizer.domain.run import RunTables
from optimizer.domain.tail_premium import TailPremium, tail_premium


def premium_of(tables: RunTables) -> TailPremium | None:
    """Return the premium, both CVaRs on the run's futures; None without a risk-neutral plan."""
    strategies = tables.strategies
    neutral = strategies[strategies["strategy"] == "neutral"]
    if neutral.empty:
        return None
    manifest, other = tables.manifest, neutral.iloc[0]
    return tail_premium(
        (manifest.expected_cost, manifest.components.cvar),
        (float(other["expected_cost"]), float(other["cvar"])),
        manifest.settings.horizon.years,
    )
