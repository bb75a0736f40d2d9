"""The pieces for other sites: plain, alike on every page, with links that lead somewhere; also in a real browser."""

from __future__ import annotations

import http.server
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin

import pytest
from playwright.sync_api import Browser, Request, expect

from built import Element, Site, parse, words
from golden import cases
from handlingsplan.deliver import servers
from handlingsplan.output.pages import fragments
from handlingsplan.plan.words import Audience
from handlingsplan.project.sites import sites
from handlingsplan.project.targets import Served
from projects import HOSTILE, Project, serve
from serving import filled, free_port, nginx_config, running

CASES = cases("delar")
PLAIN = {
    *("a", "abbr", "blockquote", "br", "caption", "circle", "code", "dd", "div", "dl", "dt", "em", "h2", "h3", "h4"),
    *("hr", "img", "li", "ol", "p", "path", "pre", "rect", "section", "small", "strong", "svg", "table", "tbody"),
    *("td", "text", "th", "thead", "tr", "ul"),
}
DAY_WORDS = "22 november 2026"


def texts(site: Site) -> dict[str, Element]:
    """Return what is pasted, by its file."""
    found = {name: data.decode() for name, data in site.files.items() if re.fullmatch(r"fragment/.+\.txt", name)}
    return {name: parse(text) for name, text in found.items()}


def home_of(site: Site) -> str | None:
    """Return the address that the site says it has."""
    links = [link for link in site.page("index.md").tree.all("link") if link.attributes.get("rel") == "canonical"]
    return links[0].attributes["href"] if links else None


# As text -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_html_becomes_plain(name: str) -> None:
    case = CASES[name]
    address = "" if "ram" in case else case.get("adress")
    assert fragments._Plain("p-", "a/b.md", case["html"]).write(address) == case["blir"]


def test_all_cases_are_there() -> None:
    assert len(CASES) >= 8


def test_each_site_has_its_pieces(site: Site) -> None:
    names = {name.removeprefix("fragment/").removesuffix(".txt") for name in texts(site)}
    areas = {path.parent.name for path in site.folder.glob("plan/*/index.html")}
    assert len(areas) >= 8
    assert names == {"startsidan", "vem-kontaktas", "uppfoljning", *(f"omrade-{area}" for area in areas)}
    assert {f"fragment/{name}.html" for name in names} == site.fragments.keys()


def test_a_piece_is_plain_and_clashes_with_nothing(site: Site) -> None:
    seen: Counter[str] = Counter()
    for name, tree in texts(site).items():
        sections = [child for child in tree.children if isinstance(child, Element)]
        assert [section.tag for section in sections] == ["section"], name
        assert sections[0].attributes["lang"] == "sv"
        ids = {element.attributes["id"] for element in tree if "id" in element.attributes}
        seen.update(element.attributes["id"] for element in tree if "id" in element.attributes)
        prefix = f"handlingsplan-{name.removeprefix('fragment/').removesuffix('.txt')}-"
        assert all(id_.startswith(prefix) for id_ in ids), name
        assert {element.tag for element in tree} <= PLAIN, name
        for element in tree:
            assert not {"class", "style", "role", "tabindex", "hidden"} & element.attributes.keys(), name
            assert not [key for key in element.attributes if key.startswith(("on", "data-"))], name
            for pointer in ("aria-labelledby", "aria-describedby", "for", "headers"):
                assert set(element.attributes.get(pointer, "").split()) <= ids
            if element.tag == "th":
                assert element.attributes["scope"] in {"col", "row"}
        levels = [int(element.tag[1]) for element in tree if re.fullmatch("h[1-6]", element.tag)]
        assert levels[0] == 2
        assert all(below <= above + 1 for above, below in pairwise(levels)), (name, levels)
    # Also on a page with all of them.
    assert [id_ for id_, count in seen.items() if count > 1] == []


def test_a_piece_says_which_day_it_was_made_and_for_whom(site: Site) -> None:
    for name, tree in texts(site).items():
        last = tree.all("small")[-1].text
        assert last.startswith(f"Hämtat från planens sidor den {DAY_WORDS} och kan ha ändrats sedan dess."), name
        assert ("Bara för medarbetare" in last) == (site.name in {"timnet", "intranat"})


def test_every_link_in_a_piece_leads_somewhere(site: Site) -> None:
    home, own = home_of(site), 0
    for name, tree in texts(site).items():
        ids = {element.attributes["id"] for element in tree if "id" in element.attributes}
        for link in tree.all("a"):
            address = link.attributes["href"]
            if address.startswith("#"):
                assert unquote(address[1:]) in ids, name
            elif home and address.startswith(home):
                own += 1
                way, _, anchor = address.removeprefix(home).partition("#")
                page = site.at(f"{way}index.html")
                assert not anchor or unquote(anchor) in page.anchors, (name, address)
            else:
                assert re.match(r"https://|mailto:|tel:", address), (name, address)
        if home:
            assert tree.all("small")[-1].all("a")
    # Without an address nothing can be linked that would lead anywhere; with one everything is.
    assert own > 30 if home else own == 0


