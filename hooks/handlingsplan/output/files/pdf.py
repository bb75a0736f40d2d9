"""A year's report as a PDF: the very words of its page, set by Typst as a tagged document.

Built for PDF/UA-1 (ISO 14289-1) and checked by machines only: nobody may call it conforming on that ground. Typst
itself stops on a missing title, a skipped level of headings and a character without a glyph.
"""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...plan.terms import swedish_date
from ..pages import report
from ..pages.lights import LIGHTS, OLD, light_of
from .markup import classes, tree

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterator
    from xml.etree import ElementTree as ET

    from ..pages.page import Renderer

TEMPLATES = Path(__file__).parent
REPORT = "report.typ"
MISSING = "□"
"""Stands for a character that no font in Typst has: an emoji, say. Whatever a plan holds, there is a report."""
WHOLE = 500
"""A row is kept on one page where no cell has more letters: so many fit on one in the narrowest column."""
MISSING_NOTE = f"{MISSING} står där typsnittet i den här filen saknar ett tecken. På webbsidan står tecknet."

Made = dict[str, Any]


def made_of(renderer: Renderer, year: int | None) -> bytes:
    """Return everything that a report is made of, as JSON; see ``report.html`` for None."""
    view, frame = renderer.view, renderer.view.plan.frame
    blocks = list(_blocks(tree(report.html(renderer, year))))
    first = next(index for index, block in enumerate(blocks) if block["kind"] == "heading" and block["level"] > 1)
    return json_of(
        {
            "title": f"{report.title(year)} av {frame.name}",
            "municipality": frame.municipality,
            "note": "Internt, bara för medarbetare" if view.internal else "",
            "words": swedish_date(view.today),
            "cover": blocks[:first],
            "blocks": blocks[first:],
            **_looks(view.today),
        }
    )


def write(renderer: Renderer, year: int | None) -> bytes:
    """Return the report of a reported year; for None of a plan that nobody has reported on."""
    return typeset(REPORT, made_of(renderer, year))


def _looks(day: datetime.date) -> Made:
    return {
        "day": [day.year, day.month, day.day],
        "lights": {str(light): drawn.colour for light, drawn in LIGHTS.items()},
    }


