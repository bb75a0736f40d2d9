"""Search in a real browser: what people type leads to the right page first, and never to nothing.

The questions are data: ``cases/sok/<site>.yaml``, asked on Timrå's own plan.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
import yaml
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from built import Site
from handlingsplan.check.leaks import Leaks
from handlingsplan.project.sites import sites
from projects import DAY, Project, serve

CASES = Path(__file__).resolve().parent / "cases" / "sok"
LIGHT = 13_000
"""Bytes of Timrå's index as it is sent: fetched by those who search, and by nobody else."""


def questions(name: str) -> dict[str, str]:
    """Return what is asked on a site, and the address that must come first."""
    found: dict[str, str] = yaml.load((CASES / f"{name}.yaml").read_text(encoding="utf-8"), yaml.CBaseLoader)  # noqa: S506
    return {question: "" if page == "start" else page for question, page in found.items()}


@pytest.fixture(params=["internal", "external"])
def ours(request: pytest.FixtureRequest, timra: Project) -> Site:
    """Each of Timrå's sites."""
    return timra.internal if request.param == "internal" else timra.external


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="sv-SE", viewport={"width": 360, "height": 640})
    yield context
    context.close()


def ask(page: Page, question: str) -> list[str]:
    """Type a question on the search page, and return where the results lead, without anchors."""
    page.locator("#sokruta").fill(question)
    page.wait_for_function("asked => new URLSearchParams(location.search).get('q') === asked", arg=question)
    links = page.locator(".sok__traffar a").evaluate_all("links => links.map(link => link.href)")
    root = page.url.partition("sok/")[0]
    return [link.removeprefix(root).partition("#")[0] for link in links]


# What leads where ----------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_what_people_type_leads_to_the_right_page_first(ours: Site, context: BrowserContext) -> None:
    asked = questions(ours.name)
    assert len(asked) >= 70
    with serve(ours.folder) as address:
        page = context.new_page()
        page.goto(f"{address}sok/")
        got = {question: next(iter(ask(page, question)), "inga träffar") for question in asked}
        wrong = {question: (first, asked[question]) for question, first in got.items() if first != asked[question]}
        assert wrong == {}


def test_the_questions_name_pages_that_exist(ours: Site) -> None:
    assert {address for address in questions(ours.name).values() if f"{address}index.html" not in ours.files} == set()


def test_search_knows_every_page_but_the_editors(site: Site) -> None:
    known = {address for address, *_ in json.loads(site.files["sok/index.json"])}
    pages = {name.removesuffix("index.html") for name in site.pages} - {"404.html", "sok/"}
    editors = r"handbok/|att-granska/|data/|uppfoljning/aktiviteter/|uppfoljning/rapport/"
    left_out = {name for name in pages - known if not re.match(editors, name)}
    assert left_out == set()
    assert not {name for name in known if name.startswith(("handbok/", "att-granska/", "fragment/", "sok/"))}


def test_the_index_is_light(ours: Site) -> None:
    assert len(brotli.compress(ours.files["sok/index.json"], quality=11)) < LIGHT
    scripts = [data for name, data in ours.files.items() if re.fullmatch(r"assets/search\.\w+\.js", name)]
    assert [len(brotli.compress(data, quality=11)) < 4_000 for data in scripts] == [True]


def test_what_is_internal_is_seen_in_the_index_too(exempelkommun: Project, tmp_path: Path) -> None:
    found, faults = sites(exempelkommun.root)
    assert faults == []
    folder = tmp_path / "ut"
    shutil.copytree(exempelkommun.external.folder, folder)
    searching = Leaks(exempelkommun.root, found, DAY)
    assert searching.check(folder, "ut") == []
    index = folder / "sok" / "index.json"
    rows = json.loads(index.read_text(encoding="utf-8"))
    rows[0][5][0][2] = "stödlinje för personal INTERNlärkträd64"
    index.write_text(json.dumps(rows), encoding="utf-8")
    assert [fault.file for fault in searching.check(folder, "ut")] == ["ut/sok/index.json"]


