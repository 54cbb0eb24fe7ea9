"""A frontier as a workbook, and its points as a sheet of a run's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any, Final

import pandas as pd

from optimizer.domain.frontier import Frontier
from optimizer.report.charts import BLUE, GREEN, GREY, ORANGE, VERMILION
from optimizer.report.excel.book import Book, Column, Kind, Sheet, Span
from optimizer.report.excel.cells import Value
from optimizer.report.excel.charts import curves
from optimizer.report.excel.long import long_table
from optimizer.report.excel.overview import flat, pairs
from optimizer.report.format import moment, percent
from optimizer.report.frontier import budget_words
from optimizer.report.frontier_charts import far_apart
from optimizer.report.frontier_view import FrontierView, Step
from optimizer.report.frontier_words import lead_sentence, proof_sentence, sentences
from optimizer.store.frontier import points_table

Lines = Sequence[tuple[str, str, str]]
"""Name, column and colour of each line of a chart."""

Looks = dict[str, tuple[str, Kind, str]]
"""Label, kind and unit of columns by name; the currency stands as `¤`."""

_EACH: Final = "¤/¤"
_POINTS: Final[Looks] = {
    "budget": ("Budget", "money", "¤"),
    "run": ("Run", "text", ""),
    "status": ("Status", "text", ""),
    "stopped_by": ("Stopped by", "text", ""),
    "objective": ("Cost", "money", "¤"),
    "bound": ("Proven bound", "money", "¤"),
    "gap": ("Proven gap", "gap", "share"),
    "capital_used": ("Capital used", "money", "¤"),
    "capital_price": ("1 more saves, by the relaxation", "small", _EACH),
    "next_price": ("Each saves up to the next", "small", _EACH),
    "hull_price": ("Each saves along the hull", "small", _EACH),
    "carrying": ("Carrying", "money", "¤"),
    "ordering": ("Ordering", "money", "¤"),
    "purchasing": ("Purchasing", "money", "¤"),
    "routine_stockout": ("Routine stockouts", "money", "¤"),
    "qualification": ("Qualification", "money", "¤"),
    "onboarding": ("Onboarding", "money", "¤"),
    "expected_loss": ("Expected loss", "money", "¤"),
    "var": ("VaR", "money", "¤"),
    "cvar": ("CVaR", "money", "¤"),
    "fill_rate": ("Fill rate", "share", "share"),
    "turns": ("Turns", "amount", "1/year"),
    "knee": ("Knee", "text", ""),
    "plan_of": ("Plan of the budget", "money", "¤"),
    "nesting_cost": ("Keeping costs", "money", "¤"),
    "missing": ("Missing for a plan", "money", "¤"),
}
_CHANGES: Final[Looks] = {
    "budget": ("From the budget", "money", "¤"),
    "to_budget": ("To the budget", "money", "¤"),
    "rank": ("Rank", "count", ""),
    "kind": ("What", "text", ""),
    "name": ("SKU or supplier", "text", ""),
    "option": ("From", "text", ""),
    "to_option": ("To", "text", ""),
    "capital": ("Capital tied up", "money", "¤"),
    "saving": ("Saved", "money", "¤"),
    "return": ("Saved for each", "small", _EACH),
}
_WIDE: Final = {"run": 18.0, "kind": 11.0, "option": 38.0, "to_option": 38.0, "knee": 9.0}
_FIGURES: Final = (
    Column(label="Figure"),
    Column(label="Value", kind="money"),
    Column(label="Unit"),
    Column(label="What it is"),
)
_NOTES: Final = (
    (
        "Money is in the portfolio's currency over the horizon. It holds values, no formulas. "
        "Numbers are those of frontier.csv and next_money.csv to the last bit."
    ),
    (
        "1 more saves, by the relaxation: what one more unit of money would save at this budget, "
        "if decisions could be divided. Up to the next: what each saves on average up to the next "
        "budget, by the two plans. Along the hull: the same along the lower convex hull."
    ),
    (
        "In Next money a negative capital is freed and a negative saving is a cost. The rows of "
        "one step sum to the difference of the two costs; its row `tail` says what the shift of "
        "the worst scenarios adds."
    ),
)
_HEADER: Final = 2  # rows above the first of a long table
_CHART_ROWS: Final = 18


def render_frontier_workbook(found: Frontier) -> bytes:
    """Return a frontier as a workbook; the same frontier gives the same bytes."""
    view = FrontierView.of(found)
    book = Book(title=f"Ballast: frontier {found.about['run']}", created=found.about["created"])
    table = _told(points_table(found))
    _summary(book, view)
    _charts(book, table, view)
    long_table(book, "Frontier", table, _columns(_POINTS, found.currency), pages=2)
    long_table(book, "Next money", found.next_money, _columns(_CHANGES, found.currency))
    _method(book, view)
    return book.close()


def budgets_sheet(book: Book, found: Frontier, run: str) -> None:
    """Write the points of a frontier, the run's own marked."""
    table = _told(points_table(found))
    table.insert(0, "own", ["this run" if name == run else "" for name in table["run"]])
    columns = _columns({"own": ("This run", "text", ""), **_POINTS}, found.currency)
    long_table(book, "Budgets", table, columns, pages=2)


