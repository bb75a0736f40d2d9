"""Set-up: lock files, sessions, environments, the finder of browsers. Nothing here asks the network."""

import os
import platform
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import NoReturn, cast

import nox
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import browser_finder
import noxfile
from handlingsplan.cli import main

ROOT = Path(__file__).parents[1]
LOCKS = {path: (ROOT / path).read_text(encoding="utf-8") for path in noxfile.LOCKS}
HASH = " \\\n    --hash=sha256:" + "0" * 64


def run_nox(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nox", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )


# Lock files


def test_every_lock_file_is_known_to_the_noxfile() -> None:
    assert {path.name for path in ROOT.glob("requirements*.txt")} == set(LOCKS)


def test_lock_files_hold_only_exact_hashed_pins_of_one_version_each() -> None:
    assert noxfile.lock_faults(LOCKS) == []
    assert all(text.count("==") > 30 for text in LOCKS.values())


@pytest.mark.parametrize("text", ["http", "--index", "--extra-index", "--find-links", "file:", "/", "@", "#"])
def test_lock_files_name_no_address_and_no_place(text: str) -> None:
    assert [path for path, lock in LOCKS.items() if text in lock] == []


@pytest.mark.parametrize(
    "line",
    [
        "click==8.5.1",
        f"click>=8.5.1{HASH}",
        f"click==8.*{HASH}",
        f"click @ file:///tmp/click.whl{HASH}",
        f"click @ https://example.org/click.whl{HASH}",
        f"click==8.5.1 ; '/' in platform_version{HASH}",
        "--index-url https://example.org/simple",
        "--find-links wheels",
        "-e .",
        "./click",
        "# from somewhere",
    ],
)
def test_a_line_that_is_no_exact_hashed_pin_is_found(line: str) -> None:
    assert noxfile.lock_faults({"a.txt": line + "\n"})[0].startswith("a.txt: not an exact, hashed pin: ")


def test_a_package_that_forks_and_one_that_differs_between_files_are_found() -> None:
    fork = f"a==1 ; python_full_version < '3.11.5'{HASH}\na==2 ; python_full_version >= '3.11.5'{HASH}\n"
    assert noxfile.lock_faults({"x.txt": fork}) == ["x.txt: a is there twice", "x.txt: a is 2 here, 1 elsewhere"]
    locks = {"x.txt": f"a==1{HASH}\n", "y.txt": f"a==2{HASH}\nb==1{HASH}{HASH}\n"}
    assert noxfile.lock_faults(locks) == ["y.txt: a is 2 here, 1 elsewhere"]


@pytest.mark.parametrize("path", LOCKS)
def test_what_pyproject_asks_for_is_locked_within_its_range(path: str) -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = pyproject["project"]["dependencies"] + pyproject["build-system"]["requires"]
    for group in noxfile.LOCKS[path]:
        asked += pyproject["dependency-groups"][group]
    locked = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", LOCKS[path], flags=re.MULTILINE))
    for requirement in map(Requirement, asked):
        assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)]), requirement


def test_what_the_lock_session_never_writes_is_never_committed() -> None:
    assert "uv.lock" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert not (ROOT / "uv.lock").exists()


# Commands