def test_a_framed_piece_says_the_same_and_is_kept_from_search_engines(site: Site) -> None:
    for name, tree in texts(site).items():
        framed = site.fragments[name.replace(".txt", ".html")]
        first = framed.tree.all("section")[0]
        last = re.escape(" Läs det senaste: ") + ".*$"
        assert re.sub(last, "", first.text) == re.sub(last, "", tree.text)
        assert {"name": "robots", "content": "noindex"} in [meta.attributes for meta in framed.tree.all("meta")]
        assert [link.attributes["href"] for link in framed.tree.all("link") if "stylesheet" in link.attributes["rel"]]
        for link in first.all("a"):
            address = link.attributes["href"]
            if not re.match(r"https:|tel:|mailto:|#", address):
                way, _, anchor = urljoin("fragment/", address).partition("#")
                assert not anchor or unquote(anchor) in site.at(f"{way}index.html").anchors


def test_the_words_of_the_table_are_those_of_the_page(site: Site) -> None:
    piece = texts(site)["fragment/uppfoljning.txt"].all("table")[0]
    page = site.page("uppfoljning/index.md").article.all("table")[0]
    assert piece.text == page.text
    for area in site.folder.glob("plan/*/index.html"):
        own = texts(site)[f"fragment/omrade-{area.parent.name}.txt"]
        result = own.all("tr")[5]
        assert result.all("td")[0].text.startswith(site.at(f"plan/{area.parent.name}/index.html").after("status").text)


def test_pieces_are_in_no_search_menu_or_sitemap(site: Site) -> None:
    assert not [entry for entry in site.index if entry["location"].startswith("fragment")]
    for name in ("sitemap.xml", "sitemap.xml.gz"):
        assert b"fragment" not in site.files[name]
        assert b"handbok" not in site.files[name]
        # The format has no way to write an address that is not known.
        assert (site.files[name].count(b"<loc>") > 20) == (home_of(site) is not None)
    for name, page in site.pages.items():
        links = [link.attributes.get("href", "") for link in page.tree.all("a")]
        assert name == "fragment/index.html" or not [link for link in links if "fragment" in link]
    shown = site.page("fragment/index.md")
    assert {"name": "robots", "content": "noindex"} in [meta.attributes for meta in shown.tree.all("meta")]


def test_the_page_of_pieces_shows_their_code(site: Site) -> None:
    page, home = site.page("fragment/index.md"), home_of(site)
    boxes = {box.attributes["id"]: box for box in page.article.all("textarea")}
    for name in texts(site):
        short = name.removeprefix("fragment/").removesuffix(".txt")
        shown = "".join(str(child) for child in boxes.pop(f"kod-{short}").children)
        assert shown == site.files[name].decode()
        if home:
            frame = parse("".join(str(child) for child in boxes.pop(f"ram-{short}").children)).all("iframe")[0]
            assert frame.attributes["src"] == f"{home}fragment/{short}.html"
            assert frame.attributes["title"] == site.fragments[f"fragment/{short}.html"].title
    assert boxes == {}
    labels = {label.attributes["for"] for label in page.article.all("label")}
    assert labels == {box.attributes["id"] for box in page.article.all("textarea")}
    internal = site.name in {"timnet", "intranat"}
    assert ("Vänta med att klistra in" in page.text) == (home is None and internal)
    assert ("Delarna kan inte användas än" in page.text) == (home is None and not internal)
    assert ("bara för medarbetare" in page.text) == internal


def test_hostile_text_stays_text(hostile: Project) -> None:
    for site in hostile.sites:
        found = texts(site)
        assert {element.tag for tree in found.values() for element in tree} <= PLAIN
        assert HOSTILE in found["fragment/omrade-styrgrupp.txt"].all("h2")[0].text
        page = site.page("fragment/index.md")
        assert len(page.article.all("textarea")) == 2 * len(found)
        assert not page.article.all("script")
        assert HOSTILE in page.article.all("h2")[0].text
        for framed in site.fragments.values():
            assert not framed.tree.all("script")
            assert HOSTILE in framed.title or framed.title == "Vem kontaktas vid oro?"


# In a browser --------------------------------------------------------------------------------------------------------

HOST = """<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>En annan webbplats</title><style>
body {{ font-family: Georgia, serif; color: #222; background: #fffbe8; margin: 0 }}
.sv-layout {{ max-width: 40rem; margin: 0 auto; padding: 1rem }}
h2 {{ color: #a0006e }} a {{ color: #0057a8 }} table {{ border-collapse: collapse }}
th, td {{ border: 1px solid #aaa; padding: .4rem; text-align: left; vertical-align: top }}
.status, .tyst, .plan, .kontakt, .dold, .situation, .utkast {{ display: none !important }}
#status, #oversikt, #kontakter, #styrgrupp, #uppfoljning {{ display: none }} svg {{ fill: magenta; stroke: magenta }}
</style></head><body><header id="uppfoljning">Meny</header><div id="svid10_1" class="sv-layout sv-html-portlet">
<h1 id="rubrik">Trygghet</h1>{}</div></body></html>"""
"""A page as a CMS might make it: its own look, and classes, ids and colours that are ours too."""


