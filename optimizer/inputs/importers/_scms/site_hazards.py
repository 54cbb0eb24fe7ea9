"""Relative hazard of a country → outage hazards of regions and sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from optimizer.errors import BadInputError, Problem
from optimizer.inputs.importers._rawtable import ROW, read_text_table
from optimizer.inputs.importers._scms.assumptions import Assumptions

Row = dict[str, object]


def relative_hazards(path: Path, measure: str) -> dict[str, float]:
    """Return each country's relative hazard, with mean 1 over the countries that have one."""
    text = read_text_table(path, ["country", measure])
    given = text[text[measure] != ""]
    values = pd.to_numeric(given[measure], errors="coerce")
    problems = [
        Problem(
            file=path.name,
            row=int(row),
            column=measure,
            value=value,
            rule="must be a finite number >= 0",
            remedy="Correct the cell, or leave it empty.",
        )
        for row, value in given.loc[~values.between(0, 1e300), [ROW, measure]].itertuples(
            index=False
        )
    ]
    if not problems and not values.sum() > 0:
        rule, remedy = "holds no positive value", "Choose the other hazard_measure."
        problems = [Problem(file=path.name, column=measure, rule=rule, remedy=remedy)]
    if problems:
        raise BadInputError(problems)
    return dict(zip(given["country"], values / values.mean(), strict=True))


def region_hazard(region: str, relative: float, settings: Assumptions) -> Row:
    r"""
    Return the outage hazard of a region.

    Its rate is such that one plant is hit ``outage_scale`` times a year where the relative hazard
    is 1: :math:`\lambda = \text{outage\_scale} \cdot \text{relative} / p_\text{hit}`.
    """
    return {
        "hazard": f"{region} disaster",
        "kind": "outage",
        "scope": "region",
        "target": region,
        "annual_rate": settings.outage_scale * relative / settings.hit_probability,
        "duration_mean_days": settings.outage_days,
        "duration_cv": settings.outage_cv,
        "hit_probability": settings.hit_probability,
    }


def site_hazard(site: str, settings: Assumptions) -> Row:
    """Return the outage hazard of one site."""
    return {
        "hazard": f"{site} plant stop",
        "kind": "outage",
        "scope": "supplier",
        "target": site,
        "annual_rate": settings.plant_stop_rate,
        "duration_mean_days": settings.plant_stop_days,
        "duration_cv": settings.outage_cv,
        "hit_probability": 1.0,
    }


def hazard_rows(
    regions: Sequence[str],
    sites: Sequence[str],
    relative: Mapping[str, float],
    settings: Assumptions,
) -> list[Row]:
    """Return one hazard per region (the mean if the table has none) and per site."""
    by_region = [region_hazard(name, relative.get(name, 1.0), settings) for name in regions]
    return by_region + [site_hazard(name, settings) for name in sites]
