"""The plan as a decided document: who decided it, when, for how long, and whether that time is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..plan.terms import swedish_date

if TYPE_CHECKING:
    import datetime

    from ..plan.models import Decision

UNKNOWN = "Uppgift saknas"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is to be known of a decision."""

    label: str
    value: str
    """``UNKNOWN`` where nobody has stated it."""


def facts(decision: Decision, today: datetime.date) -> tuple[Fact, ...]:
    """Return what is known of a decision, each fact in its place also where it is missing."""

    def day(value: datetime.date | None) -> str:
        return swedish_date(value) if value else UNKNOWN

    def until(value: datetime.date | None) -> str:
        return f"{day(value)} (dagen har passerat)" if value and value < today else day(value)

    return (
        Fact("Beslutad av", decision.body or UNKNOWN),
        Fact("Beslutsdatum", day(decision.date)),
        Fact("Diarienummer", decision.reference or UNKNOWN),
        Fact("Gäller till", until(decision.valid_until)),
        Fact("Nästa revidering", until(decision.next_revision)),
    )


def expired(decision: Decision, today: datetime.date) -> str | None:
    """Return what to say of a plan whose time is over; None where it is not, or nobody has said how long it is.

    The last day counts: a plan that is valid until 31 December is so on that day.
    """
    if decision.valid_until is None or decision.valid_until >= today:
        return None
    return f"Planen gällde till {swedish_date(decision.valid_until)}. Här står inte om den är förlängd eller ersatt."
