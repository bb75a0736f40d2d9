"""Every total on every page, counted again from nothing but the site's own ``data/plan.json``.

What counts is this file's own, in words of its own; of the program only what it has published is used.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag, urljoin

import docx
import openpyxl
import pytest
import yaml
from pypdf import PdfReader

import projects
from built import Element, Page, Site, parse, words
from projects import DAY, Project

STATES = {
    "helt": "Helt uppfyllt",
    "delvis": "Delvis uppfyllt",
    "ej": "Ej uppfyllt",
    "aldre": "Äldre bedömning",
    "ingen-bedomning": "Ingen bedömning redovisad",
    "inte-aktuellt": "Inte aktuellt",
}
"""Anchors and words of the states, in the order in which they are counted."""
HELT, DELVIS, EJ, OLDER, NONE, OUTSIDE = STATES.values()
VERDICTS = {HELT: ("helt uppfyllt", "helt uppfyllda"), DELVIS: ("delvis uppfyllt", "delvis uppfyllda"),
            EJ: ("ej uppfyllt", "ej uppfyllda")}  # fmt: skip
TIMES = {
    "tider-som-kommer": ({"kommer", "snart"}, "har en tid som kommer", "har en tid som kommer"),
    "tider-som-har-passerat": ({"tiden har passerat"}, "har en tid som har passerat", "har en tid som har passerat"),
    "tider-lopande": ({"löpande", "varje år"}, "är löpande eller årlig", "är löpande eller årliga"),
    "tider-i-ord": ({"tiden står i ord"}, "har en tid i ord", "har en tid i ord"),
    "tider-saknas": ({"ingen tid angiven"}, "har ingen tid i planen", "har ingen tid i planen"),
    "tider-klara": ({"enligt planen klar"}, "är klar enligt planen", "är klara enligt planen"),
}
EXPLAINING = ("sa-raknar-vi/", "handbok/", "allt/", "404.html", "sok/")
"""Pages with an invented example, one that stands outside, and one that lists what stands on the others."""
COUNT = re.compile(
    r"\b(?:\d+|[Ii]nget|[Ii]ngen|[Ee]tt|[Aa]lla) av (?:\w+ )?\d+\b|\b\d+ (?:områden?|aktivitet(?:er)?|frågor|fråga)\b"
    r"|\b[Aa]lla \d+ \w+"
)
"""What a count with its whole or its unit looks like, however it is worded."""
NOT_IN_FILES = re.compile(
    r"(?:Alla )?\d+(?: av \d+)? (?:kontakt(?:er)?|aktör(?:er)?) (?:visas för läsare|används)\.(?: \d+ [^.]*\.)?"
)
"""On the editors' page only: contacts are in no file, and who reviews texts is not in the plan's tables."""


def unit(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


@dataclass(frozen=True)
class Counted:
    """How many stand where, and of which period."""

    states: dict[str, str]
    year: int | None
    older: list[int]
    past: bool
    closed: bool


class Facts:
    """What ``plan.json`` says, and every statement that follows from it."""

    def __init__(self, site: Site) -> None:
        self.data: dict[str, Any] = json.loads(site.files["data/plan.json"])
        rows = self.data["områden"]
        self.titles = {row["område_id"]: row["område"] for row in rows}
        self.owner = {row["område_id"]: row["ansvarig_id"] for row in rows}
        self.now = {row["område_id"]: row["status"] for row in rows if row["gäller_nu"]}
        self.then = {(row["område_id"], row["år"]): row["status"] for row in rows if row["år"]}
        self.years = sorted({row["år"] for row in rows if row["år"]})
        self.period: int | None = self.data["plan"]["period"]
        self.closed = {row["år"] for row in rows if row["år_avslutat"]}
        self.acted = {(row["aktivitet_id"], row["år"]): row["status"] for row in self.data["aktiviteter"] if row["år"]}
        self.activities = [row for row in self.data["aktiviteter"] if row["gäller_nu"]]
        self.parts = [(row["område_id"], row["aktör_id"]) for row in self.data["medverkan"]]
        self.texts = {value for value in strings(self.data) if COUNT.search(value)}

    def areas_of(self, actor: str) -> list[str]:
        """Return the areas that an actor is responsible for or takes part in."""
        mine = {area for area, each in self.parts if each == actor}
        return [area for area in self.titles if self.owner[area] == actor or area in mine]

    def counted(self, told: dict[tuple[str, int], str], ids: Iterable[str], year: int | None) -> Counted:
        """Count by the rule as it is told to readers: one period's, older verdicts apart with their years."""
        shown = year or self.period
        states, years = dict[str, str](), set[int]()
        for id_ in ids:
            states[id_] = told.get((id_, shown or 0), NONE)
            said_before = [(when, state) for (each, when), state in told.items() if each == id_ and when < (shown or 0)]
            last = max(((when, state) for when, state in said_before if state != NONE), default=(0, NONE))
            if states[id_] == NONE and last[1] in VERDICTS:
                states[id_] = OLDER
                years.add(last[0])
        return Counted(states, shown, sorted(years), shown != self.period, shown in self.closed)

    def areas(self, year: int | None = None, owner: str | None = None) -> Counted:
        """Count the areas: now or in a year, all or those of one who is responsible."""
        mine = [area for area in self.titles if owner in {None, self.owner[area]}]
        return self.counted(self.then, mine, year)

    def statuses(self, year: int | None = None, owner: str | None = None) -> dict[str, str]:
        """Return the group of each area: now or in a year, of all or of one who is responsible."""
        return self.areas(year, owner).states

    def activity_states(self, area: str) -> dict[str, str]:
        """Return the group of each of an area's activities now, by its text."""
        rows = {row["aktivitet_id"]: row["aktivitet"] for row in self.activities if row["område_id"] == area}
        return {rows[id_]: state for id_, state in self.counted(self.acted, rows, None).states.items()}

    def times(self, actor: str) -> dict[str, list[str]]:
        """Return the activities of an actor's areas by where their time stands."""
        mine = [row for row in self.activities if row["område_id"] in self.areas_of(actor)]
        found = {
            anchor: [row["aktivitet"] for row in mine if row["tidsläge"] in kinds]
            for anchor, (kinds, *_) in TIMES.items()
        }
        assert sum(map(len, found.values())) == len(mine)
        return {anchor: texts for anchor, texts in found.items() if texts}

    # Statements ------------------------------------------------------------------------------------------------------

    def everywhere(self) -> Iterator[str]:
        """Yield what any page may say of the plan's size."""
        areas, activities = len(self.titles), len(self.activities)
        for count in (unit(areas, "område", "områden"), unit(activities, "aktivitet", "aktiviteter")):
            yield from (f"planens {count}", f"Planens {count}", f"Planen har {count}")
        yield f"Ett av {areas} områden i"
        for actor in self.data["aktörer"]:
            yield from self.role(actor)

    def role(self, actor: dict[str, Any]) -> Iterator[str]:
        """Yield what an actor owns and shares."""
        id_ = actor["aktör_id"]
        owned = sum(owner == id_ for owner in self.owner.values())
        shared = sum(each == id_ for _, each in self.parts)
        name = f"{actor['aktör']} ({actor['kortnamn']})" if actor["kortnamn"] else actor["aktör"]
        told = [f"ansvarar för {unit(owned, 'område', 'områden')}"] if owned else []
        told += [f"deltar i {unit(shared, 'område', 'områden')}"] if shared else []
        if told:
            yield f"{name} – {', '.join(told)}"

    def on(self, name: str) -> Iterator[str]:
        """Yield every statement with a count that a page may make."""
        yield from self.everywhere()
        if match := re.search(r"(?:^|/)(\d{4})/", name):
            yield from said(self.areas(int(match[1])), "planens ")
            yield from self.of_activities(int(match[1]))
            yield from self.deviating(int(match[1]))
        elif match := re.fullmatch(r"ansvar/(.*)/index.html", name):
            yield from said(self.areas(owner=match[1]))
            yield from self.at_times(match[1])
        elif match := re.fullmatch(r"plan/(.+)/index.html", name):
            ids = [row["aktivitet_id"] for row in self.activities if row["område_id"] == match[1]]
            yield from said(self.counted(self.acted, ids, None), noun=ACTIVITY)
            yield from self.of_activities(area=match[1])
        else:
            yield from said(self.areas(), "planens ")
            for body in set(self.owner.values()):
                yield from said(self.areas(owner=body))
            yield from self.of_activities()
            yield from self.deviating(self.period)
        if name == "att-granska/index.html":
            yield from self.covered()

    def of_activities(self, year: int | None = None, area: str | None = None) -> Iterator[str]:
        """Yield what is said of an area's year where only its activities are assessed."""
        for (each, when), state in self.then.items():
            if state != NONE or area not in {None, each} or year not in {None, when}:
                continue
            count = Counter(
                row["status"] for row in self.data["aktiviteter"] if (row["område_id"], row["år"]) == (each, when)
            )
            given = [f"{count[state]} {forms[0].split()[0]}" for state, forms in VERDICTS.items() if count[state]]
            if given:
                ending = "uppfylld" if sum(count[state] for state in VERDICTS) == 1 else "uppfyllda"
                yield f"Ingen bedömning av området. Aktiviteter: {', '.join(given)} {ending}."

    def deviating(self, year: int | None = None) -> Iterator[str]:
        """Yield what a report says of activities that are not fulfilled, and of times that had passed that year."""
        whole = unit(len(self.activities), "aktivitet", "aktiviteter")
        below = [row for row in self.data["aktiviteter"] if row["år"] == year and row["status"] in {DELVIS, EJ}]
        yield f"Aktiviteter som inte är helt uppfyllda: {len(below)} av {whole}"
        passed = [row for row in self.activities if row["tidsläge"] == "tiden har passerat"]
        passed = [row for row in passed if year is None or row["sista_dag"] <= f"{year}-12-31"]
        yield f"Tider i planen som har passerat: {len(passed)} av {whole}"

    def at_times(self, actor: str) -> Iterator[str]:
        """Yield where the times of an actor's activities stand."""
        times = self.times(actor)
        if not times:
            return
        told = [f"{len(texts)} {TIMES[anchor][1 if len(texts) == 1 else 2]}" for anchor, texts in times.items()]
        listed = " och ".join([", ".join(told[:-1]), told[-1]] if told[1:] else told)
        noun = "Området" if len(self.areas_of(actor)) == 1 else "Områdena"
        yield f"{noun} har {unit(sum(map(len, times.values())), 'aktivitet', 'aktiviteter')}: {listed}."

    def covered(self) -> Iterator[str]:
        """Yield what the editors' page says of the plan's gaps and of the questions."""
        whole = len(self.activities)
        with_actor, with_indicator = (
            {row["område_id"] for row in self.data[key]} for key in ("medverkan", "indikatorer")
        )
        for good, missing, count in (
            ("har en ansvarig", "saknar ansvarig", sum(bool(self.owner[row["område_id"]]) for row in self.activities)),
            ("har en tid", "saknar tid", sum(row["tid"] is not None for row in self.activities)),
            *(
                (
                    f"hör till ett område med {what}",
                    "gör det inte",
                    sum(row["område_id"] in areas for row in self.activities),
                )
                for what, areas in (("aktör", with_actor), ("indikator", with_indicator))
            ),
        ):
            if count == whole:
                yield f"{'Alla ' if whole > 1 else ''}{unit(whole, 'aktivitet', 'aktiviteter')} {good}."
            else:
                noun = "aktivitet" if whole == 1 else "aktiviteter"
                yield f"{count} av {whole} {noun} {good}. {whole - count} {missing}."
        questions = self.data["frågor"]
        waiting = sum(question["avgjord"] is None for question in questions)
        one = 1 in (waiting, len(questions))
        noun = unit(len(questions), "fråga", "frågor")
        yield f"{waiting} av {noun} är {'öppen' if one else 'öppna'}." if questions else "Ingen fråga är ställd."


def strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield words(node)
    elif isinstance(node, dict | list):
        for below in node.values() if isinstance(node, dict) else node:
            yield from strings(below)


AREA, ACTIVITY = ("område", "områden", "t", "Ett"), ("aktivitet", "aktiviteter", "d", "En")


def said(counted: Counted, owner: str = "", noun: tuple[str, str, str, str] = AREA) -> Iterator[str]:
    """Yield a total as the site says it: the sentence, the verdicts, and the name of each group."""
    one, many, ending, an = noun
    count = Counter(counted.states.values())
    whole, given = count.total(), sum(count[each] for each in VERDICTS)
    if not whole:
        return
    when = f" för {counted.year}" if counted.year else ""
    if given:
        verb = f"är bedöm{'t' if ending == 't' else 'd'}" if given == 1 else "är bedömda"
        so_far = " hittills" if count[OLDER] and not counted.past and not counted.closed else ""
        told = f"{counted.year}: {given} av {whole} {one if whole == 1 else many} {verb}{so_far}."
    elif whole > 1:
        told = f"{'Inget' if ending == 't' else 'Ingen'} av {owner}{whole} {many} har en redovisad bedömning{when}."
    else:
        told = "" if count[OUTSIDE] else f"1 {one} saknar redovisad bedömning{when}."
    if counted.older:
        words_ = "en bedömning från" if counted.older == [(counted.year or 0) - 1] else "en äldre bedömning, från"
        *first, last = map(str, counted.older)
        told += f" {count[OLDER]} har {words_} {', '.join(first) + ' och ' if first else ''}{last}."
    if count[NONE] and (given or count[OLDER]):
        told += f" {count[NONE]} saknar bedömning."
    if count[OUTSIDE]:
        form = ("aktuellt" if ending == "t" else "aktuell") if count[OUTSIDE] == 1 else "aktuella"
        verb, now = ("var", "") if counted.past else ("är", " just nu")
        number = f"{an} {one}" if count[OUTSIDE] == 1 else f"{count[OUTSIDE]} {many}"
        told += f" {number} {verb} inte {form}{now} och räknas inte med."
    yield told.strip()
    verdicts = [f"{count[state]} {forms[count[state] != 1]}" for state, forms in VERDICTS.items() if count[state]]
    if verdicts:
        listed = " och ".join([", ".join(verdicts[:-1]), verdicts[-1]] if verdicts[1:] else verdicts)
        yield f"Av de bedömda är {listed}." if given > 1 else f"Det bedömda området är {listed.removeprefix('1 ')}."
        yield f"Bedömda: {given} av {whole}"
    yield from (f"{state}: {number} av {whole}" for state, number in count.items())


