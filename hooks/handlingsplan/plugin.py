"""The MkDocs door: adapts events, and nothing else. All that is known of plans lives in other rooms."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import pass_context
from mkdocs.config import config_options as c
from mkdocs.config.base import Config
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, InclusionLevel

from . import theme
from .check.review import own_faults
from .check.site_files import SiteFiles
from .deliver.build import COPIES
from .output.pages.content import FRONT, LATE, Content
from .output.pages.page import anchors
from .plan.words import Audience
from .project import backup, day, manifest
from .project.project import Project
from .project.site import WORK, Site
from .rules import personal
from .text.faults import listing

if TYPE_CHECKING:
    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page as MkDocsPage
    from mkdocs.utils.templates import TemplateContext

    from .plan.views import PublicView


class HandlingsplanConfig(Config):  # type: ignore[no-untyped-call]  # MkDocs leaves it untyped
    """Options in ``mkdocs.yml``."""

    plan = c.Type(str, default="plan.yaml")
    """The plan's file, from the configuration's folder."""
    audience = c.Choice([audience.value for audience in Audience])
    """Whom the site is for. No default: a forgotten line must not publish everything."""


class HandlingsplanPlugin(BasePlugin[HandlingsplanConfig]):  # type: ignore[no-untyped-call]  # as above
    """Adds the pages made from the plan, and fills in what prose asks of it."""

    content: Content
    view: PublicView
    hashed: dict[str, str]
    site: Site
    permitted: frozenset[str]

    @event_priority(100)  # before Material's search, which opens the theme's templates already here
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read and check everything, before MkDocs empties the site folder. Keep only this audience's view."""
        own = Path(config.config_file_path).resolve()
        root, audience = own.parent, Audience(self.config.audience)
        project, faults = Project.of_site(own, audience, day.today(), Path(config.site_dir))
        if project is None:
            raise PluginError(listing(faults))
        self.site = project.sites[0]
        backup.keep(root, [self.site], project.sources.originals)
        self.content = project.content(self.site, root / WORK / "mallar")
        self.view = self.content.renderer.view
        self.permitted = personal.permitted(project.sources.allowed[self.site.name], self.view)
        config.watch.extend([str(self.site.plan), str(Path(__file__).parent / "output" / "pages")])
        theme.quicken(config, root / WORK / "tema")
        return config

    def on_files(self, files: Files, /, *, config: MkDocsConfig) -> Files:
        """Add what is made from the plan. Pages that the configuration's ``nav`` does not name stay out of menus."""
        for page in (*self.content.pages.values(), *LATE):
            file = File.generated(config, page.path, content=page.front_matter)
            file.inclusion = InclusionLevel.INCLUDED if page.path in self.site.menu else InclusionLevel.NOT_IN_NAV
            files.append(file)
        for path, content in self.content.files.items():
            files.append(File.generated(config, path, content=content))
        theme.remove_others(files, config)
        theme.join_styles(files, config, self.view)
        self.hashed = dict(theme.hashed(files, config))
        return files

    def on_env(self, env: Environment, /, *, config: MkDocsConfig, files: Files) -> Environment:
        """Let templates find what carries its content's hash in its name by the name it has in ``overrides/``.

        Add the pieces for other sites and the search, now that all prose is HTML.
        """
        theirs = env.filters["url"]
        env.filters["url"] = pass_context(
            lambda context, value: theme.whole_address(theirs(context, self.hashed.get(value, value)))
        )
        made = {path: theme.page_of(files, path) for path in (*self.content.texts, *self.content.pages)}
        front = made.get(FRONT)
        env.globals.update(self.content.frame(front.present_anchor_ids or set() if front else set()))
        styles = [self.hashed.get(str(style), str(style)) for style in config.extra_css]
        became = {path: str(page.content) for path, page in made.items()}
        late, more = self.content.late(became, self.site.menu, styles, config.theme["favicon"])
        for path, html in late.items():
            theme.page_of(files, path).content = html
        for path, content in more.items():
            files.append(File.generated(config, path, content=content))
        return env

    def on_page_markdown(self, markdown: str, /, *, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str | None:
        """Put markers where prose asks for something. The theme writes titles out raw, so they are escaped here."""
        text = self.content.texts.get(page.file.src_uri)
        if text is None:
            return None
        page.meta.update(self.content.meta(text))
        return text.body

    def on_page_content(self, html: str, /, *, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str | None:
        """Put in what was made from the plan, now that Markdown is done, so that search and link checks see it."""
        here = page.file.src_uri
        if here in self.content.pages:
            html = self.content.pages[here].html
        elif here in self.content.texts:
            html, faults = self.content.prose(here, html)
            if faults:
                raise PluginError(listing(faults))
        page.toc = theme.contents(html)
        page.present_anchor_ids = anchors(html)
        return html

    def on_template_context(
        self, context: TemplateContext, /, *, template_name: str, config: MkDocsConfig
    ) -> TemplateContext:
        """Keep what search engines are not to find out of the sitemap too."""
        context["pages"] = [file for file in context["pages"] if not (file.page and "robots" in file.page.meta)]
        return context

    def on_post_template(self, output_content: str, /, *, template_name: str, config: MkDocsConfig) -> str:
        """Leave out of the sitemap what MkDocs 1.6 says of every page: that it changed on the day of the build."""
        return re.sub(r"\s*<lastmod>[^<]*</lastmod>", "", output_content)

    @event_priority(-100)  # after search has written its index
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Check the links and the markup of what was built and that it tells of nobody, and write down what it is."""
        folder, name = Path(config.site_dir), self.site.name
        files = SiteFiles(folder, self.site.config.parent / COPIES)
        if faults := own_faults(files, name, config.site_url or "/", self.permitted):
            raise PluginError(listing(faults))
        manifest.take(folder, name, self.site.audience, self.view.today).write(folder)
