"""Commands for finance: what a budget buys."""

from __future__ import annotations

import webbrowser
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
    print_document,
    print_json,
    read_source,
    run_folder,
    say,
    say_seal,
    warn,
)
from optimizer.cli.progress import Progress
from optimizer.errors import BadInputError, Problem
from optimizer.jobs.interrupts import ignore_interrupts

PANEL: Final = "Finance"


@app.command(rich_help_panel=PANEL)
def frontier(
    ctx: typer.Context,
    portfolio: Source,
    budgets: Annotated[
        str,
        typer.Option(
            metavar="LOW:HIGH:COUNT",
            help="Equally spaced capital budgets, 500k:2M:20, or around today's plan: today±1M:5.",
        ),
    ],
    hurdle: Annotated[
        str, typer.Option(metavar="RATE", help="What the next money must earn a year.")
    ] = "10%",
    run: Annotated[str | None, typer.Option(help="Name of the frontier.")] = None,
    nested: Annotated[
        bool, typer.Option("--nested", help="Larger budgets keep what smaller ones buy.")
    ] = False,
    results: Results = Path("results"),
    overrides: Override = None,
    as_json: AsJson = False,
) -> None:
    """
    Show what each budget in a range buys.

    Example: ballast frontier data/sample --budgets 1500000:3000000:20
    """
    from optimizer.domain.frontier import flat_point
    from optimizer.inputs.settings.value_range import parse_budgets, parse_hurdle
    from optimizer.jobs.about import Request
    from optimizer.jobs.frontier import frontier
    from optimizer.reports.frontier.frontier_document import frontier_document
    from optimizer.strategies import capital_drawn

    typed, rate = parse_budgets(budgets), parse_hurdle(hurdle)
    with Progress() as observer:
        source = read_source(portfolio, overrides)
        amounts = typed.budgets(lambda: capital_drawn(source, "today"))
        request = Request(results=results, name=run, command=command_line())
        swept = frontier(
            source, amounts, request, observer, ctx.obj, nested=nested, hurdle_rate=rate
        )
    ignore_interrupts()
    if as_json:
        print_json([flat_point(point) for point in swept.points])
        return
    warn(source.warnings)
    print_document(frontier_document(swept))
    say(f"\nReport: {swept.folder / 'report.html'}")


@app.command(rich_help_panel=PANEL)
def what_if(
    ctx: typer.Context,
    portfolio: Source,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table of named settings.")],
    run: Annotated[str | None, typer.Option(help="Name of the what-ifs.")] = None,
    results: Results = Path("results"),
    overrides: Override = None,
    as_json: AsJson = False,
) -> None:
    """
    Solve each row of a table of settings, and compare it with the unchanged portfolio.

    Example: ballast what-if data/sample data/sample-what-ifs.csv
    """
    from optimizer.domain.what_if import flat_row
    from optimizer.inputs.settings.what_if_file import read_what_ifs
    from optimizer.jobs.about import Request
    from optimizer.jobs.what_if import what_if
    from optimizer.reports.what_if.what_if_document import what_if_document

    with Progress() as observer:
        base, what_ifs = read_what_ifs(portfolio, file, overrides or [])
        request = Request(results=results, name=run, command=command_line())
        comparison = what_if(base, what_ifs, request, observer, ctx.obj)
    ignore_interrupts()
    if as_json:
        print_json([flat_row(row) for row in comparison.rows])
        return
    warn(base.warnings)
    for one in what_ifs:
        warn([f"{one.name}: {warning}" for warning in one.portfolio.warnings])
    print_document(what_if_document(comparison))
    say(f"\nReport: {comparison.folder / 'report.html'}")


@app.command(rich_help_panel=PANEL)
def report(run: RunFolder, results: Results = Path("results")) -> None:
    """
    Rebuild the page and the workbook of a run, a frontier or what-ifs.

    Example: ballast report results/demo
    """
    from optimizer.reports.documents import report

    folder = run_folder(run, results)
    for path in report(folder):
        say(f"Wrote {path}")
    if (folder / "manifest.json").exists():
        say_seal(folder)


@app.command("open", rich_help_panel=PANEL)
def open_(run: RunFolder, results: Results = Path("results")) -> None:
    """
    Open the page of a run, a frontier or what-ifs in the browser, and print its path.

    Example: ballast open demo
    """
    page = run_folder(run, results) / "report.html"
    if not page.is_file():
        raise BadInputError([_no_page(page, run)])
    say(str(page))
    if not webbrowser.open(page.resolve().as_uri()):
        warn(["No browser was found; open the file yourself."])


def _no_page(page: Path, run: Path) -> Problem:
    if page.parent.is_dir():
        remedy = f"Write it with `ballast report {run}`."
        return Problem(file=str(page), rule="there is no page", remedy=remedy)
    remedy = "Choose one from `ballast runs`."
    return Problem(file=str(page.parent), rule="there is no such run", remedy=remedy)
