"""What `ballast verify` says about a run's bound: how much of it was proven again."""

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
        The run's stated objective and bound. [currency]
    proven
        The bound proven again; None if the run's futures can no longer be drawn.

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
