"""The verifier's own formulas against textbooks, closed forms and sums by hand."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

import optimizer.verifier as package
from optimizer.domain.scenario import NODES
from optimizer.verifier.areas import areas_of_gamma, areas_of_whole_units, least_covering
from optimizer.verifier.decisions import read_decisions
from optimizer.verifier.demand_laws import DemandLaws, units_short
from optimizer.verifier.demand_laws import areas as areas_of
from optimizer.verifier.held import quantile, stock_of
from optimizer.verifier.ledger import Ledger
from optimizer.verifier.node_curves import curves_of
from optimizer.verifier.sourcing import lost_days
from optimizer.verifier.tail import tail_of
from tests.support.portfolios import make_portfolio


def areas(law: DemandLaws, level: float, lot: float, days: float) -> tuple[float, float]:
    """Return the share of time somebody waits and the backorders, after so many days."""
    found = areas_of(law, np.array([level]), np.array([lot]), np.array([[days]]))
    return float(found.waiting[0, 0]) / lot, float(found.backorders[0, 0]) / lot


def law(
    demand: float,
    deviation: float,
    lead_time: float,
    *,
    interval: float = 1.0,
    discrete: bool = False,
    step: float = 1e-6,
) -> DemandLaws:
    """Return the law of one SKU."""
    lump = max(demand * interval, 1.0) if discrete else demand * interval
    columns = {
        "demand": demand,
        "deviation": deviation,
        "error": 0.0,
        "lead_time": lead_time,
        "lead_time_sd": 0.0,
        "lump": lump,
        "step": step,
    }
    arrays = {name: np.array([value]) for name, value in columns.items()}
    return DemandLaws(discrete=np.array([discrete]), **arrays)


@pytest.mark.parametrize("sd", [0.01, 0.1, 0.8, 2.0, 10.0, 30.0])
@pytest.mark.parametrize("point", [0.001, 0.5, 1.0, 4.0])
@pytest.mark.parametrize("lot", [0.01, 1.0, 400.0])
def test_areas_of_a_gamma_match_the_closed_form(sd: float, point: float, lot: float) -> None:
    """
    Proves: the quadrature agrees with partial expectations, of shapes from 1e-3 to 1e4.

    E(X - x)+ = mean SF(k + 1) - x SF(k), and its integral.  The closed forms themselves cancel to
    about 1e-11 of x².
    """
    shape, scale = 1.0 / sd**2, sd**2
    one = np.ones(1)

    def beyond(x: float) -> float:
        tail = special.gammaincc([shape + 1.0, shape], x / scale)
        return float(tail[0] - x * tail[1])

    def squared(x: float) -> float:
        tail = special.gammaincc([shape + 2.0, shape + 1.0, shape], x / scale)
        return float((1.0 + sd**2) * tail[0] - 2.0 * x * tail[1] + x * x * tail[2]) / 2.0

    found = areas_of_gamma(one * point, one * lot, one, one * sd**2)
    end = point + lot
    assert found.waiting[0] == pytest.approx(beyond(point) - beyond(end), rel=1e-11, abs=1e-13)
    expected = squared(point) - squared(end)
    room = 1e-11 * max(sd**2, point**2)
    assert found.backorders[0] == pytest.approx(expected, rel=1e-10, abs=room)


def test_areas_of_a_gamma_of_a_huge_shape_are_the_normals() -> None:
    """
    Proves: nothing goes wrong at shape 1e8, where the gamma is the normal to about 1e-4 / 3.

    Units short of N(1, 1e-4) from one deviation above the mean on: 1e-4 x .0833155.
    """
    one = np.ones(1)
    found = areas_of_gamma(one * 1.0001, one * 10.0, one, one * 1e-8)
    assert found.waiting[0] == pytest.approx(1e-4 * 0.08331547058769, rel=1e-4)
    moments = areas_of_gamma(one * 0.5, one * 0.25, one, one * 1e-8)
    assert moments.backorders[0] == pytest.approx(0.25 * (1.0 - 0.625), rel=1e-13)


@pytest.mark.parametrize(("mean", "ratio"), [(0.05, 1.0), (3.0, 1.0), (15.0, 1.0), (0.2, 7.0),
                                             (4.0, 1.5), (300.0, 2.0), (900.0, 1.0)])  # fmt: skip
@pytest.mark.parametrize(("low", "lot"), [(-1.0, 1.0), (0.0, 3.0), (18.0, 40.0), (250.0, 90.0)])
def test_areas_of_whole_units_match_scipy(
    mean: float, ratio: float, low: float, lot: float
) -> None:
    """Proves: sums over the mass agree with scipy's tails, Poisson and negative binomial."""
    variance = ratio * mean
    if ratio == 1.0:
        law_ = stats.poisson(mean)
    else:
        law_ = stats.nbinom(mean**2 / (variance - mean), mean / variance)
    one = np.ones(1)
    found = areas_of_whole_units(one * low, one * lot, one * mean, one * variance)
    units = np.arange(low + 1.0, 4000.0)
    tail = law_.sf(units)
    assert found.waiting[0] == pytest.approx(tail[: int(lot)].sum(), rel=1e-11, abs=1e-13)
    expected = float(np.minimum(units - low, lot) @ tail)
    assert found.backorders[0] == pytest.approx(expected, rel=1e-11, abs=1e-13 * mean * lot)


