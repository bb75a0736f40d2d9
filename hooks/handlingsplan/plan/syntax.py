"""libyaml's English error → which line is at fault, why, in Swedish, and how reading can go on after it.

Called by ``reader``. libyaml says where *it* had to stop; a person needs the place of the mistake, which is often a
line or more above. The last event before the error tells them apart.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from .faults import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

HEAD = re.compile(
    r"(?P<indent> *)(?P<dashes>(?:- +)*)"
    r"(?:(?P<key>[^\s:#'\"\[\]{},&*!|>%@`-][^:]*|\"[^\"]*\"|'[^']*'):(?: +|$))?"
    r"(?P<value>.*)"
)
"""A line of block style: indent, list dashes, key, value."""

QUOTE = "sätt citattecken runt hela texten"
INDENT = "låt raden börja rakt under den rad som den hör ihop med"
BRACKETS = (
    "varje [ ska ha ett ] och varje { ett }; text med komma, kolon eller klammer ska stå inom citattecken"
)


class Stumble(NamedTuple):
    """Where reading stumbled, from 0, and why."""

    line: int
    column: int
    what: str
    remedy: str
    in_value: bool = True
    """Whether the line's key is sound, so that only the value is lost."""


def quoted(text: str) -> str:
    """Return a text as it should be written: within the kind of quotes that it does not hold itself."""
    inner = visible(text.strip().strip("”“"), 60)
    return "'" + inner.replace("'", "''") + "'" if '"' in inner or "\\" in inner else f'"{inner}"'


def explain(error: yaml.MarkedYAMLError, lines: Sequence[str], last: Any) -> Stumble:
    """Return the mistake behind libyaml's error.

    Args:
        error: as libyaml raised it.
        lines: the text.
        last: the last event before the error.

    """
    problem, context = error.problem or "", error.context or ""
    mark = error.problem_mark or error.context_mark
    line, column = min(mark.line, len(lines) - 1), mark.column
    begin = error.context_mark or mark
    char = lines[line][column : column + 1]
    if "quoted scalar" in context:
        if "found unexpected" in problem:
            return _unclosed_quote(lines, begin.line, begin.column)
        what = "omvänt snedstreck \\ i text inom \"…\" läses som en kod"
        return Stumble(line, column, what, "skriv '…' runt texten i stället, eller ta bort snedstrecket")
    scalar = last if isinstance(last, yaml.ScalarEvent) else None
    if scalar and scalar.start_mark.line < line == scalar.end_mark.line:
        if scalar.style in {"'", '"'}:
            return _unclosed_quote(lines, scalar.start_mark.line, scalar.start_mark.column)
        if scalar.style in {"|", ">"}:
            return _outside_block(lines, line)
    if char == "\t":
        return Stumble(line, column, "tabb i stället för blanksteg", "byt tabben mot blanksteg")
    if "mapping values are not allowed" in problem:
        return _colon(lines, line, column, scalar)
    if "could not find expected ':'" in problem:
        if scalar and scalar.style in {"|", ">"} and scalar.end_mark.line == begin.line:
            return _outside_block(lines, begin.line)
        return _no_colon(lines, begin.line)
    if "flow" in context:
        return _flow(lines, error, scalar)
    if "block scalar" in context:
        sign = lines[begin.line][begin.column : begin.column + 2].strip()
        what = f"efter ”{visible(sign)}” ska texten börja på nästa rad"
        return Stumble(begin.line, begin.column, what, f"flytta ner den, eller {QUOTE} om den börjar med tecknet")
    for word in ("tag", "alias", "anchor", "directive"):
        if word in context:
            return _first_character(lines, begin.line, begin.column)
    if "cannot start any token" in problem or "node content" in problem or "keys are not allowed" in problem:
        return _first_character(lines, line, column)
    if "sequence entries are not allowed" in problem:
        what = "”- ” börjar en lista, men står på samma rad som nyckeln"
        return Stumble(line, column, what, f"flytta listan till raden under; är det en text: {QUOTE}")
    return _structure(lines, line, column, last)


def _unclosed_quote(lines: Sequence[str], line: int, column: int) -> Stumble:
    sign = lines[line][column]
    return Stumble(line, column, f"citattecknet {sign} avslutas inte på raden", f"sätt ett {sign} sist i texten")


