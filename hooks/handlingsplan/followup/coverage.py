"""What the plan leaves out: activities without a time, an indicator or an actor, and what is listed but never used.

A gap in an adopted plan is no fault and is not mended here; it is for the one who revises the plan to see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..plan.words import amount

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from ..plan.models import Activity, Plan, PublicArea


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing or unused."""

    id: str
    text: str
    area: str | None = None
    """Id of the area that it stands in; None for what stands in none."""
    area_title: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that a plan can be asked, with its answer."""

    id: str
    heading: str
    whole: int
    noun: tuple[str, str]
    """What is counted: singular and plural."""
    good: str
    """What those are like that are no gap: *har en tid*."""
    gaps: tuple[Gap, ...]
    missing: str
    """What the gaps lack: *saknar tid*."""
    note: str = ""
    """Why it is so, where a reader would ask."""

    @property
    def sentence(self) -> str:
        """The answer, with its whole: "12 av 19 aktiviteter har en tid. 7 saknar tid."."""
        if not self.whole:
            return f"Det finns inga {self.noun[1]}."
        if not self.gaps:
            return f"{'Alla ' if self.whole > 1 else ''}{amount(self.whole, *self.noun)} {self.good}."
        covered = self.whole - len(self.gaps)
        unit = self.noun[0] if self.whole == 1 else self.noun[1]
        return f"{covered} av {self.whole} {unit} {self.good}. {len(self.gaps)} {self.missing}."


ACTIVITIES = ("aktivitet", "aktiviteter")


def coverage(plan: Plan, reviewers: Collection[str] = ()) -> tuple[Question, ...]:
    """Return what a plan was asked and what it answered.

    Args:
        plan: the whole plan.
        reviewers: ids of the actors that review prose, which uses an actor too.

    """
    rows = [(area, activity) for area in plan.areas for activity in area.activities]
    whole = len(rows)

    def lacking(lacks: Callable[[PublicArea, Activity], bool]) -> tuple[Gap, ...]:
        found = ((area, activity) for area, activity in rows if lacks(area, activity))
        return tuple(Gap(activity.id, activity.text, area.id, area.title) for area, activity in found)

    used = _used(plan) | set(reviewers)
    return (
        Question(
            "ansvarig",
            "Ansvarig",
            whole,
            ACTIVITIES,
            "har en ansvarig",
            (),  # the format does not allow an area without one
            "saknar ansvarig",
            "Ansvarig står på området, och en plan utan ansvarig går inte att bygga.",
        ),
        Question(
            "tid",
            "Tid",
            whole,
            ACTIVITIES,
            "har en tid",
            lacking(lambda _, activity: activity.term is None),
            "saknar tid",
        ),
        Question(
            "indikator",
            "Indikator",
            whole,
            ACTIVITIES,
            "hör till ett område med indikator",
            lacking(lambda area, _: not area.indicators),
            "gör det inte",
            "Indikatorer står på området.",
        ),
        Question(
            "aktor",
            "Aktör",
            whole,
            ACTIVITIES,
            "hör till ett område med aktör",
            lacking(lambda area, _: not area.actors),
            "gör det inte",
            "Aktörer står på området.",
        ),
        Question(
            "oanvand-aktor",
            "Aktörer som används",
            len(plan.actors),
            ("aktör", "aktörer"),
            "används",
            tuple(Gap(actor.id, actor.name) for actor in plan.actors if actor.id not in used),
            "används inte",
            "En aktör används när den ansvarar, deltar, bedömer, kontrollerar eller granskar något.",
        ),
        Question(
            "oanvand-kontakt",
            "Kontakter som visas",
            len(plan.contacts),
            ("kontakt", "kontakter"),
            "visas för läsare",
            tuple(Gap(contact.id, contact.name) for contact in plan.contacts if not contact.audiences),
            "visas inte",
            "En kontakt utan visas syns inte på någon sida för läsare.",
        ),
    )


def gaps(questions: Sequence[Question]) -> int:
    """Return how many gaps there are in all."""
    return sum(len(question.gaps) for question in questions)


def _used(plan: Plan) -> set[str]:
    """Return the ids of the actors that anything in the plan points at."""
    ids = {plan.frame.responsible, plan.guidance.reviewed_by}
    ids |= {contact.check.by for contact in plan.contacts if contact.check.by}
    for area in plan.areas:
        ids |= {area.responsible, *(part.id for part in area.actors)}
        ids |= {follow_up.assessed_by for follow_up in area.follow_ups if follow_up.assessed_by}
    ids |= {year.by for year in plan.closed_years} | {correction.by for correction in plan.corrections}
    return ids | {exception.by for exception in plan.exceptions}
