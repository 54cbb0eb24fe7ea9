"""MODEL 3 again, for one option, in plain Python and by quadrature: the oracle of the options."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, inf, isinf, isnan, sqrt
from typing import Any

import numpy as np
from scipy import stats

from optimizer.domain.portfolio import CANDIDATE, Portfolio
from optimizer.domain.scenario import NODES

GAUSS = ((-sqrt(0.6), 5 / 18), (0.0, 8 / 18), (sqrt(0.6), 5 / 18))


@dataclass(frozen=True)
class Law:
    """Demand by its mean and variance: gamma, whole units, or just its mean."""

    mean: float
    variance: float
    discrete: bool

    @property
    def constant(self) -> bool:
        return not self.discrete and (self.mean == 0 or sqrt(self.variance) < 1e-5 * self.mean)

    def frozen(self) -> Any:
        m, v = self.mean, self.variance
        if not self.discrete:
            return stats.gamma(m * m / v, scale=v / m)
        if v <= (1 + 1e-8) * m:
            return stats.poisson(m)
        return stats.nbinom(m * m / (v - m), m / v)

    def quantile(self, p: float) -> float:
        if self.constant:
            return self.mean
        if not self.discrete:
            return float(self.frozen().ppf(p))
        k = 0
        while self.frozen().cdf(k) < p - 1e-12:
            k += 1
        return float(k)

    def over(self, s: float, Q: float, unit: float) -> tuple[float, float]:
        """Return how often, and by how much, demand exceeds the positions above s, on average."""
        if self.constant:
            x = s + unit / 2
            near, far = max(self.mean - x, 0.0), max(self.mean - x - Q, 0.0)
            return (near - far) / Q, (near**2 - far**2) / (2 * Q)
        if self.discrete:
            return self._counted(round(s), round(Q))
        return self._integrated(s + unit / 2, Q)

    def _counted(self, s: int, Q: int) -> tuple[float, float]:
        law = self.frozen()
        top = max(s + Q + 1, int(law.isf(1e-16)) + 2)
        tail = law.sf(np.arange(s, top + 1))  # P(X > s), P(X > s + 1), …
        above = np.append(np.cumsum(tail[::-1])[::-1], 0.0)  # E(X - s)⁺, E(X - s - 1)⁺, …
        return float(tail[1 : Q + 1].mean()), float(above[1 : Q + 1].mean())

    def _integrated(self, x: float, Q: float) -> tuple[float, float]:
        """Integrate the tail over ln u, in panels between its quantiles."""
        law = self.frozen()
        top = max(x, float(law.isf(1e-18)))
        cuts = np.concatenate([[x, x + Q, top], law.ppf(QUANTILES), law.isf(QUANTILES)])
        cuts = np.log(np.unique(np.clip(cuts, x, max(top, x + Q))))
        half, middle = np.diff(cuts) / 2.0, (cuts[1:] + cuts[:-1]) / 2.0
        u = np.exp(middle[:, None] + half[:, None] * PLACES)
        mass = u * law.sf(u) * WEIGHTS * half[:, None]
        waiting = float(mass[np.exp(middle) < x + Q].sum()) / Q
        return waiting, float((mass * np.minimum(u - x, Q)).sum()) / Q


PLACES, WEIGHTS = np.polynomial.legendre.leggauss(24)
QUANTILES = np.array([1e-15, 1e-12, 1e-9, 1e-7, 1e-5, 1e-4, 1e-3, 0.01, 0.05, 0.15, 0.3, 0.5])


def scalar_option(portfolio: Portfolio, design: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of `Costs` of one design, all but `change`; and its `curve`."""
    st = portfolio.settings
    sku = {k: getattr(portfolio.skus, k)[design["sku"]] for k in SKU_COLUMNS}
    policy = list(st.policies.values())[design["policy"]]
    D, c, H, y = sku["demand_mean"], sku["unit_cost"], st.horizon.days, st.horizon.days / 365
    h = st.carrying.rate + sku["obsolescence_rate"]
    if D == 0:
        return without_demand(sku, policy, h, y)
    src = portfolio.sources
    L, sL = src.lead_time_mean[sku["primary"]], src.lead_time_std[sku["primary"]]
    unit = 10.0 ** -sku["unit_decimals"]
    discrete = is_discrete(sku, L)

    def demand(t: float) -> Law:
        variance = t * sku["demand_std"] ** 2 + (D * sL) ** 2 + (t * sku["demand_mean_error"]) ** 2
        return Law(D * t, variance if t else 0.0, discrete)

    Q = lot(sku, policy, design, h)
    r = point(sku, policy, design, demand=demand(L), Q=Q, unit=unit)
    R = up(design["reserve_days"] * D, unit)
    s = r if policy.ring_fenced else r + R
    w, B = demand(L).over(s, Q, unit)
    met = met_by_a_unit(sku, L, sL, discrete)
    n = 0.0 if L == 0 else units_short(sku, (demand(L), met), s, Q, unit)
    on_hand = r + R + (Q + unit) / 2 - D * L + B
    per_unit = sku["unit_margin"] + sku["expedite_cost"] + sku["goodwill_cost"]
    A = [j for j in design["alternates"] if j >= 0]
    new = [j for j in A if src.role[j] == CANDIDATE]
    cash = sum(src.qualification_cost[j] for j in new)
    premium = sum(src.volume_share[j] * src.price_premium[j] for j in A)
    holding = y * h * c * on_hand * policy.holding_factor + y * policy.rotation * c * R
    return {
        "order_quantity": Q,
        "reorder_point": r,
        "safety_stock": r + R - D * L,
        "reserve_units": R,
        "mean_on_hand": on_hand,
        "lot_days": Q / D,
        "cover_days": on_hand / D,
        "fill_rate": 1 - n / Q,
        "waiting_share": w,
        "capital": c * on_hand * policy.own_books,
        "storage": sku["volume"] * on_hand,
        "carrying": holding,
        "ordering": sku["order_cost"] * policy.order_cost_factor * D * H / Q,
        "purchasing": D * H * c * (policy.fee - policy.discount + premium),
        "routine_stockout": D * H * n / Q * per_unit + sku["downtime_cost"] * H * w,
        "qualification": cash * y / st.qualification.life_years,
        "qualification_cash": cash,
        "qualifications": float(len(new)),
        "curve": curve(sku, lambda t: demand(L + t).over(r + R, Q, unit), n / Q, per_unit),
    }


