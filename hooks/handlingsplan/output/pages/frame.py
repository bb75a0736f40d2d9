"""What stands on every page of a site: whom to call, the frame's own words, and the style sheet.

The plugin hands it to the theme's templates, which write out text as it is: everything here is escaped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from ...plan.terms import swedish_date
from .page import host

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ...plan.views import PublicView

SITUATIONS = "situationer"
"""The anchor of the list that leads from a worry to whom to contact, where a page has it."""

_WORDS = {
    "sv": {
        "locale": "sv_SE",
        "skip": "Hoppa till innehållet",
        "readings": "Andra sätt att läsa",
        "menu": "Meny",
        "search": "Sök",
        "search_on": "Sök på",
        "nav": "Huvudmeny",
        "path": "Du är här",
        "start": "Start",
        "contents": "På den här sidan",
        "urgent": "Ring eller fråga",
        "whom": "Vem kontaktas?",
        "112": "Fara nu?",
        "11414": "Inte akut? {name}",
        "missing": "Sidan finns inte",
    },
    "en": {
        "locale": "en_GB",
        "skip": "Skip to content",
        "readings": "Other ways to read",
        "menu": "Menu",
        "search": "Search (in Swedish)",
        "search_on": "Search",
        "nav": "Main menu",
        "path": "You are here",
        "start": "Home",
        "contents": "On this page",
        "urgent": "Call or ask",
        "whom": "Who to contact",
        "112": "In danger now?",
        "11414": "Not urgent? Police",
        "missing": "Page not found",
    },
}
"""The frame's own words, by the page's language."""


@dataclass(frozen=True, slots=True)
class Urgent:
    """A number that is on every page."""

    words: str
    """When to call it."""
    phone: str
    """As it is written."""
    dialled: str
    """As it is dialled."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the templates in ``overrides/`` know of the plan. All text is HTML."""

    language: str
    words: dict[str, str]
    urgent: tuple[Urgent, ...]
    whom: str
    """The page that says whom to contact, from the site's root."""
    whom_anchor: str
    """Where on it; with its ``#``, or empty."""
    plan: str
    """What the plan is called, for paper."""
    day: str
    """The day that the pages are made for."""
    website: tuple[str, str]
    """The municipality's own site: its address and how readers know it; empty where the plan does not state it."""


def frames(view: PublicView, start: set[str]) -> dict[str, Frame]:
    """Return the frame of a site's pages, by their language.

    Args:
        view: what the audience may read.
        start: the ids on the front page.

    """
    listed = SITUATIONS in start
    website = view.plan.frame.website or ""
    return {
        language: Frame(
            language=language,
            words=words,
            urgent=urgent(view, language),
            whom="" if listed else "kontakter/",
            whom_anchor=f"#{SITUATIONS}" if listed else "",
            plan=escape(view.plan.frame.title),
            day=swedish_date(view.today),
            website=(escape(website), escape(host(website))),
        )
        for language, words in _WORDS.items()
    }


def stylesheet(parts: Iterable[str], view: PublicView) -> str:
    """Return the site's one style sheet: its parts without comments, and what paper has in its margins.

    The first sheet has the plan and the day above its text, where every browser prints them.

    Args:
        parts: the style sheets as they are written, in order.
        view: what the audience may read.

    """
    bare = re.sub(r"/\*.*?\*/", "", "\n".join(parts), flags=re.DOTALL)
    lines = [line.strip() for line in bare.splitlines()]
    paper = _PAPER % (_quoted(view.plan.frame.title), _quoted(swedish_date(view.today)))
    return "\n".join([*filter(None, lines), paper])


_PAPER = """@media print {
@page { @top-left { content: %s } @top-right { content: %s } }
@page { @bottom-right { content: "Sida " counter(page) " av " counter(pages) } }
@page :first { @top-left { content: none } @top-right { content: none } }
}
"""


def _quoted(text: str) -> str:
    """Return a text as a string in a style sheet."""
    return '"' + re.sub(r'["\\<\x00-\x1f\x7f]', lambda sign: f"\\{ord(sign[0]):x} ", text) + '"'


def urgent(view: PublicView, language: str = "sv") -> tuple[Urgent, ...]:
    """Return 112 and 114 14, the same in the whole country, where the plan has them: none is shown that it lacks."""
    return tuple(_urgent(view, _WORDS[language]))


def _urgent(view: PublicView, words: dict[str, str]) -> Iterator[Urgent]:
    for contact in view.contacts.values():
        dialled = re.sub(r"\D", "", contact.phone or "")
        if dialled in words and contact.always:
            yield Urgent(escape(words[dialled].format(name=contact.name)), escape(contact.phone or ""), dialled)
