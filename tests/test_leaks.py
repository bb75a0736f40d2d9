"""Nothing internal reaches the public site, however the boundary is broken; and nothing public is taken for a leak."""

from __future__ import annotations

import base64
import datetime
import gzip
import io
import json
import re
import shutil
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import brotli
import pytest
import typst
import yaml
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

import projects
from built import Site, words
from examples import TIMES
from handlingsplan.check.contents import BROKEN, EARLIER, LOCKED, TOO_LARGE, UNKNOWN, WITHIN, contents, readings
from handlingsplan.check.internal import UNTOLD, Collector, PlanDivider, is_internal
from handlingsplan.check.leaks import Leaks
from handlingsplan.check.matching import Index, Pattern, Public, Secret, canonical
from handlingsplan.check.reference import without_internal
from handlingsplan.check.secrets import _values as _public_texts
from handlingsplan.check.secrets import read_all
from handlingsplan.cli import main
from handlingsplan.output.pages.catalogue import pages
from handlingsplan.output.pages.page import Renderer
from handlingsplan.plan.load import parse
from handlingsplan.plan.models import Plan, PublicPlan
from handlingsplan.plan.views import external_view, internal_view
from handlingsplan.project.sites import sites
from handlingsplan.text.reader import read
from internal import _values, boundary, leaks
from plan_fields import all_models, fields, models, with_each_text
from plan_strategy import plans
from projects import DAY, Project, clean_environment, snapshot

QUICK = settings(
    phases=[Phase.explicit, Phase.reuse, Phase.generate], deadline=None, suppress_health_check=list(HealthCheck)
)
OPEN_VIEW = "import handlingsplan.plan.views as v; v.external_view = v.internal_view"
"""A view that forgets whom it is for."""


