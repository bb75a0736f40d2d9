"""Take pictures: the README's into ``docs/``, and every kind of page in every mode into ``.bilder/``, to look through.

Started by ``nox -s screenshots``, which finds the browser. Words after ``--`` choose among the pictures for review, by
their names: ``nox -s screenshots -- timra.se uppfoljning 320``.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

import projects
from browser_finder import find_browser
from built import Site

README = projects.ROOT / "docs"
REVIEW = projects.ROOT / ".bilder"

KINDS = [
    "",
    "oro/under-18/",
    "oro/barn-under-18/",
    "kontakter/",
    "stod/",
    "allt/",
    "lattlast/",
    "en/",
    "moter-du-manniskor-i-ditt-arbete/",
    "vad-som-gors/",
    "ta-emot-en-anmalan/",
    "plan/",
    "plan/insatser/",
    "plan/styrgrupp/",
    "uppfoljning/",
    "uppfoljning/2026/",
    "uppfoljning/rapport/",
    "uppfoljning/aktiviteter/",
    "ansvar/utvecklingsstrateg/",
    "ansvar/trygghetsradet/",
    "data/",
    "sa-raknar-vi/",
    "sok/",
    "tillganglighet/",
    "om-webbplatsen/",
    "att-granska/",
    "handbok/",
    "handbok/sa-andrar-du-en-status/",
    "fragment/",
    "fragment/uppfoljning.html",
    "404.html",
]
"""A page of each kind, by its address; which of them a site has depends on whose it is and for whom."""


@dataclass(frozen=True)
class Mode:
    """How a page is looked at."""

    name: str
    width: int
    media: dict[str, Any] = field(default_factory=dict)
    grey: bool = False


MODES = [
    Mode("320", 320),
    Mode("768", 768),
    Mode("1280", 1280),
    Mode("320-dark", 320, {"color_scheme": "dark"}),
    Mode("768-dark", 768, {"color_scheme": "dark"}),
    Mode("1280-dark", 1280, {"color_scheme": "dark"}),
    Mode("1280-forced", 1280, {"forced_colors": "active"}),
    Mode("320-grey", 320, grey=True),
    Mode("1280-grey", 1280, grey=True),
    Mode("print", 680, {"media": "print"}),  # A4 between its margins
    Mode("print-grey", 680, {"media": "print"}, grey=True),
]


def main() -> None:
    """Build both plans and take the pictures."""
    found = find_browser()
    if found.path is None:
        sys.exit(found.reason)
    # Chromium's sandbox refuses root, which is who runs this in a container.
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.path, args=arguments)
        timra = projects.timra(Path(name, "timra")).build()
        exempelkommun = projects.exempelkommun(Path(name, "exempel")).build()
        if not sys.argv[1:]:
            for_readme(browser, exempelkommun.external, "uppfoljning/", "status.png")
            for_readme(browser, timra.internal, "", "vagledning.png")
        for site in (*timra.sites, *exempelkommun.sites):
            for picture in for_review(browser, site, sys.argv[1:]):
                print(picture)
        browser.close()


def for_readme(browser: Browser, site: Site, page: str, name: str) -> None:
    """Take the picture of a page's first screen."""
    README.mkdir(exist_ok=True)
    with projects.serve(site.folder) as address:
        tab = browser.new_page(viewport={"width": 1280, "height": 860}, locale="sv-SE")
        tab.goto(f"{address}{page}")
        tab.screenshot(path=README / name)
        tab.close()
    print(README / name)


def for_review(browser: Browser, site: Site, chosen: list[str]) -> Iterator[Path]:
    """Take a picture of the whole of each kind of page in each mode, and yield its file."""
    (REVIEW / site.name).mkdir(parents=True, exist_ok=True)
    with projects.serve(site.folder) as address:
        for mode in MODES:
            context = browser.new_context(viewport={"width": mode.width, "height": 800}, locale="sv-SE")
            tab = context.new_page()
            tab.emulate_media(**mode.media)
            if mode.grey:
                shown = context.new_cdp_session(tab)
                shown.send("Emulation.setEmulatedVisionDeficiency", {"type": "achromatopsia"})
            for kind in KINDS:
                picture = REVIEW / site.name / f"{kind.strip('/').replace('/', '_') or 'start'}-{mode.name}.png"
                there = (site.folder / kind).is_file() or (site.folder / kind / "index.html").is_file()
                if there and all(word in picture.as_posix() for word in chosen):
                    tab.goto(f"{address}{kind}")
                    tab.screenshot(path=picture, full_page=True)
                    yield picture
            context.close()


if __name__ == "__main__":
    main()
