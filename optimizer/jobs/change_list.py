"""What a decided plan changes of the plan in force, in order of money, to the last cent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, Final, NamedTuple, Self

import numpy as np
import pandas as pd

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.change_list import CHANGES, Sums
from optimizer.domain.decided import Decided
from optimizer.domain.option import Costs, Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.engine.decompose.pricing_model import PricingModel, pricing_model
from optimizer.errors import VerificationError
from optimizer.maths.risk import cvar, unexpected_loss, value_at_risk
from optimizer.options.change import change
from optimizer.store.words import alternate_names, in_words
from optimizer.strategies.candidate import Candidate
from optimizer.strategies.in_force import in_force

_AT_ONCE: Final = 256  # SKUs whose losses in every future are held at a time
_AGREEMENT: Final = 1e-6  # of the amounts, against the manifest
_MONEY: Final = 6  # decimals of a currency unit


class Listed(NamedTuple):
    """The rows of a list, the sums before and after, and the most capital on the way."""

    rows: pd.DataFrame
    before: Sums
    after: Sums
    first: int
    most_capital: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Side:
    """A plan, option by option; money in currency, one entry per SKU unless said otherwise."""

    designs: Designs
    costs: Costs
    certain: FloatArray
    expected: FloatArray
    capital: FloatArray
    limited: FloatArray
    needs: IntArray
    model: PricingModel

    @classmethod
    def of(cls, decided: Decided, designs: Designs) -> Self:
        """Cost a plan; `limited` is what it uses of priced limits, at their prices."""
        portfolio = decided.portfolio
        candidate = Candidate.of(portfolio, designs)
        costs, used = candidate.chosen.costs, candidate.chosen.resources
        price = [decided.price.get(name, 0.0) * (name != "changes") for name in used.name]
        sources, suppliers = portfolio.sources, portfolio.suppliers
        supplier = np.where(designs.alternates >= 0, sources.supplier[designs.alternates], -1)
        closed = (supplier >= 0) & ~suppliers.onboarded[supplier]
        return cls(
            designs=designs,
            costs=costs,
            certain=costs.total,
            expected=np.asarray(candidate.chosen.options.expected_loss),
            capital=used.option_use[used.name.index("capital")],
            limited=np.array(price) @ used.option_use,
            needs=np.where(closed, supplier, -1),
            model=pricing_model(candidate.case(decided.futures)),
        )

    def losses(self, skus: IntArray) -> FloatArray:
        """Return the losses of these SKUs in every future.  Shape ``(n, S)``."""
        model = self.model
        every = np.arange(len(model.probability))
        return np.asarray(model.options.losses_of(skus, every)[:, model.futures.scenario])

    def loss(self) -> FloatArray:
        """Return the plan's loss in every future.  Shape ``(S,)``."""
        model = self.model
        every = np.arange(model.options.n_skus)
        return model.futures.by_future(model.options.losses(every).sum(axis=0))


def list_changes(decided: Decided) -> Listed:
    """
    Return what a plan changes of the plan in force, the worthiest change first.

    The sums before the first change and after the last one are those of two plans; a change's part
    is what it adds when it is made in its turn, so the parts add up to the difference exactly.  A
    supplier's onboarding falls to the first change that needs it.

    Raises
    ------
    BadInputError
        If the plan in force cannot be costed.
    VerificationError
        If the sums after the last change are not those that the engine states.
    """
    portfolio, after = decided.portfolio, decided.designs
    changed = change(portfolio, after) > 0.0
    stated, is_first = _with_first_decisions(portfolio, after)
    before = in_force(stated, stated.plan_in_force)  # type: ignore[arg-type]
    old, new = _Side.of(decided, before), _Side.of(decided, after)
    skus = np.flatnonzero(changed & ~is_first)
    worth = _worth(decided, old, new, skus)
    order = np.lexsort((portfolio.skus.sku[skus].astype(str), -np.round(worth, _MONEY)))
    skus, worth = skus[order], worth[order]
    sums = np.array(list(_walk(decided, old, new, skus)))
    _check(decided, sums[-1])
    rows = _rows(decided, old, new, skus).assign(
        capital_change=np.diff(sums[:, 3]),
        expected_cost_change=np.diff(sums[:, 1]),
        risk_charge_change=np.diff(sums[:, 2]),
        saving=-np.diff(sums[:, 0]),
        cumulative_saving=sums[0, 0] - sums[1:, 0],
        worth=worth,
    )
    return Listed(
        rows=rows,
        before=Sums(*sums[0].tolist()),
        after=Sums(*sums[-1].tolist()),
        first=int((changed & is_first).sum()),
        most_capital=float(sums[:, 3].max()),
    )


def with_reasons(rows: pd.DataFrame, plan: pd.DataFrame, run: str) -> pd.DataFrame:
    """Return the rows with the plan's reasons, nothing decided yet, and what identifies them."""
    reason = plan.set_index("sku")["reason"].reindex(rows["sku"]).to_numpy(object)
    undecided = dict.fromkeys(("decision", "decided_by", "decision_reason"), "")
    known = rows.assign(reason=reason, **undecided)
    written = known.to_csv(index=False, float_format="%.17g").encode()
    name = f"{run}:{hashlib.sha256(written).hexdigest()[:16]}"
    return known.assign(list=name)[list(CHANGES)]


