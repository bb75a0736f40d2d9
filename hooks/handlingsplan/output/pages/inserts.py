"""What becomes of the inserts in prose: the HTML of what the plan states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...plan import assessment, terms
from ...prose.accessibility import Conformity
from ...prose.inserts import MARKER, STATEMENT, WEBSITE

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Sequence

    from ...plan.scale import Scale, Status
    from ...prose.accessibility import Statement
    from ...prose.texts import Prose
    from .page import Renderer


def fill(html: str, text: Prose, renderer: Renderer, block: Callable[[str], str] = str) -> str:
    """Put each insert's HTML where its marker stands: as a block where it stood alone, else inside the sentence.

    Args:
        html: the page with markers.
        text: the page.
        renderer: the renderer of the audience's view.
        block: what to make of an insert that stood alone.

    """

    def replace(match: re.Match[str]) -> str:
        insert = text.inserts[int(match[2])]
        alone = bool(match[1] and match[3])
        if insert.name == "kontakt":
            contact = renderer.view.contacts[str(insert.argument)]
            template = text.language.template("insert_contact.html")
            made: str = renderer.render(template, text.path, contact=contact, alone=alone)
        elif insert.name == WEBSITE:
            return f"{match[1] or ''}{renderer.website(text.language)}{match[3] or ''}"
        elif insert.name == STATEMENT:
            made = statement(text.statement, renderer, text.path) if text.statement else ""
        else:
            made = _BLOCKS[insert.name](renderer, text.path)
        return block(made) if alone else f"{match[1] or ''}{made}{match[3] or ''}"

    return MARKER.sub(replace, html)


def statement(stated: Statement, renderer: Renderer, here: str) -> str:
    """Return the eleven parts of an accessibility statement."""
    return renderer.render("accessibility.html", here, statement=stated, Conformity=Conformity)


def _situations(renderer: Renderer, here: str) -> str:
    return renderer.render("insert_situations.html", here)


def _workplaces(renderer: Renderer, here: str) -> str:
    return renderer.render("insert_workplaces.html", here)


def _activities(renderer: Renderer, here: str) -> str:
    return renderer.render("insert_activities.html", here)


def _who(renderer: Renderer, here: str) -> str:
    return renderer.render("_who.html", here)


EXAMPLE_TERMS = (
    "våren 2017", "HT 2026", "2018", "mars 2027", "Q1 2027", "senast hösten 2017", "2017–2018", "löpande", "årligen",
    "utsedd 2016",
)  # fmt: skip


def rules(renderer: Renderer, here: str) -> str:
    """Return how statuses, times and totals are to be read, with an invented example."""
    examples = [(wording, terms.parse(wording)) for wording in EXAMPLE_TERMS]
    scale = renderer.view.scale
    states = [*scale.verdicts, *(scale.unassessed,) * 4, scale.outside]
    counted, after = assessment.of_states(states, scale), _year_after(states, scale)
    return renderer.render("insert_rules.html", here, examples=examples, counted=counted, after=after)


def _year_after(states: Sequence[Status], scale: Scale) -> assessment.Totals[assessment.Track]:
    """Return the worked example, which is invented, a year later: the first has a new verdict, the last stays out."""
    year = 2027
    again = {0: scale.verdicts[1], len(states) - 1: scale.outside}
    tracks = [
        assessment.Track(
            (
                assessment.Entry(year - 1, status),
                *[assessment.Entry(year, new) for at, new in again.items() if at == place],
            )
        )
        for place, status in enumerate(states)
    ]
    return assessment.totals(((track, assessment.standing(track, year, scale)) for track in tracks), scale, year)


_BLOCKS: dict[str, Callable[[Renderer, str], str]] = {
    "situationer": _situations,
    "arbetsplatser": _workplaces,
    "aktiviteter": _activities,
    "ansvariga": _who,
    "räkneregler": rules,
}