# The page ------------------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_no_search_ends_with_nothing(site: Site, context: BrowserContext) -> None:
    with serve(site.folder) as address:
        page = context.new_page()
        page.goto(f"{address}sok/?q=xyzzy")
        expect(page.get_by_role("status")).to_have_text("Inga träffar på ”xyzzy”")
        expect(page.locator("main a[href='tel:112']")).to_be_visible()
        expect(page.locator("main a[href='tel:11414']")).to_be_visible()
        expect(page.locator(".sok__inget a[href='../']")).to_be_visible()
        expect(page.locator(".sok__sidor a").first).to_be_visible()
        # One page, many, and words with a letter wrong.
        counted = [(len(ask(page, question)), page.get_by_role("status").inner_text()) for question in ("112", "hitat")]
        assert counted[0][1] == ("1 träff" if counted[0][0] == 1 else f"{counted[0][0]} träffar")
        assert counted[1][0] > 0
        assert counted[1][1] == "Inga träffar på ”hitat”. Det här liknar:"
        expect(page.locator(".sok__alla")).to_be_hidden()
        page.locator("#sokruta").fill("")
        expect(page.locator(".sok__alla")).to_be_visible()
        expect(page.get_by_role("status")).to_be_empty()


@pytest.mark.browser
def test_the_way_to_search_is_in_every_header(ours: Site, context: BrowserContext) -> None:
    """A link on a phone, the box on a wide screen, both by keyboard; the address holds the question and can be sent."""
    asked: list[str] = []
    context.on("request", lambda request: asked.append(_path(request)))
    with serve(ours.folder) as address:
        page = context.new_page()
        for path in ("", "kontakter/", "plan/styrgrupp/"):
            page.set_viewport_size({"width": 320, "height": 640})
            page.goto(f"{address}{path}")
            link = page.get_by_role("banner").get_by_role("link", name="Sök", exact=True)
            expect(link).to_be_visible()
            expect(page.get_by_role("search")).to_be_hidden()
            page.set_viewport_size({"width": 1280, "height": 800})
            expect(link).to_be_hidden()
            expect(page.get_by_role("searchbox", name=re.compile("^Sök på "))).to_be_visible()
        # Neither the index nor its script is fetched by those who do not search.
        assert [path for path in asked if "search" in path or path.startswith("sok/")] == []
        page.get_by_role("searchbox").focus()
        page.keyboard.type("hittat klotter")
        page.keyboard.press("Enter")
        page.wait_for_url("**/sok/?q=hittat+klotter")
        expect(page.get_by_role("searchbox", name="Vad letar du efter?")).to_have_value("hittat klotter")
        assert {path for path in asked if path.startswith("sok/")} == {"sok/", "sok/index.json"}
        first = page.locator(".sok__traffar a").first
        expect(first).to_be_visible()
        page.get_by_role("searchbox").focus()
        for _ in range(2):
            page.keyboard.press("Tab")
        expect(first).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url("**/oro/nagot-hittat/**")
        page.go_back()
        expect(page.get_by_role("searchbox")).to_have_value("hittat klotter")
        expect(first).to_be_visible()


def _path(request: Request) -> str:
    return re.sub(r"^\w+://[^/]+/|\?.*$", "", request.url)


@pytest.mark.browser
def test_search_is_of_use_without_javascript(ours: Site, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    with serve(ours.folder) as address:
        page = context.new_page()
        page.goto(address)
        page.get_by_role("searchbox").fill("orolig")
        page.keyboard.press("Enter")
        page.wait_for_url("**/sok/?q=orolig")
        # Playwright turns scripts off after the page is read, so what stands in a <noscript> is not drawn here.
        assert "Sökningen behöver JavaScript" in ours.page("sok/index.md").text
        shown = page.locator(".sok__sidor a").evaluate_all("links => links.map(link => link.href)")
        assert [link.removeprefix(address) for link in shown] == [
            each for each, *_ in json.loads(ours.files["sok/index.json"])
        ]
        heading = "Vad kan du märka?" if ours.name == "timra.se" else "Under samtalet"
        expect(page.locator(".sok__sidor").get_by_text(heading).first).to_be_visible()
    context.close()


@pytest.mark.browser
def test_an_index_that_does_not_come_is_told_of(timra: Project, context: BrowserContext) -> None:
    with serve(timra.external.folder) as address:
        page = context.new_page()
        page.route("**/index.json", lambda route: route.abort())
        page.goto(f"{address}sok/?q=orolig")
        expect(page.get_by_role("status")).to_have_text(re.compile("gick inte att ladda"))
        expect(page.locator(".sok__sidor a").first).to_be_visible()
