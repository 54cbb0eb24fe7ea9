"""What a comparison says: the sentence for the board, changes, stories, and what to know."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from optimizer.domain.causes import DEMAND, DRAW, GAP, STOCK
from optimizer.domain.comparison import COMPONENTS, Comparison
from optimizer.reports.compare.compare_view import CompareView, Effects
from optimizer.reports.kit.document import Figure, amount, number_of
from optimizer.reports.kit.format import count, money, percent, signed
from optimizer.reports.kit.measures import PARTS, policy_noun

_THINGS: Final[Mapping[str, tuple[str, str]]] = {
    "skus": ("SKU", "SKUs"),
    "suppliers": ("supplier", "suppliers"),
    "sources": ("source", "sources"),
    "tags": ("tag of a supplier", "tags of suppliers"),
    "hazards": ("hazard", "hazards"),
    "demand": ("SKU", "SKUs"),
    "plan": ("SKU", "SKUs"),
    "stock": ("SKU", "SKUs"),
}
_AS_ONE: Final[Mapping[str, str]] = {"plan": "the plan in force", "stock": "today's stock"}
_COLUMNS: Final[Mapping[str, str]] = {
    "annual_rate": "rate",
    "duration_mean_days": "mean duration",
    "demand_mean": "demand",
    "demand_std": "deviation of demand",
    "demand_mean_error": "standard error of demand",
    "lead_time_mean": "lead time",
    "lead_time_std": "deviation of the lead time",
    "ttr_days": "time to recover",
    "demand_interval_days": "interval between demands",
    "history": "demand history",
    "launched": "launch",
    "ends": "last day of demand",
    "approved_until": "last day of approval",
}
_FACTORS: Final[Mapping[float, str]] = {2.0: "doubles", 3.0: "triples", 0.5: "halves"}
_TOLD: Final = 5  # changes and stories of a run in sentences
_DUST: Final = 0.005  # money below half a cent is rounding
_CAUSES: Final = 2  # of a story
_SINGULAR: Final = (DEMAND, STOCK, DRAW, GAP)


def change_words(row: Mapping[str, Any]) -> str:
    """
    Say what a group of inputs does.

    Examples
    --------
    >>> row = {"table": "skus", "column": "unit_cost", "rows": 4211, "row": "", "where": ""}
    >>> change_words({**row, "before": "", "after": "", "low": 0.03, "high": 0.03})
    'the unit cost of 4,211 SKUs rises by 3 %'
    >>> one = {"table": "hazards", "column": "annual_rate", "rows": 1, "row": "fire", "where": ""}
    >>> change_words({**one, "before": "0.1", "after": "0.2", "low": 1.0, "high": 1.0})
    'the rate of hazard fire doubles (0.1 → 0.2)'
    """
    table, column, rows = row["table"], row["column"], row["rows"]
    values = f"{row['before']} → {row['after']}" if row["before"] and row["after"] else ""
    if table == "settings":
        if math.isnan(row["low"]):
            return f"{row['row']} changes from {row['before']} to {row['after']}"
        verb = "rises" if row["low"] > 0.0 else "falls"
        return f"{row['row']} {verb} from {row['before']} to {row['after']} ({_by(row['low'])})"
    one, many = _THINGS[table]
    where = f" of {row['where']}" if row["where"] else ""
    whose = f"{one} {row['row']}" if row["row"] else f"{rows:,} {many if rows > 1 else one}{where}"
    if table in _AS_ONE:
        return f"{_AS_ONE[table]} of {whose} differs"
    if column == "":
        is_new = row["after"] == "there"
        return f"{whose} {'are' if rows > 1 else 'is'} {'new' if is_new else 'gone'}"
    label = _COLUMNS.get(column, column.replace("_", " "))
    said = f"the {label} of {whose} {_moves(row['low'], row['high'])}"
    return f"{said} ({values})" if values else said


def _moves(low: float, high: float) -> str:
    """Say how numbers move by relative changes, or that texts change."""
    if math.isnan(low):
        return "changes"
    if abs(high - low) > 1e-9:
        return f"changes by {percent(low)} to {percent(high)}"
    factor = round(1.0 + low, 9)
    if factor in _FACTORS:
        return _FACTORS[factor]
    return f"{'rises' if low > 0.0 else 'falls'} by {percent(abs(low))}"


def _by(relative: float) -> str:
    return ("+" if relative > 0.0 else "") + percent(relative)


def story_words(row: Mapping[str, Any], said: Mapping[str, str], shared: str, currency: str) -> str:
    """
    Say one story.

    Parameters
    ----------
    row
        Of `STORIES`.
    said
        What each change of inputs is called, by its number.
    shared
        Why SKUs may move although nothing of ``{own}`` differs.
    """
    verb = "moves" if row["skus"] == 1 else "move"
    own = "its own" if row["skus"] == 1 else "their own"
    why = _because([said[one] for one in row["causes"].split(";") if one], shared.format(own=own))
    names = f" ({row['names']})"
    return f"{count(row['skus'], 'SKU')}{names} {_move(row, verb)} {why}: {_cost(row, currency)}"


def _move(row: Mapping[str, Any], verb: str) -> str:
    one = verb == "moves"
    sources = {
        "adds": f"{'adds' if one else 'add'} a second source",
        "drops": f"{'drops' if one else 'drop'} a second source",
        "changes": f"{'changes' if one else 'change'} a second source",
    }.get(row["sources"], "")
    if row["policy"] != row["to_policy"]:
        old, new = policy_noun(row["policy"]), policy_noun(row["to_policy"])
        moved = f"{verb} from {old} to {new}"
        return f"{moved} and {sources}" if sources else moved
    kept = policy_noun(row["policy"])
    step = {
        "up": f"{'raises its' if one else 'raise their'} buffer within {kept}",
        "down": f"{'lowers its' if one else 'lower their'} buffer within {kept}",
    }.get(row["step"], "")
    said = " and ".join(part for part in (step, sources) if part)
    return said or f"{'changes its' if one else 'change their'} buffer or lot within {kept}"


def _because(causes: list[str], shared: str) -> str:
    if not causes:
        return shared
    more = len(causes) - _CAUSES
    listed = " and ".join(causes[:_CAUSES]) if more <= 0 else ", ".join(causes[:_CAUSES])
    return f"because {listed}" + (f" and {count(more, 'more change')}" if more > 0 else "")


def _cost(row: Mapping[str, Any], currency: str) -> str:
    """Say what a story costs, its two largest components, and what its decisions bring."""
    largest = sorted(COMPONENTS, key=lambda name: -abs(row[name]))[:2]
    parts = [
        f"{PARTS[name].label.lower()} {_signed(row[name], currency)}"
        for name in largest
        if round(row[name])
    ]
    capital = f"capital {_signed(row['capital_difference'], currency)}"
    within = ", ".join([*parts, capital])
    they = "it costs" if row["skus"] == 1 else "they cost"
    said = f"{they} {_more(row['difference'], currency)} ({within})"
    brought = row["by_decision"]
    if math.isnan(brought):
        return f"{said}."
    kept = "keeping the old decision" + "s" * (row["skus"] > 1)
    return f"{said}; {kept} would cost {_more(-brought, currency)}."


def _signed(value: float, currency: str) -> str:
    text = money(value, currency)
    return f"+{text}" if round(value, 9) > 0.0 else text


def lead_sentence(view: CompareView) -> str:
    """Say in one sentence what differs, for a board; of several runs by how much each does."""
    first, *rest = view.others
    if not rest:
        return _lead(view, first)
    told, more = rest[: _TOLD - 1], len(rest) - _TOLD + 1
    costs = [f"{run} {_more(view.found.difference(run), view.currency)}" for run in told]
    others = ", ".join([*costs, *([count(more, "more run") + " below"] if more > 0 else [])])
    by = _more(view.found.difference(first), view.currency)
    return f"{first} costs {by} {view.period} than {view.first}, {others}."


def _lead(view: CompareView, run: str) -> str:
    """Say what inputs, the draw of futures and decisions make of one run's difference."""
    found, currency, first = view.found, view.currency, view.first
    if not found.differs(run):
        return f"{run} does not differ from {first}: same inputs, same decisions, same money."
    by = found.difference(run)
    moved = int((found.decisions["run"] == run).sum())
    decided = f"{count(moved, 'SKU')} {'is' if moved == 1 else 'are'} decided otherwise"
    cost = f"{run} costs {_more(by, currency)} {view.period} than {first}"
    split = view.effects(run)
    if split is None or not view.has_inputs(run):
        return f"{cost}; {decided}."
    why = _largest_cause(view, run)
    is_drawn = abs(split.draw) >= _DUST
    drawn = f", the other draw of futures {_more(split.draw, currency)}" if is_drawn else ""
    return (
        f"{cost}: {why}{first}'s plan kept costs {_more(split.world, currency)}{drawn}, and "
        f"deciding {count(moved, 'SKU')} otherwise {_more(split.decisions, currency)}."
    )


