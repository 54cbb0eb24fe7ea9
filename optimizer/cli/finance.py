"""Finance: what a budget buys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

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
    is_written,
    print_json,
    print_table,
    read_source,
    run_folder,
    say,
    warn,
)
from optimizer.progress import Progress

PANEL: Final = "Finance"


@app.command(rich_help_panel=PANEL)
def frontier(
    portfolio: Source,
    budgets: Annotated[
        str,
        typer.Option(metavar="LOW:HIGH:COUNT", help="Capital budgets, in the currency."),
    ],
    run: Annotated[str | None, typer.Option(help="Name of the frontier.")] = None,
    nested: Annotated[
        bool, typer.Option("--nested", help="What a smaller budget buys stays bought.")
    ] = False,
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
    command = command_line()
    with Progress(err) as observer:
        source = read_source(portfolio, overrides)
        request = pipeline.Request(results=results, name=run, command=command)
        found = solve_frontier(source, amounts, request, observer, nested=nested)
    is_written()
    if as_json:
        print_json(points_json(found))
        return
    warn(source.warnings)
    print_table(HEADINGS, frontier_rows(found))
    for line in frontier_lines(found, source.settings.budget.capital):
        say(line)
    say(f"\nReport: {found.folder / 'report.html'}")


@app.command(rich_help_panel=PANEL)
def report(run: RunFolder, results: Results = Path("results")) -> None:
    """
    Write the page and the workbook of a run or a frontier again.

    Example: ballast report results/demo
    """
    from optimizer.report.documents import write_again

    for path in write_again(run_folder(run, results)):
        say(f"Wrote {path}")
