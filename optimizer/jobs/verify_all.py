"""Every run of a results folder, verified one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from optimizer.domain.paths import AnyPath
from optimizer.errors import BadInputError, BallastError, Problem
from optimizer.jobs.reopen import verify
from optimizer.store.run_index import runs
from optimizer.verifier import Verification


class Verdict(NamedTuple):
    """What the verifier found of a run, or why it rejects it."""

    run: str
    found: Verification | None
    refusal: BallastError | None


def verify_all(results: AnyPath = "results") -> Iterator[Verdict]:
    """
    Yield a verdict on every run, those of sweeps and what-ifs included, newest first.

    Raises
    ------
    BadInputError
        If there is no run.
    """
    listed = runs(results)
    names = listed.loc[listed["kind"] == "run", "run"].tolist()
    if not names:
        remedy = "Name the folder of the runs: --results DIR."
        raise BadInputError([Problem(file=str(results), rule="there is no run", remedy=remedy)])
    for name in names:
        try:
            yield Verdict(name, verify(Path(results) / name), None)
        except BallastError as refusal:
            yield Verdict(name, None, refusal)
