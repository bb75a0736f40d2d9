"""The tables of a plan and their columns, once: every file format, its description and its schema are made from here.

Read from a view, so that what an audience may not see is not here to be forgotten: what is internal is not in the
public view's types, and small sensitive numbers are masked before any table can read them.
"""

from __future__ import annotations

import dataclasses
import datetime
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from ..plan import assessment, terms
from ..plan.views import is_internal
from ..plan.words import read_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..plan.models import PublicArea, PublicFollowUp
    from ..plan.views import PublicView

FORMAT = "2"
"""The number of this set of tables: raised when a column is taken away or comes to mean something else."""

Cell: TypeAlias = "str | int | Decimal | datetime.date | bool | None"


class Kind(StrEnum):
    """What a column holds, as its reader is told."""

    TEXT = "text"
    NUMBER = "tal"
    YEAR = "år"
    DAY = "datum"
    YES_NO = "ja eller nej"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Row:
    """What the columns of a row are read from."""

    view: PublicView
    area: PublicArea | Any = None
    entry: Any = None
    """What the row is about within its area: an activity, an indicator, an actor's part …"""
    follow_up: PublicFollowUp | Any = None
    """The follow-up that the row tells of; None where nothing has been reported."""
    counts: bool = False
    """Whether this is how it stands in the current period, and so what the totals count."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    key: str
    """Its name in JSON."""
    heading: str
    """Its heading in CSV and Excel."""
    description: str
    """What it holds, in whole sentences."""
    read: Callable[[Row], Cell]
    kind: Kind = Kind.TEXT
    always: bool = False
    """Whether every row has a value."""
    internal: bool = False
    """Whether only the intranet's files have it."""
    aside: bool = False
    """Whether it is for programs and for those who compare with the original. Such columns stand last, off paper."""
    width: int = 14
    """In characters, in Excel."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what a row is, and its columns."""

    key: str
    """Its name in JSON."""
    name: str
    """Its name as a file and as an anchor."""
    title: str
    row: str
    """What one row is, in a sentence."""
    every: tuple[Column, ...]
    rows: Callable[[PublicView], Iterator[Row]]
    internal: bool = False

    def columns(self, view: PublicView) -> list[Column]:
        """Return the columns that a view's audience has."""
        return [column for column in self.every if view.internal or not column.internal]

    def cells(self, view: PublicView) -> list[list[Cell]]:
        """Return the table's content, row by row in the plan's order, oldest year first."""
        columns = self.columns(view)
        return [[column.read(row) for column in columns] for row in self.rows(view)]


def tables(view: PublicView) -> list[Table]:
    """Return the tables that a view's audience has, also those without rows."""
    return [table for table in TABLES if view.internal or not table.internal]


def words(cell: Cell) -> str:
    """Return a cell as a Swedish reader writes it: ``12,5``, ``ja``, ``2026-11-22``; nothing for what is not stated."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "ja" if cell else "nej"
    return f"{cell.normalize():f}".replace(".", ",") if isinstance(cell, Decimal) else str(cell)


# What rows are read from ---------------------------------------------------------------------------------------------


def _years(view: PublicView, area: PublicArea) -> list[tuple[PublicFollowUp | None, bool]]:
    """Return an area's follow-ups, and which one counts: None where the period has none."""
    missing = [(None, True)] if assessment.report(area, view.period) is None else []
    return [*((each, each.year == view.period) for each in area.follow_ups), *missing]


def _areas(view: PublicView) -> Iterator[Row]:
    for area in view.plan.areas:
        for follow_up, counts in _years(view, area):
            yield Row(view, area, area, follow_up, counts)


def _activities(view: PublicView) -> Iterator[Row]:
    for area in view.plan.areas:
        for activity in area.activities:
            for follow_up, counts in _years(view, area):
                yield Row(view, area, activity, follow_up, counts)


def _indicators(view: PublicView) -> Iterator[Row]:
    for area in view.plan.areas:
        for indicator in area.indicators:
            stated = [each for each in area.follow_ups if indicator.id in each.indicators]
            if not stated:
                yield Row(view, area, indicator, None, counts=True)
            for each in stated:
                yield Row(view, area, indicator, each, each is stated[-1])


def _within(field: str) -> Callable[[PublicView], Iterator[Row]]:
    def rows(view: PublicView) -> Iterator[Row]:
        for area in view.plan.areas:
            for entry in getattr(area, field):
                yield Row(view, area, entry)

    return rows


