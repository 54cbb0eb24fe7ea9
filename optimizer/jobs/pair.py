"""What differs between two runs: the tables of a comparison."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.comparison import (
    BY,
    CHANGES,
    COMPONENTS,
    DECISIONS,
    INPUTS,
    MONEY,
    PARTS,
    STORIES,
    TEXTS,
    WORLDS,
)
from optimizer.jobs.carried_plan import note_of
from optimizer.jobs.other_world import Costed, World, cost_there
from optimizer.jobs.sides import UNKNOWN, Side, labels_of
from optimizer.metrics.causes import causes
from optimizer.metrics.decision_differences import decision_differences, moved_alone, stories
from optimizer.metrics.input_differences import (
    in_groups,
    input_differences,
    numbered,
    setting_differences,
)
from optimizer.metrics.ledger import (
    CAPITAL,
    differences,
    grouped,
    in_steps,
    ledger,
    step_of,
    total,
)
from optimizer.reports.compare.compare_words import change_words, story_words
from optimizer.store.words import option_in_words

TOGETHER: Final = "all SKUs together"
NO_HAZARD: Final = "no hazard"
_FIRST: Final = 0
_OTHER: Final = 1
_OWN: Final = ((_FIRST, _FIRST, _FIRST), (_OTHER, _OTHER, _OTHER))
_ORDER: Final = (
    (_FIRST, _FIRST, _FIRST),
    *((_FIRST, _OTHER, _FIRST), (_FIRST, _OTHER, _OTHER), (_OTHER, _FIRST, _FIRST)),
    *((_OTHER, _OTHER, _FIRST), (_OTHER, _OTHER, _OTHER)),
)
_Corner = tuple[int, int, int]
"""Whose plan, under whose inputs, on futures drawn as whose run drew them."""
_MOVES: Final = " → "
_ALIKE: Final = 0.01  # relative: prices of capital that differ by less explain nothing
_AGREEMENT: Final = 1e-6  # of the amounts: of a plan costed afresh with what its run states


COLUMNS: Final = {
    "inputs": INPUTS,
    "changes": CHANGES,
    "decisions": DECISIONS,
    "stories": STORIES,
    "money": MONEY,
    "parts": PARTS,
    "worlds": WORLDS,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pair:
    """What differs between the first run and one other: the tables of a `Comparison`."""

    inputs: pd.DataFrame
    changes: pd.DataFrame
    decisions: pd.DataFrame
    stories: pd.DataFrame
    money: pd.DataFrame
    parts: pd.DataFrame
    worlds: pd.DataFrame
    notes: list[str]

    @classmethod
    def of(
        cls, first: Side, other: Side, before: pd.DataFrame, after: pd.DataFrame, *, a_year: bool
    ) -> Pair:
        """Compare two runs, given their ledgers."""
        both = (first, other)
        joint = _joint(*(labels_of(side) for side in both))
        inputs, groups, notes = _inputs(first, other, joint)
        groups["said"] = [change_words(row) for row in _records(groups)]
        decided = decision_differences(first.tables.plan, other.tables.plan)
        corners, lost = _corners(first, other, same=inputs.empty and decided.empty)
        notes += [*_only_in_one(first, other), *_moved(first, other), *lost]
        books = _in_steps(both, (before, after), corners, a_year=a_year)
        old, new = (books[own] for own in _OWN)
        diff = differences(old, new)
        by_sku = grouped(diff, diff["sku"])
        decisions = _decisions(decided, both, joint, by_sku, _brought(books))
        reached = _reached(first, other, inputs)
        decisions["causes"] = [";".join(map(str, reached.get(sku, []))) for sku in decisions["sku"]]
        tables = {
            "inputs": inputs,
            "changes": groups,
            "decisions": decisions,
            "stories": _told(stories(decisions, by_sku), both, groups),
            "money": _money(both, (old, new), a_year=a_year),
            "parts": _parts(diff, joint, both),
            "worlds": _worlds(both, books, corners),
        }
        named = {
            key: typed(table.assign(run=other.name).reindex(columns=list(COLUMNS[key])))
            for key, table in tables.items()
        }
        return cls(notes=notes, **named)


def _in_steps(
    both: tuple[Side, Side],
    books: tuple[pd.DataFrame, pd.DataFrame],
    corners: Mapping[_Corner, Costed],
    *,
    a_year: bool,
) -> dict[_Corner, pd.DataFrame]:
    """Return the ledgers of both runs and of all corners in one step."""
    years = [side.tables.manifest.settings.horizon.years if a_year else 1.0 for side in both]
    every = dict(zip(_OWN, books, strict=True))
    every |= {at: ledger(costed.booked, years[at[1]]) for at, costed in corners.items()}
    size = step_of(list(every.values()))
    return {at: in_steps(book, size) for at, book in every.items()}


def _brought(books: Mapping[_Corner, pd.DataFrame]) -> pd.Series[float] | None:
    """Return by SKU what the other decisions cost more than the first run's, in their own world."""
    kept = books.get((_FIRST, _OTHER, _OTHER))
    if kept is None:
        return None
    effect = differences(kept, books[_OWN[1]])
    return grouped(effect, effect["sku"]).set_index("name")["difference"]


