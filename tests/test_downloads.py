"""The files to download: opened by programs that are not ours, and held against each other and against the pages."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
import subprocess
import zipfile
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import jsonschema
import openpyxl
import pytest
import yaml
from hypothesis import given
from pypdf import PdfReader

import projects
from built import Page, Site, parse, words
from examples import examples
from handlingsplan.check.contents import contents
from handlingsplan.check.leaks import Leaks
from handlingsplan.documents import table as tables_module
from handlingsplan.documents.table import Cell, tables
from handlingsplan.kept import kept
from handlingsplan.output.files import csv as csv_file
from handlingsplan.output.files import docx as docx_file
from handlingsplan.output.files import json as json_file
from handlingsplan.output.files import xlsx as xlsx_file
from handlingsplan.output.files.catalogue import downloads
from handlingsplan.output.files.csv import GUARD, guarded
from handlingsplan.output.files.xlsx import CUT, LONGEST, fitting
from handlingsplan.output.pages.lights import LIGHTS
from handlingsplan.output.pages.page import Renderer
from handlingsplan.plan import assessment
from handlingsplan.plan.load import parse as read_plan
from handlingsplan.plan.models import Plan
from handlingsplan.plan.scale import SCALE
from handlingsplan.plan.views import View, view
from handlingsplan.plan.words import Audience
from handlingsplan.project.sites import sites
from plan_fields import with_each_text
from plan_strategy import plans
from projects import DAY, Project
from projects import HOSTILE as HOSTILE_END

Rows = list[list[str]]

FOLLOW_UP = "uppfoljning/index.md"
SHAPES = "".join(f"{light.shape}{light.hollow}" for light in LIGHTS.values() if light.shape != "–")
COMPARED: Counter[str] = Counter()
"""Cells that have been compared, by reader; printed last."""


def plan_of(project: Project) -> dict[str, Any]:
    plan: dict[str, Any] = yaml.load(project.read("plan.yaml"), yaml.CBaseLoader)  # noqa: S506  # only strings
    return plan


def whom(site: Site) -> Audience:
    return Audience.INTERNAL if site.name in {"timnet", "intranat"} else Audience.EXTERNAL


# Readers -------------------------------------------------------------------------------------------------------------


def from_csv(data: bytes) -> Rows:
    """Read as Python's own reader does; what keeps a text from being run is white space to it."""
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    return [[cell.removeprefix(GUARD) for cell in row] for row in rows]


def from_xlsx(data: bytes) -> dict[str, Rows]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {
        sheet.title: [[as_words(cell.value) for cell in row] for row in sheet.iter_rows()]
        for sheet in book.worksheets[1:-1]
    }


