"""
Every figure by its name: what it is called, what kind of number it is, its unit, its colour.

The names are those of the columns of a run's files; page, workbook and terminal read them here, and
a figure is called the same wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from optimizer.domain.plan_figures import RARE_YEARS
from optimizer.reports.kit.colors import Color

Kind = Literal[
    "text", "option", "plain", "money", "units", "days", "share", "gap", "count", "number"
]
"""
How a value is written.

An option is a text that begins with the name of a policy, which people read in words.
Money in whole units of the currency, units as they are ordered or kept, a share and a gap in
percent, a count whole, a number with three digits where it is small; plain as it is.
"""

CURRENCY: Final = "¤"
"""Stands for the portfolio's currency in a unit."""
EACH: Final = "¤/¤"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """
    A figure.

    Attributes
    ----------
    label
        What it is called.
    unit
        The currency stands as `CURRENCY`; empty where it has none.
    color
        Of it as a part of a sum or a line of a chart.
    note
        What its label leaves open.
    """

    label: str
    kind: Kind = "text"
    unit: str = ""
    color: Color = "blue"
    note: str = ""

    @property
    def within(self) -> str:
        """The label as it stands within a sentence; an abbreviation stays as it is."""
        is_word = self.label[1:] == self.label[1:].lower()
        return self.label[0].lower() + self.label[1:] if is_word else self.label

    @property
    def full(self) -> str:
        """The label with what it leaves open."""
        return f"{self.label}, {self.note}" if self.note else self.label

    def in_currency(self, currency: str) -> str:
        """Return the unit with the portfolio's currency."""
        return self.unit.replace(CURRENCY, currency)


def _money(label: str, color: Color = "blue", note: str = "", unit: str = CURRENCY) -> Measure:
    return Measure(label=label, kind="money", unit=unit, color=color, note=note)


def _each(label: str, color: Color = "blue") -> Measure:
    return Measure(label=label, kind="number", unit=EACH, color=color)


def _share(label: str, color: Color = "blue", unit: str = "share") -> Measure:
    return Measure(label=label, kind="share", unit=unit, color=color)


def _days(label: str) -> Measure:
    return Measure(label=label, kind="days", unit="days")


def _count(label: str, unit: str = "") -> Measure:
    return Measure(label=label, kind="count", unit=unit)


def _units(label: str) -> Measure:
    return Measure(label=label, kind="units", unit="units")


def _number(label: str, unit: str = "") -> Measure:
    return Measure(label=label, kind="number", unit=unit)


PARTS: Final[Mapping[str, Measure]] = {
    "carrying": _money("Carrying stock", "blue"),
    "ordering": _money("Ordering", "sky"),
    "purchasing": _money("Purchasing", "purple", "against the primary at list cost"),
    "routine_stockout": _money("Routine stockouts", "orange"),
    "qualification": _money("Qualifying sources", "green", "the horizon's share"),
    "onboarding": _money("Onboarding suppliers", "yellow", "the horizon's share"),
    "expected_loss": _money("Expected loss to disruptions", "vermilion"),
    "risk_charge": _money("Risk charge", "grey"),
}
"""The parts of a plan's cost; all but the risk charge add up to the expected cost."""

CARRYING: Final[Mapping[str, Measure]] = {
    "capital": _money("Cost of capital", "blue"),
    "storage": _money("Storage", "orange"),
    "insurance": _money("Insurance", "green"),
    "tax": _money("Tax", "yellow"),
    "shrink": _money("Shrink", "sky"),
    "obsolescence": _money("Obsolescence", "vermilion"),
    "rotation": _money("Rotation of reserves", "purple"),
}
"""The parts of the carrying cost."""

SHORT: Final[Mapping[str, Measure]] = {
    "margin": _money("Margin lost", "blue"),
    "expedite": _money("Expediting", "orange"),
    "goodwill": _money("Goodwill", "green"),
    "downtime": _money("Downtime", "vermilion"),
    "price_shocks": _money("Dearer purchases", "purple"),
}
"""The parts of routine stockouts and expected losses."""

