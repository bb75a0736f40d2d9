"""Opens any built file into the texts it holds, whatever they are wrapped in: markup, escapes, archives, PDF.

Used by the checks that search what is about to be published. What cannot be opened cannot be checked, and says so.
"""

from __future__ import annotations

import base64
import binascii
import bz2
import gzip
import hashlib
import io
import json
import lzma
import re
import struct
import sys
import zipfile
import zlib
from contextlib import closing, suppress
from dataclasses import dataclass, field
from html import unescape
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import unquote

from ..kept import kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BREAK = "\x1e"
"""Stands where one text ends and the next begins: words on either side are not in a row."""
MAX_DEPTH = 6
"""An archive in an archive in … deeper than this is not opened."""
MAX_BYTES = 300_000_000
"""Bytes that one file may unfold to; a site of 1,000 activities is 10 MB. More is a mistake or a zip bomb."""
MAX_MEMBERS = 20_000

BROKEN = "den är trasig"
LOCKED = "den är krypterad"
TOO_LARGE = "den är för stor uppackad"
UNKNOWN = "formatet går inte att öppna"


@dataclass(slots=True)
class Contents:
    """What a file holds."""

    pieces: list[str] = field(default_factory=list)
    """Its texts as they are written, cut at paragraphs and the like; ``readings`` undoes entities, escapes and tags.

    Pages have most of their pieces in common: who reads many files reads each piece once.
    """
    closed: str = ""
    """Why something in it could not be opened, in Swedish; empty where everything was."""


def contents(name: str, data: bytes, copies: Path | None = None) -> Contents:
    """Open a file.

    Args:
        name: its path, whose ending helps to tell what it is; what the bytes say goes before.
        data: its bytes.
        copies: a folder where what PDFs hold is kept, since they take long to read.

    """
    opener, pieces = _Opener(copies), list[str]()
    try:
        pieces.extend(opener.open(name, data))
    except _Closed as closed:
        opener.closed = str(closed)
    return Contents(pieces, opener.closed)


class _Closed(Exception):  # noqa: N818  # not an error of the program; ``contents`` hands it on as a value
    """Something could not be opened; says why."""


