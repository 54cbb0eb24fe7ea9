"""Commands for finance: what a budget buys."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

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
from optimizer.domain.stop import Stop
from optimizer.errors import BadInputError, Problem
from optimizer.jobs.interrupts import ignore_interrupts

if TYPE_CHECKING:
    from optimizer.domain.portfolio import Portfolio
    from optimizer.inputs.settings.value_range import BudgetRange
    from optimizer.jobs.about import Request
    from optimizer.reports.kit.document import Document

PANEL: Final = "Finance"


@app.command(rich_help_panel=PANEL)
def frontier(
    ctx: typer.Context,
    portfolio: Source,
    budgets: Annotated[
        str | None,
        typer.Option(
            metavar="LOW:HIGH:COUNT",
            help="Equally spaced capital budgets, 500k:2M:20, or around today's plan: today±1M:5.",
        ),
    ] = None,
    risk_weights: Annotated[
        str | None,
        typer.Option(
            metavar="LOW:HIGH:COUNT", help="Costs of risk capital at the own budget: 0:1:6."
        ),
    ] = None,
    hurdle: Annotated[
        str | None,
        typer.Option(metavar="RATE", help="What the next money must earn a year (default: 10%)."),
    ] = None,
    run: Annotated[str | None, typer.Option(help="Name of the frontier.")] = None,
    nested: Annotated[
        bool, typer.Option("--nested", help="Larger budgets keep what smaller ones buy.")
    ] = False,
    results: Results = Path("results"),
    overrides: Override = None,
    as_json: AsJson = False,
) -> None:
    """
    Show what each budget in a range buys, or what appetite for risk costs.

    Example: ballast frontier data/sample --budgets 1500000:3000000:20
    """
    from optimizer.jobs.about import Request

    sweep = _asked(budgets, risk_weights, hurdle, nested=nested)
    with Progress() as observer:
        request = Request(results=results, name=run, command=command_line())
        source = read_source(portfolio, overrides)
        points, document, folder = sweep(source, request, observer, ctx.obj)
    ignore_interrupts()
    if as_json:
        print_json(points)
        return
    warn(source.warnings)
    print_document(document)
    say(f"\nReport: {folder / 'report.html'}")


_Sweep = Callable[
    ["Portfolio", "Request", Progress, Stop], tuple[list[dict[str, Any]], "Document", Path]
]


def _asked(
    budgets: str | None, risk_weights: str | None, hurdle: str | None, *, nested: bool
) -> _Sweep:
    """Return the sweep that the options ask for; refuse those that do not go together."""
    from optimizer.inputs.settings.value_range import (
        parse_budgets,
        parse_hurdle,
        parse_risk_weights,
    )

    if (budgets is None) == (risk_weights is None):
        rule = "one of --budgets and --risk-weights says what is varied"
        remedy = "Give one: --budgets 500k:2M:20, or --risk-weights 0:1:6."
        raise BadInputError([Problem(file="ballast frontier", rule=rule, remedy=remedy)])
    if risk_weights is not None:
        if nested or hurdle is not None:
            file = "--nested" if nested else "--hurdle"
            rule = "is of budgets, and has no meaning with --risk-weights"
            raise BadInputError([Problem(file=file, rule=rule, remedy="Leave it out.")])
        return partial(_over_weights, parse_risk_weights(risk_weights))
    rate = parse_hurdle(hurdle or "10%")
    return partial(_over_budgets, parse_budgets(budgets or ""), rate, nested)


def _over_budgets(
    typed: BudgetRange,
    hurdle_rate: float,
    nested: bool,
    portfolio: Portfolio,
    request: Request,
    observer: Progress,
    stop: Stop,
) -> tuple[list[dict[str, Any]], Document, Path]:
    from optimizer.domain.frontier import flat_point
    from optimizer.jobs.frontier import frontier
    from optimizer.reports.frontier.frontier_document import frontier_document
    from optimizer.strategies import capital_drawn

    amounts = typed.budgets(lambda: capital_drawn(portfolio, "today"))
    found = frontier(
        portfolio, amounts, request, observer, stop, nested=nested, hurdle_rate=hurdle_rate
    )
    return [flat_point(point) for point in found.points], frontier_document(found), found.folder


def _over_weights(
    weights: list[float], portfolio: Portfolio, request: Request, observer: Progress, stop: Stop
) -> tuple[list[dict[str, Any]], Document, Path]:
    from optimizer.domain.risk_sweep import flat_risk_point
    from optimizer.jobs.risk_sweep import risk_sweep
    from optimizer.reports.risk_sweep.risk_sweep_document import risk_sweep_document

    found = risk_sweep(portfolio, weights, request, observer, stop)
    points = [flat_risk_point(point) for point in found.points]
    return points, risk_sweep_document(found), found.folder


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
