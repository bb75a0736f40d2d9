"""The plan as one audience may see it. The external view is another *type*, not a flag that is looked at later."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeGuard, TypeVar, get_args

from pydantic import BaseModel

from . import assessment
from .assessment import masked
from .freshness import known
from .indicators import without_small_goal
from .models import Actor, Plan, PublicArea, PublicContact, PublicPlan, PublicSituation
from .words import Audience

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from .assessment import Standing, Totals
    from .models import Activity
    from .scale import Scale

P_co = TypeVar("P_co", bound=PublicPlan, covariant=True)
M = TypeVar("M", bound=BaseModel)
S = TypeVar("S", bound=PublicSituation)


@dataclass(frozen=True)
class View(Generic[P_co]):
    """What one audience may read, on one day. ``plan`` is a ``Plan`` inside and a ``PublicPlan`` outside."""

    plan: P_co
    audience: Audience
    today: datetime.date

    @property
    def internal(self) -> bool:
        """Whether this is the intranet's view."""
        return self.audience is Audience.INTERNAL

    @property
    def scale(self) -> Scale:
        """The plan's statuses."""
        return self.plan.scale

    @cached_property
    def actors(self) -> dict[str, Actor]:
        """Actors by id."""
        return {actor.id: actor for actor in self.plan.actors}

    @cached_property
    def contacts(self) -> dict[str, PublicContact]:
        """The contacts that this audience sees, by id, in the plan's order."""
        return {contact.id: contact for contact in self.plan.contacts if self.audience in contact.audiences}

    @cached_property
    def period(self) -> int | None:
        """The current period: the year whose verdicts every total counts."""
        return assessment.period(self.plan.areas)

    def standing(self, area: PublicArea, year: int | None = None) -> Standing:
        """Return how an area stands in a year, by default in the current period."""
        return assessment.standing(assessment.area_track(area), year or self.period, self.scale)

    def activity_standing(self, area: PublicArea, activity: Activity, year: int | None = None) -> Standing:
        """Return how an activity stands in a year, by default in the current period."""
        track = assessment.activity_track(area, activity.id)
        return assessment.standing(track, year or self.period, self.scale)

    def totals(self, areas: Iterable[PublicArea] | None = None, year: int | None = None) -> Totals[PublicArea]:
        """Count areas in a year: by default all of them, in the current period."""
        counted = self.plan.areas if areas is None else areas
        return self._counted(((area, self.standing(area, year)) for area in counted), year)

    def activity_totals(self, areas: Iterable[PublicArea], year: int | None = None) -> Totals[Activity]:
        """Count the activities of areas in a year, by default in the current period."""
        rows = ((each, self.activity_standing(area, each, year)) for area in areas for each in area.activities)
        return self._counted(rows, year)

    def _counted(self, rows: Iterable[tuple[M, Standing]], year: int | None) -> Totals[M]:
        shown = year or self.period
        closed = any(each.year == shown for each in self.plan.closed_years)
        return assessment.totals(rows, self.scale, shown, past=shown != self.period, closed=closed)

    @cached_property
    def situations(self) -> tuple[PublicSituation, ...]:
        """The situations that this audience sees, in the plan's order."""
        return tuple(s for s in self.plan.guidance.situations if self.audience in s.audiences)

    @cached_property
    def responsible(self) -> dict[str, list[PublicArea]]:
        """Areas by who is responsible for them, in the plan's order."""
        bodies: dict[str, list[PublicArea]] = {}
        for area in self.plan.areas:
            bodies.setdefault(area.responsible, []).append(area)
        return bodies

    @cached_property
    def taking_part(self) -> dict[str, list[PublicArea]]:
        """Areas by actor that takes part in them."""
        parts: dict[str, list[PublicArea]] = {}
        for area in self.plan.areas:
            for actor in area.actors:
                parts.setdefault(actor.id, []).append(area)
        return parts


PublicView: TypeAlias = View[PublicPlan]
"""What may be read whoever is shown it: the intranet's view can stand in its place, and nothing internal is in it."""
InternalView: TypeAlias = View[Plan]


def is_internal(view: PublicView) -> TypeGuard[InternalView]:
    """Whether a view is the intranet's, so that what is internal may be read from it."""
    return view.internal


def view(plan: Plan, audience: Audience, today: datetime.date) -> PublicView:
    """Return the view of an audience: ``View[Plan]`` inside, ``View[PublicPlan]`` outside."""
    return internal_view(plan, today) if audience is Audience.INTERNAL else external_view(plan, today)


def internal_view(plan: Plan, today: datetime.date) -> InternalView:
    """Return everything, with sensitive small numbers masked: a colleague can be pointed out too.

    A contact that is not for staff yet stays in ``plan.contacts``, for its editors, but in no situation.
    """
    seen = _mask(known(plan, today))
    shown = {contact.id for contact in seen.contacts if Audience.INTERNAL in contact.audiences}
    situations = tuple(_with_contacts(situation, shown) for situation in seen.guidance.situations)
    guidance = seen.guidance.model_copy(update={"situations": situations})
    return View(seen.model_copy(update={"guidance": guidance}), Audience.INTERNAL, today)


def external_view(plan: Plan, today: datetime.date) -> PublicView:
    """Return what the public may read. What is not for it is not hidden here but absent."""
    public = narrow(_mask(known(plan, today)), PublicPlan)
    contacts = tuple(
        contact.model_copy(update={"meanwhile": contact.meanwhile_residents or contact.meanwhile})
        for contact in public.contacts
        if Audience.EXTERNAL in contact.audiences
    )
    shown = {contact.id for contact in contacts}
    situations = tuple(
        _with_contacts(situation, shown)
        for situation in public.guidance.situations
        if Audience.EXTERNAL in situation.audiences
    )
    guidance = public.guidance.model_copy(update={"situations": situations})
    return View(public.model_copy(update={"contacts": contacts, "guidance": guidance}), Audience.EXTERNAL, today)


def _with_contacts(situation: S, shown: set[str]) -> S:
    return situation.model_copy(update={"contacts": tuple(id_ for id_ in situation.contacts if id_ in shown)})


def _mask(plan: Plan) -> Plan:
    """Replace small sensitive numbers, and the goals that tell of them, before any page or file can see them."""
    areas = []
    for area in plan.areas:
        sensitive = {indicator.id for indicator in area.indicators if indicator.sensitive}
        if not sensitive:
            areas.append(area)
            continue
        follow_ups = tuple(
            follow_up.model_copy(
                update={
                    "indicators": {
                        key: masked(value) if key in sensitive else value for key, value in follow_up.indicators.items()
                    }
                }
            )
            for follow_up in area.follow_ups
        )
        indicators = tuple(without_small_goal(indicator) for indicator in area.indicators)
        areas.append(area.model_copy(update={"follow_ups": follow_ups, "indicators": indicators}))
    return plan.model_copy(update={"areas": tuple(areas)})


def narrow(value: BaseModel, target: type[M]) -> M:
    """Return a model as its public base type: only the fields that type declares, all the way down."""
    fields = {}
    for name, field in target.model_fields.items():
        inner = _model_in(field.annotation)
        current = getattr(value, name)
        if inner is None or current is None:
            fields[name] = current
        elif isinstance(current, tuple):
            fields[name] = tuple(narrow(item, inner) for item in current)
        else:
            fields[name] = narrow(current, inner)
    return target.model_construct(**fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
