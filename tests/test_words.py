"""What the pages say: how hard it is, in which words and numbers; in easy Swedish, in English; how accessible."""

from __future__ import annotations

import datetime
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import markdown  # type: ignore[import-untyped]  # its types are in no package that this one needs

import projects
from built import Element, Page, Site, parse, words
from golden import cases
from handlingsplan.output.pages.inserts import statement
from handlingsplan.output.pages.page import Renderer
from handlingsplan.plan.load import load
from handlingsplan.plan.models import Plan
from handlingsplan.plan.views import view
from handlingsplan.plan.words import Audience, Language
from handlingsplan.prose.accessibility import PARTS, Statement
from handlingsplan.prose.markup import without_code
from handlingsplan.prose.readability import blocks, lix
from handlingsplan.prose.texts import Prose, parse_page, read_folder
from handlingsplan.prose.wording import found, in_prose, quotable, rules
from projects import DAY, ROOT, Project

SCALES = cases("lasbarhet")
STATEMENTS = cases("redogorelse")


def the_plan() -> Plan:
    plan = load(ROOT / "plan.yaml").plan
    assert plan
    return plan


def prose(site: str, audience: Audience) -> list[Prose]:
    texts, faults = read_folder(ROOT / "content" / site, ROOT, the_plan(), audience)
    assert not faults
    return texts


PUBLIC = {text.path: text for text in prose("timra.se", Audience.EXTERNAL)}
ALL = [*PUBLIC.values(), *prose("timnet", Audience.INTERNAL)]


# How hard a page is to read ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SCALES)
def test_lix_is_words_per_sentence_and_the_share_of_long_words(name: str) -> None:
    measured = lix(SCALES[name]["stycken"])
    assert ("ingen" if measured is None else f"{measured:.2f}") == SCALES[name]["lix"]


def running_text(page: Page) -> Iterator[str]:
    """Yield what a reader reads: paragraphs and items of lists, without notices of the program, tables and headings."""
    for element in page.article:
        skipped = {"utkast", "sidfakta"} & {name for above in (element, *element.up()) for name in above.classes}
        inner = {"p", "ul", "ol", "dl"} & {child.tag for child in element.children if isinstance(child, Element)}
        tables = any(above.tag == "table" for above in element.up())
        if element.tag in {"p", "li", "dd", "dt"} and not skipped and not inner and not tables:
            yield element.text


def measured(page: Page) -> float:
    value = lix(running_text(page))
    assert value is not None, page.file
    return value


def test_public_prose_is_easy_and_lattlast_is_easier(timra: Project) -> None:
    swedish = [text for text in PUBLIC.values() if text.language is Language.SWEDISH]
    figures = {text.path: measured(timra.external.page(text.path)) for text in swedish}
    limits = {text.path: text.max_lix for text in swedish}
    assert limits.pop("lattlast.md") == 25
    assert set(limits.values()) == {40}
    assert {
        path: round(value, 1) for path, value in figures.items() if value > (limits | {"lattlast.md": 25})[path]
    } == {}
    assert min(figures, key=lambda path: figures[path]) in {"lattlast.md", "stod.md"}


def test_what_the_plan_answers_a_worried_reader_is_easy_too(timra: Project) -> None:
    pages = [page for name, page in timra.external.pages.items() if name.startswith(("oro/", "kontakter/"))]
    assert len(pages) == 7
    assert {page.file.parent.name: round(measured(page)) for page in pages if measured(page) > 40} == {}


def test_kontrollera_measures_what_the_reader_sees(timra: Project) -> None:
    for path in ("lattlast.md", "stod.md", "om-webbplatsen.md"):
        written = lix(blocks(PUBLIC[path].body))
        assert written is not None
        assert abs(written - measured(timra.external.page(path))) < 2, path


def test_kontrollera_tells_of_a_hard_page_and_of_words_with_their_place(tmp_path: Path) -> None:
    project = projects.timra(tmp_path / "timra")
    hard = " ".join(["samhällsplaneringsförutsättningarna"] * 150)
    project.replace(
        "content/timra.se/stod.md",
        "## Du som är under 18 år",
        f"Läs på vår hemsida. {hard}\n\n## Du som är under 18 år",
    )
    project.replace("plan.yaml", "när: Tips och anmälan som inte är akut", "när: Tips, se vår sajt")
    done = project.run("kontrollera")
    assert done.returncode == 0
    told = done.stdout.splitlines()
    assert [line for line in told if "stod.md: svår att läsa, LIX " in line and "ska vara högst 40" in line]
    assert [
        line
        for line in told
        if line.startswith("  - plan.yaml:")
        and line.endswith(": ”sajt” – skriv webbplats eller sida (ett ord för en sak)")
    ]
    rows = project.read("content/timra.se/stod.md").splitlines()
    row = next(number for number, row in enumerate(rows, 1) if row.startswith("Läs på vår hemsida"))
    assert f"  - content/timra.se/stod.md:{row}:12: ”hemsida” – skriv webbplats eller sida (ett ord för en sak)" in told