def as_words(value: Any) -> str:
    """Return what a reader gives as a Swedish reader writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, int | float):
        return f"{Decimal(repr(value)).normalize():f}".replace(".", ",")
    return str(value)


def from_json(data: bytes, schema: bytes) -> dict[str, Rows]:
    """Read what the schema allows, under the headings that the schema gives."""
    content, described = json.loads(data), json.loads(schema)
    jsonschema.Draft202012Validator.check_schema(described)
    validator = jsonschema.Draft202012Validator(described, format_checker=jsonschema.FormatChecker())
    assert [error.message for error in validator.iter_errors(content)] == []
    read = {}
    for key, rows in content.items():
        if isinstance(rows, list):
            columns = described["properties"][key]["items"]["properties"]
            read[key] = [[column["title"] for column in columns.values()]]
            read[key] += [[as_words(row[name]) for name in columns] for row in rows]
    return read


def equal(first: Rows, second: Rows, reader: str) -> None:
    assert first == second
    COMPARED[reader] += sum(map(len, first))


def files_of(site: Site) -> dict[str, bytes]:
    return {name.removeprefix("data/"): data for name, data in site.files.items() if name.startswith("data/")}


def rows_of(site: Site, name: str) -> list[dict[str, str]]:
    head, *rows = from_csv(files_of(site)[f"{name}.csv"])
    return [dict(zip(head, row, strict=True)) for row in rows]


# The formats say the same --------------------------------------------------------------------------------------------


def test_excel_csv_and_json_hold_the_same_tables(site: Site) -> None:
    files = files_of(site)
    book, content = from_xlsx(files["uppfoljning.xlsx"]), from_json(files["plan.json"], files["plan.schema.json"])
    by_name = {table.name: table for table in tables_module.TABLES}
    names = [name.removesuffix(".csv") for name in files if name.endswith(".csv")]
    assert [by_name[name].title for name in sorted(names)] == sorted(book)
    for name in names:
        rows, shown = from_csv(files[f"{name}.csv"]), by_name[name]
        equal(rows, content[shown.key], "jsonschema + json")
        # A line break is a line break in each, whatever a file writes it as.
        equal(rows, book[shown.title], "openpyxl")
    assert {key for key, rows in content.items() if rows[1:]} == {by_name[name].key for name in names}
    assert ("fragor" in names) is (whom(site) is Audience.INTERNAL)


def test_what_is_internal_is_only_in_the_intranets_files(exempelkommun: Project) -> None:
    inside, outside = (rows_of(site, "omraden") for site in exempelkommun.sites)
    assert len([row for row in inside if "INTERN" in row["Intern kommentar"]]) > 10
    assert "Intern kommentar" not in outside[0]
    assert [{key: value for key, value in row.items() if key != "Intern kommentar"} for row in inside] == outside


def test_every_public_text_of_the_areas_is_in_the_json_file(hostile: Project) -> None:
    """No field is silently dropped."""
    plan = plan_of(hostile)
    texts = set[str]()
    entries = {"områden": plan["områden"], "aktörer": plan["aktörer"], "rättelser": plan["rättelser"]}
    with_each_text({**plan, **entries}, lambda _, text: texts.add(text) or text)  # type: ignore[func-returns-value]
    kept_texts = {value for value in strings(entries) if value in texts}
    internal = set(strings([area.get("frågor") for area in plan["områden"]])) | {
        each.get("intern_kommentar", "") for area in plan["områden"] for each in area.get("uppföljning") or ()
    }
    shown = set(strings(json.loads(files_of(hostile.external)["plan.json"])))
    # Nor is a value, or a goal that would give hidden ones away.
    goals = strings([each.get("mål", {}) for area in plan["områden"] for each in area["indikatorer"]])
    wanted = {text for text in kept_texts - internal - set(goals) if HOSTILE_END in text}
    assert len(wanted) > 150
    assert wanted <= shown
    assert not internal & shown - {""}


def strings(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [text for value in node.values() for text in strings(value)]
    if isinstance(node, list):
        return [text for value in node for text in strings(value)]
    return [node] if isinstance(node, str) else []


# The pages say the same ----------------------------------------------------------------------------------------------


def test_the_rows_say_what_the_pages_say(project: Project, site: Site) -> None:
    areas, now = rows_of(site, "omraden"), [row for row in rows_of(site, "omraden") if row["Gäller nu"] == "ja"]
    page = site.page(FOLLOW_UP)
    shown = overview(page)
    assert len(now) == len(shown) == len(plan_of(project)["områden"])
    then = {(row["Område, id"], row["År"]): row["Status"] for row in areas}
    for row, (title, status, result, responsible) in zip(now, shown, strict=True):
        state = row["Status"]
        if year := row["Äldre bedömning från"]:
            state = f"Äldre bedömning {year}: {then[row['Område, id'], year].lower()}"
        assert (words(row["Område"]), state, words(row["Ansvarig"])) == (title, status, responsible)
        assert words(row["Resultat"]) in result
        COMPARED["CSV against the status page"] += 4
    for year in {row["År"] for row in areas} - {""}:
        told = {words(row["Område"]): row["Status"] for row in areas if row["År"] == year}
        on_page = {title: status for title, status, result, _ in overview(site.page(f"uppfoljning/{year}.md"))}
        none = "Ingen bedömning redovisad"
        on_page = {title: none if status.startswith("Äldre") else status for title, status in on_page.items()}
        assert told == {title: status for title, status in on_page.items() if title in told}
        assert set(on_page.values()) - set(told.values()) <= {none}
        COMPARED["CSV against the years' pages"] += len(told)


def overview(page: Page) -> list[tuple[str, ...]]:
    """Return the rows of a page's table of areas."""
    table = next(each for each in page.article.all("table") if "plan--oversikt" in each.classes)
    rows = [row for row in table.all("tr") if row.all("td")]
    return [(row.all("th")[0].text, *(cell.text for cell in row.all("td")[:3])) for row in rows]


