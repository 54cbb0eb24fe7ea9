"""One wrong thing at a time: the verifier must refuse every one and name the place."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from verify_case import build_portfolio, build_run, value_at_risk

from optimizer.domain.run import RunTables
from optimizer.engine.verify import verify
from optimizer.engine.verify.tables import COLUMNS, TEXT_COLUMNS
from optimizer.errors import VerificationError

Fault = Callable[[RunTables], RunTables]


def cell(table: str, column: str, row: int, value: object) -> Fault:
    """Write a value into one cell; text into a column of numbers makes it a column of both."""

    def fault(run: RunTables) -> RunTables:
        frame = getattr(run, table).astype({column: object})
        frame.loc[row, column] = value
        return replace(run, **{table: frame.infer_objects()})

    return fault


def scaled(table: str, column: str, row: int, factor: float) -> Fault:
    """Multiply one cell."""

    def fault(run: RunTables) -> RunTables:
        value = getattr(run, table)[column][row]
        return cell(table, column, row, value * factor)(run)

    return fault


def stated(path: str, value: object) -> Fault:
    """Write a value into the manifest, or multiply the one there by a function."""

    def fault(run: RunTables) -> RunTables:
        manifest = copy.deepcopy(dict(run.manifest))
        *parents, last = path.split("/")
        place: dict[str, Any] = manifest
        for parent in parents:
            place = place[parent]
        place[last] = value(place[last]) if callable(value) else value
        return replace(run, manifest=manifest)

    return fault


def rows(table: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Fault:
    """Change the rows of a table."""
    return lambda run: replace(run, **{table: change(getattr(run, table)).reset_index(drop=True)})


def again(frame: pd.DataFrame) -> pd.DataFrame:
    """Repeat the first row."""
    return pd.concat([frame, frame.head(1)])


def without_first(frame: pd.DataFrame) -> pd.DataFrame:
    """Drop the first row."""
    return frame.iloc[1:]


def swap_skus(frame: pd.DataFrame) -> pd.DataFrame:
    """Give two SKUs each other's rows."""
    return frame.assign(sku=frame["sku"].replace({"B": "F", "F": "B"}))


def at_the_wrong_end(run: RunTables) -> RunTables:
    """State the VaR at the level 1 - 0.8."""
    wrong = value_at_risk(run.scenarios["loss"].tolist(), 0.2)
    return stated("components/var", wrong)(run)


