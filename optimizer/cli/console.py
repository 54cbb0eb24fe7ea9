"""The app and what its commands share: options, reading, printing, error messages."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console
from typer.core import TyperCommand, TyperGroup
from typer.models import CommandFunctionType

from optimizer.cli.progress import shown
from optimizer.cli.results_option import Address, folder_or_address, mirrored
from optimizer.domain.address import word_without_password
from optimizer.errors import (
    WRITTEN_IS_WHOLE,
    BadInputError,
    BallastError,
    Problem,
    StoppedError,
    StorageError,
    printable,
)
from optimizer.problems import by_rule

if TYPE_CHECKING:
    from optimizer.domain.portfolio import Portfolio
    from optimizer.reports.kit.document import Document

FLAGS: Final = {
    "budget.capital": "--budget",
    "scenarios.seed": "--seed",
    "solver.method": "--method",
}


_SOLVING: Final = ("solve", "reoptimize", "frontier", "what-if", "backtest")
"""Commands that write nothing before they have a plan."""
_OF_OUTPUT: Final = ("--quiet", "--verbose")


class Commands(TyperGroup):
    """The commands; typer itself would end without a message on Ctrl-C."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments; output options count before and after the command."""
        of_output, rest = (
            [word for word in args if (word in _OF_OUTPUT) is wanted] for wanted in (True, False)
        )
        return super().parse_args(ctx, [*of_output, *rest])

    def invoke(self, ctx: Any) -> Any:
        """Run a command; an interrupt becomes a stop."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            if ctx.invoked_subcommand in _SOLVING and not ctx.obj.keeps:
                raise StoppedError("interrupt") from None
            raise StoppedError("interrupt", before="it finished", kept=WRITTEN_IS_WHOLE) from None
        except Exception as error:
            said = str(error)
            if isinstance(error, BallastError) or told(said) == said:
                raise
            raise typer.BadParameter(told(said)) from None


class Command(TyperCommand):
    """A command; results that are kept elsewhere are a folder to it."""

    def invoke(self, ctx: Any) -> Any:
        """Run it; where it is done but cannot be kept elsewhere, its result is printed as well."""
        address, is_done = ctx.params.get("results"), False
        if not isinstance(address, Address):
            return super().invoke(ctx)
        try:
            with mirrored(address, note=lambda said: warn([said])) as folder:
                ctx.params["results"] = folder
                returned = super().invoke(ctx)
                is_done = True
        except StorageError as unsent:
            if not is_done:
                raise
            err.print(printable(str(unsent)), markup=False, soft_wrap=True)
            raise typer.Exit(unsent.exit_code) from None
        return returned


class App(typer.Typer):
    """The app; its commands are of `Command`."""

    def command(
        self, *args: Any, **settings: Any
    ) -> Callable[[CommandFunctionType], CommandFunctionType]:
        """Register a command."""
        return super().command(*args, cls=Command, **settings)


app = App(
    name="ballast",
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog="Start with [bold]ballast init my-portfolio[/] and [bold]ballast solve my-portfolio[/].",
)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

Source = Annotated[
    str, typer.Argument(metavar="PORTFOLIO", help="A folder of tables, a workbook, or a database.")
]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="A run's name or folder.")]
Results = Annotated[
    Path,
    typer.Option(
        parser=folder_or_address,
        metavar="FOLDER|URL",
        help="Folder of all runs, here or elsewhere: s3://bucket/plans.",
    ),
]
Override = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override a setting: risk.weight=0.2"),
]
SetAsideTo = Annotated[
    Path | None,
    typer.Option(
        "--set-aside",
        metavar="DIR",
        help="Go on without the SKUs that cannot be planned, listed with reasons in DIR.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def _show_version(asked: bool) -> None:
    if asked:
        out.print(f"ballast {version('ballast')}")
        raise typer.Exit


@app.callback()
def ballast(
    ctx: typer.Context,
    _version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="Print the version."),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print only the result.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Also print files read and written, and every bound.")
    ] = False,
) -> None:
    """Just-in-time or just-in-case, settled with arithmetic."""
    if quiet and verbose:
        rule, remedy = "exclude each other", "Leave one of them out."
        raise BadInputError([Problem(file="--quiet, --verbose", rule=rule, remedy=remedy)])
    ctx.with_resource(shown(quiet=quiet, verbose=verbose))


def read_source(
    portfolio: str,
    overrides: list[str] | None,
    stated: Mapping[str, Any] = {},
    *,
    set_aside: Path | None = None,
    reserve: bool = True,
) -> Portfolio:
    """Read a portfolio; a problem with a setting that has its own option names that option."""
    from optimizer.inputs.read import read_portfolio
    from optimizer.inputs.work_off import read_set_aside

    options = [f"{key}={value}" for key, value in stated.items()]
    every = [*(overrides or []), *options]
    try:
        if set_aside is not None:
            return read_set_aside(portfolio, set_aside, every, reserve=reserve)
        return read_portfolio(portfolio, every)
    except BadInputError as refusal:
        raise BadInputError([_blamed(problem, stated) for problem in refusal.problems]) from None


def _blamed(problem: Problem, stated: Mapping[str, Any]) -> Problem:
    key = problem.column
    return (
        problem
        if key is None or key not in stated
        else replace(problem, file=FLAGS[key], column=None)
    )


def refuse(refusal: BallastError) -> None:
    """Print the error message; with --json as JSON."""
    if "--json" not in sys.argv:
        err.print(printable(told(str(refusal))), markup=False, soft_wrap=True)
        return
    lists = ("problems", "repairs", "differences")
    counts = [
        {"number": count.number, "file": count.first.file, "column": count.first.column}
        | {"rule": count.first.rule}
        for count in by_rule(getattr(refusal, "problems", ()))
    ]
    said = {"error": type(refusal).__name__, "message": str(refusal), "counts": counts}
    lists_said = {name: [_plain(item) for item in getattr(refusal, name, ())] for name in lists}
    print_json(_all_told(said | lists_said))


def _plain(item: Problem | str) -> dict[str, Any] | str:
    return asdict(item) if isinstance(item, Problem) else item


def _all_told(data: Any) -> Any:
    """Return data with `told` texts."""
    if isinstance(data, dict):
        return {key: _all_told(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_all_told(value) for value in data]
    return told(data) if isinstance(data, str) else data


def command_line() -> str:
    """Return the command as it was typed, without the passwords of addresses."""
    return shlex.join(["ballast", *map(word_without_password, sys.argv[1:])])


def told(text: str) -> str:
    """Return a text without the passwords of addresses that were typed, also where none belongs."""
    for word in sys.argv[1:]:
        shown = word_without_password(word)
        if shown != word:
            text = text.replace(word, shown).replace(str(Path(word)), shown)
    return text


def warn(warnings: Sequence[str]) -> None:
    for warning in warnings:
        err.print(printable(f"Note: {warning}"), markup=False, soft_wrap=True)


def say(line: str) -> None:
    """Print a line, wrapped on a terminal only, not in a pipe."""
    out.print(printable(line), markup=False, soft_wrap=not out.is_terminal)


def say_seal(folder: Path) -> None:
    """Print the hash that identifies the whole run, for the user to note elsewhere."""
    from optimizer.store.seal import seal_of

    say(f"SHA-256 of manifest.json: {seal_of(folder)}")


def run_folder(run: Path, results: Path) -> Path:
    """Return the path as given if a command wrote such a folder there, else under `results`."""
    from optimizer.store.run_index import MARKERS

    is_one = any((run / name).is_file() for name in MARKERS)
    return run if is_one or len(run.parts) > 1 else results / run


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns as wide as needed, whatever the width of the terminal."""
    lines = [[printable(cell) for cell in row] for row in (headings, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for row in lines:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        out.print("  ".join(cells).rstrip(), markup=False, soft_wrap=True)


def print_document(document: Document) -> None:
    """Print what a subject has to say, tables in columns."""
    from optimizer.reports.kit.document_terminal import in_terminal

    for part in in_terminal(document):
        if isinstance(part, str):
            say(part)
        else:
            print_table(*part.printed)


def print_json(data: Any) -> None:
    out.print_json(json.dumps(data, default=dict), ensure_ascii=True)