# The sites -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A plan of 400 activities in 20 areas with eight responsible bodies, built."""
    return projects.generated(tmp_path_factory.mktemp("stor"), 400).build()


@pytest.fixture(params=["timra", "exempelkommun", "generated"])
def each(request: pytest.FixtureRequest) -> Project:
    project: Project = request.getfixturevalue(request.param)
    return project


def pages(site: Site) -> Iterator[tuple[str, Page]]:
    for name, page in site.pages.items():
        if not name.startswith(EXPLAINING):
            yield name, page


def test_every_count_in_words_follows_from_the_data_file(each: Project) -> None:
    """Take away each statement that the file leads to: no count is left on any page, however it is worded."""
    checked, told = 0, Counter[str]()
    for site in each.sites:
        facts = Facts(site)
        for name, page in pages(site):
            text = page.text
            for stated in sorted(facts.texts, key=len, reverse=True):
                text = text.replace(stated, "·")
            if name == "att-granska/index.html":
                text = NOT_IN_FILES.sub("·", text)
            # The longest first, for one may begin another.
            for statement in sorted(set(facts.on(name)), key=len, reverse=True):
                text, times = re.subn(rf"(?<!\d){re.escape(statement)}(?!\d)", "·", text)
                checked += times
                told[name] += times
            assert COUNT.findall(text) == [], name
    facts = Facts(each.external)
    wanted = {"uppfoljning/index.html", "plan/index.html", *(f"plan/{area}/index.html" for area in facts.titles)}
    wanted |= {f"ansvar/{body}/index.html" for body in facts.owner.values()}
    wanted |= {f"uppfoljning/{year}/index.html" for year in facts.years}
    assert {name for name, times in told.items() if times} >= wanted
    print(f"{each.root.name}: {checked} statements on {sum(map(bool, told.values()))} pages of each site")