def test_activities_and_values_say_what_the_pages_say(site: Site) -> None:
    for row in rows_of(site, "aktiviteter"):
        if row["Gäller nu"] == "ja":
            entry = site.page(f"plan/{row['Område, id']}.md").anchors[row["Aktivitet, id"]].text
            assert entry.startswith(words(row["Aktivitet"]))
            standing = f"enligt planen: {row['Tid']}" if row["Tidsläge"] == "enligt planen klar" else row["Tidsläge"]
            assert f"Tid: {standing}" in entry
            assert words(row["Tid"]).casefold() in entry.casefold()
            assessed = re.search(
                rf"Bedömning {row['År'] or '-'}: ({'|'.join(status.label for status in SCALE.statuses)})", entry
            )
            assert row["Status"] == (assessed[1] if assessed else "Ingen bedömning redovisad")
            old = re.search(r"Äldre bedömning (\d+): ", entry)
            assert row["Äldre bedömning från"] == (old[1] if old else "")
            COMPARED["CSV against the areas' pages"] += 4
    for row in rows_of(site, "indikatorer"):
        assert words(row["Indikator"]) in site.page(f"plan/{row['Område, id']}.md").text
        COMPARED["CSV against the areas' pages"] += 1
        if row["År"]:
            page = site.page(f"uppfoljning/{row['År']}.md")
            cells = [[cell.text for cell in each if cell.tag in {"th", "td"}] for each in page.article.all("tr")]
            unit = f" Enhet: {words(row['Enhet'])}" if row["Enhet"] else ""
            told = [words(row["Indikator"]) + unit, words(row["Område"]), words(row["Värde"])]
            assert told in [[each[0], each[1], each[3]] for each in cells if len(each) == 5]
            assert row["Värde som tal"] in {"", row["Värde"]}
            COMPARED["CSV against the years' pages"] += 2


def test_the_totals_can_be_recomputed_from_the_json_file(site: Site) -> None:
    content = json.loads(files_of(site)["plan.json"])
    rows = [row for row in content["områden"] if row["gäller_nu"]]
    assert len({row["område_id"] for row in rows}) == len(rows)
    old = {row["äldre_bedömning_från"] for row in rows} - {None}
    given = [row["status"] for row in rows if row["status"] in {verdict.label for verdict in SCALE.verdicts}]
    answer = site.page(FOLLOW_UP).article.all(class_="svar")[0].text
    numbers = [content["plan"]["period"], len(given), len(rows), sum(bool(row["äldre_bedömning_från"]) for row in rows)]
    numbers += sorted(old)
    if given:
        assert [int(number) for number in re.findall(r"\d+", answer)][: len(numbers)] == numbers
    else:
        assert numbers == [None, 0, len(rows), 0]
    sheet = openpyxl.load_workbook(io.BytesIO(files_of(site)["uppfoljning.xlsx"])).worksheets[0]
    assert sheet["A2"].value == answer


