"""libyaml's English error → which line is at fault, why, in Swedish.

Called by ``reader``. libyaml says where *it* had to stop; a person needs the place of the mistake, which is often a
line or more above. The last event before the error tells them apart.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from .faults import QUOTE, quoted, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HEAD = (
    r"(?P<indent> *)(?P<dashes>(?:- +)*)"
    r"(?:(?P<key>[^\s:#'\"\[\]{},&*!|>%@`-][^:]*|\"[^\"]*\"|'[^']*'):(?: +|$))?"
    r"(?P<value>.*)"
)
"""A line of block style: indent, list dashes, key, value."""
STEP = 2
"""Blanks for each step inwards."""
MAX_KEY = 1024
"""Characters in a key of YAML (1.1, §7.4.1): in a longer one the colon is not seen."""

INDENT = "låt raden börja rakt under den rad som den hör ihop med"
BRACKETS = "varje [ ska ha ett ] och varje { ett }; text med komma, kolon eller klammer ska stå inom citattecken"
NO_SPACE_AFTER_DASH = "blanksteg saknas efter bindestrecket", "skriv ”- ” först på raden"
BULLETS = ("•", "·", "▪")
"""What Word begins the points of a list with."""
BLOCK, QUOTES = {"|", ">"}, {"'", '"'}
"""How libyaml names the styles of a text: after an arrow or a bar, within quotes."""


class Stumble(NamedTuple):
    """Where reading stumbled, from 0, and why."""

    line: int
    column: int
    what: str
    remedy: str


class Trouble(NamedTuple):
    """What is known where libyaml gave up. Lines and columns count from 0."""

    lines: Sequence[str]
    line: int
    column: int
    begin: tuple[int, int]
    """Where that began which libyaml was reading."""
    last: Any
    """The last event before."""
    bracket: tuple[int, int] | None
    """Where the innermost open bracket stands."""

    @property
    def text(self) -> str:
        """The line."""
        return self.lines[self.line]

    @property
    def rest(self) -> str:
        """The line from the error on."""
        return self.text[self.column :]

    @property
    def style(self) -> str:
        """How the last text was written; empty where the last event was no text, or one without quotes."""
        return getattr(self.last, "style", None) or ""

    def began_above(self) -> bool:
        """Whether the last event is a text that began on a line above and ended on this one."""
        if not isinstance(self.last, yaml.ScalarEvent):
            return False
        begin, end = mark_of(self.last)
        return begin[0] < self.line == end[0]

    def at(self, what: str, remedy: str) -> Stumble:
        """Return the mistake as one that stands where libyaml gave up."""
        return Stumble(self.line, self.column, what, remedy)


def explain(error: yaml.MarkedYAMLError, lines: Sequence[str], last: Any, bracket: tuple[int, int] | None) -> Stumble:
    """Return the mistake behind libyaml's error.

    Args:
        error: as libyaml raised it.
        lines: the text.
        last: the last event before the error.
        bracket: where the innermost open bracket stands, from 0; None where none is open.

    """
    mark: Any = error.problem_mark
    begin: Any = error.context_mark or mark
    end = len(lines) - 1  # libyaml's line after the last one is none
    column = mark.column if mark.line <= end else len(lines[end])
    trouble = Trouble(lines, min(mark.line, end), column, (min(begin.line, end), begin.column), last, bracket)
    if trouble.began_above():
        if trouble.style in QUOTES:
            return _unclosed_quote(lines, last.start_mark.line, last.start_mark.column)
        if trouble.style in BLOCK:
            return _outside_block(lines, trouble.line)
    if trouble.rest.startswith("\t"):
        return trouble.at("tabb i stället för blanksteg", "byt tabben mot blanksteg")
    message = f"{error.context or ''}: {error.problem or ''}"
    explanation = next((found for words, found in EXPLANATIONS if words in message), _structure)
    return explanation(trouble)


def mark_of(event: Any) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return where an event begins and ends, from 0."""
    begin, end = event.start_mark, event.end_mark
    return (begin.line, begin.column), (end.line, end.column)


def head_of(line: str) -> re.Match[str]:
    """Return the parts of a line."""
    match = re.match(HEAD, line)
    assert match is not None  # noqa: S101  # every part of the pattern may be empty
    return match


def indent_of(line: str) -> int:
    """Return how many blanks a line begins with."""
    return len(line) - len(line.lstrip(" "))


# Mistakes in a text ---------------------------------------------------------------------------------------------------


