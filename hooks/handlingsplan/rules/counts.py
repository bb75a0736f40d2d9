"""Small numbers that a sensitive indicator hides, and the texts that would give them away.

0–4 is shown as *färre än 5* on every site and in every file (``assessment.masked``); "tre insatser" in a text would
undo that. Every text of the plan and of the prose is looked through for every hidden number, of whatever year: the
texts are the leaves of the tree that was read, so that a key that the models get later is among them.

How much it takes depends on where the number stands:

- In the follow-up of the indicator's area, in a correction of it and in the indicator's own texts: the number, whatever
  it counts. A goal that is not shown is left out.
- Elsewhere in the area: the number of a person or a case, or in one sentence with a word of the indicator.
- In the rest of the plan and in prose: the number in one sentence with a word of the indicator.

Never a number that is a place in an order (*bilaga 3*), a date, or counts time, money, shares, parts of the plan or
municipalities, unless that is what the indicator counts. What has to be worked out from several numbers is not found,
but for a share of another number (*hälften av sex*).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from ..plan.assessment import FEW, MASK
from ..text.decoding import decode, line_and_column
from ..text.faults import Fault, name_in
from ..text.reader import Mapping, Sequence, mappings, read_bytes
from .personal import EXCEPT, plain, texts, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..text.reader import Place
    from .personal import Allowed


@dataclass(frozen=True)
class Hidden:
    """A number that is not shown."""

    area: str
    indicator: str
    year: str
    number: int
    words: str
    """The indicator's text and unit."""

    @cached_property
    def stems(self) -> frozenset[str]:
        """The words of the indicator that say what it counts."""
        found = re.findall(r"\b[^\W\d_]{4,}\b", self.words.casefold())
        return frozenset(stem for word in found if (stem := _stem(word)) not in _GENERIC)

    def names(self, word: str) -> bool:
        """Whether a word is one of the indicator's, also in another form or as a part of a longer word."""
        stem = _stem(word.casefold())
        return any(
            stem == own or (len(own) > _LONG and stem.endswith(own)) or (len(stem) > _LONG and own.endswith(stem))
            for own in self.stems
        )

    def counts(self, word: str) -> bool:
        """Whether a word that most often points nobody out is what the indicator counts; *per år* is not."""
        return _stem(word.casefold()) in map(_stem, re.findall(r"(?<!\bper )\b[^\W\d_]+", self.words.casefold()))


_LONG = 4
_ENDINGS = "ernas?|arnas?|ornas?|ens|ets|ade|ad|at|ar|er|or|na|en|et|an|a|e"


def _stem(word: str) -> str:
    """Return a word without its ending: *insatser*, *insatsen* → *insats*."""
    return re.sub(rf"(?<=\w\w\w)(?:{_ENDINGS})$", "", word)


_GENERIC = frozenset(map(_stem, (
    "andel", "antal", "efter", "eller", "enligt", "finns", "från", "genomförda", "genomförts", "hittills", "inom",
    "inte", "kommun", "många", "någon", "redovisade", "resultat", "samtliga", "säger", "till", "totalt", "under",
    "varje", "vilka",
)))  # fmt: skip
"""Words of an indicator that do not say what it counts."""


def hidden(tree: Mapping) -> list[Hidden]:
    """Return every number of a plan that is shown as *färre än 5*."""
    return [
        Hidden(str(area.get("id")), key, str(follow_up.get("år")), int(value), sensitive[key])
        for area in mappings(tree.get("områden"))
        if (
            sensitive := {
                str(each.get("id")): f"{each.get('text')} {each.get('enhet') or ''}"
                for each in mappings(area.get("indikatorer"))
                if each.get("känslig") == "ja"
            }
        )
        for follow_up in mappings(area.get("uppföljning"))
        if isinstance(stated := follow_up.get("indikatorer"), Mapping)
        for key, value in stated.items()
        if key in sensitive and isinstance(value, str) and re.fullmatch(r"0*[0-9]", value) and int(value) < FEW
    ]


