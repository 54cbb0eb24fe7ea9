"""Commands for planners: from tables to a plan, and the reasons for it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, get_args

import typer

from optimizer.cli.console import (
    FLAGS,
    AsJson,
    Override,
    Results,
    RunFolder,
    SetAsideTo,
    Source,
    app,
    command_line,
    out,
    print_document,
    print_json,
    print_table,
    read_source,
    run_folder,
    say,
    say_seal,
    warn,
)
from optimizer.cli.progress import Progress
from optimizer.domain.settings import Solver
from optimizer.errors import printable
from optimizer.inputs.importers import importer_names, run_importer
from optimizer.jobs.interrupts import ignore_interrupts
from optimizer.store.erp.mapping import targets

METHODS: Final = get_args(Solver.model_fields["method"].annotation)

Assumption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override an assumption: budget_multiple=1.5"),
]

PANEL: Final = "Planners"


@app.command(rich_help_panel=PANEL)
def solve(
    ctx: typer.Context,
    portfolio: Source,
    run: Annotated[str | None, typer.Option(help="Name of the run.")] = None,
    results: Results = Path("results"),
    budget: Annotated[
        str | None,
        typer.Option(
            metavar="AMOUNT|today|jit|jic",
            help="Capital budget in the portfolio's currency, or a strategy's capital.",
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the futures.")] = None,
    method: Annotated[str | None, typer.Option(help=f"One of: {', '.join(METHODS)}.")] = None,
    overrides: Override = None,
    replace: Annotated[bool, typer.Option(help="Replace a run of the same name.")] = False,
    set_aside: SetAsideTo = None,
    as_json: AsJson = False,
) -> None:
    """
    Optimize the plan, verify it, and write its run folder.

    Example: ballast solve data/sample --budget 900000 --set risk.weight=0.2

    At equal capital with today's plan: ballast solve data/sample --budget today
    """
    from optimizer.jobs.about import Request
    from optimizer.jobs.solve import solve
    from optimizer.reports.run.summary import summarise
    from optimizer.strategies import parse_budget, with_budget_of

    capital = None if budget is None else parse_budget(budget)
    strategy = capital if isinstance(capital, str) else None
    named = dict(zip(FLAGS, (None if strategy else capital, seed, method), strict=True))
    stated = {key: value for key, value in named.items() if value is not None}
    with Progress() as observer:
        source = read_source(
            portfolio, overrides, stated, set_aside=set_aside, reserve=strategy is None
        )
        source = with_budget_of(source, strategy) if strategy else source
        request = Request(
            results=results,
            name=run,
            replace=replace,
            command=command_line(),
        )
        solved = solve(source, request, observer, ctx.obj)
    ignore_interrupts()
    if as_json:
        print_json(solved.tables.manifest.model_dump(mode="json", exclude={"files"}))
        return
    warn(source.warnings)
    for line in summarise(solved.tables):
        say(line)
    if set_aside is not None:
        say(f"To be worked off: {set_aside}")
    say(f"\nReport: {solved.folder / 'report.html'}")
    say_seal(solved.folder)


@app.command(rich_help_panel=PANEL)
def reoptimize(
    ctx: typer.Context,
    portfolio: Source,
    previous: Annotated[
        Path, typer.Option("--from", metavar="RUN", help="Run whose plan is in force.")
    ],
    max_changes: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Most SKUs whose decision may change.")
    ] = None,
    change_cost: Annotated[
        float,
        typer.Option(min=0.0, metavar="AMOUNT", help="What a change costs to carry out."),
    ] = 0.0,
    no_change_within: Annotated[
        int,
        typer.Option(min=0, metavar="DAYS", help="Leave alone what was changed less long ago."),
    ] = 0,
    decisions: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A list of changes given back: accept, reject, later."),
    ] = None,
    curve: Annotated[
        bool, typer.Option("--curve", help="Also solve with fewer changes: the price of stability.")
    ] = False,
    run: Annotated[str | None, typer.Option(help="Name of the run.")] = None,
    results: Results = Path("results"),
    overrides: Override = None,
    replace: Annotated[bool, typer.Option(help="Replace a run of the same name.")] = False,
    as_json: AsJson = False,
) -> None:
    """
    Optimize against the plan of a run, with few changes, and list them in order of money.

    Example: ballast reoptimize data/sample --from demo --max-changes 40
    """
    from optimizer.jobs.about import Request
    from optimizer.jobs.answers import NO_ANSWERS, read_answers
    from optimizer.jobs.reoptimize import reoptimize
    from optimizer.reports.reoptimize.changes_document import changes_document
    from optimizer.reports.reoptimize.changes_json import changes_json

    before = run_folder(previous, results)
    with Progress() as observer:
        answers = NO_ANSWERS if decisions is None else read_answers(decisions, before, results)
        found = reoptimize(
            portfolio,
            before,
            max_changes=max_changes,
            change_cost=change_cost,
            no_change_within=no_change_within,
            answers=answers,
            curve=curve,
            overrides=overrides or [],
            request=Request(results=results, name=run, replace=replace, command=command_line()),
            observer=observer,
            stop=ctx.obj,
        )
    ignore_interrupts()
    if as_json:
        print_json(changes_json(found.changes))
        return
    warn(found.warnings)
    print_document(changes_document(found.changes))
    say(f"\nChanges: {found.run.folder / 'changes.html'}; decide in decisions.xlsx")
    say(f"Report: {found.run.folder / 'report.html'}")
    say_seal(found.run.folder)


@app.command(rich_help_panel=PANEL)
def check(
    portfolio: Source,
    problems: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write all problems to a .csv, or to an .xlsx in which the cells are marked.",
        ),
    ] = None,
    set_aside: SetAsideTo = None,
    overrides: Override = None,
    as_json: AsJson = False,
) -> None:
    """
    List every problem with the input.

    Example: ballast check data/sample

    Go on without what is faulty: ballast check data/sample --set-aside to-do
    """
    from optimizer.inputs.work_off import write_all_problems
    from optimizer.reports.run.set_aside_words import set_aside_sentences

    if problems is not None:
        write_all_problems(portfolio, overrides or [], problems)
    source = read_source(portfolio, overrides, set_aside=set_aside)
    if as_json:
        aside = source.set_aside and source.set_aside.model_dump(mode="json")
        found = {"tables": source.ledger, "warnings": list(source.warnings), "problems": []}
        print_json(found | ({"set_aside": aside} if aside else {}))
        return
    warn(source.warnings)
    for table, rows in source.ledger.items():
        out.print(f"{table:12} {rows:>10,} rows")
    for line in set_aside_sentences(source.set_aside, source.settings.currency):
        say(line)
    if source.set_aside is not None:
        say(f"To be worked off: {set_aside}")
    out.print("No problems found." if source.set_aside is None else "No other problems found.")


@app.command(rich_help_panel=PANEL)
def audit(
    portfolio: Source,
    before: Annotated[
        str | None,
        typer.Option(
            help="Portfolio or run of an earlier quarter: flags the buffers to review since.",
            metavar="DIR",
        ),
    ] = None,
    run: Annotated[str | None, typer.Option(help="Name of the audit's folder.")] = None,
    results: Results = Path("results"),
    overrides: Override = None,
    replace: Annotated[bool, typer.Option(help="Replace an audit of the same name.")] = False,
    as_json: AsJson = False,
) -> None:
    """
    Show segments, risks, single points of failure and today's buffers, without solving.

    Example: ballast audit data/sample --run audit
    """
    from optimizer.jobs.about import Request
    from optimizer.jobs.audit import audit as look_through
    from optimizer.reports.audit.audit_document import audit_document
    from optimizer.store.audit_folder import audit_json

    request = Request(results=results, name=run, replace=replace, command=command_line())
    if before is not None and not Path(before).exists():
        earlier = run_folder(Path(before), results)
        before = str(earlier) if earlier.exists() else before
    with Progress() as observer:
        found = look_through(portfolio, overrides or [], request, observer, before=before)
    ignore_interrupts()
    if as_json:
        print_json(audit_json(found))
        return
    print_document(audit_document(found))
    say(f"\nReport: {found.folder / 'report.html'}")


@app.command(rich_help_panel=PANEL)
def init(folder: Annotated[Path, typer.Argument(metavar="DIR|BOOK.xlsx")]) -> None:
    """
    Write a template portfolio with every column and setting explained: a folder, or a workbook.

    Example: ballast init my-portfolio

    For a spreadsheet: ballast init my-portfolio.xlsx
    """
    from optimizer.inputs.template import write_template
    from optimizer.inputs.template_book import write_template_book

    if folder.suffix.lower() == ".xlsx":
        write_template_book(folder)
        say(f"Wrote {folder}. Its comments explain it; then: ballast solve {folder}")
        return
    write_template(folder)
    say(f"Wrote {folder}. Read COLUMNS.md there, then: ballast solve {folder}")


@app.command("import", rich_help_panel=PANEL)
def import_(
    importer: Annotated[str, typer.Argument(help=f"One of: {', '.join(importer_names())}.")],
    file: Annotated[str, typer.Argument(help="The public data file; for hazards, a portfolio.")],
    hazards: Annotated[Path, typer.Option(help="Table of hazards by country.")],
    out_folder: Annotated[Path, typer.Option("--out", help="Portfolio folder to write.")],
    assumptions: Assumption = None,
) -> None:
    """
    Make a portfolio from public data; IMPORT.md lists the assumptions that fill its gaps.

    Example: ballast import scms history.csv --hazards hazard_by_country.csv --out scms

    Only hazards, by rule: ballast import hazards mine --hazards hazard_by_country.csv --out rates
    """
    stated = dict(stated.partition("=")[::2] for stated in assumptions or [])
    report = run_importer(importer, file, hazards, out_folder, stated)
    for table, rows in report.tables.items():
        out.print(f"{table:12} {rows:>10,} rows")
    for note in report.notes:
        say(note)
    say(f"Wrote {out_folder}. Every assumption is in IMPORT.md there.")


@app.command(rich_help_panel=PANEL)
def explain(
    run: RunFolder,
    sku: Annotated[str, typer.Argument(metavar="SKU", help="The SKU, as written in the tables.")],
    results: Results = Path("results"),
    as_json: AsJson = False,
) -> None:
    """
    Explain why a SKU got its option, what came second, and where the choice flips.

    Example: ballast explain results/demo EL-001
    """
    from optimizer.jobs.explain import explain as explain_sku
    from optimizer.reports.run.explanation_words import explanation_json, explanation_lines

    explanation = explain_sku(run_folder(run, results), sku)
    if as_json:
        print_json(explanation_json(explanation))
        return
    for line in explanation_lines(explanation):
        out.print(printable(line), markup=False, soft_wrap=True)


@app.command(rich_help_panel=PANEL)
def export(
    run: RunFolder,
    to: Annotated[
        str | None, typer.Option(metavar="TARGET", help=f"One of: {', '.join(targets())}.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE", help="An own mapping instead of a target.")
    ] = None,
    out_folder: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Folder to write; by default RESULTS/exports/RUN-TARGET."
        ),
    ] = None,
    by: Annotated[
        str, typer.Option(metavar="NAME", help="Who exports; by default the name of the login.")
    ] = "",
    replace: Annotated[bool, typer.Option(help="Replace an earlier export.")] = False,
    results: Results = Path("results"),
    as_json: AsJson = False,
) -> None:
    """
    Write a run's reorder points, lots and safety stocks as files that an ERP imports.

    Example: ballast export results/demo --to odoo
    """
    from optimizer.jobs.export import export as write_files
    from optimizer.jobs.reopen import notes_of_change
    from optimizer.reports.state_words import draft_note

    folder = run_folder(run, results)
    written = write_files(folder, to, mapping=mapping, out=out_folder, replace=replace, by=by)
    warn(notes_of_change(folder))
    if not written.is_approved:
        warn([draft_note(folder.name)])
    if as_json:
        files = [str(path) for path in written.files]
        counts = {"skus": written.skus, "on_demand": written.on_demand}
        print_json({"target": written.target, "files": files, **counts})
        return
    for path in written.files:
        say(f"Wrote {path}: {written.skus:,} SKUs, {written.on_demand:,} of them without stock")
    say(f"{written.title}. What each column holds: docs/export.md")


@app.command(rich_help_panel=PANEL)
def approve(
    run: RunFolder,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who approves.")],
    note: Annotated[str, typer.Option(metavar="TEXT", help="What to remember of it.")] = "",
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take the approval back: a draft again.")
    ] = False,
    results: Results = Path("results"),
    as_json: AsJson = False,
) -> None:
    """
    Approve a run's plan: name, time and the run's hash are noted beside the sealed run.

    Example: ballast approve demo --by "Ana Silva"
    """
    from optimizer.jobs.approve import approve as note_approval
    from optimizer.reports.state_words import state_sentences
    from optimizer.store.state_log import signed_of

    folder = run_folder(run, results)
    steps = note_approval(folder, by, note=note, withdraw=withdraw)
    if as_json:
        print_json([step.model_dump(mode="json") for step in steps])
        return
    for line in state_sentences(folder.name, steps):
        say(line)
    if not withdraw:
        say(f"Signed report: {signed_of(folder)}")
    say_seal(folder)


@app.command(rich_help_panel=PANEL)
def history(
    sku: Annotated[str, typer.Argument(metavar="SKU", help="The SKU, as written in the tables.")],
    results: Results = Path("results"),
    as_json: AsJson = False,
) -> None:
    """
    Show what the runs decided for a SKU, one after the other.

    Example: ballast history EL-001
    """
    from optimizer.jobs.history import history as over_runs
    from optimizer.reports.state_words import HISTORY_HEADINGS, history_rows

    decided = over_runs(sku, results)
    if as_json:
        out.print_json(decided.to_json(orient="records", date_format="iso"))
        return
    print_table(HISTORY_HEADINGS, history_rows(decided))
