"""``uppfoljning/aktiviteter/``: every activity of a large plan in one table, which the reader can sort and filter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...plan import terms
from ...plan.words import amount
from . import paths
from .page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...plan.assessment import Standing
    from ...plan.models import Activity, PreventionLevel, PublicArea
    from .page import Renderer


@dataclass(frozen=True, slots=True)
class Row:
    """An activity with what its area says of it."""

    activity: Activity
    area: PublicArea
    stands: Standing
    """How it stands in the current period."""
    schedule: terms.Schedule
    levels: tuple[PreventionLevel, ...]
    """The levels of prevention that its area stands for; none where the plan names none."""

    @property
    def time_order(self) -> str:
        """What its time is sorted by: the last day, and after all days what has none."""
        term = self.activity.term
        if term and term.kind is terms.TermKind.DUE and term.last_day:
            return term.last_day.isoformat()
        return f"9999-{list(terms.Schedule).index(self.schedule)}"


def pages(renderer: Renderer) -> Iterator[Page]:
    """Yield the page, where the plan is large enough."""
    if not paths.many_activities(renderer.view.plan):
        return
    found = list(rows(renderer))
    html = renderer.render(
        "activities.html",
        paths.ACTIVITIES,
        rows=found,
        counted=renderer.view.activity_totals(renderer.view.plan.areas),
        any_level=any(row.levels for row in found),
        any_passed=any(row.schedule is terms.Schedule.PASSED for row in found),
    )
    description = f"Planens {amount(len(found), 'aktivitet', 'aktiviteter')} i en tabell."
    # Search leads to the areas, which hold the same rows.
    yield Page(paths.ACTIVITIES, "Alla aktiviteter", description, html, searchable=False, wide=True)


def rows(renderer: Renderer) -> Iterator[Row]:
    """Yield every activity, in the plan's order."""
    plan, today = renderer.view.plan, renderer.view.today
    for area in plan.areas:
        named = {sublevel.level for sublevel in area.sublevels}
        levels = tuple(level for level in plan.levels if level.id in named)
        for activity in area.activities:
            schedule = terms.schedule(activity.term, today)
            yield Row(activity, area, renderer.view.activity_standing(area, activity), schedule, levels)
