"""``plan/`` and ``plan/<område>/``: the plan's own text, and each of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...plan import assessment, indicators
from . import paths
from .chart import chart
from .evidence import evidence
from .page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...followup.owes import Owed
    from ...plan.models import PublicArea
    from ...prose.texts import Prose
    from .page import Renderer

SEARCH_WORDS = ("handlingsplan", "åtgärdsplan", "anvisningar", "styrdokument", "policy")


def pages(renderer: Renderer, texts: Sequence[Prose], owing: Owed) -> Iterator[Page]:
    """Yield the plan and a page for each area."""
    frame = renderer.view.plan.frame
    html = renderer.render("plan_text.html", paths.PLAN, owing=owing)
    yield Page(paths.PLAN, "Planen", frame.title, html, search_words={"": SEARCH_WORDS})
    for area in renderer.view.plan.areas:
        yield _area(renderer, texts, area)


def _area(renderer: Renderer, texts: Sequence[Prose], area: PublicArea) -> Page:
    view, path, today = renderer.view, paths.area(area.id), renderer.view.today
    html = renderer.render(
        "area.html",
        path,
        area=area,
        follow_up=assessment.report(area, view.period),
        past=area.follow_ups[::-1],
        track=assessment.area_track(area),
        tracks={each.id: assessment.activity_track(area, each.id) for each in area.activities},
        # Where nothing is reported the area's own status says so.
        counted=view.activity_totals([area]) if area.follow_ups and area.activities else None,
        series=indicators.series(area, today),
        chart=chart,
        evidence=lambda audience: evidence(renderer, texts, audience),
    )
    return Page(path, area.title, f"{area.title}: aktiviteter, tider, indikatorer och aktörer i planen.", html)
