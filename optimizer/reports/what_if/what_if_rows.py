"""What-ifs side by side as people read them: a row each, and what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from optimizer.domain.what_if import WhatIfResult, WhatIfRow
from optimizer.reports.kit.format import count, money, percent, percent_up

HEADINGS: Final = (
    "what-if",
    "cost",
    "expected cost",
    "risk charge",
    "against base",
    "regret",
    "gap",
    "capital",
    "expected loss",
    "VaR",
    "CVaR",
    "fill rate",
    "SKUs changed",
    "sources",
    "",
)
_NAMED: Final = 10  # what-ifs in a sentence
_MEANING: Final = (
    "`against base`: its cost less that of base, each under its own settings; `regret`: what the "
    "plan of base would cost more there than the plan found there, which may itself be dearer than "
    "the best by its gap; `sources`: to qualify more and fewer."
)


def rows_json(found: WhatIfResult) -> list[dict[str, Any]]:
    """Return the rows as a list for machines."""
    return [asdict(row) for row in found.rows]


def what_if_rows(found: WhatIfResult) -> list[tuple[str, ...]]:
    """Return a row of texts for every what-if, as `HEADINGS`."""
    return [_row(row, found.currency) for row in found.rows]


def what_if_lines(found: WhatIfResult) -> list[str]:
    """Return what each what-if changes and what that comes to, by sentence."""
    changes = [_what_if(row) for row in found.rows if row.changes]
    return ["", _MEANING, "", *changes, "", *sentences_of_all(found)]


def sentences_of_all(found: WhatIfResult) -> list[str]:
    """Say which costs share a yardstick, what is the same in all plans, what was not reached."""
    solved = [row for row in found.rows if row.objective is not None]
    base = found.rows[0]
    if base.objective is None:
        lines = [f"Base has no plan, so nothing can be set against it: {base.message}"]
    else:
        lines = _yardsticks(solved, found.currency)
    lines += [*_same(solved), *_robust(solved, found)]
    if found.left_out:
        lines.append(f"Stopped: {named(found.left_out)} not reached.")
    return lines


def named(names: Sequence[str]) -> str:
    """
    Return names in a row; of very many the first ones.

    Examples
    --------
    >>> named(["a", "b"]), named([str(number) for number in range(14)])
    ('a, b', '0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 4 more')
    """
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _row(row: WhatIfRow, currency: str) -> tuple[str, ...]:
    if row.objective is None:
        return (row.what_if, "no plan", *[""] * (len(HEADINGS) - 2))
    amounts = [money(value or 0.0, currency) for value in (row.expected_loss, row.var, row.cvar)]
    return (
        row.what_if,
        money(row.objective, currency),
        money(row.expected_cost or 0.0, currency),
        money(row.risk_charge or 0.0, currency),
        difference(row.cost_difference, currency),
        "not open" if row.base_breaks else difference(row.regret, currency),
        percent_up(row.gap or 0.0),
        money(row.capital_used or 0.0, currency),
        *amounts,
        "" if row.fill_rate is None else percent(row.fill_rate),
        "" if row.decisions_changed is None else f"{row.decisions_changed:,}",
        "" if row.qualified_more is None else f"+{row.qualified_more} −{row.qualified_fewer}",
        stopped(row),
    )


def stopped(row: WhatIfRow) -> str:
    """Say what stopped a search before the gap asked for; nothing where nothing did."""
    if row.status != "feasible":
        return ""
    return f"stopped by {(row.stopped_by or '').replace('_', ' ')}"


def difference(value: float | None, currency: str) -> str:
    """Return an amount with its sign; less than a cent is rounding."""
    if value is None:
        return ""
    amount = round(value, 2) + 0.0
    sign = {True: "+", False: "−"}[amount > 0.0] if amount else ""
    return f"{sign}{money(abs(amount), currency)}"


def _what_if(row: WhatIfRow) -> str:
    """Say what a what-if changes, and why it has no plan or is closed to the base's."""
    described = f" ({' '.join(row.description.split())})" if row.description else ""
    said = f"{row.what_if}{described}: {row.changes}."
    if row.message:
        said += f" No plan: {row.message}"
    if row.base_breaks:
        said += f" The plan of base is not open there: {row.base_breaks}."
    return said


def _yardsticks(solved: Sequence[WhatIfRow], currency: str) -> list[str]:
    """Rank the costs that are measured alike, and name those that are not."""
    alike = [row for row in solved if row.same_yardstick]
    lines = []
    if len(alike) > 1:
        alike.sort(key=lambda row: row.objective or 0.0)
        cheapest, dearest = (
            f"{row.what_if} ({money(row.objective or 0.0, currency)})"
            for row in (alike[0], alike[-1])
        )
        lines.append(
            f"Of the plans measured as base is, {cheapest} is the cheapest, {dearest} the dearest."
        )
    others = [row.what_if for row in solved if not row.same_yardstick]
    if others:
        lines.append(
            f"Costs under other rates, risk charges or hazards ({named(others)}) are measured by "
            "another yardstick: their regret tells more than their cost."
        )
    return lines


def _same(solved: Sequence[WhatIfRow]) -> list[str]:
    same = [row.what_if for row in solved if row.decisions_changed == 0]
    return [f"The plan of base is also that of {named(same)}."] if same else []


def _robust(solved: Sequence[WhatIfRow], found: WhatIfResult) -> list[str]:
    """Say how many SKUs no what-if moves, and what a move may mean."""
    if len(solved) < 2:
        return []
    widest = percent_up(max(row.gap or 0.0 for row in solved))
    robust = (
        f"Robust: {found.robust:,} of {count(found.n_skus, 'SKU')} keep their option in all "
        f"{len(solved):,} plans. Others may move only because two options cost nearly the same: "
        f"each plan is proven within a gap, {widest} at most."
    )
    return [robust]
