"""The command: plain Swedish, exit codes that scripts can trust, and never a stack trace."""

from __future__ import annotations

import json
import os
import re
import shutil
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
from handlingsplan.cli.answers import typed
from projects import DAY, Project
from terminal import read_until, terminal

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
    assert done.stdout.startswith(
        "Inga fel i plan.yaml och texterna.\n\nUppföljning i plan.yaml: inget år än\n\n"
        "Kvar för kommunen att fylla i:\n  - "
    )
    plan = timra.read("plan.yaml").splitlines()
    for row, left in (
        ("- id: vaxel", "Kommunens växel: uppgiften saknas och behövs för publicering (vaxel)"),
        ("- id: exit", "Exit Fryshuset: uppgiften saknas (exit)"),
        ("- id: polisen", "Polisen: kommunen har inte kontrollerat uppgiften än (polisen)"),
        ("beslut:", "planens beslut saknar organ, datum, diarienummer, gäller_till, nästa_revidering"),
        ("- id: dialog", "Dialog med trossamfund och föreningar: ingen uppföljning (dialog)"),
        ("- id: O2", "frågan är inte avgjord: Dokumentet saknar datum, version, beslut och diarienummer. A … (O2)"),
    ):
        line = next(number for number, text in enumerate(plan, 1) if text.partition(" #")[0].strip() == row)
        assert f"  - plan.yaml:{line}: {left}\n" in done.stdout
    assert re.search(r"\n  - plan\.yaml:\d+: vägledningen är ett utkast\n", done.stdout)
    assert re.search(r"\n  - content/timra\.se/en/index\.md:\d+: sidan är ett utkast\n", done.stdout)
    assert re.search(r"\n  - timnet: \d+ sidor i handboken är utkast\n", done.stdout)


def test_what_is_left_is_told_with_its_row_and_its_id(lillby: Project) -> None:
    lillby.replace("content/webb/index.md", "granskad: 2026-10-01", "granskad:")
    lillby.replace(
        "plan.yaml",
        "  syfte: {text: Planen ska göra Lillby tryggt.}",
        "  syfte: {text: Planen ska göra Lillby tryggt.}\n  frågor: [{id: O1, text: Hur länge?}]",
    )
    draft = lillby.read("content/webb/index.md")
    lillby.write("content/intranat/handbok/sida-1.md", draft)
    lines = check(lillby).stdout.splitlines()
    assert lines[5:] == [
        "  - plan.yaml:23: SOS Alarm: kommunen har inte kontrollerat uppgiften än (sos-alarm)",
        "  - plan.yaml:4: planens beslut saknar organ, datum, diarienummer, gäller_till, nästa_revidering",
        "  - plan.yaml:48: Utbildning: ingen uppföljning (utbildning)",
        "  - intranat: 1 sida i handboken är utkast",
        "  - content/webb/index.md:4: sidan är ett utkast",
        "  - plan.yaml:10: frågan är inte avgjord: Hur länge? (O1)",
    ]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "kommunens webbplats är inte angiven: skriv adressen efter kommun_webb, så länkar sidorna dit"),
        ("https://www.timra.se", "kommun_webb: i timra.se finns inte namnet Lillby kommun. Är adressen er?"),
        ("https://start.lillby.example/kontakt", ""),
    ],
)
def test_a_municipality_without_its_own_address_is_told_of(lillby: Project, written: str, told: str) -> None:
    lillby.replace("plan.yaml", "kommun_webb: https://www.lillby.example", f"kommun_webb: {written}")
    done = check(lillby)
    assert done.exit_code == 0
    assert [line for line in done.stdout.splitlines() if "webb" in line and "content" not in line] == (
        [f"  - plan.yaml:7: {told}"] if told else []
    )


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
    assert check(lillby).stdout == (
        "Inga fel i plan.yaml och texterna.\n\nUppföljning i plan.yaml:\n  2026: 1 utan bedömning\n"
    )


def test_what_was_understood_of_each_year_is_told(exempelkommun: Project) -> None:
    """Every area once in each year: those without a follow-up, and those whose day has not come, too."""
    whole = sum(line.startswith("    tabell: ") for line in exempelkommun.read("plan.yaml").splitlines())
    for day, told in (
        (
            "2024-06-30",
            [
                "2023: 2 helt, 3 delvis, 2 ej, 5 utan bedömning",
                "2024: 4 utan bedömning, 8 väntar på sitt datum",
                "2025: 3 utan bedömning, 9 väntar på sitt datum",
                "2026: 2 utan bedömning, 10 väntar på sitt datum",
            ],
        ),
        (
            DAY.isoformat(),
            [
                "2023: 2 helt, 3 delvis, 2 ej, 5 utan bedömning",
                "2024: 7 delvis, 1 ej, 4 utan bedömning",
                "2025: 3 helt, 3 delvis, 1 ej, 4 utan bedömning, 1 inte aktuellt",
                "2026: 3 helt, 2 delvis, 2 ej, 4 utan bedömning, 1 inte aktuellt",
            ],
        ),
    ):
        asked = ["--mapp", str(exempelkommun.root), "kontrollera", "--per", day]
        shown = re.search(r"\nUppföljning i plan\.yaml:\n((?:  .*\n)+)", CliRunner().invoke(main, asked).stdout)
        assert shown
        assert [line.strip() for line in shown[1].splitlines()] == told
        years = json.loads(CliRunner().invoke(main, [*asked, "--format", "json"]).stdout)["uppföljning"]
        counted = [[value for key, value in year.items() if key not in {"plan", "år"}] for year in years]
        assert [sum(counts) for counts in counted] == [whole] * 4
        words = [[int(number) for number in re.findall(r"(?<=[:,] )\d+", line)] for line in told]
        assert [[count for count in counts if count] for counts in counted] == words


