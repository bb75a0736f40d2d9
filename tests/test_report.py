"""The yearly report: its PDF read by programs that are not ours, and held against its page word by word."""

from __future__ import annotations

import datetime
import io
import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import outloud
import pdfua
import pytest
import yaml
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ContentStream, NameObject

import projects
from built import Element, Site, words
from handlingsplan.check.leaks import Leaks
from handlingsplan.check.personal import in_site
from handlingsplan.check.site_files import SiteFiles
from handlingsplan.output.files import pdf
from handlingsplan.output.pages import report
from handlingsplan.output.pages.page import Renderer
from handlingsplan.plan.load import parse
from handlingsplan.plan.models import Plan
from handlingsplan.plan.terms import TermKind
from handlingsplan.plan.views import view
from handlingsplan.plan.words import Audience
from handlingsplan.project.sites import sites
from projects import DAY, Project

GOLDEN = Path(__file__).parent / "data" / "arsrapport-2024.txt"
"""What a screen reader meets in Exempelkommun's public report of 2024, as ``pdfinfo -struct-text`` tells it."""
BULLET = "•"
INSIDE = "Internt, bara för medarbetare."
"""What the PDF says of itself on the intranet, where the page need not."""


def reports(site: Site) -> dict[str, bytes]:
    """Return a site's reports by the path of their pages."""
    found = {}
    for name, data in site.files.items():
        if match := re.fullmatch(r"data/(?:arsrapport-(\d{4})|rapport)\.pdf", name):
            found[f"uppfoljning/{match[1] or 'rapport'}.md"] = data
    return found


def internal(site: Site) -> bool:
    return site.name in {"timnet", "intranat"}


def in_reading_order(data: bytes) -> str:
    """Return what is not marked as decoration (headers, footers, drawings), in the order of the file."""
    writer = PdfWriter(clone_from=io.BytesIO(data))
    texts = []
    for page in writer.pages:
        stream = ContentStream(page["/Contents"].get_object(), writer, "bytes")
        kept, within = [], list[bool]()
        for operands, operator in stream.operations:
            if operator in {b"BDC", b"BMC"}:
                within.append(operands[0] == "/Artifact" or any(within))
            elif operator == b"EMC":
                within.pop()
            if not (any(within) and operator in {b"Tj", b"TJ"}):
                kept.append((operands, operator))
        stream.operations = kept
        page[NameObject("/Contents")] = stream
        texts.append(page.extract_text())
    return "\n".join(texts)


def on_page(site: Site, path: str) -> str:
    """Return what a report's page says, without the links that lead on from it."""
    article = site.page(path).article
    elements = list(article)
    end = elements.index(site.page(path).anchors["ladda-ner"])
    after = set(map(id, elements[end:]))
    return article.text_without(lambda each: id(each) in after or "bara-webb" in each.classes or hidden(each))


def hidden(element: Element) -> bool:
    return "headerlink" in element.classes


def squeezed(text: str) -> str:
    return "".join(text.replace(BULLET, "").split())


def test_the_pdf_says_what_its_page_says_word_by_word(site: Site) -> None:
    """Every sentence and every number, in the same order, and nothing else."""
    found = reports(site)
    assert found
    for path, data in found.items():
        there, here = on_page(site, path), in_reading_order(data)
        assert (INSIDE in words(here)) is internal(site)
        assert squeezed(here.replace(INSIDE, "")) == squeezed(there)
        # Without white space 1 and 2 are 12: the numbers are held against each other for themselves.
        numbers = [re.findall(r"\d+", words(text)) for text in (here, there)]
        assert numbers[0] == numbers[1]
        print(f"{site.name}/{path}: {len(there.split())} words, {len(numbers[0])} numbers, 0 mismatches")


def test_every_year_that_somebody_reported_on_has_its_report(project: Project, site: Site) -> None:
    plan = yaml.load(project.read("plan.yaml"), yaml.CBaseLoader)  # noqa: S506  # only strings
    years = {each["år"] for area in plan["områden"] for each in area.get("uppföljning") or ()}
    assert reports(site).keys() == {f"uppfoljning/{year}.md" for year in years or {"rapport"}}
    for path in reports(site):
        links = [link.attributes["href"] for link in site.page(path).article.all("a")]
        assert len([link for link in links if link.endswith(".pdf")]) == 1
    text = site.page("data/index.md").text
    assert "byggd för PDF/UA-1, maskinkontrollerad" in text
    assert not [name for name, page in site.pages.items() if re.search("uppfyller[^.]*PDF/UA", page.text)]