FAULTS: list[tuple[str, Fault, str]] = [
    # who is in the plan
    ("a SKU twice", rows("plan", again), 'plan, SKU A: found "2 rows"'),
    ("a SKU missing", rows("plan", without_first), 'plan, SKU A: found "0 rows"'),
    ("a stranger", cell("plan", "sku", 0, "Z"), 'plan.sku, row 1: found "Z"'),
    ("two SKUs swapped", rows("plan", swap_skus), "plan.order_quantity, SKU B"),
    (
        "a SKU read as a number",
        cell("plan", "sku", 0, 7),
        "plan.sku, row 1: found 7, expected a text",
    ),
    ("a missing column", rows("plan", lambda f: f.drop(columns="capital")), "plan.capital"),
    # what is chosen
    ("an unknown policy", cell("plan", "policy", 1, "hoard"), "plan.policy, SKU B"),
    ("a level not offered", cell("plan", "service_level", 1, 0.98), "plan.service_level, SKU B"),
    ("a reserve not offered", cell("plan", "reserve_days", 0, 13.0), "plan.reserve_days, SKU A"),
    ("a lot not offered", cell("plan", "lot_days_min", 5, 80.0), "plan.lot_days_min, SKU F"),
    (
        "a lot rule of another policy",
        cell("plan", "lot_days_min", 1, 60.0),
        "plan.lot_days_min, SKU B",
    ),
    ("no vmi on offer", cell("plan", "policy", 1, "vmi"), "plan.policy, SKU B"),
    (
        "an alternate that cannot supply",
        cell("plan", "alternates", 1, "north"),
        "plan.alternates, SKU B",
    ),
    ("the primary as alternate", cell("plan", "alternates", 1, "south"), "plan.alternates, SKU B"),
    ("an alternate twice", cell("plan", "alternates", 0, "east;east"), "plan.alternates, SKU A"),
    ("another alternate", cell("plan", "alternates", 4, "delta"), "onboardings, supplier delta"),
    # stock
    ("order quantity", scaled("plan", "order_quantity", 0, 1 + 1e-8), "plan.order_quantity, SKU A"),
    ("reorder point", scaled("plan", "reorder_point", 1, 1 + 1e-8), "plan.reorder_point, SKU B"),
    ("safety stock", scaled("plan", "safety_stock", 1, 1 + 1e-8), "plan.safety_stock, SKU B"),
    ("reserve", scaled("plan", "reserve_units", 0, 1 + 1e-8), "plan.reserve_units, SKU A"),
    ("on hand", scaled("plan", "mean_on_hand", 3, 1 + 1e-8), "plan.mean_on_hand, SKU D"),
    ("assured days", scaled("plan", "assured_days", 0, 1 + 1e-8), "plan.assured_days, SKU A"),
    ("lot days", scaled("plan", "lot_days", 0, 1 + 1e-8), "plan.lot_days, SKU A"),
    ("cover days", scaled("plan", "cover_days", 0, 1 + 1e-8), "plan.cover_days, SKU A"),
    ("fill rate", scaled("plan", "fill_rate", 0, 1 - 1e-8), "plan.fill_rate, SKU A"),
    ("stock without demand", cell("plan", "mean_on_hand", 2, 5.0), "plan.mean_on_hand, SKU C"),
    ("finite cover without demand", cell("plan", "cover_days", 2, 1e9), "plan.cover_days, SKU C"),
    # money
    ("capital", scaled("plan", "capital", 0, 1 + 1e-8), "plan.capital, SKU A"),
    ("own books forgotten", cell("plan", "capital", 3, 2718.0), "plan.capital, SKU D"),
    ("carrying", scaled("plan", "carrying", 0, 1 + 1e-8), "plan.carrying, SKU A"),
    ("ordering", scaled("plan", "ordering", 0, 1 + 1e-8), "plan.ordering, SKU A"),
    ("purchasing's sign", scaled("plan", "purchasing", 5, -1.0), "plan.purchasing, SKU F"),
    (
        "routine stockout",
        scaled("plan", "routine_stockout", 1, 1 + 1e-8),
        "plan.routine_stockout, SKU B",
    ),
    (
        "qualification in cash",
        cell("plan", "qualification", 4, 1200.0),
        "plan.qualification, SKU E",
    ),
    ("money without demand", cell("plan", "ordering", 2, 0.01), "plan.ordering, SKU C"),
    ("expected loss", scaled("plan", "expected_loss", 0, 1 + 1e-8), "plan.expected_loss, SKU A"),
    (
        "tail contribution",
        scaled("plan", "tail_contribution", 4, 1 + 1e-5),
        "plan.tail_contribution, sum",
    ),
    # what is bought once
    (
        "no qualification",
        rows("qualifications", without_first),
        "qualifications, SKU A at east: found no row",
    ),
    (
        "a qualification twice",
        rows("qualifications", again),
        "SKU A at east: found more than one row",
    ),
    (
        "a needless one",
        cell("qualifications", "supplier", 1, "delta"),
        "SKU E at delta: found a row",
    ),
    ("its cost", cell("qualifications", "cost", 0, 2500.01), "qualifications.cost, SKU A at east"),
    (
        "no onboarding",
        rows("onboardings", without_first),
        "onboardings, supplier east: found no row",
    ),
    (
        "one onboarded before",
        cell("onboardings", "supplier", 0, "south"),
        "onboardings, supplier south",
    ),
    ("one unknown", cell("onboardings", "supplier", 0, "west"), "onboardings, supplier west"),
    ("onboarded twice", rows("onboardings", again), "onboardings, supplier east"),
    ("its cost", cell("onboardings", "cost", 0, 9001.0), "onboardings.cost, supplier east"),
    ("its SKUs", cell("onboardings", "skus", 0, 1), "onboardings.skus, supplier east"),
    # futures
    ("a loss off by 1e-6", scaled("scenarios", "loss", 3, 1 + 1e-6), "scenarios.loss, scenario 3"),
    ("probabilities", cell("scenarios", "probability", 0, 0.31), "scenarios.probability, sum"),
    (
        "a negative probability",
        cell("scenarios", "probability", 0, -0.3),
        "scenarios.probability, row 1",
    ),
    ("a scenario twice", cell("scenarios", "scenario", 0, 1), "scenarios.scenario"),
    ("half a day", cell("outages", "days", 0, 89.5), "outages.days, row 1: found 89.5"),
    ("beyond the horizon", cell("outages", "days", 0, 181), "outages.days, row 1: found 181"),
    ("a day more", cell("outages", "days", 2, 61), "scenarios.loss, scenario 2"),
    (
        "an unknown supplier",
        cell("outages", "supplier", 0, "west"),
        'outages.supplier, row 1: found "west"',
    ),
    ("an unknown scenario", cell("outages", "scenario", 0, 8), "outages.scenario, row 1"),
    ("an outage twice", rows("outages", again), "outages, row 10"),
    (
        "an unknown category",
        cell("shocks", "category", 0, "wood"),
        'shocks.category, row 1: found "wood"',
    ),
    ("an unknown kind", cell("shocks", "kind", 0, "flood"), 'shocks.kind, row 1: found "flood"'),
    ("another surge", cell("shocks", "multiplier", 0, 1.6), "scenarios.loss, scenario 1"),
    ("another price", cell("shocks", "multiplier", 1, 1.3), "scenarios.loss, scenario 2"),
    ("an infinite shock", cell("shocks", "multiplier", 0, math.inf), "shocks.multiplier, row 1"),
    # the whole
    ("VaR at the wrong end", at_the_wrong_end, "components.var: found 0.0"),
    ("CVaR", stated("components/cvar", lambda v: v * (1 + 1e-8)), "components.cvar"),
    (
        "mean loss",
        stated("components/expected_loss", lambda v: v * (1 - 1e-8)),
        "components.expected_loss",
    ),
    ("onboarding in cash", stated("components/onboarding", 9000.0), "components.onboarding"),
    ("no component", stated("components/carrying", None), "components.carrying: found nothing"),
    (
        "a component as text",
        stated("components/carrying", "3345.87"),
        'components.carrying: found "3345.87"',
    ),
    ("objective", stated("objective", lambda v: v * (1 - 1e-8)), "objective: found"),
    ("bound above", stated("bound", lambda v: v * 1.01), "bound: found"),
    ("no bound", stated("bound", None), "bound: found nothing"),
    ("an infinite bound", stated("bound", -math.inf), "bound: found -inf"),
    ("gap understated", stated("gap", lambda v: v * 0.99), "gap: found"),
    (
        "optimal in name",
        lambda run: stated("bound", 1.0)(stated("gap", 1.0)(run)),
        'status: found "optimal"',
    ),
    ("an unknown status", stated("status", "fine"), 'status: found "fine"'),
    ("capital used", stated("resources/capital/used", lambda v: v - 1.0), "resources.capital.used"),
    ("its limit", stated("resources/capital/limit", 200_001.0), "resources.capital.limit"),
    ("a limit hidden", stated("resources/changes/limit", None), "resources.changes.limit"),
    ("changes", stated("resources/changes/used", 1), "resources.changes.used"),
    ("a NaN price", stated("resources/storage/price", math.nan), "resources.storage.price"),
    ("an unknown resource", stated("resources/water", {"used": 1.0}), "resources.water"),
    (
        "other settings",
        stated("settings/risk/weight", 0.5),
        "settings.risk.weight: found 0.5, expected 0.4",
    ),
    ("one setting more", stated("settings/risk/power", 1), "settings.risk.power"),
    (
        "another input",
        stated("inputs/skus.csv", "ab"),
        "inputs: skus.csv has changed since this run",
    ),
    ("an input less", stated("inputs", {"skus.csv": "aa"}), "inputs: portfolio.toml was not there"),
]


