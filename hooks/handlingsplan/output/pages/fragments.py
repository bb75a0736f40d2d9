"""``fragment/``: pieces of a site to frame in, paste into or fetch for another one, which takes no static tree.

A piece is one ``<section>`` of plain HTML that reads the same whatever surrounds it: headings from h2, ids under a
prefix of its own, no script, style or class, and the day it was made. The plugin adds the files to what is built.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache, partial
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin

from markupsafe import Markup

from ...plan import assessment
from ...plan.scale import Light
from . import follow_up, paths
from .lights import LIGHTS, OLD, light_of
from .page import headings, url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .page import Renderer

PREFIX = "handlingsplan-"
"""First in every id, so that none is the host page's own."""
TITLE = "Delar att visa på andra webbplatser"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a site that makes sense alone."""

    name: str
    """Its file's name, which stays the same whatever its title: other sites point at it."""
    title: str
    page: str
    """The page that it is taken from, as a Markdown path."""
    html: str
    """As it stands on that page."""


def pieces(renderer: Renderer, start: tuple[str, str] | None) -> Iterator[Piece]:
    """Yield every piece of a site.

    Args:
        renderer: the renderer of the audience's view.
        start: the title of the site's front page and its HTML with links as they stand there; None where it has none.

    """
    home = "index.md"
    if start:
        yield Piece("startsidan", start[0], home, start[1])
    worry = str(renderer.render("fragment_worry.html", home))
    title = "Vem kontaktas vid oro?"
    yield Piece("vem-kontaktas", title, home, renderer.with_review(worry, home, renderer.guidance_review))
    overview = str(renderer.render("_overview.html", paths.FOLLOW_UP, **follow_up.overview(renderer)))
    yield Piece("uppfoljning", f"Uppföljning av {renderer.view.plan.frame.name}", paths.FOLLOW_UP, overview)
    for area in renderer.view.plan.areas:
        here, known = paths.area(area.id), assessment.report(area, renderer.view.period)
        html = str(renderer.render("fragment_area.html", here, area=area, follow_up=known))
        yield Piece(f"omrade-{area.id}", area.title, here, html)


def files(
    renderer: Renderer, start: tuple[str, str] | None, address: str, styles: Sequence[str], icon: str
) -> tuple[Markup, dict[str, str]]:
    """Return the page that shows all pieces, and the text of each file in ``fragment/`` by its path in the site.

    ``<name>.html`` is a whole page to frame; ``<name>.txt`` is the section alone, to paste or fetch.

    Args:
        renderer: the renderer of the audience's view.
        start: as for ``pieces``.
        address: where the site stands on the web, ending with a slash; empty while nobody has decided it. Then what is
            to be pasted has no links to the site's own pages, for they would lead nowhere.
        styles: the site's stylesheets, from its root.
        icon: the site's icon, from its root.

    """
    made: dict[str, str] = {}
    shown = []
    for piece in pieces(renderer, start):
        path = f"{paths.PIECES}{piece.name}"
        framed = renderer.render(
            "fragment_frame.html",
            piece.page,
            piece=piece,
            styles=styles,
            icon=icon,
            section=section(renderer, piece, ""),
        )
        code = section(renderer, piece, address or None)
        made[f"{path}.html"], made[f"{path}.txt"] = f"{framed}\n", code
        shown.append((piece, code, f"{address}{path}.html"))
    page = renderer.render("fragments.html", paths.FRAGMENTS, title=TITLE, pieces=shown, address=address)
    return page, made


def section(renderer: Renderer, piece: Piece, address: str | None) -> Markup:
    """Return a piece as a section.

    Args:
        renderer: the renderer of the audience's view.
        piece: the piece.
        address: where the site stands on the web; empty to link from ``fragment/`` itself; None to leave out links to
            the site's own pages.

    """
    plain = _read(piece)
    body = plain.write(address)
    first = next(headings(body), None)
    html = renderer.render(
        "fragment.html",
        piece.page,
        body=Markup(body),  # noqa: S704  # made of escaped text and of names that are known to be harmless
        labelled=Markup(first.anchor) if first else "",  # noqa: S704  # as above
        title=piece.title,
        whole=plain.address(url(piece.page) or "./", address, from_root=True),
    )
    return Markup(f"{html.strip()}\n")  # noqa: S704  # autoescape has made it


@lru_cache(maxsize=1)  # each piece is written twice in a row, to frame and to paste
def _read(piece: Piece) -> _Plain:
    return _Plain(f"{PREFIX}{piece.name}-", piece.page, piece.html)


_ELSEWHERE = "https://webbplatsen.invalid/"
"""Stands for the site while links are resolved; RFC 6761 keeps the name from ever being anyone's."""

_joined = lru_cache(maxsize=4096)(urljoin)

