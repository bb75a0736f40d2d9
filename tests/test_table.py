"""Tables of twenty rows and more in a real browser: sorted, filtered, sent as a link, by keyboard, on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

import projects
from built import Site
from projects import Project, serve

pytestmark = pytest.mark.browser

TABLE = "uppfoljning/aktiviteter/"
WIDER = "document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth"
SHOWN = """() => [...document.querySelectorAll('table[data-urval] > tbody > tr')]
    .filter(row => getComputedStyle(row).display !== 'none')
    .map(row => [...row.cells].map(cell => cell.textContent.replace(/\\s+/g, ' ').trim()))"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A plan of 1,000 activities in 50 areas, built."""
    return projects.generated(tmp_path_factory.mktemp("stor"), 1000).build()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="sv-SE", viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(exempelkommun: Project, context: BrowserContext) -> Iterator[Page]:
    """Exempelkommun's table of all activities."""
    told = []
    with serve(exempelkommun.external.folder, "/trygghet/") as address:
        page = context.new_page()
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.goto(address + TABLE)
        yield page
        assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert told == []


def shown(page: Page) -> list[list[str]]:
    rows: list[list[str]] = page.evaluate(SHOWN)
    return rows


def heads(page: Page) -> dict[str, int]:
    """Return the columns by their headings."""
    cells = page.locator("table[data-urval] thead th").all_inner_texts()
    return {re.sub("[^a-zåäöA-ZÅÄÖ]", "", text): number for number, text in enumerate(cells)}


def counted(page: Page) -> str:
    return page.locator("p[role=status]").inner_text()


def test_all_rows_are_there_until_something_is_chosen(page: Page, exempelkommun: Project) -> None:
    rows = exempelkommun.external.page("uppfoljning/aktiviteter.md").article.all("tr")[1:]
    assert len(rows) >= 20
    assert counted(page) == f"Visar {len(rows)} av {len(rows)} aktiviteter"
    assert len(shown(page)) == len(rows)
    assert page.url.endswith(TABLE)
    assert page.locator("[aria-sort]").count() == 0


@pytest.mark.parametrize("name", ["Område", "Ansvarig", "Status", "Tid", "Preventionsnivå"])
def test_each_value_of_a_filter_shows_exactly_its_rows(page: Page, name: str) -> None:
    column = heads(page)[name]
    everything = shown(page)
    select = page.get_by_role("combobox", name=name, exact=True)
    values = [text.strip() for text in select.locator("option").all_inner_texts()]
    assert values[0] == "Alla"
    assert len(values) > 2
    for value in values[1:]:
        select.select_option(label=value)
        wanted = [row for row in everything if row[column] == value or row[column].endswith((f"· {value}", value))]
        if value == "enligt planen klar":
            wanted = [row for row in everything if row[column].startswith("enligt planen: ")]
        if name == "Status":
            wanted = [row for row in everything if row[column].startswith(value)]
        if name == "Preventionsnivå":
            wanted = [row for row in everything if value in row[column]]
        assert shown(page) == wanted
        assert wanted
        assert counted(page) == f"Visar {len(wanted)} av {len(everything)} aktiviteter"
    select.select_option("")
    assert shown(page) == everything


def test_filters_narrow_each_other_and_nothing_left_is_said(page: Page) -> None:
    everything = shown(page)
    column = heads(page)
    page.get_by_role("combobox", name="Status", exact=True).select_option("Helt uppfyllt")
    first = shown(page)
    page.get_by_role("combobox", name="Ansvarig", exact=True).select_option("Kommunstyrelsen")
    both = shown(page)
    assert both == [row for row in first if row[column["Ansvarig"]] == "Kommunstyrelsen"]
    assert 0 < len(both) < len(first) < len(everything)
    page.get_by_role("combobox", name="Tid", exact=True).select_option("kommer")
    assert shown(page) == []
    assert counted(page) == f"Visar 0 av {len(everything)} aktiviteter"
    page.get_by_role("button", name="Rensa urvalet").click()
    assert shown(page) == everything
    assert page.url.endswith(TABLE)


