"""Nothing in a built page that the site's own servers forbid browsers to run or show.

The Content-Security-Policy in ``deliver/servers.py`` names files only: code and looks within a page would be dropped
without a word to the reader, so they are faults here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..text.faults import Fault
from .site_files import PAGES, parse, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .site_files import SiteFiles, Tag

_DATA = {"application/json", "application/ld+json"}
"""What a browser does not run."""
_EMBEDDED = {"applet", "audio", "embed", "frame", "iframe", "object", "video"}


def check_forbidden(built: SiteFiles, name: str) -> list[Fault]:
    """Return what a built site's pages hold that its servers' policy stops.

    Args:
        built: the site's files.
        name: the site's name, as messages show it.

    """
    # What a template holds is on every page: one fault for each, at the first page that has it.
    found: dict[tuple[str, str], list[str]] = {}
    wrong = {text: faults for text, tag in built.parsed.items() if (faults := [*_forbidden(tag)])}
    for path, written in built.tags.items():
        if path.lower().endswith(PAGES):
            for fault in dict.fromkeys(fault for text in written if text in wrong for fault in wrong[text]):
                found.setdefault(fault, []).append(path)
    return [
        Fault(f"{name}/{where[0]}", 0, 0, what + (f" (och {len(where) - 1} sidor till)" if where[1:] else ""), remedy)
        for (what, remedy), where in found.items()
    ]


def _forbidden(tag: Tag) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a tag, and what to do about it."""
    name, given = tag.name, tag.given
    if name == "script" and not given.get("src") and given.get("type", "").strip().lower() not in _DATA:
        yield "sidan har ett skript i sig, som servern stoppar", "lägg skriptet i en fil, eller ta bort det"
    elif name == "style":
        yield "sidan har ett <style>, som servern stoppar", "lägg reglerna i overrides/assets/plan.css"
    elif name in _EMBEDDED:
        yield f"sidan har ett <{name}>, som servern stoppar", "ta bort det, och länka till innehållet i stället"
    elif name in {"textarea", "title"}:  # within a drawing what stands in a title is elements
        for inner in filter(None, map(parse, tags(tag.inner))):
            yield from _forbidden(inner)
    for attribute in given:
        if attribute.startswith("on"):
            yield f"<{name}> har attributet {attribute}, som är kod och stoppas av servern", "ta bort attributet"
        elif attribute == "style":
            remedy = "ta bort attributet; i en tabell är det kolon i raden under rubrikerna som ger det"
            yield f"<{name}> har attributet style, som servern stoppar", remedy
