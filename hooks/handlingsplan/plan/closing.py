"""Closed years: each area's follow-up is sealed with SHA-256, and only a dated correction may change it.

What is sealed, format 1: the UTF-8 bytes of a JSON object without white space, keys sorted, text in NFC::

    {"format":1,"område":"styrgrupp","uppföljning":{"aktiviteter":{…},"datum":"2024-11-18","år":2024,…},"år":2024}

``uppföljning`` holds the fields in ``FIELDS`` that are stated, as the plan means them: a status is its code, however it
was spelled, a day is year-month-day, a number is the text that was written. ``null`` where the area has no follow-up
for the year. So formatting, comments, quotes and the order of keys change nothing, nor does ``intern_kommentar``; a
renamed id does. The values are the real ones: a seal would let a reader guess a masked number, so it is internal.

One seal an area, not one a year: the message can then say which area was changed, and a correction of one area cannot
cover a change in another. It tells of mistakes and quiet edits; who removes the seal too is seen in the file's history.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from ..text.faults import Fault, visible
from ..text.reader import Mapping, Sequence, mappings
from .models import FollowUp
from .words import read_date

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator

    from ..text.reader import Place
    from .models import PublicFollowUp

FORMAT = 1
FIELDS = (
    "year", "status", "date", "assessed_by", "evidence", "result", "reason", "activities", "indicators",
)  # fmt: skip
"""What a seal is made of. A field that is not stated is left out, so that a new one breaks no old seal."""


def canonical(area: str, year: int, follow_up: PublicFollowUp | None) -> bytes:
    """Return the bytes that are sealed for an area's year; ``follow_up`` is None where it has none."""
    stated = None
    if follow_up:
        dumped = follow_up.model_dump(mode="json", by_alias=True, include=set(FIELDS), exclude_none=True)
        stated = {key: value for key, value in dumped.items() if value != {}}
    value = {"format": FORMAT, "område": area, "år": year, "uppföljning": stated}
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return unicodedata.normalize("NFC", text).encode()


