"""``uppfoljning/<år>/``: the report of a year. Its page and its PDF are made of one template, and so say the same.

A plan that nobody has reported on has one report too, of how it stands: the responsible council must be able to get a
paper that says so, with the tables that are to be filled in.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from ...followup import history
from ...plan import assessment, indicators, terms
from . import paths
from .follow_up import year_changes
from .page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from ...plan.models import PublicArea
    from ...plan.views import PublicView
    from .page import Renderer


def pages(renderer: Renderer) -> Iterator[Page]:
    """Yield the report of each year that somebody has reported on; where nobody has, one of how the plan stands."""
    years: list[int | None] = [*renderer.years]
    for index, year in enumerate(years or [None]):
        shown = context(renderer, year)
        html = renderer.render(
            "year.html",
            path(year),
            newer=years[index - 1] if index else None,
            older=years[index + 1] if index + 1 < len(years) else None,
            **shown,
        )
        told = f"Så redovisades planen för {year}." if year else assessment.sentence(shown["counted"], owner="planens")
        # Without a year its words are those of the status page.
        yield Page(path(year), title(year), told, html, searchable=year is not None, wide=True)


def path(year: int | None) -> str:
    """Return the page of a year's report; for None that of a plan that nobody has reported on."""
    return paths.year(year) if year else paths.REPORT


def title(year: int | None) -> str:
    """Return what a report is called."""
    return f"Uppföljning {year}" if year else "Rapport om uppföljningen"


def html(renderer: Renderer, year: int | None) -> Markup:
    """Return a report as HTML, as it stands on its page."""
    return renderer.render("report.html", path(year), **context(renderer, year))


def context(renderer: Renderer, year: int | None) -> dict[str, Any]:
    """Return what ``report.html`` shows of a reported year; for None of a plan that nobody has reported on."""
    view, areas, today = renderer.view, renderer.view.plan.areas, renderer.view.today
    rows = [(area, assessment.report(area, year)) for area in areas]
    # What was to be done by the end of a year had its time passed when the year was over.
    compared = min(today, datetime.date(year + 1, 1, 1)) if year else today
    acted = [(area, each, view.activity_standing(area, each, year)) for area in areas for each in area.activities]
    return {
        "title": title(year),
        "year": year,
        "counted": view.totals(year=year),
        "rows": rows,
        "compared": compared,
        "said": {area.id: _said(view, area, year) for area in areas},
        "below": [
            (state, found)
            for state in view.scale.below
            if (found := [(area, known) for area, known in rows if known and known.status is state])
        ],
        "acted": view.activity_totals(areas, year),
        "activities_below": [row for row in acted if row[2].status in view.scale.below],
        "passed": [row for row in acted if terms.schedule(row[1].term, compared) is terms.Schedule.PASSED],
        "changed": year_changes(renderer, year, dated=True) if year else None,
        "values": list(_values(areas, year, today)),
    }


def _said(view: PublicView, area: PublicArea, year: int | None) -> list[str]:
    """Return what the years up to a report's own say, as it is to be read many years later."""
    if year is None or (year >= view.today.year and not assessment.report(area, year)):
        # A year that is not over has no lack of a verdict to be told yet.
        return []
    track = history.up_to(assessment.area_track(area), year, view.scale)
    found = history.findings(track, min(view.today, datetime.date(year, 12, 31)), dated=True)
    # The light beside it says an older verdict already, which comes last.
    return found[:-1] if view.standing(area, year).older else found


def _values(
    areas: tuple[PublicArea, ...], year: int | None, today: datetime.date
) -> Iterator[tuple[PublicArea, indicators.Series, indicators.Value | None, indicators.Value | None]]:
    """Yield each indicator with its newest value before a year, and that year's own."""
    for area in areas:
        for series in indicators.series(area, today):
            earlier = [value for value in series.values if year and value.year < year]
            own = next((value for value in series.values if value.year == year), None)
            yield area, series, earlier[-1] if earlier else None, own
