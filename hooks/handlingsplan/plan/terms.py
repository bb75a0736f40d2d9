"""When something is due, as Swedish plans write it, and how that compares with today.

The rule is published on the pages ("Så räknar vi"): every term ends on the *last* day it names.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

SOON = timedelta(days=90)
"""A term that ends within this many days is *snart*."""

MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
_QUARTERS = {"första": 1, "andra": 2, "tredje": 3, "fjärde": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_SEASONS = {"våren": 6, "vår": 6, "vt": 6, "vårterminen": 6, "hösten": 12, "höst": 12, "ht": 12, "höstterminen": 12}


class TermKind(StrEnum):
    """What a term says about time."""

    DUE = "due"
    """Ends on a day: *våren 2017*, *2018*, *senast mars 2027*."""
    ONGOING = "ongoing"
    """*löpande*: never ends."""
    YEARLY = "yearly"
    """*årligen*: asked for each year."""
    STATED_DONE = "stated_done"
    """The plan itself says that it is done: *utsedd 2016*."""
    FREE = "free"
    """Words that no rule reads, written as ``tid: {fritext: …}``."""


@dataclass(frozen=True, slots=True)
class Term:
    """When something is due, as the plan words it: ``våren 2017``, ``löpande``.

    ``wording`` is shown to readers; ``last_day`` is what the schedule compares with.
    A year never becomes a day in January: every term ends on the *last* day it names.
    """

    wording: str
    kind: TermKind
    last_day: date | None = None
    """None for what never ends or cannot be computed."""


class Schedule(StrEnum):
    """Where a term stands on a given day. Says nothing about whether the work is done."""

    COMING = "kommer"
    SOON = "snart"
    PASSED = "tiden har passerat"
    ONGOING = "löpande"
    YEARLY = "varje år"
    NO_TERM = "ingen tid angiven"
    STATED_DONE = "enligt planen klar"
    FREE = "tiden står i ord"
    """Beyond the seven of the design: a free-text term has a time, but none that can be compared."""


def parse(wording: str) -> Term | None:
    """Return the term that a wording means, or None if no rule reads it.

    >>> parse("senast hösten 2017").last_day
    datetime.date(2017, 12, 31)
    >>> parse("så snart som möjligt") is None
    True
    """
    text = " ".join(wording.casefold().replace("\u2212", "–").split())
    if re.fullmatch(r"löpande|fortlöpande|kontinuerligt", text):
        return Term(wording, TermKind.ONGOING)
    if re.fullmatch(r"årligen|varje år|en gång per år", text):
        return Term(wording, TermKind.YEARLY)
    if match := re.fullmatch(r"(?:utsedd|utsett|utsedda|klar|klart|klara|genomförd|genomfört|genomförda) (.+)", text):
        day = _last_day(match[1])
        return Term(wording, TermKind.STATED_DONE, day) if day else None
    text = re.sub(r"^(?:senast|under|till och med|t\.?o\.?m\.?|före utgången av) ", "", text)
    day = _last_day(text)
    return Term(wording, TermKind.DUE, day) if day else None


def _last_day(text: str) -> date | None:
    """Return the last day of a period in words: ``våren 2017``, ``Q1 2027``, ``2017–2018``, ``31 mars 2027``."""
    try:
        return _period(text)
    except ValueError:  # a day that the calendar does not have, such as 30 februari
        return None


def _period(text: str) -> date | None:
    if match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    # A range ends with its last part. An ISO date has hyphens too, so it was read first.
    if match := re.fullmatch(r"(.+?) ?(?:–|-|/| till ) ?(.+)", text):
        first, last = match[1], match[2]
        end = _period(last)
        # "våren–hösten 2018": the first part borrows the year of the last.
        begin = _period(first) or (end and _period(f"{first} {end.year}"))
        return end if begin and end and begin <= end else None
    if match := re.fullmatch(r"(\d{4})", text):
        return _year_end(match[1], 12)
    if match := re.fullmatch(r"([a-zåäö]+) (\d{4})", text):
        word, year = match[1], match[2]
        if word in _SEASONS:
            return _year_end(year, _SEASONS[word])
        if word in MONTHS:
            return _year_end(year, MONTHS.index(word) + 1)
        return _year_end(year, 6) if word == "halvårsskiftet" else None
    if match := re.fullmatch(r"(\d{1,2})(?: |:e )([a-zåäö]+) (\d{4})", text):
        return date(int(match[3]), MONTHS.index(match[2]) + 1, int(match[1])) if match[2] in MONTHS else None
    if match := re.fullmatch(r"(?:q|kv|kvartal )\.? ?([1-4]) (\d{4})", text) or re.fullmatch(
        r"(första|andra|tredje|fjärde) kvartalet (\d{4})", text
    ):
        return _year_end(match[2], 3 * _QUARTERS[match[1]])
    if match := re.fullmatch(r"(första|andra) halvåret (\d{4})", text):
        return _year_end(match[2], 6 * _QUARTERS[match[1]])
    return None


def _year_end(year: str, month: int) -> date | None:
    """Return the last day of a month; None for years that no plan means."""
    number = int(year)
    return date(number, month, monthrange(number, month)[1]) if 1900 <= number <= 2199 else None


def schedule(term: Term | None, today: date) -> Schedule:
    """Return where a term stands on a day. A passed time is *not* an assessment."""
    if term is None:
        return Schedule.NO_TERM
    if term.kind is not TermKind.DUE or term.last_day is None:
        return {
            TermKind.ONGOING: Schedule.ONGOING,
            TermKind.YEARLY: Schedule.YEARLY,
            TermKind.STATED_DONE: Schedule.STATED_DONE,
        }.get(term.kind, Schedule.FREE)
    if term.last_day < today:
        return Schedule.PASSED
    return Schedule.SOON if term.last_day - today <= SOON else Schedule.COMING


def swedish_date(day: date) -> str:
    """Return a date as Swedish text: ``1 mars 2027``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
