"""MkDocs' theme, as our sites use it: none of its own files, one style sheet, names that hold a hash, quick to load."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from jinja2 import FileSystemBytecodeCache, FileSystemLoader
from mkdocs.structure.files import File
from mkdocs.structure.toc import TableOfContents, get_toc

from .output.pages import frame
from .output.pages.page import headings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

    from .plan.views import PublicView

STYLE = "assets/plan.css"
"""The site's one style sheet, made of those that the configuration names."""


def remove_others(files: Files, config: MkDocsConfig) -> None:
    """Remove the theme's files that are not ours: its style, scripts, search and icon, none of which is used."""
    for file in [*files]:
        if file.src_dir in config.theme.dirs and file.src_dir != config.theme.custom_dir:
            files.remove(file)


def join_styles(files: Files, config: MkDocsConfig, shown: PublicView) -> None:
    """Make one style sheet of all that the configuration names, so that a page asks for one."""
    # That they exist is checked where the sites are read.
    parts = [file for path in config.extra_css if (file := files.get_file_from_path(str(path)))]
    text = frame.stylesheet([part.content_string for part in parts], shown)
    for part in parts:
        files.remove(part)
    files.append(File.generated(config, STYLE, content=text))
    config.extra_css = [STYLE]


def hashed(files: Files, config: MkDocsConfig) -> Iterator[tuple[str, str]]:
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


def whole_address(address: str) -> str:
    """Return an address with the slash that MkDocs leaves out after a folder named by dots."""
    last = address.rpartition("/")[2]
    return f"{address}/" if last == ".." else address[:-1] or "./" if last == "." else address


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


def quicken(config: MkDocsConfig, cache: Path) -> None:
    """Keep the theme's compiled templates between builds, and list its files quickly: half of a small build is that."""
    cache.mkdir(parents=True, exist_ok=True)
    theirs = config.theme.get_env

    def get_env() -> Environment:
        environment = theirs()
        environment.loader = _ThemeLoader(config.theme.dirs)
        environment.bytecode_cache = FileSystemBytecodeCache(str(cache))
        return environment

    config.theme.get_env = get_env  # type: ignore[method-assign]  # MkDocs 1.6 has no event before it lists them


def contents(html: str) -> TableOfContents:
    """Return a page's headings as MkDocs' table of contents."""
    tree: list[Any] = []
    open_: list[Any] = []
    for heading in headings(html):
        token: Any = {"level": heading.level, "id": heading.anchor, "name": heading.html, "children": []}
        while open_ and open_[-1]["level"] >= heading.level:
            open_.pop()
        (open_[-1]["children"] if open_ else tree).append(token)
        open_.append(token)
    return get_toc(tree)


def page_of(files: Files, path: str) -> Page:
    """Return a page by its source; there is one for every Markdown file when the site's pages have been read."""
    file = files.get_file_from_path(path)
    assert file  # noqa: S101  # on_files added it, or MkDocs read it
    assert file.page  # noqa: S101
    return file.page
