"""The command line: words in, words out; everything else is the pipeline's."""

from __future__ import annotations

import json
import shlex
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from optimizer.contract.importers import importer_names, run_importer
from optimizer.contract.read import read_portfolio
from optimizer.contract.template import write_template
from optimizer.errors import BadInputError, BallastError
from optimizer.progress import Progress
from optimizer.report.summary import summarise
from optimizer.store.catalogue import list_runs

app = typer.Typer(
    name="ballast",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Just-in-time or just-in-case, settled with arithmetic.",
    epilog="Begin with [bold]ballast init my-portfolio[/] and [bold]ballast solve my-portfolio[/].",
)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

Source = Annotated[
    str, typer.Argument(metavar="PORTFOLIO", help="A folder of tables, or one workbook.")
]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder, or its name.")]
Results = Annotated[Path, typer.Option(help="Folder of all runs.")]
Override = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override a setting: risk.weight=0.3"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


@app.command()
def solve(
    portfolio: Source,
    run: Annotated[str | None, typer.Option(help="Name of the run.")] = None,
    results: Results = Path("results"),
    budget: Annotated[float | None, typer.Option(help="Capital budget [currency].")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the scenarios.")] = None,
    method: Annotated[str | None, typer.Option(help="auto or exact.")] = None,
    overrides: Override = None,
    replace: Annotated[bool, typer.Option(help="Replace a run of the same name.")] = False,
    as_json: AsJson = False,
) -> None:
    """
    Find the best plan, verify it, and write its run folder.

    Example: ballast solve data/sample --budget 900000 --set risk.weight=0.3
    """
    from optimizer import pipeline

    named = {"budget.capital": budget, "scenarios.seed": seed, "solver.method": method}
    stated = [f"{key}={value}" for key, value in named.items() if value is not None]
    with Progress(err) as observer:
        source = read_portfolio(portfolio, [*(overrides or []), *stated])
        request = pipeline.Request(
            results=results,
            name=run,
            replace=replace,
            command=shlex.join(["ballast", *sys.argv[1:]]),
        )
        solved = pipeline.solve(source, request, observer)
    if as_json:
        _print_json(solved.tables.manifest)
        return
    _warn(source.warnings)
    for line in summarise(solved.tables):
        out.print(line, markup=False)
    out.print(f"\nReport: {solved.folder / 'report.html'}", markup=False, soft_wrap=True)


@app.command()
def verify(run: RunFolder, results: Results = Path("results"), as_json: AsJson = False) -> None:
    """
    Recompute a run from its inputs, by a verifier that shares no code with the solver.

    Example: ballast verify results/demo
    """
    from optimizer import pipeline

    checked = pipeline.verify(_folder(run, results))
    facts = {
        "objective": checked.objective,
        "expected_loss": checked.expected_loss,
        "var": checked.var,
        "cvar": checked.cvar,
        "checks": checked.checks,
        "worst_difference": checked.worst_difference,
    }
    if as_json:
        _print_json(facts)
        return
    out.print(
        f"Verified: {checked.checks:,} numbers and rules recomputed from the inputs; "
        f"largest relative difference {checked.worst_difference:.1e}."
    )


@app.command()
def runs(results: Results = Path("results"), as_json: AsJson = False) -> None:
    """
    List the runs, newest first.

    Example: ballast runs
    """
    table = list_runs(results)
    if as_json:
        out.print_json(table.to_json(orient="records", date_format="iso"))
        return
    shown = Table(*(str(name) for name in table.columns), box=None)
    for row in table.itertuples(index=False):
        shown.add_row(*(_cell(value) for value in row))
    out.print(shown if len(table) else f"No runs in {results} yet.")


@app.command()
def check(portfolio: Source, overrides: Override = None, as_json: AsJson = False) -> None:
    """
    Find every problem of the input at once.

    Example: ballast check data/sample
    """
    source = read_portfolio(portfolio, overrides or [])
    if as_json:
        _print_json({"tables": source.ledger, "warnings": list(source.warnings), "problems": []})
        return
    _warn(source.warnings)
    for table, rows in source.ledger.items():
        out.print(f"{table:12} {rows:>10,} rows")
    out.print("No problem found.")


@app.command()
def init(folder: Annotated[Path, typer.Argument(metavar="DIR")]) -> None:
    """
    Write a template portfolio with every column and setting explained.

    Example: ballast init my-portfolio
    """
    write_template(folder)
    out.print(f"Wrote {folder}. Read COLUMNS.md there, then: ballast solve {folder}", markup=False)


@app.command("import")
def import_(
    importer: Annotated[str, typer.Argument(help=f"One of: {', '.join(importer_names())}.")],
    file: Annotated[Path, typer.Argument(help="The public data.")],
    hazards: Annotated[Path, typer.Option(help="Hazards by country.")],
    out_folder: Annotated[Path, typer.Option("--out", help="The portfolio to write.")],
    overrides: Override = None,
) -> None:
    """
    Make a portfolio of public data; what the data lack comes from settings told in IMPORT.md.

    Example: ballast import scms history.csv --hazards hazard_by_country.csv --out scms
    """
    stated = dict(override.partition("=")[::2] for override in overrides or [])
    report = run_importer(importer, file, hazards, out_folder, stated)
    for table, rows in report.tables.items():
        out.print(f"{table:12} {rows:>10,} rows")
    for note in report.notes:
        out.print(note, markup=False, soft_wrap=True)
    out.print(f"Wrote {out_folder}. Every assumption is in IMPORT.md there.", markup=False)


def main() -> NoReturn:
    """Run the command line; a refusal is a message and an exit code, never a traceback."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        app(standalone_mode=True)
    except BallastError as refusal:
        _refuse(refusal)
        sys.exit(refusal.exit_code)
    except KeyboardInterrupt:
        err.print("stopped before any plan was found; nothing was written.")
        sys.exit(4)
    sys.exit(0)


def _refuse(refusal: BallastError) -> None:
    """Print why; with --json as JSON, for whoever reads that."""
    if "--json" in sys.argv:
        problems = refusal.problems if isinstance(refusal, BadInputError) else ()
        _print_json(
            {
                "error": type(refusal).__name__,
                "message": str(refusal),
                "problems": [_fields(problem) for problem in problems],
            }
        )
        return
    err.print(str(refusal), markup=False, soft_wrap=True)


def _fields(problem: Any) -> dict[str, Any]:
    names = ("file", "row", "column", "value", "rule", "remedy")
    return {name: getattr(problem, name) for name in names}


def _warn(warnings: Sequence[str]) -> None:
    for warning in warnings:
        err.print(f"Note: {warning}", markup=False, soft_wrap=True)


def _folder(run: Path, results: Path) -> Path:
    """Take a run's folder as it is, or a name among the results."""
    return run if run.is_dir() else results / run


def _cell(value: object) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else str(value)


def _print_json(data: Any) -> None:
    out.print_json(json.dumps(data, default=dict))
