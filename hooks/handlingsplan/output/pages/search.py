"""``sok/``: the search page, and the index that its script (``overrides/assets/search.js``) searches in.

Made last, of what all pages became, as the pieces for other sites are. Without JavaScript the page lists every page.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING

from ...plan.words import Language
from . import frame, paths
from .page import HEADING, url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markupsafe import Markup

    from ...prose.texts import Prose
    from .page import Page, Renderer

TITLE = "Sök"
_ABOUT_THE_PLAN = (paths.PLAN.removesuffix("index.md"), paths.FOLLOW_UP.removesuffix("index.md"), "ansvar/")
"""Whoever searches for *socialtjänst* wants its number before its part in the plan."""
_DANGER, _GUIDANCE, _PLAN = range(3)
"""How pages stand to each other; the script knows the same three."""
_EMERGENCY = "112"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it until the next one; the first is that of the page itself."""

    anchor: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page as search knows it: plain text, and the words that lead to it or to a section of it, by anchor."""

    path: str
    title: str
    description: str
    sections: tuple[Section, ...]
    words: Mapping[str, tuple[str, ...]]
    kind: int
    language: str


def found(renderer: Renderer, pages: Sequence[tuple[Page | Prose, str]], menu: Sequence[str]) -> list[Found]:
    """Return the pages that search finds, in the order of the site.

    Args:
        renderer: the renderer of the audience's view.
        pages: each page with the HTML it became.
        menu: the pages that the menu names, in its order.

    """
    urgent = {paths.situation(each.id) for each in renderer.view.situations if _urgent(renderer, each.contacts)}
    known = []
    for page, html in pages:
        if page.searchable:
            kind = _DANGER if page.path in urgent else _PLAN if page.path.startswith(_ABOUT_THE_PLAN) else _GUIDANCE
            sections = tuple(_sections(html))
            if getattr(page, "original", None):  # its text is another page's in other words: those would weigh twice
                sections = tuple(replace(each, text="") for each in sections)
            language = str(getattr(page, "language", Language.SWEDISH))  # pages made from the plan are in Swedish
            told = (page.path, page.title, page.description, sections, page.search_words)
            known.append(Found(*told, kind, language))
    return sorted(known, key=lambda page: _place(page.path, menu))


def _urgent(renderer: Renderer, contacts: Sequence[str]) -> bool:
    return any(renderer.view.contacts[id_].phone == _EMERGENCY for id_ in contacts)


def _place(path: str, menu: Sequence[str]) -> tuple[int, bool]:
    """Return where a page stands: a situation after the start page, others after the page above them, or last."""
    if path in menu:
        return menu.index(path), False
    if path.startswith(paths.SITUATIONS):
        return 0, True
    above = [number for number, entry in enumerate(menu) if entry != "index.md" and path.startswith(url(entry))]
    return (above[-1] if above else len(menu)), True


def page(renderer: Renderer, pages: Sequence[Found]) -> Markup:
    """Return the search page's HTML."""
    start = next((each.title for each in pages if each.path == "index.md"), "Start")
    urgent = frame.urgent(renderer.view)
    return renderer.render("search.html", paths.SEARCH, title=TITLE, pages=pages, start=start, urgent=urgent)


def index(pages: Sequence[Found]) -> str:
    """Return the index as JSON: lists without keys, which the script names.

    A page is ``[address, title, description, kind, language, sections]``, and a section of it ``[anchor, heading,
    words, text]``. The first section of a page has neither anchor nor heading: it stands under the page's title.
    """
    rows = [
        [
            url(page.path),
            page.title,
            page.description,
            page.kind,
            page.language,
            [
                [each.anchor, each.heading, ", ".join(page.words.get(each.anchor, ())), each.text]
                for each in page.sections
            ],
        ]
        for page in pages
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


# What a page says -----------------------------------------------------------------------------------------------------

# Marked elements hold none of their own kind; nor do drawings and tables. A table made from the plan says what the
# pages of its rows say.
_LEFT_OUT = re.compile(
    r"<(svg|script)\b.*?</\1>|<table\b[^>]* class=.*?</table>|<(\w+)\b[^>]*\sdata-search-exclude\b.*?</\2>", re.DOTALL
)
_INLINE = re.compile(r"</?(?:a|abbr|b|bdi|code|em|i|mark|small|span|strong|sub|sup|u|wbr)\b[^>]*>|&shy;|\u00ad")


def _sections(html: str) -> Iterator[Section]:
    """Yield a page's sections: one for its title and whatever follows it, then one for each further heading."""
    html = _LEFT_OUT.sub(" ", html)
    headings = list(HEADING.finditer(html))
    before = html[: headings[0].start()] if headings else html
    belows = [html[each.end() : after.start()] for each, after in pairwise(headings)]
    belows += [html[each.end() :] for each in headings[-1:]]
    yield Section("", "", _plain(f"{before} {belows[0] if belows else ''}"))
    for heading, below in zip(headings[1:], belows[1:], strict=True):
        yield Section(unescape(heading[2]), _plain(heading[3]), _plain(below))


def _plain(html: str) -> str:
    text = re.sub(r"<!--.*?-->|<[^>]*>", " ", _INLINE.sub("", html), flags=re.DOTALL)
    return re.sub(r"\s+([.,:;?!])", r"\1", " ".join(unescape(text).split()))