@pytest.mark.parametrize(
    ("where", "words", "told"),
    [
        ("Lillbys startsida", "Storby kommuns startsida", "3:14: här står ”Storby kommuns”"),
        ("# Start", "# Start\n\nHär talar Storby kommun om sin plan.", "11:11: här står ”Storby kommun”"),
        ("# Start", "# Start\n\nStorby kommun och Lillby kommun gör det här ihop.", None),
        ("# Start", "# Start\n\nStorby kommunhus är stängt. Varje kommun har en plan. Se kommunens.", None),
        ("# Start", "# Start\n\nSkriv `Storby kommun` eller:\n\n```yaml\nkommun: Storby kommun\n```", None),
    ],
)
def test_a_page_that_names_another_municipality_and_not_its_own_is_told_of(
    lillby: Project, where: str, words: str, told: str | None
) -> None:
    lillby.replace("content/webb/index.md", where, words)
    done = lillby.run("kontrollera")
    assert done.returncode == 0
    # Its settings, which are inherited from Timrå's, are named too.
    lines = [line for line in done.stdout.splitlines() if "här står" in line and "content/" in line]
    remedy = "Läs sidan och skriv om det som hör till en annan kommun"
    whole = f"  - content/webb/index.md:{told}, men planen är för Lillby kommun. {remedy}"
    assert lines == ([whole] if told else [])


# Words ---------------------------------------------------------------------------------------------------------------


def own_text(page: Page) -> str:
    """Return a page's words, without code and what is marked as another language."""
    return page.article.text_without(lambda each: each.tag in {"code", "pre"} or each.attributes.get("lang") == "en")


def swedish_pages(site: Site) -> dict[str, Page]:
    return {name: page for name, page in site.pages.items() if not name.startswith("en/")}


def test_no_page_uses_a_forbidden_word_or_two_words_for_one_thing(timra: Project) -> None:
    quoted = quotable(the_plan())
    wrong = []
    for site in timra.sites:
        for name, page in swedish_pages(site).items():
            text = own_text(page)
            wrong += [
                f"{site.name}/{name}: {word}: …{text[max(0, word.at - 40) : word.at + 40]}…"
                for word in found(text, quoted)
            ]
    assert wrong == []


def test_every_rule_finds_its_words_whole_and_in_any_case() -> None:
    for rule in rules():
        assert rule.instead
        assert rule.reason
        for word in rule.words:
            for written in (word.removesuffix("*"), word.removesuffix("*").upper()):
                text = f"Här står {written}, mitt i en text."
                assert [each.word for each in found(text)] == [written], word
    assert list(found("Planen skriver ”hemsida”.")) == []
    assert list(found("Brottsofferjouren, socker och evenemang.")) == []
    assert [each.word for each in found("Terrorhotnivån är en hotnivå")] == ["Terrorhotnivån", "hotnivå"]


def test_the_plans_own_words_may_stand_and_nothing_else_beside_them() -> None:
    plan = the_plan()
    purpose = words(plan.frame.purpose.text)
    assert "islamistisk" in purpose
    assert list(found(purpose, quotable(plan))) == []
    assert [each.word for each in found(f"{purpose} Säkerställ islam.", quotable(plan))] == ["Säkerställ", "islam"]
    assert [each.word for each in found(purpose)] == ["och/eller", "och/eller", "islamistisk"]


