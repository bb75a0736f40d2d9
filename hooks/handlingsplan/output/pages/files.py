"""``data/``: every file to download, and what each column in them means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...documents import table
from . import paths
from .page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...followup.owes import Owed
    from .page import Renderer

TITLE = "Så är filerna uppbyggda"


def pages(renderer: Renderer, owing: Owed) -> Iterator[Page]:
    """Yield the page. Not in search: its words are those of every other page."""
    view = renderer.view
    html = renderer.render(
        "files.html",
        paths.FILES,
        title=TITLE,
        tables=[(each, each.columns(view), bool(each.cells(view))) for each in table.tables(view)],
        facts=[column for column, _ in table.facts(view)],
        owing=owing,
    )
    description = "Filerna med uppföljningen att ladda ner, och vad varje kolumn i dem betyder."
    yield Page(paths.FILES, TITLE, description, html, searchable=False, wide=True)
