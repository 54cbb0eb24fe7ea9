"""Confidence of what is estimated from drawn scenarios, and how many of them it takes."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from scipy.special import stdtrit

from optimizer.domain.arrays import FloatArray
from optimizer.domain.validation import Interval, SamplingGap

CONFIDENCE: Final = 0.95


def section_interval(estimate: float, sections: FloatArray) -> Interval:
    r"""
    Return the 95 % confidence interval of an estimate from independent sections of its sample.

    .. math:: \hat\theta \pm t_{B-1,\,0.975}\,\frac{s}{\sqrt B}, \qquad
        s^2 = \frac{1}{B - 1} \sum_b (\hat\theta_b - \hat\theta)^2

    Parameters
    ----------
    estimate
        From the whole sample.  :math:`\hat\theta` [any unit]
    sections
        From each of :math:`B \ge 2` equal parts.  Shape ``(B,)``.  :math:`\hat\theta_b` [same unit]

    Returns
    -------
    Interval
        For a mean it is Student's interval of the batch means.  A quantile or a tail mean is
        biased in small samples: the whole sample's is biased :math:`B` times less than a section's,
        and :math:`s` measures from it.

    Raises
    ------
    ValueError
        If there are fewer than two sections.

    Examples
    --------
    s = √((4 + 4)/2) = 2 and t = 4.3027: 5 ± 4.3027 · 2/√3.

    >>> interval = section_interval(5.0, np.array([3.0, 5.0, 7.0]))
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.0317, 9.9683)

    References
    ----------
    .. [1] Asmussen, S. and Glynn, P.W. (2007). *Stochastic Simulation*, Springer, Section III.5
       (sectioning).
    """
    _require_several("sections", sections)
    deviation = math.sqrt(float(((sections - estimate) ** 2).sum()) / (len(sections) - 1))
    half = _quantile(len(sections), (1.0 + CONFIDENCE) / 2.0) * deviation / math.sqrt(len(sections))
    return Interval(estimate=estimate, low=estimate - half, high=estimate + half)


def paired_interval(
    first: float, first_sections: FloatArray, second: float, second_sections: FloatArray
) -> Interval:
    r"""
    Return the 95 % confidence interval of a difference under common random numbers.

    .. math:: \hat\theta = \hat\theta_1 - \hat\theta_2, \qquad
        \hat\theta_b = \hat\theta_{1b} - \hat\theta_{2b}

    Parameters
    ----------
    first, second
        From the same whole sample. [any unit]
    first_sections, second_sections
        From the same sections of it.  Shape ``(B,)``, :math:`B \ge 2`. [same unit]

    Returns
    -------
    Interval
        That of `section_interval`.  With the two objectives of a mean-value plan and a plan, it is
        the value of the stochastic solution.

    Raises
    ------
    ValueError
        If there are fewer than two sections.

    Examples
    --------
    Both rise and fall together, so that the difference is certain.

    >>> paired_interval(7.0, np.array([6.0, 8.0]), 5.0, np.array([4.0, 6.0]))
    Interval(estimate=2.0, low=2.0, high=2.0)

    References
    ----------
    .. [1] Birge, J.R. (1982). The value of the stochastic solution in stochastic linear programs
       with fixed recourse. *Mathematical Programming* 24:314–325.
    """
    return section_interval(first - second, first_sections - second_sections)


def sampling_gap(cost: FloatArray, bound: FloatArray, objective: FloatArray) -> SamplingGap:
    r"""
    Return how much better a plan could be, from replications of the problem.

    .. math:: G_m = f(\hat x, \xi_m) - \underline z_m, \qquad
        \bar G + t_{M-1,\,0.95}\,\frac{s}{\sqrt M}, \qquad
        s^2 = \frac{1}{M - 1} \sum_m (G_m - \bar G)^2

    Parameters
    ----------
    cost
        Of the plan on the scenarios of each of :math:`M \ge 2` replications, independent of the
        plan.  Shape ``(M,)``.  :math:`f(\hat x, \xi_m)` [currency]
    bound
        Proven least cost on the same scenarios.  Shape ``(M,)``.  :math:`\underline z_m` [currency]
    objective
        Of the best plan found on them, at least the bound.  Shape ``(M,)``. [currency]

    Returns
    -------
    SamplingGap
        Conservative where the objective is an expectation: the least cost on few scenarios is on
        average below the true one.

    Raises
    ------
    ValueError
        If there are fewer than two replications.

    Examples
    --------
    Gaps 1, 2 and 3: s = 1 and t = 2.92, so 2 + 2.92/√3.

    >>> found = sampling_gap(np.array([11.0, 12, 13]), np.full(3, 10.0), np.full(3, 10.5))
    >>> round(found.mean, 4), round(found.upper, 4), found.solver
    (2.0, 3.6859, 0.5)

    References
    ----------
    .. [1] Mak, W.-K., Morton, D.P. and Wood, R.K. (1999). Monte Carlo bounding techniques for
       determining solution quality in stochastic programs. *Operations Research Letters*
       24:47–56.
    """
    gaps = cost - bound
    _require_several("gaps", gaps)
    mean = float(gaps.mean())
    error = float(gaps.std(ddof=1)) / math.sqrt(len(gaps))
    return SamplingGap(
        gaps=tuple(gaps.tolist()),
        mean=mean,
        upper=mean + _quantile(len(gaps), CONFIDENCE) * error,
        solver=float((objective - bound).mean()),
    )


def needed_count(count: int, error: float, target: float) -> int:
    r"""
    Return how many scenarios bring a sampling error down to a target.

    .. math:: N = S\,(\varepsilon/\text{target})^2

    Parameters
    ----------
    count
        Scenarios that gave the error.  :math:`S \ge 1`
    error, target
        :math:`\varepsilon \ge 0`, and a target :math:`> 0`. [same unit]

    Returns
    -------
    int
        Rounded up to two digits, for it is an estimate; `count` where the error is at most the
        target.

    Raises
    ------
    ValueError
        If an argument is outside its domain.

    Examples
    --------
    Three times the target takes nine times the scenarios.

    >>> needed_count(200, 0.03, 0.01), needed_count(250, 0.03, 0.01), needed_count(200, 0.01, 0.01)
    (1800, 2300, 200)

    References
    ----------
    .. [1] The standard error of a mean falls as :math:`1/\sqrt N`: Shapiro, A., Dentcheva, D. and
       Ruszczyński, A. (2009). *Lectures on Stochastic Programming*, SIAM, Section 5.1.
    """
    if count < 1 or not error >= 0.0 or not target > 0.0:
        raise ValueError(
            f"count must be >= 1, error >= 0 and target > 0; found {count}, {error}, {target}."
        )
    if error <= target:
        return count
    exact = round(count * (error / target) ** 2, 6)
    step = 10.0 ** max(math.floor(math.log10(exact)) - 1, 0)
    return int(math.ceil(exact / step) * step)


def _quantile(sections: int, share: float) -> float:
    """Return Student's quantile with one degree of freedom less than there are sections."""
    return float(stdtrit(sections - 1, share))


def _require_several(name: str, values: FloatArray) -> None:
    if len(values) < 2:
        raise ValueError(
            f"{name} must be at least two, to show how they vary; found {len(values)}."
        )
    if not np.all(np.isfinite(values)):
        raise ValueError(f"{name} must be finite; found {values}.")