MEASURES: Final[Mapping[str, Measure]] = {
    **PARTS,
    # a plan and its proof
    "run": Measure(label="Run"),
    "status": Measure(label="Status"),
    "stopped_by": Measure(label="Stopped by"),
    "said": Measure(label="Remark"),
    "objective": _money("Cost"),
    "expected_cost": _money("Expected cost"),
    "bound": _money("Proven bound", "grey"),
    "gap": Measure(label="Proven gap", kind="gap", unit="share"),
    "catalogue_gap": Measure(label="Catalogue gap", kind="gap", unit="share"),
    "forecast": _money("Forecast", "green"),
    "forecast_low": _money("Forecast, at least"),
    "forecast_high": _money("Forecast, at most"),
    **{f"loss_{years}": _money(f"Loss once in {years} years") for years in RARE_YEARS},
    "stock_mean": _money("Stock on average"),
    "stock_percentile_95": _money("Stock on 95 % of days, at most"),
    "with_pipeline": _money("Stock with pipeline"),
    "capital": _money("Capital"),
    "capital_used": _money("Capital used"),
    "var": _money("VaR", "purple"),
    "cvar": _money("CVaR", "grey"),
    "fill_rate": _share("Fill rate", "green"),
    "turns": Measure(label="Turns", kind="units", unit="1/year"),
    "tail_contribution": _money("Loss in the tail", "vermilion"),
    "expected_loss": _money("Expected loss", "vermilion"),
    "carrying": _money("Carrying", "blue"),
    # budgets
    "budget": _money("Budget"),
    "to_budget": _money("To the budget"),
    "capital_price": _each("Marginal value", "orange"),
    "capital_price_expected": _each("Marginal value, expected cost alone", "vermilion"),
    "next_price": Measure(
        label="Average saving", kind="number", unit=EACH, note="to the next budget"
    ),
    "hull_price": Measure(
        label="Average saving along the hull", kind="number", unit=EACH, color="green"
    ),
    "hull_price_expected": Measure(
        label="Average saving along the hull, expected cost alone", kind="number", unit=EACH
    ),
    "knee": Measure(label="Knee"),
    "own_budget": Measure(label="Own budget"),
    "hurdle": Measure(label="Hurdle, by the cost"),
    "hurdle_expected": Measure(label="Hurdle, by the expected cost"),
    "plan_of": _money("Plan of the budget"),
    "nesting_cost": _money("Keeping costs"),
    "missing": _money("Missing for a plan"),
    "own": Measure(label="This run"),
    "rank": _count("Rank"),
    "name": Measure(label="SKU or supplier"),
    "option": Measure(label="From", kind="option"),
    "to_option": Measure(label="To", kind="option"),
    "saving": _money("Saved"),
    "return": _each("Saved per unit"),
    # weights of risk
    "risk_weight": _share("Cost of risk capital", unit="1/year"),
    "premium": _money("Premium for the tail", unit="¤/year"),
    "cvar_less": _money("CVaR less", "grey"),
    "rate_on_line": _share("Rate on line", unit="1/year"),
    "own_weight": Measure(label="Own weight"),
    "weight_of": _share("Plan of the weight", unit="1/year"),
    # what-ifs against base
    "what_if": Measure(label="What-if"),
    "capital_limit": _money("Capital budget"),
    "changes": Measure(label="What it changes"),
    "same_yardstick": Measure(label="Comparable by cost"),
    "horizon_days": _count("Horizon", "days"),
    "tail_level": _share("Level of VaR and CVaR"),
    "cost_difference": _money("Against base"),
    "decisions_changed": _count("SKUs changed"),
    "qualified_more": _count("Sources more"),
    "qualified_fewer": _count("Sources fewer"),
    "base_cost": _money("Base's plan would cost"),
    "regret": _money("Regret", "orange"),
    "at_most": _money("Regret at most, by the bound"),
    "qualified": Measure(label="Sources"),
    "base_breaks": Measure(label="Why base's plan is infeasible"),
    "message": Measure(label="Why there is no plan"),
    # a SKU's decision
    "sku": Measure(label="SKU"),
    "description": Measure(label="Description"),
    "segment": Measure(label="Segment"),
    "policy": Measure(label="Policy", kind="option"),
    "service_level": _share("Cycle service level"),
    "reserve_days": _days("Reserve"),
    "lot_factor": _number("Factor on the lot"),
    "order_quantity": _units("Order quantity"),
    "reorder_point": _units("Reorder point"),
    "safety_stock": _number("Safety stock", "units"),
    "reserve_units": _units("Reserve stock"),
    "mean_on_hand": _units("Mean on hand"),
    "lot_days": _days("Lot"),
    "lot_days_min": _days("Forward buy"),
    "cover_days": _days("Cover"),
    "alternates": Measure(label="Alternates"),
    "demand_mean": _number("Demand", "units/day"),
    "demand_std": _number("Demand's deviation by day", "units/day"),
    "demand_mean_error": _number("Demand's standard error", "units/day"),
    "demand_interval_days": _days("Between demands"),
    "demand_model": Measure(label="Law of demand"),
    "waiting_share": _share("Time that somebody waits"),
    # why it was taken
    "reason": Measure(label="Why"),
    "runner_up": Measure(label="Runner-up", kind="option"),
    "runner_up_gap": _money("Runner-up dearer by"),
    "flip_price": _each("Capital price at which it flips"),
    "stockout_cost": _money("Stockout cost", unit="¤/day"),
    "flip_stockout_cost": _money("Stockout cost at which it flips", unit="¤/day"),
    "outage_probability": _share("Primary struck within a year"),
    "flip_outage_probability": _share("Primary struck within a year at which it flips"),
    "time_to_recover": _days("Primary's time to recover"),
    # futures
    "scenario": _count("Future"),
    "probability": _share("Probability"),
    "loss": _money("Loss"),
    "weight": _number("Weight in the risk charge", "share"),
    # today's stock
    "quarter": _count("Quarter"),
    "capital_at_once": _money("Capital, all at once"),
    "above_plan": _money("Of it stock beyond the plan", "orange"),
    "capital_staged": _money("Capital, in stages"),
    "quarter_limit": _money("Limit"),
    "on_hand": _units("On hand"),
    "blocked": _units("Blocked"),
    "on_order": _units("On order"),
    "plan_most": _units("The plan's maximum"),
    "excess_units": _units("Excess"),
    "excess": _money("Excess", "orange"),
    "excess_months": _number("Used up in", "months"),
    "past_shelf_life": _money("Expires unsold", "vermilion"),
    # who and what is at risk
    "primary_supplier": Measure(label="Primary supplier"),
    "region": Measure(label="Region"),
    "strikes_a_year": _number("Outages", "1/year"),
    "spend_share": _share("Share of spend"),
    "loss_to_outages": _money("Expected loss to its outages", "vermilion"),
    "tail_loss": _money("Loss in the tail", "vermilion"),
    "whole_again_days": _days("Supply recovers after"),
    "spend_a_day": _money("Spend", unit="¤/day"),
    "demand_class": Measure(label="Class of its history"),
    "category": Measure(label="Category"),
    "capital_share": _share("Share of capital"),
    "cvar_share": _share("Share of CVaR"),
    "policies": Measure(label="Policies"),
    # hazards and what they do
    "hazard": Measure(label="Hazard"),
    "loss_share": _share("Share"),
    "mean_days": _days("Mean length"),
    "losing_skus": _count("SKUs that lose"),
    "hazard_kind": Measure(label="What it does"),
    "scope": Measure(label="Scope"),
    "target": Measure(label="Target"),
    "strikes": Measure(label="What strikes, and when"),
    # what is bought against outages
    "kind": Measure(label="What"),
    "supplier": Measure(label="Supplier"),
    "cost": _money("Cost, once"),
    "skus": _count("SKUs"),
    "outage_rate": _number("Outages", "1/year"),
    "break_even_rate": _number("Break-even outage rate", "1/year"),
    # an audit
    "site": Measure(label="Site"),
    "movement_class": Measure(label="FSN"),
    "risk_days": _number("Primary's outage days", "days/year"),
    "spend_a_year": _money("Spend", unit="¤/year"),
    "severity": _count("Severity", "1–10"),
    "occurrence": _count("Occurrence", "1–10"),
    "detection": _count("Detection", "1–10"),
    "rpn": _count("RPN"),
    "rpn_rank": _count("Rank by RPN"),
    "at_risk": _money("Money at risk", "vermilion", unit="¤/year"),
    "at_risk_rank": _count("Rank by money"),
    "reversal": Measure(label="Rank reversal"),
    "backup": Measure(label="Backup today"),
    "time_to_survive": _days("TTS"),
    "exposed": Measure(label="TTS below TTR"),
    "loss_if_down": _money("Loss if down", "vermilion"),
    "actual_demand": _number("Demand of its history", "units/day"),
    "bias": _number("Bias", "units/day"),
    "standard_error": _number("Standard error of the history", "units/day"),
    "bias_share": _share("Bias in the squared error"),
    "forecast_verdict": Measure(label="Stated demand"),
    "rule_policy": Measure(label="Rule of thumb", kind="option"),
    "rule_allows": Measure(label="The rule allows"),
    "buffer_verdict": Measure(label="Buffer"),
    "better_reorder_point": _units("Reorder point that costs least"),
    "buffer_saving": _money("Saved", "green", unit="¤/year"),
    "buffer_capital": _money("Capital more"),
    "delivered_share": _share("Share of deliveries"),
    "relying_skus": _count("SKUs that rely on it"),
    "relying_spend": _money("Their spend", unit="¤/year"),
    "stated": Measure(label="TTR stated"),
    "exposed_skus": _count("SKUs with TTS below TTR"),
    "exposure_index": _number("Risk exposure index"),
    "why": Measure(label="Why"),
    "next_step": Measure(label="What to do"),
    "figure": Measure(label="Figure"),
    "value": _number("Value"),
    "unit": Measure(label="Unit"),
    "note": Measure(label="What it is"),
}


