"""The fixed words of a plan: audiences, how sure a contact is. Light: every door imports this."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Audience(StrEnum):
    """Who reads: *intern* is the intranet, *extern* the public site."""

    INTERNAL = "intern"
    EXTERNAL = "extern"


class Language(StrEnum):
    """What a page of prose is written in."""

    SWEDISH = "sv"
    ENGLISH = "en"

    def template(self, name: str) -> str:
        """Return the template that says it in this language: ``draft.html``, ``draft.en.html``."""
        return name if self is Language.SWEDISH else name.replace(".html", f".{self}.html")


class CheckState(StrEnum):
    """How sure a contact detail is."""

    FROM_SOURCE = "enligt_källa"
    """Read at the organisation's own site; the municipality has not checked it."""
    CONFIRMED = "kontrollerad"
    MISSING = "saknas"


class Duty(StrEnum):
    """Whether those who work at a place must or should report concern for a child."""

    MUST = "ska"
    SHOULD = "bör"


def listed(texts: Iterable[str]) -> str:
    """Return texts as Swedish lists them: *2023, 2024 och 2026*."""
    *first, last = texts
    return f"{', '.join(first)} och {last}" if first else last


def amount(count: int, one: str, many: str) -> str:
    """Return a count with its unit: *1 område*, *8 områden*."""
    return f"{count} {one if count == 1 else many}"


def stopped(text: str) -> str:
    """Return a text with a full stop, unless it has one of its own: *Årsrapport 2026*, *Polisen m.fl.* as it is."""
    return text if re.search(r"[.!?…](?:</[a-z]+>)*$", text) else text + "."


def read_date(value: str) -> datetime.date | None:
    """Return the day that ``2026-11-01`` means, or None; years that no plan means (0001, 9999) are no days."""
    if not re.fullmatch(r"(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}", value):
        return None
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        return None


_BLANK = "[ \u00a0\u2007\u2009\u202f]"
"""A space, or one that does not break a line: each separates thousands."""
_NUMBER = re.compile(
    rf"(?!(?:\D*\d){{16}})([+\u2212\u2013-]?)([0-9]{{1,3}}(?:{_BLANK}[0-9]{{3}})+|[0-9]+)(?:,([0-9]+))?"
)
"""At most the 15 digits that Excel keeps."""
NUMBER_FORM = 'skriv siffror, med komma före decimaler: "12,5"'
"""With quotes: within brackets a comma parts two values."""
_UNITS = {"%": "procent", "kr": "kronor", "st": "stycken"}
"""Short forms of units: ``40 %`` is a number where the unit is *procent*, and ``40 procent`` where it is *%*."""


def read_number(text: str, unit: str | None = None) -> Decimal | None:
    """Return the number that a text is, written as in Swedish and perhaps followed by its unit; None for words.

    The one reader of numbers: pages, drawings and every file have theirs from here.

    >>> read_number("-1 200,5 kr", "kronor")
    Decimal('-1200.5')
    >>> read_number("ungefär 12") is None
    True
    """
    match = _NUMBER.fullmatch(without_unit(text, unit))
    if match is None:
        return None
    sign, whole, decimals = match.groups()
    number = Decimal(re.sub(_BLANK, "", whole) + (f".{decimals}" if decimals else ""))
    return -number if sign not in ("", "+") else number


def without_unit(text: str, unit: str | None) -> str:
    """Return a text without the unit at its end: as it is stated, or its short or long form.

    >>> without_unit("40 %", "procent"), without_unit("10", "0")
    ('40', '10')
    """
    wanted = (unit or "").strip().casefold()
    same = [wanted, *(word for pair in _UNITS.items() if wanted in pair for word in pair)]
    # A unit of digits would be taken for the end of the number.
    ends = "|".join(re.escape(word) for word in same if word and not word[0].isdigit())
    return re.sub(rf"(?i)(?<![^\W\d_])(?:{ends})$", "", text.strip()).strip() if ends else text.strip()


def almost_number(text: str, unit: str | None = None) -> str | None:
    """Return what to do with a value that was meant as a number but is none; None for numbers and for words.

    Meant so is what holds only digits and what some write between or after them, or a number with one other word than
    its stated unit: *2 miljoner* is no *2* in kronor.

    >>> almost_number("1.5")
    'skriv siffror, med komma före decimaler: "12,5"'
    >>> almost_number("40 kronor", "procent")
    'skriv talet utan ord, räknat i den enheten'
    >>> almost_number("cirka 40", "procent") is None
    True
    """
    if read_number(text, unit) is not None:
        return None
    if re.fullmatch(
        rf"[+\u2212\u2013-]?{_BLANK}?[.,]?[0-9]([0-9.,'\u2019_]|{_BLANK})*([:,]-|\*)?", without_unit(text, unit)
    ):
        return NUMBER_FORM
    other = re.fullmatch(rf"(.*[0-9]){_BLANK}*(?:[^\W\d]+|%)", text.strip())
    return (
        "skriv talet utan ord, räknat i den enheten" if unit and other and read_number(other[1]) is not None else None
    )
