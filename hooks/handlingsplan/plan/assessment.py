"""What has been assessed, counted with its whole. Nothing here derives a verdict that nobody has given.

**The rule of totals**, which every page and file follows: the *current period* is the newest year that any area has a
verdict for, whatever the calendar says. Totals count the verdicts of one period. An older verdict is named apart, with
its year, and is never counted as one of the period's.

Sources: the plan's own scale (helt, delvis, ej) and the design's rules "nothing is invented", "no number flatters".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeAlias, TypeVar

from .words import listed

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from .models import PublicArea, PublicFollowUp
    from .scale import Scale, Status

T = TypeVar("T")

FEW = 5
"""A sensitive indicator shows *färre än 5* for 0–4."""
MASK = "färre än 5"

STALE_DAYS = 365
"""An assessment older than this is said to be more than a year old: a question of its own, which no total asks."""


def known_by(area: PublicArea, today: datetime.date) -> tuple[PublicFollowUp, ...]:
    """Return an area's follow-up as it was known on a day, oldest first."""
    return tuple(
        sorted(
            (
                follow_up
                for follow_up in area.follow_ups
                if (follow_up.date <= today if follow_up.date else follow_up.year <= today.year)
            ),
            key=lambda follow_up: follow_up.year,
        )
    )


def report(area: PublicArea, year: int | None) -> PublicFollowUp | None:
    """Return an area's follow-up for a year; None where nothing has been reported."""
    return next((each for each in area.follow_ups if each.year == year), None)


def is_stale(follow_up: PublicFollowUp | Entry, today: datetime.date) -> bool:
    """Whether a verdict was given more than a year ago."""
    return follow_up.status.assessed and is_old(follow_up.date, today)


def is_old(date: datetime.date | None, today: datetime.date) -> bool:
    """Whether a day is more than a year ago; what has no date is not called old."""
    return date is not None and (today - date).days > STALE_DAYS