def _unclosed_quote(lines: Sequence[str], line: int, column: int) -> Stumble:
    sign, text = lines[line][column], lines[line].rstrip()
    remedy = f"sätt ett {sign} sist i texten"
    if text[-1:] in {"”", "“"}:
        remedy = f"byt {text[-1]} sist på raden mot {sign}"
    elif head_of(lines[line])["key"] is None and re.match(r"[\w]+: ", text[column + 1 :]):
        remedy = "ta bort det före nyckeln"
    return Stumble(line, column, f"citattecknet {sign} avslutas inte på raden", remedy)


def _unclosed_last_quote(trouble: Trouble) -> Stumble:
    return _unclosed_quote(trouble.lines, *trouble.begin)


def _backslash(trouble: Trouble) -> Stumble:
    what = 'omvänt snedstreck \\ i text inom "…" läses som en kod'
    return trouble.at(what, "skriv '…' runt texten i stället, eller ta bort snedstrecket")


def _first_character(lines: Sequence[str], line: int, column: int) -> Stumble:
    if lines[line][column - 1 : column] == "{":  # {% … %}: the bracket is the first sign that the reader sees
        column -= 1
    text = lines[line][column:]
    remedy = f"{QUOTE}: {quoted(text)}"
    if text[:1] == "%" and column == indent_of(lines[line]):
        remedy = "ta bort raden" if text[1:5] in {"YAML", "TAG "} else "ta bort tecknet"
    return Stumble(line, column, f"text får inte börja med {visible(text[:1])}", remedy)


def _starts_with_sign(trouble: Trouble) -> Stumble:
    return _first_character(trouble.lines, trouble.line, trouble.column)


def _began_with_sign(trouble: Trouble) -> Stumble:
    return _first_character(trouble.lines, *trouble.begin)


def _dash_after_key(trouble: Trouble) -> Stumble:
    what = "”- ” börjar en lista, men står på samma rad som nyckeln"
    return trouble.at(what, f"flytta listan till raden under; är det en text: {QUOTE}")


def _text_after_arrow(trouble: Trouble) -> Stumble:
    line, column = trouble.begin
    text = trouble.lines[line][column:]
    sign = text[: len(text) - len(text.lstrip("|>+-0123456789"))]
    remedy = f"{QUOTE}: {quoted(text)}; eller flytta ner texten till nästa rad"
    return Stumble(line, column, f"efter ”{sign}” ska texten börja på nästa rad", remedy)


def _outside_block(lines: Sequence[str], line: int) -> Stumble:
    what = "raden är för lite indragen för att höra till texten ovanför"
    remedy = "dra in alla rader i texten lika långt, längre än dess nyckel"
    return Stumble(line, indent_of(lines[line]), what, remedy)


# Mistakes with colons -------------------------------------------------------------------------------------------------


def _colon(trouble: Trouble) -> Stumble:
    """Tell a colon in a text from a line that is indented as if it went on with the text above."""
    if not trouble.began_above():
        head = head_of(trouble.text)
        if bracket := bracket_in_key(head["key"] or ""):
            column = head.start("key") + bracket.start(1)
            return Stumble(trouble.line, column, *no_colon_before(bracket[1]))
        if long := _long_key(trouble.lines, trouble.line):
            return long
        value = head["value"]
        quotes = "byt de krökta citattecknen mot raka" if value.startswith(("”", "“")) else QUOTE
        return trouble.at(f"kolon inne i en text: ”{visible(value.strip('”“'))}”", f"{quotes}: {quoted(value)}")
    above = trouble.last.start_mark.line
    head = head_of(trouble.lines[above])
    if not head["key"]:
        return _line_without_colon(trouble.lines, above)
    what = "raden är längre indragen än raden ovanför, men har ett kolon"
    key = visible(head["key"].strip())
    column = indent_of(trouble.text)
    below = next((row for row in trouble.lines[trouble.line + 1 :] if row.strip()), "")
    rows = "den och raderna under" if indent_of(below) == column else "den"
    remedy = f"låt {rows} börja rakt under ”{key}” på rad {above + 1}; hör den till texten ovanför: {QUOTE}"
    if head_of(trouble.text)["dashes"]:
        remedy = f"{_list_key(head)}; hör raden till texten ovanför: {QUOTE}"
    return Stumble(trouble.line, column, what, remedy)


def _list_key(above: re.Match[str]) -> str:
    """Return what to do with a list that stands without its key, below a row with another key and its value."""
    return f"skriv listans nyckel på en egen rad ovanför, med {above.start('key')} blanksteg först"


def _no_colon(trouble: Trouble) -> Stumble:
    line = trouble.begin[0]
    if trouble.style in BLOCK:
        return _outside_block(trouble.lines, line)
    return _line_without_colon(trouble.lines, line)