def json_of(value: Made) -> bytes:
    """Return what a template asks for, always written the same way."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()


# Typst ---------------------------------------------------------------------------------------------------------------

_NO_GLYPH = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)


def typeset(template: str, data: bytes) -> bytes:
    """Return a template of this folder, filled in, as a PDF whose bytes depend on nothing else.

    The data goes in as values, never as source: what looks like code in a plan is text to Typst. No font of the
    machine's is used: Typst carries Libertinus Serif (OFL).

    Args:
        template: the name of a Typst file.
        data: what it asks for, as JSON, with ``day`` as the document's date.

    """
    import typst  # 30 MB of machine code, which no command but a build and an export needs

    text = data.decode()
    while True:
        try:
            made = typst.compile(
                TEMPLATES / template,
                ignore_system_fonts=True,
                pdf_standards=["ua-1"],
                sys_inputs={"data": text, "note": MISSING_NOTE if MISSING in text else ""},
            )
        except typst.TypstError as error:
            # It tells of all of them at once, with what they stand together with. What JSON is written with is ASCII.
            told = _unescaped("".join(_NO_GLYPH.findall(error.diagnostic)))
            unknown = {letter for letter in told if not letter.isascii()} & set(text) - {MISSING}
            if not unknown:
                raise
            # "1⃣" is told of whole: a mark goes alone, or its letter would be lost everywhere.
            unknown = {letter for letter in unknown if unicodedata.category(letter)[0] == "M"} or unknown
            text = text.translate(dict.fromkeys(map(ord, unknown), MISSING))
        else:
            return bytes(made)


def _unescaped(text: str) -> str:
    r"""Return a text that Typst quotes as Rust does, where a character that cannot be seen is its number.

    >>> _unescaped(r"\u{335ad}")
    '\U000335ad'
    """
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), text)


# From the template's HTML ---------------------------------------------------------------------------------------------

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = {*_HEADINGS, "p", "ul", "ol", "dl", "div", "section", "table", "svg"}
_LEFT_OUT = "bara-webb"
_ON_A_LINE_OF_ITS_OWN = {"rad"}
_LOOKS = {"tyst": "quiet", "kalla": "quiet", "fynd": "quiet", "varde": "strong", "remsa__ar": "quiet"}
_KINDS = {"svar": "answer", "anmarkning": "remark", "internt": "remark", "utgangen": "remark"}
_BREAK = {"text": "\n", "look": ""}


def _said(meanings: dict[str, str], names: set[str]) -> str:
    """Return what the first of some classes means; the order in a set differs between runs."""
    return next((meaning for name, meaning in meanings.items() if name in names), "")


def _blocks(node: ET.Element) -> Iterator[Made]:
    """Yield what stands in an element as blocks: headings, paragraphs, lists, tables."""
    runs: list[Made] = []
    for piece in _pieces(node, ""):
        if isinstance(piece, dict):
            runs.append(piece)
            continue
        yield from _paragraph(runs, node)
        runs = []
        yield from _block(piece)
    yield from _paragraph(runs, node)


def _block(node: ET.Element) -> Iterator[Made]:
    makers: dict[str, Callable[[ET.Element], Iterator[Made]]] = {
        "ul": _list, "ol": _list, "dl": _terms, "table": _table, "svg": _bar,
    }  # fmt: skip
    yield from makers.get(node.tag, _blocks)(node)


def _pieces(node: ET.Element, look: str) -> Iterator[Made | ET.Element]:
    """Yield the texts in an element, each with its look, and the blocks among them."""
    yield {"text": node.text or "", "look": look}
    for child in node:
        names = classes(child)
        if child.tag in _BLOCKS and _LEFT_OUT not in names:
            # A drawing within a text helps a word that stands beside it.
            if child.tag != "svg" or "stapel" in names:
                yield child
        elif child.tag == "br":
            yield _BREAK
        elif child.tag != "svg" and _LEFT_OUT not in names:
            if names & _ON_A_LINE_OF_ITS_OWN:
                yield _BREAK
            own = _said(_LOOKS, names) or ("strong" if child.tag == "strong" else look)
            if light := light_of(names):
                own = "" if OLD in names else "strong"
                yield {"light": str(light), "old": OLD in names, "text": "", "look": ""}
            yield from _pieces(child, own)
        yield {"text": child.tail or "", "look": look}


def _paragraph(runs: list[Made], node: ET.Element) -> Iterator[Made]:
    """Yield texts as one paragraph or heading, with their white space as a browser shows it; nothing where none is."""
    kept, blank = list[Made](), True
    for run in runs:
        if run is _BREAK:
            _trimmed(kept)
            kept += [_BREAK] if kept else []
            blank = True
        elif "light" in run:
            kept.append(run)
            blank = True
        elif shown := re.sub(r"[ \t\r\n\f]+", " ", run["text"]):
            shown = shown.lstrip(" ") if blank else shown
            if shown:
                kept.append({"text": shown, "look": run["look"]})
                blank = shown.endswith(" ")
    _trimmed(kept)
    if not any(run.get("light") or run["text"].strip() for run in kept):
        return
    look = _said(_LOOKS, classes(node))
    if node.tag in _HEADINGS:
        yield {"kind": "heading", "level": _HEADINGS[node.tag], "runs": kept}
        return
    kind = _said(_KINDS, classes(node)) or "text"
    yield {"kind": kind, "look": look, "runs": kept}


def _trimmed(runs: list[Made]) -> None:
    """Take away the white space that texts end with."""
    while runs and runs[-1] is not _BREAK and "light" not in runs[-1]:
        runs[-1]["text"] = runs[-1]["text"].rstrip(" ")
        if runs[-1]["text"]:
            return
        runs.pop()


def _list(node: ET.Element) -> Iterator[Made]:
    items = [list(_blocks(item)) for item in node if item.tag == "li" and _LEFT_OUT not in classes(item)]
    if items:
        yield {"kind": "list", "items": items}


def _terms(node: ET.Element) -> Iterator[Made]:
    items: list[Made] = []
    for child in node:
        if child.tag == "dt":
            items.append({"term": list(_blocks(child)), "blocks": []})
        else:
            items[-1]["blocks"] += list(_blocks(child))
    yield {"kind": "facts" if "uppgifter" in classes(node) else "terms", "items": items}


_WIDTHS = {
    "Aktivitet": 2, "Indikator": 2, "Resultat": 2, "Svar": 1.6, "Status": 1.5, "Bedömning": 1.5, "Område": 1.6,
    "Tid": 1.2, "Ansvarig": 1.2, "Före": 0.8,
}  # fmt: skip
"""How wide a column is by the first word of its heading, where that is not 1."""


def _table(node: ET.Element) -> Iterator[Made]:
    caption = node.find("caption")
    head, *rows = node.iter("tr")
    yield {
        "kind": "table",
        "caption": list(_blocks(caption)) if caption is not None else [],
        "head": [list(_blocks(cell)) for cell in head],
        "rows": [
            {
                "cells": [list(_blocks(cell)) for cell in row],
                "whole": all(len("".join(cell.itertext())) <= WHOLE for cell in row),
            }
            for row in rows
        ],
        "widths": [_WIDTHS.get("".join(cell.itertext()).split(" ")[0], 1) for cell in head],
    }


def _bar(node: ET.Element) -> Iterator[Made]:
    """Yield the bar of the totals; the same numbers stand as text beside it."""
    yield {
        "kind": "bar",
        "parts": [
            {
                "light": str(light_of(classes(part))),
                "width": float(part.get("width", "").removesuffix("%")),
                "words": [text.text for text in part.iter("text")],
            }
            for part in node
        ],
    }
