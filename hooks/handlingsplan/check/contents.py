"""Reads a file into the texts that it holds, whatever they are written in: markup, escapes, Word, Excel, PDF.

Used by the checks that search what is about to be published. Only the types that pages need and that a build makes are
read, those fully; a file of any other type cannot be checked, and says so.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
import re
import sys
import zipfile
import zlib
from contextlib import closing
from dataclasses import dataclass, field
from html import unescape
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ..kept import kept
from ..rules import pictures
from ..text.decoding import unfolded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BREAK = "\x1e"
"""Stands where one text ends and the next begins: words on either side are not in a row."""
MAX_BYTES = 300_000_000
"""Bytes that one file may unfold to; a site of 1,000 activities is 10 MB. More is a mistake or a zip bomb."""

BROKEN = "den är trasig, eller något annat än ändelsen säger"
LOCKED = "den är krypterad"
TOO_LARGE = "den är för stor uppackad"
UNKNOWN = "filtypen går inte att granska"
WITHIN = "den har en annan fil i sig"
EARLIER = "den har äldre versioner i sig"

TEXTS = {
    ".css", ".csv", ".config", ".conf", ".htm", ".html", ".ics", ".js", ".json", ".map", ".md", ".txt", ".webmanifest",
    ".xhtml", ".xml", ".yaml", ".yml",
}  # fmt: skip
"""How the names of files end that are text and nothing else."""
_PACKED = {".gz", ".br"}
"""Copies of pages as servers keep them."""


@dataclass(slots=True)
class Contents:
    """What a file holds."""

    pieces: list[str] = field(default_factory=list)
    """Its texts as they are written, cut at paragraphs and the like; ``readings`` undoes entities, escapes and tags.

    Pages have most of their pieces in common: who reads many files reads each piece once.
    """
    closed: str = ""
    """Why something in it could not be read, in Swedish; empty where everything was."""


def contents(name: str, data: bytes, copies: Path | None = None) -> Contents:
    """Read a file.

    Args:
        name: its path, whose ending says what it is.
        data: its bytes.
        copies: a folder where what PDFs hold is kept, since they take long to read.

    """
    suffix = PurePosixPath(name).suffix.lower()
    pieces = list[str]()
    try:
        if suffix in _PACKED:
            # A gzip header can hold a file's name and a comment.
            pieces.append(data[:600].decode("latin-1"))
            data = _unpacked(suffix, data)
            name = name.removesuffix(suffix)
            suffix = PurePosixPath(name).suffix.lower()
        pieces.extend(_pieces(suffix, name, data, copies))
    except _Closed as closed:
        return Contents(pieces, str(closed))
    return Contents(pieces)


class _Closed(Exception):  # noqa: N818  # not an error of the program; ``contents`` hands it on as a value
    """Something could not be read; says why."""


def _pieces(suffix: str, name: str, data: bytes, copies: Path | None) -> Iterator[str]:
    if suffix in pictures.TYPES:
        if suffix == ".svg":
            yield from cut(decoded(data) or "", suffix)
        for profile in pictures.profiles(data):
            yield from (profile.decode(kind, "replace") for kind in ("latin-1", "utf-16-be"))
        if what := pictures.fault(name, data):
            raise _Closed(what)
    elif suffix in {".docx", ".xlsx"}:
        yield from _office(data)
    elif suffix == ".pdf":
        yield from _pdf(data, copies)
    elif suffix not in TEXTS:
        raise _Closed(UNKNOWN)
    elif (text := decoded(data)) is None:
        raise _Closed(BROKEN)
    else:
        yield from cut(text, suffix)


def _unpacked(suffix: str, data: bytes) -> bytes:
    """Return what a server's copy of a page was made of."""
    import brotli

    unfolder: Any = brotli.Decompressor() if suffix == ".br" else zlib.decompressobj(zlib.MAX_WBITS | 16)
    unfold = unfolder.process if suffix == ".br" else unfolder.decompress
    unfolded = bytearray()
    try:
        for at in range(0, len(data), 4096):
            unfolded += unfold(data[at : at + 4096])
            if len(unfolded) > MAX_BYTES:
                raise _Closed(TOO_LARGE)
    except (zlib.error, brotli.error):
        raise _Closed(BROKEN) from None
    if not (unfolder.is_finished() if suffix == ".br" else unfolder.eof and not unfolder.unused_data):
        raise _Closed(BROKEN)
    return bytes(unfolded)


_PARAGRAPH = re.compile(r"</(?:w:p|a:p|si|is|c|row|text|v|f|[a-z]+:[a-z]+Text|dc:\w+|cp:\w+)>")
"""Where a text ends in Word and Excel. A change of font, colour or language in the middle of a word ends none."""


