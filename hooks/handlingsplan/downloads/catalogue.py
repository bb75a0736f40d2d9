"""Every file to fetch that a site is made with, for one audience."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..plan.owes import owed
from . import ics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..plan.owes import Reviewed
    from ..plan.views import View


def files(view: View[Any], texts: Sequence[Reviewed] = (), address: str = "") -> dict[str, bytes]:
    """Return every file by its path in the site.

    Args:
        view: what the audience may read, and on which day.
        texts: the prose of all sites, whose reviews the intranet's calendars hold.
        address: where the site stands on the web, ending with a slash; empty while nobody has decided it.

    """
    return {**ics.files(view, owed(view, texts), address)}