def test_every_page_of_totals_says_the_whole_of_its_total(each: Project) -> None:
    """A page that leaves its total out, or a part of it, would say nothing wrong."""
    for site in each.sites:
        facts = Facts(site)
        sentence = next(said(facts.areas(), "planens "))
        assert sentence in site.page("uppfoljning/index.md").text
        for year in facts.years:
            assert next(said(facts.areas(year), "planens ")) in site.page(f"uppfoljning/{year}.md").text
        bodies = set(facts.owner.values())
        for body in bodies:
            sentence = next(said(facts.areas(owner=body)))
            assert sentence in site.page(f"ansvar/{body}.md").text
            if len(bodies) > 1:
                assert site.page("uppfoljning/index.md").after(f"status-hos-{body}").text == sentence
        for actor in facts.data["aktörer"]:
            if facts.areas_of(actor["aktör_id"]):
                page = site.page(f"ansvar/{actor['aktör_id']}.md").text
                assert all(statement in page for statement in facts.at_times(actor["aktör_id"]))
        reported = {area for area, year in facts.then if year}
        for area in facts.titles:
            if area in reported and facts.activity_states(area):
                ids = [row["aktivitet_id"] for row in facts.activities if row["område_id"] == area]
                sentence = next(said(facts.counted(facts.acted, ids, None), noun=ACTIVITY))
                assert sentence in site.page(f"plan/{area}.md").text


