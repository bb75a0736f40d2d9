"""``uppfoljning/``: what has been assessed, for the whole plan. The years' own pages are reports (``report``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...followup import history
from ...plan import assessment
from . import activities, paths
from .page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .page import Renderer

SEARCH_WORDS = ("status", "resultat", "statistik", "siffror", "trafikljus")


def pages(renderer: Renderer) -> Iterator[Page]:
    """Yield the status page, and where a plan has many activities the page with all of them."""
    view = renderer.view
    shown = overview(renderer)
    html = renderer.render(
        "follow_up.html",
        paths.FOLLOW_UP,
        **shown,
        tracks={area.id: assessment.area_track(area) for area in view.plan.areas},
        changed=year_changes(renderer, view.period) if view.period else None,
        bodies=[(body, view.totals(areas)) for body, areas in view.responsible.items()],
    )
    title = f"Uppföljning av {view.plan.frame.name}"
    description = assessment.sentence(shown["counted"], owner="planens")
    yield Page(paths.FOLLOW_UP, title, description, html, wide=True, search_words={"": SEARCH_WORDS})
    yield from activities.pages(renderer)


def overview(renderer: Renderer) -> dict[str, Any]:
    """Return what ``_overview.html`` shows: the totals, and each area with its follow-up for the current period."""
    view = renderer.view
    rows = [(area, assessment.report(area, view.period)) for area in view.plan.areas]
    return {"counted": view.totals(), "rows": rows}


def year_changes(
    renderer: Renderer, year: int, *, dated: bool = False
) -> tuple[int, str, list[tuple[history.Change, list[history.Changed]]]] | None:
    """Return a year, a heading and what changed; None for the first year, and where nothing is to be told.

    Args:
        renderer: the renderer.
        year: the year that is told of.
        dated: write which year it is compared with instead of "den förra bedömningen", for what is read long after.

    """
    earlier, today = next((each for each in renderer.years if each < year), None), renderer.view.today
    found = history.changes(renderer.view.plan.areas, year, today)
    if earlier is None or not found:
        return None
    last = not dated and (year, earlier) == (today.year, today.year - 1)
    since = "Det här har ändrats sedan den förra bedömningen"
    return year, since if last else f"Det här ändrades {year}, jämfört med {earlier}", found
