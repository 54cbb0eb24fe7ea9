"""The premium paid for a smaller tail: expected cost more, CVaR less, than where risk is free."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TailPremium:
    """
    What a plan pays for its tail against the risk-neutral plan of the same limits.

    Attributes
    ----------
    premium
        Expected cost more. [currency/yr]
    cvar_less
        CVaR less. [currency]
    rate_on_line
        `premium` / `cvar_less`, as an insurer would say; None where CVaR is not smaller. [/yr]
    """

    premium: float
    cvar_less: float
    rate_on_line: float | None


def tail_premium(
    plan: tuple[float, float], neutral: tuple[float, float], years: float
) -> TailPremium:
    """
    Return what a plan pays for its tail.

    Parameters
    ----------
    plan, neutral
        Expected cost over the horizon, and CVaR. [currency]
    years
        The horizon. [yr]

    Examples
    --------
    >>> tail_premium((130.0, 400.0), (100.0, 600.0), 2.0)
    TailPremium(premium=15.0, cvar_less=200.0, rate_on_line=0.075)
    """
    premium, less = (plan[0] - neutral[0]) / years, neutral[1] - plan[1]
    return TailPremium(
        premium=premium, cvar_less=less, rate_on_line=premium / less if less > 0.0 else None
    )