# What a text says -----------------------------------------------------------------------------------------------------

_WORDS = {"noll": 0, "två": 2, "tvåtal": 2, "tre": 3, "tretal": 3, "fyra": 4, "fyrtal": 4}
_LOOSE = {
    "ingen": 0, "inga": 0, "inget": 0, "inte en enda": 0, "inte ett enda": 0, "inte någon": 0, "inte något": 0,
    "utan": 0, "en": 1, "ett": 1, "enda": 1, "par": 2, "båda": 2, "bägge": 2,
}  # fmt: skip
"""Words that are a number only in a follow-up, and only where what is counted follows, or stands before *är*."""
_LARGER = {"fem": 5, "sex": 6, "sju": 7, "åtta": 8, "nio": 9, "tio": 10, "tolv": 12}
_SHARES = {"hälften": 2, "halva": 2, "tredjedel": 3, "fjärdedel": 4, "femtedel": 5, "tiondel": 10}

_SMALL, _ANY = "|".join(_WORDS), "|".join(["[0-9]+", *_WORDS, *_LARGER])
_NUMBER = re.compile(
    # Not in a word, nor after what it is the decimals, the minutes or the paragraph of.
    r"(?<!\w)(?<![0-9][./:,])(?<![^\W\d_]-)(?:"
    rf"(?P<share>{'|'.join(_SHARES)})(?:en|ar|arna)?\s+av\s+(?:de\s+|dem\s+|alla\s+)*(?P<whole>{_ANY})\b"
    # *3insatser* is a slip, *3D* and *3f8a* are names.
    r"|(?P<digits>[0-9]+(?:[-./:,][0-9]+)*)(?:st|pers)?(?![0-9_]|[^\W\d_]{1,3}(?![^\W\d_])|[-:][^\W\d_])"
    rf"|(?P<word>{'|'.join([*_WORDS, *_LOOSE]).replace(' ', '[ ]')})(?!\w|-[^\W\d_])"
    r")",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"(?:\s*(?:stycken|st|pers)\b\.?)?(?:\s+av\s+(?:{_ANY})\b)?"
    rf"(?:\s+(?:och|eller|till)\s+(?:{_ANY})\b)?"
    r"[\s(]*(?:(?:olika|hela|andra|nya|första|sista|senaste|[0-9]+-åriga?)\s+)?(?P<unit>%|§+|[^\W\d_]+)?(?:\s+(?P<next>[^\W\d_]+))?",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"(?:§|\b(?:aktivitet|avsnitt|bilag(?:a|an|or|orna)|del|fas|fråga|grupp|indikator|kap|kapitel|kl|klass|klockan|kolumn"
    r"|kvartal|mål|nivå|nr|nummer|område|paragraf|punkt|rad|s|sid|sida|steg|tabell|tabeller|tabellerna|termin|tertial|v"
    r"|vecka|version|åk|årskurs))\.?\s*(?:[0-9]+\s*(?:,|-|och|eller|samt|till)\s*)*$",
    re.IGNORECASE,
)
_NEUTRAL = re.compile(
    # Not *tre året före*, which says nothing of time.
    r"%|§+|år(?:en)?|månad(?:er|erna)?|veck(?:a|or|orna)|dag(?:ar|arna)?|dygn(?:en)?|tim|timm(?:e|ar|arna)"
    r"|minut(?:er)?|termin(?:er|erna)?|kväll(?:ar)?|natt|nätter|gång(?:er)?|kr|kronor|tkr|mkr|tusen|miljon(?:er)?"
    r"|procent\w*|meter|km|kilometer|mil|\w*nivå\w*|(?:del)?områd\w+|indikator\w*|aktivitet\w*|mål(?:en|et)?"
    r"|steg(?:en)?|del(?:ar|arna)?|tabell\w*|kap|kapit\w+|avsnitt\w*|bilag\w+|punkt(?:er|erna)?|sid(?:a|or|orna)"
    r"|rad(?:er)?|kolumn(?:er)?|version(?:er)?|slags?|sort(?:er|s)?|typ(?:er|erna)?|sätt(?:en)?|former(?:na)?"
    r"|möten?|mötena|träff(?:ar|arna)?|utbildning(?:ar|arna)?|föreläsning(?:ar|arna)?|rutin(?:er|erna)?"
    r"|nämnd(?:er|erna)?|förvaltning(?:ar|arna)?|broschyr(?:er)?|nyhetsbrev(?:en)?|kommun(?:er|erna)?|län(?:en)?|region(?:er|erna)?|jan\w*|feb\w*|mars"
    r"|apr\w*|maj|juni?|juli?|aug\w*|sep\w*|okt\w*|nov\w*|dec\w*",
    re.IGNORECASE,
)
"""What is counted that points nobody out: time, money, shares, kinds, parts of the plan, municipalities, meetings."""
_COUNTED = re.compile(
    # Not *en insatsplan*, *ett elevråd*.
    r"(?:(?:\w+)?(?:barn|brukar|deltagar|elev|enskild|familj|flick|hushåll|individ|insats|kill|klient|kvinn|person|pojk"
    r"|tjej|ungdom|ärende)|fall|föräld)(?:ra)?(?:a|an|ar|are|arna|e|en|et|er|erna|n|na|or|orna)?s?|samråd\w*|man|män|vuxna?",
    re.IGNORECASE,
)
"""Persons and cases: small numbers of them can point somebody out."""
_NEAR = 400
"""Signs before and after a number that tell what it is."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ])|\n\s*\n")


class _Text(NamedTuple):
    """A text of a plan or of a page, and what it is about."""

    text: str
    place: Place = (0, 0)
    key: str = ""
    area: object = None
    """The id of the area that it belongs to."""
    indicator: object = None
    """The id of the indicator that it describes."""
    follow_up: bool = False
    """Whether it stands in a year's follow-up, or in a correction of one."""


