"""Personal data that nobody meant to publish: found in the plan, in prose, in settings and in what was built.

``find`` is the rule, a pure function over text. The others say where it is run and what the person who wrote it is
told. A message never repeats what was found: logs are read by others, and are kept longer than pages.

A person can allow what is none of this after all with an entry under ``undantag`` in plan.yaml. That holds for a
number shaped as a personnummer too: one in ten of all article numbers with a date in them passes its check digit, and
no program can tell. Such an exception is told of at every check (``Allowed.notes``), so that none is forgotten.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ..text.decoding import decode, line_and_column
from ..text.faults import Fault, Remaining, name_in, plain_letters
from ..text.reader import Mapping, Sequence, mappings, read, read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as AnyMapping
    from pathlib import Path

    from ..plan.views import PublicView
    from ..plan.words import Audience
    from ..text.reader import Place


class Kind(StrEnum):
    """What was found, in the words of a message."""

    PERSON = "personnummer"
    """Or a samordningsnummer."""
    EMAIL = "privat e-postadress"
    MOBILE = "mobilnummer"
    PHONE = "telefonnummer"
    """To a place or a service: wrong only where it is typed instead of fetched from the plan's contacts."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One find: its kind, and from where to where it stands in the text."""

    kind: Kind
    start: int
    end: int
    text: str

    @property
    def value(self) -> str:
        """The same for each way of writing it: ``+46 70-174 06 05`` and ``0701740605``."""
        text = plain(self.text)
        if self.kind is Kind.EMAIL:
            return text.casefold()
        return _digits(text)[-10:] if self.kind is Kind.PERSON else _national(text)

    @property
    def masked(self) -> str:
        """Its first two characters and its shape, and where a mailbox is: ``81****-****``, ``an**.****@gmail.com``."""
        name, at, host = plain(self.text).partition("@")
        return name[:2] + re.sub(r"[^\W_]", "*", name[2:]) + at + host


# One way of writing ---------------------------------------------------------------------------------------------------


_DASHES = "\u2212\u2043\u2500\u30fc"
"""What looks like a dash and is none: a minus, a bullet, a drawn line, a sign of long sound."""


class _Plain(dict[int, str]):
    """The plain way of writing each character, found when it is first met; ``unseen`` for one that is not seen."""

    def __init__(self, unseen: str) -> None:
        self.unseen = unseen

    def __missing__(self, code: int) -> str:
        kind, char = unicodedata.category(chr(code)), unicodedata.normalize("NFKC", chr(code))
        if kind in {"Cf", "Me", "Mn"}:
            char = self.unseen
        elif kind == "Nd":
            char = str(unicodedata.digit(chr(code)))
        elif kind == "Zs":
            char = " "
        elif kind == "Pd" or chr(code) in _DASHES:
            char = "-"
        # One for one, so that only what is not seen moves what stands after it.
        self[code] = char if len(char) <= 1 else chr(code)
        return self[code]


_TOGETHER, _APART = _Plain(""), _Plain(" ")


def plain(text: str) -> str:
    """Return a text in one way of writing: digits of any script and any width as 0–9, dashes as -, blanks as blanks.

    What is not seen is left out: a zero-width space, a soft hyphen, an accent of its own.
    """
    return text if text.isascii() else text.translate(_TOGETHER)


# The rule -------------------------------------------------------------------------------------------------------------

_BETWEEN = "[ \\t]?-?[ \\t]?"
# Not inside a word, a hash, a version (1.8112) or a longer number with hyphens (ISBN).
_LEFT = r"(?<![^\W_])(?<![0-9][.-])"
_RIGHT = r"(?![^\W_]|\.[0-9])"

SHORTEST = 8
"""Digits in a telephone number with its area code: 08-12 34 56."""
_RUN = re.compile(r"[+0-9](?:[0-9 \t/()+-]|(?<=-)\n){6,}")
"""Where a number may stand. Hardly any text has one, and looking for this alone is quick."""
_DATE = r"(?:19|20)[0-9]{2}-(?:[0-9]{2}-[0-9]{2}|(?:19|20)[0-9]{2})"

