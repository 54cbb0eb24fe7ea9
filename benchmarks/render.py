"""Measured numbers → RESULTS.md."""

from __future__ import annotations

from typing import Any, Final

from benchmarks.bounds import best_bound, best_plan, proven_gap
from benchmarks.methods import METHODS
from benchmarks.targets import targets

Cell = dict[str, Any]
_OURS: Final = ("ballast_decompose", "ballast_exact")
_NO_PLAN: Final = {
    "not available": "not available",
    "not tried": "not tried: no plan at a smaller size",
    "no model": "no model: its numbers do not fit in {memory_gb:g} GB",
    "memory": "no plan in {memory_gb:g} GB",
    "refused": "its plan breaks a limit",
    "error": "failed: {error}",
}
_ENDED: Final = {"optimal": "within the asked gap", "limit": "time ran out"}


def render(results: dict[str, Any]) -> str:
    """Return the whole document."""
    parts = [
        "# Ballast beside its peers",
        _introduction(results),
        "![Seconds against SKUs for each method](results.svg)",
        targets(results),
        *[_size(size, results) for size in results["sizes"]],
        _how(results),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _introduction(results: dict[str, Any]) -> str:
    told = results["machine"]
    return (
        f"Made by `make bench` on {told['date']}: {told['cores']} cores ({told['processor']}), "
        f"{told['memory']}, {told['system']}. CVaR at level .95, unexpected loss charged at .5, "
        "the default catalogue, a capital budget of 4 times a lean plan's, asked gap "
        f"{_percent(results['gap'])}, at most {results['seconds']:g} s and "
        f"{results['memory_gb']:g} GB a cell."
    )


def _size(size: Cell, results: dict[str, Any]) -> str:
    lines = [
        f"## {size['n_skus']:,} SKUs × {size['n_scenarios']:,} scenarios",
        _instance(size),
        "| method | time, Ballast = 1 | proven gap | above the best bound | seconds | peak MB | |",
        "|---|---:|---:|---:|---:|---:|---|",
        *[_row(method.label, method.key, size, results) for method in METHODS],
    ]
    return "\n".join([lines[0], "", lines[1], "", *lines[2:]])


def _instance(size: Cell) -> str:
    formulated, read = size["formulated"], size["read"]
    words = f"Tables read and checked in {_seconds(read.get('seconds'))} s."
    if "options" not in formulated:
        return words + " The whole model's numbers do not fit in memory: no peer can try."
    return (
        f"{words} The peers get {formulated['options']:,} options, Ballast's dominated ones "
        f"already dropped ({_seconds(formulated['prepare_seconds'])} s, in nobody's time)."
    )


def _row(label: str, key: str, size: Cell, results: dict[str, Any]) -> str:
    cell = size["methods"].get(key, {"status": "not tried"})
    objective, bound = cell.get("objective"), best_bound(size)
    above = None if objective is None or bound is None else (objective - bound) / abs(objective)
    numbers = [
        _ratio(cell, size),
        _percent(proven_gap(cell)),
        _percent(above),
        _seconds(cell.get("seconds")),
        f"{cell['peak_mb']:,.0f}" if "peak_mb" in cell else "–",
    ]
    return f"| {label} | {' | '.join(numbers)} | {_ending(cell, size, results)} |"


def _ratio(cell: Cell, size: Cell) -> str:
    ours = [size["methods"].get(key, {}) for key in _OURS]
    mine = next((c["seconds"] for c in ours if c.get("objective") is not None), None)
    if mine is None or cell.get("objective") is None:
        return "–"
    return f"{cell['seconds'] / mine:.3g} ×"


def _ending(cell: Cell, size: Cell, results: dict[str, Any]) -> str:
    status = cell["status"]
    if cell.get("objective") is None:
        told = _NO_PLAN.get(status, "no plan in {seconds:g} s")
        return told.format(**{**results, "error": cell.get("error", "")})
    bound, plan = cell.get("bound"), best_plan(size)
    if bound is not None and plan is not None and bound > plan * (1.0 + 1e-6):
        return "its bound is above a plan that exists"
    return _ENDED.get(status, str(status))


def _how(results: dict[str, Any]) -> str:
    return f"""## How it is measured

- Every cell is a process of its own, one at a time; peak memory is what the system saw of it.
  Cells under 10 s are run three times and the median is shown.
- Ballast compiles its kernels once per machine; that is done before anything is measured.
- Seconds run from the pruned instance in memory to a plan. Ballast's are those of the solving
  step; its memory is that of the whole job, from the portfolio on.
- All methods solve the same instance. Every objective is recomputed from the plan by the model's
  own `objective_value`, and a plan that breaks a limit is refused. *Proven gap* uses the method's
  own bound; *above the best bound* uses the highest bound of all methods that no plan contradicts.
- Every peer runs with its own defaults. Pyomo + HiGHS is the model as a user would write it, each
  scenario's loss a sum over all options. HiGHS by arrays, SCIP and OR-Tools get such rows too,
  which HiGHS solves faster than rows that read events (a node of a loss curve each); it also gets
  the latter. Money and resources are scaled alike for all: losses of 1e-30 at the end of a curve
  made HiGHS 1.16.0 call a wrong plan optimal. OR-Tools solves by its SCIP: CP-SAT, fed the same
  floats, has no plan worth the name. Greedy marginal analysis (after Sherbrooke) proves nothing.
- Repeat: `make bench`, or `make bench SIZES="100x200 1000x200" SECONDS=60`. Seed {results["seed"]}.
- Versions: {results["machine"]["versions"]}.
- `results.json` holds the numbers."""


def _percent(share: float | None) -> str:
    """Four digits, and 0 where only the arithmetic's last ones differ."""
    if share is None:
        return "–"
    return "0 %" if abs(share) < 1e-12 else f"{100.0 * share:.4g} %"


def _seconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.3g}"
