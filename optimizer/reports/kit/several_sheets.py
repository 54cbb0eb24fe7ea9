"""The first and the last sheet of a workbook on several runs: the summary, and the method."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any, Final

from optimizer.domain.settings import Settings
from optimizer.reports.kit.book import Book, SheetColumn
from optimizer.reports.kit.format import moment
from optimizer.reports.kit.sheet_cells import Value
from optimizer.reports.run.overview_sheets import flat, pairs

_FIGURES: Final = (
    SheetColumn(label="Figure"),
    SheetColumn(label="Value", kind="money"),
    SheetColumn(label="Unit"),
    SheetColumn(label="What it is"),
)


def summary_sheet(
    book: Book,
    title: str,
    said: tuple[str, str, Sequence[str]],
    figures: Iterable[tuple[Any, ...]],
) -> None:
    """
    Write what there is to say, and the figures.

    Parameters
    ----------
    said
        The headline, the proof and the sentences.
    figures
        Kind, name, value, unit and meaning of each; one whose value is None is left out.
    """
    lead, proof, sentences = said
    sheet = book.sheet("Summary")
    sheet.widths(34, 18, 12, 56)
    sheet.title(title)
    sheet.paragraph(lead, columns=4, characters=95, style="lead")
    sheet.paragraph(proof, columns=4, characters=120)
    sheet.heading("Figures")
    sheet.header(_FIGURES)
    for kind, *row in figures:
        if row[1] is not None:
            sheet.values((_FIGURES[0], SheetColumn(label="", kind=kind), *_FIGURES[2:]), [row])
    sheet.heading("In words")
    for sentence in sentences:
        sheet.paragraph(sentence, columns=4, characters=120)


def method_sheet(
    book: Book, heading: str, proof: str, about: Mapping[str, Any], notes: Sequence[str]
) -> None:
    """Write how the plans came about: versions, settings, and the inputs by their hashes."""
    sheet = book.sheet("Method")
    sheet.widths(38, 72)
    sheet.title("Method and proof")
    pairs(sheet, heading, ("What", "Said"), _told(proof, about))
    pairs(sheet, "Versions", ("Of", "Version"), about["versions"])
    pairs(sheet, "Settings", ("Setting", "Value"), dict(flat(about["settings"])))
    pairs(sheet, "Inputs", ("File", "SHA-256"), about["inputs"])
    sheet.heading("On this workbook")
    for note in notes:
        sheet.paragraph(note, columns=2, characters=110, style="note")


def _told(proof: str, about: Mapping[str, Any]) -> dict[str, Value]:
    settings = Settings.model_validate(about["settings"])
    return {
        "Proof": proof,
        "Method": about["method"],
        "Solved in [s]": about["seconds"],
        "Futures": settings.n_futures,
        "Seed": settings.scenarios.seed,
        "Horizon [days]": settings.horizon.days,
        "Portfolio": PurePath(about["portfolio"]).name,
        "Written": moment(about["created"]),
        "Ballast": about["ballast"],
    }