@dataclass(frozen=True)
class _Said:
    """A number in a text."""

    start: int
    values: frozenset[int]
    """The numbers that it gives away."""
    text: str
    follow: tuple[str, ...]
    """The two words that follow, of which the first is what it counts, in most cases."""
    loose: bool
    """Whether it is a number only beside what it counts."""
    told: bool
    """Whether it is what the words before it come to: *insatserna var inga*, *antal insatser: en*."""
    order: str
    """The word before it where it may be a place in an order: *bilaga*."""
    sentence: str

    def tells(self, secret: Hidden, where: _Text) -> bool:
        """Whether it gives a hidden number away where it stands, by the rules of the module."""
        if secret.number not in self.values:
            return False
        own = secret.area == where.area
        counts = any(map(secret.names, self.follow))
        person = any(map(_COUNTED.fullmatch, self.follow))
        named = any(map(secret.names, re.findall(r"\b[^\W\d_]+\b", self.sentence)))
        if self.loose and not (own and where.follow_up and (counts or person or (self.told and named))):
            return False
        # *Fråga* is a verb too.
        if self.order and not (self.order.casefold() == "fråga" and (counts or person)):
            return False
        if _NEUTRAL.fullmatch("".join(self.follow[:1])) and not secret.counts(self.follow[0]):
            return False
        about = where.follow_up or where.indicator == secret.indicator or person
        return (own and about) or named


