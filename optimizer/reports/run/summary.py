"""
The run in a dozen sentences: printed by `ballast solve`, and the report's headline.

No sentence says more than was proven; a plan is never called optimal beyond its gap.
"""

from __future__ import annotations

import math

from optimizer.domain.run import RunTables
from optimizer.reports.kit.format import (
    alike,
    compact,
    count,
    money,
    money_full,
    percent,
    percent_up,
)
from optimizer.reports.kit.measures import policy_noun
from optimizer.reports.run.facts import Facts
from optimizer.reports.run.limit_words import worth
from optimizer.reports.run.premium_words import premium_sentences
from optimizer.reports.run.set_aside_words import set_aside_sentences
from optimizer.reports.run.stock_words import stock_sentences
from optimizer.reports.run.strategy_words import strategy_sentences

_LEFT_OUT = {
    "forecast": "the forecast on fresh futures",
    "reasons": "the reasons, runners-up and break-even rates of its choices",
    "strategies": "the comparison with today, just in time and just in case",
}
_FAT = 1.5  # times VaR: a mean beyond it that deserves a word


def summarise(tables: RunTables) -> list[str]:
    """Return sentences on costs, proof, decisions and binding limits."""
    facts = Facts.of(tables)
    return [
        cost_sentence(facts),
        proof_sentence(facts),
        *set_aside_sentences(tables.manifest.set_aside, facts.currency),
        *forecast_sentences(facts),
        parts_sentence(facts),
        *charge_sentences(facts),
        *cvar_sentences(facts),
        *capital_sentences(facts),
        *stock_sentences(facts, tables.manifest.stock_on_hand, tables.manifest.resources),
        risk_sentence(facts),
        *decision_sentences(tables, facts),
        *limit_sentences(facts),
        *premium_sentences(tables, facts),
        *strategy_sentences(tables, facts),
        *left_out_sentences(tables),
    ]


def cost_sentence(facts: Facts) -> str:
    """State the yearly cost as fresh futures forecast it, and its two parts."""
    costs = (facts.cost, facts.expected_cost, facts.cost - facts.expected_cost)
    cost, expected, charge = alike([facts.a_year(amount) for amount in costs], facts.currency)
    if not facts.has_charge:
        return f"The plan costs {cost} a year: its expected cost, without a risk charge."
    return f"The plan costs {cost} a year: expected cost {expected}, risk charge {charge}."


def forecast_sentences(facts: Facts) -> list[str]:
    """Set what the run's own futures promised beside what fresh ones say."""
    if not (facts.has_charge and facts.forecast):
        return []
    fresh = facts.forecast.objective
    costs = (facts.objective, fresh.value, fresh.half_width)
    promised, found, half = alike([facts.a_year(amount) for amount in costs], facts.currency)
    apart = (facts.objective - fresh.value) / abs(fresh.value or 1.0)
    compared = f"{percent(abs(apart))} {'more' if apart > 0.0 else 'less'}"
    drawn, made = futures_of(facts), count(facts.n_futures, "future")
    return [
        (
            f"Forecast on {drawn}: {found} ± {half} a year; the {made} that the plan was made on "
            f"promised {promised}, {compared}."
        )
    ]


def cvar_sentences(facts: Facts) -> list[str]:
    """Set the CVaR that a limit was kept by beside what fresh futures say of it."""
    cvar = next((limit for limit in facts.limits if limit.name == "cvar"), None)
    if cvar is None or cvar.limit is None or facts.forecast is None:
        return []
    fresh = facts.forecast.cvar
    amounts = (cvar.limit, cvar.used, facts.a_year(fresh.value), facts.a_year(fresh.half_width))
    limit, used, found, half = alike(amounts, facts.currency)
    is_kept = facts.a_year(fresh.value - fresh.half_width) <= cvar.limit
    kept = "within the limit or its interval" if is_kept else "beyond the limit"
    return [
        (
            f"The limit of {limit} of CVaR a year is kept on the plan's own futures ({used}); on "
            f"{futures_of(facts)} it is {found} ± {half}, {kept}."
        )
    ]


def parts_sentence(facts: Facts) -> str:
    """State the two parts of the expected cost."""
    parts = [facts.a_year(part) for part in (facts.certain_cost, facts.expected_loss)]
    certain, lost = alike(parts, facts.currency)
    return (
        f"Of the expected cost {certain} a year is certain (carrying, ordering, purchasing, "
        f"routine stockouts, new sources) and {lost} is the expected loss to disruptions."
    )


def charge_sentences(facts: Facts) -> list[str]:
    """State the risk charge, and what it is charged on."""
    if not facts.has_charge:
        return []
    rate = percent(facts.settings.risk.yearly_charge)
    if not facts.unexpected_loss:
        return [f"{facts.measured} is no more than the expected loss: risk is not charged."]
    amount = money(facts.unexpected_loss, facts.currency)
    over = "" if facts.is_a_year else f" {facts.per_horizon}"
    return [
        (
            f"The risk charge is {rate} a year on {amount} of unexpected loss: {facts.measured} "
            f"less the expected loss{over}."
        )
    ]