def measures_of(
    names: Iterable[str], own: Mapping[str, Measure] | None = None
) -> dict[str, Measure]:
    """
    Return the columns of a table, by name and in order.

    Parameters
    ----------
    own
        Columns that the table calls otherwise than `MEASURES` does, or that are no measures.
    """
    catalogue = {**MEASURES, **(own or {})}
    return {name: catalogue[name] for name in names}


POLICIES: Final[Mapping[str, str]] = {
    "jit": "Just in time",
    "reorder_point": "Reorder point",
    "vmi": "Vendor-managed",
    "safety_stock": "Safety stock",
    "forward_buy": "Forward buy",
    "on_demand": "On demand",
    "stockpile": "Stockpile",
}
"""What the policies of the program are called; those of a user keep their names."""


def policy_noun(policy: str) -> str:
    """
    Return a policy as it stands within a sentence.

    Examples
    --------
    >>> policy_noun("forward_buy"), policy_noun("Our_Own")
    ('forward buy', 'Our_Own')
    """
    return POLICIES[policy].lower() if policy in POLICIES else policy


def policy_words(text: str) -> str:
    """
    Return a policy, or an option that begins with one, as people say it.

    Examples
    --------
    >>> policy_words("forward_buy 0.95 lot 60 d"), policy_words("jit"), policy_words("our_own")
    ('Forward buy 0.95 lot 60 d', 'Just in time', 'our_own')
    """
    policy, space, rest = text.partition(" ")
    return f"{POLICIES.get(policy, policy)}{space}{rest}"
