"""Time ``handlingsplan`` against one bare ``mkdocs build`` of as many pages. Started by ``nox -s bench``; needs POSIX.

Prints, for Timrå's plan and a generated one of 1,000 activities: wall and CPU seconds, peak memory of the largest
process, and the ratio to the peer of the same round. Medians; the peers take turns, so that drift hits all alike.
Then how fast nginx hands out the status page, plain and compressed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from generated import plan, sentence
from serving_speed import measure

ROOT = Path(__file__).parents[2]
PER = "2026-11-22"
MEASURE = """
import json, resource, subprocess, sys, time
start = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, done.returncode]))
"""
BARE = """site_name: Statisk
theme: {name: material, language: sv, font: false}
plugins: {search: {lang: sv}}
markdown_extensions: [tables, attr_list, admonition, pymdownx.superfences]
"""


def once(command: list[str], folder: Path) -> tuple[float, float, float]:
    """Return wall seconds, CPU seconds of the whole process tree, and peak megabytes of its largest process."""
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # or our own modules would be compiled anew in every process
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *command], cwd=folder, env=environment, capture_output=True, check=True
    )
    wall, cpu, memory, code = json.loads(done.stdout)
    if code:
        sys.exit(f"{' '.join(command)} ended with {code}")
    return wall, cpu, memory


def product(folder: Path, source: str) -> None:
    """Lay out a project as a municipality has it."""
    for name in ("content", "overrides"):
        shutil.copytree(ROOT / name, folder / name)
    for path in ROOT.glob("mkdocs*.yml"):
        shutil.copy(path, folder)
    (folder / "plan.yaml").write_text(source, encoding="utf-8")


def bare(folder: Path, pages: int) -> None:
    """Lay out a plain Material site of prose, with as many pages as all our sites together."""
    import random

    chance = random.Random(1)  # noqa: S311  # repeatable, not secret
    (folder / "docs").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(BARE, encoding="utf-8")
    for number in range(pages):
        name = "index.md" if number == 0 else f"sida-{number}.md"
        text = "\n\n".join(f"## Rubrik {part}\n\n{sentence(chance, 60)}" for part in range(4))
        (folder / "docs" / name).write_text(f"# Sida {number}\n\n{text}\n", encoding="utf-8")


def main(runs: int = 5) -> None:
    """Measure and print a table."""
    timra = (ROOT / "plan.yaml").read_text(encoding="utf-8")
    head = re.search(r"^kontakter:\n.*?(?=^områden:)", timra, re.MULTILINE | re.DOTALL)
    if head is None:
        sys.exit("plan.yaml has no kontakter")
    python = [sys.executable, "-m"]
    build = [*python, "handlingsplan", "bygg", "--per", PER]
    check = [*python, "handlingsplan", "kontrollera", "--per", PER]
    peer = [*python, "mkdocs", "build", "-q"]
    for label, source in (("Timrå", timra), ("1,000 activities", plan(1000, head[0]))):
        with tempfile.TemporaryDirectory() as name:
            ours, theirs = Path(name, "ours"), Path(name, "theirs")
            product(ours, source)
            once(build, ours)
            pages = len(list((ours / "site").rglob("index.html")))
            bare(theirs, pages)
            once(peer, theirs)
            rounds: dict[str, list[tuple[float, float, float]]] = {}
            for _ in range(runs):
                shutil.rmtree(theirs / "site")
                rounds.setdefault("bare mkdocs build", []).append(once(peer, theirs))
                shutil.rmtree(ours / ".bygg")
                rounds.setdefault("bygg, cold", []).append(once(build, ours))
                rounds.setdefault("bygg, warm", []).append(once(build, ours))
                rounds.setdefault("kontrollera", []).append(once(check, ours))
            measure(ours / "site" / "timra.se", label)
        print(f"\n{label}: {pages} pages in all, {runs} rounds, medians")
        print(f"{'':22}{'wall s':>8}{'CPU s':>8}{'MB':>8}{'wall ÷ bare':>14}{'CPU ÷ bare':>13}")
        base = rounds["bare mkdocs build"]
        for what, values in rounds.items():
            wall, cpu, memory = (statistics.median(column) for column in zip(*values, strict=True))
            ratios = [
                statistics.median(mine[axis] / other[axis] for mine, other in zip(values, base, strict=True))
                for axis in (0, 1)
            ]
            print(f"{what:22}{wall:8.2f}{cpu:8.2f}{memory:8.0f}{ratios[0]:14.2f}{ratios[1]:13.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
