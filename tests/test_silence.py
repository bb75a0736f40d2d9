"""No slip is silent: whatever is written after a key or a setting is a fault, a line of what is left, or right.

``cases/tysthet`` has a row for every key of the plan's models and every setting that the handbook invites people to
change, with plausible slips and what each becomes: ``fel``, a fault at that row; ``kvar``, a new line under *Kvar för
kommunen*; ``rätt``, with the reason why nothing needs to be said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pydantic import BaseModel

from golden import CASES, cases
from handlingsplan.plan.models import Plan
from handlingsplan.project.settings import Stated
from handlingsplan.project.sites import sites
from handlingsplan.project.sources import read_sources, unfinished
from handlingsplan.project.targets import Entry, read_goals
from handlingsplan.prose.texts import Facts
from handlingsplan.text.reader import Mapping, Sequence, place_of, read
from plan_fields import fields, models
from projects import DAY, PLANS, Project, lillby

PLAN, PAGE = "plan.yaml", "content/webb/tillganglighet.md"
TABLE: dict[str, Any] = cases("tysthet")
"""By name: ``fil``, and under ``nycklar`` what may be written after each key, what that becomes, and why."""


class Slip(NamedTuple):
    """A row's key with something else written after it."""

    file: str
    key: str
    """With dots between its parts; lists are passed through."""
    written: str
    becomes: str
    reason: str = ""


SLIPS = [
    Slip(part["fil"], key, *row) for part in TABLE.values() for key, rows in part["nycklar"].items() for row in rows
]


