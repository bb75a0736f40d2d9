"""``kontakter/``: every contact that the audience sees, each with an anchor of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import paths
from .page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .page import Renderer


def pages(room: Renderer) -> Iterator[Page]:
    """Yield the page of contacts."""
    html = room.render("contacts.html", paths.CONTACTS)
    yield Page(paths.CONTACTS, "Kontakter", "Vem du ringer, för vad, och hur säker uppgiften är.", html)
