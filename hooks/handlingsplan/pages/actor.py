"""``ansvar/<aktör>/``: what a body is responsible for, and what a role takes part in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import paths
from .page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .page import Renderer


def pages(room: Renderer) -> Iterator[Page]:
    """Yield a page for each actor that the plan gives something to do."""
    for actor in room.view.plan.actors:
        if not room.has_page(actor.id):
            continue
        path = paths.actor(actor.id)
        own = room.view.responsible.get(actor.id, [])
        shared = room.view.taking_part.get(actor.id, [])
        # "övriga kommuner i länet" stands in the middle of a cell in the source; here it begins a line.
        full = room.actor_full(actor.id)
        title = full[:1].upper() + full[1:]
        html = room.render("actor.html", path, actor=actor, title=title, own=own, shared=shared)
        yield Page(path, title, f"{actor.name}: ansvar och medverkan i planen.", html)
