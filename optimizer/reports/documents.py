"""The files for people, made with a run or from its folder later on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from optimizer.domain.alternatives import Alternatives
from optimizer.domain.audit import Audit
from optimizer.domain.change_list import ChangeList
from optimizer.domain.comparison import Comparison
from optimizer.domain.contributions import Contributions
from optimizer.domain.frontier import Frontier
from optimizer.domain.paths import AnyPath
from optimizer.domain.plan_state import StateChange
from optimizer.domain.risk_sweep import RiskSweep
from optimizer.domain.run import UNSEALED, RunTables
from optimizer.domain.what_if import WhatIfResult
from optimizer.reports.alternatives.alternatives_document import alternatives_document
from optimizer.reports.audit.audit_document import audit_document
from optimizer.reports.compare.compare_document import comparison_document
from optimizer.reports.contributions.contributions_document import contributions_document
from optimizer.reports.frontier.board_paper import board_paper, recommended
from optimizer.reports.frontier.frontier_document import PAPER, frontier_document
from optimizer.reports.kit.document import Document
from optimizer.reports.kit.document_page import render_page
from optimizer.reports.kit.document_workbook import render_book
from optimizer.reports.reoptimize.changes_document import changes_document
from optimizer.reports.reoptimize.changes_words import point_rows
from optimizer.reports.reoptimize.decisions_book import decisions_book
from optimizer.reports.risk_sweep.risk_sweep_document import risk_sweep_document
from optimizer.reports.run.plays import PlayOfRun, played
from optimizer.reports.run.run_page import render
from optimizer.reports.run.run_workbook import render_workbook
from optimizer.reports.what_if.what_if_document import what_if_document
from optimizer.store.alternatives_folder import is_alternatives, read_alternatives
from optimizer.store.audit_folder import is_audit, read_audit
from optimizer.store.change_files import CHANGES_FILE, as_csv
from optimizer.store.comparison_folder import is_comparison, read_comparison
from optimizer.store.frontier_folder import frontier_of_run, is_frontier, read_frontier
from optimizer.store.risk_sweep_folder import is_risk_sweep, read_risk_sweep
from optimizer.store.run_folder import add_documents, read_run, read_scorecard
from optimizer.store.what_if_folder import is_what_if, read_what_if

_Made = Callable[[Path], dict[str, str | bytes]]
_PAGE: Final = "report.html"
_BOOK: Final = "report.xlsx"
MOST_CHANGES: Final = 1_000_000  # of a workbook made with the frontier
MOST_SKUS: Final = 100_000  # of a workbook made with the run: larger ones take minutes


def documents(tables: RunTables, scorecard: Mapping[str, Any]) -> dict[str, str | bytes]:
    """Return the page of a run and, up to `MOST_SKUS`, its workbook, by file name."""
    page: dict[str, str | bytes] = {_PAGE: render(tables, scorecard)}
    if len(tables.plan) > MOST_SKUS:
        return page
    return {**page, _BOOK: render_workbook(tables, scorecard)}


def frontier_documents(frontier: Frontier) -> dict[str, str | bytes]:
    """Return page and board paper of a frontier and, up to `MOST_CHANGES`, its workbook."""
    document, paper = frontier_document(frontier), {PAPER: board_paper(frontier)}
    if len(frontier.next_money) > MOST_CHANGES:
        return {_PAGE: render_page(document), **paper}
    return {**_both(document), **paper}


def risk_sweep_documents(sweep: RiskSweep) -> dict[str, str | bytes]:
    """Return the page and the workbook of a sweep over weights of risk, by file name."""
    return _both(risk_sweep_document(sweep))


def what_if_documents(result: WhatIfResult) -> dict[str, str | bytes]:
    """Return the page and the workbook of what-ifs, by file name."""
    return _both(what_if_document(result))


def alternatives_documents(found: Alternatives) -> dict[str, str | bytes]:
    """Return the page of alternatives and, up to `MOST_SKUS`, their workbook, by file name."""
    document = alternatives_document(found)
    is_long = len(found.decisions) > MOST_SKUS
    return {_PAGE: render_page(document)} if is_long else _both(document)


def audit_documents(audit: Audit) -> dict[str, str | bytes]:
    """Return the page of an audit and, up to `MOST_SKUS`, its workbook, by file name."""
    document = audit_document(audit)
    return {_PAGE: render_page(document)} if len(audit.skus) > MOST_SKUS else _both(document)


def contribution_documents(found: Contributions) -> dict[str, str | bytes]:
    """Return the page of a tail taken apart and, up to `MOST_CHANGES` rows, its workbook."""
    document = contributions_document(found)
    files: dict[str, str | bytes] = {"contributions.html": render_page(document)}
    if len(found.rows) <= MOST_CHANGES:
        files["contributions.xlsx"] = render_book(document)
    return files


def comparison_documents(found: Comparison) -> dict[str, str | bytes]:
    """Return the page of a comparison and, up to `MOST_SKUS` values, its workbook, by name."""
    document = comparison_document(found)
    longest = max(len(found.inputs), len(found.parts), len(found.decisions))
    return {_PAGE: render_page(document)} if longest > MOST_SKUS else _both(document)


def change_documents(changes: ChangeList) -> dict[str, str | bytes]:
    """Return the files of a list of changes, by name: for tables, for people, to decide in."""
    document = changes_document(changes)
    files: dict[str, str | bytes] = {
        CHANGES_FILE: as_csv(changes.rows),
        "changes.html": render_page(document),
    }
    if len(changes.rows) <= MOST_SKUS:
        files |= {"changes.xlsx": render_book(document), "decisions.xlsx": decisions_book(changes)}
    if changes.curve:
        files["stability.csv"] = as_csv(pd.DataFrame(point_rows(changes)))
    return files


def report(folder: AnyPath) -> list[Path]:
    """
    Write page and workbook of a run or of whatever is made from runs, and return their paths.

    A run that is a point of a frontier beside it shows there what other budgets buy; one that was
    simulated or backtested, what that found.

    Raises
    ------
    BadInputError
        If the folder cannot be read, or the disk refuses; it is as it was then.
    """
    home = Path(folder)
    made = _of_folder(home)
    add_documents(home.resolve(), made)
    return [home / name for name in made]


def refresh(run: Path) -> None:
    """Make the page and the workbook of a run again, as far as it has them, once more is known."""
    made = _of_run(run)
    add_documents(run.resolve(), {name: made[name] for name in made if (run / name).is_file()})


def _of_folder(folder: Path) -> dict[str, str | bytes]:
    for is_one, made in _SUBJECTS:
        if is_one(folder):
            return made(folder)
    return _of_run(folder)


def _of_frontier(folder: Path) -> dict[str, str | bytes]:
    frontier = read_frontier(folder)
    paper = board_paper(frontier, _kept(folder.resolve().parent / recommended(frontier).run))
    return {**_both(frontier_document(frontier)), PAPER: paper}


def _kept(run: Path) -> list[str]:
    """Return what was found of a run's promises, a sentence for each play or validation."""
    if not run.is_dir():
        return []
    return [f"{play.title}: {_promise(play.section.sentences)}" for play in played(run)]


