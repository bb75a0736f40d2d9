"""Who owes what: a role's areas, the times of their activities, and everything else that has a day.

Pages, calendars and mail drafts show what is computed here. A passed time is a fact about a calendar and never a
verdict on the work; what nobody has dated gets no day here.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from ..plan import assessment, freshness, terms
from ..plan.words import CheckState, amount

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..plan.assessment import Part, Standing, Totals, Track
    from ..plan.models import Activity, Actor, PublicArea
    from ..plan.scale import Scale, Status
    from ..plan.views import PublicView


class Reviewed(Protocol):
    """A text that somebody is to review; ``prose.texts.Prose`` is one."""

    @property
    def title(self) -> str:
        """What readers call it."""

    @property
    def file(self) -> str:
        """Its file, which tells it from every other."""

    @property
    def review(self) -> freshness.Review:
        """When it was reviewed, and by which role."""


class Kind(StrEnum):
    """What it is that has a day. The value is part of an event's UID, so it stays as it is for ever."""

    TERM = "tid"
    """The last day of an activity's time."""
    VALUE = "varde"
    """The last day for an indicator's next value."""
    ASSESSMENT = "bedomning"
    """A year after the last verdict on an area."""
    REVISION = "revidering"
    END = "galler-till"
    CONTACT = "kontakt"
    TEXT = "text"

    @property
    def label(self) -> str:
        """The word that readers see."""
        return _LABELS[self]


STAFF = frozenset({Kind.CONTACT, Kind.TEXT})
"""Work for staff, which only the intranet tells of."""

_LABELS = {
    Kind.TERM: "Tid i planen",
    Kind.VALUE: "Mätvärde",
    Kind.ASSESSMENT: "Uppföljning",
    Kind.REVISION: "Planen",
    Kind.END: "Planen",
    Kind.CONTACT: "Kontaktuppgift",
    Kind.TEXT: "Granskning",
}


@dataclass(frozen=True, slots=True)
class Due:
    """Something with a day. ``day`` is the last one: nothing is late on it."""

    day: datetime.date
    kind: Kind
    key: str
    """Tells it from others of its kind, and stays when its day moves."""
    what: str
    roles: frozenset[str]
    """Ids of the actors that it concerns; none where the plan names nobody."""
    area: PublicArea | None = None
    anchor: str = ""
    """Where on the area's page it stands."""
    wording: str | None = None
    """Its time as the plan words it."""


class When(StrEnum):
    """Where an activity's time stands, as pages group it. The value is the group's anchor."""

    COMING = "tider-som-kommer"
    PASSED = "tider-som-har-passerat"
    RECURRING = "tider-lopande"
    WORDS = "tider-i-ord"
    NONE = "tider-saknas"
    DONE = "tider-klara"

    @property
    def heading(self) -> str:
        """The heading over the group's rows."""
        return _HEADINGS[self]


_HEADINGS = {
    When.COMING: "Tider som kommer",
    When.PASSED: "Tider som har passerat",
    When.RECURRING: "Löpande och varje år",
    When.WORDS: "Tiden står i ord",
    When.NONE: "Ingen tid angiven",
    When.DONE: "Klart enligt planen",
}
_COUNTED = {
    When.COMING: ("har en tid som kommer", "har en tid som kommer"),
    When.PASSED: ("har en tid som har passerat", "har en tid som har passerat"),
    When.RECURRING: ("är löpande eller årlig", "är löpande eller årliga"),
    When.WORDS: ("har en tid i ord", "har en tid i ord"),
    When.NONE: ("har ingen tid i planen", "har ingen tid i planen"),
    When.DONE: ("är klar enligt planen", "är klara enligt planen"),
}
_WHEN = {
    terms.Schedule.COMING: When.COMING,
    terms.Schedule.SOON: When.COMING,
    terms.Schedule.PASSED: When.PASSED,
    terms.Schedule.ONGOING: When.RECURRING,
    terms.Schedule.YEARLY: When.RECURRING,
    terms.Schedule.FREE: When.WORDS,
    terms.Schedule.NO_TERM: When.NONE,
    terms.Schedule.STATED_DONE: When.DONE,
}


@dataclass(frozen=True, slots=True)
class Item:
    """An activity as one role meets it."""

    area: PublicArea
    activity: Activity
    when: When
    stands: Standing
    """How it stands in the current period."""
    last: Status
    """The last that was said of it, for whatever year."""
    owned: bool
    """Whether the role is responsible for the area, and does not only take part in it."""
    settled: bool
    """Whether the activity, or its whole area, is said to be done or not to apply: then nobody is asked about it."""


