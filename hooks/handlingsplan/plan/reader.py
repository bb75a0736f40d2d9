"""Text → tree: read a YAML file from libyaml's events, every scalar as text, every place remembered.

Why a builder of our own: PyYAML's loaders turn ``no`` into False and ``0611234`` into a number, take the last of
two equal keys silently, follow aliases (a 400-byte file can fill the memory) and die on deep nesting. Here nothing
is followed or guessed: what this format does not use is a fault, and reading goes on so that one run shows them all.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, TypeAlias

import yaml

from .faults import Fault, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 5_000_000
"""A plan of 10,000 activities is 4.9 MB; more than this is a mistake or an attack."""
MAX_DEPTH = 20
MAX_SCALAR = 20_000
"""Characters in one value: some four printed pages."""

Place: TypeAlias = tuple[int, int]
"""Line and column, both from 1."""
Node: TypeAlias = "Mapping | Sequence | str | None"

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Mapping(dict[str, Any]):
    """A YAML mapping that knows where it, its keys and its values stand."""

    __slots__ = ("complete", "key_places", "place", "value_places")

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.key_places: dict[str, Place] = {}
        self.value_places: dict[str, Place] = {}
        self.complete = True
        """False where the file could not be read to the end: then nothing may be called missing."""


class Sequence(list[Any]):
    """A YAML sequence that knows where it and its items stand."""

    __slots__ = ("complete", "place", "places")

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.places: list[Place] = []
        self.complete = True


def mappings(node: object) -> Iterator[Mapping]:
    """Yield the mappings in a sequence; nothing for a node of another shape, whose fault the model reports."""
    if isinstance(node, Sequence):
        yield from (item for item in node if isinstance(item, Mapping))


def place_of(root: Mapping, path: tuple[str | int, ...], *, key: bool = False) -> Place:
    """Return the place of the value at ``path``, or of its key; of the nearest ancestor if it does not exist."""
    node: Any = root
    place = root.place
    for index, step in enumerate(path):
        if isinstance(node, Mapping) and step in node.value_places:
            own_key = key and index == len(path) - 1
            place = (node.key_places if own_key else node.value_places)[str(step)]
            # An empty value stands where the next thing begins; its key is what the reader must look at.
            if node[str(step)] is None:
                place = node.key_places[str(step)]
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node):
            place = node.places[step]
        else:
            break
        node = node[step]  # type: ignore[index]  # both kinds of node were told apart above
    return place


# C0 and C1 controls but tab and line ends; zero-width and bidirectional controls; line separators; byte order marks.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]"
)
HARD_SPACE = re.compile(r"(?m)^(?:[ ]*|[ ]*(?:- +)?[\w.-]+:)(\u00a0)")


def decode(data: bytes, file: str) -> tuple[str, list[Fault]]:
    """Return the text of a file and what is wrong with its bytes; what cannot be read is replaced, one for one."""
    faults: list[Fault] = []
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        faults.append(Fault(file, 1, 1, "filen är sparad som UTF-16", "spara den som UTF-8 (Arkiv, Spara som, Kodning)"))
        return data.decode("utf-16", "replace"), faults
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line_start = data.rfind(b"\n", 0, error.start) + 1
        line = data.count(b"\n", 0, error.start) + 1
        column = len(data[line_start : error.start].decode("utf-8", "replace")) + 1
        guess = data[error.start : error.start + 1].decode("cp1252", "replace")
        what = f"tecknet är inte sparat som UTF-8 (troligen ”{guess}” i Windows-kodning)"
        faults.append(Fault(file, line, column, what, "spara filen som UTF-8 (Arkiv, Spara som, Kodning)"))
        text = data.decode("cp1252", "replace").replace("\ufffd", "?")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for pattern, what, remedy in (
        (FORBIDDEN, "osynligt tecken U+{:04X}", "ta bort tecknet och skriv om ordet för hand"),
        (HARD_SPACE, "hårt blanksteg U+{:04X} i radens början eller efter kolon", "skriv ett vanligt blanksteg"),
    ):
        hits = list(pattern.finditer(text))
        for hit in hits[:20]:
            at = hit.start(hit.lastindex or 0)
            line, column = _line_and_column(text, at)
            faults.append(Fault(file, line, column, what.format(ord(text[at])), remedy))
        if hits:
            text = pattern.sub(lambda hit: hit[0][:-1] + (" " if hit.lastindex else "\ufffd"), text)
    return text, faults


def read(data: bytes, file: str) -> tuple[Mapping, list[Fault]]:
    """Read one YAML file.

    Args:
        data: the file's bytes.
        file: its name, as messages show it.

    Returns:
        The tree of what could be read (an empty mapping at worst) and every fault found.

    """
    if len(data) > MAX_BYTES:
        what = f"filen är {len(data) / 1e6:.1f} MB, gränsen är {MAX_BYTES // 1_000_000} MB".replace(".", ",")
        return Mapping((1, 1)), [Fault(file, 0, 0, what, "kontrollera att det är rätt fil")]
    text, faults = decode(data, file)
    builder = _Builder(file, normalise=not unicodedata.is_normalized("NFC", text))
    try:
        for event in yaml.parse(text, Loader):
            if not builder.take(event):
                break
    except yaml.MarkedYAMLError as error:
        builder.faults.append(_translated(error, text, file))
        builder.leave_open()
    return builder.tree(), faults + builder.faults


class _Builder:
    """Builds the tree from events. ``take`` returns False when reading must stop."""

    def __init__(self, file: str, *, normalise: bool) -> None:
        self.file = file
        self.normalise = normalise
        self.faults: list[Fault] = []
        self.stack: list[Mapping | Sequence] = []
        self.keys: list[tuple[str, Place] | None] = []
        """The key that waits for its value, per open container."""
        self.root: Node = None
        self.root_place: Place = (1, 1)
        self.documents = 0
        self.skipping = 0
        """Depth inside something that was refused."""

    def fault(self, place: Place, what: str, remedy: str) -> None:
        self.faults.append(Fault(self.file, *place, what, remedy))

    def leave_open(self) -> None:
        """Mark everything that was still open when reading stopped as incomplete."""
        for container in self.stack:
            container.complete = False

    def tree(self) -> Mapping:
        if isinstance(self.root, Mapping):
            return self.root
        if not self.faults:
            what = "filen är tom" if self.root is None else "filen börjar inte med ”nyckel: värde”"
            self.fault(self.root_place, what, "börja med ”format: 1” och sedan ”plan:”, se handboken")
        empty = Mapping((1, 1))
        empty.complete = False
        return empty

    def take(self, event: yaml.Event) -> bool:
        kind = event.__class__
        if kind is yaml.ScalarEvent:
            self._scalar(event)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            return self._open(event, Mapping if kind is yaml.MappingStartEvent else Sequence)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._close()
        elif kind is yaml.AliasEvent:
            self.fault(
                _place(event),
                f"”*{visible(event.anchor)}” läses som en hänvisning",
                "skriv texten inom citattecken, eller skriv ut värdet igen",
            )
            if not self.skipping:
                self._put(None, _place(event))
        elif kind is yaml.DocumentStartEvent:
            self.documents += 1
            if self.documents > 1:
                self.fault(_place(event), "”---” börjar ett nytt dokument", "ta bort raden; allt ska stå i ett dokument")
                return False
        return True

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor:
            self.fault(
                _place(event), f"”&{visible(event.anchor)}” läses som ett ankare", "skriv texten inom citattecken"
            )
        if event.tag:
            self.fault(_place(event), f"”{visible(event.tag)}” läses som en typ", "skriv texten inom citattecken")

    def _scalar(self, event: Any) -> None:
        self._refuse_extras(event)
        if self.skipping:
            return
        place = _place(event)
        value: str | None = event.value
        if not event.style and value in {"", "~", "null"}:
            value = None
        elif value:
            if len(value) > MAX_SCALAR:
                self.fault(place, f"texten har {len(value)} tecken, gränsen är {MAX_SCALAR}", "korta eller dela texten")
                value = value[:MAX_SCALAR]
            # The file as a whole was searched before; only escapes in double quotes can bring these in.
            if event.style == '"' and (hit := FORBIDDEN.search(value)):
                self.fault(place, f"osynligt tecken U+{ord(hit[0]):04X} i texten", "ta bort det")
                value = FORBIDDEN.sub("\ufffd", value)
            if self.normalise:
                value = unicodedata.normalize("NFC", value)
        self._put(value, place)

    def _open(self, event: Any, make: type[Mapping | Sequence]) -> bool:
        self._refuse_extras(event)
        place = _place(event)
        if self.skipping:
            self.skipping += 1
            return True
        if len(self.stack) >= MAX_DEPTH:
            self.fault(place, f"fler än {MAX_DEPTH} nivåer i varandra", "kontrollera indrag och klamrar")
            self.leave_open()
            return False
        if self.stack and isinstance(self.stack[-1], Mapping) and self.keys[-1] is None:
            self.fault(place, "klammer läses som kod här, inte som text", "skriv texten inom citattecken")
            self.keys[-1] = ("", place)
            self.skipping = 1
            return True
        container = make(place)
        if self.skipping_value():
            self.skipping = 1
            return True
        self._put(container, place)
        self.stack.append(container)
        self.keys.append(None)
        return True

    def skipping_value(self) -> bool:
        """Whether the waiting key was refused, so that its value must be read past."""
        waiting = self.keys[-1] if self.keys else None
        if waiting is None or waiting[0] != "":
            return False
        self.keys[-1] = None
        return True

    def _close(self) -> None:
        if self.skipping:
            self.skipping -= 1
            return
        self.stack.pop()
        self.keys.pop()

    def _put(self, value: Node, place: Place) -> None:
        if not self.stack:
            self.root, self.root_place = value, place
            return
        top = self.stack[-1]
        if isinstance(top, Sequence):
            top.append(value)
            top.places.append(place)
            return
        waiting = self.keys[-1]
        if waiting is None:
            self.keys[-1] = (self._key(top, value, place), place)
            return
        key, key_place = waiting
        self.keys[-1] = None
        if key:
            top[key] = value
            top.key_places[key] = key_place
            top.value_places[key] = place

    def _key(self, top: Mapping, value: Node, place: Place) -> str:
        """Return a key, or an empty string for one that is refused (its value is then read past)."""
        if not isinstance(value, str) or not value:
            self.fault(place, "nyckel saknas före kolon", "skriv nyckelns namn")
            return ""
        if value == "<<":
            self.fault(place, "”<<” slår ihop poster", "skriv ut värdena i stället")
            return ""
        if value in top:
            first = top.key_places[value][0]
            self.fault(place, f"nyckeln ”{visible(value)}” finns redan på rad {first}", "ta bort den ena")
            return ""
        return value


def _place(event: Any) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _line_and_column(text: str, index: int) -> Place:
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


_QUOTE = "skriv hela texten inom citattecken, till exempel \"…\""
_INDENT = "raderna i samma lista eller post ska börja i samma kolumn, med blanksteg"


def _translated(error: yaml.MarkedYAMLError, text: str, file: str) -> Fault:
    """Return libyaml's English error as a Swedish fault; the caret moves to where the mistake begins."""
    problem, context = error.problem or "", error.context or ""
    mark = error.problem_mark or error.context_mark
    lines = text.split("\n")
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    char = line[mark.column : mark.column + 1] if mark else ""

    def at(mark: Any, what: str, remedy: str) -> Fault:
        return Fault(file, mark.line + 1 if mark else 0, mark.column + 1 if mark else 0, what, remedy)

    start = error.context_mark or mark
    if "mapping values are not allowed" in problem:
        return at(mark, "kolon i text utan citattecken, eller fel indrag", f"{_QUOTE}; annars: {_INDENT}")
    if char == "\t" or re.match(r" *\t", line):
        return Fault(file, mark.line + 1, line.find("\t") + 1, "tabb i indraget", "byt tabben mot blanksteg")
    if "quoted scalar" in context:
        return at(start, "citattecknet avslutas aldrig", "sätt ett citattecken sist i texten")
    if "cannot start any token" in problem:
        return at(mark, f"text får inte börja med ”{visible(char)}”", _QUOTE)
    if any(word in context for word in ("tag", "alias", "anchor", "directive")):
        first = lines[start.line][start.column : start.column + 1] if start else ""
        return at(start, f"text får inte börja med ”{visible(first)}”", _QUOTE)
    if "flow" in context:
        return at(start, "listan eller posten inom klammer avslutas aldrig", "sätt dit den sista klammern: ] eller }")
    if "could not find expected ':'" in problem:
        return at(start, "raden saknar kolon efter nyckeln", "skriv ”nyckel: värde”, med blanksteg efter kolonet")
    if re.search(r":\s+(['\"]).*\1\s*\S", line) or re.search(r":\s+['\"]", line):
        return at(mark, "texten fortsätter efter citattecknet", "använd den andra sortens citattecken ytterst")
    if "block" in context:
        return at(mark, "indraget stämmer inte med raderna ovanför", _INDENT)
    return at(mark, "raden går inte att läsa", "jämför med raderna omkring: indrag, kolon och citattecken")
