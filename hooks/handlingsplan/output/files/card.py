"""The picture that stands beside a link to the public site when somebody shares it: what it is about, and 112.

Made only for a site whose address is known: who shares a page asks for the picture by a whole address.
"""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

from ..pages import frame
from . import pdf

if TYPE_CHECKING:
    from ...plan.views import PublicView
    from ...prose.texts import Prose

PATH = "delningsbild.png"
WIDTH, HEIGHT = 1200, 630
"""Pixels. What those who show shared links ask for, with the middle free from what they may cut off."""
TEMPLATE = "card.typ"


def made_of(view: PublicView, front: Prose) -> bytes:
    """Return everything that the picture is made of, as JSON; ``front`` is the site's front page."""
    return pdf.json_of(
        {
            "width": WIDTH,
            "height": HEIGHT,
            "title": front.title,
            "description": front.description,
            "municipality": view.plan.frame.municipality,
            "urgent": [[unescape(each.words), unescape(each.phone)] for each in frame.urgent(view)],
        }
    )


def draw(data: bytes) -> bytes:
    """Return the picture as a PNG."""
    import typst

    made = typst.compile(
        pdf.TEMPLATES / TEMPLATE,
        ignore_system_fonts=True,
        format="png",
        ppi=72,  # a point is then a pixel
        sys_inputs={"data": data.decode()},
    )
    return bytes(made if isinstance(made, bytes) else made[0])  # a list, where a long name takes a second page