def _line_without_colon(lines: Sequence[str], line: int) -> Stumble:
    text, column = lines[line], indent_of(lines[line])
    if re.match(r" *-[^ -]", text):
        return Stumble(line, column, *NO_SPACE_AFTER_DASH)
    head = head_of(text)
    if text.lstrip().startswith(BULLETS):
        return Stumble(line, column, f"”{text.lstrip()[0]}” börjar ingen punkt i en lista", "skriv ”- ” i stället")
    if glued := re.match(r"[\w-]+:(?=[^\s/])", head["value"]):
        what = f"blanksteg saknas efter kolonet i ”{visible(head['value'])}”"
        return Stumble(line, head.start("value") + glued.end(), what, "skriv ”nyckel: värde”")
    if long := _long_key(lines, line):
        return long
    what = f"raden ”{visible(text.strip())}” har inget kolon"
    remedy = "skriv ”nyckel: värde”; hör raden till texten ovanför: dra in den längre än dess nyckel"
    return Stumble(line, column, what, remedy)


def _long_key(lines: Sequence[str], line: int) -> Stumble | None:
    head = head_of(lines[line])
    if len(head["key"] or "") <= MAX_KEY:
        return None
    return Stumble(
        line, head.start("key"), f"nyckeln ”{visible(head['key'])}” är för lång", "kontrollera att det är rätt fil"
    )


def bracket_in_key(key: str) -> re.Match[str] | None:
    """Find the bracket in what YAML reads as the key of ``syfte {text: …}``."""
    return re.match(r"[^\s:]+ ([\[{])", key)


def no_colon_before(bracket: str) -> tuple[str, str]:
    """Return what is wrong there, and what to do."""
    return f"kolon saknas före {bracket}", f"skriv ”nyckel: {bracket}”"


def _flow(trouble: Trouble) -> Stumble:
    """Tell a colon in a text within brackets from a bracket that is never closed."""
    line, column, lines = trouble.line, trouble.column, trouble.lines
    first, bracket = trouble.bracket or trouble.begin
    # A line stands outside the brackets unless it is indented more than the key, or the dash, that they belong to.
    head = head_of(lines[first])
    outside = line > first and indent_of(trouble.text) <= max(head.start("key"), len(head["indent"]))
    here = "" if outside else trouble.rest[:1]
    if here == ":":
        words = trouble.last.value if isinstance(trouble.last, yaml.ScalarEvent) else ""
        text = visible(words or re.split(r"[\[{,]", trouble.text[:column])[-1].strip())
        return trouble.at(f"kolon inne i en text: ”{text}:”", f'{QUOTE}: "{text}: …"')
    if here:
        return trouble.at(f"”{visible(here)}” passar inte här, inom klammer", BRACKETS)
    sign = lines[first][bracket : bracket + 1]
    if lost := re.search(r"([^\s\[{,:][^\[{,:]*? )(#[^\]}]*)[\]}]", lines[first][bracket:]):
        what = "allt efter # läses som en kommentar, klammern också"
        return Stumble(first, bracket + lost.start(2), what, f"{QUOTE}: {quoted(lost[1] + lost[2])}")
    end = {"[": "]", "{": "}"}.get(sign, "] eller }")
    return Stumble(first, bracket, f"klammern {sign} avslutas aldrig", f"sätt {end} sist; är det en text: {QUOTE}")


# Things where none fits -----------------------------------------------------------------------------------------------


def _structure(trouble: Trouble) -> Stumble:
    """Explain something that came where nothing fits: after a text or brackets, or at a wrong indent."""
    last = trouble.last
    if last.start_mark.line == trouble.line:
        begin, end = last.start_mark.column, last.end_mark.column
        if begin < end <= trouble.column and (stumble := _after_end(trouble, begin)):
            return stumble
    if trouble.column != indent_of(trouble.text):
        what = f"här går raden inte att läsa: ”{visible(trouble.rest)}”"
        return trouble.at(what, "jämför med raderna omkring: kolon, citattecken och klamrar")
    sign = trouble.rest[:1]
    if sign == "%":
        return _starts_with_sign(trouble)
    if sign == ":":
        return trouble.at("nyckel saknas före kolon", "skriv nyckelns namn")
    if sign in {"]", "}", ","}:
        return trouble.at(f"”{sign}” passar inte här", BRACKETS)
    if re.match(r"-[^ -]", trouble.rest):
        return trouble.at(*NO_SPACE_AFTER_DASH)
    return _wrong_indent(trouble)


