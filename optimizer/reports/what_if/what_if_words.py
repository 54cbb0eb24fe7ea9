"""The headline of what-ifs: whether base's plan may be kept, and what keeping it would cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import Final

from optimizer.domain.what_if import SolvedWhatIf, UnsolvedWhatIf, WhatIfRow
from optimizer.reports.kit.document import Figure, amount, number_of
from optimizer.reports.kit.format import count, money, per_horizon, percent, percent_up
from optimizer.reports.kit.measures import MEASURES
from optimizer.reports.kit.series import widest_gap
from optimizer.reports.kit.series_words import gap_figure, losses, made_of, plan_figures, proof
from optimizer.reports.run.limit_words import label_and_unit
from optimizer.reports.what_if.what_if_view import WhatIfView

_CENT: Final = 0.005  # money below it is rounding
_NAMED: Final = 10  # what-ifs in a sentence


def lead_sentence(view: WhatIfView) -> str:
    """Say in how many what-ifs base's plan is feasible, and what keeping it costs at the worst."""
    others, base = len(view.result.rows) - 1, view.base_plan
    if base is None:
        have = "has" if len(view.solved) == 1 else "have"
        return (
            "The portfolio as it is has no plan; "
            f"{len(view.solved):,} of {count(others, 'what-if')} {have} one."
        )
    with_plan = len(view.solved) - 1
    if not with_plan:
        cost = f"{money(base.objective, view.currency)} {per_horizon(base.horizon_days)}"
        return f"Base's plan costs {cost}; no other what-if has a plan."
    those = "" if with_plan == others else " with a plan"
    among = f"{len(view.kept):,} of {count(with_plan, 'what-if')}{those}"
    if not view.kept:
        return f"Base's plan is feasible in {among}."
    return f"Base's plan is feasible in {among}; {_dearest(view)}."


def _dearest(view: WhatIfView) -> str:
    """Say where keeping the plan of base costs most."""
    worst = max(view.kept, key=lambda kept: kept.regret)
    if worst.regret < _CENT:
        return "no plan found there is cheaper"
    cost = f"{money(worst.regret, view.currency)} {per_horizon(worst.row.horizon_days)}"
    if len(view.kept) == 1:
        return f"keeping it there costs {cost} more than the plan found"
    return f"keeping it costs up to {cost} more than the plan found, in {worst.row.what_if}"


def proof_sentence(view: WhatIfView) -> str:
    """Say how far from the best of its what-if any plan can be."""
    return proof(view.solved, "in every what-if with a plan")


def sentences(view: WhatIfView) -> list[str]:
    """Return what the what-ifs mean, by sentence."""
    return [
        *_base(view),
        *_at_most(view),
        *_closed(view.closed),
        *_unsolved([row for row in view.unsolved if row is not view.base]),
        *_comparable(view),
        *_same(view.solved),
        *_robust(view),
        *_left_out(view),
    ]


def figures(view: WhatIfView) -> list[Figure]:
    """Return the figures of the headline."""
    return [
        number_of(
            "What-ifs with a plan",
            len(view.solved),
            "base among them, each a verified run",
            of=len(view.result.rows),
        ),
        *_of_base(view.base_plan),
        *_kept(view),
        number_of(
            "Robust SKUs",
            view.result.robust,
            "keep their option in every plan",
            of=view.result.n_skus,
            is_tile=len(view.solved) > 1,
        ),
        gap_figure(view.solved, "of any what-if's plan"),
    ]


def _of_base(base: SolvedWhatIf | None) -> list[Figure]:
    if base is None:
        return []
    over = per_horizon(base.horizon_days)
    return [
        amount("Base costs", base.objective, f"{over}, as the portfolio is", is_tile=True),
        *plan_figures(base, base.tail_level, f"of base, {over}"),
    ]


def drawn_sentence(view: WhatIfView) -> str:
    """Say which what-ifs the charts leave out; nothing where they show all."""
    said = []
    if len(view.drawn) < len(view.solved):
        said.append(
            f"The charts show {len(view.drawn):,} of {len(view.solved):,} plans: base, and the "
            "what-ifs in which its plan is infeasible or costs most."
        )
    if view.unsolved:
        said.append(f"Not shown, for there is no plan: {_names(view.unsolved)}.")
    return " ".join(said)


def remark(row: WhatIfRow, view: WhatIfView) -> str:
    """Return what there is to say of a what-if beside its figures."""
    if isinstance(row, UnsolvedWhatIf):
        lacks = missing(row, view.currency)
        return f"no plan; missing: {lacks}" if lacks else "no plan"
    remarks = [
        "same plan as base" if row.decisions_changed == 0 else "",
        "base's plan infeasible" if row.base_breaks else "",
        "" if row.same_yardstick else "cost not comparable",
        stopped(row),
    ]
    return ", ".join(filter(None, remarks))


def missing(row: UnsolvedWhatIf, currency: str) -> str:
    """Return the least increase of each limit that alone makes a plan possible, rounded up."""
    lacks = []
    for name, least in row.missing.items():
        label, unit = label_and_unit(name, currency)
        if unit == "%":
            lacks.append(f"{label} {ceil(round(100.0 * least, 6)) / 100.0:g} {unit} more")
        else:
            lacks.append(f"{label} {ceil(round(least, 6)):,} {unit}".rstrip())
    return " or ".join(lacks)


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


