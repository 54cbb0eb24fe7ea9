"""Today's stock against the plan in sentences: what is too much, what is missing, the way there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from optimizer.domain.manifest import ResourceUse, StockFacts
from optimizer.domain.run import RunTables
from optimizer.reports.kit.format import alike, count, money, money_full
from optimizer.reports.run.facts import Facts

_SAME: Final = 1e-6  # relative


def stock_sentences(
    facts: Facts, stock: StockFacts | None, resources: Mapping[str, ResourceUse]
) -> list[str]:
    """Say in short what today's stock means for the plan; nothing where it is not known."""
    if stock is None:
        return []
    return [stands_sentence(stock, facts.currency), way_sentence(facts, stock, resources)]


def stands_sentence(stock: StockFacts, currency: str) -> str:
    """Say what is more than the plan needs, and what is missing."""
    of_day = f" of {stock.as_of}" if stock.as_of else ""
    release = "nothing is more than the plan ever holds"
    if stock.excess_skus:
        release = (
            f"{money_full(stock.excess, currency)} in {count(stock.excess_skus, 'SKU')} is more "
            "than the plan ever holds (cash to release as it is used up or sold)"
        )
    spend = f"{money_full(stock.to_spend, currency)} is missing below its mean (cash to spend)"
    unknown = ""
    if stock.uncounted:
        unknown = (
            f"; {count(stock.uncounted, 'SKU')} without a row in stock: taken to be at the plan's "
            "level"
        )
    return f"Stock on hand{of_day}: {release}; {spend}{unknown}."


def way_sentence(
    facts: Facts, stock: StockFacts, resources: Mapping[str, ResourceUse], names: str = ""
) -> str:
    """Say what is tied up on the way to the plan at most, why, and whether the budget allows it."""
    by_quarter = [resources[f"capital_q{k}"].used for k in range(1, 5)]
    of_plan, peak = resources["capital"].used, max(by_quarter)
    quarter = 1 + next(k for k, used in enumerate(by_quarter) if used >= peak * (1.0 - _SAME))
    if peak <= of_plan * (1.0 + _SAME):
        needs = money(of_plan, facts.currency)
        return f"The plan needs {needs}; at no time within a year more is tied up on the way there."
    needs, tied, budget = alike((of_plan, peak, resources["capital"].limit or 0.0), facts.currency)
    above = peak - of_plan - stock.blocked
    whose = f" of {names}" if names else ""
    reasons = []
    if above > _SAME * peak:
        worth = money(above, facts.currency)
        reasons.append(f"stock{whose} worth {worth} beyond the plan has to be used up first")
    if stock.blocked > _SAME * peak:
        reasons.append(f"blocked stock worth {money(stock.blocked, facts.currency)} stays")
    beyond = ""
    limit = resources["capital"].limit
    if limit is not None and peak > limit * (1.0 + _SAME):
        more = money(peak - limit, facts.currency)
        beyond = f" That is {more} more than the budget of {budget}."
    return (
        f"The plan needs {needs}; on the way there up to {tied} is tied up in quarter {quarter}, "
        f"because {' and '.join(reasons)}.{beyond}"
    )


def every_stock_sentence(tables: RunTables, stock: Mapping[str, Any], facts: Facts) -> list[str]:
    """Say all there is to say of today's stock."""
    manifest = tables.manifest
    assert manifest.stock_on_hand is not None  # noqa: S101  its scorecard has it
    names = names_at_peak(stock["peak"])
    return [
        stands_sentence(manifest.stock_on_hand, facts.currency),
        way_sentence(facts, manifest.stock_on_hand, manifest.resources, names),
        *more_sentences(stock, facts.currency),
    ]


def more_sentences(stock: Mapping[str, Any], currency: str) -> list[str]:
    """Say what becomes of the excess, and in which stages the build-ups are funded."""
    said = []
    if stock["unused"]:
        said.append(
            f"Of the excess {money_full(stock['unused'], currency)} has no demand: it is never "
            "used up. Sell it, return it or write it off."
        )
    if stock["past_shelf_life"]:
        said.append(
            f"Write-off by shelf life: {money_full(stock['past_shelf_life'], currency)} cannot be "
            "sold before it expires, even if all of it were fresh today; first expired, first out."
        )
    if stock["obsolescence"]:
        said.append(
            f"Excess loses {money_full(stock['obsolescence'], currency)} within a year by the "
            "SKUs' obsolescence rates."
        )
    if stock["blocked"]:
        said.append(
            f"Blocked stock ties up {money_full(stock['blocked'], currency)} in every quarter and "
            "serves no demand."
        )
    return said + stage_sentences(stock, currency)


def stage_sentences(stock: Mapping[str, Any], currency: str) -> list[str]:
    """Say which build-ups are funded when, the largest saving per unit of money first."""
    items: Sequence[Mapping[str, Any]] | None = stock["build_ups"]
    if items is None:
        return ["Build-ups are in no stages: the run was stopped before it knew what they save."]
    if not items:
        return ["The plan has no reserve, source or supplier to build up above today's stock."]
    parts = []
    for quarter in range(1, 5):
        funded = [item["cost"] for item in items if item["quarter"] == quarter]
        if funded:
            parts.append(
                f"quarter {quarter}: {len(funded):,} for {money_full(sum(funded), currency)}"
            )
    late = [item["cost"] for item in items if item["quarter"] is None]
    if late:
        parts.append(f"fitting no limit: {len(late):,} for {money_full(sum(late), currency)}")
    return [
        (
            f"{count(len(items), 'build-up')} (reserves, sources, suppliers) in stages, the "
            f"largest saving per {currency} first: {'; '.join(parts)}."
        )
    ]


def names_at_peak(peak: Mapping[str, Any]) -> str:
    """
    Return the SKUs whose stock makes the peak.

    Examples
    --------
    >>> names_at_peak({"largest": ["A", "B", "C"], "skus": 5})
    'A, B, C and 2 more SKUs'
    """
    named = ", ".join(peak["largest"])
    more = peak["skus"] - len(peak["largest"])
    return f"{named} and {more:,} more {'SKU' if more == 1 else 'SKUs'}" if more > 0 else named
