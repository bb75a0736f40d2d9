"""What finished pages are looked through for before anybody outside may read them.

``bygg`` does it before the new sites take the old ones' place; ``granska`` on any folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from .leaks import Leaks

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence
    from pathlib import Path

    from ..plan.faults import Fault
    from ..publishing.sites import Site


class Check(Protocol):
    """One thing to look for. Made once for a project, while its sites are being built; then asked of each folder."""

    def __init__(self, root: Path, sites: Sequence[Site], today: datetime.date) -> None:
        """Prepare: read what the project knows."""

    def check(self, folder: Path, name: str) -> list[Fault]:
        """Return what is wrong in a folder, which messages call ``name``."""


CHECKS: tuple[type[Check], ...] = (Leaks,)


class Review:
    """All checks of one project."""

    def __init__(self, root: Path, sites: Sequence[Site], today: datetime.date) -> None:
        """Prepare every check."""
        self.checks = [kind(root, sites, today) for kind in CHECKS]

    def faults(self, folder: Path, name: str) -> list[Fault]:
        """Return what is wrong in a folder that outsiders will be able to read, in reading order.

        Args:
            folder: a built public site, or anything that is about to be sent somewhere.
            name: what messages call it.

        """
        return sorted(fault for check in self.checks for fault in check.check(folder, name))
