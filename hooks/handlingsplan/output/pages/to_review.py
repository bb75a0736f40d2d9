"""``att-granska/``: what the municipality still has to fill in, confirm and settle. The intranet's editors only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...followup.coverage import coverage
from ...plan.assessment import area_track
from ...plan.views import is_internal
from . import paths
from .page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...followup.owes import Owed
    from ...plan.models import Area, Question
    from ...prose.texts import Prose
    from .page import Renderer


def pages(renderer: Renderer, texts: Sequence[Prose], owing: Owed) -> Iterator[Page]:
    """Yield the page, on the intranet only. Its questions must not answer a teacher's search, so it is not indexed."""
    view = renderer.view
    if not is_internal(view):
        return
    plan = view.plan
    questions: list[tuple[Area | None, Question]] = [(None, question) for question in plan.frame.questions]
    questions += [(area, question) for area in plan.areas for question in area.questions]
    verdicts = [verdict.date for area in plan.areas for verdict in area_track(area).verdicts if verdict.date]
    html = renderer.render(
        "to_review.html",
        paths.TO_REVIEW,
        texts=texts,
        questions=questions,
        covered=coverage(plan, {text.review.by for text in texts if text.review.by}),
        owing=owing,
        last=max(verdicts, default=None),
    )
    description = "Vad som ska fyllas i, bekräftas och avgöras."
    yield Page(paths.TO_REVIEW, "Att granska", description, html, searchable=False, wide=True)
