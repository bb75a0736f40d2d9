"""Any valid plan becomes pages, and any mutation of one becomes pages or faults with positions; never an exception."""

from __future__ import annotations

import copy
import datetime
import io
import itertools
import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import plan_fields
import projects
from built import Element, parse, words
from examples import TIMES
from handlingsplan.output.files import docx as docx_file
from handlingsplan.output.files import json as json_file
from handlingsplan.output.files import xlsx
from handlingsplan.output.files.catalogue import downloads, files
from handlingsplan.output.pages import page as page_module
from handlingsplan.output.pages import paths, report
from handlingsplan.output.pages.catalogue import pages
from handlingsplan.output.pages.page import Page, Renderer, url
from handlingsplan.output.pages.paths import page_paths
from handlingsplan.plan.checks import OWN_ANCHORS
from handlingsplan.plan.load import parse as read_plan
from handlingsplan.plan.models import Plan, Question
from handlingsplan.plan.views import view
from handlingsplan.plan.words import Audience
from handlingsplan.text.decoding import decode
from plan_strategy import plans
from projects import DAY

NAME = "plan.yaml"
TEMPLATES = Path(page_module.__file__).parent
QUICK = settings(
    phases=[Phase.explicit, Phase.reuse, Phase.generate], deadline=None, suppress_health_check=list(HealthCheck)
)


@cache
def ours() -> tuple[set[str], set[str]]:
    """Return the elements and the attributes that the templates write; no other may stand in a page."""
    elements = [each for path in TEMPLATES.glob("*.html") for each in parse(without_jinja(path))]
    return {each.tag for each in elements}, {name for each in elements for name in each.attributes}


def without_jinja(path: Path) -> str:
    return re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)


PROSE = {"", "sa-raknar-vi/"}
"""Pages that every project has, which no plan makes."""
OFFERED: set[str] = set()
"""Files to download."""


def rendered(plan: Plan, audience: Audience) -> dict[str, Page]:
    """Render every page of an audience."""
    renderer = Renderer(view(plan, audience, DAY), downloads=downloads)
    made = pages(renderer)
    OFFERED.update(f"{download.path}/" for download in renderer.downloads)
    assert [page.path for page in made] == page_paths(plan, audience, DAY)
    return {page.path: page for page in made}


TO_FILL_IN = {(paths.REPORT, "Svar"), (paths.REPORT, "Bedömning")}
"""Cells that are empty to be written in. Every other says in words that there is nothing."""


def check_totals(plan: Plan, audience: Audience, trees: dict[str, Element]) -> None:
    """The status page, the period's report, Excel, Word and JSON tell the same total."""
    renderer = Renderer(view(plan, audience, DAY))
    period = renderer.view.period
    pages_of = (paths.FOLLOW_UP, report.path(period))
    told = {trees[path].all("p", "svar")[0].text for path in pages_of}
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx.write(renderer.view))).worksheets[0]
    document = docx.Document(io.BytesIO(docx_file.write(renderer, period)))
    sentence = words(str(sheet["A2"].value))
    assert told == {sentence}
    assert words(document.paragraphs[1].text).startswith(sentence)
    rows = [row for row in json.loads(json_file.write(renderer.view))["områden"] if row["gäller_nu"]]
    given = Counter(row["status"] for row in rows if not row["äldre_bedömning_från"])
    shown = [light.text for light in trees[paths.FOLLOW_UP].all("table")[0].all("span", "status")]
    assert given == Counter(text for text in shown if not text.startswith("Äldre bedömning"))
    assert len(rows) == len(shown) == len(plan.areas)


def check_pages(made: dict[str, Page], files: Iterable[str] = ()) -> dict[str, Element]:
    """Every page is made of our own markup only, its anchors are there once, its links lead to the plan's pages."""
    trees = {path: parse(page.html) for path, page in made.items()}
    anchors = {}
    for path, tree in trees.items():
        found = Counter(each.attributes["id"] for each in tree if "id" in each.attributes)
        assert max(found.values()) == 1, (path, found)
        anchors[url(path)] = set(found)
    anchors |= {f"{name}/": set() for name in files}  # a file to fetch, written as pages are
    for path, tree in trees.items():
        for each in tree:
            assert each.tag in ours()[0], (path, each.tag)
            assert each.attributes.keys() <= ours()[1], (path, each.attributes)
            assert not re.search(r"\s", each.attributes.get("id", ""))
            check_link(path, each.attributes.get("href", ""), anchors)
            if each.tag in {"td", "th"} and (path, each.attributes.get("data-rubrik")) not in TO_FILL_IN:
                assert each.text, (path, each.attributes)
        assert made[path].front_matter.count("\n") >= 4
    return trees