class _Opener:
    def __init__(self, copies: Path | None) -> None:
        self.copies = copies
        self.closed = ""
        self.left = MAX_BYTES

    def open(self, name: str, data: bytes, depth: int = 0) -> Iterator[str]:
        """Yield the pieces of text in bytes, whatever they are."""
        suffix = PurePosixPath(name).suffix.lower()
        self.left -= len(data)
        if depth > MAX_DEPTH or self.left < 0:
            raise _Closed(TOO_LARGE)
        if data.startswith(_FOREIGN):
            raise _Closed(UNKNOWN)
        if stream := next((stream for magic, stream in _STREAMS.items() if data.startswith(magic)), None):
            # A gzip header may hold the name of the file, and a comment, that it was made from.
            yield from _binary(data[:600])
            with _Reading(), stream(io.BytesIO(data)) as file:
                inner = self._unfolded(file)
            yield from self.open(name.removesuffix(suffix), inner, depth + 1)
        elif suffix == ".br":
            yield from self.open(name.removesuffix(suffix), self._brotli(data), depth + 1)
        elif data.startswith(_ZIP):
            yield from self._zip(data, depth)
        elif b"%PDF-" in data[:1024] or suffix == ".pdf":
            yield from self._pdf(data, depth)
        elif _OLE_LOCKED in data:
            raise _Closed(LOCKED)
        elif suffix in _ZIPS:
            raise _Closed(BROKEN)
        elif (text := decoded(data)) is not None:
            yield from cut(text, suffix)
        else:
            yield from _binary(data)
            yield from self._picture(data)

    def _within(self, name: str, data: bytes, depth: int) -> Iterator[str]:
        """Yield what stands within something opened; what is closed there is remembered, and the rest read on."""
        try:
            yield from self.open(name, data, depth + 1)
        except _Closed as closed:
            self.closed = self.closed or str(closed)

    def _unfolded(self, stream: IO[bytes]) -> bytes:
        """Read a stream that may unfold to far more than it is."""
        data = stream.read(self.left + 1)
        if len(data) > self.left:
            raise _Closed(TOO_LARGE)
        return data

    def _brotli(self, data: bytes) -> bytes:
        import brotli

        unfold, inner = brotli.Decompressor(), bytearray()
        try:
            for at in range(0, len(data), 4096):
                inner += unfold.process(data[at : at + 4096])
                if len(inner) > self.left:
                    raise _Closed(TOO_LARGE)
            finished = unfold.is_finished()
        except brotli.error:
            finished = False
        if not finished:
            raise _Closed(BROKEN)
        return bytes(inner)

    def _zip(self, data: bytes, depth: int) -> Iterator[str]:
        """Yield an archive's names, comments and members: zip, and what is one: xlsx, docx, odt, epub."""
        with _Reading(), zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise _Closed(TOO_LARGE)
            yield decoded(archive.comment) or ""
            for member in members:
                yield member.filename
                yield decoded(member.comment) or ""
                yield from _binary(member.extra)
                if member.flag_bits & 1:
                    self.closed = self.closed or LOCKED
                elif not member.is_dir():
                    with archive.open(member) as file:
                        inner = self._unfolded(file)
                    yield from self._within(member.filename, inner, depth)

    def _picture(self, data: bytes) -> Iterator[str]:
        """Yield the compressed texts of a PNG (PNG 1.2 §4.2.3: zTXt, iTXt); the others stand among its bytes."""
        at = 8 if data.startswith(b"\x89PNG\r\n") else len(data)
        while at + 8 <= len(data):
            length, kind = struct.unpack(">I4s", data[at : at + 8])
            if kind in {b"zTXt", b"iTXt"}:
                chunk = data[at + 8 : at + 8 + length]
                # After the keyword a byte or two on how it is compressed, and in iTXt a language and the keyword again.
                _, _, rest = chunk.partition(b"\0")
                rest = rest[1:] if kind == b"zTXt" else rest[2:].partition(b"\0")[2].partition(b"\0")[2]
                yield from _binary(_inflated(rest, self.left))
            at += length + 12

    def _pdf(self, data: bytes, depth: int) -> Iterator[str]:
        """Yield a PDF's pages, properties, links, comments, forms and attached files."""
        copy = self.copies / f"{hashlib.sha256(data).hexdigest()}.json" if self.copies else None
        told = json.loads(kept(copy, b"", lambda: _read_pdf(data)))
        for page in told["pages"]:
            # A hyphen where a line ends may be the word's own.
            yield page.replace(_LINE_HYPHEN, "-")
            if _LINE_HYPHEN in page:
                yield page.replace(_LINE_HYPHEN, "")
        yield BREAK.join(told["texts"])
        for file in told["files"]:
            yield from self._within("", base64.b64decode(file), depth)


_LINE_HYPHEN = "\ufffe"
"""What PDFium makes of a hyphen at the end of a line, and of the end of the line."""


def _read_pdf(data: bytes) -> bytes:
    """Return the texts of a PDF's pages, its other texts, and its streams but pages, pictures and fonts, as JSON."""
    told: dict[str, list[str]] = {"pages": [], "texts": [], "files": []}
    # Earlier versions stand before the last one: what has been taken away since can still be read. (ISO 32000-1, 7.5.6;
    # one that is made for the web has a mark early that ends no version.)
    ends = [match.end() for match in re.finditer(rb"%%EOF", data)][-MAX_VERSIONS:-1]
    for end in ends:
        with suppress(_Closed):
            _read_version(data[:end], told)
    _read_version(data, told)
    return json.dumps(told).encode()


