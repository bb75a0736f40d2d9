"""``ansvar/<aktör>/``: what a role owns and shares, what of it has a day, and its calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import paths
from .page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...followup.owes import Owed
    from .page import Renderer


def pages(renderer: Renderer, owing: Owed) -> Iterator[Page]:
    """Yield a page for each actor that the plan gives something to do."""
    for role in owing.roles.values():
        actor = role.actor
        if not renderer.has_page(actor.id):
            continue
        path = paths.actor(actor.id)
        # "övriga kommuner i länet" stands in the middle of a cell in the source; here it begins a line.
        full = renderer.actor_full(actor.id)
        title = full[:1].upper() + full[1:]
        html = renderer.render("actor.html", path, role=role, actor=actor, title=title)
        yield Page(path, title, f"{actor.name}: ansvar, medverkan och tider i planen.", html)