def check_link(here: str, link: str, anchors: dict[str, set[str]]) -> None:
    if not link or link.lower().startswith(("https://", "tel:", "mailto:")):
        return
    way, _, anchor = link.partition("#")
    parts = [part for part in url(here).split("/") if part]
    for step in way.split("/"):
        if step == "..":
            parts.pop()
        elif step not in {"", "."}:
            parts.append(step)
    target = "/".join(parts) + "/" if parts else ""
    if target not in PROSE | OFFERED:
        assert target in anchors, (here, link)
        assert not anchor or anchor in anchors[target], (here, link)


@settings(QUICK, max_examples=60 * TIMES)
@given(plans())
def test_any_valid_plan_becomes_pages_that_show_its_texts(data: dict[str, Any]) -> None:
    reading = read_plan(projects.dumped(data).encode(), NAME)
    assert reading.faults == ()
    assert reading.plan
    for audience in Audience:
        made = rendered(reading.plan, audience)
        trees = check_pages(made, files(Renderer(view(reading.plan, audience, DAY))))
        check_totals(reading.plan, audience, trees)
        text = "\n".join(tree.text for tree in trees.values())
        for shown in always_shown(data):
            assert words(shown) in text, shown


def test_a_new_year_in_the_calendar_changes_no_total() -> None:
    """From the last day of a year to the first of the next, and a year later."""
    plan = read_plan((projects.PLANS / "exempelkommun.yaml").read_bytes(), NAME).plan
    assert plan
    told = set()
    for day in (datetime.date(2026, 12, 31), datetime.date(2027, 1, 1), datetime.date(2028, 1, 1)):
        made = {page.path: page for page in pages(Renderer(view(plan, Audience.EXTERNAL, day)))}
        page = parse(made[paths.FOLLOW_UP].html)
        lights = [light.text for light in page.all("table")[0].all("span", "status")]
        drawn = [f"{part.attributes['class']} {part.attributes['width']}" for part in page.all("svg", "stapel__del")]
        told.add((page.all("p", "svar")[0].text, *lights, *drawn))
    assert len(told) == 1


def test_a_large_plan_leaves_its_areas_to_their_own_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "TOO_MANY", 100)
    for activities, whole in (100, True), (101, False):
        project = projects.generated(tmp_path / str(activities), activities)
        plan = read_plan(project.read("plan.yaml").encode(), NAME).plan
        assert plan
        trees = check_pages(rendered(plan, Audience.EXTERNAL), files(Renderer(view(plan, Audience.EXTERNAL, DAY))))
        for area in plan.areas:
            own = trees[paths.area(area.id)].text
            assert all(activity.text in own for activity in area.activities)
        assert ("plan--rad" in tables(trees[paths.FOLLOW_UP])) is whole
        assert ("för stor för att stå hel" in trees[paths.FOLLOW_UP].text) is not whole


def tables(tree: Element) -> set[str]:
    """Return the classes of a page's tables."""
    return {name for table in tree.all("table") for name in table.attributes.get("class", "").split()}


@pytest.mark.full
@settings(QUICK, max_examples=4 * TIMES, derandomize=True)
@given(plans())
def test_any_valid_plan_is_built_by_the_command(data: dict[str, Any]) -> None:
    """The real command, with all its checks of what it has built."""
    for each in [*data["kontakter"], *data["vägledning"]["situationer"]]:
        each["visas"] = ["intern", "extern"]
    # What is internal must be told from what is public, or the check of leaks is right to refuse it.
    number = itertools.count()
    data = plan_fields.with_each_text(
        data, lambda field, text: f"{text} hemlig{next(number)}" if secret(field) else text
    )
    with tempfile.TemporaryDirectory() as folder:
        project = projects.lillby(Path(folder) / "lillby")
        project.write("plan.yaml", projects.dumped(data))
        for path in project.root.glob("content/*/*.md"):
            text = path.read_text(encoding="utf-8").replace('{{ kontakt("sos-alarm") }}', "")
            path.write_text(
                re.sub("granskas_av: .*", f"granskas_av: '{data['aktörer'][0]['id']}'", text), encoding="utf-8"
            )
        built = project.build()
        for site in built.sites:
            for page in site.pages.values():
                assert not re.search(r"<script>alert|<img src=x", page.html)


