"""The traffic lights where there is no SVG, in Word and Excel: a character for the shape, and a colour.

The same shapes and colours as on the pages (``overrides/assets/tokens.css``), where their contrast is written down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..plan.words import Status

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


class Light(NamedTuple):
    """What helps the word of a status."""

    shape: str
    """A geometric shape that Arial's stand-ins on every system have; not an emoji, which looks like something else."""
    colour: str
    """At least 4.5:1 on white."""


LIGHTS = {
    Status.FULL: Light("●", "#217A4B"),
    Status.PARTIAL: Light("◐", "#A86400"),
    Status.NOT: Light("■", "#A11A12"),
    Status.NOT_ASSESSED: Light("○", "#4A565C"),
    Status.NOT_APPLICABLE: Light("–", "#4A565C"),
}
_CLASSES = {f"status--{state.value}".replace("_", "-").replace("ö", "o"): state for state in LIGHTS}


def state_of(classes: AbstractSet[str]) -> Status | None:
    """Return the status that an element on a page shows, by its classes; None for any other element."""
    return next((_CLASSES[name] for name in classes & _CLASSES.keys()), None)
