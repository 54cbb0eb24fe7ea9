"""Sentences on who and what a tail is made of, and on its worst futures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from optimizer.domain.contributions import Contributions, FutureStory, StrikeStory
from optimizer.reports.kit.document import Figure, amount
from optimizer.reports.kit.format import alike, count, days, money, per_horizon, percent

_NAMED: Final = 3
_RAISED: Final = {"surge": "demand", "price": "price"}


def lead_sentence(found: Contributions) -> str:
    """Say what the largest parts of the tail are."""
    if not found.total("cvar"):
        return "No future of the tail costs anything."
    hazard, supplier, sku = (found.by(name).iloc[0] for name in ("hazard", "supplier", "sku"))
    return (
        f"{hazard['hazard']} makes {percent(hazard['cvar_share'])} of CVaR, "
        f"{supplier['supplier']}'s SKUs {percent(supplier['cvar_share'])}, "
        f"{sku['sku']} alone {percent(sku['cvar_share'])}."
    )


def proof_sentence(found: Contributions) -> str:
    """Say what the parts add up to."""
    currency = found.about.settings.currency
    names = ("expected_loss", "var", "cvar")
    expected, var, cvar = alike([found.total(name) for name in names], currency)
    return (
        f"The parts add up to the run's own figures exactly: expected loss {expected}, VaR {var}, "
        f"CVaR {cvar} {over(found)}, at {percent(found.about.settings.risk.level)}."
    )


def figures(found: Contributions) -> list[Figure]:
    """Return the figures of the headline."""
    level = percent(found.about.settings.risk.level)
    return [
        amount("Expected loss", found.total("expected_loss"), over(found), is_tile=True),
        amount(f"VaR {level}", found.total("var"), over(found), is_tile=True),
        amount(f"CVaR {level}", found.total("cvar"), over(found), is_tile=True),
    ]


def sentences(found: Contributions) -> list[str]:
    """Say where tail and mean differ, and tell the worst future."""
    return [*_apart(found), *(story_sentence(story, found) for story in found.stories[1:2])]


def _apart(found: Contributions) -> list[str]:
    """Say which supplier weighs more in the tail than on average."""
    rows, mean = found.by("supplier"), found.total("expected_loss")
    if not (found.total("cvar") and mean and len(rows) > 1):
        return []
    more = rows.assign(mean_share=rows["expected_loss"] / mean)
    first = more.iloc[int((more["cvar_share"] - more["mean_share"]).to_numpy().argmax())]
    return [
        (
            f"{first['supplier']} weighs most in the tail against its mean: "
            f"{percent(first['cvar_share'])} of CVaR, {percent(first['mean_share'])} of the "
            "expected loss."
        )
    ]


def story_sentence(story: FutureStory, found: Contributions) -> str:
    """Tell one future: how rare it is, what strikes, who runs short."""
    currency = found.about.settings.currency
    first = story.strikes[0]
    whole, part = alike((story.loss, first.loss), currency)
    return (
        f"A year as bad as comes {rarity(story)} costs {whole}, {part} of it by one strike "
        f"({strike_words(first)}): {shorts_words(first, currency)}."
    )


def rarity(story: FutureStory) -> str:
    """Say how often a future as bad comes."""
    return f"once in {story.years:,.0f} years" if story.years >= 1.0 else "more than once a year"


def strike_words(strike: StrikeStory) -> str:
    """Return one strike, ``day 120: Port strike, Alfa and Beta out 45 days``."""
    when = f"day {strike.day}" if strike.day >= 1 else f"{1 - strike.day} days before"
    if strike.kind == "outage":
        return f"{when}: {strike.hazard}, {_names(strike.targets)} out {days(strike.days)}"
    raised = f"{_RAISED[strike.kind]} × {strike.multiplier:.3g} for {days(strike.days)}"
    return f"{when}: {strike.hazard}, {strike.targets[0]} {raised}"


def shorts_words(strike: StrikeStory, currency: str) -> str:
    """Return who loses, those that lose most by name and day."""
    what = "dearer" if strike.kind == "price" else "short"
    named = ", ".join(
        f"{one.sku} {what} from day {one.day} ({money(one.loss, currency)})"
        for one in strike.worst[:_NAMED]
    )
    more = strike.n_skus - min(len(strike.worst), _NAMED)
    return f"{named} and {count(more, 'other')}" if more else named


def over(found: Contributions) -> str:
    """Return what the amounts are over."""
    return per_horizon(found.about.settings.horizon.days)


def _names(targets: Sequence[str]) -> str:
    if len(targets) > _NAMED:
        return f"{', '.join(targets[:_NAMED])} and {len(targets) - _NAMED:,} more"
    return " and ".join(filter(None, [", ".join(targets[:-1]), targets[-1]]))
