"""Take the README's pictures. Started by ``nox -s screenshots``, which finds the browser; writes ``docs/*.png``."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import projects
from browser_finder import find_browser

TARGET = projects.ROOT / "docs"


def main() -> None:
    """Build both plans and take a picture of each."""
    found = find_browser()
    if found.path is None:
        sys.exit(found.reason)
    TARGET.mkdir(exist_ok=True)
    # Chromium's sandbox refuses root, which is who runs this in a container.
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.path, args=arguments)
        pictures = {
            "status.png": (projects.exempelkommun(Path(name, "exempel")).build().external, "uppfoljning/"),
            "vagledning.png": (projects.timra(Path(name, "timra")).build().internal, ""),
        }
        for file, (site, page) in pictures.items():
            with projects.serve(site.folder) as address:
                tab = browser.new_page(viewport={"width": 1280, "height": 860}, locale="sv-SE")
                tab.goto(f"{address}/{page}")
                tab.screenshot(path=TARGET / file)
                tab.close()
            print(TARGET / file)
        browser.close()


if __name__ == "__main__":
    main()
