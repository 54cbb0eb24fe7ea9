"""A frontier as a workbook, and its points as a sheet of a run's."""

from __future__ import annotations

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
from optimizer.report.frontier_view import FrontierView
from optimizer.report.frontier_words import lead_sentence, proof_sentence, sentences, tiles
from optimizer.store.frontier import points_table

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
    sheet.widths(34, 22, 60)
    sheet.title(f"Ballast: frontier {view.found.about['run']}")
    sheet.paragraph(lead_sentence(view), columns=3, characters=95, style="lead")
    sheet.paragraph(proof_sentence(view), columns=3, characters=115)
    sheet.heading("Figures")
    columns = (Column(label="Figure"), Column(label="Value"), Column(label="Where"))
    sheet.table(columns, [[tile.label, tile.value, tile.note] for tile in tiles(view)])
    sheet.heading("In words")
    for sentence in sentences(view):
        sheet.paragraph(sentence, columns=3, characters=115)


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
    money = f"{view.per_horizon} [{unit}]"
    drawn = (
        (f"Cost against budget: the knee is at {_knee(view)}", cost, f"Cost {money}", "#,##0"),
        ("What the next money is worth", price, f"Saved by 1 {unit} more [{unit}]", "#,##0.00"),
        ("Risk against budget", risk, f"Loss to disruptions {money}", "#,##0"),
        ("Service against budget", service, "Fill rate", "0 %"),
    )
    for place, (title, lines, upwards, shown) in enumerate(drawn):
        axes = (f"Capital budget [{unit}]", upwards)
        chart = _drawn(book, table, lines, title=title, axes=axes, shown=shown)
        sheet.chart(chart, row=1 + _CHART_ROWS * place, col=0)


def _drawn(
    book: Book,
    table: pd.DataFrame,
    lines: tuple[tuple[str, str, str], ...],
    *,
    title: str,
    axes: tuple[str, str],
    shown: str,
) -> Any:
    plain = table.astype(object).where(table.notna(), None)
    span = Span(sheet="Frontier", first=_HEADER, last=_HEADER + len(table) - 1)
    placed = [(name, list(table).index(column), color) for name, column, color in lines]
    rows = list(plain.itertuples(index=False, name=None))
    formats = ("#,##0", shown)
    return curves(book, span, rows, lines=placed, title=title, axes=axes, formats=formats)


def _knee(view: FrontierView) -> str:
    return "none" if view.knee is None else f"{view.knee.budget:,.0f} {view.currency}"


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
    for note in (
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
    ):
        sheet.paragraph(note, columns=2, characters=110, style="note")
