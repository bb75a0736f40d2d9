"""The look, measured in a real browser: what is written of colours, ten seconds to a number, weight, paper."""

from __future__ import annotations

import functools
import http.server
import itertools
import re
import shutil
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

import projects
from built import Site
from handlingsplan.deliver.compress import compress
from handlingsplan.output.pages.lights import LIGHTS
from handlingsplan.output.pages.page import Renderer
from handlingsplan.plan import assessment
from handlingsplan.plan.load import parse as read_plan
from handlingsplan.plan.scale import Light
from handlingsplan.plan.views import view
from handlingsplan.plan.words import Audience
from projects import DAY, Project, serve

pytestmark = pytest.mark.browser

TOKENS = (projects.ROOT / "overrides" / "assets" / "tokens.css").read_text(encoding="utf-8")

ACCENTS = [
    *("#1f4e5f", "#000", "#fff", "#ffcc00", "#e30613", "#00843d", "#005aa0", "#7a1f5c"),
    *("#ff6600", "#00e5ff", "#b5e61d", "#808080", "#0000ff", "#f2a6c2"),
    *("blå", "005aa0", "", "#00", "yellow", "transparent", "currentColor", "#ffff0000", "rgb(255 255 255 / 0)"),
    *("inherit", "url(x.png)", "var(--page)", "oklch(1 0 0 / .1)", "color-mix(in srgb, white, transparent)"),
]
"""Colours of municipalities, worse ones, and what is no colour or cannot be seen."""

CONTRASTS = """pairs => {
    const canvas = Object.assign(document.createElement('canvas'), {width: 1, height: 1})
    const pen = canvas.getContext('2d', {willReadFrequently: true})
    const probe = document.body.appendChild(document.createElement('i'))
    const draw = (token) => {
        probe.style.color = token.startsWith('#') ? token : `var(--${token})`
        pen.fillStyle = getComputedStyle(probe).color
        pen.fillRect(0, 0, 1, 1)
    }
    const light = (token) => {
        draw('page')  // which is seen through a colour that is not opaque
        draw(token)
        const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).map(each => {
            const value = each / 255
            return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
        })
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const found = pairs.map(pair => {
        const [less, more] = pair.map(light).sort((a, b) => a - b)
        return (more + 0.05) / (less + 0.05)
    })
    probe.remove()
    return found
}"""
"""The contrast of each pair of tokens, or of colours as ``#rrggbb``, as the browser draws them (WCAG 2.2's formula)."""


Written: TypeAlias = dict[tuple[str, str], list[tuple[str, float]]]
"""By token and ground: each colour that tokens.css gives the token, and the contrast that it writes beside it. The last
is drawn; one before that is for browsers that cannot derive colours from the accent."""

SCHEMES = {
    "light": TOKENS.partition("@supports")[0],
    "dark": TOKENS.partition("prefers-color-scheme: dark")[2].partition("\n@media")[0],
}


def written(text: str) -> Written:
    found: Written = {}
    for token, colour, said in re.findall(r"--([a-z-]+): ([^;]+); +/\* ((?:[a-z]+ [\d.]+(?:, )?)+) \*/", text):
        for ground, figure in re.findall(r"([a-z]+) ([\d.]+)", said):
            found.setdefault((token, ground), []).append((colour, float(figure)))
    return found


