"""What an indicator has been, year by year: values as somebody has reported them, with their goal and their source.

Nothing is computed from a value: no sum, no difference, no share, no verdict on its goal. So that nothing can be
computed back either, what is hidden of a *sensitive* indicator is hidden in the view (``views``), before any page,
drawing or file can see it:

- A value of 0–4 is *färre än 5* in every year, and no number: it has no place on a scale and takes part in no total.
- A goal is shown only where its number is 5 or more. "Högst två", beside a verdict that it was reached, would tell
  the value; and what a goal in words alone gives away, no program can say.

Whatever is made from a view is therefore the same, byte for byte, whichever of 0–4 a hidden value is. Tests hold whole
sites to that. Reason: in a small municipality a small number can point out a person (research 2.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from . import terms
from .assessment import FEW, MASK
from .models import Goal
from .words import read_number

if TYPE_CHECKING:
    import datetime

    from .models import Indicator, PublicArea

HIDDEN_GOAL = "skrivs inte ut, för små tal kan peka ut någon"


@dataclass(frozen=True, slots=True)
class Value:
    """What an indicator was one year."""

    year: int
    text: str
    """As it is written; *färre än 5* where it is hidden."""
    number: Decimal | None
    """None for words, and for what is hidden."""
    hidden: bool


@dataclass(frozen=True, slots=True)
class Series:
    """An indicator through the years that somebody has reported on, as known on a day."""

    indicator: Indicator
    values: tuple[Value, ...]
    """Oldest first."""
    due: terms.Schedule | None
    """Where the time for the next value stands; None where no time is stated."""

    @property
    def latest(self) -> Value | None:
        """The newest value."""
        return self.values[-1] if self.values else None

    @property
    def goal(self) -> Decimal | None:
        """The number in the goal, if it may be shown."""
        return self.indicator.goal.value if self.indicator.goal else None

    @property
    def drawable(self) -> bool:
        """Whether a drawing shows more than the number itself: two numbers at least."""
        return sum(value.number is not None for value in self.values) > 1


def series(area: PublicArea, today: datetime.date) -> tuple[Series, ...]:
    """Return the indicators of an area of a view, each with its values, and when the next is due from a day."""
    return tuple(
        Series(
            indicator,
            tuple(
                _value(follow_up.year, follow_up.indicators[indicator.id], indicator)
                for follow_up in area.follow_ups
                if indicator.id in follow_up.indicators
            ),
            terms.schedule(indicator.next_value, today) if indicator.next_value else None,
        )
        for indicator in area.indicators
    )


def _value(year: int, text: str, indicator: Indicator) -> Value:
    hidden = indicator.sensitive and text == MASK
    return Value(year, text, None if hidden else read_number(text, indicator.unit), hidden)


def without_small_goal(indicator: Indicator) -> Indicator:
    """Return an indicator without the goal that could give a hidden value away."""
    goal = indicator.goal
    if not indicator.sensitive or goal is None or (goal.value is not None and goal.value >= FEW):
        return indicator
    return indicator.model_copy(update={"goal": Goal.model_construct(text=HIDDEN_GOAL, value=None)})