def _after_end(trouble: Trouble, begin: int) -> Stumble | None:
    """Explain what follows, on the same line, something that had ended."""
    rest = trouble.rest
    if trouble.style in QUOTES:
        inner = trouble.text[begin:].strip()
        remedy = "ta bort den, eller flytta citattecknet till textens slut"
        if inner.endswith(trouble.style):
            remedy = f"sätt andra citattecken runt hela texten: {quoted(inner[1:-1])}"
        return trouble.at(f"mer text efter citattecknet: ”{visible(rest)}”", remedy)
    if isinstance(trouble.last, yaml.AliasEvent):
        return _first_character(trouble.lines, trouble.line, begin)
    if rest[:1] in {"]", "}"}:
        return trouble.at(f"klammern {rest[0]} är en för mycket", "ta bort den")
    head = head_of(trouble.text)
    if head["value"][:1] in {"[", "{"}:
        return _first_character(trouble.lines, trouble.line, head.start("value"))
    return None


def _wrong_indent(trouble: Trouble) -> Stumble:
    lines, line, column = trouble.lines, trouble.line, trouble.column
    first = next((index for index, row in enumerate(lines) if row.strip() and not row.startswith("#")), line)
    if column < indent_of(lines[first]):
        return Stumble(first, 0, "filens första rad är indragen", "ta bort blanksteg först på raden")
    above = next((index for index in range(line - 1, -1, -1) if lines[index].strip()), line)
    head = head_of(lines[above])
    value = re.sub(r"\s+#.*", "", head["value"].strip())
    if head["key"] and re.fullmatch(r"\[.*\]|\{.*\}", value) and column > head.start("key"):
        what = f"”{visible(head['key'])}” är redan skriven, inom klammer på rad {above + 1}"
        remedy = "ta bort raden, och raderna under som är lika långt indragna"
        if value == "[]":
            remedy = f"ta bort [] på rad {above + 1}, om raden hör dit; annars {_list_key(head)}"
        return trouble.at(what, remedy)
    what = f"indraget stämmer inte: {column} blanksteg före texten"
    listed = trouble.rest.startswith("- ") and head["key"] and head["value"] and column > head.start("key")
    remedy = _list_key(head) if listed else _where_to_begin(lines, line, column)
    # A part of a plan begins below an empty row or a comment of its own.
    if column == STEP and re.match(r"\s*$|#", lines[line - 1]):
        remedy += "; fattas delens namn: skriv det på en egen rad ovanför, som ”områden:”"
    return trouble.at(what, remedy)


def _where_to_begin(lines: Sequence[str], line: int, column: int) -> str:
    """Return what to do with a line that is indented as none above: the nearest place where one like it begins."""
    dash = lines[line].lstrip().startswith("- ")
    # What holds rows below it more likely belongs further out; a key with a value goes with the row above.
    outward = 0.5 if not dash and not head_of(lines[line])["value"] else 0
    nearest: tuple[int, int, str] | None = None
    for index in range(line - 1, -1, -1):
        head = head_of(lines[index])
        begins = indent_of(lines[index]) if dash else head.start("key")
        if (head["dashes"] if dash else head["key"]) and begins != column:
            text = lines[index].strip() if dash else head["key"].strip()
            if nearest is None or abs(begins - column) - (outward if begins else 0) < abs(nearest[0] - column):
                nearest = (begins, index + 1, text)
        if lines[index].strip() and not lines[index].lstrip().startswith("#") and indent_of(lines[index]) < column:
            break
    if nearest is None:
        return INDENT
    return f"låt raden börja med {nearest[0]} blanksteg, som ”{visible(nearest[2])}” på rad {nearest[1]}"


EXPLANATIONS: tuple[tuple[str, Callable[[Trouble], Stumble]], ...] = (
    ("quoted scalar: found unexpected", _unclosed_last_quote),
    ("quoted scalar", _backslash),
    ("mapping values are not allowed", _colon),
    ("could not find expected ':'", _no_colon),
    ("while parsing a flow", _flow),
    ("block scalar", _text_after_arrow),
    ("scanning a tag", _began_with_sign),
    ("parsing a tag", _began_with_sign),
    ("scanning an alias", _began_with_sign),
    ("scanning an anchor", _began_with_sign),
    ("directive", _began_with_sign),
    ("cannot start any token", _starts_with_sign),
    ("node content", _starts_with_sign),
    ("mapping keys are not allowed", _starts_with_sign),
    ("sequence entries are not allowed", _dash_after_key),
)
"""Words of libyaml's "context: problem", and what is behind them. The first that occurs counts."""