def mkdocs(project: Project, config: str, folder: Path, patch: str = "") -> Path:
    """Build one site by hand, with the program changed first."""
    code = f"{patch}\nfrom mkdocs.__main__ import cli\ncli(['build', '-f', {config!r}, '-d', {str(folder)!r}])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project.root,
        env=clean_environment() | {"SOURCE_DATE_EPOCH": "1795348800", "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return folder


def search(project: Project) -> Leaks:
    found, faults = sites(project.root)
    assert faults == []
    return Leaks(project.root, found, DAY)


@pytest.fixture(scope="module")
def searching(exempelkommun: Project) -> Leaks:
    """The search for what is internal in Exempelkommun. Its texts are not to be made public."""
    return search(exempelkommun)


NOTE = "Ge aldrig numret till invånare. INTERNen15"
"""``intern_anteckning`` of a contact."""
FAR = "Räcker det sista ordet?"


def told(searching: Leaks, folder: Path) -> list[str]:
    return [str(fault) for fault in searching.check(folder, "ut")]


# What is public ------------------------------------------------------------------------------------------------------


def test_what_was_built_has_no_leak(project: Project) -> None:
    assert search(project).check(project.external.folder, "x") == []


def test_the_intranet_is_full_of_them(tmp_path: Path, exempelkommun: Project, searching: Leaks) -> None:
    folder = tmp_path / "ut"
    shutil.copytree(exempelkommun.internal.folder, folder)
    assert told(searching, folder) == ["ut: mappen är byggd för intranätet (intranat) – visa den bara för medarbetare"]
    (folder / "manifest.json").unlink()
    faults = told(searching, folder)
    places = {place for fault in faults for place in re.findall(r"plan\.yaml:\d+:\d+", fault)}
    assert len(places) > 70
    assert {re.search(r"\((\w+), plan", fault)[1] for fault in faults if "plan.yaml" in fault} >= {  # type: ignore[index]
        "intern_anteckning", "intern_kommentar", "frågor", "personal", "namn", "telefon", "e_post", "när", "öppet",
        "tills_vidare", "id", "rubrik", "svar", "text",
    }  # fmt: skip


def test_nothing_public_is_a_leak(lillby: Project) -> None:
    """Each coincidence could stop a municipality that must correct a phone number. None may."""
    for site in ("intranat", "webb"):
        lillby.replace(
            f"content/{site}/index.md",
            "# Start",
            "# Start\n\n## Vad händer sedan?\n\nDu får svar när någon har läst det som du har skrivit till oss.\n\n"
            "[Riksdagen](https://www.riksdagen.se/)",
        )
        lillby.write(f"content/{site}/planen.svg", f"<svg{SVG}><desc>Det här är den beslutade planen.</desc></svg>")
    lillby.replace("content/webb/index.md", "# Start", "# Start\n\n## Chatt\n\n**Jour**havande vuxen finns.")
    # Headings that the theme and the program have, and what the program says once names and numbers are put in.
    texts = "## Sök\n\n## Rensa\n\n## Skip\n\nAnsvarig enligt planen: Trygghetsrådet (TR)."
    page(lillby, "content/intranat/handbok/meny.md", "Uppföljning", texts)
    page(lillby, "content/intranat/handbok/Plan.md", "Ingen bedömning redovisad", "- Utred.\n- Start\n- 2026-11-22")
    # Contacts called as an actor, as a heading and as an anchor of a public page.
    contact(lillby, "skolan", "Skolan", ", när: Vad händer sedan?")
    contact(lillby, "chatt", "Jourhavande vuxen", ", intern_anteckning: Ja")
    contact(lillby, "start", "Riksdagen", ", intern_anteckning: 'Skriv till Trygghetsrådet, eller till Samordnare'")
    # A question that quotes the plan, with a short answer; steps for staff that residents are told too.
    text = "'Ska det stå ”Planen ska göra Lillby tryggt.” Planen ska göra Lillby tryggt.'"
    question = f"{{id: F1, text: {text}, svar: Ja, avgjord: 2026-11-01}}"
    lillby.replace("plan.yaml", "    namn: Utbildning\n", f"    namn: Utbildning\n    frågor: [{question}]\n")
    lillby.replace("plan.yaml", "personal: [", "personal: [Ring 112 om någon är i fara., ")
    done = CliRunner().invoke(main, ["--mapp", str(lillby.root), "bygg", "--per", DAY.isoformat()])
    assert done.stderr == ""
    assert done.exit_code == 0


def page(project: Project, path: str, title: str, text: str = "", description: str = "") -> None:
    facts = f"title: {title}\ndescription: {description or title}\ngranskad:\ngranskas_av: samordnare"
    project.write(path, f"---\n{facts}\ngranskas_inom: 1 år\n---\n\n# {title}\n\n{text}\n")


def contact(project: Project, id_: str, name: str, more: str = "") -> None:
    line = f"  - {{id: {id_}, namn: {name}{more}, kontroll: {{läge: saknas}}}}\n"
    project.replace("plan.yaml", "\nvägledning:", f"\n{line}\nvägledning:")


# The boundary broken, before anything is built -----------------------------------------------------------------------


def english(parent: str) -> Callable[[Project], object]:
    """Return a change that adds a public site which inherits from a file."""
    facts = "site_name: Lillby\ndocs_dir: content/webb\nsite_dir: .preview/en\n"
    audience = "plugins: {handlingsplan: {audience: extern}}\n"
    return lambda project: project.write("mkdocs.en.yml", f"INHERIT: {parent}\n{facts}{audience}")


def swapped(project: Project) -> None:
    project.replace("grund.yml", "audience: extern ", "audience: intern ")
    project.replace("grund-intern.yml", "audience: intern", "audience: extern")


def linked(project: Project) -> None:
    (project.root / "content/webb/mer.md").symlink_to(project.root / "content/intranat/index.md")


BEFORE: dict[str, tuple[Callable[[Project], object], str]] = {
    "docs_dir is the intranet's": (
        lambda project: project.replace("mkdocs.yml", "docs_dir: content/webb", "docs_dir: content/intranat"),
        "mkdocs.yml: docs_dir delar mapp med intranätet (content/intranat)",
    ),
    "docs_dir is above the intranet's": (
        lambda project: project.replace("mkdocs.yml", "docs_dir: content/webb", "docs_dir: content"),
        "mkdocs.yml: docs_dir delar mapp med intranätet (content/intranat)",
    ),
    "a public site inherits the intranet": (
        english("mkdocs.intranat.yml"),
        "mkdocs.en.yml: en öppen webbplats ärver intranätets mkdocs.intranat.yml",
    ),
    "a public site inherits what the intranet inherits": (
        english("grund-intern.yml"),
        "mkdocs.en.yml: en öppen webbplats ärver intranätets grund-intern.yml",
    ),
    "the audience of the public site is wrong": (
        lambda project: project.replace("grund.yml", "audience: extern ", "audience: intern "),
        "mkdocs.yml: både mkdocs.intranat.yml och mkdocs.yml har audience: intern, så ingen webbplats är öppen",
    ),
    "the audiences are swapped": (
        swapped,
        "mkdocs.intranat.yml: en öppen webbplats ärver intranätets mkdocs.yml",
    ),
    "something else lies in overrides/": (
        lambda project: project.write("overrides/assets/anteckningar.docx", "…"),
        "overrides/assets/anteckningar.docx: dokument bär med sig mer än det som syns, och går inte att granska helt",
    ),
    "a link on the disk": (linked, "content/webb/mer.md: filen är en länk in i intranätets mapp"),
}


@pytest.mark.parametrize("name", BEFORE)
def test_what_crosses_the_boundary_is_not_even_built(lillby: Project, name: str) -> None:
    change, expected = BEFORE[name]
    lillby.write("site/lillby.example/index.html", "Den gamla")
    before = snapshot(lillby.root / "site")
    change(lillby)
    for command in ("kontrollera", "bygg"):
        done = CliRunner().invoke(main, ["--mapp", str(lillby.root), command])
        assert expected in [line.partition(" – ")[0] for line in done.stderr.splitlines()]
        assert done.exit_code == 1
    assert snapshot(lillby.root / "site") == before
    assert not (lillby.root / ".bygg" / "ny").exists()


def test_a_site_that_has_turned_is_not_built(lillby: Project) -> None:
    """One word wrong in a project that was right: the intranet would land where the public reads."""
    lillby.build()
    before = snapshot(lillby.root / "site")
    lillby.replace("grund.yml", "audience: extern ", "audience: intern ")
    lillby.write(
        "mkdocs.en.yml", "INHERIT: mkdocs.yml\nsite_dir: .preview/en\nplugins: {handlingsplan: {audience: extern}}\n"
    )
    lillby.replace("mkdocs.en.yml", "INHERIT: mkdocs.yml\n", "INHERIT: mkdocs.yml\ndocs_dir: content/en\n")
    shutil.copytree(lillby.root / "content/webb", lillby.root / "content/en")
    done = CliRunner().invoke(main, ["--mapp", str(lillby.root), "bygg"])
    assert "mkdocs.en.yml: en öppen webbplats ärver intranätets mkdocs.yml" in done.stderr
    (lillby.root / "mkdocs.en.yml").unlink()
    lillby.replace("grund-intern.yml", "audience: intern", "audience: extern")
    lillby.replace("mkdocs.intranat.yml", "INHERIT: grund-intern.yml", "INHERIT: fri.yml")
    inherited = yaml.safe_load(lillby.read("grund-intern.yml")) | {"INHERIT": "grund.yml"}
    lillby.write("fri.yml", yaml.safe_dump(inherited, allow_unicode=True))
    done = CliRunner().invoke(main, ["--mapp", str(lillby.root), "bygg"])
    assert "mkdocs.yml: audience är intern, men lillby.example var extern i förra bygget" in done.stderr
    assert "mkdocs.intranat.yml: audience är extern, men intranat var intern i förra bygget" in done.stderr
    assert snapshot(lillby.root / "site") == before


# The boundary broken, through files that a careless person could change ----------------------------------------------


def bygg(project: Project) -> list[str]:
    """Build, expect faults, and see that the old site is untouched."""
    project.write("site/exempelkommun.example/index.html", "Den gamla")
    before = snapshot(project.root / "site")
    done = CliRunner().invoke(main, ["--mapp", str(project.root), "bygg", "--per", DAY.isoformat()])
    assert done.exit_code == 1
    assert snapshot(project.root / "site") == before
    return done.stderr.splitlines()


def seen(faults: list[str], file: str, field: str) -> bool:
    return any(re.match(rf"exempelkommun\.example/{file}(:\d+:\d+)?: ", fault) and field in fault for fault in faults)


def test_carelessness_of_every_kind_is_caught(tmp_path: Path) -> None:
    """Each line is one way to break the boundary; all of them are told of in one run."""
    project = projects.exempelkommun(tmp_path)
    project.replace(
        "mkdocs.intranat.yml",
        "    links:\n",
        "    links:\n      - {title: Källan, url: 'https://git.exempelkommun.example/planen'}\n",
    )
    # In templates, which both sites are made with.
    project.replace(
        "overrides/partials/footer.html",
        "<footer",
        "<!-- Nästa år: pröva om fyra möten räcker. --><a href='https://git.exempelkommun.example/planen'>Källan</a>"
        "{% if config.site_name == 'Exempelkommun' %}<p>Exempelnätet</p>{% endif %}<footer",
    )
    project.write(
        "overrides/assets/mer.css", "p::before { content: 'Fr\\e5gan bordlades tv\\e5  g\\e5nger. INTERNhallon34'; }"
    )
    project.write("overrides/assets/mer.js", "const text = 'Presentationen flyttades till december. INTERNliguster45';")
    # In the public site's own pages.
    project.replace(
        "content/webb/allt.md",
        "Den här öppna sidan är ett utkast.",
        "Ge aldrig numret till invånare. <span title='Avtalet om jour med Provkommun är inte klart.'>!</span>\n\n"
        "Tjänsten <b>är</b> inte till<i>satt</i>. INTERNljung26 [in](https://intranat.exempelkommun.example/handbok/)\n\n"
        "Ska planen f&ouml;rl&#228;ngas efter<b></b> 2027 eller ers&auml;ttas av en ny?\n\n"
        "<a href='https://example.com/?s=Talen%20f%C3%A5r%20aldrig%20brytas%20ner%20per%20ort'>ut</a>",
    )
    project.replace(
        "content/webb/index.md",
        "description: ",
        "description: 'Räknas webbkursen som grundutbildning? INTERNsyren46' #",
    )
    project.write("content/webb/teckning.svg", FILES["teckning.svg"].decode())
    faults = bygg(project)
    expected = {
        r"404\.html": "intern_kommentar",
        r"allt/index\.html": "(intern_anteckning, plan.yaml:",
        r"assets/mer\.[\w.]*css": "intern_kommentar",
        r"assets/mer\.[\w.]*js": "intern_kommentar",
        r"index\.html": "frågor",
        r"teckning\.svg": "(intern_kommentar, plan.yaml:",
    }
    for place, field in expected.items():
        assert seen(faults, place, field), (place, field, faults)
    page_ = [fault for fault in faults if "allt/index.html" in fault or "404.html" in fault]
    for said in (
        "url, mkdocs.intranat.yml:", "site_name, mkdocs.intranat.yml:", "site_url, mkdocs.intranat.yml:",
        "”Avtalet om jour med Prov", "”Tjänsten är", "”Ska planen förlängas eft", "”Talen får aldrig brytas",
        "”Ge aldrig numret till …”",
    ):  # fmt: skip
        assert any(said in fault for fault in page_), (said, page_)


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return stream.getvalue()


def png(
    chunk: bytes = b"sRGB", data: bytes = b"\0", *, pixels: bytes = zlib.compress(b"\0\0"), end: bytes = b""
) -> bytes:
    """Return the smallest picture with a part of its own."""

    def part(kind: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)

    head = part(b"IHDR", bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + head + part(chunk, data) + part(b"IDAT", pixels) + part(b"IEND", end)


def jpeg(kind: int = 0xE0, data: bytes = b"JFIF\0\1\1\0\0\1\0\1\0\0", chance: bytes = b"") -> bytes:
    """Return a picture with a segment of its own, its pixels any bytes."""
    segment = (len(data) + 2).to_bytes(2) + data
    return b"\xff\xd8\xff" + bytes([kind]) + segment + b"\xff\xda\0\2" + chance + b"\xff\xd9"


def webp(kind: bytes, data: bytes) -> bytes:
    parts = b"WEBP" + b"".join(
        name + len(content).to_bytes(4, "little") + content + bytes(len(content) % 2)
        for name, content in ((b"VP8L", b"x"), (kind, data))
    )
    return b"RIFF" + len(parts).to_bytes(4, "little") + parts


def pdf(*, title: str = "", attached: bytes = b"", locked: bool = False, text: str = "") -> bytes:
    writer = PdfWriter()
    page_ = writer.add_blank_page(72, 72)
    if text:
        from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

        stream = DecodedStreamObject()
        words_ = text.encode("cp1252").replace(b"(", b"\\(").replace(b")", b"\\)")
        stream.set_data(b"BT /F1 9 Tf 9 9 Td (" + words_ + b") Tj ET")
        page_[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
        font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica", "/Encoding": "/WinAnsiEncoding"}
        made = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
        page_[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): made})}
        )
    if title:
        writer.add_metadata({"/Title": title})
    if attached:
        writer.add_attachment("bilaga.txt", attached)
    if locked:
        writer.encrypt("x" * 8, algorithm="RC4-128")
    stream_ = io.BytesIO()
    writer.write(stream_)
    return stream_.getvalue()