def _largest_cause(view: CompareView, run: str) -> str:
    """Say what differs of the inputs, where that is one thing."""
    changes = view.of_run("changes", run)
    return f"as {changes['said'].iloc[0]}, " if len(changes) == 1 else "under the other inputs "


def _more(value: float, currency: str) -> str:
    """Return by how much something is more or less."""
    if abs(value) < _DUST:
        return "nothing more"
    size = money(abs(value), currency)
    return f"{size} {'more' if value >= 0.0 else 'less'}"


def proof_sentence(view: CompareView) -> str:
    """Say how much of the difference may be search."""
    told = []
    for run in view.others:
        room = view.room(run)
        by = abs(view.found.difference(run))
        told.append((run, room, by))
    said = [
        f"the gaps of {view.first} and {run} leave {money(room, view.currency)} open"
        + (", more than they differ by" if room > by > 0.0 else "")
        for run, room, by in told
    ]
    told_of = _forecasts(view)
    exact = "Differences by SKU, supplier, category, region, hazard and policy each add up exactly."
    gaps = "; ".join(said)
    return f"{gaps[0].upper()}{gaps[1:]}. {told_of}{exact}"


def _forecasts(view: CompareView) -> str:
    """Say what each plan costs on fresh futures, as the tail of a run is a sample."""
    known = [
        f"{run} {money(value, view.currency)} ± {money(half, view.currency)}"
        for run, value, half in view.forecasts
    ]
    if len(known) < len(view.found.runs):
        return ""
    return f"Expected losses are exact; the tail is a sample: on fresh futures {', '.join(known)}. "


