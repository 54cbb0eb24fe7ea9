"""Rules between the settings and the tables."""

from __future__ import annotations

from math import ceil
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.settings import Settings
from optimizer.errors import Problem
from optimizer.inputs.did_you_mean import did_you_mean
from optimizer.inputs.findings import Findings
from optimizer.inputs.rules.references import Tables, check_known, is_complete, positions
from optimizer.inputs.rules.within_reason import check_reason
from optimizer.inputs.settings.origin import Origin
from optimizer.maths.service_members import service_members

FEWEST_IN_TAIL: Final = 10
FEWEST_FUTURES: Final = 50


def check_settings(settings: Settings, origin: Origin, tables: Tables, findings: Findings) -> None:
    """Note every setting that contradicts the tables or another setting."""
    _check_tail(settings, origin, findings)
    _check_losses(settings, origin, findings)
    _check_names(settings, origin, tables, findings)
    _check_floors(settings, origin, tables, findings)
    _check_policies(settings, tables, findings)
    _check_on_demand(settings, origin, findings)
    _check_plan_levels(settings, tables, findings)
    _check_volume_shares(settings, tables, findings)
    _check_duties(settings, tables, findings)
    check_reason(settings, origin, tables, findings)
    if settings.budget.quarters is not None and "stock" not in tables:
        findings.add(
            Problem(
                file=origin.of("budget", "quarters"),
                column="budget.quarters",
                value=str(list(settings.budget.quarters)),
                rule="capital by quarter starts from today's stock, but there is no table of it",
                remedy="Add the table stock (sku, on_hand), or remove the limits.",
            )
        )
    if settings.limits.changes is not None and "plan" not in tables:
        findings.add(
            Problem(
                file=origin.of("limits", "changes"),
                column="limits.changes",
                value=str(settings.limits.changes),
                rule="changes are counted against the plan in force, but there is none",
                remedy="Add the table plan (a run's plan.csv), or remove the limit.",
            )
        )


def _check_tail(settings: Settings, origin: Origin, findings: Findings) -> None:
    risk, count = settings.risk, settings.n_futures
    if not settings.reads_tail:
        return
    tail = round((1.0 - risk.level) * count, 9)
    stated = f"{tail:g} of {count} futures lie beyond risk.level = {risk.level:g}"
    stable = _count_for(FEWEST_IN_TAIL, risk.level)
    if tail < 1.0 or count < FEWEST_FUTURES:
        least = max(_count_for(1, risk.level), FEWEST_FUTURES)
        remedy = f"Set it to {least} at least, {max(stable, least)} for a stable tail."
        findings.add(
            Problem(
                file=origin.of("scenarios", "count"),
                column="scenarios.count",
                value=str(settings.scenarios.count),
                rule=f"{stated}: {'there is no' if tail < 1.0 else 'too rough a'} tail to measure",
                remedy=remedy,
            )
        )
    elif tail < FEWEST_IN_TAIL:
        findings.warnings.append(
            f"{stated}: the tail is rough; scenarios.count = {stable} makes it stable."
        )


def _check_losses(settings: Settings, origin: Origin, findings: Findings) -> None:
    """Note limits on losses beside VaR: they are proven by prices, which prove nothing of VaR."""
    if not settings.charges_var:
        return
    for name, limit in settings.limits.on_losses.items():
        findings.add(
            Problem(
                file=origin.of("limits", name),
                column=f"limits.{name}",
                value=f"{limit:.15g}",
                rule="a limit on losses cannot be proven where VaR is what risk is charged by",
                remedy="Set risk.measure to cvar or expected, or remove the limit.",
            )
        )


def _count_for(tail: int, tail_level: float) -> int:
    return ceil(round(tail / (1.0 - tail_level), 6))


def _check_names(settings: Settings, origin: Origin, tables: Tables, findings: Findings) -> None:
    """Note every name of a category or hazard that is not in its table."""
    named = (
        (("budget", "category"), settings.budget.category, "skus.category", "no SKU has this"),
        (("hazards", "factor"), settings.hazards.factor, "hazards.hazard", "there is no such"),
    )
    for key, values, reference, rule in named:
        if is_complete(tables, reference):
            table, column = reference.split(".")
            names = tables[table].texts[column].unique().to_pylist()
            for name in sorted(values.keys() - set(names)):
                findings.add(
                    Problem(
                        file=origin.of(*key, name),
                        column=".".join((*key, name)),
                        value=f"{values[name]:.15g}",
                        rule=f"{rule} {column}",
                        remedy=did_you_mean(name, names),
                    )
                )