# Compiled when first needed: that takes longer than searching a whole plan.
_PERSON = (
    rf"(?:{_LEFT}|(?<=nr)|(?<=NR))(?:(?:18|19|20)?[0-9]{{6}}[ \t]{{0,3}}[+-]{{0,2}}\s{{0,3}}[0-9]{{4}}"
    r"|(?:18|19|20)?[0-9]{2}-[0-9]{2}-[0-9]{2}[ \t]?[+-][ \t]?[0-9]{4}"
    # With a blank anywhere, and then no other number right before or after it.
    r"|(?<![0-9] )(?:(?:1 ?[89]|2 ?0) ?)?[0-9](?: ?[0-9]){5} ?[+-]? ?[0-9](?: ?[0-9]){3}(?! ?[0-9])"
    rf"){_RIGHT}(?!-[0-9])"
)
_GROUPS = "|".join(
    between.join(f"[0-9]{{{length}}}" for length in (first - 1, *rest))
    for between in ("[ \\t]", "-")
    for first, *rest in ((3, 3, 2), (3, 2, 2), (2, 3, 2), (2, 2, 2), (3, 3), (3, 2), (2, 3))
)
# In an address, a number after / or = is an id of something.
_PHONE = (
    rf"{_LEFT}(?<![/=&#%_])(?:"
    rf"(?:\+|00)46{_BETWEEN}(?:\(0\){_BETWEEN})?[1-9](?:{_BETWEEN}[0-9]){{6,8}}"
    rf"|07[02369](?:[/]|{_BETWEEN})[0-9](?:{_BETWEEN}[0-9]){{6}}"
    r"|(?<![0-9] )0 ?7 ?[02369](?: ?[0-9]){7}(?! ?[0-9])"
    # An area code (08, 060, 0691), then five to eight digits in one piece or in a usual grouping. No date has one.
    rf"|0(?:8|[1-9][0-9]{{1,2}})(?:[/)][ \t]?|{_BETWEEN})[1-9](?:[0-9]{{4,7}}|{_GROUPS})"
    rf"|\+[1-9](?:{_BETWEEN}[0-9]){{8,11}}"
    rf"){_RIGHT}"
)
_MOBILE = re.compile(r"07[02369][0-9]{7}")

_HOST = re.compile(r"@(?:[\w-]+\.)+[^\W\d_]{2,}")
_NAME = re.compile(r"[\w.+-]+\Z")

_PRIVATE_HOSTS = (
    r"(?:aol|bredband|comhem|gmail|gmx|glocalnet|googlemail|home|hotmail|icloud|live|mac|mail|me|msn|outlook|passagen"
    r"|proton|protonmail|spray|swipnet|tele2|telia|tutanota|yahoo|ymail)\.(?:[a-z]{2,3}|co\.uk)"
)
"""Where people have mailboxes of their own, and no Swedish authority has one."""
_FUNCTION = (
    "administration|anmal|ansvarig|arkiv|avdelning|avtal|barnavard|barnomsorg|bestall|bibliotek|bokning|boende|"
    "bostad|bygg|center|centrum|chef|dataskydd|diarium|distrikt|drift|efternamn|ekonomi|elev|enhet|expedition|"
    "familj|fastighet|felanmal|fornamn|forening|forskol|forvaltning|fragor|fritid|funktion|grupp|halsa|"
    "handlaggare|hjalp|hyra|information|insats|intranat|jamstalldhet|jour|jurist|kansli|kommun|konsument|kontakt|"
    "krisstod|kultur|kund|ledning|lokaler|miljo|mottagning|namnd|omrade|omsorg|orosanmal|personal|planering|"
    "polis|press|projekt|radet|radgivning|reception|redaktion|region|registrator|rektor|resurs|sakerhet|samordn|"
    "samverkan|service|skola|skolan|skolor|social|sprak|statistik|stod|strateg|styrelse|support|synpunkt|system|"
    "team|teknik|tillganglig|tillsyn|tjanst|trygg|ungdom|upphandling|utbildning|utveckling|vaxel|verksamhet|"
    "webbansvar|webbredak"
)
"""How words begin or end in the names of functions, without å, ä and ö. None begins a common name of a person."""
_SHORT_FUNCTION = (
    "admin|barn|barnen|bup|contact|dso|gdpr|hr|hvb|info|it|kris|lss|media|nfc|no|noreply|norr|norra|office|post|"
    "rad|reply|soder|sodra|staben|tips|ost|ostra|vard|vast|vastra|web|webb|webmaster"
)
"""Whole words: as a beginning, these would take in names (*kris* Kristina, *barn* Barnevik)."""