def refusal(run: RunTables) -> VerificationError:
    """Return the verifier's refusal of a run of the unchanged portfolio."""
    with pytest.raises(VerificationError) as refused:
        verify(build_portfolio(), run)
    return refused.value


@pytest.mark.parametrize(
    ("fault", "place"), [pytest.param(fault, place, id=name) for name, fault, place in FAULTS]
)
def test_every_planted_fault_is_refused_at_its_place(fault: Fault, place: str) -> None:
    """Proves: one wrong number, row or rule in a run folder is refused and named."""
    honest = build_run(build_portfolio())
    assert any(place in text for text in refusal(fault(honest)).differences)


NUMBERS = [
    (table, column)
    for table, columns in COLUMNS.items()
    for column in columns
    if column not in TEXT_COLUMNS
]


@pytest.mark.parametrize(("table", "column"), NUMBERS)
def test_nan_in_any_number_of_a_table_is_refused(table: str, column: str) -> None:
    """Proves: NaN passes no comparison, wherever it stands in a table."""
    run = cell(table, column, 0, math.nan)(build_run(build_portfolio()))
    assert f"{table}.{column}, row 1: found nan" in str(refusal(run))


@pytest.mark.parametrize(
    "path",
    [
        "objective",
        "bound",
        "gap",
        "components/carrying",
        "components/var",
        "components/cvar",
        "components/expected_loss",
        "resources/capital/used",
        "resources/capital/limit",
        "settings/risk/weight",
    ],
)
def test_nan_in_the_manifest_is_refused(path: str) -> None:
    """Proves: NaN passes no comparison, wherever it stands in the manifest."""
    refused = refusal(stated(path, math.nan)(build_run(build_portfolio())))
    assert f"{path.replace('/', '.')}: found nan" in str(refused)