_TEXT = (
    "a abbr b blockquote br caption cite code dd del dfn div dl dt em figcaption figure hr i img ins kbd li mark ol p"
)
_MORE = "pre q s samp section small strong sub sup table tbody td tfoot th thead time tr u ul var"
_DRAWN = {"svg", "g", "path", "circle", "ellipse", "rect", "line", "polyline", "polygon", "text"}
_KEPT = {*_TEXT.split(), *_MORE.split(), *_DRAWN}
"""Elements that say something of their own; of all others but the left out, only what stands in them is kept."""
_LEFT_OUT = {
    *("audio", "button", "canvas", "datalist", "embed", "form", "iframe", "input", "link", "math", "meta", "meter"),
    *("noscript", "object", "progress", "script", "select", "style", "template", "textarea", "title", "video"),
}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_VOID = {"br", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_CLOSED = _KEPT - _VOID
_BLOCKS = {"blockquote", "caption", "dd", "div", "dt", "li", "p", "pre", "section", "td", "th"}

_EVERYWHERE = {"dir", "lang"}
_DRAWING = {
    *("aria-hidden", "cx", "cy", "d", "fill", "fill-opacity", "focusable", "height", "overflow", "points", "r", "rx"),
    *("ry", "stroke", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "stroke-width", "text-anchor"),
    *("transform", "viewbox", "preserveaspectratio", "width", "x", "x1", "x2", "y", "y1", "y2"),
}
_OWN = {
    "a": {"hreflang"},
    "abbr": {"title"},
    "img": {"alt", "height", "width"},
    "ol": {"aria-label", "reversed", "start"},
    "td": {"colspan", "rowspan"},
    "th": {"abbr", "colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "ul": {"aria-label"},
}
_SPELLED = {"viewbox": "viewBox", "preserveaspectratio": "preserveAspectRatio"}

_ROUND = {"fill": "none", "stroke-width": "2", "stroke-linecap": "round", "stroke-linejoin": "round"}
_RIM = {"stroke": "#fff", "stroke-width": "1"}
"""Around what is filled: a host's ground is not known, and on a dark one a dark red is lost without it."""


def _drawn(classes: Sequence[str], status: Sequence[str], *, barred: bool) -> dict[str, str]:
    """Return what our stylesheet says of a shape, as attributes: the one way that needs no style.

    Args:
        classes: the shape's own.
        status: those of the light that it is a part of.
        barred: whether that is a segment of a bar.

    """
    light = light_of(set(status)) or Light.OPEN
    colour = LIGHTS[light].colour.lower()
    filled = barred and light.filled
    mark = "#fff" if filled else colour
    thin = {"fill": "none", "stroke": mark, "stroke-width": "1.5"}
    hollow = OLD in status and not barred
    shapes = {
        "fyll": thin if hollow else {"fill": mark, **(_RIM if not barred else {"stroke": "none"})},
        "streck": {**_ROUND, "stroke": mark},
        "tecken": {**_ROUND, "stroke": mark if hollow else colour if filled else "#fff"},
        "ring": thin,
        "oppen": {**thin, "stroke-dasharray": "3.03 2.27"},
        "yta": {"fill": colour if filled else "#fff", "stroke": colour},
        "stapel": {"font-size": "15"},
        "stapel__ar": {"fill": mark, "font-size": "11"},
        "tal": {"fill": mark},
    }
    return next((shapes[name] for name in classes if name in shapes), {})


_LINES = {"delniva", "rad", "status", "tidslage", "varde"}
"""Classes that our stylesheet sets on a line of their own, or apart from what stands before."""


class _Plain(HTMLParser):
    """Reads a page's HTML once, to write it anew with only what is plain, each link and id made to stand elsewhere."""

    def __init__(self, prefix: str, page: str, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.prefix = prefix
        self.page = url(page)
        self.ids: set[str] = set()
        """The ids that the piece itself will have."""
        self._out: list[str | Callable[[str | None], str]] = []
        """What is written, and how to write what depends on the site's address or on all the ids."""
        self._skipped: list[str] = []
        self._levels: list[int] = []
        """The levels, on the page, of the headings that the next one may stand under."""
        self._linked: str | None = None
        """Where the open link leads."""
        self._spans: list[bool] = []
        """For each open span whether it stands on a line of its own."""
        self._written = False
        """Whether the block that is being written has any text yet."""
        self._verbatim = False
        self._head = False
        self._status: list[str] = []
        """The classes of the light that is being drawn, and whether it is a segment of a bar."""
        self._barred = False
        self.feed(html)
        self.close()

    def write(self, site: str | None) -> str:
        """Return the page as plain HTML for where the site stands, as for ``section``."""
        return "".join([part if isinstance(part, str) else part(site) for part in self._out]).strip()

    def address(self, way: str, site: str | None, *, from_root: bool = False) -> str | None:
        """Return an address on the page as it must be written elsewhere; None for one that cannot be."""
        base = site or _ELSEWHERE
        here = base if from_root else _joined(base, self.page)
        whole: str = _joined(here, way.strip())
        if not re.match(r"https?:|mailto:|tel:", whole, re.IGNORECASE):
            return None
        target, _, anchor = whole.partition("#")
        if target == _joined(base, self.page) and unquote(anchor) in self.ids:
            return f"#{self.prefix}{unquote(anchor)}"
        if site or not whole.startswith(base):
            return whole
        return None if site is None else f"../{whole.removeprefix(base)}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write an element's start."""
        if tag in _LEFT_OUT or self._skipped:
            if tag not in _VOID:
                self._skipped.append(tag)
            return
        given: dict[str, str] = {}
        for name, value in attrs:
            given.setdefault(name, value or "")
        classes = given.get("class", "").split()
        if tag in _HEADINGS:
            self._heading(int(tag[1]), given)
        elif tag == "span":
            self._span(classes)
        elif tag == "a":
            self._link(given)
        elif tag == "img":
            self._defer(partial(self._picture, given), given.get("src", ""), given)
        elif tag in _KEPT:
            if tag == "thead":
                self._head = True
            more = self._drawing(tag, classes) if tag in _DRAWN else {}
            if tag == "th" and self._head:
                given.setdefault("scope", "col")
            self._write(tag, given, more)
            self._verbatim = self._verbatim or tag == "pre"
        if tag in _BLOCKS:
            self._written = False

    def handle_endtag(self, tag: str) -> None:
        """Write an element's end."""
        if self._skipped:
            if tag in self._skipped:
                while self._skipped.pop() != tag:
                    pass
        elif tag in _HEADINGS:
            self._out.append(f"</h{self._level}>")
        elif tag == "span":
            if self._spans:
                self._spans.pop()
        elif tag == "a":
            way, self._linked = self._linked, None
            if way is not None:
                self._out.append(lambda site: "" if self.address(way, site) is None else "</a>")
        elif tag in _CLOSED:
            self._out.append(f"</{tag}>")
            self._head = self._head and tag != "thead"
            self._verbatim = self._verbatim and tag != "pre"
            if tag in _BLOCKS:
                self._written = False

    def handle_data(self, data: str) -> None:
        """Write text."""
        if self._skipped:
            return
        self._written = self._written or bool(data.strip())
        text = data if self._verbatim else re.sub(r"\s*\n\s*", "\n", data)
        if text == "\n" and self._out and isinstance(last := self._out[-1], str) and last.endswith("\n"):
            return  # what stood between is left out
        self._out.append(escape(text, quote=False))

    @property
    def _level(self) -> int:
        return min(1 + len(self._levels), 6)

    def _heading(self, level: int, given: dict[str, str]) -> None:
        while self._levels and self._levels[-1] >= level:
            self._levels.pop()
        self._levels.append(level)
        self._write(f"h{self._level}", given)

    def _span(self, classes: Sequence[str]) -> None:
        apart = bool(_LINES & set(classes))
        if apart and self._written and not any(self._spans):
            self._out.append("<br>")
        self._spans.append(apart)
        if "status" in classes:
            self._status, self._barred = list(classes), False

    def _drawing(self, tag: str, classes: Sequence[str]) -> dict[str, str]:
        if tag == "svg" and "stapel__del" in classes:
            self._status, self._barred = list(classes), True
        return _drawn(classes, self._status, barred=self._barred)

    def _link(self, given: dict[str, str]) -> None:
        self._linked = given.get("href")
        if self._linked is not None:
            self._defer(partial(self._link_to, self._linked, given), self._linked, given)

    def _link_to(self, href: str, given: dict[str, str], site: str | None) -> str:
        way = self.address(href, site)
        # Frames open what they link to in the whole window; see fragment_frame.html.
        inside = {"target": "_self"} if way and way.startswith("#") else {}
        return "" if way is None else self._start("a", given, {"href": way, **inside})

    def _picture(self, given: dict[str, str], site: str | None) -> str:
        way = self.address(given.get("src", ""), site)
        return escape(given.get("alt", "")) if way is None else self._start("img", {"alt": "", **given}, {"src": way})

    def _defer(self, write: Callable[[str | None], str], way: str, given: dict[str, str]) -> None:
        self._out.append(write)
        if "id" in given and self.address(way, None) is not None:  # else it is not in every one of the files
            self.ids.add(given["id"])

    def _write(self, tag: str, given: dict[str, str], more: dict[str, str] | None = None) -> None:
        if "id" in given:
            self.ids.add(given["id"])
        if "aria-labelledby" in given:  # by what may stand further down
            self._out.append(lambda _: self._start(tag, given, more))
        else:
            self._out.append(self._start(tag, given, more))

    def _start(self, tag: str, given: dict[str, str], more: dict[str, str] | None) -> str:
        kept = _EVERYWHERE | (_DRAWING if tag in _DRAWN else _OWN.get(tag, set()))
        found = {_SPELLED.get(name, name): value for name, value in given.items() if name in kept} | (more or {})
        if "id" in given:
            found = {"id": f"{self.prefix}{given['id']}"} | found
        labels = given.get("aria-labelledby", "").split()
        if labels and tag in {"ol", "ul"} and self.ids.issuperset(labels):
            found["aria-labelledby"] = " ".join(f"{self.prefix}{label}" for label in labels)
        written = "".join(f' {name}="{escape(value)}"' for name, value in found.items())
        return f"<{tag}{written}>"
