"""Cases made of arbitrary curves and strikes, and every plan of them: the engine on its own."""

from __future__ import annotations

import itertools
import math

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.observer import SILENT
from optimizer.domain.option import AlternateSets, Catalogue, OptionTable
from optimizer.domain.resources import Resources
from optimizer.domain.scenario import NODES, LostDays
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.pricing_model import Case
from optimizer.engine.exact.whole_model import Effort
from tests.support.lost_days import by_entry
from tests.support.portfolios import make_portfolio

SUPPLIERS = 3


def effort(gap: float = 0.0, seconds: float = 60.0) -> Effort:
    """Return an effort of some seconds that tells nobody."""
    return Effort(gap=gap, stop=Stop.within(seconds), log=None, observer=SILENT)


def random_case(
    seed: int, measure: str, *, n_skus: int = 4, n_options: int = 4, n_futures: int = 12
) -> Case:
    """
    Return a case with alternates to onboard, price shocks, two limits that bind or not.

    Curves are convex, means are what the futures never tell.
    """
    rng = np.random.default_rng(seed)
    portfolio = make_portfolio(
        [{"sku": f"S{i}", "unit_cost": 1.0} for i in range(n_skus)],
        [{"sku": i, "supplier": 0} for i in range(n_skus)]
        + [{"sku": i, "supplier": 1 + i % 2, "role": "qualified"} for i in range(n_skus)],
        suppliers=[
            {"supplier": "A"},
            {"supplier": "B", "onboarded": False, "onboarding_cost": 30.0},
            {"supplier": "C", "onboarded": bool(rng.random() < 0.5), "onboarding_cost": 20.0},
        ],
        risk={
            "measure": measure,
            "level": float(rng.choice([0.5, 0.8, 0.9])),
            "weight": float(rng.choice([0.1, 0.5, 1.0])),
        },
        solver={"gap": 0.0},
    )
    count = rng.integers(1, n_options + 1, n_skus)
    start = np.concatenate([[0], np.cumsum(count)])
    sku = np.repeat(np.arange(n_skus), count)
    with_alternate = rng.random(len(sku)) < 0.4
    with_alternate[start[:-1]] = False
    n_profiles = 3
    per_day = rng.uniform(1.0, 20.0, n_skus)
    cover = rng.uniform(0.0, 60.0, len(sku))
    curves = per_day[sku][:, None] * np.maximum(NODES - cover[:, None], 0.0)
    sets = AlternateSets(
        sku=np.repeat(np.arange(n_skus), 2),
        sources=np.stack(
            [np.where(np.arange(2 * n_skus) % 2, n_skus + np.arange(2 * n_skus) // 2, -1),
             np.full(2 * n_skus, -1)], axis=1),
        start=np.arange(0, 2 * n_skus + 1, 2),
    )  # fmt: skip
    options = OptionTable(
        start=start,
        choice=np.zeros(len(sku), dtype=np.int32),
        alternate_set=(2 * sku + with_alternate).astype(np.int32),
        curve=np.arange(len(sku), dtype=np.int32),
        cost=rng.uniform(10.0, 100.0, len(sku)) + 2.0 * cover,
        expected_loss=rng.uniform(0.0, 60.0, len(sku)),
        lot_days=rng.uniform(1.0, 30.0, len(sku)),
        loss_curves=curves,
        catalogue=Catalogue(
            policy=np.zeros(1, dtype=np.int64),
            service_level=np.full(1, 0.9),
            reserve_days=np.zeros(1),
            lot_days_min=np.zeros(1),
            lot_factor=np.ones(1),
        ),
        sets=sets,
        profile_of_set=rng.integers(0, n_profiles, 2 * n_skus),
        price_profile=rng.choice([-1, n_profiles], n_skus),
        stockout_cost_per_day=per_day,
        spend_per_day=rng.uniform(0.0, 5.0, n_skus),
    )
    use = np.stack([cover + rng.uniform(0.0, 5.0, len(sku)), rng.uniform(0.0, 3.0, len(sku))])
    onboard_use = np.array([[0.0, 5.0, 5.0], [0.0, 0.0, 0.0]])
    most = np.array([np.maximum.reduceat(row, start[:-1]).sum() for row in use])
    resources = Resources(
        name=("capital", "storage"),
        unit=("EUR", "m³"),
        option_use=use,
        onboard_use=onboard_use,
        limit=most * rng.uniform(0.3, 1.1, 2),
    )
    probability = (
        rng.dirichlet(np.ones(n_futures)) if seed % 2 else np.full(n_futures, 1 / n_futures)
    )
    return Case(
        portfolio=portfolio,
        options=options,
        resources=resources,
        probability=probability,
        lost=_lost(rng, n_profiles, n_futures),
        money_unit=1.0,
    )


def _lost(rng: np.random.Generator, n_profiles: int, n_futures: int) -> LostDays:
    """A strike or two a future on every profile, some beyond the last node; the last one dear."""
    counts = rng.poisson(0.5, (n_profiles + 1, n_futures))
    scenario = [np.repeat(np.arange(n_futures), row) for row in counts]
    n_entries = int(counts.sum())
    days = np.round(rng.exponential(60.0, n_entries) + 0.5, 2)
    days[rng.random(n_entries) < 0.05] = 400.0
    factor = np.ones(n_entries)
    factor[len(factor) - len(scenario[-1]) :] = 0.3
    start = np.concatenate([[0], np.cumsum(counts.sum(axis=1))])
    return by_entry(start, np.concatenate(scenario), days, factor, n_futures)


def loss_matrix(case: Case) -> FloatArray:
    """Loss of every option in every future, read aloud.  Shape ``(O, S)``."""
    options, lost = case.options, case.lost
    scenario, factor = lost.scenario_of_strike[lost.strike], lost.factor_of_strike[lost.strike]
    loss = np.zeros((len(options), lost.n_scenarios))
    for o, i in enumerate(options.sku):
        profile = options.profile_of_set[options.alternate_set[o]]
        curve = options.loss_curves[options.curve[o]]
        slope = options.stockout_cost_per_day[i]
        for e in range(lost.start[profile], lost.start[profile + 1]):
            beyond = max(lost.days[e] - NODES[-1], 0.0)
            loss[o, scenario[e]] += np.interp(lost.days[e], NODES, curve) + slope * beyond
        shocks = options.price_profile[i]
        if shocks < 0:
            continue
        q, spend = options.lot_days[options.curve[o]], options.spend_per_day[i]
        dear = [spend * (x - q / 2 if x > q else x * x / (2 * q)) for x in NODES]
        for e in range(lost.start[shocks], lost.start[shocks + 1]):
            beyond = max(lost.days[e] - NODES[-1], 0.0)
            days_cost = np.interp(lost.days[e], NODES, dear) + spend * beyond
            loss[o, scenario[e]] += factor[e] * days_cost
    return loss


def every_plan(case: Case) -> IntArray:
    """Every choice of an option for every SKU.  Shape ``(plans, N)``."""
    return np.array(
        list(itertools.product(*(range(a, b) for a, b in itertools.pairwise(case.options.start))))
    )


def least_objective(case: Case) -> float:
    """Return the least objective of all plans within the limits, ``inf`` where there is none."""
    return float(objectives(case).min())


def objectives(case: Case) -> FloatArray:
    """Return the objective of every plan, ``inf`` of one beyond the limits.  Shape ``(plans,)``."""
    options, resources, settings = case.options, case.resources, case.portfolio.settings
    plans, suppliers = every_plan(case), case.portfolio.suppliers
    source = options.sets.sources[options.alternate_set, 0]
    supplier = np.where(source >= 0, case.portfolio.sources.supplier[source], 0)
    opens = np.zeros((len(options), SUPPLIERS))
    opens[np.arange(len(options)), supplier] = ~suppliers.onboarded[supplier]
    onboard = opens[plans].max(axis=1)
    used = [
        use[plans].sum(axis=1) + onboard @ opening
        for use, opening in zip(resources.option_use, resources.onboard_use, strict=True)
    ]
    allowed = np.all(np.array(used) <= resources.limit[:, None] * (1.0 + 1e-9), axis=0)
    mean, tail = plan_losses(case, plans)
    for name, lost in (("expected_loss", mean), ("cvar", np.maximum(tail, mean))):
        most = settings.limits.on_losses.get(name, math.inf) * settings.horizon.days / 365.0
        allowed &= lost <= most * (1.0 + 1e-9)
    written_off = settings.horizon.days / 365.0 / settings.onboarding.life_years
    cost = options.cost[plans].sum(axis=1) + mean
    cost += onboard @ suppliers.onboarding_cost * written_off
    risk = settings.risk
    if risk.measure != "expected":
        charge = risk.weight * settings.horizon.days / 365.0
        cost += charge * np.maximum(tail - mean, 0.0)
    return np.where(allowed, cost, math.inf)


def plan_losses(case: Case, plans: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return every plan's expected loss and its tail, CVaR where none is charged."""
    risk = case.portfolio.settings.risk
    loss = loss_matrix(case)[plans].sum(axis=1)
    measure = "var" if risk.measure == "var" else "cvar"
    mean = case.options.expected_loss[plans].sum(axis=1)
    return mean, tail_of(loss, case.probability, measure, risk.level)


def tail_of(loss: FloatArray, probability: FloatArray, measure: str, level: float) -> FloatArray:
    """VaR or CVaR of every row of losses, by sorting."""
    order = np.argsort(-loss, axis=1, kind="stable")
    worst_first = np.take_along_axis(loss, order, axis=1)
    mass = probability[order]
    if measure == "var":
        beyond = np.cumsum(mass, axis=1)
        first_kept = (beyond <= 1.0 - level + 1e-9).sum(axis=1)
        return worst_first[np.arange(len(loss)), np.minimum(first_kept, loss.shape[1] - 1)]
    before = np.cumsum(mass, axis=1) - mass
    in_tail = np.clip(1.0 - level - before, 0.0, mass)
    return np.asarray((in_tail * worst_first).sum(axis=1) / (1.0 - level))
