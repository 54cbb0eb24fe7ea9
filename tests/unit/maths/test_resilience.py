"""What a strategy avoids for its money, by hand."""

from __future__ import annotations

import numpy as np

from optimizer.maths.resilience import added, resilience_return


def test_the_return_is_what_is_avoided_for_what_is_added() -> None:
    """
    Proves: avoided loss over additional money, against the base; more loss gives a negative one.

    Base: ties up 1,200, loses 100.  One ties up 5,200 and loses 60: 40/4,000 = 0.01.  Another
    ties up 2,200 and loses 150: -50/1,000 = -0.05.  Dividing by its own capital, not by what is
    added, would give 40/5,200 = 0.0077.
    """
    more = added(np.array([5_200.0, 2_200.0]), 1_200.0)
    found = resilience_return(100.0 - np.array([60.0, 150.0]), more)
    np.testing.assert_allclose(found, [0.01, -0.05])


def test_nothing_added_has_no_return() -> None:
    """Proves: less money, or the same but for rounding, gives no ratio instead of a huge one."""
    more = added(np.array([1_100.0, 1_200.0 * (1.0 + 1e-12), 1_200.0]), 1_200.0)
    np.testing.assert_array_equal(more, [-100.0, 0.0, 0.0])
    assert np.isnan(resilience_return(np.array([50.0, 50.0, 0.0]), more)).all()
