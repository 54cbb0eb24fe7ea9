"""Compare: runs with the first of them: inputs, decisions, money, and plans in both worlds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import pandas as pd

from optimizer.domain.comparison import CAUSES, Comparison
from optimizer.domain.observer import SILENT, Observer, step
from optimizer.domain.paths import AnyPath
from optimizer.domain.stop import Stop
from optimizer.jobs.about import AS_IT_COMES, Request, about_comparison
from optimizer.jobs.attribution import attribution, check_attributable, unless_stopped
from optimizer.jobs.interrupts import finishing
from optimizer.jobs.pair import COLUMNS, Pair, typed
from optimizer.jobs.sides import Side, book_of, read_sides
from optimizer.metrics.ledger import is_charged_together
from optimizer.reports.compare.compare_words import line
from optimizer.reports.compare.comparison_cell import comparison_cell
from optimizer.reports.documents import comparison_documents
from optimizer.store.comparison_folder import write_comparison
from optimizer.store.names import automatic_name, check_name
from optimizer.store.publish import check_free, check_writable
from optimizer.store.seal import seal_of


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Compared(Comparison):
    """A comparison, as a notebook shows it."""

    def __repr__(self) -> str:
        """Return it in a line."""
        return line(self)

    def _repr_html_(self) -> str:
        """Return what a notebook shows of it."""
        return comparison_cell(self)


def attribute(
    first: AnyPath,
    other: AnyPath,
    *,
    request: Request = AS_IT_COMES,
    observer: Observer = SILENT,
    stop: Stop | None = None,
) -> Compared:
    """
    Compare two runs, and split their difference over its causes as well: `compare`'s `attribute`.
    """
    return compare(first, other, request=request, observer=observer, attribute=True, stop=stop)


def compare(
    *runs: AnyPath,
    request: Request = AS_IT_COMES,
    observer: Observer = SILENT,
    attribute: bool = False,
    stop: Stop | None = None,
) -> Compared:
    """
    Compare runs with the first of them, and write what differs: tables, page and workbook.

    Parameters
    ----------
    runs
        Folders of two or more runs: solved, re-optimized, points of a frontier, what-ifs.
    attribute
        Whether the difference of two runs is split over its causes, which solves every world
        between them.
    stop
        Ends the attribution alone: the rest is written without it.  When left out, Ctrl-C is
        heard.

    Raises
    ------
    BadInputError
        If there are fewer than two, one cannot be read or was changed, or one counts in another
        currency or has no SKU in common with the first; every such run is named.  If the name is
        taken, or its folder cannot be written.
    """
    began = time.monotonic()
    name = request.name or automatic_name(request.results, datetime.now().astimezone().date())
    check_name(name)
    check_writable(request.results)
    check_free(request.results, name, replace=request.replace)
    with step(observer, "read") as tell:
        sides = read_sides([Path(run) for run in runs])
        if attribute:
            check_attributable(sides)
        tell(", ".join(side.name for side in sides))
    with step(observer, "compare") as tell:
        found = _compared(sides, request, name, began, observer)
        tell(f"inputs: {len(found.changes):,}, decisions: {len(found.decisions):,}")
    if attribute:
        with step(observer, "attribute") as tell, finishing(stop, name) as ending:
            found = _attributed(found, sides, observer, ending)
            tell(f"causes: {len(found.causes):,}")
    with step(observer, "write") as tell:
        documents = comparison_documents(found)
        write_comparison(request.results, name, found, documents, replace=request.replace)
        tell(str(found.folder))
    return found


def _attributed(found: Compared, sides: Sequence[Side], observer: Observer, stop: Stop) -> Compared:
    """Return a comparison with its causes; without them, and a note, where that cannot be."""
    first, other = sides
    work = partial(
        attribution,
        (first, other),
        found.money,
        found.inputs,
        found.changes,
        observer,
        stop,
        a_year=found.a_year,
    )
    causes, notes = unless_stopped(work, stop)
    causes = typed(causes.reindex(columns=list(CAUSES)))
    return replace(found, causes=causes, notes=(*found.notes, *notes))


def _compared(
    sides: Sequence[Side], request: Request, name: str, began: float, observer: Observer
) -> Compared:
    first, others = sides[0], sides[1:]
    a_year = len({side.tables.manifest.settings.horizon.days for side in sides}) > 1
    books = [book_of(side, a_year=a_year) for side in sides]
    notes = [side.note for side in sides if side.note]
    pairs = []
    for other, book in zip(others, books[1:], strict=True):
        with step(observer, f"{first.name} and {other.name}") as tell:
            pair = Pair.of(first, other, books[0], book, a_year=a_year)
            tell(f"decided otherwise: {len(pair.decisions):,}")
        pairs.append(pair)
        notes += [note for note in pair.notes if note not in notes]
    alone = [s.name for s, book in zip(sides, books, strict=True) if is_charged_together(book)]
    if alone and any(len(pair.parts) for pair in pairs):
        notes.append(
            f"The risk charge of {' and '.join(alone)} is read from VaR, which has no parts by "
            "SKU: it stands under all SKUs together, and SKUs and stories are told without it."
        )
    if a_year:
        days = ", ".join(f"{s.name} {s.tables.manifest.settings.horizon.days} days" for s in sides)
        notes.append(
            f"The horizons differ ({days}): money is a year's, and VaR and CVaR are not compared."
        )
    frames = {
        key: pd.concat(tables, ignore_index=True)[list(columns)]
        for key, columns in COLUMNS.items()
        for tables in [[getattr(pair, key) for pair in pairs]]
    }
    return Compared(
        folder=request.results / name,
        about=about_comparison(first.tables, first.folder, request, name, began),
        runs=tuple(side.name for side in sides),
        a_year=a_year,
        sealed={side.name: seal_of(side.folder) for side in sides},
        notes=tuple(notes),
        causes=typed(pd.DataFrame(columns=list(CAUSES))),
        **frames,
    )
