"""Advice read as one text: what a reader hears of every situation, with every number known and with each missing.

The golden texts in ``cases/rad`` hold each answer of Timrå's plan as it is heard: whole as it stands today, and line by
line where another state differs from that. Write them anew after a change of words, and read the difference:

    python tests/test_advice.py
"""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from built import Element, parse
from golden import CASES
from handlingsplan.output.pages import situation as situation_pages
from handlingsplan.output.pages.page import Renderer
from handlingsplan.plan.load import parse as read_plan
from handlingsplan.plan.views import view
from handlingsplan.plan.words import Audience
from projects import DATA, DAY, PLANS, ROOT, dumped

GOLDEN = CASES / "rad"
PLANS_READ = {"timra": ROOT / "plan.yaml", "exempelkommun": PLANS / "exempelkommun.yaml"}
MEANWHILE = {
    "timra": "Uppgiften är inte bekräftad.",
    "exempelkommun": "Uppgiften är inte bekräftad. Sök kommunens nummer på exempelkommun.example.se.",
}
"""What to do where a plan says nothing of it, for it has the details."""
READERS = {Audience.INTERNAL: "personal", Audience.EXTERNAL: "invanare"}

Data = dict[str, Any]


class State(NamedTuple):
    """What is known of the contacts of an answer."""

    name: str
    missing: frozenset[str] | None = None
    """The contacts whose details are missing; None for those that are missing in the plan as it stands."""
    hours: bool = False
    website: bool = True


TODAY = State("i dag")


def states(contacts: list[str]) -> Iterator[State]:
    """Yield the states of an answer with these contacts."""
    yield TODAY
    every = frozenset(contacts)
    missing = [(f"{id_} saknas", frozenset({id_})) for id_ in contacts]
    for (name, known), hours in itertools.product(
        [("alla uppgifter finns", frozenset[str]()), *missing], (False, True)
    ):
        yield State(f"{name}, {'med' if hours else 'utan'} öppettider", known, hours)
    yield State("alla uppgifter saknas", every)
    yield State("alla uppgifter och kommunens webbadress saknas", every, website=False)


@cache
def data_of(plan: str) -> Data:
    """Return a plan as plain data."""
    data: Data = yaml.load(PLANS_READ[plan].read_text(encoding="utf-8"), yaml.CBaseLoader)  # noqa: S506  # only strings
    return data


@cache
def renderers(plan: str, state: State) -> dict[Audience, Renderer]:
    """Return the renderers of a plan in a state."""
    data = copy.deepcopy(data_of(plan))
    if not state.website:
        data["plan"]["kommun_webb"] = ""
    for number, contact in enumerate(data["kontakter"]):
        if state.missing is not None:
            contact["tills_vidare"] = contact.get("tills_vidare") or MEANWHILE[plan]
            _set(contact, number, missing=contact["id"] in state.missing, hours=state.hours)
    reading = read_plan(dumped(data).encode(), "plan.yaml")
    assert reading.plan, reading.faults
    return {audience: Renderer(view(reading.plan, audience, DAY)) for audience in Audience}


def _set(contact: Data, number: int, *, missing: bool, hours: bool) -> None:
    """Make a contact known, with a number that is kept for invented examples, or missing."""
    known = any(contact.get(key) for key in ("telefon", "webb", "e_post"))
    if missing:
        contact.update(telefon="", webb="", e_post="", kontroll={"läge": "saknas"})
    elif not known:
        contact["telefon"] = f"08-465 004 {10 + number}"
        contact["kontroll"] = {"läge": "kontrollerad", "datum": "2026-11-01", "av": "utvecklingsstrateg"}
    open_ = "Dygnet runt" if contact.get("alltid") == "ja" else "Vardagar 8–16"
    contact["öppet"] = ("Kvällar, nätter och helger" if "jour" in contact["id"] else open_) if hours else ""


class Answer(NamedTuple):
    """What a reader of a situation meets: the card on the start page, and the page."""

    plan: str
    state: State
    audience: Audience
    situation: str
    card: Element
    page: Element

    @property
    def name(self) -> str:
        return f"{self.plan}/{self.situation}/{READERS[self.audience]}/{self.state.name}"

    @property
    def parts(self) -> dict[str, list[str]]:
        """The answer's lines, by where they stand."""
        return {"På startsidan": heard(self.card), "På sidan": heard(self.page)}

    def at(self, workplace: str) -> list[str]:
        """Return the page's lines for who works somewhere: without what is said to other workplaces."""
        own, kept = [], True
        for element in self.page:
            if element.tag in {"h1", "h2", "h3"}:
                kept = element.tag != "h3" or element.attributes["id"] == workplace
            if kept and _is_line(element):
                own.append(_line(element))
        return own


