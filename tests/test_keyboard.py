"""Every path through the sites with the keyboard alone, with and without JavaScript, on a screen and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from access import SCRIPT, Address, State, opened
from built import Site
from projects import Project, serve

pytestmark = pytest.mark.browser

DESKTOP = State("desktop")
PHONE = State("phone", width=360, height=640)
WITHOUT = State("phone without JavaScript", width=360, height=640, script=False)

REACHABLE = """() => [...document.querySelectorAll("*")].flatMap((element, order) => {
    const control = element.matches("a[href], button, input, select, textarea, summary, [tabindex]")
    return control && element.tabIndex >= 0 && !element.disabled && !access.unseen(element) ? [order] : []
})"""
"""Where in the document what can have focus and is seen stands."""


def steps(page: Page, most: int = 600) -> Iterator[dict[str, Any]]:
    """Press Tab from the top of a page until focus leaves it, and give each stop."""
    page.evaluate("scrollTo(0, 0)")
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate("access.focused()")
        if stop is None:
            return
        yield stop
    pytest.fail(f"focus is still on the page after {most} stops")


def tab_to(page: Page, **wanted: str) -> dict[str, Any]:
    """Press Tab until focus is on what has the wanted ``text`` or ends with the wanted ``href``."""
    for stop in steps(page):
        if wanted.get("text", stop["text"]) == stop["text"] and (stop["href"] or "").endswith(wanted.get("href", "")):
            assert stop["wrong"] == [], stop
            return stop
    raise AssertionError(wanted)


@pytest.mark.parametrize("state", [DESKTOP, PHONE, WITHOUT], ids=lambda state: state.name)
def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(
    shown: Site, browser: Browser, state: State
) -> None:
    files = ["index.html", "uppfoljning/index.html", "kontakter/index.html"]
    with serve(shown.folder, shown.base) as address:
        for file in files if state is DESKTOP else files[:1]:
            with opened(browser, Address(address, file, "").url, state) as page:
                seen = set(page.evaluate(REACHABLE))
                stops = list(steps(page))
            assert [stop for stop in stops if stop["wrong"]] == []
            orders = [stop["order"] for stop in stops]
            assert orders == sorted(set(orders)), file
            # The skip link is seen only while it has focus, and stands first.
            assert stops[0]["href"].startswith("#")
            assert "innehållet" in stops[0]["text"]
            assert seen <= set(orders), file
            assert len(orders) > 10


def test_the_skip_link_leads_past_the_menu(shown: Site, browser: Browser) -> None:
    with serve(shown.folder, shown.base) as address, opened(browser, f"{address}kontakter/", DESKTOP) as page:
        next(steps(page))
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")
        assert page.evaluate("access.focused().wrong") == []


@pytest.mark.parametrize("state", [PHONE, WITHOUT], ids=lambda state: state.name)
def test_the_menu_opens_by_keyboard_on_a_phone(shown: Site, browser: Browser, state: State) -> None:
    """Material 9.8.1's cannot: squidfunk/mkdocs-material#4101."""
    with serve(shown.folder, shown.base) as address, opened(browser, address, state) as page:
        closed = set(page.evaluate(REACHABLE))
        tab_to(page, text="Meny")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        inside = page.evaluate("access.focused()")
        assert inside["wrong"] == []
        assert inside["order"] not in closed
        assert len(page.evaluate(REACHABLE)) > len(closed) + 4
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        assert set(page.evaluate(REACHABLE)) == closed
        page.keyboard.press("Enter")
        tab_to(page, href="kontakter/")
        page.keyboard.press("Enter")
        page.wait_for_url("**/kontakter/")