def _numbers(text: str) -> Iterator[_Said]:
    """Yield the small numbers in a text that is written in one way, see ``_one_way``."""
    ends = [0, *(match.end() for match in _SENTENCE.finditer(text)), len(text)]
    for match in _NUMBER.finditer(text):
        before, after = text[max(0, match.start() - _NEAR) : match.start()], text[match.end() : match.end() + _NEAR]
        values = _values(match, before, after)
        if values.isdisjoint(range(FEW)):
            continue
        following = _AFTER.match(after)
        follow = tuple(word for word in following.group("unit", "next") if word) if following else ()
        # *3 år 2024* is no time.
        if following and re.match(r"år\s+(?:19|20)[0-9]{2}\b", after[max(following.start("unit"), 0) :]):
            follow = ()
        told = re.search(r"(?:\b(?:är|var|blev)|:)\s*$", before) and re.match(r"\s*(?:[.,;)]|$|under\b|i\b)", after)
        loose = (match["word"] or "").casefold() in _LOOSE
        order = None if loose else _ORDER.search(before[-60:])
        word = re.split(r"[\s.0-9]", order[0])[0] if order else ""
        first = max(ends[bisect_right(ends, match.start()) - 1], match.start() - _NEAR)
        sentence = text[first : min(ends[bisect_left(ends, match.end(), 1)], match.end() + _NEAR)]
        yield _Said(match.start(), frozenset(values), match[0], follow, loose, bool(told), word, sentence)


