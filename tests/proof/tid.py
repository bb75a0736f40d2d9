"""Whole builds of plans on days far apart, more than ``test`` has time for. Started by ``nox -s proof -- tid``.

Arguments: invented plans (50), days a plan (24), and seconds after which no new plan is begun (no limit).
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from projects import Project
from time_net import PROJECTS, days, disagreement, invented, of_invented


def several(count: int) -> dict[str, Callable[[Path], Project]]:
    """Return the projects to build: those of ``test``, and so many invented plans."""
    made: dict[str, Callable[[Path], Project]] = dict(PROJECTS)
    for number, plan in enumerate(invented(count), 1):
        made[f"invented {number}"] = lambda folder, plan=plan: of_invented(plan, folder)  # type: ignore[misc]  # a default
    return made


def main(plans: int = 50, each: int = 24, limit: float = float("inf")) -> int:
    """Build, print a line for each plan, and return 1 if any day of any plan made a fault."""
    start, tried, faults = time.monotonic(), 0, 0
    for name, make in several(plans).items():
        if time.monotonic() - start > limit:
            print("out of time: what is left was not tried")
            break
        with tempfile.TemporaryDirectory() as folder:
            project = make(Path(folder))
            chosen = days(each, name)
            wrong = [fault for day in chosen if (fault := disagreement(project, day))]
        tried, faults = tried + len(chosen), faults + len(wrong)
        print(f"{name}: {len(chosen)} days, {len(wrong)} with a fault", *wrong, sep="\n  ", flush=True)
    print(f"{tried} builds of a plan on a day, {faults} with a fault, {time.monotonic() - start:.0f} s")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