def _office(data: bytes) -> Iterator[str]:
    """Yield the texts of every part of a Word or Excel file: all of them XML, as those that a build makes."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
        if sum(member.file_size for member in members) > MAX_BYTES:
            raise _Closed(TOO_LARGE)
        for member in members:
            if member.flag_bits & 1:
                raise _Closed(LOCKED)
            yield f"{member.filename}{BREAK}{decoded(member.comment) or ''}"
            if not member.filename.endswith((".xml", ".rels")):
                raise _Closed(WITHIN)
            text = archive.read(member).decode("utf-8")
            yield from (re.sub("<[^>]*>", "", part) for part in _PARAGRAPH.split(text))
            yield BREAK.join(value for pair in _ATTRIBUTE.findall(text) for value in pair if value)
        yield decoded(archive.comment) or ""
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise _Closed(LOCKED if locked else BROKEN) from None


_ATTRIBUTE = re.compile(r"=\s*\"([^\"]*)\"|=\s*'([^']*)'|<!--(.*?)-->", re.DOTALL)


def _pdf(data: bytes, copies: Path | None) -> Iterator[str]:
    """Yield a PDF's pages, properties, links, comments and forms."""
    copy = copies / f"{hashlib.sha256(data).hexdigest()}.json" if copies else None
    told = json.loads(kept(copy, b"", lambda: _read_pdf(data)))
    for page in told["pages"]:
        # A hyphen where a line ends may be the word's own.
        yield page.replace(_LINE_HYPHEN, "-")
        if _LINE_HYPHEN in page:
            yield page.replace(_LINE_HYPHEN, "")
    yield from told["texts"]
    if told["closed"]:
        raise _Closed(told["closed"])


_LINE_HYPHEN = "\ufffe"
"""What PDFium makes of a hyphen at the end of a line, and of the end of the line."""


def _read_pdf(data: bytes) -> bytes:
    """Return the texts of a PDF's pages, its other texts, and why it could not be read fully, as JSON."""
    import logging

    from pypdf import PdfReader
    from pypdf.generic import NameObject
    from pypdfium2 import PdfDocument

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it says of a broken file is said here
    told: dict[str, Any] = {"pages": [], "texts": [], "closed": ""}
    try:
        # Two libraries: pypdf, which knows every object, takes 30 ms for the text of a page; PDFium takes 2.
        with closing(PdfDocument(data)) as document:
            told["pages"] = [page.get_textpage().get_text_range() for page in document]
        reader = PdfReader(io.BytesIO(data))
        size: Any = reader.trailer["/Size"]
        objects: list[Any] = [reader.get_object(number) for number in range(1, int(size))]
        drawn = {id(part) for page in reader.pages for part in _contents(page)}
        told["texts"] = [text for each in objects for text in _strings(each, NameObject)]
        for stream in (each for each in objects if id(each) not in drawn and _tells(each)):
            inside = stream.get_data()
            text = inside.decode("utf-16-be", "replace") if "/N" in stream else decoded(inside)  # a colour profile
            told["texts"] += [*cut(text)] if text else []
            if text is None or _kind(stream) == "/EmbeddedFile":
                told["closed"] = WITHIN
        # What has been taken away since an earlier version can still be read (ISO 32000-1, 7.5.6).
        # One that is made for the web has a mark early that ends no version.
        versions = data.count(b"%%EOF") - (b"/Linearized" in data[:1024])
        told["closed"] = LOCKED if reader.is_encrypted else EARLIER if versions > 1 else told["closed"]
    except Exception as error:  # noqa: BLE001  # a PDF that is broken on purpose makes them raise anything
        told["closed"] = LOCKED if re.search("crypt|password", str(error), re.IGNORECASE) else BROKEN
    return json.dumps(told).encode()


def _strings(node: Any, name: type) -> Iterator[str]:
    """Yield every string in an object of a PDF, but not what it only refers to, nor names."""
    if isinstance(node, dict):
        for value in node.values():
            yield from _strings(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value, name)
    elif isinstance(node, bytes):
        yield decoded(node) or node.decode("latin-1")
    elif isinstance(node, str) and not isinstance(node, name):
        yield str(node)


def _kind(node: Any) -> Any:
    return node.get("/Type") if isinstance(node, dict) else None


def _contents(page: Any) -> list[Any]:
    """Return the streams that a page is drawn by: PDFium reads those."""
    found = page.get("/Contents")
    found = found.get_object() if found is not None else []
    return [part.get_object() for part in found] if isinstance(found, list) else [found]


def _tells(node: Any) -> bool:
    """Whether an object of a PDF is a stream that may tell something: an attached file, a form, a script, a note."""
    if not hasattr(node, "get_data") or _kind(node) in {"/XRef", "/ObjStm"}:
        return False
    font = "/Length1" in node or node.get("/Subtype") in {"/Type1C", "/CIDFontType0C", "/OpenType"}
    return not font and (node.get("/Subtype") != "/Image" or "/DCTDecode" in str(node.get("/Filter")))


# Text ----------------------------------------------------------------------------------------------------------------


