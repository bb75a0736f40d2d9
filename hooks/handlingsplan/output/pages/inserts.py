"""What becomes of the inserts in prose: the HTML of what the plan states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...plan import assessment, terms
from ...plan.words import Status
from ...prose.accessibility import Conformity
from ...prose.inserts import MARKER, STATEMENT, WEBSITE

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

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
EXAMPLE_STATUSES = (Status.FULL, Status.PARTIAL, Status.NOT, *(Status.NOT_ASSESSED,) * 4, Status.NOT_APPLICABLE)
"""Invented, for the worked example: eight areas."""


def _rules(renderer: Renderer, here: str) -> str:
    examples = [(wording, terms.parse(wording)) for wording in EXAMPLE_TERMS]
    counted = assessment.of_states(EXAMPLE_STATUSES)
    return renderer.render("insert_rules.html", here, examples=examples, counted=counted, after=_year_after())


def _year_after() -> assessment.Totals[Status]:
    """Return the worked example a year later, when one verdict has come."""
    standing, year = assessment.Standing, 2027
    old = [standing(Status.NOT_ASSESSED, assessment.Entry(year - 1, state)) for state in EXAMPLE_STATUSES[1:3]]
    rest = [standing(state) for state in (Status.PARTIAL, *EXAMPLE_STATUSES[3:])]
    return assessment.totals(((each.status, each) for each in (*old, *rest)), year)


_BLOCKS: dict[str, Callable[[Renderer, str], str]] = {
    "situationer": _situations,
    "arbetsplatser": _workplaces,
    "aktiviteter": _activities,
    "ansvariga": _who,
    "räkneregler": _rules,
}
