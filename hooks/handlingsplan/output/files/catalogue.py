"""Every file to download, for one audience: what it is called, where it stands and what is in it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ...documents.table import tables
from ...followup.owes import owed
from ...kept import kept
from ..download import Download
from ..pages import paths, report
from . import card, csv, docx, ics, json, pdf, poster, xlsx

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ...followup.owes import Reviewed
    from ...prose.texts import Prose
    from ..pages.page import Renderer


def downloads(renderer: Renderer) -> list[Download]:
    """Return every file to download. Every format is made in one place, from the same tables or pages."""
    return list(_downloads(renderer))


def _downloads(renderer: Renderer) -> Iterator[Download]:
    view, data = renderer.view, json.write(renderer.view)
    book = kept(_copy(renderer, "uppfoljning.xlsx"), data, lambda: xlsx.write(view))
    years: list[int | None] = [*renderer.years]
    for year in years or [None]:
        name = f"arsrapport-{year}.pdf" if year else "rapport.pdf"
        title = f"Årsrapport {year}" if year else report.title(year)
        source = pdf.made_of(renderer, year)
        content = kept(_copy(renderer, name), source, partial(pdf.typeset, pdf.REPORT, source))
        yield Download(f"{paths.DATA}{name}", "PDF", title, content, year)
    yield Download(f"{paths.DATA}uppfoljning.xlsx", "Excel", "Hela uppföljningen", book)
    for year in years or [None]:
        name = f"uppfoljning-{year}.docx" if year else "uppfoljning.docx"
        title = f"Planens tabell för {year}" if year else "Planens tabell"
        yield Download(f"{paths.DATA}{name}", "Word", title, docx.write(renderer, year), year)
    for table in tables(view):
        if any(True for _ in table.rows(view)):
            yield Download(f"{paths.DATA}{table.name}.csv", "CSV", table.title, csv.write(table, view))
    yield Download(f"{paths.DATA}plan.json", "JSON", "Alla tabeller, för program", data)
    yield Download(f"{paths.DATA}{json.SCHEMA}", "JSON Schema", "Beskrivning av JSON-filen", json.schema(view))


def _copy(renderer: Renderer, name: str) -> Path | None:
    """Return where a copy of a file is kept, if any is."""
    return renderer.kept / f"{renderer.view.audience}-{name}" if renderer.kept else None


def files(renderer: Renderer, texts: Sequence[Reviewed] = (), address: str = "") -> dict[str, bytes]:
    """Return the calendars and the poster by their path in the site; the pages that they tell of link to them.

    Args:
        renderer: what the audience may read, and on which day.
        texts: the prose of all sites, whose reviews the intranet's calendars hold.
        address: where the site stands on the web, ending with a slash; empty while nobody has decided it.

    """
    source = poster.made_of(renderer.view, renderer.public)
    sheet = kept(_copy(renderer, poster.PATH), source, partial(poster.typeset, source))
    return {poster.PATH: sheet, **ics.files(renderer.view, owed(renderer.view, texts), address)}


def picture(renderer: Renderer, front: Prose) -> bytes:
    """Return the picture that stands beside shared links to a site with this front page."""
    source = card.made_of(renderer.view, front)
    return kept(_copy(renderer, card.PATH), source, partial(card.draw, source))
