"""A plan's scale: its statuses, and everything that follows from each, said once.

Words, order, sums, lights, legends, drop-downs, reports and schemas are made from the scale that comes with a plan and
its views. No other module knows a status by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Light(StrEnum):
    """Which traffic light a status shows; the value ends its class in the style sheets (``status--helt``)."""

    FULL = "helt"
    PARTIAL = "delvis"
    NOT = "ej"
    OLDER = "aldre"
    OPEN = "ingen-bedomning"
    OUTSIDE = "inte-aktuellt"

    @property
    def filled(self) -> bool:
        """Whether it is the light of a verdict, which a bar fills with its colour."""
        return self in {Light.FULL, Light.PARTIAL, Light.NOT}


@dataclass(frozen=True, slots=True)
class Status:
    """How far something has come, with what readers see of it."""

    word: str
    """As ``plan.yaml`` has it."""
    label: str
    light: Light
    short: str
    """The label where there is little room, as in the strip of years."""
    one: str = ""
    """After *ett område är*; only verdicts have it."""
    many: str = ""
    """After *två områden är*."""
    rank: int | None = None
    """Its place on the plan's own scale, the worst first; None for what stands beside that scale."""

    def __str__(self) -> str:
        return self.word

    @property
    def assessed(self) -> bool:
        """Whether somebody has given a verdict."""
        return self.rank is not None

    @property
    def unassessed(self) -> bool:
        """Whether nobody has said anything."""
        return self.light is Light.OPEN

    @property
    def outside(self) -> bool:
        """Whether somebody has said that it does not apply."""
        return self.light is Light.OUTSIDE


@dataclass(frozen=True, slots=True)
class Scale:
    """The statuses of a plan."""

    verdicts: tuple[Status, ...]
    """The plan's own words, the best first."""
    older: Status
    """The group of those that have no verdict in the period, but one from before it. Nobody writes it."""
    unassessed: Status
    outside: Status
    """It does not apply now, and is not counted."""

    @property
    def groups(self) -> tuple[Status, ...]:
        """Every group, in the order in which they are counted and shown: the verdicts, then what stands apart."""
        return (*self.verdicts, self.older, self.unassessed, self.outside)

    @property
    def statuses(self) -> tuple[Status, ...]:
        """What may be written."""
        return (*self.verdicts, self.unassessed, self.outside)

    @property
    def best(self) -> Status:
        """The verdict that leaves nothing to be done."""
        return self.verdicts[0]

    @property
    def below(self) -> tuple[Status, ...]:
        """The verdicts below the best, the worst first: what deviates from the plan."""
        return self.verdicts[:0:-1]


SCALE = Scale(
    verdicts=(
        Status("helt", "Helt uppfyllt", Light.FULL, "Helt", "helt uppfyllt", "helt uppfyllda", 2),
        Status("delvis", "Delvis uppfyllt", Light.PARTIAL, "Delvis", "delvis uppfyllt", "delvis uppfyllda", 1),
        Status("ej", "Ej uppfyllt", Light.NOT, "Ej", "ej uppfyllt", "ej uppfyllda", 0),
    ),
    older=Status("äldre", "Äldre bedömning", Light.OLDER, "Äldre bedömning"),
    unassessed=Status("ingen_bedömning", "Ingen bedömning redovisad", Light.OPEN, "Ingen bedömning"),
    outside=Status("inte_aktuellt", "Inte aktuellt", Light.OUTSIDE, "Inte aktuellt"),
)
"""The source's own three words, and ours for what stands apart from them. Read by a plan's models; all else has it from
``plan.scale`` or ``view.scale``."""
