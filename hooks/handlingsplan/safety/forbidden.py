"""Nothing in a built page that the site's own servers forbid browsers to run or show.

The Content-Security-Policy in ``publishing/servers.py`` names files only: code and looks within a page would be dropped
without a word to the reader, so they are faults here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..plan.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_CONTENT = re.compile(r"(<(script|style)\b[^>]*>).*?</\2>", re.DOTALL | re.IGNORECASE)
# Possessive, so that a stray "<" costs its own length and not two to the power of it.
_TAG = re.compile(r"<([a-zA-Z][\w-]*)((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>")
_ATTRIBUTE = re.compile(r"([^\s=\"'/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?")
_DATA = {"application/json", "application/ld+json"}
"""What a browser does not run."""
_EMBEDDED = {"applet", "audio", "embed", "frame", "iframe", "object", "video"}
_SUSPECT = re.compile(
    rf"<(?:style|script|{'|'.join(sorted(_EMBEDDED))})\b|[\s\"'/](?:style|on[a-z]+)\s*=", re.IGNORECASE
)
"""Most pages hold none of it but the theme's own scripts, and are not taken apart."""
_KNOWN = re.compile(r"<script (?:id=\"__config\" type=\"application/json\"|src=\"[^\"<>]*\")>")


def check_forbidden(folder: Path, name: str) -> list[Fault]:
    """Return what a built site's pages hold that its servers' policy stops.

    Args:
        folder: the site's folder.
        name: the site's name, as messages show it.

    """
    # What a template holds is on every page: one fault for each, at the first page that has it.
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted(folder.rglob("*.html")):
        html = path.read_text(encoding="utf-8")
        if _SUSPECT.search(_KNOWN.sub("", html)):
            for fault in dict.fromkeys(_forbidden(html)):
                found.setdefault(fault, []).append(path.relative_to(folder).as_posix())
    return [
        Fault(f"{name}/{where[0]}", 0, 0, what + (f" (och {len(where) - 1} sidor till)" if where[1:] else ""), remedy)
        for (what, remedy), where in found.items()
    ]


def _forbidden(html: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong, and what to do about it."""
    for tag in _TAG.finditer(_CONTENT.sub(r"\1", _COMMENT.sub("", html))):
        name = tag[1].lower()
        attributes = {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _ATTRIBUTE.finditer(tag[2])}
        if name == "script" and not attributes.get("src") and attributes.get("type", "").strip().lower() not in _DATA:
            yield "sidan har ett skript i sig, som servern stoppar", "lägg skriptet i en fil, eller ta bort det"
        elif name == "style":
            yield "sidan har ett <style>, som servern stoppar", "lägg reglerna i overrides/assets/plan.css"
        elif name in _EMBEDDED:
            yield f"sidan har ett <{name}>, som servern stoppar", "ta bort det, och länka till innehållet i stället"
        for attribute in attributes:
            if attribute.startswith("on"):
                yield f"<{name}> har attributet {attribute}, som är kod och stoppas av servern", "ta bort attributet"
            elif attribute == "style":
                remedy = "ta bort attributet; i en tabell är det kolon i raden under rubrikerna som ger det"
                yield f"<{name}> har attributet style, som servern stoppar", remedy
