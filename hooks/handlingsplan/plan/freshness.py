"""What had happened by a day: when something was reviewed or checked, and when it should be again.

Age is shown; it never stops a build. Nor does a day ahead of the one that is counted on: what has not happened yet is
not known yet (``known``), and the one who wrote it is told (``ahead``).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..text.faults import Fault
from ..text.reader import Mapping, Sequence
from . import terms
from .assessment import known_by
from .words import CheckState, read_date

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from ..text.reader import Place
    from .models import Area, Contact, Decision, Plan, PublicContact, Question

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

    def known(self, today: datetime.date) -> Review:
        """Return the review as it stood on a day: still a draft before the day that it names."""
        return replace(self, reviewed=None) if self.reviewed and self.reviewed > today else self


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


# What has not happened yet -------------------------------------------------------------------------------------------

HAPPENED = {
    ("", "granskad"): "så texten visas som utkast",
    ("vägledning", "granskad"): "så vägledningen visas som utkast",
    ("beslut", "datum"): "så beslutet räknas inte som fattat",
    ("kontroll", "datum"): "så uppgiften räknas inte som kontrollerad",
    ("frågor", "avgjord"): "så frågan räknas som öppen",
    ("uppföljning", "datum"): "så bedömningen visas inte",
    ("avslutade_år", "datum"): "så året visas inte som avslutat, men är låst",
    ("rättelser", "datum"): "så rättelsen visas inte, men gäller",
    ("undantag", "datum"): "men undantaget gäller",
}
"""Every key whose day says that something has happened, with what it stands under, and what a later day comes to mean.

What locks or allows something does so from when it is written: a slip of the finger must stop no build.
"""


def known(plan: Plan, today: datetime.date) -> Plan:
    """Return a plan with only what had happened on a day. Corrections stay: they tell that a value came later."""
    frame, guidance = plan.frame, plan.guidance
    if frame.decision.date and frame.decision.date > today:
        unmade = frame.decision.model_copy(update=dict.fromkeys(type(frame.decision).model_fields))
        frame = frame.model_copy(update={"decision": unmade})
    if guidance.reviewed and guidance.reviewed > today:
        guidance = guidance.model_copy(update={"reviewed": None})
    return plan.model_copy(
        update={
            "frame": frame.model_copy(update={"questions": _known_of(frame.questions, today)}),
            "guidance": guidance,
            "contacts": tuple(_known_contact(contact, today) for contact in plan.contacts),
            "areas": tuple(known_area(area, today) for area in plan.areas),
            "closed_years": tuple(closed for closed in plan.closed_years if closed.date <= today),
        }
    )


def known_area(area: Area, today: datetime.date) -> Area:
    """Return an area with only what had been reported and answered on a day."""
    return area.model_copy(update={"follow_ups": known_by(area, today), "questions": _known_of(area.questions, today)})


def _known_of(questions: tuple[Question, ...], today: datetime.date) -> tuple[Question, ...]:
    unsettled = {"settled": None, "answer": None}
    return tuple(
        question.model_copy(update=unsettled) if question.settled and question.settled > today else question
        for question in questions
    )


def _known_contact(contact: Contact, today: datetime.date) -> Contact:
    check = contact.check
    if check.date is None or check.date <= today:
        return contact
    unchecked = {"date": None, "by": None, "state": CheckState.FROM_SOURCE}
    return contact.model_copy(update={"check": check.model_copy(update=unchecked)})


def ahead(tree: Mapping, file: str, today: datetime.date, parent: str = "") -> Iterator[Fault]:
    """Yield a notice for every day of a plan that says that something has happened, and has not come yet.

    Args:
        tree: the plan, or a part of it.
        file: its name, as messages show it.
        today: the day that is counted on.
        parent: the key that the part stands under.

    """
    for key, value in tree.items():
        if (parent, key) in HAPPENED and isinstance(value, str):
            yield from not_yet((parent, key), read_date(value), today, file, tree.value_places[key])
        for below in value if isinstance(value, Sequence) else [value]:
            if isinstance(below, Mapping):
                yield from ahead(below, file, today, key)


def not_yet(
    where: tuple[str, str], day: datetime.date | None, today: datetime.date, file: str, place: Place
) -> Iterator[Fault]:
    """Yield a notice, which is no fault, if a day at a place in ``HAPPENED`` has not come yet."""
    if day and day > today:
        what = f"{where[1]}: {day} är senare än {today}, {HAPPENED[where]}"
        yield Fault(file, *place, what, "rätta datumet, eller vänta till den dagen")
