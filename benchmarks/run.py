"""
``make bench``: every method on every size, side by side, into RESULTS.md and results.svg.

``make bench SIZES="1000x200" SECONDS=60`` overrides the sizes (SKUs × scenarios) and the limit of
one cell; memory and seed are options of this module.  ``results.json`` holds the numbers; all
three files are written after each cell.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from benchmarks import machine
from benchmarks.chart import chart
from benchmarks.measure import SHORT_RUNS, SHORT_SECONDS, measured, typical
from benchmarks.methods import METHODS, Method
from benchmarks.render import render

GAP: Final = 1e-4
SIZES: Final = "100x200 300x200 1000x200 10000x200 100000x1000 1000000x1000"
HERE: Final = Path(__file__).parent
_PREPARE_ALLOWANCE: Final = 3_600.0
_OVERRUN, _LOADING = 1.25, 60.0  # a cell may take so much longer than its limit before it is killed

Cell = dict[str, Any]


def main(arguments: list[str] | None = None) -> None:
    """Measure, and write the three files."""
    asked = _parser().parse_args(arguments)
    sizes = [tuple(map(int, size.split("x"))) for size in asked.sizes.split()]
    results: dict[str, Any] = {
        "machine": machine.describe(),
        "gap": GAP,
        "seconds": asked.seconds,
        "memory_gb": asked.memory_gb,
        "seed": asked.seed,
        "sizes": [],
    }
    _warm_up(asked)
    for n_skus, n_scenarios in sorted(sizes):
        with tempfile.TemporaryDirectory() as scratch:
            for size in _size(Path(scratch), n_skus, n_scenarios, asked, results["sizes"]):
                _write(asked.out, {**results, "sizes": [*results["sizes"], size]})
        results["sizes"].append(size)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--memory-gb", type=float, default=16.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=SHORT_RUNS, help="of what takes under 10 s")
    parser.add_argument("--out", type=Path, default=HERE)
    return parser


def _warm_up(asked: argparse.Namespace) -> None:
    """Let Ballast compile its kernels, which happens once per machine, before anything counts."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, allowed = Path(scratch), _PREPARE_ALLOWANCE
        measured("make", folder, asked.memory_gb, 20, 20, asked.seed, kill_after=allowed)
        for method in METHODS:
            if method.is_ballast and method.available:
                numbers = (GAP, asked.seconds, "judge")
                measured(method.key, folder, asked.memory_gb, *numbers, kill_after=allowed)


def _size(
    folder: Path, n_skus: int, n_scenarios: int, asked: argparse.Namespace, smaller: list[Cell]
) -> Any:
    """Yield the growing results of one size, cell by cell."""

    def job(name: str, *numbers: object, kill_after: float = _PREPARE_ALLOWANCE) -> Cell:
        found = measured(name, folder, asked.memory_gb, *numbers, kill_after=kill_after)
        sys.stdout.write(f"{n_skus:,} × {n_scenarios:,} {name}: {json.dumps(found)}\n")
        sys.stdout.flush()
        return found

    size: dict[str, Any] = {"n_skus": n_skus, "n_scenarios": n_scenarios, "methods": {}}
    size["make"] = job("make", n_skus, n_scenarios, asked.seed)
    if "capital" not in size["make"]:
        raise RuntimeError(f"no portfolio could be made: {size['make']}.")
    size["read"] = typical([job("read") for _ in range(asked.runs)])
    size["formulated"] = job("formulated")
    fits = "options" in size["formulated"]
    for method in METHODS:
        if (why := _left_out(method, smaller, fits=fits)) is not None:
            size["methods"][method.key] = {"status": why}
        else:
            numbers = (GAP, asked.seconds, "judge" if fits else "trust")
            allowed = _OVERRUN * asked.seconds + _LOADING
            if method.is_ballast:
                allowed += _PREPARE_ALLOWANCE
            runs = [job(method.key, *numbers, kill_after=allowed)]
            while len(runs) < asked.runs and _is_short(runs[-1]):
                runs.append(job(method.key, *numbers, kill_after=allowed))
            size["methods"][method.key] = typical(runs)
        yield size


def _is_short(run: Cell) -> bool:
    return bool(run.get("seconds", SHORT_SECONDS) < SHORT_SECONDS)


def _left_out(method: Method, smaller: list[Cell], *, fits: bool) -> str | None:
    """Return why a method is not tried, None where it is."""
    if not method.available:
        return "not available"
    if not method.is_ballast and not fits:
        return "no model"
    failed = [s for s in smaller if s["methods"][method.key].get("objective") is None]
    return "not tried" if failed else None


def _write(folder: Path, results: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    numbers = json.dumps(results, indent=1, ensure_ascii=False)
    (folder / "results.json").write_text(numbers + "\n", encoding="utf-8")
    (folder / "RESULTS.md").write_text(render(results), encoding="utf-8")
    (folder / "results.svg").write_text(chart(results), encoding="utf-8")


if __name__ == "__main__":
    main()
