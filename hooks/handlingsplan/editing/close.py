"""``avsluta``: seal a year's follow-up in ``plan.yaml``, or say why a sealed one was changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ..plan import assessment, closing
from ..plan.load import parse
from ..plan.models import ClosedYear, Correction
from ..plan.scale import Status
from ..plan.views import internal_view
from ..rules import counts, personal
from ..text.faults import Fault, did_you_mean, visible
from ..text.reader import mappings, read_bytes
from . import splice

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable
    from pathlib import Path

    from ..plan.models import Area, FollowUp, Plan
    from ..text.reader import Mapping

CLOSED = "avslutade_år", "Avslutade år. Skrivs av ”handlingsplan avsluta ÅR”, ändras inte för hand."
NO_NUMBER = f"inte ett tal som visas som ”{assessment.MASK}”"
"""What a correction must leave out: it is shown on every site."""
CORRECTED = "rättelser", "Rättelser av avslutade år. Skrivs av ”handlingsplan avsluta ÅR --rättelse OMRÅDE SKÄL”."


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, or the faults that kept it from being written."""

    faults: tuple[Fault, ...] = ()
    by: str = ""
    """The name of the role that closed or corrected the year."""


@dataclass(frozen=True, slots=True)
class Closing:
    """A year that can be closed, shown before it is written; or the faults that keep it open."""

    faults: tuple[Fault, ...]
    by: str
    """The name of the role that closes it."""
    totals: str
    """What the year holds, in the words of its page."""
    areas: tuple[tuple[str, Status], ...]
    """The title of each area, and the status that is sealed."""
    write: Callable[[], Written]
    """Seals just what is shown: a file that has been changed since is left alone."""


def close(path: Path, year: int, today: datetime.date, by: str | None) -> Closing:
    """Return what is sealed when a year is closed: every area's follow-up of it. Nothing is written yet.

    Args:
        path: the plan.
        year: the year.
        today: the day of the closing.
        by: id of the role that closes it; the plan's responsible one where it is None.

    """
    file = _open(path, by)
    if isinstance(file, Written):
        return Closing(file.faults, "", "", (), lambda: file)
    plan, faults = file.plan, file.faults
    reports = {area.id: report for area in plan.areas if (report := _of(area, year))}
    if any(closed.year == year for closed in plan.closed_years):
        file.fault(f"{year} är redan avslutat", f'rätta med: handlingsplan avsluta {year} --rättelse OMRÅDE "skäl"')
    elif year > today.year:
        file.fault(f"{year} har inte börjat", "rätta året")
    elif not reports:
        file.fault(f"inget är redovisat för {year}", "skriv uppföljningen först")
    for node in mappings(file.tree.get("områden")):
        report = reports.get(node["id"])
        if report and report.date and report.date > today:
            entry = next(each for each in mappings(node["uppföljning"]) if each["år"] == str(year))
            what = f"uppföljning: {report.date} är efter dagen då {year} avslutas, {today}"
            faults.append(Fault(path.name, *entry.value_places["datum"], what, "rätta datumet, eller avsluta senare"))
    faults += [each.fault for each in file.broken]
    seals = {area: closing.digest(area, year, report) for area, report in reports.items()}
    entry_ = {"år": year, "datum": today.isoformat(), "av": file.by, "sha256": seals}
    seen = internal_view(plan, today)
    told = assessment.sentence(replace(seen.totals(year=year), closed=True))
    areas = tuple((area.title, seen.standing(area, year).status) for area in seen.plan.areas)
    return Closing(tuple(faults), file.name, told, areas, partial(file.write, CLOSED, entry_))


