"""Which HTML prose may hold. Markdown lets all of it through, so what can run, fetch or hide is refused here.

``found_in`` looks in what the editor wrote, to tell the place. ``refused`` looks in what Markdown made of it, which is
what counts: the two need not agree on what is code.
"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from ..text.decoding import FORBIDDEN, line_and_column
from ..text.faults import Fault, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

ELEMENTS = {
    "a", "abbr", "aside", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "details",
    "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins",
    "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strong", "sub", "summary",
    "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var",
}  # fmt: skip
ATTRIBUTES = {
    "alt", "cite", "class", "colspan", "datetime", "dir", "height", "href", "hreflang", "id", "lang", "open",
    "reversed", "role", "rowspan", "scope", "src", "start", "title", "width",
}  # fmt: skip
SCHEMES = {"", "https", "http", "mailto", "tel"}
"""What a link may begin with; anything else (``javascript:``, ``data:``) is code, or leads nowhere on most machines."""

_COMMENT = "en HTML-kommentar syns för alla i sidans kod"
_REMEDY = "skriv det som Markdown; ska läsaren se koden: sätt ` runt den"
FENCED = re.compile(r"^([ >]*)(```+|~~~+)[^\n]*\n.*?^\1\2[ ]*$", re.DOTALL | re.MULTILINE)
"""A block of code, also in a list or a quote, as ``pymdownx.superfences`` reads it: its last line is as its first."""
CODE = re.compile(rf"{FENCED.pattern}|(?<!`)(`+)(?!`)[^`\n]+\3(?!`)", FENCED.flags)
# Possessive, so that a stray "<" costs its own length only. Not the brackets around a link's target.
_TAG = re.compile(r"(?<!\]\()(?<!\]: )<([a-zA-Z][\w:.@+-]*+)(?=[\s/>])((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)|<[!?]")
_NAME = re.compile(r"(?:^|[\s\"'/])([^\s\"'<>/=]++)(?:\s*+=\s*+(\"[^\"]*+\"|'[^']*+'|[^\s\"'>]++))?")
_BRACES = re.compile(r"(?<!\{)\{:?([^{}\n]*)\}")
_TARGET = re.compile(r"\]\(\s*<?([^)\s>]*)|^ {0,3}\[[^\]\n]+\]:\s*<?(\S*)|<([a-zA-Z][\w+.-]*:[^\s>]*)>", re.MULTILINE)
_ENTITY = re.compile(r"&#?\w{1,32};")


MAX_LINES = 3_000
MAX_SIGNS = 300_000
MAX_DEPTH = 20
_MOST_IN_PARAGRAPH = {"[": 500, "]": 500, "{": 500, "<": 500, "`": 500, "*": 2_000, "_": 2_000, "&": 2_000}
_MOST_ON_PAGE = {"[": 5_000, "]": 5_000, "{": 5_000, "<": 5_000, "`": 5_000, "|": 10_000}
_MOST_STEPS = 10_000_000
_PARAGRAPH = re.compile(r"\S.*(?:\n[ \t]*(?!(?:[-*+]|\d{1,9}[.)])\s|\|)\S.*)*")
"""A paragraph, an item of a list or a row of a table."""
_BEFORE_TEXT = re.compile(r"(?:[ \t]|>|[-*+](?=\s)|\d{1,9}[.)](?=\s)|[:!?]{3}\+?(?=\s))*")
_RULE = re.compile(r"\s*([-*_])(?:\s*\1)*\s*")


def too_much(body: str, file: str, first_line: int) -> Iterator[Fault]:
    """Yield what Markdown, and what looks for inserts and links, would take minutes to read: time grows as the square.

    Args:
        body: the page's Markdown, below its facts.
        file: its name, as messages show it.
        first_line: the body's first line in its file.

    """
    for count, most, sign in (
        (body.count("\n"), MAX_LINES, "rader"),
        (len(body), MAX_SIGNS, "tecken"),
        *((body.count(sign), most, f"”{sign}”") for sign, most in _MOST_ON_PAGE.items()),
    ):
        if count > most:
            yield Fault(file, first_line, 1, f"sidan har {count} {sign}, gränsen är {most}", "dela sidan i flera")
    text = without_code(body)  # which is put aside before what stands in a paragraph is looked at
    for paragraph in _PARAGRAPH.finditer(text):
        # Each bracket can have the rest of its paragraph read once more.
        most_brackets = min(_MOST_IN_PARAGRAPH["["], _MOST_STEPS // len(paragraph[0]))
        for sign, most in (_MOST_IN_PARAGRAPH | {"[": most_brackets}).items():
            # A sign that begins code is counted where code stands too.
            if (count := (body if sign == "`" else text).count(sign, *paragraph.span())) > most:
                line, column = line_and_column(body, paragraph.start())
                what = f"stycket har {count} ”{sign}”, gränsen är {most}"
                yield Fault(
                    file, line + first_line - 1, column, what, "dela stycket med tomma rader, eller ta bort dem"
                )
    for number, row in enumerate(text.split("\n")):
        before = _BEFORE_TEXT.match(row)
        if before and row.strip() and not _RULE.fullmatch(row) and _depth(before[0]) > MAX_DEPTH:
            what = f"texten står mer än {MAX_DEPTH} nivåer in"
            yield Fault(file, number + first_line, before.end() + 1, what, "ta bort indrag, punkter eller >")
            return  # those below it stand as deep


def _depth(before: str) -> int:
    """Return how many lists, quotes and boxes what stands before a line's text can open."""
    marks = len(re.findall(r">|[^\s>]+", before))
    return marks + max(0, len(before.expandtabs(4)) - 2 * marks) // 4


