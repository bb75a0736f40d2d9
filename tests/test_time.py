"""No day alone makes a fault, and what ``kontrollera`` accepts ``bygg`` builds; see ``time_net``."""

from __future__ import annotations

from pathlib import Path

import pytest

from projects import Project
from time_net import INVENTED, PROJECTS, SLICE, days, disagreement, invented, of_invented


@pytest.mark.parametrize("name", PROJECTS)
def test_a_plan_is_built_on_any_day(name: str, tmp_path: Path) -> None:
    project = PROJECTS[name](tmp_path)
    assert [wrong for day in SLICE if (wrong := disagreement(project, day))] == []


@pytest.mark.parametrize("number", range(INVENTED))
def test_an_invented_plan_is_built_on_any_day(number: int, tmp_path: Path) -> None:
    plan = list(invented(INVENTED))[number]
    project = of_invented(plan, tmp_path)
    assert [wrong for day in days(3, str(number))[:3] if (wrong := disagreement(project, day))] == []


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
