"""What crosses entries: references, ids, evidence, answers. Checked on the positioned tree, before the models.

Rules live here, not in the models' validators, because those do not run while any field of the entry fails; this way
one run shows everything. Nodes of the wrong shape are passed over: the models report them.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from ..text.faults import MAX_FAULTS, Fault, did_you_mean, suggested_id, visible
from ..text.reader import Mapping, Place, Sequence, mappings
from .scale import SCALE
from .words import NUMBER_FORM, almost_number, read_date

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT = "1"

EVIDENCE = {
    "datum": "skriv dagen för bedömningen",
    "bedömd_av": "skriv id för den som har bedömt",
    "underlag": "skriv vad bedömningen bygger på",
}
"""What a verdict needs, and what to do where it is missing."""
CONTROL = {
    "datum": "skriv dagen då uppgiften kontrollerades",
    "källa": "skriv webbadressen där uppgiften står",
    "av": "skriv id för den som har kontrollerat",
}
MAX_DIGITS = 9
"""A count of people has no more; Python refuses to read thousands of digits as a number."""

_STATUS = {word.casefold(): status for status in SCALE.statuses for word in (status.word, status.label)}

RESERVED_IDS = {
    "index", "con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)),
}  # fmt: skip
"""``index`` is a page of our own; the others cannot be file names on Windows."""

WHOLE = "plan"
"""The name of the whole plan's calendar, beside which each actor has one."""

OWN_ANCHORS = {
    "områden": "aktiviteter|aktorer|andrat|ar-[0-9]{4}|efter-status|forklaring|historik|indikator(er|-.*)|kommentar"
    "|ladda-ner|omrade-for-omrade|oversikt|per-ansvarig|status(-.*)?|uppfoljning",
    "vägledning": "dar-du-arbetar|gor-sa-har",
    "preventionsnivåer": "kalender|omraden|plan|preventionsnivaer|samverkan|stod-till-kommunen|syfte|vem-gor-vad",
    "aktörer": "ansvarig|att-folja-upp|deltar|efter-status|kalender|status-.*|tider(-.*)?",
    "kontakter": "kontakter",
}
"""The anchors of our own headings on the pages where a part's ids are anchors too: one link would have two goals."""

COLUMNS = {
    "område": "område",
    "aktivitet": "aktivitet|åtgärd|göras",
    "indikator": "indikator|mätetal|mått",
    "aktörer": "aktör|medansvar",
    "ansvarig": "ansvar",
    "resultat": "resultat|status|utfall",
    "kommentar": "komment",
    "tid": r"\btid",
    "kostnad": "kostnad|budget",
}
"""What the seven columns of a table hold, in their order, and last what none of them does; with the words for each."""

NOTHING = r"[-–—.…?!*/\s]*"
"""A text that says nothing: what people write in a cell that they leave empty."""

WHEREVER = ", också överallt där id används"

REQUIRED = {"områden", "aktörer", "tabeller", "kontakter", "arbetsplatser"}
"""Lists that a plan must have: the model says so once where one is missing, so that not every reference does."""


def check(tree: Mapping, file: str) -> list[Fault]:
    """Return every fault that needs more than one entry to be seen."""
    checker = _Checker(tree, file)
    checker.version()
    checker.ids()
    checker.references()
    checker.answers()
    checker.contacts()
    checker.areas()
    checker.questions()
    checker.headings()
    checker.decision()
    return [fault for fault in checker.faults if (fault.line, fault.column) not in tree.unread]