def found_in(body: str, file: str, first_line: int) -> Iterator[Fault]:
    """Yield what a page may not hold, each with its place.

    Args:
        body: the page's Markdown, below its facts.
        file: its name, as messages show it.
        first_line: the body's first line in its file.

    """
    text = without_code(body)
    for index, what in (*_elements(text), *_attributes(text), *_links(text), *_entities(text)):
        line, column = line_and_column(text, index)
        yield Fault(file, line + first_line - 1, column, what, _REMEDY)


def without_code(text: str) -> str:
    """Return Markdown with blanks for its code: what stands after it keeps its place."""
    return CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text)


def _elements(text: str) -> Iterator[tuple[int, str]]:
    for tag in _TAG.finditer(text) if "<" in text else ():
        name = (tag[1] or "").lower()
        if not name:
            yield (
                tag.start(),
                "en HTML-kommentar syns för alla i sidans kod" if tag[0] == "<!" else f"”{tag[0]}” är kod",
            )
        elif ":" in name or "@" in name:
            continue  # an address in angle brackets, which is a link
        elif name not in ELEMENTS:
            yield tag.start(), f"HTML-elementet ”{visible(name)}” får inte stå i en text"
        else:
            for found in _NAME.finditer(tag[2]):
                if what := _wrong(found[1].lower(), (found[2] or "").strip("\"'")):
                    yield tag.start(2) + found.start(1), what


def _attributes(text: str) -> Iterator[tuple[int, str]]:
    """Look in the braces that give an element of Markdown attributes: ``{ #anchor .class key=value }``."""
    for braces in _BRACES.finditer(text) if "{" in text else ():
        for found in _NAME.finditer(braces[1]):
            if found[2] and (what := _wrong(found[1].lower(), found[2].strip("\"'"))):
                yield braces.start(1) + found.start(1), what


def _links(text: str) -> Iterator[tuple[int, str]]:
    for link in _TARGET.finditer(text):
        group = link.lastindex or 1
        if what := _wrong("href", link[group]):
            yield link.start(group), what


def _entities(text: str) -> Iterator[tuple[int, str]]:
    for entity in _ENTITY.finditer(text) if "&" in text else ():
        if re.search(FORBIDDEN, unescape(entity[0])):
            yield entity.start(), f"”{entity[0]}” är ett osynligt tecken"


def _wrong(name: str, value: str) -> str | None:
    """Return what is wrong with an attribute; None where it is harmless."""
    if name not in ATTRIBUTES and not name.startswith(("aria-", "data-")):
        return f"HTML-attributet ”{visible(name)}” får inte stå i en text"
    if name in {"href", "src", "cite"}:
        # Browsers pass over these characters, wherever in an address they stand.
        address = re.sub(r"[\x00-\x20]", "", unescape(unescape(value)))
        scheme = re.match(r"([^:/?#]*):", address)
        if scheme and scheme[1].lower() not in SCHEMES:
            return f"länken ”{visible(address)}” börjar med ”{visible(scheme[1])}:”"
    return None


def refused(html: str, file: str) -> list[Fault]:
    """Return what Markdown's HTML of a page holds that it may not, whatever the editor's text looked like."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return [Fault(file, 0, 0, what, _REMEDY) for what in dict.fromkeys(parser.wrong)]


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS:
            self.wrong.append(f"HTML-elementet ”{visible(tag)}” får inte stå i en text")
        for name, value in attrs:
            aligned = name == "style" and re.fullmatch(r"text-align: (left|right|center);", value or "")
            if not aligned and (what := _wrong(name, value or "")):
                self.wrong.append(what)

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"{_COMMENT}: ”{visible(data.strip())}”")

    # Declarations and the like, which are as hidden.
    def handle_decl(self, decl: str) -> None:
        self.handle_comment(decl)

    def handle_pi(self, data: str) -> None:
        self.handle_comment(data)

    def unknown_decl(self, data: str) -> None:
        self.handle_comment(data)
