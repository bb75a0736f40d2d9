"""``oro/<situation>/``: the answer, whom to call, what to do, and what is special where the reader works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import paths
from .page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .page import Renderer


def pages(renderer: Renderer) -> Iterator[Page]:
    """Yield a page for each situation that the audience sees."""
    for situation in renderer.view.situations:
        path = paths.situation(situation.id)
        body = renderer.render("situation.html", path, situation=situation)
        html = renderer.with_review(body, path, renderer.guidance_review)
        words = {"": situation.search_words}
        yield Page(path, situation.heading, situation.answer, html, search_words=words)
