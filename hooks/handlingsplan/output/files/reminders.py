"""Drafts of mail, one for each role that has something to answer: text to paste, to a role and never to a person."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from ...followup.owes import STAFF, Kind, When
from ...plan import assessment, terms
from ...plan.words import amount, listed, stopped
from ..pages import paths
from ..pages.page import url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...followup.owes import Due, Item, Owed, Role
    from ...plan.models import PublicArea
    from ...plan.views import PublicView


AHEAD = datetime.timedelta(days=365)
"""So far ahead a draft looks for times of the plan. Checks and reviews are told when they are near (``terms.SOON``)."""


def files(view: PublicView, owed: Owed, address: str = "") -> dict[str, bytes]:
    """Return a draft for each role that has something to answer, by its file's name: UTF-8, lines ended as in mail.

    Args:
        view: the intranet's view.
        owed: what everybody owes.
        address: where the site stands on the web, ending with a slash; empty while nobody has decided it.

    """
    drafts = {id_: _Draft(view, role).lines(address) for id_, role in owed.roles.items()}
    return {f"{id_}.txt": "".join(f"{line}\r\n" for line in lines).encode() for id_, lines in drafts.items() if lines}


class _Draft:
    """What one role is told. No section is empty, and none tells what is settled."""

    def __init__(self, view: PublicView, role: Role) -> None:
        self.view = view
        self.role = role
        near = [due for due in role.others if due.day <= view.today + terms.SOON]
        self.passed = [item for item in role.items.get(When.PASSED, ()) if not item.settled]
        self.coming = [item for item in role.items.get(When.COMING, ()) if not item.settled and self._ahead(item)]
        self.checks = [due for due in near if due.kind in STAFF]
        self.frame = [due for due in near if due.kind in {Kind.REVISION, Kind.END}]
        # One that is older already stands among the areas to assess.
        self.aging = [due for due in near if due.kind is Kind.ASSESSMENT and due.area not in role.to_assess]
        self.values = [due for due in role.others if due.kind is Kind.VALUE and due.day <= view.today + AHEAD]

    def _ahead(self, item: Item) -> bool:
        last_day = item.activity.term.last_day if item.activity.term else None
        return last_day is not None and last_day <= self.view.today + AHEAD

    def lines(self, address: str) -> list[str]:
        """Return the draft's lines; none where there is nothing to answer."""
        sections = list(self._sections())
        if not sections:
            return []
        frame, actor = self.view.plan.frame, self.role.actor
        day = terms.swedish_date(self.view.today)
        lines = [
            f"Till: {actor.name}{f' ({actor.short_name})' if actor.short_name else ''}",
            f"Ämne: {frame.name[:1].upper()}{frame.name[1:]}: {self._subject()}",
            *("", "Hej!", ""),
            f"Det här gäller {frame.title}, {stopped(frame.municipality)} Uppgifterna är hämtade {day}.",
        ]
        for section in (*sections, ["SÅ SVARAR DU", *self._how()]):
            lines += ["", *section]
        if address:
            page = paths.actor(actor.id) if actor.id in paths.acting(self.view.plan) else paths.FOLLOW_UP
            lines += ["", f"Läs mer: {address}{url(page)}"]
        # A text may hold a line break of its own.
        return [" ".join(line.split()) for line in (*lines, "", "Vänliga hälsningar", "[skriv din funktion här]")]

    def _subject(self) -> str:
        if self.role.to_assess:
            return f"{amount(len(self.role.to_assess), 'område', 'områden')} att bedöma"
        if self.passed or self.coming:
            return "tider i planen"
        return "att följa upp"

    def _sections(self) -> Iterator[list[str]]:
        note = "Att en tid har passerat säger inte om arbetet är gjort. Vi behöver veta hur det gick."
        for heading, rows in (
            (["OMRÅDEN SOM NI ANSVARAR FÖR, UTAN BEDÖMNING DET SENASTE ÅRET"], map(self._area, self.role.to_assess)),
            (["BEDÖMNINGAR SOM SNART ÄR ETT ÅR GAMLA"], map(_area_due, self.aging)),
            (["TIDER SOM HAR PASSERAT", note], (_item(item) for item in self.passed if item.owned)),
            (["TIDER SOM HAR PASSERAT, DÄR NI DELTAR", note], (_item(item) for item in self.passed if not item.owned)),
            (["TIDER SOM KOMMER"], map(_item, self.coming)),
            (["MÄTVÄRDEN"], map(_area_due, self.values)),
            (["PLANEN"], map(self._due, self.frame)),
            (["ATT KONTROLLERA OCH GRANSKA"], map(self._due, self.checks)),
            (["TEXTER SOM ÄR UTKAST OCH VÄNTAR PÅ GRANSKNING"], (f"- {title}" for title in self.role.drafts)),
        ):
            if found := list(rows):
                yield [*heading, *found]

    def _how(self) -> Iterator[str]:
        """Yield what to answer: a verdict with its evidence from those who may give one, else what has been done."""
        yield "Svara på mejlet senast [skriv en dag]."
        if self.role.to_assess or self.aging:
            yield "Skriv för varje område som ni ansvarar för:"
            yield "1. Bedömning: helt, delvis eller ej uppfyllt. Kan ni inte bedöma än skriver ni det."
            yield "2. Datum: dagen då bedömningen gjordes."
            yield "3. Underlag: vilket dokument eller beslut den bygger på."
            yield "4. Resultat: vad som är uppnått. Det behövs för helt uppfyllt."
        elif any(item.owned for item in (*self.passed, *self.coming)):
            yield "Skriv för varje aktivitet: helt, delvis eller ej uppfylld, vilken dag ni bedömde det och underlaget."
        if self.values or any(area.indicators for area in self.role.to_assess):
            yield "Skicka också områdets mätvärden, om ni har dem."
        bodies = {item.area.responsible: "" for item in (*self.passed, *self.coming) if not item.owned}
        if bodies:
            judges = listed(self.view.actors[id_].name for id_ in bodies)
            yield "Där ni deltar: skriv vad som är gjort, när, och vilket underlag som finns."
            yield f"Bedömningen gör den som är ansvarig enligt planen: {stopped(judges)}"
        if self.checks or self.role.drafts:
            yield "För det som ni kontrollerar eller granskar: skriv vilken dag det är gjort, och vad som ska ändras."
        yield "Skriv inga namn på personer och inget om enskilda fall. Det ni svarar kan visas öppet."

    def _area(self, area: PublicArea) -> str:
        last, stands = assessment.area_track(area).last, self.view.standing(area)
        day = f", {terms.swedish_date(last.date)}" if last and last.date and last.status.assessed else ""
        return f"- {area.title}: {stands.words}{day}"

    def _due(self, due: Due) -> str:
        passed = " (dagen har passerat)" if due.day < self.view.today else ""
        return f"- {due.what}, senast {terms.swedish_date(due.day)}{passed}"


def _area_due(due: Due) -> str:
    area = f"{due.area.title}: " if due.area else ""
    return f"- {area}{due.what} ({due.wording or terms.swedish_date(due.day)})"


def _item(item: Item) -> str:
    status = f", senast bedömd: {item.last.label.lower()}" if item.last.assessed else ""
    wording = item.activity.term.wording if item.activity.term else ""
    return f"- {item.area.title}: {item.activity.text} ({wording}){status}"
