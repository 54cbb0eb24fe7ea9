"""A quantile limit: the total loss of the chosen options is within a limit often enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.errors import Problem

_ROUNDING = 1e-9  # of the amounts added: sums of decimals that equal the limit are within it
LEVEL_ROUNDING = 1e-12  # probabilities that add up to the level reach it
_MOST_TOLD = 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chance:
    r"""
    A quantile limit: :math:`P(\sum_i \ell_{i,x_i} \le W) \ge \alpha`.

    Attributes
    ----------
    losses
        One row per option, in the order of the table of options.  Joint: one column per future,
        the same for all options.  Independent: the samples of the option's own loss; rows may
        then differ in length.  A DataFrame must have the index of the table.
    limit
        :math:`W`, in the unit of the losses.
    level
        :math:`\alpha`, above 0 and below 1. [-]
    probability
        Of each column; ``None``: all are equally likely. [-]
    independent
        Whether each group's loss is drawn by itself, so that the futures are all combinations of
        the groups' samples.
    """

    losses: pd.DataFrame | FloatArray | Sequence[Sequence[float]]
    limit: float
    level: float
    probability: Sequence[float] | FloatArray | None = None
    independent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QuantileLimit:
    """
    A checked `Chance`, its rows in the order of the groups.

    Attributes
    ----------
    loss, probability
        Of each option: its losses, and their probabilities.  Shapes ``(S,)`` by option.
    most
        The limit, raised by what rounding may add to a sum.
    level
        The least probability, lowered likewise.
    """

    loss: list[FloatArray]
    probability: list[FloatArray]
    most: float
    level: float

    def of(self, option: IntArray) -> QuantileLimit:
        """Return the limit over some of the options."""
        return replace(
            self,
            loss=[self.loss[o] for o in option],
            probability=[self.probability[o] for o in option],
        )


def quantile_limit(chance: Chance, order: IntArray, start: IntArray) -> QuantileLimit:
    """Return a checked limit with its rows in this order, groups beginning at `start`."""
    rows = _rows(chance)
    loss = [rows[row] for row in order]
    weights = chance.probability
    equal = [np.full(len(row), 1.0 / len(row)) for row in loss]
    given = None if weights is None else np.asarray(weights, dtype=np.float64)
    largest = np.array([np.abs(row).max() for row in loss])
    scale = max(abs(chance.limit), float(np.maximum.reduceat(largest, start[:-1]).sum()))
    return QuantileLimit(
        loss=loss,
        probability=equal if given is None else [given / given.sum()] * len(loss),
        most=chance.limit + _ROUNDING * scale,
        level=chance.level - LEVEL_ROUNDING,
    )


def problems(chances: Sequence[Chance], options: pd.DataFrame) -> Iterator[Problem]:
    """Yield everything that is wrong with the limits."""
    for name, chance in named(chances):
        yield from _of_numbers(chance, name)
        yield from _of_losses(chance, options, name)
    if len({chance.independent for chance in chances}) > 1:
        yield _problem("chance", "joint and independent", "Give all limits in one of the forms.")


def named(chances: Sequence[Chance]) -> list[tuple[str, Chance]]:
    """Return the limits with their names in messages."""
    if len(chances) == 1:
        return [("chance", chances[0])]
    return [(f"chance[{place}]", chance) for place, chance in enumerate(chances)]


def _of_numbers(chance: Chance, name: str) -> Iterator[Problem]:
    if not 0.0 < chance.level < 1.0:
        yield _problem(
            f"{name}.level",
            f"must be above 0 and below 1, not {chance.level}",
            "Give it as a share, as 0.99; a loss that may never exceed is one of the limits.",
        )
    if not np.isfinite(chance.limit):
        yield _problem(
            f"{name}.limit", f"must be a finite number, not {chance.limit}", "Correct it."
        )


def _of_losses(chance: Chance, options: pd.DataFrame, name: str) -> Iterator[Problem]:
    column = f"{name}.losses"
    try:
        rows = _rows(chance)
    except (TypeError, ValueError):
        yield _problem(column, "must be rows of numbers, one row per option", "Correct it.")
        return
    if len(rows) != len(options):
        rule = f"has {len(rows)} rows, the table of options {len(options)}"
        yield _problem(column, rule, "Give one row per option, in the order of the table.")
    elif isinstance(chance.losses, pd.DataFrame) and not chance.losses.index.equals(options.index):
        yield _problem(
            column,
            "its index differs from that of the table of options",
            "Bring it into that order: losses.loc[options.index].",
        )
    for row in [row for row, loss in enumerate(rows) if not _finite(loss)][:_MOST_TOLD]:
        yield _problem(column, "must be finite numbers, at least one", "Correct it.", row)
    yield from _of_probability(chance, rows, name)


def _of_probability(chance: Chance, rows: list[FloatArray], name: str) -> Iterator[Problem]:
    lengths = {len(row) for row in rows}
    if len(lengths) > 1 and not chance.independent:
        rule = f"its rows have between {min(lengths)} and {max(lengths)} futures"
        yield _problem(f"{name}.losses", rule, "Give every option a loss in every future.")
    if chance.probability is None:
        return
    column = f"{name}.probability"
    try:
        given = np.asarray(chance.probability, dtype=np.float64)
    except (TypeError, ValueError):
        yield _problem(column, "must be numbers, one per column of losses", "Correct it.")
        return
    if given.ndim != 1 or lengths - {len(given)}:
        yield _problem(column, "must have one number per column of losses", "Correct it.")
    if not (np.all(given >= 0.0) and abs(given.sum() - 1.0) <= _ROUNDING):
        rule = f"must be 0 or more and add up to 1, not {given.sum():.10g}"
        yield _problem(column, rule, "Divide by the sum, or correct it.")


def _rows(chance: Chance) -> list[FloatArray]:
    losses = chance.losses
    table = losses.to_numpy() if isinstance(losses, pd.DataFrame) else losses
    rows = [np.asarray(row, dtype=np.float64) for row in table]
    if any(row.ndim != 1 for row in rows):
        raise ValueError("losses must be two-dimensional.")
    return rows


def _finite(loss: FloatArray) -> bool:
    return len(loss) > 0 and bool(np.isfinite(loss).all())


def _problem(column: str, rule: str, remedy: str, row: int | None = None) -> Problem:
    return Problem(file="options", row=row, column=column, rule=rule, remedy=remedy)