def test_units_short_of_a_poisson_match_the_textbook() -> None:
    """Proves: over an endless lot the sum is the loss function, Poisson(15) at 18: .51760953."""
    one = np.ones(1)
    found = areas_of_whole_units(one * 17.0, one * 500.0, one * 15.0, one * 15.0)
    assert found.waiting[0] == pytest.approx(0.5176095282584722, rel=1e-12)


def test_whole_units_by_the_reference() -> None:
    """
    Proves: D·L = 20 Poisson, Q 5, r 26: B after 30 days is 21.00, w is .026, I is 9.07.

    A gamma read half a unit above r would wait .037 of the time.
    """
    # a unit a day for 20 days, Poisson
    slow = law(1.0, 1.0, 20.0, discrete=True, step=1.0)
    waiting, routine = areas(slow, 26.0, 5.0, 20.0)
    _, after = areas(slow, 26.0, 5.0, 50.0)
    assert waiting == pytest.approx(0.026, abs=5e-4)
    assert after == pytest.approx(21.0, abs=5e-3)
    assert 26.0 + (5.0 + 1.0) / 2.0 - 20.0 + routine == pytest.approx(9.07, abs=5e-3)
    gamma = law(1.0, 1.0, 20.0, step=1.0)
    assert areas(gamma, 26.0, 5.0, 20.0)[0] == pytest.approx(0.037, abs=5e-4)


def test_a_rarely_used_part_waits_as_the_reference_says() -> None:
    """Proves: Poisson D .05, L 30, r 3, Q 1: w = P(X > 4) = .0186."""
    rare = law(0.05, np.sqrt(0.05), 30.0, discrete=True, step=1.0)
    assert areas(rare, 3.0, 1.0, 30.0)[0] == pytest.approx(0.0186, abs=5e-5)


@pytest.mark.parametrize(
    ("ratio", "interval", "lead_time", "lot_days", "level_and_fill_rate"),
    [
        (0.3, 1.0, 10.0, 10.0, (0.9, 0.9937)),
        (3.0, 1.0, 10.0, 10.0, (0.9, 0.8768)),
        (2.0, 1.0, 3.0, 5.0, (0.95, 0.9352)),
        (1.2, 1.4, 5.0, 7.0, (0.9, 0.9595)),
        (8.0, 50.0, 60.0, 15.0, (0.9, 0.8268)),
        (16.0, 200.0, 60.0, 60.0, (0.9, 0.6616)),
    ],
)
def test_fill_rates_by_the_reference(
    ratio: float,
    interval: float,
    lead_time: float,
    lot_days: float,
    level_and_fill_rate: tuple[float, float],
) -> None:
    """
    Proves: units short see their own lump, as REFERENCES 1 has it.

    Without V the fill rates are .9950, .9388, .9724, .9715, .9111 and .9167.
    """
    level, fill_rate = level_and_fill_rate
    of_sku = law(10.0, 10.0 * ratio, lead_time, interval=interval)
    lot = 10.0 * lot_days
    short = units_short(of_sku, quantile(of_sku, np.array([level])), np.array([lot]))
    assert 1.0 - short[0] / lot == pytest.approx(fill_rate, abs=1e-4)