def revised(data: bytes) -> bytes:
    """Return a PDF whose page has been emptied, saved so that what was there stays before what is new."""
    reader = PdfReader(io.BytesIO(data))
    writer = PdfWriter(io.BytesIO(data), incremental=True)
    del writer.pages[0]["/Contents"]
    stream = io.BytesIO()
    writer.write(stream)
    assert stream.getvalue().startswith(data)
    assert SAID[:5] not in PdfReader(stream).pages[0].extract_text()
    assert SAID[:5] in reader.pages[0].extract_text()
    return stream.getvalue()


def small_window(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=9)
    return packer.compress(data) + packer.flush()


SVG = " xmlns='http://www.w3.org/2000/svg'"
SAID = "Området glömdes bort i 2023 års genomgång."
"""An ``intern_kommentar`` of Exempelkommun's."""
CELLS = "".join(f"<c t='inlineStr'><is><t>{word}</t></is></c>" for word in ("Område", SAID))
RUNS = (
    "<w:p>"
    + "".join(f"<w:r><w:t>{half}</w:t></w:r>" for half in ("Området glöm", "des bort i 2023 års genomgång"))
    + "</w:p>"
)
FILES: dict[str, bytes] = {
    "bild.png": png(b"tEXt", b"Comment\0" + SAID.encode("latin-1")),
    "bild2.png": png(b"zTXt", b"Comment\0\0" + zlib.compress(SAID.encode("latin-1"))),
    "foto.jpg": b"\xff\xd8\xff\xe1\x00\x80Exif\0\0" + SAID.encode("utf-16-le") + b"\xff\xd9",
    "teckning.svg": f"<svg{SVG}><desc>{SAID}</desc></svg>".encode(),
    "blad.xlsx": zipped(xl__worksheets__sheet1_xml=f"<worksheet>{CELLS}</worksheet>".encode()),
    "brev.docx": zipped(word__document_xml=f"<w:document>{RUNS}</w:document>".encode()),
    "egenskaper.pdf": pdf(title=SAID),
    "sida.pdf": pdf(text=SAID),
    # So narrow that a word is cut in every five of them.
    "avstavad.pdf": typst.compile(
        f'#set page(width: 14mm, margin: 1mm)\n#set text(lang: "sv", hyphenate: true)\n{SAID}'.encode()
    ),
    "bilaga-utan-typ.pdf": pdf(attached=SAID.encode()).replace(b"/EmbeddedFile", b"/XmbeddedFile"),
    "borttaget.pdf": revised(pdf(text=SAID)),
    "rubrik.pdf": pdf(title=f"/{SAID}"),
    "bild3.png": png(b"iTXt", b"Comment\0\1\0sv\0En exkursion\0" + zlib.compress(SAID.encode())),
    "bild4.png": png(b"zTXt", b"Comment\0\0" + small_window(SAID.encode("latin-1"))),
    "bilaga.pdf": pdf(attached=SAID.encode()),
    "arkiv.zip": zipped(a_zip=zipped(b_txt=SAID.encode("utf-16"))),
    "text.txt.gz": gzip.compress(SAID.encode()),
    "text.txt.br": brotli.compress(SAID.encode()),
    "gammal.txt": SAID.encode("cp1252"),
    "data.json": b'{"rader": [{"text": "Omr\\u00e5det gl\\u00f6mdes bort i 2023 \\u00e5rs genomg\\u00e5ng."}]}',
    "rader.csv": f"id;text\n1;{SAID}\n".encode(),
}
"""Files that somebody could lay in the public site's folder, each with the same internal text inside."""


def test_a_copy_of_a_picture_of_the_intranet_is_seen_whatever_it_is_called(tmp_path: Path, lillby: Project) -> None:
    """It says nothing in words; one that somebody has put among the public pages too is meant to be seen."""
    lillby.root.joinpath("content/intranat/karta.png").write_bytes(png())
    folder = tmp_path / "ut"
    folder.mkdir()
    (folder / "annat.png").write_bytes(png())
    told_ = "ut/annat.png: filen är en kopia av intranätets content/intranat/karta.png – ta bort filen ur den öppna"
    assert [fault.startswith(told_) for fault in told(search(lillby), folder)] == [True]
    lillby.root.joinpath("content/webb/karta.png").write_bytes(png())
    assert told(search(lillby), folder) == []


def test_letters_that_a_photo_has_by_chance_are_no_text(tmp_path: Path, searching: Leaks) -> None:
    """The plan's internal questions have short names: "F2"."""
    chance = b"\x00\x02#F2 ok\x00" * 9
    (tmp_path / "a.png").write_bytes(png(pixels=zlib.compress(b"\0\0" + chance, 0)))
    (tmp_path / "b.jpg").write_bytes(jpeg(chance=chance))
    (tmp_path / "c.webp").write_bytes(webp(b"VP8 ", chance))
    assert told(searching, tmp_path) == []
    (tmp_path / "e.html").write_text('<a href="#F2">', encoding="utf-8")
    assert len(told(searching, tmp_path)) == 1