def _read_version(data: bytes, told: dict[str, list[str]]) -> None:
    """Add what a version of a PDF tells."""
    import logging

    from pypdf import PdfReader
    from pypdf.generic import NameObject
    from pypdfium2 import PdfDocument

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it says of a broken file is said here
    try:
        # Two libraries: pypdf, which knows every object, takes 30 ms for the text of a page; PDFium takes 2.
        with closing(PdfDocument(data)) as document:
            pages = [page.get_textpage().get_text_range() for page in document]
        reader = PdfReader(io.BytesIO(data))
        readable = not reader.is_encrypted or bool(reader.decrypt(""))
        size: Any = reader.trailer["/Size"]
        objects: list[Any] = [reader.get_object(number) for number in range(1, int(size))] if readable else []
        drawn = {id(part) for page in reader.pages for part in _contents(page)} if readable else set()
        texts = [text for each in objects for text in _strings(each, NameObject)]
        files = [
            base64.b64encode(each.get_data()).decode() for each in objects if id(each) not in drawn and _tells(each)
        ]
    except Exception as error:  # noqa: BLE001  # a PDF that is broken on purpose makes them raise anything
        locked = re.search("crypt|password", str(error), re.IGNORECASE)
        raise _Closed(LOCKED if locked else BROKEN) from None
    if not readable:
        raise _Closed(LOCKED)
    for key, found in (("pages", pages), ("texts", texts), ("files", files)):
        told[key] = list(dict.fromkeys([*told[key], *found]))


MAX_VERSIONS = 20
"""So many versions in one PDF are read, the last ones."""


_STREAMS: dict[bytes, Callable[[io.BytesIO], Any]] = {
    b"\x1f\x8b": lambda data: gzip.GzipFile(fileobj=data),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\0": lzma.LZMAFile,
}
"""What is one packed file, by how it begins."""
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ZIPS = {".zip", ".xlsx", ".xlsm", ".docx", ".docm", ".pptx", ".odt", ".ods", ".odp", ".epub"}
_FOREIGN = (b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd")
"""How archives begin that nothing here can open: 7-Zip, RAR, Zstandard."""
_OLE_LOCKED = "EncryptedPackage".encode("utf-16-le")
"""In an old Office container: what a document with a password looks like."""


class _Reading:
    """Makes everything that a broken archive raises one thing."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, *_: object) -> None:
        if isinstance(error, OSError | EOFError | zipfile.BadZipFile | zlib.error | lzma.LZMAError | ValueError):
            raise _Closed(BROKEN) from None
        if isinstance(error, NotImplementedError | RuntimeError):
            raise _Closed(UNKNOWN) from None


def _inflated(data: bytes, limit: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, limit)
    except zlib.error:
        return b""


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


_RUNS = (
    (re.compile(rb"(?:[\t\n\r\x20-\x7e]|[\xc2-\xf4][\x80-\xbf]{1,3}){4,}"), "utf-8"),
    (re.compile(rb"[\t\n\r\x20-\x7e\xa0-\xff]{4,}"), "cp1252"),
    (re.compile(rb"(?:[\t\n\r\x20-\x7e\xa0-\xff]\x00){4,}"), "utf-16-le"),
    (re.compile(rb"(?:\x00[\t\n\r\x20-\x7e\xa0-\xff]){4,}"), "utf-16-be"),
)


def _binary(data: bytes) -> Iterator[str]:
    """Yield what reads as text in bytes that are something else: the properties of a picture, an old document.

    Without "#", which begins no text: short names of the plan's, such as ``#F1``, stand in any photo by chance.
    """
    for run, kind in _RUNS:
        if found := run.findall(data):
            yield from cut(BREAK.join(part.decode(kind, "replace") for part in found).replace("#", " "))


_INLINE = (
    "a|abbr|acronym|b|bdi|bdo|big|br|cite|code|data|del|dfn|em|font|i|ins|kbd|label|mark|nobr|q|s|samp|small|span"
    "|strike|strong|sub|sup|time|tspan|tt|u|var|wbr"
    # Word's and Excel's pieces of a text: a change of font in the middle of a word begins a new one.
    r"|(?:w|a):(?:r|t|rpr|prooferr|bookmark\w+|lang|rfonts|[bi]|color|sz|szcs)|r|t|rpr|text:span"
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


def unfolded(text: str) -> str:
    """Return a calendar with its lines whole again: they are cut after 75 octets, in the middle of words (RFC 5545)."""
    return re.sub(r"\r?\n[ \t]", "", text)


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
    return contents("", data).pieces
