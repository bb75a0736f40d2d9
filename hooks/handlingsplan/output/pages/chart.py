"""Where each part of a drawing stands: an indicator's years as columns (``_series.html``), and totals as a stacked bar.

For eyes only: the same values stand in the table below it. It is made for the narrowest screen, 320 px, and never
grows wider, so that its letters are as large everywhere; older years than there is room for stand in the table alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...plan.assessment import FEW
from ...plan.scale import Light

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from ...plan.assessment import Totals
    from ...plan.indicators import Series, Value
    from ...plan.scale import Status

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


# The bar of totals ---------------------------------------------------------------------------------------------------

LEAST = 1 / 12
"""The narrowest segment: 24 px on the narrowest screen, where a mark over two digits can be read."""
LEAST_OLDER = 1 / 9
"""That of the older verdicts, which say a year too."""
BETWEEN = 0.5
"""Per cent of the bar, between segments."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the bar: a group of the totals."""

    group: Status
    count: int
    x: float
    """In per cent of the bar, as its width."""
    width: float
    year: str
    """What an older verdict's segment says of its time; empty for all others."""


def bar(counted: Totals[Any]) -> list[Segment]:
    """Return the totals as segments; none while nothing is assessed, for one grey bar says nothing.

    Each is as long as its share of the whole, but never narrower than its mark and number: one of forty is widened to
    ``LEAST``, and the others share what is left.
    """
    if not counted.assessed:
        return []
    segments, x = [], 0.0
    for group, share in _widened({group: count / counted.whole for group, count in counted.counts.items()}).items():
        years = str(counted.older[0]) if len(counted.older) == 1 else "äldre"
        old = years if group.light is Light.OLDER else ""
        segments.append(Segment(group, counted[group], round(x, 2), round(100 * share - BETWEEN, 2), old))
        x += 100 * share
    return segments


def _widened(shares: dict[Status, float]) -> dict[Status, float]:
    """Return shares of a whole, none of them less than it needs."""
    narrow: dict[Status, float] = {}
    while True:
        rest = sum(share for group, share in shares.items() if group not in narrow)
        scale = (1 - sum(narrow.values())) / rest
        found = {group: narrow.get(group, share * scale) for group, share in shares.items()}
        least = {group: LEAST_OLDER if group.light is Light.OLDER else LEAST for group in shares}
        more = {group: least[group] for group, share in found.items() if share < least[group] and group not in narrow}
        if not more:
            return found
        narrow |= more
