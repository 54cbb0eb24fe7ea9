"""A portfolio at another cost of risk capital."""

from __future__ import annotations

from dataclasses import replace

from optimizer.domain.portfolio import Portfolio


def with_risk_weight(portfolio: Portfolio, weight: float) -> Portfolio:
    """
    Return the portfolio with this weight, said as an override so that its run can be reread.

    Parameters
    ----------
    weight
        ω, from 0 to 1. [/yr]
    """
    return replace(
        portfolio,
        settings=portfolio.settings.having(risk={"weight": weight}),
        overrides=(*portfolio.overrides, f"risk.weight={weight!r}"),
    )
