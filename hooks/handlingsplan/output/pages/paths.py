"""Where generated pages stand, known without rendering them: checking a plan must not load a template engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...plan import assessment
from ...plan.words import Audience

if TYPE_CHECKING:
    import datetime

    from ...plan.models import PublicPlan

CONTACTS = "kontakter.md"
PLAN = "plan/index.md"
FOLLOW_UP = "uppfoljning/index.md"
ACTIVITIES = "uppfoljning/aktiviteter.md"
REPORT = "uppfoljning/rapport.md"
"""The report of a plan that nobody has reported on; after that each year has one, on its own page."""
TO_REVIEW = "att-granska.md"
DATA = "data/"
"""The folder of files to fetch; nothing else may stand there."""
CALENDAR = f"{DATA}plan.ics"
"""The whole plan's calendar; like every download from the site's root."""
FILES = f"{DATA}index.md"
"""Lists them, and says what each of their columns means."""
PIECES = "fragment/"
"""The folder of what other sites show; nothing else may stand there, and nothing in it is a page of the site's own."""
FRAGMENTS = f"{PIECES}index.md"
"""Shows the pieces. Not among ``page_paths``: it is made last, of what the others became."""
SEARCHING = "sok/"
"""The folder of search; nothing else may stand there."""
SEARCH = f"{SEARCHING}index.md"
"""Searches the site. Not among ``page_paths`` either, for the same reason."""
INDEX = f"{SEARCHING}index.json"
"""What search knows of the other pages."""
SITUATIONS = "oro/"
"""The folder of situations."""


MANY = 20
"""From so many rows on a table can be sorted and filtered. A plan of fewer activities has no table of them all: they
stand in their areas."""

TOO_MANY = 2000
"""With more activities than this the status page leaves what each area holds to the area's own page: with 10,000 a
phone had 300 kB to fetch and 83,000 elements to make before it showed anything."""


def situation(id_: str) -> str:
    """Return the page of a situation."""
    return f"{SITUATIONS}{id_}.md"


def area(id_: str) -> str:
    """Return the page of an area."""
    return f"plan/{id_}.md"


def actor(id_: str) -> str:
    """Return the page of an actor."""
    return f"ansvar/{id_}.md"


def calendar(actor: str) -> str:
    """Return the calendar of an actor."""
    return f"{DATA}{actor}.ics"


def year(number: int) -> str:
    """Return the page of a year's follow-up."""
    return f"uppfoljning/{number}.md"


def years(plan: PublicPlan, today: datetime.date) -> list[int]:
    """Return the years with a follow-up known on a day, newest first. A year that nobody reported on has no page."""
    known = {follow_up.year for row in plan.areas for follow_up in assessment.known_by(row, today)}
    return sorted(known, reverse=True)


def many_activities(plan: PublicPlan) -> bool:
    """Whether a plan has a page with all its activities in one table."""
    return _activities(plan) >= MANY


def too_many_activities(plan: PublicPlan) -> bool:
    """Whether the areas' tables are too much for one page."""
    return _activities(plan) > TOO_MANY


def _activities(plan: PublicPlan) -> int:
    return sum(len(row.activities) for row in plan.areas)


def acting(plan: PublicPlan) -> set[str]:
    """Return the actors that the plan gives something to do, and so a page."""
    return {row.responsible for row in plan.areas} | {part.id for row in plan.areas for part in row.actors}


def page_paths(plan: PublicPlan, audience: Audience, today: datetime.date) -> list[str]:
    """Return the path of every page that ``pages`` makes for an audience."""
    active = acting(plan)
    return [
        *(situation(entry.id) for entry in plan.guidance.situations if audience in entry.audiences),
        CONTACTS,
        PLAN,
        *(area(row.id) for row in plan.areas),
        FOLLOW_UP,
        *([ACTIVITIES] if many_activities(plan) else []),
        *([year(number) for number in years(plan, today)] or [REPORT]),
        FILES,
        *(actor(entry.id) for entry in plan.actors if entry.id in active),
        *([TO_REVIEW] if audience is Audience.INTERNAL else []),
    ]
