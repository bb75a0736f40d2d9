"""Any valid plan, for hypothesis: plain data made from the models, with references that lead somewhere.

A field that is added to a model is filled in here by itself. One of a new kind, or a new reference, is an error until
it is told how to be made; so no field can be forgotten.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from enum import StrEnum
from typing import Any, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel

import plan_fields
from handlingsplan.plan import models as m
from handlingsplan.plan.checks import COLUMNS, NOTHING, OWN_ANCHORS, RESERVED_IDS
from handlingsplan.plan.scale import SCALE
from handlingsplan.plan.words import CheckState, almost_number
from handlingsplan.text.decoding import FORBIDDEN

CODE = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "{{ 1 }}", "{% x %}",
    "<!--", "-->", "|", "a | b", "&amp;", "*x*", "`x`", '"', "'", "]]>", "</script>", "# x", '--8<-- "x"', "x: y",
    "åäö", "日本", "👩‍👩‍👧", "مرحبا", "a\u00a0b", "rad ett\nrad två", "no", "~", "null", "0611234", "12:30", "1e3", "…",
)  # fmt: skip
"""Texts that some program between the file and the reader might take for something else."""


def _clean(text: str) -> str:
    # What no text may hold is taken out; the reader refuses it.
    text = re.sub(f"{FORBIDDEN}|[\ufffd\ue000-\uf8ffÃ]|â€", "", unicodedata.normalize("NFC", text)).strip()
    return unicodedata.normalize("NFC", text)


TEXTS = (
    st.text(st.characters(exclude_categories=["Cs", "Co", "Cc"]), max_size=12) | st.sampled_from(CODE)
).map(_clean).filter(lambda text: not re.fullmatch(NOTHING, text))  # fmt: skip
IDS = st.from_regex(r"[a-z0-9]{1,4}(-[a-z0-9]{1,3})?", fullmatch=True).filter(
    lambda id_: id_ not in RESERVED_IDS and not re.fullmatch("|".join(OWN_ANCHORS.values()), id_)
)
YEARS = st.integers(1900, 2199) | st.integers(2023, 2027)
DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)) | st.dates(
    datetime.date(2025, 1, 1), datetime.date(2027, 12, 31)
)
TERMS = st.sampled_from(
    ["våren 2017", "HT 2027", "2018", "senast mars 2027", "Q1 2027", "2017–2018", "1–15 mars 2027", "löpande",
     "årligen", "utsedd 2016", "2026-11-22"]
) | TEXTS.map(lambda words: {"fritext": words})  # fmt: skip

WORDS = {word: each for each in SCALE.statuses for word in (each.word, each.label, each.word.upper())}
"""What may be written as a status."""


LEAVES: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (m.Text, TEXTS),
    (m.Day, DAYS.map(str)),
    (m.Year, YEARS.map(str)),
    (m.YesNo, st.sampled_from(["ja", "nej"])),
    (m.Months, st.integers(1, 99).flatmap(lambda n: st.sampled_from([f"{n} månader", f"{n} år"]))),
    (m.Term, TERMS),
    (m.Web, st.sampled_from(["https://polisen.se", "https://www.åäö.example/a?b=c&d=%3Cx%3E#y", "HTTPS://X.se/(a)"])),
    (m.Phone, st.sampled_from(["112", "114 14", "060-16 30 00", "+46 60 16 30 00"])),
    (m.Number, st.sampled_from(["0", "6", "12,5", "999999999"])),
    (m.Digest, st.just("0" * 64)),
    (m.Email, st.sampled_from(["kontakt@example.se", "räd-d.ning+x@åre.example.se"])),
    (m.StatusWord, st.sampled_from([*WORDS])),
]


class Unknown(Exception):  # noqa: N818  # it is not known how to make something
    """A model has a field that this file does not know how to fill in."""


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """Make a plan as plain data: every scalar a text, as ``projects.dumped`` writes it and ``load.parse`` reads it."""
    return _Maker(draw).plan()


class _Maker:
    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.ids: dict[str, list[str]] = {}

    def plan(self) -> dict[str, Any]:
        self.ids = {"aktörer": self.some_ids(1), "kontakter": self.some_ids(), "preventionsnivåer": self.some_ids()}
        # What shares a page must not share an anchor.
        guidance = self.some_ids(2, most=5)
        self.ids["arbetsplatser"], self.ids["situationer"] = guidance[:1] + guidance[2:3], guidance[1:2] + guidance[3:]
        self.rows = self.some_ids(8, most=14)
        self.ids["områden"] = [self.rows.pop() for _ in range(self.draw(st.integers(1, 3)))]
        self.ids["tabeller"] = self.draw(st.lists(TEXTS, min_size=1, max_size=2, unique=True))
        areas = [self.area(id_) for id_ in self.ids["områden"]]
        self.ask(areas)
        return self.entry(
            m.Plan,
            format="1",
            plan=self.entry(m.Frame, ansvarig=self.one("aktörer"), frågor=self.questions.pop(), beslut=self.decision()),
            preventionsnivåer=[self.entry(m.PreventionLevel, id=id_) for id_ in self.ids["preventionsnivåer"]],
            tabeller=[self.entry(m.SourceTable, nummer=number) for number in self.ids["tabeller"]],
            aktörer=[self.entry(m.Actor, id=id_) for id_ in self.ids["aktörer"]],
            kontakter=[self.contact(id_) for id_ in self.ids["kontakter"]],
            vägledning=self.entry(
                m.Guidance,
                granskas_av=self.one("aktörer"),
                arbetsplatser=[self.entry(m.Workplace, id=id_) for id_ in self.ids["arbetsplatser"]],
                situationer=[self.situation(id_) for id_ in self.ids["situationer"]],
            ),
            områden=areas,
            avslutade_år=_ABSENT,
            rättelser=_ABSENT,
            undantag=[self.entry(m.PersonalDataException, av=actor) for actor in self.several("aktörer")],
        )

    # Pieces -----------------------------------------------------------------------------------------------------------

    def some_ids(self, least: int = 0, most: int = 3) -> list[str]:
        return self.draw(st.lists(IDS, min_size=least, max_size=most, unique=True))

    def one(self, kind: str) -> str:
        return str(self.draw(st.sampled_from(self.ids[kind])))

    def several(self, kind: str) -> list[str]:
        return self.draw(st.lists(st.sampled_from(self.ids[kind]), max_size=3, unique=True)) if self.ids[kind] else []

    def entry(self, model: type[BaseModel], **given: Any) -> dict[str, Any]:
        """Make an entry: what is given, and whatever its model asks for or allows besides."""
        made = {}
        known = plan_fields.fields(model)
        if strange := given.keys() - {field.key for field in known}:
            raise Unknown(f"{model.__name__} has no {strange}")
        for field in known:
            if field.key in given:
                if given[field.key] is not _ABSENT:
                    made[field.key] = given[field.key]
            elif field.required or self.draw(st.booleans()):
                empty = not field.required and self.draw(st.integers(0, 5)) == 0 and field.hint != m.YesNo
                made[field.key] = None if empty else self.value(field, field.hint)
        return made

    def value(self, field: plan_fields.Field, hint: Any) -> Any:
        for leaf, strategy in LEAVES:
            if hint == leaf:
                return self.draw(strategy)
        if isinstance(hint, type) and issubclass(hint, BaseModel):
            return self.entry(hint)
        origin, parts = get_origin(hint), get_args(hint)
        if origin is tuple:
            if field.key == "kolumner":  # each names its own column: what names another's is a fault
                return [f"{name} {self.value(field, parts[0])}" for name in list(COLUMNS)[:7]]
            return [self.value(field, parts[0]) for _ in range(self.draw(st.integers(0, 3)))]
        if parts and isinstance(parts[0], type) and issubclass(parts[0], StrEnum):
            return str(self.draw(st.sampled_from(list(parts[0]))))
        if parts and hint != m.Id and type(None) in parts:
            return self.value(field, next(part for part in parts if part is not type(None)))
        if parts and hint != m.Id and get_origin(parts[0]) is not dict and parts[0] is not str:
            return self.value(field, parts[0])
        raise Unknown(f"{field.model.__name__}.{field.key}")

    def decision(self) -> Any:
        if self.draw(st.booleans()):
            return self.draw(st.sampled_from([_ABSENT, None]))
        decision = self.entry(m.Decision)
        for key in ("gäller_till", "nästa_revidering"):
            if isinstance(decision.get("datum"), str) and isinstance(decision.get(key), str):
                decision[key] = max(decision[key], decision["datum"])
        return decision

    def contact(self, id_: str) -> dict[str, Any]:
        state = self.draw(st.sampled_from(list(CheckState)))
        details: dict[str, Any] = dict.fromkeys(("telefon", "webb", "e_post"), _ABSENT)
        control: dict[str, Any] = {"läge": state.value, "av": _ABSENT}
        if state is CheckState.MISSING:
            details["tills_vidare"] = self.draw(TEXTS)
        else:
            for key, kind in (("telefon", m.Phone), ("webb", m.Web), ("e_post", m.Email)):
                if self.draw(st.booleans()):
                    details[key] = self.draw(dict(LEAVES)[kind])
            if all(value is _ABSENT for value in details.values()):
                details["telefon"] = "112"
            control["datum"] = str(self.draw(DAYS))
            if state is CheckState.FROM_SOURCE:
                control["källa"] = self.draw(dict(LEAVES)[m.Web])
            else:
                control["av"] = self.one("aktörer")
        return self.entry(m.Contact, id=id_, kontroll=self.entry(m.Check, **control), **details)

    def situation(self, id_: str) -> dict[str, Any]:
        everywhere = self.ids["arbetsplatser"]
        groups = [everywhere] if self.draw(st.booleans()) else [[place] for place in everywhere]
        answers = [
            self.entry(m.WorkplaceAnswer, id=group[0] if len(group) == 1 and self.draw(st.booleans()) else group)
            for group in groups
        ]
        # An answer without anything to do now is a fault.
        answer = f"{self.draw(TEXTS)} 112"
        return self.entry(m.Situation, id=id_, svar=answer, arbetsplatser=answers, kontakter=self.several("kontakter"))

    def area(self, id_: str) -> dict[str, Any]:
        named = self.draw(st.booleans())
        activities = [
            self.entry(m.Activity, id=self.rows.pop()) for _ in range(min(self.draw(st.integers(0, 2)), len(self.rows)))
        ]
        sublevels = []
        if self.draw(st.booleans()) and self.ids["preventionsnivåer"] and self.rows:
            sublevels = [self.entry(m.Sublevel, id=self.rows.pop(), nivå=self.one("preventionsnivåer"))]
        indicators = [self.entry(m.Indicator, id=each) for each in self.some_ids(most=2)]
        years = self.draw(st.lists(YEARS, max_size=3, unique=True))
        return self.entry(
            m.Area,
            id=id_,
            tabell=self.one("tabeller"),
            ansvarig=self.one("aktörer"),
            aktörer=[self.entry(m.Participation, id=actor) for actor in self.several("aktörer")],
            namn=self.draw(TEXTS) if named else _ABSENT,
            rubrik_redaktion=_ABSENT if named else self.draw(TEXTS),
            delnivåer=sublevels,
            indikatorer=indicators,
            aktiviteter=activities,
            uppföljning=[self.follow_up(year, activities, indicators) for year in years],
            frågor=_ABSENT,
        )

    def follow_up(
        self, year: int, activities: list[dict[str, Any]], indicators: list[dict[str, Any]]
    ) -> dict[str, Any]:
        """Make a year's follow-up; a verdict stands on its evidence."""
        words = dict(LEAVES)[m.StatusWord]
        states = {each["id"]: self.draw(words) for each in activities if self.draw(st.booleans())}
        values = {
            each["id"]: str(self.draw(st.integers(0, 999_999_999)))
            if each.get("känslig") == "ja"
            else self.draw(TEXTS.filter(lambda text: almost_number(text, "x") is None) | st.integers(0, 20).map(str))
            for each in indicators
            if self.draw(st.booleans())
        }
        status = self.draw(words)
        codes = {WORDS[word] for word in (status, *states.values())}
        more: dict[str, Any] = {"datum": _ABSENT, "bedömd_av": _ABSENT}
        if self.draw(st.booleans()) or any(code.assessed for code in codes):
            days = st.dates(datetime.date(year, 1, 1), datetime.date(2199, 12, 31))
            more = {"datum": str(self.draw(days)), "bedömd_av": self.one("aktörer"), "underlag": self.draw(TEXTS)}
        if WORDS[status] is SCALE.best:
            more["resultat"] = self.draw(TEXTS)
        return self.entry(m.FollowUp, år=str(year), status=status, aktiviteter=states, indikatorer=values, **more)

    def ask(self, areas: list[dict[str, Any]]) -> None:
        """Put some questions to areas, and leave the rest for the plan as a whole."""
        ids = iter(self.draw(st.lists(QUESTION_IDS, max_size=4, unique_by=str.casefold)))
        for area in areas:
            if self.draw(st.booleans()) and (id_ := next(ids, "")):
                area["frågor"] = [self.question(id_)]
        self.questions = [[self.question(id_) for id_ in ids]]

    def question(self, id_: str) -> dict[str, Any]:
        """Make a question, settled on a day with an answer, or open."""
        settled = {"avgjord": str(self.draw(DAYS)), "svar": self.draw(TEXTS)} if self.draw(st.booleans()) else {}
        return self.entry(m.Question, **({"id": id_, "avgjord": _ABSENT, "svar": _ABSENT} | settled))


_ABSENT = object()
QUESTION_IDS = st.from_regex(r"[A-Za-z0-9]{1,3}", fullmatch=True)
