"""Every total on every page, counted again from ``plan.yaml`` as plain data, by code that is not the program's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest
import yaml

import projects
from built import Element, Page, Site
from projects import DAY, Project

VERDICTS = {"helt": "Helt uppfyllt", "delvis": "Delvis uppfyllt", "ej": "Ej uppfyllt"}
NONE, OUTSIDE = "Ingen bedömning redovisad", "Inte aktuellt"
WORDS = VERDICTS | {"ingen_bedömning": NONE, "inte_aktuellt": OUTSIDE}
EXPLAINING = ("sa-raknar-vi/", "handbok/", "allt/")
"""Pages with an invented example."""


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A plan of 400 activities in 20 areas with eight responsible bodies, built."""
    return projects.generated(tmp_path_factory.mktemp("stor"), 400).build()


@pytest.fixture(params=["timra", "exempelkommun", "generated"])
def plan_and_project(request: pytest.FixtureRequest) -> tuple[dict[str, Any], Project]:
    project: Project = request.getfixturevalue(request.param)
    return yaml.load(project.read("plan.yaml"), yaml.CBaseLoader), project  # noqa: S506  # only strings


def state_of(word: str | None) -> str:
    lower = {key.casefold(): value for key, value in (WORDS | {value: value for value in WORDS.values()}).items()}
    return lower[(word or "ingen_bedömning").casefold()]


