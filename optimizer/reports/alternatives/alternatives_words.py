"""Sentences on plans that cost nearly as little as the best one, and on what they share."""

from __future__ import annotations

from typing import Final

from optimizer.domain.alternatives import (
    AMOUNTS,
    BEST,
    FEWER_ALTERNATES,
    FEWER_CHANGES,
    LESS_CONCENTRATED,
    OTHER_DECISIONS,
    OTHER_SUPPLIERS,
    AlternativePlan,
    Alternatives,
)
from optimizer.reports.kit.document import Figure, amount, number_of
from optimizer.reports.kit.format import count, money, per_horizon, percent, percent_up

NAMES: Final = {
    BEST: "Best",
    OTHER_DECISIONS: "Other decisions",
    OTHER_SUPPLIERS: "Other suppliers",
    FEWER_CHANGES: "Fewer changes",
    FEWER_ALTERNATES: "Fewer alternates",
    LESS_CONCENTRATED: "Less concentrated",
}


def name_of(plan: AlternativePlan) -> str:
    """Return what a plan is called: the aspect it was sought for, and those it serves too."""
    return ", ".join([NAMES[plan.plan], *(NAMES[aspect].lower() for aspect in plan.also)])


def lead_sentence(found: Alternatives) -> str:
    """Say how many plans there are within reach, and how many decisions all of them share."""
    n_skus = len(found.decisions)
    share = percent(found.within)
    if not found.others:
        return f"No other plan was found that costs at most {share} more than {found.run}."
    plans = count(len(found.others), "other plan")
    cost = "costs" if len(found.others) == 1 else "cost"
    return (
        f"{plans} {cost} at most {share} more than {found.run}; {found.sure:,} of "
        f"{count(n_skus, 'SKU')} keep policy and alternates in all of them."
    )


def proof_sentence(found: Alternatives) -> str:
    """Say what is proven of the plans."""
    best = found.best
    most = max(plan.gap + (plan.catalogue_gap or 0.0) for plan in found.plans)
    return (
        f"Every plan is verified. {found.run} is proven within "
        f"{percent_up(best.gap + (best.catalogue_gap or 0.0))} of the best plan there can be, the "
        f"others within {percent_up(most)}: the bound of {found.run} holds for all of them."
    )


def figures(found: Alternatives) -> list[Figure]:
    """Return the figures of the headline."""
    n_skus = len(found.decisions)
    over = per_horizon(found.about.settings.horizon.days)
    dearest = max(plan.dearer for plan in found.plans)
    kept = "same policy and alternates in every plan"
    return [
        number_of("Other plans", len(found.others), "each a verified run"),
        number_of("Sure SKUs", found.sure, kept, of=n_skus),
        amount("Best plan costs", found.best.objective, over, is_tile=True),
        Figure(
            label="Dearest alternative",
            kind="gap",
            value=dearest,
            note="more than the best plan",
            is_tile=bool(found.others),
        ),
    ]


def sentences(found: Alternatives) -> list[str]:
    """Say what each alternative gives and costs, what is missing, and what to be sure of."""
    missing = [f"{NAMES[aspect]}: {why}." for aspect, why in found.not_found.items()]
    return [*(_gives(plan, found) for plan in found.others), *missing, *_sure(found)]


def _gives(plan: AlternativePlan, found: Alternatives) -> str:
    """Say what an alternative has less of, and what it costs more."""
    parts = [_less(aspect, plan, found) for aspect in (plan.plan, *plan.also)]
    more = money(plan.objective - found.best.objective, found.currency)
    over = per_horizon(found.about.settings.horizon.days)
    share, otherwise = percent_up(max(plan.dearer, 0.0)), count(plan.skus_differ, "SKU")
    return (
        f"{name_of(plan)}: {'; '.join(parts)}, for {more} {over} more ({share}); "
        f"{otherwise} decided otherwise."
    )


def _less(aspect: str, plan: AlternativePlan, found: Alternatives) -> str:
    before, after = (one.amounts[AMOUNTS[aspect]] or 0.0 for one in (found.best, plan))
    if aspect == LESS_CONCENTRATED:
        return (
            f"expected loss to hazards of {found.region} {money(after, found.currency)} "
            f"instead of {money(before, found.currency)}"
        )
    return f"{_COUNTED[aspect]} {after:,.10g} instead of {before:,.10g}"


_COUNTED: Final = {
    OTHER_DECISIONS: "SKUs decided as in the best plan",
    OTHER_SUPPLIERS: "alternates of the best plan kept",
    FEWER_CHANGES: "changes against the plan in force",
    FEWER_ALTERNATES: "alternates in use",
}


def _sure(found: Alternatives) -> list[str]:
    """Say of which alternate suppliers all plans make use."""
    if not found.others:
        return []
    used = [one for one in found.suppliers if one.in_all]
    if not used:
        return ["No alternate is part of every plan."]
    pairs = sum(one.in_all for one in used)
    first = max(used, key=lambda one: one.in_all)
    return [
        (
            f"Sure: {count(pairs, 'alternate')} are part of every plan, {first.in_all:,} of them "
            f"at {first.supplier}."
        )
    ]


def finding(found: Alternatives) -> str:
    """Say which plan differs most."""
    if not found.others:
        return "No other plan was found."
    most = max(found.others, key=lambda plan: plan.skus_differ)
    n_skus = count(len(found.decisions), "SKU")
    return f"{name_of(most)} decides {most.skus_differ:,} of {n_skus} otherwise."
