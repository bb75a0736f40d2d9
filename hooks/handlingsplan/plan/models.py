"""What a plan is: frozen models with English names and the Swedish keys of ``plan.yaml`` as aliases.

Each kind of thing that has something internal is two types: ``PublicArea`` holds what everyone may read, ``Area``
adds what never leaves the intranet. The public site gets the ``Public…`` types, which have no such fields.

No model checks across its own fields or across entries: a check that needs other fields does not run while any field
fails. That is done on the positioned tree (``checks``). No unions, so that every fault maps to one place.

Without ``from __future__ import annotations``: pydantic would have to evaluate each annotation from its text again.
"""

import datetime
import os
import re
from calendar import monthrange
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from ..text.faults import did_you_mean, visible
from . import terms
from .scale import SCALE, Scale, Status
from .words import NUMBER_FORM, Audience, CheckState, Duty, read_date, read_number, without_unit

# Nothing that happens to be installed beside us may take part in reading a plan. And pydantic would look through every
# installed package for such plugins, which takes longer than reading the plan.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def _refuse(what: str, remedy: str) -> PydanticCustomError:
    """Return an error that carries its Swedish text; ``load`` reads the two parts."""
    return PydanticCustomError("swedish", "{what} – {remedy}", {"what": what, "remedy": remedy})


def choice(kind: type[StrEnum]) -> BeforeValidator:
    """Read an enumeration's value."""
    known = {member.value: member for member in kind}
    spoken = {word.casefold(): member for word, member in known.items()}

    def read(value: object) -> object:
        if not isinstance(value, str):
            return value
        found = spoken.get(value.casefold())
        if found is None:
            raise _refuse(f"”{visible(value)}” finns inte", did_you_mean(value, known))
        return found

    return BeforeValidator(read)


def _status(value: object) -> object:
    """Read a word of the scale, or what readers see of it."""
    if not isinstance(value, str):
        return value
    named = (each for each in SCALE.statuses if value.casefold() in {each.word.casefold(), each.label.casefold()})
    if (status := next(named, None)) is None:
        raise _refuse(f"”{visible(value)}” finns inte", did_you_mean(value, [each.word for each in SCALE.statuses]))
    return status


def _date(value: object) -> object:
    if not isinstance(value, str):
        return value
    if (day := read_date(value)) is None:
        raise _refuse(f"”{visible(value)}” är inte ett datum", _day_remedy(value))
    return day


def _day_remedy(value: str) -> str:
    """Return what to do with a day that is none, though it may be written as one."""
    remedy = "skriv år-månad-dag, till exempel 2026-11-01"
    match = re.fullmatch(r"((?:19|20|21)[0-9]{2})-([0-9]{2})-[0-9]{2}", value)
    if match is None:
        return remedy
    year, month = int(match[1]), int(match[2])
    if not 1 <= month <= len(terms.MONTHS):
        return f"det finns ingen månad {match[2]}: {remedy}"
    return f"{terms.MONTHS[month - 1]} {year} har {monthrange(year, month)[1]} dagar: rätta dagen"


