"""What prose may ask of the plan: ``{{ kontakt("polisen") }}`` and a few more.

An insert is found before Markdown runs and leaves a marker there; its HTML takes the marker's place afterwards, so
that plan text never passes through Markdown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..plan import assessment, terms
from ..plan.faults import Fault, did_you_mean, visible
from ..plan.words import Language, Status
from . import accessibility

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .page import Renderer
    from .prose import Prose

STATEMENT = accessibility.INSERT
NAMES = ("kontakt", "situationer", "arbetsplatser", "aktiviteter", "ansvariga", "räkneregler", STATEMENT)

EXAMPLE = '{{ kontakt("polisen") }}'

_CALL = re.compile(r"\{\{(.*?)\}\}")
_SHAPE = re.compile(r"\s*(\w+)\(\s*(?:[\"']([^\"']*)[\"'])?\s*\)\s*")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
# Private use characters: no text has them, and Markdown leaves them alone.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARKER = re.compile(f"(<p>)?{_OPEN}(\\d+){_CLOSE}(</p>)?")
MARKER_LINE = re.compile(f"^{_OPEN}\\d+{_CLOSE}$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Insert:
    """A call in the prose, with its place for messages."""

    name: str
    argument: str | None
    line: int
    column: int


def find(body: str, first_line: int) -> tuple[str, list[Insert]]:
    """Return the body with markers, and the insert of each marker.

    Args:
        body: Markdown below the front matter.
        first_line: the body's first line in its file.

    """
    found: list[Insert] = []
    lines = []
    fence = ""
    for number, line in enumerate(body.split("\n"), first_line):
        if match := _FENCE.match(line):
            fence = "" if fence and match[1].startswith(fence) else fence or match[1]
        if fence or "{{" not in line:
            lines.append(line)
            continue

        def mark(match: re.Match[str], number: int = number) -> str:
            shape = _SHAPE.fullmatch(match[1])
            column = match.start() + 1
            name, argument = (shape[1], shape[2]) if shape else (match[1].strip(), None)
            found.append(Insert(name if shape else f"?{name}", argument, number, column))
            return f"{_OPEN}{len(found) - 1}{_CLOSE}"

        lines.append(_CALL.sub(mark, line))
    return "\n".join(lines), found


def without_markers(text: str) -> str:
    """Return a text without the characters that mark inserts; ``decoding`` has told where they stood."""
    return re.sub(f"[{_OPEN}{_CLOSE}]", "\ufffd", text)


def check(
    insert: Insert, file: str, contacts: Sequence[str] | None, hidden: Sequence[str], language: Language
) -> Iterator[Fault]:
    """Yield what is wrong with an insert.

    Args:
        insert: the insert.
        file: the file it stands in, as messages name it.
        contacts: ids of the contacts that the audience sees; None where the plan cannot be read.
        hidden: ids of the other contacts.
        language: the page's; what the plan says is in Swedish, so only contacts can stand in another.

    """

    def fault(what: str, remedy: str) -> Fault:
        return Fault(file, insert.line, insert.column, what, remedy)

    if insert.name.startswith("?"):
        yield fault(f"”{{{{{visible(insert.name[1:])}}}}}” går inte att läsa", f"skriv till exempel {EXAMPLE}")
    elif insert.name not in NAMES:
        yield fault(f"”{visible(insert.name)}” finns inte", did_you_mean(insert.name, NAMES))
    elif insert.name != "kontakt" and language is not Language.SWEDISH:
        what = f"{insert.name}() hämtar planens svenska ord, och sidan är på ett annat språk"
        yield fault(what, "skriv av innehållet på sidans språk")
    elif insert.name != "kontakt" and insert.argument is not None:
        yield fault(f"{insert.name}() tar inget inom parentesen", f"skriv {{{{ {insert.name}() }}}}")
    elif insert.name == "kontakt" and insert.argument is None:
        yield fault("kontakt() saknar id", f"skriv till exempel {EXAMPLE}")
    elif insert.name == "kontakt" and insert.argument in hidden:
        what = f"kontakten ”{insert.argument}” visas inte på den här webbplatsen"
        yield fault(what, "ändra ”visas” i plan.yaml, eller välj en annan")
    elif insert.name == "kontakt" and contacts is not None and insert.argument not in contacts:
        argument = str(insert.argument)
        yield fault(f"kontakt: ”{visible(argument)}” finns inte", did_you_mean(argument, contacts, label="Finns"))


def fill(html: str, text: Prose, room: Renderer, block: Callable[[str], str] = str) -> str:
    """Put each insert's HTML where its marker stands: as a block where it stood alone, else inside the sentence.

    Args:
        html: the page with markers.
        text: the page.
        room: the renderer of the audience's view.
        block: what to make of an insert that stood alone.

    """

    def replace(match: re.Match[str]) -> str:
        insert = text.inserts[int(match[2])]
        alone = bool(match[1] and match[3])
        if insert.name == "kontakt":
            contact = room.view.contacts[str(insert.argument)]
            template = text.language.template("insert_contact.html")
            made: str = room.render(template, text.path, contact=contact, alone=alone)
        elif insert.name == STATEMENT:
            made = accessibility.show(text.statement, room, text.path) if text.statement else ""
        else:
            made = _BLOCKS[insert.name](room, text.path)
        return block(made) if alone else f"{match[1] or ''}{made}{match[3] or ''}"

    return _MARKER.sub(replace, html)


def _situations(room: Renderer, here: str) -> str:
    return room.render("insert_situations.html", here)


def _workplaces(room: Renderer, here: str) -> str:
    return room.render("insert_workplaces.html", here)


def _activities(room: Renderer, here: str) -> str:
    return room.render("insert_activities.html", here)


def _who(room: Renderer, here: str) -> str:
    return room.render("_who.html", here)


EXAMPLE_TERMS = (
    "våren 2017", "HT 2026", "2018", "mars 2027", "Q1 2027", "senast hösten 2017", "2017–2018", "löpande", "årligen",
    "utsedd 2016",
)  # fmt: skip
EXAMPLE_STATUSES = (Status.FULL, Status.PARTIAL, Status.NOT, *(Status.NOT_ASSESSED,) * 4, Status.NOT_APPLICABLE)
"""Invented, for the worked example: eight areas."""


def _rules(room: Renderer, here: str) -> str:
    examples = [(wording, terms.parse(wording)) for wording in EXAMPLE_TERMS]
    counted = assessment.of_states(EXAMPLE_STATUSES)
    return room.render("insert_rules.html", here, examples=examples, counted=counted, after=_year_after())


def _year_after() -> assessment.Totals[Status]:
    """Return the worked example a year later, when one verdict has come."""
    standing, year = assessment.Standing, 2027
    old = [standing(Status.NOT_ASSESSED, assessment.Entry(year - 1, state)) for state in EXAMPLE_STATUSES[1:3]]
    rest = [standing(state) for state in (Status.PARTIAL, *EXAMPLE_STATUSES[3:])]
    return assessment.totals(((each.status, each) for each in (*old, *rest)), year)


_BLOCKS: dict[str, Callable[[Renderer, str], str]] = {
    "situationer": _situations,
    "arbetsplatser": _workplaces,
    "aktiviteter": _activities,
    "ansvariga": _who,
    "räkneregler": _rules,
}
