"""The figures at the head of the page, and the parts the cost is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from optimizer.reports.kit.colors import Color
from optimizer.reports.kit.format import days, money, percent, percent_up
from optimizer.reports.kit.measures import PARTS
from optimizer.reports.run.facts import Facts

_PROVEN: Final = {"optimal": "within the gap asked for", "feasible": "wider than asked for"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure with its name and one line on it."""

    label: str
    value: str
    note: str


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
    return [
        _money("Cost a year", facts.a_year(facts.objective), facts, _made_of(facts)),
        _money(
            "Expected cost a year",
            facts.a_year(facts.expected_cost),
            facts,
            "what the books show on average",
        ),
        *_risk_charge(facts),
        *_capital(facts),
        _gap(facts),
        _money("Expected loss", facts.expected_loss, facts, f"to disruptions {facts.per_horizon}"),
        _money(f"VaR {level}", facts.var, facts, f"not exceeded with {level} probability"),
        _money(f"CVaR {level}", facts.cvar, facts, f"mean of the worst {_rest(facts)}"),
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


def _money(label: str, value: float, facts: Facts, note: str) -> Tile:
    return Tile(label=label, value=money(value, facts.currency), note=note)


def _made_of(facts: Facts) -> str:
    return "expected cost and risk charge" if facts.has_charge else "the expected cost"


def _risk_charge(facts: Facts) -> list[Tile]:
    if not facts.has_charge:
        return []
    note = f"{percent(facts.settings.risk.yearly_charge)} a year of the unexpected loss"
    return [_money("Risk charge a year", facts.a_year(facts.risk_charge), facts, note)]


def _capital(facts: Facts) -> list[Tile]:
    capital = next((limit for limit in facts.limits if limit.name == "capital"), None)
    if capital is None:
        return []
    note = "no budget was set"
    if capital.limit is not None:
        note = f"{capital.used_share} of {capital.amount(capital.limit)}"
    return [_money("Capital used", capital.used, facts, note)]


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
