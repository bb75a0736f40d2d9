"""``kontakter/``: every contact that the audience sees, each with an anchor of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import paths
from .page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .page import Renderer

SEARCH_WORDS = ("kontakta", "kontaktuppgifter", "nummer", "telefon", "telefonnummer", "ringa")


def pages(renderer: Renderer) -> Iterator[Page]:
    """Yield the page of contacts."""
    html = renderer.render("contacts.html", paths.CONTACTS)
    words = {"": SEARCH_WORDS} | {contact.id: contact.search_words for contact in renderer.view.contacts.values()}
    description = "Vem du ringer, för vad, och hur säker uppgiften är."
    yield Page(paths.CONTACTS, "Kontakter", description, html, search_words=words)
