"""Indicators: values as written, drawings that say no more than their tables, and nothing that tells a hidden number.

A case is a file in ``cases/indikatorer``.
"""

from __future__ import annotations

import copy
import csv
import datetime
import io
import itertools
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import projects
from built import Element, Site, parse
from examples import examples
from golden import cases
from handlingsplan.documents.table import tables
from handlingsplan.followup.owes import owed
from handlingsplan.output.files import csv as csv_file
from handlingsplan.output.files import json as json_file
from handlingsplan.output.files import xlsx as xlsx_file
from handlingsplan.output.pages import chart as drawing
from handlingsplan.output.pages import plan_text, report
from handlingsplan.output.pages.catalogue import pages
from handlingsplan.output.pages.page import Page, Renderer
from handlingsplan.plan.assessment import FEW, MASK
from handlingsplan.plan.indicators import HIDDEN_GOAL, Series, Value, series
from handlingsplan.plan.load import parse as read_plan
from handlingsplan.plan.models import Plan, PublicArea
from handlingsplan.plan.views import view
from handlingsplan.plan.words import Audience
from plan_strategy import plans
from projects import DAY, PLANS, Project

CASES = cases("indikatorer")
TEXT = (PLANS / "exempelkommun.yaml").read_text(encoding="utf-8")


def example() -> dict[str, Any]:
    data: dict[str, Any] = yaml.load(TEXT, yaml.CBaseLoader)  # noqa: S506  # it makes texts only
    return data


def read(data: dict[str, Any]) -> Plan:
    reading = read_plan(projects.dumped(data).encode(), "plan.yaml")
    assert reading.faults == ()
    assert reading.plan
    return reading.plan


def of_case(case: dict[str, Any], audience: Audience) -> tuple[PublicArea, Series]:
    data = example()
    area = next(each for each in data["områden"] if each["id"] == "dialog")
    area["indikatorer"] = [case["indikator"]]
    area["uppföljning"] = case["uppföljning"]
    today = datetime.date.fromisoformat(case["per"])
    seen = next(each for each in view(read(data), audience, today).plan.areas if each.id == "dialog")
    return seen, series(seen, today)[0]


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("name", CASES)
def test_values_and_drawing_of_a_case(name: str, audience: Audience) -> None:
    case = CASES[name]
    _, found = of_case(case, audience)
    shown = [
        f"{value.year} {value.text} → {'inget tal' if value.number is None else value.number}" for value in found.values
    ]
    assert shown == case["visar"]
    made = drawing.chart(found)
    assert (made is not None) is ("diagram" in case)
    if made:
        assert [f"{each.year} {each.label}".replace("\u00a0", " ") for each in made.columns] == case["diagram"]
        assert made.left_out == int(case["utelämnade"])
        assert (made.goal[1] if made.goal else "") == case["målet"]


def test_every_kind_of_case_is_there() -> None:
    assert len(CASES) >= 7
    assert sum("diagram" in case for case in CASES.values()) >= 4


SPELLINGS = cases("tal")
"""Each way to write a value with its unit: the number that it is, words that stand as they are, or a fault."""


def with_values(rows: list[dict[str, str]], *, goals: bool = False) -> dict[str, Any]:
    """Return the example with an indicator for each row, with its value in two years, or as its goal."""
    data = example()
    area = next(each for each in data["områden"] if each["id"] == "dialog")
    ids = {f"i{number}": row for number, row in enumerate(rows)}
    area["indikatorer"] = [
        {"id": id_, "text": "x", "enhet": row.get("enhet"), "mål": {"text": "x", "värde": row["skrivet"]}}
        if goals
        else {"id": id_, "text": "x", "enhet": row.get("enhet")}
        for id_, row in ids.items()
    ]
    values = {} if goals else {id_: row["skrivet"] for id_, row in ids.items()}
    area["uppföljning"] = [
        {"år": year, "status": "ingen_bedömning", "indikatorer": values} for year in ("2024", "2025")
    ]
    return data