def _told(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(knee=["knee" if knee else "" for knee in table["knee"]])


def _columns(looks: Looks, currency: str) -> dict[str, Column]:
    return {
        name: Column(
            label=label, kind=kind, unit=unit.replace("¤", currency), width=_WIDE.get(name, 0.0)
        )
        for name, (label, kind, unit) in looks.items()
    }


def _summary(book: Book, view: FrontierView) -> None:
    sheet = book.sheet("Summary")
    sheet.widths(34, 18, 12, 56)
    sheet.title(f"Ballast: frontier {view.found.about['run']}")
    sheet.paragraph(lead_sentence(view), columns=4, characters=95, style="lead")
    sheet.paragraph(proof_sentence(view), columns=4, characters=120)
    sheet.heading("Figures")
    sheet.header(_FIGURES)
    for kind, *row in _figures(view):
        sheet.values((_FIGURES[0], Column(label="", kind=kind), *_FIGURES[2:]), [row])
    sheet.heading("In words")
    for sentence in sentences(view):
        sheet.paragraph(sentence, columns=4, characters=120)


def _figures(view: FrontierView) -> Iterator[tuple[Any, ...]]:
    """Return kind, name, value, unit and meaning of the figures there are."""
    here, unit, knee = view.here, view.currency, view.knee
    up, down = view.ups[view.place], view.downs[view.place]
    at = f"at {budget_words(here.budget, view.found)}, {view.per_horizon}"
    level = percent(view.settings.risk.level)
    rows = (
        ("count", "Budgets", len(view.found.points), "", "of the range"),
        ("count", "Budgets with a plan", len(view.solved), "", "each a verified run"),
        ("money", "Own budget", view.settings.budget.capital, unit, "the portfolio's"),
        ("money", "Knee", knee and knee.budget, unit, "more helps markedly less from here on"),
        ("money", "Cost", here.objective, unit, at),
        ("money", "Expected loss", here.expected_loss, unit, at),
        ("money", f"VaR {level}", here.var, unit, at),
        ("money", f"CVaR {level}", here.cvar, unit, at),
        ("share", "Fill rate", here.fill_rate, "share", at),
        ("money", "One step more saves", up and up.saved, unit, _way(up, view)),
        ("money", "One step less costs", down and -down.saved, unit, _way(down, view)),
        (
            "gap",
            "Widest proven gap",
            max(p.gap or 0.0 for p in view.solved),
            "share",
            "of any plan",
        ),
    )
    return (row for row in rows if row[2] is not None)


def _way(step: Step | None, view: FrontierView) -> str:
    if step is None:
        return ""
    from_, to = (budget_words(point.budget, view.found) for point in (step.here, step.there))
    return f"from {from_} to {to}"


def _charts(book: Book, table: pd.DataFrame, view: FrontierView) -> None:
    """Draw the sheet `Frontier`, which follows."""
    sheet, unit = book.sheet("Charts"), view.currency
    sheet.title("What the budgets buy")
    level = percent(view.settings.risk.level)
    cost = (("Proven bound", "bound", GREY), ("Cost of the plan", "objective", BLUE))
    price = (
        ("To the next plan", "next_price", BLUE),
        ("Along the hull", "hull_price", GREEN),
        ("By the relaxation", "capital_price", ORANGE),
    )
    risk = (
        (f"CVaR {level}", "cvar", GREY),
        (f"VaR {level}", "var", VERMILION),
        ("Expected loss", "expected_loss", BLUE),
    )
    service = (("Fill rate", "fill_rate", GREEN),)
    over = f"{view.per_horizon} [{unit}]"
    drawn = (
        (f"Cost against budget: {_knee(view)}", cost, _axis(f"Cost {over}")),
        ("What the next money is worth", price, _price_axis(table, price, unit)),
        ("Risk against budget", risk, _axis(f"Loss to disruptions {over}") | {"min": 0}),
        ("Service against budget", service, _axis("Fill rate", "0 %") | {"max": 1}),
    )
    for place, (title, lines, upwards) in enumerate(drawn):
        across = f"Capital budget [{unit}]"
        chart = _drawn(book, table, lines, title=title, across=across, upwards=upwards)
        sheet.chart(chart, row=1 + _CHART_ROWS * place, col=0)


def _axis(name: str, num_format: str = "#,##0") -> dict[str, Any]:
    return {"name": name, "num_format": num_format}


def _price_axis(table: pd.DataFrame, lines: Lines, unit: str) -> dict[str, Any]:
    prices = [price for _, column, _ in lines for price in table[column].dropna()]
    wide = {"log_base": 10, "crossing": "min"} if far_apart(prices) else {"min": 0}
    return _axis(f"Saved by 1 {unit} more [{unit}]", "#,##0.00") | wide


def _drawn(
    book: Book,
    table: pd.DataFrame,
    lines: Lines,
    *,
    title: str,
    across: str,
    upwards: Mapping[str, Any],
) -> Any:
    plain = table.astype(object).where(table.notna(), None)
    span = Span(sheet="Frontier", first=_HEADER, last=_HEADER + len(table) - 1)
    placed = [(name, list(table).index(column), color) for name, column, color in lines]
    rows = list(plain.itertuples(index=False, name=None))
    return curves(book, span, rows, lines=placed, title=title, across=across, upwards=upwards)


def _knee(view: FrontierView) -> str:
    if view.knee is None:
        return "no knee"
    return f"the knee is at {budget_words(view.knee.budget, view.found)}"


def _method(book: Book, view: FrontierView) -> None:
    about = view.found.about
    sheet = book.sheet("Method")
    sheet.widths(38, 72)
    sheet.title("Method and proof")
    pairs(sheet, "The frontier", ("What", "Said"), _about(view))
    pairs(sheet, "Versions", ("Of", "Version"), about["versions"])
    pairs(sheet, "Settings", ("Setting", "Value"), dict(flat(about["settings"])))
    pairs(sheet, "Inputs", ("File", "SHA-256"), about["inputs"])
    _notes(sheet)


def _about(view: FrontierView) -> dict[str, Value]:
    about = view.found.about
    return {
        "Proof": proof_sentence(view),
        "Method": about["method"],
        "Solved in [s]": about["seconds"],
        "Scenarios": about["scenario_method"],
        "Seed": view.settings.scenarios.seed,
        "Horizon [days]": view.settings.horizon.days,
        "Portfolio": PurePath(about["portfolio"]).name,
        "Written": moment(about["created"]),
        "Ballast": about["ballast"],
    }


def _notes(sheet: Sheet) -> None:
    sheet.heading("On this workbook")
    for note in _NOTES:
        sheet.paragraph(note, columns=2, characters=110, style="note")
