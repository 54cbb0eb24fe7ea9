"""A frontier as a workbook, and its points as a sheet of a run's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from optimizer.domain.frontier import Frontier
from optimizer.reports.frontier.frontier_charts import far_apart
from optimizer.reports.frontier.frontier_rows import budget_words
from optimizer.reports.frontier.frontier_view import BudgetStep, FrontierView
from optimizer.reports.frontier.frontier_words import lead_sentence, proof_sentence, sentences
from optimizer.reports.kit.book import Book, Span
from optimizer.reports.kit.colors import Color
from optimizer.reports.kit.column_looks import Looks, columns
from optimizer.reports.kit.format import percent
from optimizer.reports.kit.long_table import long_table
from optimizer.reports.kit.measures import CURRENCY, MEASURES
from optimizer.reports.kit.native_charts import curves
from optimizer.reports.kit.series import widest_gap
from optimizer.reports.kit.several_sheets import method_sheet, summary_sheet
from optimizer.store.frontier_folder import points_table

Lines = Sequence[tuple[str, str, Color]]
"""Name, column and colour of each line of a chart."""

_CHANGES: Final[Looks] = {
    "budget": ("From the budget", "money", CURRENCY),
    "capital": ("Capital tied up", "money", CURRENCY),
}
_WIDE: Final = {"run": 18.0, "kind": 11.0, "option": 38.0, "to_option": 38.0, "knee": 9.0}
_NOTES: Final = (
    (
        "Money is in the portfolio's currency over the horizon. It holds values, no formulas. "
        "Numbers are those of frontier.csv and next_money.csv to the last bit."
    ),
    (
        "Marginal value: what one more unit of money would save at this budget, if decisions could "
        "be divided. Average saving to the next budget: what each saves up to there, by the two "
        "plans. Along the hull: the same along the lower convex hull."
    ),
    (
        "In Next money a negative capital is freed and a negative saving is a cost. The rows of "
        "one step sum to the difference of the two costs; the row of the tail says what the shift "
        "of the worst futures adds."
    ),
)
_HEADER: Final = 2  # rows above the first of a long table
_CHART_ROWS: Final = 18


def render_frontier_workbook(found: Frontier) -> bytes:
    """Return a frontier as a workbook; the same frontier gives the same bytes."""
    view, title = FrontierView.of(found), f"Ballast: frontier {found.about['run']}"
    book = Book(title=title, created=found.about["created"])
    table, proof = _told(points_table(found)), proof_sentence(view)
    summary_sheet(book, title, (lead_sentence(view), proof, sentences(view)), _figures(view))
    _charts(book, table, view)
    long_table(book, "Frontier", table, columns({}, found.currency, _WIDE), pages=2)
    long_table(book, "Next money", found.next_money, columns(_CHANGES, found.currency, _WIDE))
    method_sheet(book, "The frontier", proof, found.about, _NOTES)
    return book.close()


def budgets_sheet(book: Book, found: Frontier, run: str) -> None:
    """Write the points of a frontier, the run's own marked."""
    table = _told(points_table(found))
    table.insert(0, "own", ["this run" if name == run else "" for name in table["run"]])
    long_table(book, "Budgets", table, columns({}, found.currency, _WIDE), pages=2)


def _told(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(knee=["knee" if knee else "" for knee in table["knee"]])


def _figures(view: FrontierView) -> Iterator[tuple[Any, ...]]:
    """Yield kind, name, value, unit and meaning of the figures."""
    here, unit, knee = view.here, view.currency, view.knee
    up, down = view.ups[view.place], view.downs[view.place]
    at = f"at {budget_words(here.budget, view.found)}, {view.per_horizon}"
    level = percent(view.settings.risk.level)
    yield from (
        ("count", "Budgets", len(view.found.points), "", "of the range"),
        ("count", "Budgets with a plan", len(view.solved), "", "each a verified run"),
        ("money", "Own budget", view.settings.budget.capital, unit, "the portfolio's"),
        ("money", "Knee", knee and knee.budget, unit, "beyond it, returns diminish clearly"),
        ("money", "Cost", here.objective, unit, at),
        ("money", "Expected cost", here.expected_cost, unit, at),
        ("money", "Risk charge", here.risk_charge, unit, at),
        ("money", "Expected loss", here.expected_loss, unit, at),
        ("money", f"VaR {level}", here.var, unit, at),
        ("money", f"CVaR {level}", here.cvar, unit, at),
        ("share", "Fill rate", here.fill_rate, "share", at),
        ("money", "One step more saves", up and up.saved, unit, _way(up, view)),
        ("money", "One step less costs", down and -down.saved, unit, _way(down, view)),
        ("gap", "Widest proven gap", widest_gap(view.solved), "share", "of any plan"),
    )


def _way(step: BudgetStep | None, view: FrontierView) -> str:
    if step is None:
        return ""
    from_, to = (budget_words(point.budget, view.found) for point in (step.here, step.there))
    return f"from {from_} to {to}"


def _charts(book: Book, table: pd.DataFrame, view: FrontierView) -> None:
    """Draw the sheet `Frontier`, which follows."""
    sheet, unit = book.sheet("Charts"), view.currency
    sheet.title("What the budgets buy")
    level = percent(view.settings.risk.level)
    cost = _lines(("bound", "Proven bound"), ("objective", "Cost of the plan"))
    price = _lines("next_price", "hull_price", "capital_price")
    risk = _lines(("cvar", f"CVaR {level}"), ("var", f"VaR {level}"), "expected_loss")
    service = _lines("fill_rate")
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


def _lines(*columns: str | tuple[str, str]) -> Lines:
    """Return the lines of a chart; one that is not called as its measure is comes with a name."""
    named = [
        (column, MEASURES[column].full) if isinstance(column, str) else column for column in columns
    ]
    return [(name, column, MEASURES[column].color) for column, name in named]


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