def decoded(data: bytes) -> str | None:
    """Return bytes as text, or None where they are none: UTF-8, UTF-16 as far as it shows, else Windows' Latin."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    head = data[:4096]
    if b"\0" in head:
        # Every second byte of Swedish text in UTF-16 is zero.
        for at, kind in ((1, "utf-16-le"), (0, "utf-16-be")):
            if head[at::2].count(0) * 2 > len(head[at::2]) > head[1 - at :: 2].count(0) * 20:
                return data.decode(kind, "replace")
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


_INLINE = (
    "a|abbr|acronym|b|bdi|bdo|big|br|cite|code|data|del|dfn|em|font|i|ins|kbd|label|mark|nobr|q|s|samp|small|span"
    "|strike|strong|sub|sup|time|tspan|tt|u|var|wbr"
)
# Quoted values whole, for they may hold ">". Possessive, so that a stray "<" costs its own length only.
_REST = r"(?=[\s/>])(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+>"
_BLOCK = re.compile(rf"(</?(?!(?:{_INLINE})[\s/>])[a-zA-Z?][\w:.-]*+{_REST})", re.IGNORECASE)
_INSIDE = re.compile(rf"<!--.*?-->|</?(?:{_INLINE}){_REST}", re.DOTALL | re.IGNORECASE)
_LINE_BREAK = re.compile(r"<br\b[^>]*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[a-zA-Z/!?]")
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_BACKSLASH = re.compile(r"\\+(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2})|(?P<space>[nrtbfv])|)")
_CSS_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})[ \t\r\n]?")
_BASE64 = re.compile(r";base64,([A-Za-z0-9+/]{8,}=*)", re.IGNORECASE)
_WRITTEN = re.compile(r"[<&\\%]|;base64,", re.IGNORECASE)
MAX_UNDOING = 4
"""So many times may one way of writing stand inside another: HTML in JSON in an attribute."""


_FOLDED = ("BEGIN:VCALENDAR", "BEGIN:VCARD")


def cut(text: str, suffix: str = "") -> Iterator[str]:
    """Yield the pieces of a text: of JSON each string, of HTML and XML each tag and what stands between two."""
    if suffix in {".json", ".webmanifest", ".map"} or text[:1] in {"{", "["}:
        try:
            # Each string, and each name with its value.
            for part in _json_strings(json.loads(text)):
                yield from cut(part)
        except (ValueError, RecursionError):
            pass
        else:
            return
    if text.startswith(_FOLDED):
        text = unfolded(text)
    if "<" in text:
        yield from filter(str.strip, _BLOCK.split(text))
    else:
        yield text


def _json_strings(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, dict | list):
                yield str(key)
                yield from _json_strings(value)
            else:
                yield f"{key}: {value}"
    elif isinstance(node, list):
        for value in node:
            yield from _json_strings(value)
    else:
        yield str(node)


def readings(piece: str, depth: int = 0) -> Iterator[str]:
    """Yield the ways to read a piece: without the tags in it, and those tags, for attributes and comments speak too."""
    if not _WRITTEN.search(piece):
        yield piece
        return
    if "<!--" in piece:
        # A comment that nothing ends is none: to look for its end would take each of them through all the rest.
        last = max(piece.rfind("-->"), 0)
        piece = piece[:last] + piece[last:].replace("<!--", " ")
    tags = _INSIDE.findall(piece) if "<" in piece else []
    if tags:
        between = _INSIDE.split(_LINE_BREAK.sub(" ", piece))
        together, apart = "".join(between), " ".join(between)
        glued = _undone(together)
        yield glued
        # "<b>ett</b><i>två</i>" may be one word to its reader, or two.
        if len(apart.split()) != len(together.split()):
            yield _undone(apart)
        yield _undone(BREAK.join(tags))
    else:
        glued = _undone(piece)
        yield glued
    if depth < MAX_UNDOING and glued != piece and _ANY_TAG.search(glued):
        # Written out, the markup is text; within a script or a search index it becomes markup again.
        for inner in cut(glued):
            yield from readings(inner, depth + 1)
    if "\\" in piece:
        yield _CSS_ESCAPE.sub(lambda code: _character(code[1]), piece)
    for found in _BASE64.finditer(piece):
        for inner in _inside_base64(found[1]):
            yield from readings(inner, depth + 1)


def _undone(text: str) -> str:
    """Undo entities, escapes and percent signs, also where one stands inside another."""
    for _ in range(MAX_UNDOING):
        before = text
        if "&" in text:
            text = unescape(text)
        if "\\" in text:
            text = _BACKSLASH.sub(_unescaped, text)
        if "%" in text:
            text = _PERCENT.sub(lambda found: unquote(found[0], errors="replace"), text)
        if text == before:
            break
    return text


def _unescaped(code: re.Match[str]) -> str:
    return " " if code["space"] else _character(code[1] or code[2] or code[3] or "")


def _character(digits: str) -> str:
    number = int(digits or "0", 16)
    return chr(number) if 0 < number <= sys.maxunicode else ""


def _inside_base64(text: str) -> list[str]:
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return []
    return [*cut(decoded(data) or "")]
