"""A project, opened: its sites and what they are made of, read and checked once for a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..pages.page import Renderer
from ..plan.views import View, internal_view, view
from .sites import public, sites
from .sources import Sources, read_sources

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence
    from pathlib import Path

    from ..pages.prose import Prose
    from ..plan.faults import Fault
    from ..plan.models import Plan
    from .sites import Site


@dataclass(frozen=True, slots=True)
class Project:
    """Some of a project's sites, and what they are made of on a day."""

    sites: list[Site]
    """Those that were read."""
    known: list[Site]
    """All that the project has."""
    sources: Sources

    @classmethod
    def open(
        cls, root: Path, today: datetime.date, chosen: Sequence[Site] | None = None
    ) -> tuple[Project | None, list[Fault]]:
        """Read a project; None and every fault if anything is wrong.

        Args:
            root: the project folder.
            today: the day that is counted on.
            chosen: the sites to read; all of them when None.

        """
        known, faults = sites(root)
        if faults:
            return None, faults
        read = known if chosen is None else [*chosen]
        sources, faults = read_sources(root, read, today)
        return (cls(read, known, sources) if sources else None), faults

    @property
    def texts(self) -> list[Prose]:
        """The prose of all sites that were read."""
        return [text for site in self.sites for text in self.sources.texts[site.name]]

    @property
    def internal_view(self) -> View[Plan]:
        """What staff see of the plan that the first site shows."""
        return internal_view(self.sources.plans[self.sites[0].name], self.sources.today)

    def view(self, site: Site) -> View[Any]:
        """Return what the readers of a site may see."""
        return view(self.sources.plans[site.name], site.audience, self.sources.today)

    def renderer(self, site: Site, cache: Path | None = None) -> Renderer:
        """Return the renderer of a site's pages; ``cache`` keeps compiled templates."""
        return Renderer(self.view(site), cache, public(self.known, site))
