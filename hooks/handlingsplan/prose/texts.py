"""The Markdown that editors write: its facts, its inserts, and what is wrong with them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ..plan.freshness import Review
from ..plan.load import validate
from ..plan.models import Day, Frozen, Id, Months, Number, Several, Text, choice
from ..plan.words import Audience, Language
from ..text.faults import Fault, did_you_mean, name_in, visible
from ..text.reader import Mapping, decode, place_of, read, read_bytes
from . import accessibility, inserts, markup

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Mapping as Known
    from pathlib import Path

    from ..plan.models import Plan


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
    language: Annotated[Language, choice(Language)] = Field(Language.SWEDISH, alias="språk")
    original: Text | None = Field(None, alias="förlaga")
    """The page of the same folder that this one tells in other words, or in another language: ``index.md``."""
    original_digest: Text | None = Field(None, alias="förlagans_kontrollsumma")
    """Of the original as it was then, see ``digest``."""
    max_lix: Number = Field(Decimal(40), alias="lix_högst")
    """How hard the page may be to read, see ``prose.readability``."""
    statement: accessibility.Statement | None = Field(None, alias="redogörelse")
    search_words: Several[Text] = Field((), alias="sökord")


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
    search_words: dict[str, tuple[str, ...]]
    """Words that lead a search to the page, as ``Page`` has them."""
    review: Review
    reviewed_at: tuple[int, int]
    """Where its file says when it was reviewed: line and column."""
    body: str
    """Markdown with a marker for each insert."""
    first_line: int
    """The body's first line in its file."""
    inserts: tuple[inserts.Insert, ...]
    language: Language = Language.SWEDISH
    original: str | None = None
    """The path of the page that this one follows."""
    original_digest: str | None = None
    """The digest of that page when this one was written."""
    original_at: tuple[int, int] = (0, 0)
    """Where its file names the original."""
    behind: str | None = None
    """The digest of the original as it is now, where it has changed since; ``followed`` finds that out."""
    max_lix: Decimal = Decimal(40)
    statement: accessibility.Statement | None = None


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
    file = name_in(path, root)
    data = read_bytes(path)
    if isinstance(data, Fault):
        return None, [replace(data, file=file)]
    return parse_page(data, path.relative_to(folder).as_posix(), file, plan, audience)


def front_matter(text: str, file: str) -> tuple[Mapping | None, list[Fault], int]:
    """Return a page's facts with their places, what is wrong with how they are written, and where its text begins.

    The facts are None, and the text is all, where the page does not begin with them.
    """
    match = re.match(r"---\n(.*?)^---\n", text, re.DOTALL | re.MULTILINE)
    if match is None:
        return None, [], 0
    # The line of dashes becomes an empty line, so that places are the file's own.
    remedy = "skriv ”title: …” och de andra uppgifterna mellan raderna ”---”"
    return *read(("\n" + match[1]).encode(), file, begin=remedy), match.end()


