"""A frontier's headline: what the range buys, the knee, one step more and one step less."""

from __future__ import annotations

from optimizer.domain.frontier import Point
from optimizer.reports.frontier.frontier_rows import budget_words, knee_sentence, lacking
from optimizer.reports.frontier.frontier_view import BudgetStep, FrontierView
from optimizer.reports.kit.format import alike, compact, count, money, percent_up
from optimizer.reports.kit.series import widest_gap
from optimizer.reports.kit.series_words import STOPPED, losses, made_of, proof
from optimizer.reports.run.tiles import Tile


def lead_sentence(view: FrontierView) -> str:
    """Say what the whole range buys."""
    first, last = view.solved[0], view.solved[-1]
    if first is last:
        return f"With {_budget(first, view)} of capital the plan costs {_cost(first, view)}."
    low, high = _budget(first, view), _budget(last, view)
    dear, cheap = alike((first.objective or 0.0, last.objective or 0.0), view.currency)
    if dear == cheap:
        return (
            f"From {low} to {high} of capital, the plan's cost is about the same, {cheap} "
            f"{view.per_horizon}."
        )
    return (
        f"From {low} to {high} of capital, the plan's cost falls from {dear} to {cheap} "
        f"{view.per_horizon}."
    )


def proof_sentence(view: FrontierView) -> str:
    """Say how far from the best of its budget any plan can be."""
    why = STOPPED
    if any(point.stopped_by == "nesting" for point in view.solved):
        why = f"{why} or keep what smaller budgets bought"
    return proof(view.solved, "at every budget", why)


def sentences(view: FrontierView) -> list[str]:
    """Return what the budgets mean, by sentence."""
    knee = [] if view.knee is None else [knee_sentence(view.knee, view.found)]
    up, down = view.ups[view.place], view.downs[view.place]
    return [
        *knee,
        here_sentence(view),
        *([f"The next money: {step_sentence(up, view)}"] if up else []),
        *([f"A cut: {step_sentence(down, view)}"] if down else []),
        *_price_sentence(view),
        *_unsolved_sentences(view),
        *_shared_sentences(view),
        *_nested_sentences(view),
    ]


def here_sentence(view: FrontierView) -> str:
    """Say what the point buys from which the frontier is looked at."""
    here, own = view.here, view.settings.budget.capital
    why = " (the knee)" if here.knee else ""
    if own is not None and own == here.budget:
        why = " (the portfolio's own budget)"
    elif own is not None and view.solved[0].budget <= own <= view.solved[-1].budget:
        why = f" (nearest to the portfolio's own budget, {budget_words(own, view.found)})"
    return (
        f"{_budget(here, view)}{why}: the plan costs {_cost(here, view)}, "
        f"{made_of(here, view.currency)}; {losses(here, view.settings.risk.level, view.currency)}"
    )


def step_sentence(step: BudgetStep, view: FrontierView) -> str:
    """Say what a step to a neighbouring budget saves or costs."""
    from_, to = _budget(step.here, view), _budget(step.there, view)
    amount = f"{money(abs(step.saved), view.currency)} {view.per_horizon}"
    each = f"{compact(abs(step.each))} {view.currency} for each {view.currency}"
    if step.there.budget > step.here.budget:
        return f"from {from_} to {to} saves {amount}, {each}."
    return f"from {from_} to {to} costs {amount}, {each} given up."


def tiles(view: FrontierView) -> list[Tile]:
    """Return the figures a reader looks for first."""
    knee, currency = view.knee, view.currency
    up, down = view.ups[view.place], view.downs[view.place]
    at = f"at {_budget(view.here, view)}"
    budgets = f"{len(view.solved):,} of {len(view.found.points):,}"
    found = [Tile(label="Budgets with a plan", value=budgets, note="each a verified run")]
    if knee is not None:
        note = "beyond it, returns diminish clearly"
        found.append(Tile(label="Knee", value=_budget(knee, view), note=note))
    found.append(_tile(f"Cost {view.per_horizon}", view.here.objective or 0.0, at, currency))
    if up is not None:
        note = f"from {_budget(up.here, view)} to {_budget(up.there, view)}"
        found.append(_tile("One step more saves", up.saved, note, currency))
    if down is not None:
        note = f"from {_budget(down.here, view)} to {_budget(down.there, view)}"
        found.append(_tile("One step less costs", -down.saved, note, currency))
    widest = percent_up(widest_gap(view.solved))
    found.append(Tile(label="Widest proven gap", value=widest, note="of any budget's plan"))
    return found


def _price_sentence(view: FrontierView) -> list[str]:
    price, currency = view.here.capital_price, view.currency
    if price is None:
        return []
    return [
        (
            f"At {_budget(view.here, view)} one more {currency} of budget would save "
            f"{compact(price)} {currency} {view.per_horizon}, by the relaxation."
        )
    ]


def _unsolved_sentences(view: FrontierView) -> list[str]:
    said = []
    if view.unsolved:
        largest = view.unsolved[-1]
        number = f"{len(view.unsolved):,} of {count(len(view.found.points), 'budget')}"
        lacks = lacking(largest, view.found)
        said.append(f"Too small: {number}. {_budget(largest, view)}: {lacks}.")
    if view.found.left_out:
        said.append(f"Stopped: {count(view.found.left_out, 'budget')} not reached.")
    return said


def _shared_sentences(view: FrontierView) -> list[str]:
    taken = sum(point.plan_of not in (None, point.budget) for point in view.solved)
    if not taken:
        return []
    return [
        f"{count(taken, 'budget')} kept the plan of a smaller one: no cheaper plan was found there."
    ]


def _nested_sentences(view: FrontierView) -> list[str]:
    nested = [point for point in view.solved if point.nesting_cost is not None]
    if not nested:
        return []
    dearest = max(nested, key=lambda point: point.nesting_cost or 0.0)
    cost = money(dearest.nesting_cost or 0.0, view.currency)
    return [
        (
            "Nested: every budget keeps the cover, the alternates and the suppliers that smaller "
            f"ones bought. That costs most at {_budget(dearest, view)}: {cost} more than the plan "
            "found there that need keep nothing."
        )
    ]


def _tile(label: str, amount: float, note: str, currency: str) -> Tile:
    return Tile(label=label, value=money(amount, currency), note=note)


def _budget(point: Point, view: FrontierView) -> str:
    return budget_words(point.budget, view.found)


def _cost(point: Point, view: FrontierView) -> str:
    return f"{money(point.objective or 0.0, view.currency)} {view.per_horizon}"
