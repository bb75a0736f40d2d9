"""Every link in a built site leads somewhere, and nothing in it is fetched from anyone else.

MkDocs checks the links of Markdown only; the tables made from the plan are HTML.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ..plan.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_SCRIPT = re.compile(r"<(script|style)\b([^>]*)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# Possessive, so that a stray "<" costs its own length and not two to the power of it.
_TAG = re.compile(r"<([a-zA-Z][\w-]*)((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>")
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))")
_FETCHED = {"src", "srcset", "poster", "data", "action", "formaction"}
_HARMLESS_RELS = {"canonical", "alternate", "prev", "next", "license", "author"}
"""A ``link`` with one of these is read by machines, never fetched by a browser."""


def check_links(folder: Path, name: str, base: str = "/") -> list[Fault]:
    """Return every dead link, missing or doubled anchor and foreign resource of a built site.

    Args:
        folder: the site's folder.
        name: the site's name, as messages show it.
        base: the path that the site is published under, for the absolute addresses of its 404 page.

    """
    pages = {path.relative_to(folder).as_posix(): _Page(path) for path in folder.rglob("*.html")}
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}

    @cache
    def problem(target: str, anchor: str) -> str | None:
        """Return what is wrong with a place in the site. Navigation repeats the same ones on every page."""
        file = target if target in files else posixpath.join(target, "index.html").lstrip("/")
        if file not in files:
            return "leder till en sida som inte finns"
        if anchor and file in pages and anchor not in pages[file].ids:
            return "leder till ett ankare som inte finns på sidan"
        return None

    # Menus and footers repeat a link on every page: one fault for each, at the first page that has it.
    found: dict[tuple[str, str], list[str]] = {}
    for path, page in sorted(pages.items()):
        for address, fetched in page.addresses:
            what, key = _wrong(path, address, base, problem, fetched=fetched)
            if what:
                found.setdefault((what, key), []).append(path)
    twins = [
        Fault(f"{name}/{path}", 0, 0, f"ankaret ”{twin}” finns två gånger på sidan", "byt den ena rubriken eller id:t")
        for path, page in sorted(pages.items())
        for twin in sorted(page.twins)
    ]
    return twins + [
        Fault(f"{name}/{where[0]}", 0, 0, what + (f" (och {len(where) - 1} sidor till)" if where[1:] else ""), _REMEDY)
        for (what, _), where in found.items()
    ]


_REMEDY = "rätta länken, eller ta bort den"


def _wrong(
    path: str, address: str, base: str, problem: Callable[[str, str], str | None], *, fetched: bool
) -> tuple[str | None, str]:
    """Return what is wrong with an address on a page, and what it points at; None where it is right."""
    if re.match(r"(?:[a-z][a-z0-9+.-]*:|//)", address, re.IGNORECASE):
        scheme = address.partition(":")[0].lower()
        if scheme in {"javascript", "vbscript"} or address.lower().startswith("data:text"):
            return f"länken ”{address}” är kod", address
        if fetched and scheme != "data":
            return f"sidan hämtar ”{address}” från någon annan", address
        return None, address
    way, _, anchor = unquote(address).partition("#")
    way = way.partition("?")[0]
    if way.startswith("/"):
        target = posixpath.normpath(way.removeprefix(base).lstrip("/") or ".")
    else:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), way)) if way else path
    if target.startswith(".."):
        return f"länken ”{address}” leder ut ur webbplatsen", address
    target = "" if target == "." else target
    if what := problem(target, anchor):
        return f"länken till ”{target}{'#' if anchor else ''}{anchor}” {what}", f"{target}#{anchor}"
    return None, address


class _Page:
    """What one built page points at, and what can be pointed at in it."""

    def __init__(self, path: Path) -> None:
        html = _COMMENT.sub("", path.read_text(encoding="utf-8"))
        html = _SCRIPT.sub(lambda match: f"<{match[1]}{match[2]}>", html)
        self.ids: set[str] = set()
        self.twins: set[str] = set()
        """Ids that stand more than once: a link to one would lead to the first."""
        self.addresses: set[tuple[str, bool]] = set()
        """Address, and whether the browser fetches it by itself."""
        for tag in _TAG.finditer(html):
            self.addresses.update(self._tag(tag[1].lower(), tag[2]))

    def _tag(self, tag: str, text: str) -> Iterator[tuple[str, bool]]:
        if "=" not in text:
            return
        attributes = {m[1].lower(): unescape(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(text)}
        if "id" in attributes:
            (self.twins if attributes["id"] in self.ids else self.ids).add(attributes["id"])
        if tag == "a" and "name" in attributes:
            self.ids.add(attributes["name"])
        for name in _FETCHED & attributes.keys():
            if value := attributes[name].strip():
                yield value, True
        if "href" in attributes:
            rels = set(attributes.get("rel", "").lower().split())
            yield attributes["href"].strip(), tag == "link" and not rels & _HARMLESS_RELS