def test_a_heading_sorts_up_and_then_down_and_says_so(page: Page) -> None:
    everything = shown(page)
    for name, number in heads(page).items():
        button = page.locator("thead").get_by_role("button", name=name)
        button.click()
        head = page.locator("thead th").nth(number)
        assert head.get_attribute("aria-sort") == "ascending"
        up = shown(page)
        button.click()
        assert head.get_attribute("aria-sort") == "descending"
        down = shown(page)
        assert sorted(up) == sorted(down) == sorted(everything)
        assert [row[number] for row in up] != [row[number] for row in down]
        assert page.locator("[aria-sort]").count() == 1
        assert page.get_by_label("Sortera efter").input_value().startswith("-")
    page.get_by_label("Sortera efter").select_option("Planens ordning")
    assert shown(page) == everything
    assert page.locator("[aria-sort]").count() == 0


def test_sorted_as_swedish_and_as_time_and_as_the_scale(page: Page) -> None:
    column = heads(page)
    page.get_by_label("Sortera efter").select_option("status")
    order = ["Helt", "Delvis", "Ej", "Äldre", "Ingen", "Inte"]
    found = [order.index(row[column["Status"]].split()[0]) for row in shown(page)]
    assert found == sorted(found)
    assert len(set(found)) == 6
    page.get_by_label("Sortera efter").select_option("tid")
    ends = page.locator("tbody tr td:nth-of-type(4)").evaluate_all("cells => cells.map(cell => cell.dataset.ordning)")
    assert ends == sorted(ends)
    dated = [end for end in ends if not end.startswith("9999")]
    assert len(dated) > 10
    assert len(ends) > len(dated)
    page.get_by_label("Sortera efter").select_option("aktivitet")
    names = [row[0] for row in shown(page)]
    # Letters with rings and dots come after z, not among a and o.
    assert names.index(next(name for name in names if name.startswith("Översätta"))) > names.index(
        next(name for name in names if name.startswith("Upphandla"))
    )


def test_a_choice_can_be_sent_undone_and_redone(page: Page, context: BrowserContext) -> None:
    everything = shown(page)
    page.get_by_role("combobox", name="Status", exact=True).select_option("Helt uppfyllt")
    one = shown(page)
    page.get_by_label("Sortera efter").select_option("Tid, omvänt")
    two = shown(page)
    assert re.search(r"\?status=Helt\+uppfyllt&sortera=-tid$", page.url)
    other = context.new_page()
    other.goto(page.url)
    assert shown(other) == two
    assert other.get_by_role("combobox", name="Status", exact=True).input_value() == "Helt uppfyllt"
    assert other.locator("[aria-sort=descending]").inner_text().startswith("Tid")
    other.close()
    page.go_back()
    assert shown(page) == one
    page.go_back()
    assert shown(page) == everything
    assert page.get_by_role("combobox", name="Status", exact=True).input_value() == ""
    page.go_forward()
    assert shown(page) == one


def test_an_address_that_asks_for_what_is_not_there_shows_everything(page: Page) -> None:
    everything = shown(page)
    page.goto(f"{page.url}?status=%3Cscript%3E&ansvarig=&sortera=constructor&okand=1#aktiviteter")
    assert shown(page) == everything


def test_the_keyboard_is_enough(page: Page) -> None:
    page.get_by_role("combobox", name="Område", exact=True).focus()
    everything = shown(page)
    page.keyboard.press("ArrowDown")
    assert 0 < len(shown(page)) < len(everything)
    for _ in range(12):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.textContent")
        if focused == "Rensa urvalet":
            break
    page.keyboard.press("Enter")
    assert shown(page) == everything
    assert page.evaluate("document.activeElement.textContent") == "Rensa urvalet", "what had focus keeps it"
    page.keyboard.press("Tab")  # the table's own box
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"
    page.keyboard.press("Space")
    assert page.locator("[aria-sort=ascending]").count() == 1
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_names_and_roles_are_told(page: Page) -> None:
    for select in page.locator(".urval select").all():
        assert select.evaluate("select => select.labels.length") == 1
    expect(page.get_by_role("group", name="Urval av aktiviteter")).to_have_count(1)
    expect(page.locator("p[role=status]")).to_have_count(1)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 700})
        rows = len(shown(page))
        # As the browser itself tells it, also where the table is drawn as cards.
        table = page.get_by_role("table", name=re.compile("^Planens"))
        expect(table).to_have_count(1)
        assert table.get_by_role("row").count() == rows + 1
        assert table.get_by_role("rowheader").count() == rows
        assert table.get_by_role("columnheader").count() == len(page.locator("thead th").all())


