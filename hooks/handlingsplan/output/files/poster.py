"""The poster "Vem kontaktas vid oro?" on A4: numbers that the plan states, to put on a wall, with the day it was made.

A number that nobody has stated is not on it; what to do meanwhile is, where the plan says that the page needs one.
"""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

from ...plan import freshness
from ...plan.terms import swedish_date
from ...plan.words import Audience, CheckState
from . import pdf

if TYPE_CHECKING:
    from ...plan.models import PublicContact
    from ...plan.views import PublicView

PATH = "affisch.pdf"
"""From the site's root: short enough to be typed."""
TEMPLATE = "poster.typ"
SHORT = 300
"""Letters of what to do meanwhile that can still be read from a distance; a longer text stays on its page."""
URGENT = ("112", "11414")
"""What stands first on every poster that has it, the same in the whole country."""

SCALES = (1, 0.95, 0.85, 0.7, 0.6, 0.5)
"""How large the text is, the first that leaves it on one page."""


def write(view: PublicView, address: str = "") -> bytes:
    """Return the poster as a PDF; the arguments are those of ``made_of``."""
    return typeset(made_of(view, address))


def made_of(view: PublicView, address: str = "") -> bytes:
    """Return everything that the poster is made of, as JSON.

    Args:
        view: what the audience may read.
        address: the public site's address, drawn as a code for telephones; empty while nobody has decided it. Many
            telephones do not reach an intranet.

    """
    contacts = sorted(view.contacts.values(), key=_order)
    shown = [each for each in contacts if each.phone and not each.missing]
    told = [each for each in contacts if each in shown or (each.missing and each.required and _short(each))]
    data = {
        "day": [view.today.year, view.today.month, view.today.day],
        "words": swedish_date(view.today),
        "municipality": view.plan.frame.municipality,
        "contacts": [_contact(each) for each in told],
        "draft": any(each.missing and each.required for each in contacts),
        "unchecked": any(each.check.state is not CheckState.CONFIRMED for each in shown),
        "overdue": any(freshness.contact_overdue(each, view.today) for each in shown),
        "staff": any(Audience.EXTERNAL not in each.audiences for each in shown),
        "address": address,
        "code": _code(address) if address else [],
    }
    return pdf.json_of(data)


def typeset(data: bytes) -> bytes:
    """Return the poster, built for PDF/UA-1: one page, unless the numbers are more than anybody reads."""
    from pypdfium2 import PdfDocument

    told = json.loads(data)
    for scale in SCALES:
        made = pdf.typeset(TEMPLATE, pdf.json_of(told | {"scale": scale}))
        with closing(PdfDocument(made)) as document:
            if len(document) == 1:
                break
    return made


def _order(contact: PublicContact) -> tuple[int, bool, bool]:
    """Return where a contact stands: the urgent numbers, the municipality's own, the country's; then as in the plan."""
    dialled = "".join(filter(str.isdigit, contact.phone or ""))
    urgent = URGENT.index(dialled) if dialled in URGENT else len(URGENT)
    return urgent, contact.always, not contact.required


def _short(contact: PublicContact) -> bool:
    """Return whether what to do meanwhile can be read from a distance."""
    return 0 < len(contact.meanwhile or "") <= SHORT


def _contact(each: PublicContact) -> dict[str, str]:
    """Return a contact with its number, or with what to do meanwhile."""
    told = {"name": each.name, "when": each.when or "", "phone": "", "hours": "", "meanwhile": ""}
    if each.missing:
        return told | {"meanwhile": each.meanwhile or ""}
    return told | {"phone": each.phone or "", "hours": each.hours or ""}


def _code(address: str) -> list[str]:
    """Return an address as the rows of a QR code: ``1`` is dark, its quiet margin included."""
    import segno

    return ["".join(str(int(bool(cell))) for cell in row) for row in segno.make_qr(address).matrix_iter(border=4)]
