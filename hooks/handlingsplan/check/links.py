"""Every link in a built site leads somewhere, and nothing in it is fetched from anyone else.

MkDocs checks the links of Markdown only; the tables made from the plan are HTML.
"""

from __future__ import annotations

import posixpath
import re
import sys
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from ..output.pages.paths import PIECES
from ..rules.addresses import Wrong, outside
from ..text.faults import Fault, visible
from .site_files import PAGES, parse, tags

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .site_files import SiteFiles, Tag


def check_links(built: SiteFiles, name: str, address: str = "/") -> list[Fault]:
    """Return every dead link, missing or doubled anchor and foreign resource of a built site.

    Read are its pages (``.html``), drawings (``.svg``) and stylesheets, all that a browser would: attributes in every
    spelling that HTML allows, ``srcset``, refreshes, styles and the documents in ``srcdoc``.

    Args:
        built: the site's files.
        name: the site's name, as messages show it.
        address: the address that the site is published under, or its path alone; links that begin so are the site's.

    """
    files = built.paths
    said = {text: what for text, tag in built.parsed.items() if any(what := _said(tag))}
    found = {path: _Document(said[text] for text in tags if text in said) for path, tags in built.tags.items()}
    for path in files:
        if path.lower().endswith(".css"):
            found[path] = _Document([_Said(links=tuple(_in_css(built.text(path))))])
    alike = {_alike(path): path for path in files}

    @cache
    def problem(target: str, anchor: str) -> str | None:
        """Return what is wrong with a place in the site. Navigation repeats the same ones on every page."""
        file = target if target in files else posixpath.join(target, "index.html").lstrip("/")
        if file not in files:
            twin = alike.get(_alike(file)) or alike.get(_alike(target))
            if twin:
                return f"leder ingenstans, för filen heter ”{visible(twin, 200)}”; varje bokstav måste vara lika"
            return "leder till en sida som inte finns"
        if anchor and file.endswith(PAGES) and not (anchor in found[file].ids or anchor in _ALWAYS):
            return "leder till ett ankare som inte finns på sidan"
        return None

    # Menus and footers repeat a link on every page: one fault for each, at the first page that has it. Pieces for other
    # sites come last, for they repeat what stands on a page that can be mended.
    wrong: dict[Wrong, list[str]] = {}
    for path, document in sorted(found.items(), key=lambda each: (each[0].startswith(PIECES), each[0])):
        for link in document.links:
            if fault := _wrong(path, link, address, problem):
                wrong.setdefault(fault, []).append(path)
    twins = [
        Fault(f"{name}/{path}", 0, 0, f"ankaret ”{twin}” finns två gånger på sidan", "byt den ena rubriken eller id:t")
        for path, document in sorted(found.items())
        if path.endswith(PAGES)
        for twin in sorted(document.twins)
    ]
    return twins + [
        Fault(f"{name}/{where[0]}", 0, 0, fault.what + _more(where[1:]), fault.remedy)
        for fault, where in sorted(wrong.items(), key=lambda each: (each[1][0], each[0]))
    ]


def _more(where: list[str]) -> str:
    return f" (och {len(where)} {'sida' if len(where) == 1 else 'sidor'} till)" if where else ""


_ALWAYS = {"top"}
"""Leads to the top of every page (HTML, "select the indicated part")."""


class Link(NamedTuple):
    """An address in a document, and what becomes of it."""

    address: str
    fetched: bool = False
    """Whether the browser asks for it, or sends to it, without the reader's choice of address."""


def _alike(path: str) -> str:
    """Return what stays of a name on systems that do not tell capitals, or two spellings of å, apart."""
    return unicodedata.normalize("NFC", path).casefold()


def _page(path: str) -> str:
    """Return the place that links to a page name: ``plan/index.html`` is ``plan``, the front page nothing."""
    return re.sub(r"(^|/)index\.html$", "", path)


_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


def _wrong(path: str, link: Link, home: str, problem: Callable[[str, str], str | None]) -> Wrong | None:
    """Return what is wrong with an address in a file; None where it is right."""
    shown = visible(link.address, 200)
    # As a browser reads an address: blanks around it and breaks in it are gone, and \ is / in what it asks for.
    address = re.sub(r"[\t\n\r]", "", link.address.strip(" \t\n\r\f\0"))
    if not address.lower().startswith("data:"):
        address = address.replace("\\", "/")
    own = urlsplit(home)
    if own.netloc and address.startswith(f"{own.scheme}://{own.netloc}/"):
        address = address.removeprefix(f"{own.scheme}://{own.netloc}")
    if _SCHEME.match(address):
        return outside(address, shown, fetched=link.fetched)
    way, _, anchor = address.partition("#")
    way, anchor = unquote(way.partition("?")[0]), unquote(anchor.partition(":~:")[0])
    base = own.path.rstrip("/") + "/"
    if way.startswith("/"):
        if not f"{way}/".startswith(base):
            return Wrong(f"länken ”{shown}” leder ut ur webbplatsen", key=address)
        target = posixpath.normpath(way.removeprefix(base.rstrip("/")).lstrip("/") or ".")
    elif path == "404.html" and way:
        # It is shown at any address, so that where such a link leads is not known.
        return Wrong(f"länken ”{shown}” är inte skriven från webbplatsens rot", "börja den med /", address)
    else:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), way)) if way else _page(path)
    if target == ".." or target.startswith("../"):
        return Wrong(f"länken ”{shown}” leder ut ur webbplatsen", key=address)
    target = "" if target == "." else target
    if what := problem(f"{target}/" if way.endswith("/") and target else target, anchor):
        place = f"{target}#{anchor}" if anchor else target or "index.html"
        return Wrong(f"länken till ”{visible(place, 200)}” {what}")
    return None