def test_only_the_count_is_printed_of_the_controls(page: Page) -> None:
    page.emulate_media(media="print")
    expect(page.locator(".urval")).to_be_hidden()
    expect(page.locator("p[role=status]")).to_be_visible()


# Large ---------------------------------------------------------------------------------------------------------------


def test_a_thousand_rows_on_a_small_phone(large: Project, context: BrowserContext) -> None:
    with serve(large.external.folder) as address:
        page = context.new_page()
        for width in (320, 360, 1280):
            page.set_viewport_size({"width": width, "height": 640})
            page.goto(address + TABLE)
            assert len(shown(page)) == 1000
            assert not page.evaluate(WIDER)
            # The time until a choice is seen, as the browser itself counts it.
            spent = page.evaluate(
                """async () => {
                    const select = document.querySelector('#urval-sortera')
                    const start = performance.now()
                    select.value = 'aktivitet'
                    select.dispatchEvent(new Event('change'))
                    await new Promise(done => requestAnimationFrame(() => setTimeout(done)))
                    return performance.now() - start
                }"""
            )
            print(f"{width} px: {spent:.0f} ms")
            assert spent < 3000
            assert shown(page)[0][0].startswith("Följa upp")
            page.get_by_role("combobox", name="Tid", exact=True).select_option("löpande")
            assert 0 < len(shown(page)) < 1000
            assert not page.evaluate(WIDER)
            small = page.locator("table[data-urval] tbody tr:not([hidden])").first.evaluate(
                "row => getComputedStyle(row).display"
            )
            assert small == ("block" if width < 500 else "table-row")


def test_the_overview_of_many_areas_is_sorted_and_filtered_too(large: Project, context: BrowserContext) -> None:
    with serve(large.internal.folder) as address:
        page = context.new_page()
        page.set_viewport_size({"width": 320, "height": 640})
        page.goto(f"{address}uppfoljning/?status=Ej+uppfyllt")
        number = len(shown(page))
        assert 0 < number < 50
        assert counted(page) == f"Visar {number} av 50 områden"
        assert {row[1] for row in shown(page)} == {"Ej uppfyllt"}
        assert not page.evaluate(WIDER)


# Nothing where nothing is needed -------------------------------------------------------------------------------------


def test_below_twenty_rows_nothing_is_added(timra: Project, exempelkommun: Project, context: BrowserContext) -> None:
    for site, base in ((timra.internal, "/"), (exempelkommun.internal, "/")):
        with serve(site.folder, base) as address:
            page = context.new_page()
            page.goto(f"{address}uppfoljning/")
            assert page.locator(".urval, table[data-urval], thead button, p[role=status]").count() == 0
            assert page.locator("table.plan--oversikt tbody tr").count() < 20
            page.close()
    assert not (timra.internal.folder / TABLE).exists()


def test_without_javascript_the_table_is_whole(exempelkommun: Project, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    with serve(exempelkommun.external.folder, "/trygghet/") as address:
        page = context.new_page()
        page.goto(f"{address}{TABLE}?status=Helt+uppfyllt")
        rows = page.locator("table[data-urval] > tbody > tr")
        for number in range(rows.count()):
            assert rows.nth(number).is_visible()
        assert page.locator("select, article button").count() == 0
    context.close()


def test_the_page_itself_holds_no_code_or_control(site: Site) -> None:
    path = Path(site.folder, TABLE, "index.html")
    if path.exists():
        article = site.page("uppfoljning/aktiviteter.md").article
        assert not article.all("select") + article.all("button") + article.all("script")
