"""A site's content, whatever builds it: its prose, the pages and files made from the plan, and what is made of them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from ...prose.inserts import unfilled
from ...prose.markup import refused
from ...prose.texts import in_languages
from ..files import card
from ..files import catalogue as downloads
from . import fragments, frame, paths, search
from .catalogue import pages
from .inserts import fill
from .page import Page, url

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...prose.texts import Prose
    from ...text.faults import Fault
    from .page import Renderer

FRONT = "index.md"
LATE = (
    Page(paths.FRAGMENTS, fragments.TITLE, "", "", searchable=False, hidden=True, wide=True),
    Page(paths.SEARCH, search.TITLE, "", "", searchable=False, wide=True),
)
"""The pages whose content is made last, of what the others became: pieces for other sites, and search."""


@dataclass(frozen=True, slots=True)
class Content:
    """What stands on a site."""

    renderer: Renderer
    texts: dict[str, Prose]
    """Its prose by path."""
    pages: dict[str, Page]
    """The pages made from the plan by path."""
    files: dict[str, bytes]
    """The files to fetch by path."""
    address: str
    """Where the site stands on the web, ending with a slash; empty while nobody has decided it."""

    @classmethod
    def of(cls, renderer: Renderer, texts: Sequence[Prose], every: Sequence[Prose], address: str) -> Content:
        """Make a site's content.

        Args:
            renderer: the renderer of its view.
            texts: its own prose.
            every: the prose of all sites, which the editors' page and the intranet's calendars list.
            address: where it stands on the web.

        """
        own = {text.path: text for text in texts}
        files = downloads.files(renderer, every, address)
        if FRONT in own and address and not renderer.view.internal:
            files[card.PATH] = downloads.picture(renderer, own[FRONT])
        files |= {download.path: download.content for download in renderer.downloads}
        return cls(renderer, own, {page.path: page for page in pages(renderer, every)}, files, address)

    def meta(self, text: Prose) -> dict[str, Any]:
        """Return what the frame shows of a page of prose. It writes titles out raw, so they are escaped here."""
        meta: dict[str, Any] = {
            "title": escape(text.title),
            "description": escape(text.description),
            "lang": str(text.language),
        }
        if not text.searchable:
            meta["robots"] = "noindex"
        if self.address:  # hreflang takes whole addresses only
            meta["alternates"] = [
                {"lang": str(other.language), "url": self.address + url(other.path)}
                for other in in_languages(text, self.texts)
            ]
        return meta

    def prose(self, path: str, html: str) -> tuple[str, list[Fault]]:
        """Return a page of prose with what the plan states put in, and the faults of what Markdown made of it."""
        text = self.texts[path]
        if faults := [*refused(html, text.file), *unfilled(html, text.file)]:
            return "", faults
        told = {"language": text.language, "behind": text.original if text.behind else None}
        return self.renderer.with_review(fill(html, text, self.renderer), path, text.review, **told), []

    def late(
        self, became: Mapping[str, str], menu: Sequence[str], styles: Sequence[str], icon: str
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Return the HTML of the pages made last, and the files made with them, by path.

        Args:
            became: the HTML of every other page by path.
            menu: the pages that the site's navigation names.
            styles: the paths of the site's style sheets.
            icon: the path of its icon.

        """
        start = self.texts.get(FRONT)
        front = (start.title, became[FRONT]) if start else None
        pieces, files = fragments.files(self.renderer, front, self.address, styles, icon)
        told: list[Page | Prose] = [*self.texts.values(), *self.pages.values()]
        known = search.found(self.renderer, [(each, became[each.path]) for each in told], menu)
        html = {paths.FRAGMENTS: str(pieces), paths.SEARCH: str(search.page(self.renderer, known))}
        return html, files | {paths.INDEX: search.index(known)}

    def frame(self, anchors: set[str]) -> dict[str, Any]:
        """Return what the templates of the frame show besides a page.

        Args:
            anchors: those of the front page.

        """
        shown = card if card.PATH in self.files else None
        return {"card": shown, "frames": frame.frames(self.renderer.view, anchors)}
