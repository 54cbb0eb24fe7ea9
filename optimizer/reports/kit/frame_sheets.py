"""The first and the last sheet of every workbook: the summary, and the method."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from optimizer.reports.kit.book import Book, Sheet, SheetColumn
from optimizer.reports.kit.document import Figure
from optimizer.reports.kit.measures import CURRENCY, Kind
from optimizer.reports.kit.sheet_cells import Value

_FIGURES: Final = (
    SheetColumn(label="Figure"),
    SheetColumn(label="Value", kind="money"),
    SheetColumn(label="Unit"),
    SheetColumn(label="What it is"),
)
_UNITS: Final[Mapping[Kind, str]] = {
    "money": CURRENCY,
    "share": "share",
    "gap": "share",
    "days": "days",
    "units": "1/year",
}


def summary_sheet(
    book: Book,
    title: str,
    sentences: Sequence[str],
    figures: Sequence[Figure],
    currency: str,
) -> None:
    """Write the headline, the proof and the figures, then what they mean; the lead comes first."""
    lead, proof, *others = sentences
    sheet = book.sheet("Summary")
    sheet.widths(34, 18, 14, 62)
    sheet.title(title)
    sheet.paragraph(lead, columns=4, characters=105, style="lead")
    sheet.paragraph(proof, columns=4, characters=128)
    sheet.heading("Figures")
    sheet.header(_FIGURES)
    for figure in figures:
        _figure(sheet, figure, currency)
    sheet.heading("In words")
    for sentence in others:
        sheet.paragraph(sentence, columns=4, characters=128)


def method_sheet(
    book: Book, facts: Mapping[str, Value], about: Mapping[str, Any], notes: Sequence[str]
) -> None:
    """Write how it came about: facts, versions, settings, and the inputs by their hashes."""
    sheet = book.sheet("Method")
    sheet.widths(38, 72)
    sheet.title("Method and proof")
    _pairs(sheet, "How it came about", ("What", "Said"), facts)
    _pairs(sheet, "Versions", ("Of", "Version"), about["versions"])
    _pairs(sheet, "Settings", ("Setting", "Value"), dict(_flat(about["settings"])))
    _pairs(sheet, "Inputs", ("File", "SHA-256"), about["inputs"])
    sheet.heading("On this workbook")
    for note in notes:
        sheet.paragraph(note, columns=2, characters=110, style="note")


def _figure(sheet: Sheet, figure: Figure, currency: str) -> None:
    unit = _UNITS.get(figure.kind, "").replace(CURRENCY, currency)
    note = figure.note if figure.of is None else f"of {figure.of:,}; {figure.note}"
    columns = (_FIGURES[0], SheetColumn(label="", kind=figure.kind), *_FIGURES[2:])
    sheet.values(columns, [(figure.label, figure.value, unit, note)])


def _pairs(sheet: Sheet, heading: str, names: tuple[str, str], said: Mapping[str, Value]) -> None:
    """Write names and values, texts and numbers alike on the left of their column."""
    sheet.heading(heading)
    columns = (SheetColumn(label=names[0]), SheetColumn(label=names[1], kind="plain"))
    sheet.table(columns, [list(pair) for pair in said.items()])


def _flat(settings: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Value]]:
    """Return every setting by its dotted name."""
    for name, value in settings.items():
        key = f"{above}{name}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{key}.")
        elif isinstance(value, bool) or value is None:
            yield key, {True: "yes", False: "no", None: "none"}[value]
        elif isinstance(value, list):
            yield key, ", ".join(map(str, value)) or "none"
        else:
            yield key, value