def _with_first_decisions(portfolio: Portfolio, plan: Designs) -> tuple[Portfolio, BoolArray]:
    """Return the portfolio with the plan's decisions where none is in force, and where that is."""
    now = portfolio.plan_in_force
    assert now is not None  # noqa: S101  changes are of a plan in force
    none = (now.policy == "") & np.isnan(now.reorder_point) & (portfolio.skus.demand_mean > 0.0)
    policies = np.array(list(portfolio.settings.policies), dtype=np.object_)
    new = {
        "policy": policies[plan.policy],
        **{f.name: getattr(plan, f.name) for f in fields(now) if f.name not in _NOT_OF_A_DESIGN},
        "alternates": alternate_names(portfolio, plan),
    }
    filled = {name: np.where(none, column, getattr(now, name)) for name, column in new.items()}
    return replace(portfolio, plan_in_force=replace(now, **filled)), none


_NOT_OF_A_DESIGN: Final = ("policy", "alternates", "keep")


def _worth(decided: Decided, old: _Side, new: _Side, skus: IntArray) -> FloatArray:
    """Return what each change saves at the plan's prices, onboarding aside.  Shape ``(n,)``."""
    prices = decided.outcome.prices
    saved = (
        (old.certain - new.certain)[skus]
        + prices.mean_weight * (old.expected - new.expected)[skus]
        + (old.limited - new.limited)[skus]
    )
    if prices.tail_weight.any():
        parts = np.split(np.arange(len(skus)), np.arange(_AT_ONCE, len(skus), _AT_ONCE))
        for part in parts:
            less = old.losses(skus[part]) - new.losses(skus[part])
            saved[part] += less @ prices.tail_weight
    return np.asarray(saved)


def _walk(
    decided: Decided, old: _Side, new: _Side, skus: IntArray
) -> Iterator[tuple[float, float, float, float]]:
    """Yield objective, expected cost, risk charge and capital before and after every change."""
    portfolio = decided.portfolio
    settings, suppliers = portfolio.settings, portfolio.suppliers
    years = settings.horizon.years / settings.onboarding.life_years
    cash = settings.budget.includes_qualification
    needed = np.bincount(old.needs[old.needs >= 0], minlength=len(suppliers))
    loss, certain = old.loss(), float(old.certain.sum())
    expected, capital = float(old.expected.sum()), float(old.capital.sum())

    def sums() -> tuple[float, float, float, float]:
        onboarding = float(suppliers.onboarding_cost[needed > 0].sum())
        cost_now = certain + expected + onboarding * years
        charge = settings.tail_charge * unexpected_loss(_tail(decided, loss), expected)
        return cost_now + charge, cost_now, charge, capital + onboarding * cash

    yield sums()
    for part in np.split(skus, np.arange(_AT_ONCE, len(skus), _AT_ONCE)):
        more = new.losses(part) - old.losses(part)
        for sku, of_sku in zip(part.tolist(), more, strict=True):
            loss = loss + of_sku
            certain += float(new.certain[sku] - old.certain[sku])
            expected += float(new.expected[sku] - old.expected[sku])
            capital += float(new.capital[sku] - old.capital[sku])
            for side, sign in ((old, -1), (new, 1)):
                needed[side.needs[sku][side.needs[sku] >= 0]] += sign
            yield sums()


def _tail(decided: Decided, loss: FloatArray) -> float:
    risk = decided.portfolio.settings.risk
    measure = value_at_risk if risk.measure == "var" else cvar
    return measure(loss, decided.futures.probability, risk.level)


def _check(decided: Decided, sums: FloatArray) -> None:
    """Refuse a list whose end is not the plan."""
    stated, found = decided.outcome.objective, float(sums[0])
    room = _AGREEMENT * (abs(stated) + float(sums[3]))
    if not abs(found - stated) <= room:
        raise VerificationError([f"changes: they end at {found!r}, the plan costs {stated!r}"])


def _rows(decided: Decided, old: _Side, new: _Side, skus: IntArray) -> pd.DataFrame:
    portfolio = decided.portfolio
    of_sku, sources = portfolio.skus, portfolio.sources
    primary = portfolio.suppliers.supplier[sources.supplier[of_sku.primary[skus]]]
    columns: dict[str, Any] = {
        "rank": np.arange(1, len(skus) + 1),
        "sku": of_sku.sku[skus],
        "description": of_sku.description[skus],
        "category": of_sku.category[skus],
        "supplier": primary,
    }
    for prefix, side in (("", old), ("to_", new)):
        designs, costs = side.designs.take(skus), side.costs
        columns |= {
            f"{prefix}option": in_words(portfolio, designs),
            f"{prefix}reorder_point": costs.reorder_point[skus],
            f"{prefix}order_quantity": costs.order_quantity[skus],
            f"{prefix}buffer": costs.safety_stock[skus],
            f"{prefix}alternates": alternate_names(portfolio, designs),
        }
    return pd.DataFrame(columns)
