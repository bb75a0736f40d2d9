"""The link check on sites of a few files, and how long it may take on bad ones."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from golden import cases
from handlingsplan.check.links import check_links
from handlingsplan.check.site_files import SiteFiles
from handlingsplan.text.faults import listing

CASES = cases("lankar")


def site(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", CASES)
def test_what_a_link_leads_to(tmp_path: Path, name: str) -> None:
    case = CASES[name]
    faults = listing(check_links(SiteFiles(site(tmp_path, case["filer"])), "x", case.get("adress", "/"))).splitlines()
    told = {(fault.partition(":")[0], host) for fault in faults for host in re.findall(r"(\w+)\.se\b", fault)}
    wanted = {
        (f"x/{file}", host)
        for files in case.get("hämtar", [])
        for file, hosts in files.items()
        for host in hosts.split()
    }
    if wanted:
        assert told == wanted
        assert all(fault.endswith("från någon annan – rätta länken, eller ta bort den") for fault in faults)
    else:
        assert faults == case["fel"]


def test_all_cases_are_there() -> None:
    assert len(CASES) >= 10


@pytest.mark.parametrize(
    "piece",
    [
        "<", "<a ", '<a "', "<a '", """<a "'""", """<a href='x' \"""", "<!--", "<!", "<script>", "<style>", "<title>",
        "<textarea", "<a href=x ", "<p style='url('>", "<p style='image-set(", "<img srcset='a,,,'>", "<img srcset=',,",
        "<style>/*", "<style>@import '", """<meta http-equiv=refresh content='0;url="'>""", "&amp;", "<a =",
        """<a ="<a ='""",
    ],
)  # fmt: skip
def test_bad_markup_takes_no_time(tmp_path: Path, piece: str) -> None:
    """Ten times as much may take ten times as long, not a hundred: each piece is repeated up to a megabyte."""
    spent = []
    for size in (100_000, 1_000_000):
        site(tmp_path, {"index.html": piece * (size // len(piece))})
        start = time.process_time()
        check_links(SiteFiles(tmp_path), "x")
        spent.append(time.process_time() - start)
    assert spent[1] < 40 * max(spent[0], 0.02), spent
