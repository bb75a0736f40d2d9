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

    from ..project.site import Site
    from ..text.faults import Fault
    from .site_files import SiteFiles


class Check(Protocol):
    """One thing to look for. Made once for a project, while its sites are being built; then asked of each folder."""

    def __init__(self, root: Path, sites: Sequence[Site], today: datetime.date, copies: Path | None) -> None:
        """Prepare: read what the project knows. ``copies`` keeps what takes long to read, see ``contents``."""

    def check(self, folder: Path, name: str) -> list[Fault]:
        """Return what is wrong in a folder, which messages call ``name``."""


class PersonalData:
    """Personal data in a folder from anywhere; what the plan's public view shows, and what it allows, may stand."""

    def __init__(  # as the others
        self,
        root: Path,  # noqa: ARG002
        sites: Sequence[Site],
        today: datetime.date,
        copies: Path | None,
    ) -> None:
        """Read what may stand."""
        self.copies = copies
        from ..plan.load import load  # a build has no need of this: it makes models in each site's own process
        from ..plan.views import external_view
        from ..rules import personal

        readings = [load(plan) for plan in dict.fromkeys(site.plan for site in sites)]
        self.allowed = frozenset(
            value
            for reading in readings
            if reading.plan
            for value in personal.permitted(personal.Allowed(reading.tree), external_view(reading.plan, today))
        )

    def check(self, folder: Path, name: str) -> list[Fault]:
        """Return the personal data in a folder, which messages call ``name``."""
        from .personal import in_site
        from .site_files import SiteFiles

        return in_site(SiteFiles(folder, self.copies), name, self.allowed)


BUILT: tuple[type[Check], ...] = (Leaks,)
"""What a build has left to look for: each site's own process has looked for personal data, links and forbidden code."""
FOREIGN: tuple[type[Check], ...] = (Leaks, PersonalData)
"""What is looked for in a folder that may come from anywhere."""


class Review:
    """Several checks of one project."""

    def __init__(
        self,
        root: Path,
        sites: Sequence[Site],
        today: datetime.date,
        kinds: Sequence[type[Check]] = BUILT,
        copies: Path | None = None,
    ) -> None:
        """Prepare every check."""
        self.checks = [kind(root, sites, today, copies) for kind in kinds]

    def faults(self, folder: Path, name: str) -> list[Fault]:
        """Return what is wrong in a folder that outsiders will be able to read, in reading order.

        Args:
            folder: a built public site, or anything that is about to be sent somewhere.
            name: what messages call it.

        """
        return sorted(fault for check in self.checks for fault in check.check(folder, name))


def own_faults(files: SiteFiles, name: str, address: str, permitted: frozenset[str]) -> list[Fault]:
    """Return what is wrong with a site that the program has built: links, code in its pages, personal data.

    Args:
        files: the built files.
        name: what messages call the site.
        address: where it stands on the web.
        permitted: what looks like personal data and may stand.

    """
    from .forbidden import check_forbidden
    from .links import check_links
    from .personal import in_site

    return [
        *check_links(files, name, address),
        *check_forbidden(files, name),
        *in_site(files, name, permitted),
    ]