def told(data: dict[str, Any]) -> list[str]:
    return [fault.what for fault in read_plan(projects.dumped(data).encode(), "plan.yaml").faults]


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_spelling_is_a_fault_or_none(name: str) -> None:
    rows, kind = SPELLINGS[name]["rader"], SPELLINGS[name]["är"]
    found = [re.findall("indikatorer: ”(.*)” går inte", what) for what in told(with_values(rows))]
    assert found == ([[row["skrivet"]] for row in rows] * 2 if kind == "fel" else [])
    # Words of a goal have a key of their own.
    found = [re.findall("värde: ”(.*)” är inte ett tal", what) for what in told(with_values(rows, goals=True))]
    assert len(found) == (0 if kind == "tal" else len(rows))


@pytest.mark.parametrize("name", [name for name in SPELLINGS if SPELLINGS[name]["är"] != "fel"])
def test_a_value_is_the_same_number_on_pages_in_drawings_and_in_every_file(name: str) -> None:
    rows = SPELLINGS[name]["rader"]
    seen = view(read(with_values(rows)), Audience.EXTERNAL, DAY)
    own = next(each for each in seen.plan.areas if each.id == "dialog")
    numbers = [Decimal(row["tal"]) if "tal" in row else None for row in rows]
    every = series(own, DAY)
    assert [value.number for each in every for value in each.values] == [each for each in numbers for _ in range(2)]
    assert [value.text for each in every for value in each.values] == [row["skrivet"] for row in rows for _ in range(2)]
    drawn = [drawing.chart(each) is not None for each in every]
    assert drawn == [number is not None and number >= 0 for number in numbers]

    wanted = [(row["skrivet"], number) for row, number in zip(rows, numbers, strict=True) for _ in range(2)]
    read_json = json.loads(json_file.write(seen), parse_float=Decimal)["indikatorer"]
    assert [(row["värde"], row["tal"]) for row in read_json if row["område_id"] == "dialog"] == wanted
    table = next(each for each in tables(seen) if each.key == "indikatorer")
    lines = list(csv.DictReader(io.StringIO(csv_file.write(table, seen).decode("utf-8-sig")), delimiter=";"))
    cells = [line["Värde som tal"].replace(",", ".") for line in lines if line["Område, id"] == "dialog"]
    assert [Decimal(cell) if cell else None for cell in cells] == [number for _, number in wanted]
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_file.write(seen)))[table.title]
    heads = [cell.value for cell in sheet[1]]
    shown = [dict(zip(heads, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=2)]
    of = [row["Värde som tal"] for row in shown if row["Område, id"] == "dialog"]
    assert [None if value is None else Decimal(str(value)) for value in of] == [number for _, number in wanted]

    if name == "tal":
        seen = view(read(with_values(rows, goals=True)), Audience.EXTERNAL, DAY)
        own = next(each for each in seen.plan.areas if each.id == "dialog")
        assert [each.goal for each in series(own, DAY)] == numbers


NUMBERS = st.integers(0, 10**12).map(str) | st.sampled_from(["0", "5", "12,5", "0,001", "1 200", "ja", MASK])


@given(
    years=st.dictionaries(st.integers(1990, 2026), NUMBERS, max_size=12),
    goal=st.none() | st.integers(0, 999_999_999),
    sensitive=st.booleans(),
)
def test_a_drawing_fits_the_narrowest_screen_and_is_drawn_to_scale(
    *, years: dict[int, str], goal: int | None, sensitive: bool
) -> None:
    indicator = {"id": "i", "text": "x", "känslig": "ja" if sensitive else "nej"}
    if goal is not None:
        indicator |= {"mål": {"text": "x", "värde": str(goal)}}  # type: ignore[dict-item]
    area = PublicArea.model_validate(
        {"id": "a", "tabell": "1", "ansvarig": "x", "indikatorer": [indicator]}
        | {"uppföljning": [{"år": str(year), "indikatorer": {"i": value}} for year, value in sorted(years.items())]}
    )
    found = series(area, DAY)[0]
    assert [(value.year, value.text) for value in found.values] == sorted(years.items())
    made = drawing.chart(found)
    if made is None:
        return
    # Two columns are drawn however long their numbers are; then the drawing shrinks.
    assert made.width <= drawing.ROOM or len(made.columns) == 2
    assert [each.year for each in made.columns] == sorted({each.year for each in made.columns})
    of = {value.year: value for value in found.values}
    heights = {each.year: each.height for each in made.columns if each.kind == "tal"}
    assert all(0 <= each.y <= made.base + 0.01 for each in made.columns)
    for one, two in itertools.combinations(heights, 2):
        first, second = of[one].number, of[two].number
        assert first is not None
        assert second is not None
        assert (heights[one] > heights[two]) <= (first > second)
    for each in made.columns:
        assert abs(each.y + each.height - made.base) < 0.11
        if each.kind == "tom":
            assert (each.height, each.label) == (0, "–")
        if each.kind == "dold":
            assert each.label == drawing.FEWER
            assert 0 <= each.height <= drawing.PLOT


# On the pages --------------------------------------------------------------------------------------------------------


def item(site: Site, area: str, indicator: str) -> Element:
    return site.page(f"plan/{area}.md").anchors[f"indikator-{indicator}"]


def test_each_indicator_has_its_years_as_a_real_table_and_a_drawing_of_the_same(exempelkommun: Project) -> None:
    plan = example()
    tables = drawings = 0
    for site in exempelkommun.sites:
        for area in plan["områden"]:
            for indicator in area["indikatorer"]:
                years = {
                    each["år"]: each["indikatorer"][indicator["id"]]
                    for each in area.get("uppföljning") or ()
                    if indicator["id"] in (each.get("indikatorer") or {})
                }
                if indicator.get("känslig") == "ja":
                    years = {year: MASK if int(value) < FEW else value for year, value in years.items()}
                shown = item(site, area["id"], indicator["id"])
                found = shown.all("table")
                assert len(found) == (len(years) > 1)
                if len(years) == 1:
                    ((year, value),) = years.items()
                    assert shown.all(class_="varde")[0].text == f"{year}: {value}"
                    assert not shown.all("svg")
                if not found:
                    continue
                tables += 1
                rows = [[cell.text for cell in row.all("th") + row.all("td")] for row in found[0].all("tr")]
                assert dict(rows[1:]) == years
                assert [row[0] for row in rows[1:]] == sorted(years)
                assert found[0].all("caption")[0].text.startswith(" ".join(indicator["text"].split()))
                assert {cell.attributes["scope"] for cell in found[0].all("th")} == {"col", "row"}
                for each in shown.all("svg"):
                    drawings += 1
                    assert each.attributes["aria-hidden"] == "true"
                    drawn = [str(piece).replace("\u00a0", "") for text in each.all("text") for piece in text.children]
                    for year, value in list(years.items())[-5:]:
                        assert year in drawn
                        assert (value if value != MASK else drawing.FEWER) in drawn
    assert tables >= 14
    assert drawings >= 12


def test_a_plan_without_values_shows_no_empty_drawing(timra: Project) -> None:
    for site in timra.sites:
        for page in site.pages.values():
            assert not page.article.all(class_="serie")
            assert not page.article.all(class_="diagram")


def test_what_a_value_means_stands_beside_it(exempelkommun: Project) -> None:
    for site in exempelkommun.sites:
        text = item(site, "styrgrupp", "moten").text
        assert "Enhet: möten. Mål: minst fyra möten om året. Uppgifter från: Styrgruppens protokoll." in text
        assert "Nästa värde: december 2026 (snart)." in text
        assert "Värde (möten)" in text


def test_search_does_not_read_the_drawing(exempelkommun: Project) -> None:
    for site in exempelkommun.sites:
        found = next(each["text"] for each in site.index if each["location"] == "plan/styrgrupp/#indikatorer")
        assert "2026" in found
        assert "Mål 4" not in found
        assert not [each for each in site.index if "&lt; 5" in each["text"] or "< 5" in each["text"]]


# What is hidden ------------------------------------------------------------------------------------------------------


def hidden_places(data: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Return every value of a sensitive indicator: where it stands, and its key."""
    places = []
    for area in data["områden"]:
        sensitive = {each["id"] for each in area.get("indikatorer") or () if each.get("känslig") == "ja"}
        for follow_up in area.get("uppföljning") or ():
            values = follow_up.get("indikatorer") or {}
            places += [(values, key) for key in values if key in sensitive]
    return places


def everything(data: dict[str, Any]) -> list[Page]:
    plan = read(data)
    return [page for audience in Audience for page in pages(Renderer(view(plan, audience, DAY)))]


def assert_same_whichever(data: dict[str, Any], chosen: list[int]) -> None:
    """Build a plan with each of 0–4 in every chosen place, and with a mixture of them."""
    places = [place for number, place in enumerate(hidden_places(data)) if number in chosen]
    first: list[Page] | None = None
    for shift in range(FEW + 1):
        for number, (values, key) in enumerate(places):
            values[key] = str(shift if shift < FEW else number % FEW)
        made = everything(data)
        first = first or made
        assert made == first


@examples(12)
@given(plans(), st.data())
def test_no_page_tells_which_small_number_is_hidden(data: dict[str, Any], draw: st.DataObject) -> None:
    for area in data["områden"]:
        for indicator in area["indikatorer"]:
            indicator["känslig"] = "ja"
            for follow_up in area["uppföljning"] or ():
                if draw.draw(st.booleans()):
                    follow_up["indikatorer"] = (follow_up.get("indikatorer") or {}) | {indicator["id"]: "7"}
        for follow_up in area["uppföljning"] or ():
            values = follow_up.get("indikatorer") or {}
            values |= {key: value if re.fullmatch("[0-9]{1,9}", value) else "5" for key, value in values.items()}
    count = len(hidden_places(data))
    assert_same_whichever(data, draw.draw(st.lists(st.integers(0, max(count - 1, 0)), unique=True)))


def test_no_page_of_the_example_tells_which_small_number_is_hidden() -> None:
    data = example()
    hidden = [number for number, (values, key) in enumerate(hidden_places(data)) if int(values[key]) < FEW]
    assert len(hidden) >= 5
    assert_same_whichever(data, hidden)


def test_both_built_sites_are_the_same_bytes_whichever_number_is_hidden(exempelkommun: Project, tmp_path: Path) -> None:
    """Every file: pages, search index, fragments, downloads, manifest."""
    project = projects.exempelkommun(tmp_path / "annan")
    data = example()
    hidden = [(values, key) for values, key in hidden_places(data) if int(values[key]) < FEW]
    assert len(hidden) >= 5
    for values, key in hidden:
        values[key] = str((int(values[key]) + 3) % FEW)  # each another than it is
    project.write("plan.yaml", projects.dumped(data))
    project.build()
    for mine, theirs in zip(project.sites, exempelkommun.sites, strict=True):
        assert mine.files == theirs.files


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("goal", ["0", "1", "3", "4", "4,9", None, "5", "10"])
def test_a_goal_that_could_tell_a_hidden_number_is_not_shown(goal: str | None, audience: Audience) -> None:
    data = example()
    area = next(each for each in data["områden"] if each["id"] == "insatser")
    wanted = {"text": "MÅLETSORD"} | ({"värde": goal} if goal is not None else {})
    area["indikatorer"][1]["mål"] = wanted
    html = stating_goals(data, audience)
    shown = goal in {"5", "10"}
    assert ("MÅLETSORD" in html) is shown
    # On its area's page and in the report of each of four years; the example has another.
    assert html.count(HIDDEN_GOAL) == (5 if shown else 10)
    area["indikatorer"][1]["känslig"] = "nej"
    assert "MÅLETSORD" in stating_goals(data, audience)


def stating_goals(data: dict[str, Any], audience: Audience) -> str:
    """Return the pages that state goals: areas' and reports'."""
    renderer = Renderer(view(read(data), audience, DAY))
    made = (*plan_text.pages(renderer, [], owed(renderer.view, [])), *report.pages(renderer))
    return "".join(page.html for page in made)


def test_a_hidden_column_is_as_high_whatever_stands_beside_it() -> None:
    _, found = of_case(CASES["kansliga"], Audience.EXTERNAL)
    made = drawing.chart(found)
    assert made
    five = next(each for each in made.columns if each.label == "5")
    assert {each.height for each in made.columns if each.kind == "dold"} == {five.height}


# The pages' own review dates -----------------------------------------------------------------------------------------


def reviews(site: Site, area: str, indicator: str) -> list[str]:
    return [each.text for group in item(site, area, indicator).all(class_="granskade") for each in group.all("li")]


EVIDENCE = "Sidornas egna granskningsdatum. Det är underlag, ingen bedömning."


def test_the_pages_review_dates_are_evidence(timra: Project) -> None:
    inside = {"area": "timnet", "indicator": "uppdaterad-pa-intranatet"}
    outside = {"area": "timra-se", "indicator": "uppdaterad-pa-hemsidan"}
    for site, shown in ((timra.internal, (inside, outside)), (timra.external, (outside,))):
        for place in shown:
            found = reviews(site, **_place(site, place["indicator"]))
            folder = "timnet" if place is inside else "timra.se"
            own = [
                text
                for path in sorted((timra.root / "content" / folder).rglob("*.md"))
                if "exclude: true" not in (text := path.read_text(encoding="utf-8"))
            ]
            titles = [re.search("^title: (.*)", text, re.MULTILINE) for text in own]
            assert [line.partition(": ")[0] for line in found[:-1]] == [
                title[1].strip('"') for title in titles if title
            ]
            assert found[-1].startswith("Sidorna om vem som kontaktas vid oro: ")
            assert all(line.endswith(": utkast, inte granskad") for line in found)
            assert EVIDENCE in item(site, **_place(site, place["indicator"])).text
    # The public site does not know the intranet's pages, and says where the dates stand.
    public = item(timra.external, **_place(timra.external, inside["indicator"]))
    assert "Sidornas granskningsdatum står på intranätet." in public.text
    assert not public.all(class_="granskade")


def _place(site: Site, indicator: str) -> dict[str, str]:
    name = next(name for name, page in site.pages.items() if f"indikator-{indicator}" in page.anchors)
    return {"area": name.split("/")[1], "indicator": indicator}


def test_a_review_says_when_and_when_it_should_have_been(tmp_path: Path) -> None:
    project = projects.exempelkommun(tmp_path / "ex")
    files = sorted((project.root / "content/webb").glob("*.md"))
    for path, day in zip(files, ("2026-03-03", "2024-03-01", ""), strict=True):
        text = re.sub("granskad:.*", f"granskad: {day}", path.read_text(encoding="utf-8"))
        path.write_text(re.sub("granskas_inom:.*", "granskas_inom: 12 månader", text), encoding="utf-8")
    site = project.build().external
    found = reviews(site, **_place(site, "uppdaterad-webb"))
    assert [line.partition(": ")[2] for line in found[:3]] == [
        "granskad 3 mars 2026",
        "granskad 1 mars 2024, skulle ha granskats senast 1 mars 2025",
        "utkast, inte granskad",
    ]
    links = [link.attributes["href"] for link in item(site, **_place(site, "uppdaterad-webb")).all("a")]
    assert len(links) == 3, "each of the site's own pages can be opened"


@pytest.mark.parametrize("audience", Audience)
def test_evidence_changes_no_status(audience: Audience) -> None:
    """Whatever the dates say, the area's status is what somebody has said of the area."""
    data = example()
    area = next(each for each in data["områden"] if each["id"] == "extern-information")
    plain = copy.deepcopy(data)
    del next(each for each in plain["områden"] if each["id"] == "extern-information")["indikatorer"][0]["sidor"]
    assert area["indikatorer"][0]["sidor"]
    one, two = (
        [parse(page.html) for page in pages(Renderer(view(read(each), audience, DAY)))] for each in (data, plain)
    )
    for left, right in zip(one, two, strict=True):
        assert [each.text for each in left.all(class_="status")] == [each.text for each in right.all(class_="status")]


def test_values_are_frozen() -> None:
    value = Value(2026, "3", None, hidden=False)
    with pytest.raises(AttributeError):
        value.text = "4"  # type: ignore[misc]
