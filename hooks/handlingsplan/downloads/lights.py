"""The traffic lights where there is no SVG, in Word and Excel: a character for the shape, and a colour.

The same shapes and colours as on the pages (``overrides/assets/tokens.css``), where their contrast is written down.
"""

from __future__ import annotations

from typing import NamedTuple

from ..plan.words import Status


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
