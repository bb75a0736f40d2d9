"""Bytes → text: how a file was saved, and the characters in it that no person means to write.

``decode`` is for every file that editors write; ``prepare`` then makes YAML ready for libyaml. Used by ``reader``.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from .faults import Fault, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LISTED = 20
"""Faults of one kind in a file's characters: more of them is one mistake, in how the file was saved."""

Place: TypeAlias = tuple[int, int]
"""Line and column, both from 1."""

SUBSTITUTE = "\u00ad"
"""Stands where an invisible character was, so that columns stay: a soft hyphen, which does no harm in any text."""

SAVE_AS = "spara filen som UTF-8 (Arkiv, Spara som, Kodning)"
WRITE_AGAIN = "skriv om ordet för hand"


class Misfit(NamedTuple):
    """Characters that cannot stand where they do; ``what`` may hold ``{}`` for them, or ``{:04X}`` for their code.

    ``remedy`` may hold ``{}`` for the word that they stand in, without them.

    Compiling a pattern and searching a whole plan with it costs more than reading the plan, so a plain look for its
    ``signs`` comes first; hardly any file has one.
    """

    signs: tuple[str, ...]
    pattern: str
    what: str
    remedy: str

    def faults(self, text: str, file: str, start: int = 0) -> Iterator[Fault]:
        """Yield a fault for each place where they stand, at the pattern's group if it has one."""
        if not any(sign in text for sign in self.signs):
            return
        for hit in islice(re.compile(self.pattern).finditer(text, start), MAX_LISTED):
            group = hit.lastindex or 0
            what = self.what.format(ord(hit[group]) if ":04X" in self.what else hit[group])
            line, column = line_and_column(text, hit.start(group))
            row = text.split("\n", line)[line - 1]
            word = row[: column - 1].split(" ")[-1] + row[column:].split(" ")[0]
            yield Fault(file, line, column, what, self.remedy.format(visible(re.sub(FORBIDDEN, "", word))))


# C0 and C1 controls but tab and line ends; zero-width and bidirectional controls; line separators; byte order marks;
# tags that spell hidden text.
FORBIDDEN = (
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffc\ufffe\uffff\U000e0000-\U000e007f]"
)
INVISIBLE = Misfit(("",), FORBIDDEN, "osynligt tecken U+{:04X}", f"ta bort tecknet: {WRITE_AGAIN}, ”{{}}”")
FONT_SIGN = Misfit(
    ("",),
    "[\ue000-\uf8ff]",
    "tecknet U+{:04X} finns bara i vissa typsnitt",
    "skriv - om det är en punkt i en lista, annars ett vanligt tecken",
)
LOST_LETTER = Misfit(("\ufffd",), "\ufffd", "{} står där en bokstav har gått förlorad", WRITE_AGAIN)
# å ä ö é Å Ä Ö, dashes and quotes in UTF-8 that were once read as Windows-1252.
MOJIBAKE = Misfit(("Ã", "â€"), "Ã[¥¤¶©…„–]|â€.", "”{}” är en bokstav som har sparats i fel kodning", WRITE_AGAIN)

HARD_SPACE = Misfit(
    ("\u00a0",),
    r"(?m)^(?:[ ]*|[ ]*(?:- +)?[\w.-]+:)(\u00a0)",
    "hårt blanksteg U+{:04X} i radens början eller efter kolon",
    "skriv ett vanligt blanksteg",
)
TAB_INDENT = Misfit(
    ("\t",), r"(?m)^ *(\t)[ \t]*(?=[^\s#])", "tabb i radens indrag", "byt tabben mot blanksteg, två för varje steg"
)
# On an empty line or before a comment a tab does no harm, but libyaml refuses it.
TAB_ALONE = r"(?m)^[ \t]*\t[ \t]*(?=#|$)"
FIRST_DOCUMENT = r"(?:(?:[ ]*#.*|%.*|[ ]*)\n)*---(?=\s|$)"
NEW_DOCUMENT = Misfit(
    ("---", "..."),
    r"(?m)^(---|\.\.\.)(?:[ \t].*)?$",
    "”{}” delar filen i två",
    "ta bort raden; allt ska stå i ett dokument",
)