def _values(match: re.Match[str], before: str, after: str) -> set[int]:
    """Return the numbers that a match gives away."""
    if match["share"]:
        whole, share = _value(match["whole"]), _SHARES[match["share"].casefold()]
        return {whole // share} if whole % share == 0 else set()
    if match["word"]:
        number = _value(match["word"])
        return {number} | _inside(number, after)
    first, *others = re.split("[-./:,]", match["digits"])
    # Dates, years, thousands, telephone numbers, items of a list.
    if len(others) > 1 or max(map(len, (first, *others))) > 2 or re.match(r"\s[0-9]{3}(?![0-9])", after):  # noqa: PLR2004
        return set()
    if not others:
        return set() if _listed(int(first), before, after) else {int(first)} | _inside(int(first), after)
    mark, second = match["digits"][len(first)], int(others[0])
    if mark in ",.":
        return {int(first)} if second == 0 else set()
    if mark == "-":
        return {int(first), second} | _inside(int(first), f" - {second}")
    # *3/10* may be a share, unless it is a day.
    day = mark == ":" or re.search(r"\bden\s+$", before) or re.match(r"[\s-]+(?:19|20)[0-9]{2}\b", after)
    return set() if day else {int(first), second}


def _value(text: str) -> int:
    return int(text) if text.isdigit() else (_WORDS | _LOOSE | _LARGER)[text.casefold()]


def _inside(first: int, after: str) -> set[int]:
    """Return what lies in a span that says more than *färre än 5* does: *två till fyra*."""
    to = re.match(rf"\s+(?:till|och|eller|à|-)\s+([0-9]+|{_SMALL})(?!\w)", after, re.IGNORECASE)
    last = _value(to[1]) if to else first
    return set(range(first, last + 1)) if last < FEW and (first, last) != (0, FEW - 1) else set()


def _listed(number: int, before: str, after: str) -> bool:
    """Whether a number is that of an item in a list: *1. Ta fram en rutin 2. Pröva den*."""
    others = f"(?:{number - 1}|{number + 1})"
    return bool(
        re.match(r"[.)]\s", after)
        and not before.endswith("(")
        and re.search(rf"(?:^|\s){others}[.)]\s", f"{before}\n{after}")
    )


def _one_way(text: str) -> str:
    """Return a text in one way of writing, in which its lines stay where they are."""
    # *tre–fyra* is two words.
    return re.sub(rf"(?i)\b({_SMALL})-(?=(?:{_SMALL})\b)", r"\1 ", plain(unicodedata.normalize("NFC", text)))


def _given(where: _Text, secrets: list[Hidden], allowed: Allowed) -> Iterator[tuple[int, Hidden]]:
    """Yield at which sign a text gives a hidden number away, and which."""
    for said in _numbers(_one_way(where.text)):
        secret = next((secret for secret in secrets if said.tells(secret, where)), None)
        if secret and not allowed.has(words_of(" ".join((said.text, *said.follow[:1])))):
            yield said.start, secret


# Where it is run ------------------------------------------------------------------------------------------------------

_REMEDY = f"skriv ”{MASK}”, eller utan tal; räknar det något annat: {EXCEPT}, med talet och nästa ord"
_AREA = {"områden": "id", "rättelser": "område"}
"""What names the area that an entry belongs to."""
_NUMBERS = {("områden", "tabell"), ("områden", "indikatorer", "mål", "värde")}
"""Keys that hold a number of their own."""
_VALUES = ("områden", "uppföljning", "indikatorer")


def in_plan(tree: Mapping, file: str, allowed: Allowed) -> Iterator[Fault]:
    """Yield the texts of a plan that give a hidden number away, each once."""
    secrets = hidden(tree)
    for text in _texts(tree) if secrets else ():
        for _, secret in _given(text, secrets, allowed):
            yield Fault(file, *text.place, f"{text.key}: {_what(secret)}", _REMEDY)
            break


def _texts(tree: Mapping) -> Iterator[_Text]:
    """Yield every text of a plan that somebody is shown, exceptions aside."""
    indicators = _of_indicators(tree)
    for key, node in tree.items():
        at = tree.value_places[key]
        for part, start in zip(node, node.places, strict=True) if isinstance(node, Sequence) else [(node, at)]:
            area = part.get(_AREA[key]) if key in _AREA and isinstance(part, Mapping) else None
            for way, text, place in texts(part, start, (key,)):
                value = way[:3] == _VALUES and re.fullmatch(r"[0-9][0-9\s,]*", text)
                indicator = indicators.get(place)
                if key != "undantag" and way not in _NUMBERS and not value and indicator != _UNSEEN:
                    # What another indicator counts is that: *2 rutiner*.
                    told = key == "rättelser" or (way[1:2] == ("uppföljning",) and way[:3] != _VALUES)
                    yield _Text(text, place, way[-1], area, indicator, told)


_UNSEEN = ""


def _of_indicators(tree: Mapping) -> dict[Place, str]:
    """Return the ids of the indicators by the places of their texts; ``_UNSEEN`` for a goal that is not shown."""
    found = {}
    for area in mappings(tree.get("områden")):
        for each in mappings(area.get("indikatorer")):
            goal = each.get("mål")
            value = str(goal.get("värde") or "") if isinstance(goal, Mapping) else ""
            # See ``indicators.without_small_goal``.
            unseen = each.get("känslig") == "ja" and not re.fullmatch(
                rf"[{FEW}-9](,[0-9]+)?|[1-9][0-9]+(,[0-9]+)?", value
            )
            for way, _, place in texts(each, each.place, ()):
                found[place] = _UNSEEN if unseen and way[0] == "mål" else str(each.get("id"))
    return found


def in_prose(folder: Path, root: Path, tree: Mapping, allowed: Allowed) -> Iterator[Fault]:
    """Yield the places in the Markdown files of a folder that give a hidden number away."""
    secrets = hidden(tree)
    for path in sorted(folder.rglob("*.md")) if secrets else ():
        data = read_bytes(path)
        if isinstance(data, Fault):
            continue  # told by who reads the page
        file = name_in(path, root)
        text = _MARKUP.sub(
            lambda match: unescape(match[0] if match[0][0] == "&" else "").ljust(len(match[0])), decode(data, file)[0]
        )
        for start, secret in _given(_Text(text), secrets, allowed):
            yield Fault(file, *line_and_column(text, start), _what(secret), _REMEDY)


_MARKUP = re.compile(r"&#?\w+;|<[^<>\n]*>|\[\^[^\]\s]*\]|[*_`|]")
"""Markup, which is no word of a text: a footnote's mark too."""


def _what(secret: Hidden) -> str:
    return f"texten säger talet som döljs för ”{secret.indicator}” {secret.year}"
