"""The way on when MkDocs or Material stops: a folder of Markdown that another site generator builds, without us."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import projects
from built import Site, parse
from projects import DAY, HOSTILE, Project

CONFIG = """\
site_name: Provkommun
theme:
  name: material
  language: sv
  font: false
plugins: [search]
markdown_extensions: [admonition, attr_list, tables]
"""


def exported(project: Project, target: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return project.run("exportera", "markdown", str(target), "--per", DAY.isoformat(), *arguments)


@pytest.mark.parametrize(("name", "internal"), [("timra.se", False), ("timnet", True)])
def test_properdocs_builds_what_is_exported(timra: Project, tmp_path: Path, name: str, *, internal: bool) -> None:
    """Text, anchors, links and contact numbers are the same as on the site that the plugin makes."""
    done = exported(timra, tmp_path / "docs", "--sajt", name)
    assert done.returncode == 0, done.stderr
    ours = timra.internal if internal else timra.external
    # A site generator makes its own page of what is not found, and its own search.
    pages = [path for path in ours.pages if path not in {"404.html", "sok/index.html"}]
    assert done.stdout == f"{len(pages)} sidor av {name} ligger i {tmp_path / 'docs'}.\n"

    config = tmp_path / "properdocs.yml"
    config.write_text(CONFIG, encoding="utf-8")
    built = subprocess.run(
        [sys.executable, "-m", "properdocs", "build", "--strict", "-f", str(config), "-d", str(tmp_path / "site")],
        cwd=tmp_path,
        env=projects.clean_environment(),
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert built.returncode == 0, built.stderr
    theirs = Site(tmp_path / "site")
    assert {path for path in theirs.pages if path != "404.html"} == set(pages)
    calls = 0
    for path in pages:
        own, other = ours.at(path), theirs.at(path)
        assert without_anchor_signs(other.text) == without_anchor_signs(own.text)
        assert set(own.anchors) <= set(other.anchors)
        numbers = [link.attributes["href"] for link in own.article.all("a") if "telefon" in link.classes]
        assert numbers == [link.attributes["href"] for link in other.article.all("a") if "telefon" in link.classes]
        calls += len(numbers)
        assert other.title.startswith(own.title.split(" – ")[0])
    assert calls > 20
    assert no_marker(tmp_path)


def without_anchor_signs(text: str) -> str:
    """Leave out what the theme puts behind headings."""
    return " ".join(text.replace("¶", " ").split())


def no_marker(folder: Path) -> bool:
    """Whether no marker of an insert is left in any file."""
    return not [
        path for path in folder.rglob("*") if path.is_file() and re.search(rb"\xee\x80[\x80\x81]", path.read_bytes())
    ]


def test_every_insert_is_filled_in_and_code_stays_as_it_was(exempelkommun: Project, tmp_path: Path) -> None:
    assert exported(exempelkommun, tmp_path / "docs").returncode == 0
    assert no_marker(tmp_path)
    text = (tmp_path / "docs" / "allt.md").read_text(encoding="utf-8")
    assert '```text\n{{ kontakt("polisen") }}\n```' in text
    assert text.count("{{") == 1 + exempelkommun.read("plan.yaml").count("ifyllt för hand")
    assert "Utkast. Texten är ett förslag och är inte granskad av Exempelkommun." in parse(text).text


def test_plan_text_stays_text_in_another_generator_too(tmp_path: Path) -> None:
    project = projects.hostile(tmp_path / "hostile")
    assert exported(project, tmp_path / "docs").returncode == 0
    (tmp_path / "properdocs.yml").write_text(CONFIG, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "properdocs", "build", "-f", "properdocs.yml", "-d", "site"],
        cwd=tmp_path,
        env=projects.clean_environment(),
        capture_output=True,
        check=True,
    )
    site = Site(tmp_path / "site")
    for path in ("plan/styrgrupp.md", "uppfoljning/index.md", "kontakter.md", "index.md"):
        page = site.page(path)
        assert HOSTILE in page.text
        assert "<script>alert" not in page.html
        assert not [link for link in page.tree.all("a") if "javascript" in link.attributes.get("href", "")]


def test_other_files_come_along(lillby: Project, tmp_path: Path) -> None:
    lillby.write("content/webb/bilder/karta.svg", "<svg/>")
    assert exported(lillby, tmp_path / "docs").returncode == 0
    assert (tmp_path / "docs" / "bilder" / "karta.svg").read_text(encoding="utf-8") == "<svg/>"
    assert not (tmp_path / "docs" / "att-granska.md").exists()


def test_nothing_is_written_over(lillby: Project, tmp_path: Path) -> None:
    own = tmp_path / "docs" / "viktigt.txt"
    own.parent.mkdir()
    own.write_text("Mitt", encoding="utf-8")
    done = exported(lillby, tmp_path / "docs")
    assert done.returncode == 2
    assert f"Fel: Mappen {tmp_path / 'docs'} är inte tom.\n" in done.stderr
    assert [path.name for path in own.parent.iterdir()] == ["viktigt.txt"]


def test_a_faulty_plan_is_not_exported(lillby: Project, tmp_path: Path) -> None:
    lillby.replace("plan.yaml", "tid: hösten 2027", "tid: snart")
    done = exported(lillby, tmp_path / "docs")
    assert done.returncode == 1
    assert done.stderr.startswith("plan.yaml:54:48: tid: ”snart” går inte att räkna med – ")
    assert not (tmp_path / "docs").exists()
