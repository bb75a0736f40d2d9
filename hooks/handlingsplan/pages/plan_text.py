"""``plan/`` and ``plan/<område>/``: the plan's own text, and each of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..plan import assessment, history, indicators
from ..plan.words import Status
from . import paths
from .chart import chart
from .evidence import evidence
from .page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..plan.models import PublicArea
    from ..plan.owes import Owed
    from .page import Renderer
    from .prose import Prose

SEARCH_WORDS = ("handlingsplan", "åtgärdsplan", "anvisningar", "styrdokument", "policy")


def pages(room: Renderer, texts: Sequence[Prose], owing: Owed) -> Iterator[Page]:
    """Yield the plan and a page for each area."""
    frame = room.view.plan.frame
    html = room.render("plan_text.html", paths.PLAN, owing=owing)
    yield Page(paths.PLAN, "Planen", frame.title, html, search_words={"": SEARCH_WORDS})
    for area in room.view.plan.areas:
        yield _area(room, texts, area)


def _area(room: Renderer, texts: Sequence[Prose], area: PublicArea) -> Page:
    path, today = paths.area(area.id), room.view.today
    known = assessment.known_by(area, today)
    last = known[-1] if known else None
    statuses = [
        (each, last.activities.get(each.id, Status.NOT_ASSESSED) if last else Status.NOT_ASSESSED)
        for each in area.activities
    ]
    counted = assessment.totals(state for _, state in statuses)
    leading = counted.assessed or counted[Status.NOT_APPLICABLE]
    html = room.render(
        "area.html",
        path,
        area=area,
        follow_up=last,
        past=known[::-1],
        track=history.area_track(area, today),
        tracks={each.id: history.activity_track(area, each.id, today) for each in area.activities},
        # Where nothing is reported the area's own status says so.
        counted=counted if last and statuses else None,
        pieces=assessment.parts(counted, assessment.ACTIVITY),
        groups=assessment.groups(statuses) if leading else [],
        series=indicators.series(area, today),
        chart=chart,
        evidence=lambda audience: evidence(room, texts, audience),
    )
    return Page(path, area.title, f"{area.title}: aktiviteter, tider, indikatorer och aktörer i planen.", html)
