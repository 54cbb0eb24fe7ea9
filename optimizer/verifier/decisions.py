"""The plan's choices: checks that they can be read and are allowed (MODEL 2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.portfolio import MUST, NEVER, PRIMARY, Portfolio
from optimizer.domain.settings import Policy
from optimizer.verifier.demand_laws import laws_of
from optimizer.verifier.fine_grid import LOT_FACTORS, reserves, service_levels
from optimizer.verifier.ledger import RELATIVE, Ledger
from optimizer.verifier.table_form import numbers, texts

MOST_ALTERNATES = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decisions:
    """
    The plan's choices, in the portfolio's order of SKUs.

    Attributes
    ----------
    rows
        The plan's rows.
    names
        The SKUs.  Length N.
    policy
        Policy of each SKU.  Length N.
    service_level, reserve_days, lot_days_min, lot_factor
        Shape ``(N,)``.
    reorder_point, order_quantity
        Stated values, NaN if they follow from the policy.  Shape ``(N,)``. [unit]
    alternates
        Rows of the portfolio's sources, -1 for none.  Shape ``(N, 2)``.
    """

    rows: pd.DataFrame
    names: list[str]
    policy: list[Policy]
    service_level: FloatArray
    reserve_days: FloatArray
    lot_days_min: FloatArray
    lot_factor: FloatArray
    reorder_point: FloatArray
    order_quantity: FloatArray
    alternates: IntArray

    def parameter(self, name: str) -> FloatArray:
        """Return a parameter of each SKU's policy.  Shape ``(N,)``."""
        return np.array([getattr(policy, name) for policy in self.policy], dtype=np.float64)

    def of_alternates(self, column: FloatArray, missing: float) -> FloatArray:
        """Return a column of the sources for each alternate.  Shape ``(N, 2)``."""
        chosen: FloatArray = np.where(
            self.alternates >= 0, np.append(column, missing)[self.alternates], missing
        )
        return chosen


class _Grid(NamedTuple):
    """What a policy offers, column by column of the plan; any combination."""

    service_level: tuple[float, ...]
    reserve_days: tuple[float, ...]
    lot_days_min: tuple[float, ...]
    lot_factor: tuple[float, ...]


def read_decisions(
    portfolio: Portfolio, plan: pd.DataFrame, ledger: Ledger, *, by_rule: bool = True
) -> Decisions:
    """
    Return the plan's choices; raise at once if they cannot be read.

    Unless all follow ``by_rule``, the plan may state reorder points and lots of its own.
    """
    rows = _in_portfolio_order(portfolio, plan, ledger)
    names = texts(rows, "sku")
    catalogue = portfolio.settings.policies
    chosen = texts(rows, "policy")
    in_catalogue = np.array([policy in catalogue for policy in chosen], dtype=np.bool_)
    rule = f"one of {', '.join(catalogue)}"
    ledger.require_all("plan.policy, SKU", names, in_catalogue, chosen, rule)
    alternates = _alternates(portfolio, texts(rows, "alternates"), names, ledger)
    ledger.settle()
    return Decisions(
        rows=rows,
        names=names,
        policy=[catalogue[policy] for policy in chosen],
        service_level=numbers(rows, "service_level"),
        reserve_days=numbers(rows, "reserve_days"),
        lot_days_min=numbers(rows, "lot_days_min"),
        lot_factor=numbers(rows, "lot_factor"),
        reorder_point=_stated(rows, "reorder_point", by_rule),
        order_quantity=_stated(rows, "order_quantity", by_rule),
        alternates=alternates,
    )


def check_allowed(portfolio: Portfolio, decisions: Decisions, ledger: Ledger) -> None:
    """Check that the catalogue, the SKU and the settings allow every choice."""
    _check_policy(portfolio, decisions, ledger)
    _check_uses(portfolio, decisions, ledger)
    _check_offered(portfolio, decisions, ledger)
    count = (decisions.alternates >= 0).sum(axis=1)
    most = portfolio.settings.max_alternates
    stated = texts(decisions.rows, "alternates")
    rule = f"at most {most} (max_alternates)"
    ledger.require_all("plan.alternates, SKU", decisions.names, count <= most, stated, rule)
    none = (count == 0) | (portfolio.skus.demand_mean > 0.0)
    rule = "none for a SKU without demand"
    ledger.require_all("plan.alternates, SKU", decisions.names, none, stated, rule)