@pytest.mark.parametrize(
    ("sku", "columns", "place"),
    [
        ("B", {"lock_policy": "stockpile"}, 'plan.policy, SKU B: found "safety_stock"'),
        ("F", {"max_cover_days": 46.0}, "cover, SKU F: found 46.3"),
        ("A", {"min_cover_days": 34.0}, "cover, SKU A: found 33.85"),
        ("A", {"shelf_life_days": 39.0}, "lot plus reserve, SKU A: found 39.37"),
    ],
)
def test_a_choice_the_sku_forbids_is_refused(
    sku: str, columns: dict[str, object], place: str
) -> None:
    """Proves: a run that is right in every number but breaks a rule of the SKU is refused."""
    portfolio = build_portfolio(skus={sku: columns})
    with pytest.raises(VerificationError) as refused:
        verify(portfolio, build_run(portfolio))
    assert len(refused.value.differences) == 1
    assert place in refused.value.differences[0]


def test_more_alternates_than_allowed_are_refused() -> None:
    """Proves: `max_alternates` is held even where every number agrees."""
    portfolio = build_portfolio({"max_alternates": 1})
    with pytest.raises(VerificationError, match=r"SKU A.*at most 1"):
        verify(portfolio, build_run(portfolio))


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({"budget": {"capital": 48_349.38}}, "resources.capital: the plan uses 48350.38"),
        ({"budget": {"category": {"chemicals": 9_768.87}}}, "resources.capital:chemicals"),
        ({"limits": {"storage": 16.0}}, "resources.storage: the plan uses 16.4"),
        ({"limits": {"qualifications": 1}}, "resources.qualifications: the plan uses 2.0"),
        ({"limits": {"onboardings": 0}}, "resources.onboardings: the plan uses 1.0"),
        ({"limits": {"changes": 1}}, "resources.changes: the plan uses 2.0"),
    ],
)
def test_a_limit_passed_is_refused(settings: dict[str, Any], place: str) -> None:
    """
    Proves: a plan over a limit is refused though every number agrees.

    The plan uses 48350.38 of capital (35650.38 in stock, 3700 to qualify, 9000 to onboard), one
    more than the first budget; without the cash it would be within it.
    """
    portfolio = build_portfolio(settings)
    with pytest.raises(VerificationError) as refused:
        verify(portfolio, build_run(portfolio))
    assert len(refused.value.differences) == 1
    assert place in refused.value.differences[0]


def test_every_difference_is_told_at_once() -> None:
    """Proves: three faults in three files give three differences."""
    run = build_run(build_portfolio())
    for fault in (
        scaled("plan", "capital", 0, 2.0),
        cell("qualifications", "cost", 0, 1.0),
        stated("gap", 0.0),
    ):
        run = fault(run)
    assert [text.split(":")[0] for text in refusal(run).differences] == [
        "plan.capital, SKU A",
        "qualifications.cost, SKU A at east",
        "gap",
    ]