def test_two_checkers_of_pdf_ua_find_nothing(site: Site, tmp_path: Path) -> None:
    checked: Counter[str] = Counter()
    for path, data in reports(site).items():
        file = tmp_path / f"{Path(path).stem}.pdf"
        file.write_bytes(data)
        assert findings(file) == []
        checked[site.name] += 1
    print(f"{dict(checked)}: pdfua and outloud, 0 findings")


def findings(file: Path) -> list[str]:
    """Return what two checkers that know nothing of each other find in a PDF, of any severity."""
    first, second = pdfua.validate(str(file)), outloud.check(str(file))
    assert second.error in {None, ""}
    assert second.stats["tagged"]
    assert first.exit_code == 0 or first.findings
    return [f"{each.rule_id}: {each.message}" for each in first.findings] + [
        f"{each.rule}: {each.message}" for each in second.findings
    ]


def test_the_checkers_find_what_is_wrong(exempelkommun: Project, tmp_path: Path) -> None:
    """Neither passes whatever it is given."""
    data = reports(exempelkommun.external)["uppfoljning/2024.md"]
    writer = PdfWriter(clone_from=io.BytesIO(data))
    for key in ("/Lang", "/MarkInfo", "/StructTreeRoot"):
        del writer._root_object[key]
    writer.write(tmp_path / "a.pdf")
    assert pdfua.validate(str(tmp_path / "a.pdf")).findings
    assert outloud.check(str(tmp_path / "a.pdf")).errors


def test_the_pdf_says_what_it_is(site: Site) -> None:
    for path, data in reports(site).items():
        reader = PdfReader(io.BytesIO(data))
        root: Any = reader.trailer["/Root"]
        assert root["/Lang"] == "sv-SE"
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert root["/MarkInfo"]["/Marked"]
        assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
        assert not {"/OpenAction", "/AA", "/AcroForm"} & root.keys()
        assert reader.metadata
        assert reader.metadata.title
        assert reader.metadata.title.startswith(site.page(path).article.all("h1")[0].text)
        assert reader.metadata.author in {"Timrå kommun", "Exempelkommun"}
        assert reader.metadata.creation_date
        assert reader.metadata.creation_date.date() == DAY
        assert reader.outline
        fonts = {
            str(font.get_object()["/BaseFont"]).partition("+")[2]
            for page in reader.pages
            for font in page["/Resources"].get("/Font", {}).values()  # type: ignore[attr-defined]
        }
        assert {name.partition("-")[0] for name in fonts} == {"LibertinusSerif"}
        last = words(reader.pages[-1].extract_text())
        assert f"Sida {len(reader.pages)} av {len(reader.pages)}" in last
        assert "22 november 2026" in last
        assert reader.metadata.title in last


# Of a plan that nobody has reported on --------------------------------------------------------------------------------


def test_an_empty_plan_has_a_report_that_says_so(timra: Project) -> None:
    for site in timra.sites:
        (path,) = reports(site)
        text = words(in_reading_order(reports(site)[path]))
        assert text.startswith(
            "Rapport om uppföljningen Inget av planens 8 områden har en redovisad bedömning. Det betyder"
        )
        assert text.count("Uppgift saknas") == 5
        assert "Tider i planen som har passerat: 9 av 19 aktiviteter Att en tid har passerat säger inte" in text
        assert "Inget är bedömt. Därför går det inte att säga vad som avviker från planen." in text
        # To fill in, for those who assess: residents cannot.
        assert text.count("Att fylla i för området") == (8 if internal(site) else 0)
        assert text.count("Underlag") == (8 if internal(site) else 0)
        for verdict in ("Helt uppfyllt", "Delvis uppfyllt", "Ej uppfyllt"):
            assert text.count(verdict) == 1  # in the legend
        assert not re.search(r"uppfoljning/\d", " ".join(site.pages))


# Years ----------------------------------------------------------------------------------------------------------------


def plan_of(change: Any = None) -> Plan:
    data = yaml.load((projects.PLANS / "exempelkommun.yaml").read_text(encoding="utf-8"), yaml.CBaseLoader)  # noqa: S506
    if change:
        change(data)
    plan = parse(projects.dumped(data).encode(), "plan.yaml").plan
    assert plan
    return plan


def renderer_of(plan: Plan, audience: Audience = Audience.EXTERNAL, day: datetime.date = DAY) -> Renderer:
    return Renderer(view(plan, audience, day))