def figures(view: CompareView) -> list[Figure]:
    """Return the figures of the headline."""
    found = []
    for run in view.others:
        decisions = view.of_run("decisions", run)
        against = f"{run} less {view.first}, {view.period}"
        prefix = f"{run}: " if len(view.others) > 1 else ""
        found += [
            _differs(f"{prefix}Cost difference", view, run, "objective", against),
            _differs(f"{prefix}Expected loss difference", view, run, "expected_loss", against),
            _differs(
                f"{prefix}Capital difference", view, run, "capital", f"{run} less {view.first}"
            ),
            number_of(f"{prefix}Decided otherwise", len(decisions), "SKUs of both runs"),
            number_of(
                f"{prefix}Changes of inputs",
                len(view.of_run("changes", run)),
                "in groups",
                is_tile=False,
            ),
        ]
        split = view.effects(run)
        if split is not None:
            found += [
                amount(f"{prefix}By inputs", split.world, f"{view.first}'s plan kept"),
                amount(f"{prefix}By the draw of futures", split.draw, "the tail is a sample"),
                amount(f"{prefix}By decisions", split.decisions, f"under {run}'s inputs"),
            ]
    return found


def _differs(label: str, view: CompareView, run: str, figure: str, note: str) -> Figure:
    """Return by how much a figure differs, with its sign."""
    by = view.found.difference(run, figure)
    text = _signed(by, view.currency)
    return Figure(label=label, kind="money", value=by, note=note, text=text, is_tile=True)