def curve(sku: dict[str, Any], over: Any, routine: float, per_unit: float) -> list[float]:
    """Return the loss at the nodes; `over` gives w and B so many days after the lead time."""
    D, (w0, B0) = sku["demand_mean"], over(0.0)
    waited, losses = 0.0, []
    for before, node in zip((0.0, *NODES[:-1].tolist()), NODES.tolist(), strict=True):
        half = (node - before) / 2
        if sku["downtime_cost"] > 0:
            waited += sum(
                2 * half * weight * max(over(before + half + half * z)[0] - w0, 0.0)
                for z, weight in GAUSS
            )
        short = max((over(node)[1] - B0) / D - node * routine, 0.0)
        losses.append(D * per_unit * short + sku["downtime_cost"] * waited)
    return losses


def is_discrete(sku: dict[str, Any], L: float) -> bool:
    few = sku["unit_decimals"] == 0 and sku["demand_mean"] * L < 20
    return bool({"auto": few, "gamma": False, "discrete": True}[sku["demand_model"]])


def met_by_a_unit(sku: dict[str, Any], L: float, sL: float, discrete: bool) -> Law:
    """Return lead-time demand around a unit: the higher the true mean, the more units there are."""
    D, sd, error = sku["demand_mean"], sku["demand_std"], sku["demand_mean_error"]
    g = 1 + (error / D) ** 2
    return Law(D * g * L, L * sd**2 * g + (D * g * sL) ** 2 + (L * error) ** 2 * g, discrete)


