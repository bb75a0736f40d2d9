"""Calendars (iCalendar, RFC 5545): what is to come, for the whole plan and for each role, as whole days without a time.

Written by hand for the same input must give the same bytes; a reader that is not ours checks them in the tests.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from ...followup.owes import Kind
from ...plan.words import stopped
from ...text.faults import hyphenated
from ..pages import paths
from ..pages.page import url

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator

    from ...followup.owes import Due, Owed
    from ...plan.views import PublicView

MAX_OCTETS = 75
"""Octets in a line without its line break (RFC 5545, 3.1)."""
_WITHIN = range(0x80, 0xC0)
"""The octets of a character but its first (UTF-8, RFC 3629)."""
MAX_SUMMARY = 90
"""Characters of a summary: a calendar shows no more, and the whole text stands in the description."""


def files(view: PublicView, owed: Owed, address: str = "") -> dict[str, bytes]:
    """Return each calendar by its path in the site. A calendar without events is no calendar (3.6), so none is made.

    Args:
        view: what the audience may read.
        owed: what everybody owes.
        address: where the site stands on the web, ending with a slash; empty while nobody has decided it.

    """
    frame = view.plan.frame
    writer = _Writer(view, address)
    whole = f"{frame.municipality}: {frame.name}"
    made = {paths.CALENDAR: writer.calendar(whole, owed.coming)} if owed.coming else {}
    for id_, role in owed.roles.items():
        if role.coming:
            made[paths.calendar(id_)] = writer.calendar(f"{role.actor.name}: {frame.name}", role.coming)
    return made


class _Writer:
    def __init__(self, view: PublicView, address: str) -> None:
        self.view = view
        self.address = address
        # Two municipalities' calendars may be read side by side, and both have an area ”styrgrupp”.
        frame = view.plan.frame
        # No @: it would make an e-mail address of it, and RFC 7986 (5.3) wants no host there any more.
        self.source = ".".join(("handlingsplan", hyphenated(frame.municipality) or "x", hyphenated(frame.name) or "x"))
        self.events: dict[int, str] = {}
        """Each event as it is written, by the identity of what it tells of: it stands in many calendars."""

    def calendar(self, name: str, dues: Iterable[Due]) -> bytes:
        """Return a calendar with an event for each."""
        lines = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//handlingsplan//handlingsplan//SV",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
            f"NAME:{_text(name)}",  # RFC 7986, and what programs read that do not know it
            f"X-WR-CALNAME:{_text(name)}",
            "REFRESH-INTERVAL;VALUE=DURATION:P1D",
        ]
        return "".join([_written(lines), *map(self._once, dues), _written(["END:VCALENDAR"])]).encode()

    def _once(self, due: Due) -> str:
        if id(due) not in self.events:
            self.events[id(due)] = _written(self._event(due))
        return self.events[id(due)]

    def _event(self, due: Due) -> Iterator[str]:
        stamp = f"{self.view.today:%Y%m%d}T000000Z"
        yield from ("BEGIN:VEVENT", f"UID:{_text(f'{self.source}.{due.kind.value}.{due.key}')}", f"DTSTAMP:{stamp}")
        # A whole day ends where the next begins (3.6.1).
        yield from (f"DTSTART;VALUE=DATE:{_day(due.day)}", f"DTEND;VALUE=DATE:{_day(due.day + timedelta(days=1))}")
        summary = f"{due.what} ({due.area.title})" if due.area else due.what
        yield f"SUMMARY:{_text(_shortened(summary))}"
        yield f"DESCRIPTION:{_text(' '.join(self._description(due)))}"
        yield f"CATEGORIES:{_text(due.kind.label)}"
        if self.address and due.area:
            yield f"URL:{self.address}{url(paths.area(due.area.id))}#{due.anchor}"
        yield from ("TRANSP:TRANSPARENT", "END:VEVENT")

    def _description(self, due: Due) -> Iterator[str]:
        yield stopped(due.what)
        if due.area:
            yield f"Område: {stopped(due.area.title)} Ansvarig: {stopped(self.view.actors[due.area.responsible].name)}"
        if due.wording:
            yield f"Tid i planen: {stopped(due.wording)}"
        if due.kind is Kind.TERM:
            yield "Tiden säger inte om arbetet är gjort."


def _written(lines: Iterable[str]) -> str:
    return "".join([f"{folded(line)}\r\n" for line in lines])


def folded(line: str) -> str:
    """Return a line cut into pieces of at most 75 octets, each but the first after a blank, no character cut in two."""
    octets = line.encode()
    pieces, start, end = [], 0, MAX_OCTETS
    while end < len(octets):
        while octets[end] in _WITHIN:
            end -= 1
        pieces.append(octets[start:end])
        start, end = end, end + MAX_OCTETS - 1  # the blank counts
    return b"\r\n ".join([*pieces, octets[start:]]).decode() if pieces else line


def _text(value: str) -> str:
    """Return a text as a value (3.3.11)."""
    value = re.sub(r"[\x00-\x1f\x7f\s]+", " ", value).strip()
    return re.sub(r"([\\;,])", r"\\\1", value)


def _shortened(text: str) -> str:
    """Return a text that is not too long, cut between words."""
    if len(text) <= MAX_SUMMARY:
        return text
    cut = text[: MAX_SUMMARY - 1]
    return f"{cut.rsplit(' ', 1)[0].rstrip(',;:–- ') or cut}…"


def _day(day: datetime.date) -> str:
    return f"{day:%Y%m%d}"