def find(text: str) -> list[Hit]:
    """Return the personal data in a text, in order.

    **Personnummer** (folkbokföringslagen 1991:481 18 §, Skatteverket SKV 704): year, month and day, three digits from
    001 and a check digit (Luhn); + before the last four from the year the person turns 100. **Samordningsnummer** (lag
    2022:1697, before it 18 a §): the same with 60 added to the day. Written with or without century, with a hyphen, a
    dash, a space or nothing, also digit by digit (*8 1 1 2 …*). The day must exist, which also leaves organisation
    numbers out: their third digit is at least 2. Part of a longer number, a hash or a version is none.

    **Private e-mail**: any address at a host where private people have theirs (gmail, hotmail, telia …); elsewhere one
    made as a name is, ``first.last`` or ``f.last``, with no word of a function in it (*kontakt*, *social*, *skol* …).
    One word, ``trygghet@``, is taken for a function: no list of people's names is kept. So ``anna@`` passes.

    **Telephone**: numbers with an area code, +46 or 0046 before; 070, 072, 073, 076 and 079 are mobiles (PTS's
    numbering plan). Short numbers (112, 114 14, 116 111, 1177) are not looked for: they are the same in the whole
    country, the design's own words say "Ring 112", and a plan's text, where no insert works, must be able to.
    """
    found: dict[int, Hit] = {}
    readings: list[tuple[str, range | list[int]]] = [(plain(text), range(len(text)))]
    if len(readings[0][0]) < len(text):
        # What is not seen may stand within a number, or part two.
        seen = [place for place, char in enumerate(text) if plain(char)]
        readings = [(plain(text), seen), (text.translate(_APART), range(len(text)))]
    for written, places in readings:
        for kind, first, last in (*_numbers(written), *_addresses(written)):
            start, end = places[first], places[last - 1] + 1
            found.setdefault(start, Hit(kind, start, end, text[start:end]))
    return [found[start] for start in sorted(found)]


def _numbers(text: str) -> Iterator[tuple[Kind, int, int]]:
    for run in _RUN.finditer(text):
        if len(_digits(run[0])) < SHORTEST or re.fullmatch(_DATE, run[0].strip()):
            continue
        # Two characters more, for what decides whether the number ends there.
        place = run.start(), run.end() + 2
        people = [match.span() for match in re.compile(_PERSON).finditer(text, *place) if _person(match[0])]
        yield from ((Kind.PERSON, *span) for span in people)
        for match in re.compile(_PHONE).finditer(text, *place):
            national = _national(match[0])
            # The shortest in one piece is a date as often as a number.
            long_enough = len(national) >= SHORTEST + match[0].isdigit()
            if not long_enough or any(start < match.end() and match.start() < end for start, end in people):
                continue
            yield Kind.MOBILE if _MOBILE.fullmatch(national) else Kind.PHONE, *match.span()


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def _national(phone: str) -> str:
    """Return a number's digits as they are dialled in Sweden; with + before those of other countries."""
    digits = _digits(phone.replace("(0)", ""))
    if not phone.startswith(("+", "00")):
        return digits
    digits = digits.removeprefix("00")
    return f"0{digits[2:]}" if digits.startswith("46") else f"+{digits}"


def _person(text: str) -> bool:
    """Whether digits are a personnummer or a samordningsnummer."""
    digits = _digits(text)
    # Ten digits in a row that begin as a mobile number are that: nobody writes a birthday's number so.
    if _MOBILE.fullmatch(text.replace(" ", "")):
        return False
    # Without a century: 2000 has every day that 1900 has.
    century, rest = (digits[:2], digits[2:]) if len(digits) == 12 else ("20", digits)  # noqa: PLR2004  # as in the law
    year, month, day = int(century + rest[:2]), int(rest[2:4]), int(rest[4:6])
    try:
        datetime.date(year, month, day - 60 if day > 60 else day)  # noqa: PLR2004  # the law's own number
    except ValueError:
        return False
    doubled = [int(digit) * (2 - index % 2) for index, digit in enumerate(rest)]
    return rest[6:9] != "000" and sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def _addresses(text: str) -> Iterator[tuple[Kind, int, int]]:
    if "@" not in text:
        return
    for host in _HOST.finditer(text):
        # No mailbox has a longer name (RFC 5321).
        if name := _NAME.search(text, max(0, host.start() - 64), host.start()):
            start = name.start() + len(name[0]) - len(name[0].lstrip(".+-"))
            address = text[start : host.end()]
            if start < host.start() and _private(address):
                yield Kind.EMAIL, start, host.end()


def _private(address: str) -> bool:
    name, _, host = plain_letters(address).partition("@")
    if re.fullmatch(_PRIVATE_HOSTS, host):
        return True
    name = name.partition("+")[0].rstrip("0123456789")
    if not re.fullmatch(r"[a-z-]+(?:[._][a-z-]+)+", name):
        return False
    function = rf"(?:{_FUNCTION})[a-z]*|[a-z]*(?:{_FUNCTION})|{_SHORT_FUNCTION}"
    return not any(re.fullmatch(function, word) for word in re.split("[._-]", name))


# What a plan allows ---------------------------------------------------------------------------------------------------