def _outside_block(lines: Sequence[str], line: int) -> Stumble:
    column = _indent(lines[line])
    what = "raden är för lite indragen för att höra till texten ovanför"
    return Stumble(line, column, what, "dra in alla rader i texten lika långt, längre än dess nyckel", in_value=False)


def _first_character(lines: Sequence[str], line: int, column: int) -> Stumble:
    text = lines[line][column:]
    return Stumble(line, column, f"text får inte börja med {visible(text[:1])}", f"{QUOTE}: {quoted(text)}")


def _colon(lines: Sequence[str], line: int, column: int, scalar: Any) -> Stumble:
    """Tell a colon in a text from a line that is indented as if it went on with the text above."""
    above = scalar.start_mark.line if scalar else line
    if above == line:
        value = _head(lines[line])["value"]
        what = f"kolon inne i en text: ”{visible(value.strip('”“'))}”"
        if value.startswith(("”", "“")):
            return Stumble(line, column, what, f"byt de krökta citattecknen mot raka: {quoted(value)}")
        return Stumble(line, column, what, f"{QUOTE}: {quoted(value)}")
    head = _head(lines[above])
    if not head["key"]:
        return _no_colon(lines, above)
    what = "raden är längre indragen än raden ovanför, men har ett kolon"
    key = visible(head["key"].strip())
    remedy = f"låt den börja rakt under ”{key}” på rad {above + 1}; hör den till texten ovanför: {QUOTE}"
    return Stumble(line, _indent(lines[line]), what, remedy, in_value=False)


def _no_colon(lines: Sequence[str], line: int) -> Stumble:
    text, column = lines[line], _indent(lines[line])
    if re.match(r" *-[^ -]", text):
        return _no_space_after_dash(line, column)
    head = _head(text)
    if glued := re.match(r"[\w-]+:(?=[^\s/])", head["value"]):
        column = head.start("value") + glued.end()
        what = f"blanksteg saknas efter kolonet i ”{visible(head['value'])}”"
        return Stumble(line, column, what, "skriv ”nyckel: värde”", in_value=False)
    what = f"raden ”{visible(text.strip())}” har inget kolon"
    remedy = "skriv ”nyckel: värde”; hör raden till texten ovanför: dra in den längre än dess nyckel"
    return Stumble(line, column, what, remedy, in_value=False)


def _no_space_after_dash(line: int, column: int) -> Stumble:
    return Stumble(line, column, "blanksteg saknas efter bindestrecket", "skriv ”- ” först på raden", in_value=False)


def _flow(lines: Sequence[str], error: yaml.MarkedYAMLError, scalar: Any) -> Stumble:
    """Tell a colon in a text within brackets from a bracket that is never closed."""
    mark, begin = error.problem_mark or error.context_mark, error.context_mark or error.problem_mark
    line = min(mark.line, len(lines) - 1)
    here = lines[line][mark.column : mark.column + 1] if line == mark.line else ""
    if here == ":" and (begin.line == line if scalar is None else scalar.start_mark.line == line):
        text = visible(scalar.value if scalar else re.split(r"[\[{,]", lines[line][: mark.column])[-1].strip())
        what = f"kolon inne i en text: ”{text}:”"
        return Stumble(line, mark.column, what, f'{QUOTE}: "{text}: …"')
    if line == begin.line and here:
        return Stumble(line, mark.column, f"”{visible(here)}” väntades inte här, inom klammer", BRACKETS)
    sign = lines[begin.line][begin.column]
    end = {"[": "]", "{": "}"}.get(sign, sign)
    return Stumble(begin.line, begin.column, f"klammern {sign} avslutas aldrig", f"sätt {end} sist; är det en text: {QUOTE}")


