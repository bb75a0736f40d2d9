"""What Lighthouse gives public pages on a phone: one of each kind, and status pages by rows. Part of ``nox -s bench``.

``nox -s full`` demands the marks that do not depend on the machine; the mark for speed falls when the machine is busy.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
import projects
from access import kinds
from handlingsplan.deliver.compress import compress
from lighthouse import SPEED, fastest
from serving import nginx

ROWS = {1_000: 100, 10_000: 97}
"""How many rows, and what speed is promised of their status page."""


def main() -> None:
    """Print a line for each page: the marks, the kilobytes and requests of a first visit, what was missed.

    Raises:
        SystemExit: a page has less speed than is promised.

    """
    print("speed · accessibility · good practice · search engines · first visit")
    slow = []
    for make in (projects.timra, projects.exempelkommun):
        with tempfile.TemporaryDirectory() as name:
            site = make(Path(name)).build().external
            files = [file for file in site.pages if file != "404.html"]
            slow += report(site.folder, [*kinds(files, {file: len(site.files[file]) for file in files}).values()])
    for number, promised in ROWS.items():
        print(f"{number} rows")
        with tempfile.TemporaryDirectory() as name:
            site = projects.generated(Path(name), number).build().external
            slow += report(site.folder, ["uppfoljning/index.html"], promised)
    if slow:
        sys.exit("too slow: " + ", ".join(slow))


def report(site: Path, files: list[str], promised: int = 100) -> list[str]:
    """Grade some of a site's pages, compressed and served as they are when they are published; return the slow ones."""
    slow = []
    with tempfile.TemporaryDirectory() as name:
        compress(site)
        with nginx(site, Path(name, "nginx"), brotli=True) as address:
            for file in files:
                grade = fastest(f"{address}/{file.removesuffix('index.html')}")
                print(grade, flush=True)
                if grade.scores[SPEED] < promised:
                    slow.append(file)
    return slow


if __name__ == "__main__":
    main()