@dataclass(frozen=True, slots=True)
class Role:
    """What one actor owns and shares, and what of it has a day."""

    actor: Actor
    own: tuple[PublicArea, ...]
    shared: tuple[tuple[PublicArea, tuple[str, ...]], ...]
    """The areas it takes part in, each with its part in the source's words."""
    counted: Totals[PublicArea]
    """Its own areas by how they stand."""
    items: dict[When, tuple[Item, ...]]
    """The activities of its areas, by where their time stands; only groups that have any."""
    dues: tuple[Due, ...]
    """All that has a day, the first day first, times of activities too."""
    drafts: tuple[str, ...]
    """Titles and files of the texts that it is to review and nobody has reviewed. Intranet only."""
    to_assess: tuple[PublicArea, ...]
    """Its own areas without a verdict from the last year."""
    today: datetime.date

    @property
    def areas(self) -> tuple[PublicArea, ...]:
        """Its own areas, then those that it only takes part in."""
        return (*self.own, *(area for area, _ in self.shared if area.responsible != self.actor.id))

    @property
    def coming(self) -> tuple[Due, ...]:
        """What its calendar holds."""
        return tuple(due for due in self.dues if due.day >= self.today)

    @property
    def others(self) -> tuple[Due, ...]:
        """All that has a day and is not the time of an activity."""
        return tuple(due for due in self.dues if due.kind is not Kind.TERM)

    @property
    def any_passed(self) -> bool:
        """Whether the time of any activity has passed."""
        return When.PASSED in self.items

    def activities(self) -> list[Part]:
        """Return how many activities stand where, cut where a page puts its links.

        "Områdena har 19 aktiviteter: 9 har en tid som har passerat och 10 har ingen tid i planen."
        """
        whole = sum(map(len, self.items.values()))
        if not whole:
            return []
        noun = "Området" if len(self.areas) == 1 else "Områdena"
        parts: list[Part] = [(f"{noun} har {amount(whole, 'aktivitet', 'aktiviteter')}: ", None)]
        for index, (when, items) in enumerate(self.items.items(), 1):
            end = "." if index == len(self.items) else (" och " if index == len(self.items) - 1 else ", ")
            parts += [(str(len(items)), when), (f" {_COUNTED[when][len(items) != 1]}{end}", None)]
        return parts


@dataclass(frozen=True, slots=True)
class Owed:
    """What everybody owes, on one day."""

    dues: tuple[Due, ...]
    """All that has a day, also what the plan gives nobody."""
    roles: dict[str, Role]
    """Every actor by id, in the plan's order."""
    today: datetime.date

    @property
    def coming(self) -> tuple[Due, ...]:
        """What the whole plan's calendar holds: nothing whose day has passed."""
        return tuple(due for due in self.dues if due.day >= self.today)


def owed(view: PublicView, texts: Sequence[Reviewed] = ()) -> Owed:
    """Return what everybody owes.

    Args:
        view: what the audience may read, and on which day.
        texts: prose with its reviews. Only the intranet's view shows them, and the checking of contacts: they are
            work for staff, not the plan's.

    """
    dues = tuple(sorted(_dues(view, texts), key=lambda due: (due.day, tuple(Kind).index(due.kind), due.key)))
    return Owed(dues, {actor.id: _role(actor, view, texts, dues) for actor in view.plan.actors}, view.today)


def _role(actor: Actor, view: PublicView, texts: Iterable[Reviewed], dues: Iterable[Due]) -> Role:
    own = tuple(view.responsible.get(actor.id, ()))
    counted = view.totals(own)
    taking_part = {area.id: area for area in view.taking_part.get(actor.id, ())}  # once, though it may have two parts
    shared = tuple(
        (area, tuple(part.role for part in area.actors if part.id == actor.id and part.role))
        for area in taking_part.values()
    )
    return Role(
        actor,
        own,
        shared,
        counted,
        _items([*own, *(area for area in taking_part.values() if area.responsible != actor.id)], actor, view),
        tuple(due for due in dues if actor.id in due.roles),
        tuple(_drafts(actor, view, texts)),
        tuple(area for area in own if _wants_verdict(area, view.today)),
        view.today,
    )