ENDED = re.compile(r'<p class="utgangen">.*?</p>| \(dagen har passerat\)')
"""What time does to the plan itself."""


def test_a_years_report_does_not_change_with_the_years() -> None:
    """Ten years later the same terms had passed that year, and every sentence still says which year it means."""
    plan = plan_of()
    at_once, later = (str(report.html(renderer_of(plan, day=day), 2024)) for day in (DAY, datetime.date(2036, 1, 1)))
    for day in ("22 november 2026", "1 januari 2036"):
        at_once, later = at_once.replace(day, "DAG"), later.replace(day, "DAG")
    assert ENDED.sub("", at_once).split() == ENDED.sub("", later).split()
    assert "förra året" not in at_once


def test_a_passed_time_belongs_to_its_year() -> None:
    plan = plan_of()
    terms = {part.id: part.term for area in plan.areas for part in area.activities if part.term}
    for year in (2023, 2024, 2025, 2026):
        passed = {part.id for _, part, _ in report.context(renderer_of(plan), year)["passed"]}
        due = {id_: term.last_day for id_, term in terms.items() if term.kind is TermKind.DUE and term.last_day}
        assert passed == {id_ for id_, day in due.items() if day.year <= year and day < DAY}
        assert passed or year == 2023


def test_what_is_not_fulfilled_is_a_deviation_and_a_passed_time_is_none(exempelkommun: Project) -> None:
    page = exempelkommun.external.page("uppfoljning/2026.md")
    text = page.text
    assert "Ej uppfyllt: 2 av 12 områden" in text
    assert "Delvis uppfyllt: 2 av 12 områden" in text
    assert "Äldre bedömning: 2 av 12 områden" in text
    assert "Ingen bedömning redovisad: 2 av 12 områden" in text
    assert (
        "Tider i planen som har passerat: 8 av 33 aktiviteter Att en tid har passerat säger inte om arbetet är gjort."
        in text
    )
    for anchor, state in (("ej", "Ej uppfyllt"), ("delvis", "Delvis uppfyllt")):
        shown = {link.text for link in page.after(f"avvikelser-{anchor}").all("a")}
        rows = [row for row in page.article.all("table")[0].all("tr") if row.all("td")]
        assert shown == {row.all("th")[0].text for row in rows if row.all("td")[0].text == state}


# Nothing internal, nobody told of -------------------------------------------------------------------------------------

SAID = "Området glömdes bort i 2023 års genomgång."
"""An ``intern_kommentar`` of Exempelkommun's plan."""


def with_more(source: bytes, text: str) -> bytes:
    """Return what a report is made of, with a text that does not belong there."""
    data = json.loads(source)
    data["blocks"][-1]["items"].append([{"kind": "text", "look": "", "runs": [{"text": text, "look": ""}]}])
    return json.dumps(data).encode()


def test_an_internal_text_in_a_report_is_seen(exempelkommun: Project, tmp_path: Path) -> None:
    found, _ = sites(exempelkommun.root)
    searching = Leaks(exempelkommun.root, found, DAY)
    source = pdf.made_of(renderer_of(plan_of()), 2024)
    for name, data, leaks in (
        ("egen.pdf", pdf.typeset(pdf.REPORT, source), False),
        ("planterad.pdf", pdf.typeset(pdf.REPORT, with_more(source, SAID)), True),
        ("intern.pdf", reports(exempelkommun.internal)["uppfoljning/2023.md"], True),
    ):
        folder = tmp_path / name
        folder.mkdir()
        (folder / name).write_bytes(data)
        faults = searching.check(folder, "ut")
        assert bool(faults) is leaks, name
        assert {fault.file for fault in faults} <= {f"ut/{name}"}


def test_a_person_in_a_report_is_seen(tmp_path: Path) -> None:
    source = pdf.made_of(renderer_of(plan_of()), 2023)
    for data, seen in ((source, 0), (with_more(source, "Mötet leddes av 19121212-1212."), 1)):
        (tmp_path / "a.pdf").write_bytes(pdf.typeset(pdf.REPORT, data))
        faults = in_site(SiteFiles(tmp_path), "webb", frozenset())
        # The plan's own exception, which a build knows of, is a number of another kind.
        assert len([fault for fault in faults if "personnummer" in fault.what]) == seen


def test_the_intranets_comments_stay_there(exempelkommun: Project) -> None:
    inside, outside = ("".join(map(in_reading_order, reports(site).values())) for site in exempelkommun.sites)
    assert "INTERN" not in outside
    assert inside.count("Intern kommentar:") > 10


