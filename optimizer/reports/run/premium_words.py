"""The premium paid for the tail, in words and figures."""

from __future__ import annotations

from optimizer.domain.run import RunTables
from optimizer.metrics.premium import premium_of
from optimizer.reports.kit.format import money, percent
from optimizer.reports.run.facts import Facts


def premium_sentences(tables: RunTables, facts: Facts) -> list[str]:
    """Say what the plan pays a year for how much less CVaR than the risk-neutral plan has."""
    paid = premium_of(tables)
    if paid is None:
        return []
    against = "the risk-neutral plan of the same limits"
    tail = f"CVaR {percent(facts.settings.risk.level)}"
    if paid.rate_on_line is None:
        return [f"Premium for the tail: none; {against} has no larger {tail}."]
    less = money(paid.cvar_less, facts.currency)
    return [
        (
            f"Premium for the tail: against {against} it pays "
            f"{money(paid.premium, facts.currency)} more expected cost a year for {less} less "
            f"{tail}, a rate on line of {percent(paid.rate_on_line)}."
        )
    ]


def premium_figures(tables: RunTables, facts: Facts) -> list[tuple[str, float, str]]:
    """Return label, amount and note of the premium and of what it buys; none without it."""
    paid = premium_of(tables)
    if paid is None or paid.rate_on_line is None:
        return []
    less = f"for {money(paid.cvar_less, facts.currency)} less CVaR"
    note = f"{less}, {percent(paid.rate_on_line)} on line"
    return [("Premium for the tail, a year", paid.premium, note)]
