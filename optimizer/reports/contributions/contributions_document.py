"""The document of a tail taken apart: shares by everything, and the worst futures day by day."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.contributions import DIMENSIONS, Contributions, FutureStory
from optimizer.reports.contributions.contributions_words import (
    figures,
    lead_sentence,
    over,
    proof_sentence,
    rarity,
    sentences,
    shorts_words,
    strike_words,
)
from optimizer.reports.kit.axis import Axis, covering
from optimizer.reports.kit.bar_chart import BarChart, Part
from optimizer.reports.kit.caption import Caption
from optimizer.reports.kit.document import Document, LongTable, Section
from optimizer.reports.kit.format import count, money, percent, whole
from optimizer.reports.kit.line_chart import Line, LineChart
from optimizer.reports.kit.measured_table import MeasuredTable
from optimizer.reports.kit.measures import CURRENCY, Measure
from optimizer.reports.kit.series_words import how_solved, shared_facts

_SOURCE: Final = "contributions.parquet"
_BARS: Final = 10
_IN_BRIEF: Final = 5
_SMALL: Final = 0.01  # of a future's loss
_THINGS: Final = {
    "sku": "SKUs",
    "supplier": "suppliers",
    "region": "regions",
    "category": "categories",
    "policy": "policies",
    "hazard": "hazards",
}
_OWN: Final = {
    "loss": Measure(label="Loss to it", kind="money", unit=CURRENCY),
    "future": Measure(label="Future"),
    "rarity": Measure(label="As bad or worse"),
    "who": Measure(label="Who loses, and from when"),
}


def contributions_document(found: Contributions) -> Document:
    """Return what there is to say of a tail taken apart."""
    settings = found.about.settings
    return Document(
        subject="Contributions",
        kind="who and what the tail is made of",
        currency=settings.currency,
        lead=lead_sentence(found),
        proof=proof_sentence(found),
        is_proven=True,
        figures=figures(found),
        sentences=sentences(found),
        sections=(
            _shares(found, "hazard"),
            *_stories(found),
            *(_shares(found, name) for name in DIMENSIONS if name != "hazard"),
        ),
        facts={
            "VaR": (
                "A part's share of VaR is its mean loss in the futures whose loss is VaR (Euler); "
                "of CVaR, its mean loss in the tail. Both are of the run's own futures. Few, often "
                "one, lose exactly VaR, so its shares jump from sample to sample, those of CVaR "
                "hardly."
            ),
            "Expected loss": "exact, hazard by hazard; nothing is sampled",
            "Method": how_solved(found.about),
            **shared_facts(found.about, settings, whose="", shared="those of the run"),
        },
        files=_SOURCE,
        about=found.about,
    )


def _shares(found: Contributions, name: str) -> Section:
    rows = found.by(name)
    columns = (name, "expected_loss", "var", "cvar", "cvar_share")
    first: list[Any] = rows.head(_IN_BRIEF).to_dict("records")
    currency = found.about.settings.currency
    table = LongTable(
        rows=rows,
        shown=columns,
        things=_THINGS[name],
        hint=_one(name),
        brief=MeasuredTable(columns=columns, rows=first, currency=currency),
        sheet=f"By {_one(name)}",
    )
    return Section(
        name=name,
        title=f"By {_one(name)}",
        contents={f"{name}-chart": _bars(found, rows, name), f"{name}-rows": table},
        note=_NOTES.get(name, f"All {_THINGS[name]} add up to the plan's own figures."),
    )


def _one(name: str) -> str:
    return "SKU" if name == "sku" else name


_PRIMARY: Final = "of the SKU's primary source; what strikes it may be another's alternate, too."
_NOTES: Final = {"supplier": f"The supplier {_PRIMARY}", "region": f"The region {_PRIMARY}"}


def _bars(found: Contributions, rows: pd.DataFrame, name: str) -> BarChart:
    first, currency = rows.head(_BARS), found.about.settings.currency
    share = float(first["cvar_share"].sum())
    return BarChart(
        caption=Caption(
            finding=f"The first {len(first)} make {percent(share)} of CVaR."
            if len(rows) > len(first)
            else f"{rows[name].iloc[0]} makes {percent(float(rows['cvar_share'].iloc[0]))} of it."
            if len(rows)
            else "Nothing is lost.",
            what=f"Share of CVaR {over(found)} [{currency}]",
            source=_SOURCE,
        ),
        names=[str(one) for one in first[name]],
        parts=[Part(name="CVaR", color="vermilion", values=first["cvar"].tolist())],
        labels=[whole(value) for value in first["cvar"]],
        unit=currency,
    )


def _stories(found: Contributions) -> list[Section]:
    if not found.stories:
        return []
    rows = pd.DataFrame([row for story in found.stories for row in _story_rows(found, story)])
    shown = ("future", "rarity", "strikes", "loss", "losing_skus", "who")
    currency = found.about.settings.currency
    brief: list[Any] = rows.groupby("future", sort=False).head(2).to_dict("records")
    table = LongTable(
        rows=rows,
        shown=shown,
        things="strikes",
        hint="hazard, supplier, SKU",
        own=_OWN,
        brief=MeasuredTable(columns=shown, rows=brief, currency=currency, own=_OWN),
        sheet="Bad futures",
        widths={"strikes": 50.0, "who": 70.0, "rarity": 20.0},
        pages=2,
    )
    return [
        Section(
            name="stories",
            title="Bad futures, day by day",
            contents={"days": _days_chart(found), "strikes": table},
            note=(
                "The worst drawn future, and those as bad as come once in 100, 50, 20 and 10 "
                "years. A SKU is short (or bought dearer) from the day on that costs at least half "
                "of what its dearest day does. Days are those of the horizon, the first being day "
                "1. A day's loss is what the plan's loss curves add as the strike goes on; all "
                "days add up to the loss."
            ),
        )
    ]


def _story_rows(found: Contributions, story: FutureStory) -> list[dict[str, object]]:
    """Return a row for every strike that matters, and one for all others."""
    currency = found.about.settings.currency
    of = {"future": f"{story.scenario} ({money(story.loss, currency)})", "rarity": rarity(story)}
    large = [strike for strike in story.strikes if strike.loss >= _SMALL * story.loss]
    rows: list[dict[str, object]] = [
        {
            **of,
            "strikes": strike_words(strike),
            "loss": strike.loss,
            "losing_skus": strike.n_skus,
            "who": shorts_words(strike, currency),
        }
        for strike in large
    ]
    small = story.strikes[len(large) :]
    if small:
        words, loss = count(len(small), "smaller strike"), sum(strike.loss for strike in small)
        rows.append({**of, "strikes": words, "loss": loss, "losing_skus": None, "who": ""})
    return rows


def _days_chart(found: Contributions) -> LineChart:
    """Draw what was lost up to each day in the worst futures."""
    currency = found.about.settings.currency
    first = min(story.first for story in found.stories)
    last = max(story.first + len(story.by_day) for story in found.stories)
    places = np.arange(first, last)
    lines, colors = [], ("vermilion", "blue", "purple", "green", "grey")
    for story, color in zip(found.stories, colors, strict=False):
        by_day = np.zeros(len(places))
        by_day[story.first - first : story.first - first + len(story.by_day)] = story.by_day
        lines.append(
            Line(
                name=f"Future {story.scenario}",
                color=color,  # type: ignore[arg-type]
                y=np.cumsum(by_day).tolist(),
            )
        )
    worst = found.stories[0]
    half = int(np.searchsorted(np.cumsum(worst.by_day), worst.loss / 2.0)) + worst.first
    return LineChart(
        caption=Caption(
            finding=f"Half of the worst future's loss has come by day {half}.",
            what=f"Lost up to each day of the horizon [{currency}]",
            source="the loss curves of curves.parquet",
        ),
        x=places.astype(float).tolist(),
        x_name="Day of the horizon",
        across=Axis(low=float(first), high=float(last), most=9),
        upwards=covering([value for line in lines for value in line.y]),
        lines=lines,
        tips=[
            f"day {day}: "
            + ", ".join(f"{line.name} {money(line.y[at] or 0.0, currency)}" for line in lines)
            for at, day in enumerate(places.tolist())
        ],
        value_kind="money",
    )
