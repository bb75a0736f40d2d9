"""No day alone makes a fault, and what ``kontrollera`` accepts ``bygg`` builds; see ``time_net``."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from projects import Project
from time_net import INVENTED, PROJECTS, SLICE, disagreement, invented, of_invented

EVERY = PROJECTS | {f"invented {number}": partial(of_invented, plan) for number, plan in enumerate(invented(INVENTED))}


@pytest.mark.parametrize("name", EVERY)
def test_a_plan_has_no_fault_on_any_day(name: str, tmp_path: Path) -> None:
    project = EVERY[name](tmp_path)
    for day in SLICE:
        done = project.run("kontrollera", "--per", day.isoformat())
        assert done.returncode == 0, done.stderr


SOON = {("a time that passes", 0), ("a time that passes", 1), ("exempelkommun", 2), ("invented 0", 0)}
"""The builds in ``test``: those that differ most. ``full`` makes the others, ``proof -- tid`` many more."""


@pytest.mark.parametrize(
    ("name", "day"),
    [
        pytest.param(name, day, marks=[] if (name, day) in SOON else [pytest.mark.full])
        for name in EVERY
        for day in range(len(SLICE))
    ],
)
def test_a_plan_is_built_on_any_day(name: str, day: int, tmp_path: Path) -> None:
    assert disagreement(EVERY[name](tmp_path), SLICE[day]) is None


@pytest.mark.parametrize(
    ("settings", "refused"),
    [
        ("", True),
        ("not_in_nav: mer.md\n", True),
        ("not_in_nav: ny.md\n", False),
        ("not_in_nav: |\n  mer/\n  /n*.md\n", False),
        ("not_in_nav: |\n  *.md\n  !ny.md\n", True),
        ("validation: {omitted_files: ignore}\n", False),
        ("validation: {nav: {omitted_files: info}}\n", False),
        ("validation: {omitted_files: info, nav: {omitted_files: warn}}\n", True),
    ],
)
def test_a_page_outside_the_menu_is_refused_by_both_or_by_neither(
    lillby: Project, settings: str, *, refused: bool
) -> None:
    page = lillby.read("content/webb/sa-raknar-vi.md")
    lillby.write("content/webb/ny.md", page.replace("Så räknar vi", "Ny sida"))
    lillby.write("mkdocs.yml", lillby.read("mkdocs.yml") + settings)
    for command in ("kontrollera", "bygg"):
        done = lillby.run(command, "--per", SLICE[1].isoformat())
        assert (done.returncode, "ny.md: sidan står inte i menyn" in done.stderr) == (int(refused), refused), (
            done.stderr
        )


ONLY_BUILT = {
    "a link to an anchor that is not there": ("[Länk](#finns-inte)", "länken ”#finns-inte”: ankaret finns inte"),
    "an anchor that is there twice": ("## A {#x}\n\n## B {#x}", "-x” finns två gånger på sidan"),
    "a picture in HTML": ('<img src="https://example.com/x.png" alt="">', "hämtar ”https://example.com/x.png”"),
    "a link in HTML": ('<a href="../borta/">Länk</a>', "länken ”../borta/” leder ut ur webbplatsen"),
}
"""What can only be seen in a page that has been built: all that ``kontrollera`` does not know."""


@pytest.mark.parametrize("name", ONLY_BUILT)
def test_what_only_a_built_page_shows_is_listed_here(name: str, lillby: Project) -> None:
    text, expected = ONLY_BUILT[name]
    lillby.write("content/webb/index.md", f"{lillby.read('content/webb/index.md')}\n{text}\n")
    assert lillby.run("kontrollera").returncode == 0
    done = lillby.run("bygg")
    assert done.returncode == 1
    assert expected in done.stderr