LINE = {"h1": "# ", "h2": "## ", "h3": "### ", "p": "", "li": "- "}


def _is_line(element: Element) -> bool:
    return element.tag in LINE and not any(below.tag in LINE for below in element)


def _line(element: Element) -> str:
    return LINE[element.tag] + element.text.replace("\u00a0", " ")


def heard(tree: Element) -> list[str]:
    """Return a page as a screen reader reads it, line by line."""
    return [_line(element) for element in tree if _is_line(element)]


def _tree(html: str) -> Element:
    return parse(re.sub(r"<a\b", "länk <a", html))


@cache
def answers(plan: str) -> list[Answer]:
    """Return every answer of a plan, in every state that concerns it."""
    made = []
    seen = {each["id"]: each.get("visas", ()) for each in data_of(plan)["kontakter"]}
    for situation in data_of(plan)["vägledning"]["situationer"]:
        for audience in situation["visas"]:
            for state in states([id_ for id_ in situation["kontakter"] if audience in seen[id_]]):
                renderer = renderers(plan, state)[Audience(audience)]
                pages = {page.path: page.html for page in situation_pages.pages(renderer)}
                cards = _tree(renderer.render("insert_situations.html", "index.md")).all("section")
                card = next(each for each in cards if each.all("h3")[0].attributes["id"] == situation["id"])
                page = _tree(pages[f"oro/{situation['id']}.md"])
                made.append(Answer(plan, state, Audience(audience), situation["id"], card, page))
    return made


def workplaces(plan: str) -> list[str]:
    return [each["id"] for each in data_of(plan)["vägledning"]["arbetsplatser"]]


# The golden texts ----------------------------------------------------------------------------------------------------


def golden_texts() -> dict[str, str]:
    """Return the golden texts by their file's name."""
    texts: dict[str, list[str]] = {}
    today: dict[tuple[str, Audience], Answer] = {}
    for answer in answers("timra"):
        first = today.setdefault((answer.situation, answer.audience), answer)
        text = texts.setdefault(f"{answer.situation}-{READERS[answer.audience]}.txt", [])
        text.append(f"==== {answer.state.name}")
        for where, lines in answer.parts.items():
            text += [f"{where}:", *(lines if answer is first else differing(first.parts[where], lines)), ""]
    return {name: "\n".join(lines) for name, lines in texts.items()}


def differing(first: list[str], lines: list[str]) -> list[str]:
    """Return lines without those, at the beginning and the end, that stand in the first text too."""
    start = _same(first, lines)
    end = _same(first[start:][::-1], lines[start:][::-1])
    middle = lines[start : len(lines) - end]
    return ["…", *middle, "…"] if middle or len(first) > len(lines) else ["som i dag"]


def _same(first: list[str], second: list[str]) -> int:
    """Return how many lines two texts begin with alike."""
    pairs = zip(first, second, strict=False)
    return len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)))


def test_every_answer_is_heard_as_its_golden_text() -> None:
    texts = golden_texts()
    assert sorted(path.name for path in GOLDEN.iterdir()) == sorted(texts)
    for name, text in texts.items():
        assert text == (GOLDEN / name).read_text(encoding="utf-8"), f"{name}: see the top of {Path(__file__).name}"


def test_every_situation_and_state_is_there() -> None:
    read = [(answer.situation, answer.audience) for answer in answers("timra")]
    assert len(set(read)) == 2 * len(data_of("timra")["vägledning"]["situationer"]) == 12
    assert len(read) == len({answer.name for answer in answers("timra")}) >= 70
    assert len(workplaces("timra")) == 6
    assert sum(answer.state.name.startswith("socialjour saknas") for answer in answers("timra")) == 8


# What each answer must hold ------------------------------------------------------------------------------------------

TO_ACT_ON = re.compile(
    r"Telefon: länk|Webbplats: länk|länk \S+\.(?:se|example\.se)|\b(?:timra|exempelkommun\.example)\.se"
    r"|(?:[Ff]råga|[Bb]erätta för|[Pp]rata med) (?:din chef|rektor|den som)|[Ff]ölj \w+ rutin"
    r"|Notera|Polisen 114 14|Ring 112\b(?! om)"
)


