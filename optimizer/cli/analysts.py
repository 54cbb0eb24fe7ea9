"""Commands for analysts: what is in a run, and whether it is right."""

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
    out,
    print_document,
    print_json,
    print_table,
    run_folder,
    say,
    say_seal,
    warn,
)
from optimizer.cli.progress import Progress
from optimizer.errors import BadInputError, Problem, VerificationError
from optimizer.jobs.interrupts import ignore_interrupts

PANEL: Final = "Analysts"
_PRINTED: Final = 200  # rows of a query


@app.command(rich_help_panel=PANEL)
def verify(
    run: Annotated[
        Path | None, typer.Argument(metavar="[RUN]", help="A run's name or folder.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Verify all runs of the results.")] = False,
    results: Results = Path("results"),
    as_json: AsJson = False,
) -> None:
    """
    Recompute a run from its inputs, by a verifier that shares no code with the solver.

    Example: ballast verify results/demo

    All of them: ballast verify --all --results results
    """
    if (run is None) == (not every):
        remedy = "Name a run, or give --all for every run of the results."
        rule = "needs a run, or --all, and not both"
        raise BadInputError([Problem(file="ballast verify", rule=rule, remedy=remedy)])
    if run is None:
        _verify_all(results, as_json=as_json)
        return
    from optimizer.jobs.reopen import notes_of_change, verify
    from optimizer.reports.run.proof_words import proof_words
    from optimizer.store.seal import seal_of

    folder = run_folder(run, results)
    checked = verify(folder)
    facts = {
        "objective": checked.objective,
        "expected_loss": checked.expected_loss,
        "var": checked.var,
        "cvar": checked.cvar,
        "checks": checked.checks,
        "worst_difference": checked.worst_difference,
        "bound": checked.bound,
        "proven_bound": checked.proven_bound,
        "manifest": seal_of(folder),
    }
    warn(notes_of_change(folder))
    if as_json:
        print_json(facts)
        return
    say(
        f"Verified: {checked.checks:,} numbers and rules recomputed from the inputs; "
        f"largest relative difference {checked.worst_difference:.1e}. "
        "Every file matches the manifest."
    )
    say(proof_words(checked.objective, checked.bound, checked.proven_bound))
    say_seal(folder)


def _verify_all(results: Path, *, as_json: bool) -> None:
    """Say of every run whether it is right; end with 5 if one is not."""
    from optimizer.jobs.verify_all import verify_all

    told, wrong = [], []
    for verdict in verify_all(results):
        found, refusal = verdict.found, verdict.refusal
        if found is None:
            why = getattr(refusal, "differences", (str(refusal),))
            wrong.append(f"{verdict.run}: {'; '.join(why)}")
        told.append(
            {
                "run": verdict.run,
                "verified": found is not None,
                "checks": found and found.checks,
                "worst_difference": found and found.worst_difference,
                "why_not": None if refusal is None else str(refusal),
            }
        )
        if not as_json:
            numbers = "" if found is None else f", {found.checks:,} numbers"
            say(f"{verdict.run}: {'rejected' if found is None else 'verified'}{numbers}")
    if as_json:
        print_json(told)
        if wrong:
            raise typer.Exit(VerificationError.exit_code)
        return
    if wrong:
        raise VerificationError(wrong)
    say(f"\nAll {len(told):,} runs verified; every file matches its manifest.")


@app.command(rich_help_panel=PANEL)
def simulate(
    ctx: typer.Context,
    run: RunFolder,
    replications: Annotated[
        int | None, typer.Option(help="Times the horizon is simulated; by default as size allows.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the simulation.")] = 1,
    results: Results = Path("results"),
    as_json: AsJson = False,
) -> None:
    """
    Simulate a run's plan day by day, and compare the outcome with what it promised.

    Example: ballast simulate results/demo --replications 500
    """
    from optimizer.jobs.simulate import simulate as play
    from optimizer.reports.run import simulation_summary as words

    with Progress() as observer:
        played = play(run_folder(run, results), replications, seed, observer, ctx.obj)
    ignore_interrupts()
    if as_json:
        print_json(played.document)
        return
    for line in words.summarise_simulation(played.document):
        say(line)
    out.print()
    print_table(words.POLICY_HEADINGS, words.policy_rows(played.document))
    for line in ["", *words.misled_sentences(played.document)]:
        say(line)
    say(f"\nFull results: {played.folder / 'simulation.json'} and simulation.parquet next to it")
    say_seal(played.folder)


