"""Plans on days far apart: what ``kontrollera`` accepts is built by ``bygg``, its check of leaks included, on any day.

A slice stands in ``test_time.py``; ``nox -s proof -- tid`` goes through the rest.
"""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

import projects
from plan_strategy import plans
from projects import ROOT, Project

FIRST, LAST = datetime.date(2017, 1, 1), datetime.date(2040, 12, 31)
SLICE = (FIRST, datetime.date(2027, 7, 1), LAST)
"""The days in ``test``; on the second a year's reports and most terms of the plans have passed."""
INVENTED = 3
"""Invented plans in ``test``."""

PASSED = """\
    indikatorer: [{id: utbildade, text: Antal utbildade}]
    aktiviteter: [{id: utbilda-chefer, text: Utbilda alla chefer, tid: våren 2027}]
    uppföljning:
      - {år: 2025, status: delvis, datum: 2025-12-01, bedömd_av: radet, underlag: Årsrapport}
"""
"""A time that passes: the headings of the search page then have five words in a row with a page of the handbook."""


def starter(folder: Path) -> Project:
    """Return the repository's own project with the handbook's starter plan."""
    page = (ROOT / "content/timnet/handbok/sa-borjar-ni-i-en-annan-kommun.md").read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert found
    project = projects.timra(folder)
    project.write("plan.yaml", found[1])
    return project


def passed(folder: Path) -> Project:
    """Return it with a time that passes in its last area, in place of what stands there."""
    project = starter(folder)
    head, mark, area = project.read("plan.yaml").rpartition("\n  - id: ")
    kept = re.sub(r"^    (?:indikatorer|aktiviteter|uppföljning):.*\n(?:     .*\n)*", "", area, flags=re.MULTILINE)
    project.write("plan.yaml", head + mark + kept.rstrip("\n") + "\n" + PASSED)
    return project


PROJECTS: dict[str, Callable[[Path], Project]] = {
    "timra": projects.timra,
    "exempelkommun": projects.exempelkommun,
    "starter": starter,
    "a time that passes": passed,
    "generated": lambda folder: projects.generated(folder, 100),
}


def invented(count: int) -> Iterator[dict[str, Any]]:
    """Yield invented plans, the same ones each time."""
    made: list[dict[str, Any]] = []

    @settings(
        max_examples=count, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(plans())
    def keep(plan: dict[str, Any]) -> None:
        made.append(plan)

    keep()
    yield from made[:count]


def of_invented(plan: dict[str, Any], folder: Path) -> Project:
    """Return the smallest project with an invented plan; its prose asks for nothing that the plan may not have."""
    project = projects.lillby(folder)
    project.write("plan.yaml", projects.dumped(plan))
    for path in project.root.glob("content/*/*.md"):
        text = path.read_text(encoding="utf-8").replace('{{ kontakt("sos-alarm") }}', "")
        actor = plan["aktörer"][0]["id"]
        path.write_text(re.sub("granskas_av: .*", f"granskas_av: '{actor}'", text), encoding="utf-8", newline="\n")
    return project


def days(count: int, seed: str) -> list[datetime.date]:
    """Return so many days, the first and the last among them, and the turns of years: the same each time."""
    chance = random.Random(seed)  # noqa: S311  # no secret
    span = (LAST - FIRST).days
    turns = [datetime.date(year, month, day) for year in range(2017, 2041) for month, day in ((1, 1), (12, 31))]
    others = [FIRST + datetime.timedelta(chance.randrange(span)) for _ in range(count)]
    return sorted({*SLICE, *chance.sample(turns, min(len(turns), count // 3)), *others[: count - count // 3]})


def disagreement(project: Project, day: datetime.date) -> str | None:
    """Return what is wrong on a day: what ``kontrollera`` accepts and ``bygg`` does not; None where all is well.

    A plan that ``kontrollera`` refuses raises, since no plan here has a fault.
    """
    for command in ("kontrollera", "bygg"):
        done = project.run(command, "--per", day.isoformat())
        if done.returncode:
            return f"{command} --per {day}: {done.stderr or done.stdout}"
    return None