# Numbers that are links ----------------------------------------------------------------------------------------------

ANCHOR = re.compile(rf"status-(?:hos-(?P<body>.+)-|(?P<own>aktiviteter)-)?(?P<state>bedomda|{'|'.join(STATES)})")


def rows_behind(facts: Facts, page: str, anchor: str) -> list[str]:
    """Return the titles of the rows that a number leads to, as the data file has them."""
    if anchor in TIMES:
        return facts.times(page.split("/")[1])[anchor]
    match = ANCHOR.fullmatch(anchor)
    assert match, (page, anchor)
    year = re.search(r"(?:^|/)(\d{4})/", page)
    body = match["body"] or (page.split("/")[1] if page.startswith("ansvar/") else None)
    if match["own"]:
        states = facts.activity_states(page.split("/")[1])
    else:
        stated = facts.statuses(int(year[1]) if year else None, body)
        states = {facts.titles[area]: state for area, state in stated.items()}
    wanted = VERDICTS if match["state"] == "bedomda" else {STATES[match["state"]]}
    return [title for title, state in states.items() if state in wanted]


def titles_at(target: Element) -> list[str]:
    """Return the titles of the rows that stand below a heading, or beside the name of a group."""
    siblings = [each for each in (target.parent or target).children if isinstance(each, Element)]
    group = next(each for each in siblings[siblings.index(target) + 1 :] if each.tag in {"ul", "dd"})
    if group.tag == "dd":
        return [link.text for link in group.all("a")]
    lines = [each for each in group.children if isinstance(each, Element)]
    return [line.text_without(lambda each: "rad" in each.classes) for line in lines]


def test_every_number_that_is_a_link_leads_to_just_its_rows(each: Project) -> None:
    checked = 0
    for site in each.sites:
        facts = Facts(site)
        for name, page in pages(site):
            here = f"https://x.invalid/{name.removesuffix('index.html')}"
            for link in page.article.all("a"):
                way, anchor = urldefrag(urljoin(here, link.attributes.get("href", "")))
                there = way.removeprefix("https://x.invalid/")
                number = 1 if link.text in {"Ett", "En"} else int(link.text) if link.text.isdecimal() else None
                if number is None or way.startswith("tel:") or there == f"uppfoljning/{link.text}/":
                    continue
                rows = rows_behind(facts, there, anchor)
                assert number == len(rows) > 0, (name, link.text, anchor)
                found = titles_at(site.at(f"{there}index.html").anchors[anchor])
                assert sorted(found) == sorted(map(words, rows)), (name, anchor)
                checked += 1
    assert checked >= 20
    print(f"{each.root.name}: {checked} numbers that are links")


# Parts and wholes ----------------------------------------------------------------------------------------------------


def segments_of(bar: Element) -> dict[str, tuple[int, float]]:
    """Return each segment of a bar with its number and its width in per cent; each has a mark."""
    found = {}
    for part in bar.all("svg", "stapel__del"):
        assert part.all("svg", "stapel__form")[0].all(), part.classes
        state = next(name for name in part.classes if name.startswith("status--")).removeprefix("status--")
        number = int("".join(each for each in part.all("text")[0].children if isinstance(each, str)))
        found[STATES[state]] = (number, float(part.attributes["width"].removesuffix("%")) + 0.5)
    return found


