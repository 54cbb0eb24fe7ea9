"""Lost days against an exact scalar calculation, and the orders they must keep."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from support.lost_days import dense

from optimizer.domain.scenario import OutageProfiles, ScenarioSet
from optimizer.scenarios.lost_days import lost_days


@dataclass(frozen=True)
class Alternate:
    """Ramp in half days, capacity share in twentieths, its own outage."""

    half_days: int
    twentieths: int
    outage: int


@dataclass(frozen=True)
class Case:
    """One cell: the primary's outage, up to two alternates, a surge (multiplier in twentieths)."""

    outage: int
    alternates: tuple[Alternate, ...]
    surge_twentieths: int
    surge_days: int


DAYS = st.integers(0, 365) | st.just(0)
ALTERNATES = st.builds(Alternate, st.integers(0, 400), st.integers(1, 20), DAYS)
CASES = st.builds(
    Case,
    DAYS,
    st.lists(ALTERNATES, max_size=2).map(tuple),
    st.integers(20, 60),
    DAYS,
)


def by_hand(case: Case) -> int:
    """Return the lost days in exact fractions, the integral piece by piece."""
    begins = [
        (max(Fraction(a.half_days, 2), Fraction(a.outage)), Fraction(a.twentieths, 20))
        for a in case.alternates
    ]
    knots = sorted({Fraction(0), Fraction(case.outage), *(b for b, _ in begins)})
    gap = Fraction(0)
    for left, right in pairwise(knots):
        if right <= case.outage:
            supplied = sum((share for b, share in begins if left >= b), Fraction(0))
            gap += (right - left) * max(Fraction(0), 1 - supplied)
    multiplier = Fraction(case.surge_twentieths, 20)
    return math.ceil(multiplier * gap + (multiplier - 1) * case.surge_days)


def vectorised(cases: list[Case]) -> list[list[int]]:
    """Return `lost_days`: one profile and one scenario per case, three suppliers per profile."""
    outages = [
        [case.outage, *(a.outage for a in case.alternates), *[0] * (2 - len(case.alternates))]
        for case in cases
    ]
    n = len(cases)
    scenarios = ScenarioSet(
        probability=np.full(n, 1.0 / n),
        outage_days=np.array(outages, dtype=np.int64),
        categories=np.array(["food"], dtype=object),
        surge_multiplier=np.array([[case.surge_twentieths / 20.0] for case in cases]),
        surge_days=np.array([[case.surge_days] for case in cases], dtype=np.int64),
        price_multiplier=np.ones((n, 1)),
        price_days=np.zeros((n, 1), dtype=np.int64),
        method="sampled",
    )
    padded = [[*case.alternates, None, None][:2] for case in cases]
    profiles = OutageProfiles(
        primary=np.zeros(n, dtype=np.int64),
        surge_category=np.full(n, "food", dtype=object),
        alternate=np.array([[j + 1 if a else -1 for j, a in enumerate(row)] for row in padded]),
        ramp_days=np.array([[a.half_days / 2.0 if a else 0.0 for a in row] for row in padded]),
        capacity_share=np.array(
            [[a.twentieths / 20.0 if a else 1.0 for a in row] for row in padded]
        ),
    )
    return dense(lost_days(scenarios, profiles)).tolist()


@given(st.lists(CASES, min_size=1, max_size=6))
def test_equals_the_exact_integral(cases: list[Case]) -> None:
    """
    Proves: every (profile, scenario) cell is the piecewise integral, rounded up.

    Profile i meets scenario s: alternates' ramps and shares of i, outages and surge of s.  In
    twentieths and half days the exact value is a multiple of 1/800, so that rounding to 9 decimals
    must restore it.  Sensitivity: a bare ceiling is a day too many where a product like 1.1 * 30 is
    not exact.
    """
    found = vectorised(cases)
    for i, own in enumerate(cases):
        for s, met in enumerate(cases):
            outages = [*(a.outage for a in met.alternates), 0, 0]
            alternates = tuple(replace(a, outage=outages[j]) for j, a in enumerate(own.alternates))
            assert found[i][s] == by_hand(replace(met, alternates=alternates))


@given(CASES, ALTERNATES)
def test_one_more_alternate_never_costs_days(case: Case, extra: Alternate) -> None:
    """Proves: adding an alternate never raises lost days, also where shares exceed the demand."""
    fewer = replace(case, alternates=case.alternates[:1])
    more = replace(case, alternates=(*case.alternates[:1], extra))
    assert vectorised([more])[0][0] <= vectorised([fewer])[0][0]


@given(CASES, st.integers(1, 100), st.sampled_from(["primary", "alternate", "surge"]))
def test_longer_never_costs_fewer_days(case: Case, longer: int, what: str) -> None:
    """Proves: a longer outage of the primary or an alternate, or a longer surge, never helps."""
    if what == "primary":
        worse = replace(case, outage=case.outage + longer)
    elif what == "surge":
        worse = replace(case, surge_days=case.surge_days + longer)
    else:
        alternates = tuple(replace(a, outage=a.outage + longer) for a in case.alternates)
        worse = replace(case, alternates=alternates)
    assert vectorised([worse])[0][0] >= vectorised([case])[0][0]
