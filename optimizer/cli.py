"""The command line: words in, words out; everything else is the pipeline's."""

from __future__ import annotations

import json
import shlex
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn, get_args

import typer
from rich.console import Console
from typer.core import TyperGroup

from optimizer.contract.importers import importer_names, run_importer
from optimizer.domain.settings import Solver
from optimizer.errors import STOPPED_EARLY, BadInputError, BallastError, Problem, StoppedError
from optimizer.progress import Progress

if TYPE_CHECKING:
    from optimizer.domain.portfolio import Portfolio

METHODS: Final = get_args(Solver.model_fields["method"].annotation)
FLAGS: Final = {
    "budget.capital": "--budget",
    "scenarios.seed": "--seed",
    "solver.method": "--method",
}


class Commands(TyperGroup):
    """The commands; typer itself would end a Ctrl-C without a word."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; an interrupt becomes a stop."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise StoppedError(STOPPED_EARLY) from None


app = typer.Typer(
    name="ballast",
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
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
Assumption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override an assumption: budget_multiple=1.5"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def _show_version(asked: bool) -> None:
    if asked:
        out.print(f"ballast {version('ballast')}")
        raise typer.Exit


@app.callback()
def ballast(
    _version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="Print the version."),
    ] = False,
) -> None:
    """Just-in-time or just-in-case, settled with arithmetic."""


@app.command()
def solve(
    portfolio: Source,
    run: Annotated[str | None, typer.Option(help="Name of the run.")] = None,
    results: Results = Path("results"),
    budget: Annotated[
        float | None, typer.Option(help="Capital budget, in the portfolio's currency.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the scenarios.")] = None,
    method: Annotated[str | None, typer.Option(help=f"One of: {', '.join(METHODS)}.")] = None,
    overrides: Override = None,
    replace: Annotated[bool, typer.Option(help="Replace a run of the same name.")] = False,
    as_json: AsJson = False,
) -> None:
    """
    Find the best plan, verify it, and write its run folder.

    Example: ballast solve data/sample --budget 900000 --set risk.weight=0.3
    """
    from optimizer import pipeline
    from optimizer.report.summary import summarise

    named = dict(zip(FLAGS, (budget, seed, method), strict=True))
    stated = {key: value for key, value in named.items() if value is not None}
    with Progress(err) as observer:
        source = _read(portfolio, overrides, stated)
        request = pipeline.Request(
            results=results,
            name=run,
            replace=replace,
            command=shlex.join(["ballast", *sys.argv[1:]]),
        )
        solved = pipeline.solve(source, request, observer)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run is written: nothing is left to stop
    if as_json:
        _print_json(solved.tables.manifest)
        return
    _warn(source.warnings)
    for line in summarise(solved.tables):
        _say(line)
    _say(f"\nReport: {solved.folder / 'report.html'}")


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
    _say(
        f"Verified: {checked.checks:,} numbers and rules recomputed from the inputs; "
        f"largest relative difference {checked.worst_difference:.1e}."
    )


@app.command()
def runs(results: Results = Path("results"), as_json: AsJson = False) -> None:
    """
    List the runs, newest first.

    Example: ballast runs
    """
    from optimizer.report.run_list import HEADINGS, run_rows
    from optimizer.store.catalogue import list_runs

    table = list_runs(results)
    if as_json:
        out.print_json(table.to_json(orient="records", date_format="iso"))
    elif table.empty:
        _say(f"No runs in {results} yet.")
    else:
        _print_table(HEADINGS, run_rows(table))


@app.command()
def check(portfolio: Source, overrides: Override = None, as_json: AsJson = False) -> None:
    """
    Find every problem of the input at once.

    Example: ballast check data/sample
    """
    source = _read(portfolio, overrides)
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
    from optimizer.contract.template import write_template

    write_template(folder)
    _say(f"Wrote {folder}. Read COLUMNS.md there, then: ballast solve {folder}")


@app.command("import")
def import_(
    importer: Annotated[str, typer.Argument(help=f"One of: {', '.join(importer_names())}.")],
    file: Annotated[Path, typer.Argument(help="The public data.")],
    hazards: Annotated[Path, typer.Option(help="Hazards by country.")],
    out_folder: Annotated[Path, typer.Option("--out", help="The portfolio to write.")],
    assumptions: Assumption = None,
) -> None:
    """
    Make a portfolio of public data; what the data lack comes from settings told in IMPORT.md.

    Example: ballast import scms history.csv --hazards hazard_by_country.csv --out scms
    """
    stated = dict(stated.partition("=")[::2] for stated in assumptions or [])
    report = run_importer(importer, file, hazards, out_folder, stated)
    for table, rows in report.tables.items():
        out.print(f"{table:12} {rows:>10,} rows")
    for note in report.notes:
        _say(note)
    _say(f"Wrote {out_folder}. Every assumption is in IMPORT.md there.")


@app.command()
def explain(
    run: RunFolder,
    sku: Annotated[str, typer.Argument(metavar="SKU", help="The SKU, as the tables write it.")],
    results: Results = Path("results"),
    as_json: AsJson = False,
) -> None:
    """
    Say why a SKU got its option, what came second, and where the choice flips.

    Example: ballast explain results/demo EL-001
    """
    from optimizer.explain import explain as explain_sku
    from optimizer.report.explanation import explanation_json, explanation_lines

    told = explain_sku(_folder(run, results), sku)
    if as_json:
        _print_json(explanation_json(told))
        return
    for line in explanation_lines(told):
        out.print(line, markup=False, soft_wrap=True)


@app.command()
def simulate(
    run: RunFolder,
    replications: Annotated[
        int | None, typer.Option(help="How often the horizon is played; by size when left out.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the play.")] = 1,
    results: Results = Path("results"),
    as_json: AsJson = False,
) -> None:
    """
    Play a run's plan day by day, and compare what happens with what was promised.

    Example: ballast simulate results/demo --replications 500
    """
    from optimizer.report import simulation_summary as words
    from optimizer.simulation import simulate as play

    with Progress(err) as observer:
        played = play(_folder(run, results), replications, seed, observer)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is written: nothing is left to stop
    if as_json:
        _print_json(played.document)
        return
    for line in words.summarise_simulation(played.document):
        _say(line)
    out.print()
    _print_table(words.POLICY_HEADINGS, words.policy_rows(played.document))
    for line in ["", *words.misled_sentences(played.document)]:
        _say(line)
    _say(f"\nIn full: {played.folder / 'simulation.json'} and simulation.parquet beside it")


@app.command()
def validate(
    run: RunFolder,
    scenarios: Annotated[int | None, typer.Option(help="Fresh scenarios, in all.")] = None,
    replications: Annotated[
        int, typer.Option(help="Times the problem is solved anew; 0 for none.")
    ] = 5,
    seed: Annotated[int, typer.Option(help="Seed of the fresh scenarios.")] = 1,
    results: Results = Path("results"),
    as_json: AsJson = False,
) -> None:
    """
    Try a run's plan on fresh scenarios, and say what sampling may cost.

    Example: ballast validate results/demo --replications 10
    """
    from optimizer.report.validation import HEADINGS, forecast_rows, validation_sentences
    from optimizer.validation import document, validate

    with Progress(err) as observer:
        found = validate(
            _folder(run, results),
            scenarios=scenarios,
            replications=replications,
            seed=seed,
            observer=observer,
        )
    if as_json:
        _print_json(document(found))
        return
    _print_table(HEADINGS, forecast_rows(found))
    for line in validation_sentences(found):
        _say(line)


@app.command()
def report(run: RunFolder, results: Results = Path("results")) -> None:
    """
    Write a run's page and workbook again.

    Example: ballast report results/demo
    """
    from optimizer.report.documents import write_again

    for path in write_again(_folder(run, results)):
        _say(f"Wrote {path}")


@app.command()
def frontier(
    portfolio: Source,
    budgets: Annotated[
        str,
        typer.Option(metavar="LOW:HIGH:COUNT", help="Capital budgets, in the currency."),
    ],
    run: Annotated[str | None, typer.Option(help="Name of the frontier.")] = None,
    results: Results = Path("results"),
    overrides: Override = None,
    as_json: AsJson = False,
) -> None:
    """
    Say what every budget of a range buys, and what the next money is best spent on.

    Example: ballast frontier data/sample --budgets 1500000:3000000:20
    """
    from optimizer import pipeline
    from optimizer.budgets import frontier as solve_frontier
    from optimizer.budgets import parse_budgets
    from optimizer.report.frontier import HEADINGS, frontier_lines, frontier_rows, points_json

    amounts = parse_budgets(budgets)
    command = shlex.join(["ballast", *sys.argv[1:]])
    with Progress(err) as observer:
        source = _read(portfolio, overrides)
        request = pipeline.Request(results=results, name=run, command=command)
        found = solve_frontier(source, amounts, request, observer)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if as_json:
        _print_json(points_json(found))
        return
    _warn(source.warnings)
    _print_table(HEADINGS, frontier_rows(found))
    for line in frontier_lines(found, source.settings.budget.capital):
        _say(line)
    _say(f"\nFrontier: {found.folder}")


def main() -> NoReturn:
    """Run the command line; a refusal is a message and an exit code, never a traceback."""
    try:
        app()
    except BallastError as refusal:
        _refuse(refusal)
        sys.exit(refusal.exit_code)
    sys.exit(0)


def _read(portfolio: str, overrides: list[str] | None, stated: Mapping[str, Any] = {}) -> Portfolio:
    """Read a portfolio; what an option of its own stated wrongly is told under that name."""
    from optimizer.contract.read import read_portfolio

    options = [f"{key}={value}" for key, value in stated.items()]
    try:
        return read_portfolio(portfolio, [*(overrides or []), *options])
    except BadInputError as refusal:
        raise BadInputError([_blamed(problem, stated) for problem in refusal.problems]) from None


def _blamed(problem: Problem, stated: Mapping[str, Any]) -> Problem:
    key = problem.column
    return (
        problem
        if key is None or key not in stated
        else replace(problem, file=FLAGS[key], column=None)
    )


def _refuse(refusal: BallastError) -> None:
    """Print why; with --json as JSON, for whoever reads that."""
    if "--json" not in sys.argv:
        err.print(str(refusal), markup=False, soft_wrap=True)
        return
    lists = ("problems", "repairs", "differences")
    _print_json(
        {"error": type(refusal).__name__, "message": str(refusal)}
        | {name: [_plain(item) for item in getattr(refusal, name, ())] for name in lists}
    )


def _plain(item: Problem | str) -> dict[str, Any] | str:
    return asdict(item) if isinstance(item, Problem) else item


def _warn(warnings: Sequence[str]) -> None:
    for warning in warnings:
        err.print(f"Note: {warning}", markup=False, soft_wrap=True)


def _say(line: str) -> None:
    """Print a line; only a terminal breaks it, never a pipe."""
    out.print(line, markup=False, soft_wrap=not out.is_terminal)


def _folder(run: Path, results: Path) -> Path:
    """Take a run's own folder where this is one, else a name among the results."""
    is_run = (run / "manifest.json").is_file()
    return run if is_run or len(run.parts) > 1 else results / run


def _print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns as wide as they need, whatever the width of the terminal."""
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    for row in (headings, *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        out.print("  ".join(cells).rstrip(), markup=False, soft_wrap=True)


def _print_json(data: Any) -> None:
    out.print_json(json.dumps(data, default=dict))