def test_parts_add_up_to_their_whole(each: Project) -> None:
    """Groups are the whole, areas per responsible are all areas, and each bar is as long as its numbers."""
    for site in each.sites:
        facts = Facts(site)
        whole = len(facts.titles)
        assert list(facts.now) == list(facts.titles)
        per_body: Counter[str] = Counter()
        for body in set(facts.owner.values()):
            per_body += Counter(facts.statuses(owner=body).values())
        assert per_body == Counter(facts.statuses().values())
        assert facts.now == {area: NONE if state == OLDER else state for area, state in facts.statuses().items()}
        lines = site.page("plan/index.md").after("vem-gor-vad").all("li")
        owned = [int(match[1]) for line in lines if (match := re.search(r"ansvarar för (\d+) område", line.text))]
        shared = [int(match[1]) for line in lines if (match := re.search(r"deltar i (\d+) område", line.text))]
        assert (sum(owned), sum(shared)) == (whole, len(facts.parts))
        drawn = {"uppfoljning/index.md": facts.statuses()}
        drawn |= {f"uppfoljning/{year}.md": facts.statuses(year) for year in facts.years}
        for path, states in drawn.items():
            count = Counter(states.values())
            bars = site.page(path).article.all("svg", "stapel")
            assert bool(bars) is any(count[state] for state in VERDICTS), path
            for bar in bars:
                segments = segments_of(bar)
                assert {state: number for state, (number, _) in segments.items()} == count
                lengths = {state: width for state, (_, width) in segments.items()}
                assert sum(lengths.values()) == pytest.approx(100, abs=0.1)
                assert min(lengths.values()) >= 100 / 12 - 0.1
                if min(count.values()) / whole >= 1 / 12 and (not count[OLDER] or count[OLDER] / whole >= 1 / 9):
                    assert lengths == pytest.approx({state: 100 * n / whole for state, n in count.items()}, abs=0.1)


# Files ---------------------------------------------------------------------------------------------------------------


def files_said(site: Site) -> Iterator[tuple[str, str, str]]:
    """Yield each file that tells totals in words: its name, the page that it must agree with, and its text."""
    for name, data in site.files.items():
        stem = name.rpartition("/")[2].rpartition(".")[0]
        year = re.search(r"\d{4}$", stem)
        page = f"uppfoljning/{year[0]}/index.html" if year else "uppfoljning/index.html"
        if name.endswith(".pdf") and name.startswith("data/"):
            text = words(" ".join(each.extract_text() for each in PdfReader(io.BytesIO(data)).pages))
            yield name, page, re.sub(r"Sida \d+ av \d+", "", text)
        elif name.endswith(".docx"):
            document = docx.Document(io.BytesIO(data))
            yield name, page, " ".join(each.text for each in document.paragraphs)
        elif name.endswith(".xlsx"):
            sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
            yield name, page, str(sheet["A2"].value)
        elif match := re.fullmatch(r"fragment/(uppfoljning|omrade-(.+))\.(?:html|txt)", name):
            yield name, f"plan/{match[2]}/index.html" if match[2] else page, parse(data.decode()).text
    for entry in site.index:
        address = entry["location"].partition("#")[0]
        if not f"{address}index.html".startswith(EXPLAINING):
            yield f"sok/index.json: {entry['location']}", f"{address}index.html", entry["text"]


def without_own(text: str, facts: Facts) -> str:
    """Return a text without what the plan itself says, which may hold numbers too."""
    for stated in sorted(facts.texts, key=len, reverse=True):
        text = text.replace(stated, "·")
    return text


def test_every_count_in_a_file_follows_from_the_data_file(each: Project) -> None:
    """PDF, Word, Excel, pieces to paste and what search knows: each says what its page says, and no count besides."""
    compared = Counter[str]()
    for site in each.sites:
        facts = Facts(site)
        for name, page, whole in files_said(site):
            text = without_own(words(whole), facts)
            kind = name.partition(":")[0].rpartition(".")[2]
            for statement in sorted(set(facts.on(page)), key=len, reverse=True):
                text, times = re.subn(rf"(?<!\d){re.escape(statement)}(?!\d)", "·", text)
                compared[kind] += times * len(re.findall(r"\d+", statement))
            assert COUNT.findall(text) == [], name
            if kind in {"pdf", "docx", "xlsx"} or "fragment/uppfoljning." in name:
                year = re.search(r"/(\d{4})/", page)
                assert next(said(facts.areas(int(year[1]) if year else None), "planens ")) in words(whole), name
    assert compared.keys() >= {"pdf", "docx", "xlsx", "html", "txt", "json"}
    print(f"{each.root.name}: {dict(compared)} numbers in files")


