"""The built sites in a real browser: quiet, on their own, in any width, with and without JavaScript, and searchable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request, expect

from built import Site, words
from projects import HOSTILE, Project, serve

pytestmark = pytest.mark.browser

KINDS = [
    "index.md",
    "kontakter.md",
    "plan/index.md",
    "plan/styrgrupp.md",
    "plan/insatser.md",
    "uppfoljning/index.md",
    "uppfoljning/2026.md",
    "oro/akut-fara.md",
    "oro/vuxen.md",
    "ansvar/utvecklingsstrateg.md",
    "sa-raknar-vi.md",
    "stod.md",
    "vad-som-gors.md",
    "ta-emot-en-anmalan.md",
    "moter-du-manniskor-i-ditt-arbete.md",
    "lattlast.md",
    "en/index.md",
    "om-webbplatsen.md",
    "tillganglighet.md",
    "allt.md",
    "att-granska.md",
    "fragment/index.md",
    "handbok/index.md",
    "plan/overlamning-skola-socialtjanst-fritid-polis.md",
]
"""A page of each kind; which of them a site has depends on whose it is and for whom."""


@dataclass
class Visit:
    """A site served on this machine, and a tab that remembers what it was told and what it asked for."""

    site: Site
    address: str
    page: Page
    told: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a page by its source."""
        self.page.goto(urljoin(self.address, _file(path).removesuffix("index.html")))
        return self.page

    def kinds(self) -> list[str]:
        """The pages of ``KINDS`` that this site has."""
        return [path for path in KINDS if (self.site.folder / _file(path)).exists()]


def _file(path: str) -> str:
    stem = path.removesuffix(".md")
    return f"{stem}.html" if stem.endswith("index") else f"{stem}/index.html"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="sv-SE", viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def visit(shown: Site, context: BrowserContext) -> Iterator[Visit]:
    with serve(shown.folder, shown.base) as address:
        yield watched(shown, address, context)


def watched(site: Site, address: str, context: BrowserContext) -> Visit:
    """Return a tab on a site whose console, errors, questions and requests are remembered."""
    visit = Visit(site, address, context.new_page())

    def told(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            visit.told.append(f"{visit.page.url}: {message.text}")

    def interrupted(dialog: Dialog) -> None:
        visit.told.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def asked(request: Request) -> None:
        visit.asked.append(request.url)

    visit.page.on("console", told)
    visit.page.on("pageerror", lambda error: visit.told.append(f"{visit.page.url}: {error}"))
    visit.page.on("dialog", interrupted)
    context.on("request", asked)
    return visit


WIDER = """() => {
    const room = document.scrollingElement.clientWidth
    if (document.scrollingElement.scrollWidth <= room) return []
    return [...document.querySelectorAll('body *')]
        .filter(element => element.getBoundingClientRect().right > room + 1)
        .map(element => `${element.tagName}.${element.className}`)
}"""
"""What reaches beyond the window's edge, where the page has to be scrolled sideways."""


def test_every_kind_of_page_is_quiet_keeps_to_itself_and_fits_a_small_phone(visit: Visit) -> None:
    kinds = visit.kinds()
    assert len(kinds) >= 12
    visit.page.set_viewport_size({"width": 320, "height": 640})
    for path in [*kinds, "finns/inte.md"]:
        page = visit.go(path)
        if path in {"index.md", "uppfoljning/index.md", "finns/inte.md"}:
            page.wait_for_load_state("networkidle")  # half a second each
        assert page.locator("h1").count() == 1
        # Nothing is kept of a reader who has not asked for anything.
        assert page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0], path
        assert page.evaluate(WIDER) == [], path
    assert visit.page.context.cookies() == []
    # That the last page was answered with 404 is what the browser should say of it.
    assert [each for each in visit.told if not ("finns/inte" in each and "404" in each)] == []
    assert len(visit.asked) > len(kinds)
    origin = "{0.scheme}://{0.netloc}/".format(urlsplit(visit.address))
    assert [address for address in visit.asked if not address.startswith((origin, "data:", f"blob:{origin}"))] == []


def test_everything_can_be_read_without_javascript(shown: Site, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 640})
    with serve(shown.folder, shown.base) as address:
        visit = watched(shown, address, context)
        page = visit.go("uppfoljning/index.md")
        tables = page.locator("table")
        assert tables.count() == len(shown.page("uppfoljning/index.md").article.all("table"))
        first = tables.first
        expect(first).to_be_visible()
        rows = shown.page("uppfoljning/index.md").article.all("table")[0].all("tr")
        read = words(first.inner_text())
        for row in rows[1:]:
            assert row.all("th")[0].text in read
            assert row.all("td")[0].text in read
        # The menu opens, and leads on.
        page.locator("summary").first.click()
        page.locator("nav a", has_text="Kontakter").locator("visible=true").first.click()
        assert page.url == urljoin(address, "kontakter/")
        expect(page.locator("a[href='tel:112']").first).to_be_visible()
    context.close()


