"""
``make bench-knapsacks``: `optimizer.allocate` at gap 0 beside independent solvers.

Writes KNAPSACKS.md: which families and sizes are proven within the limit, which are not, whether
all proven optima are equal, and how long each solver takes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Any, Final

from benchmarks import machine
from benchmarks.bounds import best_plan, proven_gap
from benchmarks.knapsack_families import FAMILIES, OPTIONS_PER_GROUP, make_knapsack
from benchmarks.measure import measured
from benchmarks.methods import METHODS, Method
from benchmarks.scratch import DATA, keep

SIZES: Final = "5x5 10x5 20x10 50x10 100x10 200x10 400x10 50x25 100x25"
HERE: Final = Path(__file__).parent
_ALLOCATE: Final = Method(key="allocate", label="allocate", colour="#D55E00")
_RIVALS: Final = ("highs_arrays", "scip", "ortools")
_GRACE, _MEMORY_GB = 60.0, 16.0

Cell = dict[str, Any]


def main(arguments: list[str] | None = None) -> None:
    """Measure, and write KNAPSACKS.md after every instance."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.knapsacks", description=__doc__)
    parser.add_argument("--sizes", default=SIZES, help="groups x resources")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=HERE)
    asked = parser.parse_args(arguments)
    methods = [_ALLOCATE, *(m for m in METHODS if m.key in _RIVALS and m.available)]
    rows: list[Cell] = []
    for family, size in product(FAMILIES, asked.sizes.split()):
        n_groups, n_resources = map(int, size.split("x"))
        row: Cell = {"family": family, "groups": n_groups, "resources": n_resources}
        row["methods"] = _solved(row, methods, asked.seconds, asked.seed)
        rows.append(row)
        sys.stdout.write(_row(row, methods) + "\n")
        sys.stdout.flush()
        text = _document(rows, methods, asked.seconds, asked.seed)
        asked.out.mkdir(parents=True, exist_ok=True)
        (asked.out / "KNAPSACKS.md").write_text(text, encoding="utf-8")


def _solved(row: Cell, methods: list[Method], seconds: float, seed: int) -> Cell:
    """Solve one instance to gap 0 by every method."""
    with tempfile.TemporaryDirectory() as scratch:
        data = make_knapsack(row["family"], row["groups"], row["resources"], seed)
        keep(data, Path(scratch) / DATA)
        return {
            method.key: measured(
                method.key, Path(scratch), _MEMORY_GB, 0.0, seconds, kill_after=seconds + _GRACE
            )
            for method in methods
        }


def _document(rows: list[Cell], methods: list[Method], seconds: float, seed: int) -> str:
    told = machine.describe()
    heads = ["family", "groups", "resources", *(m.label for m in methods), "optima"]
    rule = ["---", "---:", "---:", *("---:" for _ in methods), "---"]
    table = [f"| {' | '.join(cells)} |" for cells in (heads, rule)]
    table += [_row(row, methods) for row in rows]
    ours = [row["methods"][_ALLOCATE.key] for row in rows]
    proven = sum(cell["status"] == "optimal" for cell in ours)
    words = f"""# `optimizer.allocate` on the knapsack families of the literature

{OPTIONS_PER_GROUP} options a group, integer data, gap 0 asked, {seconds:g} s at most, seed {seed}.
`allocate` proves {proven} of {len(rows)} instances. A cell is the seconds to the proof, or, where
time ran out, the gap left. *equal*: all proven optima are the same number, and no plan is cheaper.

{told["date"]}, {told["cores"]} cores ({told["processor"]}), {told["memory"]}; {told["versions"]}.
OR-Tools solves by CP-SAT, which uses every core; the others use one.
Families: [knapsack_families.py](knapsack_families.py). Repeat: `make bench-knapsacks`.
Quantile limits: [CHANCE.md](CHANCE.md).
"""
    return "\n".join([words, *table, ""])


def _row(row: Cell, methods: list[Method]) -> str:
    cells = [row["methods"][method.key] for method in methods]
    facts = [row["family"], str(row["groups"]), str(row["resources"])]
    return f"| {' | '.join([*facts, *map(_told, cells), _agreement(row)])} |"


def _told(cell: Cell) -> str:
    if cell["status"] == "optimal":
        return f"{cell['seconds']:.2f} s"
    gap = proven_gap(cell)
    return cell["status"] if gap is None else f"gap {100.0 * gap:.2g} %"


def _agreement(row: Cell) -> str:
    proven = {
        round(cell["objective"], 6)
        for cell in row["methods"].values()
        if cell["status"] == "optimal"
    }
    if not proven:
        return "none proven"
    cheapest = best_plan(row)
    equal = len(proven) == 1 and cheapest is not None and cheapest >= min(proven) - 1e-6
    return "equal" if equal else f"DIFFERENT: {sorted(proven)}"


if __name__ == "__main__":
    main()
