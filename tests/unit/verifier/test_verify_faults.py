"""One wrong thing at a time: the verifier must refuse every one and name the place."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from optimizer.domain.manifest import Manifest
from optimizer.domain.portfolio import MUST, NEVER
from optimizer.domain.run import RunTables
from optimizer.errors import VerificationError
from optimizer.store.manifest import read_manifest
from optimizer.verifier import verify
from optimizer.verifier.decisions import check_cover, read_decisions
from optimizer.verifier.ledger import Ledger
from optimizer.verifier.table_form import COLUMNS, TEXT_COLUMNS
from tests.unit.verifier.verify_case import build_portfolio, build_run, honest_run, value_at_risk

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

    return lambda run: replace(run, manifest=Manifest(**as_file(run, path, value)))


def as_file(run: RunTables, path: str, value: object) -> dict[str, Any]:
    """Return the data of the run's manifest.json with a value written into it."""
    manifest = run.manifest.model_dump(mode="json")
    *parents, last = path.split("/")
    place = manifest
    for parent in parents:
        place = place[parent]
    place[last] = value(place[last]) if callable(value) else value
    return manifest


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


WATER = {"used": 1.0, "limit": None, "price": 0.0}
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
    ("a lot factor not offered", cell("plan", "lot_factor", 0, 0.4), "plan.lot_factor, SKU A"),
    (
        "ordered on demand by the kilogram",
        cell("plan", "policy", 1, "on_demand"),
        'plan.policy, SKU B: found "on_demand"',
    ),
    (
        "an alternate for nothing",
        cell("plan", "alternates", 2, "south"),
        "plan.alternates, SKU C",
    ),
    # demand as used
    ("another law", cell("plan", "demand_model", 6, "gamma"), "plan.demand_model, SKU G"),
    ("no error", cell("plan", "demand_mean_error", 0, 0.0), "plan.demand_mean_error, SKU A"),
    # stock
    ("half a pack", cell("plan", "order_quantity", 3, 2550.0), "plan.order_quantity, SKU D"),
    (
        "a lot that outlasts",
        cell("plan", "order_quantity", 5, 2300.0),
        "plan.order_quantity, SKU F",
    ),
    ("not insured", cell("plan", "reorder_point", 6, 4.0), "plan.reorder_point, SKU G"),
    ("no reserve in it", cell("plan", "safety_stock", 0, 314.8), "plan.safety_stock, SKU A"),
    ("backorders forgotten", cell("plan", "mean_on_hand", 4, 101.5), "plan.mean_on_hand, SKU E"),
    ("stock without demand", cell("plan", "mean_on_hand", 2, 5.0), "plan.mean_on_hand, SKU C"),
    ("insured by the lot", cell("plan", "mean_on_hand", 9, 2.0), "plan.mean_on_hand, SKU J"),
    ("finite cover without demand", cell("plan", "cover_days", 2, 1e9), "plan.cover_days, SKU C"),
    # curves
    (
        "a stranger's curve",
        cell("curves", "sku", 3, "Z"),
        'curves.sku, row 4: found "Z", expected one of the portfolio',
    ),
    ("another node", cell("curves", "node", 3, 4.0), "curves.node, row 4: found 4.0"),
    ("a node twice", cell("curves", "node", 3, 2.0), "curves, SKU A at 2 days: found 2 rows"),
    ("a node missing", rows("curves", without_first), "curves, SKU A at 0 days: found 0 rows"),
    ("a curve", scaled("curves", "loss", 33, 1 + 1e-7), "curves.loss, SKU B at 365 days: found"),
    ("a price", scaled("curves", "price", 14, 1 + 1e-7), "curves.price, SKU A at 180 days: found"),
    ("a loss in routine", cell("curves", "loss", 17, 1.0), "curves.loss, SKU B at 0 days"),
    # money
    ("own books forgotten", cell("plan", "capital", 3, 2769.02), "plan.capital, SKU D"),
    ("purchasing's sign", scaled("plan", "purchasing", 5, -1.0), "plan.purchasing, SKU F"),
    (
        "qualification in cash",
        cell("plan", "qualification", 4, 1200.0),
        "plan.qualification, SKU E",
    ),
    ("money without demand", cell("plan", "ordering", 2, 0.01), "plan.ordering, SKU C"),
    (
        "the tail's shares of two SKUs exchanged",
        lambda run: cell("plan", "tail_contribution", 0, run.plan["tail_contribution"][1])(
            cell("plan", "tail_contribution", 1, run.plan["tail_contribution"][0])(run)
        ),
        "plan.tail_contribution, SKU A",
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
    ("an unknown scenario", cell("strikes", "scenario", 0, 8), "strikes.scenario, row 1"),
    ("half a strike", cell("strikes", "strike", 0, 0.5), "strikes.strike, row 1: found 0.5"),
    (
        "an unknown hazard",
        cell("strikes", "hazard", 0, "war"),
        'strikes.hazard, row 1: found "war"',
    ),
    (
        "out of reach",
        cell("strikes", "target", 0, "south"),
        'strikes.target, row 1: found "south", expected a target in reach of its hazard',
    ),
    ("nobody", cell("strikes", "target", 5, "west"), 'strikes.target, row 6: found "west"'),
    ("not tagged", cell("strikes", "target", 1, "north"), "strikes.target, row 2"),
    (
        "another category",
        cell("strikes", "target", 4, "spares"),
        'strikes.target, row 5: found "spares"',
    ),
    ("a target twice", rows("strikes", again), "strikes.target, row 23"),
    ("too old", cell("strikes", "start_day", 0, -24.5), "strikes.start_day, row 1: found -24.5"),
    ("too late", cell("strikes", "start_day", 5, 180.0), "strikes.start_day, row 6: found 180.0"),
    ("half a day", cell("strikes", "days", 8, 23.5), "strikes.days, row 9: found 23.5"),
    ("too long", cell("strikes", "days", 8, 25), "strikes.days, row 9: found 25"),
    ("not a day", cell("strikes", "days", 1, 0), "strikes.days, row 2: found 0"),
    ("constant no more", cell("strikes", "days", 5, 15), "strikes.days, row 6: found 15"),
    (
        "one strike, two lengths",
        cell("strikes", "days", 3, 19),
        "strikes.days, row 4: found 19, expected 20, as in the first row of this strike",
    ),
    ("one strike, two starts", cell("strikes", "start_day", 3, 91.0), "strikes.start_day, row 4"),
    (
        "one strike of two hazards",
        cell("strikes", "hazard", 3, "strike"),
        "strikes.hazard, row 4",
    ),
    ("two strikes of one", cell("strikes", "strike", 3, 7), "scenarios.loss, scenario 1"),
    ("a day more", cell("strikes", "days", 8, 23), "scenarios.loss, scenario 3"),
    (
        "an older outage forgotten",
        rows("strikes", lambda f: f.drop(12)),
        "scenarios.loss, scenario 4",
    ),
    (
        "another surge",
        cell("strikes", "multiplier", 4, 1.6),
        "strikes.multiplier, row 5: found 1.6",
    ),
    ("a strong outage", cell("strikes", "multiplier", 0, 2.0), "strikes.multiplier, row 1"),
    # the mean
    (
        "expected of a stranger",
        cell("expected", "sku", 0, "Z"),
        'expected.sku, row 1: found "Z", expected one of the portfolio',
    ),
    ("of no hazard", cell("expected", "hazard", 0, "war"), 'expected.hazard, row 1: found "war"'),
    ("a pair twice", rows("expected", again), "expected.hazard, row"),
    (
        "a pair left out",
        rows("expected", without_first),
        "expected.expected_loss, hazard fever, SKU A: found 0.0",
    ),
    # the whole
    ("seed", stated("seed", 2), "seed: found 2, expected 1"),
    ("VaR at the wrong end", at_the_wrong_end, "components.var: found 0.0"),
    ("CVaR", stated("components/cvar", lambda v: v * (1 + 1e-8)), "components.cvar"),
    (
        "mean loss",
        stated("components/expected_loss", lambda v: v * (1 - 1e-8)),
        "components.expected_loss",
    ),
    ("onboarding in cash", stated("components/onboarding", 9000.0), "components.onboarding"),
    ("objective", stated("objective", lambda v: v * (1 - 1e-8)), "objective: found"),
    ("expected cost", stated("expected_cost", lambda v: v * (1 - 1e-8)), "expected_cost: found"),
    ("risk charge", stated("risk_charge", lambda v: v * (1 - 1e-8)), "risk_charge: found"),
    (
        "a year's charge for half a year",
        stated("risk_charge", lambda v: v * 365 / 180),
        "risk_charge: found",
    ),
    ("bound above", stated("bound", lambda v: v * 1.01), "bound: found"),
    ("gap understated", stated("gap", lambda v: v * 0.99), "gap: found"),
    (
        "optimal in name",
        lambda run: stated("bound", 1.0)(stated("gap", 1.0)(run)),
        'status: found "optimal"',
    ),
    ("capital used", stated("resources/capital/used", lambda v: v - 1.0), "resources.capital.used"),
    ("its limit", stated("resources/capital/limit", 200_001.0), "resources.capital.limit"),
    ("a price", stated("resources/storage/price_expected", 1.0), "the whole price"),
    ("a limit hidden", stated("resources/changes/limit", None), "resources.changes.limit"),
    ("changes", stated("resources/changes/used", 1), "resources.changes.used"),
    ("an unknown resource", stated("resources/water", WATER), "resources.water"),
    (
        "other settings",
        stated("settings/risk/weight", 0.5),
        "settings.risk.weight: found 0.5, expected 0.4",
    ),
    (
        "a setting left open",
        stated("settings/scenarios/count", "auto"),
        'settings.scenarios.count: found "auto", expected 2000',
    ),
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
    assert any(place in text for text in refusal(fault(honest_run())).differences)


NUMBERS = [
    (table, column)
    for table, columns in COLUMNS.items()
    for column in columns
    if column not in TEXT_COLUMNS
]
LITTLE = {"tail_contribution": 1e-4}
BEFORE = {  # told where a table's own cells are checked
    ("curves", "node"): "curves.node",
    ("scenarios", "scenario"): "scenarios.scenario",
    ("scenarios", "probability"): "scenarios.probability, sum",
}


@pytest.mark.parametrize(
    ("table", "column"), [pair for pair in NUMBERS if pair != ("strikes", "start_day")]
)
def test_a_little_more_in_any_number_is_refused(table: str, column: str) -> None:
    """
    Proves: the largest number of every column, a ten-millionth off, is refused and named.

    A share of the tail, where ties may be cut, a ten-thousandth.  The start of a strike is left
    out: a moment earlier changes nothing as long as the days that a supplier is still out, which
    are whole, stay what they are.
    """
    frame = getattr(honest_run(), table)
    row = int(frame[column].replace(math.inf, 0.0).abs().idxmax())
    fault = scaled(table, column, row, 1 + LITTLE.get(column, 1e-7))
    differences = refusal(fault(honest_run())).differences
    told = BEFORE.get((table, column), f"{table}.{column}, ")
    named = [text for text in differences if text.startswith(told)]
    assert named
    assert ": found " in named[0]
    if "sku" in frame.columns and told == f"{table}.{column}, " and table != "onboardings":
        assert str(frame["sku"][row]) in named[0]


@pytest.mark.parametrize(
    ("table", "column"),
    [(t, c) for t, columns in COLUMNS.items() for c in columns if c in TEXT_COLUMNS],
)
def test_another_text_in_any_column_is_refused(table: str, column: str) -> None:
    """Proves: a name that nobody knows is refused wherever it stands, table and name told."""
    differences = refusal(cell(table, column, 0, "nobody")(honest_run())).differences
    assert any(text.startswith(table) and "nobody" in text for text in differences)


@pytest.mark.parametrize(("table", "column"), NUMBERS)
def test_nan_in_any_number_of_a_table_is_refused(table: str, column: str) -> None:
    """Proves: NaN passes no comparison, wherever it stands in a table."""
    run = cell(table, column, 0, math.nan)(honest_run())
    assert f"{table}.{column}, row 1: found nan" in str(refusal(run))


REFUSED: list[tuple[str, object]] = [
    *((path, math.nan) for path in ("objective", "bound", "gap", "resources/storage/price")),
    *((f"components/{name}", math.nan) for name in ("carrying", "var", "cvar", "expected_loss")),
    *((f"resources/capital/{name}", math.nan) for name in ("used", "limit", "price_expected")),
    ("settings/risk/weight", math.nan),
    ("format", 1),
    ("components/carrying", None),
    ("components/carrying", "3345.87"),
    ("components/carrying", True),
    ("bound", None),
    ("bound", -math.inf),
    ("status", "fine"),
    ("resources/water", {"used": 1.0}),
    ("settings/risk/power", 1),
    ("settings/risk/weight", "0.4"),
    ("power", 1),
]


def read_back(data: dict[str, Any], folder: Path) -> Manifest:
    """Write data as a manifest.json, NaN and all, and read that."""
    path = folder / "manifest.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return read_manifest(path)


@pytest.mark.parametrize(("path", "value"), REFUSED)
def test_what_no_manifest_may_state_is_refused_when_it_is_read(
    tmp_path: Path, path: str, value: object
) -> None:
    """
    Proves: NaN, a text for a number, an unknown key and the like reach no verifier: the reader
    refuses them and names their place.
    """
    with pytest.raises(ValueError, match=rf"(^|; ){path.replace('/', '.')}\b.*: "):
        read_back(as_file(honest_run(), path, value), tmp_path)


@pytest.mark.parametrize(
    "path", ["objective", "components/cvar", "resources/capital/limit", "settings/demand", "files"]
)
def test_a_key_missing_in_the_manifest_is_refused_when_it_is_read(
    tmp_path: Path, path: str
) -> None:
    """
    Proves: nothing stands in for what the file does not state, not even a setting's default.

    Sensitivity: the honest manifest reads back as it is.
    """
    whole = as_file(honest_run(), "seed", 1)
    assert read_back(whole, tmp_path) == honest_run().manifest
    *parents, last = path.split("/")
    place = whole
    for parent in parents:
        place = place[parent]
    del place[last]
    with pytest.raises(ValueError, match=rf"^{path.replace('/', '.')}: "):
        read_back(whole, tmp_path)


@pytest.mark.parametrize(
    ("sku", "columns", "place"),
    [
        ("B", {"lock_policy": "stockpile"}, 'plan.policy, SKU B: found "safety_stock"'),
        ("F", {"max_cover_days": 45.0}, "cover, SKU F: found 45.4"),
        ("A", {"min_cover_days": 35.0}, "cover, SKU A: found 34.5"),
        ("A", {"shelf_life_days": 39.0}, "lot plus reserve, SKU A: found 39.38"),
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
    ("row", "use", "kept"),
    [(1, MUST, True), (1, NEVER, False), (8, NEVER, False), (7, MUST, False), (7, NEVER, True)],
)
def test_sources_are_used_as_stated(row: int, use: int, kept: bool) -> None:
    """
    Proves: a source that must be used and is not, or never is and is, is refused by SKU and name.

    The plan uses south for A (row 1) and east for E (8), and not delta for E (7).
    """
    portfolio = build_portfolio()
    uses = np.zeros(len(portfolio.sources), dtype=np.int64)
    uses[row] = use
    bound = replace(portfolio, sources=replace(portfolio.sources, use=uses))
    if kept:
        verify(bound, build_run(portfolio))
        return
    with pytest.raises(VerificationError, match="the use that sources states"):
        verify(bound, build_run(portfolio))


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({"budget": {"capital": 59_090.0}}, "resources.capital: the plan uses 59091.69"),
        ({"budget": {"category": {"chemicals": 9_750.0}}}, "resources.capital:chemicals"),
        ({"limits": {"storage": 16.0}}, "resources.storage: the plan uses 16.8"),
        ({"limits": {"qualifications": 1}}, "resources.qualifications: the plan uses 2.0"),
        ({"limits": {"onboardings": 0}}, "resources.onboardings: the plan uses 1.0"),
        ({"limits": {"changes": 1}}, "resources.changes: the plan uses 3.0"),
        (
            {"limits": {"service": [{"category": "metals", "fill_rate": 0.9999}]}},
            "resources.service:category:metals: the plan uses 0.",
        ),
    ],
)
def test_a_limit_passed_is_refused(settings: dict[str, Any], place: str) -> None:
    """
    Proves: a plan over a limit is refused though every number agrees.

    The plan uses 59091.70 of capital (46391.70 in stock, 3700 to qualify, 9000 to onboard), a
    little more than the first budget; without the cash it would be within it.
    """
    portfolio = build_portfolio(settings)
    with pytest.raises(VerificationError) as refused:
        verify(portfolio, build_run(portfolio))
    assert len(refused.value.differences) == 1
    assert place in refused.value.differences[0]


