"""Whole builds: what comes out, what is kept out, and what stays when something is wrong."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from filelock import FileLock
from markdown import Markdown  # type: ignore[import-untyped]  # it has no types

import projects
from built import Site, words
from golden import cases
from handlingsplan.check.links import check_links
from handlingsplan.check.site_files import SiteFiles
from handlingsplan.cli import main
from handlingsplan.deliver import build as building
from handlingsplan.deliver.build import own_folder
from handlingsplan.output.pages.paths import page_paths
from handlingsplan.plan.load import load
from handlingsplan.plan.words import Audience
from handlingsplan.project import mkdocs
from handlingsplan.prose import markup
from internal import Boundary, boundary, leaks, lost
from projects import DAY, Project, snapshot
from serving import free_port

CASES = cases("sidor/fel")


def audience(site: Site) -> Audience:
    return Audience.INTERNAL if site.name in {"timnet", "intranat"} else Audience.EXTERNAL


def plan_of(project: Project) -> dict[str, Any]:
    """Return a project's plan as plain data, every value a string: not as the program reads it."""
    plan: dict[str, Any] = yaml.load(project.read("plan.yaml"), yaml.CBaseLoader)  # noqa: S506  # only strings
    return plan


def output(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def old_site(project: Project) -> dict[str, tuple[bytes, int]]:
    """Put something in ``site/`` that must stay, and return how it is now."""
    for name in ("timnet/index.html", "timra.se/index.html", "timra.se/sok/index.json"):
        file = project.write(f"site/{name}", f"Den gamla {name}")
        os.utime(file, (1_000_000_000, 1_000_000_000))
    return snapshot(project.root / "site")


# What comes out ------------------------------------------------------------------------------------------------------


def test_every_page_of_the_plan_is_there(project: Project) -> None:
    plan = load(project.root / "plan.yaml").plan
    assert plan is not None
    for site in project.sites:
        paths = page_paths(plan, audience(site), DAY)
        assert len(paths) > 20
        for path in paths:
            assert site.page(path).text


def test_years_and_audiences_decide_which_pages_there_are(timra: Project, exempelkommun: Project) -> None:
    years = {path.name for path in (exempelkommun.external.folder / "uppfoljning").iterdir() if path.is_dir()}
    assert years == {"2023", "2024", "2025", "2026", "aktiviteter"}
    # No year of Timrå's has a follow-up, so no year has a page, but there is a report that says so; and its nineteen
    # activities need no table of their own.
    assert [path.name for path in (timra.external.folder / "uppfoljning").iterdir() if path.is_dir()] == ["rapport"]
    for project in (timra, exempelkommun):
        assert (project.internal.folder / "att-granska").is_dir()
        assert (project.internal.folder / "handbok").is_dir()
        assert not (project.external.folder / "att-granska").exists()
        assert not (project.external.folder / "handbok").exists()
    assert not (exempelkommun.external.folder / "oro" / "hotad-i-arbetet").exists()


def test_every_area_activity_and_contact_can_be_linked_to(project: Project) -> None:
    plan = plan_of(project)
    for site in project.sites:
        follow_up = site.page("uppfoljning/index.md")
        for area in plan["områden"]:
            own = site.page(f"plan/{area['id']}.md")
            assert own.anchors[area["id"]].tag == "h1"
            assert follow_up.anchors[area["id"]].tag == "h3"
            for activity in area["aktiviteter"]:
                for page in (own, follow_up):
                    assert page.anchors[activity["id"]].text.startswith(words(activity["text"]))
        contacts = site.page("kontakter.md")
        shown = [contact for contact in plan["kontakter"] if audience(site).value in contact.get("visas", [])]
        assert len(shown) >= 8
        for contact in shown:
            assert contacts.anchors[contact["id"]].text == contact["namn"]


def test_search_finds_the_pages_and_rows_of_the_plan(project: Project) -> None:
    plan = plan_of(project)
    for site in project.sites:
        found = {entry["location"]: entry["text"] for entry in site.index}
        assert {"kontakter/", "plan/", "uppfoljning/"} <= found.keys()
        everything = " ".join(found.values())
        for area in plan["områden"]:
            rows = found[f"plan/{area['id']}/#aktiviteter"]
            for activity in area["aktiviteter"]:
                assert words(activity["text"]) in rows
        # What stands in blocks of its own is words of its own: "orosanmälanvåren" is none.
        assert not re.search(r"[a-zåäö](Tid|Aktörer|Ansvarig|Resultat|Kommentar)\b", everything)


def test_the_editors_pages_are_kept_out_of_search_and_menus(project: Project) -> None:
    site = project.internal
    editors = ("handbok/", "att-granska/")
    assert not [entry["location"] for entry in site.index if entry["location"].startswith(editors)]
    assert site.page("att-granska.md").text
    for name, page in site.pages.items():
        for nav in page.tree.all("nav"):
            # A page may show its own headings and the way back to its handbook; the footer names who it is for.
            if "sidfot__lankar" in nav.classes or name.startswith(editors):
                continue
            addresses = [link.attributes.get("href", "") for link in nav.all("a")]
            assert not [address for address in addresses if "handbok" in address or "att-granska" in address]


def test_a_page_is_kept_out_of_search_however_that_is_spelled(lillby: Project) -> None:
    page = "content/webb/sa-raknar-vi.md"
    for spelled, found in (("true", False), ('"True"', False), ("JA", False), ("nej", True), ("False", True)):
        before = lillby.read(page)
        lillby.write(page, before.replace("---\n", f"---\nsearch: {{exclude: {spelled}}}\n", 1))
        site = Project(lillby.root).build().external
        lillby.write(page, before)
        assert any(entry["location"].startswith("sa-raknar-vi/") for entry in site.index) is found, spelled
        assert ("noindex" not in site.page("sa-raknar-vi.md").html) is found, spelled


def test_pages_are_in_swedish_and_fetch_nothing_from_others(site: Site) -> None:
    assert len(site.pages) > 25
    for page in site.pages.values():
        html = next(element for element in page.tree if element.tag == "html")
        assert html.attributes["lang"] == ("en" if page.file.parent.name == "en" else "sv")
        fetched = [
            element.attributes.get(name, "")
            for element in page.tree
            for name in ("src", "srcset", "data", "poster")
            if name in element.attributes
        ]
        fetched += [
            element.attributes["href"]
            for element in page.tree.all("link")
            if element.attributes.get("rel") not in {"canonical", "prev", "next", "alternate"}
        ]
        assert not [address for address in fetched if re.match(r"(\w+:)?//", address)]
        assert "Made with" not in page.html
        assert not re.search(r"@import|url\(\s*[\"']?(https?:)?//", page.html)
    for name, data in site.files.items():
        if name.endswith(".css"):
            assert not re.search(rb"@import|url\(\s*[\"']?(https?:)?//", data)


def test_the_page_for_a_wrong_address_is_in_swedish(site: Site) -> None:
    page = site.page("404.html")
    assert "Sidan finns inte" in page.text
    calls = {link.attributes["href"]: link.text for link in page.tree.all("a") if "tel:" in link.attributes["href"]}
    assert calls == {"tel:112": "Fara nu? 112", "tel:11414": "Inte akut? Polisen 114 14"}
    assert not re.search(r"not found", page.html, re.IGNORECASE)
    assert "Sidan finns inte" in page.title


def test_no_marker_of_an_insert_is_left(site: Site) -> None:
    for data in site.files.values():
        assert not re.search(rb"\xee\x80[\x80\x81]", data)
        assert not re.search(rb"\\ue00[01]", data)


def test_a_stray_sign_does_not_stall_the_link_check(tmp_path: Path) -> None:
    """A tag that is never closed once took time without end; a page of an editor's own may hold one."""
    (tmp_path / "index.html").write_text(f"<p title={' a' * 24} <a href='finns-inte/'>x</a>", encoding="utf-8")
    start = time.perf_counter()
    assert [fault.what for fault in check_links(SiteFiles(tmp_path), "x")] == [
        "länken till ”finns-inte” leder till en sida som inte finns"
    ]
    assert time.perf_counter() - start < 1


def test_each_site_shows_the_plan_that_its_configuration_names(lillby: Project) -> None:
    lillby.write("annan.yaml", lillby.read("plan.yaml").replace("titel: Plan för Lillby", "titel: Plan för Storby"))
    config = lillby.read("mkdocs.intranat.yml")
    lillby.write("mkdocs.intranat.yml", f"{config}plugins:\n  handlingsplan:\n    plan: annan.yaml\n")
    internal, external = (site.page("plan/index.md").text for site in lillby.build().sites)
    assert "Plan för Storby" in internal
    assert "Plan för Lillby" in external
    # And what is left to fill in is told of both.
    assert lillby.run("kontrollera").stdout.count("planens beslut saknar") == 2


# What is kept out ----------------------------------------------------------------------------------------------------


def limits_of(project: Project) -> Boundary:
    folders = sorted(path.name for path in (project.root / "content").iterdir())
    return boundary(project.root, f"content/{folders[0]}", f"content/{folders[1]}")


def test_nothing_internal_reaches_the_public_site(project: Project) -> None:
    limits = limits_of(project)
    assert len(limits.secrets) > 80
    assert len(limits.names) >= 5
    assert leaks(project.external, limits) == []


def test_what_is_internal_is_on_the_intranet(project: Project) -> None:
    assert lost(project.internal, limits_of(project)) == []


def test_every_mark_of_the_example_is_looked_for(exempelkommun: Project) -> None:
    marks = set(re.findall(r"INTERN[a-zåäö]+\d+", exempelkommun.read("plan.yaml")))
    assert len(marks) == 64
    limits = limits_of(exempelkommun)
    assert marks <= set(re.findall(r"INTERN[a-zåäö]+\d+", "\n".join(secret.text for secret in limits.secrets)))


# Faults --------------------------------------------------------------------------------------------------------------


def broken(project: Project, case: dict[str, Any]) -> None:
    """Change a project as a golden case says."""
    for path in case.get("ta_bort", []):
        (project.root / path).unlink()
    for change in case.get("byt", []):
        project.replace(change["fil"], change["text"], change["mot"])
    for path, text in case.get("skriv", {}).items():
        project.write(path, text)
    for path, text in case.get("lägg_till", {}).items():
        project.write(path, project.read(path) + text)
    for path, text in case.get("cp1252", {}).items():
        (project.root / path).write_bytes(text.encode("cp1252"))


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_told_and_nothing_is_replaced(lillby: Project, name: str) -> None:
    """Each case in ``cases/sidor/fel``: the messages word for word, the same from every command; the old site stays.

    Some faults are seen only in what has been built; most by both commands, which only some cases take time for.
    """
    case = CASES[name]
    broken(lillby, case)
    before = old_site(lillby)
    for command in case.get("kommando", "kontrollera").split(", "):
        ending = " Inget är ändrat i mappen site." if command == "bygg" else ""
        done = CliRunner().invoke(main, ["--mapp", str(lillby.root), command, "--per", DAY.isoformat()])
        told = done.stderr.replace(str(lillby.root), "MAPP").split("\n\n")
        assert told[0].splitlines() == case["fel"]
        assert told[1] == f"{len(case['fel'])} fel.{ending}\n"
        assert done.exit_code == 1
        assert done.stdout == ""
    assert snapshot(lillby.root / "site") == before


LIST = "\n".join(f"{'    ' * depth}- a" for depth in range(21))


@pytest.mark.parametrize(
    ("html", "what"),
    [
        ('<p onclick="x()">a</p>', "HTML-attributet ”onclick” får inte stå i en text"),
        ('<p style="color: red">a</p>', "HTML-attributet ”style” får inte stå i en text"),
        ('<a href="java\nscript:x()">a</a>', "länken ”javascript:x()” börjar med ”javascript:”"),
        ("<iframe></iframe>", "HTML-elementet ”iframe” får inte stå i en text"),
        ("<!-- hemligt -->", "en HTML-kommentar syns för alla i sidans kod: ”hemligt”"),
        ('<td style="text-align: right;"><a href="mailto:a@example.com">a</a></td>', ""),
    ],
)
def test_what_markdown_made_is_looked_at_whatever_the_text_was(html: str, what: str) -> None:
    assert [fault.what for fault in markup.refused(html, "x.md")] == [what] * bool(what)


AT_MOST = {
    "[": "[" * 500,
    "[ i flera stycken": ("![" * 500 + "\n\n") * 10,
    "`": "**_`" * 500,
    "<": "a <b " * 500,
    "*": "*a _b " * 2000,
    "&": "&amp;" * 2000,
    "rader": "a\n\n" * 1450,
    "rubriker": "# a\n" * 1400,
    "tabell": "|".join("ab") + "\n" + "|".join("--") + "\n" + "a|b\n" * 2500,
    "listor": LIST.rpartition("\n")[0],
    "citat": "> " * 20 + "a",
    "blandat": "> - " * 10 + "a",
    "linje": "- " * 2000,
    "linje 2": "*" * 1999,
    "kodblock": "```\n" + " " * 400 + "x\n```",
    "kod med klamrar": "```json\n" + '{"a": [[1], {"b": "`x`"}]}\n' * 400 + "```",
    "länkar": "- [Sida](https://lillby.example/)\n" * 600,
    "länkar i en tabell": "| A | B |\n|---|---|\n" + "| [a](https://lillby.example/) | [b](tel:112) `x` |\n" * 400,
    "länkar i ett stycke": "Se [sidan](https://lillby.example/) och mer text om saken. " * 200,
}
TOO_MUCH = {
    "[" * 20_000: "13:1: sidan har 20000 ”[”, gränsen är 5000 – dela sidan i flera",
    "Text.\n\nMer text\n"
    + "[" * 501: "15:1: stycket har 501 ”[”, gränsen är 500 – dela stycket med tomma rader, eller ",
    "`" * 600: "13:1: stycket har 600 ”`”",
    "**_`" * 501: "13:1: stycket har 501 ”`”",
    "<![CDATA[" * 2000: "13:1: stycket har 2000 ”<”",
    "*" * 2001 + "a": "13:1: stycket har 2001 ”*”",
    "&amp;" * 50_000: "13:1: stycket har 50000 ”&”",
    LIST: "33:83: texten står mer än 20 nivåer in – ta bort indrag, punkter eller >",
    "- " * 600 + "a": "13:1201: texten står mer än 20 nivåer in",
    "1. " * 600 + "a": "13:1801: texten står mer än 20 nivåer in",
    ">" * 600 + "a": "13:601: texten står mer än 20 nivåer in",
    "> 1. " * 50 + "a": "13:251: texten står mer än 20 nivåer in",
    "\n\n".join("    " * depth + "!!! note" for depth in range(300)): "53:85: texten står mer än 20 nivåer in",
    "\t" * 21 + "- a": "13:24: texten står mer än 20 nivåer in",
    "{" * 290_000: "13:1: sidan har 290000 ”{”, gränsen är 5000 – dela sidan i flera",
    "[a](" * 240 + "(" * 100_000: "13:1: stycket har 240 ”[”",
    "](" * 140_000: "13:1: sidan har 140000 ”]”",
    "# a\n" * 10_000: "13:1: sidan har 10001 rader, gränsen är 3000 – dela sidan i flera",
    "```\n" * 20_000: "13:1: sidan har 20001 rader",
    "|".join("a" * 2000) + "\n" + ("|".join("-" * 2000) + "\n") * 50: "13:1: sidan har",
    "ord " * 200_000: "13:1: sidan har 800001 tecken, gränsen är 300000",
}


@pytest.mark.parametrize("text", TOO_MUCH)
def test_what_markdown_would_never_be_done_with_is_told_at_once(lillby: Project, text: str) -> None:
    page = "content/webb/index.md"
    facts = lillby.read(page).split("---\n")[1]
    first = facts.count("\n") + 3
    lillby.write(page, f"---\n{facts}---\n{text}\n")
    done = CliRunner().invoke(main, ["--mapp", str(lillby.root), "kontrollera", "--per", DAY.isoformat()])
    line, _, told = TOO_MUCH[text].partition(":")
    assert done.stderr.startswith(f"{page}:{int(line) - 13 + first}:{told}")
    assert done.exit_code == 1
    assert f"{page}:" in done.stderr


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[a](http://x.example/)", "länken ”http://x.example/” går utan kryptering"),
        ("![a](https://x.example/a.png)", "sidan hämtar ”https://x.example/a.png” från någon annan"),
        ("[![a](https://x.example/a.png)](https://x.example/)", "sidan hämtar ”https://x.example/a.png” från någon"),
        ("[![a](bild.svg)](https://x.example/) [b](http://localhost:8000/) `[c](http://x.example/)`", ""),
    ],
)
def test_the_check_tells_of_addresses_that_the_build_stops_at(lillby: Project, text: str, told: str) -> None:
    lillby.write("content/webb/bild.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    lillby.write("content/webb/index.md", f"{lillby.read('content/webb/index.md')}\n{text}\n")
    for command in ("kontrollera", "bygg"):
        done = CliRunner().invoke(main, ["--mapp", str(lillby.root), command, "--per", DAY.isoformat()])
        faults = [line for line in done.stderr.splitlines() if re.match(r"content/webb/index\.md:\d+:\d+: ", line)]
        assert (done.exit_code, len(faults)) == ((1, 1) if told else (0, 0)), done.stderr
        assert told in "".join(faults)


def test_building_tells_the_same_and_so_does_mkdocs_by_hand(lillby: Project) -> None:
    page = "content/webb/index.md"
    lillby.write(page, lillby.read(page) + "\n" + "- " * 600 + "a\n")
    told = lillby.run("kontrollera").stderr.splitlines()[0]
    assert "texten står mer än 20 nivåer in" in told
    assert lillby.run("bygg").stderr.splitlines()[0] == told
    assert told in lillby.process("build", "-f", "mkdocs.yml", module="mkdocs").stderr


@pytest.mark.parametrize("name", AT_MOST)
def test_what_is_just_not_too_much_is_read(name: str) -> None:
    """With the very extensions that the sites have, and without a trace."""
    assert list(markup.too_much(AT_MOST[name], "x.md", 1)) == []
    extensions = yaml.safe_load((projects.ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["markdown_extensions"]
    assert Markdown(extensions=["toc", *extensions]).convert(AT_MOST[name])


def test_all_cases_are_there() -> None:
    assert len(CASES) >= 25


# By hand -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("config", ["mkdocs.yml", "mkdocs.intranat.yml"])
def test_mkdocs_by_hand_tells_the_same_faults_and_touches_nothing(lillby: Project, config: str) -> None:
    lillby.replace("plan.yaml", "tid: hösten 2027", "tid: snart")
    lillby.replace("plan.yaml", "anmälan: ska", "anmälan: skall")
    kept = lillby.write(".preview/lillby.example/index.html", "Förra gången")
    done = lillby.process("build", "-f", config, module="mkdocs")
    faults = lillby.run("kontrollera").stderr.split("\n\n")[0].splitlines()
    assert len(faults) == 2
    assert done.returncode == 1
    assert [re.sub(r"^ERROR +- +", "", line) for line in done.stderr.splitlines() if "plan.yaml" in line] == faults
    assert "Traceback" not in done.stderr
    assert kept.read_text(encoding="utf-8") == "Förra gången"


@pytest.mark.parametrize(("config", "name"), [("mkdocs.yml", "lillby.example"), ("mkdocs.intranat.yml", "intranat")])
def test_mkdocs_by_hand_builds_one_site_for_the_preview(lillby: Project, config: str, name: str) -> None:
    noon = datetime.datetime(2027, 2, 1, 12, tzinfo=datetime.UTC)
    done = lillby.process(
        "build",
        "--strict",
        "-f",
        config,
        module="mkdocs",
        environment={"SOURCE_DATE_EPOCH": str(int(noon.timestamp()))},
    )
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (lillby.root / ".preview").iterdir()] == [name]
    assert not (lillby.root / "site").exists()
    # The day is the one that SOURCE_DATE_EPOCH says.
    assert (
        "som den såg ut den 1 februari 2027" in Site(lillby.root / ".preview" / name).page("uppfoljning/index.md").text
    )


# Switching -----------------------------------------------------------------------------------------------------------


def test_one_build_at_a_time(lillby: Project) -> None:
    before = old_site(lillby)
    (lillby.root / ".bygg").mkdir(exist_ok=True)
    with FileLock(lillby.root / ".bygg" / "las"):
        done = lillby.run("bygg")
    assert done.returncode == 1
    assert done.stderr.startswith("site: ett annat bygge pågår – vänta tills det är klart\n")
    assert snapshot(lillby.root / "site") == before


def alive(process: int) -> bool:
    """Whether a process of this machine has not ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(done: Callable[[], object]) -> None:
    """Wait for something that must come, however slow the machine is."""
    for _ in range(1200):
        if done():
            return
        time.sleep(0.05)
    pytest.fail("it never came")


@contextlib.contextmanager
def running(project: Project, *command: str) -> Iterator[tuple[subprocess.Popen[bytes], list[int]]]:
    """Start a command that builds, and yield it with its builders once they have begun to write."""
    with subprocess.Popen(
        [sys.executable, "-m", "handlingsplan", "--mapp", str(project.root), *command],
        env=projects.clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        until(lambda: len(children.read_text(encoding="utf-8").split()) == 2)
        builders = [int(number) for number in children.read_text(encoding="utf-8").split()]
        until(lambda: [path for path in (project.root / ".bygg").rglob("*.html") if path.is_file()])
        try:
            yield process, builders
        finally:
            process.kill()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="there is no other way here to see another process's children")
@pytest.mark.parametrize(
    ("command", "how"),
    [("bygg", signal.SIGTERM), ("bygg", signal.SIGINT), ("bygg", signal.SIGKILL), ("visa", signal.SIGKILL)],
)
def test_who_ends_a_build_ends_its_builders(lillby: Project, command: str, how: signal.Signals) -> None:
    more = ["--port", str(free_port())] if command == "visa" else []
    with running(lillby, command, *more) as (process, builders):
        assert all(map(alive, builders))
        process.send_signal(how)
        process.wait()
        until(lambda: not any(map(alive, builders)))
    with own_folder(lillby.root / ".bygg", "visa"):
        lillby.build_anew()
        assert len([path for path in (lillby.root / ".bygg").iterdir() if path.name.startswith(("ny-", "visa-"))]) == 1


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="as above")
def test_each_run_has_a_folder_of_its_own_and_removes_only_those_of_the_dead(lillby: Project) -> None:
    work = lillby.root / ".bygg"
    with running(lillby, "visa", "--port", str(free_port())) as (first, _):
        (own,) = [path for path in work.glob("visa-*") if path.is_dir()]
        with running(lillby, "visa", "--port", str(free_port())):
            until(lambda: len([path for path in work.glob("visa-*") if path.is_dir()]) == 2)
            assert own.is_dir()
        first.kill()
        first.wait()
    with own_folder(work, "visa") as mine:
        assert [path.stem for path in work.glob("visa-*")] == [mine.name]
    assert [*work.glob("visa-*")] == []


def test_a_site_that_is_never_done_is_ended_and_told(lillby: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that the checks let through and Markdown never ends with is the last thing that may happen."""
    before = old_site(lillby)
    monkeypatch.setattr(mkdocs, "_MKDOCS", "import time; time.sleep(3600)")
    monkeypatch.setattr(mkdocs, "PATIENCE", 0)
    built = building.build(lillby.root, DAY)
    assert [str(fault) for fault in built.faults] == [
        f"{site}: bygget tog mer än 0 minuter och avbröts – ta bort det som senast lades till i texterna, eller dela "
        "långa sidor"
        for site in ("lillby.example", "intranat")
    ]
    assert snapshot(lillby.root / "site") == before
    assert [*(lillby.root / ".bygg").glob("ny-*")] == []


def test_a_switch_that_was_stopped_midway_is_repaired_at_the_next_start(lillby: Project) -> None:
    before = old_site(lillby)
    # Stopped between the two renames: the old tree is moved away, the new one is not in its place yet.
    (lillby.root / ".bygg").mkdir(exist_ok=True)
    (lillby.root / "site").rename(lillby.root / ".bygg" / "gammal")
    lillby.write(".bygg/ny-0a1b2c3d/timnet/index.html", "Halvfärdig")
    lillby.write("mkdocs.yml", "[")
    assert lillby.run("bygg").returncode == 1
    assert snapshot(lillby.root / "site") == before
    assert not (lillby.root / ".bygg" / "gammal").exists()


def test_a_build_replaces_the_whole_tree(lillby: Project) -> None:
    old_site(lillby)
    lillby.write(".bygg/gammal/rest.html", "Kvar sedan ett bygge som stannade efter bytet")
    lillby.write(".bygg/ny-0a1b2c3d/rest.html", "Kvar sedan ett bygge som stannade före bytet")
    lillby.write(".bygg/ny-0a1b2c3d.las", "")
    done = lillby.run("bygg", "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == {"fel": [], "byggda": ["site/intranat", "site/lillby.example"]}
    assert sorted(path.name for path in (lillby.root / "site").iterdir()) == ["intranat", "lillby.example", "servrar"]
    assert not list((lillby.root / "site").rglob("rest.html"))
    assert not (lillby.root / ".bygg" / "gammal").exists()
    assert not [*(lillby.root / ".bygg").glob("ny*")]


def test_what_pdfs_hold_is_kept_for_as_long_as_they_are_there(lillby: Project) -> None:
    read = lillby.root / ".bygg" / "last"
    pages = [site.files for site in lillby.build_anew().sites]
    pdfs = {
        hashlib.sha256(data).hexdigest() for files in pages for name, data in files.items() if name.endswith(".pdf")
    }
    assert len(pdfs) == 3  # two reports, and a poster that is the same on both sites
    assert {path.stem for path in read.iterdir()} == pdfs
    known = {path: path.read_bytes() for path in read.iterdir()}
    (read / "en-fil-som-är-borta.json").write_bytes(b"x")
    for path in read.iterdir():
        os.utime(path, (0, 0))
    lillby.build_anew()
    assert {path: path.read_bytes() for path in read.iterdir()} == known


@pytest.mark.parametrize("step", [1, 2])
def test_a_folder_that_cannot_be_written_is_a_fault(
    lillby: Project, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """As when a file in site/ is open on Windows, at either of the two renames."""
    before = old_site(lillby)
    done = 0
    rename = os.rename

    def refuse(source: Path, target: Path) -> None:
        nonlocal done
        done += 1
        if done == step:
            raise PermissionError(13, "Permission denied", str(target))
        rename(source, target)

    def make(_: Path, folder: Path, *__: object) -> building.Built:
        folder.mkdir()
        return building.Built((), ())

    monkeypatch.setattr(building, "make", make)
    monkeypatch.setattr(os, "rename", refuse)
    built = building.build(lillby.root, DAY)
    assert [fault.remedy for fault in built.faults] == ["kontrollera behörighet, ledigt utrymme och öppna filer"]
    assert "Permission" not in str(built.faults[0])
    monkeypatch.undo()
    # What was moved away comes back at the next start, whatever that gives.
    lillby.write("mkdocs.yml", "[")
    assert building.build(lillby.root, DAY).faults
    assert snapshot(lillby.root / "site") == before


def test_a_file_in_the_way_is_a_fault(lillby: Project) -> None:
    shutil.rmtree(lillby.root / ".bygg", ignore_errors=True)
    lillby.write(".bygg", "En fil där en mapp ska ligga")
    done = lillby.run("bygg")
    assert done.returncode == 1
    assert ".bygg: mappen går inte att skriva i" in done.stderr
    assert "Traceback" not in done.stderr


# Days and bytes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "umask", "environment"),
    [
        (
            "en helt annan mapp/å",
            0o077,
            {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "SOURCE_DATE_EPOCH": "0"},
        ),
        pytest.param(
            "b",
            0o002,
            {"PYTHONHASHSEED": "4242", "TZ": "America/Anchorage", "LC_ALL": "C", "HOME": "/", "USER": "en annan"},
            marks=pytest.mark.full,
        ),
    ],
    ids=["east", "west"],
)
def test_the_same_files_and_day_give_the_same_bytes(
    tmp_path: Path, exempelkommun: Project, folder: str, umask: int, environment: dict[str, str]
) -> None:
    """From another path, made in another order, at other times, by another user, where the day is another."""
    elsewhere = tmp_path / folder
    sources = [
        path
        for path in exempelkommun.root.rglob("*")
        if path.is_file() and path.relative_to(exempelkommun.root).parts[0] not in {"site", ".bygg"}
    ]
    for number, path in enumerate(sorted(sources, reverse=True)):
        copy = elsewhere / path.relative_to(exempelkommun.root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        os.utime(copy, (1_000_000_000 + number, 1_000_000_000 + 86_400 * number))
    before = os.umask(umask)
    try:
        done = Project(elsewhere).process("bygg", "--per", DAY.isoformat(), environment=environment)
    finally:
        os.umask(before)
    assert done.returncode == 0, done.stderr
    first, second = output(exempelkommun.root / "site"), output(elsewhere / "site")
    assert len(first) > 150
    assert {"intranat/manifest.json", "intranat/sitemap.xml.gz", "intranat/sok/index.json"} <= first.keys()
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_a_day_shows_what_was_known_on_it(tmp_path: Path) -> None:
    """Styrgrupp was assessed for 2025 on 10 February 2026, and for 2026 on 2 November."""
    project = projects.exempelkommun(tmp_path).build(datetime.date(2026, 3, 1))
    for site in project.sites:
        status = next(
            row.all("td")[0].text
            for row in site.page("uppfoljning/index.md").article.all("tr")
            if row.text.startswith("Styrgrupp & samordning")
        )
        assert status == "Delvis uppfyllt"
        assert "som den såg ut den 1 mars 2026" in site.page("uppfoljning/index.md").text
        assert "Arbetsordningen finns som utkast." in site.page("plan/styrgrupp.md").text
        assert "arbetsordningen är beslutad" not in site.page("plan/styrgrupp.md").text
        # What was said later is nowhere in the files.
        assert not [name for name, data in site.files.items() if "arbetsordningen är beslutad".encode() in data]
