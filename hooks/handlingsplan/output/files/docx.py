"""The plan's own table for one year as a Word document, with its seven columns and lights, to paste into a report.

Its words are those of the pages: the pages' own template makes the table, and what it made is written here as
WordprocessingML (ECMA-376), so that the two cannot differ.
"""

from __future__ import annotations

import io
import re
import zipfile
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from ...plan import assessment
from ..pages import paths
from ..pages.lights import LIGHTS, OLD, light_of
from .markup import classes, tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree import ElementTree as ET

    from ..pages.page import Renderer

PARTS = Path(__file__).parent / "word"
"""What a document is made of; words in capitals within braces are filled in."""
WIDTHS = (1600, 3600, 2000, 2050, 1650, 2600, 1638)
"""The seven columns on a landscape A4 with margins of 15 mm, in twentieths of a point."""


def write(renderer: Renderer, year: int | None) -> bytes:
    """Return the document for a reported year; for None the plan as it stands, where nobody has reported."""
    view = renderer.view
    rows = [(area, assessment.report(area, year)) for area in view.plan.areas]
    tables = [
        (table, own) for table in view.plan.tables if (own := [row for row in rows if row[0].table == table.number])
    ]
    html = renderer.render("word.html", paths.FOLLOW_UP, year=year, tables=tables, counted=view.totals(year=year))
    given = {
        "RUBRIK": escape(" ".join(filter(None, ("Uppföljning", str(year or ""), f"av {view.plan.frame.name}")))),
        "KOMMUN": escape(view.plan.frame.municipality),
        "DAG": view.today.isoformat(),
        "TEXT": "".join(_blocks(tree(html))),
    }
    return packed(
        {
            path.relative_to(PARTS).as_posix(): re.sub(
                r"\{([A-Z]+)\}", lambda name: given[name[1]], path.read_text(encoding="utf-8")
            ).encode()
            for path in sorted(PARTS.rglob("*"))
            if path.is_file()
        }
    )


def packed(parts: dict[str, bytes]) -> bytes:
    """Return files as a zip archive whose bytes depend on nothing else."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # not the system that happens to write it
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()


# From the template's HTML ---------------------------------------------------------------------------------------------

_STYLES = {"h1": "Rubrik1", "h2": "Rubrik2", "caption": "Beskrivning", "li": "Liststycke"}
_BLOCKS = {*_STYLES, "p", "ul", "div", "table"}
_ON_A_LINE_OF_ITS_OWN = {"rad", "tidslage", "delniva"}
_QUIET = {"tidslage", "tyst"}
_BREAK = ("\v", "")
"""A line break: a character that no text of a plan may hold."""


def _blocks(node: ET.Element, style: str = "") -> Iterator[str]:
    """Yield what stands in an element as paragraphs and tables."""
    runs: list[tuple[str, str]] = []
    for piece in _pieces(node, ""):
        if isinstance(piece, tuple):
            runs.append(piece)
            continue
        yield from _paragraph(runs, style)
        runs = []
        if piece.tag == "table":
            yield from _table(piece)
        else:
            within = piece.tag == "li" and "enkel" in classes(node)
            yield from _blocks(piece, "" if within else _STYLES.get(piece.tag, style if piece.tag != "p" else ""))
    yield from _paragraph(runs, style)


def _pieces(node: ET.Element, look: str) -> Iterator[tuple[str, str] | ET.Element]:
    """Yield the texts in an element, each with its looks as run properties, and the blocks among them."""
    yield node.text or "", look
    for child in node:
        names = classes(child)
        if child.tag in _BLOCKS:
            yield child
        elif child.tag == "br":
            yield _BREAK
        elif child.tag != "svg":
            shown = light_of(names)
            light = LIGHTS[shown] if shown else None
            # Within a list the light follows the activity's text.
            if names & _ON_A_LINE_OF_ITS_OWN or (light and node.tag == "li"):
                yield _BREAK
            own = "<w:b/>" if child.tag == "strong" else '<w:color w:val="4A565C"/>' if names & _QUIET else ""
            if light:
                own = f'{"" if OLD in names else "<w:b/>"}<w:color w:val="{light.colour[1:]}"/>'
                yield (
                    f"{light.hollow if OLD in names else light.shape} ",
                    f'<w:rFonts w:ascii="{_SYMBOLS}" w:hAnsi="{_SYMBOLS}"/>{own}',
                )
            yield from _pieces(child, own or look)
        yield child.tail or "", look


_SYMBOLS = "Segoe UI Symbol"


def _paragraph(runs: list[tuple[str, str]], style: str) -> Iterator[str]:
    """Yield texts as one paragraph, with their white space as a browser shows it; nothing where there is none."""
    written, breaks, blank = "", "", True
    for text, look in runs:
        if (text, look) == _BREAK:
            # A blank before a break can end up on a line of its own.
            written = re.sub(" (?=</w:t></w:r>$)", "", written)
            breaks, blank = "<w:r><w:br/></w:r>" if written else "", True
            continue
        shown = re.sub(r"[ \t\r\n\f]+", " ", text)
        # A hard space keeps a word to a drawing, which is not here.
        shown = shown.lstrip(" \u00a0") if blank else shown
        if shown:
            blank = shown.endswith(" ")
            looks = f"<w:rPr>{look}</w:rPr>" if look else ""
            written += f'{breaks}<w:r>{looks}<w:t xml:space="preserve">{escape(shown, quote=False)}</w:t></w:r>'
            breaks = ""
    if written:
        yield f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{written}</w:p>' if style else f"<w:p>{written}</w:p>"


def _table(table: ET.Element) -> Iterator[str]:
    """Yield a table, its caption above it, its heading repeated on each page."""
    caption = table.find("caption")
    if caption is not None:
        yield from _blocks(caption, "Beskrivning")
    name = escape(" ".join("".join(caption.itertext()).split())) if caption is not None else ""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in WIDTHS)
    yield (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Plantabell"/><w:tblW w:w="{sum(WIDTHS)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="0620" w:firstRow="1"/><w:tblCaption w:val="{name}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>"
    )
    for part in table:
        for row in part.findall("tr"):
            repeated = "<w:tblHeader/>" if part.tag == "thead" else ""
            yield f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>"
            for cell, width in zip(row, WIDTHS, strict=True):
                yield f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
                yield "".join(_blocks(cell)) or "<w:p/>"  # a cell holds a paragraph, if an empty one
                yield "</w:tc>"
            yield "</w:tr>"
    yield "</w:tbl>"