def check_cover(
    portfolio: Portfolio,
    decisions: Decisions,
    *,
    oldest: FloatArray,
    cover: FloatArray,
    least: BoolArray,
    ledger: Ledger,
) -> None:
    """
    Check shelf life and cover limits, which apply to SKUs with demand only.

    Parameters
    ----------
    oldest, cover
        Lot plus reserve, and mean stock, in days of demand.  Shape ``(N,)``. [day]
    least
        Whether the lot is the least that can be ordered, without a reserve.  Shape ``(N,)``.
    """
    skus, names = portfolio.skus, decisions.names
    idle = skus.demand_mean == 0.0
    shelf, fewest, most = skus.shelf_life_days, skus.min_cover_days, skus.max_cover_days
    for what, days, holds, rule, limit in (
        ("lot plus reserve", oldest, _at_most(oldest, shelf) | least, "shelf_life_days", shelf),
        ("cover", cover, _at_most(fewest, cover), "min_cover_days", fewest),
        ("cover", cover, _at_most(cover, most), "max_cover_days", most),
    ):
        ledger.checks += len(names)
        for i in np.flatnonzero(~(holds | idle)):
            ledger.record(
                f"{what}, SKU {names[i]}: found {days[i]} days, outside its {rule} {limit[i]}"
            )


def _stated(rows: pd.DataFrame, column: str, by_rule: bool) -> FloatArray:
    if by_rule or column not in rows:
        return np.full(len(rows), np.nan)
    return numbers(rows, column)