class _Checker:
    def __init__(self, tree: Mapping, file: str) -> None:
        self.tree = tree
        self.file = file
        self.faults: list[Fault] = []
        self.areas_ = list(mappings(tree.get("områden")))
        self.contacts_ = list(mappings(tree.get("kontakter")))
        guidance = tree.get("vägledning")
        self.guidance = guidance if isinstance(guidance, Mapping) else Mapping((1, 1))
        self.situations = list(mappings(self.guidance.get("situationer")))
        self.suggested: set[str] = set()
        """What ids that cannot be ids should be instead: a reference that says so already is right."""
        self.actors = self.ids_in(tree, "aktörer")
        self.actor_names = {
            name: node["id"]
            for node in mappings(tree.get("aktörer"))
            for key in ("namn", "kortnamn")
            if isinstance(name := node.get(key), str) and isinstance(node.get("id"), str)
        }

    def fault(self, node: Mapping, key: str, what: str, remedy: str) -> None:
        """Report a fault at a key's value, or at the entry where the key is missing or empty."""
        place = node.value_places.get(key, node.place)
        if key in node and node[key] is None:
            place = node.key_places[key]
        self.at(place, what, remedy)

    def given(self, node: Mapping, key: str) -> bool:
        """Whether an entry states something at a key, a dash alone does not; what could not be read is not missing."""
        value = node.get(key)
        if value and not (isinstance(value, str) and re.fullmatch(NOTHING, value)):
            return True
        return key in node and not self.tree.unread.isdisjoint((node.key_places[key], node.value_places[key]))

    def at(self, place: Place, what: str, remedy: str) -> None:
        self.faults.append(Fault(self.file, *place, what, remedy))

    def ids_in(self, node: Mapping, key: str, name: str = "id") -> list[str] | None:
        """Return the ids of the entries at a key; None where not all of them are known.

        Then a fault is reported already, and every reference that seems to lead nowhere is its echo.
        """
        if not self.given(node, key) and node.complete and key not in REQUIRED:
            return []
        entries = node.get(key)
        if not isinstance(entries, Sequence) or not entries.complete:
            return None
        ids: list[str] = []
        for entry in entries:
            value = self.sure(entry, name)
            if not isinstance(value, str):
                return None
            ids.append(value)
            if name == "id" and (better := suggested_id(value)) != value:
                self.suggested.add(better)
        return ids

    def sure(self, entry: object, key: str) -> object:
        """Return the value at a key of an entry; None where it, or the entry, could not be read."""
        if not isinstance(entry, Mapping) or not entry.complete or key not in entry:
            return None
        return None if entry.value_places[key] in self.tree.unread else entry[key]

    def version(self) -> None:
        """A file of another format is read as far as it goes."""
        number = self.tree.get("format")
        if isinstance(number, str) and number != FORMAT:
            what = f"format: ”{visible(number)}” kan inte läsas av den här versionen"
            self.fault(self.tree, "format", what, f"skriv {FORMAT}, eller byt programversion")

    # Ids ----------------------------------------------------------------------------------------------------------

    def ids(self) -> None:
        """An id is an anchor in an address, so it names one thing. Areas share their pages with what is in them."""
        for name in ("preventionsnivåer", "aktörer", "kontakter"):
            self._unique(mappings(self.tree.get(name)))
        self._unique(mappings(self.tree.get("tabeller")), key="nummer")
        self._unique(mappings(self.tree.get("avslutade_år")), key="år")
        workplaces = [*mappings(self.guidance.get("arbetsplatser"))]
        self._unique(iter([*workplaces, *self.situations]))
        parts = ("aktiviteter", "delnivåer")
        rows = [node for area in self.areas_ for node in (area, *(n for key in parts for n in mappings(area.get(key))))]
        self._unique(iter(rows))
        for area in self.areas_:
            self._unique(mappings(area.get("indikatorer")))
            self._unique(mappings(area.get("uppföljning")), key="år")
        frame = self.tree.get("plan")
        questions = [*mappings(frame.get("frågor"))] if isinstance(frame, Mapping) else []
        self._unique(node for group in (questions, *(mappings(a.get("frågor")) for a in self.areas_)) for node in group)
        for node in (*self.areas_, *mappings(self.tree.get("aktörer")), *self.situations):
            if str(node.get("id")) in RESERVED_IDS:
                self.fault(
                    node, "id", f"id: ”{node['id']}” kan inte användas", f"lägg till ett ord{WHEREVER}; id blir filnamn"
                )
        for node in mappings(self.tree.get("aktörer")):
            if node.get("id") == WHOLE:
                self.fault(
                    node,
                    "id",
                    f"id: ”{WHOLE}” kan inte användas",
                    f"lägg till ett ord{WHEREVER}; hela planens kalender heter så",
                )
        anchored = {"områden": rows, "vägledning": [*workplaces, *self.situations]}
        for part, own in OWN_ANCHORS.items():
            for node in anchored.get(part) or mappings(self.tree.get(part)):
                word = node.get("id")
                if isinstance(word, str) and re.fullmatch(own, word):
                    remedy = f"lägg till ett ord{WHEREVER}; en rubrik på sidan har redan det ankaret"
                    self.fault(node, "id", f"id: ”{visible(word)}” kan inte användas", remedy)

    def _unique(self, nodes: Iterator[Mapping], key: str = "id") -> None:
        seen: dict[str, int] = {}
        for node in nodes:
            value = node.get(key)
            if not isinstance(value, str):
                continue
            # An anchor in lower case: case does not tell two questions apart.
            if (name := value.casefold()) in seen:
                what = f"{key} ”{visible(value)}” finns redan på rad {seen[name]}"
                self.fault(
                    node, key, what, "ge den här posten ett eget id" if key == "id" else "ta bort den ena posten"
                )
            else:
                seen[name] = node.value_places[key][0]

    # References ---------------------------------------------------------------------------------------------------

    def references(self) -> None:
        """Every id that is pointed at exists."""
        frame = self.tree.get("plan")
        if isinstance(frame, Mapping):
            self._points(frame, "ansvarig", self.actors)
        self._points(self.guidance, "granskas_av", self.actors)
        controls = [control for contact in self.contacts_ if isinstance(control := contact.get("kontroll"), Mapping)]
        closed, corrections = (list(mappings(self.tree.get(key))) for key in ("avslutade_år", "rättelser"))
        for signed in (*controls, *mappings(self.tree.get("undantag")), *closed, *corrections):
            self._points(signed, "av", self.actors)
        areas = self.ids_in(self.tree, "områden")
        for correction in corrections:
            self._points(correction, "område", areas)
        contacts = self.ids_in(self.tree, "kontakter")
        for situation in self.situations:
            self._each_points(situation.get("kontakter"), "kontakter", contacts)
        tables = self.ids_in(self.tree, "tabeller", "nummer")
        levels = self.ids_in(self.tree, "preventionsnivåer")
        for area in self.areas_:
            self._points(area, "tabell", tables)
            self._points(area, "ansvarig", self.actors)
            for actor in mappings(area.get("aktörer")):
                self._points(actor, "id", self.actors, "aktörer")
            for sublevel in mappings(area.get("delnivåer")):
                self._points(sublevel, "nivå", levels)
            for follow_up in mappings(area.get("uppföljning")):
                self._points(follow_up, "bedömd_av", self.actors)
                for name in ("aktiviteter", "indikatorer"):
                    if isinstance(values := follow_up.get(name), Mapping):
                        known = self.ids_in(area, name)
                        for key, place in values.key_places.items():
                            self._known(key, place, f"{name} i uppföljningen", known)

    def _points(self, node: Mapping, key: str, known: list[str] | None, name: str = "") -> None:
        if isinstance(value := node.get(key), str):
            self._known(value, node.value_places[key], name or key, known)

    def _each_points(self, node: object, key: str, known: list[str] | None) -> None:
        if isinstance(node, Sequence):
            for value, place in zip(node, node.places, strict=True):
                if isinstance(value, str):
                    self._known(value, place, key, known)

    def _known(self, value: str, place: Place, key: str, known: list[str] | None) -> None:
        if known is None or value in known or value in self.suggested:
            return
        if len(self.faults) <= MAX_FAULTS:  # a guess takes its time
            names = self.actor_names if known is self.actors else None
            remedy = did_you_mean(value, known, label="Finns", names=names)
            self.at(place, f"{key}: ”{visible(value)}” finns inte", remedy)

    # Guidance -----------------------------------------------------------------------------------------------------

    def answers(self) -> None:
        """Every situation answers every workplace exactly once."""
        # Each once: that an id stands twice is a fault of its own.
        known = self.ids_in(self.guidance, "arbetsplatser")
        workplaces = None if known is None else list(dict.fromkeys(known))
        for situation in self.situations:
            answered: Counter[str] = Counter()
            for answer in mappings(situation.get("arbetsplatser")):
                ids = answer.get("id")
                if isinstance(ids, str):
                    self._points(answer, "id", workplaces, "arbetsplatser")
                    answered[ids] += 1
                elif isinstance(ids, Sequence):
                    self._each_points(ids, "arbetsplatser", workplaces)
                    answered.update(value for value in ids if isinstance(value, str))
            answers = situation.get("arbetsplatser")
            whole = (
                isinstance(answers, Sequence)
                and answers.complete
                and all(self.sure(answer, "id") is not None for answer in answers)
            )
            for wrong, what, remedy in (
                (
                    [
                        name
                        for name in workplaces or ()
                        if whole and not (answered[name] or answered[suggested_id(name)])
                    ],
                    "saknar svar för",
                    "lägg till en rad: - {{id: {}, text: …}}",
                ),
                (
                    [name for name in workplaces or () if answered[name] > 1],
                    "svarar flera gånger för",
                    "låt bara en rad ha {}",
                ),
            ):
                if wrong:
                    names = ", ".join(map(visible, wrong))
                    ids = ", ".join(map(suggested_id, wrong))
                    told = remedy.format(f"[{ids}]" if len(wrong) > 1 else ids)
                    self.fault(situation, "arbetsplatser", f"situationen {what} {names}", told)

    # Tables and questions -----------------------------------------------------------------------------------------

    def headings(self) -> None:
        """A heading does not name what stands in another column, or in none: headings go by their place alone.

        Any words may head a column that do not name another one; a heading that names its own may name others too.
        """
        names = list(COLUMNS)[:7]
        for table in mappings(self.tree.get("tabeller")):
            heads = table.get("kolumner")
            if not isinstance(heads, Sequence) or len(heads) != len(names):
                continue
            for name, head, place in zip(names, heads, heads.places, strict=True):
                if not isinstance(head, str) or re.search(COLUMNS[name], head.casefold()):
                    continue
                other = next((key for key, words in COLUMNS.items() if re.search(words, head.casefold())), None)
                if other:
                    what = f"kolumner: ”{visible(head)}” är rubrik över {name}"
                    self.at(place, what, f"skriv till exempel {name.capitalize()}; ordningen är {', '.join(names)}")

    def questions(self) -> None:
        """A question is settled on a day and with an answer."""
        frame = self.tree.get("plan")
        for part in (frame, *self.areas_):
            for question in mappings(part.get("frågor") if isinstance(part, Mapping) else None):
                for key, other, remedy in (
                    ("avgjord", "svar", "skriv vad ni kom fram till, eller töm ”avgjord”"),
                    ("svar", "avgjord", "skriv dagen då ni avgjorde frågan, eller töm ”svar”"),
                ):
                    said = question.complete and isinstance(question.get(key), str) and self.given(question, key)
                    if said and not self.given(question, other):
                        name = visible(str(question.get("id")))
                        what = f"frågan {name}: ”{key}” är ifyllt, men ”{other}” saknas"
                        self.fault(question, other, what, remedy)

    # The decision -------------------------------------------------------------------------------------------------

    def decision(self) -> None:
        """What is decided holds from its day on, and is looked over after it."""
        frame = self.tree.get("plan")
        decision = frame.get("beslut") if isinstance(frame, Mapping) else None
        if not isinstance(decision, Mapping):
            return
        decided, *later = (
            read_date(word) if isinstance(word := decision.get(key), str) else None
            for key in ("datum", "gäller_till", "nästa_revidering")
        )
        for key, day in zip(("gäller_till", "nästa_revidering"), later, strict=True):
            if decided and day and day < decided:
                what = f"{key}: {day} ligger före beslutets datum, {decided}"
                self.fault(decision, key, what, "rätta den av dagarna som är fel")

    # Contacts -----------------------------------------------------------------------------------------------------

    def contacts(self) -> None:
        """No number is shown that nobody has stated, and none is hidden without saying what to do instead."""
        for contact in self.contacts_:
            control = contact.get("kontroll")
            if not isinstance(control, Mapping):
                continue
            state = control.get("läge")
            details = [key for key in ("telefon", "webb", "e_post") if self.given(contact, key)]
            if state == "saknas":
                for key in details:
                    self.fault(
                        contact,
                        key,
                        f"”{key}” är ifylld, men läge är saknas",
                        "ändra läge till enligt_källa eller kontrollerad, eller ta bort uppgiften",
                    )
                if contact.complete and contact.get("visas") and not self.given(contact, "tills_vidare"):
                    remedy = "skriv vad läsaren gör medan uppgiften saknas"
                    self.fault(contact, "tills_vidare", "”tills_vidare” saknas", remedy)
            elif state in ("enligt_källa", "kontrollerad"):  # it may be a list, which no set can hold
                if contact.complete and not details:
                    remedy = "fyll i telefon, webb eller e_post, eller skriv läge: saknas"
                    self.fault(contact, "telefon", "kontakten har ingen uppgift", remedy)
                needed = ("datum", "källa") if state == "enligt_källa" else ("datum", "av")
                for key in needed if control.complete else ():
                    if not self.given(control, key):
                        self.fault(control, key, f"läge {state} kräver ”{key}”", CONTROL[key])

    # Areas and their follow-up ------------------------------------------------------------------------------------

    def areas(self) -> None:
        """A row has one heading; an assessment says when, by whom and on what ground (design: assessed)."""
        for area in self.areas_:
            headings = [key for key in ("namn", "rubrik_redaktion") if self.given(area, key)]
            if len(headings) > 1:
                what = "området har både namn och rubrik_redaktion"
                remedy = "ta bort den ena; rubrik_redaktion är för en rad som saknar namn i källan"
                self.fault(area, "rubrik_redaktion", what, remedy)
            elif not headings and area.complete and "id" in area:
                remedy = "skriv det som i källan; saknas det där: skriv en rubrik_redaktion"
                self.fault(area, "namn", "”namn” saknas", remedy)
            sensitive = {
                str(node.get("id")) for node in mappings(area.get("indikatorer")) if node.get("känslig") == "ja"
            }
            for follow_up in mappings(area.get("uppföljning")):
                self._after_year_began(follow_up)
                if follow_up.complete:
                    self._evidence(follow_up)
                self._whole_numbers(follow_up, sensitive)
                self._numbers(area, follow_up, sensitive)

    def _after_year_began(self, follow_up: Mapping) -> None:
        """A year cannot be assessed before it begins: then the year or the day is a slip of the finger."""
        year, word = follow_up.get("år"), follow_up.get("datum")
        day = read_date(word) if isinstance(word, str) else None
        if day and isinstance(year, str) and re.fullmatch(r"(19|20|21)[0-9]{2}", year) and day.year < int(year):
            what = f"uppföljning: {word} ligger före år {year}"
            self.fault(follow_up, "datum", what, "rätta datum eller år")

    def _evidence(self, follow_up: Mapping) -> None:
        word = follow_up.get("status")
        status = _STATUS.get(word.casefold()) if isinstance(word, str) else None
        if not self.given(follow_up, "status"):
            self._meant(follow_up)
        activities = follow_up.get("aktiviteter")
        stated = activities.values() if isinstance(activities, Mapping) else ()
        acted = [_STATUS.get(word.casefold()) for word in stated if isinstance(word, str)]
        assessed = status is not None and status.assessed
        if not assessed and not any(each and each.assessed for each in acted):
            return
        subject = status.label.lower() if status and assessed else "en bedömd aktivitet"
        for key, remedy in EVIDENCE.items():
            if not self.given(follow_up, key):
                self.fault(follow_up, key, f"uppföljning: {subject} kräver ”{key}”", remedy)
        if status is SCALE.best and not self.given(follow_up, "resultat"):
            what = f"uppföljning: {subject} kräver ”resultat”"
            remedy = f"skriv vad som uppnåddes, eller välj {SCALE.verdicts[1].word}"
            self.fault(follow_up, "resultat", what, remedy)

    def _meant(self, follow_up: Mapping) -> None:
        """A follow-up without a status says something all the same: a value, an activity's status or a comment.

        What belongs to a verdict says nothing without it, unless it is of a value or an activity and ``status`` is
        left out.
        """
        choose = f"skriv ”status: …” med ett av orden {', '.join(map(str, SCALE.statuses))}"
        reported = any(self.given(follow_up, key) for key in ("aktiviteter", "indikatorer"))
        written = [key for key in (*EVIDENCE, "resultat", "motivering") if follow_up.get(key)]
        if written and ("status" in follow_up or not reported):
            words = "står tom" if "status" in follow_up else "saknas"
            what = f"uppföljning: ”{written[0]}” är ifyllt, men ”status” {words}"
            self.fault(follow_up, "status", what, choose)
        elif not any(self.given(follow_up, key) for key in follow_up if key != "år"):
            what = f"uppföljning: år {visible(str(follow_up.get('år')))} är tomt"
            self.fault(follow_up, "status", what, f"{choose}; eller ta bort posten")

    def _numbers(self, area: Mapping, follow_up: Mapping, sensitive: set[str]) -> None:
        """A value that was meant as a number is one: else it would stand as words beside numbers, and not be drawn."""
        units = {str(node.get("id")): node.get("enhet") for node in mappings(area.get("indikatorer"))}
        values = follow_up.get("indikatorer")
        if not isinstance(values, Mapping):
            return
        for key, value in values.items():
            unit = units.get(key) if isinstance(units.get(key), str) else None
            if key in sensitive or not isinstance(value, str) or not (remedy := almost_number(value, unit)):
                continue
            counted = f"; enheten är {visible(unit)}" if unit and remedy != NUMBER_FORM else ""
            self.fault(values, key, f"indikatorer: ”{visible(value)}” går inte att läsa som ett tal{counted}", remedy)

    def _whole_numbers(self, follow_up: Mapping, sensitive: set[str]) -> None:
        """A sensitive value must be a number, or it could not be masked."""
        values = follow_up.get("indikatorer")
        if not isinstance(values, Mapping):
            return
        for key, value in values.items():
            if key in sensitive and isinstance(value, str) and not re.fullmatch(rf"[0-9]{{1,{MAX_DIGITS}}}", value):
                what = f"känslig indikator: ”{visible(value)}” är inte ett antal"
                self.fault(values, key, what, f"skriv ett helt tal med högst {MAX_DIGITS} siffror")
