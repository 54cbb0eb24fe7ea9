r"""
Temme's uniform expansion of the incomplete gamma function, its coefficients from exact fractions.

.. math:: Q(k, k(1 + m)) = \tfrac12 \operatorname{erfc}(\eta \sqrt{k/2})
          + \frac{e^{-k \eta^2/2}}{\sqrt{2 \pi k}} \sum_{n, j} c_{nj}\,k^{-n}\,\eta^j,
          \qquad \tfrac12 \eta^2 = m - \ln(1 + m)

References
----------
.. [1] NIST Digital Library of Mathematical Functions, 8.12.3 to 8.12.12.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import numpy as np

from optimizer.domain.arrays import FloatArray

N_POWERS: Final = 30
"""Powers of :math:`\\eta`: for :math:`|\\eta| \\le 1`; the series converge to 3.5."""
N_ORDERS: Final = 18
"""Powers of 1/k: for k from 6 on."""


def expansion_coefficients() -> FloatArray:
    r"""
    Return the coefficients :math:`c_{nj}`.

    .. math:: c_{0j} = [\eta^{j + 1}]\,\eta/m(\eta), \qquad
              c_{nj} = (j + 2)\,c_{n - 1, j + 2} - c_{n - 1, 1}\,c_{0j}

    Returns
    -------
    FloatArray
        Shape ``(N_ORDERS, N_POWERS)``.

    Examples
    --------
    >>> expansion_coefficients()[0, :3] * [3, 12, 270]
    array([-1.,  1., -4.])
    """
    row = _first_row(N_POWERS + 2 * N_ORDERS)
    first, rows = row, [row]
    for _ in range(1, N_ORDERS):
        row = [(j + 2) * row[j + 2] - row[1] * first[j] for j in range(len(row) - 2)]
        rows.append(row)
    return np.array([[float(c) for c in row[:N_POWERS]] for row in rows])


def _first_row(n: int) -> list[Fraction]:
    r"""Return the powers of :math:`1/m - 1/\eta`, from :math:`m\,m' = \eta\,(1 + m)`."""
    m = [Fraction(0), Fraction(1)]
    for i in range(2, n + 2):
        of_earlier = sum((j * m[j] * m[i + 1 - j] for j in range(2, i)), Fraction(0))
        m.append((m[i - 1] - of_earlier) / (i + 1))
    inverse = [Fraction(1)]
    for i in range(1, n + 1):
        inverse.append(-sum((m[j + 1] * inverse[i - j] for j in range(1, i + 1)), Fraction(0)))
    return inverse[1:]


COEFFICIENTS: Final = expansion_coefficients()
