"""Lighthouse's grades of pages as a phone gets them: through nginx with the configuration that ``bygg`` writes, Brotli.

The tests (``nox -s full``) demand what does not depend on the machine; how fast a page is, ``nox -s bench`` measures.
A busy machine can only lower a grade for speed: a page that falls short is graded again, and its best grade counts.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from browser_finder import find_browser

PROGRAM = Path(__file__).resolve().with_suffix(".mjs")

SPEED = "performance"
STEADY = ("accessibility", "best-practices", "seo")


@dataclass(frozen=True)
class Grade:
    """What Lighthouse says of a page.

    Attributes:
        scores: 0 to 100 for each category.
        missed: the audits that cost points, with what they measured.
        bytes: what the first visit transfers; 0 where speed is not asked for.
        requests: in how many requests; likewise.

    """

    url: str
    scores: dict[str, int]
    missed: tuple[str, ...]
    bytes: int
    requests: int

    def __str__(self) -> str:
        """Say it on a line."""
        scores = " ".join(f"{score:3}" for score in self.scores.values())
        visit = f"{self.bytes / 1000:6.1f} kB {self.requests:2} " if self.requests else ""
        return f"{scores} {visit}{self.url} {'; '.join(self.missed)}".rstrip()


def grades(addresses: Sequence[str]) -> list[Grade]:
    """Grade pages for all but speed.

    Raises:
        RuntimeError: Lighthouse could not be run, with what it said.

    """
    return list(_once(addresses, STEADY))


def fastest(address: str, tries: int = 3) -> Grade:
    """Grade a page for speed too, until it has full marks for that or has been tried so many times; return the best.

    Raises:
        RuntimeError: as for ``grades``.

    """
    found: list[Grade] = []
    for left in reversed(range(tries)):
        try:
            found += _once([address], (SPEED, *STEADY))
        except RuntimeError:
            # Lighthouse loses a page's trace now and then (its NO_NAVSTART), which says nothing of the page.
            if not left and not found:
                raise
        if any(grade.scores[SPEED] == 100 for grade in found):
            break
    return max(found, key=lambda grade: grade.scores[SPEED])


def _once(addresses: Sequence[str], categories: Sequence[str]) -> Iterator[Grade]:
    browser = find_browser().path
    command = ["node", str(PROGRAM), os.environ["HANDLINGSPLAN_NPM"], str(browser), ",".join(categories), *addresses]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
    for line in done.stdout.splitlines():
        found = json.loads(line)
        if found.get("error"):
            raise RuntimeError(found["error"])
        yield Grade(found["url"], found["scores"], tuple(found["missed"]), found["bytes"], found["requests"])
    if done.returncode:
        raise RuntimeError(done.stderr)