def test_code_and_addresses_are_not_words() -> None:
    body = "Kör `hemsida`.\n\n```text\nsajt\n```\n\n[Läs](hemsida.md) om *graffiti*{ lang=sv }."
    assert [(line, column, str(word.word)) for line, column, word in in_prose(body, 10)] == [(16, 23, "graffiti")]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("- Punkt\n\n    ```\n    sajt\n    ```\n", True),
        ("> ~~~\n> sajt\n> ~~~\n", True),
        ("```\nsajt\n````\n", False),
        ("```\nsajt\n", False),
    ],
)
def test_a_block_of_code_is_the_same_for_every_check_as_on_the_page(body: str, *, code: bool) -> None:
    """Those that end in another way than they begin are text to Markdown, and so to every check."""
    page = markdown(body, extensions=["pymdownx.superfences"])
    assert ("<pre>" in page, "sajt" in page) == (code, True)
    assert ("sajt" in without_code(body)) is not code
    assert ([str(word.word) for _, _, word in in_prose(body, 1)] == []) is code
    assert ("sajt" in " ".join(blocks(body))) is not code


ISO = re.compile(r"(?<![\w/-])(?:19|20)\d\d-\d\d(?:-\d\d)?(?![\w-])")
GROUPED = re.compile(r"(?<![\w,.(:–/-])(?!116 )\d{1,3} \d{3}(?!\d)")
"""A blank at which a line may break; phone numbers (116 111) are no amounts."""
UNGROUPED = re.compile(r"(?<![\w,.:/-])\d{5,}(?!\w)")
DECIMAL = re.compile(r"(?<![\w.])(?<!Python )\d+\.\d+(?![\w.])")


def test_dates_and_numbers_are_written_as_in_swedish(timra: Project, exempelkommun: Project) -> None:
    wrong = []
    for project in (timra, exempelkommun):
        for site in project.sites:
            for name, page in swedish_pages(site).items():
                text = own_text(page)
                wrong += [f"{site.name}/{name}: {number}" for number in loose_numbers(page)]
                for pattern in (ISO, UNGROUPED, DECIMAL):
                    wrong += [
                        f"{site.name}/{name}: {match[0]}: {text[max(0, match.start() - 30) : match.end() + 30]}"
                        for match in pattern.finditer(text)
                    ]
    assert wrong == []


def loose_numbers(page: Page) -> Iterator[str]:
    """Yield numbers that may be torn apart; where words are single blanks the hard ones can no longer be told."""
    for element in page.article:
        if not {"telefon"} & element.classes and element.tag not in {"code", "pre"}:
            for child in element.children:
                if isinstance(child, str):
                    yield from GROUPED.findall(child)


@pytest.mark.parametrize(
    ("pattern", "text", "hit"),
    [
        (ISO, "senast 2027-03-01.", True),
        (ISO, "senast 1 mars 2027, 2017–2018", False),
        (GROUPED, "17 500 invånare", True),
        (GROUPED, "17\u00a0500 invånare, 114 14, 18 2026", False),
        (UNGROUPED, "17500 invånare", True),
        (UNGROUPED, "17\u00a0500 invånare, 114 14", False),
        (DECIMAL, "12.5 procent", True),
        (DECIMAL, "12,5 procent, punkt 3.", False),
    ],
)
def test_what_is_looked_for_would_be_found(pattern: re.Pattern[str], text: str, *, hit: bool) -> None:
    assert bool(pattern.search(text)) is hit


# Easy Swedish and English --------------------------------------------------------------------------------------------


FOLLOWERS = ("en/index.md", "lattlast.md")


def test_the_pages_beside_the_start_page_follow_it_as_it_is() -> None:
    assert sorted(path for path, text in PUBLIC.items() if text.original) == sorted(FOLLOWERS)
    done = Project(ROOT).run("kontrollera")
    assert "har ändrats sedan" not in done.stdout


def pages_of(project: Project, tmp_path: Path, *options: str) -> dict[str, Element]:
    """Return the public prose as ``exportera markdown`` writes it: quicker than a build."""
    folder = tmp_path / "ut"
    shutil.rmtree(folder, ignore_errors=True)
    done = project.run("exportera", "markdown", str(folder), *options)
    assert done.returncode == 0, done.stderr
    return {path: parse((folder / path).read_text(encoding="utf-8")) for path in (*FOLLOWERS, "tillganglighet.md")}