NEEDED = {"text": 4.5, "text-quiet": 4.5, "link": 4.5, "on-band": 4.5}
"""What a token needs as text; all others are shapes and edges and need 3."""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_contrast_that_is_written_is_true_and_enough(timra: Project, browser: Browser, scheme: Any) -> None:
    pairs = written(SCHEMES[scheme])
    assert len(pairs) >= 20
    plain = dict(reversed(re.findall(r"--([a-z-]+): (#[0-9a-f]+);", SCHEMES[scheme])))
    spare = [(colour, plain[ground], said) for (_, ground), told in pairs.items() for colour, said in told[:-1]]
    with serve(timra.external.folder) as address:
        page = browser.new_page(color_scheme=scheme)
        page.goto(address)
        measured = page.evaluate(CONTRASTS, [list(pair) for pair in pairs])
        unused = page.evaluate(CONTRASTS, [[colour, ground] for colour, ground, _ in spare])
        page.close()
    for (pair, told), found in zip(pairs.items(), measured, strict=True):
        assert found >= NEEDED.get(pair[0], 3), pair
        assert abs(found - told[-1][1]) < 0.06, (pair, told, found)
    for (colour, ground, said), found in zip(spare, unused, strict=True):
        assert abs(found - said) < 0.06, (colour, ground, said, found)
    assert len(spare) == (4 if scheme == "dark" else 0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_any_accent_can_be_read(timra: Project, browser: Browser, scheme: Any) -> None:
    texts = [("link", "page"), ("link", "panel"), ("link", "draft"), ("on-band", "band"), ("page", "link")]
    controls = [("focus", "page"), ("focus", "panel")]
    with serve(timra.external.folder) as address:
        page = browser.new_page(color_scheme=scheme)
        for accent in ACCENTS:
            page.goto(address)
            page.add_style_tag(content=f":root {{ --accent: {accent} }}")
            found = page.evaluate(CONTRASTS, [list(pair) for pair in (*texts, *controls)])
            assert min(found[: len(texts)]) >= 4.5, (accent, found)
            assert min(found[len(texts) :]) >= 3, (accent, found)
        page.close()


def test_the_browser_s_own_bar_has_the_page_s_colour(timra: Project, browser: Browser) -> None:
    with serve(timra.external.folder) as address:
        for scheme in ("light", "dark"):
            page = browser.new_page(color_scheme=scheme)
            page.goto(address)
            told = page.locator(f"meta[name=theme-color][media*={scheme}]").get_attribute("content")
            drawn = page.evaluate("getComputedStyle(document.body).backgroundColor")
            page.close()
            assert told
            assert drawn == f"rgb({', '.join(str(byte) for byte in bytes.fromhex(told.removeprefix('#')))})"


# Ten seconds to a number ---------------------------------------------------------------------------------------------


def test_the_first_view_of_a_small_phone_shows_the_numbers_and_the_way_on(shown: Site, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 640}, java_script_enabled=False)
    with serve(shown.folder, base_of(shown)) as address:
        page = context.new_page()
        page.goto(address)
        band = page.get_by_role("navigation", name="Ring eller fråga")
        for link in ("a[href='tel:112']", "a[href='tel:11414']", ".akut__vidare a"):
            box = band.locator(link).bounding_box()
            assert box
            assert box["height"] >= 44
            assert box["width"] >= 24
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 360
            assert box["y"] + box["height"] <= 640
        band.get_by_role("link", name="Vem kontaktas?").click()
        # What it leads to is a list of worries or of contacts, in view.
        target = page.locator("#situationer h3 a, h1#kontakter").first
        expect(target).to_be_in_viewport()
    context.close()


def test_every_page_is_one_tap_from_the_numbers(site: Site) -> None:
    assert "404.html" in site.pages
    for name, page in site.pages.items():
        header = page.tree.all("header")[0]
        ways = [link.attributes["href"] for link in header.all("a")]
        assert ways.count("tel:112") == 1, name
        assert ways.count("tel:11414") == 1, name
        # In the same order on every page (WCAG 3.2.6), after the skip link, which is first of all.
        first = next(link for link in page.tree.all("a"))
        assert first.attributes["href"] == "#sidans-innehall", name
        assert page.tree.all("main")[0].attributes["id"] == "sidans-innehall", name


def test_a_number_that_the_plan_does_not_state_is_on_no_page(lillby: Project) -> None:
    """Lillby's plan has 112 and not 114 14."""
    for site in lillby.build().sites:
        for page in site.pages.values():
            ways = [link.attributes["href"] for link in page.tree.all("header")[0].all("a")]
            assert "tel:112" in ways
            assert "tel:11414" not in ways