def test_word_has_the_table_of_the_pages_word_by_word(project: Project, site: Site) -> None:
    """Read by python-docx; the shapes stand beside the words as they do on the pages, where they are drawings."""
    files = files_of(site)
    names = sorted(name for name in files if name.endswith(".docx"))
    plan = plan_of(project)
    newest = str(json.loads(files["plan.json"])["plan"]["period"] or "")
    for name in names:
        year = name.removeprefix("uppfoljning").removesuffix(".docx").lstrip("-")
        document = docx.Document(io.BytesIO(files[name]))
        assert len(document.tables) == len({area["tabell"] for area in plan["områden"]})
        rows = [row for table in document.tables for row in table.rows[1:]]
        numbers = [each["nummer"] for each in plan["tabeller"]]
        order = sorted(plan["områden"], key=lambda area: numbers.index(area["tabell"]))
        for row, area in zip(rows, order, strict=True):
            cells = [words(re.sub(f"[{SHAPES}]|– (?=Inte aktuellt)", "", cell.text)) for cell in row.cells]
            if year == newest:
                section = next(each for each in site.page(FOLLOW_UP).anchors[area["id"]].up() if each.tag == "section")
                cells_there = next(each for each in section.all("tr") if each.all("td"))
                # What is told of a year is as old as the year.
                there = [cell.text for cell in cells_there if cell.tag in {"td", "th"}]
                assert cells == [text.removesuffix(" Bedömningen är mer än ett år gammal.") for text in there]
                COMPARED["python-docx against the status page"] += 7
            said = [row for row in rows_of(site, "omraden") if (row["Område, id"], row["År"]) == (area["id"], year)]
            state = said[0]["Status"] if said else "Ingen bedömning redovisad"
            assert cells[5].startswith(("Äldre bedömning", state) if state.startswith("Ingen") else state)
        assert [cell.text for cell in document.tables[0].rows[0].cells] == plan["tabeller"][0]["kolumner"]
    assert names == ["uppfoljning.docx"] or len(names) == 4


def test_word_is_ready_to_paste_and_to_print(site: Site) -> None:
    for name, data in files_of(site).items():
        if name.endswith(".docx"):
            document = docx.Document(io.BytesIO(data))
            section = document.sections[0]
            assert section.page_width
            assert section.page_height
            assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
            properties = document.core_properties
            assert properties.author in {"Timrå kommun", "Exempelkommun"}
            assert properties.last_modified_by == ""
            xml = zipfile.ZipFile(io.BytesIO(data)).read("word/styles.xml").decode()
            assert '<w:lang w:val="sv-SE"' in xml
            assert all(table._tbl.xpath("./w:tr[1]/w:trPr/w:tblHeader") for table in document.tables)
            style = document.paragraphs[0].style
            assert style
            assert style.name == "Heading 1"


def test_excel_is_ready_to_print_and_runs_nothing(site: Site) -> None:
    data = files_of(site)["uppfoljning.xlsx"]
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book.worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
        assert sheet.print_area
        assert "&P av &N" in (sheet.oddFooter.right.text or "").replace("&[Page]", "&P")
        assert ("Internt" in str(sheet.oddFooter.left.text)) is (whom(site) is Audience.INTERNAL)
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f" or cell.hyperlink]
    for sheet in book.worksheets[1:-1]:
        assert (sheet.print_title_rows, sheet.freeze_panes) == ("$1:$1", "B2")
        assert sheet.auto_filter.ref
        assert all(row.height for row in list(sheet.row_dimensions.values())[: sheet.max_row])
    choices = book["Områden"].data_validations.dataValidation
    assert [choice.formula1 for choice in choices] == [f'"{",".join(status.label for status in SCALE.statuses)}"']
    # What looks made to be filled in says that nothing reads it: where the file opens, and at each list of words.
    unread = "Filen är en kopia. Det du skriver i den läses inte in. Kommunen ändrar uppföljningen i plan.yaml."
    assert book.active is book.worksheets[0]
    assert book.worksheets[0]["A3"].value == unread
    lists = [choice for sheet in book.worksheets for choice in sheet.data_validations.dataValidation]
    assert {(choice.prompt, choice.showInputMessage) for choice in lists} == {(unread, True)}
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert not [name for name in names if re.search("vba|external|media|drawing|connection", name, re.IGNORECASE)]
    assert book.properties.creator in {"Timrå kommun", "Exempelkommun"}
    assert book.properties.lastModifiedBy in {None, "", book.properties.creator}


def test_the_page_describes_every_column_of_every_file(site: Site) -> None:
    page = site.page("data/index.md")
    for name in [name for name in files_of(site) if name.endswith(".csv")]:
        heading = page.anchors[name.removesuffix(".csv")]
        at = [*page.article].index(heading)
        table = next(each for each in list(page.article)[at:] if each.tag == "table")
        rows = [row for row in table.all("tr") if row.all("td")]
        assert [row.all("th")[0].text for row in rows] == from_csv(files_of(site)[name])[0]
        assert all(cell.text for row in rows for cell in row.all("td"))


