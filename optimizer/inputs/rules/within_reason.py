"""Numbers that are possible one by one but unreasonable together, so they are mistakes."""

from __future__ import annotations

from math import log, sqrt
from typing import Final

import numpy as np
import pyarrow.compute as pc

from optimizer.domain.arrays import FloatArray
from optimizer.domain.settings import DAYS_PER_YEAR, MOST_STRIKES_A_YEAR, Settings
from optimizer.errors import Problem
from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.cells import Table
from optimizer.inputs.rules.references import Tables, is_complete, positions
from optimizer.inputs.settings.origin import Origin

MOST_STRIKES: Final = 5e7
"""In all futures together; each takes about 100 bytes."""
MOST_WHOLE: Final = 20.0
"""Mean lead-time demand from which whole units are modelled by gamma if the model is auto."""
MOST_TIMES_A_DAY: Final = 400.0
"""Multiple of the mean daily demand; demand once in 400 years has such a deviation."""
LEAST_QUANTILE: Final = 600.0
"""A quantile below exp(-600) of its mean is 0 in a double."""


def check_reason(settings: Settings, origin: Origin, tables: Tables, findings: Findings) -> None:
    """Note hazards that strike too often, and demand that no stock can serve."""
    if "hazards" in tables:
        _check_strikes(settings, origin, tables["hazards"], findings)
    if is_complete(tables, "skus.sku") and "sources" in tables:
        _check_spread(settings, tables, findings)


def _check_strikes(settings: Settings, origin: Origin, hazards: Table, findings: Findings) -> None:
    own = [settings.hazards.factor.get(name, 1.0) for name in hazards.texts["hazard"].to_pylist()]
    rate = hazards.numbers["annual_rate"] * np.array(own) * settings.hazards.rate_factor
    often = rate > MOST_STRIKES_A_YEAR
    findings.add_rows(
        hazards.cells,
        "annual_rate",
        often,
        lambda at: f"with its factors, it strikes {rate[at]:,.0f} times a year; 366 is the maximum",
        "Lower it, hazards.rate_factor or hazards.factor.",
    )
    years = (settings.horizon.days + settings.scenarios.longest_days) / DAYS_PER_YEAR
    strikes = float(np.nansum(rate[~often])) * years * settings.n_futures
    if strikes > MOST_STRIKES:
        findings.add(
            Problem(
                file=origin.of("scenarios", "count"),
                column="scenarios.count",
                value=str(settings.scenarios.count),
                rule=f"about {strikes:,.0f} strikes would be drawn; at most {MOST_STRIKES:,.0f}",
                remedy="Lower it, or the hazards' rates.",
            )
        )


def _check_spread(settings: Settings, tables: Tables, findings: Findings) -> None:
    """Note SKUs whose demand varies too much, or whose gamma law has no usable quantile."""
    skus = tables["skus"]
    daily, daily_deviation = skus.numbers["demand_mean"], skus.numbers["demand_std"]
    findings.add_rows(
        skus.cells,
        "demand_std",
        (daily > 0.0) & (daily_deviation > MOST_TIMES_A_DAY * daily),
        f"is more than {MOST_TIMES_A_DAY:.0f} times demand_mean",
        "Correct either; both are per day.",
    )
    levels = [level for policy in settings.policies.values() for level in policy.service_levels]
    most = sqrt(LEAST_QUANTILE / -log(min(levels, default=0.5)))
    mean, deviation = _lead_time_demand(skus, tables["sources"])
    times = deviation / np.where(mean > 0.0, mean, np.nan)
    model = skus.texts["demand_model"]
    is_split = np.nan_to_num(skus.numbers["unit_decimals"]) > 0.0
    is_gamma = pc.equal(model, "gamma").to_numpy(zero_copy_only=False) | (
        pc.not_equal(model, "discrete").to_numpy(zero_copy_only=False)
        & (is_split | (mean >= MOST_WHOLE))
    )
    findings.add_rows(
        skus.cells,
        "demand_std",
        is_gamma & (times > most) & (daily_deviation <= MOST_TIMES_A_DAY * daily),
        lambda at: (
            "the standard deviation of lead-time demand is "
            f"{times[at]:,.0f} times its mean; beyond {most:.0f} no stock can be planned"
        ),
        "Correct demand_std, or the lead time of its primary source [day].",
    )


def _lead_time_demand(skus: Table, sources: Table) -> tuple[FloatArray, FloatArray]:
    """Return its mean and standard deviation; NaN if part of it is not available (yet)."""
    primary = pc.equal(sources.texts["role"], "primary").to_numpy(zero_copy_only=False)
    of_sku = positions(sources.texts["sku"], skus.texts["sku"])
    rows = np.flatnonzero(primary & (of_sku >= 0))
    days, spread = np.full(len(skus), np.nan), np.full(len(skus), np.nan)
    days[of_sku[rows]] = sources.numbers["lead_time_mean"][rows]
    spread[of_sku[rows]] = sources.numbers["lead_time_std"][rows]
    numbers = skus.numbers
    error = np.nan_to_num(numbers["demand_mean_error"])
    variance = days * numbers["demand_std"] ** 2 + (numbers["demand_mean"] * spread) ** 2
    return numbers["demand_mean"] * days, np.sqrt(variance + (days * error) ** 2)