def _check_floors(settings: Settings, origin: Origin, tables: Tables, findings: Findings) -> None:
    """Note every service floor of a category or supplier that is not in its table."""
    references = {"category": "skus.category", "supplier": "suppliers.supplier"}
    for at, floor in enumerate(settings.limits.service):
        by, name = floor.selector
        reference = references.get(by, "")
        if not reference or not is_complete(tables, reference):
            continue
        table, column = reference.split(".")
        names = tables[table].texts[column].unique().to_pylist()
        if name not in names:
            who = "SKU has" if by == "category" else "supplier has"
            findings.add(
                Problem(
                    file=origin.of("limits", "service"),
                    column=f"limits.service.{at}.{by}",
                    value=name,
                    rule=f"no {who} this {'category' if by == 'category' else 'name'}",
                    remedy=did_you_mean(name, [one for one in names if one]),
                )
            )


def check_served(portfolio: Portfolio, file: str, findings: Findings) -> None:
    """Note every service floor whose SKUs have no demand: its fill rate means nothing."""
    for at, floor in enumerate(portfolio.settings.limits.service):
        members = service_members(portfolio, floor)
        if not (portfolio.skus.demand_mean[members] > 0.0).any():
            by, name = floor.selector
            what = {
                "category": f"of category {name}",
                "segment": f"in segment {name}",
                "supplier": f"whose primary supplier is {name}",
            }[by]
            findings.add(
                Problem(
                    file=file,
                    column=f"limits.service.{at}.{by}",
                    value=name,
                    rule=f"no SKU {what} has demand: there is nothing to serve",
                    remedy="Remove the floor, or name another.",
                )
            )


def _check_policies(settings: Settings, tables: Tables, findings: Findings) -> None:
    policies = pa.array(sorted(settings.policies))
    for name, column in (("skus", "lock_policy"), ("plan", "policy")):
        if name in tables:
            check_known(tables[name], column, policies, "the settings' policies", findings)


def _check_on_demand(settings: Settings, origin: Origin, findings: Findings) -> None:
    """Note policies that order on demand but offer service levels."""
    for name, policy in settings.policies.items():
        if policy.reorder_point is not None and policy.service_levels:
            findings.add(
                Problem(
                    file=origin.of("policies", name, "service_levels"),
                    column=f"policies.{name}.service_levels",
                    value=str(list(policy.service_levels)),
                    rule="with reorder_point = -1 a policy has no stock and no service levels",
                    remedy="Remove the service levels, or the reorder point.",
                )
            )


def _check_plan_levels(settings: Settings, tables: Tables, findings: Findings) -> None:
    """Note every policy of the plan in force without the service level it requires."""
    if "plan" not in tables:
        return
    plan = tables["plan"]
    needing = [name for name, policy in settings.policies.items() if policy.reorder_point is None]
    needs = pc.is_in(plan.texts["policy"], value_set=pa.array(needing, pa.string()))
    without = needs.to_numpy(zero_copy_only=False) & ~(plan.numbers["service_level"] > 0)
    rule, remedy = "is required with a policy", "Fill in a service level above 0 and below 1."
    findings.add_rows(plan.cells, "service_level", without, rule, remedy)


def _check_volume_shares(settings: Settings, tables: Tables, findings: Findings) -> None:
    """Note SKUs whose alternates in one option would together keep more than the whole volume."""
    if settings.max_alternates < 2 or "sources" not in tables or "skus" not in tables:
        return
    sources = tables["sources"]
    of_sku = positions(sources.texts["sku"], tables["skus"].texts["sku"])
    alternate = sources.texts["role"].to_numpy(zero_copy_only=False) != "primary"
    share = np.where(alternate & (of_sku >= 0), np.nan_to_num(sources.numbers["volume_share"]), 0)
    largest_first = np.lexsort((-share, of_sku))
    of_sku, share = of_sku[largest_first], share[largest_first]
    pair = np.zeros(len(sources), dtype=np.bool_)
    pair[largest_first[1:]] = (of_sku[1:] == of_sku[:-1]) & (share[1:] + share[:-1] > 1.0 + 1e-9)
    findings.add_rows(
        sources.cells,
        "volume_share",
        pair & alternate,
        "together with another alternate of this SKU exceeds its whole volume",
        "Two alternates may have at most 1 together; lower one, or set max_alternates = 1.",
    )


def _check_duties(settings: Settings, tables: Tables, findings: Findings) -> None:
    """Note sources that must be used beyond what one option may have."""
    if "sources" not in tables or "skus" not in tables:
        return
    sources = tables["sources"]
    of_sku = positions(sources.texts["sku"], tables["skus"].texts["sku"])
    must = pc.equal(sources.texts["use"], "must").to_numpy(zero_copy_only=False) & (of_sku >= 0)
    if not must.any():
        return
    count = np.bincount(of_sku[must], minlength=len(tables["skus"]))
    findings.add_rows(
        sources.cells,
        "use",
        must & (count[of_sku] > settings.max_alternates),
        lambda at: (
            f"{count[of_sku[at]]} sources of this SKU must be used, but an option has at "
            f"most max_alternates = {settings.max_alternates}"
        ),
        "Write may for some of them, or raise max_alternates (2 at most).",
    )