def test_the_page_lists_every_calendar_with_how_much_it_holds(site: Site) -> None:
    made = {name for name in site.files if name.endswith(".ics")}
    page = site.page("data/index.md")
    listed = {
        f"data/{link.attributes['href']}": int(match[1])
        for link in page.article.all("a")
        if link.attributes["href"].endswith(".ics") and (match := re.search(r"\((\d+) dag", (link.parent or link).text))
    }
    assert listed == {name: site.files[name].count(b"BEGIN:VEVENT") for name in made}
    assert bool(made) is not ("det finns ingen kalender" in page.text)


def test_every_file_is_linked_from_the_status_page_with_its_size(site: Site) -> None:
    for path in (FOLLOW_UP, "data/index.md"):
        items = site.page(path).article.all(class_="filer")[0].all("li")
        offered = {item.all("a")[0].attributes["href"].removeprefix("../data/"): item.text for item in items}
        ours = {name for name in files_of(site) if not name.endswith((".html", ".ics"))}
        assert offered.keys() == ours
        for name, text in offered.items():
            length = len(files_of(site)[name])
            told = f"{length / 1000:.0f} kB" if length >= 500 else f"{length} byte"
            assert re.search(rf"\((Excel|Word|PDF|CSV|JSON|JSON Schema), {told}\)$", text), text


# Hidden numbers and internal texts -----------------------------------------------------------------------------------


def made(plan: Plan, audience: Audience, day: datetime.date = DAY) -> dict[str, bytes]:
    renderer = Renderer(view(plan, audience, day))
    return {download.path: download.content for download in downloads(renderer)}


def exempel(change: Any = None) -> Plan:
    data = yaml.load((projects.PLANS / "exempelkommun.yaml").read_text(encoding="utf-8"), yaml.CBaseLoader)  # noqa: S506
    if change:
        change(data)
    plan = read_plan(projects.dumped(data).encode(), "plan.yaml").plan
    assert plan
    return plan


def test_a_correction_is_in_no_file_before_its_day() -> None:
    plan = read_plan((projects.PLANS / "exempelkommun.yaml").read_bytes(), "plan.yaml").plan
    assert plan
    day = plan.corrections[0].date
    for when, count in ((day, 1), (day - datetime.timedelta(days=1), 0)):
        assert len(json.loads(made(plan, Audience.EXTERNAL, when)["data/plan.json"])["rättelser"]) == count


@pytest.mark.parametrize("audience", Audience)
def test_no_file_depends_on_a_number_that_is_hidden(audience: Audience) -> None:
    """Byte for byte the same whichever of 0–4 it is: nothing in any file can then give it away."""

    def with_small(number: str) -> Any:
        def change(data: dict[str, Any]) -> None:
            changed = 0
            for area in data["områden"]:
                sensitive = {each["id"] for each in area["indikatorer"] if each.get("känslig") == "ja"}
                for follow_up in area.get("uppföljning") or ():
                    for key in sensitive & (follow_up.get("indikatorer") or {}).keys():
                        if int(follow_up["indikatorer"][key]) < 5:
                            follow_up["indikatorer"][key] = number
                            changed += 1
            assert changed >= 5

        return change

    first = made(exempel(with_small("0")), audience)
    for number in "1234":
        assert made(exempel(with_small(number)), audience) == first
    assert assessment.MASK.encode() in first["data/indikatorer.csv"]
    assert made(exempel(with_small("5")), audience) != first


SAID = "Området glömdes bort i 2023 års genomgång."
"""An ``intern_kommentar`` of Exempelkommun's plan."""


def repacked(data: bytes, old: str, new: str) -> bytes:
    out, count = io.BytesIO(), 0
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            text = source.read(name).decode("utf-8")
            count += text.count(old)
            target.writestr(name, text.replace(old, new))
    assert count
    return out.getvalue()