def _structure(lines: Sequence[str], line: int, column: int, last: Any) -> Stumble:
    """Explain a token that came where none fits: text after a quote or bracket, or a wrong indent."""
    text = lines[line]
    rest = text[column:]
    begin, end = (last.start_mark, last.end_mark) if last else (None, None)
    if begin and begin.line == line and begin.column < end.column <= column:
        if getattr(last, "style", None) in {"'", '"'}:
            what = f"mer text efter citattecknet: ”{visible(rest)}”"
            inner = text[begin.column :].strip()
            if not inner.endswith(last.style):
                return Stumble(line, column, what, "ta bort den, eller flytta citattecknet till textens slut")
            return Stumble(line, column, what, f"sätt andra citattecken runt hela texten: {quoted(inner[1:-1])}")
        if isinstance(last, yaml.AliasEvent):
            return _first_character(lines, line, begin.column)
        if rest[:1] in {"]", "}"}:
            return Stumble(line, column, f"klammern {rest[0]} är en för mycket", "ta bort den")
        value = _head(text)["value"]
        if value[:1] in {"[", "{"}:
            what = f"text får inte börja med {value[0]}"
            return Stumble(line, text.rfind(value), what, f"{QUOTE}: {quoted(value)}")
    if column != _indent(text):
        what = f"här går raden inte att läsa: ”{visible(rest)}”"
        return Stumble(line, column, what, "jämför med raderna omkring: kolon, citattecken och klamrar")
    if rest.startswith("%"):
        return _first_character(lines, line, column)
    if rest.startswith(":"):
        return Stumble(line, column, "nyckel saknas före kolon", "skriv nyckelns namn", in_value=False)
    if re.match(r"-[^ -]", rest):
        return _no_space_after_dash(line, column)
    if rest[:1] in {"]", "}", ","}:
        return Stumble(line, column, f"”{rest[0]}” väntades inte här", BRACKETS, in_value=False)
    first = next((index for index, row in enumerate(lines) if row.strip() and not row.startswith("#")), line)
    if not column and first < line and _indent(lines[first]):
        return Stumble(first, 0, "filens första rad är indragen", "ta bort blanksteg först på raden", in_value=False)
    above = _above(lines, line)
    if (head := _head(above))["dashes"] and len(head["indent"]) == column and not rest.startswith("- "):
        what = "raden börjar under bindestrecket i stället för under texten efter det"
    elif rest.startswith("- ") and _indent(above) == column:
        what = "”- ” börjar en lista, men här väntas en nyckel"
    else:
        what = f"indraget stämmer inte: {column} blanksteg, men raden ovanför har {_indent(above)}"
    return Stumble(line, column, what, INDENT, in_value=False)


def _head(line: str) -> re.Match[str]:
    match = HEAD.match(line)
    assert match is not None  # noqa: S101  # every part of the pattern may be empty
    return match


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _above(lines: Sequence[str], line: int) -> str:
    """Return the nearest line above that says something."""
    return next((text for text in reversed(lines[:line]) if text.strip() and not text.lstrip().startswith("#")), "")


class Mender:
    """Sets aside what could not be read, so that reading can go on after it and one run finds every mistake."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.unread: set[tuple[int, int]] = set()
        """Places, from 1, of values that stand in for what could not be read."""
        self.gaps: set[int] = set()
        """Lines, from 0, that are left out."""

    @property
    def text(self) -> str:
        """The text as it can be read so far."""
        return "\n".join(self.lines)

    def mend(self, line: int, *, in_value: bool, open_columns: set[tuple[int, bool]]) -> bool:
        """Set a line aside, with the lines below that hang on it.

        Args:
            line: the line at fault, from 0.
            in_value: whether its key can be kept.
            open_columns: where a following line may begin: column from 0, and whether with a dash.

        Returns:
            False when nothing more can be done.

        """
        if line in self.gaps:
            return False
        head = _head(self.lines[line])
        place = (line + 1, head.start("value") + 1)
        if in_value and head["value"] and (head["key"] or head["dashes"]) and place not in self.unread:
            self.unread.add(place)
            self.lines[line] = head[0][: head.start("value")] + "'" + head["value"].replace("'", "''") + "'"
            if head["dashes"]:
                open_columns = open_columns | {(len(head["indent"]), True)}
            if head["key"]:
                open_columns = open_columns | {(head.start("key"), False)}
        else:
            self._leave_out(line)
        for index in range(line + 1, len(self.lines)):
            text = self.lines[index]
            start = text.lstrip(" ")
            if not start or start.startswith("#"):
                continue
            head = _head(text)
            begins = head["key"] or head["dashes"]
            if begins and (len(text) - len(start), start.startswith("- ")) in open_columns:
                break
            self._leave_out(index)
        return True

    def _leave_out(self, line: int) -> None:
        self.lines[line] = ""
        self.gaps.add(line)
