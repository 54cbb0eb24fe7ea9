"""A sheet on a play of the plan: its sentences and its tables, as on the page."""

from __future__ import annotations

from optimizer.reports.kit.book import Book, SheetColumn
from optimizer.reports.run.plays import PlayOfRun


def played_sheet(book: Book, play: PlayOfRun) -> None:
    """Write the results of a play."""
    sheet = book.sheet(play.name.capitalize())
    sheet.widths(30, *(18.0 for _ in range(9)))
    sheet.title(play.title)
    for sentence in play.section.sentences:
        sheet.paragraph(sentence, columns=8, characters=150)
    for title, headings, rows in play.section.tables:
        sheet.heading(title)
        sheet.table([SheetColumn(label=heading) for heading in headings], rows)
