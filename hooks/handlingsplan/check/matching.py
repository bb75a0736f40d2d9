"""The search for internal texts: words in a row, whole names, whole numbers. Knows nothing of plans or sites."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from enum import IntEnum
from itertools import compress
from typing import TYPE_CHECKING

from .contents import BREAK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

RUN = 5
"""So many words in a row that stand nowhere public are a leak, also where the rest of the text has been cut away."""
WEAK = 4
"""A text with fewer letters than this (*ja*, *F1*) stands everywhere and says nothing."""
LONGEST_NUMBER = 15
"""Digits in a phone number with its country (ITU-T E.164)."""
SHORTEST_NUMBER = 5
"""A shorter one is only looked for as something to call: it is also a year, a count or a room."""


class Public(IntEnum):
    """How surely a text is public on its own account: from the plan itself down to what somebody has pasted."""

    STATED = 1
    """The plan's public values and the public configuration."""
    PROSE = 2
    """What the editors of a public site have written in its pages."""
    SHARED = 3
    """``overrides/``, which both sites are made with."""
    FILE = 4
    """A file among a public site's pages that is none, which makes nothing public."""


@dataclass(frozen=True, slots=True)
class Secret:
    """Something internal: where it stands, what it is, and how it begins."""

    place: str
    """``plan.yaml:41:15``."""
    field: str
    """``intern_anteckning``."""
    excerpt: str
    """Enough of it to recognise, never the whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """One way in which a secret would be seen."""

    words: tuple[str, ...]
    secret: Secret
    yields_to: Public
    """The least sure kind of public text that makes it public."""
    exactly: re.Pattern[str] | None = None
    """What must also be found where the words stand in a row: signs between the words of an address."""
    needed: bool = False
    """Whether the reference cannot do without it: there it would be found too, and so be taken for public."""


Hit = Pattern | str
"""What is found in a text: a pattern, or a phone number in its canonical form."""

_INVISIBLE = dict.fromkeys(
    [0xAD, 0x34F, 0x61C, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]
)
_SOME_INVISIBLE = re.compile(f"[{''.join(chr(code) for code in _INVISIBLE)}]")
_WORD = re.compile(rf"[^\W_]+|{BREAK}")
_DIGITS = re.compile(r"(?<![\w.,])\+?\d+(?:[\s().\-/\u2010-\u2015]{1,4}\d+)*(?!\w)")
_CALLED = re.compile(r"\b(?:tel|sms|callto):[+0]*(\d{2,4})(?!\d)")


def fold(text: str) -> str:
    """Return a text so that two that read alike are alike: one form of each letter, no case, nothing invisible."""
    if _SOME_INVISIBLE.search(text):
        text = text.translate(_INVISIBLE)
    return unicodedata.normalize("NFKC", text).casefold()


def words(folded: str) -> list[str]:
    """Return a folded text's words, and a sign of its own where one text ends and the next begins."""
    return _WORD.findall(folded)


def runs(sequence: list[str]) -> Iterator[tuple[str, ...]]:
    """Yield every run of ``RUN`` words."""
    for at in range(len(sequence) - RUN + 1):
        yield tuple(sequence[at : at + RUN])


def canonical(number: str) -> str:
    """Return a phone number as its digits without country and zeros: the same for all its spellings.

    >>> {canonical(spelling) for spelling in ("060-16 31 00", "+46 (0)60 163100", "0046-60-163100")}
    {'60163100'}
    """
    digits = re.sub(r"\D", "", number)
    if number.lstrip().startswith("+46"):
        digits = digits[2:]
    elif digits.startswith("0046"):
        digits = digits[4:]
    return digits.lstrip("0")


class Index:
    """Many patterns, found in one pass over the words of a text."""

    def __init__(
        self, patterns: Iterable[Pattern], numbers: dict[str, Secret], public: Sequence[tuple[Public, str]]
    ) -> None:
        """Make an index of what stands nowhere public.

        Args:
            patterns: what to look for; of two that would be seen in the same way the first is kept.
            numbers: phone numbers in their canonical form. Only what is ``STATED`` makes one public.
            public: the public texts.

        """
        texts = [(source, folded, words(folded)) for source, text in public for folded in [fold(text)]]
        # A pattern is looked for by the word of it that public text uses least, so that most words are passed by.
        common = Counter(word for _, _, found in texts for word in found)
        self.by_word: dict[str, list[tuple[int, int, Pattern]]] = {}
        self.numbers = dict(numbers)
        seen = set()
        for pattern in patterns:
            key = pattern.words, pattern.exactly, pattern.yields_to
            if key not in seen:
                seen.add(key)
                anchor = min(pattern.words, key=common.__getitem__)
                entry = pattern.words.index(anchor), len(pattern.words), pattern
                self.by_word.setdefault(anchor, []).append(entry)
        for source in Public:
            mine = [(folded, found) for kind, folded, found in texts if kind is source]
            self._forget({hit for text in mine for hit in self._search(*text)}, source)
        for source, text in public:
            if source is Public.STATED:
                self.numbers = {each: self.numbers[each] for each in self.numbers.keys() - self.search_numbers(text)}

    def _forget(self, found: set[Pattern], source: Public) -> None:
        gone = {pattern for pattern in found if pattern.yields_to >= source}
        for word in {word for pattern in gone for word in pattern.words} & self.by_word.keys():
            self.by_word[word] = [entry for entry in self.by_word[word] if entry[2] not in gone]
            if not self.by_word[word]:
                del self.by_word[word]

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield the patterns and the numbers that a text holds, each once."""
        yield from self.search(text)
        yield from self.search_numbers(text)

    def search(self, text: str) -> Iterator[Pattern]:
        """Yield the patterns that a text holds, each once."""
        folded = fold(text)
        return self._search(folded, words(folded))

    def _search(self, folded: str, parts: list[str]) -> Iterator[Pattern]:
        asked = set[Pattern]()  # a text is looked through sign by sign once, however often the words stand in it
        for at, word in compress(enumerate(parts), map(self.by_word.__contains__, parts)):
            for offset, length, pattern in self.by_word[word]:
                start = at - offset
                if start < 0 or pattern in asked or tuple(parts[start : start + length]) != pattern.words:
                    continue
                asked.add(pattern)
                if pattern.exactly is None or pattern.exactly.search(folded):
                    yield pattern

    def search_numbers(self, text: str) -> set[str]:
        """Return the numbers that a text holds, in their canonical form."""
        if not self.numbers:
            return set()
        found = {canonical(number) for number in _CALLED.findall(text)}
        for cluster in _DIGITS.findall(text):
            parts = re.findall(r"\d+", cluster)
            for at in range(len(parts)):
                digits = ""
                for part in parts[at : at + LONGEST_NUMBER + 1]:
                    digits += part
                    if len(digits) > LONGEST_NUMBER:
                        break
                    if len(digits) >= SHORTEST_NUMBER:
                        bare = digits.lstrip("0")
                        found.add(bare)
                        # "46" begins a number with its country, and also one from Lund: 046.
                        if bare.startswith("46"):
                            found.add(bare[2:].lstrip("0"))
        return found & self.numbers.keys()
