"""Nothing of the municipality's own text is lost on the way to the reader.

``data/anvisningar.txt`` is the text as the municipality gave it; ``data/reading.yaml`` lists the repairs (L1–L10) and
the two words in square brackets (F1, F2). Each fragment must stand on the page that it belongs to, on both sites, both
as repaired and as the source writes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
import yaml

from built import Site, parse, words
from handlingsplan.output.pages.catalogue import pages
from handlingsplan.output.pages.page import Renderer
from handlingsplan.plan.load import load
from handlingsplan.plan.models import Plan
from handlingsplan.plan.views import view
from handlingsplan.plan.words import Audience
from projects import DATA, DAY, ROOT, Project

SOURCE = (DATA / "anvisningar.txt").read_text(encoding="utf-8")
READING: dict[str, Any] = yaml.safe_load((DATA / "reading.yaml").read_text(encoding="utf-8"))

PLAN = "plan/index.md"
FOLLOW_UP = "uppfoljning/index.md"

REPAIRS = {repair["fran"]: repair["till"] for repair in READING["lagningar"]} | {
    # As the reading writes it out: the alternatives follow a colon.
    "alternativ a/Grundutbildning b/Särskilt riktad utbildning": (
        "alternativ: a) grundutbildning, b) särskilt riktad utbildning"
    ),
    # F1 and F2: without the word in square brackets the sentence says the opposite, or nothing.
    "kunskapsinhämtning från samordning med": "kunskapsinhämtning från [och] samordning med",
    "värna demokratin och våldsbejakande extremism": "värna demokratin och [motverka] våldsbejakande extremism",
}

TIME = re.compile(r" \((?:[^()]*\d{4}|löpande)\)$")
"""The time that ends an activity, in parentheses."""


@dataclass(frozen=True)
class Fragment:
    """A piece of the source that stands by itself: a sentence, a bullet, a cell."""

    text: str
    row: int | None = None
    """Which of the eight rows it belongs to, from 0."""
    column: int | None = None

    @property
    def repaired(self) -> str:
        """The text with the listed repairs."""
        text = self.text
        for old, new in sorted(REPAIRS.items(), key=lambda repair: -len(repair[0])):
            text = text.replace(old, new)
        return text


def fragments(source: str) -> Iterator[Fragment]:
    """Yield the source's fragments in order. Only how it is divided is read here, never what it says."""
    row = -1
    for line in source.splitlines():
        if "\t" not in line:
            if text := words(line.removeprefix("- ").replace("**", "")):
                yield Fragment(text)
            continue
        cells = line.split("\t")
        if cells[0] == "Område":
            yield from (Fragment(cell, column=number) for number, cell in enumerate(cells))
        elif not any(cells[1:]):  # the legend inside table 2
            yield from (Fragment(word) for word in re.findall(r"\w+ uppfyllt", cells[0]))
        else:
            row += 1
            for column, cell in enumerate(cells):
                yield from (Fragment(text, row, column) for text in divided(cell))


def divided(cell: str) -> Iterator[str]:
    """Yield the parts of a cell: at list tags and paragraphs, at bullets, and where L6, L7 and L10 divide."""
    for number, part in enumerate(re.split(r"<ul[^>]*>", cell)):
        text = re.sub(r"\)\. (?=[A-ZÅÄÖ])", ")\n", part)  # a sentence that ends with its time
        text = re.sub(r"\) (?=[A-ZÅÄÖ])", ")\n", text)  # L6: two actors in one cell
        text = text.replace("timra.se Skapa", "timra.se\nSkapa")  # L7
        if number and "•" not in part:  # L10: a list without bullets
            text = re.sub(r" (?=[A-ZÅÄÖ])", "\n", text.strip())
        text = re.sub(r"</?(?:p|ul|li)>|•", "\n", text)
        # "i samverkan med:" goes on in the list below it.
        yield from (words(piece).removesuffix(":") for piece in text.split("\n") if piece.strip())


FRAGMENTS = list(fragments(SOURCE))
AREAS = [str(area["id"]) for area in yaml.safe_load((ROOT / "plan.yaml").read_text(encoding="utf-8"))["områden"]]


