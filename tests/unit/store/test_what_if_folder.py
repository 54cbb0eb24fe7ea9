"""A folder of what-ifs or of a frontier reads back as it was written, or says what is lost."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from optimizer.domain import frontier, what_if
from optimizer.domain.frontier import UnsolvedPoint, flat_point
from optimizer.domain.what_if import UnsolvedWhatIf, flat_row
from optimizer.errors import BadInputError
from optimizer.store.frontier_folder import read_frontier, write_frontier
from optimizer.store.what_if_folder import is_what_if, read_what_if, write_what_if
from tests.support.frontiers import make_frontier
from tests.support.what_ifs import make_what_ifs


def test_what_ifs_read_back_equal(tmp_path: Path) -> None:
    """
    Proves: every row, number and text comes back, also which what-ifs were not reached.

    Sensitivity: a what-if left out that is forgotten, or 0.1 + 0.2 with sixteen digits.
    """
    texts = ("=1+1", "<b>x</b>", "\u202eabc שלום")
    found = replace(make_what_ifs(6, texts=texts), left_out=("late", "later"))
    write_what_if(tmp_path, "autumn", found, {})
    folder = tmp_path / "autumn"
    assert is_what_if(folder)
    assert read_what_if(folder) == replace(found, folder=folder)


def test_other_folders_are_none(tmp_path: Path) -> None:
    """Proves: a folder without what_if.json is not taken for what-ifs."""
    assert not is_what_if(tmp_path)


def test_a_frontier_reads_back_equal(tmp_path: Path) -> None:
    """Proves: points with a plan and without come back as what they are, and so does `about`."""
    found = make_frontier(4, too_small=2)
    write_frontier(tmp_path, "f", found, {})
    again = read_frontier(tmp_path / "f")
    assert (again.points, again.about) == (found.points, found.about)


def test_rows_have_the_same_columns_with_a_plan_and_without() -> None:
    """
    Proves: the flat form has one set of columns in one order, none of them unknown, and what a row
    does not have is None, empty or false.
    """
    points, rows = make_frontier(3).points, make_what_ifs(3).rows
    for flat in map(flat_point, points):
        assert tuple(flat) == frontier.COLUMNS
    for flat in map(flat_row, rows):
        assert tuple(flat) == what_if.COLUMNS
    poor = [*filter(lambda one: isinstance(one, UnsolvedPoint | UnsolvedWhatIf), (*points, *rows))]
    for one, flat in zip(poor, (flat_point(points[0]), flat_row(rows[2])), strict=True):
        assert not any(value for key, value in flat.items() if key not in asdict(one))


@pytest.mark.parametrize("figure", ["objective", "cvar", "capital_price", "gap"])
def test_a_lost_figure_of_a_plan_is_refused_by_its_name(tmp_path: Path, figure: str) -> None:
    """
    Proves: a plan without one of its figures is no plan that costs, loses or is short of 0: the
    folder is refused, be it of a frontier or of what-ifs.
    """
    write_frontier(tmp_path, "f", make_frontier(3), {})
    write_what_if(tmp_path, "w", make_what_ifs(3), {})
    for file, rows in (("f/frontier.json", "points"), ("w/what_if.json", "what_ifs")):
        path = tmp_path / file
        written = json.loads(path.read_text(encoding="ascii"))
        written[rows][1][figure] = None
        path.write_text(json.dumps(written), encoding="ascii")
    with pytest.raises(BadInputError, match=rf"frontier\.json: .*points\.1\..*{figure}: "):
        read_frontier(tmp_path / "f")
    with pytest.raises(BadInputError, match=rf"what_if\.json: .*what_ifs\.1\..*{figure}: "):
        read_what_if(tmp_path / "w")