# More than one plan --------------------------------------------------------------------------------------------------


FOLLOW_UP = (
    "    uppföljning:\n"
    "      - {år: 2025, status: helt, datum: 2025-12-01, bedömd_av: rad, underlag: Rapport, resultat: Alla}\n"
)
TAKES_A_PLAN = [
    ["avsluta", "2025"],
    ["tackning"],
    ["exportera", "paminnelser", "UT"],
    *(["exportera", name, f"UT.{ending}"] for name, ending in (
        ("csv", "csv"), ("xlsx", "xlsx"), ("json", "json"), ("docx", "docx"), ("pdf", "pdf"), ("affisch", "pdf"),
    )),
]  # fmt: skip


def test_every_command_for_one_plan_takes_its_name() -> None:
    taking = {path for path in commands() if any(param.name == "plan" for param in at(path).params)}
    assert taking == {tuple(words[: 2 if words[0] == "exportera" else 1]) for words in TAKES_A_PLAN}


def at(path: tuple[str, ...]) -> click.Command:
    command: click.Command = main
    for name in path:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    return command


@pytest.mark.parametrize("words", TAKES_A_PLAN, ids=" ".join)
def test_of_several_plans_none_is_taken_unasked(twins: Project, tmp_path: Path, words: list[str]) -> None:
    for name in ("plan.yaml", "planer/storby.yaml"):
        twins.write(name, twins.read(name) + FOLLOW_UP)
    before = projects.snapshot(twins.root)
    asked = ["--mapp", str(twins.root), *(word.replace("UT", str(tmp_path / "ut")) for word in words)]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 2
    told = "Webbplatserna visar flera planer. Skriv vilken med --plan: plan.yaml, planer/storby.yaml."
    assert told in done.stderr
    done = CliRunner().invoke(main, [*asked, "--plan", "planer/storbi.yaml"])
    assert done.exit_code == 2
    assert "Ingen webbplats visar planen planer/storbi.yaml – menade du ”planer/storby.yaml”?" in done.stderr
    assert not list(tmp_path.glob("ut*"))
    assert projects.snapshot(twins.root) == before

    # From the project's folder, and from where one stands.
    for plan in ("planer/storby.yaml", str(twins.root / "planer" / "storby.yaml")):
        twins.write("planer/storby.yaml", before["planer/storby.yaml"][0].decode())
        done = CliRunner().invoke(main, [*asked, "--plan", plan])
        assert done.exit_code == (words[0] == "tackning"), done.stderr
        assert (twins.read("planer/storby.yaml") != before["planer/storby.yaml"][0].decode()) is (words[0] == "avsluta")
        if words[1:2] == ["paminnelser"]:
            shutil.rmtree(tmp_path / "ut", ignore_errors=True)
    assert twins.read("plan.yaml") == before["plan.yaml"][0].decode()
    written = [path for path in tmp_path.glob("ut*") if path.suffix in {".csv", ".json"}]
    assert all("Storby" in path.read_text(encoding="utf-8-sig") for path in written if path.suffix == ".json")


def test_a_fault_in_one_plan_does_not_stop_the_other(twins: Project) -> None:
    twins.replace("planer/storby.yaml", "tid: hösten 2027", "tid: snart")
    for plan, code in (("plan.yaml", 0), ("planer/storby.yaml", 1)):
        done = twins.run("exportera", "json", str(twins.root.parent / "ut.json"), "--plan", plan)
        assert done.returncode == code, done.stderr


def test_both_plans_are_named_by_kontrollera_and_of_two_open_sites_none_is_taken_unasked(
    twins: Project, tmp_path: Path
) -> None:
    twins.write("planer/storby.yaml", twins.read("planer/storby.yaml") + FOLLOW_UP)
    assert check(twins).stdout.startswith(
        "Inga fel i plan.yaml, planer/storby.yaml och texterna.\n\n"
        "Uppföljning i plan.yaml: inget år än\n\n"
        "Uppföljning i planer/storby.yaml:\n  2025: 1 helt\n\n"
    )
    answer = json.loads(check(twins, "--format", "json").stdout)
    assert answer["planer"] == ["plan.yaml", "planer/storby.yaml"]
    assert answer["uppföljning"] == [{"plan": "planer/storby.yaml", "år": 2025, "helt": 1, "senare": 0}]
    done = twins.run("exportera", "markdown", str(tmp_path / "ut"))
    assert done.returncode == 2
    assert "Här finns flera öppna webbplatser. Välj bland: " in done.stderr
    assert "lillby.example, storby.example" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