def test_an_internal_text_in_any_format_is_seen(exempelkommun: Project, tmp_path: Path) -> None:
    files = files_of(exempelkommun.external)
    planted = {
        "omraden.csv": files["omraden.csv"] + f"x;{SAID}\r\n".encode(),
        "plan.json": files["plan.json"].replace("Ingen information är publicerad.".encode(), SAID.encode()),
        "plan.schema.json": files["plan.schema.json"].replace("Vad som uppnåddes.".encode(), SAID.encode()),
        "uppfoljning.xlsx": repacked(files["uppfoljning.xlsx"], "Ingen information är publicerad.", SAID),
        "uppfoljning-2024.docx": repacked(files["uppfoljning-2024.docx"], "Ingen information är publicerad.", SAID),
    }
    found, _ = sites(exempelkommun.root)
    searching = Leaks(exempelkommun.root, found, DAY)
    for name, data in planted.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / name).write_bytes(files[name])
        assert searching.check(folder, "ut") == []
        (folder / name).write_bytes(data)
        assert [fault.file for fault in searching.check(folder, "ut")] == [f"ut/{name}"]


# Any text, any plan --------------------------------------------------------------------------------------------------

HOSTILE = (
    "=cmd|' /C calc'!A0", "@SUM(1+1)", "+46 60 16 30 00", "-1+1", "=1+1;=2", "rad ett\nrad två", 'a "b" c', "a;b,c",
    "<b>&amp;</b> ]]>", "مرحبا", "👩 🇸🇪", "_x0041_ _x000D_", "\uff1dHYPERLINK(1)", "å" * 20_000, "&P &[Page]",
    "1.10", "mars 2017", "0611234", "ja", "TRUE", "#N/A", "{TEXT} {RUBRIK}", "'=1",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_hostile_texts_survive_in_every_format(text: str) -> None:
    for audience in Audience:
        shown = view(saying(text), audience, DAY)
        files = sheets(shown)
        holds_the_same(shown, files)
        first = from_csv(files["data/omraden.csv"])[1]
        assert first[0] == first[5] == text
        word = docx.Document(io.BytesIO(docx_file.write(Renderer(shown), 2023)))
        assert words(text) in words(word.tables[0].rows[1].cells[0].text)
        assert len(text) > 255 or words(word.core_properties.author) == words(text)


@pytest.mark.full
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_hostile_texts_leave_every_report_whole(text: str) -> None:
    for audience in Audience:
        reports = [content for name, content in made(saying(text), audience).items() if name.endswith(".pdf")]
        assert len(reports) >= 4
        assert all(len(PdfReader(io.BytesIO(content)).pages) > 1 for content in reports)


def saying(text: str) -> Plan:
    """Return Exempelkommun's plan with a text as its municipality, its first area's name and a result there."""

    def change(data: dict[str, Any]) -> None:
        data["plan"]["kommun"] = data["områden"][0]["namn"] = data["områden"][0]["uppföljning"][0]["resultat"] = text

    return exempel(change)


def sheets(shown: View[Any]) -> dict[str, bytes]:
    """Return the files that hold all the tables' cells."""
    files = {f"data/{table.name}.csv": csv_file.write(table, shown) for table in tables(shown)}
    return files | {
        "data/uppfoljning.xlsx": xlsx_file.write(shown),
        "data/plan.json": json_file.write(shown),
        "data/plan.schema.json": json_file.schema(shown),
    }


def holds_the_same(shown: View[Any], files: dict[str, bytes]) -> None:
    """Each file's reader gives the very cells of the tables, and nothing in a file is run."""
    book = from_xlsx(files["data/uppfoljning.xlsx"])
    content = from_json(files["data/plan.json"], files["data/plan.schema.json"])
    for table in tables(shown):
        cells = table.cells(shown)
        head = [column.heading for column in table.columns(shown)]
        expected = [head, *([tables_module.words(cell) for cell in row] for row in cells)]
        equal(content[table.key], expected, "jsonschema + json, any plan")
        if not cells:
            continue
        data = files[f"data/{table.name}.csv"]
        equal(from_csv(data), expected, "csv, any plan")
        # Excel writes a tab and the like as it must; openpyxl gives it back.
        equal(book[table.title], expected, "openpyxl, any plan")
        raw = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";")
        assert not [cell for row in raw for cell in row if re.match(r"[=+@\t\r\uff1d\uff0b\uff0d\uff20-]", cell)]
    for sheet in openpyxl.load_workbook(io.BytesIO(files["data/uppfoljning.xlsx"])).worksheets:
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f" or cell.hyperlink]