def parse_page(
    data: bytes, name: str, file: str, plan: Plan | None, audience: Audience
) -> tuple[Prose | None, list[Fault]]:
    """Read one Markdown page from bytes; ``name`` is its path from the docs folder, ``file`` as messages name it."""
    text, faults = decode(data, file)
    text = inserts.without_markers(text)
    tree, found, begin = front_matter(text, file)
    if tree is None:
        what = "sidan börjar inte med sina uppgifter mellan två rader ”---”"
        remedy = "skriv title, description, granskad, granskas_av och granskas_inom"
        return None, [*faults, Fault(file, 1, 1, what, remedy)]
    facts, wrong = validate(Facts, tree, file)
    unknown = list(_unknown_role(tree, file, plan)) if plan else []
    # What the model says of the same place is only an echo.
    said = {(fault.line, fault.column) for fault in unknown}
    faults += [*found, *unknown, *(fault for fault in wrong if (fault.line, fault.column) not in said)]
    first_line = text.count("\n", 0, begin) + 1
    if heavy := list(markup.too_much(text[begin:], file, first_line)):
        return None, [*faults, *heavy]
    body, calls = inserts.find(text[begin:], first_line)
    shown: list[str] | None = None
    hidden: list[str] = []
    if plan:
        shown = [contact.id for contact in plan.contacts if audience in contact.audiences]
        hidden = [contact.id for contact in plan.contacts if audience not in contact.audiences]
    language = facts.language if facts else Language.SWEDISH
    faults += [fault for call in calls for fault in inserts.check(call, file, shown, hidden, language)]
    faults += inserts.misplaced(text[begin:], file, first_line)
    faults += _inserts_in_facts(tree, file)
    faults += markup.found_in(body, file, first_line)
    if facts is None:
        return None, faults
    faults += accessibility.check(facts.statement, tree, file, [call.name for call in calls], shown)
    review = Review(facts.reviewed, facts.reviewed_by, facts.review_within)
    at = place_of(tree, ("granskad",))
    body = unicodedata.normalize("NFC", body)
    # What the editors' pages are hidden by must not depend on how "true" is spelled.
    searchable = facts.search is None or (facts.search.exclude or "false").casefold() in {"false", "nej", "no"}
    told = (facts.title, facts.description, searchable, {"": facts.search_words}, review)
    prose = Prose(
        name,
        file,
        audience,
        *told,
        at,
        body,
        first_line,
        tuple(calls),
        facts.language,
        facts.original,
        facts.original_digest,
        place_of(tree, ("förlaga",)),
        max_lix=facts.max_lix,
        statement=facts.statement,
    )
    return prose, faults


def followed(texts: Sequence[Prose], plan: Plan) -> tuple[list[Prose], list[Fault]]:
    """Return a folder's pages, those marked whose original has changed since; and originals that do not exist."""
    known = {text.path: text for text in texts}
    done, faults = [], []
    for text in texts:
        original = known.get(text.original) if text.original else None
        if text.original and (original is None or original is text):
            remedy = did_you_mean(text.original, [path for path in known if path != text.path], label="Finns")
            what = f"förlaga: ”{visible(text.original)}” finns inte"
            faults.append(Fault(text.file, *text.original_at, what, remedy))
        now = digest(original, plan) if original else None
        done.append(replace(text, behind=now) if now != text.original_digest else text)
    return done, faults


def in_languages(text: Prose, texts: Known[str, Prose]) -> list[Prose]:
    """Return a page and those that tell the same in other languages; nothing where there are none."""
    original = texts.get(text.original or text.path)
    if original is None:
        return []
    others = [each for each in texts.values() if each.original == original.path and each.language != original.language]
    return [original, *others] if others and text in [original, *others] else []


def digest(text: Prose, plan: Plan) -> str:
    """Return twelve hexadecimal digits of what a page says: its title and its words, and the situations it lists.

    A digest and not a date, for a date says when somebody thought of writing it down, and this that words differ.
    Line breaks and blanks do not count, nor contacts, which every page fetches anew.
    """
    said = [text.title, *text.body.split()]
    said += [f"{insert.name} {insert.argument or ''}" for insert in text.inserts]
    if any(insert.name == "situationer" for insert in text.inserts):
        shown = [each for each in plan.guidance.situations if text.audience in each.audiences]
        said += [" ".join(filter(None, (each.heading, each.answer, each.answer_residents))) for each in shown]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:12]


def _inserts_in_facts(tree: Mapping, file: str) -> Iterator[Fault]:
    for key in ("title", "description"):
        if isinstance(said := tree.get(key), str) and inserts.NAMED.search(said):
            place = place_of(tree, (key,))
            yield Fault(file, *place, f"{key}: ett inlägg kan bara stå i texten", "skriv med vanliga ord")


def _unknown_role(tree: Mapping, file: str, plan: Plan) -> Iterator[Fault]:
    role = tree.get("granskas_av")
    actors = [actor.id for actor in plan.actors]
    if isinstance(role, str) and role.strip() and role not in actors:
        place = place_of(tree, ("granskas_av",))
        names = {str(name): each.id for each in plan.actors for name in (each.name, each.short_name) if name}
        remedy = did_you_mean(role, actors, label="Finns", names=names)
        yield Fault(file, *place, f"granskas_av: ”{visible(role)}” finns inte", remedy)
