"""A tillgänglighetsredogörelse: the eleven parts that lag (2018:1937) 13 § asks for, from a page's facts.

The data stands in the front matter of the page, ``redogörelse``, so that each site reads its own only. Whatever it is,
all parts are shown: what nobody has stated says so, with what to do instead.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ..plan.models import Day, Frozen, Id, Several, Text, Web, choice
from ..text.faults import Fault, did_you_mean, visible
from ..text.reader import Mapping, place_of

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Sequence

KEY = "redogörelse"
"""The key in the front matter."""
INSERT = "tillgänglighetsredogörelse"
PARTS = (
    "ansvarig", "tjanst", "forenlighet", "brister", "bedomd", "uppdaterad", "metod", "meddela", "tillsyn",
    "oskaligt-betungande", "omfattas-inte",
)  # fmt: skip
"""The anchor of each part, in the order of Digg's list."""


class Conformity(StrEnum):
    """Whether the site meets the law's demands; the last is ours, for what nobody has judged."""

    FULL = "helt"
    PARTIAL = "delvis"
    NOT = "inte"
    UNKNOWN = "inte_bedömd"


class Shortcoming(Frozen):
    """Something that not everyone can read or use."""

    what: Text = Field(alias="vad")
    why: Text = Field(alias="varför")
    instead: Text | None = Field(None, alias="i_stället")


class Authority(Frozen):
    """Who sees to it that the law is followed, and when that is theirs."""

    name: Text = Field(alias="namn")
    link: Web | None = Field(None, alias="länk")
    """Where one complains; None while nobody has confirmed it."""
    from_: Day | None = Field(None, alias="från")
    until: Day | None = Field(None, alias="till")

    def has(self, day: datetime.date) -> bool:
        """Whether the task is theirs on a day."""
        return (self.from_ is None or self.from_ <= day) and (self.until is None or day <= self.until)


class Statement(Frozen):
    """What is known of how accessible a site is."""

    service: Text = Field(alias="tjänst")
    conformity: Annotated[Conformity, choice(Conformity)] = Field(alias="förenlighet")
    assessed: Day | None = Field(None, alias="bedömd")
    updated: Day | None = Field(None, alias="uppdaterad")
    automatic: Several[Text] = Field((), alias="provat_med_program")
    manual: Several[Text] = Field((), alias="granskat_av_människor")
    shortcomings: Several[Shortcoming] = Field((), alias="brister")
    notify: Id | None = Field(None, alias="meddela")
    """Id of the contact that is told of faults."""
    meanwhile: Text = Field(alias="tills_vidare")
    """What to do while there is none."""
    authorities: Several[Authority] = Field((), alias="tillsyn")
    burdensome: Several[Shortcoming] = Field((), alias="oskäligt_betungande")
    outside: Several[Text] = Field((), alias="omfattas_inte")

    def authority(self, day: datetime.date) -> Authority | None:
        """Return who sees to the law on a day; None where nobody is stated."""
        return next((each for each in self.authorities if each.has(day)), None)


def check(
    statement: Statement | None, tree: Mapping, file: str, names: Sequence[str], contacts: Sequence[str] | None
) -> Iterator[Fault]:
    """Yield what a statement may not claim, and where page and data do not belong together.

    Args:
        statement: the data; None where the page has none.
        tree: the page's facts with their places.
        file: the page, as messages name it.
        names: what the page's inserts are called.
        contacts: ids of the contacts that the audience sees; None where the plan cannot be read.

    """
    asked = INSERT in names
    if statement is None:
        if asked and tree.get(KEY) is None:
            what = f"”{KEY}” saknas"
            yield Fault(file, 1, 1, what, "jämför med sidan tillganglighet.md som följer med")
        return
    if not asked:
        remedy = f"skriv {{{{ {INSERT}() }}}} på en egen rad i texten"
        yield Fault(file, *place_of(tree, (KEY,)), f"{KEY} visas inte på sidan", remedy)
    place = place_of(tree, (KEY, "förenlighet"))
    if statement.conformity is Conformity.FULL and (
        statement.shortcomings or not statement.manual or not statement.assessed
    ):
        what = "förenlighet: ”helt” kräver bedömd och granskat_av_människor, och inga brister"
        yield Fault(file, *place, what, "program hittar inte allt; skriv delvis, inte eller inte_bedömd")
    if statement.conformity in {Conformity.PARTIAL, Conformity.NOT} and not statement.shortcomings:
        what = f"förenlighet: ”{statement.conformity}” kräver minst en brist"
        yield Fault(file, *place, what, "skriv vad som brister och varför, under brister")
    if statement.notify and contacts is not None and statement.notify not in contacts:
        place = place_of(tree, (KEY, "meddela"))
        remedy = did_you_mean(statement.notify, contacts, label="Finns")
        yield Fault(file, *place, f"meddela: ”{visible(statement.notify)}” finns inte", remedy)
