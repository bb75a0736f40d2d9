"""``plan/`` and ``plan/<område>/``: the plan's own text, and each of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..plan import assessment, indicators
from . import paths
from .chart import chart
from .evidence import evidence
from .page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..plan.owes import Owed
    from .page import Renderer
    from .prose import Prose


def pages(room: Renderer, texts: Sequence[Prose], owing: Owed) -> Iterator[Page]:
    """Yield the plan and a page for each area."""
    frame, today = room.view.plan.frame, room.view.today
    yield Page(paths.PLAN, "Planen", frame.title, room.render("plan_text.html", paths.PLAN, owing=owing))
    for area in room.view.plan.areas:
        path = paths.area(area.id)
        known = assessment.known_by(area, today)
        html = room.render(
            "area.html",
            path,
            area=area,
            follow_up=assessment.latest(area, today),
            history=known[::-1],
            series=indicators.series(area, today),
            chart=chart,
            evidence=lambda audience: evidence(room, texts, audience),
        )
        yield Page(path, area.title, f"{area.title}: aktiviteter, tider, indikatorer och aktörer i planen.", html)