def units_short(
    sku: dict[str, Any], laws: tuple[Law, Law], s: float, Q: float, unit: float
) -> float:
    """Return n, which sees the units of its own lump that came before."""
    demand, met = laws
    if demand.constant:
        return Q * demand.over(s, Q, unit)[0]
    D, m = sku["demand_mean"], sku["demand_mean"] * sku["demand_interval_days"]
    m = max(m, 1.0) if sku["unit_decimals"] == 0 else m
    index = sku["demand_std"] ** 2 / D
    u = max(index, m)
    one = 1.0 if demand.discrete else 0.0
    mean, variance = max(0.0, (index - one) / 2), max(0.0, (u * (5 * u - 4 * m) - one) / 12)
    seen = Law(met.mean + mean, met.variance + variance, demand.discrete)
    return Q * seen.over(s - 1 if demand.discrete else s, Q, unit)[0]


def up(x: float, step: float) -> float:
    return ceil(x / step - 1e-9 * max(1, abs(x / step))) * step


def lot(sku: dict[str, Any], policy: Any, design: dict[str, Any], h: float) -> float:
    """Return the lot, as stated or by the policy's rule and its bounds."""
    if not isnan(design["order_quantity"]):
        return float(design["order_quantity"])
    D, held, multiple = sku["demand_mean"], h * sku["unit_cost"], sku["order_multiple"]
    least = up(max(sku["min_order_qty"], multiple), multiple)
    ordering = 2 * sku["order_cost"] * 365 * D
    wanted = min(sqrt(ordering / held) if held else (inf if ordering else 0.0), 365 * D)
    if policy.lot == "min_order_qty":
        wanted = least
    if policy.lot_days_max is not None:
        wanted = min(wanted, policy.lot_days_max * D)
    wanted = max(wanted, design["lot_days_min"] * D) * design["lot_factor"]
    keeps = sku["shelf_life_days"] * D
    wanted = max(min(wanted, keeps), D)
    found = up(wanted, multiple)
    if not isinf(keeps) and found > keeps * (1 + 1e-9):
        found = floor(wanted / multiple + 1e-9 * max(1, wanted / multiple)) * multiple
    return max(found, least)


def point(
    sku: dict[str, Any], policy: Any, design: dict[str, Any], *, demand: Law, Q: float, unit: float
) -> float:
    """Return the reorder point, as stated or by the service level."""
    if not isnan(design["reorder_point"]):
        return float(design["reorder_point"])
    waits = policy.reorder_point is not None
    r = -1.0 if waits else up(demand.quantile(design["service_level"]), unit)
    return max(r, up(sku["min_stock"] - Q, unit))


def without_demand(sku: dict[str, Any], policy: Any, h: float, y: float) -> dict[str, Any]:
    """Return what a SKU without demand holds: the stock that is insured."""
    kept, multiple = sku["min_stock"], sku["order_multiple"]
    least = up(max(sku["min_order_qty"], multiple), multiple) if kept else 0.0
    zeros = dict.fromkeys(
        ("reserve_units", "waiting_share", "ordering", "purchasing", "routine_stockout"), 0.0
    )
    return {
        **zeros,
        "order_quantity": least,
        "reorder_point": kept - least,
        "mean_on_hand": kept,
        "cover_days": inf,
        "fill_rate": 1.0,
        "capital": sku["unit_cost"] * kept * policy.own_books,
        "carrying": y * h * sku["unit_cost"] * kept * policy.holding_factor,
        "storage": sku["volume"] * kept,
        "curve": [0.0] * len(NODES),
    }


SKU_COLUMNS = (
    *("unit_cost", "demand_mean", "demand_std", "demand_mean_error", "demand_interval_days"),
    *("demand_model", "order_cost", "min_order_qty", "order_multiple", "unit_decimals"),
    *("min_stock", "unit_margin", "expedite_cost", "goodwill_cost", "downtime_cost"),
    *("obsolescence_rate", "shelf_life_days", "volume", "primary"),
)