def test_readme_opens_with_the_two_commands_and_ci_runs_the_second_as_it_stands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"^```\w*\n(.*?)^```", readme, flags=re.MULTILINE | re.DOTALL)
    assert block
    build, test = [line.split("#")[0].strip() for line in block[1].splitlines()]
    assert build == "python3 -m pip install nox && python3 -m nox -s bygg"
    assert test == "python3 -m pip install nox && python3 -m nox -s test"
    steps = [line.strip() for line in (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines() if "nox" in line]
    assert steps == [test, "python3 -m nox -s lint", "python3 -m nox -s full"]


def test_sessions_are_named_as_promised_and_bygg_is_what_nox_does_unasked() -> None:
    listing = run_nox("--list", cwd=ROOT)
    assert set(re.findall(r"^[*-] (\w+) -> \S", listing.stdout, flags=re.MULTILINE)) == {
        *("bygg", "kontrollera", "visa", "publicera", "backa", "avsluta"),
        *("test", "full", "lint", "bench", "proof", "same", "fuzz", "screenshots", "lock"),
    }
    assert re.findall(r"^\* (\w+)", listing.stdout, flags=re.MULTILINE) == ["bygg"]


OTHERS = {"kontrollera": "", "visa": "--oppna ", "publicera": "", "backa": "", "avsluta": ""}
"""The files to double-click besides `bygg.cmd`, and the words that each adds."""


def test_double_clicked_files_keep_their_line_ends_and_their_window() -> None:
    command = (ROOT / "bygg.cmd").read_bytes()
    lines = command.decode().split("\r\n")
    assert lines.index("chcp 65001 >nul") < next(number for number, line in enumerate(lines) if not line.isascii())
    assert 'cd /d "%~dp0"' in lines
    assert 'if not defined HANDLINGSPLAN set "HANDLINGSPLAN=bygg"' in lines
    assert "%PYTHON% -m nox -s %HANDLINGSPLAN% -- %*" in lines
    assert lines[-3:] == ["pause", "exit /b %RESULT%", ""]
    # What was built is shown, if it was built and nobody asked for anything else; it does not change the exit code.
    shows = lines.index('if not "%HANDLINGSPLAN%%RESULT%%~1"=="bygg0" goto end')
    assert lines.index('set "RESULT=%ERRORLEVEL%"') < shows < lines.index("%PYTHON% -m nox -s visa -- --oppna")
    assert lines[shows:].index("%PYTHON% -m nox -s visa -- --oppna") < lines[shows:].index(":end")
    for name, words in OTHERS.items():
        other = (ROOT / f"{name}.cmd").read_bytes()
        command += other
        assert other.isascii()
        # The last command's exit code is the file's own, and `setlocal` keeps its variable to itself.
        ends = ["setlocal", f'set "HANDLINGSPLAN={name}"', f'call "%~dp0bygg.cmd" {words}%*', ""]
        assert other.decode().split("\r\n")[-4:] == ends
    assert command.count(b"\n") == command.count(b"\r\n")


def test_every_double_clicked_file_has_a_session_and_a_command_that_takes_its_words() -> None:
    assert {path.stem for path in ROOT.glob("*.cmd")} == {"bygg", *OTHERS}
    for name, words in OTHERS.items():
        assert callable(getattr(noxfile, name))
        options = [option for param in main.commands[name].params for option in param.opts]
        assert set(words.split()) <= set(options)


# Environments


class Recorder:
    """Stands in for a nox session: makes a virtual environment without pip, and only notes what pip is told."""

    def __init__(self, interrupted_at: str = "", printed: str = "") -> None:
        self.commands: list[list[str]] = []
        self.interrupted_at = interrupted_at
        self.printed = printed

    def log(self, *_: object) -> None:
        pass

    def error(self, message: str) -> NoReturn:
        raise SystemExit(message)

    def run(self, *command: str | Path, **_: object) -> str:
        words = [str(word) for word in command]
        if self.interrupted_at in words:
            raise KeyboardInterrupt
        self.commands.append(words)
        if "venv" in words:
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", *words[3:]], check=True)
        return self.printed


def install(recorder: Recorder) -> list[list[str]]:
    """Make the environment of `project`; give the commands that it took."""
    noxfile.environment(cast("nox.Session", recorder), Path(".venv"), "requirements.txt")
    return recorder.commands


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "requirements.txt").write_text(f"a==1{HASH}\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_environment_is_made_from_hashes_alone(project: Path) -> None:
    _, packages, itself = install(Recorder())
    assert {"--require-hashes", "requirements.txt"} <= set(packages)
    assert {"--no-deps", "--no-build-isolation", "--editable"} <= set(itself)


def test_an_environment_is_left_alone_while_nothing_changes(project: Path) -> None:
    assert len(install(Recorder())) == 3
    assert install(Recorder()) == []


@pytest.mark.parametrize("changed", ["requirements.txt", "pyproject.toml"])
def test_an_environment_is_made_anew_when_a_lock_or_pyproject_changes(project: Path, changed: str) -> None:
    install(Recorder())
    with (project / changed).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert len(install(Recorder())) == 3
    assert install(Recorder()) == []


def test_an_environment_is_made_anew_for_another_python(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(Recorder())
    monkeypatch.setattr(sys, "version", "3.99.0")
    assert len(install(Recorder())) == 3


def test_an_environment_is_made_anew_where_the_project_has_moved(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(Recorder())
    moved = project.rename(project.with_name(project.name + "-moved"))
    monkeypatch.chdir(moved)
    assert len(install(Recorder())) == 3


def test_an_environment_without_its_python_is_made_anew(project: Path) -> None:
    install(Recorder())
    Path(shutil.which("python", path=noxfile.commands_of(Path(".venv"))) or "").unlink()
    assert len(install(Recorder())) == 3


@pytest.mark.parametrize("step", ["venv", "--require-hashes", "--editable"])
def test_an_interrupted_installation_is_never_taken_for_a_whole_one(project: Path, step: str) -> None:
    install(Recorder())
    lock = project / "requirements.txt"
    before = lock.read_text(encoding="utf-8")
    lock.write_text(before + "\n", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        install(Recorder(interrupted_at=step))
    # Back to the lock file that the environment once was whole for: the stamp of that time is gone.
    lock.write_text(before, encoding="utf-8")
    assert len(install(Recorder())) == 3


def test_an_environment_is_not_swept_away_under_the_nox_that_runs_in_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(project / ".venv"))
    with pytest.raises(SystemExit, match=r"nox är installerat i \.venv"):
        install(Recorder())


@pytest.fixture
def built(project: Path) -> Path:
    """A project whose environment is whole, with a `handlingsplan` that says what it was asked and fails on `--fel`."""
    for name in ("noxfile.py", "tests/browser_finder.py"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_bytes((ROOT / name).read_bytes())
    install(Recorder())
    commands = project / noxfile.commands_of(Path(".venv"))
    script = commands / "stub.py"
    script.write_text(
        "import sys\nprint(sys.argv[1:])\nif '--fel' in sys.argv: sys.exit('plan.yaml:1:1: fel')\n", encoding="utf-8"
    )
    if platform.system() == "Windows":
        (commands / "handlingsplan.cmd").write_text(f'@"{sys.executable}" "{script}" %*\n', encoding="utf-8")
    else:
        launcher = commands / "handlingsplan"
        launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n', encoding="utf-8")
        launcher.chmod(0o755)
    return script


def test_bygg_passes_its_words_on_and_costs_at_most_four_fifths_of_a_second_more(built: Path) -> None:
    def seconds(command: list[str]) -> float:
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - start

    for name in ("bygg", *OTHERS):
        run = run_nox("-s", name, "--", "--per", "2026-01-31", cwd=Path.cwd())
        assert (run.returncode, run.stdout) == (0, f"['{name}', '--per', '2026-01-31']\n")
    nox_command, build = [sys.executable, "-m", "nox", "-s", "bygg"], [sys.executable, str(built), "bygg"]
    # The best of three: the machine may be busy with something else.
    assert min(seconds(nox_command) - seconds(build) for _ in range(3)) <= 0.8


def test_a_build_that_fails_shows_its_own_message_and_no_trace(built: Path) -> None:
    run = run_nox("-s", "bygg", "--", "--fel", cwd=Path.cwd())
    assert run.returncode == 1
    output = run.stdout + run.stderr
    assert "plan.yaml:1:1: fel\n" in output
    assert "Traceback" not in output
    assert [line for line in output.splitlines() if "failed" in line][1:] == ["nox > Session bygg failed."]


# The browser


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Linux machine with no browser; give the folder that is all it has."""
    for name in (browser_finder.FOUND, browser_finder.MISSING, "PLAYWRIGHT_BROWSERS_PATH"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "USERPROFILE", "PATH", "PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    return tmp_path


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True)
    path.touch()
    return path


@pytest.mark.parametrize("system", ["Linux", "Windows"])
def test_where_there_is_no_browser_the_reason_says_what_to_do(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    path, reason = browser_finder.find_browser()
    assert path is None
    assert "no Chrome, Chromium or Edge" in reason
    assert "set HANDLINGSPLAN_BROWSER" in reason


@pytest.mark.parametrize(
    ("system", "place"),
    [
        ("Windows", "Google/Chrome/Application/chrome.exe"),
        ("Windows", "Microsoft/Edge/Application/msedge.exe"),
        ("Windows", "AppData/Local/ms-playwright/chromium-1255/chrome-win64/chrome.exe"),
        ("Darwin", "Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
        ("Darwin", "Library/Caches/ms-playwright/chromium-1255/chrome-mac/Chromium.app/Contents/MacOS/Chromium"),
        ("Linux", ".cache/ms-playwright/chromium-1255/chrome-linux64/chrome"),
    ],
)
def test_usual_places_are_looked_in(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch, system: str, place: str
) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    assert put(bare_machine / place) in browser_finder.places()


def test_the_newest_of_playwrights_own_comes_first(bare_machine: Path) -> None:
    old, new = (put(bare_machine / f".cache/ms-playwright/chromium-{n}/chrome-linux/chrome") for n in (999, 1255))
    assert list(browser_finder.places()) == [new, old]


def test_a_browser_that_does_not_start_is_none_and_the_reason_names_it(bare_machine: Path) -> None:
    stub = put(bare_machine / ".cache/ms-playwright/chromium-1255/chrome-linux/chrome")
    path, reason = browser_finder.find_browser()
    assert path is None
    assert str(stub) in reason


def test_a_chosen_browser_is_used_and_one_that_is_not_there_is_never_replaced(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Any program that answers to --version will do.
    monkeypatch.setenv(browser_finder.FOUND, sys.executable)
    assert browser_finder.find_browser() == (Path(sys.executable), "")
    monkeypatch.setenv(browser_finder.FOUND, str(bare_machine / "nothing"))
    path, reason = browser_finder.find_browser()
    assert path is None
    assert reason.startswith("HANDLINGSPLAN_BROWSER names ")
    assert reason.endswith(": no such file")


def test_with_no_browser_to_be_had_the_tests_are_told_every_reason(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []

    def refuse(_: nox.Session, *packages: str) -> str:
        asked.append(packages)
        return "not root"

    monkeypatch.setattr(noxfile, "install_from_debian", refuse)
    session = Recorder(printed="Downloading\nError: no network\n")
    variables = noxfile.browser(cast("nox.Session", session), Path("bin"))
    assert session.commands == [[str(Path("bin/python")), "-m", "playwright", "install", "--no-shell", "chromium"]]
    assert asked == [("chromium",)]
    reason = variables[browser_finder.MISSING]
    assert "no Chrome, Chromium or Edge" in reason
    assert reason.endswith("; `playwright install`: Error: no network; `apt-get install`: not root")
    monkeypatch.setenv(browser_finder.MISSING, reason)
    assert browser_finder.find_browser() == (None, reason)