@examples(8)
@given(plans())
def test_any_plan_is_the_same_in_every_format(data: dict[str, Any]) -> None:
    plan = read_plan(projects.dumped(data).encode(), "plan.yaml").plan
    assert plan
    for audience in Audience:
        files = made(plan, audience)
        holds_the_same(view(plan, audience, DAY), files)
        for name, content in files.items():
            assert contents(name, content).closed == ""
            if name.endswith(".docx"):
                text = words("\n".join(cell.text for table in docx.Document(io.BytesIO(content)).tables
                             for row in table.rows for cell in row.cells))  # fmt: skip
                for area in data["områden"]:
                    for activity in area["aktiviteter"]:
                        assert words(activity["text"]) in text


def test_what_no_cell_can_hold_is_cut_and_says_so() -> None:
    assert fitting("å" * LONGEST) == "å" * LONGEST
    for letter in "å👩":
        cut = fitting(letter * (LONGEST + 1))
        assert cut.endswith(CUT)
        assert len(cut.encode("utf-16-le")) // 2 <= LONGEST


@pytest.mark.parametrize(
    ("cell", "written"),
    [("=1", f"{GUARD}=1"), ("\t=1", f"{GUARD}\t=1"), ("", ""), (None, ""), (Decimal("12.5"), "12,5"), (3, "3"),
     (True, "ja"), (datetime.date(2026, 11, 22), "2026-11-22"), ("a=1", "a=1"), ("– nej", "– nej")],
)  # fmt: skip
def test_only_what_could_be_run_is_guarded(cell: Cell, written: str) -> None:
    assert guarded(cell) == written


