"""Reads a picture part by part: what shows it may stand, and what else it says of who took it, where and when may not.

Pixels are not looked at. Nothing is removed either: whoever publishes the picture must know what was in it.
"""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterator

TELLS = "bilden har uppgifter i sig som inte syns ({}), till exempel om vem som har tagit den, när och var"
NOT_SO = "innehållet är inte en hel bild av typen {}"
TRAILING = "det ligger mer i filen efter bilden"
CODE = "bilden har {} i sig"
FETCHES = "bilden hämtar något från en annan plats ({})"
REMEDY = "öppna bilden, kopiera den, klistra in den i en ny bild och spara den som png eller jpg; handboken visar hur"

_PNG = b"\x89PNG\r\n\x1a\n"
_ANY = 2**31
_PNG_PARTS = {
    "IHDR": 13, "PLTE": 768, "IDAT": _ANY, "IEND": 0, "tRNS": 256, "cHRM": 32, "gAMA": 4, "iCCP": _ANY, "sBIT": 4,
    "sRGB": 1, "bKGD": 6, "pHYs": 9, "acTL": 8, "fcTL": 26, "fdAT": _ANY, "cICP": 4, "mDCV": 24, "cLLI": 8,
}  # fmt: skip
"""The parts of a PNG that show it (PNG, third edition, chapter 11), and how many bytes each can have."""
_WEBP_PARTS = {"VP8 ": _ANY, "VP8L": _ANY, "VP8X": 10, "ALPH": _ANY, "ANIM": 6, "ANMF": _ANY, "ICCP": _ANY}
_JPEG_START, _JPEG_END, _JPEG_SCAN = b"\xff\xd8\xff", 0xD9, 0xDA
_JPEG_OWN = (*range(0xE0, 0xF0), 0xFE)
"""Kinds of segments that belong to programs; ``_JPEG_PARTS`` is what those look like that show the picture."""
_JPEG_SHOWS = {*range(0xC0, 0xD0), *range(0xDA, 0xDE)} - {0xC8}
# The last two bytes of a JFIF are the size of a small picture in it, which may show more than the picture.
_JPEG_PARTS = {0xE0: rb"JFIF\0.{7}\0\0", 0xE2: rb"ICC_PROFILE\0.*", 0xEE: rb"Adobe.{7}"}
_JPEG_NAMES = {0xE1: "Exif eller XMP", 0xED: "IPTC", 0xFE: "kommentar"}
_JPEG_MARK = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""Ends the picture's own bytes: neither an escaped 255 nor a restart."""

_SVG = {
    "svg", "g", "defs", "symbol", "use", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline",
    "polygon", "text", "tspan", "textPath", "a", "style", "linearGradient", "radialGradient", "stop", "clipPath",
    "mask", "pattern", "marker",
}  # fmt: skip
_SVG_SPACES = re.compile(r"\{http://www\.w3\.org/(?:2000/svg|1999/xlink|XML/1998/namespace)\}")
_LINK = re.compile(r"(?i)(?:https?|mailto|tel):|[^:]*$")
_FETCHES = re.compile(r"(?i)//|\\|@import|url\((?!\s*[\"']?#)")


def fault(name: str, data: bytes) -> str:
    """Return what is wrong with a picture, in Swedish; empty where all of it shows.

    Args:
        name: the file's name, whose ending says what it should be.
        data: its bytes.

    """
    suffix = PurePosixPath(name).suffix.lower()
    try:
        return _READERS[suffix](data)
    except (IndexError, ValueError, ET.ParseError, zlib.error):
        return NOT_SO.format(suffix[1:])


def _png(data: bytes) -> str:
    if not data.startswith(_PNG):
        raise ValueError
    kind, at, pixels = "", len(_PNG), zlib.decompressobj()
    while kind != "IEND":
        first, length, kind = not kind, int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8].decode("ascii")
        part = data[at + 4 : at + 8 + length]
        at += length + 12
        if at > len(data) or zlib.crc32(part) != int.from_bytes(data[at - 4 : at]) or first != (kind == "IHDR"):
            raise ValueError
        if kind not in _PNG_PARTS:
            return TELLS.format(kind)
        if length > _PNG_PARTS[kind]:
            raise ValueError
        if kind == "IDAT":
            _inflate(pixels, part[4:])
        elif kind == "iCCP":
            _inflate(profile := zlib.decompressobj(), part[4:].partition(b"\0\0")[2])
            _ended(profile)
    _ended(pixels)
    return TRAILING if data[at:] else ""


def _inflate(unfolder: zlib._Decompress, data: bytes) -> None:
    """Unfold a part and throw it away, a little at a time: a picture may be large."""
    while data:
        unfolder.decompress(data, _PIECE)
        data = unfolder.unconsumed_tail