@pytest.mark.parametrize(
    ("file", "old", "new", "behind"),
    [
        ("content/timra.se/index.md", "Du behöver inte vara säker på vad du har sett.", "Vänta inte.", True),
        ("content/timra.se/index.md", "Du behöver inte heller ta reda", "Du behöver inte\nheller ta reda", False),
        ("content/timra.se/index.md", "granskad:\n", "granskad: 2026-11-01\n", False),
        ("content/timra.se/index.md", 'Ring {{ kontakt("sos-alarm") }}.**', 'Ring {{ kontakt("polisen") }}.**', True),
        ("plan.yaml", "svar: Anmäl till socialtjänsten genast.", "svar: Fråga socialtjänsten.", True),
    ],
)  # fmt: skip
def test_a_page_older_than_its_original_says_so_and_nothing_stops(
    tmp_path: Path, file: str, old: str, new: str, *, behind: bool
) -> None:
    project = projects.timra(tmp_path / "timra")
    project.replace(file, old, new)
    done = project.run("kontrollera")
    assert done.returncode == 0, done.stderr
    told = re.findall(
        r"- content/timra\.se/(\S+): content/timra\.se/index\.md har ändrats sedan .*: ([0-9a-f]{12})$",
        done.stdout,
        re.MULTILINE,
    )
    assert [name for name, _ in told] == (list(FOLLOWERS) if behind else [])
    pages = pages_of(project, tmp_path)
    english, easy = (pages[path].text for path in FOLLOWERS)
    assert ("This page may be out of date." in english) is behind
    assert ("Den här sidan kan vara gammal." in easy) is behind
    if behind:  # and what it says to write mends it
        for name in FOLLOWERS:
            text = project.read(f"content/timra.se/{name}")
            project.write(f"content/timra.se/{name}", re.sub(r"(?<=kontrollsumma: )[0-9a-f]+", told[0][1], text))
        assert "har ändrats sedan" not in project.run("kontrollera").stdout


def test_an_original_that_does_not_exist_is_a_fault(tmp_path: Path) -> None:
    project = projects.timra(tmp_path / "timra")
    project.replace("content/timra.se/lattlast.md", "förlaga: index.md", "förlaga: inex.md")
    done = project.run("kontrollera")
    assert done.returncode == 1
    assert "content/timra.se/lattlast.md:6:10: förlaga: ”inex.md” finns inte – menade du ”index.md”?" in done.stderr


def language(element: Element) -> str:
    return next((each.attributes["lang"] for each in (element, *element.up()) if "lang" in each.attributes), "")


def test_the_english_page_is_english_and_marks_what_is_not(timra: Project) -> None:
    page = timra.external.page("en/index.md")
    assert next(element for element in page.tree if element.tag == "html").attributes["lang"] == "en"
    swedish = [element.text for element in page.article if language(element) == "sv"]
    assert {"socialtjänsten", "orosanmälan", "Rådet för trygghet och hälsa (RTH)"} <= set(swedish)
    body = next(element for element in page.tree if element.tag == "body")
    rest = body.text_without(lambda element: language(element) == "sv")
    assert not re.search(r"[åäöÅÄÖ]", rest)
    assert not re.search(r"\b(och|inte|eller|du|är)\b", rest)
    for link in page.article.all("a"):
        href = link.attributes["href"]
        if href.startswith("../"):
            assert link.attributes["hreflang"] == "sv", href
            assert "Swedish" in link.text or language(link) == "sv", href


def test_easy_swedish_and_english_are_the_first_links_of_every_public_page(timra: Project) -> None:
    for name, page in timra.external.pages.items():
        links = [link for link in page.tree.all("a") if link.attributes["href"] != "#sidans-innehall"]
        assert [link.text for link in links[:2]] == ["Lättläst", "In English"], name
        assert [target(name, link.attributes["href"]) for link in links[:2]] == ["lattlast/index.html", "en/index.html"]
    for page in timra.internal.pages.values():
        assert "In English" not in page.tree.text


def test_the_english_page_has_the_sections_of_the_swedish_one(timra: Project) -> None:
    swedish, english, easy = (timra.external.page(path) for path in ("index.md", *FOLLOWERS))
    count = len(swedish.article.all("h2"))
    assert len(english.article.all("h2")) == len(easy.article.all("h2")) == count
    for page in (swedish, english, easy):
        calls = [
            link.attributes["href"] for link in page.article.all("a") if link.attributes["href"].startswith("tel:")
        ]
        assert calls[:2] == ["tel:112", "tel:11414"]
        assert set(calls) == {"tel:112", "tel:11414", "tel:116111"}
        onward = [link for link in page.tree.all("a") if link.attributes["href"] == "#situationer"]
        assert onward, page.file  # the way on from the numbers stays in the reader's own language