def correct(path: Path, year: int, today: datetime.date, by: str | None, why: tuple[str, str]) -> Written:
    """Say why an area's follow-up of a closed year was changed, and seal it as it is now.

    Args:
        path: the plan, changed already.
        year: the closed year.
        today: the day of the correction.
        by: id of the role that corrects; the plan's responsible one where it is None.
        why: id of the area, and what was changed and why: it is shown on both sites, so no hidden number may be in it.

    """
    file, (area, text) = _open(path, by), why
    if isinstance(file, Written):
        return file
    plan = file.plan
    row = next((each for each in plan.areas if each.id == area), None)
    closed = next((each for each in plan.closed_years if each.year == year), None)
    if row is None:
        remedy = did_you_mean(area, [each.id for each in plan.areas], label="Finns")
        file.fault(f"området ”{visible(area)}” finns inte", remedy)
    if closed is None:
        file.fault(f"{year} är inte avslutat", "ändra uppföljningen direkt i filen")
    elif today < closed.date:
        file.fault(f"{today} ligger före {closed.date}, då {year} avslutades", "rätta dagen")
    elif row and not any((each.year, each.area) == (year, area) for each in file.broken):
        remedy = "ändra den först i filen, och kör sedan kommandot igen"
        file.fault(f"uppföljningen av ”{visible(area)}” för {year} är inte ändrad", remedy)
    if not text.strip():
        file.fault("rättelsen säger inte vad som ändrades", f"skriv vad och varför, men {NO_NUMBER}")
    file.faults.extend(each.fault for each in file.broken if (each.year, each.area) != (year, area))
    entry = {
        "år": year,
        "område": area,
        "datum": today.isoformat(),
        "av": file.by,
        "text": " ".join(text.split()),
        "sha256": closing.digest(area, year, _of(row, year) if row else None),
    }
    return file.write(CORRECTED, entry)


@dataclass(frozen=True)
class _File:
    """A plan that can be read, and why it may not be written."""

    path: Path
    data: bytes
    plan: Plan
    tree: Mapping
    broken: list[closing.Break]
    """What is wrong with its closed years."""
    by: str
    faults: list[Fault]

    @property
    def name(self) -> str:
        """The name of the role that closes or corrects; empty where the plan has no such role."""
        return next((actor.name for actor in self.plan.actors if actor.id == self.by), "")

    def fault(self, what: str, remedy: str) -> None:
        self.faults.append(Fault(self.path.name, 0, 0, what, remedy))

    def write(self, where: tuple[str, str], entry: dict[str, Any]) -> Written:
        """Write an entry if the file then says just what it said, and the entry."""
        if self.faults:
            return Written(tuple(self.faults))
        key, comment = where
        new = splice.append(self.data, self.tree, key, entry, comment)
        stated = {name: str(value) if isinstance(value, int) else value for name, value in entry.items()}
        wanted = (
            {"closed_years": (*self.plan.closed_years, ClosedYear.model_validate(stated))}
            if where is CLOSED
            else {"corrections": (*self.plan.corrections, Correction.model_validate(stated))}
        )
        reading = parse(new, self.path.name)
        if unsafe := _unsafe(reading.tree, self.path.name):
            for fault in unsafe:
                self.fault(f"rättelsen: {fault.what}", fault.remedy)
            return Written(tuple(self.faults))
        if reading.plan != self.plan.model_copy(update=wanted):
            place = self.tree.key_places.get(key, (0, 0))
            what = f"{key}: posten går inte att lägga till så som filen är skriven"
            return Written((Fault(self.path.name, *place, what, "skriv listan med en post på varje rad"),))
        try:
            written = splice.replace_file(self.path, self.data, new)
        except OSError:
            self.fault("filen går inte att skriva", "kontrollera att inget annat program har låst den")
        else:
            if not written:
                self.fault("filen ändrades just nu av ett annat program", "spara den där och kör kommandot igen")
        return Written(tuple(self.faults)) if self.faults else Written((), self.name)


def _open(path: Path, by: str | None) -> _File | Written:
    data = read_bytes(path)
    if isinstance(data, Fault):
        return Written((data,))
    reading = parse(data, path.name, sealed=False)
    plan, broken = reading.plan, closing.broken_seals(reading.tree, path.name)
    if plan is None:
        return Written(parse(data, path.name).faults)
    faults = _unsafe(reading.tree, path.name)
    file = _File(path, data, plan, reading.tree, broken, by or plan.frame.responsible, faults)
    known = [actor.id for actor in plan.actors]
    if file.by not in known:
        file.fault(f"--av: ”{visible(file.by)}” finns inte", did_you_mean(file.by, known, label="Finns"))
    return file


def _unsafe(tree: Mapping, file: str) -> list[Fault]:
    """Return what no plan may be sealed with: personal data, and texts that give a hidden number away."""
    allowed = personal.Allowed(tree)
    return [*personal.in_tree(tree, file, allowed), *counts.in_plan(tree, file, allowed)]


def _of(area: Area, year: int) -> FollowUp | None:
    return next((report for report in area.follow_ups if report.year == year), None)
