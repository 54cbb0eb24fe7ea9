"""Why a SKU got its option, in words and small tables for the terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from optimizer.reports.kit.format import (
    MINUS,
    NONE,
    compact,
    money,
    per_horizon,
    percent,
    percent_used,
    signed,
)
from optimizer.reports.kit.measures import PARTS
from optimizer.reports.run.break_even_words import rate
from optimizer.sensitivity.explanation import Explanation, Flip, PricedOption

Rows = Sequence[Sequence[str]]

_CERTAIN: Final = ("carrying", "ordering", "purchasing", "routine_stockout", "qualification")
_CAUSES: Final = {
    "outage": "expected loss: {} out",
    "surge": "expected loss: surges of demand",
    "price": "expected loss: price shocks",
}


def explanation_json(told: Explanation) -> dict[str, Any]:
    """Return an explanation for machines; what is not a finite number is null."""
    plain = {name: getattr(told, name) for name in told.__dataclass_fields__}
    plain["break_even"] = told.break_even.to_dict("records")
    return {name: _plain(value) for name, value in plain.items()}


def explanation_lines(told: Explanation) -> list[str]:
    """Return an explanation, line by line."""
    about = f", {told.description}" if told.description else ""
    return [
        f"{told.sku}{about}: {told.chosen.option}",
        f"Why: {told.reason}.",
        *_section("Stock parameters", _formula(told)),
        *_section("What an outage costs, by its days without supply", _curve(told)),
        *_section(
            f"What it costs {per_horizon(told.horizon_days)} [{told.currency}]", _costs(told)
        ),
        "",
        _runner_up(told),
        *_section("Where the choice flips", _flips(told)),
        "Each alone, with all else as it is, at the plan's prices.",
        *_hurts(told),
        *_section("Time to survive against time to recover", [[_survival(told)]]),
        *_break_even(told),
    ]


def _formula(told: Explanation) -> Rows:
    f: dict[str, Any] = dict(told.formula)
    shown = {name: _finite(value) for name, value in f.items() if isinstance(value, float)}
    return [
        [
            "demand a day",
            (
                f"mean {shown['demand_mean']} ± {shown['demand_mean_error']}, "
                f"sd {shown['demand_std']}, one in {shown['demand_interval_days']} days"
            ),
        ],
        ["lead time [days]", f"mean {shown['lead_time_mean']}, sd {shown['lead_time_std']}"],
        [
            "lead-time demand",
            f"mean {shown['lead_time_demand_mean']}, sd {shown['lead_time_demand_sd']}, {f['law']}",
        ],
        ["taken by its own lump V", f"mean {shown['lump_mean']}"],
        ["economic order quantity", shown["eoq"]],
        ["reorder point r", _units(f["reorder_point"])],
        ["order quantity Q", _units(f["order_quantity"])],
        ["reserve R", _units(f["reserve_units"])],
        ["safety stock, with R", shown["safety_stock"]],
        ["mean on hand", shown["mean_on_hand"]],
        ["short per cycle n", shown["units_short"]],
        ["fill rate 1 - n/Q", percent_used(f["fill_rate"])],
        ["time that somebody waits", percent(f["waiting_share"])],
        ["lot [days]", shown["lot_days"]],
        ["cover [days]", shown["cover_days"]],
    ]


def _curve(told: Explanation) -> Rows:
    """A column for each length: what it costs, and how many days without any stock cost as much."""
    if not any(outage.loss for outage in told.curve):
        return [["nothing"]]
    empty = [
        NONE if outage.as_empty_days is None else f"{outage.as_empty_days:.1f}"
        for outage in told.curve
    ]
    return [
        ["days", *(str(outage.days) for outage in told.curve)],
        [f"loss [{told.currency}]", *(f"{outage.loss:,.0f}" for outage in told.curve)],
        ["as days without stock", *empty],
    ]


def _units(value: float) -> str:
    """Return a quantity as it is ordered or kept, to three decimals."""
    return f"{value:,.3f}".rstrip("0").rstrip(".")


def _finite(value: float) -> str:
    return compact(value) if math.isfinite(value) else "endless"


def _costs(told: Explanation) -> Rows:
    options = [told.chosen, *([told.runner_up] if told.runner_up else [])]
    heading = ["", "chosen", *(["runner-up"] if told.runner_up else [])]
    certain = [
        [_label(name), *_amounts(option.certain[name] for option in options)] for name in _CERTAIN
    ]
    expected = [
        [label.format(told.primary), *_amounts(option.expected_loss[cause] for option in options)]
        for cause, label in _CAUSES.items()
    ]
    scarce = [
        [f"{_resource(name)} at its price", *_amounts(option.scarce[name] for option in options)]
        for name in told.chosen.scarce
    ]
    return [
        heading,
        *certain,
        *expected,
        ["expected cost", *_amounts(_expected_cost(option) for option in options)],
        ["its part of the risk charge", *_amounts(option.risk_charge for option in options)],
        *scarce,
        ["onboarding, for it alone", *_amounts(option.onboarding for option in options)],
        ["priced, together", *_amounts(option.total for option in options)],
        ["capital it draws on", *_amounts(option.capital for option in options)],
    ]


def _label(part: str) -> str:
    """Return what a part of the cost is called, within a table of small letters."""
    label = PARTS[part].full
    return label[0].lower() + label[1:]


def _expected_cost(option: PricedOption) -> float:
    return sum(option.certain.values()) + sum(option.expected_loss.values())


def _amounts(values: Any) -> list[str]:
    return [signed(f"{value:,.2f}") for value in values]


def _runner_up(told: Explanation) -> str:
    second: PricedOption | None = told.runner_up
    if second is None or told.gap is None:
        return "Runner-up: none, it is the only option."
    if told.gap < 0.0:
        cheaper = money(-told.gap, told.currency)
        return f"Runner-up: {second.option}, priced cheaper by {cheaper}: the limits forbid it."
    return f"Runner-up: {second.option}, dearer by {money(told.gap, told.currency)}."


def _flips(told: Explanation) -> Rows:
    labels = {
        "capital_price": f"price of capital [{told.currency}/{told.currency}]",
        "stockout_cost": f"stockout cost [{told.currency}/day]",
        "outage_probability": f"{told.primary} struck within a year",
    }
    rows = [["", "today", "below", "becomes", "above", "becomes"]]
    for name, flip in told.flips.items():
        show = percent if name == "outage_probability" else compact
        below, above = _flip_value(flip.below, show), _flip_value(flip.above, show)
        today = show(flip.today)
        rows.append([labels[name], today, below, _of(flip, "below"), above, _of(flip, "above")])
    return rows


def _flip_value(value: float | None, show: Any) -> str:
    return NONE if value is None else str(show(value))


def _of(flip: Flip, side: str) -> str:
    return str(getattr(flip, f"becomes_{side}")) or "never"


def _hurts(told: Explanation) -> list[str]:
    if not told.worst:
        return ["", f"None of the {told.futures:,} futures hurts it."]
    heading = ["future", "probability", "weight", "lost days", "loss", "strikes"]
    rows = [
        [
            str(hurt.scenario),
            percent(hurt.probability),
            percent(hurt.weight),
            f"{hurt.lost_days:.0f}",
            money(hurt.loss, told.currency),
            "; ".join(hurt.strikes),
        ]
        for hurt in told.worst
    ]
    return _section(f"The worst for it of {told.futures:,} futures", [heading, *rows])


def _survival(told: Explanation) -> str:
    if told.time_to_survive is None:
        return "It has no demand: nothing runs dry."
    survives = f"Its cover lasts {compact(told.time_to_survive)} days"
    if told.time_to_recover is None:
        return f"{survives}; {told.primary} states no time to recover."
    recovers = (
        f"{told.primary}, struck {rate(told.outages_a_year)} times a year, needs "
        f"{compact(told.time_to_recover)} days to recover"
    )
    exposed = told.time_to_survive < told.time_to_recover
    verdict = "exposed" if exposed else "it bridges that"
    helped = exposed and " with " in told.chosen.option
    return f"{survives}, {recovers}: {verdict}{', but for its alternate' if helped else ''}."


def _break_even(told: Explanation) -> list[str]:
    if told.break_even.empty:
        return []
    heading = ["", "cost, once", "saves a year", "outages a year", "break-even rate"]
    rows = [
        [
            " ".join(word for word in (row["kind"], row["supplier"]) if word),
            money(row["cost"], told.currency),
            money(row["saving"], told.currency) if math.isfinite(row["saving"]) else NONE,
            rate(row["outage_rate"]),
            rate(row["break_even_rate"]),
        ]
        for row in told.break_even.to_dict("records")
    ]
    return _section("What it buys against outages", [heading, *rows])


def _resource(name: str) -> str:
    kind, _, category = name.partition(":")
    return f"{kind} in {category}" if category else kind


def _section(title: str, rows: Rows) -> list[str]:
    """Return a title and rows in columns as wide as they need, numbers to the right."""
    columns = [_aligned(column) for column in zip(*rows, strict=True)]
    lines = ["  " + "  ".join(row).rstrip() for row in zip(*columns, strict=True)]
    return ["", title, *lines]


def _aligned(column: Sequence[str]) -> list[str]:
    width = max(map(len, column))
    is_numeric = all(cell[:1].isdigit() or cell[:1] in {NONE, MINUS} for cell in column[1:])
    return [cell.rjust(width) if is_numeric else cell.ljust(width) for cell in column]


def _plain(value: Any) -> Any:
    """Return what JSON can hold."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return _plain(asdict(value)) if hasattr(value, "__dataclass_fields__") else value