def known(area: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return an area's follow-up by year, as known on the day."""
    rows = [
        each
        for each in area.get("uppföljning") or ()
        if (each["datum"] <= DAY.isoformat() if each.get("datum") else each["år"] <= str(DAY.year))
    ]
    return {each["år"]: each for each in sorted(rows, key=lambda each: str(each["år"]))}


def status(area: dict[str, Any], year: str | None = None) -> str:
    rows = known(area)
    row = rows.get(year) if year else next(reversed(rows.values()), None)
    return state_of(row.get("status") if row else None)


def sentence(states: Iterable[str], owner: str = "") -> str:
    """Say a total as the site does, with words of this file's own."""
    count = Counter(states)
    whole = count.total()
    given = sum(count[each] for each in VERDICTS.values())
    if whole == 1 and not given:
        said = "1 område saknar redovisad bedömning."
    elif not given:
        said = f"Inget av {owner}{whole} områden har en redovisad bedömning."
    else:
        said = f"{given} av {whole} {'område' if whole == 1 else 'områden'} är {'bedömt' if given == 1 else 'bedömda'}."
        said += f" {count[NONE]} saknar bedömning." if count[NONE] else ""
    if count[OUTSIDE]:
        word = "aktuellt" if count[OUTSIDE] == 1 else "aktuella"
        said += f" {count[OUTSIDE]} är inte {word} och räknas inte i någon av grupperna."
    return said


SAID = re.compile(
    r"(?:\d+ område saknar redovisad bedömning\.|Inget av (?:planens )?\d+ områden har en redovisad bedömning\."
    r"|\d+ av \d+ områden? är bedömd?[ta]+\.(?: \d+ saknar bedömning\.)?)"
    r"(?: \d+ är inte aktuell[at]+? och räknas inte i någon av grupperna\.)?"
)


def scope(name: str, plan: dict[str, Any]) -> set[str]:
    """Return the sentences that a page may say, and must say one of if it says any."""
    areas = plan["områden"]
    if match := re.fullmatch(r"uppfoljning/(\d{4})/index.html", name):
        return {sentence((status(area, match[1]) for area in areas), "planens ")}
    if match := re.fullmatch(r"ansvar/(.*)/index.html", name):
        return {sentence(status(area) for area in areas if area["ansvarig"] == match[1])}
    bodies = {area["ansvarig"] for area in areas}
    each = {sentence(status(area) for area in areas if area["ansvarig"] == body) for body in bodies}
    return {sentence(map(status, areas), "planens "), *(each if len(bodies) > 1 else ())}


def pages(site: Site) -> Iterator[tuple[str, Page]]:
    for name, page in site.pages.items():
        if not name.startswith(EXPLAINING) and name != "404.html":
            yield name, page


def test_every_sentence_of_a_total_is_right(plan_and_project: tuple[dict[str, Any], Project]) -> None:
    plan, project = plan_and_project
    checked, seen = 0, set()
    for site in project.sites:
        for name, page in pages(site):
            found = SAID.findall(page.text)
            assert set(found) <= scope(name, plan), name
            # No total is worded so that this test does not know it.
            assert len(found) == len(
                re.findall(r"av (?:planens )?\d+ område[nr]* (?:är|har)|område saknar", page.text)
            ), name
            checked += len(found)
            seen |= {name} if found else set()
    bodies = {area["ansvarig"] for area in plan["områden"]}
    years = {year for area in plan["områden"] for year in known(area)}
    wanted = {"uppfoljning/index.html", *(f"ansvar/{body}/index.html" for body in bodies)}
    assert seen >= wanted | {f"uppfoljning/{year}/index.html" for year in years}
    assert checked >= 2 * len(wanted)
    print(f"{project.root.name}: {checked} sentences on {len(seen)} pages of each site")


def rows_at(target: Element) -> int:
    """Return how many rows stand below a heading or beside the name of a group."""
    siblings = [each for each in (target.parent or target).children if isinstance(each, Element)]
    after = siblings[siblings.index(target) + 1 :]
    if target.tag == "dt":
        return len([link for link in after[0].all("a") if after[0].tag == "dd"])
    group = next(each for each in after if each.tag in {"ul", "ol", "div", "table"})
    return (
        len(group.all("tbody")[0].all("tr"))
        if group.all("tbody")
        else len([i for i in group.children if isinstance(i, Element)])
    )


def test_every_number_that_is_a_link_leads_to_so_many_rows(plan_and_project: tuple[dict[str, Any], Project]) -> None:
    _, project = plan_and_project
    checked = 0
    for site in project.sites:
        for name, page in pages(site):
            for link in page.article.all("a"):
                way, anchor = urldefrag(
                    urljoin(f"https://x.invalid/{name.removesuffix('index.html')}", link.attributes.get("href", ""))
                )
                a_year = link.parent is not None and link.parent.attributes.get("data-rubrik") == "År"
                if not (link.text.isdecimal() and anchor) or "telefon" in link.classes or a_year:
                    continue
                there = site.at(f"{way.removeprefix('https://x.invalid/')}index.html")
                assert int(link.text) == rows_at(there.anchors[anchor]) > 0, (name, link.text, anchor)
                checked += 1
    assert checked >= 20
    print(f"{project.root.name}: {checked} numbers that are links")


def test_parts_add_up_to_their_whole(plan_and_project: tuple[dict[str, Any], Project]) -> None:
    """Groups are the whole, areas per responsible are all areas, and counts with their unit are the plan's."""
    plan, project = plan_and_project
    areas = plan["områden"]
    count = Counter(map(status, areas))
    activities = sum(len(area["aktiviteter"]) for area in areas)
    owners = Counter(area["ansvarig"] for area in areas)
    for site in project.sites:
        groups = {}
        per_body: Counter[str] = Counter()
        follow_up = site.page("uppfoljning/index.md")
        for anchor, element in follow_up.anchors.items():
            if element.tag == "dt" and anchor.startswith("status-"):
                label, number, whole = re.fullmatch(r"(.*): (\d+) av (\d+)", element.text).groups()  # type: ignore[union-attr]
                assert rows_at(element) == int(number)
                if body := next((each for each in owners if anchor.startswith(f"status-hos-{each}-")), ""):
                    assert int(whole) == owners[body]
                    per_body[label] += int(number)
                    continue
                assert int(whole) == len(areas)
                groups[label] = int(number)
        assert not per_body or per_body == Counter(groups)
        given = groups.pop("Bedömda", 0)
        if groups:
            assert groups == dict(count)
            assert sum(groups.values()) == len(areas)
            assert given == sum(count[each] for each in VERDICTS.values())
        lines = site.page("plan/index.md").after("vem-gor-vad").all("li")
        owned = [int(match[1]) for line in lines if (match := re.search(r"ansvarig för (\d+) område", line.text))]
        shared = [int(match[1]) for line in lines if (match := re.search(r"deltar i (\d+) område", line.text))]
        assert sum(owned) == len(areas)
        assert sum(shared) == sum(len(area.get("aktörer") or ()) for area in areas)
        for _, page in pages(site):
            for number, unit in re.findall(r"[Pp]lanen(?:s| har) (\d+) (område[nr]*|aktivitete?r?)\b", page.text):
                assert int(number) == (len(areas) if unit.startswith("område") else activities)
            for part, whole, unit in re.findall(r"(\d+) av (\d+) (område|områden|aktivitet|aktiviteter)\b", page.text):
                assert int(part) <= int(whole) <= (len(areas) if unit.startswith("område") else activities)