def test_comments_without_an_end_do_not_stall_the_search(tmp_path: Path, searching: Leaks) -> None:
    (tmp_path / "b.html").write_text("<!-- " * 20_000, encoding="utf-8")
    start = time.perf_counter()
    told(searching, tmp_path)
    assert time.perf_counter() - start < 20  # it took minutes


def test_what_the_program_writes_itself_is_no_secret(lillby: Project) -> None:
    """The poster says some things on the public site that an intranet may say too."""
    lillby.replace("mkdocs.yml", "site_name: Lillby", "site_name: Lillby\nsite_url: https://www.lillby.example/")
    said = ("Läs mer", "Byt affischen när det finns en nyare.", "Kommunen har inte kontrollerat alla nummer än.")
    page = "content/intranat/index.md"
    lillby.write(page, lillby.read(page) + "".join(f"\n\n## {each}\n\n{each}\n" for each in said))
    poster = PdfReader(io.BytesIO(lillby.build().external.files["affisch.pdf"]))
    for each in said:
        assert each in words(poster.pages[0].extract_text())


def test_a_snippet_of_the_intranet_is_caught(tmp_path: Path) -> None:
    """Snippets are off; somebody switches them on to use a text twice, and is stopped before anything is built."""
    project = projects.exempelkommun(tmp_path)
    project.replace("grund.yml", "  tables: {}", "  tables: {}\n  pymdownx.snippets: {}")
    text = project.read("content/webb/index.md")
    project.write("content/webb/index.md", f'{text}\n--8<-- "content/intranat/index.md:13:13"\n')
    faults = bygg(project)
    assert faults[0].startswith("grund.yml:28:3: markdown_extensions: ”pymdownx.snippets” är avstängt")


def test_a_view_that_forgets_to_narrow_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program itself is wrong: the search knows by itself what is internal."""
    project = projects.exempelkommun(tmp_path)
    start = subprocess.Popen

    def patched(command: list[str], **rest: Any) -> subprocess.Popen[str]:
        code = f"{OPEN_VIEW}\nfrom mkdocs.__main__ import cli\ncli({command[3:]!r})"
        return start([sys.executable, "-c", code], **rest)

    monkeypatch.setattr("handlingsplan.project.mkdocs.subprocess.Popen", patched)
    faults = bygg(project)
    assert len(faults) > 60
    for field in ("intern_anteckning", "intern_kommentar", "frågor", "personal", "telefon", "namn", "rubrik"):
        assert [fault for fault in faults if f"({field}, plan.yaml:" in fault], field


def test_the_search_of_the_tests_sees_the_same(tmp_path: Path, exempelkommun: Project, searching: Leaks) -> None:
    """Two searches that share nothing: what one sees in a site that leaks, the other sees."""
    project = projects.exempelkommun(tmp_path)
    project.replace("overrides/partials/footer.html", "<footer", "<!-- Väntar på den nya webbplatsen. --><footer")
    folder = mkdocs(project, "mkdocs.yml", tmp_path / "ut", OPEN_VIEW)
    folders = sorted(path.name for path in (exempelkommun.root / "content").iterdir())
    theirs = leaks(Site(folder), boundary(exempelkommun.root, *(f"content/{name}" for name in folders)))
    marks = {leak.rpartition(" ")[2] for leak in theirs if "INTERN" in leak}
    assert len(marks) > 50
    (folder / "manifest.json").unlink()
    ours = told(searching, folder)
    lines = exempelkommun.read("plan.yaml").split("\n")
    found = {int(line) for fault in ours for line in re.findall(r"plan\.yaml:(\d+):", fault)}
    for number, line in enumerate(lines, 1):
        if set(re.findall(r"INTERN[a-zåäö]+\d+", line)) & marks and not re.match(r"\s+INTERN", line):
            # A folded text is named by its first line.
            assert {number, number - 1, number + 1} & found, line


# Every way to write it down ------------------------------------------------------------------------------------------

SHORT = "Personalstödet INTERNhassel16"
WAYS: dict[str, tuple[str, bytes]] = {
    **{f"a file: {name}": (name, data) for name, data in FILES.items()},
    "plain": ("a.txt", SAID.encode()),
    "capitals": ("a.txt", SAID.upper().encode()),
    "only five words of it": ("a.txt", "… bort i 2023 års genomgång …".encode()),
    "decomposed letters": ("a.txt", "Omra\u030adet glo\u0308mdes bort i 2023".encode()),
    "soft hyphens and nothing wide": ("a.html", "Områ&shy;det glöm\u200bdes bort i&nbsp;2023".encode()),
    "entities": ("a.html", b"Omr&aring;det gl&#246;mdes bort i 2023"),
    "entities of entities": ("a.html", b"Omr&amp;aring;det gl&amp;#xf6;mdes bort i 2023"),
    "an attribute": ("a.html", f'<img alt="> {SAID}">'.encode()),
    "a comment": ("a.html", f"<p>x<!-- {SAID} --></p>".encode()),
    "a script": ("a.html", b'<script>x = "Omr\\u00e5det gl\\xf6mdes bort i 2023"</script>'),
    "a tag that never ends": ("a.html", f'<p title="{SAID}'.encode()),
    "split by tags": ("a.html", "<b>Områ</b>det <i>glömdes</i> bort<br>i <!-- x -->2023".encode()),
    "words in tags of their own": ("a.html", "".join(f"<span>{word}</span>" for word in SAID.split()).encode()),
    "markup as text": ("a.html", escape("<p>Områ<b>det</b> glömdes bort i 2023</p>").encode()),
    "JSON with HTML": ("a.json", b'{"docs": [{"text": "<p>Omr\\u00e5<b>det</b> gl&ouml;mdes bort i 2023</p>"}]}'),
    "broken JSON": ("a.json", b'{"text": "Omr\\u00e5det gl\\u00f6mdes bort i 2023"'),
    "XML": ("a.xml", f"<url><loc>{SAID}</loc></url>".encode()),
    "percent": ("a.html", b"<a href='?q=Omr%C3%A5det+gl%C3%B6mdes+bort+i+2023'>"),
    "base64": ("a.css", b"url(data:text/plain;base64," + base64.b64encode(SAID.encode()) + b")"),
    "UTF-16": ("a.txt", SAID.encode("utf-16")),
    "UTF-16 without its mark": ("a.txt", SAID.encode("utf-16-le")),
    "Latin-1": ("a.txt", SAID.encode("latin-1")),
    "a file's name": (f"filer/{SAID}", b""),
    "a folder's name": ("Området glömdes bort i 2023/a.txt", b"x"),
    "compressed twice": ("a.txt.gz.gz", gzip.compress(gzip.compress(SAID.encode()))),
    "a short text, whole": ("a.html", f"<p>Ring {SHORT}.</p>".encode()),
    "a phone number": ("a.html", b"<p>040-628 04 20</p>"),
    "a phone number in a link": ("a.html", b"<a href='tel:+46406280420'>ring</a>"),
    "a phone number after other digits": ("a.html", b"<p>9-15, (0)40/6280420 9</p>"),
    "an e-mail address": ("a.html", b"<a href='mailto:Expertstod@Example.com'>x</a>"),
    "a web address": ("a.html", b"//intern.example.com/internpoppel61"),
    "an anchor": ("a.html", b"<h2 id='expertstod'>x</h2>"),
    "a link to an anchor": ("a.html", b"<a href='../kontakter/#hotad-i-arbetet'>x</a>"),
    "a page's address": ("a.json", b'{"docs": [{"location": "oro/hotad-i-arbetet/"}]}'),
    "a page's folder": ("oro/hotad-i-arbetet/index.html", b"x"),
    "a page of the intranet": ("a.html", b"<a href='/handbok/'>x</a>"),
    "the intranet's name": ("a.html", "Sök i Exempelnätet".encode()),
    "the intranet's address": ("a.html", b"https://intranat.exempelkommun.example"),
    "a number that is hidden": ("a.html", "Antal genomförda insatser <span>2024: 3</span>".encode()),
    "a number that is hidden, in a file of data": ("a.json", b'{"antal-insatser": "3"}'),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_leak_is_seen_however_it_is_written(tmp_path: Path, searching: Leaks, way: str) -> None:
    name, data = WAYS[way]
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_bytes(data)
    faults = searching.check(tmp_path, "ut")
    assert faults, way
    assert {fault.file.startswith("ut/") for fault in faults} == {True}
    assert not [fault for fault in faults if SAID in fault.what or SHORT in fault.what]


INNOCENT = {
    "four words of it": "Området glömdes bort i fjol.",
    "its words in another order": "I 2023 års genomgång glömdes området bort.",
    "across two paragraphs": "<p>Området glömdes bort</p><p>i 2023 års</p>",
    "another number": "<p>040-628 04 21</p><p>1040-628 04 20 1</p>",
    "a larger number": "Antal genomförda insatser 2024: 37",
    "a hidden number's own": "<p>3</p>",
    "an id as a word": "Vi är hotad i arbetet. Ring expertstod.",
    "the name of the intranet in another": "Exempelnätets",
}


@pytest.mark.parametrize("name", INNOCENT)
def test_what_is_only_like_a_secret_is_none(tmp_path: Path, searching: Leaks, name: str) -> None:
    (tmp_path / "a.html").write_text(INNOCENT[name], encoding="utf-8")
    assert told(searching, tmp_path) == []


def stands(field: str, text: str) -> str:
    """Return how a message names a value of Exempelkommun's plan."""
    lines = (projects.PLANS / "exempelkommun.yaml").read_text(encoding="utf-8").split("\n")
    line = next(number for number, line in enumerate(lines) if text in line)
    return f"{field}, plan.yaml:{line + 1}:{lines[line].index(text) + 1}"