@contextmanager
def host(html: str) -> Iterator[str]:
    """Serve one page, on another origin than the site's."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            if self.path == "/":
                self.wfile.write(html.encode())

        def log_message(self, *arguments: Any) -> None:
            """Say nothing of each request."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.browser
def test_pieces_can_be_read_where_they_are_pasted(exempelkommun: Project, browser: Browser) -> None:
    """All pieces of both sites on one page of somebody else's: every word is seen, and every light has its colours."""
    for site in exempelkommun.sites:
        found = texts(site)
        pasted = "".join(site.files[name].decode() for name in found)
        with host(HOST.format(pasted)) as address:
            page = browser.new_page(viewport={"width": 1000, "height": 800})
            asked: list[str] = []

            def note(request: Request, asked: list[str] = asked) -> None:
                asked.append(request.url)

            page.on("request", note)
            page.goto(address)
            shown = words(page.locator(".sv-layout").inner_text())
            for tree in found.values():
                for row in tree.all("tr"):
                    assert all(cell.text in shown for cell in row.all("td") if not cell.all("li")), site.name
            lights = page.locator("td svg[aria-hidden=true]")
            assert lights.count() >= 8
            colours = set(
                lights.locator("circle, rect").evaluate_all(
                    "shapes => shapes.map(shape => getComputedStyle(shape).fill + getComputedStyle(shape).stroke)"
                )
            )
            assert len(colours) >= 3
            # The host's own colours do not reach in where a shape says its own.
            assert not [colour for colour in colours if colour == "rgb(255, 0, 255)rgb(255, 0, 255)"]
            ids = page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
            assert len(ids) == len(set(ids))
            assert [url for url in asked if not url.startswith(address)] == []
            page.close()


@pytest.mark.browser
def test_a_piece_can_be_framed(exempelkommun: Project, browser: Browser) -> None:
    site = exempelkommun.external
    with serve(site.folder, "/trygghet/") as address:
        frame = (
            f'<iframe src="{address}fragment/uppfoljning.html" title="Uppföljning" width="100%" height="600"></iframe>'
        )
        with host(HOST.format(frame)) as outside:
            page = browser.new_page(viewport={"width": 320, "height": 640})
            told: list[str] = []
            page.on("console", lambda message: told.append(message.text))
            page.goto(outside)
            inner = page.frame_locator("iframe")
            expect(inner.locator("h2").first).to_be_visible()
            assert inner.locator("html").evaluate("html => html.scrollWidth <= html.clientWidth")
            assert inner.locator("body").evaluate("body => getComputedStyle(body).hyphens") == "auto"
            assert told == []
            # A link opens the site in the whole window, not in the frame.
            inner.locator("tbody th a").first.click()
            page.wait_for_url(f"{address}**")
            expect(page.locator("article h1")).to_be_visible()
            page.close()


@pytest.mark.full
@pytest.mark.browser
@pytest.mark.parametrize("allowed", [True, False])
def test_only_a_site_that_is_named_may_frame_a_piece(
    exempelkommun: Project, browser: Browser, tmp_path: Path, *, allowed: bool
) -> None:
    """Behind a real nginx with the configuration that ``bygg`` writes."""
    found, _ = sites(exempelkommun.root)
    public = next(site for site in found if site.audience is Audience.EXTERNAL)
    port = free_port()
    address = f"http://127.0.0.1:{port}/trygghet/fragment/uppfoljning.html"
    with host(HOST.format(f'<iframe src="{address}" title="Uppföljning"></iframe>')) as outside:
        place = Served(str(exempelkommun.external.folder), (outside.rstrip("/"),) if allowed else ())
        text = servers.configurations(public, [], place)["nginx.conf"]
        config = nginx_config(tmp_path / "nginx", filled(text, {"listen 80;": f"listen 127.0.0.1:{port};"}))
        with running("nginx", config, port):
            page = browser.new_page()
            told: list[str] = []
            page.on("console", lambda message: told.append(message.text))
            page.goto(outside)
            heading = page.frame_locator("iframe").locator("h2").first
            if allowed:
                expect(heading).to_have_text("Uppföljning av handlingsplanen")
                # The style has come too: the policy lets it.
                assert heading.evaluate("heading => getComputedStyle(heading).fontFamily").startswith("system-ui")
                assert told == []
            else:
                page.wait_for_timeout(300)
                assert heading.count() == 0
                assert "frame-ancestors" in " ".join(told)
            page.close()