_PIECE = 2**20


def _ended(unfolder: zlib._Decompress) -> None:
    """Raise ``ValueError`` unless what was unfolded is whole, with nothing behind it."""
    if not unfolder.eof or unfolder.unused_data:
        raise ValueError


def _webp(data: bytes) -> str:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise ValueError
    end = 8 + int.from_bytes(data[4:8], "little")
    return _webp_parts(data[12:end], end - 12) or (TRAILING if data[end:] else "")


def _webp_parts(data: bytes, end: int) -> str:
    """Return what is wrong with the parts of a picture, or of one picture of a film."""
    at, shown = 0, False
    while at < end:
        kind = data[at : at + 4].decode("ascii")
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        if kind not in _WEBP_PARTS:
            return TELLS.format(kind.strip())
        if length > _WEBP_PARTS[kind] or at + 8 + length > len(data):
            raise ValueError
        if kind == "ANMF" and (what := _webp_parts(data[at + 24 : at + 8 + length], length - 16)):
            return what
        shown = shown or kind in {"VP8 ", "VP8L", "ANMF"}
        at += 8 + length + length % 2
    if not shown:
        raise ValueError
    return ""


def _jpeg(data: bytes) -> str:
    if not data.startswith(_JPEG_START):
        raise ValueError
    at, shown = 2, False
    while (kind := data[at + 1]) != _JPEG_END:
        length = int.from_bytes(data[at + 2 : at + 4])
        part = data[at + 4 : at + 2 + length]
        if kind in _JPEG_OWN:
            if not re.fullmatch(_JPEG_PARTS.get(kind, rb"(?!)"), part, re.DOTALL):
                return TELLS.format(_JPEG_NAMES.get(kind, "APP"))
        elif kind not in _JPEG_SHOWS:
            return TELLS.format(f"{kind:X}")
        at += 2 + length
        if kind == _JPEG_SCAN:
            mark, shown = _JPEG_MARK.search(data, at), True
            at = mark.start() if mark else len(data)
        while data[at : at + 2] == b"\xff\xff":  # a filler
            at += 1
        if data[at] != data[2]:
            raise ValueError
    if not shown:
        raise ValueError
    return TRAILING if data[at + 2 :].strip(b"\0") else ""


def _svg(data: bytes) -> str:
    text = data.decode("utf-8-sig").strip()
    if "<!" in text or "<?" in re.sub(r"\A<\?xml [^>]*\?>", "", text):
        return TELLS.format("kommentar eller annat som inte ritas")
    root = ET.fromstring(text.encode())  # noqa: S314  # without a document type there is nothing that it could fetch
    if _SVG_SPACES.sub("", root.tag) != "svg":
        raise ValueError
    return next((what for element in root.iter() for what in _svg_element(element)), "")


def _svg_element(element: ET.Element) -> Iterator[str]:
    """Yield what an element holds besides the drawing: code, other documents, what a program keeps there."""
    name = _SVG_SPACES.sub("", element.tag)
    if name not in _SVG:
        yield (CODE if name in {"script", "foreignObject", "image"} else TELLS).format(f"<{name.rpartition('}')[2]}>")
    if name == "style" and _FETCHES.search(element.text or ""):
        yield FETCHES.format("<style>")
    for written, value in element.attrib.items():
        given, address = _SVG_SPACES.sub("", written), re.sub(r"\s", "", value)
        if given.startswith(("{", "data-")) or given == "content":
            yield TELLS.format(given.rpartition("}")[2])
        elif given.lower().startswith("on") or "data:" in address or (given == "href" and not _LINK.match(address)):
            yield CODE.format(given)
        elif name != "a" and not value.startswith("#") if given == "href" else _FETCHES.search(value):
            yield FETCHES.format(given)


_READERS = {".png": _png, ".jpg": _jpeg, ".jpeg": _jpeg, ".webp": _webp, ".svg": _svg}
TYPES = tuple(_READERS)
"""How the names of pictures that can be read end."""


def profiles(data: bytes) -> Iterator[bytes]:
    """Yield the colour profiles of a picture: they may name a screen and whoever made them."""
    for match in re.finditer(rb"iCCP[^\0]{1,79}\0\0", data):
        yield match[0]  # a profile's name
        with suppress(zlib.error):  # pixels may look like its beginning
            yield zlib.decompressobj().decompress(data[match.end() :], MAX_PROFILE)
    for match in re.finditer(rb"ICC_PROFILE\0|ICCP", data):
        yield data[match.end() : match.end() + MAX_PROFILE]


MAX_PROFILE = 65_536
"""Bytes of a colour profile, as a segment of a JPEG can hold; it is 560 to 3,200 for a screen."""