def _actors(view: PublicView) -> Iterator[Row]:
    for actor in view.plan.actors:
        yield Row(view, entry=actor)


def _corrections(view: PublicView) -> Iterator[Row]:
    areas = {area.id: area for area in view.plan.areas}
    for correction in view.plan.corrections:
        if correction.date <= view.today:
            yield Row(view, areas[correction.area], correction)


def _questions(view: PublicView) -> Iterator[Row]:
    if is_internal(view):
        for question in view.plan.frame.questions:
            yield Row(view, entry=question)
        for area in view.plan.areas:
            for question in area.questions:
                yield Row(view, area, question)


# How cells are read --------------------------------------------------------------------------------------------------


def _of(name: str) -> Callable[[Row], Cell]:
    """Read a field of the entry."""
    return lambda row: getattr(row.entry, name)


def _then(name: str) -> Callable[[Row], Cell]:
    """Read a field of the follow-up."""
    return lambda row: getattr(row.follow_up, name) if row.follow_up else None


def _name(row: Row, actor: str | None) -> str | None:
    return row.view.actors[actor].name if actor else None


def _lines(texts: Iterator[str] | list[str]) -> str | None:
    return "\n".join(texts) or None


def _closed(row: Row) -> Cell:
    year = row.follow_up.year if row.follow_up else None
    return next((closed.date for closed in row.view.plan.closed_years if closed.year == year), None)


def _activity_status(row: Row) -> Cell:
    stated = row.follow_up.activities if row.follow_up else {}
    return str(stated.get(row.entry.id, row.view.scale.unassessed).label)


def _older(row: Row) -> Cell:
    if not row.counts:
        return None
    of_area = row.entry is row.area
    stands = row.view.standing(row.area) if of_area else row.view.activity_standing(row.area, row.entry)
    return stands.older.year if stands.older else None


def _value(row: Row) -> str | None:
    return row.follow_up.indicators[row.entry.id] if row.follow_up else None


def _number(row: Row) -> Cell:
    value = _value(row)
    return read_number(value, row.entry.unit) if value else None


# The tables ----------------------------------------------------------------------------------------------------------

_ACTOR_ID = "Aktörens id, se tabellen Aktörer."
_OWN_ID = "Id:t ändras aldrig."


def _id(key: str, heading: str) -> Column:
    return Column(key, f"{heading}, id", _OWN_ID, _of("id"), always=True, aside=True)


_AREA = Column(
    "område",
    "Område",
    "Områdets namn. Där planen inte har något namn står sidornas egen rubrik.",
    lambda row: row.area.title,
    always=True,
    width=22,
)
_AREA_ID = Column("område_id", "Område, id", _OWN_ID, lambda row: row.area.id, always=True, aside=True)
_YEAR = Column(
    "år", "År", "Året som redovisningen gäller. Tomt om inget är redovisat.", _then("year"), Kind.YEAR, width=7
)
_COUNTS = Column(
    "gäller_nu",
    "Gäller nu",
    "Ja på en enda rad för var och en: den för perioden som summorna på sidorna räknar. Perioden är det senaste år som "
    "något område har en bedömning för, vilket år det än är i kalendern.",
    lambda row: row.counts,
    Kind.YES_NO,
    always=True,
    width=8,
)
_OLDER = Column(
    "äldre_bedömning_från",
    "Äldre bedömning från",
    "Året för den senaste bedömningen, där perioden inte har någon. Den räknas inte som en av periodens. Står bara på "
    "raden som gäller nu.",
    _older,
    Kind.YEAR,
    width=11,
)
_NOTE = Column("anmärkning", "Anmärkning", "Vår anmärkning om det som har blivit gammalt.", _of("note"), width=26)
_SOURCE_TEXT = Column(
    "källtext",
    "Text i originalet",
    "Originalets ordalydelse, där vår skiljer sig.",
    _of("source_text"),
    aside=True,
    width=30,
)

