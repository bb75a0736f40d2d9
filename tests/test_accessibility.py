"""The built sites as those meet them who see little, listen, use the keyboard alone or have asked for other colours.

What cannot be asked by a machine is in the handbook: ``content/timnet/handbok/sa-granskar-du-tillgangligheten.md``.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from access import STATES, Address, Reader, State, kinds, opened, spoken, summary
from built import Element, Site
from golden import CASES, cases
from projects import Project, serve

pytestmark = pytest.mark.browser


@contextmanager
def served(*projects: Project) -> Iterator[list[tuple[Site, str]]]:
    """Serve all sites of some projects, and give each with its address."""
    with ExitStack() as stack:
        sites = [site for project in projects for site in project.sites]
        yield [(site, stack.enter_context(serve(site.folder, site.base))) for site in sites]


def pages(site: Site) -> list[str]:
    """Return the files of all a site's pages, pieces for other sites too."""
    return [name for name in site.files if name.endswith(".html")]


PARTS = 4
"""As many tests share the pages: each is run by whichever process has nothing else to do."""

RICH = {"index.html", "kontakter/index.html", "plan/*", "uppfoljning/index.html"}
"""The kinds of page that hold most components, and the states in which those can differ most."""
COMMON = {"light", "320 px"}
TESTED = COMMON | {"dark", "forced colours", "print", "menu open"}


@pytest.mark.parametrize("part", range(PARTS))
def test_a_page_of_each_kind_is_accessible_in_every_state(
    timra: Project, exempelkommun: Project, browser: Browser, part: int
) -> None:
    """The largest of each kind over all sites: two sites' pages of a kind differ in how much they hold."""
    with served(timra, exempelkommun) as sites:
        largest: dict[str, tuple[int, Address]] = {}
        for site, address in sites:
            for kind, file in kinds(pages(site), {name: len(data) for name, data in site.files.items()}).items():
                found = len(site.files[file]), Address(address, file, f"{site.name}/")
                largest[kind] = max(largest.get(kind, found), found, key=lambda each: each[0])
        assert len(largest) >= 26
        assert largest.keys() >= RICH
        wrong = [
            each
            for kind, (_, address) in [*largest.items()][part::PARTS]
            for each in looked_at(browser, [address], TESTED if kind in RICH else COMMON)
        ]
    assert not wrong, summary(wrong)


@pytest.mark.full
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_accessible_in_every_state(
    timra: Project, exempelkommun: Project, browser: Browser, part: int
) -> None:
    with served(timra, exempelkommun) as sites:
        every = [Address(address, file, f"{site.name}/") for site, address in sites for file in pages(site)]
        assert len(every) >= 200
        wrong = looked_at(browser, every[part::PARTS], {state.name for state in STATES})
    assert not wrong, summary(wrong)


def looked_at(browser: Browser, addresses: list[Address], states: set[str]) -> list[str]:
    """Return what is wrong with some pages in some states, by name."""
    reader = Reader(browser)
    chosen = [state for state in STATES if state.name in states]
    wrong = [each for address in addresses for each in reader.look(address, chosen)]
    reader.close()
    return wrong


HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def test_every_page_says_what_it_is_and_is_ordered(site: Site) -> None:
    """Language, title, landmarks and headings, which need no browser to be seen."""
    titles: dict[str, str] = {}
    for file, page in site.pages.items():
        html = next(element for element in page.tree if element.tag == "html")
        assert html.attributes["lang"] == ("en" if file.startswith("en/") else "sv"), file
        assert page.title, file
        assert page.title not in titles, (file, titles[page.title])
        titles[page.title] = file
        icons = [each.attributes["href"] for each in page.tree.all("link") if each.attributes.get("rel") == "icon"]
        assert [icon.rpartition("assets/")[2] for icon in icons] == ["favicon.svg"], file
        for tag in ("main", "header", "footer"):
            assert len([each for each in page.tree.all(tag) if not within(each, "article")]) == 1, (file, tag)
        named = [each.attributes.get("aria-label", "") for each in page.tree.all("nav")]
        assert all(named), (file, named)
        levels = [int(each.tag[1]) for each in page.tree if each.tag in HEADINGS]
        assert levels[:1] == [1], file
        assert levels.count(1) == 1, file
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), (file, levels)
        assert all(each.text for each in page.tree if each.tag in HEADINGS), file
    assert len(titles) > 30


def within(element: Element, tag: str) -> bool:
    """Tell whether an element stands in one of a kind."""
    return any(each.tag == tag for each in element.up())


@pytest.mark.parametrize("width", [1280, 320])
def test_the_status_table_is_read_aloud_as_a_table(
    project: Project, browser: Browser, launch: dict[str, Any], width: int, tmp_path: Path
) -> None:
    """What Chromium tells a screen reader; drawn as cards at 320 px, it is the same table."""
    plan = "timra" if "timra.se" in project.external.name else "exempelkommun"
    site = project.external
    state = State("", width=width, height=900)
    # As when somebody listens; else what is not near the screen is not told of.
    listening = browser.browser_type.launch(**launch | {"args": [*launch["args"], "--force-renderer-accessibility"]})
    with serve(site.folder, site.base) as address, opened(listening, f"{address}uppfoljning/", state) as page:
        heard = spoken(page, "table.plan--oversikt")
        others = [spoken(page, f"table.{name}") for name in ("plan--rad", "plan--historik")]
    listening.close()
    file = CASES / "skarmlasare" / f"{plan}-{width}.txt"
    (tmp_path / file.name).write_text(heard, encoding="utf-8")
    expected = file.read_text(encoding="utf-8").splitlines()
    change = list(
        difflib.unified_diff(expected, heard.splitlines(), "expected", str(tmp_path / file.name), lineterm="")
    )
    assert not change, "\n".join(change)
    assert len(re.findall(r"^ +row$", heard, re.MULTILINE)) > 8
    for other in others if plan == "exempelkommun" else others[:1]:
        assert other.startswith("table ")
        assert re.search(r"^ +columnheader Område", other, re.MULTILINE)
        assert re.search(r"^ +rowheader ", other, re.MULTILINE)


BREAKS = cases("tillganglighet")
"""What is added to a page, or done to it, and how the finding begins that it must give."""


@pytest.mark.parametrize("what", BREAKS)
def test_what_is_looked_for_is_seen(timra: Project, browser: Browser, what: str) -> None:
    finding = BREAKS[what].pop("fynd")
    with serve(timra.internal.folder) as address:
        reader = Breaking(browser, BREAKS[what])
        found = reader.look(Address(address, "vad-som-gors/index.html", ""), STATES[:1])
        reader.close()
    assert any(each.split(" · ")[2].startswith(finding) for each in found), found


class Breaking(Reader):
    """Reads a page that has been changed after it was loaded."""

    def __init__(self, browser: Browser, change: dict[str, str]) -> None:
        super().__init__(browser)
        self.change = change

    def load(self, key: tuple[int, bool], url: str) -> None:
        """Load the page, and break it."""
        super().load(key, url)
        page = self.page(key)
        if "css" in self.change:
            page.add_style_tag(content=self.change["css"])
        page.evaluate(
            "html => document.querySelector('article').insertAdjacentHTML('beforeend', html)",
            self.change.get("html", ""),
        )
        page.evaluate(self.change.get("js", "0"))