def _told(found: pd.DataFrame, both: tuple[Side, Side], groups: pd.DataFrame) -> pd.DataFrame:
    """Return the stories with their words."""
    shared = _shared(*both, groups)
    said = dict(zip(groups["change"].astype(str), groups["said"], strict=True))
    currency = both[0].tables.manifest.settings.currency
    return found.assign(said=[story_words(row, said, shared, currency) for row in _records(found)])


def typed(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose columns hold texts and numbers as they should, also without rows."""
    if len(table):
        return table
    return table.astype({name: object if name in TEXTS else np.float64 for name in table})


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def _joint(first: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Return the labels of the SKUs of either run; a label that moves is told as a move."""
    every = first.index.union(other.index)
    old, new = first.reindex(every), other.reindex(every)
    joint = old.where(old.notna() & (old != UNKNOWN), new)
    moved = old.notna() & new.notna() & (old != new) & (old != UNKNOWN) & (new != UNKNOWN)
    return joint.where(~moved, old + _MOVES + new).fillna(UNKNOWN)


def _inputs(
    first: Side, other: Side, labels: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Return the inputs that differ, in groups as well, and what could not be compared."""
    settings = [side.tables.manifest.settings for side in (first, other)]
    notes: list[str] = []
    if first.portfolio is None or other.portfolio is None:
        overrides = [side.tables.manifest.overrides for side in (first, other)]
        found = setting_differences(settings[0], settings[1], changed=(overrides[0], overrides[1]))
        files = _other_files(first, other)
        if files:
            notes.append(
                f"{', '.join(files)} of {first.name} and {other.name} differ, but cannot be read "
                "row by row: what differs in them is not told."
            )
    else:
        found = input_differences(first.portfolio, other.portfolio)
    found = numbered(found)
    return found, in_groups(found, labels), notes


def _other_files(first: Side, other: Side) -> list[str]:
    old, new = (side.tables.manifest.inputs for side in (first, other))
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))


def _only_in_one(first: Side, other: Side) -> list[str]:
    """Say how many SKUs only one of both has: their whole cost is a difference."""
    old, new = (set(side.tables.plan["sku"]) for side in (first, other))
    what = "only in {}, so that all they cost is a difference"
    return [
        *note_of(sorted(old - new), what.format(first.name)),
        *note_of(sorted(new - old), what.format(other.name)),
    ]


def _moved(first: Side, other: Side) -> list[str]:
    """Say how many SKUs keep their decision and have other numbers."""
    what = f"the same decision in {first.name} and {other.name}, another reorder point or lot"
    return note_of(moved_alone(first.tables.plan, other.tables.plan), what)


def _corners(first: Side, other: Side, *, same: bool) -> tuple[dict[_Corner, Costed], list[str]]:
    """Return each plan under the other's inputs; nothing where that cannot be told, and why."""
    if same or first.portfolio is None or other.portfolio is None:
        return {}, []
    old = World.of(first.name, first.portfolio, first.tables)
    new = World.of(other.name, other.portfolio, other.tables)
    if old is None or new is None or not (_is_its_own(old) and _is_its_own(new)):
        lost = [
            side.name
            for side, world in ((first, old), (other, new))
            if world is None or not _is_its_own(world)
        ]
        why = f"this version draws other futures, or costs otherwise, than that of {_and(lost)}"
        return {}, [f"The plans are not costed in each other's world: {why}."]
    crossed = {
        (_FIRST, _OTHER, _OTHER): cost_there(new, first.tables),
        (_OTHER, _FIRST, _FIRST): cost_there(old, other.tables),
    }
    notes = [note for costed in crossed.values() for note in costed.notes]
    like = new.sampled_like(old)
    if like is None:
        notes.append(
            f"Futures are drawn otherwise for {other.name}, with hazards that only {first.name} "
            "has: what another draw makes of the tail is told with the inputs."
        )
        return crossed, notes
    crossed[_FIRST, _OTHER, _FIRST] = cost_there(like, first.tables)
    crossed[_OTHER, _OTHER, _FIRST] = cost_there(like, other.tables)
    return crossed, notes


def _and(names: Sequence[str]) -> str:
    return " and ".join(names)


def _is_its_own(world: World) -> bool:
    """Return whether a run's plan, costed afresh in its own world, costs what the run states."""
    book = ledger(cost_there(world, world.tables).booked)
    room = _AGREEMENT * math.fsum(book["amount"].abs())
    return abs(total(book) - world.tables.manifest.objective) <= room


def _decisions(
    decided: pd.DataFrame,
    both: tuple[Side, Side],
    labels: pd.DataFrame,
    by_sku: pd.DataFrame,
    brought: pd.Series[float] | None,
) -> pd.DataFrame:
    """Return what is decided otherwise, with its names and its money, the most money first."""
    skus = decided["sku"]
    money = by_sku.set_index("name").reindex(skus)
    known = np.nan if brought is None else brought.reindex(skus).fillna(0.0).to_numpy()
    options = {
        f"{prefix}option": _in_words(side.tables.plan, decided["sku"])
        for prefix, side in zip(("", "to_"), both, strict=True)
    }
    named: dict[str, Any] = {str(name): labels[name].reindex(skus).to_numpy() for name in labels}
    rows = decided.assign(
        **named,
        **options,
        difference=money["difference"].fillna(0.0).to_numpy(),
        capital_difference=money["capital_difference"].fillna(0.0).to_numpy(),
        by_decision=known,
    )
    order = np.lexsort((rows["sku"].astype(str), -rows["difference"].abs()))
    return rows.iloc[order].reset_index(drop=True)


def _in_words(plan: pd.DataFrame, skus: pd.Series[str]) -> list[str]:
    numbers = ["policy", "service_level", "reserve_days", "lot_days_min", "lot_factor"]
    rows = plan.set_index("sku").reindex(skus)[[*numbers, "alternates"]]
    return [option_in_words(*row[:5], alternates=row[5]) for row in rows.itertuples(index=False)]


def _reached(first: Side, other: Side, inputs: pd.DataFrame) -> dict[str, list[int]]:
    """Return the groups of inputs that reach each SKU; none where they cannot all be read."""
    used: dict[str, set[str]] = {}
    for side in (first, other):
        plan = side.tables.plan
        primary = labels_of(side)["supplier"].reindex(plan["sku"]).astype(str)
        for sku, alternates, supplier in zip(plan["sku"], plan["alternates"], primary, strict=True):
            names = {name for name in alternates.split(";") if name}
            used.setdefault(sku, set()).update(names | {supplier})
    if first.portfolio is None or other.portfolio is None:
        unread = bool(_other_files(first, other))
        return {} if unread else {sku: inputs["change"].unique().tolist() for sku in used}
    return causes(inputs, (first.portfolio, other.portfolio), used)


def _shared(first: Side, other: Side, groups: pd.DataFrame) -> str:
    """Say how a SKU can be decided otherwise although nothing of its own differs."""
    if (first.portfolio is None or other.portfolio is None) and _other_files(first, other):
        return "for reasons that are not known, as inputs cannot be read"
    if groups.empty:
        return "though no input differs: both plans are as good, within their proven gaps"
    old, new = (side.tables.manifest.prices["capital"] for side in (first, other))
    if abs(new - old) <= _ALIKE * max(abs(old), abs(new)):
        is_drawn = not first.tables.strikes.equals(other.tables.strikes)
        drawn = ", and the tail is another draw of futures" if is_drawn else ""
        return f"though nothing of {{own}} differs: limits and tail are shared by all SKUs{drawn}"
    unit = first.tables.manifest.settings.currency
    said = f"one more {unit} of it saves {new:.3g} instead of {old:.3g} {unit}"
    scarce = "scarcer" if new > old else "less scarce"
    return f"though nothing of {{own}} differs: capital is {scarce} ({said})"


def _money(
    both: tuple[Side, Side], books: tuple[pd.DataFrame, pd.DataFrame], *, a_year: bool
) -> pd.DataFrame:
    """Return the components of the objective, whose differences are exact, and figures beside."""
    amounts = {name: [total(book, name) for book in books] for name in COMPONENTS}
    cost = [sum(amounts[name][at] for name in COMPONENTS[:-1]) for at in (0, 1)]
    figures: dict[str, Sequence[float | None]] = {
        **amounts,
        "expected_cost": cost,
        "objective": [total(book) for book in books],
        CAPITAL: [total(book, CAPITAL) for book in books],
    }
    manifests = [side.tables.manifest for side in both]
    figures["budget"] = [manifest.resources["capital"].limit for manifest in manifests]
    figures["capital_price"] = [manifest.prices["capital"] for manifest in manifests]
    figures["gap"] = [one.gap + (one.catalogue_gap or 0.0) for one in manifests]
    if not a_year:
        for tail in ("var", "cvar"):
            figures[tail] = [getattr(manifest.components, tail) for manifest in manifests]
        ahead = [None if one.forecast is None else one.forecast.objective for one in manifests]
        figures["forecast"] = [None if one is None else one.value for one in ahead]
        figures["half_width"] = [None if one is None else one.half_width for one in ahead]
    rows = pd.DataFrame(figures, index=["reference", "value"], dtype=np.float64).T
    rows["difference"] = rows["value"] - rows["reference"]
    return rows.rename_axis("figure").reset_index()


def _parts(diff: pd.DataFrame, labels: pd.DataFrame, both: tuple[Side, Side]) -> pd.DataFrame:
    """Return the differences by everything they are told by."""
    of_sku = diff["sku"] != ""
    known = labels.reindex(diff["sku"])
    onboarded = _regions(both)
    by_label = {
        "sku": diff["sku"].where(of_sku, TOGETHER),
        "supplier": _named(known["supplier"], diff["supplier"]),
        "category": _named(known["category"], diff["sku"]),
        "region": _named(
            known["region"],
            pd.Series([onboarded.get(one, "") for one in diff["supplier"]], dtype=object),
        ),
        "hazard": diff["hazard"].replace("", NO_HAZARD),
        "policy": _named(_policies(both).reindex(diff["sku"]), diff["sku"]),
    }
    tables = [
        grouped(diff, label.set_axis(diff.index)).assign(by=by)
        for by, label in ((by, by_label[by]) for by in BY)
    ]
    parts = pd.concat(tables, ignore_index=True)
    some = (parts[[*COMPONENTS, "capital_difference"]] != 0.0).any(axis=1)
    return parts[some].reset_index(drop=True)


def _named(of_sku: pd.Series[Any], otherwise: pd.Series[Any]) -> pd.Series[Any]:
    """Return the label of a SKU, or of a cost that is of none."""
    label = of_sku.to_numpy(object)
    rest = otherwise.to_numpy(object)
    rest = np.where(rest == "", TOGETHER, rest)
    return pd.Series(np.where(pd.isna(label), rest, label))


def _regions(both: tuple[Side, Side]) -> dict[str, str]:
    """Return the region of every supplier."""
    regions: dict[str, str] = {}
    for side in both:
        if side.portfolio is not None:
            suppliers = side.portfolio.suppliers
            regions |= dict(zip(suppliers.supplier, suppliers.region, strict=True))
    return regions


def _policies(both: tuple[Side, Side]) -> pd.Series[Any]:
    """Return each SKU's policy, or how it moves."""
    old, new = (side.tables.plan.set_index("sku")["policy"] for side in both)
    every = old.index.union(new.index)
    before, after = old.reindex(every, fill_value="none"), new.reindex(every, fill_value="none")
    moved = [a if a == b else f"{a}{_MOVES}{b}" for a, b in zip(before, after, strict=True)]
    return pd.Series(moved, index=every, dtype=object)


def _worlds(
    both: tuple[Side, Side],
    books: Mapping[_Corner, pd.DataFrame],
    corners: Mapping[_Corner, Costed],
) -> pd.DataFrame:
    """Return both plans under both runs' inputs, on futures drawn as either run drew them."""
    if not corners:
        return pd.DataFrame()
    names = [side.name for side in both]
    return pd.DataFrame(
        [
            {
                "plan_of": names[at[0]],
                "world_of": names[at[1]],
                "futures_of": names[at[2]],
                **{name: total(books[at], name) for name in COMPONENTS},
                "objective": total(books[at]),
                CAPITAL: total(books[at], CAPITAL),
                "exceeds": corners[at].exceeds if at in corners else "",
            }
            for at in _ORDER
            if at in books
        ]
    )
