"""The MkDocs door: adapts events, and nothing else. All that is known of plans lives in ``plan`` and ``pages``."""

from __future__ import annotations

import hashlib
import os
import re
from html import escape
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from jinja2 import FileSystemBytecodeCache, FileSystemLoader, pass_context
from mkdocs.config import config_options as c
from mkdocs.config.base import Config
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, InclusionLevel
from mkdocs.structure.toc import get_toc

from .downloads import card
from .downloads import catalogue as downloads
from .pages import fragments, frame, paths, search
from .pages.catalogue import pages
from .pages.inserts import fill, unfilled
from .pages.markup import refused
from .pages.page import Page, Renderer, anchors, headings, url
from .pages.prose import in_languages
from .plan.faults import Fault, listing
from .plan.views import View, view
from .plan.words import Audience
from .publishing import backup, day
from .publishing.build import COPIES
from .publishing.sites import WORK, Site, clears, public, sites
from .publishing.sources import read_sources
from .safety import manifest, personal
from .safety.forbidden import check_forbidden
from .safety.links import check_links
from .safety.site_files import SiteFiles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page as MkDocsPage
    from mkdocs.utils.templates import TemplateContext

    from .pages.prose import Prose


STYLE = "assets/plan.css"
"""The site's one style sheet, made of those that the configuration names."""


class HandlingsplanConfig(Config):  # type: ignore[no-untyped-call]  # MkDocs leaves it untyped
    """Options in ``mkdocs.yml``."""

    plan = c.Type(str, default="plan.yaml")
    """The plan's file, from the configuration's folder."""
    audience = c.Choice([audience.value for audience in Audience])
    """Whom the site is for. No default: a forgotten line must not publish everything."""


