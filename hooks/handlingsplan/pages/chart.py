"""An indicator's years as columns: where each part of the drawing stands. ``_series.html`` draws it.

For eyes only: the same values stand in the table below it. It is made for the narrowest screen, 320 px, and never
grows wider, so that its letters are as large everywhere; older years than there is room for stand in the table alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..plan.assessment import FEW

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from ..plan.indicators import Series, Value

# In sixteenths of the text's size, so that the drawing grows with it.
ROOM = 250
LETTER = 8
SLOT, GAP, COLUMN = 42, 10, 26
TOP, PLOT, BOTTOM = 20, 84, 22
FEWER = f"< {FEW}"


@dataclass(frozen=True, slots=True)
class Column:
    """A year: a column from the base line up, with its number over it and the year under."""

    year: int
    label: str
    middle: float
    x: float
    y: float
    width: int
    height: float
    kind: str
    """``tal``, ``dold`` for *färre än 5*, which is as high as 5 whatever it is, or ``tom`` where there is no number."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of a series."""

    columns: tuple[Column, ...]
    width: float
    height: float
    base: float
    """Where zero is."""
    goal: tuple[float, str] | None
    """Where the line of the goal is, and its label."""
    left_out: int
    """How many years with a value there was no room for."""


def chart(series: Series) -> Chart | None:
    """Return the drawing of a series; None where it would show no more than the table does, or goes below zero."""
    stated = [number for number in (series.goal, *(value.number for value in series.values)) if number is not None]
    if not series.drawable or min(stated) < 0:
        return None
    goal = f"Mål {spoken(series.goal)}" if series.goal is not None else ""
    margin = LETTER * len(goal) + GAP if goal else 0
    widest = max(len(label(value)) for value in series.values)
    slot = max(SLOT, LETTER * widest + GAP)
    most = max(2, (ROOM - margin) // slot)
    shown = series.values[-most:]
    numbers = [value.number for value in shown if value.number is not None]
    if len(numbers) < 2:  # noqa: PLR2004  # one column has nothing to be compared with
        return None
    top = max([*numbers, *([series.goal] if series.goal is not None else [])])
    if any(value.hidden for value in shown):
        top = max(top, type(top)(FEW))
    base = TOP + PLOT
    columns = _columns(shown, most, slot, top)
    line = (round(base - _share(series.goal, top), 1), goal) if series.goal is not None else None
    width = slot * len(columns) + margin
    return Chart(columns, width, base + BOTTOM, base, line, len(series.values) - len(shown))


def _columns(shown: Sequence[Value], most: int, slot: int, top: Decimal) -> tuple[Column, ...]:
    by_year = {value.year: value for value in shown}
    span = range(shown[0].year, shown[-1].year + 1)
    # A year that nobody reported on is a gap, where there is room for it.
    years = list(span) if len(span) <= most else list(by_year)
    made = []
    for place, year in enumerate(years):
        value = by_year.get(year)
        height = round(_share(type(top)(FEW) if value and value.hidden else value.number if value else None, top), 1)
        kind = "dold" if value and value.hidden else "tal" if value and value.number is not None else "tom"
        y = round(TOP + PLOT - height, 1)
        middle = slot * (place + 0.5)
        made.append(Column(year, label(value), middle, middle - COLUMN / 2, y, COLUMN, height, kind))
    return tuple(made)


def _share(number: Decimal | None, top: Decimal) -> float:
    return float(number / top) * PLOT if number and top else 0.0


def label(value: Value | None) -> str:
    """Return what stands over a column; a dash where there is no number."""
    if value is None or not (value.hidden or value.number is not None):
        return "–"
    return FEWER if value.hidden else spoken(value.number)


def spoken(number: Decimal | None) -> str:
    """Return a number as Swedish writes it: ``1 200,5``."""
    return f"{number:,f}".replace(",", "\u00a0").replace(".", ",") if number is not None else ""