def test_the_message_says_where_and_what(tmp_path: Path, searching: Leaks) -> None:
    for number in (1, 2, 3):
        (tmp_path / f"sida{number}.html").write_text(f"<p>\n<p>Se: {SAID} {SAID}", encoding="utf-8")
    (tmp_path / "lista.html").write_text("<p>040-628 04 20", encoding="utf-8")
    phone, where = (stands("telefon", '"040-628 04 20"'), stands("intern_kommentar", SAID))
    remedy = " – gör uppgiften öppen, eller ta bort den ur det som blir öppet"
    assert told(searching, tmp_path) == [
        f"ut/lista.html: ”040-62 …” är internt ({phone}){remedy}",
        f"ut/sida1.html:2:8: ”Området glömdes bort i 2 …” är internt ({where}) (och 2 filer till){remedy}",
    ]


CLOSED = {
    "a.pdf": (pdf(locked=True), LOCKED),
    "b.pdf": (b"%PDF-1.7 och sedan inget", BROKEN),
    "c.zip": (zipped(a_txt=b"x" * 99), UNKNOWN),
    "d.xlsx": (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), LOCKED),
    "e.txt.gz": (gzip.compress(b"x" * 9999)[:30], BROKEN),
    "f.txt.br": (b"inte brotli", BROKEN),
    "g.7z": (b"7z\xbc\xaf\x27\x1c", UNKNOWN),
    "h.docx": (b"inte heller", BROKEN),
    "i.docx": (zipped(a_xml=b"x").replace(b"\x14\0\0\0", b"\x14\0\1\0"), LOCKED),
    "j.txt.gz": (gzip.compress(bytes(400_000_000), 1), TOO_LARGE),
    "k.xlsx": (zipped(a_xml=bytes(400_000_000)), TOO_LARGE),
    "l.docx": (zipped(word__document_xml=b"<w:document/>", media__foto_jpg=b"x"), WITHIN),
    "m.rtf": (b"{\\rtf1 x}", UNKNOWN),
    "n": (b"-----BEGIN OPENSSH PRIVATE KEY-----", UNKNOWN),
    "o.txt": (b"\0\1\2\3", BROKEN),
    "p.pdf": (revised(pdf(text=SAID)), EARLIER),
    "q.pdf": (pdf(attached=b"x"), WITHIN),
    "r.txt.gz.gz": (gzip.compress(gzip.compress(b"x")), UNKNOWN),
}


@pytest.mark.parametrize("name", CLOSED)
def test_what_cannot_be_opened_cannot_be_checked(tmp_path: Path, searching: Leaks, name: str) -> None:
    data, why = CLOSED[name]
    (tmp_path / name).write_bytes(data)
    refusal = (
        f"ut/{name}: filen går inte att granska: {why} – ta bort filen, eller spara om den så att den går att läsa"
    )
    assert refusal in told(searching, tmp_path)


@given(st.binary(max_size=300) | st.sampled_from([*FILES.values()]).flatmap(
    lambda data: st.integers(0, len(data)).map(lambda at: data[:at] + b"\xff" + data[at + 1 :])
))  # fmt: skip
@settings(max_examples=300 * TIMES, deadline=None)
def test_no_bytes_make_the_opener_fail(data: bytes) -> None:
    for name in ("a.html", "a.br", "a.json", "a.png", "a.jpg", "a.webp", "a.svg", "a.docx", "a.txt.gz"):
        for piece in contents(name, data).pieces:
            assert all(isinstance(text, str) for text in readings(piece))


@given(
    st.sampled_from(["", "0046", "+46", "+46 (0)"]),
    st.lists(st.sampled_from(["", " ", "-", "–", "/"]), min_size=8, max_size=8),
)
def test_a_number_is_one_number_in_every_spelling(prefix: str, between: list[str]) -> None:
    digits = "40628042"[:8] + "0"
    spelled = (
        prefix + ("0" if not prefix else "") + "".join(a + b for a, b in zip(digits, [*between, ""], strict=False))
    )
    secret = Secret("x", "telefon", "…")
    index = Index((), {canonical("040-628 04 20"): secret}, [])
    assert index.search_numbers(f"<p>ring {spelled} nu") == {canonical("+46406280420")}


# What is internal is known -------------------------------------------------------------------------------------------


def test_every_internal_field_of_the_models_is_known_to_the_search() -> None:
    """The difference between the plan and the public plan, type by type: a new internal field cannot be forgotten."""
    public = all_models(PublicPlan)
    unknown, found = set(), set()
    for model in all_models(Plan):
        base = next((parent for parent in model.__mro__[1:] if parent in public), None)
        own = {field.key for field in fields(model)} - ({field.key for field in fields(base)} if base else set())
        if base:
            found |= own
            unknown |= {key for key in own - UNTOLD if not is_internal(key)}
    assert unknown == set()
    assert found == {"format", "frågor", "personal", "intern_anteckning", "intern_kommentar", "undantag", "sha256"}
    # What no public type has at all, such as a question, stands below a key that is known.
    below = {inner for model in all_models(Plan) - public for field in fields(model) for inner in models(field.hint)}
    reached = {
        inner
        for model in all_models(Plan)
        for field in fields(model)
        for inner in models(field.hint)
        if not is_internal(field.key)
    }
    alone = {model for model in below - public if not any(parent in public for parent in model.__mro__)}
    assert {model.__name__ for model in alone} == {"Question", "PersonalDataException"}
    assert not alone & reached