def decode(data: bytes, file: str) -> tuple[str, list[Fault]]:
    """Return the text of a file and what is wrong with its bytes; what cannot be read is replaced, one for one.

    The text is empty where the file is no text at all.
    """
    faults: list[Fault] = []
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        faults.append(Fault(file, 1, 1, "filen är sparad som UTF-16", SAVE_AS))
        text = data.decode("utf-16", "replace")
    elif data.startswith((b"PK\x03\x04", b"{\\rtf")):
        remedy = "spara den i Word som oformaterad text, med kodningen UTF-8"
        return "", [Fault(file, 0, 0, "filen är ett Word- eller Exceldokument, inte ren text", remedy)]
    elif data.count(0) > MAX_LISTED:
        return "", [Fault(file, 0, 0, "filen är ingen textfil, eller är sparad som UTF-16", SAVE_AS)]
    else:
        data = data.removeprefix(b"\xef\xbb\xbf")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            # One byte too few or too many does not make the rest Windows text: each is read by itself.
            text = re.sub("[\udc80-\udcff]", _as_windows, data.decode("utf-8", "surrogateescape"))
            guess = visible(_as_windows_byte(data[error.start : error.start + 1]))
            what = f"tecknet är inte sparat som UTF-8 (troligen ”{guess}” i Windows-kodning)"
            before = data[: error.start].decode().replace("\r\n", "\n").replace("\r", "\n")
            faults.append(Fault(file, *line_and_column(before, len(before)), what, SAVE_AS))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    faults += [*LOST_LETTER.faults(text, file), *MOJIBAKE.faults(text, file)]
    if not text.replace("\n", "").isprintable():
        faults += [*INVISIBLE.faults(text, file), *FONT_SIGN.faults(text, file)]
        text = re.sub(FORBIDDEN, SUBSTITUTE, text)
    return text, faults


def _as_windows(escaped: re.Match[str]) -> str:
    return _as_windows_byte(escaped[0].encode("utf-8", "surrogateescape"))


def _as_windows_byte(byte: bytes) -> str:
    """Return a byte that is no UTF-8 as Windows would read it; a question mark where not even Windows does."""
    return byte.decode("cp1252", "replace").replace("\ufffd", "?")


def prepare(text: str, file: str) -> tuple[str, list[Fault], set[int]]:
    """Return a text as libyaml can read it, what is wrong with it, and the lines, from 1, that begin with a tab.

    A hard space becomes a space; a line that parts the file in two documents is left out. Tabs stay: what a tab
    means to the indent cannot be known, so the reader sets such lines aside.
    """
    faults = [*HARD_SPACE.faults(text, file), *TAB_INDENT.faults(text, file)]
    tabbed = {fault.line for fault in TAB_INDENT.faults(text, file)}
    if "\u00a0" in text:
        text = re.sub(HARD_SPACE.pattern, lambda hit: hit[0][:-1] + " ", text)
    if "\t" in text:
        text = re.sub(TAB_ALONE, "", text)
    if "---" in text or "..." in text:
        head = re.match(FIRST_DOCUMENT, text)
        start = head.end() if head else 0
        faults += NEW_DOCUMENT.faults(text, file, start)
        text = text[:start] + re.sub(NEW_DOCUMENT.pattern, "", text[start:])
    return text, faults, tabbed


def line_and_column(text: str, index: int) -> Place:
    """Return the place of a character."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def unfolded(text: str) -> str:
    """Return a calendar with its lines whole again: they are cut after 75 octets, in the middle of words (RFC 5545)."""
    return re.sub(r"\r?\n[ \t]", "", text)