def test_english_tells_how_sure_a_detail_is(tmp_path: Path) -> None:
    project = projects.timra(tmp_path / "timra")
    text = project.read("content/timra.se/en/index.md")
    project.write(
        "content/timra.se/en/index.md",
        text + '\n{{ kontakt("polisen") }}\n\n{{ kontakt("sakerhetspolisen") }}\n\n{{ kontakt("bris") }}\n',
    )
    project.replace(
        "plan.yaml",
        "      läge: enligt_källa\n      datum: 2026-11-22\n      källa: https://sakerhetspolisen.se\n      av:",
        "      läge: kontrollerad\n      datum: 2026-03-01\n      av: utvecklingsstrateg",
    )
    project.replace(  # a day that has not come
        "plan.yaml",
        "      läge: enligt_källa\n      datum: 2026-11-22\n      källa: https://www.bris.se\n      av:",
        "      läge: kontrollerad\n      datum: 2027-03-01\n      av: utvecklingsstrateg",
    )
    text = pages_of(project, tmp_path, "--per", "2026-11-22")["en/index.md"].text
    assert (
        "Telephone: 114 14 Website: polisen.se According to polisen.se. The municipality has not checked it yet."
        in text
    )
    assert (
        "Checked on 1 March 2026 by Utvecklingsstrateg. It should have been checked again by 1 September 2026." in text
    )
    assert "Website: bris.se Open: Dygnet runt The municipality has not checked it yet." in text
    assert "None" not in text
    assert "Socialtjänsten i Timrå, mottagning The municipality has not confirmed this number" in text
    assert "Responsible for this text: Utvecklingsstrateg. The text has not been reviewed yet." in text


def test_an_english_page_cannot_fetch_the_plans_swedish_words(tmp_path: Path) -> None:
    data = (ROOT / "content/timra.se/en/index.md").read_bytes() + b"\n{{ situationer() }}\n"
    _, faults = parse_page(data, "en/index.md", "en.md", the_plan(), Audience.EXTERNAL)
    assert [fault.what for fault in faults] == [
        "situationer() hämtar planens svenska ord, och sidan är på ett annat språk"
    ]


def test_pages_in_two_languages_lead_machines_to_each_other(lillby: Project) -> None:
    config = lillby.read("mkdocs.yml").replace(
        "site_name: Lillby", "site_name: Lillby\nsite_url: https://www.lillby.example/trygghet"
    )
    lillby.write("mkdocs.yml", config)
    facts = "språk: en\nförlaga: index.md\ngranskad:\ngranskas_av: rad\ngranskas_inom: 12 månader\n"
    role = re.search(r"granskas_av: (\S+)", lillby.read("content/webb/index.md"))
    assert role
    facts = facts.replace("rad\n", f"{role[1]}\n")
    lillby.write("content/webb/en/index.md", f"---\ntitle: Help\ndescription: Help.\n{facts}---\n\n# Help\n")
    site = lillby.build().external
    for path in ("index.md", "en/index.md"):
        links = [
            each.attributes for each in site.page(path).tree.all("link") if each.attributes.get("rel") == "alternate"
        ]
        assert {each["hreflang"]: each["href"] for each in links} == {
            "sv": "https://www.lillby.example/trygghet/",
            "en": "https://www.lillby.example/trygghet/en/",
        }
    assert not [each for each in site.page("sa-raknar-vi.md").tree.all("link") if "hreflang" in each.attributes]
    assert "This page may be out of date." in site.page("en/index.md").text


# Tillgänglighetsredogörelse ------------------------------------------------------------------------------------------


TEXT = st.text("abcåäö <&", min_size=1).filter(str.strip)
DAYS = st.dates(datetime.date(2020, 1, 1), datetime.date(2039, 12, 31)).map(str)
SHORTCOMING = st.fixed_dictionaries({"vad": TEXT, "varför": TEXT}, optional={"i_stället": TEXT})
ANY: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"tjänst": TEXT, "förenlighet": st.sampled_from(["helt", "delvis", "inte", "inte_bedömd"]), "tills_vidare": TEXT},
    optional={
        "bedömd": DAYS,
        "uppdaterad": DAYS,
        "provat_med_program": st.lists(TEXT, max_size=2),
        "granskat_av_människor": st.lists(TEXT, max_size=2),
        "brister": st.lists(SHORTCOMING, max_size=2),
        "meddela": st.sampled_from(["vaxel", "polisen", "finns-inte"]),
        "tillsyn": st.lists(
            st.fixed_dictionaries(
                {"namn": TEXT}, optional={"länk": st.just("https://x.example"), "från": DAYS, "till": DAYS}
            ),
            max_size=2,
        ),
        "oskäligt_betungande": st.lists(SHORTCOMING, max_size=2),
        "omfattas_inte": st.lists(TEXT, max_size=2),
    },
)
ROOM = Renderer(view(the_plan(), Audience.EXTERNAL, DAY))


