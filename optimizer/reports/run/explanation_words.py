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
from optimizer.reports.kit.price_words import saves
from optimizer.reports.run.break_even_words import rate
from optimizer.reports.run.limit_words import label_and_unit
from optimizer.sensitivity.explanation import Explanation, Flip, PricedOption

Rows = Sequence[Sequence[str]]

_CERTAIN: Final = ("carrying", "ordering", "purchasing", "routine_stockout", "qualification")
_CAUSES: Final = {
    "outage": "expected loss: {} out",
    "surge": "expected loss: surges of demand",
    "price": "expected loss: price shocks",
}


def explanation_json(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation for machines; what is not a finite number is null."""
    plain = {name: getattr(explanation, name) for name in explanation.__dataclass_fields__}
    plain["break_even"] = explanation.break_even.to_dict("records")
    return {name: _plain(value) for name, value in plain.items()}


def explanation_lines(explanation: Explanation) -> list[str]:
    """Return an explanation, line by line."""
    about = f", {explanation.description}" if explanation.description else ""
    return [
        f"{explanation.sku}{about}: {explanation.chosen.option}",
        f"Why: {explanation.reason}.",
        *_section("Stock parameters", _formula(explanation)),
        *_section("What an outage costs, by its days without supply", _curve(explanation)),
        *_section(
            f"What it costs {per_horizon(explanation.horizon_days)} [{explanation.currency}]",
            _costs(explanation),
        ),
        "",
        _runner_up(explanation),
        *_section("Where the choice flips", _flips(explanation)),
        "Each input alone, all else unchanged, at the plan's shadow prices.",
        *_prices(explanation),
        *_worst(explanation),
        *_section("Time to survive against time to recover", [[_survival(explanation)]]),
        *_break_even(explanation),
    ]


def _formula(explanation: Explanation) -> Rows:
    f: dict[str, Any] = dict(explanation.formula)
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


def _curve(explanation: Explanation) -> Rows:
    """A column for each length: what it costs, and how many days without any stock cost as much."""
    if not any(outage.loss for outage in explanation.curve):
        return [["nothing"]]
    empty = [
        NONE if outage.as_empty_days is None else f"{outage.as_empty_days:.1f}"
        for outage in explanation.curve
    ]
    return [
        ["days", *(str(outage.days) for outage in explanation.curve)],
        [
            f"loss [{explanation.currency}]",
            *(f"{outage.loss:,.0f}" for outage in explanation.curve),
        ],
        ["as days without stock", *empty],
    ]


def _units(value: float) -> str:
    """Return a quantity to three decimals."""
    return f"{value:,.3f}".rstrip("0").rstrip(".")


def _finite(value: float) -> str:
    return compact(value) if math.isfinite(value) else "endless"


def _costs(explanation: Explanation) -> Rows:
    options = [explanation.chosen, *([explanation.runner_up] if explanation.runner_up else [])]
    heading = ["", "chosen", *(["runner-up"] if explanation.runner_up else [])]
    certain = [
        [_label(name), *_amounts(option.certain[name] for option in options)] for name in _CERTAIN
    ]
    expected = [
        [
            label.format(explanation.primary),
            *_amounts(option.expected_loss[cause] for option in options),
        ]
        for cause, label in _CAUSES.items()
    ]
    scarce = [
        [
            f"{label_and_unit(name, '')[0]} at its price",
            *_amounts(option.scarce[name] for option in options),
        ]
        for name in explanation.chosen.scarce
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


def _runner_up(explanation: Explanation) -> str:
    second: PricedOption | None = explanation.runner_up
    if second is None or explanation.gap is None:
        return "Runner-up: none, it is the only option."
    if explanation.gap < 0.0:
        cheaper = money(-explanation.gap, explanation.currency)
        return f"Runner-up: {second.option}, priced cheaper by {cheaper}: the limits forbid it."
    return f"Runner-up: {second.option}, dearer by {money(explanation.gap, explanation.currency)}."


def _flips(explanation: Explanation) -> Rows:
    labels = {
        "capital_price": f"price of capital [{explanation.currency}/{explanation.currency}]",
        "stockout_cost": f"stockout cost [{explanation.currency}/day]",
        "outage_probability": f"{explanation.primary} struck within a year",
    }
    rows = [["", "today", "below", "becomes", "above", "becomes"]]
    for name, flip in explanation.flips.items():
        show = percent if name == "outage_probability" else compact
        below, above = _flip_value(flip.below, show), _flip_value(flip.above, show)
        today = show(flip.today)
        rows.append([labels[name], today, below, _of(flip, "below"), above, _of(flip, "above")])
    return rows


def _prices(explanation: Explanation) -> list[str]:
    """Say of what may be divided what one more unit would save, of which cost."""
    said, period = [], per_horizon(explanation.horizon_days)
    for name, price in explanation.prices.items():
        label, unit = label_and_unit(name, explanation.currency)
        if unit:
            expected = explanation.prices_expected.get(name)
            saved = saves(price, expected, explanation.currency, period)
            one = "percentage point" if unit == "%" else unit
            said.append(f"One more {one} of {label} would save {saved}.")
    return said


def _flip_value(value: float | None, show: Any) -> str:
    return NONE if value is None else str(show(value))


def _of(flip: Flip, side: str) -> str:
    return str(getattr(flip, f"becomes_{side}")) or "never"


def _worst(explanation: Explanation) -> list[str]:
    if not explanation.worst:
        return ["", f"None of the {explanation.futures:,} futures hurts it."]
    heading = ["future", "probability", "weight", "lost days", "loss", "strikes"]
    rows = [
        [
            str(future.scenario),
            percent(future.probability),
            percent(future.weight),
            f"{future.lost_days:.0f}",
            money(future.loss, explanation.currency),
            "; ".join(future.strikes),
        ]
        for future in explanation.worst
    ]
    return _section(f"The worst for it of {explanation.futures:,} futures", [heading, *rows])


def _survival(explanation: Explanation) -> str:
    if explanation.time_to_survive is None:
        return "It has no demand: nothing runs dry."
    survives = f"Its cover lasts {compact(explanation.time_to_survive)} days"
    if explanation.time_to_recover is None:
        return f"{survives}; {explanation.primary} states no time to recover."
    recovers = (
        f"{explanation.primary}, struck {rate(explanation.outages_a_year)} times a year, needs "
        f"{compact(explanation.time_to_recover)} days to recover"
    )
    exposed = explanation.time_to_survive < explanation.time_to_recover
    verdict = "exposed" if exposed else "it bridges that"
    helped = exposed and " with " in explanation.chosen.option
    return f"{survives}, {recovers}: {verdict}{', but for its alternate' if helped else ''}."


def _break_even(explanation: Explanation) -> list[str]:
    if explanation.break_even.empty:
        return []
    heading = ["", "cost, once", "saves a year", "outages a year", "break-even rate"]
    rows = [
        [
            " ".join(word for word in (row["kind"], row["supplier"]) if word),
            money(row["cost"], explanation.currency),
            money(row["saving"], explanation.currency) if math.isfinite(row["saving"]) else NONE,
            rate(row["outage_rate"]),
            rate(row["break_even_rate"]),
        ]
        for row in explanation.break_even.to_dict("records")
    ]
    return _section("What it buys against outages", [heading, *rows])


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
