"""Every page before the W3C's HTML checker. Run by ``nox -s full``."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from projects import Project

pytestmark = pytest.mark.full


PIECE = "This document has heading elements but none of them has a computed heading level of 1."
"""Said of the pieces under ``fragment/``, which begin at the second level: the page that shows them has the first."""


def checked(files: Iterable[Path]) -> set[str]:
    """Return what the checker says of some pages: errors, warnings and remarks."""
    jar = Path(os.environ["HANDLINGSPLAN_NPM"]) / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    done = subprocess.run(
        ["java", "-Xss8m", "-jar", jar, "--format", "json", *files], capture_output=True, check=False, encoding="utf-8"
    )
    return {
        f"{Path(message['url']).parent.name}: {message.get('subType', message['type'])}: {message['message']}"
        f" {message.get('extract', '')}"
        for message in json.loads(done.stderr)["messages"]
    }


def test_every_page_is_valid_and_gives_no_warning(timra: Project, exempelkommun: Project, tmp_path: Path) -> None:
    """In one run of Java for all; a page that is wrong goes in too, and must be the only one that is found."""
    files = [
        file for project in (timra, exempelkommun) for site in project.sites for file in site.folder.rglob("*.html")
    ]
    assert len(files) >= 200
    wrong = tmp_path / "fel" / "index.html"
    wrong.parent.mkdir()
    wrong.write_text("<!doctype html><html lang=sv><title>Fel</title><p id=a><p id=a>Text", encoding="utf-8")
    found = checked([*files, wrong])
    assert [each for each in found if each.startswith("fel: error: Duplicate ID")]
    assert [
        each for each in found if not each.startswith("fel: ") and not (each.startswith("fragment: ") and PIECE in each)
    ] == []
