"""Every page before the W3C's HTML checker. Run by ``nox -s full``."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from built import Site

pytestmark = pytest.mark.full


def test_the_html_is_valid(site: Site) -> None:
    jar = Path(os.environ["HANDLINGSPLAN_NPM"]) / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    files = [str(site.folder / name) for name in [*site.pages, *site.fragments, "fragment/index.html"]]
    checked = subprocess.run(
        ["java", "-Xss8m", "-jar", str(jar), "--errors-only", "--format", "json", *files],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    messages = json.loads(checked.stderr)["messages"]
    wrong = {f"{message['message']}: {message.get('extract', '')}" for message in messages}
    assert wrong == set()