def test_a_floor_that_is_kept_is_confirmed_and_a_wrong_share_refused() -> None:
    """
    Proves: a floor of 97 % on metals is confirmed, whose share short is summed in a plain loop; a
    share of a thousandth less is refused, and so is a limit that is not the floor's.
    """
    portfolio = build_portfolio(
        {"limits": {"service": [{"category": "metals", "fill_rate": 0.97}]}}
    )
    run, name = build_run(portfolio), "service:category:metals"
    used = run.manifest.resources[name].used
    verify(portfolio, run)
    for key, value in (("used", used * 0.999), ("limit", 2.9)):
        with pytest.raises(VerificationError, match=rf"resources\.{name}\.{key}: found"):
            verify(portfolio, stated(f"resources/{name}/{key}", value)(run))


@pytest.mark.parametrize(
    ("sku", "ttr_days", "place"),
    [
        ("B", 4.0, ""),
        ("B", 400.0, "cover, SKU B: found"),
        ("A", 38.0, ""),
        ("A", 400.0, "cover, SKU A: found"),
    ],
)
def test_a_critical_sku_that_does_not_survive_is_refused(
    sku: str, ttr_days: float, place: str
) -> None:
    """
    Proves: cover of a critical SKU shorter than its supplier's time to recover is refused though
    every number agrees; with alternates what they deliver counts.

    A holds 34.5 days; out for 38, south delivers 50 % from day 20 + 9 - 21 = 8 on, and east 30 %
    from day 6 + 18.5 - 21 = 3.5 on: 3.5 + 4.5 * 0.7 + 30 * 0.2 = 12.65 days are missing.
    """
    portfolio = build_portfolio({"limits": {"tts_covers_ttr": 9}}, {sku: {"severity": 9.0}})
    days = np.full(len(portfolio.suppliers), ttr_days)
    portfolio = replace(portfolio, suppliers=replace(portfolio.suppliers, ttr_days=days))
    run = build_run(portfolio)
    if not place:
        verify(portfolio, run)
        return
    with pytest.raises(VerificationError) as refused:
        verify(portfolio, run)
    assert any(place in difference for difference in refused.value.differences)


def test_every_difference_is_told_at_once() -> None:
    """Proves: three faults in three files give three differences."""
    run = honest_run()
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


def test_rounding_is_no_fault_of_cover() -> None:
    """
    Proves: a mean stock that rounding leaves 7e-15 days below 0 meets a least cover of 0 days, and
    one a millionth of a day below it does not.

    Sensitivity: compared without room for rounding, a verified plan was rejected.
    """
    portfolio = build_portfolio()
    n_skus = len(portfolio.skus)
    decisions = read_decisions(portfolio, build_run(portfolio).plan, Ledger())
    for below, n_faults in ((-7e-15, 0), (-1e-6, 1)):
        ledger, cover = Ledger(), np.full(n_skus, 30.0)
        cover[0] = below
        free = replace(portfolio.skus, min_cover_days=np.zeros(n_skus))
        check_cover(
            replace(portfolio, skus=free),
            decisions,
            oldest=np.ones(n_skus),
            cover=cover,
            least=np.ones(n_skus, dtype=np.bool_),
            ledger=ledger,
        )
        assert len(ledger.differences) == n_faults
