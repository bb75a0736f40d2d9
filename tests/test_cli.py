"""The command: plain Swedish, exit codes that scripts can trust, and never a stack trace."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

import projects
from handlingsplan.cli import main
from projects import DAY, Project

ENGLISH = re.compile(
    r"\b(Usage|Options?|Show|Error|Missing|Invalid|DIRECTORY|Directory|TEXT|PATH|FILE|INTEGER|RANGE|COMMAND|ARGS|Commands?"
    r"|required|default|Try|Got|unexpected|does not|not a|No such|exist|must|Aborted|Permission|denied|Address"
    r"|already|use|range|valid|value|the|and|is|of|you|mean)\b"
)
"""Words that click, MkDocs and operating systems would say in English."""


def commands(command: click.Command = main, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return every command and group, with what leads to it."""
    below = command.commands if isinstance(command, click.Group) else {}
    return [path, *(found for name, each in below.items() for found in commands(each, (*path, name)))]


def check(project: Project, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--mapp", str(project.root), "kontrollera", "--per", DAY.isoformat(), *arguments])


# Checking ------------------------------------------------------------------------------------------------------------


def test_a_good_project_is_said_to_be_good_and_what_is_left_is_listed(timra: Project) -> None:
    done = check(timra)
    assert done.exit_code == 0
    assert done.stderr == ""
    assert done.stdout.startswith("Inga fel i plan.yaml och texterna.\n\nKvar för kommunen att fylla i:\n  - ")
    for left in (
        "Socialtjänsten i Timrå, mottagning: uppgiften saknas och behövs för publicering",
        "Kväll eller helg (socialjouren): uppgiften saknas och behövs för publicering",
        "Kommunens växel: uppgiften saknas och behövs för publicering",
        "11 kontakter till saknar uppgift",
        "5 kontakter har kommunen inte kontrollerat än: SOS Alarm, Polisen, Bris, ",
        "Planens beslut saknar organ, datum, diarienummer, gäller_till, nästa_revidering",
        "Vägledningen i plan.yaml är ett utkast",
        "timra.se: 8 sidor är utkast: content/timra.se/en/index.md, ",
        "25 frågor är inte avgjorda: F1, O1, ",
        "8 av 8 områden har ingen uppföljning",
    ):
        assert f"  - {left}" in done.stdout


def test_what_is_left_is_counted_in_good_swedish(lillby: Project) -> None:
    lillby.replace("content/webb/index.md", "granskad: 2026-10-01", "granskad:")
    lillby.replace(
        "plan.yaml",
        "  syfte: {text: Planen ska göra Lillby tryggt.}",
        "  syfte: {text: Planen ska göra Lillby tryggt.}\n  frågor: [{id: O1, text: Hur länge?}]",
    )
    lines = check(lillby).stdout.splitlines()
    assert lines[3:] == [
        "  - 1 av 1 område har ingen uppföljning",
        "  - 1 kontakt har kommunen inte kontrollerat än: SOS Alarm",
        "  - Planens beslut saknar organ, datum, diarienummer, gäller_till, nästa_revidering",
        "  - lillby.example: 1 sida är utkast: content/webb/index.md",
        "  - 1 fråga är inte avgjord: O1",
    ]


def test_many_drafts_are_a_short_line(lillby: Project) -> None:
    draft = lillby.read("content/webb/index.md").replace("granskad: 2026-10-01", "granskad:")
    for number in range(1, 7):
        lillby.write(f"content/webb/sida-{number}.md", draft)
        lillby.write(f"content/intranat/handbok/sida-{number}.md", draft)
    lines = [line for line in check(lillby).stdout.splitlines() if "utkast" in line]
    named = ", ".join(f"content/webb/sida-{number}.md" for number in range(1, 6))
    assert lines == [
        "  - intranat: 6 sidor är utkast, i handboken",
        f"  - lillby.example: 6 sidor är utkast: {named}, …",
    ]
    lillby.write("content/intranat/annan.md", draft)
    assert "intranat: 7 sidor är utkast, 6 i handboken, 1 annan: content/intranat/annan.md\n" in check(lillby).stdout


def test_a_plan_with_nothing_left_says_so(lillby: Project) -> None:
    lillby.replace(
        "plan.yaml", "läge: enligt_källa, datum: 2026-11-02", "läge: kontrollerad, av: rad, datum: 2026-11-02"
    )
    lillby.replace(
        "plan.yaml",
        "  ansvarig: rad\n  syfte",
        "  ansvarig: rad\n  beslut: {organ: KF, datum: 2026-03-30, diarienummer: 1, gäller_till: 2027-12-31,"
        " nästa_revidering: 2027-06-30}\n  syfte",
    )
    plan = lillby.read("plan.yaml")
    lillby.write("plan.yaml", f"{plan}    uppföljning: [{{år: 2026, status: ingen_bedömning}}]\n")
    assert check(lillby).stdout == "Inga fel i plan.yaml och texterna.\n"


def test_json_has_the_same_faults(lillby: Project) -> None:
    lillby.replace("plan.yaml", "anmälan: ska", "anmälan: skall")
    lillby.replace("content/webb/index.md", "title: Start", "titel: Start")
    lillby.write("content/intranat/kontakter.md", lillby.read("content/intranat/index.md"))
    text = check(lillby)
    done = check(lillby, "--format", "json")
    answer: dict[str, Any] = json.loads(done.stdout)
    assert (text.exit_code, done.exit_code) == (1, 1)
    assert done.stderr == ""
    assert text.stdout == ""
    told = [_as_text(fault) for fault in answer["fel"]]
    assert told == text.stderr.split("\n\n")[0].splitlines()
    assert len(told) == 4
    assert text.stderr.endswith("\n\n4 fel.\n")


def _as_text(fault: dict[str, Any]) -> str:
    place = f":{fault['rad']}:{fault['kolumn']}" if fault["rad"] else ""
    return f"{fault['fil']}{place}: {fault['fel']} – {fault['gör']}"


def test_json_of_a_good_project(timra: Project) -> None:
    done = check(timra, "--format", "json")
    answer = json.loads(done.stdout)
    assert done.exit_code == 0
    assert answer["fel"] == []
    assert [f"  - {left}" for left in answer["kvar"]] == check(timra).stdout.splitlines()[3:]


def test_json_of_a_build_with_faults(lillby: Project) -> None:
    lillby.write("mkdocs.yml", "site_name: [")
    done = lillby.run("bygg", "--format", "json")
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    assert [fault["fil"] for fault in answer["fel"]] == ["mkdocs.yml"]
    assert answer["byggda"] == []


@pytest.mark.parametrize(
    "break_it",
    [
        lambda root: (root / "plan.yaml").unlink(),
        lambda root: [(root / "plan.yaml").unlink(), (root / "plan.yaml").mkdir()],
        lambda root: (root / "plan.yaml").write_bytes(b""),
        lambda root: (root / "plan.yaml").write_bytes(b"\x00\xff\xfe\x80"),
        lambda root: (root / "plan.yaml").write_bytes(b"[" * 60_000),
        lambda root: (root / "plan.yaml").write_bytes(b"- bara\n- en lista\n"),
        lambda root: (root / "mkdocs.yml").write_bytes(b"\xe5\xe4\xf6"),
        lambda root: (root / "mkdocs.yml").write_bytes(b"plugins: [search, handlingsplan]\n"),
        lambda root: [(root / "mkdocs.yml").unlink(), (root / "mkdocs.yml").mkdir()],
        lambda root: (root / "content" / "webb" / "index.md").write_bytes(b"\xff\xfeh\x00e\x00j\x00"),
        lambda root: (root / "content" / "webb" / "index.md").write_bytes(b"---\n[\n---\n"),
        lambda root: [(root / "content" / "webb" / "x.md").mkdir()],
        lambda root: (root / "grund.yml").unlink(),
    ],
)
def test_checking_never_ends_in_a_stack_trace(lillby: Project, break_it: Any) -> None:
    break_it(lillby.root)
    done = lillby.run("kontrollera")
    assert done.returncode == 1, done.stdout
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert re.search(r"\n\n\d+ fel\.\n$", done.stderr)
    for line in done.stderr.split("\n\n")[0].splitlines():
        assert " – " in line


@pytest.mark.parametrize("seconds", ["", "nu", "-5", "99999999999999999999"])
def test_a_day_that_cannot_be_is_passed_over(lillby: Project, seconds: str) -> None:
    done = lillby.run("kontrollera", environment={"SOURCE_DATE_EPOCH": seconds})
    assert done.returncode == 0, done.stderr


# Words ----------------------------------------------------------------------------------------------------------------


WRONG = [
    [],
    ["byg"],
    ["--map", "x"],
    ["--mapp"],
    ["--mapp", "finns-inte", "bygg"],
    ["--mapp", __file__, "bygg"],
    ["--mapp=", "bygg"],
    ["--help=ja"],
    ["bygg", "nu"],
    ["bygg", "nu", "genast"],
    ["bygg", "--per"],
    ["bygg", "--per", "i-dag"],
    ["bygg", "--per", "2026-02-30"],
    ["bygg", "--p", "2026-02-20"],
    ["bygg", "--format", "xml"],
    ["bygg", "-x"],
    ["kontrollera", "--format"],
    ["kontrollera", "--formatt", "json"],
    ["visa", "--port", "hög"],
    ["visa", "--port", "0"],
    ["visa", "--port", "65536"],
    ["visa", "--port"],
    ["publicera"],
    ["publicera", "finns-inte", "--ja"],
    ["publicera", "intranat"],
    ["publicera", "intranat", "lillby.example"],
    ["publicera", "--ja=nej", "intranat"],
    ["backa"],
    ["backa", "finns-inte"],
    ["backa", "intranat", "--ja"],
    ["exportera"],
    ["exportera", "pdf"],
    ["exportera", "markdown"],
    ["exportera", "markdown", __file__],
    ["exportera", "markdown", f"{__file__}/under"],
    ["exportera", "markdown", str(Path(__file__).parent)],
    ["exportera", "markdown", "a", "b"],
    ["exportera", "markdown", "a", "--sajt"],
    ["exportera", "markdown", "a", "--sajt", "finns-inte"],
    ["exportera", "paminnelser"],
    ["exportera", "paminnelser", str(Path(__file__).parent)],
    ["exportera", "paminnelser", f"{__file__}/under"],
    ["tackning", "--format", "xml"],
    ["exportera", "csv"],
    ["exportera", "csv", "plan.yaml"],
    ["exportera", "csv", "a.csv", "--tabell", "fragor"],
    ["exportera", "docx", "a.docx", "--år", "1999"],
    ["exportera", "pdf", "a.docx"],
    ["exportera", "affisch", "a.docx"],
    ["exportera", "pdf", "a.pdf", "--år", "1999"],
    ["exportera", "docx", "a.docx", "--år", "i år"],
    ["exportera", "json", "finns-inte/a.json"],
    ["exportera", "xlsx", "content"],
]

ASK = """
import json, sys
from handlingsplan.cli import main
from click.testing import CliRunner
answers = []
for arguments in json.load(sys.stdin):
    done = CliRunner().invoke(main, arguments, prog_name="handlingsplan")
    crashed = done.exception and not isinstance(done.exception, SystemExit)
    answers.append([done.exit_code, repr(done.exception) if crashed else done.output])
json.dump(answers, sys.stdout)
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, ...], tuple[int, str]]:
    """What every help page and every wrong usage says, and the exit code.

    Asked in one process of its own: our words only reach a click that nobody has imported before them.
    """
    project = projects.lillby(tmp_path_factory.mktemp("lillby"))
    questions = [[*command, "--help"] for command in commands()] + WRONG
    asked = [
        question if not question or question[0].startswith("-") else ["--mapp", str(project.root), *question]
        for question in questions
    ]
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        input=json.dumps(asked),
        cwd=project.root,
        env=projects.clean_environment(),
        stdout=subprocess.PIPE,
        check=True,
        encoding="utf-8",
    )
    answers = [
        (
            code,
            text.replace(str(project.root), "MAPP")
            .replace(__file__, "FIL")
            .replace(str(Path(__file__).parent), "TESTER"),
        )
        for code, text in json.loads(done.stdout)
    ]
    return dict(zip(map(tuple, questions), answers, strict=True))


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_help_is_in_swedish(said: dict[tuple[str, ...], tuple[int, str]], command: tuple[str, ...]) -> None:
    code, text = said[*command, "--help"]
    assert code == 0
    assert text.startswith("Användning: handlingsplan ")
    assert f"{' '.join(command)} [FLAGGOR]".strip() in text
    assert "Visa den här hjälpen." in text
    assert not ENGLISH.search(text)


def test_every_command_is_known_to_these_tests() -> None:
    assert {" ".join(command) for command in commands()} >= {
        *("kontrollera", "bygg", "visa", "publicera", "backa", "exportera markdown", "exportera paminnelser"),
        "tackning",
        *(f"exportera {form}" for form in ("csv", "xlsx", "json", "docx", "pdf", "affisch")),
    }


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_wrong_usage_is_told_in_swedish(said: dict[tuple[str, ...], tuple[int, str]], arguments: list[str]) -> None:
    code, text = said[tuple(arguments)]
    assert code == 2
    assert text.startswith(("Användning: ", "Fel: "))
    assert not ENGLISH.search(text)


def test_a_port_in_use_is_told_in_swedish(lillby: Project) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = lillby.run("visa", "--port", str(port))
    assert done.returncode == 2
    assert f"Fel: Port {port} går inte att använda (den används redan). Välj en annan med --port.\n" in done.stderr
    assert not ENGLISH.search(done.stderr)


def test_the_version_is_told() -> None:
    done = CliRunner().invoke(main, ["--version"])
    assert done.exit_code == 0
    assert re.fullmatch(r"handlingsplan \d+\.\d+\.\d+\n", done.stdout)


def test_it_runs_where_the_terminal_cannot_show_swedish(lillby: Project) -> None:
    """An older Windows console has no typographic quotes."""
    lillby.replace("plan.yaml", "anmälan: ska", "anmälan: skall")
    done = subprocess.run(
        [sys.executable, "-m", "handlingsplan", "kontrollera"],
        cwd=lillby.root,
        env=projects.clean_environment() | {"PYTHONUTF8": "0", "PYTHONIOENCODING": "cp850"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.decode("cp850").startswith("plan.yaml:34:41: anmälan: ?skall? finns inte ? ")


def test_the_guard_against_english_sees_it() -> None:
    for english in ("Usage: x [OPTIONS]", "Error: Invalid value", "--x TEXT", "[required]", "is not in the range"):
        assert ENGLISH.search(english)


# Odd surroundings -----------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="there names are Unicode whatever the surroundings")
def test_names_with_swedish_letters_work_where_the_system_knows_ascii_only(tmp_path: Path) -> None:
    """As in a cron job or a container: every name below has a letter that ASCII lacks."""
    project = projects.lillby(tmp_path / "på prov")
    (project.root / "content/webb").rename(project.root / "content/wäbb")
    project.write("content/wäbb/stöd.md", project.read("content/wäbb/index.md").replace("title: ", "title: Också "))
    for path in project.root.glob("*.yml"):
        project.write(path.name, path.read_text(encoding="utf-8").replace("content/webb", "content/wäbb"))
    project.replace("mkdocs.yml", "nav:\n", "nav:\n  - Stöd: stöd.md\n")
    project.write("publicering.yaml", "lillby.example:\n  mål: ../mål/ö\n")
    (tmp_path / "mål").mkdir()
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0"}
    for command in (
        ["kontrollera"],
        ["bygg"],
        ["publicera", "lillby.example", "--ja"],
        ["publicera", "lillby.example", "--ja"],
        ["verifiera", str(tmp_path / "mål/ö/nu")],
        ["exportera", "markdown", str(tmp_path / "märkt")],
        ["exportera", "csv", str(tmp_path / "å.csv")],
    ):
        done = project.run(*command, environment=ascii_only)
        assert (done.returncode, done.stderr) == (0, ""), command
    project.write("content/wäbb/stöd.md", "#")
    assert project.run("kontrollera", environment=ascii_only).stderr.startswith("content/wäbb/stöd.md:1:1: sidan börj")
    own = {path.name for path in (project.root / ".bygg").rglob("*") if "komprimerat" not in path.parts}
    assert all(map(str.isascii, own)), own


@pytest.mark.skipif(sys.platform == "win32", reason="there nobody can remove it")
def test_a_folder_that_is_gone_is_told(lillby: Project, tmp_path: Path) -> None:
    """The one that the command was typed in."""
    command = 'cd "$0" && rmdir "$0" && exec "$@"'

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "borta").mkdir()
        program = [sys.executable, "-m", "handlingsplan", *arguments]
        return subprocess.run(
            ["sh", "-c", command, str(tmp_path / "borta"), *program],
            env=projects.clean_environment(),
            capture_output=True,
            check=False,
            encoding="utf-8",
        )

    for arguments in (["kontrollera"], ["bygg"], ["--mapp", "plan", "visa"], ["publicera"]):
        done = run(*arguments)
        assert done.returncode == 2
        assert "finns inte" in done.stderr
        assert "Traceback" not in done.stderr
    assert "Mappen som du står i finns inte längre. Gå till projektets mapp, eller" in run("kontrollera").stderr
    for word in ("kontrollera", "bygg"):
        assert run("--mapp", str(lillby.root), word).returncode == 0
