"""
``make bench-chance``: `optimizer.allocate` with a quantile limit over independent groups.

Writes CHANCE.md: objective, bound, gap and seconds for instances as Li et al. describe them, and,
given the folder of their benchmark, for their smallest ones, whose optima are known.
"""

from __future__ import annotations

import argparse
import sys
import time
from itertools import product
from pathlib import Path
from typing import Final

from benchmarks import machine
from benchmarks.chance_families import FAMILIES, LEVEL, Instance, make_instance, read_instance
from optimizer import Chance, StoppedError, allocate
from optimizer.engine.allocate import Allocation

SIZES: Final = "5x5x50 10x10x20 20x10x500 50x10x500"
HERE: Final = Path(__file__).parent
_KNOWN: Final = {  # folder → limit → optimum, by brute force over 125 choices × 27,000 combinations
    "LAB_3_5_30_": {11.0: 18.630805, 14.0: 10.778718},
    "APP_3_5_30_": {21.0: 9.034717, 27.0: 7.250013},
}


def main(arguments: list[str] | None = None) -> None:
    """Measure, and write CHANCE.md after every instance."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chance", description=__doc__)
    parser.add_argument("--sizes", default=SIZES, help="groups x options x samples")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, help="folder with LAB_3_5_30_ and APP_3_5_30_")
    parser.add_argument("--out", type=Path, default=HERE)
    asked = parser.parse_args(arguments)
    published = [] if asked.data is None else _published(asked.data, asked.seconds)
    rows: list[str] = []
    for family, size in product(FAMILIES, asked.sizes.split()):
        n_groups, n_options, n_samples = map(int, size.split("x"))
        instance = make_instance(family, n_groups, n_options, n_samples, asked.seed)
        rows += [
            f"| {family} | {n_groups} | {n_options} | {n_samples} | {limit:g} | {told} |"
            for limit, told in _solved(instance, asked.seconds)
        ]
        _write(asked.out, published, rows, asked.seconds, asked.seed)
        sys.stdout.write("\n".join(rows[-2:]) + "\n")
        sys.stdout.flush()


def _published(data: Path, seconds: float) -> list[str]:
    """Return a row for each published instance whose optimum is known."""
    rows = []
    for folder, optima in _KNOWN.items():
        instance = read_instance(data / folder, n_groups=3, limits=tuple(optima))
        rows += [
            f"| {folder.strip('_')} | {limit:g} | {optima[limit]:.6f} | {told} |"
            for limit, told in _solved(instance, seconds)
        ]
    return rows


def _solved(instance: Instance, seconds: float) -> list[tuple[float, str]]:
    """Return objective, bound, gap and seconds at every limit, as cells of a table."""
    told = []
    for limit in instance.limits:
        chance = Chance(losses=instance.losses, limit=limit, level=LEVEL, independent=True)
        began = time.perf_counter()
        try:
            found = allocate(instance.options, {}, gap=0.0, time_limit=seconds, chance=chance)
            cells = _told(found)
        except StoppedError:
            cells = "none | none | none"
        told.append((limit, f"{cells} | {time.perf_counter() - began:.1f}"))
    return told


def _told(found: Allocation) -> str:
    gap = "0" if found.status == "optimal" else f"{100.0 * found.gap:.2g} %"
    return f"{found.objective:.6f} | {found.bound:.6f} | {gap}"


def _write(folder: Path, published: list[str], rows: list[str], seconds: float, seed: int) -> None:
    told = machine.describe()
    words = f"""# `optimizer.allocate` with a quantile limit

Choose one option per group at the least cost, so that the total weight is within a limit with a
probability of {LEVEL:g}. Every option has its own samples; the groups are independent, so the
probability is over all combinations of their samples. Gap 0 asked, seed {seed}, {seconds:g} s at
most; a search ends before when its open nodes fill the memory allowed to them.

{told["date"]}, {told["cores"]} cores ({told["processor"]}), {told["memory"]}; {told["versions"]}.
Repeat: `make bench-chance`; with the published instances `make bench-chance DATA=folder`.
"""
    known = [
        "## Published instances",
        "",
        "Li et al. (2023), arXiv 2306.14690, their smallest. *optimum*: brute force over 125",
        "choices × 27,000 combinations. The files are not kept here.",
        "",
        "| instance | limit | optimum | objective | bound | gap | s |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        *published,
        "",
    ]
    ours = [
        "## Drawn instances",
        "",
        "As the same paper describes them, drawn by [chance_families.py](chance_families.py): they",
        "are not the published ones, so the costs cannot be compared with published costs.",
        "",
        "| family | groups | options | samples | limit | objective | bound | gap | s |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *rows,
        "",
    ]
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n".join([words, *(known if published else []), *ours])
    (folder / "CHANCE.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