# What a document points at -------------------------------------------------------------------------------------------

_FETCHED = {"src", "poster", "data", "action", "formaction", "background"}
_LISTED = {"srcset", "imagesrcset"}
_LEADING = {*_FETCHED, *_LISTED, "href", "xlink:href", "style", "ping", "srcdoc", "http-equiv"}
"""Most elements have none of these."""
_DRAWN = {"image", "use", "feimage", "mpath", "pattern", "lineargradient", "radialgradient", "filter", "textpath"}
"""Elements of SVG whose reference is fetched."""
_HARMLESS_RELS = {"canonical", "alternate", "prev", "next", "license", "author", "help", "search", "me", "bookmark"}
"""A ``link`` with these alone is read by machines, never fetched by a browser."""

_REFRESH = re.compile(r"[\s\d.]*[;,]?\s*(?:url\s*=\s*)?[\"']?([^\"']*)", re.IGNORECASE)
"""Seconds, and the address to go on to."""

_CSS_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_CSS = re.compile(
    r"(?:\burl|\bsrc)\(\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"')]*))|@import\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE
)
_IMAGE_SET = re.compile(r"image-set\(([^;{}]*)", re.IGNORECASE)
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_CSS_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)


class _Said(NamedTuple):
    """What a tag points at, and how it can be pointed at."""

    id: str | None = None
    name: str | None = None
    links: tuple[Link, ...] = ()


def _said(tag: Tag) -> _Said:
    given = tag.given
    links = [*_in_attributes(tag.name, given)] if not _LEADING.isdisjoint(given) else []
    links += _in_css(tag.inner) if tag.name == "style" else ()
    return _Said(given.get("id"), given.get("name") if tag.name == "a" else None, tuple(links))


class _Document:
    """What one built file points at, and what can be pointed at in it."""

    def __init__(self, said: Iterable[_Said]) -> None:
        self.ids: set[str] = set()
        self.twins: set[str] = set()
        """Ids that stand more than once: a link to one would lead to the first."""
        self.links: set[Link] = set()
        for id_, name, links in said:
            if id_ is not None:
                (self.twins if id_ in self.ids else self.ids).add(id_)
            if name is not None:
                self.ids.add(name)
            self.links.update(links)


def _in_attributes(tag: str, given: dict[str, str]) -> Iterator[Link]:
    """Yield what an element points at. Addresses that are empty lead to the page itself, and are fetched by none."""
    yield from (Link(given[name], fetched=True) for name in given.keys() & _FETCHED if given[name].strip())
    for name in given.keys() & _LISTED:
        yield from _in_srcset(given[name])
    for name in given.keys() & {"href", "xlink:href"}:
        yield Link(given[name], fetched=_is_fetched(tag, given))
    yield from _in_css(given.get("style", ""))
    yield from (Link(address, fetched=True) for address in given.get("ping", "").split())
    if "srcdoc" in given:
        for inner in filter(None, map(parse, tags(given["srcdoc"]))):
            yield from _said(inner).links
    if tag == "meta" and given.get("http-equiv", "").strip().lower() == "refresh":
        refresh = _REFRESH.match(given.get("content", ""))
        if refresh and refresh[1].strip():
            yield Link(refresh[1], fetched=True)


def _is_fetched(tag: str, given: dict[str, str]) -> bool:
    """Whether a browser follows a reference by itself. A ``base`` moves every other link, so it counts as one."""
    if tag == "link":
        rels = set(given.get("rel", "").lower().split())
        return not rels or not rels <= _HARMLESS_RELS
    return tag == "base" or tag in _DRAWN


def _in_srcset(value: str) -> Iterator[Link]:
    """Yield the addresses in ``a.png 1x, b.png 2x``. An address may hold commas, but not end with one."""
    for candidate in re.findall(r"[\s,]*([^\s]*[^\s,])(?:\s+[^,]*)?,?", value):
        yield Link(candidate, fetched=True)


def _in_css(css: str) -> Iterator[Link]:
    """Yield what a style fetches; an address within the document itself, ``url(#form)``, is none of that."""
    if "(" not in css and "@" not in css:
        return
    css = _CSS_COMMENT.sub(" ", css)
    groups: Iterable[tuple[str, ...]] = _CSS.findall(css)
    found = ["".join(group) for group in groups]
    found += ["".join(quoted) for inner in _IMAGE_SET.findall(css) for quoted in _QUOTED.findall(inner)]
    for address in found:
        plain = _CSS_ESCAPE.sub(_unescaped, address).strip()
        if plain and not plain.startswith("#"):
            yield Link(plain, fetched=True)


def _unescaped(escape: re.Match[str]) -> str:
    r"""Return the character that ``\2f`` or ``\/`` stands for in a style."""
    return chr(min(int(escape[1], 16), sys.maxunicode)) if escape[1] else str(escape[2])