def test_only_what_is_internal_is_internal() -> None:
    keys = {field.key for model in all_models(PublicPlan) for field in fields(model)}
    assert [key for key in keys if is_internal(key)] == []


# Canaries ------------------------------------------------------------------------------------------------------------


def with_canaries(data: dict[str, Any]) -> dict[str, Any]:
    """Return a plan with a word of its own in every free text."""
    count = iter(range(1, 10_000))
    # What other entries refer to, an id, and what may stand on a page by an exception, stay as they are.
    kept = {"tabell", "nummer", "id", "värde"}
    return with_each_text(
        data, lambda field, text: text if field.key in kept else f"{text} kanarie{next(count):04d} nu"
    )


def canaries(text: str) -> set[str]:
    return set(re.findall(r"kanarie\d{4}", text))


def divided(data: dict[str, Any]) -> tuple[set[str], set[str]]:
    """Return the canaries of internal and of public texts, as the tests' own search divides a plan."""
    inside, outside = set[str](), set[str]()
    for kind, text, _ in _values(data, ()):
        (outside if kind is None else inside).update(canaries(text))
    # What residents are told instead of it; residents are not told both.
    replaced = [each for each in data["kontakter"] if each.get("tills_vidare_invånare") and each.get("tills_vidare")]
    staff = canaries(repr([each["tills_vidare"] for each in replaced]))
    return inside | staff, outside - staff


COUNTED = {"placed": 0, "found": 0}
LATE = datetime.date(2199, 12, 31)
"""After every day that a plan can name."""


@settings(QUICK, max_examples=15 * TIMES)
@given(plans())
def test_no_canary_of_any_plan_is_outside_and_every_one_is_known(data: dict[str, Any]) -> None:
    planted = with_canaries(data)
    source = projects.dumped(planted).encode()
    plan = parse(source, "plan.yaml").plan
    assert plan, parse(source, "plan.yaml").faults
    inside, outside = divided(planted)
    view = external_view(plan, DAY)
    shown = view.plan.model_dump_json() + "".join(page_.html + page_.front_matter for page_ in pages(Renderer(view)))
    assert canaries(shown) & inside == set()
    # Nothing of a day to come is shown yet: all of it is, once those days have been.
    assert inside <= canaries(internal_view(plan, LATE).plan.model_dump_json())
    # The search divides as the tests do, knows each internal text by its place, and takes nothing public for one.
    into = Collector()
    public = PlanDivider("plan.yaml", into).divide(read(source, "plan.yaml")[0])
    assert canaries(repr(public)) >= outside
    assert canaries(repr(public)) & inside == set()
    assert canaries(repr(without_internal(read(source, "plan.yaml")[0], "plan.yaml"))) & inside == set()
    index = Index(into.patterns, into.numbers, [(Public.STATED, " ".join(sorted(outside)))])
    COUNTED["placed"] += len(inside)
    lines = source.decode().split("\n")
    for canary in inside:
        text = next(text for kind, text, _ in _values(planted, ()) if canary in text)
        hits = {pattern.secret.place for pattern in index.search(read_all(f"<p>{escape(text)}</p>"))}
        rows = [int(place.split(":")[1]) for place in hits]
        assert any(canary in line for row in rows for line in lines[row - 1 : row + 8]), text
        COUNTED["found"] += 1


def test_what_a_site_without_anything_internal_is_made_of_excuses_nothing_internal() -> None:
    """But small numbers and seals, which the checks of a plan cannot do without, and which are found all the same."""
    tree, _ = read((projects.PLANS / "exempelkommun.yaml").read_bytes(), "plan.yaml")
    into = Collector()
    public = PlanDivider("plan.yaml", into).divide(tree)
    index = Index(into.patterns, into.numbers, [(Public.STATED, text) for text in _public_texts(public)])
    text = json.dumps(without_internal(tree, "plan.yaml"), ensure_ascii=False, indent=1)
    hits = [*index.hits(text)]
    assert len(hits) > 5
    assert all(isinstance(hit, Pattern) and hit.needed for hit in hits)


AUDIENCES = st.sampled_from([[], ["intern"], ["intern", "extern"]])


