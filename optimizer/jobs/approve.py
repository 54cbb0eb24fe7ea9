"""A plan's way from draft to approved to exported, noted beside its sealed run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from optimizer.domain.manifest import Manifest
from optimizer.domain.paths import AnyPath
from optimizer.domain.plan_state import State, StateChange, state_of
from optimizer.errors import BadInputError, Problem
from optimizer.reports.documents import signed_page
from optimizer.store.run_folder import RUN_PLAN, read_run
from optimizer.store.seal import changed_files, seal_of, told_together
from optimizer.store.state_log import add_state, states_of, write_signed


def approve(run: AnyPath, by: str, *, note: str = "", withdraw: bool = False) -> list[StateChange]:
    """
    Approve a run's plan, or take its approval back, and return all its steps, oldest first.

    An approved plan has a signed page beside its run; a withdrawn one has it no more.

    Parameters
    ----------
    by
        Name of the person who approves.
    note
        What to remember of it.
    withdraw
        Whether the plan becomes a draft again.

    Raises
    ------
    BadInputError
        If the run cannot be read, nobody is named, or a draft is to be withdrawn.
    VerificationError
        If a file of the run is not as it was written.
    StorageError
        If the step cannot be noted.
    """
    folder = Path(run)
    tables = read_run(folder)
    with told_together(changed_files(folder)):
        pass
    steps = states_of(folder, tables.manifest.files[RUN_PLAN])
    _refuse(by, tables.manifest.run, is_draft=withdraw and state_of(steps) == "draft")
    state: State = "draft" if withdraw else "approved"
    step = step_of(folder, tables.manifest, state, by.strip(), note=note.strip())
    add_state(folder, step)
    steps = [*steps, step]
    write_signed(folder, None if withdraw else signed_page(folder, steps))
    return steps


def step_of(
    run: Path, manifest: Manifest, state: State, by: str, *, note: str = "", target: str = ""
) -> StateChange:
    """Return a step of a run's plan, taken now."""
    return StateChange(
        state=state,
        by=by,
        at=datetime.now(UTC).replace(microsecond=0),
        note=note,
        target=target,
        manifest=seal_of(run),
        plan=manifest.files[RUN_PLAN],
    )


def _refuse(by: str, run: str, *, is_draft: bool) -> None:
    problems = []
    if not by.strip():
        remedy = "Name who approves: --by NAME."
        problems.append(Problem(file="--by", value=by, rule="names nobody", remedy=remedy))
    if is_draft:
        rule, remedy = f"the plan of {run} is a draft: nobody has approved it", "Leave it out."
        problems.append(Problem(file="--withdraw", rule=rule, remedy=remedy))
    if problems:
        raise BadInputError(problems)
