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
FIRST_YEAR, LAST_YEAR = 1900, 2199
MAX_WORDING = 60
"""Characters in a term: more is a sentence."""

ONGOING = {"löpande", "fortlöpande", "kontinuerligt"}
YEARLY = {"årligen", "varje år", "en gång per år"}
_ORDINALS = {"första": 1, "andra": 2, "tredje": 3, "fjärde": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_LAST_MONTHS = {
    **{month: number for number, month in enumerate(MONTHS, 1)},
    **dict.fromkeys(("vår", "våren", "vt", "vårterminen", "halvårsskiftet"), 6),
    **dict.fromkeys(("höst", "hösten", "ht", "höstterminen"), 12),
}
"""The month that a named part of a year ends with."""


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
    if len(text) > MAX_WORDING:
        return None
    if text in ONGOING:
        return Term(wording, TermKind.ONGOING)
    if text in YEARLY:
        return Term(wording, TermKind.YEARLY)
    if match := re.fullmatch(r"(?:utsedd|utsett|utsedda|klar|klart|klara|genomförd|genomfört|genomförda) (.+)", text):
        day = _last_day(match[1])
        return Term(wording, TermKind.STATED_DONE, day) if day else None
    for before in ("senast ", "till och med ", "t.o.m. ", "tom ", "före utgången av ", "under ", "den "):
        text = text.removeprefix(before)
    day = _last_day(text)
    return Term(wording, TermKind.DUE, day) if day else None


def _last_day(text: str) -> date | None:
    """Return the last day of a period in words: ``våren 2017``, ``Q1 2027``, ``2017–2018``, ``31 mars 2027``."""
    try:
        if day := _period(text):
            return day
        # A range ends with its last part. An ISO date has hyphens too, so a hyphen parts only where nothing else does.
        for separator in ("–", "—", " till ", "/", "-"):
            first, found, last = text.partition(separator)
            if found:
                return _range(first.strip(), last.strip())
    except ValueError:  # a day that the calendar does not have, such as 30 februari
        return None
    return None


def _range(first: str, last: str) -> date | None:
    """Return the last day of a range; None where it ends before it begins."""
    end = _period(last)
    # The first part borrows what it leaves out: "våren–hösten 2018", "1–15 mars 2027".
    words = last.split()
    wordings = [first, *(" ".join((first, *words[index:])) for index in range(1, len(words)))]
    begin = next((day for wording in wordings if (day := _period(wording))), None)
    return end if begin and end and begin <= end else None


def _period(text: str) -> date | None:
    if match := re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text):
        return _day(match[1], int(match[2]), int(match[3]))
    if match := re.fullmatch(r"([0-9]{4})", text):
        return _month_end(match[1], 12)
    if match := re.fullmatch(r"([a-zåäö]+) ([0-9]{4})", text):
        return _month_end(match[2], _LAST_MONTHS[match[1]]) if match[1] in _LAST_MONTHS else None
    if match := re.fullmatch(r"([0-9]{1,2})(?::[ae])? ([a-zåäö]+) ([0-9]{4})", text):
        return _day(match[3], MONTHS.index(match[2]) + 1, int(match[1])) if match[2] in MONTHS else None
    if match := re.fullmatch(r"(?:q|kv\.?|kvartal) ?([1-4]) ([0-9]{4})", text) or re.fullmatch(
        r"(första|andra|tredje|fjärde) kvartalet ([0-9]{4})", text
    ):
        return _month_end(match[2], 3 * _ORDINALS[match[1]])
    if match := re.fullmatch(r"(första|andra) halvåret ([0-9]{4})", text):
        return _month_end(match[2], 6 * _ORDINALS[match[1]])
    return None


def _day(year: str, month: int, day: int) -> date | None:
    """Return a day; None for years that no plan means."""
    return date(int(year), month, day) if FIRST_YEAR <= int(year) <= LAST_YEAR else None


def _month_end(year: str, month: int) -> date | None:
    return _day(year, month, monthrange(int(year), month)[1]) if FIRST_YEAR <= int(year) <= LAST_YEAR else None


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
