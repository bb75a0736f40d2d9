"""A project, opened: its sites and what they are made of, read and checked once for a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..output.files.catalogue import downloads
from ..output.pages.content import Content
from ..output.pages.page import Renderer
from ..plan.views import PublicView, View, internal_view, view
from ..plan.words import Audience
from ..text.faults import Fault
from .sites import clears, public, sites
from .sources import Sources, read_sources

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable
    from pathlib import Path

    from ..plan.models import Plan
    from ..prose.texts import Prose
    from .site import Site


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
        cls, root: Path, today: datetime.date, select: Callable[[list[Site]], list[Site]] = list
    ) -> tuple[Project | None, list[Fault]]:
        """Read a project; None and every fault if anything is wrong.

        Args:
            root: the project folder.
            today: the day that is counted on.
            select: which of its sites to read; all unless said.

        """
        known, faults = sites(root)
        if faults:
            return None, faults
        chosen = select(known)
        sources, faults = read_sources(root, chosen, today)
        return (cls(chosen, known, sources) if sources else None), faults

    @classmethod
    def of_site(
        cls, config: Path, audience: Audience, today: datetime.date, target: Path
    ) -> tuple[Project | None, list[Fault]]:
        """Read what one site is built of, the site first; None and every fault if anything is wrong.

        Args:
            config: the site's configuration file.
            audience: whom it is for. A public site's process does not even read what is internal; the intranet's
                editors see the state of all texts.
            today: the day to build for.
            target: the folder that it is built into, which is emptied.

        """
        own: list[Site] = []

        def select(found: list[Site]) -> list[Site]:
            own.extend(site for site in found if site.config.resolve() == config)
            others = [site for site in found if site not in own and audience is Audience.INTERNAL]
            return own + others

        project, faults = cls.open(config.parent, today, select)
        if not faults and not own:
            faults = [Fault(config.name, 0, 0, "filen hör inte till någon webbplats", "låt namnet börja med mkdocs")]
        if own and not clears(target, own[0]):
            what = "mappen är inte tom, och MkDocs skulle ta bort allt i den"
            faults = [*faults, Fault(str(target), 0, 0, what, "välj en tom mapp efter -d, eller ta bort -d")]
        return (None if faults else project), faults

    @property
    def texts(self) -> list[Prose]:
        """The prose of all sites that were read."""
        return [text for site in self.sites for text in self.sources.texts[site.name]]

    @property
    def internal_view(self) -> View[Plan]:
        """What staff see of the plan that the first site shows."""
        return internal_view(self.sources.plans[self.sites[0].name], self.sources.today)

    def view(self, site: Site) -> PublicView:
        """Return what the readers of a site may see."""
        return view(self.sources.plans[site.name], site.audience, self.sources.today)

    def renderer(self, site: Site, cache: Path | None = None) -> Renderer:
        """Return the renderer of a site's pages; ``cache`` keeps compiled templates."""
        return Renderer(self.view(site), cache, public(self.known, site), downloads)

    def content(self, site: Site, cache: Path | None = None) -> Content:
        """Return what stands on a site."""
        return Content.of(self.renderer(site, cache), self.sources.texts[site.name], self.texts, site.url)