def _year(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not re.fullmatch(r"(19|20|21)[0-9]{2}", value):
        raise _refuse(f"”{visible(value)}” är inte ett år", "skriv fyra siffror, till exempel 2026")
    return int(value)


def _yes(value: object) -> object:
    if value not in ("ja", "nej"):
        raise _refuse(f"”{visible(str(value))}” är varken ja eller nej", "skriv ja eller nej")
    return value == "ja"


def _months(value: object) -> object:
    match = re.fullmatch(r"([1-9][0-9]?) (månad|månader|år)", value) if isinstance(value, str) else None
    if match is None:
        raise _refuse(f"”{visible(str(value))}” är ingen tidsrymd", "skriv till exempel 12 månader eller 2 år")
    return int(match[1]) * (12 if match[2] == "år" else 1)


def _term(value: object) -> object:
    """Read ``tid``: words that a rule reads, or ``{fritext: …}`` for words that none does."""
    if isinstance(value, dict):
        words = value.get("fritext")
        if set(value) != {"fritext"} or not isinstance(words, str) or not words.strip():
            raise _refuse("har fel form", "skriv tiden som text, eller {fritext: …}")
        return terms.Term(words.strip(), terms.TermKind.FREE)
    if not isinstance(value, str):
        return value
    term = terms.parse(value)
    if term is None:
        raise _refuse(
            f"”{visible(value)}” går inte att räkna med",
            "skriv som våren 2027, senast mars 2027, 2027, löpande eller årligen; annars tid: {fritext: …}",
        )
    return term


def _number(value: object) -> object:
    if not isinstance(value, str):
        return value
    if (number := read_number(value)) is None:
        raise _refuse(f"”{visible(value)}” är inte ett tal", NUMBER_FORM)
    return number


def _digest(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch("[0-9a-f]{64}", value):
        raise _refuse(f"”{visible(value)}” är ingen kontrollsumma", "kör handlingsplan avsluta, som skriver den")
    return value


WEB = r"(?i)https://[a-z0-9åäö.-]+\.[a-z]{2,}([/?#][^\s<>\"'`{}|\\^]*)?"


def _web(value: object) -> object:
    """Only https addresses: anything else could run as code or send the reader somewhere unsafe."""
    if isinstance(value, str) and not re.fullmatch(WEB, value):
        raise _refuse(f"”{visible(value)}” är inte en webbadress", "skriv en hel adress som börjar med https://")
    return value


PHONE = r"\+?[0-9][0-9 -]{1,18}[0-9]"
MAX_PHONE = 15
"""Digits of a phone number, with its country code (ITU-T E.164)."""


def _phone(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(PHONE, value):
        raise _refuse(f"”{visible(value)}” är inte ett telefonnummer", _phone_remedy(value))
    return value


def _phone_remedy(value: str) -> str:
    """Return what to do with a phone number that no telephone can ring."""
    if "”" in value or "“" in value:
        return 'skriv siffror inom raka citattecken: "114 14"'
    whole = " ".join(value.replace("(0)", " ").split())
    if whole != value and re.fullmatch(PHONE, whole):
        return f'ta bort (0): "{whole}"' if "(0)" in value else f'skriv "{whole}"'
    parts = [part.strip() for part in re.split(r"[,;/]|\b(?:eller|och|el)\b", value)]
    several = len(parts) > 1 and all(re.fullmatch(PHONE, part) for part in parts)
    if several or (re.fullmatch(r"[0-9 +-]+", value) and sum(map(str.isdigit, value)) > MAX_PHONE):
        return "skriv ett nummer per kontakt; det andra blir en egen kontakt"
    return 'skriv bara siffror, blanksteg och bindestreck: "114 14"'


def _email(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", value):
        raise _refuse(f"”{visible(value)}” är inte en e-postadress", "skriv en funktionsadress, till exempel kontakt@…")
    return value


def _as_list(value: object) -> object:
    """Let one id stand for a list of one."""
    return [value] if isinstance(value, str) else value


Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
QuestionId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$", max_length=60)]
Text: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Day: TypeAlias = Annotated[datetime.date, BeforeValidator(_date)]
Year: TypeAlias = Annotated[int, BeforeValidator(_year)]
YesNo: TypeAlias = Annotated[bool, BeforeValidator(_yes)]
Months: TypeAlias = Annotated[int, BeforeValidator(_months)]
Number: TypeAlias = Annotated[Decimal, BeforeValidator(_number)]
Digest: TypeAlias = Annotated[str, BeforeValidator(_digest)]
Term: TypeAlias = Annotated[terms.Term, BeforeValidator(_term)]
Web: TypeAlias = Annotated[str, BeforeValidator(_web)]
Phone: TypeAlias = Annotated[str, BeforeValidator(_phone)]
Email: TypeAlias = Annotated[str, BeforeValidator(_email)]
StatusWord: TypeAlias = Annotated[Status, BeforeValidator(_status), PlainSerializer(str, return_type=str)]
AudienceWord: TypeAlias = Annotated[Audience, choice(Audience)]

T = TypeVar("T")


def _or(empty: Any) -> BeforeValidator:
    """Read ``nyckel:`` with nothing after it as not stated."""
    return BeforeValidator(lambda value: empty if value is None else value)


Several: TypeAlias = Annotated[tuple[T, ...], _or(())]
ById: TypeAlias = Annotated[dict[str, T], _or({})]


class Frozen(BaseModel):
    """Base of every model: cannot be changed, refuses unknown keys, speaks Swedish outwards."""

    # Built as a whole when the first plan is read: building each class by itself costs more than reading a plan.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, arbitrary_types_allowed=True)


class Passage(Frozen):
    """A text of the plan: ours, the source's wording where it differs, and a public note on what has aged."""

    text: Text
    source_text: Text | None = Field(None, alias="källtext")
    note: Text | None = Field(None, alias="anmärkning")


class Decision(Frozen):
    """Who decided the plan, when, and for how long. Empty until the municipality says."""

    body: Text | None = Field(None, alias="organ")
    date: Day | None = Field(None, alias="datum")
    reference: Text | None = Field(None, alias="diarienummer")
    valid_until: Day | None = Field(None, alias="gäller_till")
    next_revision: Day | None = Field(None, alias="nästa_revidering")


class Question(Frozen):
    """An editorial question. Always internal."""

    id: QuestionId
    text: Text
    settled: Day | None = Field(None, alias="avgjord")
    answer: Text | None = Field(None, alias="svar")


class PublicFrame(Frozen):
    """The plan as a document: what it is called, who sends it, what it says before its tables."""

    title: Text = Field(alias="titel")
    name: Text = Field(alias="benämning")
    municipality: Text = Field(alias="kommun")
    website: Web | None = Field(None, alias="kommun_webb")
    """The municipality's own site, where a reader finds what the pages lack."""
    sender: Text | None = Field(None, alias="avsändare")
    responsible: Id = Field(alias="ansvarig")
    decision: Annotated[Decision, _or({})] = Field(Decision.model_construct(), alias="beslut")
    purpose: Passage = Field(alias="syfte")
    cooperation: Passage | None = Field(None, alias="samverkan")
    support: Passage | None = Field(None, alias="stöd_till_kommunen")
    levels: Passage | None = Field(None, alias="preventionsnivåer")
    term_note: Text | None = Field(None, alias="tid_anmärkning")


class Frame(PublicFrame):
    """The document with its editorial questions."""

    questions: Several[Question] = Field((), alias="frågor")


class PreventionLevel(Frozen):
    """One of the plan's levels of prevention."""

    id: Id
    name: Text = Field(alias="namn")
    description: Text | None = Field(None, alias="beskrivning")
    source_name: Text | None = Field(None, alias="källnamn")
    source_text: Text | None = Field(None, alias="källtext")
    note: Text | None = Field(None, alias="anmärkning")


class SourceTable(Frozen):
    """One of the source's tables, with its seven headings as the source writes them."""

    number: Text = Field(alias="nummer")
    columns: Annotated[tuple[Text, ...], Field(min_length=7, max_length=7)] = Field(alias="kolumner")


class Actor(Frozen):
    """A role or an organisation. Never a person."""

    id: Id
    name: Text = Field(alias="namn")
    short_name: Text | None = Field(None, alias="kortnamn")
    source_name: Text | None = Field(None, alias="källnamn")
    note: Text | None = Field(None, alias="anmärkning")


class Check(Frozen):
    """When and where a contact detail was last confirmed."""

    state: Annotated[CheckState, choice(CheckState)] = Field(alias="läge")
    date: Day | None = Field(None, alias="datum")
    source: Web | None = Field(None, alias="källa")
    by: Id | None = Field(None, alias="av")


class PublicContact(Frozen):
    """Whom to call, for what, and how sure the number is."""

    id: Id
    name: Text = Field(alias="namn")
    phone: Phone | None = Field(None, alias="telefon")
    web: Web | None = Field(None, alias="webb")
    email: Email | None = Field(None, alias="e_post")
    when: Text | None = Field(None, alias="när")
    hours: Text | None = Field(None, alias="öppet")
    meanwhile: Text | None = Field(None, alias="tills_vidare")
    meanwhile_residents: Text | None = Field(None, alias="tills_vidare_invånare")
    """Stands in its place on the public site, whose readers may have no manager or routine to turn to."""
    required: YesNo = Field(default=False, alias="krävs_för_publicering")
    always: YesNo = Field(default=False, alias="alltid")
    audiences: Several[AudienceWord] = Field((), alias="visas")
    check: Check = Field(alias="kontroll")
    search_words: Several[Text] = Field((), alias="sökord")
    """What people call it when they search."""

    @property
    def missing(self) -> bool:
        """Whether no detail may be shown."""
        return self.check.state is CheckState.MISSING


class Contact(PublicContact):
    """A contact with what only its editors need to know."""

    internal_note: Text | None = Field(None, alias="intern_anteckning")


class Workplace(Frozen):
    """Where the reader works: decides who must report and who should."""

    id: Id
    name: Text = Field(alias="namn")
    duty: Annotated[Duty, choice(Duty)] = Field(alias="anmälan")
    text: Text


class WorkplaceAnswer(Frozen):
    """What is special about a situation at some workplaces."""

    workplaces: Annotated[tuple[Id, ...], BeforeValidator(_as_list)] = Field(alias="id")
    text: Text


class PublicSituation(Frozen):
    """Something a reader worries about: the answer first, then whom to call, then what to do."""

    id: Id
    heading: Text = Field(alias="rubrik")
    answer: Text = Field(alias="svar")
    answer_residents: Text | None = Field(None, alias="svar_invånare")
    """Stands right after it on the public site, for those to whom the answer's words are too hard."""
    contacts: Several[Id] = Field((), alias="kontakter")
    residents: Several[Text] = Field((), alias="invånare")
    workplaces: tuple[WorkplaceAnswer, ...] = Field(alias="arbetsplatser")
    audiences: Several[AudienceWord] = Field((), alias="visas")
    search_words: Several[Text] = Field((), alias="sökord")
    """What people search for when they are in it."""

    def answer_at(self, workplace: str) -> str:
        """Return what is special at a workplace. ``checks`` has made sure that each is answered."""
        return next(answer.text for answer in self.workplaces if workplace in answer.workplaces)


class Situation(PublicSituation):
    """A situation with the steps for staff, which stay on the intranet."""

    staff: Several[Text] = Field((), alias="personal")


class PublicGuidance(Frozen):
    """Whom to contact: situations × workplaces."""

    reviewed: Day | None = Field(None, alias="granskad")
    reviewed_by: Id = Field(alias="granskas_av")
    review_within: Months = Field(alias="granskas_inom")
    workplaces: tuple[Workplace, ...] = Field(alias="arbetsplatser")
    situations: tuple[PublicSituation, ...] = Field(alias="situationer")


class Guidance(PublicGuidance):
    """The guidance as staff read it."""

    situations: tuple[Situation, ...] = Field(alias="situationer")


class Participation(Frozen):
    """An actor's part in an area, in the source's words: *publicering*, *i samverkan med*."""

    id: Id
    role: Text | None = Field(None, alias="roll")


class Sublevel(Frozen):
    """One of the levels that a row without a name of its own stands for."""

    id: Id
    text: Text
    source_text: Text | None = Field(None, alias="källtext")
    level: Id = Field(alias="nivå")
    note: Text | None = Field(None, alias="anmärkning")


class Goal(Frozen):
    """What an indicator should reach, as the plan words it, and the number in it."""

    text: Text
    value: Number | None = Field(None, alias="värde")


class Indicator(Frozen):
    """What the plan wants to see or count."""

    id: Id
    text: Text
    source_text: Text | None = Field(None, alias="källtext")
    sensitive: YesNo = Field(default=False, alias="känslig")
    """Whether a small number could point out a person."""
    unit: Text | None = Field(None, alias="enhet")
    goal: Goal | None = Field(None, alias="mål")
    data_source: Text | None = Field(None, alias="uppgifter_från")
    """Where its values are taken from."""
    next_value: Term | None = Field(None, alias="nästa_värde")
    """When its next value is due."""
    pages: AudienceWord | None = Field(None, alias="sidor")
    """Whose pages' review dates are evidence for it: *Uppdaterad information finns på hemsidan*."""

    @field_validator("goal", mode="before")
    @classmethod
    def _goal_without_unit(cls, goal: object, info: ValidationInfo) -> object:
        """Let the number in a goal be followed by its unit, as a value may be."""
        if not isinstance(goal, dict) or not isinstance(value := goal.get("värde"), str):
            return goal
        return {**goal, "värde": without_unit(value, info.data.get("unit"))}


class Activity(Frozen):
    """Something the plan says shall be done."""

    id: Id
    text: Text
    source_text: Text | None = Field(None, alias="källtext")
    term: Term | None = Field(None, alias="tid")
    note: Text | None = Field(None, alias="anmärkning")


class PublicFollowUp(Frozen):
    """One year's follow-up of an area, as the responsible body has given it."""

    year: Year = Field(alias="år")
    status: Annotated[StatusWord, _or(SCALE.unassessed)] = SCALE.unassessed
    date: Day | None = Field(None, alias="datum")
    assessed_by: Id | None = Field(None, alias="bedömd_av")
    evidence: Text | None = Field(None, alias="underlag")
    result: Text | None = Field(None, alias="resultat")
    reason: Text | None = Field(None, alias="motivering")
    """Why it is assessed so; where it differs from the year before, why that changed."""
    activities: ById[StatusWord] = Field({}, alias="aktiviteter")
    indicators: ById[Text] = Field({}, alias="indikatorer")


class FollowUp(PublicFollowUp):
    """A year's follow-up with the comment that stays on the intranet."""

    internal_comment: Text | None = Field(None, alias="intern_kommentar")


class PublicArea(Frozen):
    """One row of the plan."""

    id: Id
    table: Text = Field(alias="tabell")
    name: Text | None = Field(None, alias="namn")
    editorial_heading: Text | None = Field(None, alias="rubrik_redaktion")
    """Ours, for the row that the source leaves unnamed, and marked so."""
    sublevels: Several[Sublevel] = Field((), alias="delnivåer")
    responsible: Id = Field(alias="ansvarig")
    actors: Several[Participation] = Field((), alias="aktörer")
    actors_source_text: Text | None = Field(None, alias="aktörer_källtext")
    indicators: Several[Indicator] = Field((), alias="indikatorer")
    activities: Several[Activity] = Field((), alias="aktiviteter")
    plan_comment: Text | None = Field(None, alias="plankommentar")
    plan_comment_source_text: Text | None = Field(None, alias="plankommentar_källtext")
    note: Text | None = Field(None, alias="anmärkning")
    follow_ups: Several[PublicFollowUp] = Field((), alias="uppföljning")

    @property
    def title(self) -> str:
        """The row's name, or our heading for a row without one."""
        return self.name or self.editorial_heading or self.id


class Area(PublicArea):
    """One row with its editorial questions and internal comments."""

    follow_ups: Several[FollowUp] = Field((), alias="uppföljning")
    questions: Several[Question] = Field((), alias="frågor")


class PublicClosedYear(Frozen):
    """A year whose follow-up is sealed: it may be corrected, with a date and a reason, but not rewritten."""

    year: Year = Field(alias="år")
    date: Day = Field(alias="datum")
    by: Id = Field(alias="av")


class ClosedYear(PublicClosedYear):
    """A closed year with the SHA-256 of each area's follow-up, which would let a reader guess masked numbers."""

    sha256: ById[Digest] = {}


class PublicCorrection(Frozen):
    """A change of a closed year, and why."""

    year: Year = Field(alias="år")
    area: Id = Field(alias="område")
    date: Day = Field(alias="datum")
    by: Id = Field(alias="av")
    text: Text


class Correction(PublicCorrection):
    """A correction with the SHA-256 of the area's follow-up after it."""

    sha256: Digest | None = None


class PersonalDataException(Frozen):
    """Something that looks like personal data and may stand all the same. Always internal; see ``rules.personal``."""

    value: Text = Field(alias="värde")
    reason: Text = Field(alias="skäl")
    date: Day = Field(alias="datum")
    by: Id = Field(alias="av")


class PublicPlan(Frozen):
    """What everyone may read. Has no field for anything internal."""

    frame: PublicFrame = Field(alias="plan")
    levels: Several[PreventionLevel] = Field((), alias="preventionsnivåer")
    tables: tuple[SourceTable, ...] = Field(alias="tabeller")
    actors: tuple[Actor, ...] = Field(alias="aktörer")
    contacts: tuple[PublicContact, ...] = Field(alias="kontakter")
    guidance: PublicGuidance = Field(alias="vägledning")
    areas: tuple[PublicArea, ...] = Field(alias="områden")
    closed_years: Several[PublicClosedYear] = Field((), alias="avslutade_år")
    corrections: Several[PublicCorrection] = Field((), alias="rättelser")

    @property
    def scale(self) -> Scale:
        """The statuses that its follow-ups are written in."""
        return SCALE


class Plan(PublicPlan):
    """The whole of ``plan.yaml``."""

    format: Text
    frame: Frame = Field(alias="plan")
    contacts: tuple[Contact, ...] = Field(alias="kontakter")
    guidance: Guidance = Field(alias="vägledning")
    areas: tuple[Area, ...] = Field(alias="områden")
    closed_years: Several[ClosedYear] = Field((), alias="avslutade_år")
    corrections: Several[Correction] = Field((), alias="rättelser")
    exceptions: Several[PersonalDataException] = Field((), alias="undantag")
