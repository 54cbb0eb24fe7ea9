"""What the pages on several runs have in common: a headline, data for their script, the method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from optimizer.reports.frontier.frontier_view import FrontierView
from optimizer.reports.kit.bar_chart import BarChart
from optimizer.reports.kit.embed import script_json
from optimizer.reports.kit.line_chart import LineChart
from optimizer.reports.kit.page import environment, shell
from optimizer.reports.kit.series_words import is_proven
from optimizer.reports.run.tiles import Tile
from optimizer.reports.what_if.what_if_view import WhatIfView


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What a reader reads first."""

    lead: str
    proof: str
    tiles: Sequence[Tile]
    sentences: Sequence[str]


def several_page(
    name: str,
    view: FrontierView | WhatIfView,
    headline: Headline,
    charts: Mapping[str, BarChart | LineChart],
    data: Mapping[str, Any],
    **more: Any,
) -> str:
    """
    Return a page on several runs.

    Parameters
    ----------
    name
        Of its template and its script.
    charts
        What the template draws, by name.
    data
        What the script shows, by name.
    more
        What else the template needs.
    """
    template = environment(view.currency, view.per_horizon).get_template(f"{name}.html.j2")
    return template.render(
        **shell("report.js", f"{name}.js"),
        **{f"{part}_json": script_json(content) for part, content in data.items()},
        charts=charts,
        view=view,
        about=view.found.about,
        portfolio=PurePath(view.found.about["portfolio"]).name,
        status="optimal" if is_proven(view.solved) else "feasible",
        lead=headline.lead,
        proof=headline.proof,
        tiles=headline.tiles,
        sentences=headline.sentences,
        **more,
    )