@pytest.mark.parametrize("plan", PLANS_READ)
def test_every_answer_holds_something_that_can_be_done_now(plan: str) -> None:
    for answer, workplace in itertools.product(answers(plan), workplaces(plan)):
        lines = answer.at(workplace)
        assert any(line.startswith("### ") for line in lines), answer.name
        assert any(TO_ACT_ON.search(line) for line in lines), (answer.name, lines)
    # A resident reads no workplace's text.
    for answer in answers(plan):
        if answer.audience is Audience.EXTERNAL:
            assert any(TO_ACT_ON.search(line) for line in answer.at("")), answer.name


def sentences(lines: list[str]) -> list[str]:
    return [sentence for line in lines for sentence in re.split(r"(?<=[.?!])\s+", line)]


def unconditional_wait(said: list[str]) -> Iterator[str]:
    """Yield advice to wait that does not say that nothing may be urgent, there or in the question before it."""
    for before, sentence in itertools.pairwise(["", *said]):
        if re.search(r"nästa vardag|next working day|\bdröj\b|(?:kan|får) det vänta|can wait", sentence, re.IGNORECASE):
            condition = f"{before} {sentence}" if before.endswith("?") else sentence
            if not re.search(
                r"inte akut|inte är akut|inte bråttom|not urgent|Vänta inte|not wait|inte kan vänta", condition
            ):
                yield sentence


def guilty(said: list[str]) -> Iterator[str]:
    """Yield where a duty to report reads as guilt."""
    yield from (sentence for sentence in said if re.search(r"\bskyldiga?\b(?! att anmäla)", sentence))


def waits_for_the_page(said: list[str]) -> Iterator[str]:
    """Yield what seems to forbid reading on."""
    yield from (sentence for sentence in said if re.search(r"inte på (?:den här )?sidan|wait for this page", sentence))


def talks_before_reporting(said: list[str]) -> Iterator[str]:
    """Yield what is to be done before a report that must be made at once; only 112 comes first."""
    yield from (sentence for sentence in said if re.search(r"\bförst\b", sentence) and "112" not in sentence)


def nowhere(said: list[str]) -> Iterator[str]:
    """Yield what sends a reader to the municipality's own site without saying where it is."""
    pattern = r"(?:egen|kommunens) (?:webbplats|startsida|hemsida)(?! är)|the municipality’s website"
    yield from (sentence for sentence in said if re.search(pattern, sentence))


RULES: tuple[Callable[[list[str]], Iterator[str]], ...] = (
    unconditional_wait, guilty, waits_for_the_page, nowhere, talks_before_reporting,
)  # fmt: skip


@pytest.mark.parametrize("plan", PLANS_READ)
def test_no_answer_contradicts_itself(plan: str) -> None:
    for answer in answers(plan):
        said = sentences([*heard(answer.card), *heard(answer.page)])
        assert [wrong for rule in RULES for wrong in rule(said)] == [], answer.name
        text = " ".join(said)
        # Who must report never reads an advice to wait alone.
        if "ring kommunen nästa vardag" in text:
            assert re.search(r"måste anmäla i ditt arbete: vänta inte", text), answer.name
        # What is missing is told of only where something is.
        if answer.state.missing == frozenset():
            assert not re.search(r"inte bekräfta|saknas här|[Ss]aknas numret", text), answer.name


PROSE = sorted(path for path in (ROOT / "content").rglob("*.md") if "handbok" not in path.parts)


@pytest.mark.parametrize("path", PROSE, ids=lambda path: path.relative_to(ROOT / "content").as_posix())
def test_no_page_of_prose_contradicts_itself(path: Path) -> None:
    said = sentences([line for line in path.read_text(encoding="utf-8").splitlines() if line])
    assert [wrong for rule in RULES[:-1] for wrong in rule(said)] == []


