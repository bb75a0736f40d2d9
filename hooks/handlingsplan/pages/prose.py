"""The Markdown that editors write: its facts, its inserts, and what is wrong with them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pydantic import Field

from ..plan.faults import Fault, did_you_mean, visible
from ..plan.freshness import Review
from ..plan.load import validate
from ..plan.models import Day, Frozen, Id, Months, Text
from ..plan.reader import Mapping, decode, place_of, read, read_bytes
from . import inserts, markup

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..plan.models import Plan
    from ..plan.words import Audience


class Searching(Frozen):
    """Whether search finds the page."""

    exclude: str | None = None


class Facts(Frozen):
    """Front matter: what is known of a page."""

    title: Text
    description: Text
    reviewed: Day | None = Field(None, alias="granskad")
    reviewed_by: Id = Field(alias="granskas_av")
    review_within: Months = Field(alias="granskas_inom")
    search: Searching | None = None


@dataclass(frozen=True, slots=True)
class Prose:
    """One Markdown page."""

    path: str
    """From the docs folder, with slashes."""
    file: str
    """From the project folder, as messages name it."""
    audience: Audience
    title: str
    description: str
    searchable: bool
    """Whether readers' search finds it: the editors' handbook stays out."""
    review: Review
    reviewed_at: tuple[int, int]
    """Where its file says when it was reviewed: line and column."""
    body: str
    """Markdown with a marker for each insert."""
    first_line: int
    """The body's first line in its file."""
    inserts: tuple[inserts.Insert, ...]


def read_folder(folder: Path, root: Path, plan: Plan | None, audience: Audience) -> tuple[list[Prose], list[Fault]]:
    """Read every Markdown file of a docs folder.

    Args:
        folder: the docs folder.
        root: the project folder, which messages count from.
        plan: what inserts and roles refer to; None where it cannot be read, and then they are not compared with it.
        audience: who reads the folder's site.

    """
    texts, faults = [], []
    for path in sorted(folder.rglob("*.md")):
        text, found = read_page(path, folder, root, plan, audience)
        faults += found
        if text:
            texts.append(text)
    return texts, faults


def read_page(
    path: Path, folder: Path, root: Path, plan: Plan | None, audience: Audience
) -> tuple[Prose | None, list[Fault]]:
    """Read one Markdown file; None where its facts cannot be read."""
    file = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    data = read_bytes(path)
    if isinstance(data, Fault):
        return None, [replace(data, file=file)]
    return parse_page(data, path.relative_to(folder).as_posix(), file, plan, audience)


def parse_page(
    data: bytes, name: str, file: str, plan: Plan | None, audience: Audience
) -> tuple[Prose | None, list[Fault]]:
    """Read one Markdown page from bytes; ``name`` is its path from the docs folder, ``file`` as messages name it."""
    text, faults = decode(data, file)
    text = inserts.without_markers(text)
    match = re.match(r"---\n(.*?)^---\n", text, re.DOTALL | re.MULTILINE)
    if match is None:
        what = "sidan börjar inte med sina uppgifter mellan två rader ”---”"
        remedy = "skriv title, description, granskad, granskas_av och granskas_inom"
        return None, [*faults, Fault(file, 1, 1, what, remedy)]
    # The line of dashes becomes an empty line, so that places are the file's own.
    tree, found = read(("\n" + match[1]).encode(), file)
    facts, wrong = validate(Facts, tree, file)
    faults += found + wrong
    first_line = text.count("\n", 0, match.end()) + 1
    body, calls = inserts.find(text[match.end() :], first_line)
    shown: list[str] | None = None
    hidden: list[str] = []
    if plan:
        faults += _unknown_role(tree, file, plan)
        shown = [contact.id for contact in plan.contacts if audience in contact.audiences]
        hidden = [contact.id for contact in plan.contacts if audience not in contact.audiences]
    faults += [fault for call in calls for fault in inserts.check(call, file, shown, hidden)]
    faults += markup.found_in(body, file, first_line)
    if facts is None:
        return None, faults
    review = Review(facts.reviewed, facts.reviewed_by, facts.review_within)
    at = place_of(tree, ("granskad",))
    body = unicodedata.normalize("NFC", body)
    searchable = facts.search is None or facts.search.exclude != "true"
    told = (facts.title, facts.description, searchable, review)
    return Prose(name, file, audience, *told, at, body, first_line, tuple(calls)), faults


def _unknown_role(tree: Mapping, file: str, plan: Plan) -> Iterator[Fault]:
    role = tree.get("granskas_av")
    actors = [actor.id for actor in plan.actors]
    if isinstance(role, str) and role not in actors:
        place = place_of(tree, ("granskas_av",))
        yield Fault(
            file, *place, f"granskas_av: ”{visible(role)}” finns inte", did_you_mean(role, actors, label="Finns")
        )