def digest(area: str, year: int, follow_up: PublicFollowUp | None) -> str:
    """Return the seal of an area's year: SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(area, year, follow_up)).hexdigest()


class Break(NamedTuple):
    """A seal that is broken, or could not be held against anything."""

    fault: Fault
    year: int = 0
    area: str = ""
    """Empty where the closing or the correction itself is at fault, so that no correction can explain it."""
    gone: bool = False
    """Whether a sealed area is in the plan no longer: it may be there under an id with a fault."""


def check(tree: Mapping, file: str, others: Iterable[Fault]) -> list[Fault]:
    """Return a fault for each area that was changed in a closed year, and for what is wrong with the closing itself.

    What is said already may be why a seal does not fit, and to explain a slip of the finger as a correction would be
    wrong: nothing is said of a seal before the other faults of the same entry are mended, or those of the file's
    outermost keys.

    Args:
        tree: the plan.
        file: its name, as messages show it.
        others: the plan's other faults. One at the very place of a broken seal says the same, and holds nothing back.

    """
    broken = broken_seals(tree, file)
    if not broken:
        return []
    places = {(each.fault.line, each.fault.column) for each in broken}
    said = [place for fault in others if (place := (fault.line, fault.column)) not in places]
    if any(column <= 1 for _, column in said):
        return []
    entries = _Entries(tree)
    faulty = {entries.of(place) for place in said} - {None}
    seals = [node.get("sha256") for node in mappings(tree.get("avslutade_år"))]
    sealed = {name for each in seals if isinstance(each, Mapping) for name in each}
    renamed = any(node.place in faulty and str(node.get("id")) not in sealed for node in mappings(tree.get("områden")))
    return [
        each.fault
        for each in broken
        if entries.of((each.fault.line, each.fault.column)) not in faulty and not (each.gone and renamed)
    ]


class _Entries:
    """Which area, closing or correction a place of the file belongs to."""

    def __init__(self, tree: Mapping) -> None:
        parts = (tree.get(key) for key in ("områden", "avslutade_år", "rättelser"))
        self.starts = {node.place for part in parts for node in mappings(part)}
        self.bounds = sorted(self.starts | set(tree.key_places.values()))

    def of(self, place: Place) -> Place | None:
        """Return where the entry begins that a place is in; None where it is in none of them."""
        index = bisect_right(self.bounds, place)
        begin = self.bounds[index - 1] if index else None
        return begin if begin in self.starts else None


def broken_seals(tree: Mapping, file: str) -> list[Break]:
    """Return what is wrong with the closed years of a plan. Nothing is said of what could not be read."""
    found = _Seals(tree, file).all()
    return [broken for broken in found if (broken.fault.line, broken.fault.column) not in tree.unread]


class _Seals:
    def __init__(self, tree: Mapping, file: str) -> None:
        self.tree = tree
        self.file = file
        areas, closed, corrections = (tree.get(key) for key in ("områden", "avslutade_år", "rättelser"))
        rows = [node for node in mappings(areas) if isinstance(node.get("id"), str)]
        self.areas = {node["id"]: node for node in rows}
        self.twice = {name for name, count in Counter(node["id"] for node in rows).items() if count > 1}
        # Otherwise an area, a closing or a correction that seems to be missing may be one that could not be read.
        self.all_areas = isinstance(areas, Sequence) and areas.complete and len(rows) == len(areas)
        self.closed = {year: node for node in mappings(closed) if (year := _year(node)) and self._sure(node)}
        self.all_closed = self._sure(closed) and len(self.closed) == len(closed or ())
        self.corrections = list(mappings(corrections))
        self.all_corrections = (
            tree.complete
            and self._sure(corrections)
            and all(_year(node) and _day(node) and node.get("område") in self.areas for node in self.corrections)
        )

    def all(self) -> Iterator[Break]:
        for year, node in self.closed.items():
            yield from self._closing(year, node)
            if isinstance(seals := node.get("sha256"), Mapping) and seals:
                yield from self._areas(year, seals)
        yield from self._explanations()

    def _sure(self, node: object) -> bool:
        """Whether all of a node could be read."""
        if isinstance(node, Mapping):
            places = {node.place, *node.key_places.values(), *node.value_places.values()}
            below = list(node.values())
        elif isinstance(node, Sequence):
            places, below = {node.place, *node.places}, list(node)
        else:
            return True
        return node.complete and places.isdisjoint(self.tree.unread) and all(map(self._sure, below))

    def _at(self, place: Place, what: str, remedy: str, year: int = 0, area: str = "") -> Break:
        return Break(Fault(self.file, *place, what, remedy), year, area)

    def _closing(self, year: int, node: Mapping) -> Iterator[Break]:
        if not node.get("sha256"):
            place = node.key_places.get("sha256", node.place)
            remedy = f"ta bort posten och kör: handlingsplan avsluta {year}"
            yield self._at(place, f"avslutade_år: {year} saknar ”sha256”", remedy)
        if (day := _day(node)) and day.year < year:
            remedy = "rätta datum eller år"
            yield self._at(node.value_places["datum"], f"avslutade_år: {day} ligger före år {year}", remedy)

    def _areas(self, year: int, seals: Mapping) -> Iterator[Break]:
        gone = [area for area in seals if area not in self.areas and self.all_areas]
        for area in gone:
            what = f"sha256: området ”{visible(area)}” finns inte, men {year} är avslutat med det"
            broken = self._at(seals.key_places[area], what, "ett id ändras aldrig: skriv tillbaka området")
            yield broken._replace(gone=True)
        for area, node in self.areas.items():
            entries = node.get("uppföljning")
            entry = next((each for each in mappings(entries) if _year(each) == year), None)
            # One that is gone may be here under another id; of two with one id, either may be meant.
            if area in self.twice or (gone and area not in seals):
                continue
            # Where a year cannot be read, it may be this one.
            if entry is None and not (node.complete and self._sure(entries) and all(map(_year, mappings(entries)))):
                continue
            wanted, known = self._wanted(year, area, seals)
            if not known or (entry is None and wanted is None):
                continue
            if entry is None:
                if wanted != digest(area, year, None):
                    what = f"uppföljning: {year} är avslutat, men ”{visible(area)}” har ingen uppföljning längre"
                    remedy = _explain("skriv tillbaka den", year, area)
                    yield self._at(node.value_places["id"], what, remedy, year, area)
            elif (made := self._made(area, year, entry)) is None or made == wanted:
                continue
            elif wanted is not None:
                what = f"uppföljning: {year} är avslutat, men uppföljningen av ”{visible(area)}” är ändrad efteråt"
                yield self._at(entry.place, what, _explain("ångra ändringen", year, area), year, area)
            else:
                what = f"uppföljning: {year} avslutades utan någon uppföljning av ”{visible(area)}”"
                yield self._at(entry.place, what, _explain("ta bort den", year, area), year, area)

    def _made(self, area: str, year: int, entry: Mapping) -> str | None:
        """Return the seal that a follow-up would get; None where it has faults of its own."""
        if not self._sure(entry):
            return None
        try:
            return digest(area, year, FollowUp.model_validate(entry))
        except ValidationError:
            return None

    def _wanted(self, year: int, area: str, seals: Mapping) -> tuple[str | None, bool]:
        """Return the seal that counts, the newest correction's or the closing's, and whether it can be relied on."""
        mine = [node for node in self.corrections if _year(node) == year and node.get("område") == area]
        if not self.all_corrections or not all(node.get("sha256") for node in mine):
            return None, False
        newest = max(enumerate(mine), key=lambda each: (str(_day(each[1])), each[0]), default=(0, None))[1]
        sha = seals.get(area) if newest is None else newest["sha256"]
        return sha, sha is None or (isinstance(sha, str) and re.fullmatch("[0-9a-f]{64}", sha) is not None)

    def _explanations(self) -> Iterator[Break]:
        for node in self.corrections:
            year, area, day = _year(node), node.get("område"), _day(node)
            if year is None or not self._sure(node):
                continue
            if year not in self.closed:
                if self.all_closed and self.tree.complete:
                    remedy = "ta bort rättelsen; ett år som inte är avslutat ändrar du direkt"
                    yield self._at(node.value_places["år"], f"rättelser: {year} är inte avslutat", remedy)
                continue
            if not node.get("sha256") and isinstance(area, str):
                place = node.key_places.get("sha256", node.place)
                remedy = f'ta bort rättelsen och kör: handlingsplan avsluta {year} --rättelse {visible(area)} "skäl"'
                yield self._at(place, "rättelser: ”sha256” saknas", remedy)
            if day and (closed := _day(self.closed[year])) and day < closed:
                what = f"rättelser: {day} ligger före {closed}, då {year} avslutades"
                yield self._at(node.value_places["datum"], what, "rätta datumet")


def _explain(undo: str, year: int, area: str) -> str:
    return f'{undo}, eller förklara den: handlingsplan avsluta {year} --rättelse {visible(area, 60)} "vad och varför"'


def _year(node: Mapping) -> int | None:
    year = node.get("år")
    return int(year) if isinstance(year, str) and re.fullmatch(r"(19|20|21)[0-9]{2}", year) else None


def _day(node: Mapping) -> datetime.date | None:
    word = node.get("datum")
    return read_date(word) if isinstance(word, str) else None