def stopped(row: SolvedWhatIf) -> str:
    """Say what stopped a search before the gap asked for; nothing where nothing did."""
    if row.status != "feasible":
        return ""
    return f"stopped by {row.stopped_by.replace('_', ' ')}"


def difference(value: float | None, currency: str) -> str:
    """Return an amount with its sign; less than a cent is rounding."""
    if value is None:
        return ""
    amount = round(value, 2) + 0.0
    sign = {True: "+", False: "−"}[amount > 0.0] if amount else ""
    return f"{sign}{money(abs(amount), currency)}"


def dearest_finding(view: WhatIfView) -> str:
    """Say which what-if's plan costs most, against base's where that has one."""
    row, base = max(view.solved, key=lambda row: row.objective), view.base_plan
    said = f"{row.what_if} costs most: {money(row.objective, view.currency)}"
    if base is None or not base.objective or row is base:
        return f"{said}."
    return f"{said}, {percent(abs(row.objective / base.objective - 1.0))} more than base."


def highest_finding(view: WhatIfView, name: str, said: Callable[[str, str], str]) -> str:
    """Say where a figure is highest."""
    present = [row for row in view.solved if getattr(row, name) is not None]
    if not present:
        return f"{MEASURES[name].label}: no what-if has one."
    row = max(present, key=lambda row: float(getattr(row, name)))
    return said(row.what_if, money(float(getattr(row, name)), view.currency))


def _kept(view: WhatIfView) -> list[Figure]:
    """Return in how many what-ifs base's plan may be kept, and what that costs."""
    worst = max(view.kept, key=lambda kept: kept.regret, default=None)
    regret = (
        []
        if worst is None
        else [
            Figure(
                label="Largest regret",
                kind="money",
                value=worst.regret,
                text=difference(worst.regret, view.currency),
                note=f"of keeping base's plan: {worst.row.what_if}",
                is_tile=True,
            )
        ]
    )
    why = "what-ifs in which it breaks a limit or lacks an option"
    return [
        *regret,
        number_of("Base's plan is feasible in", len(view.kept), "other what-ifs", is_tile=False),
        number_of("Base's plan is infeasible in", len(view.closed), why, is_tile=bool(view.closed)),
    ]


def _base(view: WhatIfView) -> list[str]:
    base = view.base_plan
    if base is None:
        return []
    cost = f"{money(base.objective, view.currency)} {per_horizon(base.horizon_days)}"
    return [
        (
            f"Base, the portfolio as it is: the plan costs {cost}, "
            f"{made_of(base, view.currency)}; {losses(base, base.tail_level, view.currency)}"
        )
    ]


def _at_most(view: WhatIfView) -> list[str]:
    """Say what is proven of keeping the plan of base, whatever plans were not found."""
    if not view.kept:
        return []
    worst = max(view.kept, key=lambda kept: kept.at_most)
    most = f"{money(worst.at_most, view.currency)} {per_horizon(worst.row.horizon_days)}"
    return [f"Proven: where base's plan can be kept, no plan saves more than {most} over it."]


def _closed(closed: Sequence[SolvedWhatIf]) -> list[str]:
    if not closed:
        return []
    return [f"Base's plan is infeasible in {_names(closed)}; the table of changes says why."]


def _unsolved(unsolved: Sequence[UnsolvedWhatIf]) -> list[str]:
    if not unsolved:
        return []
    return [f"No plan is possible in {_names(unsolved)}; the table of changes says why."]


def _names(rows: Sequence[WhatIfRow]) -> str:
    return named([row.what_if for row in rows])


def _comparable(view: WhatIfView) -> list[str]:
    """Rank the costs that are comparable, and name those that are not."""
    if isinstance(view.base, UnsolvedWhatIf):
        return [f"Base has no plan, so nothing can be compared with it: {view.base.message}"]
    alike = [row for row in view.solved if row.same_yardstick]
    lines = []
    if len(alike) > 1:
        alike.sort(key=lambda row: row.objective)
        cheapest, dearest = (
            f"{row.what_if} ({money(row.objective, view.currency)})"
            for row in (alike[0], alike[-1])
        )
        lines.append(
            f"Of the plans comparable with base by cost, {cheapest} costs least, {dearest} most."
        )
    others = [row.what_if for row in view.solved if not row.same_yardstick]
    if others:
        lines.append(
            f"Not comparable with base by cost, for rates, risk charges, hazards or inputs differ: "
            f"{named(others)}; compare regret."
        )
    return lines


def _same(solved: Sequence[SolvedWhatIf]) -> list[str]:
    same = [row.what_if for row in solved if row.decisions_changed == 0]
    return [f"Base's plan is also the plan found in {named(same)}."] if same else []


def _robust(view: WhatIfView) -> list[str]:
    """Say how many SKUs no what-if moves, and what a move may mean."""
    if len(view.solved) < 2:
        return []
    widest = percent_up(widest_gap(view.solved))
    skus = f"{view.result.robust:,} of {count(view.result.n_skus, 'SKU')}"
    robust = (
        f"Robust: {skus} keep their option in all {len(view.solved):,} plans. Others may switch "
        "merely because two options cost nearly the same: each plan is proven within a gap of at "
        f"most {widest}."
    )
    return [robust]


def _left_out(view: WhatIfView) -> list[str]:
    return [f"Stopped: {named(view.result.left_out)} not reached."] if view.result.left_out else []
