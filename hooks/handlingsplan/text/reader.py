"""Text → tree: read a YAML file from libyaml's events, every scalar as text, every place remembered.

Why a builder of our own: PyYAML's loaders turn ``no`` into False and ``0611234`` into a number, take the last of
two equal keys silently, follow aliases (a 400-byte file can fill the memory) and die on deep nesting. Here nothing
is followed or guessed: what this format does not use is a fault, and reading goes on so that one run shows them all.
"""

from __future__ import annotations

import re
import stat
import unicodedata
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeAlias

import yaml

from .decoding import FORBIDDEN, SUBSTITUTE, Place, decode, prepare
from .faults import MAX_FAULTS, QUOTE, Fault, quoted, visible
from .mending import Mender
from .syntax import (
    BULLETS,
    INDENT,
    NO_SPACE_AFTER_DASH,
    QUOTES,
    bracket_in_key,
    explain,
    head_of,
    indent_of,
    no_colon_before,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

MAX_BYTES = 5_000_000
"""A plan of 10,000 activities is 4.9 MB; more than this is a mistake or an attack."""
MAX_DEPTH = 20
MAX_SCALAR = 20_000
"""Characters in one value: some four printed pages."""
MAX_KEYS = 2_000
"""Keys in one mapping: no part of a plan has a tenth of that."""
MAX_ATTEMPTS = 40
"""Reading begins again after each mistake in syntax, so often."""
MAX_REREAD = 20_000_000
"""Characters read in all those attempts."""

Node: TypeAlias = "Mapping | Sequence | str | None"

__all__ = ["Mapping", "Place", "Sequence", "Tagged", "decode", "mappings", "place_of", "read", "read_bytes"]

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Mapping(dict[str, Any]):
    """A YAML mapping that knows where it, its keys and its values stand."""

    __slots__ = ("complete", "key_places", "place", "unread", "value_places")

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.key_places: dict[str, Place] = {}
        self.value_places: dict[str, Place] = {}
        self.complete = True
        """False where a part could not be read: then nothing in it may be called missing."""
        self.unread: frozenset[Place] = frozenset()
        """The root knows what could not be read, or is reported already: nothing more should be said of it."""


class Sequence(list[Any]):
    """A YAML sequence that knows where it and its items stand."""

    __slots__ = ("complete", "place", "places")

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.places: list[Place] = []
        self.complete = True


class Tagged(str):
    """Stands for a value that has a tag which the format allows; what it means is for the format to say."""

    __slots__ = ()


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
        node = node[step]
    return place


LOST_TEXT = r" # ?(?=[0-9])| #(?=[^\s#])"
"""A number sign in a text: YAML takes the rest of the line for a comment. A comment has two spaces before it, or one
on each side and begins with no digit."""

LOST_VALUE = r"""(?:"[^"]*"|'[^']*'|[^:"'][^:]*):[ \t]+(#+[ \t]*(.*\S))"""
"""A key with nothing but a comment after its colon. What somebody wrote there is lost, unless it is guidance."""
NOT_KNOWN = r"(?i)(?:[?…]|(?:fyll(?:s|er)?|fråga|frivillig|kommer|okän[dt]|saknas|todo|väntar)\b|inte (?:än|be|klar))"
"""How a note begins that says why there is no value."""
GUIDANCE = (
    "dagen då kommunen senast beslutade redogörelsen",
    "dagen då ni avgjorde den",
    "dagen då någon bedömde hur tillgängliga sidorna är",
    "det som bara TimNet ska visa",
    "Digg går upp i PTS den 1 januari 2027",
    "helt, delvis, ej, ingen_bedömning eller inte_aktuellt",
    "id för den kontakt i plan.yaml som tar emot",
    "id för den roll som har beslutat, se ”aktörer”",
    'id för den roll som har beslutat, se "aktörer"',
    'id för den roll som har bedömt, se "aktörer"',
    "när nästa tal kommer, till exempel december 2027",
    "står inte i originalet, kommunen fyller i",
    "och som tal, om det är ett",
    "talet eller orden",
    "till exempel dialoger, procent eller kronor",
    "vad bedömningen bygger på",
    "vad den ska nå, i ord",
    "vad ni kom fram till",
    "vad som är uppnått",
    "vad som är uppnått, visas på båda webbplatserna",
    "var talet hämtas",
    "varför det får stå",
    "vilket dokument bedömningen bygger på",
    "visas bara på TimNet",
    "ÅÅÅÅ-MM-DD",
)
"""The comments that stand after empty values in the files that come with the program: templates leave them there."""


def read_bytes(path: Path) -> bytes | Fault:
    """Return a file's bytes, or the fault that it cannot be read."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            return Fault(path.name, 0, 0, "här ligger en mapp, inte en fil", "flytta mappen")
        if not stat.S_ISREG(status.st_mode):  # a pipe would keep us waiting, a device would never end
            return Fault(path.name, 0, 0, "det här är ingen vanlig fil", "byt den mot en fil med text")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Fault(path.name, 0, 0, "filen finns inte", f"den ska ligga i mappen {path.parent.resolve()}")
    except OSError:
        remedy = "kontrollera att du får läsa den, och att inget annat program har låst den"
        return Fault(path.name, 0, 0, "filen går inte att läsa", remedy)
    return _too_large(status.st_size, path.name) if len(data) > MAX_BYTES else data


BEGIN = "lägg tillbaka den senaste som fungerade, eller handbokens plan att börja med"
"""How a plan begins: the remedy for a file that is no mapping."""


def read(
    data: bytes, file: str, keys: frozenset[str] = frozenset(), *, tag: str = "", begin: str = BEGIN
) -> tuple[Mapping, list[Fault]]:
    """Read one YAML file.

    Args:
        data: the file's bytes.
        file: its name, as messages show it.
        keys: every key that the file may have, to find those that were pasted into a text.
        tag: the only tag that the format allows, if any; what has it becomes ``Tagged``.
        begin: the remedy for a file that is no mapping.

    Returns:
        The tree of what could be read (an empty mapping at worst) and every fault found.

    """
    if len(data) > MAX_BYTES:
        return _nothing(), [_too_large(len(data), file)]
    text, faults = decode(data, file)
    if faults and not text:
        return _nothing(), faults
    text, found, tabbed = prepare(text, file)
    make = partial(_Builder, file, known=keys, mended=bool(faults), tag=tag, begin=begin)
    tree, more = _read_on(text, file, tabbed, make)
    return tree, faults + found + more


def _too_large(size: int, file: str) -> Fault:
    """Return the fault that a file has more bytes than any plan or page."""
    what = f"filen är {size / 1e6:.1f} MB, gränsen är {MAX_BYTES // 1_000_000} MB".replace(".", ",")
    return Fault(file, 0, 0, what, "kontrollera att det är rätt fil")


def _read_on(
    text: str, file: str, tabbed: set[int], make: Callable[[str, Iterable[int]], _Builder]
) -> tuple[Mapping, list[Fault]]:
    """Read a text, and read on after each mistake in its syntax.

    Args:
        text: the text.
        file: its name.
        tabbed: lines, from 1, that begin with a tab: that is said already.
        make: makes the builder of a tree from a text and the lines that were left out of it.

    """
    stumbles: dict[int, Fault] = {}
    mender: Mender | None = None
    for _ in range(min(MAX_ATTEMPTS, MAX_REREAD // (len(text) or 1))):
        builder = make(mender.text if mender else text, mender.gaps if mender else ())
        try:
            for event in yaml.parse(builder.text, Loader):
                if not builder.take(event) or len(builder.faults) > MAX_FAULTS:
                    builder.leave_open()
                    break
            break
        except yaml.MarkedYAMLError as error:
            builder.leave_open()
            stumble = explain(error, builder.lines, builder.last, builder.bracket)
            line, column = stumble.line + 1, min(stumble.column, len(builder.lines[stumble.line])) + 1
            if line not in stumbles.keys() | tabbed:
                stumbles[line] = Fault(file, line, column, stumble.what, stumble.remedy)
            # What stands within brackets hangs together: it is set aside from where the outermost one began.
            mender = mender or Mender(text)
            mender.mend(builder.flow_line - 1 if builder.flow_line else stumble.line, builder.open_columns())
    builder.faults += stumbles.values()
    tree = builder.tree()
    reported = {(fault.line, fault.column) for fault in builder.faults}
    tree.unread = frozenset(reported | builder.unread | (mender.unread if mender else set()))
    return tree, builder.faults


def _nothing() -> Mapping:
    """Return a tree of nothing, in which nothing is missing."""
    nothing = Mapping((1, 1))
    nothing.complete = False
    return nothing


class _Builder:
    """Builds the tree from events. ``take`` returns False when reading must stop."""

    def __init__(  # noqa: PLR0913  # what read was given
        self, file: str, text: str, gaps: Iterable[int], *, known: frozenset[str], mended: bool, tag: str, begin: str
    ) -> None:
        self.file = file
        self.known = known
        self.text = text
        self.normalise = not unicodedata.is_normalized("NFC", text)
        self.faults: list[Fault] = []
        self.unread: set[Place] = set()
        self.stack: list[Mapping | Sequence] = []
        self.keys: list[tuple[str, Place] | None] = []
        """The key that waits for its value, per open container."""
        self.flow: list[bool] = []
        """Whether it stands within brackets, per open container."""
        self.root: Node = None
        self.root_place: Place = (1, 1)
        self.skipping = 0
        """Depth inside something that was refused."""
        self.last: yaml.Event | None = None
        self.empty: Place | None = None
        """Where an empty value was last read: it may be what a left-out line should have filled."""
        self.gaps = sorted(gaps, reverse=True)
        self.after_gap = False
        self.full = False
        self.again: tuple[Mapping, int, list[str]] | None = None
        """The entry that last had a key twice, which fault that is, and the keys."""
        self.mended = mended
        """Whether characters were taken out of the text: that is reported already."""
        self.tag = tag
        self.begin = begin
        self.may_lose = re.search(LOST_TEXT, text) is not None
        self.may_lose_value = re.search(r":[ \t]*(?:\n *| )#", text) is not None

    @cached_property
    def lines(self) -> list[str]:
        """The text, line by line: needed for faults only."""
        return self.text.split("\n")

    def fault(self, place: Place, what: str, remedy: str) -> None:
        self.faults.append(Fault(self.file, *place, what, remedy))

    def leave_open(self) -> None:
        """Mark everything that was still open when reading stopped as incomplete."""
        for container in self.stack:
            container.complete = False

    @property
    def flow_line(self) -> int:
        """The line where the outermost open bracket stands; 0 where none is open."""
        return self.stack[self.flow.index(True)].place[0] if True in self.flow else 0

    @property
    def bracket(self) -> tuple[int, int] | None:
        """Where the innermost open bracket stands, from 0; None where none is open."""
        if not self.flow or not self.flow[-1]:
            return None
        line, column = self.stack[-1].place
        return line - 1, column - 1

    def open_columns(self) -> set[tuple[int, bool]]:
        """Return where a line may begin: column from 0, and whether with a dash."""
        return {(0, False)} | {
            (container.place[1] - 1, isinstance(container, Sequence))
            for container, flow in zip(self.stack, self.flow, strict=True)
            if not flow
        }

    def tree(self) -> Mapping:
        if isinstance(self.root, Mapping):
            return self.root
        if not self.faults:
            what = "filen är tom" if self.root is None else "filen börjar inte med ”nyckel: värde”"
            place = self.root_place if self.root else (1, 1)
            self.fault(place, what, self.begin)
        return _nothing()

    def take(self, event: Any) -> bool:
        self.last = event
        if self.gaps and event.start_mark.line >= self.gaps[-1]:
            self._pass_gap(event.start_mark.line)
        kind = event.__class__
        if kind is yaml.ScalarEvent:
            self._scalar(event)
            return not self.full
        if kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            return self._open(event, Mapping if kind is yaml.MappingStartEvent else Sequence)
        if kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._close()
        elif kind is yaml.AliasEvent:
            text = _rest(self.lines, event)
            self.fault(_place(event), "text får inte börja med *", f"{QUOTE}: {quoted(text)}")
            if not self.skipping:
                self._put(None, _place(event))
                self._unread_value()
        return True

    def _pass_gap(self, line: int) -> None:
        """Remember that left-out lines may have belonged to anything that is open here, or opens next."""
        while self.gaps and self.gaps[-1] <= line:
            self.gaps.pop()
        self.leave_open()
        self.after_gap = True
        self._unread_value()

    def _unread_value(self) -> None:
        if self.empty:
            self.unread.add(self.empty)

    def _refuse_extras(self, event: Any) -> None:
        for kind, sign in ((event.anchor, "&"), (event.tag, "!")):
            if not kind or (self.tag and kind == self.tag):
                continue
            text = _rest(self.lines, event)
            if kind is event.tag and self.tag:
                what = f"”{visible(text.partition(' ')[0])}” läses inte och körs inte"
                self.fault(_place(event), what, f"ta bort den; bara {self.tag} får stå före ett värde")
            else:
                self.fault(_place(event), f"text får inte börja med {sign}", f"{QUOTE}: {quoted(text)}")

    def _scalar(self, event: Any) -> None:
        if event.anchor or event.tag:
            self._refuse_extras(event)
        if self.skipping:
            return
        place = _place(event)
        value: str | None = event.value
        if self.tag and event.tag == self.tag:
            value = Tagged()
        elif not event.style and value in {"", "~", "null"}:
            value = None
        elif value:
            if not event.style and (self.may_lose or event.end_mark.line > event.start_mark.line):
                self._look_around(event)
            if event.style and self.known and event.end_mark.line > event.start_mark.line:
                self._look_for_keys(event)
            if len(value) > MAX_SCALAR:
                self.fault(place, f"texten har {len(value)} tecken, gränsen är {MAX_SCALAR}", "korta eller dela texten")
                value = value[:MAX_SCALAR]
            # The file as a whole was searched before; only escapes in double quotes can bring these in.
            if event.style == '"' and (hit := re.search(FORBIDDEN, value)):
                what = f"osynligt tecken U+{ord(hit[0]):04X}, skrivet med en kod i texten"
                self.fault(place, what, "ta bort koden som börjar med \\")
                value = re.sub(FORBIDDEN, "", value)
            if self.mended:
                value = value.replace(SUBSTITUTE, "")
            if self.normalise:
                value = unicodedata.normalize("NFC", value)
        self._put(value, place)
        self.after_gap = False

    def _look_around(self, event: Any) -> None:
        """Refuse a text without quotes that YAML cuts off or joins in silence."""
        end = event.end_mark
        if re.match(LOST_TEXT, self.lines[end.line][end.column :]):
            text = self.lines[end.line][event.start_mark.column if event.start_mark.line == end.line else 0 :]
            remedy = f"{QUOTE}: {quoted(text)}; är det en kommentar: skriv två blanksteg före #"
            self.fault((end.line + 1, end.column + 2), "allt efter # läses som en kommentar", remedy)
        if re.match(r"-[^\s0-9]", event.value) and end.line > event.start_mark.line:
            self.fault(_place(event), *NO_SPACE_AFTER_DASH)
            return
        if event.value.startswith((*BULLETS, "\uf0b7")):  # a row with a dash below one is no mistake of its own
            return
        for line in range(event.start_mark.line + 1, end.line + 1):
            if (text := self.lines[line].lstrip(" ")).startswith("- "):
                place = (line + 1, len(self.lines[line]) - len(text) + 1)
                self.fault(place, "raden läses som en fortsättning på texten ovanför, inte som en egen punkt", INDENT)

    def _look_for_keys(self, event: Any) -> None:
        """Refuse a text with a line that was meant as a key of its own, as where something is pasted too far in."""
        for line in range(event.start_mark.line + 1, event.end_mark.line + (event.style in QUOTES)):
            head = head_of(self.lines[line])
            key = unicodedata.normalize("NFC", head["key"] or "")
            if key in self.known:
                what = f"raden läses som text, inte som nyckeln ”{key}”"
                where = "låt den börja rakt under de nycklar som den hör ihop med"
                entry, around = self.stack[-1] if self.stack else None, self.stack[-2:-1]
                if entry is not None and not head["dashes"]:
                    where = f"låt raderna börja med {entry.place[1] - 1} blanksteg"
                elif isinstance(entry, Mapping) and key == next(iter(entry), "") and around:
                    where = f"låt raderna börja med {around[0].place[1] - 1} blanksteg"
                first = event.style not in QUOTES and line == event.start_mark.line + 1
                beside = f"{QUOTE}, på nyckelns rad" if first else "skriv den sist på raden ovanför"
                remedy = f"{where}; är den text: {beside}"
                self.fault((line + 1, indent_of(self.lines[line]) + 1), what, remedy)
                return

    def _look_for_value(self, key: str, place: Place) -> None:
        """Refuse an empty value with a comment that is no guidance: that was meant as the value."""
        line, at = place[0] - 1, place[1] - 1
        lost = re.match(LOST_VALUE, self.lines[line][at:])
        if not lost and not self.flow[-1] and line + 1 < len(self.lines):  # or on the next row, further in
            line, at = line + 1, 0
            lost = re.match(rf" {{{place[1]},}}(#+[ \t]*(?![\w-]+:|- )(.*\S))", self.lines[line])
        if lost and lost[2] not in GUIDANCE and not re.match(NOT_KNOWN, lost[2]):
            what = f"{visible(key)}: ”{visible(lost[2])}” står efter # och läses som en kommentar"
            value = lost[2] if re.fullmatch(r"[\[\w][^:#]*", lost[2]) else quoted(lost[2])
            remedy = (
                f"skriv värdet utan #: {visible(value, 60)}; är det en anteckning: flytta den till en egen rad ovanför"
            )
            self.fault((line + 1, at + lost.start(1) + 1), what, remedy)
            self.unread.add(place)

    def _open(self, event: Any, make: type[Mapping | Sequence]) -> bool:
        if event.anchor or event.tag:
            self._refuse_extras(event)
        place = _place(event)
        if len(self.stack) + self.skipping >= MAX_DEPTH:
            self.fault(place, f"fler än {MAX_DEPTH} nivåer i varandra", "kontrollera indrag och klamrar")
            self.unread |= {box.place for box, flow in zip(self.stack, self.flow, strict=True) if flow}
            return False
        if self.skipping:
            self.skipping += 1
            return True
        if self.stack and isinstance(self.stack[-1], Mapping) and self.keys[-1] is None:
            top = self.stack[-1]
            at = top.place if self.flow[-1] else place
            text = self.lines[at[0] - 1][at[1] - 1 :]
            self.fault(at, "klamrar läses som kod här, inte som text", f"{QUOTE}: {quoted(text)}")
            top.complete = False
            self.keys[-1] = ("", place)
            self.skipping = 1
            return True
        if self._skipping_value():
            self.skipping = 1
            return True
        if self.tag and event.tag == self.tag:
            self._put(Tagged(), place)
            self.skipping = 1
            return True
        container = make(place)
        container.complete = not self.after_gap
        self._put(container, place)
        self.stack.append(container)
        self.keys.append(None)
        self.flow.append(event.flow_style)
        return True

    def _skipping_value(self) -> bool:
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
        self.flow.pop()

    def _put(self, value: Node, place: Place) -> None:
        if not self.stack:
            self.root, self.root_place = value, place
            return
        top = self.stack[-1]
        if isinstance(top, Sequence):
            top.append(value)
            top.places.append(place)
            self.empty = place if value is None or value == "" else None
            return
        waiting = self.keys[-1]
        if waiting is None:
            self.keys[-1] = (self._key(top, value, place), place)
            return
        key, key_place = waiting
        self.keys[-1] = None
        self.empty = key_place if value is None else place if value == "" else None
        if key:
            if len(top) == MAX_KEYS:
                self.fault(key_place, f"fler än {MAX_KEYS} nycklar på samma nivå", "kontrollera att det är rätt fil")
                self.full = True
                return
            top[key] = value
            top.key_places[key] = key_place
            top.value_places[key] = place
            if value is None and self.may_lose_value:
                self._look_for_value(key, key_place)
            if value is None and self.flow[-1]:
                self._look_for_colon(key, key_place)
            if self.known and isinstance(value, str) and value in GUIDANCE:
                what = f"{visible(key)}: ”{visible(value)}” är mallens ord, inget värde"
                self.fault(place, what, "byt dem mot värdet, eller ta bort dem")
                self.unread.add(place)

    def _look_for_colon(self, key: str, place: Place) -> None:
        """Refuse a piece of text within brackets that a comma has cut loose and made a key of."""
        after = self.lines[place[0] - 1][place[1] - 1 :]
        if not re.match(r"(?:\"[^\"]*\"|'[^']*'|[^:,}])*:", after):
            what = f"”{visible(key)}” har inget kolon"
            self.fault(place, what, "är det text efter ett komma: sätt citattecken runt hela texten")

    def _key(self, top: Mapping, value: Node, place: Place) -> str:
        """Return a key, or an empty string for one that is refused (its value is then read past)."""
        if isinstance(value, str) and value in top:
            self._refuse_again(top, value, place)
            return ""
        at, told = place, None
        if not isinstance(value, str) or not value:
            told = "nyckel saknas före kolon", "skriv nyckelns namn"
        elif value == "<<":
            told = "”<<” slår ihop poster", "ta bort raden och skriv ut värdena i stället"
        elif value[0] == "-" and not self.flow[-1]:
            told = NO_SPACE_AFTER_DASH
        elif " " in value and not self.flow[-1] and (bracket := bracket_in_key(value)):
            at, told = (place[0], place[1] + bracket.start(1)), no_colon_before(bracket[1])
        if told:
            self.fault(at, *told)
            top.complete = False
            return ""
        return str(value)

    def _refuse_again(self, top: Mapping, key: str, place: Place) -> None:
        """Refuse a key that an entry has already; several in one entry of a list are one mistake: its first row."""
        first = top.key_places[key][0]
        what, remedy = f"nyckeln ”{visible(key)}” finns redan på rad {first}", "ta bort den ena"
        if self.again and self.again[0] is top and len(self.stack) > 1 and isinstance(self.stack[-2], Sequence):
            before, keys = self.again[1:]
            indent = " " * (self.stack[-2].place[1] - 1)
            what = f"{', '.join(map(visible, [*keys, key]))} finns redan i posten som börjar på rad {top.place[0]}"
            remedy = f"börjar en ny post här: skriv ”{indent}- {next(iter(top))}: …” på en egen rad ovanför"
            self.faults[before] = Fault(self.file, self.faults[before].line, self.faults[before].column, what, remedy)
            self.again = top, before, [*keys, key]
            return
        self.again = top, len(self.faults), [key]
        self.fault(place, what, remedy)


def _place(event: Any) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _rest(lines: list[str], event: Any) -> str:
    """Return the rest of the line from an event on: what its author most likely meant as one text."""
    line, column = _place(event)
    return lines[line - 1][column - 1 :]
