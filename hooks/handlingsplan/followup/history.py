"""What has been reported through the years, what changed and why, and what follows from that in plain words.

Facts about what has been reported, never a verdict: nothing here looks at terms, indicators or what else could have
been done. Nothing mentions a year or a correction that was not known on the day (``--per DATUM``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ..plan.assessment import Entry, Track, area_track, is_old, report

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from ..plan.models import PublicArea, PublicClosedYear, PublicCorrection, PublicPlan
    from ..plan.scale import Scale, Status

_ORDINALS = (
    "andra", "tredje", "fjärde", "femte", "sjätte", "sjunde", "åttonde", "nionde", "tionde", "elfte", "tolfte",
)  # fmt: skip


def years(plan: PublicPlan) -> list[int]:
    """Return every year from the first to the last that anybody has reported on, also those between that nobody did."""
    known = [follow_up.year for area in plan.areas for follow_up in area.follow_ups]
    return list(range(min(known), max(known) + 1)) if known else []


def up_to(track: Track, year: int, scale: Scale) -> Track:
    """Return what had been reported up to a year; where others were reported but not that one, it has no assessment."""
    entries = tuple(entry for entry in track.entries if entry.year <= year)
    missing = entries and entries[-1].year != year
    return Track((*entries, Entry(year, scale.unassessed)) if missing else entries)


# Findings ------------------------------------------------------------------------------------------------------------


def findings(track: Track, today: datetime.date, *, dated: bool = False) -> list[str]:
    """Return what the years say, in plain Swedish; nothing where the status alone says it.

    Args:
        track: what has been reported.
        today: the day that ages are counted to.
        dated: write which year is meant instead of "förra året", for what is read long after.

    >>> import datetime
    >>> from ..plan.scale import SCALE
    >>> years = [Entry(year, SCALE.below[0], datetime.date(year, 11, 1)) for year in (2024, 2025, 2026)]
    >>> findings(Track(tuple(years)), datetime.date(2026, 11, 22))
    ['Ej uppfyllt tredje året i rad']
    """
    if not track:
        return []
    last, verdicts = track.entries[-1], track.verdicts
    if last.status.assessed:
        return _of_verdict(track, today, dated=dated)
    found = []
    if track.run > 1:
        first = track.entries[-track.run].year
        found.append(f"{last.status.label} sedan {first}" if last.status.outside else in_a_row(last.status, track.run))
    if verdicts:
        found.append(f"Senaste bedömningen, {verdicts[-1].year}: {verdicts[-1].status.label.lower()}")
    return found


def _of_verdict(track: Track, today: datetime.date, *, dated: bool) -> list[str]:
    last, earlier = track.entries[-1], track.verdicts[:-1]
    if is_old(last.date, today):
        return [f"{last.status.label} utan ny bedömning sedan {last.year}"]
    if not earlier:
        return ["Första bedömningen"]
    previous = earlier[-1]
    if previous.year == last.year - 1 and previous.status is last.status:
        return [in_a_row(last.status, track.run)]
    found = [] if previous.year == last.year - 1 else [f"Första bedömningen sedan {previous.year}"]
    last_year = not dated and (last.year, previous.year) == (today.year, today.year - 1)
    than = "förra året" if last_year else str(previous.year)
    change = compare(previous.status, last.status)
    return [*found, f"Samma som {than}" if change is Change.SAME else f"{change.label} än {than}"]


def in_a_row(status: Status, count: int) -> str:
    """Return how long a status has lasted: *Ej uppfyllt tredje året i rad*."""
    if count - 2 < len(_ORDINALS):
        return f"{status.label} {_ORDINALS[count - 2]} året i rad"
    ending = "a" if count % 10 in {1, 2} and count % 100 not in {11, 12} else "e"
    return f"{status.label} {count}:{ending} året i rad"


# Changes -------------------------------------------------------------------------------------------------------------


class Change(StrEnum):
    """How a year's status stands to the last verdict before it."""

    BETTER = "bättre"
    WORSE = "sämre"
    FIRST = "första"
    """Assessed for the first time."""
    LAPSED = "utan ny"
    """Assessed the year before, but not this year."""
    OUT = "inte aktuellt"
    """No longer applicable."""
    SAME = "samma"

    @property
    def label(self) -> str:
        """The words that readers see."""
        return {
            Change.BETTER: "Bättre",
            Change.WORSE: "Sämre",
            Change.FIRST: "Bedömda för första gången",
            Change.LAPSED: "Bedömda året före men inte det här året",
            Change.OUT: "Inte längre aktuella",
            Change.SAME: "Samma status som vid förra bedömningen",
        }[self]


def compare(before: Status, now: Status) -> Change:
    """Return how a verdict stands to another."""
    if before is now:
        return Change.SAME
    return Change.BETTER if (now.rank or 0) > (before.rank or 0) else Change.WORSE


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of an area in a year."""

    area: PublicArea
    change: Change
    before: Entry | None
    """What it is compared with; None for a first verdict."""
    now: Entry | None
    """None where nothing was reported for the year."""
    why: str | None
    """The reason as it was given, else the result."""


def changes(areas: Sequence[PublicArea], year: int, today: datetime.date) -> list[tuple[Change, list[Changed]]]:
    """Return what changed in a year, by kind, in the plan's order; areas that were never assessed are not in it."""
    found = [changed for area in areas if (changed := _changed(area, year, today))]
    groups = [(kind, [changed for changed in found if changed.change is kind]) for kind in Change]
    return [(kind, group) for kind, group in groups if group]


def _changed(area: PublicArea, year: int, today: datetime.date) -> Changed | None:
    track = area_track(area)
    now, past = track.at(year), track.before(year)
    before = past.verdicts[-1] if past.verdicts else None
    change = None
    if now and now.status.assessed:
        change = compare(before.status, now.status) if before else Change.FIRST
    elif now and now.status.outside:
        if past and not past.entries[-1].status.outside:
            change, before = Change.OUT, past.entries[-1]
    elif before and before.year == year - 1 and (now or year < today.year):  # a year that goes on may still report
        change = Change.LAPSED
    reported = report(area, year)
    why = (reported.reason or reported.result) if reported else None
    return Changed(area, change, before, now, why) if change else None


# Closed years --------------------------------------------------------------------------------------------------------


def closed(plan: PublicPlan, year: int) -> PublicClosedYear | None:
    """Return the closing of a year; None while it is open."""
    return next((each for each in plan.closed_years if each.year == year), None)


def corrections(plan: PublicPlan, year: int, today: datetime.date) -> list[PublicCorrection]:
    """Return the corrections of a year that were known on a day, oldest first."""
    known = [each for each in plan.corrections if each.year == year and each.date <= today]
    return sorted(known, key=lambda each: each.date)


def corrected_later(plan: PublicPlan, year: int, today: datetime.date) -> set[str]:
    """Return the areas whose values for a year were corrected after a day: the old values are not kept."""
    return {each.area for each in plan.corrections if each.year == year and each.date > today}