@settings(QUICK, max_examples=2 * TIMES)
@given(st.data())
def test_no_canary_of_a_built_project_is_outside_and_every_one_is_inside(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """A whole build, with a word of its own in every text of the plan and in everything of the intranet's files."""
    project = projects.lillby(tmp_path_factory.mktemp("kanarie"))
    plan = yaml.load((projects.PLANS / "exempelkommun.yaml").read_text(encoding="utf-8"), yaml.CBaseLoader)  # noqa: S506
    plan["aktörer"].append({"id": "samordnare", "namn": "Samordnare"})
    for entry in [*plan["kontakter"][1:], *plan["vägledning"]["situationer"][1:]]:
        entry["visas"] = data.draw(AUDIENCES)
        if entry.get("kontroll", {}).get("läge") == "saknas":
            entry["tills_vidare"] = "Fråga någon annan så länge."
    for situation in plan["vägledning"]["situationer"]:  # whoever sees its contacts, there is something to do
        situation["svar"] += " Ring 112."
    planted = with_canaries(plan)
    project.write("plan.yaml", projects.dumped(planted))
    files = {f"kanarie{number}" for number in range(9001, 9010)}
    lines = (
        "Brödtext kanarie9003.",
        "## Rubrik kanarie9004",
        "[länk](https://kanarie9005.example.com/) [bild](kanarie9006.svg)",
        "| a | kanarie9007 |\n| --- | --- |\n| b | c |",
    )
    text = "\n\n".join(lines)
    page(project, "content/intranat/handbok/kanarie9001.md", "Om kanarie9002", text, "Sidan kanarie9008")
    project.write(
        "content/intranat/handbok/kanarie9006.svg", f"<svg{SVG}><title>kanarie9009 står i en fil.</title></svg>"
    )
    project.build()
    inside, outside = divided(planted)
    built = {site.name: found_in(site) for site in project.sites}
    public = built[project.external.name]
    assert public & (inside | files) == set()
    assert len(public & outside) > 150
    hidden = inside - built[project.internal.name]
    assert files <= built[project.internal.name]
    # What the intranet does not show either: what a hidden contact and a situation for nobody would have said.
    kept = {canary for kind, text, _ in _values(planted, ()) if kind is False for canary in canaries(text)}
    assert hidden <= kept | unseen(planted)
    assert len(inside - hidden) > 40
    print(f"placed {len(inside | files)}, found outside 0, inside {len((inside | files) - hidden)}")


def unseen(plan: dict[str, Any]) -> set[str]:
    """Return the canaries of situations and contacts that no colleague sees, and of what only residents are told."""
    entries = [*plan["vägledning"]["situationer"], *plan["kontakter"]]
    residents = [contact.get("tills_vidare_invånare") for contact in plan["kontakter"]]
    return canaries(repr(residents + [entry for entry in entries if "intern" not in entry["visas"]]))


def found_in(site: Site) -> set[str]:
    return {word for name, data in site.files.items() for word in canaries(name + data.decode("utf-8", "replace"))}


# By itself -----------------------------------------------------------------------------------------------------------


def test_a_folder_can_be_looked_through_by_itself(tmp_path: Path, exempelkommun: Project) -> None:
    folder = tmp_path / "utskick"
    shutil.copytree(exempelkommun.external.folder, folder)
    done = exempelkommun.run("granska", str(folder))
    count = sum(path.is_file() for path in folder.rglob("*"))
    clean = f"Inget internt och inga personuppgifter hittades. {count} filer är granskade.\n"
    assert (done.returncode, done.stdout) == (0, clean)
    (folder / "brev.docx").write_bytes(FILES["brev.docx"])
    done = exempelkommun.run("granska", str(folder))
    assert done.returncode == 1
    assert f"{folder}/brev.docx: ”Området glömdes bort i 2 …” är internt (intern_kommentar, plan.yaml:" in done.stderr
    # Skatteverket's own test number, in a cell of a spreadsheet and on a page of a PDF.
    (folder / "elever.xlsx").write_bytes(zipped(xl__worksheets__sheet1_xml=b"<c t='n'><v>198112189876</v></c>"))
    (folder / "beslut.pdf").write_bytes(pdf(text="Beslut om 811218-9876."))
    done = exempelkommun.run("granska", str(folder))
    assert f"{folder}/beslut.pdf: personnummer (81****-****) (och 1 fil till)" in done.stderr
    done = exempelkommun.run("granska", str(folder), "--format", "json")
    assert done.returncode == 1
    assert '"fil": ' in done.stdout


def test_the_whole_country_s_numbers_are_nobody_s_secret(lillby: Project) -> None:
    # The page of contacts says "Ring 112", whatever the plan shows.
    lillby.replace("plan.yaml", "alltid: ja\n    visas: [intern, extern]", "alltid: ja\n    visas: [intern]")
    lillby.write("plan.yaml", lillby.read("plan.yaml").replace("Ring 112", "Gå till en vuxen. Ring larmnumret"))
    lillby.replace("content/webb/index.md", '{{ kontakt("sos-alarm") }}', "larmnumret")
    done = lillby.run("bygg")
    assert done.returncode == 0, done.stderr


def test_an_empty_folder_and_a_faulty_plan_are_not_taken_for_clean(tmp_path: Path, lillby: Project) -> None:
    done = lillby.run("granska", str(tmp_path / "lillby" / "overrides" / "partials"))
    assert done.returncode == 0
    (tmp_path / "tom").mkdir()
    assert lillby.run("granska", str(tmp_path / "tom")).returncode == 2
    lillby.replace("plan.yaml", "anmälan: ska", "anmälan: skall")
    done = lillby.run("granska", str(lillby.root / "overrides"))
    assert done.returncode == 1
    assert "plan.yaml:" in done.stderr


# What may lie in a site's folders -------------------------------------------------------------------------------------

EXIF = b"Exif\0\0MM\0*" + b"Foto: Eva Exempel, 62.48 N 17.32 E"
LYING: dict[str, tuple[bytes, str]] = {
    "index.md.bak": (b"# Start", "filen är en kopia som ett program har lämnat kvar"),
    "index.md~": (b"# Start", "filen är en kopia som ett program har lämnat kvar"),
    "Thumbs.db": (b"\xd0\xcf\x11\xe0", "Windows har lagt filen här"),
    "web.config": (b"<configuration/>", "webbservern kan lyda filen"),
    "mapp/web.config": (b"<configuration/>", "webbservern kan lyda filen"),
    ".htaccess": (b"Require all granted", "webbservern kan lyda filen"),
    "sida.php": (b"<?php echo 1;", "webbservern kan lyda filen"),
    "index.html.gz": (b"\x1f\x8b", "webbservern kan visa filen i stället för sidan"),
    "id_rsa": (b"-----BEGIN", "filen ser ut att vara en hemlig nyckel"),
    "dump.sqlite": (b"SQLite format 3\0", "filer av typen .sqlite går inte att granska"),
    "brev.eml": (b"From: x", "dokument bär med sig mer än det som syns"),
    "brev.rtf": (b"{\\rtf1}", "dokument bär med sig mer än det som syns"),
    "blad.xlsm": (b"PK\3\4", "dokument bär med sig mer än det som syns"),
    "protokoll.docx": (b"PK\3\4", "dokument bär med sig mer än det som syns"),
    "beslut.pdf": (b"%PDF-1.7", "dokument bär med sig mer än det som syns"),
    "~$protokoll.docx": (b"Eva", "Word, Excel eller PowerPoint har ett dokument öppet här"),
    "arkiv.tar": (b"ustar", "filer av typen .tar går inte att granska"),
    "sida.mht": (b"MIME", "filer av typen .mht går inte att granska"),
    "sida.html": (b"<p>", "filer av typen .html går inte att granska"),
    "planen.txt": (b"x", "en sida har ändelsen .md"),
    "INDEX2.MD": (b"# x", "ändelsen .MD har stora bokstäver"),
    "utan-andelse": (b"x", "filen har ingen ändelse"),
    "foto.jpg": (jpeg(0xE1, EXIF), "bilden har uppgifter i sig som inte syns (Exif eller XMP)"),
    "foto.JPEG": (jpeg(0xED, b"Photoshop 3.0\0Eva"), "bilden har uppgifter i sig som inte syns (IPTC)"),
    "foto2.jpg": (jpeg(0xFE, b"Eva Exempel"), "bilden har uppgifter i sig som inte syns (kommentar)"),
    "mer.jpg": (jpeg() + b"PK\3\4", "det ligger mer i filen efter bilden"),
    "liten.jpg": (jpeg(data=b"JFIF\0\1\1\0\0\1\0\1\2\2" + bytes(12)), "bilden har uppgifter i sig som inte syns"),
    "bild.png": (png(b"tEXt", b"Author\0Eva"), "bilden har uppgifter i sig som inte syns (tEXt)"),
    "bild2.png": (png(b"eXIf", EXIF), "bilden har uppgifter i sig som inte syns (eXIf)"),
    "mer.png": (png(b"gAMA", b"\0\0\0\1") + b"x", "det ligger mer i filen efter bilden"),
    "bild.webp": (webp(b"EXIF", EXIF), "bilden har uppgifter i sig som inte syns (EXIF)"),
    "inte.png": (jpeg(), "innehållet är inte en hel bild av typen png"),
    "halv.png": (png(b"gAMA", b"\0\0\0\1")[:-9], "innehållet är inte en hel bild av typen png"),
    "sida.webp": (b"<html>", "innehållet är inte en hel bild av typen webp"),
    "animerad.gif": (b"GIF89a", "bilder av den här typen går inte att granska"),
    "ritning.svg": (f"<svg{SVG} content='7VdNc6M4'><g/></svg>".encode(), "bilden har uppgifter i sig som inte syns"),
    "kod.svg": (f"<svg{SVG}><script>alert(1)</script></svg>".encode(), "bilden har <script> i sig"),
    "klick.svg": (f"<svg{SVG} onload='x'/>".encode(), "bilden har onload i sig"),
    "anteckning.svg": (f"<svg{SVG}><!-- Eva --></svg>".encode(), "bilden har uppgifter i sig som inte syns (komm"),
    "program.svg": (
        f"<svg{SVG} xmlns:inkscape='x' inkscape:export-filename='C:\\Eva'/>".encode(),
        "bilden har uppgifter i sig som inte syns (export-filename)",
    ),
    "uppgifter.svg": (f"<svg{SVG}><metadata>Eva</metadata></svg>".encode(), "bilden har uppgifter i sig som inte syns"),
    **{
        f"{name}.svg": (f"<svg{SVG}>{inside}</svg>".encode(), said)
        for name, inside, said in (
            ("trasig", "<g>", "innehållet är inte en hel bild av typen svg"),
            ("dubbel", "</svg><svg>", "innehållet är inte en hel bild av typen svg"),
            ("lank", "<a href='Java&#x9;Script:alert(1)'/>", "bilden har href i sig"),
            ("lanad", "<use href='https://x.example/a.svg#b'/>", "bilden hämtar något från en annan plats (href)"),
            ("fylld", "<rect fill='url(//x.example/a#b)'/>", "bilden hämtar något från en annan plats (fill)"),
            ("grund", "<g xml:base='https://x.example/'/>", "bilden hämtar något från en annan plats (base)"),
            ("form", "<style>@\\69mport '/a.css';</style>", "bilden hämtar något från en annan plats (<style>)"),
        )
    },
    "slut.png": (png(end=b"Eva"), "innehållet är inte en hel bild av typen png"),
    "matt.png": (png(b"pHYs", b"Foto: Eva Exempel"), "innehållet är inte en hel bild av typen png"),
    "punkter.png": (png(pixels=b"Foto: Eva Exempel"), "innehållet är inte en hel bild av typen png"),
    "efter.png": (png(pixels=zlib.compress(b"\0\0") + b"Eva"), "innehållet är inte en hel bild av typen png"),
    "profil.png": (png(b"iCCP", b"Eva\0\0Exempel"), "innehållet är inte en hel bild av typen png"),
    "palett.png": (png(b"sPLT", b"Eva\0\x08"), "bilden har uppgifter i sig som inte syns (sPLT)"),
    "langre.jpg": (jpeg(data=b"JFIF\0\1\1\0\0\1\0\1\0\0Eva"), "bilden har uppgifter i sig som inte syns (APP)"),
    "adobe.jpg": (jpeg(0xEE, b"Adobe: Eva Exempel"), "bilden har uppgifter i sig som inte syns (APP)"),
    "okand.jpg": (jpeg(0xF0, b"Eva Exempel"), "bilden har uppgifter i sig som inte syns (F0)"),
    "tom.jpg": (b"\xff\xd8\xff\xd9", "innehållet är inte en hel bild av typen jpg"),
    "film.webp": (
        webp(b"ANMF", bytes(16) + b"EXIF\3\0\0\0Eva\0"),
        "bilden har uppgifter i sig som inte syns (EXIF)",
    ),
    "stor.webp": (webp(b"VP8X", bytes(10) + b"Eva"), "innehållet är inte en hel bild av typen webp"),
    "tom.webp": (b"RIFF\4\0\0\0WEBP", "innehållet är inte en hel bild av typen webp"),
}  # fmt: skip
"""What lay in a docs folder and was published without a word, and what is of its kind."""


def test_what_cannot_be_read_fully_may_not_lie_among_the_pages(lillby: Project) -> None:
    for name, (data, _) in LYING.items():
        file = lillby.root / "content/webb" / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(data)
    lillby.write("content/webb/.DS_Store", "x")
    shown = {}
    for command in ("kontrollera", "bygg"):
        done = CliRunner().invoke(main, ["--mapp", str(lillby.root), command])
        assert done.exit_code == 1
        faults = [line.partition(": ") for line in done.stderr.splitlines() if line.startswith("content/")]
        assert all(" – " in text for _, _, text in faults)
        shown = {place: text for place, _, text in faults}
        assert len(faults) == len(shown) == len(LYING)
    for name, (_, expected) in LYING.items():
        assert shown[f"content/webb/{name}"].startswith(expected), (name, shown[f"content/webb/{name}"])


PICTURES = {
    "a.png": png(b"gAMA", b"\0\0\0\1"),
    "b.jpg": jpeg(),
    "c.JPG": jpeg(0xE2, b"ICC_PROFILE\0\1\1"),
    "d.jpeg": jpeg(chance=b"\x01\xff\x00\xff\xd3\x02" * 1_500_000),
    "e.webp": webp(b"ALPH", b"abc"),
    "g.svg": (
        f"<?xml version='1.0' encoding='UTF-8'?><svg{SVG} xmlns:svg='http://www.w3.org/2000/svg' xml:space='preserve'>"
        "<style>a { fill: url(#b) }</style>"
        "<a href='https://x.example/'><use href='#c' fill='url(&quot;#b&quot;)'/></a></svg>\n"
    ).encode(),
    "h.png": png(b"iCCP", b"sRGB\0\0" + zlib.compress(bytes(560))),
    "f.svg": f"<svg{SVG} viewBox='0 0 1 1'><title>Märke</title><path d='M0 0'/></svg>".encode(),
}


def test_a_picture_that_only_shows_itself_is_published(lillby: Project) -> None:
    """One of 9 MB too, without a wait."""
    for name, data in PICTURES.items():
        (lillby.root / "content/webb" / name).write_bytes(data)
    done = lillby.run("bygg")
    assert done.returncode == 0, done.stderr
    for name, data in PICTURES.items():
        assert (lillby.root / "site/lillby.example" / name).read_bytes() == data


def test_the_projects_own_files_are_of_the_types_that_may_lie_there(project: Project) -> None:
    assert project.run("kontrollera").returncode == 0


# The program's own words ----------------------------------------------------------------------------------------------


def test_words_of_the_program_in_an_internal_text_are_no_leak(lillby: Project) -> None:
    """What a plan's notes, its questions and the intranet's prose quote from pages of any kind, in any order."""
    pages_ = [page_ for path, page_ in lillby.build().external.pages.items() if path != "404.html"]
    found = {part for each in pages_ for part in re.findall(r"[^.?!\n]{30,200}", each.text)}
    quoted = sorted({" ".join(each.split()) for each in found})
    assert len(quoted) > 50
    prose = "\n\n".join(re.sub(r"[<>*_`\[\]{}|#\\]", " ", each) for each in quoted)
    page(lillby, "content/intranat/handbok/citat.md", "Citat", re.sub(r"[\d ()/+-]{7,}|\S+@\S+", " ", prose))
    notes = "".join(f"      - {{id: Q{n}, text: {yaml_text(each)}}}\n" for n, each in enumerate(quoted))
    lillby.replace("plan.yaml", "    namn: Utbildning\n", f"    namn: Utbildning\n    frågor:\n{notes}")
    done = CliRunner().invoke(main, ["--mapp", str(lillby.root), "kontrollera", "--per", DAY.isoformat()])
    accepted = done.exit_code == 0
    done = CliRunner().invoke(main, ["--mapp", str(lillby.root), "bygg", "--per", DAY.isoformat()])
    assert done.exit_code == 0, (accepted, done.stderr)


def test_a_note_that_somebody_has_pasted_is_told_by_both_commands(lillby: Project) -> None:
    note = "Avtalet om jour med Provkommun är inte klart ännu."
    contact(lillby, "jour", "Jour", f", intern_anteckning: {note}")
    lillby.write("content/webb/index.md", f"{lillby.read('content/webb/index.md')}\n{note}\n")
    for command, where in (("kontrollera", "content/webb/index.md:"), ("bygg", "lillby.example/")):
        done = CliRunner().invoke(main, ["--mapp", str(lillby.root), command])
        assert done.exit_code == 1
        assert [line for line in done.stderr.splitlines() if line.startswith(where) and "intern_anteckning" in line]


def yaml_text(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