# Whatever a plan holds ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["👩 🇸🇪 Möte", "👩 \U000335ad", "日1\u20e3", "ที่ 日", "مرحبا 日本", "#panic() $x$ *a* _b_ `c` <d> @e \\ //",
     '"""', "= rubrik",
     "[a](b) #[c]", "sys.inputs", "{TEXT}", "å" * 20_000],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_any_text_can_be_in_a_report(text: str, tmp_path: Path) -> None:
    """It is shown as it stands; what the font cannot show is a square, and the report says so."""

    def change(data: dict[str, Any]) -> None:
        data["områden"][0]["uppföljning"][0]["resultat"] = text

    made = pdf.write(renderer_of(plan_of(change)), 2023)
    said = in_reading_order(made)
    if text.isascii():
        assert squeezed(text) in squeezed(said)
    assert (pdf.MISSING in said) is ("👩" in text or "日" in text)
    assert (pdf.MISSING_NOTE in words(said)) is (pdf.MISSING in said)
    (tmp_path / "a.pdf").write_bytes(made)
    assert findings(tmp_path / "a.pdf") == []


def test_a_mark_that_the_font_lacks_takes_no_letters_with_it() -> None:
    def change(data: dict[str, Any]) -> None:
        data["områden"][0]["uppföljning"][0]["resultat"] = "å\u20e3 och på"

    assert "och på" in words(in_reading_order(pdf.write(renderer_of(plan_of(change)), 2023)))


def test_a_title_may_look_like_an_attribute() -> None:
    def change(data: dict[str, Any]) -> None:
        data["områden"][0]["namn"] = "Samla data-drivna underlag > alla"

    assert "data-drivna" in in_reading_order(pdf.write(renderer_of(plan_of(change)), 2023))


def test_a_report_of_very_little() -> None:
    """Areas without activities, indicators or words, and a year with nothing but a status."""

    def change(data: dict[str, Any]) -> None:
        data["områden"] = data["områden"][:1]
        area = data["områden"][0]
        area.update({"aktiviteter": [], "indikatorer": [], "uppföljning": [{"år": "2026", "status": "inte_aktuellt"}]})
        data.update({"avslutade_år": [], "rättelser": []})

    for audience in Audience:
        renderer = renderer_of(plan_of(change), audience)
        assert renderer.years == [2026]
        assert "Planen har inga indikatorer." in words(in_reading_order(pdf.write(renderer, 2026)))


# Programs that are not Python -----------------------------------------------------------------------------------------


def told(*command: str) -> str:
    # A heading's own title is UTF-16, which poppler hands out as it is.
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8", errors="replace")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.full
def test_qpdf_and_poppler_read_the_reports(site: Site, tmp_path: Path) -> None:
    for path, data in reports(site).items():
        file = tmp_path / f"{Path(path).stem}.pdf"
        file.write_bytes(data)
        assert "No syntax or stream encoding errors found" in told("qpdf", "--check", str(file))
        information = told("pdfinfo", str(file))
        assert re.search(r"Tagged:\s+yes", information)
        assert re.search(r"JavaScript:\s+no", information)
        assert set(re.findall(r"\S+\+(\w+)-", told("pdffonts", str(file)))) == {"LibertinusSerif"}
        # The order in which a screen reader is told, by the tags alone.
        spoken = re.findall(r'^ +"(.*)"$', told("pdfinfo", "-struct-text", str(file)), re.MULTILINE)
        text = squeezed("".join(spoken)).replace(squeezed(INSIDE), "")
        assert text == squeezed(on_page(site, path))


@pytest.mark.full
def test_the_reading_order_is_the_golden_one(exempelkommun: Project, tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(reports(exempelkommun.external)["uppfoljning/2024.md"])
    assert structure(file) == GOLDEN.read_text(encoding="utf-8")


def structure(file: Path) -> str:
    """Return a PDF's tags and texts, one a line, without what tells only of how it looks."""
    lines = told("pdfinfo", "-struct-text", str(file)).splitlines()
    kept = [line for line in lines if not re.match(r"\s+/|\s+\[", line)]
    looks = r" <U\w+>:?| \(block\):?| \(inline\):?|:$|(?<=H\d) \".*"
    text = "\n".join(re.sub(looks, "", line) for line in kept) + "\n"
    return re.sub(r'"\n +"', "", text)  # where lines end is only how it looks
