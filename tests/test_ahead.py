"""A day that says that something has happened is believed when it has come, and not before. Cases stand as data."""

from __future__ import annotations

import datetime
import json
from typing import Any, get_args

import pytest
from click.testing import CliRunner
from pydantic import BaseModel

from built import parse, words
from golden import cases
from handlingsplan.cli import main
from handlingsplan.output.files.catalogue import downloads
from handlingsplan.output.pages.catalogue import pages
from handlingsplan.output.pages.page import Renderer
from handlingsplan.plan import freshness
from handlingsplan.plan.models import Day, Plan
from handlingsplan.plan.views import view
from handlingsplan.project.sites import sites
from handlingsplan.project.sources import Sources, read_sources
from handlingsplan.prose.texts import Facts
from projects import DAY, Project

AHEAD = cases("framtid")
FORWARD = {"gäller_till", "nästa_revidering"}
"""Days that speak of what comes."""
OTHERS = {("redogörelse", "bedömd"), ("redogörelse", "uppdaterad"), ("tillsyn", "från"), ("tillsyn", "till")}
"""Days of the statement about the site's own accessibility, which are shown as they are written."""


def changed(project: Project, case: dict[str, Any]) -> Project:
    project.replace(case["fil"], case["från"], case["till"])
    return project


def shown(project: Project, day: datetime.date) -> tuple[Sources, dict[str, list[str]]]:
    """Return what a project is made from, and the words of every page, review and data file, on each site with it."""
    found, _ = sites(project.root)
    sources, faults = read_sources(project.root, found, day)
    assert faults == []
    assert sources
    told: dict[str, list[str]] = {}
    for site in found:
        renderer = Renderer(view(sources.plans[site.name], site.audience, day), downloads=downloads)
        everything = [text for texts in sources.texts.values() for text in texts]
        for page in pages(renderer, everything):
            told.setdefault(page.path, []).append(parse(page.html).text)
        for each in renderer.downloads:
            if each.path == "data/plan.json":
                told.setdefault(each.path, []).append(words(each.content.decode()))
        for text in sources.texts[site.name]:
            told[text.file] = [parse("".join(renderer.review_parts(text.path, text.review))).text]
    return sources, told


@pytest.mark.parametrize("case", AHEAD.values(), ids=AHEAD)
def test_what_has_not_happened_is_not_known_until_its_day(lillby: Project, case: dict[str, Any]) -> None:
    day = datetime.date.fromisoformat(case["dag"])
    changed(lillby, case)
    early, before = shown(lillby, day - datetime.timedelta(days=1))
    late, after = shown(lillby, day)
    assert list(map(str, early.ahead)) == [case["rad"]]
    assert late.ahead == ()
    for here, there, expected in ((before, after, case["innan"]), (after, before, case["sedan"])):
        for path, texts in expected.items():
            for text in texts:
                assert all(text in told for told in here[path]), (path, text)
                assert not any(text in told for told in there.get(path, ())), (path, text)
    for path, texts in case.get("alltid", {}).items():
        assert all(text in told for text in texts for told in (*before[path], *after[path]))


def test_every_day_of_the_past_is_one_that_is_looked_at() -> None:
    """A new key with a day says whether it speaks of what has happened or of what comes."""

    def days(model: type[BaseModel], key: str = "") -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        for name, field in model.model_fields.items():
            alias = field.alias or name
            if "datetime.date" in str(field.annotation) or any(each in get_args(Day) for each in field.metadata):
                found.add((key, alias))
            for below in models_in(field.annotation):
                found |= days(below, alias)
        return found

    stated = {(key, name) for key, name in days(Plan) | days(Facts) if name not in FORWARD}
    assert stated == set(freshness.HAPPENED) | OTHERS


def models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in models_in(part)]


def test_the_command_tells_what_it_does_not_believe_and_stops_nothing(lillby: Project) -> None:
    changed(lillby, AHEAD["granskad-text"])

    def check(*arguments: str) -> Any:
        return CliRunner().invoke(main, ["--mapp", str(lillby.root), "kontrollera", "--per", str(DAY), *arguments])

    done = check()
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(
        "Inga fel i plan.yaml och texterna.\n\nUppföljning i plan.yaml: inget år än\n\n"
        "Datum som inte har kommit än. De stoppar inget, men det som de säger räknas inte förrän då:\n"
        "  - content/webb/index.md:4:11: granskad: 2027-03-02 är senare än 2026-11-22, så texten visas som utkast – "
    )
    assert "  - content/webb/index.md:4: sidan är ett utkast\n" in done.stdout
    assert json.loads(check("--format", "json").stdout)["senare"] == [
        line.removeprefix("  - ") for line in done.stdout.splitlines() if "senare än" in line
    ]
