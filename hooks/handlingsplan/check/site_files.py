"""The files of a built site, for the checks that read them: each is read once, and its tags found once.

Pages have most of their tags in common, so a check that judges each tag by itself judges it once for a site.
"""

from __future__ import annotations

import re
from functools import cached_property
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

PAGES = (".html", ".htm", ".xhtml")
"""How the names of pages end."""


class Tag(NamedTuple):
    """The start of an element."""

    name: str
    given: dict[str, str]
    """Its attributes, as a browser reads them: of two by one name the first."""
    inner: str
    """What stands in it, where that is text and no elements: ``script``, ``style``, ``textarea``, ``title``."""


# Possessive, and with every end also that of the file, so that a stray "<" costs its own length and no more.
_REST = r"(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+"
_RAW = "|".join(
    rf"{name}(?![^\s/>\"'=<]){_REST}(?<!/)>.*?(?:</{name}(?=[\s/>])|\Z)"
    for name in ("script", "style", "textarea", "title")
)
"""Elements that hold text and no elements, with what they hold."""
_TAG = re.compile(rf"<(?:!--(?:-?>|.*?(?:--!?>|\Z))|{_RAW}|[a-z][^\s/>\"'=<]*+{_REST}>)", re.DOTALL | re.IGNORECASE)
_PARTS = re.compile(rf"<([a-z][^\s/>\"'=<]*+)({_REST})>(.*?)(?:</[a-z]+)?\Z", re.DOTALL | re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([^\s\"'>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?")


def tags(html: str) -> list[str]:
    """Return every start tag and comment in a page, as written; an element of raw text whole."""
    return _TAG.findall(html)


def parse(text: str) -> Tag | None:
    """Return what a tag says; None for a comment."""
    parts = _PARTS.match(text)
    if parts is None:
        return None
    given: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(parts[2]):
        value = match[2] or match[3] or match[4] or ""
        given.setdefault(match[1].lower(), unescape(value) if "&" in value else value)
    return Tag(parts[1].lower(), given, parts[3])


class SiteFiles:
    """The files in a folder, by their paths with slashes, in order."""

    def __init__(self, folder: Path, copies: Path | None = None) -> None:
        """Find the files; ``copies`` is where what takes long to read is kept, see ``contents``."""
        self.paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
        self.copies = copies
        self._texts: dict[str, str] = {}

    def text(self, path: str) -> str:
        """Return a file's text, whatever its bytes are."""
        if path not in self._texts:
            self._texts[path] = self.paths[path].read_text(encoding="utf-8", errors="replace")
        return self._texts[path]

    @cached_property
    def tags(self) -> dict[str, list[str]]:
        """The tags of each page and drawing, as ``tags`` returns them."""
        return {path: tags(self.text(path)) for path in self.paths if path.lower().endswith((*PAGES, ".svg"))}

    @cached_property
    def parsed(self) -> dict[str, Tag]:
        """What each of these tags says, by how it is written."""
        written = set().union(*self.tags.values())
        return {text: tag for text in written if (tag := parse(text))}