@app.command(rich_help_panel=PANEL)
def contributions(
    run: RunFolder, results: Results = Path("results"), as_json: AsJson = False
) -> None:
    """
    Show who and what a run's tail is made of, and bad futures day by day.

    Example: ballast contributions results/demo
    """
    from optimizer.jobs.contributions import contributions as take_apart
    from optimizer.reports.contributions.contributions_document import contributions_document
    from optimizer.reports.contributions.contributions_json import contributions_json

    folder = run_folder(run, results)
    with Progress() as observer:
        found = take_apart(folder, observer=observer)
    ignore_interrupts()
    if as_json:
        print_json(contributions_json(found))
        return
    print_document(contributions_document(found))
    say(f"\nReport: {folder / 'contributions.html'}")
    say_seal(folder)


@app.command(rich_help_panel=PANEL)
def alternatives(
    ctx: typer.Context,
    of: RunFolder,
    within: Annotated[
        str, typer.Option(metavar="SHARE", help="How much dearer a plan may be.")
    ] = "1%",
    run: Annotated[str | None, typer.Option(help="Name of the alternatives.")] = None,
    results: Results = Path("results"),
    as_json: AsJson = False,
) -> None:
    """
    Find plans nearly as cheap as a run's that differ most, and the decisions all of them share.

    Example: ballast alternatives results/demo --within 1%
    """
    from optimizer.inputs.settings.value_range import parse_within
    from optimizer.jobs.about import Request
    from optimizer.jobs.alternatives import alternatives as find
    from optimizer.reports.alternatives.alternatives_document import alternatives_document
    from optimizer.store.alternatives_folder import alternatives_json

    share = parse_within(within)
    request = Request(results=results, name=run, command=command_line())
    with Progress() as observer:
        found = find(
            run_folder(of, results),
            within=share,
            request=request,
            observer=observer,
            stop=ctx.obj,
        )
    ignore_interrupts()
    if as_json:
        print_json(alternatives_json(found))
        return
    print_document(alternatives_document(found))
    say(f"\nReport: {found.folder / 'report.html'}")


@app.command(rich_help_panel=PANEL)
def backtest(
    ctx: typer.Context,
    portfolio: Source,
    hold_out: Annotated[
        float, typer.Option(help="Share of the history to replay instead of planning on it.")
    ] = 0.25,
    replications: Annotated[int, typer.Option(help="Times the held-out part is replayed.")] = 20,
    seed: Annotated[int, typer.Option(help="Seed of the replay.")] = 1,
    run: Annotated[str | None, typer.Option(help="Name of the run.")] = None,
    results: Results = Path("results"),
    overrides: Override = None,
    replace: Annotated[bool, typer.Option(help="Replace a run of the same name.")] = False,
    as_json: AsJson = False,
) -> None:
    """
    Plan on the first part of the demand history, and replay the rest day by day.

    Example: ballast backtest data/sample --hold-out 0.25
    """
    from optimizer.jobs.about import Request
    from optimizer.jobs.backtest import backtest as try_on_history
    from optimizer.reports.run.backtest_words import backtest_section

    request = Request(results=results, name=run, replace=replace, command=command_line())
    with Progress() as observer:
        tried = try_on_history(
            portfolio,
            overrides or [],
            hold_out=hold_out,
            replications=replications,
            seed=seed,
            request=request,
            observer=observer,
            stop=ctx.obj,
        )
    ignore_interrupts()
    if as_json:
        print_json(tried.document)
        return
    section = backtest_section(tried.document)
    for line in section.sentences:
        say(line)
    for title, headings, rows in section.tables:
        say(f"\n{title}")
        print_table(headings, rows)
    say(f"\nFull results: {tried.folder / 'backtest.json'} and backtest.parquet next to it")
    say_seal(tried.folder)


@app.command(rich_help_panel=PANEL)
def validate(
    ctx: typer.Context,
    run: RunFolder,
    scenarios: Annotated[int | None, typer.Option(help="Fresh futures in total.")] = None,
    replications: Annotated[
        int, typer.Option(help="Times the problem is solved again; 0 for none.")
    ] = 5,
    seed: Annotated[int, typer.Option(help="Seed of the fresh futures.")] = 1,
    results: Results = Path("results"),
    as_json: AsJson = False,
) -> None:
    """
    Test a run's plan on fresh futures, and estimate what sampling may cost.

    Example: ballast validate results/demo --replications 10
    """
    from optimizer.jobs.validate import document, validate
    from optimizer.reports.run.validation_words import HEADINGS, forecast_rows, validation_sentences

    with Progress() as observer:
        validation = validate(
            run_folder(run, results),
            scenarios=scenarios,
            replications=replications,
            seed=seed,
            observer=observer,
            stop=ctx.obj,
        )
    if as_json:
        print_json(document(validation))
        return
    print_table(HEADINGS, forecast_rows(validation))
    for line in validation_sentences(validation):
        say(line)
    say_seal(run_folder(run, results))