AREAS = Table(
    "områden",
    "omraden",
    "Områden",
    "En rad för varje område och redovisat år, och en rad utan år för varje område som inte är redovisat för perioden.",
    (
        _AREA,
        _YEAR,
        _COUNTS,
        _OLDER,
        Column(
            "status",
            "Status",
            "Bedömningen, med planens ord. Ingen bedömning redovisad och Inte aktuellt ingår inte i planens skala.",
            lambda row: (row.follow_up.status if row.follow_up else row.view.scale.unassessed).label,
            Kind.STATUS,
            always=True,
            width=25,
        ),
        Column("resultat", "Resultat", "Vad som uppnåddes.", _then("result"), width=34),
        Column("motivering", "Motivering", "Varför bedömningen blev så.", _then("reason"), width=26),
        Column("underlag", "Underlag", "Vad bedömningen bygger på.", _then("evidence"), width=24),
        Column("datum", "Bedömt den", "Dagen för bedömningen.", _then("date"), Kind.DAY, width=11),
        Column(
            "bedömd_av",
            "Bedömt av",
            "Den som har gjort bedömningen. Alltid en roll, aldrig en person.",
            lambda row: _name(row, row.follow_up.assessed_by) if row.follow_up else None,
            width=18,
        ),
        Column(
            "ansvarig",
            "Ansvarig",
            "Den som enligt planen ansvarar för området.",
            lambda row: _name(row, row.area.responsible),
            always=True,
            width=18,
        ),
        Column(
            "intern_kommentar",
            "Intern kommentar",
            "Stannar på intranätet.",
            _then("internal_comment"),
            internal=True,
            width=26,
        ),
        Column(
            "plankommentar",
            "Kommentar i planen",
            "Planens egen kommentar till området.",
            _of("plan_comment"),
            aside=True,
            width=30,
        ),
        dataclasses.replace(_NOTE, aside=True),
        Column(
            "år_avslutat",
            "Året avslutat den",
            "Dagen då årets uppföljning avslutades. Efter den ändras den bara med en rättelse.",
            _closed,
            Kind.DAY,
            aside=True,
            width=11,
        ),
        _AREA_ID,
        Column("bedömd_av_id", "Bedömt av, id", _ACTOR_ID, _then("assessed_by"), aside=True),
        Column("ansvarig_id", "Ansvarig, id", _ACTOR_ID, lambda row: row.area.responsible, always=True, aside=True),
        Column(
            "tabell",
            "Tabell i planen",
            "Vilken av planens tabeller området står i.",
            _of("table"),
            always=True,
            aside=True,
        ),
        Column(
            "rubriken_är_vår",
            "Rubriken är vår",
            "Ja om planen inte har något namn på området.",
            lambda row: not row.area.name,
            Kind.YES_NO,
            always=True,
            aside=True,
        ),
        Column(
            "plankommentar_källtext",
            "Kommentar i originalet",
            "Originalets ordalydelse, där vår skiljer sig.",
            _of("plan_comment_source_text"),
            aside=True,
            width=30,
        ),
        Column(
            "aktörer_källtext",
            "Aktörer i originalet",
            "Cellen Aktörer som den står i originalet, där vår skiljer sig.",
            _of("actors_source_text"),
            aside=True,
            width=30,
        ),
    ),
    _areas,
)
ACTIVITIES = Table(
    "aktiviteter",
    "aktiviteter",
    "Aktiviteter",
    "En rad för varje aktivitet och år som dess område har redovisats, "
    "och en rad utan år för varje aktivitet i ett område som inte är redovisat för perioden.",
    (
        _AREA,
        Column("aktivitet", "Aktivitet", "Vad som ska göras enligt planen.", _of("text"), always=True, width=46),
        Column(
            "tid",
            "Tid",
            "När det ska göras, som planen skriver det. Tomt om planen inte anger någon tid.",
            lambda row: row.entry.term.wording if row.entry.term else None,
        ),
        Column(
            "sista_dag",
            "Sista dag",
            "Den sista dag som tiden omfattar. Tomt om tiden är löpande eller årlig, och där ingen tid står.",
            lambda row: row.entry.term.last_day if row.entry.term else None,
            Kind.DAY,
            width=11,
        ),
        Column(
            "tidsläge",
            "Tidsläge",
            "Var tiden står den dag som filen gäller. Att en tid har passerat säger inte om arbetet är gjort.",
            lambda row: str(terms.schedule(row.entry.term, row.view.today)),
            always=True,
            width=17,
        ),
        _YEAR,
        _COUNTS,
        _OLDER,
        Column(
            "status",
            "Status",
            "Bedömningen av aktiviteten det året.",
            _activity_status,
            Kind.STATUS,
            always=True,
            width=25,
        ),
        _NOTE,
        _AREA_ID,
        _id("aktivitet_id", "Aktivitet"),
        _SOURCE_TEXT,
    ),
    _activities,
)
INDICATORS = Table(
    "indikatorer",
    "indikatorer",
    "Indikatorer",
    "En rad för varje indikator och år som den har ett värde, och en rad för varje indikator utan värden.",
    (
        _AREA,
        Column("indikator", "Indikator", "Det som mäts, med planens ord.", _of("text"), always=True, width=40),
        _YEAR,
        Column(
            "värde",
            "Värde",
            f"Värdet som det är redovisat. I en känslig indikator står ”{assessment.MASK}” för "
            f"0–{assessment.FEW - 1}, så att ingen kan kännas igen.",
            _value,
        ),
        Column(
            "tal",
            "Värde som tal",
            "Samma värde där det är ett tal. Tomt för ord och för tal som inte visas.",
            _number,
            Kind.NUMBER,
            width=10,
        ),
        Column("enhet", "Enhet", "Vad värdet räknas i.", _of("unit"), width=12),
        dataclasses.replace(_COUNTS, description="Ja på raden för indikatorns senaste värde."),
        Column(
            "mål",
            "Mål",
            "Vad indikatorn ska nå, med planens ord.",
            lambda row: row.entry.goal.text if row.entry.goal else None,
            width=24,
        ),
        Column(
            "mål_tal",
            "Mål som tal",
            "Talet i målet, där det har ett.",
            lambda row: row.entry.goal.value if row.entry.goal else None,
            Kind.NUMBER,
            width=10,
        ),
        Column("uppgifter_från", "Uppgifter från", "Var värdena hämtas.", _of("data_source"), width=20),
        Column(
            "nästa_värde",
            "Nästa värde",
            "När nästa värde väntas, med planens ord.",
            lambda row: row.entry.next_value.wording if row.entry.next_value else None,
        ),
        Column(
            "känslig",
            "Känslig",
            "Ja om ett litet tal kan peka ut en person.",
            _of("sensitive"),
            Kind.YES_NO,
            always=True,
            aside=True,
            width=9,
        ),
        _AREA_ID,
        _id("indikator_id", "Indikator"),
        _SOURCE_TEXT,
    ),
    _indicators,
)
TAKING_PART = Table(
    "medverkan",
    "medverkan",
    "Medverkan",
    "En rad för varje aktör som medverkar i ett område. Vem som ansvarar står i tabellen Områden.",
    (
        _AREA,
        Column(
            "aktör",
            "Aktör",
            "Den som medverkar. Alltid en roll eller en organisation.",
            lambda row: _name(row, row.entry.id),
            always=True,
            width=40,
        ),
        Column("roll", "Roll", "På vilket sätt, med planens ord.", _of("role"), width=40),
        _AREA_ID,
        Column("aktör_id", "Aktör, id", _ACTOR_ID, _of("id"), always=True, aside=True),
    ),
    _within("actors"),
)
ACTORS = Table(
    "aktörer",
    "aktorer",
    "Aktörer",
    "En rad för varje roll och organisation som planen nämner.",
    (
        Column("aktör", "Aktör", "Aktörens namn.", _of("name"), always=True, width=40),
        Column("kortnamn", "Kortnamn", "Hur aktören förkortas.", _of("short_name")),
        _NOTE,
        _id("aktör_id", "Aktör"),
        Column(
            "källnamn",
            "Namn i originalet",
            "Originalets namn, där vårt skiljer sig.",
            _of("source_name"),
            aside=True,
            width=30,
        ),
    ),
    _actors,
)
SUBLEVELS = Table(
    "delnivåer",
    "delnivaer",
    "Delnivåer",
    "En rad för varje nivå som ett område utan eget namn gäller.",
    (
        _AREA,
        Column("delnivå", "Delnivå", "Delnivån som planen skriver den.", _of("text"), always=True, width=44),
        Column(
            "preventionsnivå",
            "Preventionsnivå",
            "Vilken av planens preventionsnivåer den hör till.",
            lambda row: next(level.name for level in row.view.plan.levels if level.id == row.entry.level),
            always=True,
            width=30,
        ),
        _NOTE,
        _AREA_ID,
        _id("delnivå_id", "Delnivå"),
        _SOURCE_TEXT,
    ),
    _within("sublevels"),
)
CORRECTIONS = Table(
    "rättelser",
    "rattelser",
    "Rättelser",
    "En rad för varje rättelse av ett avslutat år.",
    (
        _AREA,
        Column("år", "År", "Året som är rättat.", _of("year"), Kind.YEAR, always=True, width=7),
        Column("datum", "Rättat den", "Dagen för rättelsen.", _of("date"), Kind.DAY, always=True, width=11),
        Column(
            "av",
            "Rättat av",
            "Den som har rättat. Alltid en roll.",
            lambda row: _name(row, row.entry.by),
            always=True,
            width=24,
        ),
        Column("text", "Rättelse", "Vad som är ändrat, och varför.", _of("text"), always=True, width=50),
        _AREA_ID,
        Column("av_id", "Rättat av, id", _ACTOR_ID, _of("by"), always=True, aside=True),
    ),
    _corrections,
)
QUESTIONS = Table(
    "frågor",
    "fragor",
    "Frågor",
    "En rad för varje fråga som redaktionen har ställt. Stannar på intranätet.",
    (
        Column(
            "område",
            "Område",
            "Området som frågan gäller. Tomt om den gäller hela planen.",
            lambda row: row.area.title if row.area else None,
            width=22,
        ),
        Column("fråga", "Fråga", "Frågan.", _of("text"), always=True, width=50),
        Column(
            "avgjord",
            "Avgjord",
            "Dagen då frågan avgjordes. Tomt så länge den är öppen.",
            _of("settled"),
            Kind.DAY,
            width=11,
        ),
        Column("svar", "Svar", "Svaret.", _of("answer"), width=40),
        Column("område_id", "Område, id", _OWN_ID, lambda row: row.area.id if row.area else None, aside=True),
        _id("fråga_id", "Fråga"),
    ),
    _questions,
    internal=True,
)
TABLES = (AREAS, ACTIVITIES, INDICATORS, TAKING_PART, ACTORS, SUBLEVELS, CORRECTIONS, QUESTIONS)


