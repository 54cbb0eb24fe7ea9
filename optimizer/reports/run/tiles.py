"""The figures at the head of the page, and the parts the cost is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from optimizer.domain.manifest import Components
from optimizer.domain.run import RunTables
from optimizer.reports.kit.colors import Color
from optimizer.reports.kit.document import Tile
from optimizer.reports.kit.format import alike, days, money, percent, percent_up
from optimizer.reports.kit.measures import PARTS
from optimizer.reports.run.facts import Facts
from optimizer.reports.run.premium_words import premium_figures
from optimizer.reports.run.summary import futures_of

_PROVEN: Final = {"optimal": "within the gap asked for", "feasible": "wider than asked for"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CostPart:
    """One part of the plan's cost; `width` is its bar, in percent of the largest part."""

    label: str
    amount: float
    width: float
    color: Color


def tiles(tables: RunTables, facts: Facts, scorecard: Mapping[str, Any]) -> list[Tile]:
    """Return the figures a reader looks for first."""
    tail_level = percent(facts.settings.risk.level)
    cost, expected_cost, risk_charge = _alike_a_year(facts)
    expected_loss, var, cvar = alike((facts.expected_loss, *facts.tail), facts.currency)
    return [
        Tile(label="Cost a year", value=cost, note=_forecast(facts)),
        Tile(
            label="Expected cost a year",
            value=expected_cost,
            note="what the books show on average",
        ),
        *_risk_charge(facts, risk_charge),
        *_capital(facts),
        *_over_time(facts, scorecard),
        _gap(facts),
        Tile(
            label="Expected loss", value=expected_loss, note=f"to disruptions {facts.per_horizon}"
        ),
        Tile(
            label=f"VaR {tail_level}", value=var, note=f"not exceeded with {tail_level} probability"
        ),
        Tile(label=f"CVaR {tail_level}", value=cvar, note=f"mean of the worst {_rest(facts)}"),
        *_premium(tables, facts),
        *_scorecard(scorecard),
    ]


def expected_parts(facts: Facts, components: Components) -> list[CostPart]:
    """Return the parts whose sum is the expected cost."""
    amounts = {name: getattr(components, name) for name in PARTS if name != "risk_charge"}
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
    """Return the yearly cost and its two parts, as in the sentences."""
    costs = (facts.cost, facts.expected_cost, facts.cost - facts.expected_cost)
    return alike([facts.a_year(amount) for amount in costs], facts.currency)


def _forecast(facts: Facts) -> str:
    if not facts.has_charge:
        return "the expected cost"
    if facts.forecast is None:
        return "expected cost and risk charge"
    half = money(facts.a_year(facts.forecast.objective.half_width), facts.currency)
    return f"± {half}: forecast on {futures_of(facts)}"


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


def _over_time(facts: Facts, scorecard: Mapping[str, Any]) -> list[Tile]:
    """Return how much stock there is on most days; scorecards of older runs do not say."""
    stock = scorecard.get("capital", {})
    if "stock_percentile_95" not in stock:
        return []
    names = ("stock_percentile_95", "stock_mean", "with_pipeline")
    most, mean, with_pipeline = alike([stock[name] for name in names], facts.currency)
    note = f"mean {mean}; with what is on its way {with_pipeline}"
    return [Tile(label="Stock on 95 % of days, at most", value=most, note=note)]


def _premium(tables: RunTables, facts: Facts) -> list[Tile]:
    return [
        Tile(label=label, value=money(amount, facts.currency), note=note)
        for label, amount, note in premium_figures(tables, facts)
    ]


def _gap(facts: Facts) -> Tile:
    if facts.is_exact:
        return Tile(label="Proven gap", value="0 %", note="to rounding")
    return Tile(label="Proven gap", value=percent_up(facts.gap), note=_PROVEN[facts.status])


def _rest(facts: Facts) -> str:
    return f"{percent(1.0 - facts.settings.risk.level)} of {facts.horizons}"


def _scorecard(scorecard: Mapping[str, Any]) -> list[Tile]:
    """Return the tiles of figures that only the scorecard has, as far as the data give them."""
    service, inventory = scorecard["service"], scorecard["inventory"]
    shown = []
    if service["fill_rate"] is not None:
        note = "of demand value served from stock"
        shown.append(Tile(label="Fill rate", value=percent(service["fill_rate"]), note=note))
    if inventory["turns"] is not None:
        value, note = days(inventory["days_of_supply"]), f"{inventory['turns']:.1f} turns a year"
        shown.append(Tile(label="Days of supply", value=value, note=note))
    return shown