def secret(field: plan_fields.Field) -> bool:
    return field.key.startswith("intern_") or field.key == "personal" or field.model is Question


def always_shown(data: dict[str, Any]) -> Iterator[str]:
    """Yield some texts that both sites show, whatever else the plan says."""
    yield from (data["plan"]["titel"], data["plan"]["syfte"]["text"])
    for area in data["områden"]:
        yield area.get("namn") or area["rubrik_redaktion"]
        yield from (each["text"] for key in ("aktiviteter", "indikatorer") for each in area[key])
        yield from (each["källtext"] for each in area["aktiviteter"] if each.get("källtext"))
    for each in data["preventionsnivåer"]:
        yield each["namn"]


WHERE = {
    "områden": r"plan/(?!index)|uppfoljning/index",
    "vägledning": "oro/",
    "preventionsnivåer": "plan/index",
    "aktörer": "ansvar/",
    "kontakter": "kontakter",
}


def ids_of(data: dict[str, Any]) -> dict[str, set[str]]:
    """Return the ids that are anchors, by the part of the plan that they stand in."""
    below = [each for area in data["områden"] for key in ("aktiviteter", "delnivåer") for each in area.get(key, ())]
    guidance = data["vägledning"]
    found = {"områden": data["områden"] + below, "vägledning": [*guidance["arbetsplatser"], *guidance["situationer"]]}
    return {part: {each["id"] for each in found.get(part) or data[part]} for part in OWN_ANCHORS}


@pytest.mark.parametrize("audience", Audience)
def test_no_id_can_be_an_anchor_that_the_page_has_itself(audience: Audience) -> None:
    text = (projects.PLANS / "exempelkommun.yaml").read_text(encoding="utf-8")
    data = yaml.load(text, yaml.CBaseLoader)  # noqa: S506  # it makes texts only
    plan = read_plan(text.encode(), NAME).plan
    assert plan
    seen = Counter[str]()
    for path, tree in check_pages(rendered(plan, audience), files(Renderer(view(plan, audience, DAY)))).items():
        anchors = {each.attributes["id"] for each in tree if "id" in each.attributes}
        for part, ids in ids_of(data).items():
            # Ids of different parts may be the same, on different pages.
            if ids & anchors and re.match(WHERE[part], path):
                own = anchors.difference(*ids_of(data).values())
                assert [each for each in own if not re.fullmatch(OWN_ANCHORS[part], each)] == [], (path, part)
                seen[part] += len(own)
    assert seen.keys() == OWN_ANCHORS.keys()
    assert min(seen.values()) >= 1


def test_the_hostile_plan_holds_every_text_that_the_models_have() -> None:
    """A field that is added is not tried before Exempelkommun's plan has one."""
    text = (projects.PLANS / "exempelkommun.yaml").read_text(encoding="utf-8")
    seen = set[tuple[type, str]]()
    plan_fields.with_each_text(
        yaml.load(text, yaml.CBaseLoader),  # noqa: S506  # it makes texts only
        lambda field, value: seen.add((field.model, field.key)) or value,  # type: ignore[func-returns-value]
    )
    known = {
        (model, field.key)
        for model in plan_fields.all_models()
        for field in plan_fields.fields(model)
        if plan_fields.holds_text(field.hint) and field.key not in plan_fields.KEPT
    }
    assert known - seen == set()


# Mutations -----------------------------------------------------------------------------------------------------------