def search(visit: Visit, query: str) -> list[tuple[str, str]]:
    """Search as a reader does, from the start page, and return the results: where each leads, and its words."""
    page = visit.go("index.md")
    field = page.get_by_role("searchbox")
    field.fill(query)
    field.press("Enter")
    expect(page.get_by_role("status")).to_have_text(re.compile("träff|liknar", re.IGNORECASE))
    return results(visit)


def results(visit: Visit) -> list[tuple[str, str]]:
    """Return the results that the search page shows."""
    rows = visit.page.locator(".sok__traffar > li")
    links = rows.evaluate_all("rows => rows.map(row => [row.querySelector('a').href, row.innerText])")
    return [(address.replace(visit.address, "").partition("?")[0], words(text)) for address, text in links]


def test_search_finds_a_word_of_the_status_table_and_leads_to_it(visit: Visit) -> None:
    """The second column: what shall be done."""
    query, area = {
        "timnet": ("avprogrammering", "insatser"),
        "timra.se": ("avprogrammering", "insatser"),
    }.get(visit.site.name, ("kontaktkort", "overlamning-skola-socialtjanst-fritid-polis"))
    found = [address for address, _ in search(visit, query)]
    assert any(address.startswith((f"plan/{area}/", "uppfoljning/")) for address in found), found
    visit.page.locator(".sok__traffar a").first.click()
    visit.page.wait_for_url(lambda url: "/sok/" not in url)
    assert query in words(visit.page.locator("article").inner_text()).casefold()
    assert visit.told == []


def test_search_leads_the_worried_to_the_right_page(visit: Visit) -> None:
    """The word that most will type, and not the editors' handbook. ``test_search`` asks for many more."""
    found = [address.partition("#")[0] for address, _ in search(visit, "orosanmälan")]
    assert found[0] in {"oro/under-18/", "oro/barn-under-18/"}
    assert not [address for address in found if address.startswith(("handbok/", "att-granska/"))]


@pytest.mark.parametrize("internal", [True, False], ids=["internal", "external"])
def test_hostile_text_is_drawn_as_text(hostile: Project, context: BrowserContext, *, internal: bool) -> None:
    site = hostile.internal if internal else hostile.external
    with serve(site.folder, site.base) as address:
        visit = watched(site, address, context)
        found = search(visit, "styrgrupp samordning")
        assert found
        shown = " ".join(text for _, text in found)
        assert "<script>alert(1)</script>" in shown
        shown_at = visit.page.locator(".sok__traffar")
        assert shown_at.locator("script, img, iframe, a[href^='javascript']").count() == 0
        for path in ("plan/insatser.md", "uppfoljning/index.md", "kontakter.md", "oro/vuxen.md"):
            page = visit.go(path)
            assert page.locator("article a[href^='javascript' i], nav a[href^='javascript' i]").count() == 0
        page = visit.go("plan/styrgrupp.md")
        assert HOSTILE in page.title()
        assert HOSTILE in words(page.locator("h1").inner_text())
        # A comment that somebody opened in a text has not swallowed the rest of the page.
        expect(page.locator("footer")).to_be_attached()
        assert visit.told == []


def test_the_guard_against_foreign_requests_sees_one(timra: Project, context: BrowserContext) -> None:
    """What the first test looks for would be seen: a request elsewhere, a cookie, a stored value, an error."""
    with serve(timra.external.folder) as address:
        visit = watched(timra.external, address, context)
        page = visit.go("index.md")
        page.evaluate(
            """() => {
                new Image().src = 'http://127.0.0.2:9/x.png'
                document.cookie = 'a=1'
                localStorage.setItem('a', '1')
                console.error('fel')
                alert(1)
            }"""
        )
        page.wait_for_timeout(200)
        assert "http://127.0.0.2:9/x.png" in visit.asked
        assert page.context.cookies()
        assert page.evaluate("localStorage.length") == 1
        assert [each for each in visit.told if "fel" in each]
        assert "dialog: 1" in visit.told
        page.set_viewport_size({"width": 320, "height": 640})
        page.evaluate("document.querySelector('article').style.width = '700px'")
        assert page.evaluate(WIDER)
