"""Sentences that templates and modules build hold for any plan: other names, other numbers, another body."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from built import Element, parse
from golden import SMALL, cases
from handlingsplan.check.contents import contents, readings
from handlingsplan.followup.owes import owed
from handlingsplan.output.files import reminders
from handlingsplan.output.files.catalogue import downloads, files
from handlingsplan.output.pages import fragments
from handlingsplan.output.pages.catalogue import pages
from handlingsplan.output.pages.inserts import fill
from handlingsplan.output.pages.page import Renderer
from handlingsplan.plan.load import parse as read_plan
from handlingsplan.plan.views import view
from handlingsplan.plan.words import Audience, stopped
from handlingsplan.prose import inserts
from handlingsplan.prose.texts import parse_page
from projects import DAY, dumped

CASES = cases("andra-planer")

NEVER = {
    "a verb or an adjective that fits one name": r"\b(?:är ansvarig|är ansvariga|är ansvarigt) enligt planen",
    "one of several": r"(?<![\w,.–-])1 (?:områden|aktiviteter|indikatorer|nivåer|kontakter|texter|sidor|dagar)\b",
    "several of one": r"(?<!\w)(?:[02-9]|1\d) (?:område|aktivitet|indikator|nivå|kontakt|fråga|text|sida)\b",
    "none, counted": r"\b(?:De 0|0 av 0|planens 0)\b",
    "two stops": r"(?<!\.)\.\.(?!\.)|[?!]\.|\. \.|,\.|:\.",
    "two blanks": r"\w  \w",
    "a blank before a stop": r" [.,;](?:\s|$)",
    "nothing in brackets": r"\(\s*\)",
    "a value of the program": r"\b(?:None|True|False|Undefined)\b",
    "a genitive twice": r"\b[A-ZÅÄÖ]\w+[sxz]s\b(?<!ss)|\b[A-ZÅÄÖ]\w+gss\b",
    "a genitive without its word": r"\bÅtvidabergs\b(?! kommun)",
    "words of Timrå's plan": r"\bTimrå|\bRTH\b|trygghet och hälsa|\b[Aa]nvisning(?:en|arna)\b|TimNet",
}
"""What no sentence may hold, whatever the plan."""


FRONT = b"---\ntitle: x\ndescription: x\ngranskad:\ngranskas_av: rad\ngranskas_inom: 1 \xc3\xa5r\n---\n\n{{ %b() }}\n"
"""A page with an insert."""


def plan_of(case: dict[str, Any]) -> Any:
    data = yaml.load(SMALL, yaml.CBaseLoader)  # noqa: S506  # it makes texts only
    for key, value in case["ändrar"].items():
        data[key] = data[key] | value if isinstance(value, dict) and key == "plan" else value
    reading = read_plan(dumped(data).encode(), "plan.yaml")
    assert reading.faults == ()
    return reading.plan


def blocks(tree: Element) -> list[str]:
    """Return the texts of a page's blocks, each as it is read."""
    found = [each for tag in ("h1", "h2", "h3", "p", "li", "dt", "dd", "caption", "th", "td") for each in tree.all(tag)]
    return [each.text for each in found]


def everything(plan: Any) -> dict[str, list[str]]:
    """Return every text that is made of a plan, by the page or the file that it stands in."""
    texts: dict[str, list[str]] = {}
    for audience in Audience:
        renderer = Renderer(view(plan, audience, DAY), downloads=downloads)
        for page in pages(renderer):
            texts.setdefault(page.path, []).extend([*blocks(parse(page.html)), page.title, page.description])
        for name in inserts.NAMES[1:-1]:
            text, _ = parse_page(FRONT % name.encode(), f"{name}.md", name, plan, audience)
            assert text
            texts.setdefault(name, []).extend(blocks(parse(fill(f"<p>{text.body.strip()}</p>", text, renderer))))
        for piece in fragments.pieces(renderer, None):
            texts.setdefault(piece.name, []).extend(blocks(parse(fragments.section(renderer, piece, None))))
        made = {download.path: download.content for download in renderer.downloads} | files(renderer)
        for name, data in made.items():
            # A report's PDF has the words of its page.
            if name.endswith((".docx", ".xlsx", ".csv", ".ics")):
                found = contents(name, data).pieces
                texts[f"{audience}: {name}"] = [text for piece in found for text in readings(piece)]
    inside = view(plan, Audience.INTERNAL, DAY)
    drafts = reminders.files(inside, owed(inside))
    return texts | {name: data.decode().splitlines() for name, data in drafts.items()}


@pytest.fixture(scope="module")
def said() -> dict[str, dict[str, list[str]]]:
    return {name: everything(plan_of(case)) for name, case in CASES.items()}


@pytest.mark.parametrize("name", CASES)
def test_its_own_words_stand_where_it_speaks_of_them(name: str, said: dict[str, dict[str, list[str]]]) -> None:
    for page, sentences in CASES[name]["står"].items():
        whole = " ".join(said[name][page])
        for sentence in sentences:
            assert sentence in whole, (page, sentence)


@pytest.mark.parametrize("what", NEVER)
@pytest.mark.parametrize("name", CASES)
def test_no_sentence_is_made_for_another_plan(name: str, what: str, said: dict[str, dict[str, list[str]]]) -> None:
    found = {
        (where, text[:200]) for where, texts in said[name].items() for text in texts if re.search(NEVER[what], text)
    }
    assert found == set()


@pytest.mark.parametrize(
    ("text", "whole"),
    [("Klart", "Klart."), ("Klart.", "Klart."), ("m.fl.", "m.fl."), ("Vad?", "Vad?"), ("<a>x.</a>", "<a>x.</a>")],
)
def test_a_sentence_has_one_stop(text: str, whole: str) -> None:
    assert stopped(text) == whole
