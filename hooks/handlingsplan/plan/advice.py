"""Whether the plan's advice can be acted on: no situation may lead a reader only to what is missing.

Decided by what stands in an answer, not by what it means. A reader has something to do now where there is one of

- a contact of the situation that the reader sees, with its number or address;
- a number in the answer itself (``svar``) that holds in the whole country (``COUNTRY``);
- a web address in any of the answer's texts, among them what to do while a contact's details are missing: the page
  links the municipality's own (``kommun_webb``), and any other can be typed;
- an instruction that needs neither: a sentence that begins as ``ALONE``, or, for staff, one that names somebody or
  something at hand where they work (``AT_WORK``).

Numbers in the steps do not count: "Ring 112 om någon är i fara" stands in every answer and answers another question.
Residents are looked at without the workplaces' texts, which are not for all of them; staff at each workplace.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..text.faults import Fault
from ..text.reader import place_of
from .words import Audience

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..text.reader import Mapping
    from .models import Contact, Plan, Situation

COUNTRY = re.compile(r"\b(?:112|114\s14|116\s111)\b")
ADDRESS = re.compile(r"\b[\w-]{3,}\.[a-z]{2,}\b")
ALONE = re.compile(
    r"(?:^|[.?!:] )(?:Notera|Skriv upp|Sätt dig|Lyssna|Håll|Larma|Led|Avbryt|Spara|Gå till|Prata med (?:en|någon))\b"
    r"(?! inte\b| inga\b)"
)
AT_WORK = re.compile(
    r"\b(?:chef|rektor|elevhälsa|ledare|ledning|ansvar|styrelse|ordförande|kollega|kurator|handledare|jurist|rutin"
    r"|krisplan|anmälningsväg|mottagningen)",
    re.IGNORECASE,
)

REMEDY = (
    "skriv något som går att göra också när ett nummer saknas: 112, kommunens webbadress eller till exempel {example}"
)


def dead_ends(plan: Plan, tree: Mapping, file: str) -> Iterator[Fault]:
    """Yield the situations that give a reader nothing to do now, at their answer in the file."""
    for number, situation in enumerate(plan.guidance.situations):
        place = place_of(tree, ("vägledning", "situationer", number, "svar"))
        contacts = [contact for contact in plan.contacts if contact.id in situation.contacts]
        if Audience.EXTERNAL in situation.audiences and not _residents(situation, contacts):
            remedy = REMEDY.format(example="”Prata med någon du litar på”")
            yield Fault(file, *place, "svar: den som är invånare får inget att göra nu", remedy)
        if Audience.INTERNAL in situation.audiences:
            stuck = [
                workplace.name
                for workplace in plan.guidance.workplaces
                if not _staff(situation, contacts, situation.answer_at(workplace.id))
            ]
            if stuck:
                remedy = REMEDY.format(example="”Fråga din chef”")
                yield Fault(file, *place, f"svar: inget att göra nu för {', '.join(stuck)}", remedy)


def _residents(situation: Situation, contacts: Sequence[Contact]) -> bool:
    seen = [contact for contact in contacts if Audience.EXTERNAL in contact.audiences]
    answer = f"{situation.answer} {situation.answer_residents or ''}"
    meanwhile = [contact.meanwhile_residents or contact.meanwhile or "" for contact in seen]
    return _reached(answer, seen) or any(map(_doable, (answer, *situation.residents, *meanwhile)))


def _staff(situation: Situation, contacts: Sequence[Contact], at_work: str) -> bool:
    seen = [contact for contact in contacts if Audience.INTERNAL in contact.audiences]
    texts = (situation.answer, *situation.staff, at_work, *(contact.meanwhile or "" for contact in seen))
    return _reached(situation.answer, seen) or any(_doable(text) or AT_WORK.search(text) for text in texts)


def _reached(answer: str, contacts: Sequence[Contact]) -> bool:
    return not all(contact.missing for contact in contacts) or COUNTRY.search(answer) is not None


def _doable(text: str) -> bool:
    return bool(ADDRESS.search(text) or ALONE.search(text))
