"""Every page made from a plan, for one audience."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...followup.owes import owed
from . import actor, contacts, files, follow_up, plan_text, report, situation, to_review

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...prose.texts import Prose
    from .page import Page, Renderer


def pages(renderer: Renderer, texts: Sequence[Prose] = ()) -> list[Page]:
    """Return every page made from the plan, for the audience of the renderer's view.

    Args:
        renderer: the renderer of a view.
        texts: the prose that this audience's process has read, whose reviews are listed. On the public site that is
            its own; on the intranet it is that of all sites.

    """
    owing = owed(renderer.view, texts)
    return [
        *situation.pages(renderer),
        *contacts.pages(renderer),
        *plan_text.pages(renderer, texts, owing),
        *follow_up.pages(renderer),
        *report.pages(renderer),
        *files.pages(renderer, owing),
        *actor.pages(renderer, owing),
        *to_review.pages(renderer, texts, owing),
    ]