def _in_portfolio_order(portfolio: Portfolio, plan: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    skus = portfolio.skus.sku
    stated = texts(plan, "sku")
    row = pd.Index(skus).get_indexer(pd.Index(stated, dtype=object))
    for i in np.flatnonzero(row < 0):
        ledger.record(f'plan.sku, row {i + 1}: found "{stated[i]}", expected one of the portfolio')
    count = np.bincount(row[row >= 0], minlength=len(skus))
    names = [str(sku) for sku in skus]
    ledger.require_all("plan, SKU", names, count == 1, [f"{n} rows" for n in count], "1 row")
    ledger.settle()
    return plan.iloc[np.argsort(row)].reset_index(drop=True)


def _alternates(
    portfolio: Portfolio, stated: list[str], names: list[str], ledger: Ledger
) -> IntArray:
    """Return the source rows of the stated suppliers."""
    sources = portfolio.sources
    alternate = np.flatnonzero(sources.role != PRIMARY)
    n_suppliers = len(portfolio.suppliers)
    offered = pd.Index(sources.sku[alternate] * n_suppliers + sources.supplier[alternate])
    listed = pd.Series([text.split(";") if text else [] for text in stated]).explode().dropna()
    supplier = pd.Index(portfolio.suppliers.supplier).get_indexer(pd.Index(listed, dtype=object))
    sku = listed.index.to_numpy(np.int64)
    row = offered.get_indexer(pd.Index(np.where(supplier < 0, -1, sku * n_suppliers + supplier)))
    place = listed.groupby(level=0).cumcount().to_numpy(np.int64)
    twice = pd.DataFrame({"sku": sku, "name": listed.to_numpy()}).duplicated().to_numpy()
    for ok, rule in (
        (row >= 0, "a candidate or qualified source of this SKU"),
        (~twice, "every alternate once"),
        (place < MOST_ALTERNATES, f"at most {MOST_ALTERNATES} alternates"),
    ):
        whose = [names[i] for i in sku]
        ledger.require_all("plan.alternates, SKU", whose, ok, listed.tolist(), rule)
    ledger.settle()
    chosen = np.full((len(names), MOST_ALTERNATES), -1, dtype=np.int64)
    chosen[sku, place] = alternate[row]
    return chosen


def _check_policy(portfolio: Portfolio, decisions: Decisions, ledger: Ledger) -> None:
    skus, names = portfolio.skus, decisions.names
    stated = texts(decisions.rows, "policy")
    lock = np.array([lock in ("", p) for lock, p in zip(skus.lock_policy, stated, strict=True)])
    ledger.require_all("plan.policy, SKU", names, lock, stated, "the SKU's lock_policy")
    primary = portfolio.sources.supplier[skus.primary]
    needs_vmi = np.array([policy.requires == "offers_vmi" for policy in decisions.policy])
    holds = ~needs_vmi | portfolio.suppliers.offers_vmi[primary]
    rule = "a policy that its primary supplier offers (offers_vmi is false)"
    ledger.require_all("plan.policy, SKU", names, holds, stated, rule)
    whole = laws_of(portfolio).discrete
    on_demand = np.array([policy.reorder_point is not None for policy in decisions.policy])
    rule = "a policy for units that are not counted one by one"
    ledger.require_all("plan.policy, SKU", names, whole | ~on_demand, stated, rule)


def _check_uses(portfolio: Portfolio, decisions: Decisions, ledger: Ledger) -> None:
    """Check source by source that those which must be used are, and those never used are not."""
    sources, idle = portfolio.sources, portfolio.skus.demand_mean == 0.0
    if not sources.use.any():
        return
    chosen = np.zeros(len(sources), dtype=np.bool_)
    chosen[decisions.alternates[decisions.alternates >= 0]] = True
    kept = np.where(sources.use == MUST, chosen | idle[sources.sku], True)
    kept &= ~((sources.use == NEVER) & chosen)
    names = [decisions.names[sku] for sku in sources.sku]
    stated = portfolio.suppliers.supplier[sources.supplier].tolist()
    ledger.require_all("plan.alternates, SKU", names, kept, stated, "the use that sources states")


def _grids(policy: Policy, *, refine: bool) -> list[_Grid]:
    """Return what a policy offers: its own values, and the fine ones if the settings refine."""
    levels = policy.service_levels if policy.reorder_point is None else (0.0,)
    lots = policy.lot_days_min or (0.0,)
    grids = [_Grid(levels, policy.reserve_days, lots, (1.0,))]
    if refine and levels:
        grids.append(_Grid(service_levels(policy), reserves(policy), lots, LOT_FACTORS))
    return grids


def _check_offered(portfolio: Portfolio, decisions: Decisions, ledger: Ledger) -> None:
    """Check that each choice is, as a whole, one of its policy's own or a fine one."""
    refine, stated = portfolio.settings.catalogue.refine, texts(decisions.rows, "policy")
    policies = dict(zip(stated, decisions.policy, strict=True))
    grids = {name: _grids(policy, refine=refine) for name, policy in policies.items()}
    ledger.checks += len(_Grid._fields) * len(stated)
    columns = (getattr(decisions, name).tolist() for name in _Grid._fields)
    chosen = list(zip(stated, zip(*columns, strict=True), strict=True))
    offered_ones = {
        (policy, choice)
        for policy, choice in set(chosen)
        if any(_offers(grid, choice) for grid in grids[policy])
    }
    for sku, (policy, choice) in zip(decisions.names, chosen, strict=True):
        if (policy, choice) in offered_ones:
            continue
        for column, value, *offered in zip(_Grid._fields, choice, *grids[policy], strict=True):
            if not any(_holds(values, value) for values in offered):
                ledger.record(
                    f"plan.{column}, SKU {sku}: found {value}, expected one that {policy} offers: "
                    f"{', '.join(map(str, offered[0]))}{' or a finer one' * refine}"
                )
                break
        else:
            ledger.record(f"plan, SKU {sku}: {policy} does not offer {choice} together")


def _offers(grid: _Grid, choice: tuple[float, ...]) -> bool:
    return all(_holds(values, value) for values, value in zip(grid, choice, strict=True))


def _holds(values: tuple[float, ...], value: float) -> bool:
    return any(abs(value - one) <= RELATIVE * max(1.0, abs(one)) for one in values)


def _at_most(small: FloatArray, large: FloatArray) -> BoolArray:
    """Compare days, up to rounding: the mean stock of a SKU that holds none may fall below 0."""
    holds: BoolArray = small <= large * (1.0 + RELATIVE) + RELATIVE
    return holds
