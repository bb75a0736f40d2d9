"""Publishing to another machine, as rclone reaches it: the same questions and refusals, and a way back. In ``full``.

How the files are sent is shown by ``test_send``; here the other machine is a folder that only rclone knows of.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest

import versions
from handlingsplan.project import manifest
from projects import DAY, Project, snapshot

pytestmark = pytest.mark.full

SITE = "lillby.example"


class Away:
    """A project whose public site is sent away."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.folder = project.root.parent / "annan-dator" / "webb"
        self.folder.parent.mkdir()
        self.config = project.write("rclone.conf", f"[moln]\ntype = alias\nremote = {self.folder.parent}\n")
        project.write("publicering.yaml", f"{SITE}:\n  mål: moln:webb\n")

    def run(self, *arguments: str) -> CompletedProcess[str]:
        # The tests' own rclone: Debian's may leave half a file in a folder, and is refused.
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return self.project.run(*arguments, environment={"RCLONE_CONFIG": str(self.config), "PATH": path})

    def publish(self) -> CompletedProcess[str]:
        return self.run("publicera", SITE, "--ja", "--per", DAY.isoformat())

    def alter(self, word: str) -> None:
        page = "content/webb/index.md"
        text = self.project.read(page).partition("\n\nOrdet: ")[0]
        self.project.write(page, f"{text}\n\nOrdet: {word}\n")

    def says(self, word: str) -> bool:
        assert manifest.verify(self.folder) == []
        return word in (self.folder / "index.html").read_text(encoding="utf-8")


@pytest.fixture
def away(lillby: Project) -> Away:
    return Away(lillby)


def test_a_site_is_sent_changed_and_gone_back_from(away: Away) -> None:
    done = away.publish()
    assert done.returncode == 0, done.stderr
    assert (
        "lillby.example publiceras i moln:webb\nInget helt är publicerat där än. Alla 13 sidor är nya." in done.stdout
    )
    assert "Webbservern ska visa" not in done.stdout
    # An object store would show compressed copies as they are, and a web server there makes its own.
    assert [path for path in away.folder.rglob("*") if path.suffix in {".gz", ".br"}] == []
    assert "Inget har ändrats" in away.publish().stdout

    away.alter("andra")
    done = away.publish()
    assert "1 ändrad sida:\n  Start – Lillby (startsidan)\n" in done.stdout
    assert away.says("andra")

    done = away.run("backa", SITE)
    assert "visar nu version 1" in done.stdout, done.stderr
    assert not away.says("andra")
    done = away.run("backa", SITE)
    assert done.returncode == 1
    assert "det finns ingen äldre version att gå tillbaka till" in done.stderr

    # Another machine, which has none of the versions, can publish but not go back.
    shutil.rmtree(away.project.root / ".bygg")
    done = away.run("backa", SITE)
    assert "moln:webb: det som visas skickades från en annan dator – gå tillbaka på den datorn" in done.stderr
    done = away.publish()
    assert "1 ändrad sida:\n  Start – Lillby (startsidan)\n" in done.stdout
    assert away.says("andra")


def test_what_is_cut_is_told_and_mended_by_the_next(away: Away) -> None:
    assert away.publish().returncode == 0
    away.alter("andra")
    (away.folder / "index.html").unlink()
    (away.folder / "index.html").mkdir()
    versions.write(away.folder / "index.html" / "i-vägen", b"")
    done = away.publish()
    assert done.returncode == 1
    assert done.stderr.endswith("Inget nytt är publicerat.\n")
    assert "Traceback" not in done.stderr
    shutil.rmtree(away.folder / "index.html")
    done = away.publish()
    assert done.returncode == 0, done.stderr
    assert away.says("andra")


def test_a_remote_with_another_site_or_with_somebodys_files_is_refused(away: Away) -> None:
    versions.small(away.folder, 1, "intranat")
    for command in ("publicera", "backa"):
        done = away.run(command, SITE, *(["--ja"] if command == "publicera" else []))
        assert (done.returncode, "moln:webb: där ligger webbplatsen intranat, inte lillby" in done.stderr) == (1, True)
    shutil.rmtree(away.folder)
    versions.write(away.folder / "semester.jpg", b"")
    assert "moln:webb: där ligger filer som inte kommer härifrån" in away.publish().stderr
    away.project.write("publicering.yaml", f"{SITE}:\n  mål: finns-inte:webb\n")
    done = away.publish()
    assert done.returncode == 1
    assert "finns-inte" in done.stderr
    assert [path.name for path in Path(away.folder).iterdir()] == ["semester.jpg"]


def test_no_site_is_sent_into_another_nor_around_one(away: Away) -> None:
    assert away.publish().returncode == 0
    before = snapshot(away.folder)
    for place in ("moln:webb/intern", "moln:/webb/a/intern/"):
        away.project.write("publicering.yaml", f"intranat:\n  mål: {place}\n  adress: ingen\n")
        done = away.run("publicera", "intranat", "--ja", "--per", DAY.isoformat())
        assert done.returncode == 1
        assert f"{place}: en annan webbplats ligger runt om, i moln:" in done.stderr
    away.project.write("publicering.yaml", "intranat:\n  mål: 'moln:'\n  adress: ingen\n")
    done = away.run("publicera", "intranat", "--ja", "--per", DAY.isoformat())
    assert "där ligger filer som inte kommer härifrån" in done.stderr
    assert snapshot(away.folder) == before
