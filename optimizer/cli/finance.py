"""Finance: what a budget buys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, NamedTuple

import typer

from optimizer.cli.console import (
    AsJson,
    Override,
    Results,
    RunFolder,
    Source,
    app,
    command_line,
    err,
    print_json,
    print_table,
    read_source,
    run_folder,
    say,
    say_seal,
    warn,
)
from optimizer.cli.progress import Progress
from optimizer.domain.stop import Stop
from optimizer.errors import BadInputError, Problem
from optimizer.jobs.interrupts import ignore_interrupts

PANEL: Final = "Finance"


@app.command(rich_help_panel=PANEL)
def frontier(
    ctx: typer.Context,
    portfolio: Source,
    budgets: Annotated[
        str | None,
        typer.Option(metavar="LOW:HIGH:COUNT", help="Capital budgets, in the currency."),
    ] = None,
    scenarios: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A table of named settings instead.")
    ] = None,
    run: Annotated[str | None, typer.Option(help="Name of the frontier.")] = None,
    nested: Annotated[
        bool, typer.Option("--nested", help="What a smaller budget buys stays bought.")
    ] = False,
    results: Results = Path("results"),
    overrides: Override = None,
    as_json: AsJson = False,
) -> None:
    """
    Say what every budget of a range buys, or what every scenario of a file comes to.

    Example: ballast frontier data/sample --budgets 1500000:3000000:20

    Example: ballast frontier data/sample --scenarios data/sample-scenarios.csv
    """
    asked = _Asked(portfolio, run, results, overrides, as_json, ctx.obj)
    _refuse_unless_clear(budgets, scenarios, nested)
    if budgets is not None:
        _budgets(asked, budgets, nested)
    if scenarios is not None:
        _scenarios(asked, scenarios)


class _Asked(NamedTuple):
    """What both kinds of frontier are told."""

    portfolio: str
    run: str | None
    results: Path
    overrides: list[str] | None
    as_json: bool
    stop: Stop


def _refuse_unless_clear(budgets: str | None, scenarios: Path | None, nested: bool) -> None:
    stated = [value for value in (budgets, scenarios) if value is not None]
    problems = [] if len(stated) == 1 else [_one_of_both(len(stated))]
    if nested and budgets is None:
        rule = "budgets are nested, scenarios are not"
        remedy = "Leave --nested out, or give --budgets."
        problems.append(Problem(file="--nested", rule=rule, remedy=remedy))
    if problems:
        raise BadInputError(problems)


def _one_of_both(stated: int) -> Problem:
    return Problem(
        file="--budgets, --scenarios",
        rule="exactly one of them must be given, and " + ("both are" if stated else "neither is"),
        remedy="Write --budgets LOW:HIGH:COUNT, or --scenarios FILE.",
    )


def _budgets(asked: _Asked, budgets: str, nested: bool) -> None:
    """Solve a range of budgets."""
    from optimizer.jobs.about import Request
    from optimizer.jobs.frontier import frontier as solve_frontier
    from optimizer.jobs.frontier import parse_budgets
    from optimizer.reports.frontier.frontier_rows import (
        HEADINGS,
        frontier_lines,
        frontier_rows,
        points_json,
    )

    amounts = parse_budgets(budgets)
    with Progress(err) as observer:
        source = read_source(asked.portfolio, asked.overrides)
        request = Request(results=asked.results, name=asked.run, command=command_line())
        found = solve_frontier(source, amounts, request, observer, asked.stop, nested=nested)
    ignore_interrupts()
    if asked.as_json:
        print_json(points_json(found))
        return
    warn(source.warnings)
    print_table(HEADINGS, frontier_rows(found))
    for line in frontier_lines(found, source.settings.budget.capital):
        say(line)
    say(f"\nReport: {found.folder / 'report.html'}")


def _scenarios(asked: _Asked, file: Path) -> None:
    """Solve a file of scenarios."""
    from optimizer.inputs.settings.what_if_file import read_what_ifs
    from optimizer.jobs.about import Request
    from optimizer.jobs.what_if import solve_what_ifs
    from optimizer.reports.what_if.what_if_rows import (
        HEADINGS,
        rows_json,
        what_if_lines,
        what_if_rows,
    )

    with Progress(err) as observer:
        base, what_ifs = read_what_ifs(asked.portfolio, file, asked.overrides or [])
        request = Request(results=asked.results, name=asked.run, command=command_line())
        found = solve_what_ifs(base, what_ifs, request, observer, asked.stop)
    ignore_interrupts()
    if asked.as_json:
        print_json(rows_json(found))
        return
    warn(base.warnings)
    for one in what_ifs:
        warn([f"{one.name}: {warning}" for warning in one.portfolio.warnings])
    print_table(HEADINGS, what_if_rows(found))
    for line in what_if_lines(found):
        say(line)
    say(f"\nReport: {found.folder / 'report.html'}")


@app.command(rich_help_panel=PANEL)
def report(run: RunFolder, results: Results = Path("results")) -> None:
    """
    Write the page and the workbook of a run, a frontier or a comparison again.

    Example: ballast report results/demo
    """
    from optimizer.reports.documents import write_again

    folder = run_folder(run, results)
    for path in write_again(folder):
        say(f"Wrote {path}")
    if (folder / "manifest.json").exists():
        say_seal(folder)