class HandlingsplanPlugin(BasePlugin[HandlingsplanConfig]):  # type: ignore[no-untyped-call]  # as above
    """Adds the pages made from the plan, and fills in what prose asks of it."""

    view: View[Any]
    room: Renderer
    texts: dict[str, Prose]
    made: dict[str, Page]
    downloads: dict[str, bytes]
    hashed: dict[str, str]
    site: Site
    permitted: frozenset[str]

    @event_priority(100)  # before Material's search, which opens the theme's templates already here
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read and check everything, before MkDocs empties the site folder. Keep only this audience's view."""
        own = Path(config.config_file_path).resolve()
        root, audience, today = own.parent, Audience(self.config.audience), day.today()
        found, faults = sites(root)
        this = [site for site in found if site.config.resolve() == own]
        # The public process does not even read what is internal; the intranet's editors see the state of all texts.
        needed = found if audience is Audience.INTERNAL else this
        sources = None
        if not faults:
            sources, faults = read_sources(root, needed, today)
        if not faults and not this:
            faults = [Fault(own.name, 0, 0, "filen hör inte till någon webbplats", "låt namnet börja med mkdocs")]
        if this and not clears(Path(config.site_dir), this[0]):
            what = "mappen är inte tom, och MkDocs skulle ta bort allt i den"
            faults = [*faults, Fault(config.site_dir, 0, 0, what, "välj en tom mapp efter -d, eller ta bort -d")]
        if sources is None or faults:
            raise PluginError(listing(faults))
        backup.keep(root, this, sources.originals)
        self.site = this[0]
        self.view = view(sources.plans[self.site.name], audience, today)
        self.permitted = personal.permitted(sources.allowed[self.site.name], self.view)
        self.room = Renderer(self.view, root / WORK / "mallar", public(found, self.site))
        self.texts = {text.path: text for text in sources.texts[self.site.name]}
        everything = [text for texts in sources.texts.values() for text in texts]
        self.downloads = downloads.files(self.room, everything, config.site_url or "")
        front = self.texts.get("index.md")
        if front and config.site_url and not self.view.internal:
            self.downloads[card.PATH] = downloads.picture(self.room, front)
        self.made = {page.path: page for page in pages(self.room, everything)}
        self.made[paths.FRAGMENTS] = Page(
            paths.FRAGMENTS, fragments.TITLE, "", "", searchable=False, hidden=True, wide=True
        )
        self.made[paths.SEARCH] = Page(paths.SEARCH, search.TITLE, "", "", searchable=False, wide=True)
        config.watch.extend([str(self.site.plan), str(Path(__file__).parent / "pages")])
        _quicken(config, root / WORK / "tema")
        return config

    def on_files(self, files: Files, /, *, config: MkDocsConfig) -> Files:
        """Add what is made from the plan. Pages that the configuration's ``nav`` does not name stay out of menus."""
        for page in self.made.values():
            file = File.generated(config, page.path, content=page.front_matter)
            file.inclusion = InclusionLevel.INCLUDED if page.path in self.site.menu else InclusionLevel.NOT_IN_NAV
            files.append(file)
        for path, content in self.downloads.items():
            files.append(File.generated(config, path, content=content))
        for download in self.room.downloads:
            files.append(File.generated(config, download.path, content=download.content))
        for file in [*files]:
            if _from_theme(file, config):
                files.remove(file)
        _join_styles(files, config, self.view)
        self.hashed = dict(_hashed(files, config))
        return files

    def on_env(self, env: Environment, /, *, config: MkDocsConfig, files: Files) -> Environment:
        """Let templates find what carries its content's hash in its name by the name it has in ``overrides/``.

        Add the pieces for other sites and the search, now that all prose is HTML.
        """
        theirs = env.filters["url"]
        env.filters["url"] = pass_context(lambda context, value: _whole(theirs(context, self.hashed.get(value, value))))
        start = self.texts.get("index.md")
        ids = _page_of(files, start.path).present_anchor_ids or set() if start else set()
        env.globals["card"] = card if card.PATH in self.downloads else None
        contacts = files.get_file_from_path(paths.CONTACTS) is not None
        env.globals["frames"] = frame.frames(self.view, ids, contacts=contacts)
        front = (start.title, str(_page_of(files, start.path).content)) if start else None
        styles = [self.hashed.get(str(style), str(style)) for style in config.extra_css]
        page, made = fragments.files(self.room, front, config.site_url or "", styles, config.theme["favicon"])
        _page_of(files, paths.FRAGMENTS).content = str(page)
        told: list[Page | Prose] = [*self.texts.values(), *self.made.values()]
        became = [(each, str(_page_of(files, each.path).content)) for each in told]
        known = search.found(self.room, became, self.site.menu)
        _page_of(files, paths.SEARCH).content = str(search.page(self.room, known))
        made[paths.INDEX] = search.index(known)
        for path, content in made.items():
            files.append(File.generated(config, path, content=content))
        return env

    def on_page_markdown(self, markdown: str, /, *, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str | None:
        """Put markers where prose asks for something. The theme writes titles out raw, so they are escaped here."""
        text = self.texts.get(page.file.src_uri)
        if text is None:
            return None
        page.meta.update(title=escape(text.title), description=escape(text.description))
        page.meta["lang"] = str(text.language)
        if not text.searchable:
            page.meta["robots"] = "noindex"
        if config.site_url:  # hreflang takes whole addresses only
            page.meta["alternates"] = [
                {"lang": str(other.language), "url": config.site_url + url(other.path)}
                for other in in_languages(text, self.texts)
            ]
        return text.body

    def on_page_content(self, html: str, /, *, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str | None:
        """Put in what was made from the plan, now that Markdown is done, so that search and link checks see it."""
        here = page.file.src_uri
        if here in self.made:
            html = self.made[here].html
        elif here in self.texts:
            text = self.texts[here]
            if faults := [*refused(html, text.file), *unfilled(html, text.file)]:
                raise PluginError(listing(faults))
            told = {"language": text.language, "behind": text.original if text.behind else None}
            html = self.room.with_review(fill(html, text, self.room), here, text.review, **told)
        page.toc = get_toc(_tokens(html))
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
        folder = Path(config.site_dir)
        built = SiteFiles(folder, self.site.config.parent / COPIES)
        faults: list[Fault] = check_links(built, self.site.name, config.site_url or "/")
        faults += check_forbidden(built, self.site.name)
        faults += personal.in_site(built, self.site.name, self.permitted)
        if faults:
            raise PluginError(listing(faults))
        manifest.take(folder, self.site.name, self.site.audience, self.view.today).write(folder)


def _from_theme(file: File, config: MkDocsConfig) -> bool:
    """Whether a file is the theme's and not ours: its style, scripts, search and icon, none of which is used."""
    return file.src_dir in config.theme.dirs and file.src_dir != config.theme.custom_dir


def _join_styles(files: Files, config: MkDocsConfig, shown: View[Any]) -> None:
    """Make one style sheet of all that the configuration names, so that a page asks for one."""
    # That they exist is checked where the sites are read.
    parts = [file for path in config.extra_css if (file := files.get_file_from_path(str(path)))]
    text = frame.stylesheet([part.content_string for part in parts], shown)
    for part in parts:
        files.remove(part)
    files.append(File.generated(config, STYLE, content=text))
    config.extra_css = [STYLE]


def _hashed(files: Files, config: MkDocsConfig) -> Iterator[tuple[str, str]]:
    """Put the hash of our styles and scripts in their names, and yield both names.

    A page then asks for the very style it was made with, however old the page or the reader's cache is.
    """
    for file in files:
        path = PurePosixPath(file.src_uri)
        ours = file.src_dir == config.theme.custom_dir or file.src_uri == STYLE
        if path.parts[0] == "assets" and path.suffix in {".css", ".js"} and ours:
            digest = hashlib.sha256(file.content_bytes).hexdigest()[:8]
            file.dest_uri = file.url = path.with_suffix(f".{digest}{path.suffix}").as_posix()
            yield file.src_uri, file.dest_uri


def _whole(way: str) -> str:
    """Return an address with the slash that MkDocs leaves out after a folder named by dots."""
    last = way.rpartition("/")[2]
    return f"{way}/" if last == ".." else way[:-1] or "./" if last == "." else way


def _page_of(files: Files, path: str) -> MkDocsPage:
    """Return a page by its source; there is one for every Markdown file when the site's pages have been read."""
    file = files.get_file_from_path(path)
    assert file  # noqa: S101  # on_files added it, or MkDocs read it
    assert file.page  # noqa: S101
    return file.page


class _ThemeLoader(FileSystemLoader):
    """Finds the theme's templates without walking its 14,500 icons, which MkDocs lists only to throw them away."""

    def list_templates(self) -> list[str]:
        """Return every template but those in hidden folders."""
        found: set[str] = set()
        for base in self.searchpath:
            for folder, folders, names in os.walk(base):
                folders[:] = [name for name in folders if not name.startswith(".")]
                found.update(Path(folder, name).relative_to(base).as_posix() for name in names)
        return sorted(found)


def _quicken(config: MkDocsConfig, cache: Path) -> None:
    """Keep the theme's compiled templates between builds, and list its files quickly: half of a small build is that."""
    cache.mkdir(parents=True, exist_ok=True)
    theirs = config.theme.get_env

    def get_env() -> Environment:
        environment = theirs()
        environment.loader = _ThemeLoader(config.theme.dirs)
        environment.bytecode_cache = FileSystemBytecodeCache(str(cache))
        return environment

    config.theme.get_env = get_env  # type: ignore[method-assign]  # MkDocs 1.6 has no event before it lists them


def _tokens(html: str) -> list[Any]:
    """Return a page's headings nested as MkDocs' table of contents wants them."""
    tree: list[dict[str, Any]] = []
    open_: list[dict[str, Any]] = []
    for heading in headings(html):
        token: dict[str, Any] = {"level": heading.level, "id": heading.anchor, "name": heading.html, "children": []}
        while open_ and open_[-1]["level"] >= heading.level:
            open_.pop()
        (open_[-1]["children"] if open_ else tree).append(token)
        open_.append(token)
    return tree