def _items(areas: Iterable[PublicArea], actor: Actor, view: PublicView) -> dict[When, tuple[Item, ...]]:
    grouped: dict[When, list[Item]] = {when: [] for when in When}
    for area in areas:
        closed = {view.scale.best, view.scale.outside}
        # What has been done once stays done, though a new period counts anew.
        done = _last(assessment.area_track(area), view.scale) in closed
        for activity in area.activities:
            when = _WHEN[terms.schedule(activity.term, view.today)]
            last = _last(assessment.activity_track(area, activity.id), view.scale)
            stands, owned = view.activity_standing(area, activity), area.responsible == actor.id
            grouped[when].append(Item(area, activity, when, stands, last, owned, done or last in closed))
    for when in (When.COMING, When.PASSED):
        grouped[when].sort(key=lambda item: (item.activity.term and item.activity.term.last_day) or datetime.date.max)
    return {when: tuple(items) for when, items in grouped.items() if items}


def _last(track: Track, scale: Scale) -> Status:
    return track.last.status if track.last else scale.unassessed


def _wants_verdict(area: PublicArea, today: datetime.date) -> bool:
    """Whether an area has no verdict from the last year. A question of age: a new period asks nothing anew."""
    known = area.follow_ups
    return not known or known[-1].status.unassessed or assessment.is_stale(known[-1], today)


def _dues(view: PublicView, texts: Iterable[Reviewed]) -> Iterator[Due]:
    plan = view.plan
    for area in plan.areas:
        yield from _dues_of(area, view.today)
    decision, lead = plan.frame.decision, frozenset({plan.frame.responsible})
    if decision.next_revision:
        yield Due(decision.next_revision, Kind.REVISION, "planen", "Nästa revidering av planen", lead)
    if decision.valid_until:
        yield Due(decision.valid_until, Kind.END, "planen", "Sista dagen som planen gäller", lead)
    if not view.internal:
        return
    for contact in plan.contacts:
        due = freshness.contact_due(contact)
        if due and not contact.always and not contact.missing:
            # Who read a number at its source is not known; who confirmed it confirms it again.
            by = contact.check.by if contact.check.state is CheckState.CONFIRMED else None
            roles = frozenset({by} if by else ())
            again = " igen" if by else ""
            yield Due(due, Kind.CONTACT, contact.id, f"Kontrollera kontaktuppgiften{again}: {contact.name}", roles)
    for key, title, review in _reviews(view, texts):
        if review.due:
            yield Due(review.due, Kind.TEXT, key, f"Granska texten igen: {title}", frozenset({review.by or ""}))


def _dues_of(area: PublicArea, today: datetime.date) -> Iterator[Due]:
    everyone = frozenset({area.responsible, *(part.id for part in area.actors)})
    owner = frozenset({area.responsible})
    for activity in area.activities:
        term = activity.term
        if term and term.kind is terms.TermKind.DUE and term.last_day:
            yield Due(term.last_day, Kind.TERM, activity.id, activity.text, everyone, area, activity.id, term.wording)
    for indicator in area.indicators:
        term = indicator.next_value
        if term and term.kind is terms.TermKind.DUE and term.last_day:
            key, anchor = f"{area.id}.{indicator.id}", f"indikator-{indicator.id}"
            what = f"Nytt värde: {indicator.text}"
            yield Due(term.last_day, Kind.VALUE, key, what, owner, area, anchor, term.wording)
    last = assessment.area_track(area).last
    # Where nobody has given a verdict nothing says when one is due; where the area does not apply none is.
    if last and last.date and last.status.assessed:
        day = last.date + datetime.timedelta(days=assessment.STALE_DAYS)
        words = "är mer än ett år gammal" if day < today else "blir ett år gammal"
        what = f"Bedömningen från {terms.swedish_date(last.date)} {words}"
        yield Due(day, Kind.ASSESSMENT, area.id, what, owner, area, "status")


def _reviews(view: PublicView, texts: Iterable[Reviewed]) -> Iterator[tuple[str, str, freshness.Review]]:
    """Yield what is to be reviewed: a key, a title and its review. The guidance stands in the plan itself."""
    guidance = view.plan.guidance
    review = freshness.Review(guidance.reviewed, guidance.reviewed_by, guidance.review_within)
    yield "vagledning", "Vägledningen Vem kontaktas vid oro? (plan.yaml)", review
    for text in texts:
        yield text.file, f"{text.title} ({text.file})", text.review  # both sites have a page ”Så räknar vi”


def _drafts(actor: Actor, view: PublicView, texts: Iterable[Reviewed]) -> Iterator[str]:
    if view.internal:
        for _, title, review in _reviews(view, texts):
            if review.draft and review.by == actor.id:
                yield title
