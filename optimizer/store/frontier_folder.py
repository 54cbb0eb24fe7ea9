"""A frontier's folder: the points and the changes between them, beside the points' runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Final

import pandas as pd
from pydantic import BaseModel, Discriminator, Tag

from optimizer.domain.frontier import (
    Frontier,
    SolvedPoint,
    TodaysPlan,
    UnsolvedPoint,
    flat_point,
)
from optimizer.domain.manifest import About
from optimizer.domain.run import is_name
from optimizer.store import columns
from optimizer.store.manifest import read_json, write_json
from optimizer.store.plan_rows import WITH_PLAN, WITHOUT_PLAN, kind_of_row
from optimizer.store.publish import check_all_free, publish
from optimizer.store.run_folder import read_file, write_documents
from optimizer.store.table_files import read_csv, write_csv

_JSON: Final = "frontier.json"
_NEXT_MONEY: Final = "next_money.csv"


_Point = Annotated[
    Annotated[SolvedPoint, Tag(WITH_PLAN)] | Annotated[UnsolvedPoint, Tag(WITHOUT_PLAN)],
    Discriminator(kind_of_row),
]


class _Stated(BaseModel):
    """``frontier.json``."""

    currency: str
    left_out: int
    hurdle_rate: float
    today: TodaysPlan | None
    about: About
    points: tuple[_Point, ...]


def run_name(sweep: str, place: int, count: int) -> str:
    """
    Return the name of a point's run; names sort in the order of the points.

    Examples
    --------
    >>> run_name("2027", 3, 20), run_name("2027", 3, 120)
    ('2027-03', '2027-003')
    """
    return f"{sweep}-{place:0{max(2, len(str(count)))}d}"


def check_sweep_free(results: Path, name: str, count: int, published: Collection[str] = ()) -> None:
    """
    Raise ``BadInputError`` if a sweep's name or that of a run of it is invalid or taken.

    Parameters
    ----------
    published
        Runs of its own, which stay.
    """
    runs = (run_name(name, place, count) for place in range(1, count + 1))
    check_all_free(results, (name, *(run for run in runs if run not in published)))


def write_frontier(
    results: Path, name: str, frontier: Frontier, documents: Mapping[str, str | bytes]
) -> None:
    """Write a frontier's folder, its page and workbook in it, whole or not at all."""

    def fill(folder: Path) -> None:
        write_json({"frontier": name, **frontier_json(frontier)}, folder / _JSON)
        write_csv(points_table(frontier), folder / "frontier.csv")
        write_csv(frontier.next_money, folder / _NEXT_MONEY)
        write_documents(documents, folder)

    publish(results, name, fill, replace=False)


def is_frontier(folder: Path) -> bool:
    """Return whether this is a frontier's folder."""
    return (folder / _JSON).is_file()


def read_frontier(folder: Path) -> Frontier:
    """
    Read a frontier back.

    Raises
    ------
    BadInputError
        If a file is missing, damaged or of another form; the message names it.
    """
    return Frontier(
        folder=folder,
        next_money=read_file(folder / _NEXT_MONEY, read_csv, columns.NEXT_MONEY),
        **read_file(folder / _JSON, _read_json),
    )


def frontier_of_run(run: Path, parent: str | None) -> Frontier | None:
    """Return the frontier that a run is a point of, if its folder is still there."""
    if parent is None or not is_name(parent) or not is_frontier(run.parent / parent):
        return None
    return read_frontier(run.parent / parent)


def _read_json(path: Path) -> dict[str, Any]:
    """Return the contents of the JSON; a ``ValueError`` says what is wrong with it."""
    stated = _Stated.model_validate(read_json(path))
    if not any(isinstance(point, SolvedPoint) for point in stated.points):
        raise ValueError("no point has a plan")
    return dict(stated)


def points_table(frontier: Frontier) -> pd.DataFrame:
    """Return the rows of ``frontier.csv``."""
    return pd.DataFrame([flat_point(point) for point in frontier.points])


def frontier_json(frontier: Frontier) -> dict[str, Any]:
    """Return a frontier as JSON data, without its table of changes."""
    return {
        "currency": frontier.currency,
        "left_out": frontier.left_out,
        "hurdle_rate": frontier.hurdle_rate,
        "today": None if frontier.today is None else asdict(frontier.today),
        "about": frontier.about.model_dump(mode="json"),
        "points": [flat_point(point) for point in frontier.points],
    }