class Allowed:
    """The values under ``undantag`` in plan.yaml, and which of them were needed.

    Read from the tree and not from the model, so that a fault elsewhere does not make every exception a fault too.
    """

    def __init__(self, tree: Mapping) -> None:
        self.entries = [entry for entry in mappings(tree.get("undantag")) if isinstance(entry.get("värde"), str)]
        self.values = {value for entry in self.entries for value in _values(entry["värde"])}
        self.needed: set[str] = set()

    def has(self, value: str) -> bool:
        """Whether a value is allowed; if so it is remembered as needed."""
        if value in self.values:
            self.needed.add(value)
        return value in self.values

    def notes(self, file: str) -> Iterator[Remaining]:
        """Yield what to say of exceptions where all is well: which to take away, and which to keep an eye on."""
        for entry in self.entries:
            line = entry.place[0]
            if not _values(entry["värde"]) & self.needed:
                # A template may need it all the same: only a build would tell.
                what = "undantaget behövs inte längre för planen och texterna: ta bort det"
                yield Remaining(file, line, what)
            elif any(hit.kind is Kind.PERSON for hit in find(entry["värde"])):
                what = "undantaget gäller något som ser ut som ett personnummer: ta bort det om det är ett"
                yield Remaining(file, line, what)


def _values(text: str) -> set[str]:
    """Return what an exception's text allows: what is found in it, or else its words."""
    return {hit.value for hit in find(text)} or {words_of(text)}


def words_of(text: str) -> str:
    """Return a text as exceptions compare it."""
    return " ".join(text.casefold().split())


# Where it is run ------------------------------------------------------------------------------------------------------

EXCEPT = "lägg till ett undantag i plan.yaml"
REMEDY = {
    Kind.PERSON: f"ta bort det; är det ett annat slags nummer: {EXCEPT}",
    Kind.EMAIL: f"skriv en funktions adress, till exempel kontakt@…; är det en sådan: {EXCEPT}",
    Kind.MOBILE: f"skriv ett nummer till en funktion under kontakter i plan.yaml; är det ett sådant: {EXCEPT}",
    Kind.PHONE: f"skriv numret under kontakter i plan.yaml; är det inget telefonnummer: {EXCEPT}",
}
_INSERT = 'skriv {{{{ kontakt("{}") }}}} i stället'


def in_tree(tree: Mapping, file: str, allowed: Allowed) -> Iterator[Fault]:
    """Yield the personal data in a plan or a configuration, at the values that hold it.

    In a contact's ``telefon`` the number of a place stands right, but not a mobile's: one person may answer it.
    """
    for way, text, place in texts(tree, tree.place, ()):
        if way == ("undantag", "värde"):
            continue
        for hit in find(text):
            if (hit.kind is Kind.PHONE and way == ("kontakter", "telefon")) or allowed.has(hit.value):
                continue
            yield Fault(file, *place, f"{way[-1]}: {hit.kind} ({hit.masked})", REMEDY[hit.kind])


def texts(node: object, place: Place, way: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str, Place]]:
    """Yield every text of a tree with its place, and the keys that lead to it."""
    if isinstance(node, str):
        yield way, node, place
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield from texts(value, node.value_places[key], (*way, key))
    elif isinstance(node, Sequence):
        for item, where in zip(node, node.places, strict=True):
            yield from texts(item, where, way)


def in_config(path: Path, allowed: Allowed) -> Iterator[Fault]:
    """Yield the personal data among the values of a ``mkdocs.yml``. What else is wrong with it MkDocs says."""
    data = read_bytes(path)
    if isinstance(data, bytes):
        yield from in_tree(read(data, path.name)[0], path.name, allowed)


def in_prose(folder: Path, root: Path, phones: AnyMapping[str, str], allowed: Allowed) -> Iterator[Fault]:
    """Yield the personal data in the Markdown files of a folder, front matter and examples included.

    Args:
        folder: a docs folder.
        root: the project folder, which messages count from.
        phones: ids of the plan's contacts by the value of their number, for the remedy.
        allowed: the plan's exceptions.

    """
    for path in sorted(folder.rglob("*.md")):
        data = read_bytes(path)
        if isinstance(data, Fault):
            continue  # told by who reads the page
        file = name_in(path, root)
        text, _ = decode(data, file)
        for hit in find(text):
            if not allowed.has(hit.value):
                remedy = _INSERT.format(phones[hit.value]) if hit.value in phones else REMEDY[hit.kind]
                yield Fault(file, *line_and_column(text, hit.start), f"{hit.kind} ({hit.masked})", remedy)


def phones(tree: Mapping, audience: Audience) -> dict[str, str]:
    """Return the ids of the contacts that an audience sees, by the value of their number."""
    return {
        _national(phone): id_
        for contact in mappings(tree.get("kontakter"))
        if isinstance(phone := contact.get("telefon"), str)
        and isinstance(id_ := contact.get("id"), str)
        and audience in (contact.get("visas") or ())
    }


def permitted(allowed: Allowed, seen: PublicView) -> frozenset[str]:
    """Return the values that may stand in a built site: its contacts' numbers, and what the plan allows."""
    numbers = {_national(contact.phone) for contact in seen.contacts.values() if contact.phone}
    return frozenset(numbers | allowed.values)
