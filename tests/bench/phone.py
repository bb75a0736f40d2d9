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
from handlingsplan.publishing.compress import compress
from lighthouse import fastest
from serving import nginx

ROWS = (1_000, 10_000)


def main() -> None:
    """Print a line for each page: the marks, the kilobytes and requests of a first visit, what was missed."""
    print("speed · accessibility · good practice · search engines · first visit")
    with tempfile.TemporaryDirectory() as name:
        site = projects.timra(Path(name)).build().external
        files = [file for file in site.pages if file != "404.html"]
        report(site.folder, kinds(files, {file: len(site.files[file]) for file in files}))
    for number in ROWS:
        print(f"{number} rows")
        with tempfile.TemporaryDirectory() as name:
            report(projects.generated(Path(name), number).build().external.folder, ["uppfoljning/index.html"])


def report(site: Path, files: list[str]) -> None:
    """Grade some of a site's pages, compressed and served as they are when they are published."""
    with tempfile.TemporaryDirectory() as name:
        compress(site, Path(name, "komprimerat"))
        with nginx(site, Path(name, "nginx"), brotli=True) as address:
            for file in files:
                print(fastest(f"{address}/{file.removesuffix('index.html')}"), flush=True)


if __name__ == "__main__":
    main()
