"""The traffic lights: the one set of colours, and a character for each shape where there is no SVG (Word, Excel).

Every file takes its colours here; a test holds ``overrides/assets/tokens.css``, where their contrast is written down,
to the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...plan.assessment import OLDER
from ...plan.words import Status

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


class Light(NamedTuple):
    """What helps the word of a status."""

    shape: str
    """A geometric shape that Arial's stand-ins on every system have; not an emoji, which looks like something else."""
    colour: str
    """At least 4.5:1 on white."""
    hollow: str = ""
    """The shape of an older verdict, for those that can be one."""


OPEN = "#66737A"
"""What stands outside the plan's scale, and the older verdicts of a bar."""
LIGHTS: dict[str, Light] = {
    Status.FULL: Light("●", "#217A4B", "○"),
    Status.PARTIAL: Light("◐", "#A86400", "◷"),
    Status.NOT: Light("■", "#A11A12", "□"),
    OLDER: Light("○", OPEN),
    Status.NOT_ASSESSED: Light("◌", OPEN),
    Status.NOT_APPLICABLE: Light("–", OPEN),
}
OLD = "status--aldre"
"""The class of a light that shows an older verdict, beside that of its status."""


def anchor(word: str) -> str:
    """Return a status, or the name of a group, as it stands in a class or an anchor."""
    return word.replace("_", "-").replace("ö", "o").replace("ä", "a")


_CLASSES = {f"status--{anchor(state)}": state for state in LIGHTS}


def state_of(classes: AbstractSet[str]) -> str | None:
    """Return what an element on a page shows, a status or in a bar ``OLDER``, by its classes; None for any other."""
    shown = {_CLASSES[name] for name in classes & _CLASSES.keys()}
    return next(iter(shown - {OLDER} or shown), None)
