"""Every total on every page, counted again from nothing but the site's own ``data/plan.json``.

What counts is this file's own, in words of its own; of the program only what it has published is used.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest
import yaml

import projects
from built import Element, Page, Site, words
from projects import DAY, Project

STATES = {
    "helt": "Helt uppfyllt",
    "delvis": "Delvis uppfyllt",
    "ej": "Ej uppfyllt",
    "ingen-bedomning": "Ingen bedömning redovisad",
    "inte-aktuellt": "Inte aktuellt",
}
"""Anchors and words of the states, in the order in which they are counted."""
HELT, DELVIS, EJ, NONE, OUTSIDE = STATES.values()
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


class Facts:
    """What ``plan.json`` says, and every statement that follows from it."""

    def __init__(self, site: Site) -> None:
        self.data: dict[str, Any] = json.loads(site.files["data/plan.json"])
        rows = self.data["områden"]
        self.titles = {row["område_id"]: row["område"] for row in rows}
        self.owner = {row["område_id"]: row["ansvarig_id"] for row in rows}
        self.now = {row["område_id"]: row["status"] for row in rows if row["gäller_nu"]}
        self.then = {(row["område_id"], row["år"]): row["status"] for row in rows}
        self.years = sorted({row["år"] for row in rows if row["år"]})
        self.activities = [row for row in self.data["aktiviteter"] if row["gäller_nu"]]
        self.parts = [(row["område_id"], row["aktör_id"]) for row in self.data["medverkan"]]
        self.texts = {value for value in strings(self.data) if COUNT.search(value)}

    def areas_of(self, actor: str) -> list[str]:
        """Return the areas that an actor is responsible for or takes part in."""
        mine = {area for area, each in self.parts if each == actor}
        return [area for area in self.titles if self.owner[area] == actor or area in mine]

    def statuses(self, year: int | None = None, owner: str | None = None) -> dict[str, str]:
        """Return the state of each area: now or in a year, of all or of one who is responsible."""
        stated = {area: self.then.get((area, year), NONE) for area in self.titles} if year else self.now
        return {area: state for area, state in stated.items() if owner in {None, self.owner[area]}}

    def activity_states(self, area: str) -> dict[str, str]:
        """Return the state of each of an area's activities now, by its text."""
        return {row["aktivitet"]: row["status"] for row in self.activities if row["område_id"] == area}

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
            yield from said(self.statuses(int(match[1])).values(), "planens ")
            yield from self.of_activities(int(match[1]))
            yield from self.deviating(int(match[1]))
        elif match := re.fullmatch(r"ansvar/(.*)/index.html", name):
            yield from said(self.statuses(owner=match[1]).values())
            yield from self.at_times(match[1])
        elif match := re.fullmatch(r"plan/(.+)/index.html", name):
            yield from said(self.activity_states(match[1]).values(), noun=("aktivitet", "aktiviteter", "d"))
            yield from self.of_activities(area=match[1])
        else:
            yield from said(self.now.values(), "planens ")
            for body in set(self.owner.values()):
                yield from said(self.statuses(owner=body).values())
            yield from self.of_activities()
            yield from self.deviating()
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


def said(
    states: Iterable[str], owner: str = "", noun: tuple[str, str, str] = ("område", "områden", "t")
) -> Iterator[str]:
    """Yield a total as the site says it: the sentence, the verdicts, and the name of each group."""
    one, many, ending = noun
    count = Counter(states)
    whole, given = count.total(), sum(count[each] for each in VERDICTS)
    if not whole:
        return
    if whole == 1 and not given:
        told = f"1 {one} saknar redovisad bedömning."
    elif not given:
        told = f"{'Inget' if ending == 't' else 'Ingen'} av {owner}{whole} {many} har en redovisad bedömning."
    else:
        verb = f"bedöm{'t' if ending == 't' else 'd'}" if given == 1 else "bedömda"
        told = f"{given} av {whole} {one if whole == 1 else many} är {verb}."
        told += f" {count[NONE]} saknar bedömning." if count[NONE] else ""
    if count[OUTSIDE]:
        form = ("aktuellt" if ending == "t" else "aktuell") if count[OUTSIDE] == 1 else "aktuella"
        told += f" {count[OUTSIDE]} är inte {form} och räknas inte i någon av grupperna."
    yield told
    verdicts = [f"{count[state]} {forms[count[state] != 1]}" for state, forms in VERDICTS.items() if count[state]]
    if verdicts:
        listed = " och ".join([", ".join(verdicts[:-1]), verdicts[-1]] if verdicts[1:] else verdicts)
        yield f"Av de bedömda är {listed}."
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
        sentence = next(said(facts.now.values(), "planens "))
        assert sentence in site.page("uppfoljning/index.md").text
        for year in facts.years:
            assert next(said(facts.statuses(year).values(), "planens ")) in site.page(f"uppfoljning/{year}.md").text
        bodies = set(facts.owner.values())
        for body in bodies:
            sentence = next(said(facts.statuses(owner=body).values()))
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
                sentence = next(said(facts.activity_states(area).values(), noun=("aktivitet", "aktiviteter", "d")))
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
                if not link.text.isdecimal() or way.startswith("tel:") or there == f"uppfoljning/{link.text}/":
                    continue
                rows = rows_behind(facts, there, anchor)
                assert int(link.text) == len(rows) > 0, (name, link.text, anchor)
                found = titles_at(site.at(f"{there}index.html").anchors[anchor])
                assert sorted(found) == sorted(map(words, rows)), (name, anchor)
                checked += 1
    assert checked >= 20
    print(f"{each.root.name}: {checked} numbers that are links")


# Parts and wholes ----------------------------------------------------------------------------------------------------


def test_parts_add_up_to_their_whole(each: Project) -> None:
    """Groups are the whole, areas per responsible are all areas, and each bar is as long as its numbers."""
    for site in each.sites:
        facts = Facts(site)
        whole = len(facts.titles)
        assert sum(Counter(facts.now.values()).values()) == whole == len(facts.now)
        per_body: Counter[str] = Counter()
        for body in set(facts.owner.values()):
            per_body += Counter(facts.statuses(owner=body).values())
        assert per_body == Counter(facts.now.values())
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
                lengths = {
                    STATES[next(iter(rect.classes)).removeprefix("stapel--")]: float(rect.attributes["width"]) + 4
                    for rect in bar.all("rect")
                }
                assert lengths == pytest.approx({state: 1000 * n / whole for state, n in count.items()}, abs=0.1)


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
            newest = known[max(known)] if known else {}
            told = {year: state for (each_, year), state in facts.then.items() if each_ == area["id"] and year}
            assert told == {year: state_of(row.get("status")) for year, row in known.items()}
            assert facts.now[area["id"]] == state_of(newest.get("status"))
            assert facts.owner[area["id"]] == area["ansvarig"]
            stated = newest.get("aktiviteter") or {}
            assert facts.activity_states(area["id"]) == {
                words(activity["text"]): state_of(stated.get(activity["id"])) for activity in area["aktiviteter"]
            }
