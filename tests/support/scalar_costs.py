"""MODEL 3 again, for one option, in plain Python: the oracle of the vectorised costs."""

from __future__ import annotations

from math import exp, inf, isinf, sqrt
from typing import Any

from scipy import stats

from optimizer.domain.portfolio import CANDIDATE, Portfolio


def scalar_cost(portfolio: Portfolio, design: dict[str, Any]) -> dict[str, float]:
    """Return the columns of `Costs` of one design, all but `change`."""
    st, sku = (
        portfolio.settings,
        {k: getattr(portfolio.skus, k)[design["sku"]] for k in SKU_COLUMNS},
    )
    policy = list(st.policies.values())[design["policy"]]
    D, c, H, y = sku["demand_mean"], sku["unit_cost"], st.horizon.days, st.horizon.days / 365
    if D == 0:
        return {**dict.fromkeys(COLUMNS, 0.0), "cover_days": inf, "fill_rate": 1.0}
    src = portfolio.sources
    L, sL = src.lead_time_mean[sku["primary"]], src.lead_time_std[sku["primary"]]
    mu, sd = D * L, sqrt(L * sku["demand_std"] ** 2 + D**2 * sL**2)
    h = st.carrying.rate + sku["obsolescence_rate"]
    Q = lot(sku, policy, design["lot_days_min"], h, H)
    SS, n = safety_and_short(mu, sd, design["service_level"], Q)
    R = design["reserve_days"] * D
    on_hand = Q / 2 + SS + R
    per_unit = sku["unit_margin"] + sku["expedite_cost"] + sku["goodwill_cost"]
    kappa = D * per_unit + sku["downtime_cost"]
    cycles = D * H / Q
    A = [j for j in design["alternates"] if j >= 0]
    new = [j for j in A if src.role[j] == CANDIDATE]
    cash = sum(src.qualification_cost[j] for j in new)
    premium = sum(src.volume_share[j] * src.price_premium[j] for j in A)
    return {
        "order_quantity": Q,
        "reorder_point": mu + SS,
        "safety_stock": SS,
        "reserve_units": R,
        "mean_on_hand": on_hand,
        "assured_days": (SS + R) / D,
        "lot_days": Q / D,
        "cover_days": on_hand / D,
        "fill_rate": 1 - n / Q,
        "capital": c * on_hand * policy.own_books,
        "storage": sku["volume"] * on_hand,
        "carrying": y * h * c * on_hand * policy.holding_factor + y * policy.rotation * c * R,
        "ordering": sku["order_cost"] * policy.order_cost_factor * cycles,
        "purchasing": D * H * c * (policy.fee - policy.discount + premium),
        "routine_stockout": kappa * (n / D) * cycles,
        "qualification": cash * y / st.qualification.life_years,
        "qualification_cash": cash,
        "qualifications": float(len(new)),
    }


def lot(sku: dict[str, float], policy: Any, lot_days_min: float, h: float, H: float) -> float:
    """Return the policy's lot; a free lot lasts the horizon."""
    D, held = sku["demand_mean"], h * sku["unit_cost"]
    ordering = 2 * sku["order_cost"] * 365 * D
    eoq = sqrt(ordering / held) if held else (D * H if ordering else 0.0)
    if policy.lot_days_max is not None:
        eoq = min(eoq, policy.lot_days_max * D)
    lot = max(eoq, lot_days_min * D, sku["min_order_qty"], D)
    return lot if isinf(sku["shelf_life_days"]) else min(lot, sku["shelf_life_days"] * D)


def safety_and_short(mu: float, sd: float, level: float, Q: float) -> tuple[float, float]:
    """Return safety stock and units short per cycle, by scipy.stats."""
    if mu == 0 or sd == 0:
        return 0.0, 0.0
    if sd <= mu / 2:
        law, loss = stats.norm(mu, sd), normal_loss
    else:
        law, loss = stats.gamma((mu / sd) ** 2, scale=sd**2 / mu), gamma_loss
    SS = max(0.0, law.ppf(level) - mu)
    r = mu + SS
    return SS, loss(r, mu, sd) - loss(r + Q, mu, sd)


def normal_loss(r: float, mu: float, sd: float) -> float:
    z = (r - mu) / sd
    return float(sd * (exp(-z * z / 2) / sqrt(2 * 3.141592653589793) - z * stats.norm.sf(z)))


def gamma_loss(r: float, mu: float, sd: float) -> float:
    k, theta = (mu / sd) ** 2, sd**2 / mu
    above = stats.gamma.sf(r, k + 1, scale=theta)
    return float(mu * above - r * stats.gamma.sf(r, k, scale=theta))


SKU_COLUMNS = (
    *("unit_cost", "demand_mean", "demand_std", "order_cost", "min_order_qty", "unit_margin"),
    *("expedite_cost", "goodwill_cost", "downtime_cost", "obsolescence_rate", "shelf_life_days"),
    *("volume", "primary"),
)
COLUMNS = (
    *("order_quantity", "reorder_point", "safety_stock", "reserve_units", "mean_on_hand"),
    *("capital", "storage", "carrying", "ordering", "purchasing", "routine_stockout"),
    *("qualification", "qualification_cash", "qualifications"),
)