ODD: list[Any] = [
    None, "", " ", "x", "0", "-1", "ja", "nej", "helt", "2026", "2026-02-30", "saknas", "extern", "[x]", "{", "&a",
    "*a", "!!x", "<<", "con", "status", "å", "e\u0301", "9" * 5000, "x" * 20_001, [], ["x"], [[]], [None], {},
    {"x": "y"}, [{"id": ["x"]}], {"id": {"id": "x"}}, {"fritext": []}, "\u202e", "\0",
]  # fmt: skip
"""Values of a wrong kind, or a wrong value of the right kind."""


def nodes(node: Any) -> Iterator[Any]:
    """Yield every list and mapping that has something in it."""
    if node and isinstance(node, list | dict):
        yield node
        for below in node.values() if isinstance(node, dict) else node:
            yield from nodes(below)


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """Make a plan, and change its tree as people and programs do by mistake."""
    data = draw(plans())
    for _ in range(draw(st.integers(1, 4))):
        everything = list(nodes(data))
        node = draw(st.sampled_from(everything))
        key = draw(st.sampled_from(list(node) if isinstance(node, dict) else range(len(node))))
        match draw(st.sampled_from(["delete", "exchange", "move", "rename", "double"])):
            case "delete":
                del node[key]
            case "exchange":
                node[key] = draw(st.sampled_from(ODD))
            case "move":
                node[key] = copy.deepcopy(draw(st.sampled_from(everything)))
            case "rename" if isinstance(node, dict):
                other = draw(
                    st.sampled_from([*(name for each in everything if isinstance(each, dict) for name in each)])
                )
                node[other] = node.pop(key)
            case _ if isinstance(node, list):
                node.insert(0, node[key])
            case _:
                node[f"{key} "] = node[key]
        if not data:
            break
    return data


@settings(QUICK, max_examples=80 * TIMES)
@given(mutated())
def test_a_mutated_tree_becomes_pages_or_faults_with_places(data: dict[str, Any]) -> None:
    check_outcome(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=1000).encode())


ODD_TEXT = [
    "\t", "  ", ":", ": ", "- ", "#", " #", '"', "'", "[", "]", "{", "}", "|", ">", "&a", "*a", "!!x ", "<<: ", "\n",
    "---\n", "%", "@", "?", "\0", "\ufeff", "\u200b", "\u202e", "\u0085", "\u2028", "\xa0", "\ue000", "~",
]  # fmt: skip


@st.composite
def scribbled(draw: st.DrawFn) -> str:
    """Make a plan's text, and change its characters, its lines and its indents."""
    text: str = projects.dumped(draw(plans()))
    for _ in range(draw(st.integers(1, 4))):
        lines = text.split("\n")
        row, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
        line = lines[row]
        at = draw(st.integers(0, len(line)))
        odd = draw(st.sampled_from(ODD_TEXT))
        lines[row : row + 1] = draw(
            st.sampled_from(
                [
                    [line[:at] + odd + line[at:]],
                    [line[:at] + odd + line[at + 1 :]],
                    [line[:at] + line[at + 1 :]],
                    [line[:at]],
                    [],
                    [line, line],
                    [line, lines[other]],
                    [line, odd],
                    [" " * draw(st.integers(0, 9)) + line.lstrip()],
                    [part.ljust(len(part) + 1) for part in line.split(":")],
                ]
            )
        )
        text = "\n".join(lines)
    return draw(st.sampled_from([text, text.replace("\n", "\r\n"), text.replace("\n", "\r"), text[: len(text) // 2]]))


@settings(QUICK, max_examples=80 * TIMES)
@given(scribbled())
def test_a_scribbled_text_becomes_pages_or_faults_with_places(text: str) -> None:
    check_outcome(text.encode())


def check_outcome(data: bytes) -> None:
    """See that a plan's pages can all be made, or that each of its faults stands at a place in the file."""
    reading = read_plan(data, NAME)
    assert (reading.plan is None) == bool(reading.faults)
    lines = decode(data, NAME)[0].split("\n")
    for fault in reading.faults:
        assert 1 <= fault.line <= len(lines), fault
        assert 1 <= fault.column <= len(lines[fault.line - 1]) + 1, fault
        assert str(fault).isprintable(), fault
    if reading.plan:
        for audience in Audience:
            check_pages(rendered(reading.plan, audience), files(Renderer(view(reading.plan, audience, DAY))))