@pytest.mark.parametrize(
    ("sd", "level", "days", "short"),
    [
        (2.0, 0.95, 30.0, 23.87),
        (10.0, 0.95, 30.0, 18.91),
        (30.0, 0.95, 30.0, 8.39),
        (30.0, 0.99, 30.0, 3.95),
        (30.0, 0.95, 365.0, 317.3),
    ],
)
def test_days_short_by_the_reference(sd: float, level: float, days: float, short: float) -> None:
    """
    Proves: days short of an outage beyond routine, D = 10, L = 10, a lot of 10 days.

    The days short of version 1 would be 23.94, 19.29, 6.13 and 0.
    """
    of_sku = law(10.0, sd, 10.0)
    point = float(quantile(of_sku, np.array([level]))[0])
    _, before = areas(of_sku, point, 100.0, 10.0)
    _, after = areas(of_sku, point, 100.0, 10.0 + days)
    routine = units_short(of_sku, np.array([point]), np.array([100.0]))[0] / 100.0
    found = (after - before) / 10.0 - days * routine
    assert found == pytest.approx(short, abs=0.06)  # the routine part is the reference's rounding


def test_days_short_of_certain_demand_by_hand() -> None:
    """
    Proves: with nothing random an outage costs ((l - a)+² - (l - a - q)+²)/(2q) days.

    10 days of cover, a lot of 8: 14 days out leave 4²/16 = 1 day short, 30 leave
    (20² - 12²)/16 = 16, and 10 none.  Counting on the whole lot gives 0, 12 and 0.
    """
    certain = law(1.0, 0.0, 5.0)
    short = [areas(certain, 15.0, 8.0, 5.0 + days)[1] for days in (14.0, 30.0, 10.0)]
    assert short == pytest.approx([1.0, 16.0, 0.0], abs=1e-5)


def test_a_reserve_kept_apart_by_the_reference() -> None:
    """
    Proves: 30 days kept apart, D 10, σ 10, L 45, CSL .5, lot 7 days: 2.23 / 12.28 / 26.84 days.

    They stand in both backorders of an outage; of these days routine, where they do not stand,
    has charged 33.8 % already, so that the curve holds 0, 0 and 26.84 - 20.30.
    """
    portfolio = make_portfolio(
        [{"sku": "A", "demand_std": 10.0, "unit_decimals": 6.0, "order_multiple": 1e-6,
          "order_cost": 1e6, "unit_margin": 0.1}],
        [{"sku": 0, "supplier": 0, "lead_time_mean": 45.0}],
        policies={"apart": {"service_levels": [0.5], "reserve_days": [30.0], "lot_days_max": 7.0,
                            "ring_fenced": True}},
    )  # fmt: skip
    row = {"sku": "A", "policy": "apart", "service_level": 0.5, "reserve_days": 30.0,
           "lot_days_min": 0.0, "lot_factor": 1.0, "alternates": ""}  # fmt: skip
    decisions = read_decisions(portfolio, pd.DataFrame([row]), Ledger())
    stock = stock_of(portfolio, decisions)
    level, nodes = stock.outage_level[0], NODES.tolist()
    owed = [areas(stock.laws, level, 70.0, 45.0 + days)[1] for days in (0.0, 30.0, 45.0, 60.0)]
    beyond = (np.array(owed[1:]) - owed[0]) / 10.0
    assert beyond == pytest.approx([2.23, 12.28, 26.84], abs=0.006)
    charged = stock.units_short[0] / 70.0
    assert charged == pytest.approx(0.338, abs=5e-4)
    curve = curves_of(portfolio, stock).loss[0]  # 1 a day short
    found = [curve[nodes.index(days)] for days in (30.0, 45.0, 60.0)]
    assert found == pytest.approx([0.0, 0.0, beyond[2] - 60.0 * charged])


def test_the_quantile_is_found_by_search() -> None:
    """Proves: least whole k with P(X ≤ k) ≥ p, a level reached exactly included."""
    mean, level = np.full(4, 3.0), np.array([0.5, stats.poisson.cdf(5, 3.0), 0.999, 1e-9])
    least = least_covering(mean, mean, level)
    assert least.tolist() == [3.0, 5.0, 10.0, 0.0]
    assert stats.poisson.ppf(0.999, 3.0) == 10.0


@pytest.mark.parametrize("sd", [1e-4, 0.3, 3.0, 30.0])
@pytest.mark.parametrize("level", [0.5, 0.9, 0.999])
def test_the_quantile_of_a_gamma(sd: float, level: float) -> None:
    """Proves: root finding agrees with scipy's inverse, also far below the mean."""
    of_sku = law(1.0, sd, 1.0)
    expected = stats.gamma.ppf(level, 1.0 / sd**2, scale=sd**2)
    assert quantile(of_sku, np.array([level]))[0] == pytest.approx(expected, rel=1e-9, abs=1e-6)


