"""The figures at the head of the page, and the parts the cost is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from optimizer.reports.kit.colors import Color
from optimizer.reports.kit.document import Tile
from optimizer.reports.kit.format import alike, days, money, percent, percent_up
from optimizer.reports.kit.measures import PARTS
from optimizer.reports.run.facts import Facts

_PROVEN: Final = {"optimal": "within the gap asked for", "feasible": "wider than asked for"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CostPart:
    """One part of the plan's cost; `width` is its bar, in percent of the largest part."""

    label: str
    amount: float
    width: float
    color: Color


def tiles(facts: Facts, scorecard: Mapping[str, Any]) -> list[Tile]:
    """Return the figures a reader looks for first."""
    level = percent(facts.settings.risk.level)
    cost, expected_cost, risk_charge = _alike_a_year(facts)
    losses = (facts.expected_loss, facts.var, facts.cvar)
    expected_loss, var, cvar = alike(losses, facts.currency)
    return [
        Tile(label="Cost a year", value=cost, note=_made_of(facts)),
        Tile(
            label="Expected cost a year",
            value=expected_cost,
            note="what the books show on average",
        ),
        *_risk_charge(facts, risk_charge),
        *_capital(facts),
        _gap(facts),
        Tile(
            label="Expected loss", value=expected_loss, note=f"to disruptions {facts.per_horizon}"
        ),
        Tile(label=f"VaR {level}", value=var, note=f"not exceeded with {level} probability"),
        Tile(label=f"CVaR {level}", value=cvar, note=f"mean of the worst {_rest(facts)}"),
        *_scorecard(scorecard),
    ]


def expected_parts(facts: Facts, components: Mapping[str, float]) -> list[CostPart]:
    """Return the parts whose sum is the expected cost."""
    amounts = {name: components[name] for name in PARTS if name != "risk_charge"}
    largest = max(map(abs, amounts.values())) or 1.0
    return [
        CostPart(
            label=PARTS[name].full,
            amount=amount,
            width=100.0 * abs(amount) / largest,
            color=PARTS[name].color,
        )
        for name, amount in amounts.items()
    ]


def _alike_a_year(facts: Facts) -> list[str]:
    """Return the cost and the two it is made of, a year, as the sentences say them."""
    costs = (facts.objective, facts.expected_cost, facts.risk_charge)
    return alike([facts.a_year(amount) for amount in costs], facts.currency)


def _made_of(facts: Facts) -> str:
    return "expected cost and risk charge" if facts.has_charge else "the expected cost"


def _risk_charge(facts: Facts, amount: str) -> list[Tile]:
    if not facts.has_charge:
        return []
    note = f"{percent(facts.settings.risk.yearly_charge)} a year of the unexpected loss"
    return [Tile(label="Risk charge a year", value=amount, note=note)]


def _capital(facts: Facts) -> list[Tile]:
    capital = next((limit for limit in facts.limits if limit.name == "capital"), None)
    if capital is None:
        return []
    if capital.limit is None:
        used, note = money(capital.used, facts.currency), "no budget was set"
    else:
        used, limit = alike((capital.used, capital.limit), facts.currency)
        note = f"{capital.used_share} of {limit}"
    return [Tile(label="Capital used", value=used, note=note)]


def _gap(facts: Facts) -> Tile:
    if facts.is_exact:
        return Tile(label="Proven gap", value="0 %", note="to rounding")
    return Tile(label="Proven gap", value=percent_up(facts.gap), note=_PROVEN[facts.status])


def _rest(facts: Facts) -> str:
    return f"{percent(1.0 - facts.settings.risk.level)} of {facts.horizons}"


def _scorecard(scorecard: Mapping[str, Any]) -> list[Tile]:
    """Return what only the scorecard knows, as far as the data say it."""
    service, inventory = scorecard["service"], scorecard["inventory"]
    found = []
    if service["fill_rate"] is not None:
        note = "of demand value served from stock"
        found.append(Tile(label="Fill rate", value=percent(service["fill_rate"]), note=note))
    if inventory["turns"] is not None:
        value, note = days(inventory["days_of_supply"]), f"{inventory['turns']:.1f} turns a year"
        found.append(Tile(label="Days of supply", value=value, note=note))
    return found
