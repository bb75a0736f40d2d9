"""``uppfoljning/``: what has been assessed, for the whole plan. The years' own pages are reports (``report``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ..plan import assessment, history
from ..plan.words import Status
from . import activities, paths
from .page import Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..plan.assessment import Totals
    from ..plan.models import PublicArea
    from .page import Renderer

SEARCH_WORDS = ("status", "resultat", "statistik", "siffror", "trafikljus")


def pages(room: Renderer) -> Iterator[Page]:
    """Yield the status page, and where a plan has many activities the page with all of them."""
    plan, today = room.view.plan, room.view.today
    shown = overview(room)
    counted, rows = shown["counted"], shown["rows"]
    html = room.render(
        "follow_up.html",
        paths.FOLLOW_UP,
        **shown,
        # Where nothing is assessed the one group would be the whole table again.
        groups=status_groups(counted, ((area, last.status if last else Status.NOT_ASSESSED) for area, last in rows)),
        tracks={area.id: history.area_track(area, today) for area in plan.areas},
        changed=year_changes(room, newest) if (newest := history.newest(plan, today)) else None,
        bodies=[_body(room, body, areas) for body, areas in room.view.responsible.items()],
    )
    title = f"Uppföljning av {plan.frame.name}"
    description = assessment.sentence(counted, owner="planens")
    yield Page(paths.FOLLOW_UP, title, description, html, wide=True, search_words={"": SEARCH_WORDS})
    yield from activities.pages(room)


def overview(room: Renderer) -> dict[str, Any]:
    """Return what ``_overview.html`` shows: the totals, in words and as a bar, and each area with its follow-up."""
    areas, today = room.view.plan.areas, room.view.today
    counted = assessment.area_totals(areas, today)
    rows = [(area, assessment.latest(area, today)) for area in areas]
    return {
        "counted": counted,
        "pieces": assessment.parts(counted, owner="planens"),
        "bar": bar(counted),
        "rows": rows,
        "stale": any(last and assessment.is_stale(last, today) for _, last in rows),
    }


def status_groups(counted: Totals, rows: Iterable[tuple[PublicArea, Status]]) -> list[tuple[Status, list[PublicArea]]]:
    """Return the rows behind the totals; nothing while no number leads anywhere."""
    return assessment.groups(rows) if counted.assessed or counted[Status.NOT_APPLICABLE] else []


def _body(room: Renderer, body: str, areas: list[PublicArea]) -> dict[str, Any]:
    """Return what the status page says of one who is responsible."""
    today = room.view.today
    counted = assessment.area_totals(areas, today)
    return {
        "id": body,
        "counted": counted,
        "pieces": assessment.parts(counted),
        "groups": status_groups(counted, ((area, assessment.status(area, today)) for area in areas)),
    }


def year_changes(
    room: Renderer, year: int, *, dated: bool = False
) -> tuple[int, str, list[tuple[history.Change, list[history.Changed]]]] | None:
    """Return a year, a heading and what changed; None for the first year, and where nothing is to be told.

    Args:
        room: the renderer.
        year: the year that is told of.
        dated: write which year it is compared with instead of "den förra bedömningen", for what is read long after.

    """
    earlier, today = next((each for each in room.years if each < year), None), room.view.today
    found = history.changes(room.view.plan.areas, year, today)
    if earlier is None or not found:
        return None
    last = not dated and (year, earlier) == (today.year, today.year - 1)
    since = "Det här har ändrats sedan den förra bedömningen"
    return year, since if last else f"Det här ändrades {year}, jämfört med {earlier}", found


def bar(counted: Totals) -> Markup:
    """Return a stacked bar of the totals as SVG; empty while nothing is assessed, for one grey bar says nothing.

    Decorative for a screen reader: the same numbers stand as text beside it.
    """
    if not counted.assessed:
        return Markup("")
    unit, x = 1000 / counted.whole, 0.0
    pieces = []
    for state in assessment.ORDER:
        if counted[state]:
            width = counted[state] * unit
            name = state.value.replace("_", "-").replace("ö", "o")
            pieces.append(
                Markup('<rect class="stapel--{}" x="{:.1f}" y="0" width="{:.1f}" height="24"/>').format(
                    name, x, max(width - 4, 1)
                )
            )
            x += width
    rects = Markup("").join(pieces)
    # Stretched, for on a phone it would otherwise be no higher than a line.
    size = 'viewBox="0 0 1000 24" preserveAspectRatio="none"'
    frame = Markup(f'<svg class="stapel" {size} aria-hidden="true" focusable="false">{{}}</svg>')  # noqa: S704  # ours
    return frame.format(rects)