def _promise(sentences: Sequence[str]) -> str:
    """Return the first sentence that sets something promised beside what was found."""
    return next((said for said in sentences if "promised" in said), sentences[0])


def signed_page(run: Path, steps: Sequence[StateChange]) -> str:
    """Return the page of a run with its approval, hashes and versions on a last page."""
    return render(*_found_of(run), steps).replace(UNSEALED, steps[-1].manifest)


def _of_run(run: Path) -> dict[str, str | bytes]:
    found = _found_of(run)
    return {_PAGE: render(*found), _BOOK: render_workbook(*found)}


def _found_of(
    run: Path,
) -> tuple[RunTables, Mapping[str, Any], Frontier | None, Sequence[PlayOfRun]]:
    """Return all that page and workbook of a run tell: tables, scorecard, budgets, plays."""
    tables = read_run(run)
    budgets = frontier_of_run(run.resolve(), tables.manifest.parent)
    return tables, read_scorecard(run), budgets, played(run)


def _both(document: Document) -> dict[str, str | bytes]:
    return {_PAGE: render_page(document), _BOOK: render_book(document)}


_SUBJECTS: Final[Sequence[tuple[Callable[[Path], bool], _Made]]] = (
    (is_frontier, _of_frontier),
    (is_risk_sweep, lambda folder: risk_sweep_documents(read_risk_sweep(folder))),
    (is_audit, lambda folder: audit_documents(read_audit(folder))),
    (is_comparison, lambda folder: comparison_documents(read_comparison(folder))),
    (is_what_if, lambda folder: what_if_documents(read_what_if(folder))),
    (is_alternatives, lambda folder: alternatives_documents(read_alternatives(folder))),
)
"""How a folder of each kind is told, and what is made from it."""
