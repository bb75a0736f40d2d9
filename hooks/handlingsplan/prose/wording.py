"""Words that the pages do not use, and one word for one thing: what ``wording.yaml`` lists, looked for in a text.

``kontrollera`` reminds of what stands in the prose; a test looks through all that was built. No build stops for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ..text.decoding import line_and_column
from ..text.reader import Mapping, Sequence
from .markup import without_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..plan.models import Activity, Indicator, PublicPlan, Sublevel
    from ..text.reader import Place

FILE = Path(__file__).with_suffix(".yaml")


@dataclass(frozen=True, slots=True)
class Rule:
    """Words that are not used, what is written in their place, and why."""

    words: tuple[str, ...]
    instead: str
    reason: str

    @property
    def pattern(self) -> str:
        """A regular expression for any of the words, whole, in small letters."""
        each = (re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "") for word in self.words)
        return rf"(?<![\w-])(?:{'|'.join(each)})(?![\w-])"


@dataclass(frozen=True, slots=True)
class Word:
    """A word that stands in a text and should not."""

    at: int
    """Where it begins in the text."""
    word: str
    rule: Rule

    def __str__(self) -> str:
        """Return what is wrong and what to write: ``”hemsida” – skriv webbplats (ett ord för en sak)``."""
        return f"”{self.word}” – skriv {self.rule.instead} ({self.rule.reason})"


@cache
def rules() -> tuple[Rule, ...]:
    """Return all rules: forbidden words first, then terms."""
    listed: dict[str, list[dict[str, Any]]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    forbidden = (Rule(tuple(each["ord"]), each["skriv"], each["skäl"]) for each in listed["förbjudna"])
    terms = (Rule(tuple(each["ord"]), each["skriv"], "ett ord för en sak") for each in listed["termer"])
    return (*forbidden, *terms)


@cache
def _any() -> re.Pattern[str]:
    return re.compile("|".join(f"({rule.pattern})" for rule in rules()), re.IGNORECASE)


_QUOTED = re.compile("”[^”\n]*”")
"""What somebody else has said."""


def found(text: str, quoted: Iterable[str] = ()) -> Iterator[Word]:
    """Yield the words that should not stand in a text.

    Args:
        text: what is read, with white space as single blanks where ``quoted`` is given.
        quoted: what may stand whatever words it has, as the plan's own text; the longest are passed over first.

    """
    for each in sorted(quoted, key=len, reverse=True):
        text = text.replace(each, "\0" * len(each))
    text = _QUOTED.sub(lambda quote: "\0" * len(quote[0]), text)
    for match in _any().finditer(text):
        yield Word(match.start(), match[0], rules()[(match.lastindex or 1) - 1])


def quotable(plan: PublicPlan) -> list[str]:
    """Return the adopted plan's own words, which stand as they are: whole passages and each of their sentences."""
    frame = plan.frame
    own: list[str | None] = [frame.title]
    for passage in (frame.purpose, frame.cooperation, frame.support, frame.levels):
        own += [passage.text, passage.source_text] if passage else []
    for level in plan.levels:
        own += [level.name, level.source_name, level.description, level.source_text]
    own += [column for table in plan.tables for column in table.columns]
    own += [name for actor in plan.actors for name in (actor.name, actor.source_name)]
    for area in plan.areas:
        own += [area.name, area.plan_comment, area.plan_comment_source_text, area.actors_source_text]
        parts: list[Sublevel | Indicator | Activity] = [*area.sublevels, *area.indicators, *area.activities]
        own += [text for part in parts for text in (part.text, part.source_text)]
    texts = [" ".join(text.split()) for text in own if text]
    return list(dict.fromkeys(part for text in texts for part in (text, *re.split(r"(?<=[.?!])\s", text))))


def in_plan(tree: Mapping, quoted: Iterable[str] = ()) -> Iterator[tuple[int, int, Word]]:
    """Yield such words in what editors write in a plan, contacts and guidance, with where the text begins."""
    for key in ("kontakter", "vägledning"):
        for text, (line, column) in _texts(tree.get(key), tree.value_places.get(key, (0, 0))):
            yield from ((line, column, word) for word in found(" ".join(text.split()), quoted))


def _texts(node: Any, place: Place) -> Iterator[tuple[str, Place]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key != "sökord":  # what people type to find a page is not what it says
                yield from _texts(value, node.value_places[key])
    elif isinstance(node, Sequence):
        for value, at in zip(node, node.places, strict=True):
            yield from _texts(value, at)
    elif isinstance(node, str):
        yield node, place


_ADDRESS = re.compile(r"\]\([^)\n]*\)|\{[^{}\n]*\}")


def in_prose(body: str, first_line: int, quoted: Iterable[str] = ()) -> Iterator[tuple[int, int, Word]]:
    """Yield such words in Markdown, with line and column in its file. Code and addresses are nobody's words.

    Args:
        body: the Markdown below the front matter.
        first_line: its first line in the file.
        quoted: what may stand, see ``found``.

    """
    text = _ADDRESS.sub(lambda address: " " * len(address[0]), without_code(body))
    for word in found(text, quoted):
        line, column = line_and_column(text, word.at)
        yield line + first_line - 1, column, word
