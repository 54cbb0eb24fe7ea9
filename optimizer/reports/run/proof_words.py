"""What `ballast verify` says of a run's bound: how far it was proven once more."""

from __future__ import annotations

from typing import Final

from optimizer.reports.kit.format import percent_up

_ARITHMETIC: Final = 1e-9


def proof_words(objective: float, bound: float, proven: float | None) -> str:
    """
    Say whether a stated bound holds.

    Parameters
    ----------
    objective, bound
        Of the run, as it states them. [currency]
    proven
        As far as it was proven once more; None where the run's futures are drawn no longer.

    Examples
    --------
    >>> proof_words(100.0, 99.0, 98.0)[:67]
    'Not proven here: that no plan is cheaper by more than 1 %. The pric'
    """
    size = abs(objective)
    claim = "no plan is cheaper"
    if objective - bound > _ARITHMETIC * size:
        claim += f" by more than {_share(objective - bound, size)}"
    if proven is None:
        return f"Not proven here: that {claim}. Its futures are not those that this version draws."
    if bound - proven <= _ARITHMETIC * abs(bound):
        return f"Proven once more: {claim}."
    return (
        f"Not proven here: that {claim}. The prices kept in the run prove "
        f"{_share(objective - proven, size)}; the rest came of the solver's search."
    )


def _share(distance: float, size: float) -> str:
    return percent_up(max(distance, 0.0) / size) if size else "nothing"
