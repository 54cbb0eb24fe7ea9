"""What the plan and today's stock tie up in each quarter, day by day of each SKU's own story."""

from __future__ import annotations

import math
from itertools import pairwise

from optimizer.domain.portfolio import Portfolio
from optimizer.verifier.decisions import Decisions
from optimizer.verifier.held import Held

_BEGINS = (0.0, 91.25, 182.5, 273.75, 365.0)


def stock_by_quarter(portfolio: Portfolio, decisions: Decisions, stock: Held) -> list[float]:
    """Return the stock on own books that stands at most in each of four quarters. [currency]"""
    counted, skus = portfolio.stock_on_hand, portfolio.skus
    assert counted is not None  # noqa: S101  the caller looked
    in_force = portfolio.plan_in_force
    totals: list[list[float]] = [[], [], [], []]
    for i, policy in enumerate(decisions.policy):
        target = policy.own_books * float(stock.mean_on_hand[i])
        if math.isnan(counted.usable[i]):
            for total in totals:
                total.append(skus.unit_cost[i] * target)
            continue
        today = in_force.policy[i] if in_force is not None else ""
        ours = portfolio.settings.policies[today].own_books if today else 1.0
        arrival = float(portfolio.sources.lead_time_mean[skus.primary[i]])
        story = [(0.0, float(counted.usable[i])), (arrival, float(counted.on_order[i]))]
        for total, (begin, end) in zip(totals, pairwise(_BEGINS), strict=True):
            days = {begin, *(day for day, _ in story if begin < day < end)}
            standing = max(
                sum(came for day, came in story if day <= now) - skus.demand_mean[i] * now
                for now in days
            )
            held = max(target, ours * standing) + ours * counted.blocked[i]
            total.append(float(skus.unit_cost[i] * held))
    return [math.fsum(total) for total in totals]