@settings(deadline=None)
@given(data=ANY)
def test_all_eleven_parts_stand_whatever_is_known(data: dict[str, Any]) -> None:
    shown = statement(Statement.model_validate(data), ROOM, "tillganglighet.md")
    tree = parse(shown)
    ids = [element.attributes["id"] for element in tree if "id" in element.attributes]
    assert sorted(ids) == sorted(PARTS)
    assert len(PARTS) == 11
    for element in tree:
        if "id" in element.attributes:
            # A heading has its part after it; a fact has its own behind the colon.
            siblings = [each for each in element.parent.children if isinstance(each, Element)] if element.parent else []
            after = siblings[siblings.index(element) + 1 :] if element.tag == "h2" else []
            said = after[0].text if after and after[0].tag != "h2" else element.text.partition(":")[2]
            assert said.strip(), element.attributes["id"]


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_claims_no_more_than_it_may(name: str) -> None:
    case = STATEMENTS[name]
    text = case.get("text") or (ROOT / "content/timra.se/tillganglighet.md").read_text(encoding="utf-8")
    for edit in case.get("ersätt", ()):
        assert text.count(edit["från"]) == 1, edit
        text = text.replace(edit["från"], edit["till"])
    _, faults = parse_page(text.encode(), "tillganglighet.md", "t.md", the_plan(), Audience.EXTERNAL)
    told = [str(fault).removeprefix("t.md:") for fault in faults]
    assert len(told) == len(case["fel"]), told
    assert all(line.startswith(wanted) for line, wanted in zip(told, case["fel"], strict=True)), told


def test_complaints_go_to_digg_until_the_year_turns(tmp_path: Path) -> None:
    project = projects.timra(tmp_path / "timra")
    before = pages_of(project, tmp_path, "--per", "2026-12-31")["tillganglighet.md"]
    after = pages_of(project, tmp_path, "--per", "2027-01-01")["tillganglighet.md"]
    links = [link.attributes["href"] for link in before.all("a")]
    assert "https://www.digg.se/tdosanmalan" in links
    assert "Digg" in before.text
    assert "PTS" not in before.text
    assert "Digg" not in after.text
    assert "Post- och telestyrelsen (PTS) kontrollerar att lagen följs." in after.text
    assert "Adressen till anmälan är inte bekräftad" in after.text


def test_the_statement_of_the_first_day_is_honest(timra: Project) -> None:
    for site in timra.sites:
        text = site.page("tillganglighet.md").text
        assert "Det är inte bedömt." in text
        assert "Ingen har granskat sidorna för hand än." in text
        assert "Uppgift saknas. Det är inte bestämt vart du vänder dig." in text
        assert not re.search(r"helt förenlig|fullt tillgänglig", text)


def test_both_statements_name_the_same_authorities() -> None:
    told = [text.statement.authorities for text in ALL if text.statement]
    assert len(told) == 2
    assert told[0] == told[1]


def test_every_page_leads_to_the_statement_and_about_the_site(timra: Project) -> None:
    for site in timra.sites:
        wanted = {"tillganglighet/index.html"} | ({"om-webbplatsen/index.html"} if site.name == "timra.se" else set())
        for name, page in site.pages.items():
            footer = next(element for element in page.tree if element.tag == "footer")
            links = {target(name, link.attributes["href"]) for link in footer.all("a")}
            assert wanted <= links, name


def target(page: str, href: str) -> str:
    from posixpath import dirname, join, normpath

    way = href.lstrip("/") if href.startswith("/") else join(dirname(page), href)
    return normpath(join(way, "index.html")) if href.endswith("/") or href in {".", ""} else normpath(way)


def test_about_the_site_invents_no_licence_and_asks_for_no_personal_data(timra: Project) -> None:
    text = timra.external.page("om-webbplatsen.md").text
    assert "Kommunen har inte angett någon licens" in text
    assert "Lämna inga uppgifter om dig själv eller någon annan." in text
    assert "sätter inga kakor" in text