def sentences(view: CompareView) -> list[str]:
    """Return changes, stories, where the money differs most, and the notes."""
    return [
        *(line for run in view.others for line in _of_run(view, run)),
        *(f"Note: {note}" for note in view.found.notes),
    ]


def _of_run(view: CompareView, run: str) -> list[str]:
    several = len(view.others) > 1
    lines = [_lead(view, run)] if several else _causes_in_words(view, run)
    changes = view.of_run("changes", run)
    if len(changes):
        listed = "; ".join(changes["said"].iloc[:_TOLD])
        more = len(changes) - _TOLD
        rest = f"; and {count(more, 'more group')}" if more > 0 else ""
        lines.append(f"Inputs of {run} against {view.first}: {listed}{rest}.")
    whose = f"{run}: " if several else ""
    stories = view.of_run("stories", run)["said"]
    lines += [f"{whose}{said}" for said in stories.iloc[:_TOLD]]
    more = len(stories) - _TOLD
    if more > 0:
        lines.append(f"{whose}{more:,} more {'story' if more == 1 else 'stories'} in the table.")
    crossed = view.effects(run)
    if crossed is not None:
        lines.append(_both_ways(view, run, crossed))
        lines += [
            f"{row['plan_of']}'s plan exceeds {row['exceeds'].replace(';', ', ')} under "
            f"{row['world_of']}'s inputs: it could not be kept there as it is."
            for row in _where_broken(view.of_run("worlds", run))
        ]
    return lines


def _causes_in_words(view: CompareView, run: str) -> list[str]:
    """Say what each cause makes of the difference, where it is split."""
    causes, currency = view.of_run("causes", run), view.currency
    if causes.empty:
        return []
    by = view.found.difference(run)
    told = [
        f"{cause} {_makes(cause) if place == 0 else ''}{money(amount, currency)}"
        + (f" ({reading})" if reading else "")
        for place, (cause, amount, reading) in enumerate(
            zip(causes["cause"], causes["objective"], causes["reading"], strict=True)
        )
    ]
    side = "more" if by >= 0.0 else "less"
    return [f"Of {money(abs(by), currency)} {side} {view.period}, {', '.join(told)}."]


def _makes(cause: str) -> str:
    return "makes " if cause in _SINGULAR else "make "


def cause_finding(view: CompareView, run: str) -> str:
    """Say which cause makes most of a difference."""
    causes = view.of_run("causes", run)
    most = causes.iloc[int(causes["objective"].abs().argmax())]
    what = f": {most['said']}" if most["changes"] else ""
    return f"Most of it: {most['cause']}, {money(most['objective'], view.currency)}{what}."


def _where_broken(worlds: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """Return the plans that exceed limits, each under either inputs once."""
    broken = worlds[worlds["exceeds"] != ""]
    return broken.drop_duplicates(["plan_of", "world_of"], keep="last").to_dict("records")


def _both_ways(view: CompareView, run: str, split: Effects) -> str:
    """Say what inputs and decisions cost, in either order."""
    first, currency = view.first, view.currency
    world, draw, decisions, decisions_first, world_last, draw_last = (
        _more(one, currency) for one in split
    )
    drawn = max(abs(split.draw), abs(split.draw_last)) >= _DUST
    return (
        f"Both plans in both worlds: {first}'s plan under {run}'s inputs costs {world}, "
        f"{f'on the other draw of futures {draw}, ' if drawn else ''}then {run}'s decisions "
        f"{decisions}. The other way round: {run}'s plan under {first}'s inputs costs "
        f"{decisions_first}, then {run}'s inputs {world_last}"
        f"{f', on the other draw {draw_last}' if drawn else ''}. Both ways sum to "
        f"{_more(view.found.difference(run), currency)}."
    )


def line(found: Comparison) -> str:
    """Return a comparison in one line."""
    view = CompareView.of(found)
    said = "; ".join(
        f"{run} {signed(f'{found.difference(run):+,.0f}')} {view.currency} {view.period}"
        for run in view.others
    )
    return f"<Comparison {found.folder}: against {view.first}, {said}>"
