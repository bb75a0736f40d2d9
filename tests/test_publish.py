"""Publishing to a folder, as the one who publishes meets it: what is asked, refused, written, kept and gone back to."""

from __future__ import annotations

import re
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from handlingsplan.safety import manifest
from projects import DAY, Project

SITE = "lillby.example"


@pytest.fixture
def publishing(lillby: Project) -> Project:
    """The smallest project, with a folder for each site beside it."""
    (lillby.root.parent / "ut").mkdir()
    lillby.write("publicering.yaml", "lillby.example:\n  mål: ../ut/webb\nintranat:\n  mål: ../ut/intranat\n")
    return lillby


def publish(project: Project, *more: str, site: str = SITE) -> CompletedProcess[str]:
    return project.run("publicera", site, "--per", DAY.isoformat(), *(more or ("--ja",)))


def target(project: Project) -> Path:
    return project.root.parent / "ut" / "webb"


def alter(project: Project, word: str) -> None:
    page = "content/webb/index.md"
    facts = project.read(page).split("---\n")[1]
    project.write(page, f"---\n{facts}---\n\n# Start\n\n{word}\n")


def served(project: Project) -> str:
    return (target(project) / "nu" / "index.html").read_text(encoding="utf-8")


def test_a_site_is_published_changed_and_gone_back_from(publishing: Project) -> None:
    first = publish(publishing)
    assert first.returncode == 0, first.stderr
    assert "Inget helt är publicerat där än. Alla 10 sidor är nya.\n" in first.stdout
    assert re.search(r"\nKlart\. lillby\.example visar nu version 1 \([0-9a-f]{12}, 2\d{3}-", first.stdout)
    assert manifest.verify(target(publishing) / "nu") == []

    again = publish(publishing)
    assert (again.returncode, again.stdout.splitlines()[-1]) == (
        0,
        "Inget har ändrats sedan sist. Det som visas är redan den här versionen.",
    )

    alter(publishing, "andra")
    second = publish(publishing)
    assert "1 ändrad sida:\n  Start – Lillby (startsidan)\n" in second.stdout
    assert "visar nu version 2" in second.stdout
    assert "andra" in served(publishing)

    back = publishing.run("backa", SITE)
    assert back.returncode == 0
    assert "visar nu version 1" in back.stdout
    assert "andra" not in served(publishing)
    further = publishing.run("backa", SITE)
    assert further.returncode == 1
    assert "det finns ingen äldre version att gå tillbaka till; version 1 (" in further.stderr
