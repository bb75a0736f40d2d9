"""Personal data in a built site: what a template, a setting or a file among the texts brought there."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ..output.pages.paths import INDEX
from ..plan.words import amount
from ..rules.personal import REMEDY, Hit, Kind, find
from ..text.decoding import unfolded
from ..text.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from .site_files import SiteFiles


def in_site(built: SiteFiles, name: str, allowed: Collection[str]) -> list[Fault]:
    """Return the personal data in a built site: what a template, a setting or a file among the texts brought there.

    Args:
        built: the site's files.
        name: the site's name, as messages show it.
        allowed: values that may stand there, from ``permitted``.

    """
    # A footer repeats what it says on every page: one fault, at the first page that has it.
    found: dict[tuple[Kind, str], tuple[Hit, list[str]]] = {}
    # So do menus: each piece of text is looked through once, unless something is in it.
    clean: dict[Callable[[str], str], set[str]] = {}
    for where, path in built.paths.items():
        # The index is made of the pages, which are read themselves; in it one number may follow on another.
        if path.suffix.lower() not in _READABLE | _PACKED or where == INDEX:
            continue
        for pieces, undone in _readable(built, where, path):
            known = clean.setdefault(undone, set())
            new = [piece for piece in dict.fromkeys(pieces) if piece not in known]
            hits = [hit for hit in find(undone("\n".join(new))) if hit.value not in allowed]
            if not hits:
                known.update(new)
            for hit in hits:
                pages = found.setdefault((hit.kind, hit.value), (hit, []))[1]
                if where not in pages:
                    pages.append(where)
    return [
        Fault(
            f"{name}/{pages[0]}",
            0,
            0,
            f"{hit.kind} ({hit.masked})"
            + (f" (och {amount(len(pages) - 1, 'fil', 'filer')} till)" if pages[1:] else ""),
            f"det kommer från en mall, en inställning eller en fil bredvid texterna: {REMEDY[hit.kind]}",
        )
        for hit, pages in found.values()
    ]


# What stands in a built file ------------------------------------------------------------------------------------------

_READABLE = {".html", ".json", ".xml", ".txt", ".csv", ".md", ".svg", ".ics"}
_PACKED = {".docx", ".ods", ".odt", ".pdf", ".pptx", ".xlsx", ".zip"}
_INLINE = re.compile(r"</?(?:a|abbr|b|bdi|code|em|i|mark|small|span|strong|sub|sup|u|wbr)\b[^>]*>|\u00ad|\u200b")
# In a drawing's attributes digits stand with blanks between them.
_VALUE = re.compile(r"(?<![\s]d)(?<!\bpoints)(?<!\bviewBox)=\s*(?:\"([^\"]*)\"|'([^']*)')")


def _readable(built: SiteFiles, where: str, path: Path) -> Iterator[tuple[Iterable[str], Callable[[str], str]]]:
    """Yield the pieces of a built file, and what makes them what a reader or a program meets."""
    if path.suffix.lower() in _PACKED:
        from .contents import contents, readings  # few sites have such a file

        # A workbook says the same in many cells.
        pieces = dict.fromkeys(contents(path.name, path.read_bytes(), built.copies).pieces)
        yield (text for piece in pieces for text in readings(piece)), str
        return
    text = built.text(where)
    if path.suffix == ".ics":
        text = unfolded(text)
    if path.suffix == ".json":
        text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), text)
    if "<" not in text:
        yield [text], unescape
        return
    # Attributes: addresses, descriptions, what a script reads.
    yield (first or second for first, second in _VALUE.findall(text)), _address
    # Comments stay: they are sent too.
    text = _INLINE.sub("", text.replace("<!--", "\n").replace("-->", "\n"))
    yield re.split("<[^>]*>", text), unescape


def _address(text: str) -> str:
    return unescape(unquote(text))