def _decided(name: str) -> Callable[[Row], Cell]:
    return lambda row: getattr(row.view.plan.frame.decision, name)


FACTS = (
    Column("titel", "Titel", "Planens titel.", lambda row: row.view.plan.frame.title, always=True),
    Column("benämning", "Benämning", "Vad planen kallas i texten.", lambda row: row.view.plan.frame.name, always=True),
    Column("kommun", "Kommun", "Kommunen.", lambda row: row.view.plan.frame.municipality, always=True),
    Column("avsändare", "Avsändare", "Den i kommunen som har gett ut planen.", lambda row: row.view.plan.frame.sender),
    Column("ansvarig_id", "Ansvarig, id", _ACTOR_ID, lambda row: row.view.plan.frame.responsible, always=True),
    Column(
        "ansvarig",
        "Ansvarig",
        "Den som ansvarar för planen.",
        lambda row: _name(row, row.view.plan.frame.responsible),
        always=True,
    ),
    Column("beslutad_av", "Beslutad av", "Vem som har beslutat planen. Tomt om det inte är känt.", _decided("body")),
    Column("beslutad_den", "Beslutad den", "Dagen för beslutet.", _decided("date"), Kind.DAY),
    Column("diarienummer", "Diarienummer", "Beslutets diarienummer.", _decided("reference")),
    Column("gäller_till", "Gäller till", "Sista dagen som planen gäller.", _decided("valid_until"), Kind.DAY),
    Column("nästa_revidering", "Nästa revidering", "När planen ska ses över.", _decided("next_revision"), Kind.DAY),
    Column(
        "per",
        "Uppgifterna gäller",
        "Dagen som filen gäller. Tidslägen och det som gäller nu räknas per den dagen.",
        lambda row: row.view.today,
        Kind.DAY,
        always=True,
    ),
    Column(
        "period",
        "Period",
        "Året som summorna räknar: det senaste som något område har en bedömning för. Är inget område bedömt: det "
        "senaste som någon aktivitet har en bedömning för, annars det senaste redovisade. Tomt om inget är redovisat.",
        lambda row: row.view.period,
        Kind.YEAR,
    ),
    Column(
        "visas_för",
        "Visas för",
        "”alla” i den öppna webbplatsens filer, ”medarbetare” i intranätets.",
        lambda row: "medarbetare" if row.view.internal else "alla",
        always=True,
    ),
)
"""What is true of the plan as a whole."""


def facts(view: PublicView) -> list[tuple[Column, Cell]]:
    """Return what is true of the plan as a whole, in its columns' order."""
    return [(column, column.read(Row(view))) for column in FACTS]