def test_a_phone_shows_the_site_s_name_in_whole_words(timra: Project, browser: Browser) -> None:
    """The way to search has a longer name in English."""
    with serve(timra.external.folder) as address:
        for path, width in itertools.product(("en/", ""), (320, 360, 400)):
            page = browser.new_page(viewport={"width": width, "height": 640})
            page.goto(f"{address}{path}")
            lines = page.locator(".huvud__namn").evaluate(
                """each => [...each.textContent.matchAll(/\\S+/g)].map(word => {
                    const range = document.createRange()
                    range.setStart(each.firstChild, word.index)
                    range.setEnd(each.firstChild, word.index + word[0].length)
                    return range.getClientRects().length
                })"""
            )
            assert lines == [1, 1], (path, width)
            box = page.locator(".sokvag").bounding_box()
            assert box
            assert box["x"] + box["width"] <= width, (path, width)
            page.close()


# Keyboard and script -------------------------------------------------------------------------------------------------


def test_the_menu_opens_by_keyboard_without_a_script(timra: Project, browser: Browser) -> None:
    """Material 9.8.1's could not: squidfunk/mkdocs-material#4101."""
    context = browser.new_context(viewport={"width": 360, "height": 640}, java_script_enabled=False)
    with serve(timra.external.folder) as address:
        page = context.new_page()
        page.goto(address)
        menu = page.locator("details.meny")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Hoppa till innehållet")).to_be_focused()
        expect(page.get_by_role("link", name="Hoppa till innehållet")).to_be_in_viewport()
        for _ in range(8):
            page.keyboard.press("Tab")
            if menu.locator("summary").evaluate("each => each === document.activeElement"):
                break
        before = menu.locator("summary").bounding_box()
        page.keyboard.press("Enter")
        expect(menu.get_by_role("link", name="Kontakter")).to_be_visible()
        assert menu.locator("summary").bounding_box() == before  # it does not run from the finger
        for _ in range(5):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent") == "Kontakter":
                break
        page.keyboard.press("Enter")
        page.wait_for_url("**/kontakter/")
    context.close()


def test_a_page_has_a_script_only_where_it_does_something(site: Site) -> None:
    seen = set()
    for name, page in site.pages.items():
        scripts = [re.sub(r".*/|\.[0-9a-f]{8}", "", each.attributes["src"]) for each in page.tree.all("script")]
        tables = any("data-urval" in table.attributes for table in page.tree.all("table"))
        assert ("tables.js" in scripts) is tables, name
        assert set(scripts) <= {"tables.js", "search.js"}, name
        assert "search.js" not in scripts or name.startswith("sok/"), name
        seen.update(scripts)
    assert not seen or "tables.js" in seen or "search.js" in seen


def test_nothing_is_on_the_site_that_no_page_asks_for(site: Site) -> None:
    """Material would copy 40 files and 2.5 MB."""
    asked = "".join(
        page.html for page in (*site.pages.values(), *site.fragments.values(), site.at("fragment/index.html"))
    )
    assets = [name for name in site.files if name.startswith("assets/")]
    assert len(assets) >= 3
    # Our own scripts are copied also where the plan has too few rows for one.
    assert {re.sub(r"\.[0-9a-f]{8}", "", name) for name in assets if name.endswith(".js")} <= {
        "assets/tables.js",
        "assets/search.js",
    }
    assert [name for name in assets if name not in asked and not name.endswith(".js")] == []


# Weight --------------------------------------------------------------------------------------------------------------


