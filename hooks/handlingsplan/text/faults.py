"""A fault in something the municipality wrote: what is wrong, where, and what to do about it.

Faults are values. They are collected, never raised, and become text in one place, here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

MAX_CHOICES = 12
MAX_FAULTS = 200
"""Faults of one file that are told: more of them is one mistake, and nobody reads on."""

QUOTE = "sätt citattecken runt hela texten"
"""The remedy for most mistakes in YAML."""


@dataclass(frozen=True, order=True, slots=True)
class Fault:
    """One fault, shown as ``plan.yaml:41:15: what – what to do``.

    ``line`` and ``column`` count from 1, as editors do; 0 means that the fault concerns the whole file.
    ``what`` and ``remedy`` are Swedish, for the person who wrote the file.
    """

    file: str
    line: int
    column: int
    what: str
    remedy: str

    def __str__(self) -> str:
        file = visible(self.file, 400)
        place = file if not self.line else f"{file}:{self.line}:{self.column}"
        return f"{place}: {self.what} – {self.remedy}"


@dataclass(frozen=True, slots=True)
class Remaining:
    """One thing that the municipality still has to fill in: ``plan.yaml:41: text (id)``. It stops nothing.

    ``line`` and ``column`` count from 1; a column is stated only for what stands within a line, and ``line`` is 0 for
    the whole file. ``file`` is empty for what stands in no single file, ``id`` for what has none in the plan.
    """

    file: str
    line: int
    text: str
    id: str = ""
    column: int = 0

    def __str__(self) -> str:
        place = ":".join(str(step) for step in (visible(self.file, 400), self.line, self.column) if step)
        return f"{place}: {self.text}".removeprefix(": ") + (f" ({self.id})" if self.id else "")


def listing(faults: Iterable[Fault]) -> str:
    """Return all faults, one a line, in reading order, each once."""
    return "\n".join(str(fault) for fault in sorted(set(faults)))


def first_of(faults: Iterable[Fault], file: str) -> tuple[Fault, ...]:
    """Return a file's faults in reading order, each once; of very many the first, and that there are more."""
    found = tuple(sorted(set(faults)))
    if len(found) <= MAX_FAULTS:
        return found
    more = Fault(file, 0, 0, f"fler än {MAX_FAULTS} fel; bara de första visas", "rätta dem, eller ta en äldre fil")
    return (more, *found[:MAX_FAULTS])


def did_you_mean(
    word: str, allowed: Iterable[str], *, label: str = "Tillåtna", names: Mapping[str, str] | None = None
) -> str:
    """Return a remedy that guesses what was meant and lists what is allowed.

    Args:
        word: what was written.
        allowed: what could have been.
        label: what the list is called.
        names: what people also call it: name → which of the allowed it is.

    >>> did_you_mean("delvist", ["helt", "delvis"])
    'menade du ”delvis”? Tillåtna: helt, delvis'
    """
    from difflib import get_close_matches

    known = {choice.casefold(): choice for choice in allowed}
    if not known:
        return "lägg till den först; det finns ingen att välja än"
    word = {name.casefold(): choice for name, choice in (names or {}).items()}.get(word.strip().casefold(), word)
    close = get_close_matches(word.casefold(), known, 1, 0.6)
    shown = ", ".join(visible(choice) for choice in list(known.values())[:MAX_CHOICES])
    shown += " …" if len(known) > MAX_CHOICES else ""
    return f"menade du ”{visible(known[close[0]])}”? {label}: {shown}" if close else f"{label.lower()}: {shown}"


def visible(text: str, limit: int = 40) -> str:
    """Return text for a message: one line, shortened, invisible characters written out as U+XXXX."""
    if text.isprintable() and len(text) <= limit:
        return text
    shown = "".join(char if char.isprintable() else f"[U+{ord(char):04X}]" for char in text[: limit + 1])
    return shown if len(text) <= limit else shown[:limit].rstrip() + " …"


def name_in(path: Path, root: Path) -> str:
    """Return what messages call a file: its path from a folder, or its name where it lies elsewhere."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def plain_letters(text: str) -> str:
    """Return a text in small letters without dots and rings: *Säkerhetschef* → *sakerhetschef*."""
    return unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()


def hyphenated(text: str) -> str:
    """Return a text as an id or an address has it: *Vad händer?* → *vad-hander*; empty where no letter is left."""
    return re.sub(r"[^a-z0-9]+", "-", plain_letters(text)).strip("-")


def suggested_id(text: str) -> str:
    """Return the id that is nearest to a text: *Säkerhetschef* → *sakerhetschef*. An id is its own suggestion."""
    return hyphenated(text)[:60].strip("-") or "nytt-id"


def quoted(text: str) -> str:
    """Return a text as it should be written: within the kind of quotes that it does not hold itself."""
    inner = visible(text.strip().strip("”“"), 60)
    return "'" + inner.replace("'", "''") + "'" if '"' in inner or "\\" in inner else f'"{inner}"'
