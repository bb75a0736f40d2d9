"""The traffic lights: the one set of colours, and a character for each shape where there is no SVG (Word, Excel).

Every file takes its colours here; a test holds ``overrides/assets/tokens.css``, where their contrast is written down,
to the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...plan.scale import Light

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from ...plan.scale import Status


class Drawn(NamedTuple):
    """What helps the word of a status."""

    shape: str
    """A geometric shape that Arial's stand-ins on every system have; not an emoji, which looks like something else."""
    colour: str
    """At least 4.5:1 on white."""
    hollow: str = ""
    """The shape of an older verdict, for those that can be one."""


OPEN = "#66737A"
"""What stands outside the plan's scale, and the older verdicts of a bar."""
LIGHTS = {
    Light.FULL: Drawn("●", "#217A4B", "○"),
    Light.PARTIAL: Drawn("◐", "#A86400", "◷"),
    Light.NOT: Drawn("■", "#A11A12", "□"),
    Light.OLDER: Drawn("○", OPEN),
    Light.OPEN: Drawn("◌", OPEN),
    Light.OUTSIDE: Drawn("–", OPEN),
}
OLD = "status--aldre"
"""The class of a light that shows an older verdict, beside that of its status."""


def anchor(word: Status | str) -> str:
    """Return a status, or the name of a group, as it stands in an anchor."""
    return str(word).replace("_", "-").replace("ö", "o").replace("ä", "a")


_CLASSES = {f"status--{light}": light for light in Light}


def light_of(classes: AbstractSet[str]) -> Light | None:
    """Return the light that an element on a page shows, by its classes; None for any other element."""
    shown = {_CLASSES[name] for name in classes & _CLASSES.keys()}
    return next(iter(shown - {Light.OLDER} or shown), None)
