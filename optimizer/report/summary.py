"""
The run in a dozen sentences: printed by `ballast solve`, and the report's headline.

No sentence says more than was proven; a plan is never called optimal beyond its gap.
"""

from __future__ import annotations

import math

from optimizer.domain.run import RunTables
from optimizer.report.facts import Facts
from optimizer.report.format import count, money, money_full, percent, percent_up
from optimizer.report.limits import worth


def summarise(tables: RunTables) -> list[str]:
    """Return what changes, what it costs, what binds and what is proven, one sentence a line."""
    facts = Facts.of(tables)
    return [
        cost_sentence(facts),
        proof_sentence(facts),
        parts_sentence(facts),
        *capital_sentences(facts),
        risk_sentence(facts, n_scenarios=len(tables.scenarios)),
        *decision_sentences(tables, facts),
        *binding_sentences(facts),
    ]


def cost_sentence(facts: Facts) -> str:
    """Say the objective."""
    return f"The plan costs {money(facts.objective, facts.currency)} {facts.per_horizon}."


def parts_sentence(facts: Facts) -> str:
    """Say the two halves of the objective."""
    certain = money(facts.certain_cost, facts.currency)
    weighed = money(facts.weighed_loss, facts.currency)
    return f"Of this {certain} is certain and {weighed} is for disruptions ({_weighing(facts)})."


def proof_sentence(facts: Facts) -> str:
    """Say how far from the best possible plan it can be, and why the search stopped."""
    gap = percent_up(facts.gap)
    distance = money_full(math.ceil(max(0.0, facts.objective - facts.bound)), facts.currency)
    if facts.status == "optimal":
        return f"Proven within {gap}: no plan can be cheaper by more than {distance}."
    return (
        f"Feasible, gap {gap}: a better plan may exist, cheaper by {distance} at most "
        f"(stopped by {facts.stopped_by.replace('_', ' ')})."
    )


def capital_sentences(facts: Facts) -> list[str]:
    """Say what the plan ties up, of how much."""
    capital = next((limit for limit in facts.limits if limit.name == "capital"), None)
    if capital is None:
        return []
    used = money(capital.used, facts.currency)
    if capital.limit is None:
        return [f"It ties up {used} of capital; no budget was set."]
    budget = money(capital.limit, facts.currency)
    return [f"It ties up {used} of the {budget} budget ({capital.used_share}){_cash(facts)}."]


def risk_sentence(facts: Facts, *, n_scenarios: int) -> str:
    """Say the loss that is expected, and its tail."""
    expected, var, cvar = (
        money(value, facts.currency) for value in (facts.expected_loss, facts.var, facts.cvar)
    )
    level = facts.settings.risk.level
    return (
        f"Over {count(n_scenarios, 'scenario')}, disruptions are expected to cost {expected} "
        f"{facts.per_horizon}; with {percent(level)} probability at most {var} (VaR); in the worst "
        f"{percent(1.0 - level)} of {facts.horizons} {cvar} on average (CVaR)."
    )


def decision_sentences(tables: RunTables, facts: Facts) -> list[str]:
    """Say which policies, which new sources, and how much changes."""
    numbers = tables.plan["policy"].value_counts()
    mix = ", ".join(f"{number:,} {policy}" for policy, number in numbers.items())
    sentences = [f"{count(len(tables.plan), 'SKU')} by policy: {mix}."]
    qualified, onboarded = len(tables.qualifications), len(tables.onboardings)
    if qualified or onboarded:
        cash = money(facts.one_time_cash, facts.currency)
        sentences.append(
            f"{count(qualified, 'alternate source')} to qualify and "
            f"{count(onboarded, 'supplier')} to onboard, for {cash} once."
        )
    changes = next((limit for limit in facts.limits if limit.name == "changes"), None)
    if changes is not None:
        sentences.append(f"Changes against the plan in force: {count(round(changes.used), 'SKU')}.")
    return sentences


def binding_sentences(facts: Facts) -> list[str]:
    """Say what each binding limit costs, or that none binds."""
    binding = [limit for limit in facts.limits if limit.binds]
    if not binding:
        return ["No limit binds: more of any would save nothing."]
    return [
        f"Binding limit: {limit.label} ({worth(limit, facts.currency, facts.per_horizon)})."
        for limit in binding
    ]


def _weighing(facts: Facts) -> str:
    risk = facts.settings.risk
    if risk.tail_weight == 0.0:
        return "the expected loss"
    measure = {"var": "VaR", "cvar": "CVaR"}[risk.measure]
    expected, tail = percent(1.0 - risk.weight), percent(risk.weight)
    return f"{expected} of the expected loss, {tail} of the {measure} at {percent(risk.level)}"


def _cash(facts: Facts) -> str:
    if not facts.one_time_cash or not facts.settings.budget.includes_qualification:
        return ""
    cash = money(facts.one_time_cash, facts.currency)
    return f", {cash} of it one-time cash for new sources"