def missing(text_of: Callable[[str], str], *, repaired: bool) -> list[Fragment]:
    """Return the fragments that do not stand where a reader looks for them.

    Args:
        text_of: the words of a page, by its path.
        repaired: whether to look for our reading or for the source's own wording.

    """
    lost = []
    for fragment in FRAGMENTS:
        where = PLAN if fragment.column is None else FOLLOW_UP
        if fragment.row is not None:
            where = f"plan/{AREAS[fragment.row]}.md"
        elif fragment.text.endswith(" uppfyllt"):
            where = FOLLOW_UP
        # Where our wording differs, the source's stands beside it, without the time that both have.
        text = fragment.repaired if repaired else TIME.sub("", fragment.text)
        page = text_of(where)
        # The letterhead is in capitals; our sentence is not.
        found = text.casefold() in page.casefold() if text.isupper() else text in page
        if not found:
            lost.append(fragment)
    return lost


def words_of(site: Site, path: str) -> str:
    """Return the words of a built page."""
    return site.page(path).text


def rendered(plan: Plan, audience: Audience, path: str) -> str:
    """Return the words of a page that is made from a plan, without building a site."""
    made = {page.path: page.html for page in pages(Renderer(view(plan, audience, DAY)))}
    return parse(made[path]).text


@pytest.fixture(scope="module")
def plan() -> Plan:
    found = load(ROOT / "plan.yaml").plan
    assert found is not None
    return found


def test_the_source_is_divided_as_its_reading_says() -> None:
    assert len(FRAGMENTS) == 105
    rows = READING["rader"]
    assert len(rows) == len(AREAS) == 8
    for number, row in enumerate(rows):
        ours = [fragment.repaired for fragment in FRAGMENTS if fragment.row == number and fragment.column == 1]
        theirs = [activity["text"] for activity in row["aktiviteter"]]
        assert len(ours) == len(theirs)
        assert [TIME.sub("", text) for text in ours] == [
            text.replace("värna demokratin och våld", "värna demokratin och [motverka] våld") for text in theirs
        ]
        indicators = [fragment.repaired for fragment in FRAGMENTS if fragment.row == number and fragment.column == 2]
        assert indicators == row["indikatorer"]
    assert sum(fragment.column == 1 and fragment.row is not None for fragment in FRAGMENTS) == 19


@pytest.mark.parametrize("repaired", [True, False], ids=["as repaired", "as the source writes it"])
def test_every_fragment_of_the_source_is_on_the_sites(timra: Project, *, repaired: bool) -> None:
    for site in timra.sites:
        assert missing(partial(words_of, site), repaired=repaired) == []


def test_every_cell_of_the_source_is_in_its_row_on_the_status_page(timra: Project) -> None:
    """The status page shows the plan in its own form: the same rows, columns and cells, in the same order."""
    for site in timra.sites:
        tables = [element for element in site.page(FOLLOW_UP).article if "plan--rad" in element.classes]
        assert len(tables) == 8
        for number, table in enumerate(tables):
            header = [cell.text for cell in table if cell.tag == "th" and cell.attributes.get("scope") == "col"]
            cells = [
                cell.text for cell in next(part for part in table if part.tag == "tbody") if cell.tag in {"th", "td"}
            ]
            columns = [fragment.text for fragment in FRAGMENTS if fragment.column is not None and fragment.row is None]
            assert header == (columns[:7] if number < 4 else columns[7:14])
            for fragment in FRAGMENTS:
                if fragment.row == number and fragment.column is not None:
                    text = fragment.repaired.replace("Webredaktör", "Webbredaktör").removesuffix(" (RTH)")
                    shown = "Rådet för trygghet och hälsa" if text == "RTH" else text
                    assert shown in cells[fragment.column], (fragment, cells[fragment.column])


def test_each_activity_and_indicator_that_is_taken_away_is_missed(plan: Plan) -> None:
    """The guard above is no guard unless it sees each single loss."""
    for index, area in enumerate(plan.areas):
        path = f"plan/{area.id}.md"
        losses = [
            {"activities": tuple(kept for kept in area.activities if kept is not gone)} for gone in area.activities
        ] + [{"indicators": tuple(kept for kept in area.indicators if kept is not gone)} for gone in area.indicators]
        assert len(losses) >= 2
        for loss in losses:
            areas = (*plan.areas[:index], area.model_copy(update=loss), *plan.areas[index + 1 :])
            text = rendered(plan.model_copy(update={"areas": areas}), Audience.EXTERNAL, path)
            lost = missing(partial(only, path, text), repaired=True)
            assert len([fragment for fragment in lost if fragment.row == index]) == 1, (area.id, lost)


def only(path: str, text: str, asked: str) -> str:
    """Return the words of one page, and nothing for the others."""
    return text if asked == path else ""
