"""When a site's own pages were reviewed: evidence for *Uppdaterad information finns på …*, never an assessment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...plan import freshness
from ...plan.words import Audience

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...prose.texts import Prose
    from .page import Renderer


@dataclass(frozen=True, slots=True)
class Dated:
    """A page and how its review stands."""

    title: str
    path: str | None
    """The page, where it stands on the same site."""
    words: str


def evidence(renderer: Renderer, texts: Sequence[Prose], audience: Audience) -> list[Dated] | None:
    """Return the reviews of an audience's pages; None on the public site for the intranet's, which it has not read.

    Args:
        renderer: the renderer of the view that the evidence is shown in.
        texts: the prose that the view's process has read.
        audience: whose pages the indicator speaks of.

    """
    today = renderer.view.today
    if audience is Audience.INTERNAL and not renderer.view.internal:
        return None
    # The editors' handbook, which readers' search does not find either, is no information to them.
    own = [text for text in texts if text.audience is audience and text.searchable]
    if not own:
        return []
    guidance = Dated(GUIDANCE, None, freshness.review_words(renderer.guidance_review, today))
    here = audience is renderer.view.audience
    return [
        *(Dated(text.title, text.path if here else None, freshness.review_words(text.review, today)) for text in own),
        guidance,
    ]


GUIDANCE = "Sidorna om vem som kontaktas vid oro"
"""They are made from the plan, and their review stands there."""
