"""What has been assessed, counted with its whole. Nothing here derives a verdict that nobody has given.

Sources: the plan's own scale (helt, delvis, ej) and the design's rules "nothing is invented", "no number flatters".
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from .words import Status

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from .models import PublicArea, PublicFollowUp

T = TypeVar("T")

ORDER = (Status.FULL, Status.PARTIAL, Status.NOT, Status.NOT_ASSESSED, Status.NOT_APPLICABLE)
"""The order in which states are counted and shown: the source's three, then what stands apart."""

FEW = 5
"""A sensitive indicator shows *färre än 5* for 0–4."""
MASK = "färre än 5"

STALE_DAYS = 365
"""An assessment older than this is said to be more than a year old."""


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


def latest(area: PublicArea, today: datetime.date) -> PublicFollowUp | None:
    """Return the newest follow-up known on a day; None where nothing has been reported."""
    return known[-1] if (known := known_by(area, today)) else None


def status(area: PublicArea, today: datetime.date) -> Status:
    """Return the area's status as reported. Never derived from its activities, indicators or terms."""
    follow_up = latest(area, today)
    return follow_up.status if follow_up else Status.NOT_ASSESSED


def is_stale(follow_up: PublicFollowUp, today: datetime.date) -> bool:
    """Whether a verdict was given more than a year ago."""
    return follow_up.status.assessed and is_old(follow_up.date, today)


def is_old(date: datetime.date | None, today: datetime.date) -> bool:
    """Whether a day is more than a year ago; what has no date is not called old."""
    return date is not None and (today - date).days > STALE_DAYS


@dataclass(frozen=True, slots=True)
class Totals:
    """How many of a whole stand where. ``not_applicable`` is outside every group but inside the whole."""

    counts: dict[Status, int]

    @property
    def whole(self) -> int:
        """How many there are in all."""
        return sum(self.counts.values())

    @property
    def assessed(self) -> int:
        """How many have a verdict."""
        return sum(count for state, count in self.counts.items() if state.assessed)

    def __getitem__(self, state: Status) -> int:
        return self.counts.get(state, 0)


def totals(statuses: Iterable[Status]) -> Totals:
    """Count statuses."""
    counted = Counter(statuses)
    return Totals({state: counted[state] for state in ORDER if counted[state]})


def area_totals(areas: Sequence[PublicArea], today: datetime.date) -> Totals:
    """Count the areas by the status they had on a day."""
    return totals(status(area, today) for area in areas)


def groups(rows: Iterable[tuple[T, Status]]) -> list[tuple[Status, list[T]]]:
    """Return rows by their status, in ``ORDER``, without empty groups: what each number of a total leads to."""
    found: dict[Status, list[T]] = {}
    for row, state in rows:
        found.setdefault(state, []).append(row)
    return [(state, found[state]) for state in ORDER if state in found]


class Noun(NamedTuple):
    """What is counted, with the words that follow its gender."""

    one: str
    many: str
    none: str
    assessed: str
    applicable: str


AREA = Noun("område", "områden", "Inget", "bedömt", "aktuellt")
ACTIVITY = Noun("aktivitet", "aktiviteter", "Ingen", "bedömd", "aktuell")

Part: TypeAlias = "tuple[str, str | None]"
"""A piece of a sentence, and the group that its number counts (a ``Status`` value or ``bedömda``), if any."""


def parts(counted: Totals, noun: Noun = AREA, owner: str = "") -> list[Part]:
    """Return totals in words, cut where a page puts its links: each count with its whole and its unit.

    Args:
        counted: what is counted.
        noun: what it is called.
        owner: whose they are, before the noun of the empty case (``planens``).

    """
    whole = counted.whole
    if not whole:
        return [(f"Det finns inga {noun.many} att bedöma.", None)]
    if whole == 1 and not counted.assessed:
        pieces: list[Part] = [(f"1 {noun.one} saknar redovisad bedömning.", None)]
    elif not counted.assessed:
        words = f"{owner} {whole} {noun.many}".strip()
        pieces = [(f"{noun.none} av {words} har en redovisad bedömning.", None)]
    else:
        verb = f"är {noun.assessed}" if counted.assessed == 1 else "är bedömda"
        unit = noun.one if whole == 1 else noun.many
        pieces = [(str(counted.assessed), "bedömda"), (f" av {whole} {unit} {verb}.", None)]
        if unassessed := counted[Status.NOT_ASSESSED]:
            pieces += [(" ", None), (str(unassessed), Status.NOT_ASSESSED), (" saknar bedömning.", None)]
    if outside := counted[Status.NOT_APPLICABLE]:
        word = noun.applicable if outside == 1 else "aktuella"
        pieces += [
            (" ", None),
            (str(outside), Status.NOT_APPLICABLE),
            (f" är inte {word} och räknas inte i någon av grupperna.", None),
        ]
    return pieces


def sentence(counted: Totals, noun: Noun = AREA, owner: str = "") -> str:
    """Return totals in words; no percentage, which would hide how few are counted.

    >>> sentence(totals([Status.FULL, Status.NOT, Status.NOT_ASSESSED, Status.NOT_APPLICABLE]))
    '2 av 4 områden är bedömda. 1 saknar bedömning. 1 är inte aktuellt och räknas inte i någon av grupperna.'
    """
    return "".join(text for text, _ in parts(counted, noun, owner))


_ADJECTIVES = {
    Status.FULL: ("helt uppfyllt", "helt uppfyllda"),
    Status.PARTIAL: ("delvis uppfyllt", "delvis uppfyllda"),
    Status.NOT: ("ej uppfyllt", "ej uppfyllda"),
}


def verdicts(counted: Totals) -> list[tuple[Status, int, str]]:
    """Return each verdict that occurs with its count and its words: ``(FULL, 2, "helt uppfyllda")``."""
    return [
        (state, counted[state], words[counted[state] != 1]) for state, words in _ADJECTIVES.items() if counted[state]
    ]


def activity_sentence(follow_up: PublicFollowUp) -> str | None:
    """Return what to say where only activities are assessed, or None where that is not so.

    "Ingen bedömning av området. Aktiviteter: 1 helt, 9 ej uppfyllda."
    """
    counted = totals(follow_up.activities.values())
    if follow_up.status is not Status.NOT_ASSESSED or not counted.assessed:
        return None
    counts = ", ".join(f"{count} {words.split()[0]}" for _, count, words in verdicts(counted))
    ending = "uppfylld" if counted.assessed == 1 else "uppfyllda"
    return f"Ingen bedömning av området. Aktiviteter: {counts} {ending}."


def masked(value: str) -> str:
    """Return a sensitive count as it may be shown: *färre än 5* for 0–4.

    Reason: in a municipality of some 17,500 people a small number can point out a person (research 2.4).
    """
    return MASK if int(value) < FEW else value
