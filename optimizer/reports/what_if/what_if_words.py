"""The headline of what-ifs: whether base's plan may be kept, and what keeping it would cost."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Final

from optimizer.domain.what_if import WhatIfRow
from optimizer.reports.kit.format import count, money, percent_up
from optimizer.reports.kit.series import widest_gap
from optimizer.reports.kit.series_words import losses, made_of, proof
from optimizer.reports.run.facts import per_horizon
from optimizer.reports.run.limit_words import label_and_unit
from optimizer.reports.run.tiles import Tile
from optimizer.reports.what_if.what_if_rows import difference, named, sentences_of_all, stopped
from optimizer.reports.what_if.what_if_view import WhatIfView, at_most

_CENT: Final = 0.005  # money below it is rounding


def lead_sentence(view: WhatIfView) -> str:
    """Say whether the plan of base may be kept, and what that costs at the worst."""
    others = len(view.found.rows) - 1
    if view.base.objective is None:
        return (
            "The portfolio as it is has no plan; "
            f"{len(view.solved):,} of {count(others, 'what-if')} {_have(len(view.solved))} one."
        )
    with_plan = len(view.solved) - 1
    if not with_plan:
        cost = f"{money(view.base.objective, view.currency)} {per_horizon(view.base.horizon_days)}"
        return f"The plan of base costs {cost}; no other what-if has a plan."
    kind = "what-if" if with_plan == others else "what-if with a plan"
    among = f"{len(view.kept):,} of {_plural(with_plan, kind)}"
    if not view.kept:
        return f"The plan of base can be kept in {among}."
    return f"The plan of base can be kept in {among}; {_dearest(view)}."


def _dearest(view: WhatIfView) -> str:
    """Say where keeping the plan of base costs most."""
    worst = max(view.kept, key=lambda row: row.regret or 0.0)
    regret = worst.regret or 0.0
    if regret < _CENT:
        return "no plan found there is cheaper"
    cost = f"{money(regret, view.currency)} {per_horizon(worst.horizon_days)}"
    if len(view.kept) == 1:
        return f"there it costs {cost} more than the plan found"
    return f"that costs {cost} more than the plan found where it is worst, in {worst.what_if}"


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
        *sentences_of_all(view.found),
    ]


def tiles(view: WhatIfView) -> list[Tile]:
    """Return the figures a reader looks for first."""
    with_plan = f"{len(view.solved):,} of {len(view.found.rows):,}"
    found = [Tile(label="What-ifs with a plan", value=with_plan, note="base among them")]
    if view.base.objective is not None:
        cost = money(view.base.objective, view.currency)
        over = per_horizon(view.base.horizon_days)
        found.append(Tile(label="Base costs", value=cost, note=f"{over}, as the portfolio is"))
    if view.kept:
        worst = max(view.kept, key=lambda row: row.regret or 0.0)
        regret = difference(worst.regret, view.currency)
        note = f"of keeping base's plan: {worst.what_if}"
        found.append(Tile(label="Largest regret", value=regret, note=note))
    if view.closed:
        note = "what-ifs in which it breaks a limit or lacks an option"
        closed = f"{len(view.closed):,}"
        found.append(Tile(label="Base's plan is not open in", value=closed, note=note))
    if len(view.solved) > 1:
        robust = f"{view.found.robust:,} of {view.found.n_skus:,}"
        note = "keep their option in every plan"
        found.append(Tile(label="Robust SKUs", value=robust, note=note))
    widest = percent_up(widest_gap(view.solved))
    found.append(Tile(label="Widest proven gap", value=widest, note="of any what-if's plan"))
    return found


def drawn_sentence(view: WhatIfView) -> str:
    """Say which what-ifs the charts leave out; nothing where they show all."""
    said = []
    if len(view.drawn) < len(view.solved):
        said.append(
            f"Of {len(view.solved):,} plans {len(view.drawn):,} are drawn: base, and those of the "
            "what-ifs in which its plan is not open or costs most."
        )
    if view.unsolved:
        said.append(f"Without a plan, so not drawn: {_names(view.unsolved)}.")
    return " ".join(said)


def remark(row: WhatIfRow, view: WhatIfView) -> str:
    """Return what there is to say of a what-if beside its figures."""
    if row.objective is None:
        lacks = missing(row, view.currency)
        return f"no plan; missing: {lacks}" if lacks else "no plan"
    remarks = [
        "base's plan" if row.decisions_changed == 0 else "",
        "base's plan not open" if row.base_breaks else "",
        "" if row.same_yardstick else "other yardstick",
        stopped(row),
    ]
    return ", ".join(filter(None, remarks))


def missing(row: WhatIfRow, currency: str) -> str:
    """Return the least increase of each limit that alone makes a plan possible, rounded up."""
    lacks = []
    for name, amount in row.missing.items():
        label, unit = label_and_unit(name, currency)
        lacks.append(f"{label} {ceil(round(amount, 6)):,} {unit}".rstrip())
    return " or ".join(lacks)


def _base(view: WhatIfView) -> list[str]:
    base = view.base
    if base.objective is None:
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
    worst = max(view.kept, key=lambda row: at_most(row) or 0.0)
    most = f"{money(at_most(worst) or 0.0, view.currency)} {per_horizon(worst.horizon_days)}"
    return [f"Proven: where base's plan can be kept, no plan saves more than {most} over it."]


def _closed(closed: Sequence[WhatIfRow]) -> list[str]:
    if not closed:
        return []
    return [f"Not open to base's plan: {_names(closed)}; why stands with what each changes."]


def _unsolved(unsolved: Sequence[WhatIfRow]) -> list[str]:
    if not unsolved:
        return []
    return [f"Without a plan: {_names(unsolved)}; why stands with what each changes."]


def _names(rows: Sequence[WhatIfRow]) -> str:
    return named([row.what_if for row in rows])


def _plural(number: int, kind: str) -> str:
    """Return ``1 what-if with a plan``, ``5 what-ifs with a plan``."""
    noun, *rest = kind.split(" ", 1)
    return " ".join([count(number, noun), *rest])


def _have(number: int) -> str:
    return "has" if number == 1 else "have"