def test_every_row_and_light_in_a_file_is_the_page_s(each: Project) -> None:
    """Rows that count in CSV and Excel, lights in Word, and the segments of bars in PDF and in what is pasted."""
    compared = Counter[str]()
    for site in each.sites:
        facts = Facts(site)
        wanted = Counter(facts.statuses().values())
        for kind, rows in (
            (
                "csv",
                list(csv.DictReader(io.StringIO(site.files["data/omraden.csv"].decode("utf-8-sig")), delimiter=";")),
            ),
            ("xlsx", sheet_rows(site.files["data/uppfoljning.xlsx"], "Områden")),
        ):
            now = [row for row in rows if row["Gäller nu"] == "ja"]
            found = Counter(OLDER if row["Äldre bedömning från"] else row["Status"] for row in now)
            assert found == wanted, kind
            compared[kind] += len(now)
        for name, data in site.files.items():
            year = re.search(r"(\d{4})\.\w+$", name)
            count = Counter(facts.statuses(int(year[1]) if year else None).values())
            if name.endswith(".docx"):
                cells = [
                    row.cells[5].text for table in docx.Document(io.BytesIO(data)).tables for row in table.rows[1:]
                ]
                lights = [
                    next((state for state in STATES.values() if state in cell.split("\n")[0]), "") for cell in cells
                ]
                assert Counter(lights) == count, name
                hollow = [cell for cell in cells if cell[:1] in {"○", "◷", "□"}]
                assert len(hollow) == count[OLDER], name
                compared["docx"] += len(lights)
            elif name.endswith(".pdf") and name.startswith("data/") and any(count[each_] for each_ in VERDICTS):
                text = words(PdfReader(io.BytesIO(data)).pages[0].extract_text())
                bar = text.split(" uppfyllda.")[-1] if " uppfyllda." in text else text.split(" uppfyllt.")[-1]
                drawn = [str(count[state]) for state in STATES.values() if count[state]]
                assert re.findall(r"\d+", re.sub(r"(?:19|20)\d\d", "", bar))[: len(drawn)] == drawn, name
                compared["pdf"] += len(drawn)
            elif re.fullmatch(r"fragment/uppfoljning\.(html|txt)", name) and any(count[each_] for each_ in VERDICTS):
                texts = [text for text in parse(data.decode()).all("text") if text.attributes.get("font-size") != "11"]
                numbers = [int("".join(each_ for each_ in text.children if isinstance(each_, str))) for text in texts]
                assert numbers == [count[state] for state in STATES.values() if count[state]], name
                compared["fragment"] += len(numbers)
    print(f"{each.root.name}: {dict(compared)} rows, lights and segments in files")


def sheet_rows(data: bytes, title: str) -> list[dict[str, Any]]:
    head, *rows = openpyxl.load_workbook(io.BytesIO(data))[title].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


# The file itself -----------------------------------------------------------------------------------------------------


def state_of(word: str | None) -> str:
    spoken = {anchor.replace("-", "_").replace("bedomning", "bedömning"): state for anchor, state in STATES.items()}
    spoken |= {state.casefold(): state for state in STATES.values()}
    return spoken[(word or "ingen_bedömning").casefold()]


def test_the_data_file_says_what_the_plan_says(each: Project) -> None:
    """So that the file and the pages cannot be wrong in the same way."""
    plan = yaml.load(each.read("plan.yaml"), yaml.CBaseLoader)  # noqa: S506  # only strings
    for site in each.sites:
        facts = Facts(site)
        assert list(facts.titles) == [area["id"] for area in plan["områden"]]
        for area in plan["områden"]:
            known = {
                int(row["år"]): row
                for row in area.get("uppföljning") or ()
                if (row["datum"] <= DAY.isoformat() if row.get("datum") else row["år"] <= str(DAY.year))
            }
            told = {year: state for (each_, year), state in facts.then.items() if each_ == area["id"]}
            assert told == {year: state_of(row.get("status")) for year, row in known.items()}
            assert facts.owner[area["id"]] == area["ansvarig"]
            now = known.get(facts.period or 0, {})
            assert facts.now[area["id"]] == state_of(now.get("status"))
            for activity in area["aktiviteter"]:
                given = {
                    (activity["id"], year): state_of((row.get("aktiviteter") or {}).get(activity["id"]))
                    for year, row in known.items()
                }
                assert given == {key: state for key, state in facts.acted.items() if key[0] == activity["id"]}
        given_years = [year for (_, year), state in facts.then.items() if state in VERDICTS]
        acted_years = [year for (_, year), state in facts.acted.items() if state in VERDICTS]
        assert facts.period == max(given_years or acted_years or facts.years, default=None)
