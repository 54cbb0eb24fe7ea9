"""What DESIGN asks of CVaR, and what was measured."""

from __future__ import annotations

from typing import Any, Final

from benchmarks.bounds import proven_gap

Cell = dict[str, Any]
_A_MILLION: Final = (
    "gap ≤ 0.01 %, ≤ 12 GB, ≤ 200 passes over the option table, seconds growing no faster than "
    "SKUs; read and checked faster"
)


def targets(results: dict[str, Any]) -> str:
    """Return the table of aims whose sizes were measured, "" where none was."""
    at = {(size["n_skus"], size["n_scenarios"]): size for size in results["sizes"]}
    aims = (
        ((1_000, 200), "100 × faster than HiGHS on the whole model, same answer", _faster),
        ((10_000, 200), "gap ≤ 0.02 % in less time than HiGHS's root node", _before_root),
        ((1_000_000, 1_000), _A_MILLION, _million),
    )
    rows = [
        f"| {skus:,} × {scenarios:,} | {aim} | {measured(at[skus, scenarios], results)} |"
        for (skus, scenarios), aim, measured in aims
        if (skus, scenarios) in at
    ]
    head = ["## What it should reach", "", "| size | aim | measured |", "|---|---|---|"]
    return "\n".join([*head, *rows]) if rows else ""


def _ours(size: Cell) -> Cell | None:
    """Ballast's cell: decompose where it has a plan, else exact."""
    cells = [size["methods"].get(f"ballast_{name}", {}) for name in ("decompose", "exact")]
    return next((cell for cell in cells if cell.get("objective") is not None), None)


def _faster(size: Cell, results: dict[str, Any]) -> str:
    ours, highs = _ours(size), size["methods"].get("highs_arrays", {})
    if ours is None or highs.get("seconds") is None:
        return "not measured"
    times = f"{highs['seconds'] / ours['seconds']:.3g} ×"
    if highs.get("objective") is None:
        return f"HiGHS has no plan after {highs['seconds']:.3g} s, {times} as long"
    apart = abs(ours["objective"] - highs["objective"]) / abs(highs["objective"])
    same = (
        "same answer within the gap"
        if apart <= results["gap"]
        else f"answers {100.0 * apart:.2g} % apart"
    )
    return f"{times} faster, {same}"


def _before_root(size: Cell, results: dict[str, Any]) -> str:
    ours, highs = _ours(size), size["methods"].get("highs_arrays", {})
    if ours is None:
        return "no plan"
    root = highs.get("root_seconds")
    theirs = f"> {results['seconds']:g}" if root is None else f"{root:.3g}"
    return f"gap {_gap(ours)} in {ours['seconds']:.3g} s; HiGHS's root node takes {theirs} s"


def _million(size: Cell, results: dict[str, Any]) -> str:
    ours, read = _ours(size), size["read"]
    if ours is None:
        return "no plan"
    passes = f"{ours['seconds'] / ours['pass_seconds']:.0f}" if "pass_seconds" in ours else "–"
    return (
        f"gap {_gap(ours)} in {ours['seconds']:.3g} s ({passes} passes{_growth(size, results)}) "
        f"and {ours['peak_mb'] / 1024.0:.3g} GB; "
        f"read and checked in {read.get('seconds', float('nan')):.3g} s"
    )


def _growth(size: Cell, results: dict[str, Any]) -> str:
    """Seconds and SKUs, each as a multiple of the next smaller size of as many scenarios."""
    alike = [s for s in results["sizes"] if s["n_scenarios"] == size["n_scenarios"]]
    smaller = [s for s in alike if s["n_skus"] < size["n_skus"] and _ours(s)]
    before, now = (_ours(smaller[-1]) if smaller else None), _ours(size)
    if before is None or now is None:
        return ""
    skus = size["n_skus"] / smaller[-1]["n_skus"]
    return f", {now['seconds'] / before['seconds']:.3g} × the seconds of {skus:.3g} × fewer SKUs"


def _gap(cell: Cell) -> str:
    gap = proven_gap(cell)
    return "unknown" if gap is None else f"{100.0 * gap:.2g} %"