# What was reported, year by year: areas of a view hold what was known on its day, oldest first. ----------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """What was reported of an area or an activity for one year."""

    year: int
    status: Status
    date: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """What has been reported of an area or an activity, oldest first, one entry a year."""

    entries: tuple[Entry, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything has been reported."""
        return bool(self.entries)

    @property
    def verdicts(self) -> tuple[Entry, ...]:
        """The years that somebody has assessed."""
        return tuple(entry for entry in self.entries if entry.status.assessed)

    @property
    def last(self) -> Entry | None:
        """The newest verdict, or that it does not apply; None where nobody has said either."""
        return next((each for each in reversed(self.entries) if not each.status.unassessed), None)

    def at(self, year: int) -> Entry | None:
        """Return what was reported for a year."""
        return next((entry for entry in self.entries if entry.year == year), None)

    def before(self, year: int) -> Track:
        """Return what was reported for the years before."""
        return Track(tuple(entry for entry in self.entries if entry.year < year))

    def strip(self, years: Iterable[int]) -> list[tuple[int, Status | None]]:
        """Return the status of each year, None where nothing was reported."""
        known = {entry.year: entry.status for entry in self.entries}
        return [(year, known.get(year)) for year in years]

    @property
    def run(self) -> int:
        """How many calendar years in a row, up to the last entry, have had its status."""
        count = 0
        for entry in reversed(self.entries):
            last = self.entries[-1]
            if entry.status is not last.status or entry.year != last.year - count:
                break
            count += 1
        return count


def area_track(area: PublicArea) -> Track:
    """Return what has been reported of an area."""
    return Track(tuple(Entry(known.year, known.status, known.date) for known in area.follow_ups))


def activity_track(area: PublicArea, activity: str) -> Track:
    """Return what has been reported of one of an area's activities."""
    return Track(
        tuple(
            Entry(known.year, known.activities[activity], known.date)
            for known in area.follow_ups
            if activity in known.activities
        )
    )


# The period ----------------------------------------------------------------------------------------------------------


def period(areas: Iterable[PublicArea]) -> int | None:
    """Return the current period: the newest year that any area has a verdict for, never the calendar's.

    Where no area has ever been assessed it is the newest year with a verdict on an activity, else the newest that
    anybody has reported on; None where nobody has.
    """
    known = [each for area in areas for each in area.follow_ups]
    given = [each.year for each in known if each.status.assessed]
    acted = [each.year for each in known if any(state.assessed for state in each.activities.values())]
    return max(given or acted or [each.year for each in known], default=None)


@dataclass(frozen=True, slots=True)
class Standing:
    """How an area or an activity stands in a period."""

    status: Status
    """As reported for the period. Never derived from activities, indicators or terms."""
    group: Status
    """Where totals count it: its status, or the scale's ``older``."""
    older: Entry | None = None
    """The last verdict before the period, where the period has none and the area has not ceased to apply since."""
    stated: bool = True
    """Whether anything was reported for the period."""

    @property
    def words(self) -> str:
        """What readers see: an older verdict is never without its year (*Äldre bedömning 2023: helt uppfyllt*)."""
        label = self.group.label
        return f"{label} {self.older.year}: {self.older.status.label.lower()}" if self.older else label


def standing(track: Track, year: int | None, scale: Scale) -> Standing:
    """Return how what has been reported stands in a period."""
    now = track.at(year) if year else None
    status = now.status if now else scale.unassessed
    said = track.before(year or 0).last
    older = said if said and said.status.assessed and status.unassessed else None
    return Standing(status, scale.older if older else status, older, stated=now is not None)


# Totals --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Totals(Generic[T]):
    """How many of a whole stand where, with the rows behind each number."""

    scale: Scale
    groups: dict[Status, list[T]]
    """The rows by group, in the scale's order, without empty groups."""
    year: int | None = None
    """The period that is counted; None where nobody has reported anything, and in an example."""
    older: tuple[int, ...] = ()
    """The years of the older verdicts, oldest first."""
    past: bool = False
    """Whether a later period is the current one."""
    closed: bool = False
    """Whether the year is closed, so that no more verdicts are to come."""

    @property
    def counts(self) -> dict[Status, int]:
        """How many there are in each group that is not empty."""
        return {group: len(rows) for group, rows in self.groups.items()}

    @property
    def whole(self) -> int:
        """How many there are in all."""
        return sum(self.counts.values())

    @property
    def assessed(self) -> int:
        """How many have a verdict in the period."""
        return sum(count for group, count in self.counts.items() if group.assessed)

    @property
    def leads(self) -> bool:
        """Whether any number leads to rows; where nothing is assessed the one group would be the whole table again."""
        return any(not group.unassessed for group in self.groups)

    def __getitem__(self, group: Status) -> int:
        return len(self.groups.get(group, ()))


def totals(
    rows: Iterable[tuple[T, Standing]],
    scale: Scale,
    year: int | None = None,
    *,
    past: bool = False,
    closed: bool = False,
) -> Totals[T]:
    """Count rows by how they stand in a period. Everything that shows a total counts here."""
    found: dict[Status, list[T]] = {}
    years = set()
    for row, stands in rows:
        found.setdefault(stands.group, []).append(row)
        if stands.older:
            years.add(stands.older.year)
    groups = {group: found[group] for group in scale.groups if group in found}
    return Totals(scale, groups, year, tuple(sorted(years)), past, closed)


def of_states(states: Iterable[Status], scale: Scale) -> Totals[Status]:
    """Count statuses of which nothing more is known."""
    return totals(((state, Standing(state, state)) for state in states), scale)


class Noun(NamedTuple):
    """What is counted, with the words that follow its gender."""

    one: str
    many: str
    an: str
    none: str
    assessed: str
    applicable: str


AREA = Noun("område", "områden", "Ett", "Inget", "bedömt", "aktuellt")
ACTIVITY = Noun("aktivitet", "aktiviteter", "En", "Ingen", "bedömd", "aktuell")

Part: TypeAlias = "tuple[str, Status | str | None]"
"""A piece of a sentence, and the group that its number counts (one of the scale's or ``bedömda``), if any."""


def parts(counted: Totals[T], noun: Noun = AREA, owner: str = "") -> list[Part]:
    """Return totals in words, cut where a page puts its links: each count with its whole, its unit and its period.

    Args:
        counted: what is counted.
        noun: what it is called.
        owner: whose they are, before the noun of the empty case (``planens``).

    """
    if not counted.whole:
        return [(f"Det finns inga {noun.many} att bedöma.", None)]
    pieces = [*_assessed(counted, noun, owner), *_older(counted)]
    if (unassessed := counted[counted.scale.unassessed]) and (counted.assessed or counted.older):
        pieces += [(str(unassessed), counted.scale.unassessed), (" saknar bedömning. ", None)]
    if outside := counted[counted.scale.outside]:
        one = outside == 1
        number, unit = (noun.an, noun.one) if one else (str(outside), noun.many)
        verb, word = "var" if counted.past else "är", noun.applicable if one else "aktuella"
        now = "" if counted.past else " just nu"
        pieces += [(number, counted.scale.outside), (f" {unit} {verb} inte {word}{now} och räknas inte med.", None)]
    last, group = pieces[-1]
    return [*pieces[:-1], (last.rstrip(), group)]


def _assessed(counted: Totals[T], noun: Noun, owner: str) -> list[Part]:
    whole = counted.whole
    when = f" för {counted.year}" if counted.year else ""
    if counted.assessed:
        verb = f"är {noun.assessed}" if counted.assessed == 1 else "är bedömda"
        unit = noun.one if whole == 1 else noun.many
        # Not said for the calendar's sake: more verdicts are to come where the period before had more of them.
        so_far = " hittills" if counted.older and not counted.past and not counted.closed else ""
        year: list[Part] = [(f"{counted.year}: ", None)] if counted.year else []
        return [*year, (str(counted.assessed), "bedömda"), (f" av {whole} {unit} {verb}{so_far}. ", None)]
    if whole == 1:
        return [] if counted[counted.scale.outside] else [(f"1 {noun.one} saknar redovisad bedömning{when}. ", None)]
    return [(f"{noun.none} av {f'{owner} {whole}'.strip()} {noun.many} har en redovisad bedömning{when}. ", None)]


def _older(counted: Totals[T]) -> list[Part]:
    if not counted.older or not counted.year:
        return []
    before = counted.older == (counted.year - 1,)
    words = "en bedömning från" if before else "en äldre bedömning, från"
    older = counted.scale.older
    return [(str(counted[older]), older), (f" har {words} {listed(map(str, counted.older))}. ", None)]


def sentence(counted: Totals[T], noun: Noun = AREA, owner: str = "") -> str:
    """Return totals in words; no percentage, which would hide how few are counted.

    >>> from .scale import SCALE
    >>> sentence(of_states([SCALE.best, SCALE.below[0], SCALE.unassessed, SCALE.outside], SCALE))
    '2 av 4 områden är bedömda. 1 saknar bedömning. Ett område är inte aktuellt just nu och räknas inte med.'
    """
    return "".join(text for text, _ in parts(counted, noun, owner))


def verdicts(counted: Totals[T]) -> list[tuple[Status, int, str]]:
    """Return each verdict that occurs with its count and its words: ``(…, 2, "helt uppfyllda")``."""
    counts = [(group, count) for group, count in counted.counts.items() if group.assessed]
    return [(group, count, group.one if count == 1 else group.many) for group, count in counts]


def activity_sentence(follow_up: PublicFollowUp, scale: Scale) -> str | None:
    """Return what to say where only activities are assessed, or None where that is not so.

    "Ingen bedömning av området. Aktiviteter: 1 helt, 9 ej uppfyllda."
    """
    counted = of_states(follow_up.activities.values(), scale)
    if not follow_up.status.unassessed or not counted.assessed:
        return None
    counts = ", ".join(f"{count} {words.split()[0]}" for _, count, words in verdicts(counted))
    ending = "uppfylld" if counted.assessed == 1 else "uppfyllda"
    return f"Ingen bedömning av området. Aktiviteter: {counts} {ending}."


def masked(value: str) -> str:
    """Return a sensitive count as it may be shown: *färre än 5* for 0–4.

    Reason: in a municipality of some 17,500 people a small number can point out a person (research 2.4).
    """
    return MASK if int(value) < FEW else value