@pytest.mark.parametrize(
    ("rule", "wrong", "right"),
    [
        (unconditional_wait, "Kan det vänta: ring kommunen nästa vardag.", "Vänta inte till nästa vardag."),
        (unconditional_wait, "Annars ringer du nästa vardag.", "Är det inte bråttom? Ring kommunen nästa vardag."),
        (unconditional_wait, "Call on the next working day.", "If it is not urgent, call on the next working day."),
        (guilty, "Fråga din chef om du också är skyldig, men vänta inte.", "Du kan vara skyldig att anmäla."),
        (waits_for_the_page, "Vänta inte på den här sidan.", "Vänta inte på att numret ska stå här."),
        (waits_for_the_page, "Do not wait for this page.", "Do not wait for the number to be shown here."),
        (nowhere, "Sök numret på kommunens egen webbplats.", "Sök numret på timra.se."),
        (talks_before_reporting, "Prata först med din chef.", "Ring 112 först."),
    ],
)
def test_each_rule_finds_what_it_is_for(rule: Callable[[list[str]], Iterator[str]], wrong: str, right: str) -> None:
    assert list(rule(sentences([wrong]))) == [wrong]
    assert list(rule(sentences([right]))) == []


# What the product refuses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"svar": "Fråga kommunens kontaktperson."}, ["invånare", "Skola och Förskola"]),
        ({"svar": "Ring kommunen.", "personal": ["Berätta för din chef."]}, ["invånare"]),
        ({"svar": "Ring kommunen.", "invånare": ["Ring 112 om någon är i fara."]}, ["invånare", "Skola och Förskola"]),
        ({"svar": "Ring kommunen.", "kontakter": ["utan"]}, ["invånare", "Skola och Förskola"]),
        ({"svar": "Ta inte reda på mer. Håll inte kvar någon."}, ["invånare", "Skola och Förskola"]),
        ({"svar": "Ring kommunen.", "kontakter": ["med"]}, []),
        ({"svar": "Ring kommunen, se lillby.example."}, []),
        ({"svar": "Ring 114 14."}, []),
        ({"svar": "Notera plats och tid."}, []),
        ({"svar": "Ring kommunen.", "visas": ["intern"], "personal": ["Följ rutinen."]}, []),
    ],
)  # fmt: skip
def test_an_answer_without_anything_to_do_is_a_fault_at_its_place(change: Data, expected: list[str]) -> None:
    data = yaml.load((DATA / "lillby" / "plan.yaml").read_text(encoding="utf-8"), yaml.CBaseLoader)  # noqa: S506  # as above
    common: Data = {"namn": "En", "visas": ["intern", "extern"]}
    control = {"läge": "kontrollerad", "datum": "2026-11-01", "av": "rad"}
    data["kontakter"] += [
        {**common, "id": "utan", "tills_vidare": "Ring växeln.", "kontroll": {"läge": "saknas"}},
        {**common, "id": "med", "e_post": "en@example.se", "kontroll": control},
    ]
    data["vägledning"]["arbetsplatser"][0]["namn"] = "Skola och Förskola"
    situation = data["vägledning"]["situationer"][0]
    situation.update({"kontakter": [], "invånare": [], "personal": []} | change)
    if "arbetsplatser" not in change:
        situation["arbetsplatser"] = [{"id": "skola", "text": "Ring växeln."}]
    text = dumped(data)
    faults = read_plan(text.encode(), "plan.yaml").faults
    row = next(number for number, line in enumerate(text.splitlines(), 1) if re.match(r" *svar: ", line))
    assert [fault.line for fault in faults] == [row] * len(expected)
    assert all(word in fault.what for word, fault in zip(expected, faults, strict=True))


def test_an_address_that_the_plan_states_is_a_link_wherever_advice_names_it() -> None:
    renderer = renderers("timra", TODAY)[Audience.EXTERNAL]
    link = '<a href="https://www.timra.se">{}</a>'
    assert '<a href="https://polisen.se">Polisen.se</a>' in renderer.advice("Se Polisen.se.")
    assert "<a" not in renderer.advice("Se cve.se.")  # for staff only
    for said, linked in (
        ("Se timra.se.", link.format("timra.se")),
        ("Se www.timra.se/ nu", link.format("www.timra.se/")),
        ("Se https://www.timra.se", link.format("https://www.timra.se")),
        ("kommun@timra.se", "kommun@timra.se"),
        ("timra.se/x timra.se.example xtimra.se <b>", "timra.se/x timra.se.example xtimra.se &lt;b&gt;"),
    ):
        assert linked in str(renderer.advice(said))
        assert str(renderer.advice(said)).count("<a") == ("<a" in linked)
    without = renderers("timra", State("", frozenset(), website=False))[Audience.EXTERNAL]
    assert str(without.advice("Se timra.se.")) == "Se timra.se."


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for old in GOLDEN.iterdir():
        old.unlink()
    for name, text in golden_texts().items():
        (GOLDEN / name).write_text(text, encoding="utf-8", newline="\n")