class _Compressed(http.server.SimpleHTTPRequestHandler):
    """Hands out the compressed copy beside a file, as the configured servers do."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        file = path / "index.html" if path.is_dir() else path
        copy = file.with_name(f"{file.name}.br")
        data = (copy if copy.exists() else file).read_bytes() if file.exists() else b""
        self.send_response(200 if file.exists() else 404)
        self.send_header("Content-Type", self.guess_type(str(file)))
        if copy.exists():
            self.send_header("Content-Encoding", "br")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002  # the base class names it so
        """Say nothing of each request."""


@contextmanager
def published(site: Site, work: Path, paths: list[str]) -> Iterator[str]:
    """Serve some of a site's pages, with the compressed copies that ``publicera`` puts beside its files."""
    folder = shutil.copytree(site.folder, work / site.name)
    for page in folder.rglob("*.html"):
        if page.relative_to(folder).as_posix().removesuffix("index.html") not in paths:
            page.unlink()
    compress(folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Compressed, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


def visited(browser: Browser, address: str) -> tuple[int, int]:
    """Return the bytes on the wire, headers and all, and the requests of a first visit."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    sizes: list[int] = []
    wire.on("Network.loadingFinished", lambda told: sizes.append(int(told["encodedDataLength"])))
    page.goto(address, wait_until="networkidle")
    context.close()
    return sum(sizes), len(sizes)


def icon(site: Site) -> int:
    """A browser without a window fetches no icon: what a reader's would add."""
    return len(site.files["assets/favicon.svg"]) + 200


def test_a_first_visit_weighs_little(shown: Site, browser: Browser, tmp_path: Path) -> None:
    pages = ["", "uppfoljning/", *(name.removesuffix("index.html") for name in shown.pages if name.startswith("oro/"))]
    assert len(pages) >= 6
    with published(shown, tmp_path, pages) as address:
        for path in pages:
            weight, requests = visited(browser, f"{address}{path}")
            print(f"{shown.name}/{path}: {(weight + icon(shown)) / 1000:.1f} kB, {requests + 1} requests")
            assert weight + icon(shown) <= 30_000, path
            assert requests + 1 <= 6, path


@pytest.mark.full
def test_a_thousand_activities_weigh_at_most_50_kb(tmp_path: Path, browser: Browser) -> None:
    project = projects.generated(tmp_path / "stor", 1000).build()
    paths = ["uppfoljning/", "uppfoljning/aktiviteter/"]
    with published(project.external, tmp_path, paths) as address:
        for path in paths:
            weight, requests = visited(browser, f"{address}{path}")
            print(f"{path}: {(weight + icon(project.external)) / 1000:.1f} kB, {requests + 1} requests")
            assert weight + icon(project.external) <= 50_000, path
            assert requests + 1 <= 6, path


SHIFTS = """async () => {
    let sum = 0
    new PerformanceObserver(list => { for (const entry of list.getEntries()) sum += entry.value })
        .observe({type: 'layout-shift', buffered: true})
    const wait = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
    for (let at = 0; at < document.body.scrollHeight; at += 400) { scrollTo(0, at); await wait() }
    await new Promise(done => setTimeout(done, 100))
    return sum
}"""


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_jumps(shown: Site, browser: Browser, width: int) -> None:
    paths = ["", "kontakter/", "uppfoljning/", "plan/styrgrupp/", "oro/vuxen/"]
    if "uppfoljning/aktiviteter/index.html" in shown.pages:
        paths.append("uppfoljning/aktiviteter/")
    with serve(shown.folder, base_of(shown)) as address:
        page = browser.new_page(viewport={"width": width, "height": 640})
        for path in paths:
            # What jumps does so each time; one late frame of a busy machine does not come again.
            for _ in range(3):
                page.goto(f"{address}{path}")
                if not (jumped := page.evaluate(SHIFTS)):
                    break
            assert jumped == 0, path
        page.close()


def test_the_measure_of_jumps_sees_one(timra: Project, browser: Browser) -> None:
    with serve(timra.external.folder) as address:
        page = browser.new_page(viewport={"width": 360, "height": 640})
        page.goto(address)
        page.add_style_tag(content="pre { height: 200px }")
        # Something must have been drawn before it can jump.
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        page.evaluate("document.querySelector('article').prepend(document.createElement('pre'))")
        assert page.evaluate(SHIFTS) > 0
        page.close()


# Paper ---------------------------------------------------------------------------------------------------------------


def test_each_sheet_says_which_plan_which_day_and_which_page(shown: Site, browser: Browser, tmp_path: Path) -> None:
    with serve(shown.folder, base_of(shown)) as address:
        page = browser.new_page()
        for path in ("uppfoljning/", "", "kontakter/", "404.html"):
            page.goto(f"{address}{path}")
            printed(page, tmp_path / "papper.pdf")
            sheets = [" ".join(sheet.extract_text().split()) for sheet in PdfReader(tmp_path / "papper.pdf").pages]
            assert len(sheets) >= 2 or path != "uppfoljning/"
            name = shown.page("plan/index.md").article.all("h1")[0].text
            for number, sheet in enumerate(sheets, 1):
                assert f"Sida {number} av {len(sheets)}" in sheet, path
                assert "22 november 2026" in sheet, path
                assert name[:30] in sheet, (path, sheet[:300])
            assert "112" in sheets[0], path
            assert "Meny" not in "".join(sheets), path
        page.close()
    assert DAY.year == 2026


def printed(page: Page, file: Path) -> None:
    """Print a page on A4."""
    page.pdf(path=file, prefer_css_page_size=True, format="A4")


def test_on_paper_what_belongs_together_stays_together(timra: Project, browser: Browser, tmp_path: Path) -> None:
    text, sheets = "", list[str]()
    with serve(timra.external.folder) as address:
        page = browser.new_page()
        for path in ("", "uppfoljning/"):
            page.goto(f"{address}{path}")
            printed(page, tmp_path / "papper.pdf")
            sheets = [sheet.extract_text() for sheet in PdfReader(tmp_path / "papper.pdf").pages]
            text += "\n".join(sheets)
        page.close()
    assert "." not in map(str.strip, text.splitlines())
    assert "Ladda ner" not in text
    # A heading, the note below it and the table that they lead to.
    last = next(sheet for sheet in sheets if "Rubriken är vår" in sheet)
    before, _, after = " ".join(last.split()).partition("Rubriken är vår")
    assert "Insatser på olika preventionsnivåer" in before
    assert "Gör dessa insatser kända" in after


def test_paper_tells_where_links_lead_outside_the_site(timra: Project, browser: Browser, tmp_path: Path) -> None:
    with serve(timra.external.folder) as address:
        page = browser.new_page()
        page.goto(f"{address}kontakter/")
        printed(page, tmp_path / "papper.pdf")
        page.close()
    text = "".join(sheet.extract_text() for sheet in PdfReader(tmp_path / "papper.pdf").pages)
    assert "(https://polisen.se)" in "".join(text.split())


# What others are told ------------------------------------------------------------------------------------------------


def base_of(site: Site) -> str:
    """The path that a site is made to stand under."""
    links = [link for link in site.page("index.md").tree.all("link") if link.attributes.get("rel") == "canonical"]
    return re.sub(r"https?://[^/]+", "", links[0].attributes["href"]) if links else "/"


def test_only_what_may_be_found_is_told_of(exempelkommun: Project) -> None:
    """The public site has an address; what search is not to find has no card, and no place in the sitemap."""
    site = exempelkommun.external
    told = site.files["sitemap.xml"].decode()
    address = told.partition("<loc>")[2].partition("</loc>")[0]
    picture = site.files["delningsbild.png"]
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (1200, 630)  # PNG 1.2, 4.1.1
    assert "lastmod" not in told
    for name, page in site.pages.items():
        metas = {each.attributes.get("name") or each.attributes.get("property"): each for each in page.tree.all("meta")}
        links = [each.attributes["href"] for each in page.tree.all("link") if each.attributes["rel"] == "canonical"]
        hidden = "robots" in metas
        assert ("og:title" in metas) is not hidden, name
        if name == "404.html":
            assert hidden
            assert links == []
            continue
        assert len(links) == 1
        assert (f"<loc>{links[0]}</loc>" in told) is not hidden, name
        if not hidden:
            assert metas["og:url"].attributes["content"] == links[0]
            assert metas["og:description"].attributes["content"] == metas["description"].attributes["content"]
            assert metas["og:image"].attributes["content"] == f"{address}delningsbild.png"
    assert not [page for page in exempelkommun.internal.pages.values() if "og:title" in page.html]


def test_a_site_without_an_address_claims_none(timra: Project) -> None:
    for page in timra.external.pages.values():
        assert 'rel="canonical"' not in page.html
        assert "og:url" not in page.html
        assert "og:image" not in page.html
    assert "delningsbild.png" not in timra.external.files


# Traffic lights ------------------------------------------------------------------------------------------------------


def test_the_lights_have_one_set_of_colours() -> None:
    """That of the style sheet is that of every file, and no colour of a light is written anywhere else."""
    paper = TOKENS.partition("@media")[0]
    tokens = {Light.FULL: "full", Light.PARTIAL: "partial", Light.NOT: "not", Light.OPEN: "open"}
    for light, name in tokens.items():
        assert f"--{name}: {LIGHTS[light].colour.lower()};" in paper
    colours = {drawn.colour.lower() for drawn in LIGHTS.values()}
    assert len(colours) == 4
    for folder in (projects.ROOT / "hooks", projects.ROOT / "overrides"):
        for path in folder.rglob("*.*"):
            if path.suffix in {".py", ".html", ".css", ".typ"} and path.name not in {"lights.py", "tokens.css"}:
                text = path.read_text(encoding="utf-8").lower()
                assert [colour for colour in colours if colour in text] == [], path


def test_every_segment_of_a_bar_holds_its_mark_and_its_number(browser: Browser) -> None:
    """Forty areas, one in every group but one, on the narrowest screen."""
    plan = read_plan((projects.ROOT / "plan.yaml").read_bytes(), "plan.yaml").plan
    assert plan
    renderer = Renderer(view(plan, Audience.EXTERNAL, DAY))
    scale = renderer.view.scale
    groups = {group: ["x"] for group in scale.groups} | {scale.below[0]: ["x"] * 35}
    counted = assessment.Totals(scale, groups, 2026, (2023,))
    template = renderer.environment.from_string('{% import "_macros.html" as m with context %}{{ m.stacked(counted) }}')
    shown = {"to": None, "renderer": renderer, "view": renderer.view, "plan": plan, "today": DAY, "counted": counted}
    page = browser.new_page(viewport={"width": 320, "height": 400})
    page.set_content(f'<main style="margin: 16px">{template.render(shown)}</main>')
    for name in ("tokens.css", "plan.css"):
        page.add_style_tag(path=projects.ROOT / "overrides" / "assets" / name)
    for media in ("screen", "print"):
        page.emulate_media(media=media)
        boxes = page.locator(".stapel__del").evaluate_all(
            """parts => parts.map(part => {
                const all = part.querySelectorAll(".yta, text, .stapel__form > svg")
                const boxes = [...all].map(each => each.getBoundingClientRect())
                return boxes.map(box => [box.left, box.right, box.top, box.bottom])
            })"""
        )
        assert [len(box) for box in boxes] == [3, 3, 3, 4, 3, 3]
        for (left, right, top, bottom), *inside in boxes:
            for each_left, each_right, each_top, each_bottom in inside:
                assert left - 1 <= each_left < each_right <= right + 1
                assert top <= each_top <= each_bottom <= bottom
        assert max(right for (_, right, _, _), *_ in boxes) <= 304
    page.close()