def test_whom_to_contact_is_found_by_keyboard(timra: Project, browser: Browser) -> None:
    """A situation and where one works, from the first page to the answer."""
    site = timra.internal
    with serve(site.folder) as address, opened(browser, address, DESKTOP) as page:
        tab_to(page, href="oro/under-18/#skola")
        page.keyboard.press("Enter")
        page.wait_for_url("**/oro/under-18/#skola")
        expect(page.locator("#skola")).to_be_in_viewport()
        # Reading goes on from there, not from the top of the page.
        page.keyboard.press("Tab")
        after = "document.querySelector('#skola').compareDocumentPosition(document.activeElement)"
        assert page.evaluate(
            f"({after} & (Node.DOCUMENT_POSITION_FOLLOWING | Node.DOCUMENT_POSITION_CONTAINED_BY)) > 0"
        )


def test_a_long_table_is_sorted_and_filtered_by_keyboard(exempelkommun: Project, browser: Browser) -> None:
    site = exempelkommun.internal
    url = "uppfoljning/aktiviteter/"
    with serve(site.folder, site.base) as address, opened(browser, f"{address}{url}", DESKTOP) as page:
        said = page.locator("[role=status]")
        before = said.inner_text()
        rows = page.locator("table[data-urval] > tbody > tr:visible")
        every = rows.count()
        for stop in steps(page):
            assert stop["wrong"] == [], stop
            if stop["name"].startswith("<select"):
                break
        assert page.evaluate("document.activeElement.labels[0].innerText.trim()")
        page.keyboard.press("ArrowDown")
        expect(said).not_to_have_text(before)
        assert 0 < rows.count() < every
        assert page.evaluate("document.activeElement.localName") == "select"
        tab_to(page, text="Rensa urvalet")
        page.keyboard.press("Enter")
        expect(said).to_have_text(before)
        heading = page.locator("table[data-urval] thead button").first
        tab_to(page, text=heading.inner_text())
        page.keyboard.press("Space")
        assert page.evaluate("document.activeElement.closest('th').getAttribute('aria-sort')") == "ascending"
        page.keyboard.press("Space")
        assert page.evaluate("document.activeElement.closest('th').getAttribute('aria-sort')") == "descending"
        assert page.evaluate("access.focused().wrong") == []


@pytest.mark.parametrize("state", [DESKTOP, PHONE], ids=lambda state: state.name)
def test_a_page_is_found_by_searching_with_the_keyboard(timra: Project, browser: Browser, state: State) -> None:
    """By the box on a screen, by the link on a phone; the results are said, and come next."""
    site = timra.internal
    with serve(site.folder) as address, opened(browser, address, state) as page:
        if state is PHONE:
            tab_to(page, text="Sök", href="sok/")
            page.keyboard.press("Enter")
            page.wait_for_url("**/sok/")
            page.evaluate(SCRIPT)
        for stop in steps(page):
            assert stop["wrong"] == [], stop
            if stop["name"].startswith("<input"):
                break
        page.keyboard.type("orolig")
        page.keyboard.press("Enter")
        page.wait_for_url("**/sok/?q=orolig")
        result = page.locator(".sok__traffar a").first
        expect(result).to_be_visible()
        expect(page.locator("main [role=status]")).to_contain_text("träffar")
        page.evaluate(SCRIPT)
        tab_to(page, href=result.get_attribute("href") or "nowhere")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/sok/" not in url)


FOCUS_BREAKS = {
    "no outline": "* { outline: none !important }",
    "outline 1.": ":focus-visible { outline-color: #eee !important }",
    "not to be seen": "header a { opacity: 0 }",
    "covered by": "body::after { content: ''; position: fixed; inset: 0; background: #fff; z-index: 99 }",
}


@pytest.mark.parametrize("finding", FOCUS_BREAKS)
def test_focus_that_is_lost_is_seen(timra: Project, browser: Browser, finding: str) -> None:
    with serve(timra.internal.folder) as address, opened(browser, address, DESKTOP) as page:
        page.add_style_tag(content=FOCUS_BREAKS[finding])
        stops = [stop for stop, _ in zip(steps(page), range(6), strict=False)]
    assert any(wrong.startswith(finding) for stop in stops for wrong in stop["wrong"]), stops
