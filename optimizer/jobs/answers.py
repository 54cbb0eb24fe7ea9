"""Decisions on a list of changes → which decisions must stay as they are, and at what price."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import pandas as pd

from optimizer.domain.manifest import Manifest
from optimizer.domain.scenario import Mixture
from optimizer.errors import BadInputError, Problem
from optimizer.inputs.decisions_file import check_against, read_decisions
from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.read_tables import PLAN_FILE
from optimizer.jobs.reopen import mixture_of
from optimizer.store.change_files import read_list
from optimizer.store.run_folder import read_run

_COLUMNS: Final = ("sku", "decision", "decided_by", "decision_reason", "worth")


class Answers(NamedTuple):
    """Changes not made, each with its worth, and the run that proposed them."""

    rejected: pd.DataFrame
    proposal: Manifest | None

    @property
    def mixture(self) -> Mixture | None:
        """What the proposal's futures were drawn from, so that both are on the same ones."""
        return None if self.proposal is None else mixture_of(self.proposal)

    def proposed(self, manifest: Manifest) -> float | None:
        """Return the proposal's objective, None where a run differs from it in more than locks."""
        if self.proposal is None or self.proposal.settings != manifest.settings:
            return None
        then, now = ({**of.inputs, PLAN_FILE: ""} for of in (self.proposal, manifest))
        return self.proposal.objective if then == now else None


NO_ANSWERS: Final = Answers(pd.DataFrame(columns=list(_COLUMNS)), None)


def read_answers(file: Path, previous: Path, results: Path) -> Answers:
    """
    Return what a file of decisions turns down or puts off.

    Parameters
    ----------
    previous
        The run whose plan is in force.
    results
        Folder of all runs, where the one that proposed the list stands.

    Raises
    ------
    BadInputError
        If anything is wrong with the file, or the list is of another run; it lists every problem.
    """
    findings = Findings()
    decisions = read_decisions(file, findings)
    if decisions is None:
        findings.raise_if_any()
    assert decisions is not None  # noqa: S101  a file that cannot be read has a problem
    proposal = results / decisions.run
    try:
        proposed, tables = read_list(proposal), read_run(proposal)
    except BadInputError as refusal:
        raise BadInputError([*findings.problems(), *refusal.problems]) from None
    manifest = tables.manifest
    if manifest.plan_of != read_run(previous).manifest.run:
        rule = f"is of run {decisions.run}, whose plan in force was that of {manifest.plan_of}"
        remedy = f"Give --from {manifest.plan_of}, or decide on a list of this run."
        findings.add(Problem(file=file.name, column="list", rule=rule, remedy=remedy))
    check_against(decisions, proposed, findings)
    findings.raise_if_any()
    rows = decisions.rows.merge(proposed[["sku", "worth"]], on="sku")
    return Answers(rows.loc[rows["decision"] != "accept", list(_COLUMNS)], manifest)
