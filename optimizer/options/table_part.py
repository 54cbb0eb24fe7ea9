"""Some rows of an option table: a block of SKUs, whose options are costed, joined and pruned."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.domain.arrays import Float32Array, FloatArray, Int32Array, IntArray
from optimizer.domain.option import OptionTable
from optimizer.domain.resources import Resources


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TablePart:
    """
    `OptionTable`'s columns of a block of SKUs, sorted by SKU, choice and set of alternates.

    Attributes
    ----------
    sku
        Row of the SKU.  Shape ``(O,)``.
    choice, alternate_set, cost, expected_loss
        As in `OptionTable`.  Shape ``(O,)``.
    curve
        Row of `loss_curves` of this part.  Shape ``(O,)``.
    loss_curves, lot_days
        As in `OptionTable`; some may be of no option.  Shapes ``(C, 17)`` and ``(C,)``.
    resources
        What these options use.
    """

    sku: IntArray
    choice: Int32Array
    alternate_set: Int32Array
    curve: Int32Array
    cost: FloatArray
    expected_loss: FloatArray
    loss_curves: FloatArray | Float32Array
    lot_days: FloatArray
    resources: Resources

    def __len__(self) -> int:
        return len(self.sku)

    def take(self, rows: IntArray) -> TablePart:
        """Return these options, with no other's curves."""
        is_used = np.zeros(len(self.loss_curves), dtype=np.bool_)
        is_used[self.curve[rows]] = True
        place = np.cumsum(is_used, dtype=np.int32) - np.int32(1)
        return TablePart(
            sku=self.sku[rows],
            choice=self.choice[rows],
            alternate_set=self.alternate_set[rows],
            curve=place[self.curve[rows]],
            cost=self.cost[rows],
            expected_loss=self.expected_loss[rows],
            loss_curves=self.loss_curves[is_used],
            lot_days=self.lot_days[is_used],
            resources=replace(self.resources, option_use=self.resources.option_use[:, rows]),
        )

    def joined(self, other: TablePart) -> tuple[TablePart, IntArray]:
        """
        Return the options of both, in the table's order, with the limits of the other.

        Returns
        -------
        tuple
            The part, and where each option comes from: rows of this part, then of the other.
            Shape ``(O + P,)``.
        """
        curve = np.concatenate([self.curve, other.curve + np.int32(len(self.loss_curves))])
        columns = {
            name: np.concatenate([getattr(self, name), getattr(other, name)])
            for name in ("sku", "choice", "alternate_set", "cost", "expected_loss")
        }
        order = np.lexsort((columns["alternate_set"], columns["choice"], columns["sku"]))
        use = np.concatenate([self.resources.option_use, other.resources.option_use], axis=1)
        return (
            TablePart(
                **{name: column[order] for name, column in columns.items()},
                curve=curve[order],
                loss_curves=np.concatenate([self.loss_curves, other.loss_curves]),
                lot_days=np.concatenate([self.lot_days, other.lot_days]),
                resources=replace(other.resources, option_use=use[:, order]),
            ),
            order,
        )


def part_of(options: OptionTable, resources: Resources, skus: IntArray) -> TablePart:
    """Return the rows of these SKUs, which follow each other."""
    rows = slice(options.start[skus[0]], options.start[skus[-1] + 1])
    curve = options.curve[rows]
    first, last = curve.min(), curve.max()
    return TablePart(
        sku=np.repeat(skus, np.diff(options.start[skus[0] : skus[-1] + 2])),
        choice=options.choice[rows],
        alternate_set=options.alternate_set[rows],
        curve=curve - first,
        cost=options.cost[rows],
        expected_loss=options.expected_loss[rows],
        loss_curves=options.loss_curves[first : last + 1],
        lot_days=options.lot_days[first : last + 1],
        resources=replace(resources, option_use=resources.option_use[:, rows]),
    )


def rounded_down(curves: FloatArray) -> Float32Array:
    """Return amounts of at least 0 in single precision, none larger than it was."""
    single = curves.astype(np.float32)
    return np.where(single > curves, np.nextafter(single, np.float32(0.0)), single)
