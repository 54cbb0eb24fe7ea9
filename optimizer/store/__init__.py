"""The run folder and the catalogue of runs."""

from optimizer.store.inputs import held_inputs, kept_inputs
from optimizer.store.names import automatic_name, check_name
from optimizer.store.publish import check_free, check_writable
from optimizer.store.run_folder import add_documents, read_run, read_scorecard, write_run
from optimizer.store.run_index import list_runs

__all__ = [
    "add_documents",
    "automatic_name",
    "check_free",
    "check_name",
    "check_writable",
    "held_inputs",
    "kept_inputs",
    "list_runs",
    "read_run",
    "read_scorecard",
    "write_run",
]