def test_somebody_who_sits_there_is_asked_which_plan(twins: Project) -> None:
    with terminal(twins, "tackning") as (process, ours):
        assert "Vilken plan? plan.yaml eller planer/storby.yaml" in read_until(ours, ":")
        os.write(ours, b"planer/storby.yaml\n")
        said = read_until(ours, "\0")
        assert process.wait() == 1, said
        assert "Tid: 1 aktivitet har en tid.\n" in said


# JSON and broken files -----------------------------------------------------------------------------------------------


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
    told = [_left(each) for each in answer["kvar"]]
    assert told == check(timra).stdout.splitlines()[5:]


def _left(each: dict[str, Any]) -> str:
    place = ":".join(str(step) for step in (each["fil"], each["rad"], each["kolumn"]) if step)
    name = f" ({each['id']})" if each["id"] else ""
    return f"  - {place}{': ' if place else ''}{each['text']}{name}"


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
    ["avsluta"],
    ["avsluta", "26"],
    ["avsluta", "i år"],
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


def test_a_build_ends_with_how_to_look_as_it_is_typed_here(
    lillby: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a double-click on ``index.html`` a reader meets lists of files."""
    program = shutil.which("handlingsplan", path=str(Path(sys.executable).parent))
    assert program
    commands, root = Path(program).parent, lillby.root
    (root / ".venv").symlink_to(commands.parent)
    elsewhere = tmp_path / "en mapp"
    elsewhere.mkdir()
    own = f".venv/{commands.name}/handlingsplan"
    on_path = f"{commands}{os.pathsep}{os.environ['PATH']}"
    off_path = os.pathsep.join(each for each in os.environ["PATH"].split(os.pathsep) if each != str(commands))
    for written, folder, path, told in (
        (root / own, root, off_path, f"{own} visa"),
        (Path(own), root, off_path, f"{own} visa"),
        (program, root, on_path, "handlingsplan visa"),
        (program, elsewhere, on_path, "handlingsplan --mapp ../lillby visa"),
        (program, tmp_path, on_path, "handlingsplan --mapp lillby visa"),
    ):
        monkeypatch.chdir(folder)
        monkeypatch.setenv("PATH", path)
        monkeypatch.setattr(sys, "argv", [str(written)])
        assert typed(root, "visa") == told.replace("/", os.sep)
    done = subprocess.run(
        [program, "--mapp", str(elsewhere / ".." / "lillby"), "bygg"],
        cwd=tmp_path,
        env=projects.clean_environment() | {"PATH": on_path},
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    shown = "Visa dem i webbläsaren: handlingsplan --mapp lillby visa"
    assert done.stdout.splitlines()[-1] == shown.replace("/", os.sep)
    assert done.stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
def test_what_takes_time_is_told_step_by_step_on_a_terminal_and_nowhere_else(lillby: Project) -> None:
    lillby.write("publicering.yaml", f"lillby.example:\n  mål: {lillby.root.parent / 'webb'}\n")
    with terminal(lillby, "bygg", "--per", DAY.isoformat()) as (process, ours):
        shown = read_until(ours, "\0")
        assert process.wait() == 0, shown
    assert shown.startswith("Bygger intranat och lillby.example …\n")
    assert shown.index("Bygger") < shown.index("Granskar lillby.example …\n") < shown.index("Klart. Webbplatserna")
    with terminal(lillby, "publicera", "lillby.example", "--per", DAY.isoformat()) as (process, ours):
        asked = read_until(ours, "[j/N]")
        assert asked.index("Granskar lillby.example …\n") < asked.index("Jämför lillby.example med det som visas nu …")
        assert asked.index("Jämför lillby.example") < asked.index("lillby.example publiceras i ")
        os.write(ours, b"ja\n")
        assert "Publicerar lillby.example …\n" in read_until(ours, "\0")
        assert process.wait() == 0
    with terminal(lillby, "bygg", "--per", DAY.isoformat(), "--format", "json") as (process, ours):
        assert json.loads(read_until(ours, "\0"))["fel"] == []
        assert process.wait() == 0
    done = lillby.run("publicera", "lillby.example", "--ja", "--per", DAY.isoformat())
    assert (done.returncode, done.stderr) == (0, "")
    assert " …" not in done.stdout


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
        done = project.process(*command, environment=ascii_only)
        assert (done.returncode, done.stderr) == (0, ""), command
    project.write("content/wäbb/stöd.md", "#")
    assert project.process("kontrollera", environment=ascii_only).stderr.startswith(
        "content/wäbb/stöd.md:1:1: sidan börj"
    )
    own = {path.name for path in (project.root / ".bygg").rglob("*")}
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
