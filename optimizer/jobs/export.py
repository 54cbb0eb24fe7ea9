"""A run's plan as the files that an ERP imports."""

from __future__ import annotations

from dataclasses import dataclass
from getpass import getuser
from pathlib import Path

import numpy as np

from optimizer.domain.paths import AnyPath
from optimizer.domain.plan_state import is_approved
from optimizer.errors import BadInputError, Problem
from optimizer.inputs.did_you_mean import did_you_mean
from optimizer.jobs.approve import step_of
from optimizer.jobs.reopen import reopen
from optimizer.store.erp.fields import fields_of
from optimizer.store.erp.folder import check_export_folder, write_export
from optimizer.store.erp.mapping import ErpMapping, read_mapping, read_preset, targets
from optimizer.store.erp.text import texts_of
from optimizer.store.run_folder import RUN_PLAN
from optimizer.store.seal import changed_files, seal_of, told_together
from optimizer.store.state_log import add_state, states_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """
    What was written.

    Attributes
    ----------
    title
        What the files are, in the ERP's words.
    files
        In the order of the mapping.
    skus, on_demand
        How many SKUs each file has; how many of them are held without stock.
    is_approved
        Whether somebody has approved the plan.
    """

    folder: Path
    target: str
    title: str
    files: tuple[Path, ...]
    skus: int
    on_demand: int
    is_approved: bool


def export(
    run: AnyPath,
    to: str | None = None,
    *,
    mapping: AnyPath | None = None,
    out: AnyPath | None = None,
    replace: bool = False,
    by: str = "",
) -> Export:
    """
    Write a run's reorder points, lots and safety stocks as the files that an ERP imports.

    Every quantity is the plan's own, to the last digit; none is rounded.

    Parameters
    ----------
    run
        The run's folder.
    to
        A target of the package, as ``odoo``.
    mapping
        Instead: a file with an own mapping (docs/export.md).
    out
        Folder to write; by default ``exports/RUN-TARGET`` beside the run.
    replace
        Whether an earlier export in that folder may be replaced.
    by
        Who exports, noted with the run's states; by default the name of the login.

    Raises
    ------
    BadInputError
        If run, target or mapping cannot be read, the folder is there, or a value does not fit its
        column: everything is listed and nothing written.
    VerificationError
        If a file of the run is not as it was written.
    StorageError
        If files or state cannot be written.
    """
    target, chosen, digest = _chosen(to, mapping)
    folder = Path(run)
    portfolio, tables = reopen(folder)
    with told_together(changed_files(folder)):
        pass
    name = tables.manifest.run
    results = folder.parent if folder.name == name else folder.resolve().parent
    home = results / "exports" / f"{name}-{target}" if out is None else Path(out)
    check_export_folder(home, replace=replace)
    if not np.array_equal(tables.plan["sku"], portfolio.skus.sku):
        rule, remedy = "its plan has other SKUs than its inputs", "Solve again."
        raise BadInputError([Problem(file=str(folder), rule=rule, remedy=remedy)])
    values, on_demand = fields_of(portfolio, tables.plan, name, below=chosen.orders == "below")
    documents = texts_of(chosen, values, on_demand)
    about = {
        "run": name,
        "manifest": seal_of(folder),
        "target": target,
        "mapping": digest,
        "skus": len(on_demand),
    }
    write_export(home, documents, about=about, replace=replace)
    manifest, who = tables.manifest, by.strip() or getuser()
    before = states_of(folder, manifest.files[RUN_PLAN])
    add_state(folder, step_of(folder, manifest, "exported", who, target=target))
    return Export(
        folder=home,
        target=target,
        title=chosen.title,
        files=tuple(home / file for file in documents),
        skus=len(on_demand),
        on_demand=int(on_demand.sum()),
        is_approved=is_approved(before),
    )


def _chosen(to: str | None, mapping: AnyPath | None) -> tuple[str, ErpMapping, str]:
    """Return the name of the target, its mapping and the mapping's SHA-256."""
    if (to is None) == (mapping is None):
        rule = "one of --to and --mapping says what is written"
        remedy = f"Give one: --to {'|'.join(targets())}, or --mapping FILE."
        raise BadInputError([Problem(file="ballast export", rule=rule, remedy=remedy)])
    if mapping is not None:
        return (Path(mapping).stem, *read_mapping(Path(mapping)))
    if to not in targets():
        remedy = f"{did_you_mean(f'{to}', targets())} There are {', '.join(targets())}."
        problem = Problem(file="--to", value=f"{to}", rule="is no target", remedy=remedy)
        raise BadInputError([problem])
    return (to, *read_preset(to))
