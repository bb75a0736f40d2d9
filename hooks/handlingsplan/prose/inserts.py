"""What prose may ask of the plan: ``{{ kontakt("polisen") }}`` and a few more.

An insert is found before Markdown runs and leaves a marker there; its HTML takes the marker's place afterwards, see
``output.pages.inserts``, so that plan text never passes through Markdown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..plan.words import Language
from ..text.decoding import line_and_column
from ..text.faults import Fault, did_you_mean, visible
from . import accessibility
from .markup import CODE, without_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STATEMENT = accessibility.INSERT
WEBSITE = "kommun_webb"
NAMES = ("kontakt", WEBSITE, "situationer", "arbetsplatser", "aktiviteter", "ansvariga", "räkneregler", STATEMENT)

EXAMPLE = '{{ kontakt("polisen") }}'
_WHOLE = f"skriv till exempel {EXAMPLE}; ska koden synas: sätt ` runt den"

_CALL = re.compile(r"\{\{(?P<call>[^\n]*?)\}\}")
_CALL_OR_CODE = re.compile(f"{CODE.pattern}|{_CALL.pattern}", CODE.flags)
_SHAPE = re.compile(r"\s*(\w+)\(\s*(?:[\"']([^\"']*)[\"'])?\s*\)\s*")
# Private use characters: no text has them, and Markdown leaves them alone.
OPEN, _CLOSE = "\ue000", "\ue001"
MARKER = re.compile(f"(<p>)?{OPEN}(\\d+){_CLOSE}(</p>)?")
MARKER_LINE = re.compile(f"^{OPEN}\\d+{_CLOSE}$", re.MULTILINE)
NAMED = re.compile(rf"\b(?:{'|'.join(NAMES)})\(\s*(?:\)|[\"'“”’][^\"'“”’\n]*[\"'“”’]?\s*\)?)")
"""An insert by its name, with or without braces."""
_LEFT = re.compile(
    rf"\{{[{{%][^{{}}\n]*\}}?|(?<={OPEN})\}}|(?<={_CLOSE})\}}|\{{\s*(?:{'|'.join(NAMES)})\b[^{{}}\n]*\}}|\{{\s*\w+\s*\([^{{}}\n]*\}}?|[}}%#]\}}|{NAMED.pattern}"
)
"""What is left where somebody meant an insert, or a tag of a template language: readers would see it as code."""
# Each ends where the insert begins.
_WITHIN = re.compile(
    r"\]\(\s*[^)\n]{0,2000}?(?=\ue000)"  # a link's target or title
    r"|\[[^\[\]\n]*?(?=\ue000[^\[\]\n]*\][(\[])"  # a link's text or a picture's: a number is a link already
    r"|^ {0,3}\[[^\]\n]+\]:[^\n]*?(?=\ue000)"  # where a link's target stands apart
    r"|<[a-zA-Z][^<>]*?(?=\ue000)"  # an attribute, or an address in angle brackets
    r"|\{[^{}\n]*?(?=\ue000)",  # attributes in braces
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Insert:
    """A call in the prose, with its place for messages."""

    name: str
    argument: str | None
    line: int
    column: int


def find(body: str, first_line: int) -> tuple[str, list[Insert]]:
    """Return the body with markers, and the insert of each marker.

    Args:
        body: Markdown below the front matter.
        first_line: the body's first line in its file.

    """
    found: list[Insert] = []

    def mark(match: re.Match[str]) -> str:
        if (call := match["call"]) is None:
            return match[0]
        shape = _SHAPE.fullmatch(call)
        line, column = line_and_column(body, match.start())
        name, argument = (shape[1], shape[2]) if shape else (f"?{call.strip()}", None)
        found.append(Insert(name, argument, line + first_line - 1, column))
        return f"{OPEN}{len(found) - 1}{_CLOSE}"

    return _CALL_OR_CODE.sub(mark, body), found


def misplaced(body: str, file: str, first_line: int) -> Iterator[Fault]:
    """Yield what is left of inserts outside code, and inserts where no number can stand.

    Args:
        body: the page's Markdown as it is written, below its facts.
        file: its name, as messages show it.
        first_line: the body's first line in its file.

    """
    # As long as what is written, so that places are the file's own.
    text = _CALL.sub(lambda call: OPEN * len(call[0]), without_code(body))
    for match in _LEFT.finditer(text):
        line, column = line_and_column(text, match.start())
        yield Fault(file, line + first_line - 1, column, *_left(match[0]))
    for match in _WITHIN.finditer(text) if OPEN in text else ():
        line, column = line_and_column(text, match.end())
        yield Fault(file, line + first_line - 1, column, *_BROKEN)


def unfilled(html: str, file: str) -> list[Fault]:
    """Return what is left of inserts in what Markdown made of a page, whatever the editor's text looked like.

    The plan's own texts are not in it yet: they may hold braces, and are shown as they stand.
    """
    shown = re.sub(r"<(code|pre)\b.*?</\1>", "", html, flags=re.DOTALL)
    left = dict.fromkeys(match[0] for match in _LEFT.finditer(shown))
    wrong = [_left(text) for text in left]
    if re.search(f"<[^<>]*{OPEN}", html):
        wrong.append(_BROKEN)
    return [Fault(file, 0, 0, *told) for told in wrong]


_BROKEN = (
    "inlägget står i en länk, en bild eller ett HTML-element, och sidan skulle gå sönder",
    "ställ inlägget bredvid, i texten",
)


def _left(text: str) -> tuple[str, str]:
    """Return what is wrong with what is left of an insert, and what to do."""
    return (
        f"”{visible(text.strip())}” är inget helt inlägg",
        _WHOLE,
    )


def without_markers(text: str) -> str:
    """Return a text without the characters that mark inserts; ``decoding`` has told where they stood."""
    return re.sub(f"[{OPEN}{_CLOSE}]", "\ufffd", text)


def check(
    insert: Insert, file: str, contacts: Sequence[str] | None, hidden: Sequence[str], language: Language
) -> Iterator[Fault]:
    """Yield what is wrong with an insert.

    Args:
        insert: the insert.
        file: the file it stands in, as messages name it.
        contacts: ids of the contacts that the audience sees; None where the plan cannot be read.
        hidden: ids of the other contacts.
        language: the page's; what the plan says is in Swedish, so only contacts can stand in another.

    """

    def fault(what: str, remedy: str) -> Fault:
        return Fault(file, insert.line, insert.column, what, remedy)

    if insert.name.startswith("?"):
        yield fault(f"”{{{{{visible(insert.name[1:])}}}}}” går inte att läsa", _WHOLE)
    elif insert.name not in NAMES:
        yield fault(f"”{visible(insert.name)}” finns inte", did_you_mean(insert.name, NAMES))
    elif insert.name not in {"kontakt", WEBSITE} and language is not Language.SWEDISH:
        what = f"{insert.name}() hämtar planens svenska ord, och sidan är på ett annat språk"
        yield fault(what, "skriv av innehållet på sidans språk")
    elif insert.name != "kontakt" and insert.argument is not None:
        yield fault(f"{insert.name}() tar inget inom parentesen", f"skriv {{{{ {insert.name}() }}}}")
    elif insert.name == "kontakt" and insert.argument is None:
        yield fault("kontakt() saknar id", f"skriv till exempel {EXAMPLE}")
    elif insert.name == "kontakt" and insert.argument in hidden:
        what = f"kontakten ”{insert.argument}” visas inte på den här webbplatsen"
        yield fault(what, "ändra ”visas” i plan.yaml, eller välj en annan")
    elif insert.name == "kontakt" and contacts is not None and insert.argument not in contacts:
        argument = str(insert.argument)
        yield fault(f"kontakt: ”{visible(argument)}” finns inte", did_you_mean(argument, contacts, label="Finns"))
