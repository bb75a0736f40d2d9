"""When something was last reviewed or checked, and when it should be again. Age is shown; it never stops a build."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import terms

if TYPE_CHECKING:
    import datetime

    from .models import Decision, PublicContact

CONTACT_MONTHS = 6
"""A contact detail should be checked this often: official pages have printed wrong numbers (research 1.3)."""


@dataclass(frozen=True, slots=True)
class Review:
    """The review of a text: when, by which role, and how often it is due."""

    reviewed: datetime.date | None
    """None for a draft."""
    by: str | None
    """Id of an actor."""
    within: int
    """Months."""

    @property
    def draft(self) -> bool:
        """Whether nobody has reviewed the text."""
        return self.reviewed is None

    @property
    def due(self) -> datetime.date | None:
        """The last day for the next review; None for a draft."""
        return add_months(self.reviewed, self.within) if self.reviewed else None

    def overdue(self, today: datetime.date) -> bool:
        """Whether the next review should already have been made."""
        return self.due is not None and self.due < today


def review_words(review: Review, today: datetime.date) -> str:
    """Return how a text's review stands, as it follows the text's title: *granskad 3 mars 2026*."""
    if review.reviewed is None or review.due is None:
        return "utkast, inte granskad"
    words = f"granskad {terms.swedish_date(review.reviewed)}"
    return f"{words}, skulle ha granskats senast {terms.swedish_date(review.due)}" if review.overdue(today) else words


def add_months(day: datetime.date, months: int) -> datetime.date:
    """Return the same day some months later, or the last day of that month if it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def contact_due(contact: PublicContact) -> datetime.date | None:
    """Return when a contact should be checked again; None while it has no date."""
    return add_months(contact.check.date, CONTACT_MONTHS) if contact.check.date else None


def contact_overdue(contact: PublicContact, today: datetime.date) -> bool:
    """Whether a contact's detail is older than it should be. 112, 114 14 and 116 111 never are (``alltid: ja``)."""
    due = contact_due(contact)
    return not contact.always and due is not None and due < today


def decision_gaps(decision: Decision) -> list[str]:
    """Return the keys under ``beslut`` that are empty."""
    return [
        str(field.alias or name)
        for name, field in type(decision).model_fields.items()
        if getattr(decision, name) is None
    ]