@app.command(rich_help_panel=PANEL)
def runs(
    portfolio: Annotated[
        str, typer.Option(help="Only runs whose portfolio path contains this.")
    ] = "",
    status: Annotated[str, typer.Option(help="Only runs of this status: optimal, feasible.")] = "",
    measure: Annotated[
        str, typer.Option(help="Only runs with this risk measure: cvar, var, expected.")
    ] = "",
    find: Annotated[
        str,
        typer.Option(
            metavar="WORDS", help="Only runs with these words in name, portfolio or overrides."
        ),
    ] = "",
    where: Annotated[
        str, typer.Option(metavar="SQL", help="A condition: gap < 0.001 AND state = 'approved'.")
    ] = "",
    results: Results = Path("results"),
    as_json: AsJson = False,
) -> None:
    """
    List the runs, newest first; the runs of a frontier or of what-ifs are listed below it.

    Example: ballast runs --portfolio sample --find risk.weight
    """
    from optimizer.reports.run_list import HEADINGS, none_matching, run_rows
    from optimizer.store.run_index import matching, runs, with_parents

    every = runs(results)
    table = matching(every, portfolio=portfolio, status=status, measure=measure, find=find)
    if where:
        from optimizer.store.catalogue import runs_where

        table = with_parents(table, table["run"].isin(runs_where(results, where, every)))
    if as_json:
        out.print_json(table.to_json(orient="records", date_format="iso"))
    elif every.empty:
        say(f"No runs in {results} yet.")
    elif table.empty:
        say(none_matching(every))
    else:
        print_table(HEADINGS, run_rows(table))


@app.command(rich_help_panel=PANEL)
def compare(
    compared: Annotated[
        list[Path],
        typer.Argument(metavar="RUN RUN …", help="Two or more runs; the first is the reference."),
    ],
    run: Annotated[str | None, typer.Option(help="Name of the comparison's folder.")] = None,
    results: Results = Path("results"),
    attribute: Annotated[
        bool,
        typer.Option("--attribute", help="Split the difference of two runs over its causes."),
    ] = False,
    replace: Annotated[bool, typer.Option(help="Replace a comparison of the same name.")] = False,
    as_json: AsJson = False,
) -> None:
    """
    Show what differs between runs: inputs, decisions, money, and each plan in the other's world.

    Example: ballast compare demo storm --run storm-against-demo
    """
    from optimizer.jobs.about import Request
    from optimizer.jobs.compare import compare as set_side_by_side
    from optimizer.reports.compare.compare_document import comparison_document
    from optimizer.store.comparison_folder import comparison_json

    request = Request(results=results, name=run, replace=replace, command=command_line())
    with Progress() as observer:
        folders = [run_folder(one, results) for one in compared]
        found = set_side_by_side(*folders, request=request, observer=observer, attribute=attribute)
    ignore_interrupts()
    if as_json:
        print_json(comparison_json(found))
        return
    print_document(comparison_document(found))
    say(f"\nReport: {found.folder / 'report.html'}")


@app.command(rich_help_panel=PANEL)
def sql(
    query: Annotated[
        str | None, typer.Argument(metavar="[SELECT …]", help="None: list views and columns.")
    ] = None,
    out_file: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write a .csv or .parquet.")
    ] = None,
    results: Results = Path("results"),
    as_json: AsJson = False,
) -> None:
    """
    Ask all runs in SQL: runs, states, plans, losses, strikes, expected, decisions, …

    Example: ballast sql "SELECT run, sum(capital) FROM plans GROUP BY run"
    """
    from optimizer.reports.kit.format import count
    from optimizer.reports.query_rows import query_rows
    from optimizer.store.catalogue import Catalogue
    from optimizer.store.table_files import write_as_named

    catalogue = Catalogue(results)
    found = catalogue.columns() if query is None else catalogue.ask(query)
    if out_file is not None:
        write_as_named(found, out_file)
        say(f"Wrote {out_file}: {count(len(found), 'row')}")
    elif as_json:
        out.print_json(found.to_json(orient="records", date_format="iso"))
    else:
        print_table(list(found.columns), query_rows(found.head(_PRINTED)))
        if len(found) > _PRINTED:
            say(f"… and {count(len(found) - _PRINTED, 'row')} more: --out FILE writes all.")
