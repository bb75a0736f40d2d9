"""Every kind of page as Lighthouse grades it for a phone. Run by ``nox -s full``; its speed is in ``nox -s bench``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from access import kinds
from built import Site
from handlingsplan.deliver.compress import compress
from lighthouse import Grade, grades
from projects import Project, generated
from serving import nginx

pytestmark = [pytest.mark.full, pytest.mark.alone]


def graded(site: Site, files: list[str], work: Path) -> list[Grade]:
    """Return the grades of some of a site's pages, compressed and served as they are when they are published."""
    folder = work / site.name
    shutil.copytree(site.folder, folder)
    compress(folder)
    with nginx(folder, work / "nginx", brotli=True) as address:
        found = grades([f"{address}/{file.removesuffix('index.html')}" for file in files])
    print(*found, sep="\n")
    return found


def of_each_kind(site: Site) -> list[str]:
    """Return a page of each kind; the pieces for other sites are no pages of their own."""
    files = [name for name in site.pages if name != "404.html"]
    return list(kinds(files, {name: len(site.files[name]) for name in files}).values())


@pytest.mark.parametrize("side", ["external", "internal"])
def test_pages_have_full_marks_for_all_but_speed(timra: Project, tmp_path: Path, side: str) -> None:
    """What asks not to be found, as the intranet and the editors' page of pieces do, misses one audit on purpose."""
    site: Site = getattr(timra, side)
    files = of_each_kind(site)
    if side == "internal":
        public = of_each_kind(timra.external)
        files = ["index.html", *(file for file in files if file not in public)]
    assert len(files) >= 5
    for file, grade in zip(files, graded(site, files, tmp_path), strict=True):
        hidden = side == "internal" or file == "fragment/index.html"
        assert grade.missed == (("is-crawlable",) if hidden else ()), str(grade)
        assert {score for name, score in grade.scores.items() if name != "seo" or not hidden} == {100}, str(grade)


def test_the_status_page_of_a_thousand_rows_has_full_marks(tmp_path: Path) -> None:
    site = generated(tmp_path / "plan", 1000).build().external
    (grade,) = graded(site, ["uppfoljning/index.html"], tmp_path)
    assert set(grade.scores.values()) == {100}, str(grade)
