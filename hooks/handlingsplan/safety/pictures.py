"""Reads a picture part by part: what shows it may stand, and what else it says of who took it, where and when may not.

Pixels are not looked at. Nothing is removed either: whoever publishes the picture must know what was in it.
"""

from __future__ import annotations

import re
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from .site_files import parse, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

TELLS = "bilden har uppgifter i sig som inte syns ({}), till exempel om vem som har tagit den, när och var"
NOT_SO = "innehållet är inte en hel bild av typen {}"
TRAILING = "det ligger mer i filen efter bilden"
CODE = "bilden har {} i sig"
REMEDY = "öppna bilden, kopiera den, klistra in den i en ny bild och spara den som png eller jpg; handboken visar hur"

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_PARTS = {
    "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "bKGD", "hIST", "pHYs", "sPLT",
    "acTL", "fcTL", "fdAT", "cICP", "mDCV", "cLLI",
}  # fmt: skip
"""The parts of a PNG that show it (PNG, third edition, chapter 11); the others are text, time and Exif."""
_WEBP_PARTS = {"VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"}
_JPEG_START, _JPEG_END, _JPEG_SCAN = b"\xff\xd8\xff", 0xD9, 0xDA
_JPEG_OWN = (*range(0xE0, 0xF0), 0xFE)
"""Kinds of segments that belong to programs; ``_JPEG_PARTS`` is what those begin with that show the picture."""
_JPEG_PARTS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_JPEG_NAMES = {0xE1: "Exif eller XMP", 0xED: "IPTC", 0xFE: "kommentar"}
_JPEG_MARK = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""Ends the picture's own bytes: neither an escaped 255 nor a restart."""

_SVG = {
    "svg", "g", "defs", "symbol", "use", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline",
    "polygon", "text", "tspan", "textpath", "a", "style", "lineargradient", "radialgradient", "stop", "clippath",
    "mask", "pattern", "marker",
}  # fmt: skip
_SVG_NAMES = {"xml:space", "xml:lang", "xmlns:xlink", "xlink:href"}


def fault(name: str, data: bytes) -> str:
    """Return what is wrong with a picture, in Swedish; empty where all of it shows.

    Args:
        name: the file's name, whose ending says what it should be.
        data: its bytes.

    """
    suffix = PurePosixPath(name).suffix.lower()
    try:
        return _READERS[suffix](data)
    except (IndexError, ValueError):
        return NOT_SO.format(suffix[1:])


def _png(data: bytes) -> str:
    if not data.startswith(_PNG):
        raise ValueError
    kind, at = "", len(_PNG)
    while kind != "IEND":
        length, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8].decode("ascii")
        part = data[at + 4 : at + 8 + length]
        at += length + 12
        if at > len(data) or zlib.crc32(part) != int.from_bytes(data[at - 4 : at]):
            raise ValueError
        if kind not in _PNG_PARTS:
            return TELLS.format(kind)
    return TRAILING if data[at:] else ""


def _webp(data: bytes) -> str:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise ValueError
    end, at = 8 + int.from_bytes(data[4:8], "little"), 12
    if end > len(data):
        raise ValueError
    while at < end:
        kind = data[at : at + 4].decode("ascii")
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        if kind not in _WEBP_PARTS:
            return TELLS.format(kind.strip())
        at += 8 + length + length % 2
    return TRAILING if data[end:] else ""


def _jpeg(data: bytes) -> str:
    if not data.startswith(_JPEG_START):
        raise ValueError
    at = 2
    while (kind := data[at + 1]) != _JPEG_END:
        length = int.from_bytes(data[at + 2 : at + 4])
        part = data[at + 4 : at + 2 + length]
        # The last two bytes of a JFIF are the size of a small picture in it, which may show more than the picture.
        if kind in _JPEG_OWN and (
            not part.startswith(_JPEG_PARTS.get(kind, b"\xff\xff")) or (kind == min(_JPEG_OWN) and any(part[12:14]))
        ):
            return TELLS.format(_JPEG_NAMES.get(kind, "APP"))
        at += 2 + length
        if kind == _JPEG_SCAN:
            mark = _JPEG_MARK.search(data, at)
            at = mark.start() if mark else len(data)
        while data[at : at + 2] == b"\xff\xff":  # a filler
            at += 1
        if data[at] != data[2]:
            raise ValueError
    return TRAILING if data[at + 2 :].strip(b"\0") else ""


def _svg(data: bytes) -> str:
    text = data.decode("utf-8-sig")
    if not re.match(r"\s*(?:<\?xml [^>]*\?>\s*)?<svg[\s/>]", text) or not re.search(r"</svg>\s*\Z|/>\s*\Z", text):
        raise ValueError
    if "<!" in text or "<?" in text[5:]:
        return TELLS.format("kommentar eller annat som inte ritas")
    return next((what for tag in tags(text) for what in _svg_tag(tag)), "")


def _svg_tag(written: str) -> Iterator[str]:
    """Yield what a tag of a drawing holds besides the drawing: code, other documents, what a program keeps there."""
    tag = parse(written)
    if tag is None or tag.name not in _SVG:
        yield (CODE if tag and tag.name in {"script", "foreignobject", "image"} else TELLS).format(f"<{written[1:20]}…")
        return
    for inner in tags(tag.inner):  # within a drawing what stands in a title is elements
        yield from _svg_tag(inner)
    for name, value in tag.given.items():
        program = (":" in name and name not in _SVG_NAMES) or name == "content" or name.startswith("data-")
        if program:
            yield TELLS.format(name)
        elif name.startswith("on") or "data:" in value or (name.endswith("href") and "script:" in value):
            yield CODE.format(name)


_READERS = {".png": _png, ".jpg": _jpeg, ".jpeg": _jpeg, ".webp": _webp, ".svg": _svg}
TYPES = tuple(_READERS)
"""How the names of pictures that can be read end."""


def profiles(data: bytes) -> Iterator[bytes]:
    """Yield the colour profiles of a picture: they may name a screen and whoever made them."""
    for match in re.finditer(rb"iCCP[^\0]{1,79}\0\0", data):
        yield zlib.decompressobj().decompress(data[match.end() :], MAX_PROFILE)
    for match in re.finditer(rb"ICC_PROFILE\0|ICCP", data):
        yield data[match.end() : match.end() + MAX_PROFILE]


MAX_PROFILE = 65_536
"""Bytes of a colour profile, as a segment of a JPEG can hold; it is 560 to 3,200 for a screen."""