def proof_sentence(facts: Facts) -> str:
    """State the gap to the best possible plan, and why the search stopped."""
    about = f" ({', '.join(_proven_of(facts))})" if _proven_of(facts) else ""
    if facts.is_exact:
        return f"Proven to rounding{about}: no plan is cheaper."
    gap = percent_up(facts.gap)
    finer = (facts.catalogue_gap or 0.0) * abs(facts.objective)
    distance = facts.a_year(max(0.0, facts.objective - facts.bound) + finer)
    most = f"{money_full(math.ceil(distance), facts.currency)} a year"
    if facts.status == "optimal":
        return f"Proven within {gap}{about}: no plan can be cheaper by more than {most}."
    why = f"stopped by {facts.stopped_by.replace('_', ' ')}"
    if facts.stopped_by == "nesting":
        why = "it keeps what smaller budgets bought"
    elif facts.stopped_by == "alternative":
        why = "it was chosen as an alternative to that one"
    return f"Feasible, gap {gap}: a better plan may exist, cheaper by {most} at most ({why})."


def _proven_of(facts: Facts) -> list[str]:
    """Say what the proof is about: a model on these futures, and how fine its levels are."""
    about = [f"of the model, on {count(facts.n_futures, 'future')}"] if facts.has_charge else []
    if facts.catalogue_gap is not None:
        about.append(f"levels refined to {percent_up(facts.catalogue_gap)}")
    return about


def capital_sentences(facts: Facts) -> list[str]:
    """Say what the plan uses of the budget."""
    capital = next((limit for limit in facts.limits if limit.name == "capital"), None)
    if capital is None:
        return []
    if capital.limit is None:
        return [f"It uses {money(capital.used, facts.currency)} of capital; no budget was set."]
    used, budget = alike((capital.used, capital.limit), facts.currency)
    share = f" ({capital.used_share})" if capital.limit else ""
    return [f"It uses {used} of the {budget} budget{share}."]


def risk_sentence(facts: Facts) -> str:
    """State the expected loss, and its tail."""
    losses = (facts.expected_loss, *facts.tail)
    expected, var, cvar = alike(losses, facts.currency)
    tail_level = facts.settings.risk.level
    said = (
        f"Disruptions are expected to cost {expected} {facts.per_horizon}, exactly by the hazards' "
        f"rates. Over {futures_of(facts)}: at most {var} with {percent(tail_level)} "
        f"probability (VaR), and {cvar} on average in the worst {percent(1.0 - tail_level)} of "
        f"{facts.horizons} (CVaR)."
    )
    return said + _fat_tail(facts)


def futures_of(facts: Facts) -> str:
    """Return the futures that these are of, ``20,000 fresh futures``."""
    if facts.forecast is None:
        return count(facts.n_futures, "future")
    return count(facts.forecast.futures, "fresh future")


def _fat_tail(facts: Facts) -> str:
    """Warn if a plan optimised for VaR has large losses beyond it."""
    var, cvar = facts.tail
    if facts.settings.risk.measure != "var" or cvar <= _FAT * var:
        return ""
    times = f", {compact(cvar / var)} times as much," if var else ""
    return f" What lies beyond{times} VaR does not look at; CVaR as the risk measure does."


def decision_sentences(tables: RunTables, facts: Facts) -> list[str]:
    """Say which policies, which new sources, and how much changes."""
    numbers = tables.plan["policy"].value_counts()
    mix = ", ".join(f"{number:,} {policy_noun(str(policy))}" for policy, number in numbers.items())
    sentences = [f"{count(len(tables.plan), 'SKU')} by policy: {mix}."]
    qualified, onboarded = len(tables.qualifications), len(tables.onboardings)
    sources = [f"{count(qualified, 'alternate source')} to qualify"] if qualified else []
    sources += [f"{count(onboarded, 'supplier')} to onboard"] if onboarded else []
    if sources:
        cash = money(facts.one_time_cash, facts.currency)
        sentences.append(f"{' and '.join(sources)}, for {cash} once{_from_budget(facts)}.")
    changes = next((limit for limit in facts.limits if limit.name == "changes"), None)
    if changes is not None:
        sentences.append(f"Changes against the plan in force: {count(round(changes.used), 'SKU')}.")
    return sentences


def limit_sentences(facts: Facts) -> list[str]:
    """State the marginal value of each binding limit, or that none is binding."""
    severity = facts.settings.limits.tts_covers_ttr
    survival = (
        [f"SKUs of severity {severity} or more hold what lasts until their supplier has recovered."]
        if severity is not None
        else []
    )
    if all(limit.limit is None for limit in facts.limits):
        return survival or ["No limit was set."]
    return survival + _holding_back(facts)


def _holding_back(facts: Facts) -> list[str]:
    holding = [limit for limit in facts.limits if limit.holds_back]
    if not holding:
        return ["No limit holds the plan back: raising one would save nothing."]
    by_cvar = ", CVaR taken for VaR" if facts.prices_by_cvar else ""
    return [
        f"Held back by {limit.label[0].lower()}{limit.label[1:]}: "
        f"{worth(limit, facts.currency, facts.per_horizon)}{by_cvar}."
        for limit in holding
    ]


def left_out_sentences(tables: RunTables) -> list[str]:
    """Say what is missing from a run that was stopped."""
    missing = [_LEFT_OUT[part] for part in tables.manifest.left_out]
    if not missing:
        return []
    return [f"Left out, because it was stopped: {'; '.join(missing)}. Solve again for them."]


def _from_budget(facts: Facts) -> str:
    budget = facts.settings.budget
    return ", from the budget" if budget.capital and budget.includes_qualification else ""