# The same bytes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_the_command_writes_the_very_bytes_of_the_site(exempelkommun: Project, tmp_path: Path, zone: str) -> None:
    """Another process, another moment, another time zone and locale."""
    environment = {"TZ": zone, "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "7"}
    asked = {"omraden.csv": (), "aktorer.csv": ("--tabell", "aktörer"), "uppfoljning.xlsx": (), "plan.json": (),
             "uppfoljning-2026.docx": (), "uppfoljning-2023.docx": ("--år", "2023"),
             "arsrapport-2026.pdf": (), "arsrapport-2024.pdf": ("--år", "2024")}  # fmt: skip
    for name, more in asked.items():
        form = name.rpartition(".")[2]
        for site, flag in zip(exempelkommun.sites, (("--intern",), ()), strict=True):
            if flag and zone.startswith("A"):
                continue
            arguments = ("exportera", form, str(tmp_path / name), "--per", DAY.isoformat(), *more, *flag)
            done = exempelkommun.run(*arguments, environment=environment)
            assert (done.returncode, done.stderr) == (0, "")
            whose = "Den har internt innehåll: visa den bara för medarbetare" if flag else "Alla får se den"
            assert done.stdout.endswith(f" {tmp_path / name}. {whose}.\n")
            assert (tmp_path / name).read_bytes() == files_of(site)[name]
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def test_a_file_is_replaced_whole_and_said_to_be(lillby: Project, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    assert lillby.run("exportera", "csv", str(file)).stdout == f"Skrev {file}. Alla får se den.\n"
    assert lillby.run("exportera", "csv", str(file)).stdout == f"Ersatte {file}. Alla får se den.\n"
    before = file.read_bytes()
    lillby.replace("plan.yaml", "tid: hösten 2027", "tid: snart")
    done = lillby.run("exportera", "csv", str(file))
    assert done.returncode == 1
    assert "plan.yaml:" in done.stderr
    assert file.read_bytes() == before
    done = lillby.run("exportera", "json", str(lillby.root / "plan.yaml"))
    assert (done.returncode, "ska sluta på .json" in done.stderr) == (2, True)


def test_a_copy_is_used_only_where_it_is_the_same(tmp_path: Path) -> None:
    file, made_anew = tmp_path / "under" / "a", []

    def make() -> bytes:
        made_anew.append(1)
        return b"nytt"

    for made_of, count in ((b"a", 1), (b"a", 1), (b"b", 2), (b"a", 3)):
        assert kept(file, made_of, make) == b"nytt"
        assert len(made_anew) == count
    for spoilt in (b"", b"x", file.read_bytes()[:-1], file.read_bytes() + b"x"):
        file.write_bytes(spoilt)
        assert kept(file, b"a", make) == b"nytt"
    assert len(made_anew) == 7
    assert [path.name for path in file.parent.iterdir()] == ["a"]


# LibreOffice ---------------------------------------------------------------------------------------------------------


def converted(files: dict[str, bytes], to: str, folder: Path) -> dict[str, Path]:
    """Let LibreOffice open files and save them as something else."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    done = subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profil", "--headless", "--convert-to", to,
         "--outdir", str(folder / "ut"), *(str(folder / name) for name in files)],
        capture_output=True, check=False, encoding="utf-8", timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {path.name: path for path in (folder / "ut").iterdir()}


@pytest.mark.full
def test_libreoffice_reads_the_excel_file_as_it_was_meant(site: Site, tmp_path: Path) -> None:
    book = from_xlsx(files_of(site)["uppfoljning.xlsx"])
    # Semicolon, quotes, UTF-8, not as shown but as it is, every sheet.
    form = "csv:Text - txt - csv (StarCalc):59,34,76,1,,1053,true,false,false,false,false,-1"
    written = converted({"a.xlsx": files_of(site)["uppfoljning.xlsx"]}, form, tmp_path)
    for title, rows in book.items():
        text = written[f"a-{title}.csv"].read_bytes().decode("utf-8")
        read = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
        equal(read, rows, "LibreOffice, Excel file")


@pytest.mark.full
def test_libreoffice_reads_the_csv_files_as_they_were_meant(site: Site, tmp_path: Path) -> None:
    files = {name: data for name, data in files_of(site).items() if name.endswith(".csv")}
    (tmp_path / "ut").mkdir()
    done = subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profil", "--headless",
         "--infilter=Text - txt - csv (StarCalc):59,34,76,1,,1053,false,false", "--convert-to", "xlsx",
         "--outdir", str(tmp_path / "ut"), *(str(put(tmp_path / name, data)) for name, data in files.items())],
        capture_output=True, check=False, encoding="utf-8", timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for name, data in files.items():
        sheet = openpyxl.load_workbook(tmp_path / "ut" / name.replace(".csv", ".xlsx")).worksheets[0]
        read = [[as_words(cell.value).removeprefix(GUARD) for cell in row] for row in sheet.iter_rows()]
        equal([row for row in read if any(row)], from_csv(data), "LibreOffice, CSV files")


def put(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.full
def test_libreoffice_reads_the_word_files_as_they_were_meant(site: Site, tmp_path: Path) -> None:
    files = {name: data for name, data in files_of(site).items() if name.endswith(".docx")}
    written = converted(files, "html", tmp_path)
    for name, data in files.items():
        theirs = parse(written[name.replace(".docx", ".html")].read_text(encoding="utf-8"))
        ours = docx.Document(io.BytesIO(data))
        rows = [[words(cell.text) for cell in row.cells] for table in ours.tables for row in table.rows]
        read = [[cell.text for cell in row if cell.tag in {"td", "th"}] for row in theirs.all("tr")]
        equal([["".join(cell.split()) for cell in row] for row in read],
              [["".join(cell.split()) for cell in row] for row in rows], "LibreOffice, Word files")  # fmt: skip


def test_the_comparisons_are_many() -> None:
    """Last: what the tests above have compared, none of it unlike."""
    for reader, count in sorted(COMPARED.items()):
        print(f"{reader}: {count} cells, 0 mismatches")
    if len(COMPARED) > 8:
        assert sum(COMPARED.values()) > 10_000
