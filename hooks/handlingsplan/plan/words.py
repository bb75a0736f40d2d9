"""The fixed words of a plan: statuses, audiences, how sure a contact is. Light: every door imports this."""

from __future__ import annotations

import datetime
import re
from enum import StrEnum


class Status(StrEnum):
    """Fulfilment. The first three are the source's own scale; the last two are ours and stand apart from it."""

    FULL = "helt"
    PARTIAL = "delvis"
    NOT = "ej"
    NOT_ASSESSED = "ingen_bedömning"
    NOT_APPLICABLE = "inte_aktuellt"

    @property
    def label(self) -> str:
        """The words that readers see."""
        return LABELS[self]

    @property
    def short(self) -> str:
        """The words where there is little room, as in the strip of years."""
        return SHORT[self]

    @property
    def assessed(self) -> bool:
        """Whether somebody has given a verdict: helt, delvis or ej."""
        return self in {Status.FULL, Status.PARTIAL, Status.NOT}


LABELS = {
    Status.FULL: "Helt uppfyllt",
    Status.PARTIAL: "Delvis uppfyllt",
    Status.NOT: "Ej uppfyllt",
    Status.NOT_ASSESSED: "Ingen bedömning redovisad",
    Status.NOT_APPLICABLE: "Inte aktuellt",
}

SHORT = LABELS | {
    Status.FULL: "Helt",
    Status.PARTIAL: "Delvis",
    Status.NOT: "Ej",
    Status.NOT_ASSESSED: "Ingen bedömning",
}


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