def test_lost_days_by_hand() -> None:
    """
    Proves: 10 days out; .5 from day 2 and .8 from day 6 on: 2 + 4 x .5 + 0 = 4 days are lost.

    Two of .3 leave .4 missing from day 6 on: 2 + 4 x .7 + 4 x .4 = 6.4.  One alone, from day 2
    on: 2 + 8 x .5 = 6.  One that begins after the outage does nothing.
    """
    ten = np.array([10.0])
    two, six, late = np.array([2.0]), np.array([6.0]), np.array([11.0])
    assert lost_days(ten, [two, six], [0.5, 0.8]) == pytest.approx(4.0)
    assert lost_days(ten, [six, two], [0.3, 0.3]) == pytest.approx(6.4)
    assert lost_days(ten, [two], [0.5]) == pytest.approx(6.0)
    assert lost_days(ten, [late, two], [0.9, 0.5]) == pytest.approx(6.0)
    assert lost_days(ten, [late], [1.0]) == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("level", "var", "cvar"), [(0.6, 30.0, 36.25), (0.9, 40.0, 40.0), (0.0, 10.0, 25.0)]
)
def test_tail_golden_numbers(level: float, var: float, cvar: float) -> None:
    """
    Proves: VaR is the quantile and CVaR the mean of the worst 1 - level.

    Worst 40%: (0.25 * 40 + 0.15 * 30) / 0.4 = 36.25; dividing by 0.6 would give 24.17.
    """
    tail = tail_of(np.array([30.0, 10.0, 40.0, 20.0]), np.full(4, 0.25), level)
    assert (tail.var, tail.cvar) == (var, pytest.approx(cvar))
    assert tail.weight @ np.array([30.0, 10.0, 40.0, 20.0]) == pytest.approx(cvar)


def test_ties_at_var_share_in_proportion() -> None:
    """
    Proves: what 40 leaves of the worst half, .25, goes to two losses of 30 as .1 : .4.

    In weights of the tail: .25/.5 = .5 for 40, .1 and .4 for the ties, which differ by rounding.
    """
    loss = np.array([30.0, 30.0 * (1 + 1e-15), 40.0, 0.0])
    tail = tail_of(loss, np.array([0.1, 0.4, 0.25, 0.25]), 0.5)
    assert tail.weight == pytest.approx([0.1, 0.4, 0.5, 0.0])


def test_the_sum_of_many_probabilities_does_not_move_the_quantile() -> None:
    """Proves: 190 times 1/200 counts as .95, whichever way it rounds; one further is 191."""
    tail = tail_of(np.arange(1.0, 201.0), np.full(200, 1.0 / 200.0), 0.95)
    assert tail.var == 190.0


@pytest.mark.parametrize(
    ("found", "expected", "agree"),
    [
        (1.0 + 5e-10, 1.0, True),
        (1.0 + 2e-9, 1.0, False),
        (np.nan, 1.0, False),
        (np.nan, np.nan, False),
        (1.0, np.nan, False),
        (np.inf, np.inf, True),
        (-np.inf, np.inf, False),
        (1e300, np.inf, False),
        (np.inf, 1.0, False),
        (1e-300, 0.0, False),
    ],
)
def test_what_agrees(found: float, expected: float, agree: bool) -> None:
    """Proves: 1e-9 relative agrees; NaN with nothing, infinity with itself, 0 with 0 alone."""
    one, many = Ledger(), Ledger()
    one.number("x", found, expected)
    many.numbers("x", ["k"], np.array([found]), np.array([expected]))
    assert (not one.differences, not many.differences) == (agree, agree)


def test_the_verifier_shares_nothing_with_the_solver() -> None:
    """Proves: it imports domain types, errors, numpy, numba, scipy, pandas, threads and itself."""
    allowed = ("optimizer.domain", "optimizer.errors", "optimizer.verifier")
    others = {"__future__", "collections", "dataclasses", "itertools", "typing"}
    others |= {"numpy", "numba", "scipy", "pandas", "concurrent", "os", "statistics"}
    for file in Path(package.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names.append(str(node.module))
            for name in names:
                assert name.startswith(allowed) or name.split(".")[0] in others, (file.name, name)