def keys(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """Yield every key of a model and what it is made of, as the table names it."""
    for field in fields(model):
        yield above + field.key
        for below in models(field.hint):
            yield from keys(below, f"{above}{field.key}.")


@pytest.mark.parametrize(
    ("file", "known"),
    [
        (PLAN, set(keys(Plan))),
        ("mkdocs.yml", set(keys(Stated))),
        ("publicering.yaml", {f"lillby.example.{key}" for key in keys(Entry)}),
        (PAGE, set(keys(Facts))),
    ],
)
def test_every_key_has_a_row(file: str, known: set[str]) -> None:
    assert known <= {slip.key for slip in SLIPS if slip.file == file}


def test_what_is_right_without_a_word_says_why() -> None:
    assert {slip.becomes for slip in SLIPS} == {"fel", "fel där det används", "kvar", "rätt"}
    assert [slip for slip in SLIPS if (slip.becomes == "rätt") != bool(slip.reason)] == []


# Applying a slip -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A small project in which every key and every setting is stated."""
    project = lillby(tmp_path_factory.mktemp("tysthet") / "lillby")
    project.write(PLAN, (PLANS / "hel.yaml").read_text(encoding="utf-8"))
    files = CASES / "tysthet" / "filer"
    for path in filter(Path.is_file, files.rglob("*")):
        project.write(path.relative_to(files).as_posix(), path.read_text(encoding="utf-8"))
    return project


@pytest.fixture(scope="module")
def known(whole: Project) -> set[str]:
    """What is left in it when nothing has slipped."""
    faults, left = checked(whole)
    assert faults == set()
    return left


def checked(project: Project) -> tuple[set[tuple[str, int]], set[str]]:
    """Return the rows of faults, and what is left: as ``kontrollera`` finds them."""
    found, faults = sites(project.root)
    sources, more = (None, []) if faults else read_sources(project.root, found, DAY)
    faults = [*faults, *more, *(read_goals(project.root, found)[1] if found else [])]
    left = unfinished(sources, found) if sources else []
    return {(fault.file, fault.line) for fault in faults}, {f"{each.file} {each.text}" for each in left}


def row_of(text: str, key: str) -> int | None:
    """Return the row where a key is stated first, from 1: of YAML, of a page's facts, or a token of the style sheet."""
    if key.startswith("--"):
        return next(number for number, line in enumerate(text.split("\n"), 1) if line.strip().startswith(f"{key}:"))
    facts = re.match(r"---\n(.*?)^---\n", text, re.DOTALL | re.MULTILINE)
    tree, _ = read(f"\n{facts[1]}".encode() if facts else text.encode(), "", tag="!ENV")
    path = _path(tree, key.split("."))
    return place_of(tree, path, key=True)[0] if path is not None else None


def stated(text: str, key: str) -> tuple[str, int]:
    """Return a text in which a key is stated, and its row; one that never should be is put under what it is part of."""
    if row := row_of(text, key):
        return text, row
    above, _, name = key.rpartition(".")
    lines = text.split("\n")
    at = (row_of(text, above) or 0) if above else next(n for n, line in enumerate(lines) if re.match(r"\w", line))
    lines.insert(at, f"{'  ' * bool(above)}{name}: x")
    return "\n".join(lines), at + 1


def _path(node: Any, names: list[str]) -> tuple[str | int, ...] | None:
    if not names:
        return ()
    if isinstance(node, Sequence):
        tried = ((index, _path(item, names)) for index, item in enumerate(node))
        return next(((index, *below) for index, below in tried if below is not None), None)
    if isinstance(node, Mapping):
        for length in range(len(names), 0, -1):  # a site's name has dots of its own
            name = ".".join(names[:length])
            if name in node and (below := _path(node[name], names[length:])) is not None:
                return (name, *below)
    return None


def slipped(text: str, row: int, written: str) -> str:
    """Return a text with something else after a row's key, in place of all that stood below it."""
    lines = text.split("\n")
    head = re.match(r"(?P<indent>[ -]*)[^:]+:", lines[row - 1])
    assert head, lines[row - 1]
    below = row
    while below < len(lines) and (
        not lines[below] or len(lines[below]) - len(lines[below].lstrip()) > len(head["indent"])
    ):
        below += 1
    while not lines[below - 1]:
        below -= 1
    return "\n".join([*lines[: row - 1], f"{head[0]} {written}".rstrip(), *lines[below:]])


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip.file}-{slip.key}-{slip.written}")
def test_a_slip_is_never_silent(whole: Project, known: set[str], slip: Slip) -> None:
    before = whole.read(slip.file)
    text, row = stated(before, slip.key)
    whole.write(slip.file, slipped(text, row, slip.written))
    try:
        faults, left = checked(whole)
    finally:
        whole.write(slip.file, before)
    if slip.becomes.startswith("fel"):
        assert faults
        assert ((slip.file, row) in faults) == (slip.becomes == "fel"), faults
    else:
        assert faults == set()
        assert bool(left - known) == (slip.becomes == "kvar"), left - known


FILES = {
    "a mark whose code is broken": ("overrides/assets/favicon.svg", '<svg xmlns="http://www.w3.org/2000/svg"><rect>'),
    "a mark that is no drawing": ("overrides/assets/favicon.svg", "PNG"),
    "a style sheet without the colour": ("overrides/assets/tokens.css", ":root { --acent: #005aa0; }"),
    "a style sheet with two colours": (
        "overrides/assets/tokens.css",
        ":root {\n--accent: #111111;\n--accent: #222222;\n}",
    ),
    "a colour after what is none": ("overrides/assets/tokens.css", ":root {\n# blå\n--accent: #111111;\n}"),
    "a colour after a comment of pages": ("overrides/assets/tokens.css", ":root {\n<!-- x --> --accent: #111111;\n}"),
    "a comment without an end": ("overrides/assets/tokens.css", ":root {\n--accent: #111111;\n}\n/* slut"),
    "a style sheet of Word's": ("overrides/assets/tokens.css", "PK\x03\x04"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_a_municipality_changes_is_looked_at(whole: Project, name: str) -> None:
    path, text = FILES[name]
    before = whole.read(path)
    whole.write(path, text)
    try:
        assert {file for file, _ in checked(whole)[0]} == {path}
    finally:
        whole.write(path, before)
